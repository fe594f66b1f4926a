"""Made-up policies of two editions, and what is said of them case by case: every model of clingo is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from random import Random

from payerlogic import KnowledgeBase
from payerlogic.program.files import Program
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.statements import Literal, Term
from tests.support.folders import small_folder, with_policy

HERE = Path(__file__).resolve().parent
FIRST, SECOND = 20200101, 20220101
HEAD = f"""payer(ash, "Ash Health (made up)"). policy(ash, ash, editions, "ASH_1", "Made up").
statement(ash, "S1", "Criteria", "sentence 1", "made up", rule).
version(ash, {FIRST}, "first edition"). version(ash, {SECOND}, "second edition"). cites(ash, version, "S1").
clause(ash, early, "No edition in force"). gate(ash, 1, early). cites(ash, early, "S1").
label(passed(ash,early), "an edition in force").
met(ash, early) :- not in_force(ash).
concludes(ash, early, not_in_force).
"""


def dated(kb_folder: Path, folder: Path, text: str) -> KnowledgeBase:
    """The small knowledge base with a policy of two editions."""
    return with_policy(
        small_folder(kb_folder, HERE, folder, vocabulary="dated", services="editions"), "ash", HEAD + text
    )


def condition(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return f"case(urgent, {rng.choice(['true', 'false'])})"
    if kind < 0.65:
        return f"case(site, {rng.choice(['arm', 'leg', '(arm; hand)'])})"
    return f"{rng.choice(['at_least', 'at_most'])}(visits, {rng.choice([2, 5])})"


def two_editions(seed: int) -> str:
    """Two clauses that share a criterion, which has a rule for each edition, with a condition in common, and now and
    then a third way."""
    rng = Random(seed)
    text = _drawn(rng)
    while _says_twice(text):
        text = _drawn(rng)
    return text


def _says_twice(text: str) -> bool:
    """Whether a line is there twice: to a solver the two are one."""
    lines = text.split("\n")
    return len(set(lines)) < len(lines)


def _drawn(rng: Random) -> str:
    common, ways = condition(rng), [FIRST, SECOND, rng.choice((FIRST, SECOND))][: rng.choice((2, 3))]
    rules = []
    for name, class_ in (("a", "medically_necessary"), ("b", "experimental_investigational")):
        rules.append(
            f'clause(ash, {name}, "Clause {name}"). cites(ash, {name}, "S1"). concludes(ash, {name}, {class_}).'
        )
    rules.append(f"met(ash, a) :- criterion(ash, shared), {condition(rng)}.")
    rules.append(f"met(ash, b) :- {rng.choice(['criterion(ash, shared), ', ''])}{condition(rng)}.")
    rules.append("prevails(ash, b, a).")
    for day in ways:
        own = [common, *(condition(rng) for _ in range(rng.randint(0, 1)))]
        rules.append(f"criterion(ash, shared) :- {', '.join(dict.fromkeys([f'in_force(ash, {day})', *own]))}.")
    return "\n".join([*rules, 'label(criterion(ash, shared), "the shared criterion").'])


@dataclass(frozen=True)
class Instance:
    """One way of a rule: the line where it stands, what it concludes, and one of each that it lists."""

    line: int
    head: str
    body: frozenset[str]


@dataclass(frozen=True)
class Cases:
    """Every possible case past the gates, as the atoms that hold there."""

    program: Program

    @cached_property
    def atoms(self) -> list[frozenset[str]]:
        ground = GroundProgram.of(self.program)
        control = ground.control
        control.configuration.solve.models = 0  # type: ignore[union-attr]
        with control.solve(yield_=True) as handle:
            every = [frozenset(map(str, each.symbols(atoms=True))) for each in handle]
        return [each for each in every if "met(ash,early)" not in each]

    @cached_property
    def classes(self) -> dict[frozenset[str], str]:
        """The class of each case."""
        return {
            frozenset(a for a in each if a.startswith("case(")): next(
                a for a in sorted(each) if a.startswith("determination(ash,")
            )
            for each in self.atoms
        }

    @cached_property
    def instances(self) -> list[Instance]:
        """The ways of the criterion and of the clauses, as they are written."""
        found = []
        for each in self.program.statements:
            rule = each.rule
            if each.file.policy != "ash" or rule is None or not rule.body or "early" in str(rule.heads[0]):
                continue
            for body in product(*(list(_apart(literal)) for literal in rule.body)):
                found.append(Instance(each.line, str(rule.heads[0]), frozenset(body)))
        return found

    def holds(self, instance: Instance, *also: str) -> bool:
        """Whether some case has all that an instance asks for, and these."""
        return any(instance.body <= each and each.issuperset(also) for each in self.atoms)

    def users(self, instance: Instance) -> list[str]:
        """The clauses that come to an instance."""
        if instance.head.startswith("met("):
            return [instance.head]
        return sorted({each.head for each in self.instances if instance.head in each.body})

    def ways(self, head: str) -> int:
        return len({each.body for each in self.instances if each.head == head})


def _apart(literal: Literal) -> Iterator[str]:
    """What a condition asks for, one of each that it lists."""
    assert literal.atom is not None
    *first, last = literal.atom.parts
    for each in last.alternatives():
        yield str(Term("function", literal.atom.name, (*first, each)))
