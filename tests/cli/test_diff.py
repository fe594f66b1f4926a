"""``payerlogic diff``: what it prints, writes and ends with."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import DISCLAIMER
from payerlogic.text.phrases import day_in_words

from .conftest import AS_OF, BAD_INPUT, DONE, FINDINGS, Run, Write

DAY = day_in_words(date.fromisoformat(AS_OF))
NIA = "policies/iort/nia.lp"
MOVED = ("at_least(age_years, 50)", "at_least(age_years, 55)")
CHANGE = {"old": "medically_necessary", "new": "investigational_not_medically_necessary"}


@pytest.fixture(scope="module")
def edited(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge base with one threshold moved."""
    folder = tmp_path_factory.mktemp("edited") / "kb"
    copytree(kb_folder, folder)
    replace(folder / NIA, *MOVED)
    return folder


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_moved_threshold(run: Run, kb_folder: Path, edited: Path, write: Write, tmp_path: Path) -> None:
    cases = write(
        "cases.csv",
        "id,primary_site,t_category,clinical_n_category,margin_status,modality,fractions,age_years\n"
        "young,breast,T1,N0,negative,electron_beam,1,52\n"
        "old,breast,T1,N0,negative,electron_beam,1,70\n",
    )
    page, markdown = tmp_path / "a.html", tmp_path / "a.md"
    words = ("diff", kb_folder, edited, "--policy", "nia", "--as-of", AS_OF, "--html", page, "--markdown", markdown)
    answer = run(*words, "--cases", cases, "--json")
    assert answer.status == FINDINGS
    found = answer.json
    assert set(found) == {"as_of", "cases", "changed", "edits", "new", "old", "policies"}
    assert (found["changed"], found["as_of"]) == (True, AS_OF)
    assert {(each["kind"], each["change"]) for each in found["edits"]} == {
        ("rule", "changed"),
        ("fact", "added"),
        ("fact", "removed"),
    }
    (nia,) = found["policies"]
    assert (nia["policy"], nia["changed"], nia["proof"]) == ("nia", True, "solver")
    (change,) = nia["changes"]
    assert {side: change[side] for side in CHANGE} == CHANGE
    (region,) = change["regions"]
    assert region["box"]["age_years"] == ["50..54"]
    assert region["clauses"] == {"old": ["n10"], "new": ["n33"]}
    assert 50 <= region["witness"]["age_years"] <= 54
    old, new = ({"outcome": o, "class": c} for o, c in zip(("approved", "denied"), CHANGE.values(), strict=True))
    assert found["cases"] == {
        "decided": 2,
        "changed": 1,
        "examples": [{"id": "young", "policy": "nia", "old": old, "new": new}],
        "refused": [],
        "elsewhere": 0,
    }
    assert page.read_text().startswith("<!DOCTYPE html>")
    text = markdown.read_text()
    assert text.startswith("# What the edit changes\n")
    assert f"- NIA (nia): the determination changes for under 0.1 % of the cells on {DAY}, in 1 region.\n" in text
    assert "- Of your 2 cases, 1 would be decided differently.\n" in text
    assert "| change | what | before | after | where |" in text


def test_in_words(run: Run, kb_folder: Path, edited: Path) -> None:
    answer = run("diff", kb_folder, edited, "--policy", "nia", "--as-of", AS_OF)
    assert answer.status == FINDINGS
    assert "age (years): 50 to 54" in answer.text
    assert "After: met(nia,n10) :- " in answer.text
    assert answer.text.rstrip().endswith(DISCLAIMER)


def test_nothing_changed(run: Run, kb_folder: Path) -> None:
    answer = run("diff", kb_folder, kb_folder)
    assert answer.status == DONE
    assert "No determination changes." in answer.text


def test_a_git_revision(run: Run, kb_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "repository" / "kb"
    copytree(kb_folder, folder)
    git = ["git", "-C", str(folder.parent), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "before"]):
        subprocess.run([*git, *words], check=True)
    replace(folder / NIA, *MOVED)
    answer = run("diff", "HEAD", folder, "--policy", "nia", "--json")
    assert answer.status == FINDINGS
    assert [change["old"] for change in answer.json["policies"][0]["changes"]] == [CHANGE["old"]]


def test_a_record_that_cannot_be_read_is_named_and_the_others_are_compared(
    run: Run, kb_folder: Path, edited: Path, write: Write
) -> None:
    cases = write("cases.csv", "id,primary_site,age_years\nwrong,brest,52\nright,breast,70\n")
    answer = run("diff", kb_folder, edited, "--policy", "nia", "--as-of", AS_OF, "--cases", cases, "--json")
    assert answer.status == BAD_INPUT
    assert "unknown value 'brest'" in answer.errors
    assert answer.json["cases"]["decided"] == 1


def test_cases_that_are_put_to_another_policy_are_no_all_clear(
    run: Run, kb_folder: Path, edited: Path, write: Write
) -> None:
    """They are counted apart; and a case that cannot be decided is named with its file and line, as 'decide' does."""
    words = ("diff", kb_folder, edited, "--as-of", AS_OF, "--cases")
    cases = write("cases.csv", "id,primary_site,age_years\na,breast,52\nb,breast,60\nc,,49.9\n")
    answer = run(*words, cases, "--policy", "acs_ldct")
    assert "None of your 2 cases is put to ACS (acs_ldct): they do not show what the edit does." in answer.text
    assert "decided differently" not in answer.text
    assert len(answer.problems) == 1
    assert answer.problems[0].startswith(f"{cases}: record 3 (line 4), age_years: '49.9' is not a whole number")
    mixed = write("mixed.csv", "id,primary_site,age_years,years_since_quit\na,breast,52,\nb,,60,3\n")
    answer = run(*words, mixed, "--policy", "acs_ldct", "--json")
    assert answer.json["cases"] == {"decided": 2, "changed": 0, "examples": [], "refused": [], "elsewhere": 1}


def test_a_folder_that_does_not_load(run: Run, kb_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    copytree(kb_folder, folder)
    replace(folder / NIA, "met(nia, n10)", "met(nia, n10")
    answer = run("diff", kb_folder, folder)
    assert answer.status == BAD_INPUT
    assert answer.errors.startswith(str(folder / NIA))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("nowhere", "{kb}"), "nowhere: no such folder, and no such git revision; name a folder, or a revision of"),
        (("{kb}", "nowhere"), "nowhere: no such folder"),
        (("--", "-x", "{kb}"), "-x: no such folder"),
        (("{kb}", "{kb}", "--policy", "mia"), "mia: no such policy, before or after the edit; did you mean 'nia'?"),
        (("{kb}", "{kb}", "--json", "--html", "-"), "-: only one output can go to standard output"),
        (("{kb}", "{kb}", "--cases", "nowhere.csv"), "nowhere.csv: there is no such file"),
    ],
)
def test_what_cannot_be_asked(run: Run, kb_folder: Path, words: tuple[str, ...], problem: str) -> None:
    answer = run("diff", *(word.format(kb=kb_folder) for word in words))
    assert answer.status == BAD_INPUT
    assert answer.errors.startswith(problem)
