"""How each fact of a case stands, over all payers, against trying its values one by one."""

from __future__ import annotations

import pytest

from payerlogic import CaseError, KnowledgeBase
from payerlogic.answers.fact_status import IMPLIED, OPEN, PRESUMED, SETTLED, STATED, standings
from tests.support.axes import all_axes, example_at
from tests.support.random_cases import RandomCases


def standing_of(kb: KnowledgeBase, facts: dict[str, object], name: str) -> tuple[str, str]:
    case, settings = kb.read(facts), kb.settings()
    found = standings(kb, case, settings, kb.decide(case, None, settings).determinations)[name]
    return found.state, found.why


def test_every_state_says_why(kb: KnowledgeBase) -> None:
    rectum = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}
    assert standing_of(kb, rectum, "primary_site") == (STATED, "")
    assert standing_of(kb, {"device": "mobetron"}, "modality") == (
        IMPLIED,
        "follows from what is stated: electron beam",
    )
    assert standing_of(kb, rectum, "oncologic") == (
        PRESUMED,
        "presumed: the tumor is treated as a cancer (BCBSAZ and NIA rest on it)",
    )
    assert standing_of(kb, rectum, "device") == (SETTLED, "BCBSAZ and NIA are settled without it")
    assert standing_of(kb, {"primary_site": "breast"}, "age_years") == (
        OPEN,
        "can still change the answer of NIA",
    )


def test_a_fact_that_limits_an_open_one_still_matters(kb: KnowledgeBase) -> None:
    assert standing_of(kb, {"primary_site": "breast"}, "device") == (
        OPEN,
        "limits modality, which can still change the answer of NIA",
    )
    assert standing_of(kb, {"primary_site": "breast"}, "centrality") == (
        SETTLED,
        "BCBSAZ is settled without it; NIA is open, but does not depend on it",
    )


@pytest.mark.parametrize("which", ["kb", "acme"])
def test_no_value_of_what_no_longer_matters_changes_any_answer(which: str, request: pytest.FixtureRequest) -> None:
    """And of what a class rests on as presumed, some value does change it."""
    kb: KnowledgeBase = request.getfixturevalue(which)
    random = RandomCases(kb, seed=7)
    settled = presumed = 0
    for _ in range(40):
        case, settings = random.case(), random.settings()
        before = kb.decide(case, None, settings).determinations
        for name, standing in standings(kb, case, settings, before).items():
            if standing.state not in (SETTLED, PRESUMED):
                continue
            changed = set()
            for position in range(len(all_axes(kb)[name].classes)):
                try:
                    after = kb.decide(case.changed({name: example_at(all_axes(kb)[name], position)}), None, settings)
                except CaseError:
                    continue
                changed |= {p for p, each in after.determinations.items() if each.possible != before[p].possible}
            if standing.state == SETTLED:
                settled += 1
                assert not changed, (case, name)
            elif all(len(before[policy].possible) == 1 for policy in standing.policies):
                presumed += 1
                assert changed >= set(standing.policies), (case, name)
    assert settled > 100
    assert presumed > 10
