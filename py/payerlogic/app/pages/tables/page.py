"""What the Batch page shows: what to upload, how to ask, and the results."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.components import STYLE, payer_of
from payerlogic.app.context import Context
from payerlogic.app.examples import read_examples
from payerlogic.app.html import escape, show_note, show_problems
from payerlogic.app.pages.tables.columns import show_columns
from payerlogic.app.pages.tables.results import show_compared, show_decided
from payerlogic.app.pages.tables.rows import forget_filters
from payerlogic.app.pages.tables.run import (
    UPLOADS,
    ComparedTable,
    Decided,
    Upload,
    compare_table,
    decide_table,
    pasted_table,
    read_mapping,
    sample_table,
)
from payerlogic.app.settings_panel import show_asking
from payerlogic.app.side_picker import choose_own_readings, choose_side, read_as
from payerlogic.comparison.result import Party
from payerlogic.errors import PayerlogicError
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.semantics.settings import Settings
from payerlogic.tables import Progress
from payerlogic.text.phrases import plural

KEY = "batch"
DONE_KEY = f"{KEY}.done"
SAMPLE_KEY = f"{KEY}.sample"
MOST_MEGABYTES = 40
"""A year of requests fits; what is larger is work for the command line, which streams."""


def show(context: Context) -> None:
    """The whole page."""
    st.html(STYLE)
    st.title("A table of cases", anchor=False)
    st.html(
        f'<p class="pl"><strong>{escape(DISCLAIMER)}</strong> The table stays on this computer: it is read in a '
        "temporary folder that is deleted when the run ends, and nothing of it is logged.</p>"
    )
    with st.container(key="batch-entry"):
        _show_entry(context)
    _show_done(context)


def _show_entry(context: Context) -> None:
    """What to decide, and how."""
    kb = context.kb
    table, mapping = _show_uploads()
    sample = sample_table(kb, list(read_examples(kb, context.examples).values()))
    if table is None and sample is not None:
        table = _show_sample(kb, sample)
    mapped = True
    if table is not None:
        mapped, mapping = show_columns(kb, table, mapping)
    settings = show_asking(kb)
    payers = st.multiselect(
        "Payers",
        kb.policies,
        default=kb.policies,
        format_func=payer_of(kb),
        key=f"{KEY}.payers",
    )
    sides = _show_sides(kb, settings) if settings is not None else None
    ready = table is not None and mapped and settings is not None and bool(payers)
    with st.container(horizontal=True):
        # A disabled primary button is white on almost white.
        run = st.button(
            "Decide the table", type="primary" if ready else "secondary", disabled=not ready, key=f"{KEY}.run"
        )
        st.button("Clear the results", disabled=DONE_KEY not in st.session_state, on_click=_clear, key=f"{KEY}.clear")
    if table is None:
        show_note("Choose a table first.")
    elif not ready and mapped:
        show_note("Choose at least one payer, and a valid date.")
    if run and table is not None and settings is not None:
        _run(kb, table, mapping, payers, settings, sides)


def _show_uploads() -> tuple[Upload | None, Upload | None]:
    left, right = st.columns(2, vertical_alignment="top")
    with left:
        table = st.file_uploader(
            "Table (CSV, Excel, Parquet or JSON Lines)",
            UPLOADS,
            key=f"{KEY}.table",
            max_upload_size=MOST_MEGABYTES,
            help=f"At most {MOST_MEGABYTES} MB; 'payerlogic batch' on the command line has no limit.",
        )
    with right:
        mapping = st.file_uploader(
            "Mapping, if you have one (YAML)",
            ("yaml", "yml"),
            key=f"{KEY}.mapping",
            max_upload_size=1,
            help="How columns, codes and units map to attributes. Without one, a mapping is suggested.",
        )
    with st.expander("Or paste cells", key=f"{KEY}.paste"):
        pasted = st.text_area(
            "Cells, with their headers in the first line",
            key=f"{KEY}.pasted",
            placeholder="Copied from a spreadsheet, or as CSV",
            height=140,
        )
    return _upload(table) or pasted_table(pasted), _upload(mapping)


def _show_sample(kb: KnowledgeBase, sample: Upload) -> Upload | None:
    """The made-up cases as a table, for someone without one at hand; the table, while it is chosen."""
    chosen = st.session_state.get(SAMPLE_KEY) == kb.service
    with st.container(horizontal=True, vertical_alignment="center"):
        if chosen:
            st.button("Do without the sample", on_click=_choose_sample, args=("",), key=f"{KEY}.no_sample")
        else:
            st.button("Try the sample", on_click=_choose_sample, args=(kb.service,), key=f"{KEY}.try_sample")
        st.download_button("Download the sample (CSV)", sample.data, sample.name, "text/csv", key=f"{KEY}.get_sample")
    return sample if chosen else None


def _choose_sample(service: str) -> None:
    st.session_state[SAMPLE_KEY] = service
    _clear()


def _upload(sent: Any) -> Upload | None:
    return Upload(sent.name, sent.getvalue()) if sent is not None else None


Sides = tuple[Party, Party]


def _show_sides(kb: KnowledgeBase, settings: Settings) -> Sides | None:
    """Two policies, editions or readings to be compared in the table, if that is wanted."""
    if not st.toggle("Also compare two policies, editions or readings in this table", key=f"{KEY}.compare"):
        return None
    sides = []
    columns = st.columns(2, vertical_alignment="top")
    for column, name, first in zip(columns, ("One side", "The other side"), (0, -1), strict=True):
        with column:
            side = choose_side(kb, name, f"choice.{KEY}.{name}", kb.policies[first])
            own = choose_own_readings(kb, name, f"choice.{KEY}.{name}.readings", side.policy)
            sides.append(read_as(kb, side, settings, own))
    return sides[0], sides[1]


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    shown = st.progress(0.0, what)

    def step(share: float, rows: int) -> None:
        shown.progress(min(1.0, share), f"{what}: {plural(rows, 'row')}")

    try:
        yield step
    finally:
        shown.empty()


def _run(
    kb: KnowledgeBase,
    table: Upload,
    mapping: Upload | None,
    payers: list[str],
    settings: Settings,
    sides: Sides | None,
) -> None:
    _clear()
    try:
        mapped = read_mapping(kb, mapping)
        with _bar("Deciding") as progress:
            decided = decide_table(kb, table, mapped, payers, settings, progress)
        compared = None
        if sides is not None:
            with _bar("Comparing") as progress:
                compared = compare_table(kb, table, mapped, *sides, progress)
    except PayerlogicError as error:
        show_problems(error.problems, "The table cannot be decided")
        return
    st.session_state[DONE_KEY] = kb.digest, decided, compared
    st.rerun()  # so that what stands above knows of the results too


def _clear() -> None:
    st.session_state.pop(DONE_KEY, None)
    forget_filters()


def _show_done(context: Context) -> None:
    done: tuple[str, Decided, ComparedTable | None] | None = st.session_state.get(DONE_KEY)
    if done is None or done[0] != context.kb.digest:  # of another service, or of a knowledge base that has changed
        return
    _, decided, compared = done
    with st.container(key="batch-results"):
        show_decided(context, decided)
        if compared is not None:
            show_compared(context.kb, compared)
