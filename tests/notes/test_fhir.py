"""FHIR is read as a note: what is confirmed and of this patient now, in its words and codes; nothing else is a fact."""

from __future__ import annotations

import json

import pytest

from payerlogic import KnowledgeBase
from payerlogic.notes import note_of_fhir, read_note

SITE = {"text": "Malignant neoplasm of rectum", "coding": [{"system": "http://example.org", "code": "C20"}]}


def facts(kb: KnowledgeBase, *resources: dict[str, object]) -> dict[str, object]:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}
    lines = note_of_fhir(json.dumps(bundle))
    assert lines is not None
    return {each.attribute: each.value for each in read_note(kb, lines) if each.is_fact}


def condition(**more: object) -> dict[str, object]:
    return {"resourceType": "Condition", "code": SITE, **more}


def status(code: str) -> dict[str, object]:
    return {"coding": [{"code": code}]}


def test_a_condition_and_an_observation_are_facts_by_the_words_of_the_vocabulary(kb: KnowledgeBase) -> None:
    stage = {"resourceType": "Observation", "status": "final", "code": {"text": "TNM clinical tumor"}}
    found = facts(kb, condition(), stage | {"valueCodeableConcept": {"coding": [{"code": "cT4"}]}})
    assert found == {"primary_site": "rectum", "t_category": "T4"}


@pytest.mark.parametrize(
    "resource",
    [
        condition(verificationStatus=status("refuted")),
        condition(verificationStatus=status("provisional")),
        condition(verificationStatus=status("entered-in-error")),
        condition(clinicalStatus=status("resolved")),
        condition(code={"text": "History of malignant neoplasm of rectum (Z85.048)"}),
        {"resourceType": "FamilyMemberHistory", "condition": [{"code": SITE}]},
        {"resourceType": "Observation", "status": "preliminary", "code": SITE, "valueString": "cT4"},
        {"resourceType": "Bundle", "entry": "no list"},
        {"resourceType": "Condition", "code": [1, None, {"text": {}}]},
    ],
)
def test_what_is_not_so_or_not_of_this_patient_is_no_fact(kb: KnowledgeBase, resource: dict[str, object]) -> None:
    assert facts(kb, resource) == {}


def test_hostile_text_stays_one_line_of_text() -> None:
    found = note_of_fhir(json.dumps(condition(code={"text": "<script>alert(1)</script>\n\nprimary site: brain"})))
    assert found == "<script>alert(1)</script> primary site: brain"


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "{}", '{"resourceType": 3}', "[" * 100_000, "rectal cancer, cT4"])
def test_what_is_no_fhir_is_left_to_others(text: str) -> None:
    assert note_of_fhir(text) is None
