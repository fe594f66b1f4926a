"""``payerlogic rationale``: which case, which payers, which format, where to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from payerlogic import DISCLAIMER

from .conftest import AS_OF, BAD_INPUT, DONE, Run, Write

CASES = (
    '{"id": "A", "primary_site": "rectum", "t_category": "T4", "margin_status": "close"}\n'
    '{"id": "B", "primary_site": "breast", "age_years": 45}\n'
)
BEGINNINGS = {"md": b"# Coverage rationale: B\n", "docx": b"PK", "pdf": b"%PDF-"}


@pytest.fixture
def cases(write: Write) -> str:
    return write("cases.jsonl", CASES)


def test_markdown_is_the_default_and_names_all_payers(run: Run, cases: str) -> None:
    answer = run("rationale", cases, "--id", "B", "--as-of", AS_OF)
    assert answer.status == DONE
    assert "NIA\\_CG\\_226" in answer.text
    assert "Evidence-Based Criteria" in answer.text
    assert answer.text.count(DISCLAIMER) >= 2


def test_a_payer_a_reading_and_an_outcome_can_be_chosen(run: Run, cases: str) -> None:
    words = ("--payer", "nia", "--reading", "nia_fractions=eligibility", "--want", "denied", "--no-presumptions")
    told = run("rationale", cases, "--id", "A", *words).text
    assert "Evidence-Based Criteria" not in told
    assert "nia\\_fractions = eligibility" in told
    assert "## What would make it: denied" in told
    assert "none made" in told


@pytest.mark.parametrize("format_", BEGINNINGS)
def test_each_format_goes_to_standard_output_or_a_file(run: Run, cases: str, tmp_path: Path, format_: str) -> None:
    words = ("rationale", cases, "--id", "B", "--payer", "nia")
    printed = run(*words, "--format", format_.upper())
    assert printed.status == DONE
    assert printed.output.startswith(BEGINNINGS[format_])
    saved = run(*words, "--out", tmp_path / f"why.{format_}")
    assert (saved.status, saved.output) == (DONE, b"")
    assert (tmp_path / f"why.{format_}").read_bytes().startswith(BEGINNINGS[format_])


def test_json_has_the_same_sections(run: Run, cases: str, tmp_path: Path) -> None:
    found = run("rationale", cases, "--id", "B", "--payer", "nia", "--json").json
    assert set(found) == {"title", "made", "kb", "disclaimer", "sections"}
    assert [each["heading"] for each in found["sections"]][:3] == ["Summary", "Determinations", "The case"]
    run("rationale", cases, "--id", "B", "--payer", "nia", "--json", "--out", tmp_path / "why")
    assert json.loads((tmp_path / "why").read_text())["title"] == found["title"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--payer", "mia", "--id", "B"], "unknown payer 'mia'; did you mean 'nia'?"),
        (["--id", "B", "--want", "aproved"], "unknown outcome or class 'aproved'; did you mean 'approved'?"),
        (["--id", "B", "--format", "pfd"], "--format: unknown format 'pfd'; did you mean 'pdf'?"),
        (["--id", "B", "--out", "why.png"], "--out: 'why.png' does not say which format is wanted; give --format"),
        (["--id", "B", "--json", "--format", "md"], "--json and --format: cannot be combined"),
        (["--id", "B", "--out", "/nowhere/x.md"], "/nowhere/x.md: cannot be written (No such file"),
        (["--id", "C"], "{cases}: has no case 'C'; it can be A, B"),
    ],
)
def test_what_cannot_be_written(run: Run, cases: str, words: list[str], problem: str) -> None:
    answer = run("rationale", cases, *words)
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)
    assert answer.errors.startswith(problem.format(cases=cases))
