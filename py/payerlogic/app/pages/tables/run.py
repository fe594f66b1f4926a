"""The work of the Batch page, without the page: bytes in, results as bytes out, nothing left on the disk.

>>> from payerlogic.api import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> table = Upload("cases.csv", b"primary_site\\nbrain\\nbrian\\n")
>>> done = decide_table(kb, table, None, ["nia"], kb.settings())
>>> done.batch.counts.rows, done.rows.written("csv")[:8], done.errors.splitlines()[1][:2]
(2, b'"record"', b'2,')
"""

from __future__ import annotations

import csv
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from payerlogic.api import KnowledgeBase
from payerlogic.app.case_form_state import in_a_word
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Party
from payerlogic.documents import render
from payerlogic.documents.writers.csv import table_text
from payerlogic.errors import PayerlogicError, Problem
from payerlogic.semantics.settings import Settings
from payerlogic.tables import Batch, Mapping, Progress, batch
from payerlogic.tables.decided_rows import DecidedRows, case_of_row
from payerlogic.tables.impact import Cost, Impact, impact, missing_facts
from payerlogic.tables.readers import TableFiles, columns_of
from payerlogic.tables.suggestion import SeenColumn, seen_columns, suggest

UPLOADS = ("csv", "parquet", "jsonl", "xlsx")


@dataclass(frozen=True)
class Upload:
    """A file as the browser sent it."""

    name: str
    data: bytes

    @property
    def ending(self) -> str:
        return Path(self.name).suffix.lower()


@dataclass(frozen=True)
class Preview:
    """The columns of a table as they are written, and a mapping to start from."""

    columns: tuple[SeenColumn, ...]
    suggested: Mapping


Missing = Dict[str, tuple[Cost, ...]]


@dataclass(frozen=True)
class Decided:
    """A table that was decided: counts, the rows with their determinations, what was refused; and from what it was
    read, so that a row can be opened as its case."""

    batch: Batch
    rows: DecidedRows
    errors: bytes
    table: Upload
    mapping: Mapping | None

    def case_of(self, kb: KnowledgeBase, record: int) -> StatedCase:
        """The case that a row states."""
        with TemporaryDirectory(prefix="payerlogic-") as folder:
            return case_of_row(kb, _placed(folder, self.table), self.mapping, record)

    def missing(self, kb: KnowledgeBase) -> Missing:
        """What the open rows of each payer lack. It takes longer than deciding them."""
        with TemporaryDirectory(prefix="payerlogic-") as folder:
            source, asked = _placed(folder, self.table), self.batch.settings
            return missing_facts(kb, source, self.batch.policies, mapping=self.mapping, settings=asked)


@dataclass(frozen=True)
class ComparedTable:
    """A table at two sides: the answer, the page, and the rows with a different class."""

    impact: Impact
    html: bytes
    changed: bytes


def sample_table(kb: KnowledgeBase, cases: Sequence[StatedCase]) -> Upload | None:
    """Made-up cases as a table: a row each, a column for each fact that one of them states; None without cases."""
    words = kb.vocabulary.stateable
    stated = [
        {name: each for name, each in {**case.facts, **case.inputs}.items() if name not in case.derived}
        for case in cases
    ]
    names = [name for name in words if any(name in facts for facts in stated)]
    if not names:
        return None
    rows = [
        [case.id or "", *(in_a_word(words[name], facts[name]) if name in facts else "" for name in names)]
        for case, facts in zip(cases, stated, strict=True)
    ]
    return Upload("sample.csv", table_text([["id", *names], *rows]).encode())


def pasted_table(text: str) -> Upload | None:
    """Cells that were pasted, as a spreadsheet copies them or as CSV; None where there are none."""
    if not text.strip():
        return None
    lines = text.strip("\n").splitlines()
    if "\t" not in lines[0]:
        return Upload("pasted.csv", text.encode("utf-8", "replace"))
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(csv.reader(lines, delimiter="\t"))
    return Upload("pasted.csv", out.getvalue().encode("utf-8", "replace"))


def preview_table(kb: KnowledgeBase, table: Upload) -> Preview:
    """The columns of a table, and what they may be. Errors name the file as it was uploaded."""
    with TemporaryDirectory(prefix="payerlogic-") as folder:
        source = _placed(folder, table)
        try:
            columns, written = seen_columns(kb, TableFiles.at(source)), columns_of(TableFiles.at(source))
        except PayerlogicError as error:
            raise _named(error, source, table) from None
    return Preview(tuple(columns), suggest(kb, columns, "ignore" if len(written) > len(columns) else "error"))


def read_mapping(kb: KnowledgeBase, upload: Upload | None) -> Mapping | None:
    """The mapping that was uploaded. MappingError for what is wrong with it."""
    return Mapping.parse(upload.data, kb.vocabulary, upload.name) if upload is not None else None


def decide_table(
    kb: KnowledgeBase,
    table: Upload,
    mapping: Mapping | None,
    payers: Sequence[str],
    settings: Settings,
    progress: Progress | None = None,
) -> Decided:
    """Decide a table at some payers. Errors name the file as it was uploaded."""
    with TemporaryDirectory(prefix="payerlogic-") as folder:
        source, out, wrong = _placed(folder, table), Path(folder, "out.parquet"), Path(folder, "errors.csv")
        try:
            done = batch(
                kb,
                source,
                out,
                mapping=mapping,
                payers=payers,
                settings=settings,
                errors=wrong,
                progress=progress,
            )
        except PayerlogicError as error:
            raise _named(error, source, table) from None
        found = replace(done, source=table.name, out="decided", errors="refused.csv")
        return Decided(found, DecidedRows.read(out), wrong.read_bytes(), table, mapping)


def compare_table(
    kb: KnowledgeBase,
    table: Upload,
    mapping: Mapping | None,
    left: Party,
    right: Party,
    progress: Progress | None = None,
) -> ComparedTable:
    """Count a table at two policies, editions or readings."""
    with TemporaryDirectory(prefix="payerlogic-") as folder:
        source, changed = _placed(folder, table), Path(folder, "changed.csv")
        try:
            found = impact(
                kb,
                source,
                left.name,
                right.name,
                mapping=mapping,
                left_settings=left.settings,
                right_settings=right.settings,
                csv=changed,
                progress=progress,
            )
        except PayerlogicError as error:
            raise _named(error, source, table) from None
        found = replace(found, source=table.name)
        return ComparedTable(found, render(found, "html", kb), changed.read_bytes())


def _placed(folder: str, table: Upload) -> Path:
    path = Path(folder, f"table{table.ending}")
    path.write_bytes(table.data)
    return path


def _named(error: PayerlogicError, path: Path, table: Upload) -> PayerlogicError:
    """The same problems at the name that a person knows, and without the temporary one."""
    return PayerlogicError(
        Problem(each.what, each.where.replace(str(path), table.name), each.hint) for each in error.problems
    )
