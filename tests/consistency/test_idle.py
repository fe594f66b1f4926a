"""A clause that can go because nothing decides its cases anyway: its finding names no clause that covers it."""

from __future__ import annotations

from collections.abc import Callable

from payerlogic import KnowledgeBase

IDLE = """
payer(acme, "Acme"). policy(acme, acme, iort, "Acme 1", "Made up").
version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "sentence 1", "the rule", rule).
statement(acme, "A2", "Criteria", "sentence 2", "says nothing", rule).
clause(acme, a1, "The rule").
met(acme, a1) :- case(margin_status, positive).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
clause(acme, idle, "Idle").
met(acme, idle) :- case(margin_status, negative).
cites(acme, idle, "A2").
"""


def test_nothing_is_covered_by_nothing(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": IDLE})
    (found,) = [finding for finding in kb.check("acme") if finding.kind == "redundant"]
    assert found.clauses == ("idle",)
    assert found.message == (
        "removing 'Idle' (idle) changes no determination; no clause decides these cases, with it or without"
    )
