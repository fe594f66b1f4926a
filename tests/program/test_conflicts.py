"""A policy whose clauses contradict each other: no answer may hide one of two classes.

The shipped policies give every complete case exactly one class (``tests/policies/test_theorems.py``
proves it). Somebody else's may not, while it is being written.
"""

from __future__ import annotations

from collections.abc import Callable

from payerlogic import KnowledgeBase

CONTRADICTORY = """
payer(acme, "Acme"). policy(acme, acme, iort, "ACME_1", "Made-up policy").
statement(acme, "A1", "Only section", "sentence 1", "cancer is covered", rule).
statement(acme, "A2", "Only section", "sentence 2", "a boost is not", rule).
version(acme, 20200101, "first edition").
clause(acme, a1, "Cancer").
met(acme, a1) :- case(oncologic, true).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
clause(acme, a2, "Boost").
met(acme, a2) :- case(intent, boost).
concludes(acme, a2, experimental_investigational).
cites(acme, a2, "A2").
"""


def test_two_classes_are_a_contradiction(made_up: Callable[..., KnowledgeBase]) -> None:
    """Both clauses stand, neither prevails: neither an approval nor a denial, in the diagrams and in clingo."""
    kb = made_up({"acme": CONTRADICTORY})
    case = {"oncologic": True, "intent": "boost"}
    assert kb.solver.possible("acme", kb.situation(kb.read(case), "acme")) == {"contradiction"}
    found = kb.decide(case, "acme")
    assert (found.class_, found.outcome, found.deciding) == ("contradiction", "contradiction", ())
    assert [clause.id for clause in found.clauses] == ["a1", "a2"]


def test_a_contradiction_that_a_missing_fact_may_bring_is_open(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": CONTRADICTORY})
    found = kb.decide({"oncologic": True}, "acme")
    assert (found.outcome, set(found.possible)) == ("open", {"medically_necessary", "contradiction"})
    assert found.deciding == ("intent",)


def test_precedence_mends_it(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": CONTRADICTORY + "prevails(acme, a2, a1)."})
    assert kb.decide({"oncologic": True, "intent": "boost"}, "acme").class_ == "experimental_investigational"
    assert kb.decide({"oncologic": True, "intent": "sole_modality"}, "acme").class_ == "medically_necessary"
