"""Comparisons of editions and current policies end proved, and agree with what the rules give case by case.

=============================  =====================================================================================
``test_every_pair``            each ordered pair of nia, bcbsaz and their editions, presumptions on and off, under 50
                               random choices of readings (for both sides, often different ones): one of them is
                               compared in full, with its proof; of all, random complete cases have the classes that
                               the ground rules give them, without any diagram
``test_days_and_...``          two made-up policies: a side with a day of its own beside one without, a side that
                               presumes beside one that does not
``test_an_edition_...``        the date in a region is that of the side without a day
=============================  =====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.comparison.result import Comparison, Party
from payerlogic.comparison.result import party as side_of
from payerlogic.comparison.space import Space
from payerlogic.semantics.case_space import Member
from payerlogic.text.days import date_of
from tests.comparison.cells import DAY
from tests.conftest import AS_OF
from tests.support.axes import all_axes, place_of, sides_of

READINGS = 50
CASES = 2
EDITIONS = {"nia": ("2023-01-01",), "bcbsaz": ("2022-09-19", "2023-09-21", "2024-09-03")}
NAMES = [name for policy, days in EDITIONS.items() for name in (policy, *(f"{policy}@{day}" for day in days))]


def test_editions_are_all(kb: KnowledgeBase) -> None:
    found = {
        id_: tuple(day.isoformat() for first, _ in policy.versions if (day := date_of(first)))
        for id_, policy in kb.catalog.policies.items()
    }
    assert found == EDITIONS


def random_settings(kb: KnowledgeBase, rng: Random, *, presumptions: bool) -> Settings:
    share = rng.choice([0, 0.2, 1])
    readings = {
        name: rng.choice(each.options).name for name, each in kb.catalog.readings.items() if rng.random() < share
    }
    return kb.settings(readings, presumptions=presumptions, as_of=AS_OF)


def parties_of(kb: KnowledgeBase, rng: Random, names: tuple[str, str], presumptions: bool) -> tuple[Party, Party]:
    left, right = (random_settings(kb, rng, presumptions=presumptions) for _ in names)
    return side_of(kb, names[0], left), side_of(kb, names[1], rng.choice([left, right]))


class ByRules:
    """The class of a complete case at one side, from the ground rules alone."""

    def __init__(self, kb: KnowledgeBase, party: Party) -> None:
        self.kb, self.party = kb, party
        self.situation = kb.situations.situation(party.view(kb.situations))

    def atoms(self, case: dict[str, Member]) -> set[int]:
        """All that holds: the date is this side's own, if it has one."""
        seen = case | ({DAY: self.situation.known[DAY]} if DAY in self.situation.known else {})
        true = [atom for name, member in seen.items() for atom in all_axes(self.kb)[name].true_atoms(member)]
        return self.kb.graph.evaluate([*true, *self.situation.readings])

    def holds(self, atoms: set[int], name: str, *arguments: str) -> bool:
        atom = self.kb.compiler.ground_atom(name, *arguments)
        if atom is not None:
            return atom in atoms
        return any(tuple(map(str, s.arguments)) == arguments for s in self.kb.ground.facts(name, len(arguments)))

    def possible(self, atoms: set[int]) -> bool:
        """Whether no axiom is broken, and what this side presumes holds."""
        broken = any(self.holds(atoms, "impossible", axiom) for axiom in self.kb.catalog.axioms)
        return not broken and all(self.holds(atoms, "presumption_holds", name) for name in self.situation.presumed)

    def classes(self, atoms: set[int]) -> set[str]:
        names = self.kb.catalog.classes
        return {name for name in names if self.holds(atoms, "determination", self.party.policy, name)}


def random_cases(kb: KnowledgeBase, sides: tuple[ByRules, ByRules], rng: Random) -> Iterator[dict[str, Member]]:
    """Complete cases, mostly possible ones, that agree with what both sides take for granted plainly."""
    given = {n: m for side in sides for n, m in side.situation.known.items() if n != DAY}
    usual = {"oncologic": "true", "service_is_iort": "true"}
    while True:
        case = {name: rng.choice(rng.choice(axis.classes)) for name, axis in all_axes(kb).items()}
        case |= {name: value for name, value in usual.items() if rng.random() < 0.8}
        case["tumor_behavior"] = "in_situ" if case["t_category"] == "Tis" else "invasive"
        case["device"] = "other"
        yield case | given


def check_cases(kb: KnowledgeBase, parties: tuple[Party, Party], rng: Random, found: Comparison | None) -> None:
    """Random cases have, in the joint diagram and in the boxes, the classes that the rules give them."""
    space = Space(kb.situations, parties)
    sides = ByRules(kb, parties[0]), ByRules(kb, parties[1])
    cases, checked = random_cases(kb, sides, rng), 0
    while checked < (CASES if found is None else 50):
        case = next(cases)
        atoms = [side.atoms(case) for side in sides]
        position = {name: all_axes(kb)[name].place(member) for name, member in case.items()}
        if not all(side.possible(each) for side, each in zip(sides, atoms, strict=True)):
            continue
        checked += 1
        classes = [side.classes(each) for side, each in zip(sides, atoms, strict=True)]
        at = kb.compiler.all_at({name: place_of(kb, name, place) for name, place in position.items()})
        value = space.forest.value(space.forest.follow(space.joint, at))
        assert isinstance(value, tuple)
        assert [{name} for name in value] == classes, case
        if found is not None:
            inside = {
                (pair.left, pair.right)
                for pair in found.pairs
                for region in pair.regions
                if all(position[name] in places for name, places in sides_of(kb, region).items())
            }
            assert inside == {value}, case


@pytest.mark.long
@pytest.mark.parametrize("presumptions", [True, False], ids=["presumed", "open"])
@pytest.mark.parametrize("names", list(product(NAMES, NAMES)), ids=" ".join)
def test_every_pair(kb: KnowledgeBase, names: tuple[str, str], presumptions: bool) -> None:
    rng = Random(f"{names} {presumptions}")
    part = kb.only(*(name.partition("@")[0] for name in names))
    for index in range(READINGS):
        parties = parties_of(part, rng, names, presumptions)
        found = None
        if index == 0:
            settings = [party.settings for party in parties]
            found = kb.compare(*names, left_settings=settings[0], right_settings=settings[1])
            assert found.complete
        check_cases(part, parties, rng, found)


OPEN: dict[str, Any] = {"presumptions": False}
MIXED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("rowan", "rowan@2023-06-01", OPEN, OPEN),
    ("rowan@2023-06-01", "rowan", OPEN, OPEN),
    ("rowan@2022-06-01", "rowan", OPEN, OPEN),
    ("alder", "rowan@2023-06-01", OPEN, OPEN),
    ("alder@2025-01-01", "rowan", OPEN, OPEN),
    ("alder@1999-01-01", "alder", OPEN, OPEN),
    ("rowan", "rowan", {}, OPEN),
    ("rowan", "rowan", OPEN, {}),
    ("alder", "rowan", OPEN, {}),
    ("alder", "rowan@2023-06-01", {}, OPEN),
    ("rowan@2024-06-01", "alder", OPEN, {}),
    ("rowan@2023-06-01", "rowan@2024-06-01", {}, OPEN),
]


@pytest.mark.parametrize(("left", "right", "here", "there"), MIXED, ids=str)
def test_days_and_presumptions_of_each_side(
    small: KnowledgeBase, left: str, right: str, here: dict[str, Any], there: dict[str, Any]
) -> None:
    """A side with a day of its own beside one without, and a side that presumes beside one that does not."""
    ours, theirs = (small.settings(as_of=AS_OF, **how) for how in (here, there))
    found = small.compare(left, right, left_settings=ours, right_settings=theirs)
    assert found.complete
    part = small.only(found.left.policy, found.right.policy)
    check_cases(part, (found.left, found.right), Random(left + right), found)
    for pair in found.pairs:
        for region in pair.regions:
            for party, class_ in ((found.left, pair.left), (found.right, pair.right)):
                asked = party.case(region.witness, part.catalog)
                assert part.decide(asked, party.policy, party.on_its_day).class_ == class_


def test_an_edition_against_every_date(kb: KnowledgeBase) -> None:
    """What each pair of BCBSAZ's first edition and BCBSAZ on any date says of the date."""
    settings = kb.settings(presumptions=False, as_of=AS_OF)
    found = kb.compare("bcbsaz@2022-09-19", "bcbsaz", settings)
    for pair in found.pairs:
        if pair.right == "not_in_force":
            assert all(region.box[DAY] == ["..2022-09-18"] for region in pair.regions)
    assert "not_in_force" not in {pair.left for pair in found.pairs}


@pytest.mark.parametrize(
    ("left", "right", "shared"),
    [
        ("nia", "bcbsaz@2022-09-19", {}),
        ("nia@2023-01-01", "bcbsaz@2022-09-19", {}),
        ("nia", "bcbsaz", {"rectosigmoid": "colon"}),
    ],
)
def test_what_removes_a_conflict(kb: KnowledgeBase, left: str, right: str, shared: dict[str, str]) -> None:
    """On the witness a switch ends the conflict, asked of each side on its own day; sides that do not see a case alike
    are asked no question about both."""
    found = kb.compare(
        left, right, left_settings=kb.settings(shared, as_of=AS_OF), right_settings=kb.settings(as_of=AS_OF)
    )
    every = kb.contested(found)
    assert every
    assert all(
        (each.whole is None) == (shared != {} or left.partition("@")[2] != right.partition("@")[2]) for each in every
    )
    for each in every:
        for party, switches, class_ in (
            (found.left, each.left, each.pair.left),
            (found.right, each.right, each.pair.right),
        ):
            for switch in switches:
                taken = {name: options[0] for name, options in switch.options}
                settings = replace(party.settings, readings={**party.settings.readings, **taken}, as_of=party.day)
                after = kb.decide(party.case(each.region.witness, kb.catalog), party.policy, settings)
                assert after.outcome != kb.catalog.classes[class_].outcome
