"""A population at two sides: every row decided at both, and counted.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> with TemporaryDirectory() as folder:
    ...     cases = Path(folder, "cases.csv")
    ...     _ = cases.write_text("id,primary_site,modality,fractions\\nA,brain,electron_beam,1\\nB,breast,,\\n")
    ...     found = impact(kb, cases, "nia", "bcbsaz")
    >>> {relation: rows for relation, rows in found.relations().items() if rows}
    {'basis': 1, 'open': 1}

Both sides come from the SQL of their policies. A side that is named with a day (``bcbsaz@2022-09-19``) decides
every row as of that day, as ``compare --mix`` does.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from payerlogic.answers.premises import Premises
from payerlogic.answers.presumed_dates import presumed_days
from payerlogic.cases.case import ID
from payerlogic.cases.empty_rows import EmptyRows
from payerlogic.comparison.result import Party, party
from payerlogic.errors import Problem, QuestionError, nearest
from payerlogic.program.attribute import SEPARATOR, Attribute
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import Place
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import relation
from payerlogic.semantics.settings import Settings
from payerlogic.sql import Query
from payerlogic.tables.columns import Names
from payerlogic.tables.engines import DuckDb, Progress
from payerlogic.tables.impact.missing_facts import Cost, Unknowns
from payerlogic.tables.impact.result import AGREE, MOST_IDS, RELATIONS, Group, Impact, RowAnswer
from payerlogic.tables.mapping import Mapping
from payerlogic.tables.normalize import RECORD, Canonical
from payerlogic.tables.premises import premises_of
from payerlogic.tables.readers import TableFiles
from payerlogic.tables.record_lists import RecordFiles
from payerlogic.tables.writers import Output

LISTS = ("possible", "clauses")
SIDES = ("left", "right")
CHANGED = pa.schema(
    [
        ("record", pa.int64()),
        *((name, pa.string()) for name in (ID, "group", "relation")),
        *((f"{side}_{name}", pa.string()) for side in SIDES for name in ("class", *LISTS)),
    ]
)


def impact(
    kb: Model,
    source: str | Path,
    left: str,
    right: str,
    *,
    mapping: Mapping | None = None,
    records: Dict[str, str | Path] | None = None,
    settings: Settings | None = None,
    left_settings: Settings | None = None,
    right_settings: Settings | None = None,
    by: str | None = None,
    csv: str | Path | None = None,
    engine: DuckDb | None = None,
    progress: Progress | None = None,
) -> Impact:
    """Count how the rows of a table fall at two policies, versions or readings.

    ``by`` is the attribute to count by (the rows of the service's matrix, if not given).
    ``csv`` is a file for the rows whose class is not the same. ``records`` are second files, as for a batch.
    CaseError where the table cannot be read, QuestionError for a policy, day or attribute that there is not.
    """
    asked = settings or kb.settings()
    parties = party(kb, left, left_settings or asked), party(kb, right, right_settings or asked)
    attribute = _attribute(kb, by or next(iter(kb.catalog.matrix), ""))
    table, names, empty = TableFiles.at(source), Names(kb.vocabulary, mapping), EmptyRows()
    second = RecordFiles.read(records or {}, kb.vocabulary)
    dated = any(each.stated.facts for each in parties)  # a day that was named holds for all rows
    days = {} if dated else presumed_days(kb.catalog, parties[0].settings)
    reader = Canonical(kb, mapping, tuple(second.files), days)
    counter = _Counter(kb, parties, attribute)
    with engine or DuckDb() as running, _Changed(csv) as changed:
        changed.begin()
        for side in counter.sides:
            side.compile(running, reader)
        done = 0
        for chunk in table.chunks(names):
            empty.add(chunk.empty)
            rows, refused = reader.read(second.added(chunk))
            counter.refused += len({each.record for each in refused})
            if len(rows):
                changed.write(counter.add(rows, running))
            done += chunk.rows
            if progress is not None:
                progress(chunk.share, done)
        changed.keep()
    return Impact(
        source=str(source),
        left=parties[0],
        right=parties[1],
        by=attribute.name,
        groups=counter.sorted(),
        refused=counter.refused,
        costs={name: tuple(side.unknowns.costs()) for name, side in zip(SIDES, counter.sides, strict=True)},
        unread=reader.unread.to_dict(),
        kb=kb.digest,
        premises=_premises(kb, parties),
        notes=(*empty.notes(), *reader.odd_dates.notes(), *names.lacking(), *second.notes()),
    )


def missing_facts(
    kb: Model,
    source: str | Path,
    policies: Sequence[str],
    *,
    mapping: Mapping | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Dict[str, tuple[Cost, ...]]:
    """For each policy the facts that its open rows do not state, those that decide most rows first.

    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic import KnowledgeBase
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "cases.csv").write_text("primary_site,t_category\\nrectum,T4\\n")
    ...     found = missing_facts(KnowledgeBase.load(), Path(folder, "cases.csv"), ["nia"])
    >>> found["nia"][0].leaves_open
    1
    """
    asked = settings or kb.settings()
    reader, names = Canonical(kb, mapping), Names(kb.vocabulary, mapping)
    sides = [_CountedParty(kb, side, Unknowns(kb, side)) for side in (party(kb, each, asked) for each in policies)]
    with DuckDb() as running:
        for side in sides:
            side.compile(running, reader)
        done = 0
        for chunk in TableFiles.at(source).chunks(names):
            rows, _ = reader.read(chunk)
            rows = rows.sort_by(RECORD)
            for side in sides if len(rows) else ():
                found = side.decide(rows, running)
                possible = pc.is_null(found["impossible"])
                side.note_open(rows.filter(possible), found.filter(possible))
            done += len(chunk)
            if progress is not None:
                progress(chunk.share, done)
    return {side.party.policy: tuple(side.unknowns.costs()) for side in sides}


def _premises(kb: Model, parties: tuple[Party, Party]) -> Premises:
    """What either side rests on; a side that is named with a day has the edition of that day."""
    one, other = (premises_of(kb, [each.policy], each.on_its_day) for each in parties)
    return one.together(other)


def _attribute(kb: Model, name: str) -> Attribute:
    if name not in kb.vocabulary:
        hint = nearest(name, kb.vocabulary, kb.vocabulary.called)
        raise QuestionError(Problem(f"unknown attribute {name!r}", "--by", hint))
    if kb.vocabulary[name].type not in ("choice", "boolean"):
        raise QuestionError(Problem(f"{name} has too many values to group by", "--by", "take a choice"))
    return kb.vocabulary[name]


@dataclass
class _CountedParty:
    """One party, ready to decide tables."""

    kb: Model
    party: Party
    unknowns: Unknowns
    query: Query | None = None
    bare: Query | None = None
    """The same with nothing presumed; None where nothing is anyway."""

    def compile(self, engine: DuckDb, reader: Canonical) -> None:
        settings = self.party.on_its_day
        columns = list(dict.fromkeys([*reader.schema.names, *self.party.stated.facts]))
        self.query = engine.compiled(self.kb, [self.party.policy], settings, columns, [RECORD])
        if settings.presumptions:
            bare = replace(settings, presumptions=False)
            self.bare = engine.compiled(self.kb, [self.party.policy], bare, columns, [RECORD])

    def facts(self, rows: pa.Table) -> pa.Table:
        """The rows as this side sees them: a day that was named holds for all."""
        name = self.party.dated_by
        day = self.party.stated.facts.get(name)
        if day is None:
            return rows
        days = pa.array([day] * len(rows), pa.date32())
        if name in rows.column_names:
            return rows.set_column(rows.column_names.index(name), name, days)
        return rows.append_column(name, days)

    def decide(self, rows: pa.Table, engine: DuckDb) -> pa.Table:
        assert self.query is not None
        (found,) = engine.run(self.query, iter([self.facts(rows)]))
        return found

    def presumed(self, rows: pa.Table, found: pa.Table, engine: DuckDb) -> pa.ChunkedArray:
        """For each row whether it gets another answer where nothing is presumed."""
        if self.bare is None:
            return pa.chunked_array([pa.array([False] * len(rows), pa.bool_())])
        (bare,) = engine.run(self.bare, iter([self.facts(rows)]))
        possible = f"{self.party.policy}_possible"
        return pc.not_equal(*(pc.binary_join(each[possible], SEPARATOR) for each in (found, bare)))

    def note_open(self, rows: pa.Table, found: pa.Table) -> None:
        """Count the open rows by where their facts fall on the axes; only what the policy reads matters."""
        assert self.query is not None
        open_rows = self.facts(rows).filter(pc.is_null(found[f"{self.party.policy}_class"]))
        names = [name for name in self.kb.vocabulary if name in self.query.reads and name in open_rows.column_names]
        if not len(open_rows):
            return
        places = pa.table({name: _positions(self.kb, name, open_rows[name]) for name in names})
        counted = places.group_by(names).aggregate([([], "count_all")]) if names else None
        for row in counted.to_pylist() if counted is not None else [{"count_all": len(open_rows)}]:
            stated = {name: _place(row[name]) for name in names if row[name] is not None}
            self.unknowns.add(stated, row["count_all"])


def _positions(kb: Model, name: str, column: pa.ChunkedArray) -> pa.Array:
    """Where the values of a column fall on the axis of their attribute."""
    axis, array = kb.axes[name], column.combine_chunks()
    if axis.attribute.type == "set":
        array = pc.binary_join_element_wise(
            pc.binary_join(array, SEPARATOR), "", SEPARATOR
        )  # the empty set is a value too
    encoded = array.dictionary_encode()
    places = [axis.position(_value(value, axis.attribute)) for value in encoded.dictionary.to_pylist()]
    if axis.attribute.type == "set":
        joined = [SEPARATOR.join(sorted(place)) for place in places if isinstance(place, frozenset)]
        return pc.take(pa.array(joined, pa.string()), encoded.indices)
    return pc.take(pa.array(places, pa.int32()), encoded.indices)


def _place(written: int | str) -> Place:
    """A place as it was written into a column."""
    return frozenset(filter(None, written.split(SEPARATOR))) if isinstance(written, str) else written


def _value(written: Any, attribute: Attribute) -> Value:
    if attribute.type == "set":
        return frozenset(each for each in written.split(SEPARATOR) if each)
    found: Value = written
    return found


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    """What the rows of a group have in common."""
    return tuple(row[name] for name in CHANGED.names[2:])


class _Counter:
    """The groups of a population."""

    def __init__(self, kb: Model, parties: tuple[Party, Party], by: Attribute) -> None:
        self.kb = kb
        self.by = by
        self.sides = [_CountedParty(kb, party, Unknowns(kb, party)) for party in parties]
        self.groups: dict[tuple[Any, ...], Group] = {}
        self.refused = 0

    def add(self, rows: pa.Table, engine: DuckDb) -> pa.Table:
        """Count some rows; those that get different classes, row by row."""
        rows = rows.sort_by(RECORD)
        answers = [side.decide(rows, engine) for side in self.sides]
        possible = pc.is_null(answers[0]["impossible"])
        self.refused += len(rows) - pc.sum(possible).as_py()
        rows, answers = rows.filter(possible), [each.filter(possible) for each in answers]
        for side, found in zip(self.sides, answers, strict=True):
            side.note_open(rows, found)
        table = self._table(rows, answers)
        keys = [name for name in table.column_names if name not in ("record", ID)]
        presumed = [side.presumed(rows, found, engine) for side, found in zip(self.sides, answers, strict=True)]
        counted = table.append_column("presumed", pc.or_(*presumed).cast(pa.int64()))
        for row in counted.group_by(keys).aggregate([([], "count_all"), ("presumed", "sum")]).to_pylist():
            group = self._group(row)
            total, presuming = group.rows + row["count_all"], group.presumed + row["presumed_sum"]
            self.groups[_key(row)] = replace(group, rows=total, presumed=presuming)
        differing = table.filter(pc.not_equal(table["relation"], AGREE))
        for row in differing.group_by(keys).aggregate([(ID, "list")]).to_pylist():
            group = self._group(row)
            self.groups[_key(row)] = replace(group, ids=(*group.ids, *row[f"{ID}_list"])[:MOST_IDS])
        return differing

    def _table(self, rows: pa.Table, answers: Sequence[pa.Table]) -> pa.Table:
        by = rows[self.by.name] if self.by.name in rows.column_names else pa.nulls(len(rows), pa.string())
        numbers = rows[RECORD]
        columns: dict[str, Any] = {
            "record": numbers,
            ID: pc.coalesce(rows[ID], numbers.cast(pa.string())),
            "group": by.cast(pa.string()),
        }
        for name, side, found in zip(SIDES, self.sides, answers, strict=True):
            policy = side.party.policy
            columns[f"{name}_class"] = found[f"{policy}_class"]
            for each in LISTS:
                columns[f"{name}_{each}"] = pc.binary_join(found[f"{policy}_{each}"], SEPARATOR)
        table = pa.table(columns)
        pairs = list(zip(table["left_class"].to_pylist(), table["right_class"].to_pylist(), strict=True))
        relations = {pair: relation(self.kb.catalog, *pair) for pair in dict.fromkeys(pairs)}
        table = table.append_column("relation", pa.array([relations[pair] for pair in pairs], pa.string()))
        return table.select(CHANGED.names).cast(CHANGED)

    def _group(self, row: dict[str, Any]) -> Group:
        """The group of a row as counted so far."""
        if _key(row) not in self.groups:
            sides = [
                RowAnswer(
                    row[f"{name}_class"],
                    *(tuple(filter(None, row[f"{name}_{each}"].split(SEPARATOR))) for each in LISTS),
                )
                for name in SIDES
            ]
            return Group(row["group"], sides[0], sides[1], row["relation"])
        return self.groups[_key(row)]

    def sorted(self) -> tuple[Group, ...]:
        """By site, then conflicts first, then the most rows first."""
        order = {choice.value: index for index, choice in enumerate(self.by.choices)}

        def key(group: Group) -> tuple[Any, ...]:
            place = order.get(group.by or "", len(order))
            sides = group.left.written, group.right.written, group.left.clauses, group.right.clauses
            return place, RELATIONS.index(group.relation), -group.rows, sides

        return tuple(sorted(self.groups.values(), key=key))


class _Changed:
    """The file of rows that get different classes, if one was asked for."""

    def __init__(self, path: str | Path | None) -> None:
        self._output = Output(Path(path), CHANGED) if path is not None else None
        if self._output is not None and self._output.is_folder:
            raise QuestionError(Problem("is no table by its name", str(path), "it can end in .csv, .parquet, .jsonl"))

    def __enter__(self) -> _Changed:
        return self

    def begin(self) -> None:
        if self._output is not None:
            self._output.begin()

    def __exit__(self, *error: Any) -> None:
        if self._output is not None:
            self._output.__exit__(*error)

    def write(self, table: pa.Table) -> None:
        if self._output is not None and len(table):
            self._output.write(table)

    def keep(self) -> None:
        if self._output is not None:
            self._output.keep()
