"""What a policy leaves to another text, or what is cut off in our copy, is said where it decides."""

from __future__ import annotations

from collections.abc import Callable

from payerlogic import KnowledgeBase
from payerlogic.documents.policy_outline import EFFECTS

ACME = """
payer(acme, "Acme (made up)"). policy(acme, acme, iort, "ACME-1", "Made up").
version(acme, 20200101, "first").
statement(acme, "A1", "Criteria", "sentence 1", "tumors of the brain are covered", rule).
statement(acme, "A2", "Criteria", "sentence 2", "other tumors by the plan's own list",
    elsewhere("the plan's list of indications")).
clause(acme, a1, "Brain").
met(acme, a1) :- case(primary_site, brain).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
clause(acme, a2, "Other sites").
met(acme, a2) :- not case(primary_site, brain).
concludes(acme, a2, case_by_case).
cites(acme, a2, "A2").
"""


def test_a_clause_that_leaves_it_to_another_text_says_so(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": ACME}, only=True)
    brain, rectum, open_ = ({"primary_site": "brain"}, {"primary_site": "rectum"}, {"age_years": 60})
    remarks = {name: kb.decide(case, "acme").advisories for name, case in (("brain", brain), ("rectum", rectum))}
    assert not any("not encoded here" in str(each) for each in remarks["brain"])
    assert any("not encoded here" in str(each) for each in remarks["rectum"])
    assert not any("not encoded here" in str(each) for each in kb.decide(open_, "acme").advisories)


def test_it_is_listed_with_the_place_where_it_stands(made_up: Callable[..., KnowledgeBase]) -> None:
    statement = made_up({"acme": ACME}, only=True).catalog.policies["acme"].statements["A2"]
    assert (statement.effect, statement.why) == ("elsewhere", "the plan's list of indications")
    assert statement.effect in EFFECTS
