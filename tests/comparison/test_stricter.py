"""Whether a plan is stricter than a base: by sheer enumeration, and the readings that end it by trying all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations, product
from random import Random

import pytest

from payerlogic import KnowledgeBase
from payerlogic.answers.decision import Decider
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.conflict_removal import MOST
from payerlogic.comparison.stricter import StrictnessSearch
from payerlogic.errors import InternalDisagreement
from payerlogic.semantics.settings import Settings

from .cells import Cells, asked
from .test_partition import AS_OF, random_base

APPROVED = "approved"
SIDES = list(permutations(("alder", "rowan", "rowan@2023-06-01"), 2))


@pytest.mark.parametrize(("plan", "base"), SIDES)
def test_small(small: KnowledgeBase, plan: str, base: str) -> None:
    settings = small.settings(as_of=AS_OF)
    found = small.stricter(plan, base, settings)
    assert found.proved
    compared = small.compare(plan, base, settings)
    part = small.only(*{plan.partition("@")[0], base.partition("@")[0]})
    rng = Random(3)
    cells = Cells(part, compared, asked(part, compared), random_base(part, rng), rng)
    outcome = {name: each.outcome for name, each in small.catalog.classes.items()}
    refused = {key: where for key, where in cells.pairs.items() if outcome[key[1]] == APPROVED != outcome[key[0]]}
    assert found.stricter == bool(refused)
    assert {(pair.left, pair.right) for pair in found.pairs} == set(refused)
    for pair in found.pairs:
        covered = 0
        for region in pair.regions:
            covered |= cells.of_region(region)
        assert covered & cells.possible == refused[pair.left, pair.right]
    approved = sum(pair.cells for pair in compared.pairs if outcome[pair.right] == APPROVED)
    assert found.approved == approved
    assert found.share == Fraction(sum(pair.cells for pair in found.pairs), approved or 1)
    assert found.all_listed


@pytest.mark.parametrize(("plan", "base"), [("alder", "rowan"), ("rowan", "alder")])
def test_the_fewest_readings_that_end_it(small: KnowledgeBase, plan: str, base: str) -> None:
    found = small.stricter(plan, base, small.settings(as_of=AS_OF))
    assert found.ended_by is not None
    claimed = {
        frozenset(zip((id_ for id_, _ in options), taken, strict=True))
        for options in found.ended_by
        for taken in product(*(names for _, names in options))
    }
    others = [
        (each.id, option.name)
        for each in small.catalog.readings.values()
        if each.concerns(plan) or each.concerns(base)
        for option in each.options[1:]
    ]
    ending: set[frozenset[tuple[str, str]]] = set()
    for count in range(MOST + 1):
        for chosen in map(frozenset, combinations(others, count)):
            if len({id_ for id_, _ in chosen}) < count:
                continue
            names = [{id_ for id_, _ in each} for each in ending]
            if any(each < {id_ for id_, _ in chosen} for each in names):
                continue  # fewer readings do it
            if not small.stricter(plan, base, small.settings(dict(chosen), as_of=AS_OF)).stricter:
                ending.add(chosen)
    assert claimed == (ending if found.stricter else set())


def test_of_the_shipped(kb: KnowledgeBase, settings: Settings) -> None:
    never, ever = kb.stricter("nia", "bcbsaz", settings), kb.stricter("bcbsaz", "nia", settings)
    assert (never.stricter, never.proved, never.regions and list(never.regions)) == (False, True, [])
    (conflict,) = kb.compare("nia", "bcbsaz", settings).with_relation("conflict")
    assert ever.cells == conflict.cells
    assert {str(region.box) for _, region in ever.regions} == {str(region.box) for region in conflict.regions}
    assert kb.stricter("bcbsaz", "nia", settings, regions=1).all_listed is False


def test_wrong_answers_are_not_proved(small: KnowledgeBase) -> None:
    plan, base = next(
        (plan, base) for plan, base in SIDES if small.stricter(plan, base, small.settings(as_of=AS_OF)).stricter
    )
    found = small.stricter(plan, base, small.settings(as_of=AS_OF))
    search = StrictnessSearch(Comparer(small.situations, Decider.of(small)), small.program, small.solver)
    search._prove(found)
    first, *rest = found.pairs
    for wrong in (
        replace(found, pairs=()),
        replace(found, pairs=(replace(first, regions=first.regions[1:]), *rest)),
        replace(found, plan=found.base, base=found.plan),
    ):
        with pytest.raises(InternalDisagreement):
            search._prove(wrong)


def text_of(name: str, start: str, more: str = "") -> str:
    """A made-up policy: covers from an age, and denies the rest."""
    return f"""
        payer({name}, "{name} (made up)"). policy({name}, {name}, iort, "{name}", "Made up").
        statement({name}, "1", "Criteria", "first", "covers from an age on", rule).
        clause({name}, old_enough, "Old enough").
        {start}
        concludes({name}, old_enough, medically_necessary).
        cites({name}, old_enough, "1").
        clause({name}, rest, "The rest").
        otherwise({name}, rest).
        met({name}, rest) :- not met({name}, old_enough).
        concludes({name}, rest, investigational_not_medically_necessary).
        cites({name}, rest, "1").
        {more}"""


def test_a_reading_that_ends_it(made_up: Callable[..., KnowledgeBase]) -> None:
    reading = """
        ambiguity(birch, birch_age, "From which age?", "the letter").
        option(birch_age, 1, sixty, "60 years").
        option(birch_age, 2, fifty, "50 years").
        option(birch_age, 3, forty, "40 years").
        cites(birch, birch_age, "1")."""
    ages = {"sixty": 60, "fifty": 50, "forty": 40}
    starts = "".join(
        f"met(birch, old_enough) :- reading(birch_age, {option}), at_least(age_years, {age}).\n"
        for option, age in ages.items()
    )
    policies = {
        "birch": text_of("birch", starts, reading),
        "cedar": text_of("cedar", "met(cedar, old_enough) :- at_least(age_years, 50)."),
    }
    kb = made_up(policies, only=True)
    found = kb.stricter("birch", "cedar")
    assert (found.stricter, found.ended_by) == (True, ((("birch_age", ("fifty", "forty")),),))
    ((_, region),) = found.regions
    assert region.box == {"age_years": ["50..59"]}
    assert not kb.stricter("birch", "cedar", kb.settings({"birch_age": "fifty"})).stricter
    assert kb.stricter("cedar", "birch").stricter is False
    assert "It ends, and nothing is left of it (proved), if read as '50 years' or '40 years'" in kb.text(found)
