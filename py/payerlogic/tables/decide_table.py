"""A whole table decided: rows in, determinations and errors out, and counts that add up.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> with TemporaryDirectory() as folder:
    ...     cases, out = Path(folder, "cases.csv"), Path(folder, "out.jsonl")
    ...     _ = cases.write_text("id,primary_site\\nA,brain\\nB,brian\\n")
    ...     counts = batch(kb, cases, out, payers=["nia"]).counts
    ...     text = out.read_text()
    >>> counts.rows, counts.decided, counts.open, counts.refused
    (2, 1, 0, 1)
    >>> text.startswith('{"record": 1, "id": "A", "nia_outcome": "denied", "nia_class":')
    True

Each row gets what ``decide`` gives it on its own, in the order of the input, from the SQL of the policies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from payerlogic.answers.premises import Premises
from payerlogic.answers.presumed_dates import presumed_days
from payerlogic.cases.case import ID
from payerlogic.cases.empty_rows import EmptyRows
from payerlogic.errors import Problem, QuestionError
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.semantics.settings import Settings
from payerlogic.tables.columns import Names, Refused
from payerlogic.tables.engines import DuckDb, Engine, Progress
from payerlogic.tables.mapping import Mapping
from payerlogic.tables.normalize import RECORD, Canonical
from payerlogic.tables.premises import premises_of
from payerlogic.tables.readers import TableFiles
from payerlogic.tables.record_lists import RecordFiles
from payerlogic.tables.writers import Output, check_name, format_of, keep_together

MOST_NAMED = 5
ERRORS = pa.schema([("record", pa.int64()), *((name, pa.string()) for name in ("id", "column", "value", "reason"))])
LISTS = pa.list_(pa.string())
_OF_A_POLICY = (("outcome", pa.string()), ("class", pa.string()), ("possible", LISTS), ("clauses", LISTS))


@dataclass
class RowCounts:
    """Rows by what became of them. A row is open if any of the policies leaves its outcome open."""

    decided: int = 0
    open: int = 0
    refused: int = 0
    determinations: dict[str, Counter[tuple[str, str | None]]] = field(default_factory=dict)
    """By policy, the outcomes with their classes: None where several classes of one outcome are possible."""
    first_refused: list[Refused] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """All rows of the input but empty ones: each of them is decided, open or refused."""
        return self.decided + self.open + self.refused

    @property
    def classes(self) -> dict[str, Counter[str]]:
        """By policy, the classes; "open" where the class is, whether or not the outcome is."""
        found: dict[str, Counter[str]] = {}
        for policy, counts in self.determinations.items():
            for (_, class_), rows in counts.items():
                found.setdefault(policy, Counter())[class_ or OPEN] += rows
        return found

    def determined(self, policy: str) -> list[tuple[tuple[str, str | None], int]]:
        """The outcomes of a policy with their classes, each with its rows, most first."""
        counts = self.determinations.get(policy, Counter())
        return sorted(counts.items(), key=lambda each: (-each[1], each[0][0], each[0][1] or ""))

    def refuse(self, refused: Sequence[Refused]) -> None:
        self.refused += len({each.record for each in refused})
        self.first_refused = [*self.first_refused, *refused][:MOST_NAMED]

    def add(self, found: pa.Table, policies: Sequence[str]) -> None:
        """Determinations of rows that could be decided."""
        if not len(found):
            return
        is_open = pa.chunked_array([pa.array([False] * len(found))])
        for policy in policies:
            is_open = pc.or_(is_open, pc.equal(found[f"{policy}_outcome"], OPEN))
            names = [f"{policy}_outcome", f"{policy}_class"]
            counts = self.determinations.setdefault(policy, Counter())
            for row in found.select(names).group_by(names).aggregate([([], "count_all")]).to_pylist():
                counts[row[names[0]], row[names[1]]] += row["count_all"]
        opened = pc.sum(is_open).as_py() or 0
        self.open += opened
        self.decided += len(found) - opened


@dataclass(frozen=True)
class Batch:
    """What a run did, for people and programs."""

    source: str
    out: str
    errors: str
    policies: tuple[str, ...]
    settings: Settings
    kb: str
    counts: RowCounts
    unread: list[dict[str, object]]
    premises: Premises = field(default_factory=Premises)
    notes: Sequence[str] = ()
    """What is odd about the table as a whole, such as files that lack a column."""

    def to_dict(self) -> dict[str, object]:
        """As ``batch --json`` prints it."""
        counts, classes = self.counts, self.counts.classes
        return {
            "rows": counts.rows,
            "decided": counts.decided,
            "open": counts.open,
            "refused": counts.refused,
            "classes": {policy: dict(sorted(classes.get(policy, {}).items())) for policy in self.policies},
            "unread": self.unread,
            "out": self.out,
            "errors": self.errors,
            "as_of": self.settings.as_of.isoformat(),
            "readings": dict(sorted(self.settings.readings.items())),
            "presumptions": self.settings.presumptions,
            "premises": self.premises.to_dict(),
            "notes": list(self.notes),
            "kb": self.kb,
            "disclaimer": DISCLAIMER,
        }


def batch(
    kb: Model,
    source: str | Path,
    out: str | Path,
    *,
    mapping: Mapping | None = None,
    records: Dict[str, str | Path] | None = None,
    payers: Sequence[str] | None = None,
    settings: Settings | None = None,
    errors: str | Path | None = None,
    format: str | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Decide every row of a table. ``out`` is a file by its ending, else a folder of parts in ``format``. ``records``
    are second files with facts that repeat, such as ``{"therapy": "therapies.csv"}``, a row for each, by ``id``.

    Rows that cannot be decided go to ``errors``, a file beside ``out`` if none is named. CaseError where the
    table cannot be read, QuestionError where something cannot be written; then nothing is written at all.
    """
    asked = settings or kb.settings()
    policies = tuple(dict.fromkeys(kb.check_policy(each) for each in payers)) if payers else kb.policies
    table = TableFiles.at(source)
    check_name(out, format)
    target, wrong = Path(out), Path(errors) if errors is not None else errors_beside(Path(out))
    _check_places(Path(source), target, wrong)
    second = RecordFiles.read(records or {}, kb.vocabulary)
    reader = Canonical(kb, mapping, tuple(second.files), presumed_days(kb.catalog, asked))
    counts, names, empty = RowCounts(), Names(kb.vocabulary, mapping), EmptyRows()
    fields = [(f"{policy}_{name}", kind) for policy in policies for name, kind in _OF_A_POLICY]
    schema = pa.schema([("record", pa.int64()), (ID, pa.string()), *fields])
    about = _about(kb, asked)
    with (
        Output(wrong, ERRORS, about=about) as refusals,
        Output(target, schema, format=format, about=about) as output,
        engine or DuckDb() as running,
    ):
        output.begin()
        refusals.begin()
        query = running.compiled(kb, policies, asked, reader.schema.names, [RECORD, ID, *reader.tied])

        def refuse(refused: Sequence[Refused]) -> None:
            if refused:
                counts.refuse(refused)
                rows = [[getattr(each, name) for each in refused] for name in ERRORS.names]
                refusals.write(pa.table(rows, schema=ERRORS))

        def canonical() -> Iterator[pa.Table]:
            done = 0
            for chunk in table.chunks(names):
                empty.add(chunk.empty)
                good, refused = reader.read(second.added(chunk))
                refuse(refused)
                if len(good):
                    yield good
                done += chunk.rows
                if progress is not None:
                    progress(chunk.share, done)

        for found in running.run(query, canonical()):
            possible = pc.is_null(found["impossible"])
            refuse(reader.impossible(found.filter(pc.invert(possible))))
            answers = found.filter(possible)
            counts.add(answers, policies)
            if len(answers):
                output.write(_written(answers, schema))
        keep_together(refusals, output)
    unread, premises = reader.unread.to_dict(), premises_of(kb, policies, asked)
    notes = [*empty.notes(), *reader.odd_dates.notes(), *names.lacking(), *second.notes()]
    return Batch(str(source), str(out), str(wrong), policies, asked, kb.digest, counts, unread, premises, notes)


def _written(found: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns of the output; a row without an id gets its number, as ``decide`` does."""
    numbers = found[RECORD]
    ids = pc.coalesce(found[ID], numbers.cast(pa.string()))
    return pa.table(
        [numbers, ids, *(found[name].cast(schema.field(name).type) for name in schema.names[2:])], schema=schema
    )


def errors_beside(out: Path) -> Path:
    """Where refused rows go if nothing else is said."""
    return out.with_name(f"{out.stem if format_of(out) else out.name}.errors.csv")


def _about(kb: Model, settings: Settings) -> dict[str, str]:
    """What a Parquet file says of itself."""
    readings = ", ".join(f"{id_}={option}" for id_, option in sorted(settings.readings.items()))
    return {
        "payerlogic.kb": kb.digest,
        "payerlogic.as_of": settings.as_of.isoformat(),
        "payerlogic.readings": readings or "default",
        "payerlogic.presumptions": "on" if settings.presumptions else "off",
        "payerlogic.disclaimer": DISCLAIMER,
    }


def _check_places(source: Path, out: Path, errors: Path) -> None:
    """QuestionError where one thing would be written over another, or into the folder that is read."""
    places = {"the input": source.resolve(), "OUT": out.resolve(), "the errors": errors.resolve()}
    if places["OUT"] in (places["the input"], places["the errors"]):
        raise QuestionError(Problem("is read or written as something else too", str(out), "name another place"))
    if places["the errors"] == places["the input"]:
        raise QuestionError(Problem("is the input", str(errors), "name another file for the errors"))
    if source.is_dir() and places["the input"] in (*places["OUT"].parents, *places["the errors"].parents):
        raise QuestionError(Problem("is within the folder that is read", str(out), "name a place outside of it"))
    if format_of(errors) is None:
        raise QuestionError(Problem("is no place for the errors", str(errors), "a file ends in .csv, .parquet, .jsonl"))
