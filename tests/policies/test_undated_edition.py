"""An edition whose first day nobody knows applies until the next one begins, with a remark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError

SMALLEST = """
payer(acme, "Acme (made up)"). policy(acme, acme, iort, "ACME-1", "Made up").
version(acme, unknown, "as found").
statement(acme, "A1", "Criteria", "sentence 1", "tumors of the brain are covered", rule).
clause(acme, a1, "Brain"). met(acme, a1) :- case(primary_site, brain).
concludes(acme, a1, medically_necessary). cites(acme, a1, "A1").
"""
ALONE = """
payer(acme, "Acme (made up)"). policy(acme, acme, iort, "ACME-1", "Made up").
version(acme, unknown, "as found").
statement(acme, "A1", "Criteria", "sentence 1", "tumors of the brain are covered", rule).
clause(acme, not_in_force, "Not yet in effect"). gate(acme, 1, not_in_force).
met(acme, not_in_force) :- not in_force(acme). concludes(acme, not_in_force, not_in_force).
cites(acme, not_in_force, "A1").
clause(acme, a1, "Brain"). met(acme, a1) :- case(primary_site, brain), not in_force(acme, 20240101).
concludes(acme, a1, medically_necessary). cites(acme, a1, "A1").
"""
FOLLOWED = (
    ALONE
    + """
version(acme, 20240101, "second").
clause(acme, a2, "Brain, second edition"). met(acme, a2) :- case(primary_site, brain), in_force(acme, 20240101).
concludes(acme, a2, case_by_case). cites(acme, a2, "A1").
"""
)
BRAIN = {"primary_site": "brain"}
REMARK = "first day of the edition that applies is not known"


@pytest.fixture
def followed(made_up: Callable[..., KnowledgeBase]) -> KnowledgeBase:
    return made_up({"acme": FOLLOWED})


@pytest.mark.parametrize(
    ("day", "class_", "version", "remarked"),
    [
        ("1999-01-01", "medically_necessary", "unknown", True),
        ("2023-12-31", "medically_necessary", "unknown", True),
        ("2024-01-01", "case_by_case", "2024-01-01", False),
        ("2026-01-31", "case_by_case", "2024-01-01", False),
    ],
)
def test_it_applies_until_the_next_one_begins(
    followed: KnowledgeBase, day: str, class_: str, version: str, remarked: bool
) -> None:
    found = followed.decide({**BRAIN, "date_of_service": day}, "acme")
    assert (found.class_, found.version) == (class_, version)
    assert (
        any("first day of the edition that applies is not known" in str(each) for each in found.advisories) == remarked
    )
    view = followed.situation(followed.read({**BRAIN, "date_of_service": day}), "acme", followed.settings())
    assert followed.solver.possible("acme", view) == {class_}


def test_without_a_date_it_is_open_which_of_the_two_applies(followed: KnowledgeBase) -> None:
    found = followed.decide(BRAIN, "acme", followed.settings(presumptions=False))
    assert found.version is None
    assert "date_of_service" in found.deciding


def test_a_policy_may_have_no_other(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": SMALLEST}, only=True)
    found = kb.decide(BRAIN, "acme")
    assert (found.class_, found.version) == ("medically_necessary", "unknown")
    assert "edition whose first day is unknown" in kb.text(kb.explain(BRAIN, "acme"))


def test_both_editions_can_be_compared(followed: KnowledgeBase) -> None:
    found = followed.compare("acme@2023-01-01", "acme@2024-06-01")
    assert {(pair.left, pair.right) for pair in found.pairs} >= {("medically_necessary", "case_by_case")}
    assert found.left.edition(followed.catalog) == "unknown"
    assert found.right.edition(followed.catalog) == "2024-01-01"
    assert "first day unknown" in " ".join(found.premises.sentences())


def test_the_days_of_a_policy_are_listed(followed: KnowledgeBase) -> None:
    policy = followed.catalog.policies["acme"]
    assert [policy.edition_on(day) for day in (date(1990, 1, 1), date(2025, 1, 1))] == ["unknown", "2024-01-01"]
    assert followed.catalog.policies["nia"].edition_on(date(1990, 1, 1)) is None


def test_another_word_for_the_day_is_refused(made_up: Callable[..., KnowledgeBase]) -> None:
    with pytest.raises(KnowledgeBaseError, match="FirstDay is unkown, not a day, or unknown"):
        made_up({"acme": ALONE.replace("unknown", "unkown")})
