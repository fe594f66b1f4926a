"""A comparison as a workbook for analysts: one sheet a view, frozen headers, filters, no formula.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.comparison_report import Report
>>> kb = KnowledgeBase.load()
>>> workbook(Report.of(kb, kb.compare("nia", "bcbsaz")))[:2]
b'PK'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from payerlogic.documents.comparison_report import Report
from payerlogic.documents.writers import csv
from payerlogic.text.phrases import sentence
from payerlogic.wording.comparison import RELATIONS

WIDE, NARROW = 70, 9
MOST_CHARACTERS = 32_000
# The same comparison gives the same bytes, so the file has no time of its making.
MADE = datetime(2000, 1, 1)
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
Cell = str | int | float
"""A float is a share, and shown as a percentage."""
HEAD = "#e9edf5"
FILLS = {"conflict": "#fbe6e4", "process": "#fdf3d3", "basis": "#e6edf9", "silent": "#f1f2f5", "agree": "#e3f4e6"}
"""The fills of how two policies relate, beside the word."""


def workbook(report: Report) -> bytes:
    """The whole file."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": report.title, "created": MADE})
        sheets = _Sheets(book)
        lines = (report.title, report.subtitle, *report.summary, *report.premises)
        sheets.add("Summary", ["Summary"], [[line] for line in lines])
        if report.differences:
            header = [
                "Clause",
                "Where",
                "Gives",
                "For the same cases the other has",
                "Where it says so",
                "Cells that differ",
            ]
            sheets.add("Clauses", [*header, "Example"], _differences(report))
        if report.revisions:
            header = ["Change", "What", "Before", "After", "Where"]
            sheets.add("Revised", header, (each.cells for each in report.revisions))
        if report.revised:
            sheets.add("Beside it", ["When or why", "What"], _revised(report))
        sheets.add("Pairs", *_pairs(report))
        if report.matrix:
            sheets.add("Matrix", *_matrix(report))
        sheets.add("Regions", csv.header(report), csv.rows(report))
        if report.questions:
            sheets.add("Readings", ["Reading", "Question", "Here", "Where"], _questions(report))
        sheets.add("Side by side", ["Subject", "Side", "What it says", "Where"], _sides(report))
        sheets.add("Method", ["Method"], [[line] for line in (*report.method, report.disclaimer)])
    return out.getvalue()


def sheets_as_workbook(title: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """A workbook of sheets, each with its name, header and rows."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"title": title, "created": MADE})
        written = _Sheets(book)
        for name, header, rows in sheets:
            written.add(name, header, rows)
    return out.getvalue()


def _differences(report: Report) -> Iterable[Sequence[Cell]]:
    for each in report.differences:
        by = "; ".join(f"{title} [{citation}]" for title, citation in each.by)
        yield [each.clause, each.citation, each.gives, each.other, by, each.differs, each.example]


def _revised(report: Report) -> Iterable[Sequence[Cell]]:
    for passage in report.revised:
        yield from ([passage.heading, line] for line in passage.lines or ("",))


def _pairs(report: Report) -> tuple[list[str], Iterable[Sequence[Cell]]]:
    names = ["Relation", report.words.left, report.words.right, "Regions", "Cells", "Share of cells"]
    mixed = report.mix is not None

    def rows() -> Iterable[Sequence[Cell]]:
        for each in report.pairs:
            row: list[Cell] = [
                RELATIONS[each.pair.relation].word,
                each.left,
                each.right,
                len(each.regions),
                each.pair.cells,
            ]
            own: list[Cell] = [each.cases or 0, round(float(each.cases_share), 6)] if mixed else []
            yield [*row, round(float(each.pair.share), 6), *own]

    return [*names, *(["Own cases", "Share of own cases"] if mixed else [])], rows()


def _matrix(report: Report) -> tuple[list[str], Iterable[Sequence[Cell]]]:
    def rows() -> Iterable[Sequence[Cell]]:
        for row in report.matrix:
            cells = ["; ".join(f"{RELATIONS[name].word} {share}" for name, share in cell) for cell in row.cells]
            yield from ([value, *cells] for value in row.values)

    return [sentence(report.laid_out_by[0]) if report.matrix else "", *report.columns], rows()


def _questions(report: Report) -> Iterable[Sequence[Cell]]:
    yield from ([each.name, each.question, each.taken, each.cited] for each in report.questions)


def _sides(report: Report) -> Iterable[Sequence[Cell]]:
    for row in report.sides:
        for name, items in ((report.words.left, row.left), (report.words.right, row.right)):
            yield from ([row.what, name, item.text, item.cited] for item in items)


class _Sheets:
    """Writes tables; text is written as text whatever it looks like."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        top = {"text_wrap": True, "valign": "top"}
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "bg_color": HEAD, **top})
        self.body: Format = book.add_format(top)
        self.share: Format = book.add_format({"num_format": "0.00%", **top})
        self.looks = {
            RELATIONS[name].word: book.add_format({"bg_color": color, "bold": True, **top})
            for name, color in FILLS.items()
        }

    def add(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        sheet: Worksheet = self.book.add_worksheet(name)
        widths = [len(word) for word in header]
        for column, word in enumerate(header):
            sheet.write_string(0, column, sentence(word.replace("_", " ")), self.head)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(last, column, cell[:MOST_CHARACTERS], self.looks.get(cell, self.body))
                else:
                    sheet.write_number(last, column, cell, self.share if isinstance(cell, float) else self.body)
                widths[column] = max(widths[column], len(str(cell)))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(WIDE, max(NARROW, width + 2)))
        sheet.freeze_panes(1, 0)
        if len(header) > 1:
            sheet.autofilter(0, 0, last, len(header) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
