"""The checklist says of every condition what the derivation says, and of other organs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import pytest

from payerlogic import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.settings import Settings
from payerlogic.wording.checklist import checklist

CASES: tuple[Mapping[str, object], ...] = (
    {},
    {"primary_site": "breast", "age_years": 45, "modality": "electron_beam", "t_category": "T1"},
    {"primary_site": "rectum", "t_category": "T3", "margin_status": "close"},
    {"primary_site": "cervix_uteri", "disease_status": "local_recurrence"},
    {"primary_site": "stomach", "ei_conditions": []},
)


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
