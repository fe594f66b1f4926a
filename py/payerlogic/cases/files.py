"""Case files, read record by record: .json, .jsonl, .yaml, .yml, .csv, or JSON on standard input.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "cases.csv")
    ...     _ = path.write_text("id,primary_site\\nA,rectum\\nB,colon,left\\n")
    ...     first, second = read_cases(path, ["primary_site"])
    >>> first.stated
    {'id': 'A', 'primary_site': 'rectum'}
    >>> str(second.problems[0])
    '3 cells, where the header has 2; a comma within a value needs quotes around it'

A record is what its writer stated, with its place; it is not checked against the vocabulary yet. What
is wrong with one record is a problem of that record, and reading goes on. What makes the rest of a file
unreadable is a CaseError of the whole file; the records before it stand.

Values stay data: no YAML tag makes an object, a number too long to be one stays text, and no text of a
file ever becomes part of a program.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from os import PathLike, fspath
from pathlib import Path

from payerlogic.cases.case import ID
from payerlogic.cases.empty_rows import EmptyRows, is_empty
from payerlogic.cases.file_kinds import AS_A_TABLE, advice_for, advice_for_name, kind_of, not_a_file
from payerlogic.cases.formats import LARGEST, MOST_MEMBERS, READERS, Raw, empty, nests, not_utf8, shape
from payerlogic.errors import CaseError, Problem, shown

STANDARD_INPUT = "-"
TABLES = (".csv", ".xlsx")
"""Endings of files with rows and cells."""
NONSENSE = 10
"""So many records that are no case, before any that is one: the file is not a case file."""


@dataclass(frozen=True)
class Record:
    """One record of a case file: what it states, or None if it is no case at all; and what is wrong with it.

    ``number`` counts records from 1; ``line`` is where the record begins.
    """

    file: str
    number: int
    line: int | None
    stated: Mapping[str, object] | None
    problems: tuple[Problem, ...] = ()

    @property
    def place(self) -> str:
        line = f" (line {self.line})" if self.line is not None else ""
        return f"{self.file}: record {self.number}{line}"

    @property
    def is_empty_row(self) -> bool:
        """Whether it is a row of a table in which every cell is blank, and so no case."""
        cells = None if self.stated is None or self.problems else self.stated.values()
        return cells is not None and is_empty(cells) and Path(self.file).suffix.lower() in TABLES

    @property
    def id(self) -> str:
        """The stated id, if it can be read as one; else the number of the record."""
        for name, value in (self.stated or {}).items():
            if name.strip().lower() == ID and value and isinstance(value, str | int | float) and value is not True:
                return value if isinstance(value, str) else shown(value)
        return str(self.number)


def read_cases(source: str | PathLike[str], attributes: Collection[str]) -> Iterator[Record]:
    """The records of a case file, or of standard input for ``-``, one after the other.

    ``attributes`` are the names that the columns of a CSV file can have besides ``id``. Raises CaseError
    where the file, or the rest of it, cannot be read.
    """
    path = fspath(source)
    file = "standard input" if path == STANDARD_INPUT else path
    ending = ".json" if path == STANDARD_INPUT else Path(path).suffix.lower()
    with _opened(path, file, ending) as stream:
        yield from _read(stream, file, ending, attributes)


def without_empty_rows(records: Iterable[Record], empty: EmptyRows) -> Iterator[Record]:
    """The cases among some records; the rows of tables in which every cell is blank are noted in ``empty``.

    >>> found = EmptyRows()
    >>> rows = read_case_bytes(b"id,primary_site\\na,rectum\\n,\\n", "cases.csv", ["primary_site"])
    >>> [record.id for record in without_empty_rows(rows, found)], found.count
    (['a'], 1)
    """
    for record in records:
        if record.is_empty_row:
            empty.add([record.number])
        else:
            yield record


def read_case_bytes(data: bytes, file: str, attributes: Collection[str]) -> Iterator[Record]:
    """The same of a case file that is in memory already, under the name ``file``; its ending says the format.

    >>> [record.stated for record in read_case_bytes(b"primary_site: rectum", "pasted.yaml", ())]
    [{'primary_site': 'rectum'}]
    """
    ending = Path(file).suffix.lower()
    if ending not in READERS:
        raise _other_ending(file)
    yield from _read(BufferedReader(BytesIO(data)), file, ending, attributes)


def _read(stream: BufferedReader, file: str, ending: str, attributes: Collection[str]) -> Iterator[Record]:
    start = stream.peek(4096)[:4096]
    if kind := kind_of(start):
        raise CaseError(Problem(f"is {kind}, not a case file", file, advice_for(start)))
    if b"\0" in start:
        raise not_utf8(file)
    if not start:
        raise empty(file)
    yield from _sensible(_records(READERS[ending](stream, file, attributes), file), file)


def _other_ending(file: str) -> CaseError:
    hint = f"it can end in {', '.join(READERS)}"
    if table := advice_for_name(Path(file).suffix.lower()):
        return CaseError(
            Problem("is a table, not a case file", file, f"{table}; a case file ends in {', '.join(READERS)}")
        )
    return CaseError(Problem("is not a case file by its name", file, hint))


def _opened(path: str, file: str, ending: str) -> BufferedReader:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise CaseError(Problem("there is none", file))
        return BufferedReader(BytesIO(sys.stdin.buffer.read(LARGEST + 1)))
    try:
        if path and Path(path).is_dir():
            raise CaseError(Problem("is a folder, not a case file", file, f"name a file in it; {AS_A_TABLE}"))
        if path and Path(path).exists():
            if what := not_a_file(path):
                hint = f"pipe JSON to standard input, which is written {STANDARD_INPUT}"
                raise CaseError(Problem(f"is {what}, not a file", file, hint))
            if ending not in READERS:
                raise _other_ending(file)
        return open(path, "rb")
    except FileNotFoundError:
        raise CaseError(Problem("there is no such file", file or "''")) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CaseError(Problem(f"cannot be read ({why})", file)) from None


def _records(raw: Iterable[Raw], file: str) -> Iterator[Record]:
    for number, each in enumerate(raw, 1):
        value, problems = each.value, each.problems
        if isinstance(value, dict) and len(value) <= MOST_MEMBERS:
            # Deeper values are never right, and quoting them could take whoever does to the end of the stack.
            nested = tuple(
                Problem(f"{shape(v)} is not a value", k if k.isidentifier() else shown(k))
                for k, v in value.items()
                if nests(v)
            )
            yield Record(file, number, each.line, value, problems + nested)
            continue
        if isinstance(value, dict):
            problems = (Problem(f"{len(value)} attributes are stated", hint="a case has some dozens at most"),)
        elif not problems:
            what = f"{shape(value)} is not a case"
            problems = (Problem(what, hint="a case is an object of attributes and values"),)
        yield Record(file, number, each.line, None, problems)


def _sensible(records: Iterable[Record], file: str) -> Iterator[Record]:
    """The same records; but one error, instead of many, for a file that holds no cases at all."""
    held: list[Record] = []
    hopeful = False
    for record in records:
        hopeful = hopeful or record.stated is not None
        held.append(record)
        if hopeful:
            yield from held
            held.clear()
        elif len(held) == NONSENSE:
            first = f"the first: {held[0].problems[0]}"
            raise CaseError(Problem(f"none of the first {NONSENSE} records is a case", file, first))
    yield from held
