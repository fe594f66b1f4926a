"""The first table of a comparison: clause by clause, what the other side has for the same cases."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.components import table
from payerlogic.app.html import escape, show_note
from payerlogic.app.pages.compare.citations import linked
from payerlogic.documents.comparison_report import Report
from payerlogic.text.phrases import plural
from payerlogic.wording.clause_differences import HEADER, DifferenceRow

CAPTION = "What one approves and the other does not comes first; shares are of the cells"


def show_differences(kb: KnowledgeBase, report: Report) -> None:
    """The clauses that differ; those to which the other side has the same or more are folded."""
    if not report.differences:
        return
    st.header("Differences, clause by clause", anchor=False)
    differing = [each for each in report.differences if each.found.differs]
    alike = [each for each in report.differences if not each.found.differs]
    if differing:
        st.html(f'<div class="pl">{_table(kb, report, CAPTION, differing)}</div>')
    else:
        show_note("No clause of either side has cases to which the other gives another outcome.")
    if alike:
        words = f"{plural(len(alike), 'clause')} with the same outcome at the other side"
        body = _table(kb, report, "The same, or wider", alike)
        st.html(f'<div class="pl"><details><summary>{escape(words)}</summary>{body}</details></div>')


def _table(kb: KnowledgeBase, report: Report, caption: str, found: Iterable[DifferenceRow]) -> str:
    rows = [(escape(each.differs), tuple(_cells(kb, report, each))) for each in found]
    return table(caption, HEADER, rows, "pl-differences")


def _cells(kb: KnowledgeBase, report: Report, row: DifferenceRow) -> Iterable[str]:
    sides = [report.comparison.left.policy, report.comparison.right.policy]
    own, other = sides if row.found.side == "left" else sides[::-1]
    yield linked(kb, own, row.clause, row.citation)
    yield escape(row.gives)
    yield "<br>".join([escape(row.other), *(linked(kb, other, title, citation) for title, citation in row.by)])
