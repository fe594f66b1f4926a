"""Rows as the policies see them: every value read by the vocabulary, every row that cannot be read refused.

    >>> from payerlogic.tables.columns import Chunk, Names
    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> columns = {"t_category": Coded.of_values(["cT4b", "T9", None])}
    >>> chunk = Chunk(pa.array([1, 2, 3]), pa.nulls(3, pa.string()), columns)
    >>> table, refused = Canonical(kb).read(chunk)
    >>> table.select([RECORD, "t_category", "t_category_basis"]).to_pylist()[0]
    {'_record': 1, 't_category': 'T4', 't_category_basis': 'clinical'}
    >>> [(each.record, each.value) for each in refused]
    [(2, 'T9')]

A column has few different values: each of them, or of the combinations that a mapping looks at, is read once
and the result joined back to the rows. Nothing here knows what a value means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from payerlogic.cases.case import ID, StatedCase, contradiction, derived_value, disagreement
from payerlogic.errors import CaseError, Problem
from payerlogic.program.attribute import DIGITS, Attribute
from payerlogic.program.formula import Formula
from payerlogic.program.values import Value
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import Model
from payerlogic.tables.columns import Chunk, Coded, Refused, safe
from payerlogic.tables.mapping import Mapping
from payerlogic.tables.mapping_rules import AttributeRules, Meaning, Unmapped, as_text, as_written, compiled
from payerlogic.tables.odd_dates import OddDates
from payerlogic.tables.record_lists import count_records, slots_of, spread_lists

RECORD = "_record"
MOST_KEPT = 200_000
MOST_TOLD = 10_000
BLANK = Problem("the row states nothing", hint="the mapping refuses such rows (blank: error)")
_TYPES = {
    "choice": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int32(),
    "date": pa.date32(),
    "set": pa.list_(pa.string()),
}


def type_of(attribute: Attribute) -> pa.DataType:
    """The type of an attribute's column."""
    return pa.decimal128(DIGITS, attribute.places) if attribute.type == "decimal" else _TYPES[attribute.type]


@dataclass
class Unread:
    """How often each value could not be mapped or read. Beyond some thousands, the rarest are forgotten."""

    counts: Counter[Unmapped] = field(default_factory=Counter)

    def add(self, what: Unmapped, rows: int) -> None:
        self.counts[what] += rows
        if len(self.counts) > 2 * MOST_TOLD:
            self.counts = Counter(dict(self.counts.most_common(MOST_TOLD)))

    def to_dict(self) -> list[dict[str, object]]:
        """By column and attribute, the most frequent values first."""
        order = sorted(self.counts.items(), key=lambda x: (x[0].column, x[0].attribute, -x[1], x[0].value))
        return [
            {
                "column": each.column,
                "attribute": each.attribute,
                "value": safe(each.value),
                "rows": rows,
                "treated": each.treated,
                "reason": safe(each.reason),
            }
            for each, rows in order
        ]


@dataclass(frozen=True)
class _Besides:
    """What the spellings of one attribute say of another one, row by row."""

    name: str
    other: str
    said: pa.Array
    codes: pa.Array
    meanings: Sequence[Meaning]


class Canonical:
    """Reads chunks against one vocabulary, with or without a mapping."""

    def __init__(
        self,
        kb: Model,
        mapping: Mapping | None = None,
        listed: Sequence[str] = (),
        days: Dict[str, date] | None = None,
    ) -> None:
        """``listed`` are facts that repeat and come from a second file, whatever the mapping maps; ``days`` are
        presumed where a row does not state them."""
        self.odd_dates = OddDates(days or {})
        self.kb = kb
        self.vocabulary: Vocabulary = kb.vocabulary
        self.mapping = mapping
        words = kb.vocabulary
        self.rules = compiled(mapping, words) if mapping else as_written(list(words.stateable), words)
        if mapping:
            taken = {each.attribute.name for each in self.rules}
            slots = [slot for name in listed for _, slot in slots_of(words.records[name])]
            self.rules += as_written([each for each in (*listed, *slots) if each not in taken], words)
        self.unread = Unread()
        self._kept: dict[str, dict[tuple[object, ...], Meaning]] = {each.attribute.name: {} for each in self.rules}
        self.tied = self._tied_attributes()
        """The attributes of which an axiom can forbid a combination."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The attributes that some row can state."""
        named = {each.attribute.name for each in self.rules}
        implied = {other for name in named for _, other, _ in self.vocabulary.stateable[name].also_says}
        derived = {name for name, each in self.vocabulary.formulas.items() if each.sources.keys() <= named | implied}
        repeated = {each.slot[0] for name in named if (each := self.vocabulary.stateable[name]).slot is not None}
        return tuple(name for name in self.vocabulary if name in named | implied | derived | repeated)

    @property
    def schema(self) -> pa.Schema:
        """The columns of what is read: the number of the row, its id, the attributes."""
        fields = [(name, type_of(self.vocabulary[name])) for name in self.columns]
        return pa.schema([(RECORD, pa.int64()), (ID, pa.string()), *fields])

    def read(self, chunk: Chunk) -> tuple[pa.Table, list[Refused]]:
        """The rows that can be decided, and every problem of those that cannot."""
        wrong: dict[int, list[tuple[str, str, Problem]]] = {
            place: [(problem.where, "", problem) for problem in problems] for place, problems in chunk.early.items()
        }
        columns, listed = spread_lists(chunk.columns, self.vocabulary.records)
        chunk = replace(chunk, columns=columns)
        for place, problems in listed.items():
            wrong.setdefault(place, []).extend((problem.where, "", problem) for problem in problems)
        found: dict[str, pa.Array] = {}
        besides: list[_Besides] = []
        stated = None
        inputs: dict[str, tuple[pa.Array, Sequence[Meaning]]] = {}
        for rules in self.rules:
            name = rules.attribute.name
            codes, meanings = self._meanings(rules, chunk)
            if name in self.vocabulary.inputs:  # exact, whatever its places, and no column of its own
                inputs[name] = codes, meanings
            else:
                found[name] = _joined(codes, [each.value for each in meanings], type_of(rules.attribute))
            for other, values in _besides(meanings):
                said = _joined(codes, values, type_of(self.vocabulary[other]))
                besides.append(_Besides(name, other, said, codes, meanings))
            self._note(codes, meanings, wrong)
            if self.mapping is not None and self.mapping.blank == "error":
                here = pc.take(pa.array([each.counts_as_stated for each in meanings], pa.bool_()), codes)
                stated = here if stated is None else pc.or_(stated, here)
        for each in besides:
            found[each.other] = pc.coalesce(found[each.other], each.said) if each.other in found else each.said
        self._note_contradictions(found, besides, wrong)
        for place, problem in count_records(found, self.vocabulary):
            wrong.setdefault(place, []).append((problem.where, "", problem))
        self._withhold(found)
        self._derive(found, inputs, chunk.records, wrong)
        if self.mapping is not None and self.mapping.blank == "error":
            blank = pc.invert(stated) if stated is not None else pa.array([True] * len(chunk))
            for place in pc.indices_nonzero(blank).to_pylist():
                wrong.setdefault(place, []).append(("", "", BLANK))
        arrays = [found.get(name, pa.nulls(len(chunk), type_of(self.vocabulary[name]))) for name in self.columns]
        table = pa.Table.from_arrays([chunk.records, chunk.ids, *arrays], schema=self.schema)
        if not wrong:
            return table, list(chunk.refused)
        refused = [*chunk.refused, *self._refused(table, wrong)]
        good = pa.array([place not in wrong for place in range(len(chunk))], pa.bool_())
        return table.filter(good), sorted(refused, key=lambda each: each.record)

    def _meanings(self, rules: AttributeRules, chunk: Chunk) -> tuple[pa.Array, list[Meaning]]:
        """What each row means to one attribute: the place of its meaning, and the meanings."""
        columns = [chunk.columns.get(source) for source in rules.sources]
        codes, combinations = _combined(columns, len(chunk))
        kept = self._kept[rules.attribute.name]
        if len(kept) > MOST_KEPT:
            kept.clear()
        meanings = []
        for values in combinations:
            key = tuple((type(value), as_text(value) if isinstance(value, list) else value) for value in values)
            if key not in kept:
                kept[key] = rules.read(values)
            meanings.append(kept[key])
        return codes, meanings

    def _note(
        self, codes: pa.Array, meanings: Sequence[Meaning], wrong: dict[int, list[tuple[str, str, Problem]]]
    ) -> None:
        """Count what could not be mapped, and note the problems of rows."""
        if any(each.unmapped for each in meanings):
            for item in pc.value_counts(codes).to_pylist():
                for unmapped in meanings[item["values"]].unmapped:
                    self.unread.add(unmapped, item["counts"])
        if any(each.problem for each in meanings):
            bad = pc.take(pa.array([each.problem is not None for each in meanings], pa.bool_()), codes)
            places = pc.indices_nonzero(bad)
            for place, code in zip(places.to_pylist(), pc.take(codes, places).to_pylist(), strict=True):
                meaning = meanings[code]
                assert meaning.problem is not None
                wrong.setdefault(place, []).append((meaning.column, meaning.written, meaning.problem))

    def _note_contradictions(
        self, found: Dict[str, pa.Array], besides: Sequence[_Besides], wrong: dict[int, list[tuple[str, str, Problem]]]
    ) -> None:
        """Rows in which the spelling of one value says something else of another attribute than what is stated."""
        for each in besides:
            different = pc.fill_null(pc.not_equal(found[each.other], each.said), False)
            for place in pc.indices_nonzero(different).to_pylist():
                meaning = each.meanings[each.codes[place].as_py()]
                meant, stated = each.said[place].as_py(), found[each.other][place].as_py()
                problem = contradiction(each.name, meaning.written.strip(), each.other, meant, stated)
                wrong.setdefault(place, []).append((meaning.column, meaning.written, problem))

    def _withhold(self, found: dict[str, pa.Array]) -> None:
        """Values that count as unknown because of another attribute's."""
        for name, attribute in self.vocabulary.items():
            for other, value in attribute.withheld_by if name in found else ():
                if other in found:
                    withheld = pc.fill_null(pc.equal(found[other], value), False)
                    found[name] = pc.if_else(withheld, None, found[name])

    def _derive(
        self,
        found: dict[str, pa.Array],
        inputs: Dict[str, tuple[pa.Array, Sequence[Meaning]]],
        records: pa.Array,
        wrong: dict[int, list[tuple[str, str, Problem]]],
    ) -> None:
        """Attributes that follow from others, worked out once for each combination as for a single case."""
        for name, formula in self.vocabulary.formulas.items():
            sources, rows = list(formula.sources), len(records)
            self._note_odd_dates(formula, found, inputs, records)
            if not all(_has_any(inputs[each][1] if each in inputs else found.get(each)) for each in sources):
                continue
            columns = [_stated(inputs[each]) if each in inputs else _plainly(found[each]) for each in sources]
            given = _plainly(found[name]) if name in found else [(None, "")] * rows
            kept: dict[object, Value | Problem | None] = {}
            values: list[Value | None] = []
            for place, row in enumerate(zip(*columns, given, strict=True)):
                if row not in kept:
                    kept[row] = _follows(formula, dict(zip(sources, row[:-1], strict=True)), row[-1][0])
                value = kept[row]
                values.append(None if isinstance(value, Problem) else value)
                if isinstance(value, Problem):
                    wrong.setdefault(place, []).append((name, "", value))
            found[name] = pa.array(values, type_of(self.vocabulary[name]))

    def _note_odd_dates(
        self,
        formula: Formula,
        found: Dict[str, pa.Array],
        inputs: Dict[str, tuple[pa.Array, Sequence[Meaning]]],
        records: pa.Array,
    ) -> None:
        """Rows whose dates do not go with a day that is only presumed."""
        name, days, rows = formula.attribute.name, self.odd_dates.days, len(records)
        given = {each: inputs[each][1] if each in inputs else found.get(each) for each in formula.sources}
        if not self.odd_dates.concerns(formula) or not all(_has_any(given[each]) for each in given if each not in days):
            return

        def values(each: str) -> list[Value | None]:
            if each in inputs:
                return [value for value, _ in _stated(inputs[each])]
            return found[each].to_pylist() if each in found else [None] * rows

        columns = {each: values(each) for each in formula.sources}
        self.odd_dates.add(formula, columns, values(name), records.to_pylist())

    def _refused(self, table: pa.Table, wrong: Dict[int, list[tuple[str, str, Problem]]]) -> Iterator[Refused]:
        places = sorted(wrong)
        rows = table.select([RECORD, ID]).take(pa.array(places, pa.int64())).to_pylist()
        for place, row in zip(places, rows, strict=True):
            id_ = row[ID] if row[ID] is not None else str(row[RECORD])
            for column, written, problem in wrong[place]:
                yield Refused(row[RECORD], id_, safe(column), safe(written), safe(str(problem)))

    # --- Rows that cannot be ---------------------------------------------------------------------------

    @one_at_a_time
    def _tied_attributes(self) -> tuple[str, ...]:
        compiler = self.kb.compiler
        groups = compiler.constraints((), compiler.default_readings)
        return tuple(name for name in self.columns if any(name in group for group, _ in groups))

    def impossible(self, table: pa.Table) -> list[Refused]:
        """The rows of a canonical table whose facts clash, each with what ``decide`` says of it."""
        tied = [name for name in self.tied if name in table.column_names]
        kept: dict[tuple[object, ...], list[Problem]] = {}
        refused = []
        for row in table.select([RECORD, ID, *tied]).to_pylist():
            facts = facts_of(row, tied)
            key = tuple(facts.items())
            if key not in kept:
                kept[key] = self._clash(facts)
            id_ = row[ID] if row[ID] is not None else str(row[RECORD])
            refused += [Refused(row[RECORD], id_, "", "", str(problem)) for problem in kept[key]]
        return refused

    def _clash(self, facts: Dict[str, Value]) -> list[Problem]:
        try:
            self.kb.read(StatedCase(None, facts))
        except CaseError as error:
            return error.problems
        return [Problem("the stated facts cannot all hold together")]


def facts_of(row: Dict[str, Any], names: Sequence[str]) -> dict[str, Value]:
    """What a row that was read states of some attributes."""
    return {
        name: frozenset(row[name]) if isinstance(row[name], list) else row[name]
        for name in names
        if row[name] is not None
    }


def _combined(columns: Sequence[Coded | None], rows: int) -> tuple[pa.Array, list[tuple[object, ...]]]:
    """The combinations of values that there are, and for each row the place of its combination."""
    present = [(place, column) for place, column in enumerate(columns) if column is not None]
    if len(columns) == len(present) == 1:
        column = present[0][1]
        return pc.fill_null(column.codes, len(column.values)), [(value,) for value in (*column.values, None)]
    codes = pa.array([0] * rows, pa.int64())
    for _, column in present:
        codes = pc.add(pc.multiply(codes, len(column.values) + 1), pc.add(pc.fill_null(column.codes, -1), 1))
        codes = codes.dictionary_encode().indices.cast(pa.int64())  # small, however many columns there are
    # The first row of each combination has its values.
    firsts = pc.index_in(pa.array(range(pc.max(codes).as_py() + 1 if rows else 0), pa.int64()), codes)
    combinations: list[list[object]] = [[None] * len(columns) for _ in range(len(firsts))]
    for place, column in present:
        for combination, at in zip(combinations, pc.take(column.codes, firsts).to_pylist(), strict=True):
            combination[place] = column.values[at] if at is not None else None
    return codes, [tuple(each) for each in combinations]


_Cell = tuple[Value | None, str]
"""A value, and what was written where that is another spelling."""


def _has_any(column: pa.Array | Sequence[Meaning] | None) -> bool:
    """Whether some row states something."""
    if column is None or isinstance(column, pa.Array):
        return column is not None and column.null_count < len(column)
    return any(each.value is not None for each in column)


def _plainly(column: pa.Array) -> list[_Cell]:
    return [(value, "") for value in column.to_pylist()]


def _stated(column: tuple[pa.Array, Sequence[Meaning]]) -> list[_Cell]:
    codes, meanings = column
    cells = [(each.value, each.written.strip()) for each in meanings]
    return [cells[code] for code in codes.to_pylist()]


def _follows(formula: Formula, sources: Dict[str, _Cell], stated: Value | None) -> Value | Problem | None:
    """What follows from the sources of a row, or what is stated beside them; a problem where the two disagree."""
    values = {name: value for name, (value, _) in sources.items() if value is not None}
    if len(values) < len(sources):
        return stated
    texts = ((name, formula.sources[name].read(text).written) for name, (_, text) in sources.items() if text)
    written = {name: text for name, text in texts if text is not None}
    found = derived_value(formula, values, written)
    if isinstance(found, Problem):
        return found
    value, words = found
    return value if stated in (None, value) else disagreement(formula, stated, value, words)


def _joined(codes: pa.Array, values: Sequence[Value | None], kind: pa.DataType) -> pa.Array:
    written = [sorted(each) if isinstance(each, frozenset) else each for each in values]
    return pc.take(pa.array(written, kind), codes)


def _besides(meanings: Sequence[Meaning]) -> Iterator[tuple[str, list[Value | None]]]:
    """What the spelling of values says of other attributes."""
    for other in dict.fromkeys(name for each in meanings for name, _ in each.besides):
        yield other, [dict(each.besides).get(other) for each in meanings]
