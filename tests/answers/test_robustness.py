"""Robustness to readings against trying every switch of one reading, and every pair.

A set of switches counts if, with these readings taken otherwise, a class is possible that is not
possible now. Minimal means that with only some of the readings taken otherwise, however, it is not.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, product

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.robustness import Robustness
from payerlogic.cases.case import StatedCase
from tests.support.axes import all_axes
from tests.tiers import amounts

from .brute import Brute, places_of, random_case, random_readings

FEW, MANY = 50, 400
PAST_THE_GATES = {
    "date_of_service": "2025-05-05", "service_is_iort": True, "cpt_codes": ["77425"], "documentation_complete": True,
    "oncologic": True,
}  # fmt: skip
Options = tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """One case, its answer, and what is possible under any readings one cares to try."""

    kb: KnowledgeBase
    brute: Brute
    case: StatedCase
    policy: str
    settings: Settings
    answer: Robustness

    def __str__(self) -> str:
        how = f"readings {dict(self.settings.readings)}, presumptions {self.settings.presumptions}"
        return f"{dict(self.case.facts)} at {self.policy}, {how}"

    @property
    def readings(self) -> list[str]:
        """All readings that could bear on the policy."""
        return [each.id for each in self.kb.catalog.readings.values() if each.policy in (self.policy, "every_payer")]

    def others(self, reading: str) -> list[str]:
        """The options of a reading that are not taken."""
        names = [option.name for option in self.kb.catalog.readings[reading].options]
        return [name for name in names if name != self.settings.readings.get(reading, names[0])]

    def switches(self, *readings: str) -> list[Options]:
        return list(product(*(self.others(reading) for reading in readings)))

    def possible(self, tries: list[tuple[Options, Options]]) -> list[frozenset[str]]:
        """What is possible when readings (first) are switched to options (second), for each of ``tries``."""
        trials = [{**self.settings.readings, **dict(zip(*each, strict=True))} for each in tries]
        return self.brute.by_readings(self.policy, self.settings, places_of(self.kb, self.case), trials)

    def working(self, sets: list[Options]) -> dict[Options, dict[Options, frozenset[str]]]:
        """Of these sets of readings, those with switches that count; with what is then possible."""
        tries = [(names, options) for names in sets for options in self.switches(*names)]
        now, *found = self.possible([((), ()), *tries])
        assert now == set(self.answer.possible), str(self)
        result: dict[Options, dict[Options, frozenset[str]]] = {}
        for (names, options), classes in zip(tries, found, strict=True):
            if not classes <= now:
                result.setdefault(names, {})[options] = classes
        return result


@pytest.fixture(scope="module", params=amounts(FEW, MANY))
def count(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def tried(kb: KnowledgeBase, brute: Brute, as_of: date, count: int) -> list[Tried]:
    return list(cases(kb, brute, as_of, count))


def cases(kb: KnowledgeBase, brute: Brute, as_of: date, count: int) -> Iterator[Tried]:
    rng = random.Random("robustness")
    for index in range(count):
        policy = kb.policies[index % len(kb.policies)]
        readings = random_readings(kb, rng, rng.choice([0.0, 0.0, 0.3]))
        settings = kb.settings(readings, presumptions=rng.random() < 0.8, as_of=as_of)
        likely = PAST_THE_GATES if rng.random() < 0.8 else {}
        site = random_case(kb, rng, ["primary_site"], 1.0).facts
        table = brute.table(policy, settings.readings, places_of(kb, StatedCase(None, site)))
        share = rng.choice([0.8, 0.9, 1.0])
        case = random_case(kb, rng, all_axes(kb) if share == 1 else table.names, share, {**likely, **site})
        yield Tried(kb, brute, case, policy, settings, kb.robustness(case, policy, settings))


def by_set(answer: Robustness) -> dict[Options, dict[Options, frozenset[str]]]:
    """For each set of readings the switches that are told, each with what is then possible."""
    found: dict[Options, dict[Options, frozenset[str]]] = {}
    for each in answer.switches:
        names = tuple(name for name, _ in each.options)
        for options in product(*(options for _, options in each.options)):
            found.setdefault(names, {}).setdefault(options, frozenset(each.possible))
    return found


@pytest.mark.parametrize("count", [MANY], indirect=True)
def test_there_are_all_sorts(tried: list[Tried]) -> None:
    assert sum(each.answer.robust for each in tried) > MANY / 10
    assert sum(not each.answer.robust for each in tried) > MANY / 5
    assert sum(any(len(names) == 2 for names in by_set(each.answer)) for each in tried) > MANY / 50
    assert sum(len(each.answer.possible) > 1 for each in tried) > MANY / 20


def test_brute_force_agrees_with_decide(tried: list[Tried]) -> None:
    rng = random.Random("switches")
    for each in tried[::4]:
        for name in rng.sample(each.readings, 3):
            option = rng.choice(each.others(name))
            readings = {**each.settings.readings, name: option}
            settings = each.kb.settings(readings, presumptions=each.settings.presumptions, as_of=each.settings.as_of)
            possible = each.kb.view(each.case, each.policy, settings).possible
            assert each.possible([((name,), (option,))]) == [possible], (str(each), name, option)


def test_single_switches_and_pairs(tried: list[Tried]) -> None:
    for each in tried:
        singles = each.working([(name,) for name in each.readings])
        pairs = [pair for pair in combinations(sorted(each.readings), 2) if not any((n,) in singles for n in pair)]
        expected = singles | each.working(pairs)
        answered = {names: options for names, options in by_set(each.answer).items() if len(names) <= 2}
        assert answered == expected, str(each)


def test_every_set_is_minimal_and_works(tried: list[Tried]) -> None:
    for each in tried:
        for names, told in by_set(each.answer).items():
            assert list(names) == sorted(names)
            found = each.working([names]).get(names, {})
            assert {options: found[options] for options in told} == told, (str(each), names)
            smaller = [less for size in range(1, len(names)) for less in combinations(names, size)]
            assert not each.working(smaller), (str(each), names)


def test_robust_means_that_clingo_finds_no_other_class(tried: list[Tried]) -> None:
    """Every reading is left free: an option of each, but any."""
    for each in tried:
        situation = each.kb.situation(each.case, each.policy, each.settings)
        free = replace(situation, readings=frozenset())
        assert each.answer.robust == (each.kb.solver.possible(each.policy, free) <= set(each.answer.possible))
        assert each.answer.robust == (not each.answer.switches)


def test_fewest_switches_first(tried: list[Tried]) -> None:
    for each in tried:
        sizes = [len(switches.options) for switches in each.answer.switches]
        assert sizes == sorted(sizes)


def test_two_switches_that_only_work_together(kb: KnowledgeBase, settings: Settings) -> None:
    """A distant recurrence without a positive margin: it has to count, and to be enough by itself."""
    case = {
        "primary_site": "rectum", "t_category": "T1", "margin_status": "negative", "intent": "sole_modality",
        "disease_status": "distant_recurrence",
    }  # fmt: skip
    answer = kb.robustness({**case, "modality": "electron_beam"}, "nia", settings)
    assert answer.to_dict()["switches"] == [
        {"switches": {"nia_site_guideline": ["delegation"]}, "possible": ["refer_to_site_guideline"]},
        {
            "switches": {
                "nia_rectal_scope": ["margin_with_t4_or_any_recurrence", "any_of_the_three"],
                "nia_recurrent": ["any_recurrence"],
            },
            "possible": ["medically_necessary"],
        },
    ]


def test_as_json(kb: KnowledgeBase, settings: Settings) -> None:
    case = {"primary_site": "rectum", "t_category": "T1", "margin_status": "negative", "disease_status": "primary"}
    answer = kb.robustness(case, "bcbsaz", settings).to_dict()
    assert answer["robust"] == (not answer["switches"])
    assert answer["possible"] == ["experimental_investigational"]
