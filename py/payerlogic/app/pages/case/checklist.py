"""The criteria in play as a table: a row a fact, a column a payer, what is not met first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import CASES, kept
from payerlogic.app.components import STYLE, table
from payerlogic.app.html import escape, show_note
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import joined, sentence
from payerlogic.wording.checklist import Check, ChecklistRow, checklist
from payerlogic.wording.marks import MARKS, WORDS


@kept(CASES, "Collecting the criteria")
def _rows(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> list[ChecklistRow]:
    return checklist(kb, {policy: kb.explain(case, policy, settings) for policy in kb.policies})


def show_checklist(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> None:
    """The table; in words where no criterion is in play."""
    rows = _rows(kb, case, settings)
    if not rows:
        show_note("No criterion of a clause is in play: what decides stands under Why.")
        return
    st.html(STYLE)
    payers = [kb.catalog.called(each) for each in kb.policies]
    body = [(_fact(row), [_checks(row.checks.get(policy, [])) for policy in kb.policies]) for row in rows]
    caption = (
        "Criteria of the clauses that no fixed fact rules out, what is not met first. An alternative is one of several "
        "of which one is enough."
    )
    st.html(f'<div class="pl">{table(caption, ["Fact", *payers], body, "pl-checklist")}</div>')


def _fact(row: ChecklistRow) -> str:
    return f'{escape(sentence(row.about))}<br><span class="pl-quiet">{escape(row.now)}</span>'


def _checks(checks: Sequence[Check]) -> str:
    """What clauses need of one fact; those that need the same stand together."""
    clauses: dict[tuple[str, str, bool], list[str]] = {}
    for each in checks:
        clauses.setdefault((each.status, each.needed, each.alternative), []).append(each.clause)
    return "".join(
        f'<p class="pl-check">{_status(status)}: needs {escape(needed)}<br><span class="pl-quiet">'
        f"{'an alternative in' if alternative else 'for'} {escape(joined(f'“{each}”' for each in titles))}</span></p>"
        for (status, needed, alternative), titles in clauses.items()
    )


def _status(status: str) -> str:
    mark = f'<span aria-hidden="true">{escape(MARKS[status])}</span>'
    return f'<span class="pl-status-{escape(status)}">{mark} {escape(WORDS[status])}</span>'
