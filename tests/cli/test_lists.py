"""``payerlogic vocabulary``, ``policies`` and ``readings``: all that the knowledge base declares, and nothing else."""

from __future__ import annotations

import jsonschema  # type: ignore[import-untyped, unused-ignore]
import pytest

from payerlogic import KnowledgeBase

from .conftest import AS_OF, BAD_INPUT, DONE, Run


def test_vocabulary_tells_every_attribute_and_value(run: Run, kb: KnowledgeBase) -> None:
    told = run("vocabulary").text
    for attribute in kb.vocabulary.values():
        assert attribute.name in told
    assert "rectosigmoid_junction" in told
    assert "0 to 120 years" in told


def test_vocabulary_as_json(run: Run, kb: KnowledgeBase) -> None:
    found = run("vocabulary", "--json").json
    assert set(found) == {"attributes", "axioms", "derived", "inputs", "kinds", "presumptions", "records"}
    assert [each["name"] for each in found["attributes"]] == list(kb.vocabulary)
    by_name = {each["name"]: each for each in found["attributes"]}
    assert by_name["age_years"]["range"] == [0, 120]
    assert by_name["age_years"]["fixed"] is True
    assert [each["value"] for each in by_name["tumor_behavior"]["values"]] == ["in_situ", "invasive"]
    assert by_name["cpt_codes"]["can_be_empty"] is False
    assert by_name["ei_conditions"]["can_be_empty"] is True
    assert "other" not in [each["value"] for each in by_name["cpt_codes"]["values"]]
    keys = {frozenset(each) for each in found["attributes"]}
    assert len(keys) == 1


def test_the_schema_accepts_cases_and_refuses_others(run: Run) -> None:
    schema = run("vocabulary", "--schema").json
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"id": "A", "primary_site": "rectum", "age_years": 60, "ei_conditions": []}, schema)
    for bad in ({"primry_site": "rectum"}, {"primary_site": "rectim"}, {"age_years": 121}, {"cpt_codes": ["7742"]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


def test_schema_and_json_are_two_things(run: Run) -> None:
    answer = run("vocabulary", "--schema", "--json")
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)


def test_policies_tell_versions_codes_clauses_and_citations(run: Run, kb: KnowledgeBase) -> None:
    answer = run("policies")
    assert answer.status == DONE
    told = answer.text
    for policy in kb.catalog.policies.values():
        assert f"{policy.id}: {policy.payer}, {policy.title}" in told
        assert all(clause in told for clause in policy.clauses)
        assert f"codes: {', '.join(policy.codes)}" in told
    assert "  from 2024-09-03: " in told


def test_policies_as_json_hold_the_whole_ledger(run: Run, kb: KnowledgeBase) -> None:
    found = run("policies", "--json", "--payer", "nia").json
    assert found["kb"] == kb.digest
    (nia,) = found["policies"]
    assert set(nia) == {
        "id", "service", "document", "payer", "title", "versions", "history", "codes", "clauses", "statements", "vague",
    }  # fmt: skip
    assert [each["id"] for each in nia["statements"]] == list(kb.catalog.policies["nia"].statements)
    n26 = next(each for each in nia["clauses"] if each["id"] == "n26")
    assert (n26["classes"], n26["statements"]) == (["medically_necessary"], ["N26"])
    assert n26["citation"] == "NIA_CG_226, Rectal Cancer: sentence 2 [N26]"
    assert all(each["why_none"] for each in nia["statements"] if each["effect"] == "none")


def test_readings_tell_question_options_default_and_why(run: Run, kb: KnowledgeBase) -> None:
    told = run("readings").text
    for reading in kb.catalog.readings.values():
        assert reading.question in told
        assert f"    * {reading.default}: {reading.meaning(reading.default)}" in told
        assert f"  default because: {reading.why_default}" in told


def test_readings_of_one_payer_include_those_of_every_payer(run: Run) -> None:
    found = run("readings", "--payer", "BCBSAZ", "--json").json
    assert {each["policy"] for each in found} == {"bcbsaz", "every_payer"}
    assert {frozenset(each) for each in found} == {
        frozenset({"id", "policy", "question", "default", "options", "why_default", "statements", "citation"})
    }
    for each in found:
        assert [option["name"] for option in each["options"] if option["default"]] == [each["default"]]


@pytest.mark.parametrize("command", ["policies", "readings"])
def test_a_payer_that_there_is_not(run: Run, command: str) -> None:
    answer = run(command, "--payer", "aetna")
    assert (answer.status, answer.text, answer.errors) == (
        BAD_INPUT,
        "",
        "unknown payer 'aetna'; the policies are bcbsaz, nia of iort; acs_ldct, cms_ldct, uspstf_ldct of "
        "lung_screening\n",
    )


@pytest.mark.parametrize("command", ["policies", "vocabulary"])
def test_a_narrow_screen_gets_lists_instead_of_tables(run: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    narrow = run(command)
    assert narrow.status == DONE
    assert "┃" not in narrow.text


def test_sql_works_an_age_out_where_the_two_dates_are_named(run: Run) -> None:
    words = ("sql", "nia", "--column", "birth_date", "--column", "date_of_service", "--column", "primary_site")
    answer = run(*words, "--as-of", AS_OF)
    assert answer.status == DONE
    assert "EXTRACT(YEAR FROM source.birth_date)" in answer.text
    assert "Columns read: date_of_service, primary_site, birth_date." in answer.text
    assert run("sql", "nia", "--column", "birthdate").status == BAD_INPUT
