"""Made-up tables, and what decides their rows besides SQL: diagrams for the clauses, clingo for the classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import pyarrow as pa

from payerlogic import KnowledgeBase, Settings, StatedCase
from payerlogic.answers.decision import Decider
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.solver import Assumptions
from payerlogic.text.days import date_of
from tests.support.axes import all_axes, place_of

TYPES = {
    "choice": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int32(),
    "date": pa.date32(),
    "set": pa.list_(pa.string()),
}
OTHER_CODES = ("99213", "0394T")
WHAT = ("class", "outcome", "possible", "clauses")


def table(kb: KnowledgeBase, facts: Sequence[Mapping[str, Value]]) -> pa.Table:
    """A table of the vocabulary's columns; the id of a row is its place in ``facts``."""
    columns: dict[str, Any] = {"id": pa.array(range(len(facts)), pa.int64())}
    for name, attribute in kb.vocabulary.items():
        values = (row.get(name) for row in facts)
        plain = [sorted(value) if isinstance(value, frozenset) else value for value in values]
        columns[name] = pa.array(plain, TYPES[attribute.type])
    return pa.table(columns)


def value_in(axis: ValueAxis, position: int, rng: Random) -> Value:
    """Any value in one class of an axis."""
    member = rng.choice(axis.classes[position])
    attribute = axis.attribute
    if isinstance(member, frozenset):
        others = rng.sample(OTHER_CODES, rng.randint(1, 2))
        return frozenset(code for word in member for code in (others if word == attribute.open_value else [word]))
    if attribute.type == "boolean":
        return member == "true"
    if attribute.type in ("integer", "date"):
        starts = sorted(int(start) for start in axis.atoms)
        after = [start for start in starts if start > int(member)]
        if attribute.type == "integer":
            return rng.choice([int(member), rng.randint(int(member), after[0] - 1 if after else attribute.greatest)])
        first = date_of(int(member))
        if first is None:  # the day before the first period that any policy knows
            first = date_of(after[0])
            assert first is not None
            return first - timedelta(days=rng.choice([1, 400]))
        return first + timedelta(days=rng.choice([0, 0, 20]))
    return str(member)


def random_facts(kb: KnowledgeBase, rng: Random) -> dict[str, Value]:
    """Facts that can go together; each row states another share of them, and most are ordinary requests."""
    while True:
        share = rng.random()
        stated = {name for name in all_axes(kb) if rng.random() < share}
        positions = {name: rng.randrange(len(all_axes(kb)[name].classes)) for name in all_axes(kb) if name in stated}
        for presumption in kb.catalog.presumptions:
            name = presumption.attribute
            if name in positions and rng.random() < 0.6:
                value = presumption.value
                words = [value] if value not in (None, "today") else []
                plain = [place for word in words for place in all_axes(kb)[name].positions_with(word)]
                positions[name] = plain[0] if plain else len(all_axes(kb)[name].classes) - 1
        if kb.situations._possible({name: place_of(kb, name, at) for name, at in positions.items()}):
            return {name: value_in(all_axes(kb)[name], place, rng) for name, place in positions.items()}


def classes_by_clingo(kb: KnowledgeBase, policy: str, situation: Assumptions) -> set[str]:
    """The possible classes as ``Solver.possible`` finds them, but looking at no other atoms of a model: that is
    five times as fast, and here it is asked some 300,000 times."""
    atoms = _determinations(kb, policy)
    literals, found = kb.solver.assumptions(situation), set[str]()
    while True:
        with kb.ground.control.solve(assumptions=literals, yield_=True) as handle:
            model = handle.model()
            if model is None:
                return found
            fresh = {name for name, atom in atoms.items() if model.is_true(atom)}
        assert fresh, "a completion without a class"
        found |= fresh
        literals += [-atoms[name] for name in fresh]


@cache
def _determinations(kb: KnowledgeBase, policy: str) -> dict[str, int]:
    assert not list(kb.ground.facts("determination", 2)), "a class that every case has"
    found = {tuple(map(str, symbol.arguments)): atom for atom, symbol in kb.ground.atoms("determination", 2)}
    return {class_: atom for (name, class_), atom in found.items() if name == policy}


@dataclass(frozen=True)
class Expected:
    """What a row has to have for one policy."""

    class_: str | None
    outcome: str
    possible: list[str]
    clauses: list[str]

    def row(self) -> tuple[object, ...]:
        return self.class_, self.outcome, self.possible, self.clauses


def expected(kb: KnowledgeBase, facts: Mapping[str, Value], policy: str, settings: Settings) -> Expected:
    """The classes that clingo finds, and the clauses as ``decide`` tells them."""
    taken = {name: value for name, value in facts.items() if name not in kb.reader.withheld(facts)}
    view = kb.situations.view(StatedCase(None, taken), policy, settings)
    asked = classes_by_clingo(kb, policy, kb.situations.situation(view))
    possible = tuple(name for name in kb.catalog.classes if name in asked)
    return Expected(
        possible[0] if len(possible) == 1 else None,
        Decider.of(kb)._outcome(possible),
        list(possible),
        [clause.id for clause in Decider.of(kb)._clauses(view, possible, None)],
    )


def answers(rows: Sequence[Mapping[str, Any]], policy: str) -> dict[int, tuple[object, ...]]:
    """The columns of one policy, by the id of the row; lists as lists."""
    found = {}
    for row in rows:
        cells = [row[f"{policy}_{what}"] for what in WHAT]
        found[row["id"]] = tuple(list(cell) if isinstance(cell, list | tuple) else cell for cell in cells)
    assert len(found) == len(rows)
    return found


def differences(
    kb: KnowledgeBase,
    facts: Sequence[Mapping[str, Value]],
    rows: Sequence[Mapping[str, Any]],
    wanted: Mapping[str, Sequence[Expected]],
) -> Iterator[str]:
    """What SQL answers otherwise, in words that let the question be asked again."""
    if sorted(row["id"] for row in rows) != list(range(len(facts))):
        yield "rows are lost or doubled"
        return
    for row in rows:
        if row["impossible"] is not None:
            yield f"{facts[row['id']]} is called impossible: {row['impossible']}"
    for policy, expectations in wanted.items():
        for id_, cells in answers(rows, policy).items():
            if cells != expectations[id_].row():
                yield f"{policy}, {dict(facts[id_])}: {cells}, not {expectations[id_].row()}"
