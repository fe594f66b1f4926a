"""The formats of case files: each reader turns a stream of bytes into records, as they come.

    >>> from io import BytesIO
    >>> stream = BufferedReader(BytesIO(b'[{"id": "A"}, {"id": "B", "id": "C"}]'))
    >>> [(raw.value, [str(problem) for problem in raw.problems]) for raw in READERS[".json"](stream, "-", ())]
    [({'id': 'A'}, []), ({'id': 'C'}, ["'id' is stated twice"])]

A reader yields what is wrong with one record as a problem of that record, and raises CaseError where
the rest of the file cannot be read.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from typing import Any

from payerlogic.cases.case import ID, SERVICE
from payerlogic.errors import CaseError, Problem, Suggestion, nearest, shown
from payerlogic.program.synonyms import Called
from payerlogic.text.phrases import plural
from payerlogic.text.yaml_reader import YamlError, YamlReader

LARGEST = 256 * 1024 * 1024
"""Bytes of a file, or of one line, that are held in memory at once."""
MOST_MEMBERS = 1000
LONGEST_NUMBER = 18
DEEPEST = 8
MOST_NAMED = 5
FEW = 16
"""Of so many columns that there can be, an error names all."""
NOT_UTF8 = "is not UTF-8 text"
NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Raw:
    """A record as it stands in a file; ``value`` is of any shape, and None where it cannot be read."""

    line: int
    value: object
    problems: tuple[Problem, ...] = ()


def nests(value: object) -> bool:
    """Whether ``value`` is deeper than any that an attribute takes, or a list of records."""
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(
        any(map(nests, each.values())) if isinstance(each, dict) else isinstance(each, list) for each in value
    )


def shape(value: object) -> str:
    """A value of any size or depth in a few words."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list of lists or objects" if nests(value) else "a list"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return shown(value)


def _whole(stream: BufferedReader, file: str) -> str:
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        hint = "larger files can be .jsonl or .csv, which are read line by line"
        raise CaseError(Problem(f"is larger than {LARGEST // 1024**2} MB", file, hint))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(file, data.count(b"\n", 0, error.start) + 1) from None
    if not text.strip():
        raise empty(file)
    return text


def _lines(stream: BufferedReader) -> Iterator[tuple[int, str | None]]:
    """The lines of a stream from 1, with their ends; None for one that is not UTF-8."""
    number = 0
    while line := stream.readline(LARGEST):
        number += 1
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            yield number, None


def empty(file: str) -> CaseError:
    """The error of a file that holds nothing."""
    return CaseError(Problem("is empty", file))


def not_utf8(file: str, line: int | None = None) -> CaseError:
    """The error of a file that is binary or in another encoding."""
    where = f"{file}, line {line}" if line is not None else file
    return CaseError(Problem(NOT_UTF8, where, "save it with the encoding UTF-8"))


# --- JSON ------------------------------------------------------------------------------------------


class _JsonReader:
    """Reads one JSON value after another, and notes what JSON lets pass but a case must not hold."""

    def __init__(self) -> None:
        self._noted: list[Problem] = []
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else digits,
            parse_float=self._float,
            parse_constant=self._constant,
        )

    def read(self, text: str, at: int) -> tuple[object, int, tuple[Problem, ...]]:
        """The value at a place of the text, the place behind it, and its problems."""
        self._noted = []
        value, end = self._decoder.raw_decode(text, at)
        return value, end, tuple(self._noted)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            self._noted += [_stated_twice(name) for name in _twice(name for name, _ in pairs)[:MOST_NAMED]]
        return found

    def _float(self, written: str) -> float | str:
        value = float(written)
        return value if math.isfinite(value) else written

    def _constant(self, name: str) -> None:
        self._noted.append(Problem(f"{name} is not a value", hint="an attribute that is not known is left out"))


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _stated_twice(name: str) -> Problem:
    return Problem(f"{shown(name)} is stated twice")


_SPACE = re.compile(r"[ \t\r\n]*")


def _json(stream: BufferedReader, file: str, _attributes: Collection[str]) -> Iterator[Raw]:
    """One case, or the items of one list, each read when it is asked for."""
    text = _whole(stream, file)
    reader, line, counted = _JsonReader(), 1, 0

    def skip(at: int) -> int:
        found = _SPACE.match(text, at)
        return found.end() if found else at

    def item(at: int) -> tuple[Raw, int]:
        nonlocal line, counted
        line, counted = line + text.count("\n", counted, at), at
        value, end, problems = reader.read(text, at)
        return Raw(line, value, problems), skip(end)

    at = skip(0)
    try:
        if text[at] != "[":
            found, at = item(at)
            yield found
        elif text[at := skip(at + 1)] == "]":
            at = skip(at + 1)
        else:
            found, at = item(at)
            yield found
            while text[at : at + 1] == ",":
                found, at = item(skip(at + 1))
                yield found
            if text[at : at + 1] != "]":
                raise json.JSONDecodeError("Expecting ',' or ']'", text, at)
            at = skip(at + 1)
        if at < len(text):
            raise json.JSONDecodeError("Expecting the end after one case or one list of cases", text, at)
    except json.JSONDecodeError as error:
        where = f"{file}, line {error.lineno}, column {error.colno}"
        raise CaseError(Problem(f"is not JSON from here on ({error.msg})", where)) from None
    except IndexError:
        raise CaseError(Problem("is not JSON: a bracket is never closed", file)) from None
    except RecursionError:
        raise CaseError(Problem("is nested too deeply for a case file", file)) from None


def _json_lines(stream: BufferedReader, file: str, _attributes: Collection[str]) -> Iterator[Raw]:
    """One case on each line; a line that cannot be read is a problem of that record alone."""
    reader, found = _JsonReader(), False
    for number, text in _lines(stream):
        if text is not None and not (text := text.strip(" \t\r\n")):
            continue
        found = True
        if text is None:
            yield Raw(number, None, (Problem(NOT_UTF8),))
            continue
        try:
            value, end, problems = reader.read(text, 0)
            if end < len(text):
                raise json.JSONDecodeError("Expecting the end of the line after one case", text, end)
            yield Raw(number, value, problems)
        except json.JSONDecodeError as error:
            problem = Problem(f"is not JSON ({error.msg}, column {error.pos + 1})", hint="one case stands on each line")
            yield Raw(number, None, (problem,))
        except RecursionError:
            yield Raw(number, None, (Problem("is nested too deeply for a case"),))
    if not found:
        raise empty(file)


# --- YAML ------------------------------------------------------------------------------------------


def _yaml(stream: BufferedReader, file: str, _attributes: Collection[str]) -> Iterator[Raw]:
    """One case or a list of cases, in one document or several. The vocabulary reads its words as it does those of a
    CSV file."""
    found = False
    text = _whole(stream, file)
    reader = YamlReader(text, file, "a case file", deepest=DEEPEST, most=2 * MOST_MEMBERS, nulls=NULLS)
    try:
        for document in reader.documents():
            for event in reader.items(document):
                value = reader.value(event)
                twice = dict.fromkeys(name for name, _ in reader.repeated)
                yield Raw(reader.line_of(), value, tuple(_stated_twice(name) for name in list(twice)[:MOST_NAMED]))
            found = True
    except YamlError as error:
        raise CaseError(error.problems) from None
    if not found:
        raise empty(file)


# --- CSV -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CsvRow:
    """A row with anything in it; ``cells`` is None, and ``problem`` says why, where it cannot be read."""

    line: int
    cells: list[str] | None
    problem: Problem | None = None


def csv_rows(stream: BufferedReader, file: str, width: int | None = None, before: int = 0) -> Iterator[CsvRow]:
    """The rows of a CSV file, first its header, unless its ``width`` is known and only the rest is read.

    ``before`` lines are before the stream. Raises CaseError where the rest of the file cannot be read.
    """

    def decoded() -> Iterator[str]:
        for number, text in _lines(stream):
            if text is None:
                raise not_utf8(file, before + number)
            yield text

    rows = csv.reader(decoded(), strict=True)
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            if width is None or rows.line_num > line:  # what follows would be read out of step
                hint = "a quote may be open" if rows.line_num > line else ""
                raise CaseError(Problem(_csv_error(error), f"{file}, line {before + line}", hint)) from None
            yield CsvRow(before + line, None, Problem(_csv_error(error)))
            continue
        if row is None:
            return
        if not row:
            continue
        problem = None
        if width is None:
            width = len(row)
        elif len(row) != width:
            what = f"{plural(len(row), 'cell')}, where the header has {width}"
            hint = "a comma within a value needs quotes around it" if len(row) > width else ""
            problem = Problem(what, hint=hint)
        yield CsvRow(before + line, row, problem)


def _csv(stream: BufferedReader, file: str, attributes: Collection[str]) -> Iterator[Raw]:
    """One case in each row below a header; an empty cell is an attribute that is not stated."""
    rows = csv_rows(stream, file)
    header = next(rows, None)
    if header is None or header.cells is None:
        raise empty(file)
    names = columns(header.cells, f"{file}, line {header.line}", attributes)
    for row in rows:
        if row.cells is None:
            yield Raw(row.line, None, (row.problem,) if row.problem else ())
        elif row.problem is not None:
            yield Raw(row.line, dict(zip(names, row.cells, strict=False)), (row.problem,))
        else:
            yield Raw(row.line, {name: cell for name, cell in zip(names, row.cells, strict=True) if cell.strip()})


def _csv_error(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a cell has more than {csv.field_size_limit()} characters"
    if "new-line character" in str(error):
        return "is not CSV (a carriage return stands alone)"
    return f"is not CSV ({error})"


def as_a_table(_unknown: Sequence[str]) -> str:
    """What to do about a file with other columns than those of a case."""
    return "tables with other columns are for the Batch page, or 'payerlogic batch' with a mapping (--mapping FILE)"


def columns(
    header: list[str],
    where: str,
    attributes: Collection[str],
    advice: Callable[[Sequence[str]], str] = as_a_table,
) -> list[str]:
    """The attributes of the columns. CaseError, once for the file, for those that there are not: the attributes that
    were meant, where these come with the words of people, and what to do about the columns."""
    known = {name.lower(): name for name in (*attributes, ID, SERVICE)}
    called = attributes if isinstance(attributes, Called) else Called()
    names = [known.get(cell.strip().lower(), "") for cell in header]
    unknown = [cell for cell, name in zip(header, names, strict=True) if not name]
    if len(header) == 1 and unknown and re.search(r"[;\t]", header[0]):
        raise CaseError(Problem(f"unknown column {shown(header[0])}", where, "commas separate the cells"))
    if len(unknown) == len(header) > MOST_NAMED:
        hint = f"the first is {shown(header[0])}; {advice(unknown)}"
        raise CaseError(Problem(f"none of the {len(header)} columns is an attribute of a case", where, hint))
    problems = unknown_columns(unknown, where, list(known.values()), called, advice)
    problems += [twice_named(name, where) for name in _twice(filter(None, names))]
    if problems:
        raise CaseError(problems)
    return names


def twice_named(name: str, where: str) -> Problem:
    """The problem of two columns of one name."""
    return Problem(f"two columns are named {shown(name)}", where, "keep one of them")


def unknown_columns(
    unknown: Sequence[str],
    where: str,
    known: Sequence[str],
    called: Mapping[str, Iterable[str]],
    advice: Callable[[Sequence[str]], str],
) -> list[Problem]:
    """What is wrong with columns that nobody reads: each with the one that was meant, then what to do about them."""
    found = [_unknown_column(cell, where, known, called) for cell in unknown[:MOST_NAMED]]
    if len(unknown) == 1:
        found = [replace(each, hint="; ".join(filter(None, (each.hint, advice(unknown))))) for each in found]
    elif unknown:
        more = len(unknown) - MOST_NAMED
        what = f"and {plural(more, 'more column')}" if more > 0 else f"these {len(unknown)} columns cannot be read"
        found.append(Problem(what, where, advice(unknown)))
    return found


def _unknown_column(cell: str, where: str, known: Sequence[str], called: Mapping[str, Iterable[str]]) -> Problem:
    name = cell.strip()
    if not name or re.fullmatch(r"unnamed: ?[0-9]+|index|__index_level_[0-9]+__", name.lower()):
        what = f"unknown column {shown(cell)}" if name else "a column has no name"
        return Problem(what, where, "if it is the index of a data frame, write the file without it (index=False)")
    hint = nearest(cell, known, called)
    telling = isinstance(hint, Suggestion) or len(known) <= FEW
    return Problem(f"unknown column {shown(cell)}", where, hint if telling else "")


READERS: dict[str, Callable[[BufferedReader, str, Collection[str]], Iterator[Raw]]] = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".csv": _csv,
}
