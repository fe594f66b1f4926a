"""Two programs that are to mean the same: clingo looks for a case that shows a difference.

    >>> from payerlogic.program.files import Program
    >>> from payerlogic.program.source_files import shipped_folder
    >>> program = Program.read(shipped_folder())
    >>> difference_of(program, program, ANSWERS) is None
    True

Both are given to clingo at once, under renamed predicates, over the same facts, readings and presumptions. No answer
proves that they are equivalent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clingo import Control, Symbol, ast

from payerlogic.program.files import Program
from payerlogic.program.grounding import plain

INPUTS = ("case", "reading", "presume")
# What the engine, an answer or an explanation reads; two programs that agree on all of it are equivalent.
ANSWERS = [
    ("met", 2),
    ("concluded", 1),
    ("class", 4),
    ("default", 2),
    ("option", 4),
    ("ambiguity", 4),
    ("axiom", 3),
    ("payer", 2),
    ("policy", 5),
    ("clause", 3),
    ("version", 3),
    ("gate", 3),
    ("otherwise", 2),
    ("indication", 2),
    ("code", 2),
    ("presumption", 4),
    ("presumed_value", 2),
    ("presumption_needs", 3),
    ("gives_way", 5),
]


class _Renamed(ast.Transformer):
    """A program under other names: every predicate but those of the inputs gets a prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def visit_SymbolicAtom(self, node: ast.AST) -> ast.AST:
        return node.update(symbol=self._term(node.symbol))

    def _term(self, term: ast.AST) -> ast.AST:
        if term.ast_type == ast.ASTType.Pool:
            return term.update(arguments=[self._term(each) for each in term.arguments])
        return term if term.name in INPUTS else term.update(name=self.prefix + term.name)


@dataclass(frozen=True)
class Difference:
    """A case, stated in full, in which two programs differ, and in what."""

    apart: tuple[str, ...]
    readings: tuple[tuple[str, str], ...]
    """Those that are not at their default."""
    facts: tuple[tuple[str, str | int], ...]
    """Attribute and value, as the program counts; a set has a row for each of its members."""

    def __str__(self) -> str:
        taken = [f"{id_}={option}" for id_, option in self.readings]
        return "; ".join([", ".join(self.apart), " ".join(taken), " ".join(f"{a}={v}" for a, v in self.facts)])


def difference_of(one: Program, other: Program, predicates: Iterable[tuple[str, int]]) -> Difference | None:
    """A case (with readings) on which two programs differ in any of ``predicates``; None proves
    that there is none. Facts and readings are shared, and every constraint is an answer too."""
    control = Control(["--warn=none"])
    predicates = list(predicates)
    with ast.ProgramBuilder(control) as builder:
        for program, prefix in ((one, "one_"), (other, "other_")):
            renamed = _Renamed(prefix)
            for statement in program.statements:
                for node in _as_rules(statement.node, prefix):
                    builder.add(renamed.visit(node))
            for number in (*program.thresholds, *program.counted):
                builder.add(renamed.visit(_fact(f"{number}.")))
    rules = [
        "member(A, V) :- one_member(A, V).  member(A, V) :- other_member(A, V).",
        "{ case(A, V) : member(A, V) } = 1 :- one_attribute(_, A, T, _), T != set.",
        "{ case(A, V) } :- one_attribute(_, A, set, _), member(A, V).",
        "of(R, O) :- one_option(R, _, O, _).  of(R, O) :- other_option(R, _, O, _).",
        "{ reading(R, O) : of(R, O) } = 1 :- of(R, _).",
        "{ presume(P) } :- one_presumption(_, P, _, _).",
        ":- one_barred, other_barred.",
        "apart(barred) :- one_barred.  apart(barred) :- other_barred.",
        ":- not apart(_).",
        "#defined one_barred/0. #defined other_barred/0.",
    ]
    for name, arity in predicates:
        arguments = ",".join(f"X{index}" for index in range(arity))
        atom = f"{name}({arguments})"
        rules += [
            f"apart({atom}) :- one_{atom}, not other_{atom}.",
            f"apart({atom}) :- other_{atom}, not one_{atom}.",
            f"#defined one_{name}/{arity}. #defined other_{name}/{arity}.",
        ]
    control.add("base", [], "\n".join(rules))
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        for model in handle:
            symbols = sorted(model.symbols(atoms=True), key=str)
            default = {tuple(map(str, each.arguments)) for each in symbols if each.name == "one_default"}
            readings = {tuple(map(str, each.arguments)) for each in symbols if each.name == "reading"}
            return Difference(
                tuple(str(each.arguments[0]) for each in symbols if each.name == "apart"),
                tuple((id_, option) for id_, option in sorted(readings - default)),
                tuple((str(plain(name)), plain(value)) for name, value in _arguments(symbols, "case")),
            )
    return None


def _arguments(symbols: Iterable[Symbol], name: str) -> Iterator[list[Symbol]]:
    return (each.arguments for each in symbols if each.name == name)


def _as_rules(node: ast.AST, prefix: str) -> Iterator[ast.AST]:
    """Rules stay, constraints conclude "barred", choices and directives are left out."""
    if node.ast_type != ast.ASTType.Rule or node.head.ast_type != ast.ASTType.Literal:
        return
    if node.head.atom.ast_type == ast.ASTType.BooleanConstant:
        place = node.location
        barred = ast.SymbolicAtom(ast.Function(place, "barred", [], 0))
        yield node.update(head=ast.Literal(place, ast.Sign.NoSign, barred))
        return
    yield node


def _fact(text: str) -> ast.AST:
    found: list[ast.AST] = []
    ast.parse_string(text, found.append)
    return found[-1]
