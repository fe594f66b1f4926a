"""The rows of a decided table: how two payers' outcomes cross, and the rows, filtered, each with its case."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.components import payer_of
from payerlogic.app.context import Context
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.grid import GridRow, heat, show_grid
from payerlogic.app.html import plain, show_note, show_problems
from payerlogic.app.pages.tables.run import Decided
from payerlogic.errors import PayerlogicError
from payerlogic.semantics.outcomes import OPEN
from payerlogic.tables.decided_rows import AGREE, DIFFER, DecidedRows, class_words, outcome_words
from payerlogic.text.phrases import number, plural, sentence
from payerlogic.wording.marks import OUTCOME_MARKS

KEY = "batch.rows"
PAGE_KEY, OPEN_KEY, TEXT_KEY, AGREEMENT_KEY = (f"{KEY}.{each}" for each in ("page", "open", "text", "agreement"))
ROWS = 25
ANY = ""
AGREEMENTS = {ANY: "all rows", AGREE: "the same outcome at all", DIFFER: "different outcomes"}


def forget_filters() -> None:
    """Before the rows of another table."""
    for name in [str(each) for each in st.session_state if str(each).startswith(KEY)]:
        del st.session_state[name]


def show_rows(context: Context, done: Decided) -> None:
    """The matrix of two payers, the filters, and a page of the rows."""
    kb, rows, policies = context.kb, done.rows, done.batch.policies
    if not len(rows):
        return
    pair = _pair(kb, policies)
    if len(pair) == 2:
        _show_matrix(kb, rows, pair)
    st.header("Rows", anchor=False)
    shown = _filtered(kb, rows, pair, policies)
    first = min(int(st.session_state.get(PAGE_KEY, 0)), max(0, len(shown) - 1) // ROWS) * ROWS
    last = min(first + ROWS, len(shown))
    if not len(shown):
        show_note("No row is left by these filters.")
        return
    caption = f"Rows {number(first + 1)} to {number(last)} of {number(len(shown))}. Open one to see its case."
    names = ["row", *map(kb.catalog.called, policies)]
    cells = [_row(kb, each, policies) for each in shown.page(first, ROWS)]
    show_grid(OPEN_KEY, caption, names, cells, None, _want)
    _show_pages(first, last, len(shown))
    show_downloads([Download("These rows (CSV)", "rows.csv", lambda: shown.written("csv"))], f"{KEY}.files")
    _open_row(context, done)


def _want(key: str) -> None:
    """The row to be opened, once the page is drawn: a callback cannot leave it."""
    if key:
        st.session_state[f"{KEY}.wanted"] = int(key)


def _open_row(context: Context, done: Decided) -> None:
    record = st.session_state.pop(f"{KEY}.wanted", None)
    if record is None:
        return
    try:
        case = done.case_of(context.kb, record)
    except PayerlogicError as error:
        show_problems(error.problems, "The row cannot be opened")
        return
    context.open_case(case)


# --- Two payers ------------------------------------------------------------------------------------------


_RELATIONS = {True: ("agree", "=", "agree"), False: ("conflict", "≠", "disagree"), None: ("open", "?", "open")}
"""Of a cell of the matrix, by whether the outcomes are the same; of None where one of them is open."""


def _pair(kb: KnowledgeBase, policies: Sequence[str]) -> list[str]:
    """The payers of the matrix: all of one or two, two that are picked of more."""
    if len(policies) <= 2:
        return list(policies)
    columns = st.columns(2)
    found = []
    for at, (column, label) in enumerate(zip(columns, ("Rows of the matrix", "Columns of the matrix"), strict=True)):
        options = [each for each in policies if each not in found]
        with column:
            found.append(st.selectbox(label, options, index=0, format_func=payer_of(kb), key=f"{KEY}.payer.{at}"))
    return found


def _show_matrix(kb: KnowledgeBase, rows: DecidedRows, pair: Sequence[str]) -> None:
    """How often which outcomes go together; a cell filters the rows below."""
    counts, first, second = rows.outcomes(*pair), rows.outcomes(pair[0]), rows.outcomes(pair[1])
    one, other = map(kb.catalog.called, pair)

    def cell(key: tuple[str, str]) -> dict[str, Any]:
        count = counts.get(key, 0)
        if not count:
            return {"parts": [], "mark": "0", "word": "no row"}
        relation, mark, word = _RELATIONS[None if OPEN in key else key[0] == key[1]]
        share = Fraction(count, len(rows)) if relation == "conflict" else Fraction()
        return {
            "key": " ".join(key),
            "parts": [_part(relation, mark, word, plural(count, "row"))],
            "heat": heat(share),
        }

    lines = [
        GridRow(f"{one}: {outcome_words(left)} ({number(total)})", [cell((left, right)) for (right,) in second])
        for (left,), total in first.items()
    ]
    columns = [one, *(f"{other}: {outcome_words(right)} ({number(total)})" for (right,), total in second.items())]
    caption = (
        f"{one} by {other}: how many of {plural(len(rows), 'row')} get which outcomes. A pattern is the share of rows "
        "on which they disagree. Open a cell for its rows."
    )
    held = [st.session_state.get(_outcome_key(each), ANY) for each in pair]

    def choose(key: str) -> None:
        chosen = key.split() if key and key.split() != held else [ANY, ANY]
        for policy, outcome in zip(pair, chosen, strict=True):
            st.session_state[_outcome_key(policy)] = outcome
        st.session_state[PAGE_KEY] = 0

    st.header("How the outcomes agree", anchor=False)
    show_grid(
        f"{KEY}.matrix", caption, columns, lines, " ".join(held) if all(held) else "", choose, heated="disagreement"
    )


# --- Filters and pages ---------------------------------------------------------------------------------------


def _outcome_key(policy: str) -> str:
    return f"{KEY}.outcome.{policy}"


def _first_page() -> None:
    st.session_state[PAGE_KEY] = 0


def _filtered(kb: KnowledgeBase, rows: DecidedRows, pair: Sequence[str], policies: Sequence[str]) -> DecidedRows:
    """The rows that the filters leave."""
    columns = st.columns(len(pair) + (2 if len(policies) > 1 else 1), vertical_alignment="bottom")
    outcomes = {}
    for column, policy in zip(columns, pair, strict=False):
        options = [ANY, *(outcome for (outcome,) in rows.outcomes(policy))]
        if st.session_state.get(_outcome_key(policy), ANY) not in options:
            st.session_state[_outcome_key(policy)] = ANY
        outcome = column.selectbox(
            plain(f"Outcome at {kb.catalog.called(policy)}"),
            options,
            format_func=lambda each: sentence(outcome_words(each)) if each else "any",
            key=_outcome_key(policy),
            on_change=_first_page,
        )
        if outcome != ANY:
            outcomes[policy] = outcome
    agreement = ANY
    if len(policies) > 1:
        agreement = columns[-2].selectbox(
            "Agreement", list(AGREEMENTS), format_func=AGREEMENTS.__getitem__, key=AGREEMENT_KEY, on_change=_first_page
        )
    text = columns[-1].text_input("Text", key=TEXT_KEY, placeholder="an id, or a class", on_change=_first_page)
    words = (text or "").strip().lower()
    named = {name for name, each in kb.catalog.classes.items() if words in each.label.lower()}
    named |= {OPEN} if words in OPEN else set()
    return rows.only(outcomes, agreement=agreement, among=policies, text=words, classes=dict.fromkeys(policies, named))


def _row(kb: KnowledgeBase, row: dict[str, Any], policies: Sequence[str]) -> GridRow:
    """A row, as buttons that open its case."""
    cells = []
    for policy in policies:
        outcome, class_ = row[f"{policy}_outcome"], row[f"{policy}_class"]
        part = _part(f"wrap {outcome}", OUTCOME_MARKS.get(outcome, ""), "", class_words(kb, outcome, class_))
        cells.append({"key": str(row["record"]), "parts": [part]})
    return GridRow(row["id"], cells)


def _part(relation: str, mark: str, word: str, text: str) -> dict[str, Any]:
    return {"relation": relation, "mark": mark, "word": word, "text": text, "seen": True}


def _show_pages(first: int, last: int, rows: int) -> None:
    if rows <= ROWS:
        return

    def turn(by: int) -> None:
        st.session_state[PAGE_KEY] = first // ROWS + by

    with st.container(horizontal=True, vertical_alignment="center", key=f"{KEY}.pages"):
        st.button("Previous rows", disabled=first == 0, on_click=turn, args=(-1,), key=f"{KEY}.previous")
        st.button("Next rows", disabled=last == rows, on_click=turn, args=(1,), key=f"{KEY}.next")
        show_note(f"Page {number(first // ROWS + 1)} of {number(-(-rows // ROWS))}, {plural(rows, 'row')} in all")
