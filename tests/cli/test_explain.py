"""``payerlogic explain``: which case, which format, where to."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from payerlogic import DISCLAIMER
from payerlogic.documents import FORMATS

from .conftest import AS_OF, BAD_INPUT, DONE, Run, Write

CASES = (
    '{"id": "A", "primary_site": "rectum", "t_category": "T4", "margin_status": "close"}\n'
    '{"id": "B", "primary_site": "breast", "age_years": 45}\n'
    '{"primary_site": "brain"}\n'
    '{"id": "D", "primary_site": "brian"}\n'
    '{"id": "A"}\n'
)
BEGINNINGS = {
    "text": b"NIA_CG_226 (edition of 2023-01-01): ",
    "json": b"{\n",
    "svg": b"<svg ",
    "png": b"\x89PNG",
    "pdf": b"%PDF",
    "dot": b"strict digraph",
    "html": b"<!DOCTYPE html>",
    "mermaid": b"flowchart",
}


@pytest.fixture
def cases(write: Write) -> str:
    return write("cases.jsonl", CASES)


def test_the_text_says_why_and_why_not(run: Run, cases: str) -> None:
    answer = run("explain", cases, "--payer", "nia", "--id", "B", "--as-of", AS_OF)
    assert answer.status == DONE
    assert "age is 45 years, needs 50 or more" in answer.text
    assert answer.text.rstrip().endswith(DISCLAIMER)


@pytest.mark.parametrize("format_", FORMATS["Explanation"])
def test_each_format_goes_to_standard_output_or_a_file(run: Run, cases: str, tmp_path: Path, format_: str) -> None:
    words = ("explain", cases, "--payer", "nia", "--id", "B", "--as-of", AS_OF)
    printed = run(*words, "--format", format_)
    assert printed.status == DONE
    assert printed.output.startswith(BEGINNINGS[format_])
    file = tmp_path / "why"
    saved = run(*words, "--format", format_.upper(), "--out", file)
    assert (saved.status, saved.output) == (DONE, b"")
    assert file.read_bytes().startswith(BEGINNINGS[format_])


@pytest.mark.parametrize(
    ("name", "format_"), [("why.svg", "svg"), ("why.GV", "dot"), ("why.mmd", "mermaid"), ("why.txt", "text")]
)
def test_the_ending_of_the_file_chooses_the_format(
    run: Run, cases: str, tmp_path: Path, name: str, format_: str
) -> None:
    run("explain", cases, "--payer", "nia", "--id", "B", "--out", tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(BEGINNINGS[format_])


def test_json_is_a_format_like_others(run: Run, cases: str) -> None:
    words = ("explain", cases, "--payer", "nia", "--id", "B", "--as-of", AS_OF)
    assert run(*words, "--json").output == run(*words, "--format", "json").output
    assert set(run(*words, "--json").json) >= {"nodes", "edges", "determination"}
    assert run(*words, "--json", "--format", "svg").status == BAD_INPUT


def test_a_record_without_id_is_named_by_its_number(run: Run, cases: str) -> None:
    assert run("explain", cases, "--payer", "nia", "--id", "3").status == DONE


def test_readings_presumptions_and_today_count(run: Run, cases: str) -> None:
    words = ("explain", cases, "--payer", "nia", "--id", "B")
    told = run(*words, "--as-of", "2024-05-06", "--reading", "nia_fractions=eligibility").text
    assert "2024-05-06" in told
    assert "nia_fractions = eligibility" in told
    assert "Usual assumptions" in told
    assert "Presumed" not in run(*words, "--no-presumptions").text


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--payer", "nia"], "{cases}: has more than one case; pick one with --id, such as --id 'A'"),
        (["--payer", "nia", "--id", "A"], "{cases}: records 1 and 5 both have the id 'A'"),
        (["--payer", "nia", "--id", "E"], "{cases}: has no case 'E'; it can be A, B, 3, D"),
        (["--payer", "nia", "--id", "D"], "{cases}: record 4 (line 4), primary_site: unknown value 'brian'; did you"),
        (["--payer", "mia", "--id", "B"], "unknown payer 'mia'; did you mean 'nia'?"),
        (["--payer", "nia", "--id", "B", "--format", "pgn"], "--format: unknown format 'pgn'; did you mean 'png'?"),
        (["--payer", "nia", "--id", "B", "--out", "/nowhere/x.svg"], "/nowhere/x.svg: cannot be written (No such file"),
    ],
)
def test_what_cannot_be_explained(run: Run, cases: str, words: list[str], problem: str) -> None:
    answer = run("explain", cases, *words)
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)
    assert answer.errors.startswith(problem.format(cases=cases))


@pytest.mark.parametrize("format_", ["png", "pdf"])
def test_a_picture_is_not_printed_on_a_terminal(cases: str, format_: str) -> None:
    ours, theirs = pty.openpty()
    words = ("explain", cases, "--payer", "nia", "--id", "B", "--format", format_)
    command = [sys.executable, "-c", "from payerlogic.cli import main; main()", *words]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, timeout=60)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == BAD_INPUT
    told = f"--format: {format_} cannot be shown in a terminal; give --out FILE, such as --out file.{format_}\n"
    assert done.stderr.decode() == told
