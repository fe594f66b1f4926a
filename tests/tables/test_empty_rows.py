"""Rows in which every cell is blank are no cases: they are passed over, counted, and named by their places."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook

from payerlogic import KnowledgeBase
from payerlogic.app.pages.tables.run import Upload, decide_table
from payerlogic.tables import Mapping, batch
from payerlogic.tables.impact import impact
from tests.cli.conftest import BAD_INPUT, DONE

from .conftest import Run, Write, decided, errors

HEADER = ["id", "primary_site", "fractions"]
FULL, ID_ONLY = ["A", "breast", "1"], ["B", "", ""]


def table_of(path: Path, rows: list[list[str]]) -> Path:
    if path.suffix == ".xlsx":
        book = Workbook()
        for row in [HEADER, *rows]:
            book.active.append([cell or None for cell in row])
        book.save(path)
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL if path.stem == "quoted" else csv.QUOTE_MINIMAL).writerows(
                [HEADER, *rows]
            )
    return path


@pytest.mark.parametrize("name", ["t.csv", "quoted.csv", "t.xlsx"])
@pytest.mark.parametrize(
    ("rows", "empty", "note"),
    [
        ([FULL, ID_ONLY], [], None),
        ([FULL, ["", "", ""], ID_ONLY], [2], "1 empty row is skipped: row 2"),
        ([["", " ", "\t"], FULL], [1], "1 empty row is skipped: row 1"),
        ([FULL, *[[""] * 3] * 3, ID_ONLY, [""] * 3, FULL], [2, 3, 4, 6], "4 empty rows are skipped: rows 2 to 4, 6"),
        ([FULL, *[[""] * 3] * 250, FULL], [*range(2, 252)], "250 empty rows are skipped: rows 2 to 101 and 150 more"),
        ([FULL, ["", "unknown", ""], FULL], [], None),
        ([FULL, ["", "", "x"], [""] * 3, FULL], [3], "1 empty row is skipped: row 3"),
    ],
)
def test_they_are_counted_and_named(
    kb: KnowledgeBase, tmp_path: Path, name: str, rows: list[list[str]], empty: list[int], note: str | None
) -> None:
    path, notes = table_of(tmp_path / name, rows), [note] if note else []
    done = batch(kb, path, tmp_path / "out.csv", payers=["nia"])
    kept = [each["record"] for each in decided(tmp_path / "out.csv")] + list(errors(tmp_path / "out.errors.csv"))
    assert list(done.notes) == notes
    assert sorted(kept) == [number for number in range(1, len(rows) + 1) if number not in empty]
    assert done.counts.rows == len(rows) - len(empty)
    assert list(impact(kb, path, "nia", "bcbsaz").notes) == notes
    page = decide_table(kb, Upload(name, path.read_bytes()), None, ["nia"], kb.settings())
    assert list(page.batch.notes) == notes


def test_a_sheet_may_end_in_any_number_of_them(kb: KnowledgeBase, tmp_path: Path) -> None:
    book = Workbook()
    for row in (HEADER, FULL):
        book.active.append(row)
    book.active.cell(500, 2).value = " "
    book.save(tmp_path / "t.xlsx")
    done = batch(kb, tmp_path / "t.xlsx", tmp_path / "out.csv", payers=["nia"])
    assert (done.counts.rows, list(done.notes)) == (1, [])


def test_lines_without_any_cell_are_no_rows(kb: KnowledgeBase, write: Write, tmp_path: Path) -> None:
    path = write("t.csv", "id,primary_site\n\nA,breast\n\n\n,\n\r\nB,brain\n\n")
    done = batch(kb, path, tmp_path / "out.csv", payers=["nia"])
    assert list(done.notes) == ["1 empty row is skipped: row 2"]
    assert [each["id"] for each in decided(tmp_path / "out.csv")] == ["A", "B"]


def test_a_mapping_that_refuses_them_refuses_them(kb: KnowledgeBase, write: Write, tmp_path: Path) -> None:
    path = write("t.csv", "id,primary_site\nA,breast\n,\n")
    for blank, refused, notes in (("error", [2], []), ("decide", [], ["1 empty row is skipped: row 2"])):
        mapping = Mapping.parse(f"blank: {blank}", kb.vocabulary)
        done = batch(kb, path, tmp_path / f"{blank}.csv", payers=["nia"], mapping=mapping)
        assert (list(errors(tmp_path / f"{blank}.errors.csv")), list(done.notes)) == (refused, notes)


def test_a_column_that_is_ignored_is_a_cell_too(kb: KnowledgeBase, write: Write, tmp_path: Path) -> None:
    path = write("t.csv", "id,primary_site,note\nA,breast,\n,,call back\n,,\n")
    mapping = Mapping.parse("ignore: note", kb.vocabulary)
    done = batch(kb, path, tmp_path / "out.csv", payers=["nia"], mapping=mapping)
    assert (done.counts.rows, list(done.notes)) == (2, ["1 empty row is skipped: row 3"])


@pytest.mark.parametrize("seed", range(3))
def test_quick_and_slow_reading_pass_over_the_same(kb: KnowledgeBase, tmp_path: Path, seed: int) -> None:
    """A quote within a cell has the rest of a file read row by row."""
    random = Random(seed)
    cells = ["", "", "", " ", '""', '" "', '","', '", "', "A"]
    lines = [f"{random.choice(cells)},{random.choice(cells[:6])}" for _ in range(60)]
    kept = []
    for tail in ("", 'A"B,\n'):
        path = tmp_path / f"t{len(tail)}.csv"
        path.write_text("id,primary_site\n" + "".join(f"{line}\n" for line in lines) + tail)
        done = batch(kb, path, tmp_path / "out.csv", payers=["nia"])
        records = [each["record"] for each in decided(tmp_path / "out.csv")]
        kept.append(([each for each in records if each <= len(lines)], done.notes))
    assert kept[0] == kept[1]
    assert 0 < len(kept[0][0]) < len(lines)


def test_decide_passes_over_them_too(run: Run, write: Write) -> None:
    path = write("t.csv", "id,primary_site\nA,breast\n,\nB,\n , \n")
    answer = run("decide", path, "--payer", "nia", "--json")
    assert [each["id"] for each in answer.json] == ["A", "B"]
    assert (answer.status, answer.problems) == (DONE, [f"{path}: 2 empty rows are skipped: rows 2, 4"])


def test_an_empty_record_of_another_format_is_a_case(run: Run, write: Write, tmp_path: Path) -> None:
    path = write("t.jsonl", "".join(json.dumps(each) + "\n" for each in ({}, {"primary_site": "breast"})))
    assert len(run("decide", path, "--payer", "nia", "--json").json) == 2
    assert run("batch", path, "--out", tmp_path / "o.csv", "--json").json["rows"] == 2
    assert run("batch", path, "--out", tmp_path / "no/o.csv").status == BAD_INPUT
