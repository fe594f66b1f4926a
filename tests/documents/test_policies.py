"""A policy told by its document, and found by its words.

==============================  ========================================================================
``test_every_statement``        each statement of each policy stands once, in its section, in order
``test_what_cites``             what rests on a statement is exactly what cites it
``test_rules_are_there``        every rule that is told stands in its file at that line, word for word
``test_rules_of_clauses``       a clause's rules are those that reach it: no rule about other clauses only
``test_over``                   who prevails over whom, against the ground program
``test_rows``                   the ledger and the register as rows: complete, formulas neutralized
``test_find``                   every word, any order, any case; near misses are told
``test_find_everything``        every statement, clause, reading and term is found by its own words
``test_hostile``                texts that are markup or formulas stay texts
==============================  ========================================================================
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase
from payerlogic.documents.policy_outline import (
    over,
    reading_rows,
    readings_of,
    rules_of_clause,
    rules_of_reading,
    sections,
    statement_rows,
)
from payerlogic.documents.search_index import Index
from payerlogic.documents.writers.csv import table_text
from tests.documents.conftest import HOSTILE

POLICIES = ["nia", "bcbsaz"]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_statement(kb: KnowledgeBase, policy: str) -> None:
    found = [(part.name, entry.statement) for part in sections(kb, policy) for entry in part.entries]
    known = kb.catalog.policies[policy].statements
    assert sorted(each.id for _, each in found) == sorted(known)
    assert all(name == each.section for name, each in found)


@pytest.mark.parametrize("policy", POLICIES)
def test_what_cites(kb: KnowledgeBase, policy: str) -> None:
    cites = kb.catalog.policies[policy].cites
    for part in sections(kb, policy):
        for entry in part.entries:
            citing = {thing for thing, ids in cites.items() if entry.statement.id in ids}
            told = {f"vague({use.name})" if use.kind == "term" else use.name for use in entry.uses}
            assert told == citing


@pytest.mark.parametrize("policy", POLICIES)
def test_rules_are_there(kb: KnowledgeBase, kb_folder: Path, policy: str) -> None:
    files = {file.name: file.read_text(encoding="utf-8").splitlines() for file in kb_folder.rglob("*.lp")}
    rules = [
        rule for part in sections(kb, policy) for entry in part.entries for use in entry.uses for rule in use.rules
    ]
    rules += [rule for reading in readings_of(kb, policy) for rule in rules_of_reading(kb, reading)]
    assert len(rules) > 50
    for rule in rules:
        name, _, line = rule.where.partition(", line ")
        lines = rule.text.splitlines()
        assert files[name][int(line) - 1 : int(line) - 1 + len(lines)] == lines


def test_every_thing_that_is_cited_has_a_rule(kb: KnowledgeBase) -> None:
    for policy in POLICIES:
        for part in sections(kb, policy):
            for entry in part.entries:
                for use in entry.uses:
                    assert use.rules, (policy, entry.statement.id, use.name)


def test_rules_of_clauses(kb: KnowledgeBase) -> None:
    def texts(clause: str) -> str:
        return "\n".join(rule.text for rule in rules_of_clause(kb, "nia", clause))

    assert "refer_to_site_guideline" in texts("n09")
    assert "refer_to_site_guideline" not in texts("n10")
    assert "permitted_only(nia, C), reading(nia_can_be_used, indicated)" in texts("n19")
    assert "permitted_only(nia, C), reading(nia_can_be_used, indicated)" not in texts("n10")
    assert "not permitted_only(nia, C)" in texts("n10")
    assert "not permitted_only(nia, C)" not in texts("n19")
    assert "gate(P, M, G)" in texts("not_in_force")
    assert "gate(P, M, G)" not in texts("n33")


@pytest.mark.parametrize("policy", POLICIES)
def test_over(kb: KnowledgeBase, policy: str) -> None:
    found = over(kb, policy)
    for clause in kb.catalog.policies[policy].clauses:
        for other in kb.catalog.policies[policy].clauses:
            is_fact = any([*map(str, s.arguments)] == [policy, clause, other] for s in kb.ground.facts("prevails", 3))
            is_some = kb.compiler.ground_atom("prevails", policy, clause, other) is not None
            assert (other in found[clause][0], other in found[clause][1]) == (is_fact, is_some)


@pytest.mark.parametrize("policy", POLICIES)
def test_rows(kb: KnowledgeBase, policy: str) -> None:
    heading, *rows = list(statement_rows(kb, policy))
    assert {len(row) for row in rows} == {len(heading)}
    assert {row[1] for row in rows} == set(kb.catalog.policies[policy].statements)
    heading, *rows = list(reading_rows(kb, policy))
    assert {len(row) for row in rows} == {len(heading)}
    assert [row[3] for row in rows] == [o.name for each in readings_of(kb, policy) for o in each.options]


def test_find(kb: KnowledgeBase) -> None:
    index = Index.of(kb)
    assert {(hit.policy, hit.name) for hit in index.find("MARGIN rectal close").hits} >= {
        ("nia", "n26"),
        ("bcbsaz", "b16"),
    }
    assert [hit.name for hit in index.find("0735t").hits if hit.kind == "code"] == ["0735T"]
    near = index.find("brachyterapy")
    assert near.tried == "brachytherapy"
    assert near.hits == index.find("brachytherapy").hits != ()
    assert index.find("qqqq zzzz").hits == index.find("").hits == index.find(" .,;").hits == ()


def test_find_everything(kb: KnowledgeBase) -> None:
    index = Index.of(kb)

    def names(words: str) -> set[str]:
        return {hit.name for hit in index.find(words).hits}

    for policy in kb.catalog.policies.values():
        assert all(each.id in names(each.paraphrase) for each in policy.statements.values())
        assert all(each.id in names(each.title) for each in policy.clauses.values())
        assert all(term in names(missing) for term, missing in policy.vague.items())
    assert all(each.id in names(each.question) for each in kb.catalog.readings.values())


def test_hostile(made_up: Callable[..., KnowledgeBase]) -> None:
    base = made_up({"acme": HOSTILE})
    assert sections(base, "acme")[0].name == "+Criteria|*x*"
    assert any("<script>" in hit.place for hit in Index.of(base).find("alert").hits)
    rows = list(csv.reader(StringIO(table_text(statement_rows(base, "acme")), newline="")))
    assert rows[1][2] == "'+Criteria|*x*"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
