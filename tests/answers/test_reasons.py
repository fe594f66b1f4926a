"""Sufficient reasons against all subsets of the stated facts, each decided again.

A set of stated facts is a reason if no case that agrees with it, on what the whole case presumes, has a class that the
whole case does not have: a stated fact that is left out may be anything, and nothing is presumed in its place.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.cases.case import StatedCase
from tests.support.axes import all_axes
from tests.tiers import amounts

from .brute import Brute, places_of, random_case, random_readings, subsets

FEW, MANY, MOST_FACTS = 40, 220, 7


def cases(
    kb: KnowledgeBase, brute: Brute, as_of: date, policies: Sequence[str], count: int
) -> Iterator[tuple[StatedCase, str, Settings]]:
    rng = random.Random("reasons")
    for index in range(count):
        policy = policies[index % len(policies)]
        readings = random_readings(kb, rng, rng.choice([0.0, 0.4]))
        settings = kb.settings(readings, presumptions=rng.random() < 0.8, as_of=as_of)
        site = random_case(kb, rng, ["primary_site"], 1.0).facts
        table = brute.table(policy, settings.readings, places_of(kb, StatedCase(None, site)))
        # What matters, and something that does not.
        names = [*rng.sample(table.names, rng.randint(3, MOST_FACTS - 2)), rng.choice(list(all_axes(kb)))]
        yield random_case(kb, rng, names, 1.0, site if rng.random() < 0.9 else {}), policy, settings


def brute_force(kb: KnowledgeBase, case: StatedCase, policy: str, settings: Settings) -> set[frozenset[str]]:
    whole = kb.view(case, policy, settings)
    switched = {each.id: each.switched_by for each in kb.catalog.presumptions}
    found: set[frozenset[str]] = set()
    for kept in subsets(case.facts):
        if not any(smaller <= kept for smaller in found):
            dropped = case.facts.keys() - kept
            less = replace(whole, known={name: kb.axes[name].position(case.facts[name]) for name in kept})
            for name, _ in whole.made:
                less = less if switched[name].isdisjoint(dropped) else less.without_presumption(name)
            if less.possible <= whole.possible:
                found.add(kept)
    return found


@pytest.mark.parametrize("count", amounts(FEW, MANY))
def test_reasons_are_all_the_minimal_ones(kb: KnowledgeBase, brute: Brute, as_of: date, count: int) -> None:
    decided = several = 0
    for case, policy, settings in cases(kb, brute, as_of, ["nia", "bcbsaz"], count):
        assert len(case.facts) <= MOST_FACTS
        expected = brute_force(kb, case, policy, settings)
        answer = kb.reasons(case, policy, settings)
        assert set(map(frozenset, answer.reasons)) == expected, (case.facts, policy, settings)
        assert len(answer.reasons) == len(expected)
        used = frozenset().union(*expected)
        unused = tuple(name for name in kb.vocabulary if name in case.facts and name not in used)
        # What takes a stated fact back, or is asked besides in an open case, is in no reason and matters all the same.
        withheld = {other for name in used for other, _ in kb.vocabulary[name].withheld_by}
        assert set(answer.irrelevant) <= set(unused) - withheld
        assert len(answer.possible) > 1 or set(answer.irrelevant) == set(unused) - withheld
        assert answer.possible == kb.decide(case, policy, settings).possible
        assert [len(reason) for reason in answer.reasons] == sorted(map(len, answer.reasons))
        decided += len(answer.possible) == 1
        several += len(expected) > 1
    assert decided > count / 3
    assert several > 0


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_nothing_stated_has_the_empty_reason(kb: KnowledgeBase, settings: Settings, policy: str) -> None:
    answer = kb.reasons({}, policy, settings)
    assert (answer.reasons, answer.irrelevant) == (((),), ())


def test_either_of_two_reasons(kb: KnowledgeBase, settings: Settings) -> None:
    case = {
        "primary_site": "rectum", "t_category": "T4", "disease_status": "local_recurrence", "margin_status": "close",
        "penetration": True,
    }  # fmt: skip
    answer = kb.reasons(case, "bcbsaz", settings)
    assert answer.reasons == (
        ("primary_site", "disease_status", "margin_status"),
        ("primary_site", "t_category", "margin_status"),
    )
    assert answer.irrelevant == ("penetration",)


def test_a_finding_that_presumptions_would_bring_back_is_part_of_a_reason(
    kb: KnowledgeBase, settings: Settings
) -> None:
    """A brain tumor is denied with the stated finding, and without, as one is presumed; but not with an empty one."""
    case = {"primary_site": "brain", "ei_conditions": ["insufficient_net_improvement"]}
    assert kb.reasons(case, "bcbsaz", settings).reasons == (("primary_site", "ei_conditions"),)
    unpresumed = Settings(presumptions=False, as_of=settings.as_of)
    more = {**case, "date_of_service": "2025-01-02", "service_is_iort": True, "cpt_codes": ["77425"]}
    whole = {**more, "oncologic": True, "mandate_applies": False}
    assert kb.reasons(whole, "bcbsaz", unpresumed).reasons[0] == tuple(name for name in kb.vocabulary if name in whole)


def test_presumptions_of_a_made_up_policy(acme: KnowledgeBase, acme_brute: Brute, as_of: date) -> None:
    """Dropping a fact may bring a presumption back that it had taken away."""
    for case, policy, settings in cases(acme, acme_brute, as_of, ["acme"], 60):
        answer = acme.reasons(case, policy, settings)
        expected = brute_force(acme, case, policy, settings)
        assert set(map(frozenset, answer.reasons)) == expected, (case.facts, settings)
