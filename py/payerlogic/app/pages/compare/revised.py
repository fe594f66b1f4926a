"""Two editions: what the text revised, and the presumption that hides what that changes, with a button to drop it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from payerlogic.app import url_state
from payerlogic.app.components import table
from payerlogic.app.html import escape, items, show_note
from payerlogic.comparison.result import Hidden, Party
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Grid
from payerlogic.wording.revisions import HEADER, hidden_in_words

DROPPED = url_state.declare("compare.without")


def without_presumption(
    found: tuple[Report, Grid | None], ask: Callable[[Party, Party, Report], tuple[Report, Grid | None]]
) -> tuple[Report, Grid | None]:
    """The comparison, or if someone dropped a presumption that hides a revision, the one without it."""
    offered = {_name(each): each for each in _hidden(found[0])}
    held = str(st.session_state.get(DROPPED) or "")
    known = {each.id for each in found[0].words.catalog.presumptions}
    elsewhere = [held] if set(held.split()) <= known else []  # dropped from another comparison
    chosen = url_state.recall(DROPPED, [*offered, ""], "", elsewhere)
    if chosen not in offered:
        return found
    without = offered[chosen].without
    return ask(without.left, without.right, found[0])


def show_revised(report: Report, shown: Report) -> None:
    """The revision table, the document's own history, and each presumption that hides an effect."""
    if report.comparison.revised is None:
        return
    st.header("What the text revised", anchor=False)
    for each in _hidden(report):
        passage = hidden_in_words(report.words, each)
        st.html(f'<div class="pl"><h3>{escape(passage.heading)}</h3>{items(passage.lines)}</div>')
        _show_switch(each, shown)
    if report.revisions:
        rows = [(escape(first), tuple(map(escape, rest))) for first, *rest in (each.cells for each in report.revisions)]
        st.html(f'<div class="pl">{table("What was added, removed and changed", HEADER, rows)}</div>')
    hidden = {hidden_in_words(report.words, each).heading for each in _hidden(report)}
    for passage in report.revised:
        if passage.heading not in hidden:
            lines = items(passage.lines) if passage.lines else ""
            st.html(f'<div class="pl"><h3>{escape(passage.heading)}</h3>{lines}</div>')


def _show_switch(hidden: Hidden, shown: Report) -> None:
    name = _name(hidden)
    if shown.comparison.left == hidden.without.left:
        show_note("Everything below, and the summary above, is without it.")
        label, value = "Presume it again", ""
    else:
        label, value = "Drop this presumption" if len(hidden.presumptions) == 1 else "Drop these presumptions", name
    st.button(label, key=f"without.{name}", on_click=url_state.remember, args=(DROPPED, value))


def _hidden(report: Report) -> tuple[Hidden, ...]:
    return report.comparison.revised.hidden if report.comparison.revised is not None else ()


def _name(hidden: Hidden) -> str:
    """How an address names what is dropped."""
    return " ".join(each.id for each in hidden.presumptions)
