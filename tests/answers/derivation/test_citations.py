"""A clause cites the statements of the alternatives that were met, and no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from payerlogic import KnowledgeBase
from payerlogic.answers.decision import Decider
from tests.answers.derivation.test_explanation import explained
from tests.tiers import amounts

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "citations.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_what_is_cited(kb: KnowledgeBase, row: dict[str, Any]) -> None:
    settings = kb.settings(row.get("readings", {}))
    found = kb.decide(row["case"], [row["policy"]], settings).determinations[row["policy"]]
    assert {clause.id: list(clause.statements) for clause in found.clauses} == row["cites"]
    graph = kb.explain(row["case"], row["policy"], settings).graph
    for clause, statements in row["cites"].items():
        node = graph.nodes[f"met({row['policy']},{clause})"]
        assert list(node["statements"]) == statements
        assert all(f"[{each}]" in node["citation"] for each in statements)


@pytest.mark.parametrize("count", amounts(40, 150))
def test_every_alternative_that_is_cited_is_met(kb: KnowledgeBase, count: int) -> None:
    """Of what a clause shares with criteria below it, exactly the statements of criteria that hold are cited."""
    shared = 0
    for case, policy, whole, settings in explained(kb, 21, count):
        view = kb.view(kb.read(case), policy, settings)
        citations = Decider.of(kb).citations
        for cited in whole.determination.clauses:
            clause = kb.catalog.policies[policy].clauses[cited.id]
            alternatives = citations.shared(policy, clause)
            for statement in clause.statements:
                holds = [view.status(atom) for atom in alternatives.get(statement, ())]
                shared += bool(holds)
                assert (statement in cited.statements) == (not holds or any(holds)), (case, cited.id, statement)
    assert shared > count / 8


def test_a_clause_of_which_nothing_below_cites_anything_keeps_its_own(made_up: Callable[..., KnowledgeBase]) -> None:
    acme = """
    payer(acme, "Acme"). policy(acme, acme, iort, "Acme 1", "Made up").
    version(acme, 20200101, "first edition").
    statement(acme, "A1", "Criteria", "sentence 1", "made up", rule).
    statement(acme, "A2", "Criteria", "sentence 2", "made up", rule).
    clause(acme, c, "The clause").
    met(acme, c) :- case(primary_site, rectum).
    concludes(acme, c, medically_necessary).
    cites(acme, c, ("A1"; "A2")).
    """
    kb = made_up({"acme": acme})
    found = kb.decide({"primary_site": "rectum"}, ["acme"]).determinations["acme"]
    assert found.clauses[0].statements == ("A1", "A2")
