"""A row in which every cell is blank is no case, whichever command reads the table; how many there were is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run

TABLE = "id,primary_site,t_category,margin_status\n,,,\na,rectum,T4,close\n , ,,\nb,brain,,\n"
ONE = "id,primary_site\n,\na,rectum\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_mix_counts_the_others(run: Run, table: Path) -> None:
    answer = run("compare", "nia", "bcbsaz", "--mix", table)
    assert "2 empty rows are skipped: rows 1, 3" in answer.errors
    assert "Of 2 cases of the given mix: " in answer.text


def test_a_diff_decides_the_others(run: Run, table: Path, kb_folder: Path) -> None:
    answer = run("diff", kb_folder, kb_folder, "--cases", table, "--json")
    assert (answer.status, answer.json["cases"]["decided"]) == (0, 2)
    assert "2 empty rows are skipped: rows 1, 3" in answer.errors


@pytest.mark.parametrize("command", ["explain", "why", "ask"])
def test_one_case_with_an_empty_row_is_one_case(run: Run, tmp_path: Path, command: str) -> None:
    path = tmp_path / "one.csv"
    path.write_text(ONE, encoding="utf-8")
    answer = run(command, path, "--payer", "nia")
    assert answer.status == 0, answer.errors
