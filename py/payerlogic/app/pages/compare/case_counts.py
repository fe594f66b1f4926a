"""One's own cases, counted into the pairs of a comparison.

They are read in memory and stay in this session: nothing of them goes into a cache that others share, into the
address or into a log.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.components import CASE_MEGABYTES
from payerlogic.app.html import show_note, show_problems
from payerlogic.cases.empty_rows import EmptyRows
from payerlogic.cases.files import read_case_bytes, without_empty_rows
from payerlogic.cases.formats import READERS
from payerlogic.comparison.result import Comparison, Party
from payerlogic.documents.comparison_report import Report
from payerlogic.errors import Problem
from payerlogic.tables.case_counts import Mix, count_records
from payerlogic.wording.summary import mix_in_words

UPLOAD = "compare.upload"
COUNTED = "compare.counted"
MOST_PROBLEMS = 5


_Key = tuple[str, str, Party, Party]


@dataclass(frozen=True)
class _Counted:
    """What was counted: for which file and question, and what came of it."""

    key: _Key
    report: Report
    problems: tuple[Problem, ...]


def show_own(kb: KnowledgeBase, report: Report) -> Report:
    """The place for a file of cases; the report with these counted in, or as it is without any."""
    endings = [ending.lstrip(".") for ending in READERS]
    with st.expander("Count your own cases", key="compare.mix"):
        show_note(
            "Shares of cells measure the rules, not patients. Upload a file of cases to count how many of yours fall "
            "where. It is read in memory and not stored."
        )
        label = f"Case file ({', '.join(endings).upper()})"
        upload = st.file_uploader(label, type=endings, key=UPLOAD, max_upload_size=CASE_MEGABYTES)
        if upload is None:
            st.session_state.pop(COUNTED, None)
            return report
        key = (upload.file_id, kb.digest, report.comparison.left, report.comparison.right)
        held: _Counted | None = st.session_state.get(COUNTED)
        if held is None or held.key != key:
            held = _count(kb, report.comparison, key, upload.name, upload.getvalue())
            st.session_state[COUNTED] = held
        if held.report.mix is not None:
            show_note(mix_in_words(held.report.mix, held.report.pairs))
        if held.problems:
            show_problems(held.problems, "These could not be counted; the others were", MOST_PROBLEMS)
    return held.report


def _count(kb: KnowledgeBase, comparison: Comparison, key: _Key, name: str, data: bytes) -> _Counted:
    mix = Mix(name)
    bar = st.progress(0.0, "Deciding the cases")
    empty = EmptyRows()
    records = without_empty_rows(read_case_bytes(data, name, kb.vocabulary.called), empty)

    def step(number: int) -> None:
        bar.progress(min(number / max(data.count(b"\n"), number), 1.0), f"Deciding the cases ({number:,})")

    problems = tuple(count_records(kb, comparison, records, mix, step))
    bar.empty()
    problems += tuple(Problem(note, name) for note in empty.notes())
    return _Counted(key, Report.of(kb, comparison, mix), problems)
