"""What another value of a fact would lead to is what the whole case, read again with that value, leads to.

Cases that state a birth date, a day of quitting or packs and years: what follows from these and from the day of the
service is another with another day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from payerlogic import KnowledgeBase, Settings, StatedCase
from payerlogic.app.pages.case.alternatives import alternatives
from payerlogic.program.values import Value
from payerlogic.semantics.value_sets import nearest_of

BASE = {
    "date_of_service": "2024-05-06", "smoking_status": "former", "symptoms_of_lung_cancer": False,
    "order_received": True, "order_written_at_visit": False, "first_screening": False,
    "limited_life_expectancy": False, "able_and_willing_for_surgery": True,
}  # fmt: skip
DATES = {"birth_date": "1963-11-20", "quit_date": "2015-06-30", "packs_per_day": "1.25", "years_smoked": "24"}
PLAIN = {"age_years": 60, "years_since_quit": 9, "pack_years": 30}
CASES = {
    "all follow": (BASE | DATES, {"date_of_service"}),
    "the age follows": (
        BASE | {"birth_date": "1963-11-20", "years_since_quit": 9, "pack_years": 30}, {"date_of_service"}
    ),
    "the time since quitting follows": (
        BASE | {"quit_date": "2015-06-30", "age_years": 60, "pack_years": 30}, {"date_of_service"}
    ),
    "the pack-years follow": (
        BASE | {"age_years": 60, "years_since_quit": 9, "packs_per_day": "1.25", "years_smoked": "24"}, set[str]()
    ),
    "nothing follows": (BASE | PLAIN, set[str]()),
    "the day is not stated": (
        {name: value for name, value in (BASE | DATES).items() if name != "date_of_service"}, {"date_of_service"}
    ),
    "the age is refused": (BASE | DATES | {"birth_date": "1940-01-01"}, {"date_of_service"}),
}  # fmt: skip


def again(kb: KnowledgeBase, case: StatedCase, changes: Mapping[str, Value]) -> StatedCase:
    """The case as the form would read it: what followed follows anew."""
    stated = {name: value for name, value in case.facts.items() if name not in case.derived}
    return kb.read({**stated, **case.inputs, **changes})


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("presumptions", [True, False])
def test_a_value_leads_to_what_it_says(kb: KnowledgeBase, as_of: date, name: str, presumptions: bool) -> None:
    lung = kb.of_service("lung_screening")
    settings: Settings = lung.settings(presumptions=presumptions, as_of=as_of)
    case, giving = lung.read(CASES[name][0]), CASES[name][1]
    assert case.giving(lung.vocabulary) & lung.vocabulary.keys() == giving
    offered = 0
    for attribute in lung.vocabulary:
        if attribute in case.derived:
            continue
        found = alternatives(lung, case, settings, attribute)
        assert not (found and attribute in giving), "another day would change what follows from it"
        for each in found:
            decided = lung.decide(again(lung, case, {attribute: each.value}), None, settings).determinations
            assert {policy: found.outcome for policy, found in decided.items()} == each.outcomes, attribute
            offered += 1
    assert offered > 5


def test_a_stretch_is_never_wider_than_some_rule_takes_for_one(kb: KnowledgeBase, as_of: date) -> None:
    """A button states an example. Thirty pack-years decide on an earlier day, so "20 or more" may not state 32."""
    lung = kb.of_service("lung_screening")
    case = lung.read({name: value for name, value in (BASE | PLAIN).items() if name != "pack_years"})
    found = alternatives(lung, case, lung.settings(as_of=as_of), "pack_years")
    assert [each.words for each in found] == ["0", "0.1 to 19.9", "20 to 29.9", "30 or more"]
    earlier = [
        lung.decide(
            lung.read({**BASE, **PLAIN, "date_of_service": "2016-05-06", "pack_years": str(each.value)}), "uspstf_ldct"
        )
        for each in found
    ]
    assert len({each.class_ for each in earlier[2:]}) == 2


@pytest.mark.parametrize("name", CASES)
def test_the_smallest_changes_hold_when_what_follows_follows_anew(
    kb: KnowledgeBase, settings: Settings, name: str
) -> None:
    """Of one payer, and of two that are to agree."""
    lung = kb.of_service("lung_screening")
    case, tried = lung.read(CASES[name][0]), 0
    contrasts = [lung.contrast(case, "acs_ldct", other, settings).unite for other in ("cms_ldct", "uspstf_ldct")]
    answers = [each for unite in contrasts for each in unite]
    answers += [lung.why_not(case, each, want, settings) for each in lung.policies for want in lung.catalog.outcomes]
    for answer in answers:
        for changes in answer.changes:
            if not {change.attribute for change in changes}.isdisjoint(case.derived):
                continue  # it would have to be stated in place of what it follows from
            values = {
                each.attribute: nearest_of(lung.axes[each.attribute], each.to, case.facts.get(each.attribute))
                for each in changes
            }
            for policy in answer.policies:
                found = lung.decide(again(lung, case, values), policy, settings)
                assert answer.want in (found.outcome, found.class_), (policy, values)
                tried += 1
    assert tried or name == "the age is refused"
