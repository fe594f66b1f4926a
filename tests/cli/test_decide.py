"""``payerlogic decide``: what it prints of cases that can be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from payerlogic import DISCLAIMER, Determination, KnowledgeBase, Settings, StatedCase
from payerlogic.answers.decision import Decider
from payerlogic.semantics.solver import Solver

from .conftest import AS_OF, BAD_INPUT, BUG, DONE, Run, Write

APPROVED = '{"id": "R-1", "primary_site": "rectum", "t_category": "T4", "margin_status": "close"}'
OPEN = (
    '{"id": "B-1", "primary_site": "breast", "device": "mobetron", "t_category": "T1", "tumor_behavior": "invasive", '
)
OPEN += '"clinical_n_category": "N0", "margin_status": "negative", "fractions": 1}'
KEYS = {
    "policy", "version", "outcome", "class", "possible", "deciding", "clauses", "readings", "as_of", "kb",
    "presumptions", "premises", "limits", "advisories", "authorized", "sensitive_readings",
}  # fmt: skip


# --- JSON ------------------------------------------------------------------------------------------


def test_json_has_the_promised_shape(run: Run, write: Write, kb: KnowledgeBase) -> None:
    answer = run("decide", write("cases.json", APPROVED), "--json", "--as-of", AS_OF)
    assert answer.status == DONE
    (item,) = answer.json
    assert set(item) == {"id", "service", "determinations"}
    assert item["service"] == "iort"
    assert list(item["determinations"]) == sorted(kb.policies)
    for determination in item["determinations"].values():
        assert set(determination) == KEYS
    nia = item["determinations"]["nia"]
    assert nia["policy"] == "NIA_CG_226"
    assert nia["version"] == "2023-01-01"
    assert (nia["outcome"], nia["class"]) == ("approved", "medically_necessary")
    assert (nia["possible"], nia["deciding"]) == (["medically_necessary"], [])
    assert [set(clause) for clause in nia["clauses"]] == [{"id", "statements", "citation"}]
    assert nia["clauses"][0]["statements"] == ["N26"]
    assert (nia["readings"], nia["as_of"], nia["kb"]) == ({}, AS_OF, kb.digest)


def test_json_is_printed_with_sorted_keys_and_the_same_every_time(run: Run, write: Write) -> None:
    path = write("cases.json", f"[{APPROVED}, {OPEN}]")
    first = run("decide", path, "--json", "--as-of", AS_OF)
    again = run("decide", path, "--json", "--as-of", AS_OF)
    assert first.output == again.output
    assert first.text == json.dumps(first.json, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_an_open_case_names_what_is_possible_and_what_decides(run: Run, write: Write) -> None:
    (item,) = run("decide", write("cases.json", OPEN), "--payer", "nia", "--json", "--as-of", AS_OF).json
    nia = item["determinations"]["nia"]
    assert (nia["outcome"], nia["class"], nia["clauses"]) == ("open", None, [])
    assert nia["deciding"] == ["age_years"]


def test_every_format_gives_the_same_answer(run: Run, write: Write) -> None:
    files = [
        write("a.json", APPROVED),
        write("a.jsonl", APPROVED + "\n"),
        write("a.yaml", "id: R-1\nprimary_site: rectum\nt_category: T4\nmargin_status: close\n"),
        write("a.csv", "id,primary_site,t_category,margin_status\nR-1,rectum,T4,close\n"),
    ]
    answers = {run("decide", path, "--json", "--as-of", AS_OF).output for path in files}
    answers.add(run("decide", "-", "--json", "--as-of", AS_OF, stdin=APPROVED).output)
    assert len(answers) == 1


def test_items_stand_in_the_order_of_the_records_and_those_without_id_get_their_number(run: Run, write: Write) -> None:
    path = write("cases.jsonl", '{"primary_site": "brain"}\n{"id": "x"}\n{"primary_site": "?"}\n{"id": 7}\n{}\n')
    answer = run("decide", path, "--json", "--as-of", AS_OF)
    assert [item["id"] for item in answer.json] == ["1", "x", "3", "7", "5"]
    assert [set(item) for item in answer.json][2] == {"id", "error"}
    assert answer.status == BAD_INPUT


def test_a_file_without_cases_gives_an_empty_list(run: Run, write: Write) -> None:
    answer = run("decide", write("none.json", "[]"), "--json")
    assert (answer.status, answer.text) == (DONE, "[]\n")


def test_payers_are_asked_as_given(run: Run, write: Write) -> None:
    path = write("cases.json", APPROVED)
    (item,) = run("decide", path, "--json", "--payer", "NIA", "--payer", "nia").json
    assert list(item["determinations"]) == ["nia"]


def test_cases_that_no_rule_tells_apart_are_asked_once(
    run: Run, write: Write, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    decide = Decider.of(kb).decide

    def counted(case: StatedCase, policy: str, *more: Any, **named: Any) -> Determination:
        asked.append(policy)
        return decide(case, policy, *more, **named)

    monkeypatch.setattr(Decider.of(kb), "decide", counted)
    rows = "".join(f"{age},breast,{age}\n" for age in range(60, 120))
    answer = run("decide", write("ages.csv", "id,primary_site,age_years\n" + rows), "--json", "--as-of", AS_OF)
    assert [item["id"] for item in answer.json] == [str(age) for age in range(60, 120)]
    assert asked == list(kb.policies)


# --- Readings, presumptions, today ------------------------------------------------------------------


def test_a_reading_is_taken_and_named(run: Run, write: Write) -> None:
    path = write("cases.json", APPROVED)
    words = ("--payer", "nia", "--as-of", AS_OF, "--reading", "nia_site_guideline=delegation")
    (item,) = run("decide", path, *words, "--json").json
    nia = item["determinations"]["nia"]
    assert (nia["class"], nia["readings"]) == ("refer_to_site_guideline", {"nia_site_guideline": "delegation"})
    assert "readings taken: nia_site_guideline=delegation" in run("decide", path, *words).text


def test_readings_that_would_change_the_class_are_named_unless_declined(run: Run, write: Write) -> None:
    path = write("cases.json", APPROVED)
    (item,) = run("decide", path, "--json", "--as-of", AS_OF).json
    switches = item["determinations"]["nia"]["sensitive_readings"]
    assert {"reading": "nia_site_guideline", "option": "delegation", "class": "refer_to_site_guideline"} in switches
    assert item["determinations"]["bcbsaz"]["sensitive_readings"] == []
    shown = run("decide", path, "--as-of", AS_OF).text
    assert "No single reading encoded here, read differently, would change it." in shown
    assert "referred to the guideline for the site. (nia_site_guideline=delegation)" in shown
    declined = run("decide", path, "--no-readings", "--as-of", AS_OF)
    assert "reading" not in declined.text
    (item,) = run("decide", path, "--no-readings", "--json", "--as-of", AS_OF).json
    assert "sensitive_readings" not in item["determinations"]["nia"]
    assert item["determinations"]["nia"]["premises"]["readings"] is None


def test_without_presumptions_what_is_not_stated_is_unknown(run: Run, write: Write) -> None:
    path = write("cases.json", APPROVED)
    (item,) = run("decide", path, "--payer", "nia", "--json", "--no-presumptions").json
    nia = item["determinations"]["nia"]
    assert nia["class"] is None
    assert nia["presumptions"] == []
    assert "documentation_complete" in nia["deciding"]


@pytest.mark.parametrize(
    ("day", "version", "class_"), [("2020-01-01", None, "not_in_force"), (AS_OF, "2023-01-01", "medically_necessary")]
)
def test_as_of_says_what_today_is(run: Run, write: Write, day: str, version: str | None, class_: str) -> None:
    (item,) = run("decide", write("c.json", APPROVED), "--payer", "nia", "--json", "--as-of", day).json
    nia = item["determinations"]["nia"]
    assert (nia["as_of"], nia["version"], nia["class"]) == (day, version, class_)


# --- For people --------------------------------------------------------------------------------------


def test_the_readable_form_says_what_why_and_on_what_grounds(run: Run, write: Write) -> None:
    answer = run("decide", write("cases.json", f"[{APPROVED}, {OPEN}]"), "--payer", "nia", "--as-of", AS_OF)
    assert answer.text.splitlines()[:3] == [
        "Case R-1",
        "  ✓ nia, NIA_CG_226 (2023-01-01): Approved (medically necessary)",
        "      Rectal cancer with a positive or close margin: NIA_CG_226 (2023-01-01), Rectal Cancer: sentence 2 [N26]",
    ]
    assert "      Usual assumptions: the date of service is today (2026-11-22); " in answer.text
    assert "      limit: one fraction during surgery is authorized" in answer.text
    assert (
        "Case B-1\n  ? nia, NIA_CG_226 (2023-01-01): "
        "Open (medically necessary, or investigational and not medically necessary)\n"
        "      missing information that decides it: age (age_years)\n"
    ) in answer.text
    assert answer.text.count(DISCLAIMER) == 1
    assert answer.text.endswith(f"\n{DISCLAIMER}\n")


def test_a_denial_that_rests_on_the_payers_presumed_finding_says_so_first(run: Run, write: Write) -> None:
    path = write("cases.json", '[{"primary_site": "lung"}, {"ei_conditions": ["insufficient_evidence_of_effect"]}]')
    first, second = (
        line
        for line in run("decide", path, "--payer", "bcbsaz", "--as-of", AS_OF).text.splitlines()
        if "bcbsaz, BCBSAZ" in line
    )
    assert first.endswith(
        "Denied (experimental or investigational). "
        "Assumes that the payer finds one of its evidence conditions for this use."
    )
    assert "Assumes" not in second


def test_no_color_and_no_wrapping_when_piped(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("cases.json", APPROVED)
    wide = run("decide", path, "--as-of", AS_OF).output
    monkeypatch.setenv("COLUMNS", "30")
    assert run("decide", path, "--as-of", AS_OF).output == wide
    assert b"\x1b" not in wide


# --- Verification ------------------------------------------------------------------------------------


def test_verified_answers_are_decided_again_by_clingo(run: Run, write: Write) -> None:
    answer = run("decide", write("cases.json", f"[{APPROVED}, {OPEN}]"), "--verify", "--json", "--as-of", AS_OF)
    assert answer.status == DONE
    assert answer.problems == ["4 answers decided again with clingo: all agree"]
    assert answer.json == run("decide", write("cases.json", f"[{APPROVED}, {OPEN}]"), "--json", "--as-of", AS_OF).json


def test_a_disagreement_is_loud_and_its_answer_withheld(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(_solver: Solver, policy: str, _situation: Any) -> set[str]:
        return {"case_by_case"} if policy == "nia" else {"medically_necessary"}

    monkeypatch.setattr(Solver, "possible", wrong)
    path = write("cases.jsonl", APPROVED)
    answer = run("decide", path, "--verify", "--json", "--as-of", AS_OF)
    assert answer.status == BUG
    assert answer.problems[0] == (
        f"{path}: record 1 (line 1), nia: DISAGREEMENT: decided as medically_necessary, "
        "but clingo finds case_by_case; no answer is given; please report this case"
    )
    assert answer.problems[1] == "2 answers decided again with clingo: 1 DISAGREE"
    assert [set(item) for item in answer.json] == [{"id", "error"}]


def test_every_answer_of_the_command_is_that_of_the_library(
    run: Run, write: Write, kb: KnowledgeBase, settings: Settings
) -> None:
    cases = [json.loads(APPROVED), json.loads(OPEN), {"id": "n", "primary_site": "cervix_uteri"}]
    told = run("decide", write("c.json", json.dumps(cases)), "--json", "--as-of", AS_OF).json
    assert told == [kb.decide(case, None, settings, with_readings=True).to_dict() for case in cases]


def test_cases_that_rules_cannot_tell_apart_have_their_own_remarks_on_dates(run: Run, write: Write) -> None:
    path = write("c.csv", "id,birth_date\nA,1950-01-01\nB,2050-01-01\nC,1960-01-01\nD,2060-01-01\n")
    answer = run("decide", path, "--payer", "nia", "--as-of", AS_OF, "--json")
    said = [case["determinations"]["nia"]["advisories"] for case in answer.json]
    odd = [[each.partition(": ")[0] for each in advisories if "check_" in each] for advisories in said]
    assert odd == [[], ["check_age_years"], [], ["check_age_years"]]
    assert "2050-01-01" in str(said[1])
    assert "2060-01-01" in str(said[3])
