r"""Output that is there whole or not at all: CSV, Parquet or JSON Lines, one file or a folder of parts.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "out.csv")
    ...     with Output(path, pa.schema([("id", pa.string())])) as output:
    ...         output.begin()
    ...         output.write(pa.table({"id": ["=1+1"]}))
    ...         before = path.exists()
    ...         output.keep()
    ...     before, path.read_text()
    (False, '"id"\n"\'=1+1"\n')

Everything is written beside its place under a hidden name, brought to the disk, and renamed at the end. What a
spreadsheet would take for a formula gets an apostrophe in front, in CSV only; a number stays what it is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping as Dict
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from payerlogic.errors import Problem, QuestionError, shown
from payerlogic.program.attribute import SEPARATOR
from payerlogic.runtime.atomic import clean_up, hidden_beside, lock, remove, rename, sync, target_of, uninterrupted
from payerlogic.text.csv_cells import APOSTROPHE, FORMULA, NUMBER

FORMATS = ("csv", "parquet", "jsonl")
ENDS = f"a file ends in {', '.join(f'.{each}' for each in FORMATS)}"
LONGEST_ENDING = 8


class _TableWriter(Protocol):
    def write(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


def format_of(path: str | Path) -> str | None:
    """The format that the ending of a file asks for; None for a folder."""
    ending = Path(path).suffix.lower().removeprefix(".")
    return ending if ending in FORMATS else None


def is_utf8(path: Path) -> bool:
    """Whether a name is text; Arrow opens no other."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def check_name(out: str | Path, format: str | None) -> None:
    """QuestionError for a name that is none, or that asks for a file of a format that there is not."""
    name, ending = Path(out).name, Path(out).suffix.removeprefix(".")
    if name in ("", "..") or "\0" in str(out) or name.lower() in {f".{each}" for each in FORMATS}:
        raise QuestionError(Problem("is no name for an output", shown(str(out)), f"{ENDS}; any other name is a folder"))
    said = format is not None or str(out).endswith(("/", os.sep)) or Path(out).is_dir()
    looks_like_one = ending.isalnum() and not ending.isdigit() and len(ending) <= LONGEST_ENDING
    if format_of(out) is None and looks_like_one and not said:
        hint = f"{ENDS}; a folder of parts has no ending, or comes with a format"
        raise QuestionError(Problem(f"cannot be written as {shown('.' + ending)}", str(out), hint))


class Output:
    """A file, or a folder with a part for each table that is written. Without ``keep`` nothing is left of it."""

    def __init__(
        self, path: Path, schema: pa.Schema, *, format: str | None = None, about: Dict[str, str] | None = None
    ) -> None:
        self.path = target_of(path)
        self.schema = schema
        self.format = format or format_of(path) or "parquet"
        self.is_folder = format_of(path) is None
        self._about = dict(about or {})
        self._hidden = hidden_beside(self.path)
        self._ready = False
        self._parts = 0
        self._stack = ExitStack()
        self._locked = ExitStack()
        self._writer: _TableWriter | None = None

    def __enter__(self) -> Self:
        return self

    def begin(self) -> None:
        """Make its hidden beginning. QuestionError where nothing can be written. Only within ``with``, so that
        an interruption at any moment finds somebody to clean up."""
        try:
            clean_up(self.path.absolute().parent)
            if self.is_folder:
                if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
                    hint = "name a new or empty folder" if self.path.is_dir() else ENDS
                    raise QuestionError(Problem("is there already, and not empty", str(self.path), hint))
                self._hidden.mkdir()
            else:
                if self.path.is_dir():
                    raise QuestionError(Problem("is a folder", str(self.path), "name a file, or another folder"))
                if self.path.exists() and not self.path.is_file():
                    raise QuestionError(Problem("is neither a file nor a folder", str(self.path), "name another one"))
                self._hidden.touch(exist_ok=False)
            if (number := lock(self._hidden)) is not None:
                self._locked.callback(os.close, number)
            if not self.is_folder:
                self._writer = self._open(self._hidden)
        except OSError as error:
            raise self._cannot(error) from None

    def _cannot(self, error: OSError) -> QuestionError:
        why = os.strerror(error.errno) if error.errno else str(error)
        return QuestionError(Problem(f"cannot be written ({why})", str(self.path)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._stack.close()
        finally:
            remove(self._hidden)
            self._locked.close()

    def write(self, table: pa.Table) -> None:
        """Some rows more, in this order."""
        if self.is_folder:
            self._parts += 1
            self._writer = self._open(self._hidden / f"part-{self._parts:05}.{self.format}")
        assert self._writer is not None
        self._writer.write(table.cast(self.schema))
        if self.is_folder:
            self._stack.close()

    def finish(self) -> None:
        """All is written: bring it to the disk."""
        if self._ready:
            return
        try:
            if self.is_folder and not self._parts:
                self.write(self.schema.empty_table())
            self._stack.close()
            for part in [*sorted(self._hidden.iterdir()), self._hidden] if self.is_folder else [self._hidden]:
                sync(part)
        except OSError as error:
            raise self._cannot(error) from None
        self._ready = True

    def keep(self) -> None:
        """Bring it to its place."""
        self.finish()
        try:
            if self.is_folder and self.path.exists():
                self.path.rmdir()
            rename(self._hidden, self.path)
        except OSError as error:
            raise self._cannot(error) from None

    def _open(self, path: Path) -> _TableWriter:
        place: Any = path if is_utf8(path) else self._stack.enter_context(path.open("wb"))
        if self.format == "parquet":
            schema = self.schema.with_metadata(self._about)
            writer: Any = _Parquet(pyarrow.parquet.ParquetWriter(place, schema, compression="zstd"), schema)
        elif self.format == "csv":
            writer = _Csv(place, self.schema)
        else:
            writer = _JsonLines(path)
        self._stack.callback(writer.close)
        found: _TableWriter = writer
        return found


class KeptAll(KeyboardInterrupt):
    """An interruption that came when everything was in its place already."""


def keep_together(*outputs: Output) -> None:
    """All of some outputs, or, if anything goes wrong before the first of them is in its place, none."""
    for each in outputs:
        each.finish()
    kept = False
    try:
        with uninterrupted():
            for each in outputs:
                each.keep()
            kept = True
    except KeyboardInterrupt:
        raise KeptAll if kept else KeyboardInterrupt from None


class _Parquet:
    def __init__(self, writer: Any, schema: pa.Schema) -> None:
        self._writer = writer
        self._schema = schema
        self.close = writer.close

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table.cast(self._schema))


class _Csv:
    """Lists have semicolons, as in a case file; an empty cell is nothing."""

    def __init__(self, path: Any, schema: pa.Schema) -> None:
        self._flat = pa.schema([(each.name, pa.string() if _is_list(each.type) else each.type) for each in schema])
        self._writer = pyarrow.csv.CSVWriter(path, self._flat)
        self.close = self._writer.close

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(pa.table([_cell(column) for column in table.columns], schema=self._flat))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind))


def _cell(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if _is_list(column.type):
        column = pc.binary_join(column, SEPARATOR)
    if not pa.types.is_string(column.type):
        return column
    guarded = pc.and_not(pc.match_substring_regex(column, FORMULA), pc.match_substring_regex(column, NUMBER))
    return pc.if_else(guarded, pc.binary_join_element_wise(APOSTROPHE, column, ""), column)


class _JsonLines:
    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self.close = self._file.close

    def write(self, table: pa.Table) -> None:
        self._file.writelines(f"{json.dumps(row, ensure_ascii=False, default=str)}\n" for row in table.to_pylist())
