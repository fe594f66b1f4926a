"""The checklist says of every condition what the derivation says, and of other organs and other editions nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from payerlogic import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.settings import Settings
from payerlogic.wording.checklist import Check, ChecklistRow, checklist

from ..support.drawn import drawn

CASES: tuple[Mapping[str, object], ...] = (
    {},
    {"primary_site": "breast", "age_years": 45, "modality": "electron_beam", "t_category": "T1"},
    {"primary_site": "rectum", "t_category": "T3", "margin_status": "close"},
    {"primary_site": "cervix_uteri", "disease_status": "local_recurrence"},
    {"primary_site": "stomach", "ei_conditions": []},
)
EDITIONS = """
payer(acme, "Acme Mutual"). policy(acme, acme, iort, "ACME-7", "A made-up policy").
version(acme, 20100101, "first edition"). version(acme, 20200101, "second edition").
statement(acme, "A1", "Criteria", "sentence 1", "who is covered", rule).
clause(acme, not_in_force, "No edition"). gate(acme, 1, not_in_force).
met(acme, not_in_force) :- not in_force(acme).
concludes(acme, not_in_force, not_in_force). cites(acme, not_in_force, "A1"). cites(acme, version, "A1").
clause(acme, a1, "Covered").
met(acme, a1) :- criterion(acme, of_age), criterion(acme, tumor), criterion(acme, plan).
concludes(acme, a1, medically_necessary). cites(acme, a1, "A1").
criterion(acme, of_age) :- in_force(acme, 20100101), at_least(age_years, 55), at_most(age_years, 70).
criterion(acme, of_age) :- in_force(acme, 20200101), at_least(age_years, 50), at_most(age_years, 77).
criterion(acme, tumor) :- case(t_category, "T1").
criterion(acme, tumor) :- case(t_category, "T2"), case(margin_status, negative).
criterion(acme, plan) :- in_force(acme, 20100101), case(intent, boost).
criterion(acme, plan) :- in_force(acme, 20200101).
label(criterion(acme, of_age), "of the age").
label(criterion(acme, tumor), "a small tumor").
label(criterion(acme, plan), "a boost, in the first edition").
cites(acme, criterion(acme, (of_age; tumor; plan)), "A1").
"""
SECOND = {"date_of_service": "2024-01-01"}
SAID = (
    (SECOND | {"age_years": 78}, "age_years", [("unmet", "50 to 77", "for")]),
    (SECOND | {"age_years": 52}, "age_years", [("met", "50 to 77", "for")]),
    ({"date_of_service": "2012-01-01", "age_years": 52}, "age_years", [("unmet", "55 to 70", "for")]),
    (SECOND, "age_years", [("unknown", "50 to 77", "for")]),
    (SECOND, "intent", []),
    ({"date_of_service": "2012-01-01"}, "intent", [("unknown", "boost to external-beam radiation", "for")]),
    ({"date_of_service": "2009-01-01", "age_years": 78}, "age_years", []),
    (
        SECOND | {"t_category": "T2", "margin_status": "close"},
        "t_category",
        [
            ("unmet", "T1", "an alternative in"),
            ("met", "T2", "together with surgical margin: negative, an alternative in"),
        ],
    ),
    (
        SECOND | {"t_category": "T1"},
        "margin_status",
        [("unknown", "negative", "not needed any more: together with T category: T2, an alternative in")],
    ),
)


def _rows(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> list[ChecklistRow]:
    return checklist(kb, {policy: kb.explain(case, policy, settings) for policy in kb.policies})


def _of(rows: list[ChecklistRow], policy: str) -> dict[str, list[tuple[str, Check]]]:
    """What each clause of a policy asks, each with the fact."""
    found: dict[str, list[tuple[str, Check]]] = {}
    for row in rows:
        for check in row.checks.get(policy, []):
            found.setdefault(check.clause_id, []).append((row.attribute, check))
    return found


@pytest.mark.parametrize("facts", CASES, ids=str)
def test_a_status_is_that_of_the_derivation(kb: KnowledgeBase, settings: Settings, facts: Mapping[str, object]) -> None:
    case: StatedCase = kb.read(facts)
    explained = {policy: kb.explain(case, policy, settings) for policy in kb.policies}
    rows = checklist(kb, explained)
    assert [row.rank for row in rows] == sorted(row.rank for row in rows), "what is not met stands first"
    for row in rows:
        for policy, checks in row.checks.items():
            nodes = [data for _, data in explained[policy].graph.nodes(data=True) if data["attribute"] == row.attribute]
            for check in checks:
                assert any((each["status"], each.get("needed")) == (check.status, check.needed) for each in nodes)
                node = explained[policy].graph.nodes[check.node]
                assert (node["attribute"], node["status"]) == (row.attribute, check.status), "the node that it names"
                assert kb.catalog.policies[policy].clauses[check.clause_id].title == check.clause


def test_a_decided_clause_has_every_requirement_met(kb: KnowledgeBase, settings: Settings) -> None:
    case = kb.read({"primary_site": "rectum", "t_category": "T4", "margin_status": "close"})
    explained = {policy: kb.explain(case, policy, settings) for policy in kb.policies}
    for policy, explanation in explained.items():
        (clause,) = islice(explanation.determination.clauses, 1)
        checks = [each for row in checklist(kb, explained) for each in row.checks.get(policy, [])]
        own = [each for each in checks if each.clause == clause.title and not each.alternative]
        assert own
        assert all(each.status == "met" for each in own)


@pytest.mark.parametrize(("facts", "attribute", "said"), SAID, ids=str)
def test_what_is_asked_is_what_the_edition_of_the_day_asks_ranges_and_alternatives_whole(
    made_up: Callable[..., KnowledgeBase],
    settings: Settings,
    facts: Mapping[str, object],
    attribute: str,
    said: list[tuple[str, str, str]],
) -> None:
    kb = made_up({"acme": EDITIONS}, only=True)
    rows = {row.attribute: row for row in _rows(kb, kb.read(facts), settings)}
    checks = rows[attribute].checks["acme"] if attribute in rows else []
    assert [(each.status, each.needed, each.how) for each in checks] == said


@pytest.mark.parametrize("service", ["iort", "lung_screening"])
def test_a_clause_that_is_met_lacks_nothing(kb_folder: Path, settings: Settings, service: str) -> None:
    """A clause that is met lacks nothing of what is listed; no edition but that of the day is listed."""
    kb, rng, seen = KnowledgeBase.load(kb_folder, service=service), Random(4), set()
    for _ in range(40):
        case = drawn(kb, rng)
        explained = {policy: kb.explain(case, policy, settings) for policy in kb.policies}
        rows = checklist(kb, explained)
        assert [row.rank for row in rows] == sorted(row.rank for row in rows)
        assert kb.catalog.version_day not in {row.attribute for row in rows}, "the day has its edition"
        for policy in kb.policies:
            for clause, asked in _of(rows, policy).items():
                status = explained[policy].graph.nodes[f"met({policy},{clause})"]["status"]
                seen.add(status)
                lacking = [check for _, check in asked if check.status != "met" and not check.spare]
                if status == "met":
                    assert not lacking, (case.facts, policy, clause, lacking)
                required = [name for name, check in asked if not check.alternative]
                assert len(required) == len(set(required)), "what is asked of one fact stands together"
    assert {"met", "unmet"} <= seen
