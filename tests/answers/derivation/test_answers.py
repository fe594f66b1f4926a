"""What an answer rests on stands where the answer stands: limits, assumptions, readings, missing information.

``answers.yaml``   the first lines of explanations
the rest           contradictions of a policy, what was written beside what it was read as, and ranges in words
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from payerlogic import KnowledgeBase
from payerlogic.documents import render
from payerlogic.semantics.value_sets import range_in_words
from payerlogic.text.phrases import day_in_words

ROWS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text(encoding="utf-8"))
AS_OF = date(2026, 1, 31)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_the_first_lines(kb: KnowledgeBase, row: dict[str, Any]) -> None:
    settings = kb.settings(row.get("readings", {}), as_of=AS_OF)
    lines = kb.text(kb.explain(row["case"], row["policy"], settings)).splitlines()
    assert lines[0].startswith(row["begins"])
    top = lines[: next((i for i, line in enumerate(lines) if line[:2] in ("✓ ", "? ", "✗ ")), len(lines))]
    for said in row.get("says", ()):
        assert said in top
    assert not [line for line in lines for word in row.get("never", ()) if word in line]


# --- Contradictions ---------------------------------------------------------------------------------------

TWO_CLASSES = """
payer(acme, "Acme"). policy(acme, acme, iort, "Acme 1", "Made up").
version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "sentence 1", "approves the elderly", rule).
statement(acme, "A2", "Criteria", "sentence 2", "refuses the rectum", rule).
bound(age_years, at_least, 70).
clause(acme, elderly, "Seventy or older").
met(acme, elderly) :- at_least(age_years, 70).
concludes(acme, elderly, medically_necessary).
cites(acme, elderly, "A1").
clause(acme, rectum, "Rectal cancer").
met(acme, rectum) :- case(primary_site, rectum).
concludes(acme, rectum, experimental_investigational).
cites(acme, rectum, "A2").
"""


def test_a_contradiction_names_both_clauses_and_what_would_settle_it(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": TWO_CLASSES})
    whole = kb.explain({"primary_site": "rectum", "age_years": 71}, "acme", kb.settings(as_of=AS_OF))
    assert [clause.id for clause in whole.determination.clauses] == ["elderly", "rectum"]
    assert whole.contradiction == (
        "These clauses all apply, and the policy does not say which prevails: "
        "“Seventy or older” [A1] concludes medically necessary; "
        "“Rectal cancer” [A2] concludes experimental or investigational.",
        "To settle it, ask the payer which of them prevails.",
    )
    assert all(sentence in kb.text(whole) for sentence in whole.contradiction)
    root = whole.graph.nodes[whole.root]
    assert (root["status"], root["role"]) == ("met", "all")
    assert whole.children(whole.root)[:2] == ["met(acme,elderly)", "met(acme,rectum)"]


def test_what_makes_it_a_contradiction_is_no_part_of_an_explanation(made_up: Callable[..., KnowledgeBase]) -> None:
    """The program's own bookkeeping has no place in what a clinician reads."""
    kb = made_up({"acme": TWO_CLASSES})
    for policy in kb.policies:
        for case in ({"primary_site": "rectum", "age_years": 71}, {"primary_site": "colon"}, {}):
            whole = kb.explain(case, policy, kb.settings(as_of=AS_OF))
            assert not [node for node in whole.graph if node.startswith(("contradiction", "concluded", "not contra"))]


def test_one_clause_alone_is_no_contradiction(made_up: Callable[..., KnowledgeBase]) -> None:
    kb = made_up({"acme": TWO_CLASSES})
    whole = kb.explain({"primary_site": "colon", "age_years": 71}, "acme", kb.settings(as_of=AS_OF))
    assert whole.contradiction == ()
    assert whole.graph.nodes[whole.root]["role"] == "any"


# --- What was written -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"t_category": "cT4b"}, "T category is cT4b, read as T4"),
        ({"t_category": "T3"}, "T category is T3, needs T4"),
        ({"t_category": "pT3a"}, "T category is pT3a, read as T3, needs T4"),
        ({"margin_status": "R1"}, "surgical margin is R1, read as positive"),
        ({"primary_site": "C20"}, "primary site is C20, read as rectum"),
        ({"t_category": "ypT3"}, "T category: ypT3, read as unknown, needs T4"),
    ],
)
def test_what_was_written_stands_beside_what_it_was_read_as(
    kb: KnowledgeBase, written: dict[str, str], said: str
) -> None:
    case = {"primary_site": "rectum", "disease_status": "primary", "margin_status": "close", **written}
    whole = kb.explain(case, "bcbsaz", kb.settings(as_of=AS_OF))
    labels = [str(data["label"]) for _, data in whole.graph.nodes(data=True)]
    assert any(said in label for label in labels)
    value = said.partition(" is ")[2] or said
    assert value.partition(", needs")[0] in kb.text(whole), "as a fact, or as an alternative that fails"
    assert said in render(whole, "html", kb).decode()
    assert any(said in node["label"] for node in json.loads(render(whole, "json", kb).decode())["nodes"])


# --- Ranges -----------------------------------------------------------------------------------------------


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_days_are_never_written_as_less_or_more(day: date) -> None:
    until, since = range_in_words(f"..{day.isoformat()}"), range_in_words(f"{day.isoformat()}..")
    assert until == f"before {day_in_words(day + timedelta(days=1))}"
    assert since == f"{day_in_words(day)} or later"
    assert range_in_words(f"{day}..{day}") == range_in_words(day.isoformat()) == day_in_words(day)


@given(st.integers(0, 10**6), st.integers(1, 1000))
def test_numbers_name_their_bounds(low: int, more: int) -> None:
    assert range_in_words(f"{low}..{low + more}") == f"{low} to {low + more}"
    assert range_in_words(f"{low}..") == f"{low} or more"
    assert range_in_words(f"..{low}") == f"{low} or less"
    assert range_in_words(low) == str(low)
