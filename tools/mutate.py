"""Mutation run over the knowledge base: do the stored cases notice every change of a rule?

    python tools/mutate.py                       all mutants, in two processes (some minutes)
    python tools/mutate.py --sample 60 --seed 1  a seeded sample
    python tools/mutate.py --only "n10"          mutants whose description contains a text
    python tools/mutate.py --list                only list them

A mutant is the knowledge base with one small change: a rule or fact deleted, a condition dropped or
negated, a comparison turned round, a threshold or a first day moved by one, one of several
alternatives left out, two clauses, gates, classes or defaults exchanged. It is

* refused, when it does not load,
* killed, when some stored case of ``kb/policies/*/tests`` gets another answer: another class, cited
  clause, deciding fact, remark, presumption or error, or other possible classes by clingo,
* told, when all answers stay and the status of some criterion that an explanation shows changes,
* a survivor otherwise. Clingo is then given the knowledge base and the mutant together, under
  renamed predicates, and asked for a case that tells them apart: none proves them equivalent.

Survivors have to be on the reviewed list ``tests/policies/mutation/survivors.yaml``. Exit status 1 when
one is not, or when a listed one no longer survives.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from clingo import Control, Function, ast

ROOT = Path(__file__).resolve().parent.parent
KB = ROOT / "kb"
LIST = ROOT / "tests" / "policies" / "mutation" / "survivors.yaml"
sys.path[:0] = [str(ROOT / "py"), str(ROOT)]

from payerlogic import KnowledgeBase, PayerlogicError  # noqa: E402
from payerlogic.authoring.case_tests import CaseTest, stored_tests  # noqa: E402
from payerlogic.authoring.running import settings_of  # noqa: E402
from payerlogic.program.files import Program  # noqa: E402
from payerlogic.program.source_files import ParsedStatement  # noqa: E402
from payerlogic.semantics.case_space import OUTPUTS  # noqa: E402
from payerlogic.semantics.case_view import View  # noqa: E402
from payerlogic.text.days import date_of, number_of  # noqa: E402

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
    ]
)
INPUTS = ("case", "reading", "presume")
# What the engine, an answer or an explanation reads; two programs that agree on all of it are equivalent.
ANSWERS = [
    *sorted(OUTPUTS),
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


# --- Making mutants ------------------------------------------------------------------------------------


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
    for statement in program.statements:
        node = statement.node
        if node.ast_type == ast.ASTType.Rule and node.head.ast_type == ast.ASTType.Literal:
            names = {function.name for function in _functions(node.head)}
            if not names & WORDS:
                found += _of_statement(statement)
    found += _exchanged_gates(program)
    unique: dict[str, Mutant] = {}
    for mutant in found:
        unique.setdefault(mutant.id, mutant)
    return list(unique.values())


def _of_statement(statement: ParsedStatement) -> Iterator[Mutant]:
    original = _line(statement.node)
    place = _place(statement)
    for what, new in _changes(statement.node):
        text = new if isinstance(new, str) else " ".join(map(str, new))
        yield Mutant(
            statement.file.name,
            f"{what} in {original}" if what != "delete" else f"delete {original}",
            ((*place, text),),
        )


def _line(node: ast.AST) -> str:
    return " ".join(str(node).split())


def _place(statement: ParsedStatement) -> tuple[int, int]:
    """Where the statement stands in the text of its file."""
    lines = [0]
    for line in statement.file.text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    begin, end = statement.node.location.begin, statement.node.location.end
    return lines[begin.line - 1] + begin.column - 1, lines[end.line - 1] + end.column - 1


def _changes(node: ast.AST) -> Iterator[tuple[str, str | list[ast.AST]]]:
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
            number = _moved(match[2], int(match[3]), step)
            changed = text[: match.start(3)] + str(number) + text[match.end(3) :]
            yield f"move {match[0]} to {number}", changed
    yield from _other_facts(str(node.head), text)


def _moved(attribute: str, number: int, step: int) -> int:
    day = date_of(number) if attribute == "date_of_service" else None
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


def _other_facts(head: str, text: str) -> Iterator[tuple[str, str]]:
    """Exchanged arguments of particular predicates: who prevails, which class, which day, which default."""
    rest = text[len(head) :]
    name, _, inside = head.partition("(")
    arguments = re.split(r",(?![^()]*\))(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", inside.rstrip(")")) if inside else []
    if name == "prevails" and len(arguments) == 3:
        policy, winner, loser = arguments
        yield "exchange who prevails", f"prevails({policy},{loser},{winner}){rest}"
    if name == "concludes" and len(arguments) == 3 and arguments[2].islower():
        other = "physician_review" if arguments[2] != "physician_review" else "medically_necessary"
        yield f"conclude {other}", f"concludes({arguments[0]},{arguments[1]},{other}){rest}"
    if name == "class" and len(arguments) == 4:
        outcome = "denied" if arguments[2] != "denied" else "approved"
        yield f"outcome {outcome}", f"class({arguments[0]},{arguments[1]},{outcome},{arguments[3]}){rest}"
    if name == "version" and len(arguments) == 3 and arguments[1].isdigit():
        for step in (-1, 1):
            day = _moved("date_of_service", int(arguments[1]), step)
            yield f"first day {day}", f"version({arguments[0]},{day},{arguments[2]}){rest}"
    if name == "option" and len(arguments) == 4 and arguments[1] in ("1", "2"):
        rank = {"1": 20, "2": 0}[arguments[1]]  # behind all others, or before them
        yield f"rank {rank}", f"option({arguments[0]},{rank},{arguments[2]},{arguments[3]}){rest}"
    if name == "described" and len(arguments) == 3 and arguments[2].islower():
        other = "none" if arguments[2] != "none" else "approved"
        yield f"status {other}", f"{name}({arguments[0]},{arguments[1]},{other}){rest}"
    if name == "delivers" and len(arguments) == 2:
        yield "deliver protons", f"{name}({arguments[0]},proton){rest}"
    if name == "presumed_value" and len(arguments) == 2 and arguments[1] in ("true", "false"):
        other = "false" if arguments[1] == "true" else "true"
        yield f"presume {other}", f"{name}({arguments[0]},{other}){rest}"
    if name == "code" and len(arguments) == 2 and arguments[1].startswith('"'):
        yield "code other", f'{name}({arguments[0]},"other"){rest}'


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


# --- Trying mutants ------------------------------------------------------------------------------------

Answer = tuple[Any, ...]


def answer(kb: KnowledgeBase, case: CaseTest, policy: str) -> Answer:
    """All that a determination says."""
    try:
        found = kb.decide(case.case, policy, settings_of(kb, case))
    except PayerlogicError as error:
        return ("error", str(error))
    except Exception as error:  # a mutant may break the engine; the run has to go on
        return ("crash", type(error).__name__)
    told = found.to_dict()
    told.pop("kb")
    told["clauses"] = [(clause.id, clause.statements) for clause in found.clauses]
    return tuple(map(str, told.values()))


def solved(kb: KnowledgeBase, case: CaseTest, policy: str) -> Answer:
    """The possible classes by clingo, constraints included."""
    try:
        situation = kb.situation(kb.read(case.case), policy, settings_of(kb, case))
        return tuple(sorted(kb.solver.possible(policy, situation)))
    except PayerlogicError:
        return ("error",)
    except Exception as error:
        return ("crash", type(error).__name__)


def criteria(kb: KnowledgeBase, case: CaseTest, policy: str, names: Iterable[str]) -> Answer:
    """The status of every criterion that an explanation can show."""
    try:
        view = kb.view(kb.read(case.case), policy, settings_of(kb, case))
        return tuple(_status(kb, view, name) for name in names)
    except Exception as error:
        return ("crash", type(error).__name__)


@lru_cache(maxsize=2)
def _by_name(kb: KnowledgeBase) -> tuple[dict[str, int], set[str]]:
    """The atoms that depend on the case by name, and the names of those that are always true."""
    always = {str(symbol) for symbols in kb.ground.true_symbols.values() for symbol in symbols}
    return {str(symbol): atom for atom, symbol in kb.ground.symbol_of.items()}, always


def _status(kb: KnowledgeBase, view: View, name: str) -> bool | None:
    atoms, always = _by_name(kb)
    return view.status(atoms[name]) if name in atoms else name in always


class Trial:
    """The stored cases with the answers of the original, and a folder in which mutants are loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(KB, folder / "kb")
        self.kb = KnowledgeBase.load(KB)
        self.cases = stored_tests(KB)
        self.files = {file.name: file for file in self.kb.program.files}
        self._answers: dict[object, dict[tuple[str, int], Answer]] = {}
        self._first: dict[str, list[tuple[str, int]]] = {}

    def questions(self, file: str) -> list[tuple[str, int]]:
        """Which cases to ask of which policies, those first that noticed other mutants of the same file."""
        if file not in self._first:
            policies = [policy for policy in self.kb.policies if policy == Path(file).stem] or list(self.kb.policies)
            mentioned = {policy: [] for policy in policies}
            other = {policy: [] for policy in policies}
            for index, case in enumerate(self.cases):
                for policy in policies:
                    (mentioned if policy in case.expect or case.error else other)[policy].append((policy, index))
            self._first[file] = [each for policy in policies for each in (*mentioned[policy], *other[policy])]
        return self._first[file]

    @property
    def names(self) -> list[str]:
        """The criteria of the original that some answer rests on."""
        kb = self.kb
        cone = kb.graph.cone(
            atom for atom, symbol in kb.ground.symbol_of.items() if (symbol.name, len(symbol.arguments)) in OUTPUTS
        )
        shown = [kb.ground.symbol_of[atom] for atom in sorted(cone) if atom in kb.ground.symbol_of]
        return [str(symbol) for symbol in shown if symbol.name not in INPUTS]

    def place(self, mutant: Mutant) -> Path:
        file = self.files[mutant.file]
        return self.folder / "kb" / file.path.relative_to(KB)

    @contextmanager
    def changed(self, mutant: Mutant) -> Iterator[None]:
        """While this lasts, the folder holds the mutant."""
        original = self.files[mutant.file].text
        place = self.place(mutant)
        place.write_text(mutant.text(original), encoding="utf-8")
        try:
            yield
        finally:
            place.write_text(original, encoding="utf-8")

    def __call__(self, mutant: Mutant, *, prove: bool = True) -> tuple[str, str]:
        """What becomes of the mutant, and by what."""
        with self.changed(mutant):
            return self._try(mutant, prove)

    def noticed(self, mutant: Mutant, ask: Callable[..., Answer]) -> str:
        """The stored case to which the mutant in the folder answers something else, if there is one."""
        return self._noticed_by(KnowledgeBase.load(self.folder / "kb"), mutant, ask)

    def _try(self, mutant: Mutant, prove: bool) -> tuple[str, str]:
        try:
            other = KnowledgeBase.load(self.folder / "kb")
        except PayerlogicError as error:
            return "refused", str(error.problems[0]).replace(str(self.folder), "")
        except Exception as error:
            return "crashed", f"{type(error).__name__}: {error}"
        for fate, ask in (("killed", answer), ("killed", solved)):
            if noticed := self._noticed_by(other, mutant, ask):
                return fate, noticed
        if prove:
            fate, by = self.proof()
            if fate == "equivalent":
                return fate, by
        names = self.names
        if noticed := self._noticed_by(other, mutant, partial(criteria, names=names)):
            return "told", noticed
        return (fate, by) if prove else ("survived", "")

    def _noticed_by(self, other: KnowledgeBase, mutant: Mutant, ask: Callable[..., Answer]) -> str:
        """The first stored case to which the mutant answers something else; none: an empty text."""
        questions = self.questions(mutant.file)
        kept = self._answers.setdefault(getattr(ask, "func", ask), {})
        for place, (policy, index) in enumerate(questions):
            case = self.cases[index]
            if (policy, index) not in kept:
                kept[policy, index] = ask(self.kb, case, policy)
            if ask(other, case, policy) != kept[policy, index]:
                questions.insert(0, questions.pop(place))
                return f"{policy}, {case}"
        return ""

    def proof(self) -> tuple[str, str]:
        """Whether what is in the folder is equivalent to the original, or a case that tells them apart."""
        witness = told_apart(Program.read(KB), Program.read(self.folder / "kb"))
        return ("equivalent", "proved") if witness is None else ("survived", " ".join(witness))


# --- Proving equivalence -------------------------------------------------------------------------------


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


def told_apart(one: Program, other: Program) -> list[str] | None:
    """A case (with readings) on which two programs differ in anything that ``ANSWERS`` names; None proves
    that there is none. Facts and readings are shared, and every constraint is an answer too."""
    control = Control(["--warn=none"])
    predicates = list(ANSWERS) + [(policy, 1) for policy in _policies(one)]
    with ast.ProgramBuilder(control) as builder:
        for program, prefix in ((one, "one_"), (other, "other_")):
            renamed = _Renamed(prefix)
            for statement in program.statements:
                for node in _as_rules(statement.node, prefix):
                    builder.add(renamed.visit(node))
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
            symbols = [symbol for symbol in model.symbols(atoms=True) if symbol.name in ("apart", "case", "reading")]
            default = {
                str(Function("reading", s.arguments)) for s in model.symbols(atoms=True) if s.name == "one_default"
            }
            order = {"apart": 0, "reading": 1, "case": 2}
            shown = [symbol for symbol in symbols if str(symbol) not in default]
            return [str(symbol) for symbol in sorted(shown, key=lambda each: (order[each.name], str(each)))]
    return None


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


def _policies(program: Program) -> list[str]:
    return [file.policy for file in program.files if file.policy is not None]


# --- The reviewed list ---------------------------------------------------------------------------------


def reviewed() -> dict[str, Mapping[str, Any]]:
    """The survivors that somebody has looked at, by id: {mutant, why, equivalent}."""
    rows = yaml.safe_load(LIST.read_text(encoding="utf-8")) if LIST.exists() else []
    return {row["mutant"]: row for row in rows or []}


# --- The run -------------------------------------------------------------------------------------------

_trial: Trial | None = None


def _start() -> None:
    global _trial
    _trial = Trial(Path(tempfile.mkdtemp(prefix="mutate-")))


def _one(mutant: Mutant) -> tuple[str, str, str]:
    assert _trial is not None
    return (mutant.id, *_trial(mutant))


def run(chosen: Sequence[Mutant], processes: int, tell: Callable[[str], None]) -> list[tuple[str, str, str]]:
    """The fate of each mutant, as (id, fate, by what)."""
    results = []
    with ProcessPoolExecutor(processes, initializer=_start) as pool:
        for count, result in enumerate(pool.map(_one, chosen, chunksize=4), 1):
            results.append(result)
            if result[1] in ("survived", "equivalent", "crashed"):
                tell(f"{result[1]}: {result[0]}\n    {result[2]}")
            elif count % 50 == 0:
                tell(f"{count} of {len(chosen)}")
    return results


def sample(every: Sequence[Mutant], size: int, seed: int) -> list[Mutant]:
    return random.Random(seed).sample(list(every), min(size, len(every)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="try so many mutants only")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="only mutants whose description contains this")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="list the mutants and try none")
    parser.add_argument("--json", type=Path, help="write the fate of every mutant to this file")
    options = parser.parse_args()
    every = mutants(Program.read(KB))
    chosen = [mutant for mutant in every if options.only is None or options.only in mutant.id]
    if options.sample:
        chosen = sample(chosen, options.sample, options.seed)
    if options.list:
        print("\n".join(mutant.id for mutant in chosen))
        return 0
    began = time.monotonic()
    results = run(chosen, options.processes, lambda text: print(text, flush=True))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    fates = Counter(fate for _, fate, _ in results)
    print(f"{len(results)} of {len(every)} mutants in {time.monotonic() - began:.0f} s: ", end="")
    print(", ".join(f"{count} {fate}" for fate, count in fates.most_common()))
    return _findings(results, whole=len(results) == len(every))


def _findings(results: Sequence[tuple[str, str, str]], *, whole: bool) -> int:
    listed = reviewed()
    alive = {id_: fate for id_, fate, _ in results if fate in ("survived", "equivalent")}
    new = [id_ for id_ in alive if id_ not in listed]
    gone = [id_ for id_ in listed if id_ not in alive] if whole else []
    wrong = [
        id_ for id_, fate in alive.items() if id_ in listed and listed[id_]["equivalent"] != (fate == "equivalent")
    ]
    for title, ids in (("not reviewed", new), ("listed and no survivor", gone), ("not equivalent as listed", wrong)):
        for id_ in ids:
            print(f"{title}: {id_}")
    return 1 if new or gone or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
