"""Rows of a table on their way: columns as a few values and where they stand, and the names of the columns.

>>> column = Coded.of_values(["rectum", None, "rectum"])
>>> column.values, column.codes.to_pylist()
(['rectum'], [0, None, 0])
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from payerlogic.cases.case import ID, SERVICE, CaseReader
from payerlogic.cases.formats import NOT_UTF8, columns, nests, shape, twice_named, unknown_columns
from payerlogic.errors import CaseError, Problem, nearest, shown
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.tables.mapping import Mapping, ignoring
from payerlogic.text.phrases import plural

IGNORED = ""
MOST_IGNORED = 12
"""Of more columns than these, nobody writes down each that is not used."""


@dataclass(frozen=True)
class Coded:
    """A column: its different values, and for each row the place of its value among them, or NULL."""

    codes: pa.Array
    values: list[object]

    @classmethod
    def of_arrow(cls, column: pa.Array) -> Coded:
        """A column of a file, with its values as Python has them."""
        column = _decoded(column)
        if pa.types.is_float32(column.type):  # 2.6 of 32 bits is 2.6 to whom wrote it, and not 2.5999999
            column = column.cast(pa.string()).cast(pa.float64())
        if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
            return cls.of_values(_in_python(column))
        encoded = column.dictionary_encode()
        values = [_plain(value) for value in _in_python(encoded.dictionary)]
        return cls(encoded.indices.cast(pa.int32()), values)

    @classmethod
    def of_values(cls, values: Iterable[object]) -> Coded:
        """The same of values as Python has them; None is none."""
        coder = Coder()
        codes = [None if value is None else coder.code(_plain(value)) for value in values]
        return cls(pa.array(codes, pa.int32()), coder.values)

    @classmethod
    def of_constant(cls, value: str | None, rows: int) -> Coded:
        """The same value in every row."""
        codes = pa.array([0] * rows, pa.int32()) if value is not None else pa.nulls(rows, pa.int32())
        return cls(codes, [value] if value is not None else [])

    def without_nested(self, name: str) -> tuple[Coded, dict[int, Problem]]:
        """The column without values that no attribute takes, such as objects; and what is wrong in which places."""
        nested = [nests(value) for value in self.values]
        if not any(nested):
            return self, {}
        bad = pc.fill_null(pc.take(pa.array(nested, pa.bool_()), self.codes), False)
        places = pc.indices_nonzero(bad).to_pylist()
        codes = pc.if_else(bad, pa.scalar(None, pa.int32()), self.codes)
        values = ["" if each else value for each, value in zip(nested, self.values, strict=True)]
        return Coded(codes, values), {
            place: Problem(f"{shape(self.values[self.codes[place].as_py()])} is not a value", name) for place in places
        }


def _decoded(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    return pc.run_end_decode(column) if pa.types.is_run_end_encoded(column.type) else column


_UNREADABLE = (ValueError, OverflowError, KeyError, pa.ArrowException)


def _in_python(column: pa.Array) -> list[object]:
    """The values of a column; text for those that Python has none for, such as a day in the year 10,000."""
    try:
        found: list[object] = column.to_pylist()
        return found
    except _UNREADABLE:
        return [_scalar_in_python(each) for each in column]


def _scalar_in_python(scalar: pa.Scalar) -> object:
    try:
        return scalar.as_py()
    except _UNREADABLE:
        if hasattr(scalar, "as_buffer"):
            return scalar.as_buffer().to_pybytes()
        try:
            return scalar.cast(pa.string()).as_py()
        except _UNREADABLE:
            return f"a {scalar.type} that cannot be read"


class Coder:
    """Numbers values in the order in which they come; a value has one number, whatever its type can hold."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._known: dict[tuple[type, object], int] = {}

    def code(self, value: object) -> int:
        key = type(value), json.dumps(value, default=str) if isinstance(value, list | dict) else value
        if key not in self._known:
            self._known[key] = len(self.values)
            self.values.append(value)
        return self._known[key]


def _plain(value: object) -> object:
    """A value as a case file could state it: a moment at midnight is a day, 5.00 is 5, bytes are text."""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


@dataclass(frozen=True)
class Refused:
    """A row that is not decided: its number, its id, and one problem of it."""

    record: int
    id: str
    column: str
    value: str
    reason: str


@dataclass
class Chunk:
    """Some rows of a table, in their order.

    ``early`` are problems of single rows, by their place in the chunk, that were found before any value was
    read; ``refused`` are rows of the file that are none of the table, and ``empty`` the numbers of those in which every
    cell is blank. ``share`` of the whole input is read.
    """

    records: pa.Array
    ids: pa.Array
    columns: Dict[str, Coded]
    early: Dict[int, list[Problem]] = field(default_factory=dict)
    refused: Sequence[Refused] = ()
    share: float = 0.0
    empty: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.records)

    @property
    def rows(self) -> int:
        """All rows of the file that the chunk speaks of."""
        return len(self.records) + len({each.record for each in self.refused}) + len(self.empty)


class Names:
    """Which column of a file is which: by the vocabulary alone, or as a mapping has it."""

    def __init__(self, vocabulary: Vocabulary, mapping: Mapping | None = None) -> None:
        self.vocabulary = vocabulary
        self.mapping = mapping
        self.id = mapping.id or ID if mapping else ID
        self._reader = CaseReader(vocabulary)
        full = (mapping or Mapping()).spelled_out(vocabulary.stateable, vocabulary)
        used = [name for each in full.rules.values() for rule in each for name in (*rule.when, *rule.sources)]
        self.sources = frozenset(used)
        """The columns that hold values of attributes."""
        wanted = full.reads
        self._known = {name.strip().lower(): name for name in wanted}
        self._known |= {name.strip().lower(): IGNORED for name in (mapping.ignore if mapping else ())}
        self._keys: dict[tuple[str, ...], tuple[list[str], list[Problem]]] = {}
        self._found: dict[str, list[str]] = {}

    def of_header(self, header: Sequence[str], where: str, file: str = "") -> list[str]:
        """The name of each column, IGNORED for one that is not used. CaseError for what cannot be."""
        found = self._of_header(header, where)
        for name in filter(None, found):
            self._found.setdefault(name, []).append(file)
        return found

    @property
    def skips_empty_rows(self) -> bool:
        """Whether rows in which every cell is blank are passed over: unless a mapping refuses such rows."""
        return self.mapping is None or self.mapping.blank != "error"

    def is_known(self, column: str) -> bool:
        """Whether a column of this name is read."""
        return bool(self._known.get(column.strip().lower()))

    def lacking(self) -> list[str]:
        """Which columns some of the files that were read have and others have not, in words."""
        files = dict.fromkeys(file for each in self._found.values() for file in each)
        lines = []
        for name, having in self._found.items():
            lack = [file for file in files if file not in having]
            if lack:
                more = f" and {plural(len(lack) - 1, 'more file')}" if len(lack) > 1 else ""
                lines.append(
                    f"{lack[0]}{more}: there is no column {name}, which {having[0]} has; unknown in those rows"
                )
        return lines

    def _of_header(self, header: Sequence[str], where: str) -> list[str]:
        if self.mapping is None:
            names_ = columns(list(header), where, self.vocabulary.called, self._passing_over)
            if SERVICE in names_:
                raise CaseError(_of_one_service(where))
            return names_
        names = [self._known.get(cell.strip().lower()) for cell in header]
        problems = []
        if self.mapping.rest == "error":
            unknown = [cell for cell, name in zip(header, names, strict=True) if name is None]
            problems += self._unknown(unknown, where)
        found = [name or IGNORED for name in names]
        for name in dict.fromkeys(name for name in found if name and found.count(name) > 1):
            problems.append(twice_named(name, where))
        needed = self.mapping.reads if self.mapping.id else self.mapping.reads[1:]  # if it is by name, no other column
        for name in needed:
            if name not in found:
                problems.append(Problem(f"there is no column {shown(name)}", where, nearest(name, header)))
        if problems:
            raise CaseError(problems)
        return found

    def of_record(self, stated: Dict[str, Any]) -> tuple[Dict[str, Any], list[Problem]]:
        """A record with the names of its columns, without those that are not used; and what is wrong with them."""
        key = tuple(stated)
        if key not in self._keys:
            self._keys[key] = self._of_keys(key)
        names, problems = self._keys[key]
        return {name: value for name, value in zip(names, stated.values(), strict=True) if name}, problems

    def _of_keys(self, keys: tuple[str, ...]) -> tuple[list[str], list[Problem]]:
        if self.mapping is None:
            taken: set[str] = set()
            names = [self._known.get(key.strip().lower(), IGNORED) for key in keys]
            for place, name in enumerate(names):
                names[place] = IGNORED if name in taken else name
                taken.add(name)
            renamed, problems = self._reader.rename(dict.fromkeys(keys))
            unknown = [key for key, name in zip(keys, names, strict=True) if not name]
            strange = [place for place, each in enumerate(problems) if not each.where]
            for place in strange[-1:]:
                hint = f"{problems[place].hint}; {self._passing_over(unknown)}"
                problems[place] = replace(problems[place], hint=hint)
            return names, [*problems, *([_of_one_service()] if SERVICE in renamed else [])]
        known = [self._known.get(key.strip().lower()) for key in keys]
        unknown = [key for key, name in zip(keys, known, strict=True) if name is None]
        problems = self._unknown(unknown) if self.mapping.rest == "error" else []
        names = [name or IGNORED for name in known]
        twice = dict.fromkeys(name for name in names if name and names.count(name) > 1)
        return names, problems + [Problem("stated twice", name) for name in twice]

    def _unknown(self, keys: Sequence[str], where: str = "") -> list[Problem]:
        return unknown_columns(keys, where, [name for name in self._known.values() if name], {}, self._passing_over)

    def _passing_over(self, unknown: Sequence[str]) -> str:
        """What to write to do without columns."""
        them = "it" if len(unknown) == 1 else "them"
        if len(unknown) > MOST_IGNORED:
            return f"'rest: ignore' in a mapping (--mapping FILE) passes over all of {them}"
        if self.mapping is None:
            return f"to pass over {them}, write {ignoring(unknown)} in a file and add --mapping FILE"
        read = [each for each in unknown if each.strip().lower() in self.vocabulary.stateable]
        hint = f"to read {shown(read[0])}, add it under 'columns:'; " if read else ""
        return f"{hint}to pass over {them}, write {ignoring((*self.mapping.ignore, *unknown))} in the mapping"


def _of_one_service(where: str = "") -> Problem:
    hint = "leave the column out; the service is that of the policies, or of the option --service"
    return Problem("a table is of one service and names none", where, hint)


def ids_of(column: pa.Array) -> tuple[pa.Array, dict[int, Problem]]:
    """The ids of a column as text, NULL where there is none; and what is wrong with some."""
    column = _decoded(column)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        try:
            column = column.cast(pa.binary()).cast(pa.string())  # which looks whether it is UTF-8
            return pc.if_else(pc.equal(pc.binary_length(column), 0), pa.scalar(None, pa.string()), column), {}
        except pa.ArrowInvalid:
            pass
    if pa.types.is_integer(column.type):
        return column.cast(pa.string()), {}
    found: list[str | None] = []
    problems: dict[int, Problem] = {}
    for place, value in enumerate(_in_python(column)):
        id_, problem = id_of(value if isinstance(value, bytes) else _plain(value))
        found.append(id_)
        if problem is not None:
            problems[place] = problem
    return pa.array(found, pa.string()), problems


def id_of(value: object) -> tuple[str | None, Problem | None]:
    """An id as a case has it."""
    if isinstance(value, bytes):
        try:
            return value.decode() or None, None
        except UnicodeDecodeError:
            return None, Problem(NOT_UTF8, ID)
    if value is None or isinstance(value, str):
        return safe(value) if value else None, None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return shown(value), None
    if hasattr(value, "isoformat"):
        return str(value), None
    what = shape(value) if nests(value) else shown(value)
    return None, Problem(f"{what} is not a text", ID)


def safe(text: str) -> str:
    """Text that can be written: half of a surrogate pair, which no encoding has, is escaped."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
