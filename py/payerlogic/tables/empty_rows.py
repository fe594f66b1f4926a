"""Rows in which every cell is blank, found in a chunk of a table and left out of it.

    >>> empty_lines(b'A,1\\n,\\n\\nB,\\n" ",""\\n')
    [1, 3]

Their numbers stay with the chunk: rows are numbered as they stand in the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from payerlogic.cases.empty_rows import is_empty
from payerlogic.tables.columns import Chunk, Coded

_EMPTY = re.compile(rb'^[ \t,"]+\r?$', re.MULTILINE)


def empty_lines(block: bytes) -> list[int]:
    """The places, among its lines with anything in them, of those lines of tidy CSV in which every cell is blank."""
    if _EMPTY.search(block) is None:
        return []
    return [place for place, line in enumerate(rows_of(block)) if _EMPTY.match(line) and is_empty(_cells(line))]


def rows_of(block: bytes) -> list[bytes]:
    """The lines of tidy CSV that are rows."""
    return [line for line in block.split(b"\n") if line not in (b"", b"\r")]


def _cells(line: bytes) -> list[str]:
    return next(csv.reader([line.decode()]))


def skipping(chunk: Chunk, places: Sequence[int]) -> Chunk:
    """A chunk without the rows at some places, which it notes as empty."""
    if not places:
        return chunk
    gone = frozenset(places)
    kept = [place for place in range(len(chunk)) if place not in gone]
    moved, index = {place: at for at, place in enumerate(kept)}, pa.array(kept, pa.int64())
    return replace(
        chunk,
        records=pc.take(chunk.records, index),
        ids=pc.take(chunk.ids, index),
        columns={name: Coded(pc.take(each.codes, index), each.values) for name, each in chunk.columns.items()},
        early={moved[place]: problems for place, problems in chunk.early.items() if place in moved},
        empty=(*chunk.empty, *pc.take(chunk.records, pa.array(list(places), pa.int64())).to_pylist()),
    )
