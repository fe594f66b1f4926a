"""Mutants: a knowledge base with one small change, as somebody might mistake it.

    >>> from payerlogic.program.files import Program
    >>> from payerlogic.program.source_files import shipped_folder
    >>> found = mutants(Program.read(shipped_folder()))
    >>> moved = [each.what for each in found if each.file == "nia.lp" and each.what.startswith("move at_least(age")]
    >>> moved[0].partition(" in ")[0]
    'move at_least(age_years,50) to 49'

A rule or fact deleted, a condition dropped or negated, a comparison turned round, a threshold or a first day moved by
one, one of several alternatives left out, two clauses, gates, classes, values or defaults exchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from clingo import ast

from payerlogic.program.checks.schema import SHAPES
from payerlogic.program.files import Program
from payerlogic.program.source_files import ParsedStatement
from payerlogic.text.days import date_of, number_of

# Words for people, the ledger and the spelling of values: other tests look after these.
WORDS = frozenset(
    [
        "label",
        "help",
        "unit",
        "kind",
        "statement",
        "vague",
        "history",
        "cites",
        "attribute",
        "value",
        "range",
        "fixed",
        "nonempty",
        "open_value",
        "written_as",
        "refused",
        "also_says",
        "withheld",
        "also_called",
        "also_labeled",
        "in_notes",
        "doubted",
        "typical",
        "outcome",
        "service",
        "cost",
        "own_finding",
        "matrix",
        "unnamed",
        "version_day",
        "code_list",
        "says_value",
        "offered",
    ]
)


@dataclass(frozen=True)
class Mutant:
    """One change: the text of some statements of one file replaced by other text."""

    file: str
    what: str
    edits: tuple[tuple[int, int, str], ...]  # where the text begins and ends in the file, and what stands there instead

    @property
    def id(self) -> str:
        return f"{self.file}: {self.what}"

    def text(self, original: str) -> str:
        for begin, end, new in sorted(self.edits, reverse=True):
            original = original[:begin] + new + original[end:]
        return original


def mutants(program: Program) -> list[Mutant]:
    """All mutants, in the order of the files."""
    found: list[Mutant] = []
    make = _Changes(program)
    for statement in program.statements:
        node = statement.node
        if node.ast_type == ast.ASTType.Rule and node.head.ast_type == ast.ASTType.Literal:
            names = {function.name for function in _functions(node.head)}
            if not names & WORDS:
                found += make.of_statement(statement)
    found += _exchanged_gates(program)
    unique: dict[str, Mutant] = {}
    for mutant in found:
        unique.setdefault(mutant.id, mutant)
    return list(unique.values())


class _Changes:
    """Changes statements. What it changes them into depends on what else the program declares."""

    def __init__(self, program: Program) -> None:
        heads = [head for each in program.statements if each.rule for head in each.rule.heads]
        facts: dict[str, list[list[str]]] = {}
        for head in heads:
            facts.setdefault(head.name, []).append(list(map(str, head.parts)))
        self.days = {row[1] for row in facts.get("attribute", []) if row[2:3] == ["date"]}
        outcomes = sorted((int(row[0]), row[1]) for row in facts.get("outcome", []))
        classes = sorted((int(row[0]), row[1], row[2]) for row in facts.get("class", []))
        self.outcomes = [name for _, name in outcomes]
        self.first_of: dict[str, str] = {outcome: name for _, name, outcome in reversed(classes)}
        self.last_arguments: dict[tuple[str, int], list[str]] = {}
        for statement in program.statements:
            for head in statement.rule.heads if statement.rule and not statement.rule.body else ():
                if head.name not in SHAPES and len(head.parts) > 1 and head.parts[-1].constant:
                    self.last_arguments.setdefault(head.key, []).append(head.parts[-1].name)

    def of_statement(self, statement: ParsedStatement) -> Iterator[Mutant]:
        original = _line(statement.node)
        place = _place(statement)
        for what, new in self._changes(statement.node):
            text = new if isinstance(new, str) else " ".join(map(str, new))
            yield Mutant(
                statement.file.name,
                f"{what} in {original}" if what != "delete" else f"delete {original}",
                ((*place, text),),
            )

    def _changes(self, node: ast.AST) -> Iterator[tuple[str, str | list[ast.AST]]]:
        """What can be changed in one rule or fact: a description, and the new statements."""
        yield "delete", ""
        body = list(node.body)
        for index, literal in enumerate(body):
            rest = body[:index] + body[index + 1 :]
            yield f"drop {literal}", [node.update(body=rest)]
            for what, other in _turned(literal):
                yield what, [node.update(body=[*body[:index], other, *body[index + 1 :]])]
        text = str(node)
        for what, changed in _fewer_alternatives(text):
            yield what, changed
        for match in re.finditer(r"\b(at_least|at_most)\((\w+),(\d+)\)", text):
            for step in (-1, 1):
                number = self._moved(match[2], int(match[3]), step)
                changed = text[: match.start(3)] + str(number) + text[match.end(3) :]
                yield f"move {match[0]} to {number}", changed
        yield from self._other_facts(str(node.head), text)

    def _moved(self, attribute: str, number: int, step: int) -> int:
        return _next_day(number, step) if attribute in self.days else number + step

    def _other_facts(self, head: str, text: str) -> Iterator[tuple[str, str]]:
        """Exchanged arguments of particular predicates: who prevails, which class, which day, which default."""
        rest = text[len(head) :]
        name, _, inside = head.partition("(")
        arguments = re.split(r",(?![^()]*\))(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", inside.rstrip(")")) if inside else []
        if name == "prevails" and len(arguments) == 3:
            policy, winner, loser = arguments
            yield "exchange who prevails", f"prevails({policy},{loser},{winner}){rest}"
        if name == "concludes" and len(arguments) == 3 and arguments[2].islower():
            other = self._other_class(arguments[2])
            yield f"conclude {other}", f"concludes({arguments[0]},{arguments[1]},{other}){rest}"
        if name == "class" and len(arguments) == 4:
            outcome = self.outcomes[1] if arguments[2] != self.outcomes[1] else self.outcomes[0]
            yield f"outcome {outcome}", f"class({arguments[0]},{arguments[1]},{outcome},{arguments[3]}){rest}"
        if name == "version" and len(arguments) == 3 and arguments[1].isdigit():
            for step in (-1, 1):
                day = _next_day(int(arguments[1]), step)
                yield f"first day {day}", f"version({arguments[0]},{day},{arguments[2]}){rest}"
        if name == "option" and len(arguments) == 4 and arguments[1] in ("1", "2"):
            rank = {"1": 20, "2": 0}[arguments[1]]  # behind all others, or before them
            yield f"rank {rank}", f"option({arguments[0]},{rank},{arguments[2]},{arguments[3]}){rest}"
        others = self.last_arguments.get((name, len(arguments)), []) if arguments else []
        if value := next((each for each in others if each != arguments[-1] and arguments[-1] in others), None):
            yield f"say {value}", f"{name}({','.join(arguments[:-1])},{value}){rest}"
        if name == "presumed_value" and len(arguments) == 2 and arguments[1] in ("true", "false"):
            other = "false" if arguments[1] == "true" else "true"
            yield f"presume {other}", f"{name}({arguments[0]},{other}){rest}"
        if name == "code" and len(arguments) == 2 and arguments[1].startswith('"'):
            yield "code other", f'{name}({arguments[0]},"other"){rest}'

    def _other_class(self, name: str) -> str:
        """The first class of the third outcome; of the first outcome where that is the class itself."""
        third = self.first_of.get(self.outcomes[2 % len(self.outcomes)], name)
        return third if third != name else self.first_of.get(self.outcomes[0], name)


def _line(node: ast.AST) -> str:
    return " ".join(str(node).split())


def _place(statement: ParsedStatement) -> tuple[int, int]:
    """Where the statement stands in the text of its file."""
    lines = [0]
    for line in statement.file.text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    begin, end = statement.node.location.begin, statement.node.location.end
    return lines[begin.line - 1] + begin.column - 1, lines[end.line - 1] + end.column - 1


def _next_day(number: int, step: int) -> int:
    day = date_of(number)
    return number_of(day + timedelta(days=step)) if isinstance(day, date) else number + step


def _turned(literal: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The literal negated, or its comparison turned round."""
    if literal.ast_type != ast.ASTType.Literal:
        return
    if literal.atom.ast_type == ast.ASTType.SymbolicAtom:
        sign = ast.Sign.NoSign if literal.sign == ast.Sign.Negation else ast.Sign.Negation
        yield f"negate {literal}", literal.update(sign=sign)
    elif literal.atom.ast_type == ast.ASTType.Comparison:
        guard = literal.atom.guards[0]
        operators = ast.ComparisonOperator
        opposite = {
            operators.LessThan: operators.GreaterThan,
            operators.GreaterThan: operators.LessThan,
            operators.LessEqual: operators.GreaterEqual,
            operators.GreaterEqual: operators.LessEqual,
            operators.Equal: operators.NotEqual,
            operators.NotEqual: operators.Equal,
        }[guard.comparison]
        atom = literal.atom.update(guards=[guard.update(comparison=opposite)])
        yield f"turn {literal} round", literal.update(atom=atom)


def _fewer_alternatives(text: str) -> Iterator[tuple[str, str]]:
    """A pool (one; two; three) with one alternative less."""
    for match in re.finditer(r"\(([^()]*;[^()]*)\)", text):
        if "{" in text[: match.start()] or '"' in match[1] or text[: match.start()].count('"') % 2:
            continue  # a condition within an aggregate, or words
        options = match[1].split(";")
        for index, option in enumerate(options):
            rest = ";".join(options[:index] + options[index + 1 :])
            inside = f"({rest})"
            yield f"leave {option.strip()} out", text[: match.start()] + inside + text[match.end() :]


def _exchanged_gates(program: Program) -> Iterator[Mutant]:
    """Two gates of one policy that follow each other, in the other order."""
    gates: dict[str, list[tuple[int, str, ParsedStatement]]] = {}
    for statement in program.statements:
        if match := re.fullmatch(r"gate\((\w+),(\d+),(\w+)\)\.", str(statement.node)):
            gates.setdefault(match[1], []).append((int(match[2]), match[3], statement))
    for policy, own in gates.items():
        for (low, first, one), (high, second, other) in pairwise(sorted(own, key=lambda each: each[0])):
            edits = (
                (*_place(one), f"gate({policy},{high},{first})."),
                (*_place(other), f"gate({policy},{low},{second})."),
            )
            yield Mutant(one.file.name, f"exchange the gates {first} and {second}", edits)


def _functions(node: ast.AST) -> Iterator[ast.AST]:
    """The atoms of a head or of a body literal."""
    if node.ast_type == ast.ASTType.Literal:
        node = node.atom
    if node.ast_type != ast.ASTType.SymbolicAtom:
        return
    terms = node.symbol.arguments if node.symbol.ast_type == ast.ASTType.Pool else [node.symbol]
    yield from (term for term in terms if term.ast_type == ast.ASTType.Function)
