"""An Excel workbook as records: one sheet, a header, a row a case. What cannot be read safely is refused by its cell.

    >>> from tempfile import TemporaryDirectory
    >>> from openpyxl import Workbook
    >>> book = Workbook()
    >>> book.active.append(["id", "age_years"]); book.active.append(["A", 61.0])
    >>> with TemporaryDirectory() as folder:
    ...     book.save(Path(folder, "cases.xlsx"))
    ...     [dict(record.stated) for record in workbook_records(Path(folder, "cases.xlsx"))]
    [{'id': 'A', 'age_years': '61'}]

INVARIANT: nothing is calculated, and nothing is taken for unknown that a person sees in the sheet: a formula counts as
the value that was stored with it, and where there is none, an error or a merged cell, that is a problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils import get_column_letter

from payerlogic.cases.files import Record
from payerlogic.errors import CaseError, Problem
from payerlogic.text.phrases import plural

MOST_UNPACKED = 400_000_000
"""Bytes of what is in a workbook: some million rows. A small file can unpack to any size."""
MOST_COLUMNS = 2_000
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY")


def workbook_records(path: Path) -> Iterator[Record]:
    """The rows of the one sheet that has some. CaseError for a workbook that cannot be read."""
    try:
        _check_archive(path)
        yield from _records(path)
    except CaseError:
        raise
    except BadZipFile:
        raise CaseError(Problem("is not an Excel workbook, or damaged", str(path), "save it again as .xlsx")) from None
    except Exception as error:  # a damaged part can fail in any way in the library that reads it
        what = f"cannot be read as an Excel workbook ({type(error).__name__})"
        raise CaseError(Problem(what, str(path), "save it again as .xlsx, or the sheet as CSV UTF-8")) from None


def _check_archive(path: Path) -> None:
    """CaseError for what would fill the memory."""
    with ZipFile(path) as archive:
        parts = archive.infolist()
        if sum(each.file_size for each in parts) > MOST_UNPACKED:
            what = f"unpacks to more than {MOST_UNPACKED // 1_000_000} MB"
            raise CaseError(Problem(what, str(path), "save the sheet as CSV UTF-8"))
        for each in parts:
            if each.filename.endswith((".xml", ".rels")):
                with archive.open(each) as part:
                    if any(word in part.read(4096) for word in _DECLARED):
                        raise CaseError(Problem("declares entities, which no workbook needs", str(path)))


def _records(path: Path) -> Iterator[Record]:
    formulas = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    values = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        names = [sheet.title for sheet in formulas.worksheets if _has_cells(sheet)]
        if len(names) != 1:
            what = f"has {len(names)} sheets with cells ({', '.join(names)})" if names else "has no cells"
            raise CaseError(Problem(what, str(path), "keep one sheet: a header, and a row for each case"))
        sheet = formulas[names[0]]
        _refuse_merged(path, sheet)
        stored = values[names[0]]
        stored.reset_dimensions()
        pairs = zip(sheet.iter_rows(), stored.iter_rows(), strict=True)
        yield from _rows(path, pairs)
    finally:
        formulas.close()
        values.close()


def _has_cells(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what a workbook says of its size may be wrong
    return any(cell.value is not None for row in sheet.iter_rows() for cell in row)


def _refuse_merged(path: Path, sheet: Any) -> None:
    """In a merged cell all but the first are empty, and would be taken for unknown."""
    with ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:
        before = b""
        while block := part.read(1 << 20):
            if b"<mergeCell " in before + block:
                hint = "unmerge them, and write the value into each"
                raise CaseError(Problem("has merged cells", f"{path}, sheet {sheet.title}", hint))
            before = block[-16:]


def _rows(path: Path, pairs: Iterator[tuple[Sequence[Any], Sequence[Any]]]) -> Iterator[Record]:
    header: list[str] | None = None
    number, empty = 0, list[int]()
    for line, (written, stored) in enumerate(pairs, 1):
        if len(written) > MOST_COLUMNS:
            raise CaseError(Problem(f"has more than {MOST_COLUMNS:,} columns", str(path)))
        cells = [
            _cell(one, other, line, place) for place, (one, other) in enumerate(zip(written, stored, strict=True), 1)
        ]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            empty += [line] if header is not None else []
            continue
        if header is None:
            header = _header(path, cells)
            continue
        for each in empty:  # none behind the last row with anything in it: a sheet may have thousands
            number += 1
            yield Record(str(path), number, each, dict.fromkeys(header))
        empty.clear()
        number += 1
        problems = [each for each in cells if isinstance(each, Problem)]
        if len(cells) > len(header):
            problems.append(Problem(f"{plural(len(cells), 'cell')}, where the header has {len(header)}"))
        texts = [None if isinstance(each, Problem) else each for each in cells]
        texts += [None] * (len(header) - len(texts))
        stated = dict(zip(header, texts, strict=False))
        yield Record(str(path), number, line, stated, tuple(problems))


def _header(path: Path, cells: Sequence[str | Problem | None]) -> list[str]:
    """The names of the columns. CaseError for one that has none or that is named twice."""
    wrong: list[Problem] = []
    for place, name in enumerate(cells, 1):
        where = f"{path}, {get_column_letter(place)}1"
        if isinstance(name, Problem):
            wrong.append(name.at(str(path)))
        elif name is None:
            wrong.append(Problem("the column has no name", where))
        elif name in cells[: place - 1]:
            wrong.append(Problem(f"{name!r} names two columns", where))
    if wrong:
        raise CaseError(wrong)
    return [str(each) for each in cells]


def _cell(written: Any, stored: Any, line: int, place: int) -> str | Problem | None:
    """A cell as text, as a case file would have it; None for an empty one."""
    value, where = stored.value, f"cell {get_column_letter(place)}{line}"
    if written.data_type == "f" and value is None:
        hint = "open the workbook in Excel and save it, or paste the values"
        return Problem("is a formula whose value is not stored", where, hint)
    if stored.data_type == "e":
        return Problem(f"has the error {value}", where, "mend the formula, or empty the cell")
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return None if value is None else str(value)
