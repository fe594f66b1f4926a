"""Families of sets: exactly the sets that are meant, named as people would; and the nearest of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerlogic import KnowledgeBase
from payerlogic.program.attribute import Attribute
from payerlogic.semantics.case_space import PointSum, SetAxis
from payerlogic.semantics.families import SetSpace
from payerlogic.semantics.value_sets import step_in_words
from tests.support.axes import is_in

NAMES = ["a", "b", "c", "d", "e"]


POINTS = PointSum((("b", 3), ("a", 2), ("c", 2), ("d", 1)), 4)


def space_of(some: Attribute, names: list[str], asked: list[str], *, nonempty: bool) -> SetSpace:
    attribute = replace(some, nonempty=nonempty, typical=None)
    sums = (POINTS,) if {name for name, _ in POINTS.points} <= set(asked) else ()
    return SetSpace.of(SetAxis(attribute, {name: at for at, name in enumerate(names, 1)}, tuple(asked), sums))


@pytest.fixture(scope="module")
def some(kb: KnowledgeBase) -> Attribute:
    return kb.vocabulary["ei_conditions"]


def subsets(names: list[str]) -> list[frozenset[str]]:
    sizes = range(len(names) + 1)
    return [frozenset(each) for each in chain.from_iterable(combinations(names, size) for size in sizes)]


@pytest.mark.parametrize(
    "family",
    [
        {"any_of": ["a"]},
        {"any_of": ["a", "c", "d"]},
        {"none_of": ["b", "e"]},
        {"all_of": ["a", "b"]},
        {"any_of": ["a", "b"], "none_of": ["c"]},
        {"any_of": ["c", "d"], "all_of": ["a", "b"], "none_of": ["e"]},
        {"exactly": ["a", "b"]},
        {"at_least": 2, "of": ["a", "b", "c"]},
        {"at_most": 1, "of": ["a", "b", "c", "d"]},
        {"at_least": 2, "of": ["a", "b", "c"], "all_of": ["d"], "none_of": ["e"]},
        {"at_least": 2, "at_most": 3, "of": ["a", "b", "c", "d", "e"]},
        {"points_at_least": 4, "points": dict(POINTS.points)},
        {"points_at_least": 4, "points": dict(POINTS.points), "all_of": ["e"]},
        {"not": {"points_at_least": 4, "points": dict(POINTS.points)}},
        {"none_of": []},
        {"not": {"all_of": ["a", "b"], "none_of": ["c"]}},
        {"not": {"at_least": 2, "of": ["b", "c", "d"], "all_of": ["a"]}},
    ],
)
def test_what_has_one_name_gets_it(some: Attribute, family: dict[str, Any]) -> None:
    sets = space_of(some, NAMES, NAMES, nonempty=False)
    assert sets.families(sets.node(family)) == [family]


@given(data=st.data())
def test_families_are_exactly_the_sets_that_are_meant(some: Attribute, data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4).map(sorted))
    sets = space_of(some, NAMES, asked, nonempty=data.draw(st.booleans()))
    meant = data.draw(st.sets(st.sampled_from(subsets(asked))))
    node = sets.forest.disj(*map(sets.exact, meant))
    found = sets.families(node)
    for each in subsets(NAMES):
        if each or not sets.axis.attribute.nonempty:
            assert any(is_in(family, each) for family in found) == (each.intersection(asked) in meant), (found, each)


@given(data=st.data())
def test_the_nearest_set_differs_least(some: Attribute, data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4).map(sorted))
    sets = space_of(some, NAMES, asked, nonempty=data.draw(st.booleans()))
    nonempty = sets.axis.attribute.nonempty
    possible = [each for each in subsets(NAMES) if each or not nonempty]
    meant = data.draw(
        st.sets(st.sampled_from(sorted({each & set(asked) for each in possible}, key=sorted)), min_size=1)
    )
    now = frozenset(data.draw(st.sets(st.sampled_from(NAMES))))
    inside = [each for each in possible if each & set(asked) in meant]
    found = sets.nearest(sets.forest.disj(*map(sets.exact, meant)), now)
    assert found in inside
    assert len(found ^ now) == min(len(each ^ now) for each in inside)


@pytest.mark.parametrize(
    ("now", "to", "step"),
    [
        ("", {"any_of": ["77424", "77425"]}, "add one of: "),
        ("77424", {"any_of": ["77424", "77425"]}, ""),
        ("77424", {"none_of": ["77424"]}, "take out "),
        ("77424", {"at_least": 2, "of": ["77424", "77425", "77469"]}, "add 1 of: "),
        ("77424 77425", {"at_most": 1, "of": ["77424", "77425", "77469"]}, "take out 1 of: "),
        ("77424", {"points_at_least": 3, "points": {"77424": 1, "77425": 2, "77469": 1}}, "add 2 points of: "),
        ("77469", {"all_of": ["77424", "77425"], "none_of": ["77469"]}, "add "),
        ("77469", {"exactly": ["77424"]}, "add "),
    ],
)
def test_what_to_add_and_to_take_out(kb: KnowledgeBase, now: str, to: dict[str, Any], step: str) -> None:
    axis = kb.axes["cpt_codes"]
    assert isinstance(axis, SetAxis)
    said = step_in_words(axis, frozenset(now.split()), to)
    assert said.startswith(step)
    assert bool(said) == bool(step)
    if ("none_of" in to and "all_of" in to) or "exactly" in to:
        assert ", and take out " in said
