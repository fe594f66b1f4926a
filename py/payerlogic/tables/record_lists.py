"""Facts that repeat, in tables: numbered columns, a column of lists, or a second file with a row for each record.

    >>> from payerlogic.program.vocabulary import RecordType
    >>> columns, problems = spread_lists({}, {"therapy": RecordType("therapy", 3, {})})
    >>> columns, problems
    ({}, {})

Whatever the shape, they become numbered columns (``therapy_2_drug``), and ``therapy`` says how many there are. Of a
row that states nothing of them, and of a case that has no row in the second file, nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from payerlogic.cases.case import ID
from payerlogic.cases.records import counted, spread
from payerlogic.errors import CaseError, Problem, QuestionError, nearest, shown
from payerlogic.program.attribute import is_unknown
from payerlogic.program.records import slot_name
from payerlogic.program.vocabulary import RecordType, Vocabulary
from payerlogic.tables.columns import Chunk, Coded, Names
from payerlogic.tables.readers import TableFiles
from payerlogic.text.phrases import are, plural

MOST_NAMED = 5


def spread_lists(
    columns: Mapping[str, Coded], records: Mapping[str, RecordType]
) -> tuple[dict[str, Coded], dict[int, list[Problem]]]:
    """The columns with lists of records as numbered columns; and the problems of rows."""
    found, problems = dict(columns), dict[int, list[Problem]]()

    def note(rows: pa.Array, wrong: list[Problem]) -> None:
        for place in pc.indices_nonzero(pc.fill_null(rows, False)).to_pylist():
            problems.setdefault(place, []).extend(wrong)

    for name, record in records.items():
        column = columns.get(name)
        if column is None or not any(isinstance(each, list | dict) for each in column.values):
            continue
        stated: list[dict[str, object]] = []
        for code, value in enumerate(column.values):
            own, wrong = spread({name: value}, {name: record})
            stated.append(own)
            if wrong:
                note(pc.equal(column.codes, code), wrong)
        for slot in dict.fromkeys(each for own in stated for each in own):
            values = Coded.of_values(own.get(slot) for own in stated)
            listed = Coded(pc.take(values.codes, column.codes), values.values)
            if slot != name and slot in columns:
                listed, both = _either(columns[slot], listed)
                note(both, [Problem("stated twice: by itself, and in the list", slot)])
            found[slot] = listed
    return found, problems


def _either(one: Coded, other: Coded) -> tuple[Coded, pa.Array]:
    """What one of two columns states, and the rows in which both do."""
    stated = pc.take(pa.array([not is_unknown(each) for each in one.values], pa.bool_()), one.codes)
    first = pc.if_else(stated, one.codes, pa.scalar(None, pa.int32()))
    codes = pc.coalesce(first, pc.add(other.codes, pa.scalar(len(one.values), pa.int32())))
    return Coded(codes, [*one.values, *other.values]), pc.and_(pc.is_valid(first), pc.is_valid(other.codes))


def slots_of(record: RecordType) -> Iterator[tuple[int, str]]:
    """The columns of a record's fields, each with the number of its record."""
    return ((n, slot_name(each, record.name, n)) for n in range(1, record.most + 1) for each in record.fields)


def count_records(found: dict[str, pa.Array], vocabulary: Vocabulary) -> Iterator[tuple[int, Problem]]:
    """Adds how many records each row has, where it states any; yields the rows that say something else."""
    for name, record in vocabulary.records.items():
        own = [(number, found[slot]) for number, slot in slots_of(record) if slot in found]
        if not own:
            continue
        last = pa.nulls(len(own[0][1]), pa.int32())
        for number, column in own:  # in order, so that the last one stays
            last = pc.if_else(pc.is_valid(column), pa.scalar(number, pa.int32()), last)
        said = found.get(name, pa.nulls(len(last), pa.int32()))
        for place in pc.indices_nonzero(pc.fill_null(pc.less(said, last), False)).to_pylist():
            stated = {slot: True for _, slot in slots_of(record) if slot in found and found[slot][place].is_valid}
            problem = counted(record, {**stated, name: said[place].as_py()})
            if isinstance(problem, Problem):
                yield place, problem
        found[name] = pc.coalesce(said, last)


@dataclass
class RecordFiles:
    """Second files: the records of each case, by its id. They are held in memory."""

    files: Mapping[str, str | Path]
    lists: dict[str, dict[str, list[dict[str, object]]]] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, files: Mapping[str, str | Path], vocabulary: Vocabulary) -> RecordFiles:
        """QuestionError for a name that is none of a record; CaseError for what cannot be read."""
        found = cls(files)
        for name, path in files.items():
            if name not in vocabulary.records:
                hint = nearest(name, vocabulary.records) or "this knowledge base has no facts that repeat"
                raise QuestionError(Problem(f"no facts are called {shown(name)}", "--records", hint))
            found.lists[name] = _by_id(Path(path), vocabulary.records[name])
            found.used[name] = set()
        return found

    def added(self, chunk: Chunk) -> Chunk:
        """The rows with their lists."""
        early = {place: list(problems) for place, problems in chunk.early.items()}
        columns = dict(chunk.columns)
        ids = chunk.ids.to_pylist()
        for name, lists in self.lists.items():
            listed = Coded.of_values(lists.get(each) if each is not None else None for each in ids)
            self.used[name].update(each for each in ids if each in lists)
            if name in columns:
                listed, both = _either(columns[name], listed)
                for place in pc.indices_nonzero(both).to_pylist():
                    early.setdefault(place, []).append(Problem(f"stated twice: also in {self.files[name]}", name))
            columns[name] = listed
        return replace(chunk, columns=columns, early=early)

    def notes(self) -> list[str]:
        """The ids that are in no row, in words."""
        lines = []
        for name, lists in self.lists.items():
            if strange := [each for each in lists if each not in self.used[name]]:
                said = f"{plural(len(strange), 'id')} {are(len(strange))}"
                lines.append(f"{self.files[name]}: {said} in no row of the table; the first is {shown(strange[0])}")
        return lines


def _by_id(path: Path, record: RecordType) -> dict[str, list[dict[str, object]]]:
    """The records of each case. CaseError for any row that cannot be read: a list without it would look complete."""
    fields = {each: replace(attribute, name=each, slot=None) for each, attribute in record.fields.items()}
    found: dict[str, list[dict[str, object]]] = {}
    problems: list[Problem] = []
    for chunk in TableFiles.at(path).chunks(Names(Vocabulary(fields, ()))):
        problems += [Problem(each.reason, f"{path}: record {each.record}") for each in chunk.refused]
        columns = {name: _values(each) for name, each in chunk.columns.items()}
        for place, (number, id_) in enumerate(zip(chunk.records.to_pylist(), chunk.ids.to_pylist(), strict=True)):
            wrong = list(chunk.early.get(place, ()))
            if id_ is None:
                wrong.append(Problem("there is no id", hint=f"the column {ID} says whose {record.one} it is"))
            problems += [each.at(f"{path}: record {number}") for each in wrong]
            stated = {name: values[place] for name, values in columns.items() if values[place] is not None}
            found.setdefault(str(id_), []).append(stated)
    if problems:
        more = [Problem(plural(len(problems) - MOST_NAMED, "more problem"), str(path))] if problems[MOST_NAMED:] else []
        raise CaseError([*problems[:MOST_NAMED], *more])
    return found


def _values(column: Coded) -> list[object]:
    return [None if code is None else column.values[code] for code in column.codes.to_pylist()]
