"""``payerlogic compare``: what it prints, which files it writes, and a user's own cases."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from payerlogic import DISCLAIMER, KnowledgeBase
from payerlogic.cli.options import to_json

from .conftest import AS_OF, BAD_INPUT, DONE, Run, Write

WORDS = ("compare", "nia", "bcbsaz", "--as-of", AS_OF)
REVISION = ("compare", "bcbsaz", "bcbsaz@2022-09-19", "--as-of", AS_OF)
MIX = """\
id,primary_site,t_category,margin_status,disease_status,intent
1,rectum,T4,close,primary,
2,colon,T3,negative,local_recurrence,boost
3,brain,,,,
4,breast,,,,
5,pancreas,,,,
"""


def test_json_has_the_keys_of_the_contract(run: Run) -> None:
    answer = run(*WORDS, "--json")
    assert answer.status == DONE
    found = answer.json
    assert found["complete"] is True
    assert found["implies"] == {"approved": "right", "denied": "left", "review": "right"}
    assert set(found["implies"].values()) <= {"neither", "left", "right", "both"}
    for pair in found["pairs"]:
        assert set(pair) == {"left", "right", "relation", "regions", "share", "cells", "listed", "all_listed"}
        assert (pair["listed"], pair["all_listed"]) == (1, True)
        assert pair["relation"] in ("agree", "conflict", "basis", "process", "silent")
        for region in pair["regions"]:
            assert set(region) == {"box", "witness", "clauses", "citations", "share"}
            assert set(region["clauses"]) == {"left", "right"}
    assert sum(pair["cells"] for pair in found["pairs"]) == found["cells"]
    assert answer.text == f"{to_json(found)}\n"


def test_few_regions_by_default(run: Run) -> None:
    counts = run(*WORDS, "--json").json["counts"]
    assert counts["regions_where_outcomes_differ"] <= 15
    assert counts["regions"] <= 45


@pytest.mark.parametrize("words", [REVISION, pytest.param(WORDS, marks=pytest.mark.slow)], ids=" ".join)
def test_two_runs_are_the_same_to_the_byte(anew: None, run: Run, words: tuple[str, ...]) -> None:
    assert run(*words, "--json").output == run(*words, "--json").output
    assert run(*words).output == run(*words).output


def test_witnesses_decide_as_their_pair_says(run: Run, kb: KnowledgeBase) -> None:
    found = run(*WORDS, "--json").json
    settings = kb.settings(as_of=kb.settings().as_of)
    for pair in found["pairs"]:
        for region in pair["regions"]:
            classes = [kb.decide(region["witness"], name, settings).class_ for name in ("nia", "bcbsaz")]
            assert classes == [pair["left"], pair["right"]]


def test_people_read_summary_table_and_conflicts(run: Run) -> None:
    told = run(*WORDS).text
    assert told.startswith("NIA and BCBSAZ compared\n")
    assert "Whatever is approved by BCBSAZ is approved by NIA too, for cases that agree with the presumptions" in told
    assert "Conflict: NIA: approved (medically necessary); BCBSAZ: denied" in told
    assert "Rectal" not in told.split("Clause by clause")[0]
    assert told.rstrip().endswith(DISCLAIMER)


def test_versions_and_readings_of_one_policy(run: Run) -> None:
    versions = run("compare", "bcbsaz@2022-09-19", "bcbsaz@2023-09-21", "--json").json
    assert [versions[side]["as_of"] for side in ("left", "right")] == ["2022-09-19", "2023-09-21"]
    words = ("compare", "nia", "nia", "--as-of", AS_OF, "--json", "--reading", "nia_fractions=eligibility")
    found = run(*words, "--left-reading", "nia_fractions=cap").json
    assert [found[side]["readings"] for side in ("left", "right")] == [{}, {"nia_fractions": "eligibility"}]
    assert "conflict" in {pair["relation"] for pair in found["pairs"]}
    assert {pair["relation"] for pair in run(*words).json["pairs"]} == {"agree"}


def test_a_mix_counts_the_cases_of_each_pair(run: Run, write: Write) -> None:
    found = run(*WORDS, "--json", "--mix", write("cases.csv", MIX)).json["mix"]
    assert (found["cases"], found["open"], found["failed"]) == (5, 1, 0)
    counts = {(pair["left"], pair["right"]): pair["cases"] for pair in found["pairs"]}
    assert counts == {
        ("medically_necessary", "medically_necessary"): 1,
        ("medically_necessary", "experimental_investigational"): 1,
        ("investigational_not_medically_necessary", "experimental_investigational"): 1,
        ("physician_review", "experimental_investigational"): 1,
    }


def test_a_mix_of_which_a_record_is_wrong(run: Run, write: Write) -> None:
    answer = run(*WORDS, "--mix", write("cases.csv", MIX + "6,brian,,,,\n"))
    assert answer.status == BAD_INPUT
    assert "record 6 (line 7), primary_site: unknown value 'brian'" in answer.errors
    assert "Of 5 cases of the given mix" in answer.text
    assert "1 more could not be read" in answer.text
    assert "own cases" in answer.text


def test_cases_outside_of_the_compared_space_are_shown(run: Run, write: Write) -> None:
    cases = write("cases.csv", "id,date_of_service,primary_site\n1,2022-10-01,brain\n")
    answer = run(*WORDS, "--mix", cases)
    assert "in pairs outside of the compared space 1" in answer.text
    assert "no edition in force" in answer.text


def test_files_of_all_formats_at_once(run: Run, tmp_path: Path, write: Write) -> None:
    names = {"--html": "a.html", "--xlsx": "a.xlsx", "--csv": "a.csv", "--markdown": "a.md"}
    paths = [word for option, name in names.items() for word in (option, str(tmp_path / name))]
    answer = run(*WORDS, "--mix", write("cases.csv", MIX), *paths)
    assert (answer.status, answer.text) == (DONE, "")
    begins = {"a.html": b"<!DOCTYPE html>", "a.xlsx": b"PK", "a.csv": b"region,", "a.md": b"# NIA and BCBSAZ"}
    assert all((tmp_path / name).read_bytes().startswith(start) for name, start in begins.items())
    with (tmp_path / "a.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == run(*WORDS, "--json").json["counts"]["regions"]


def test_a_file_can_be_standard_output(run: Run) -> None:
    assert run(*WORDS, "--markdown", "-").text.startswith("# NIA and BCBSAZ compared\n")
    assert run(*WORDS, "--markdown", "-", "--json").status == BAD_INPUT


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["compare", "mia", "bcbsaz"], "unknown payer 'mia'; did you mean 'nia'?"),
        (["compare", "nia@yesterday", "bcbsaz"], "nia@yesterday: 'yesterday' is not a date"),
        (["compare", "nia", "nia", "--left-reading", "nia_fraction=cap"], "unknown reading 'nia_fraction'"),
        (["compare", "nia", "nia", "--right-reading", "nia_fractions"], "--reading: 'nia_fractions' names no option"),
        (["compare", "nia", "bcbsaz", "--html", "/nowhere/x.html"], "/nowhere/x.html: cannot be written (No such"),
        (["compare", "nia", "bcbsaz", "--mix", "/nowhere.csv"], "/nowhere.csv: there is no such file"),
        (["compare"], "no policy is named; name two or more, or a --service"),
        (["compare", "nia"], "nia alone: a comparison needs two policies; such as nia bcbsaz"),
        (
            ["compare", "bcbsaz@2022-09-19"],
            "bcbsaz@2022-09-19 alone: a comparison needs two policies; such as bcbsaz@2022-09-19 nia",
        ),
        (["compare", "--service", "lung"], "unknown service 'lung'"),
        (["compare", "nia", "bcbsaz", "nia"], "nia is named twice"),
        (["compare", "--service", "lung_screening", "--mix", "cases.csv"], "--mix: is for two policies"),
    ],
)
def test_what_cannot_be_compared(run: Run, words: list[str], problem: str) -> None:
    answer = run(*words)
    assert answer.status == BAD_INPUT
    assert answer.errors.startswith(problem)


# --- Three policies and more -----------------------------------------------------------------------------

SERVICE = ("compare", "--service", "lung_screening", "--as-of", AS_OF)
NAMES = ["acs_ldct", "cms_ldct", "uspstf_ldct"]


def test_json_of_several_has_the_keys_of_the_contract(run: Run) -> None:
    answer = run(*SERVICE, "--json")
    assert answer.status == DONE
    found = answer.json
    assert found["complete"] is True
    assert [each["name"] for each in found["policies"]] == NAMES
    assert sum(vector["cells"] for vector in found["vectors"]) == found["cells"]
    for vector in found["vectors"]:
        assert list(vector["outcomes"]) == NAMES
        assert all({"box", "witness"} <= set(region) for region in vector["regions"])
    pairs = [(each["left"], each["right"]) for each in found["approves"]]
    assert sorted(pairs) == sorted((a, b) for a in NAMES for b in NAMES if a != b)
    assert all(each["holds"] == (each["witness"] is None) for each in found["approves"])
    assert run("compare", *NAMES, "--as-of", AS_OF, "--json").output == answer.output


def test_people_read_combinations_and_who_approves_what(run: Run) -> None:
    text = run(*SERVICE).text
    assert text.startswith("ACS, Medicare and USPSTF compared\n")
    assert "Combinations of outcomes" in text
    assert "approved by ACS and USPSTF; denied by Medicare" in text
    assert text.rstrip().endswith(DISCLAIMER)


def test_files_of_several(run: Run, tmp_path: Path) -> None:
    names = {"--html": "a.html", "--xlsx": "a.xlsx", "--csv": "a.csv", "--markdown": "a.md"}
    paths = [word for option, name in names.items() for word in (option, str(tmp_path / name))]
    assert run(*SERVICE, *paths).text == ""
    begins = {"a.html": b"<!DOCTYPE html>", "a.xlsx": b"PK", "a.csv": b"combination,", "a.md": b"# ACS, Medicare"}
    assert all((tmp_path / name).read_bytes().startswith(start) for name, start in begins.items())
    with (tmp_path / "a.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(vector["regions"]) for vector in run(*SERVICE, "--json").json["vectors"])


def test_the_largest_regions_alone(run: Run) -> None:
    found = run(*WORDS, "--json", "--regions", "2").json
    assert found["complete"] is True
    assert [pair["cells"] for pair in found["pairs"]] == [pair["cells"] for pair in run(*WORDS, "--json").json["pairs"]]
    assert all(len(pair["regions"]) <= 2 for pair in found["pairs"])
    assert all(pair["all_listed"] == (pair["listed"] == 1) for pair in found["pairs"])
    text = run(*WORDS, "--regions", "2").text
    assert "Not all regions are listed" in text
    assert "one of these pairs of classes" in text


def test_a_list_of_members_in_a_table(run: Run) -> None:
    """So many of a list are one cell, of two policies and of more."""
    for words in (("compare", "acs_ldct", "cms_ldct", "--as-of", AS_OF), SERVICE):
        assert "at_most: 3 and of: eligibility_determined|decision_aid_used|" in run(*words, "--csv", "-").text
