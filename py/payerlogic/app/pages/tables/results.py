"""The results of a run: counts, a chart with the same in a table, what was refused, and the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.components import show_premises, svg_frame, table
from payerlogic.app.context import Context
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.html import escape, items, show_note
from payerlogic.app.pages.tables.rows import KEY, show_rows
from payerlogic.app.pages.tables.run import ComparedTable, Decided, Missing
from payerlogic.documents.impact_report import bars, class_in_words, summary, words_of
from payerlogic.documents.pictures.chart import svg, word
from payerlogic.tables.decided_rows import class_words
from payerlogic.tables.impact import Cost
from payerlogic.tables.impact.result import RELATIONS
from payerlogic.tables.premises import sentences
from payerlogic.text.phrases import number, percent, plural

MOST_SHOWN = 50
MOST_AT_ONCE = 2_000
MISSING_KEY = f"{KEY}.missing"
FORMATS = (("csv", "CSV"), ("parquet", "Parquet"), ("jsonl", "JSON Lines"))

# The picture is drawn for a white ground, so it keeps one in the dark theme.
_chart = svg_frame(
    "tables.impact",
    ".frame { overflow: auto; background: #fff; border: 1px solid #80838d; border-radius: 8px }"
    ".frame:focus-visible { outline: 3px solid var(--st-primary-color) } .frame svg { display: block; width: 100% }",
)


def show_decided(context: Context, done: Decided) -> None:
    """What became of the rows."""
    kb, counts = context.kb, done.batch.counts
    st.header("Results", anchor=False)
    totals = {"Rows": counts.rows, "Decided": counts.decided, "Open": counts.open, "Refused": counts.refused}
    with st.container(key="batch-totals"):
        for column, (label, rows) in zip(st.columns(4), totals.items(), strict=True):
            column.metric(label, number(rows))
    show_note("A row is open if any of the payers leaves its outcome open. Every row is counted once.")
    files = [
        Download(f"Results ({name})", f"decided.{each}", partial(done.rows.written, each)) for each, name in FORMATS
    ]
    refused_rows = Download("Refused rows (CSV)", done.batch.errors, lambda: done.errors)
    show_downloads([*files, *([refused_rows] if counts.refused else [])], "batch.files")
    rows_by_class = [
        (escape(kb.catalog.called(policy)), (escape(class_words(kb, outcome, class_)), _bar(count, len(done.rows))))
        for policy in done.batch.policies
        for (outcome, class_), count in done.rows.classes(policy).items()
    ]
    if rows_by_class:
        st.html(f'<div class="pl">{table("Rows by class", ("payer", "class", "rows"), rows_by_class)}</div>')
    _show_unread(done)
    show_rows(context, done)
    _show_what_to_collect(kb, done)
    settings = done.batch.settings
    show_premises([*done.batch.notes, *sentences(kb, done.batch.policies, settings)])
    show_note(f"{done.batch.source}, as of {settings.as_of.isoformat()}. Knowledge base {done.batch.kb}.")


def _show_unread(done: Decided) -> None:
    """What could not be read, and the first rows that were refused for it."""
    if done.batch.unread:
        names = ("column", "attribute", "value", "rows", "treated")
        unread = [[str(each[name]) for name in names] for each in done.batch.unread]
        _show_table(
            "Values that could not be mapped or read", ["column", "attribute", "value", "rows", "taken as"], unread
        )
    if done.batch.counts.first_refused:
        refused = [[str(each.record), each.id, each.reason] for each in done.batch.counts.first_refused]
        _show_table("The first refused rows", ["row", "id", "reason"], refused)


def _show_what_to_collect(kb: KnowledgeBase, done: Decided) -> None:
    """The facts that open rows lack: at once for some thousands of rows, else when asked for."""
    if not done.batch.counts.open:
        return
    st.header("What to collect first", anchor=False)
    if MISSING_KEY not in st.session_state:
        many = done.batch.counts.open > MOST_AT_ONCE
        if many and not st.button("Work it out for all open rows", key=f"{MISSING_KEY}.button"):
            show_note(f"{plural(done.batch.counts.open, 'row')} are open: this can take a minute.")
            return
        with st.spinner("Looking for the facts that open rows lack"):
            st.session_state[MISSING_KEY] = done.missing(kb)
    found: Missing = st.session_state[MISSING_KEY]
    for policy, costs in found.items():
        open_ = sum(count for (_, class_), count in done.rows.classes(policy).items() if class_ is None)
        _show_missing(kb.catalog.called(policy), costs, open_)


def _show_missing(name: str, costs: Sequence[Cost], open_: int) -> None:
    """Which facts to collect first: bars of the open rows that each can decide."""
    rows = [
        (escape(each.label), (_bar(each.leaves_open, open_), _bar(each.would_settle, open_)))
        for each in costs[:MOST_SHOWN]
    ]
    if rows:
        title = f"Collect this first, for {name}: {plural(open_, 'row')} without a class"
        columns = ("missing fact", "rows that it can decide", "settled if it alone were known")
        st.html(f'<div class="pl">{table(title, columns, rows)}</div>')


def show_compared(kb: KnowledgeBase, done: ComparedTable) -> None:
    """How two sides disagree in the table."""
    found = done.impact
    words = words_of(kb, found)
    by = kb.vocabulary[found.by].label
    st.header(f"{words.left} and {words.right}", anchor=False)
    st.html(f'<div class="pl">{items(summary(kb, found))}</div>')
    shown = bars(kb, found)
    title = f"How {words.left} and {words.right} relate, by {by}"
    if found.compared:
        _chart(data={"svg": svg(title, shown), "label": f"{title}; the table below says the same"}, key="batch.chart")
    present = [name for name in RELATIONS if found.relations()[name]]
    _show_table(title, [by, *(word(name).word for name in present)], _counts(shown, present))
    pairs = [
        [word(relation).word, class_in_words(words, left), class_in_words(words, right), number(rows)]
        for left, right, relation, rows in found.pairs()
    ]
    _show_table("Pairs of classes", ["relation", words.left, words.right, "rows"], pairs)
    for side, name in (("left", words.left), ("right", words.right)):
        _show_missing(name, found.costs[side], found.open_at(side))
    sides = ((words.left, found.left), (words.right, found.right))
    show_premises(
        [
            *found.notes,
            *(f"{name}: {' '.join(sentences(kb, [party.policy], party.on_its_day))}" for name, party in sides),
        ]
    )
    files = [
        Download("Download the comparison (a page, counts only)", "impact.html", lambda: done.html),
        Download("Download the rows with a different class", "changed.csv", lambda: done.changed),
    ]
    show_downloads(files, "batch.compared")


def _bar(count: int, of: int) -> str:
    """A number, and beside it a bar of its share; the share stands there in words, too."""
    share = percent(Fraction(count, of)) if of else ""
    width = round(100 * count / of) if of else 0
    bar = f'<span class="pl-bar" aria-hidden="true" style="width: {width}%"></span>' if count else ""
    return f"{number(count)} ({share}){bar}"


def _counts(shown: Sequence[tuple[str, Mapping[str, int]]], present: Sequence[str]) -> list[list[str]]:
    return [[label, *(number(counts[name]) for name in present)] for label, counts in shown]


def _show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of texts; a long one is cut, and says so."""
    shown = [(escape(first), map(escape, others)) for first, *others in rows[:MOST_SHOWN]]
    more = f"<p>and {number(len(rows) - MOST_SHOWN)} more</p>" if len(rows) > MOST_SHOWN else ""
    st.html(f'<div class="pl">{table(title, columns, shown)}{more}</div>')
