"""The case space as axes: cut exactly where some rule tells values apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from random import Random

import pytest
from clingo import Control

from payerlogic import KnowledgeBase
from payerlogic.semantics.case_space import OUTPUTS, ValueAxis
from payerlogic.text.days import date_of, number_of
from tests.support.axes import all_axes
from tests.support.random_cases import RandomCases


def outputs(kb: KnowledgeBase, true: set[int]) -> set[str]:
    """What answers are read from, in one complete case."""
    symbols = (kb.ground.symbol_of[atom] for atom in true if atom in kb.ground.symbol_of)
    return {str(symbol) for symbol in symbols if (symbol.name, len(symbol.arguments)) in OUTPUTS}


def inputs(kb: KnowledgeBase, members: dict, readings: frozenset[int]) -> list[int]:
    return [*chain.from_iterable(all_axes(kb)[name].true_atoms(member) for name, member in members.items()), *readings]


def test_values_of_one_class_are_never_told_apart(kb: KnowledgeBase) -> None:
    """Exchange a value for another of its class in a random case: every output stays as it is."""
    draw = RandomCases(kb, 1)
    for _ in range(150):
        readings = kb.compiler.readings(draw.readings())
        members = {name: draw.rng.choice(list(chain(*axis.classes))) for name, axis in all_axes(kb).items()}
        before = outputs(kb, kb.graph.evaluate(inputs(kb, members, readings)))
        other = {}
        for name, axis in all_axes(kb).items():
            own = next(each for each in axis.classes if members[name] in each)
            other[name] = draw.rng.choice(own)
        assert outputs(kb, kb.graph.evaluate(inputs(kb, other, readings))) == before


def test_classes_of_one_axis_are_told_apart(kb: KnowledgeBase) -> None:
    """For two classes some output asks a condition that rests on this attribute alone and differs."""
    relevant = kb.graph.cone(
        atom for atom, symbol in kb.ground.symbol_of.items() if (symbol.name, len(symbol.arguments)) in OUTPUTS
    )
    for axis in all_axes(kb).values():
        mine = frozenset(axis.atoms.values())
        pure = [
            a for a in kb.graph.inputs_first if a in relevant and kb.graph.support[a] and kb.graph.support[a] <= mine
        ]
        seen = set()
        for members in axis.classes:
            true = kb.graph.evaluate(axis.true_atoms(members[0]))
            seen.add(frozenset(true & set(pure)))
        assert len(seen) == len(axis.classes), axis.attribute.name


def test_sizes(kb: KnowledgeBase) -> None:
    """How far the shipped policies cut each attribute. A change here is a change of what some rule asks."""
    sizes = {name: len(axis.classes) for name, axis in all_axes(kb).items()}
    assert sizes["age_years"] == 2
    assert sizes["fractions"] == 2
    assert sizes["date_of_service"] == 9
    assert sizes["t_category"] == 4  # Tis, T1, T4 and the others
    assert sizes["clinical_n_category"] == 2
    assert sizes["margin_status"] == 4
    assert sizes["ei_conditions"] == 32
    assert sizes["cpt_codes"] == 16  # four listed codes; another code is told apart from none of them


@pytest.mark.parametrize(
    ("attribute", "below", "from_"),
    [
        ("age_years", 49, 50),
        ("fractions", 1, 2),
        ("date_of_service", date(2022, 9, 18), date(2022, 9, 19)),
        ("date_of_service", date(2022, 12, 31), date(2023, 1, 1)),
        ("date_of_service", date(2023, 9, 20), date(2023, 9, 21)),
        ("date_of_service", date(2023, 12, 31), date(2024, 1, 1)),
        ("date_of_service", date(2024, 9, 2), date(2024, 9, 3)),
        ("date_of_service", date(2025, 9, 30), date(2025, 10, 1)),
    ],
)
def test_cuts(kb: KnowledgeBase, attribute: str, below: int | date, from_: int | date) -> None:
    axis = all_axes(kb)[attribute]
    assert axis.position(from_) == axis.position(below) + 1


def test_numbers_fall_between_the_cuts(kb: KnowledgeBase) -> None:
    axis = all_axes(kb)["age_years"]
    assert [axis.position(age) for age in (0, 12, 49, 50, 51, 120)] == [0, 0, 0, 1, 1, 1]


def test_every_day_has_a_place(kb: KnowledgeBase) -> None:
    axis = all_axes(kb)["date_of_service"]
    rng = Random(3)
    days = sorted(date(1900, 1, 1) + timedelta(days=rng.randrange(80_000)) for _ in range(300))
    places = [axis.position(day) for day in days]
    assert places == sorted(places)
    assert axis.position(date.min) == 0
    assert axis.position(date.max) == len(axis.classes) - 1


def test_days_are_numbers_and_back() -> None:
    for day in (date(2023, 9, 21), date(2024, 2, 29), date(1, 1, 2), date.max):
        assert date_of(number_of(day)) == day
    assert date_of(10101) is None  # the beginning of time
    assert date_of(20230231) is None  # no day of the calendar


def test_codes_that_no_policy_lists_are_one(kb: KnowledgeBase) -> None:
    axis = all_axes(kb)["cpt_codes"]
    assert axis.member(frozenset({"99213"})) == axis.member(frozenset({"00100"})) == frozenset({"other"})
    assert axis.position(frozenset({"99213", "77425"})) == axis.position(frozenset({"77425"}))
    assert axis.position(frozenset({"99213"})) != axis.position(frozenset({"77425"}))


def test_empty_sets(kb: KnowledgeBase) -> None:
    """The empty set of findings is a value; a request without any code is none."""
    assert all_axes(kb)["ei_conditions"].position(frozenset()) is not None
    assert frozenset() not in chain(*all_axes(kb)["cpt_codes"].classes)


def test_a_new_bound_is_a_new_cut(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up(
        {
            "acme": """
            payer(acme, "Acme"). policy(acme, acme, iort, "ACME_1", "Made-up policy").
            statement(acme, "A1", "Only section", "sentence 1", "between 18 and 75 years", rule).
            version(acme, 20200615, "first edition").
            clause(acme, a1, "Adults").
            bound(age_years, at_least, 18).
            bound(age_years, at_most, 75).
            met(acme, a1) :- at_least(age_years, 18), at_most(age_years, 75).
            concludes(acme, a1, medically_necessary).
            cites(acme, a1, "A1").
            """
        }
    )
    axis = all_axes(kb)["age_years"]
    assert [axis.position(age) for age in (17, 18, 49, 50, 75, 76)] == [0, 1, 1, 2, 2, 3]
    first_days = axis_days(all_axes(kb)["date_of_service"])
    assert 20200615 in first_days


def axis_days(axis: ValueAxis) -> set[int]:
    return {int(str(member)) for member in chain(*axis.classes)}


def test_after_a_day_comes_the_next_day_of_the_calendar(kb_folder: Path) -> None:
    """Days are cut after at_most(day, 20231231) at the next day, and at no number that is none."""
    years = (1900, 2000, 2023, 2024)
    days = [date(year, 1, 1) + timedelta(days=each) for year in years for each in range(366 if year % 8 == 0 else 365)]
    control = Control(["--warn=none"])
    control.load(str(kb_folder / "core" / "calendar.lp"))
    bounds = " ".join(f"bound(seen, at_most, {number_of(day)})." for day in days)
    control.add("base", [], f"attribute(1, seen, date, finding). {bounds}")
    control.ground()
    found = {
        atom.symbol.arguments[0].number: atom.symbol.arguments[1].number
        for atom in control.symbolic_atoms.by_signature("next_day", 2)
    }
    assert found == {number_of(day): number_of(day + timedelta(days=1)) for day in days}
