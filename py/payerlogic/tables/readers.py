"""Tables of any size, read chunk by chunk: CSV, Parquet, JSON Lines and Excel workbooks, one file or a folder of them.

    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic import KnowledgeBase
    >>> names = Names(KnowledgeBase.load().vocabulary)
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "cases.csv").write_text("id,primary_site\\nA,rectum\\nB,colon,left\\n")
    ...     chunk, = TableFiles.at(folder).chunks(names)
    >>> chunk.ids.to_pylist(), chunk.columns["primary_site"].values
    (['A'], ['rectum'])
    >>> chunk.refused[0].reason
    '3 cells, where the header has 2; a comma within a value needs quotes around it'

Rows are numbered from 1 in the order of the files, and the files of a folder in the order of their names. What
is read is what ``payerlogic decide`` reads: case files go through the same readers. Where the quotes
of a CSV file are tidy, as in most, its cells are parted faster; the result is the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader, BytesIO, RawIOBase
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from payerlogic.cases.empty_rows import is_empty
from payerlogic.cases.file_kinds import advice_for, check_is_file, kind_of
from payerlogic.cases.files import Record, read_cases
from payerlogic.cases.formats import LARGEST, CsvRow, csv_rows, empty, not_utf8
from payerlogic.errors import CaseError, Problem
from payerlogic.tables.columns import Chunk, Coded, Coder, Names, Refused, id_of, ids_of, safe
from payerlogic.tables.empty_rows import empty_lines, rows_of, skipping
from payerlogic.tables.partitions import partitions_of
from payerlogic.tables.writers import is_utf8

WORKBOOK = ".xlsx"
ENDINGS = (".csv", ".parquet", WORKBOOK, ".jsonl", ".json", ".yaml", ".yml")
ROWS = 200_000
FIRST_RECORDS = 1_000
BLOCK = 16 * 1024 * 1024
LONGEST_CELL = 131_072
"""Characters of a cell, as Python's own reader has it."""
TIDY = re.compile(rb'(?:(?<=[,\n])|\A)"(?:[^"\n]|"")*"(?=,|\r?\n|\Z)')
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class TableFiles:
    """The files of an input, all of one format."""

    path: Path
    files: tuple[Path, ...]
    ending: str

    @classmethod
    def at(cls, path: str | Path) -> TableFiles:
        """The table at a path. CaseError if there is none that can be read."""
        found = Path(path)
        try:
            if found.is_dir():
                files = sorted(each for each in found.rglob("*") if _is_data(each, found))
                others = {each.suffix.lower() for each in files}
                if not files:
                    raise CaseError(Problem("has no table", str(path), f"tables end in {', '.join(ENDINGS)}"))
                if len(others) > 1:
                    what = f"has tables of several formats ({', '.join(sorted(others))})"
                    raise CaseError(Problem(what, str(path), "put those to be decided into a folder of their own"))
                return cls(found, tuple(files), others.pop())
            if not found.exists():
                raise CaseError(Problem("there is no such file", str(path)))
            check_is_file(found)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise CaseError(Problem(f"cannot be read ({why})", str(path))) from None
        if found.suffix.lower() not in ENDINGS:
            hint = f"it can end in {', '.join(ENDINGS)}"
            raise CaseError(Problem("is not a table by its name", str(path), hint))
        return cls(found, (found,), found.suffix.lower())

    def chunks(self, names: Names, rows: int = ROWS) -> Iterator[Chunk]:
        """All rows. CaseError where a file, or the rest of it, cannot be read."""
        sizes = [file.stat().st_size for file in self.files]
        total, before, first = sum(sizes) or 1, 0, 1
        for file, size in zip(self.files, sizes, strict=True):
            around = partitions_of(file, self.path, names.is_known) if file != self.path else {}
            for chunk in _reader(self.ending)(_Source(file, names, around), first, rows):
                chunk.share = min(1.0, (before + chunk.share * size) / total)
                first += chunk.rows
                yield chunk
            before += size


def columns_of(table: TableFiles) -> list[str]:
    """The columns of the first file of a table, as they are written; of records, what its first ones state. CaseError
    where it cannot be read."""
    file = table.files[0]
    if table.ending == ".csv":
        with file.open("rb") as stream:
            return _header(stream, file)[0]
    if table.ending == ".parquet":
        try:
            with file.open("rb") as stream:  # Arrow opens no name that is not UTF-8
                return list(pyarrow.parquet.read_schema(stream).names)
        except (pa.ArrowException, OSError):
            return []  # reading it says why
    records = islice(_case_records(file, ()), FIRST_RECORDS)
    return [*dict.fromkeys(str(name) for record in records for name in record.stated or ())]


def _is_data(path: Path, folder: Path) -> bool:
    """Files and folders whose names begin with a dot or an underscore are notes of other programs."""
    hidden = any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
    return not hidden and path.suffix.lower() in ENDINGS and path.is_file()


@dataclass(frozen=True)
class _Source:
    """One file, and the columns that its folders name."""

    file: Path
    names: Names
    around: dict[str, str | None]

    def of_header(self, header: Sequence[str], where: str) -> tuple[list[str], dict[str, str | None]]:
        """The names of the columns of the file, and the columns that its folders add."""
        found = self.names.of_header([*header, *self.around], where, str(self.file))
        named = dict(zip(found[len(header) :], self.around.values(), strict=True))
        return found[: len(header)], {name: value for name, value in named.items() if name}


_Read = Callable[[_Source, int, int], Iterator[Chunk]]


def _reader(ending: str) -> _Read:
    return {".csv": _csv, ".parquet": _parquet}.get(ending, _records)


# --- Records of case files -----------------------------------------------------------------------------


def _case_records(file: Path, known: Collection[str]) -> Iterable[Record]:
    if file.suffix.lower() != WORKBOOK:
        return read_cases(file, known)
    from payerlogic.tables.workbook import workbook_records

    return workbook_records(file)


def _records(source: _Source, first: int, rows: int) -> Iterator[Chunk]:
    """JSON Lines, and the other formats of case files, through their own reader."""
    records = iter(_case_records(source.file, source.names.vocabulary.stateable))
    if source.file.suffix.lower() == WORKBOOK and (row := next(records, None)) is not None:
        source.of_header([*(row.stated or ())], f"{source.file}, row 1")  # one error, not one for each row
        records = chain([row], records)
    size, done = max(1, source.file.stat().st_size), 0
    while held := list(islice(records, rows)):
        done += len(held)
        if source.around:
            held = [e if e.is_empty_row else replace(e, stated=_with(e.stated, source.around)) for e in held]
        chunk = _of_records(held, source.names, first)
        first += chunk.rows
        chunk.share = min(0.99, done * 150 / size)
        yield chunk


def _with(stated: Mapping[str, object] | None, around: Mapping[str, object]) -> Mapping[str, object] | None:
    """A record with what its folders say; what both say stands twice, and is refused as such."""
    if stated is None:
        return None
    taken = {name.strip().lower() for name in stated}
    return {**stated, **{f"{name} " if name.lower() in taken else name: value for name, value in around.items()}}


def _of_records(records: Sequence[Record], names: Names, first: int) -> Chunk:
    numbers: list[int] = []
    ids: list[str | None] = []
    coders: dict[str, tuple[Coder, list[int | None]]] = {}
    early: dict[int, list[Problem]] = {}
    refused: list[Refused] = []
    empty: list[int] = []
    for number, record in enumerate(records, first):
        if record.is_empty_row and names.skips_empty_rows:
            empty.append(number)
            continue
        stated, problems = names.of_record(record.stated or {})
        if record.stated is None or record.problems:
            id_ = id_of(stated.get(names.id))[0] or str(number)
            refused += [Refused(number, id_, each.where, "", safe(str(each))) for each in record.problems]
            continue
        place = len(numbers)
        numbers.append(number)
        named, wrong = id_of(stated.get(names.id))
        ids.append(named)
        if problems or wrong:
            early[place] = [*problems, *([wrong] if wrong else [])]
        for name, value in stated.items():
            if value is not None and name in names.sources:
                if name not in coders:
                    coders[name] = Coder(), []
                coder, codes = coders[name]
                codes += [None] * (place - len(codes))
                codes.append(coder.code(value))
    columns = {
        name: Coded(pa.array([*codes, *[None] * (len(numbers) - len(codes))], pa.int32()), coder.values)
        for name, (coder, codes) in coders.items()
    }
    return Chunk(pa.array(numbers, pa.int64()), pa.array(ids, pa.string()), columns, early, refused, empty=empty)


# --- Parquet ---------------------------------------------------------------------------------------------


def _parquet(source: _Source, first: int, rows: int) -> Iterator[Chunk]:
    file, names = source.file, source.names
    try:
        with file.open("rb") as stream, pyarrow.parquet.ParquetFile(file if is_utf8(file) else stream) as table:
            header = table.schema_arrow.names
            wanted, around = source.of_header(header, str(file))
            used = [column for column, name in zip(header, wanted, strict=True) if name]
            total, done = max(1, table.metadata.num_rows), 0
            for batch in table.iter_batches(rows, columns=used):
                done += len(batch)
                found = {wanted[header.index(column)]: batch.column(column) for column in used}
                yield _of_columns(_added(found, around, len(batch)), len(batch), names, first, done / total)
                first += len(batch)
    except (pa.ArrowException, OSError) as error:  # a damaged page of a file is an OSError
        why = (str(error).splitlines() or ["no reason given"])[0][:200]
        raise CaseError(Problem(f"cannot be read as Parquet ({why})", str(file))) from None


def _added(columns: dict[str, pa.Array], around: Mapping[str, str | None], rows: int) -> dict[str, pa.Array]:
    """The columns of a file with those that its folders name."""
    return columns | {name: pa.array([value] * rows, pa.string()) for name, value in around.items()}


def _of_columns(columns: dict[str, pa.Array], rows: int, names: Names, first: int, share: float) -> Chunk:
    ids, wrong = ids_of(columns[names.id]) if names.id in columns else (pa.nulls(rows, pa.string()), {})
    early = {place: [problem] for place, problem in wrong.items()}
    coded = {}
    for name, column in columns.items():
        if name in names.sources:
            coded[name], problems = Coded.of_arrow(column).without_nested(name)
            for place, problem in problems.items():
                early.setdefault(place, []).append(problem)
    records = pa.array(range(first, first + rows), pa.int64())
    return Chunk(records, ids, coded, early, (), share)


# --- CSV ---------------------------------------------------------------------------------------------------


def _csv(source: _Source, first: int, rows: int) -> Iterator[Chunk]:
    """Whole blocks of lines at once, as long as they are tidy; from there on, row by row."""
    file = source.file
    with file.open("rb") as stream:
        start = stream.peek(4096)[:4096]
        if kind := kind_of(start):
            raise CaseError(Problem(f"is {kind}, not a table as text", str(file), advice_for(start)))
        if b"\0" in start:
            raise not_utf8(str(file))
        header, lines = _header(stream, file)
        layout = _CsvFile(file, *source.of_header(header, f"{file}, line {lines}"), source.names, rows)
        size, rest = max(1, file.stat().st_size), b""
        while block := rest + stream.read(BLOCK):
            end = block.rfind(b"\n") + 1 if len(block) >= BLOCK else len(block)
            if not end:
                block += stream.readline(LARGEST)
                end = len(block)
            if b'"' in block and not _is_tidy(block[:end]):
                joined = cast(BufferedReader, BufferedReader(_Joined(block, stream)))
                chunks, rest = layout.row_by_row(joined, lines, first), b""
            else:
                block, rest = block[:end], block[end:]
                chunks = layout.at_once(block, lines, first)
            for chunk in chunks:
                first += chunk.rows
                chunk.share = min(1.0, (stream.tell() - len(rest)) / size)
                yield chunk
            lines += block.count(b"\n")


def _is_tidy(block: bytes) -> bool:
    """Whether all quotes are around whole cells that do not go over the end of their line."""
    return b'"' not in TIDY.sub(b"", block)


def _header(stream: BufferedReader, file: Path) -> tuple[list[str], int]:
    """The cells of the first row, and the lines up to its end. CaseError where there is none."""
    lines, held = 0, b""
    while line := stream.readline(LARGEST):
        lines, held = lines + 1, held + line
        if held.count(b'"') % 2 == 0:  # else a name goes on beyond the end of its line
            found = next(csv_rows(_stream(held), str(file)), None)
            if found is not None and found.cells is not None:
                return found.cells, lines
    next(csv_rows(_stream(held), str(file)), None)  # it says what is wrong, unless all lines are empty
    raise empty(str(file))


def _stream(data: bytes) -> BufferedReader:
    return BufferedReader(cast(RawIOBase, BytesIO(data)))


class _Joined(RawIOBase):
    """What was read of a stream already, and the rest of it."""

    def __init__(self, before: bytes, stream: BufferedReader) -> None:
        self._before = memoryview(before)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._before:
            return self._stream.readinto(buffer)
        size = min(len(buffer), len(self._before))
        buffer[:size] = self._before[:size]
        self._before = self._before[size:]
        return size


@dataclass(frozen=True)
class _CsvFile:
    """A CSV file with a known header; ``wanted`` names its columns, ``around`` are those of its folders."""

    file: Path
    wanted: list[str]
    around: Mapping[str, str | None]
    names: Names
    size: int

    @property
    def width(self) -> int:
        return len(self.wanted)

    def at_once(self, block: bytes, lines: int, first: int) -> Iterator[Chunk]:
        """Lines with tidy quotes or none. Where they are odd in any way, they are read again row by row."""
        table = self._parted(block)
        empty = empty_lines(block) if self.names.skips_empty_rows else []
        if table is None or (empty and len(rows_of(block)) != len(table)):
            yield from self.row_by_row(_stream(block), lines, first)
            return
        columns = {name: table.column(f"c{place}").combine_chunks() for place, name in enumerate(self.wanted) if name}
        yield skipping(self._chunk(columns, len(table), first), empty)

    def _parted(self, block: bytes) -> pa.Table | None:
        odd = block.count(b"\r") != block.count(b"\r\n")
        if odd or max(map(len, block.split(b"\n"))) > LONGEST_CELL:
            return None
        used = [f"c{place}" for place, name in enumerate(self.wanted) if name] or ["c0"]
        try:
            return pyarrow.csv.read_csv(
                pa.BufferReader(block),
                pyarrow.csv.ReadOptions(column_names=[f"c{place}" for place in range(self.width)]),
                pyarrow.csv.ParseOptions(quote_char='"' if b'"' in block else False),
                pyarrow.csv.ConvertOptions(
                    column_types={name: pa.string() for name in used},
                    include_columns=used,
                    null_values=[],
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return None

    def row_by_row(self, stream: BufferedReader, lines: int, first: int) -> Iterator[Chunk]:
        """The same by Python's own reader, which says what is wrong with a row."""
        rows = csv_rows(stream, str(self.file), self.width, lines)
        while held := list(islice(rows, self.size)):
            good = [(number, row.cells) for number, row in enumerate(held, first) if row.cells and not row.problem]
            refused = [self._refused(number, row) for number, row in enumerate(held, first) if row.problem]
            cells = list(zip(*(cells for _, cells in good), strict=True)) or [()] * self.width
            columns = {name: pa.array(cells[place], pa.string()) for place, name in enumerate(self.wanted) if name}
            chunk = self._chunk(columns, len(good), first)
            chunk.records = pa.array([number for number, _ in good], pa.int64())
            chunk.refused = refused
            first += len(held)
            skips = self.names.skips_empty_rows
            yield skipping(chunk, [place for place, (_, cells) in enumerate(good) if skips and is_empty(cells)])

    def _refused(self, number: int, row: CsvRow) -> Refused:
        named = dict(zip(self.wanted, row.cells or (), strict=False)).get(self.names.id)
        return Refused(number, named or str(number), "", "", str(row.problem))

    def _chunk(self, columns: dict[str, pa.Array], rows: int, first: int) -> Chunk:
        columns = _added(columns, self.around, rows)
        if self.names.id in columns:
            ids = columns[self.names.id]
            blank = pc.equal(pc.utf8_trim_whitespace(ids), "")
            columns = {**columns, self.names.id: pc.if_else(blank, pa.scalar(None, pa.string()), ids)}
        return _of_columns(columns, rows, self.names, first, 0.0)
