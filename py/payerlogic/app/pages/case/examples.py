"""Made-up cases to start from: case files in a folder, one case each."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.cases.files import read_cases
from payerlogic.errors import PayerlogicError

ENDINGS = (".yaml", ".yml", ".json")


def read_examples(kb: KnowledgeBase, folder: Path) -> dict[str, StatedCase]:
    """The examples by name, in the order of the files' names.

    A file that this knowledge base cannot read as a case is left out: an example is an offer, and another
    vocabulary than the shipped one may lack a word of it.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix in ENDINGS) if folder.is_dir() else []
    records = _records(tuple((str(path), path.stat().st_mtime_ns) for path in paths))
    found: dict[str, StatedCase] = {}
    for stem, record in records.items():
        try:
            case = kb.read(record)
        except PayerlogicError:
            continue
        found[case.id or stem] = case
    return found


@st.cache_data(max_entries=2, show_spinner=False)
def _records(files: tuple[tuple[str, int], ...]) -> dict[str, dict[str, object]]:
    """The records in the files; a changed file is read again."""
    found: dict[str, dict[str, object]] = {}
    for name, _ in files:
        try:
            record = next(read_cases(name, ()), None)
        except PayerlogicError:
            continue
        if record is not None and record.stated is not None:
            found[Path(name).stem] = dict(record.stated)
    return found
