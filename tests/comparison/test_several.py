"""Several policies at once: the vectors of outcomes by sheer enumeration, and the order of strictness.

================================  =====================================================================
``test_small``                    made-up policies and editions: every cell, count, region and implication
``test_of_two``                   two policies: what ``compare`` finds, by outcomes
``test_wrong_parts``              what is wrong in any part is not proved
``test_fewer_regions``            a budget lists the largest, says which share, and proves what it lists
``test_two_by_two_as_compare``    two are in each relation as often as a comparison finds
``test_order``                    the order of strictness by its definition, on random families of sets
================================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations
from random import Random

import networkx as nx
import pytest

from payerlogic import KnowledgeBase
from payerlogic.answers.decision import Decider
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.several import RELATIONS, SeveralComparer, SeveralPolicies, Vector, relation_of
from payerlogic.comparison.strictness import Order
from payerlogic.errors import InternalDisagreement, QuestionError

from .cells import Cells, asked
from .test_partition import AS_OF, presumed, random_base

APPROVED = "approved"


def outcome_cells(cells: Cells) -> dict[tuple[str, ...], int]:
    """Where each vector of outcomes is, and over how many cells that what the presumptions speak for does not tell
    apart."""
    classes = cells.kb.catalog.classes
    found: dict[tuple[str, ...], int] = {}
    for names, where in cells.pairs.items():
        key = tuple(classes[name].outcome for name in names)
        found[key] = found.get(key, 0) | where
    return found


def counted(cells: Cells) -> tuple[dict[tuple[str, ...], int], int]:
    """How many cells each vector has, counted as for two policies."""
    spoken_for = {each.attribute for each in cells.kb.catalog.presumptions if each.id in presumed(cells)}
    pairs, _ = cells.without({*cells.kb.catalog.unnamed, *spoken_for})
    counts, total = cells.count(pairs)
    classes = cells.kb.catalog.classes
    found: dict[tuple[str, ...], int] = {}
    for names, count in counts.items():
        key = tuple(classes[name].outcome for name in names)
        found[key] = found.get(key, 0) + count
    return found, total


@pytest.mark.parametrize(
    ("policies", "presumptions"),
    [
        (("alder", "rowan", "rowan@2023-06-01"), True),
        (("rowan", "alder", "alder@2022-06-01", "rowan@2022-06-01"), True),
        (("alder@2025-01-01", "rowan@2023-06-01", "rowan@2024-06-01"), False),
    ],
    ids=str,
)
def test_small(small: KnowledgeBase, policies: tuple[str, ...], presumptions: bool) -> None:
    found = small.compare_several(policies, small.settings(as_of=AS_OF, presumptions=presumptions))
    assert found.complete
    assert found.names == policies
    rng = Random(2)
    cells = Cells(small, found, asked(small, found), random_base(small, rng), rng)
    where = outcome_cells(cells)
    assert {vector.outcomes for vector in found.vectors} == set(where)
    counts, total = counted(cells)
    per_cell = cells.per_cell(total, found.cells)
    for vector in found.vectors:
        assert vector.cells * per_cell == counts[vector.outcomes]
        assert vector.share == Fraction(counts[vector.outcomes], total)
        assert vector.all_listed
        covered = 0
        for region in vector.regions:
            covered |= cells.of_region(region)
        assert covered & cells.possible == where[vector.outcomes]
        check_witness(small, found, vector)
    for each in found.approves:
        i, j = policies.index(each.left), policies.index(each.right)
        but = [key for key in where if key[i] == APPROVED != key[j]]
        assert each.holds == (not but)
        approved = sum(count for key, count in counts.items() if key[i] == APPROVED)
        assert each.otherwise == (Fraction(sum(counts[key] for key in but), approved) if but else 0)


def check_witness(kb: KnowledgeBase, found: SeveralPolicies, vector: Vector) -> None:
    for case in (vector.witness, *(region.witness for region in vector.regions)):
        for party, outcome in zip(found.parties, vector.outcomes, strict=True):
            assert kb.decide(party.case(case, kb.catalog), party.policy, party.on_its_day).outcome == outcome


def test_of_two(kb: KnowledgeBase) -> None:
    settings = kb.settings(as_of=AS_OF)
    found, pairs = kb.compare_several(["nia", "bcbsaz"], settings), kb.compare("nia", "bcbsaz", settings)
    shares: dict[tuple[str, ...], Fraction] = {}
    for pair in pairs.pairs:
        key = kb.catalog.classes[pair.left].outcome, kb.catalog.classes[pair.right].outcome
        shares[key] = shares.get(key, Fraction(0)) + pair.share
    assert {vector.outcomes: vector.share for vector in found.vectors} == shares
    assert [(each.left, each.right) for each in found.approves if each.holds] == [("bcbsaz", "nia")]
    assert found.order.steps == ((("bcbsaz",), ("nia",)),)


def test_fewer_regions(small: KnowledgeBase) -> None:
    policies = ["alder", "rowan", "rowan@2023-06-01"]
    settings = small.settings(as_of=AS_OF)
    whole, few = small.compare_several(policies, settings), small.compare_several(policies, settings, regions=1)
    assert few.complete
    assert few.to_dict(small.vocabulary) == small.compare_several(policies, settings, regions=1).to_dict(
        small.vocabulary
    )
    assert any(not vector.all_listed for vector in few.vectors)
    for all_of_it, some in zip(whole.vectors, few.vectors, strict=True):
        assert (some.outcomes, some.cells) == (all_of_it.outcomes, all_of_it.cells)
        assert len(some.regions) == 1
        assert some.listed * some.share == some.regions[0].share
        assert some.regions[0].box in [region.box for region in all_of_it.regions]
        assert some.all_listed == (len(all_of_it.regions) == 1)


def test_wrong_parts(small: KnowledgeBase) -> None:
    found = small.compare_several(["alder", "rowan", "rowan@2023-06-01"], small.settings(as_of=AS_OF))
    search = SeveralComparer(Comparer(small.situations, Decider.of(small)), small.program)
    search._prove(found)
    first, second, *rest = found.vectors
    broken: list[Callable[[], SeveralPolicies]] = [
        lambda: replace(found, vectors=(second, *rest)),  # a vector is missing
        lambda: replace(found, vectors=(replace(first, regions=first.regions[1:]), second, *rest)),  # a region is
        lambda: replace(found, vectors=(replace(first, witness=second.witness), second, *rest)),
        lambda: replace(found, vectors=(replace(first, regions=(*first.regions, *second.regions)), second, *rest)),
        lambda: replace(found, approves=tuple(replace(each, witness=None) for each in found.approves)),
    ]
    for make in broken:
        with pytest.raises(InternalDisagreement):
            search._prove(make())


def test_relations() -> None:
    assert relation_of(("approved", "denied", "review")) == "conflict"
    assert relation_of(("approved", "review", "not_addressed")) == "process"
    assert relation_of(("denied", "denied", "not_addressed")) == "silent"
    assert relation_of(("denied", "denied")) == "agree"
    assert relation_of(("not_addressed", "not_addressed")) == "silent"


def test_two_by_two_as_compare(kb: KnowledgeBase) -> None:
    """Two policies are in each relation for as many cells as a comparison of the two finds."""
    base = kb.of_service("lung_screening")
    settings, names = base.settings(as_of=AS_OF), ["acs_ldct", "cms_ldct", "uspstf_ldct"]
    for left, right in combinations(names, 2):
        found = base.compare_several([left, right], settings, regions=1)
        pairs = base.compare(left, right, settings, regions=1).pairs
        shares = dict.fromkeys(RELATIONS, Fraction(0))
        for pair in pairs:
            shares["agree" if pair.relation == "basis" else pair.relation] += pair.share
        assert {name: found.share_where(left, right, name) for name in RELATIONS} == shares


@pytest.mark.parametrize("seed", range(30))
def test_order(seed: int) -> None:
    rng = Random(seed)
    names = "abcde"
    sets = {name: frozenset(x for x in range(4) if rng.random() < 0.6) for name in names}
    holds = [(a, b) for a, b in permutations(names, 2) if sets[a] <= sets[b]]
    apart = [frozenset(pair) for pair in combinations(names, 2) if rng.random() < 0.4]
    order = Order.of(names, holds, apart)
    assert {name: group for group in order.alike for name in group}.keys() == set(names)
    assert all(len({sets[name] for name in group}) == 1 for group in order.alike)
    reached = {(a, b) for one in order.alike for other in nx.descendants(order.graph, one) for a in one for b in other}
    assert reached == {(a, b) for a, b in permutations(names, 2) if sets[a] < sets[b]}
    for step in order.steps:  # none follows from the others
        fewer = order.graph
        fewer.remove_edge(*step)
        assert step[1] not in nx.descendants(fewer, step[0])
    friendly = set(order.groups)
    every = [
        c
        for n in range(1, 6)
        for c in combinations(names, n)
        if not any(frozenset(p) in apart for p in combinations(c, 2))
    ]
    assert friendly == {c for c in every if not any(set(c) < set(other) for other in every)}


def test_what_cannot_be_compared(kb: KnowledgeBase) -> None:
    with pytest.raises(QuestionError, match="nia is named twice"):
        kb.compare_several(["nia", "bcbsaz", "nia"])
    with pytest.raises(QuestionError, match="needs two policies"):
        kb.compare_several(["nia"])
    with pytest.raises(QuestionError, match="policies of different services"):
        kb.compare_several(["nia", "bcbsaz", "acs_ldct"])


def test_who_approves_the_same_cases(kb: KnowledgeBase) -> None:
    """Each case is in the set of exactly the policies that approve it, the largest set first and none at the end."""
    base = kb.of_service("lung_screening")
    names = ["acs_ldct", "cms_ldct", "cms_ldct@2015-02-05", "uspstf_ldct"]
    found = base.compare_several(names, base.settings(as_of=AS_OF), regions=1)
    cells: dict[tuple[str, ...], int] = {}
    for vector in found.vectors:
        who = tuple(name for name, outcome in zip(found.names, vector.outcomes, strict=True) if outcome == APPROVED)
        cells[who] = cells.get(who, 0) + vector.cells
    counted_ = {who: sum(each.cells for each in vectors) for who, vectors in found.approvers}
    assert counted_ == cells
    sizes = [count for who, count in counted_.items() if who]
    assert sizes == sorted(sizes, reverse=True)
    assert [*counted_][-1] == ()
    for left, right in found.order.steps:
        assert all(set(right) <= set(who) for who in counted_ if set(left) & set(who))
