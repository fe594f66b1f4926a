"""Stored rationales: what a reviewer reads, word for word. `pytest --regenerate` writes them anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase

STORED = Path(__file__).parent / "stored"
AS_OF = date(2026, 1, 31)

# Made-up cases, one for each thing that a rationale has to tell.
CASES: dict[str, tuple[str, dict[str, object], dict[str, str]]] = {
    "approved_rectal": ("nia", {"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}, {}),
    "denied_by_the_closing_clause": (
        "nia",
        {
            "primary_site": "rectum", "t_category": "T3", "disease_status": "primary", "margin_status": "negative",
            "completely_removable": True, "high_recurrence_risk": False,
        },
        {},
    ),
    "open_for_want_of_an_age": (
        "nia",
        {
            "primary_site": "breast", "modality": "electron_beam", "tumor_behavior": "invasive", "t_category": "T1",
            "clinical_n_category": "N0", "margin_status": "negative", "fractions": 1,
        },
        {},
    ),
    "defeated_by_physician_review": (
        "nia",
        {"primary_site": "pancreas", "intent": "boost", "modality": "electron_beam", "margin_status": "positive"},
        {},
    ),
    "refused_for_its_device": ("nia", {"primary_site": "breast", "device": "intrabeam", "age_years": 45}, {}),
    "another_reading": (
        "nia",
        {"primary_site": "rectum", "t_category": "T2", "margin_status": "positive", "disease_status": "primary"},
        {"nia_rectal_scope": "any_of_the_three"},
    ),
    "denied_on_a_presumption": ("bcbsaz", {"primary_site": "brain", "cpt_codes": ["0735T"]}, {}),
    "barred_by_a_mandate": (
        "bcbsaz", {"primary_site": "breast", "device": "intrabeam", "mandate_applies": True}, {},
    ),
    "no_criterion": ("bcbsaz", {"primary_site": "stomach", "ei_conditions": [], "fda_status": "approved"}, {}),
    "before_any_edition": ("nia", {"primary_site": "rectum", "date_of_service": "2022-12-31"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_rationale_is_the_stored_one(kb: KnowledgeBase, name: str, request: pytest.FixtureRequest) -> None:
    policy, case, readings = CASES[name]
    explanation = kb.explain(case, policy, kb.settings(readings, as_of=AS_OF))
    told = kb.text(explanation).replace(kb.digest, "<digest>")
    path = STORED / f"{name}.txt"
    if request.config.getoption("--regenerate"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")


def test_nothing_is_stored_without_a_case() -> None:
    assert {path.stem for path in STORED.glob("*.txt")} == set(CASES)
