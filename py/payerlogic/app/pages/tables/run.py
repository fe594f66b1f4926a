"""The work of the Batch page, without the page: bytes in, results as bytes out, nothing left on the disk.

>>> from payerlogic.api import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> table = Upload("cases.csv", b"primary_site\\nbrain\\nbrian\\n")
>>> done = decide_table(kb, table, None, ["nia"], kb.settings(), "csv")
>>> done.batch.counts.rows, done.results[:8], done.errors.splitlines()[1][:2]
(2, b'"record"', b'2,')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from payerlogic.tables.impact import Impact, impact

ENDINGS = ("csv", "parquet", "jsonl")
UPLOADS = (*ENDINGS, "xlsx")


@dataclass(frozen=True)
class Upload:
    """A file as the browser sent it."""

    name: str
    data: bytes

    @property
    def ending(self) -> str:
        return Path(self.name).suffix.lower()


@dataclass(frozen=True)
class Decided:
    """A table that was decided: counts, and the files to download."""

    batch: Batch
    results: bytes
    errors: bytes
    format: str


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


def read_mapping(kb: KnowledgeBase, upload: Upload | None) -> Mapping | None:
    """The mapping that was uploaded. MappingError for what is wrong with it."""
    return Mapping.parse(upload.data, kb.vocabulary, upload.name) if upload is not None else None


def decide_table(
    kb: KnowledgeBase,
    table: Upload,
    mapping: Mapping | None,
    payers: Sequence[str],
    settings: Settings,
    format: str,
    progress: Progress | None = None,
) -> Decided:
    """Decide a table at some payers. Errors name the file as it was uploaded."""
    with TemporaryDirectory(prefix="payerlogic-") as folder:
        source, out, wrong = _placed(folder, table), Path(folder, f"out.{format}"), Path(folder, "errors.csv")
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
        found = replace(done, source=table.name, out=f"decided.{format}", errors="refused.csv")
        return Decided(found, out.read_bytes(), wrong.read_bytes(), format)


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
