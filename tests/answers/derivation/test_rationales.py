"""Stored rationales: what a reviewer reads, word for word. `pytest --regenerate` writes them anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from payerlogic import KnowledgeBase
from payerlogic.wording.explanation import outline, reasons_by_heading
from tests.support.drawn import drawn

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


@pytest.mark.parametrize("service", ["iort", "lung_screening"])
def test_a_gate_that_the_request_passed_reads_as_passed(kb: KnowledgeBase, service: str) -> None:
    """In the rationale and in the outline; what is asked there is in order, so that nothing "must be" so."""
    asked, rng, passed = kb.of_service(service), Random(3), 0
    for _ in range(20):
        case, policy = drawn(asked, rng), rng.choice(asked.policies)
        explanation = asked.explain(case, policy)
        gates = {node for node, data in explanation.graph.nodes(data=True) if data.get("passed")}
        titles = {str(explanation.graph.nodes[node]["label"]) for node in gates}
        lines = [line for heading, found in reasons_by_heading(explanation) if "Gates" in heading for line in found]
        for line in lines:
            if line.text.startswith("passed: "):
                assert line.mark == "✓"
                assert "must be" not in line.text
                assert "needs" not in line.text
                passed += 1
            assert not any(line.text.startswith(title) for title in titles)
        whole = outline(explanation)
        assert not any(line.text.startswith(title) for title in titles for line in whole)
        for at, line in enumerate(whole[:-1]):
            if line.text.startswith("passed: edition in force"):
                assert "must be" not in whole[at + 1].text
    assert passed
