"""Excel workbooks as tables: read as the same table in CSV, and refused where something would be taken for unknown."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from payerlogic import CaseError, KnowledgeBase
from payerlogic.tables import batch, workbook
from payerlogic.tables.workbook import workbook_records

Make = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(*rows: list[Any], change: Callable[[Workbook], object] = lambda book: None) -> Path:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        change(book)
        path = tmp_path / "cases.xlsx"
        book.save(path)
        return path

    return make


HEADER = ["id", "primary_site", "age_years", "date_of_service"]


def test_a_workbook_is_decided_as_the_same_table_in_csv(kb: KnowledgeBase, made: Make, tmp_path: Path) -> None:
    rows = [
        ["A", "breast", 61, date(2024, 5, 1)],
        [],
        ["B", "brian", 61.0, None],
        ["C", None, None, datetime(2024, 5, 2)],
    ]
    path = made(HEADER, *rows)
    text = tmp_path / "cases.csv"
    text.write_text(f"{','.join(HEADER)}\nA,breast,61,2024-05-01\n,,,\nB,brian,61,\nC,,,2024-05-02\n")
    outs = [tmp_path / "one.csv", tmp_path / "two.csv"]
    done = [
        batch(kb, source, out, payers=["nia"], errors=tmp_path / f"{out.stem}_errors.csv")
        for source, out in zip((path, text), outs, strict=True)
    ]
    assert done[0].counts.rows == done[1].counts.rows == 3
    assert done[0].counts.refused == 1
    assert done[0].notes == done[1].notes == ["1 empty row is skipped: row 2"]
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize(
    ("cell", "what"),
    [("=1+1", "cell C2: is a formula whose value is not stored"), ("#N/A", "cell C2: has the error #N/A")],
)
def test_a_cell_that_says_nothing_refuses_its_row(made: Make, cell: str, what: str) -> None:
    [bad, good] = workbook_records(made(HEADER, ["A", "breast", cell], ["B", "breast", True]))
    assert bad.stated is not None
    assert bad.stated["id"] == "A"
    assert str(bad.problems[0]).startswith(what)
    assert good.stated == {"id": "B", "primary_site": "breast", "age_years": "true", "date_of_service": None}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda book: book.active.merge_cells("A2:A3"), "has merged cells"),
        (lambda book: book.create_sheet("Other").append(["x"]), "has 2 sheets with cells (Sheet, Other)"),
        (lambda book: book.active.insert_cols(2), "B1: the column has no name"),
        (lambda book: book.active.cell(1, 2, "id"), "B1: 'id' names two columns"),
        (lambda book: book.active.delete_rows(1, 9), "has no cells"),
    ],
    ids=["merged", "sheets", "nameless", "twice", "empty"],
)
def test_a_sheet_that_could_be_misread_is_refused(made: Make, change: Callable[[Workbook], object], what: str) -> None:
    with pytest.raises(CaseError) as raised:
        list(workbook_records(made(HEADER, ["A", "breast"], ["B", "rectum"], change=change)))
    assert what in str(raised.value)


def test_what_would_fill_the_memory_is_refused(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(HEADER, ["A", "breast"])
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 100)
    with pytest.raises(CaseError, match="unpacks to more than"):
        list(workbook_records(path))


def test_entities_and_damage_are_refused(made: Make) -> None:
    path = made(HEADER, ["A", "breast"])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/bomb.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    with pytest.raises(CaseError, match="declares entities"):
        list(workbook_records(path))
    for content in (b"", b"PK\x03\x04", b"id,age\n1,2\n"):
        path.write_bytes(content)
        with pytest.raises(CaseError, match="not an Excel workbook, or damaged"):
            list(workbook_records(path))
