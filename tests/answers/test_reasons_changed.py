"""What a reason leaves out makes no difference: the same case with other values of it is decided again.

Random cases of both services, decided and open; and the examples whose answer once was contradicted by other commands.
"""

from __future__ import annotations

from random import Random

import pytest

from payerlogic import CaseError, KnowledgeBase, Settings, StatedCase
from payerlogic.answers.sufficient_reasons import Reasons
from payerlogic.wording.case_answers import sentences
from tests.support.drawn import drawn, values

STATED = {
    "date_of_service": "2024-05-06", "age_years": 60, "pack_years": 30, "smoking_status": "former",
    "years_since_quit": 9, "symptoms_of_lung_cancer": False, "order_received": True, "first_screening": False,
}  # fmt: skip


def made(kb: KnowledgeBase, case: StatedCase, policy: str, settings: Settings) -> set[str]:
    return {name for name, _ in kb.view(case, policy, settings).made}


def others(kb: KnowledgeBase, case: StatedCase, names: tuple[str, ...], rng: Random) -> list[StatedCase]:
    """The case with each other value of each fact, alone; and with any values of all of them at once."""
    ways = [{name: value} for name in names for value in values(kb, name)]
    ways += [{name: rng.choice(values(kb, name)) for name in names} for _ in range(5)]
    found = []
    for way in ways:
        try:
            found.append(kb.read({**case.facts, **way}))
        except CaseError:
            continue
    return found


@pytest.mark.parametrize("service", ["iort", "lung_screening"])
@pytest.mark.parametrize("share", [0.95, 0.5])
def test_what_makes_no_difference_makes_none(kb: KnowledgeBase, settings: Settings, service: str, share: float) -> None:
    asked, rng, tried, opened, lines = kb.of_service(service), Random(5), 0, 0, 0
    for _ in range(60):
        case, policy = drawn(asked, rng, share), rng.choice(asked.policies)
        answer: Reasons = asked.reasons(case, policy, settings)
        presumed = made(asked, case, policy, settings)
        opened += len(answer.possible) > 1
        for other in others(asked, case, answer.irrelevant, rng):
            if presumed <= made(asked, other, policy, settings):  # "under the same assumptions"
                found = asked.decide(other, policy, settings)
                assert found.possible == answer.possible, (policy, case.facts, other.facts)
                tried += 1
        for reason in answer.reasons[:3]:
            rest = tuple(name for name in case.facts if name not in reason)
            for other in others(asked, case, rest, rng)[-5:]:
                if presumed <= made(asked, other, policy, settings):
                    assert set(asked.decide(other, policy, settings).possible) <= set(answer.possible), reason
                    lines += 1
    assert tried > 50
    assert lines > 5
    assert opened


@pytest.mark.parametrize("service", ["iort", "lung_screening"])
def test_what_a_reason_presumes_the_case_presumes(kb: KnowledgeBase, settings: Settings, service: str) -> None:
    """Nothing is presumed in the place of what is stated: no "today" beside a stated day."""
    asked, rng, presuming = kb.of_service(service), Random(8), 0
    for _ in range(40):
        case, policy = drawn(asked, rng, 0.7), rng.choice(asked.policies)
        presumed = made(asked, case, policy, settings)
        for grounds in asked.reasons(case, policy, settings).grounds:
            named = {each.id for each in (*grounds.presumptions, *grounds.jointly)}
            assert named <= presumed, (policy, case.facts)
            presuming += bool(named)
    assert presuming


@pytest.mark.parametrize(
    "unstated", [(), ("first_screening",), ("order_received",), ("age_years", "pack_years")], ids=str
)
def test_why_agrees_with_decide_robust_and_whynot(
    kb: KnowledgeBase, settings: Settings, unstated: tuple[str, ...]
) -> None:
    lung = kb.of_service("lung_screening")
    case = lung.read({name: value for name, value in STATED.items() if name not in unstated})
    for policy in lung.policies:
        answer = lung.reasons(case, policy, settings)
        words = [str(line) for line in sentences(lung, answer)]
        assert not any("today" in line for line in words)
        changing = {
            change.attribute
            for outcome in ("approved", "denied", "pended", "review")
            for changes in lung.why_not(case, policy, outcome, settings, free=tuple(case.facts)).changes
            for change in changes
        }
        assert changing.isdisjoint(answer.irrelevant), policy
        decided = lung.decide(case, policy, settings, with_readings=True)
        depending = [line for line in words if line.startswith("Depends on a reading")]
        assert len(depending) == min(len(decided.premises.readings), 3)
        assert not any(line.startswith("    Depends on a reading") for line in words)
