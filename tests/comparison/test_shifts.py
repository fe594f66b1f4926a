"""What moves when texts are read otherwise, by sheer enumeration and by what two comparisons say of themselves.

============================  ==========================================================================
``test_small``                two made-up policies: every cell that moves, and no other, lies in its boxes
``test_balance``              NIA and BCBSAZ: for each reading, what a pair loses and gains is its difference
``test_same``                 nothing moves between a comparison and itself
``test_effect``               what one reading moves at its own policy, as a comparison of the two readings has it
``test_other_question``       comparisons that differ in more than readings are refused
============================  ==========================================================================
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from payerlogic import KnowledgeBase
from payerlogic.comparison.result import Comparison
from tests.comparison.cells import Cells, asked
from tests.comparison.test_partition import random_base

AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def core(kb: KnowledgeBase) -> Comparison:
    return kb.compare("nia", "bcbsaz", kb.settings(as_of=AS_OF))


@pytest.mark.parametrize("presumptions", [True, False])
def test_small(small: KnowledgeBase, presumptions: bool) -> None:
    def compared(option: str) -> Comparison:
        readings = {"alder_lacking": option}
        return small.compare("alder", "rowan", small.settings(readings, presumptions=presumptions, as_of=AS_OF))

    before, after = compared("finding_counts"), compared("status_only")
    names = asked(small, before) | asked(small, after)
    base = random_base(small, Random(1))
    # The same representative of each class of values in both, so that a cell is the same case.
    was, now = (Cells(small, found, names, base, Random(1)) for found in (before, after))
    moved = {
        (a, b): where & other
        for a, where in was.pairs.items()
        for b, other in now.pairs.items()
        if a != b and where & other
    }
    found = small.shifts(before, after)
    if not presumptions:
        assert moved, "the reading has to move something for this to say anything"
    assert {(shift.before, shift.after) for shift in found} == moved.keys()
    possible = was.possible & now.possible
    for shift in found:
        covered = 0
        for each in shift.regions:
            covered |= now.of_region(each.region)
        assert covered & possible == moved[shift.before, shift.after]


def test_balance(kb: KnowledgeBase, core: Comparison) -> None:
    shares = {(pair.left, pair.right): pair.share for pair in core.pairs}
    for reading in kb.catalog.readings.values():
        option = reading.options[-1].name
        after = kb.compare("nia", "bcbsaz", kb.settings({reading.id: option}, as_of=AS_OF))
        change: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for shift in kb.shifts(core, after):
            assert shift.share > 0
            change[shift.before] -= shift.share
            change[shift.after] += shift.share
        now = {(pair.left, pair.right): pair.share for pair in after.pairs}
        for pair in shares.keys() | now.keys():
            assert now.get(pair, Fraction(0)) - shares.get(pair, Fraction(0)) == change[pair], (reading.id, pair)


def test_same(kb: KnowledgeBase, core: Comparison) -> None:
    assert kb.shifts(core, core) == []


def test_other_question(kb: KnowledgeBase, core: Comparison) -> None:
    other = kb.compare("nia", "bcbsaz@2022-09-19", kb.settings(as_of=AS_OF))
    with pytest.raises(ValueError, match="only the readings may differ"):
        kb.shifts(core, other)


def test_effect(kb: KnowledgeBase) -> None:
    settings = kb.settings(as_of=AS_OF)
    for id_ in ("bcbsaz_rectal_scope", "bcbsaz_evidence_test", "rectosigmoid", "nia_electronic_brachytherapy"):
        reading = kb.catalog.readings[id_]
        policy = reading.policy if reading.policy in kb.policies else "bcbsaz"
        option = reading.options[-1].name
        found = kb.effect_of(policy, {reading.id: option}, settings)
        other = kb.settings({reading.id: option}, as_of=AS_OF)
        compared = kb.compare(policy, policy, left_settings=settings, right_settings=other)
        outcome = {name: each.outcome for name, each in kb.catalog.classes.items()}
        assert found.classes == sum(pair.share for pair in compared.pairs if pair.left != pair.right)
        assert found.outcomes == sum(p.share for p in compared.pairs if outcome[p.left] != outcome[p.right])
