"""Why-not answers against the definition.

A set of attributes works if some values for it make the changed case, its other unknowns left
unknown, decided as wanted; presumptions are made anew for what is then unstated. The brute force
goes through the subsets of what may change and through all combinations of values.

==========================================  =========================================================
``test_every_entry_works``                  soundness: each combination of values in each entry
``test_no_subset_of_an_entry_works``        minimality over attributes, whatever the values
``test_nothing_is_missing``                 completeness up to three attributes, with all values
``test_what_may_not_change_does_not``       fixed facts, ``fix`` and ``free``
``test_kinds_and_order``                    as in the interface
``test_what_blocks``                        freeing one of the sets is enough, and no less is
the rest                                    single answers, as they are written
==========================================  =========================================================
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.why_not.search import WhyNot
from payerlogic.cases.case import StatedCase
from payerlogic.errors import QuestionError
from tests.support.axes import all_axes
from tests.tiers import amounts

from .brute import Brute, Table, places_of, random_case, random_readings, subsets, told

FEW, MANY, EACH = 10, 64, 5
MOST_CELLS, MOST_HELD = 30000, 6
GATES = ("date_of_service", "cpt_codes", "service_is_iort", "documentation_complete", "mandate_applies")
KINDS = ["state", "plan", "finding", "tumor", "payer", "request", "patient", "fixed"]


@dataclass(frozen=True)
class Asked:
    """One question, its answer, and the table to check it in."""

    case: StatedCase
    policy: str
    want: str
    settings: Settings
    fix: frozenset[str]
    free: frozenset[str]
    table: Table
    stated: dict[str, int]
    answer: WhyNot

    def __str__(self) -> str:
        how = f"readings {dict(self.settings.readings)}, presumptions {self.settings.presumptions}"
        return (
            f"{dict(self.case.facts)} at {self.policy}, want {self.want}, {how}, fix {set(self.fix)}, free {self.free}"
        )


class Questioner:
    """Makes up questions of three sorts: about one site, with the site open, and about a device whose
    status the payer presumes (where it matters most which presumptions are made)."""

    def __init__(
        self, kb: KnowledgeBase, brute: Brute, as_of: date, policies: Iterable[str] = ("bcbsaz", "nia")
    ) -> None:
        self.kb = kb
        self.policies = list(policies)
        self.brute = brute
        self.as_of = as_of

    def asked(self, seed: str, configurations: int = MANY) -> Iterator[Asked]:
        rng = random.Random(seed)
        for index in range(configurations):
            policy = self.policies[index % len(self.policies)]
            readings = random_readings(self.kb, rng, rng.choice([0.0, 0.3, 0.6]))
            settings = self.kb.settings(readings, presumptions=rng.random() < 0.8, as_of=self.as_of)
            sort = rng.choice(["site", "site", "open", "device" if policy == "bcbsaz" else "site"])
            site = self._site(rng, policy)
            # With the site open the gates are held fast, or the table gets large.
            held = random_case(self.kb, rng, GATES if policy == "nia" else (), 1.0).facts if sort == "open" else {}
            for _ in range(EACH):
                yield self._one(rng, policy, settings, sort, held if sort == "open" else {"primary_site": site})

    def _one(self, rng: random.Random, policy: str, settings: Settings, sort: str, start: Mapping[str, Any]) -> Asked:
        kb = self.kb
        table = self.brute.table(policy, settings.readings, places_of(kb, StatedCase(None, start)))
        while True:
            share, names = rng.choice([0.2, 0.5, 0.8, 0.95]), [*table.names, *rng.sample(list(all_axes(kb)), 2)]
            if sort == "device":
                share, names = 0.5, [name for name in table.names if name != "fda_status"]
            case = random_case(kb, rng, names, share, start)
            stated = places_of(kb, case)
            unknown = [len(table.groups[name]) for name in table.names if name not in stated]
            if np.prod(unknown) <= MOST_CELLS:
                break
        fix = {name for name in start if name in GATES}
        fix |= set(rng.sample(table.names, 2)) if rng.random() < 0.3 else set()
        freeable = [n for n in case.facts if kb.vocabulary[n].fixed and n in table.names]
        free = frozenset(freeable if rng.random() < 0.4 else ()) - fix
        want = self._want(rng, sort)
        answer = kb.why_not(case, policy, want, settings, fix=fix, free=free)
        return Asked(case, policy, want, settings, frozenset(fix), free, table, stated, answer)

    def _site(self, rng: random.Random, policy: str) -> Any:
        sites = [members[0] for members in all_axes(self.kb)["primary_site"].classes]
        likely = ["rectum", "rectosigmoid_junction"] if policy == "bcbsaz" and rng.random() < 0.5 else sites
        return rng.choice(likely)

    def _want(self, rng: random.Random, sort: str) -> str:
        if sort == "device":
            return rng.choice(["denied", "no_criterion", "approved"])
        if rng.random() < 0.6:
            return rng.choice(["approved", "approved", "denied", "review", "not_addressed", "pended"])
        return rng.choice(list(self.kb.catalog.classes))


@pytest.fixture(scope="module", params=amounts(FEW, MANY))
def configurations(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def questions(kb: KnowledgeBase, brute: Brute, as_of: date, configurations: int) -> list[Asked]:
    return list(Questioner(kb, brute, as_of).asked("why not", configurations))


def kept(kb: KnowledgeBase, asked: Asked) -> set[str]:
    """What may not change: fixed facts that are known, unless freed, and whatever was forbidden."""
    return {name for name in asked.case.facts if kb.vocabulary[name].fixed and name not in asked.free} | asked.fix


def working(brute: Brute, asked: Asked, chosen: list[str]) -> Any:
    """For each combination of groups of values of ``chosen``: whether it makes the case decided as wanted."""
    bits = brute.after(asked.policy, asked.settings, asked.table, asked.stated, chosen)
    return (bits != 0) & (bits & ~np.uint16(brute.bits(brute.wanted(asked.want))) == 0)


def attributes(entry: Any) -> frozenset[str]:
    return frozenset(change.attribute for change in entry)


def combinations_of(kb: KnowledgeBase, entry: Any) -> set[tuple[int, ...]]:
    """The combinations of places that an entry tells, by name of attribute."""
    sides = [
        [
            place
            for place in range(len(all_axes(kb)[each.attribute].classes))
            if told(kb, each.attribute, each.to, place)
        ]
        for each in sorted(entry, key=lambda each: each.attribute)
    ]
    return set(product(*sides))


def by_set(kb: KnowledgeBase, answer: WhyNot) -> dict[frozenset[str], set[tuple[int, ...]]]:
    found: dict[frozenset[str], set[tuple[int, ...]]] = {}
    for entry in answer.changes:
        found.setdefault(attributes(entry), set()).update(combinations_of(kb, entry))
    return found


@pytest.mark.parametrize("configurations", [MANY], indirect=True)
def test_the_questions_are_of_all_sorts(kb: KnowledgeBase, questions: list[Asked]) -> None:
    assert len(questions) >= 300
    asked = [each for each in questions if not each.answer.already]
    assert sum(bool(each.answer.changes) for each in asked) > 100
    assert sum(not each.answer.reachable for each in asked) > 30
    assert sum(bool(each.answer.blocked_by) for each in asked) > 10
    assert sum(each.answer.already for each in questions) > 20
    assert max(len(entry) for each in asked for entry in each.answer.changes) > 3


def test_already_means_that_it_is_decided_as_wanted(kb: KnowledgeBase, brute: Brute, questions: list[Asked]) -> None:
    for each in questions:
        decided = bool(working(brute, each, [])[()])
        assert each.answer.already == decided, str(each)
        assert not decided or (each.answer.reachable and not each.answer.changes)


def test_every_entry_works(kb: KnowledgeBase, brute: Brute, questions: list[Asked]) -> None:
    rng = random.Random("entries")
    for each in questions:
        wanted = brute.wanted(each.want)
        for entry in each.answer.changes:
            names = sorted(attributes(entry))
            assert set(names) <= set(each.table.names), str(each)
            told_here = combinations_of(kb, entry)
            assert told_here, str(each)
            assert told_here <= brute.places(each.table, names, working(brute, each, names)), (str(each), entry)
            for places in rng.sample(sorted(told_here), min(len(told_here), 3)):
                changes = {name: brute.value_at(name, place) for name, place in zip(names, places, strict=True)}
                changed = each.case.changed(changes)
                assert kb.read(changed.to_dict(kb.vocabulary)) == changed
                assert kb.view(changed, each.policy, each.settings).possible <= wanted, (str(each), changes)


def test_no_subset_of_an_entry_works(brute: Brute, questions: list[Asked]) -> None:
    for each in questions:
        seen: dict[frozenset[str], bool] = {}
        for chosen in {attributes(entry) for entry in each.answer.changes}:
            for smaller in subsets(chosen, len(chosen) - 1):
                if smaller not in seen:
                    seen[smaller] = bool(working(brute, each, sorted(smaller)).any())
                assert not seen[smaller], (str(each), set(smaller))


def test_nothing_is_missing(kb: KnowledgeBase, brute: Brute, questions: list[Asked]) -> None:
    for each in questions:
        if each.answer.already:
            continue
        found: dict[frozenset[str], set[tuple[int, ...]]] = {}
        for chosen in subsets(set(each.table.names) - kept(kb, each), 3):
            if any(smaller < chosen for smaller in found):
                continue
            works = working(brute, each, sorted(chosen))
            if works.any():
                found[chosen] = brute.places(each.table, sorted(chosen), works)
        answered = {chosen: values for chosen, values in by_set(kb, each.answer).items() if len(chosen) <= 3}
        assert answered == found, str(each)


def test_entries_do_not_repeat_each_other(kb: KnowledgeBase, questions: list[Asked]) -> None:
    for each in questions:
        told_by = [(attributes(entry), combinations_of(kb, entry)) for entry in each.answer.changes]
        for index, (names, values) in enumerate(told_by):
            others = [v for other, (n, v) in enumerate(told_by) if other != index and n == names]
            assert not any(values <= other for other in others), (str(each), each.answer.changes[index])


def test_what_may_not_change_does_not(kb: KnowledgeBase, questions: list[Asked]) -> None:
    for each in questions:
        for entry in each.answer.changes:
            assert not attributes(entry) & kept(kb, each), str(each)


def test_kinds_and_order(kb: KnowledgeBase, brute: Brute, questions: list[Asked]) -> None:
    for each in questions:
        plain, conditional = brute.presumed(each.policy, each.settings, each.stated)
        presumed = {*plain, *(presumption.attribute for presumption in conditional)}
        keys = []
        for entry in each.answer.changes:
            for change in entry:
                attribute = kb.vocabulary[change.attribute]
                known = each.case.facts.get(change.attribute)
                assert change.from_ == (None if known is None else attribute.to_dict(known))
                if known is not None:
                    assert change.kind == ("fixed" if attribute.fixed else attribute.kind), str(each)
                else:
                    assert change.kind == (attribute.kind if change.attribute in presumed else "state"), str(each)
            keys.append((max(KINDS.index(c.kind) for c in entry), len(entry), [c.attribute for c in entry]))
        assert keys == sorted(keys), str(each)


def test_what_blocks(kb: KnowledgeBase, brute: Brute, questions: list[Asked], configurations: int) -> None:
    """With what is stated and may not change held fast, some completion of the rest has to be as wanted."""
    checked = 0
    for each in questions:
        held = kept(kb, each)
        if each.answer.reachable or not held <= each.stated.keys():
            assert not each.answer.reachable or not each.answer.blocked_by
            continue
        held &= set(each.table.names)
        if len(held) > MOST_HELD:
            continue

        def reachable(freed: frozenset[str], each: Asked = each, held: set[str] = held) -> bool:
            fast = {name: each.stated[name] for name in held - freed}
            nothing_presumed = kb.settings(each.settings.readings, presumptions=False, as_of=each.settings.as_of)
            bits = int(brute.after(each.policy, nothing_presumed, each.table, fast, [])[()])
            return bool(brute.classes(bits) & brute.wanted(each.want))

        found: list[frozenset[str]] = []
        for freed in subsets(held):
            if not any(smaller < freed for smaller in found) and reachable(freed):
                found.append(freed)
        inside = [set(names) for names in each.answer.blocked_by if set(names) <= set(each.table.names)]
        assert sorted(map(sorted, inside)) == sorted(map(sorted, found)), str(each)
        assert [len(names) for names in each.answer.blocked_by] == sorted(map(len, each.answer.blocked_by))
        checked += 1
    assert checked > configurations / 4


def test_freeing_what_blocks_makes_it_reachable(kb: KnowledgeBase, questions: list[Asked]) -> None:
    for each in questions:
        for names in each.answer.blocked_by:
            fix, free = each.fix - set(names), each.free | set(names)
            again = kb.why_not(each.case, each.policy, each.want, each.settings, fix=fix, free=free)
            assert again.reachable, (str(each), names)
            for name in names:
                less = kb.why_not(
                    each.case, each.policy, each.want, each.settings, fix=fix | {name}, free=free - {name}
                )
                assert not less.reachable, (str(each), names, name)


# --- Single answers, as they are written ------------------------------------------------------------------

BREAST = {
    "primary_site": "breast", "modality": "electron_beam", "age_years": 60, "fractions": 1,
    "tumor_behavior": "invasive", "t_category": "T1", "clinical_n_category": "N0", "margin_status": "negative",
}  # fmt: skip


def changes(answer: WhyNot) -> list[dict[str, tuple[object, object, str]]]:
    return [{each.attribute: (each.from_, each.to, each.kind) for each in entry} for entry in answer.changes]


def test_already_as_wanted(kb: KnowledgeBase, settings: Settings) -> None:
    for want in ("approved", "medically_necessary"):
        answer = kb.why_not(BREAST, "nia", want, settings)
        assert answer.to_dict() == {
            "policy": "nia", "want": want, "reachable": True, "already": True, "changes": [], "nearer": [],
            "grounds": [], "readings": [], "premises": answer.premises.to_dict(),
        }  # fmt: skip


def test_numbers_are_numbers_and_ranges(kb: KnowledgeBase, settings: Settings) -> None:
    case = {**BREAST, "age_years": 45, "fractions": 3}
    answer = kb.why_not(case, "nia", "approved", settings, free=["age_years"])
    assert changes(answer) == [{"age_years": (45, ["50.."], "fixed"), "fractions": (3, [1], "plan")}]
    refused = kb.why_not(BREAST, "nia", "denied", settings, fix=set(BREAST) - {"fractions"})
    assert {"fractions": (1, ["2.."], "plan")} in changes(refused)
    young = kb.why_not(BREAST, "nia", "denied", settings, free=["age_years"])
    assert {"age_years": (60, ["..49"], "fixed")} in changes(young)


def test_dates_are_ranges_booleans_are_booleans_and_sets_are_families(kb: KnowledgeBase, settings: Settings) -> None:
    case = {
        "primary_site": "rectum", "date_of_service": "2022-05-01", "service_is_iort": False, "cpt_codes": ["99999"],
        "t_category": "T4", "margin_status": "close",
    }  # fmt: skip
    assert changes(kb.why_not(case, "nia", "approved", settings)) == [
        {
            "date_of_service": ("2022-05-01", ["2023-01-01.."], "request"),
            "cpt_codes": (["99999"], {"any_of": ["77424", "77425"]}, "request"),
            "service_is_iort": (False, [True], "request"),
        }
    ]
    assert changes(kb.why_not(case, "bcbsaz", "approved", settings)) == [
        {
            "date_of_service": ("2022-05-01", ["2022-09-19..2023-09-20"], "request"),
            "service_is_iort": (False, [True], "request"),
        }
    ]
    found = {"primary_site": "brain", "device": "intrabeam", "ei_conditions": ["insufficient_net_improvement"]}
    every = [choice.value for choice in kb.vocabulary["ei_conditions"].choices]
    none = {"ei_conditions": (["insufficient_net_improvement"], {"none_of": every}, "payer")}
    assert none in changes(kb.why_not(found, "bcbsaz", "no_criterion", settings))


def test_what_an_axiom_forces_is_in_the_same_entry(kb: KnowledgeBase, settings: Settings) -> None:
    in_situ = {**BREAST, "tumor_behavior": "in_situ", "t_category": "Tis"}
    assert changes(kb.why_not(in_situ, "nia", "approved", settings, free=["tumor_behavior"])) == [
        {"tumor_behavior": ("in_situ", ["invasive"], "fixed"), "t_category": ("Tis", ["T1"], "tumor")}
    ]
    device = {**BREAST, "modality": "electronic_brachytherapy", "device": "intrabeam"}
    assert changes(kb.why_not(device, "nia", "approved", settings)) == [
        {
            "modality": ("electronic_brachytherapy", ["electron_beam"], "plan"),
            "device": ("intrabeam", ["mobetron", "other"], "plan"),
        }
    ]


def test_stating_what_is_unknown_comes_first(kb: KnowledgeBase, settings: Settings) -> None:
    found = kb.why_not({"primary_site": "rectum", "t_category": "T4"}, "nia", "approved", settings)
    assert changes(found)[0] == {"margin_status": (None, ["close", "positive"], "state")}


def test_a_presumed_fact_that_is_stated_is_a_change_of_its_own_kind(kb: KnowledgeBase, settings: Settings) -> None:
    found = kb.why_not({"primary_site": "brain"}, "bcbsaz", "no_criterion", settings)
    assert {"oncologic": (None, [False], "tumor")} in changes(found)


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
@pytest.mark.parametrize("want", ["approved", "denied", "review", "pended", "not_addressed"])
def test_nothing_stated(kb: KnowledgeBase, brute: Brute, settings: Settings, policy: str, want: str) -> None:
    answer = kb.why_not({}, policy, want, settings)
    possible = any(want == kb.catalog.classes[name].outcome for name in given(kb, policy))
    assert answer.reachable == possible
    for entry in answer.changes:
        for places in sorted(combinations_of(kb, entry))[:20]:
            names = sorted(attributes(entry))
            case = kb.read({}).changed({n: brute.value_at(n, place) for n, place in zip(names, places, strict=True)})
            assert kb.decide(case, policy, settings).outcome == want


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_a_class_that_the_policy_never_gives(kb: KnowledgeBase, settings: Settings, policy: str) -> None:
    """Nothing that could be freed stands in the way, and the answer says so by naming nothing."""
    for case in ({}, BREAST, {"primary_site": "pancreas"}):
        for name in set(kb.catalog.classes) - given(kb, policy):
            answer = kb.why_not(case, policy, name, settings)
            assert (answer.reachable, answer.changes, answer.blocked_by) == (False, (), ()), (case, name)
            assert answer.to_dict()["blocked_by"] == []
    assert "physician_review" not in given(kb, "bcbsaz")


def given(kb: KnowledgeBase, policy: str) -> set[str]:
    """The classes that some case has, by default readings, as clingo finds them."""
    readings = kb.compiler.default_readings
    return {
        name
        for name in kb.catalog.classes
        if (atom := kb.compiler.ground_atom("determination", policy, name)) and kb.solver.satisfiable([*readings, atom])
    }


def test_everything_stated_and_everything_forbidden(kb: KnowledgeBase, brute: Brute, settings: Settings) -> None:
    case = random_case(kb, random.Random("all"), all_axes(kb), 1.0, {**BREAST, "service_is_iort": False})
    assert set(case.facts) == set(all_axes(kb))
    answer = kb.why_not(case, "nia", "approved", settings, fix=all_axes(kb))
    assert not answer.reachable
    assert answer.blocked_by
    for names in answer.blocked_by:
        free = [name for name in names if kb.vocabulary[name].fixed]
        assert kb.why_not(case, "nia", "approved", settings, fix=set(all_axes(kb)) - set(names), free=free).reachable


def test_a_want_that_the_facts_contradict(kb: KnowledgeBase, settings: Settings) -> None:
    """Out of scope means that the service is something else; with the opposite held fast it cannot be had."""
    case = {"primary_site": "rectum", "service_is_iort": True}
    blocked = kb.why_not(case, "nia", "out_of_scope", settings, fix=["service_is_iort"])
    assert (blocked.reachable, blocked.blocked_by) == (False, (("service_is_iort",),))
    site = kb.why_not({"primary_site": "brain", "modality": "proton"}, "nia", "approved", settings)
    assert (site.reachable, site.blocked_by) == (False, (("primary_site",),))


def test_no_fact_is_forbidden_and_freed(kb: KnowledgeBase, settings: Settings) -> None:
    case = {**BREAST, "age_years": 45}
    assert kb.why_not(case, "nia", "approved", settings, free=["age_years"]).reachable
    with pytest.raises(QuestionError, match="age_years is both kept as it is and free to change; choose one"):
        kb.why_not(case, "nia", "approved", settings, free=["age_years"], fix=["age_years"])


@pytest.mark.parametrize(
    ("want", "fix", "says"),
    [
        ("aproved", [], "unknown outcome or class 'aproved'; did you mean 'approved'?"),
        ("physican_review", [], "unknown outcome or class 'physican_review'; did you mean 'physician_review'?"),
        ("approved", ["age_year"], "unknown attribute 'age_year'; did you mean 'age_years'?"),
    ],
)
def test_what_is_not_there(kb: KnowledgeBase, settings: Settings, want: str, fix: list[str], says: str) -> None:
    with pytest.raises(QuestionError) as error:
        kb.why_not({}, "nia", want, settings, fix=fix)
    assert str(error.value) == says


# --- Presumptions that depend on values -------------------------------------------------------------------


def test_a_finding_that_takes_back_what_was_presumed_of_a_device(kb: KnowledgeBase, as_of: date) -> None:
    """The device's status is presumed only until the payer finds that approval is lacking: then it is denied
    although a mandate leaves only medical necessity to be judged of an approved product."""
    settings = kb.settings({"bcbsaz_final_approval": "premarket_approval_only"}, as_of=as_of)
    case = {"primary_site": "breast", "device": "intrabeam", "mandate_applies": True}
    assert kb.decide(case, "bcbsaz", settings).class_ == "medical_necessity_review"
    answer = kb.why_not(case, "bcbsaz", "denied", settings)
    assert {"ei_conditions": (None, {"any_of": ["lack_of_final_approval"]}, "payer")} in changes(answer)


def test_taking_a_finding_back_brings_the_presumption_back(kb: KnowledgeBase, settings: Settings) -> None:
    """Once the finding that approval is lacking is gone, the device's status is presumed again."""
    case = {"primary_site": "breast", "device": "intrabeam", "ei_conditions": ["lack_of_final_approval"]}
    answer = kb.why_not(case, "bcbsaz", "no_criterion", settings)
    every = [choice.value for choice in kb.vocabulary["ei_conditions"].choices]
    assert {"ei_conditions": (["lack_of_final_approval"], {"none_of": every}, "payer")} in changes(answer)


@pytest.mark.parametrize("count", amounts(8, 40))
def test_presumptions_of_a_made_up_policy(acme: KnowledgeBase, acme_brute: Brute, as_of: date, count: int) -> None:
    """The same definitions, where a presumption waits for either of two facts and gives way to others."""
    asked = list(Questioner(acme, acme_brute, as_of, ["acme"]).asked("made up", count))
    assert sum(len(each.answer.changes) > 1 for each in asked) > count / 4
    test_every_entry_works(acme, acme_brute, asked)
    test_no_subset_of_an_entry_works(acme_brute, asked)
    test_nothing_is_missing(acme, acme_brute, asked)
    test_kinds_and_order(acme, acme_brute, asked)
