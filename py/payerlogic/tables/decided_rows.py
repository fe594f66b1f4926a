"""The rows of a table that was decided, to be looked at: counted, filtered, paged, written, and each as its case.

    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.tables.decide_table import batch
    >>> kb = KnowledgeBase.load()
    >>> with TemporaryDirectory() as folder:
    ...     cases, out = Path(folder, "cases.csv"), Path(folder, "out.parquet")
    ...     _ = cases.write_text("id,primary_site\\nA,brain\\nB,stomach\\n")
    ...     _ = batch(kb, cases, out)
    ...     rows, case = DecidedRows.read(out), case_of_row(kb, cases, None, 1)
    >>> len(rows), [each["id"] for each in rows.page(0, 10)], len(rows.only(text="a"))
    (2, ['A', 'B'], 1)
    >>> case.id, dict(case.facts)
    ('A', {'primary_site': 'brain'})

INVARIANT: every row that was decided or left open is in every count once; refused rows are in none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from payerlogic.cases.case import ID, StatedCase
from payerlogic.errors import CaseError, Problem
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import OPEN
from payerlogic.tables.columns import Names
from payerlogic.tables.mapping import Mapping as ColumnMapping
from payerlogic.tables.normalize import RECORD, Canonical, facts_of
from payerlogic.tables.readers import TableFiles
from payerlogic.tables.writers import Output

AGREE, DIFFER = "agree", "differ"


def class_words(kb: Model, outcome: str, class_: str | None) -> str:
    """An outcome with its class. Where only the class is open, that is said."""
    if class_ is None:
        return outcome_words(outcome) if outcome == OPEN else f"{outcome_words(outcome)}, class open"
    label = kb.catalog.classes[class_].label
    return label if label == outcome_words(outcome) else f"{outcome_words(outcome)}: {label}"


def outcome_words(outcome: str) -> str:
    """The name of an outcome as running text has it."""
    return outcome.replace("_", " ")


@dataclass(frozen=True)
class DecidedRows:
    """Rows with their determinations, in the order of the table."""

    table: pa.Table

    @classmethod
    def read(cls, path: Path) -> DecidedRows:
        """The rows that ``batch`` wrote, as Parquet."""
        lists = [each.name for each in pyarrow.parquet.read_schema(path) if pa.types.is_string(each.type)]
        named = [each for each in lists if each != ID]
        return cls(pyarrow.parquet.read_table(path, read_dictionary=named).combine_chunks())

    def __len__(self) -> int:
        return len(self.table)

    def outcomes(self, *policies: str) -> dict[tuple[str, ...], int]:
        """The outcomes of some policies together, each with its rows, most first."""
        names = [f"{policy}_outcome" for policy in policies]
        counted = self.table.select(names).group_by(names).aggregate([([], "count_all")]).to_pylist()
        found = {tuple(row[name] for name in names): row["count_all"] for row in counted}
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))

    def classes(self, policy: str) -> dict[tuple[str, str | None], int]:
        """The outcomes of a policy with their classes, each with its rows, most first. Where several classes of one
        outcome are possible the class is None."""
        names = [f"{policy}_outcome", f"{policy}_class"]
        counted = self.table.select(names).group_by(names).aggregate([([], "count_all")]).to_pylist()
        found = {(row[names[0]], row[names[1]]): row["count_all"] for row in counted}
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0][0], each[0][1] or "")))

    def only(
        self,
        outcomes: Mapping[str, str] | None = None,
        *,
        agreement: str = "",
        among: Sequence[str] = (),
        text: str = "",
        classes: Mapping[str, Collection[str]] | None = None,
    ) -> DecidedRows:
        """The rows with these outcomes, in which the policies ``among`` agree or differ, and which hold a text: in
        their id, or in one of the ``classes``, by policy, that it names."""
        kept = pa.array([True] * len(self), pa.bool_())
        for policy, outcome in (outcomes or {}).items():
            kept = pc.and_(kept, pc.equal(self._texts(f"{policy}_outcome"), outcome))
        if agreement and among:
            first, *others = (self._texts(f"{policy}_outcome") for policy in among)
            same = pa.array([True] * len(self), pa.bool_())
            for other in others:
                same = pc.and_(same, pc.equal(first, other))
            kept = pc.and_(kept, same if agreement == AGREE else pc.invert(same))
        if text:
            holds = pc.match_substring(self._texts(ID), text, ignore_case=True)
            for policy, names in (classes or {}).items():
                held = pc.is_in(pc.fill_null(self._texts(f"{policy}_class"), OPEN), pa.array([*names], pa.string()))
                holds = pc.or_(holds, held)
            kept = pc.and_(kept, holds)
        return DecidedRows(self.table.filter(kept))

    def page(self, first: int, most: int) -> list[dict[str, Any]]:
        """Some rows, from the one at ``first`` on."""
        found: list[dict[str, Any]] = self.table.slice(first, most).to_pylist()
        return found

    def written(self, format_: str) -> bytes:
        """The rows as a file of this format, as ``batch`` writes it."""
        schema = pa.schema([(each.name, _plain_type(each.type)) for each in self.table.schema])
        with TemporaryDirectory(prefix="payerlogic-") as folder:
            path = Path(folder, f"rows.{format_}")
            with Output(path, schema) as output:
                output.begin()
                output.write(self.table.cast(schema))
                output.keep()
            return path.read_bytes()

    def _texts(self, name: str) -> pa.ChunkedArray:
        return self.table[name].cast(pa.string())


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def case_of_row(kb: Model, source: Path, mapping: ColumnMapping | None, record: int) -> StatedCase:
    """The case that a row of a table states, as it was read. CaseError for one that cannot be read."""
    reader = Canonical(kb, mapping)
    for chunk in TableFiles.at(source).chunks(Names(kb.vocabulary, mapping)):
        rows, refused = reader.read(chunk)
        row = next(iter(rows.filter(pc.equal(rows[RECORD], record)).to_pylist()), None)
        if row is not None:
            return StatedCase(row[ID] if row[ID] is not None else str(record), facts_of(row, reader.columns))
        if problems := [Problem(each.reason, each.column) for each in refused if each.record == record]:
            raise CaseError(problems)
    raise CaseError(Problem(f"the table has no row {record}"))
