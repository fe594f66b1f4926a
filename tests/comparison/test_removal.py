"""Switches that remove a conflict from a whole region, against cases decided one by one.

For each region of conflict and each single option of any reading: the region is told to be clear under it
exactly if, of many random cases of the region, none is approved at one side and denied at the other. Told
switches of several readings clear the region too, and no part of them does.
"""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from payerlogic import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.conflict_removal import Removal
from payerlogic.comparison.result import Comparison, Region
from tests.support.axes import all_axes, example_at, sides_of

CASES = 150
OPPOSED = {("approved", "denied"), ("denied", "approved")}


@pytest.fixture(scope="module")
def found(kb: KnowledgeBase) -> Comparison:
    return kb.compare("nia", "bcbsaz", kb.settings())


@pytest.fixture(scope="module")
def removal(kb: KnowledgeBase, found: Comparison) -> Removal:
    made = Removal.of(kb.situations, kb.solver, found)
    assert made is not None
    return made


def cases_of(kb: KnowledgeBase, removal: Removal, region: Region, rng: Random) -> list[StatedCase]:
    """Random cases of a region, with everything stated that the two sides ask."""
    asked = {removal.compiler.order[level] for view in removal.views for level in _asked(removal, view.classes)}
    fixed = {removal.compiler.order[variable] for view in removal.views for variable in view.fixed}
    silent = {attribute for view in removal.views for _, attribute in view.presumed}
    names = [name for name in kb.vocabulary if name in asked - fixed - silent]
    made: list[StatedCase] = []
    while len(made) < CASES:
        facts = {}
        for name in names:
            positions = sides_of(kb, region).get(name, range(len(all_axes(kb)[name].classes)))
            facts[name] = example_at(all_axes(kb)[name], rng.choice(sorted(positions)))
        case = StatedCase(None, facts)
        if kb.situations._possible(kb.situations.positions(case)):
            made.append(case)
    return made


def _asked(removal: Removal, node: int) -> set[int]:
    return removal.compiler.forest.support(node)


def clashes(kb: KnowledgeBase, case: StatedCase, readings: dict[str, str]) -> bool:
    decided = kb.decide(case, ["nia", "bcbsaz"], kb.settings(readings)).determinations
    return (decided["nia"].outcome, decided["bcbsaz"].outcome) in OPPOSED


def test_single_and_joint_switches(kb: KnowledgeBase, found: Comparison, removal: Removal) -> None:
    rng = Random(41)
    cleared = 0
    for pair in found.with_relation("conflict"):
        for region in pair.regions:
            cases = cases_of(kb, removal, region, rng)
            told = removal.switches(region)
            singles = {(name, option) for each in told if len(each) == 1 for name, taken in each for option in taken}
            for name, options in removal.table.options.items():
                for option in options[1:]:
                    some = any(clashes(kb, case, {name: option}) for case in cases)
                    assert some != ((name, option) in singles), (dict(region.box), name, option)
            for switch in told:
                cleared += 1
                readings = {name: taken[0] for name, taken in switch}
                assert not any(clashes(kb, case, readings) for case in cases)
                for fewer in combinations(readings.items(), len(readings) - 1):
                    assert any(clashes(kb, case, dict(fewer)) for case in cases)
    assert cleared >= 5


def test_different_days_are_no_one_question(kb: KnowledgeBase) -> None:
    apart = kb.compare("nia@2024-01-01", "bcbsaz@2022-10-01", kb.settings())
    assert Removal.of(kb.situations, kb.solver, apart) is None
