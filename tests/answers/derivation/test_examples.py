"""Examples look like patients: usual values where they are free, and parts that fit each other."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerlogic import KnowledgeBase
from payerlogic.diagrams.covers import first_cell
from payerlogic.diagrams.forest import FALSE, Forest
from payerlogic.semantics.typical_values import fitting
from payerlogic.semantics.value_sets import example_of
from tests.support.axes import all_axes, example_at


def test_the_value_at_a_position_lies_at_it(kb: KnowledgeBase) -> None:
    for axis in all_axes(kb).values():
        for position in range(len(axis.classes)):
            assert axis.position(example_at(axis, position)) == position


def test_the_typical_value_comes_first(kb: KnowledgeBase) -> None:
    for axis in all_axes(kb).values():
        typical = axis.attribute.typical
        if typical is not None:
            first = axis.usual[0]
            assert first == axis.position(typical)
            assert example_at(axis, first) == typical


@pytest.mark.parametrize(
    ("attribute", "values", "example"),
    [
        ("age_years", ["..49"], 49),
        ("age_years", ["50.."], 62),
        ("fractions", ["2.."], 2),
        ("fractions", [1], 1),
        ("t_category", ["T0", "T2"], "T2"),
        ("margin_status", ["negative", "positive"], "negative"),
        ("modality", ["proton", "electron_beam"], "electron_beam"),
        ("primary_site", ["breast", "colon", "rectum"], "rectum"),
        ("oncologic", [False], False),
        ("date_of_service", ["..2022-09-18"], date(2022, 9, 18)),
        ("cpt_codes", {"any_of": ["77425", "77424"]}, frozenset({"77425"})),
        ("cpt_codes", {"none_of": ["77425", "77424"]}, frozenset({"77469"})),
    ],
)
def test_an_example_of_an_answer_is_usual(kb: KnowledgeBase, attribute: str, values: object, example: object) -> None:
    assert example_of(kb.axes[attribute], values) == example  # type: ignore[arg-type]


@pytest.mark.long
def test_the_witnesses_of_a_comparison_are_coherent(kb: KnowledgeBase) -> None:
    """Over the whole space, codes and devices included: no electrons billed as x-rays, no code of another site."""
    comparison = kb.compare("nia", "bcbsaz", kb.settings(presumptions=False))
    odd, coded = [], 0
    for pair in comparison.pairs:
        for region in pair.regions:
            facts = region.witness.facts
            coded += "cpt_codes" in facts
            for found in kb.decide(region.witness, None, kb.settings(presumptions=False)).determinations.values():
                odd += [
                    (dict(facts), each.id)
                    for each in found.advisories
                    if each.id in kb.catalog.incoherent and not _named(region.box, "cpt_codes", "modality")
                ]
    assert coded > 10
    assert not odd


def _named(box: object, *names: str) -> bool:
    """Whether the region itself asks for these: then its cases are what they are."""
    return all(name in box for name in names)  # type: ignore[operator]


@pytest.mark.long
@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_the_witnesses_of_a_check_are_coherent_and_usual(kb: KnowledgeBase, policy: str) -> None:
    seen = 0
    for finding in kb.check(policy):
        if finding.witness is None:
            continue
        seen += 1
        facts = finding.witness.facts
        found = kb.decide(finding.witness, [policy], kb.settings(finding.witness_readings)).determinations[policy]
        assert not {each.id for each in found.advisories} & set(kb.catalog.incoherent), dict(facts)
        assert facts.get("t_category") != "T0", dict(facts)
        assert facts.get("age_years", 62) in (49, 62)
    assert seen


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_cell_holds_and_avoids_what_is_odd_where_it_can(values: list[int], rng: object) -> None:
    forest = Forest([4, 4, 2])
    wanted = forest.disj(forest.literal(0, set(values)), forest.literal(1, {rng.randrange(4)}))  # type: ignore[attr-defined]
    odd = forest.conj(forest.literal(0, {values[0]}), forest.literal(2, {1}))
    cell = first_cell(forest, fitting(forest, wanted, [odd]))
    assert _holds(forest, wanted, cell)
    assert not _holds(forest, odd, cell) or forest.conj(wanted, forest.negate(odd)) == FALSE


def _holds(forest: Forest, node: int, cell: dict[int, int]) -> bool:
    """Whether a diagram holds on all of a cell."""
    inside = forest.literal(0, set(range(4)))
    inside = forest.conj(inside, *(forest.literal(variable, {position}) for variable, position in cell.items()))
    return forest.conj(inside, forest.negate(node)) == FALSE
