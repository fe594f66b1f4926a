"""The Compare page from top to bottom."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

import streamlit as st

from payerlogic.app import url_state
from payerlogic.app.compare_address import CELL
from payerlogic.app.components import STYLE, badge, cited, show_intro, show_link, show_premises, table
from payerlogic.app.context import Context
from payerlogic.app.html import escape, items, plain, show_note
from payerlogic.app.pages.compare.answers import Compared, compared
from payerlogic.app.pages.compare.case_counts import show_own
from payerlogic.app.pages.compare.downloads import show_files
from payerlogic.app.pages.compare.matrix import show_matrix
from payerlogic.app.pages.compare.reading_changes import is_shown, show_changes
from payerlogic.app.pages.compare.regions import show_regions
from payerlogic.app.pages.compare.side_picker import show_parties
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Cell
from payerlogic.text.phrases import number, percent, plural, sentence
from payerlogic.wording.comparison import RELATIONS
from payerlogic.wording.regions import PairReport
from payerlogic.wording.side_by_side import Items

RELATION = url_state.declare("compare.relation")


def show(context: Context) -> None:
    """The page."""
    st.html(STYLE)
    st.title("Where do two policies disagree?", anchor=False)
    show_intro(
        "Two policies, two editions of one, or two readings of one, over every possible case. "
        "Nothing is sampled: a solver proves that no case is left out."
    )
    asked = show_parties(context.kb)
    if asked is None:
        return
    if asked.is_same:
        show_note(
            "Both sides are the same policy, edition and readings, so they never disagree. Choose another policy or "
            "edition on one side, or open “Different readings for each side”."
        )
        return
    found = compared(context.kb, asked)
    above = st.container()
    report = show_own(context.kb, asked, found.report)
    with above:
        _show_summary(report)
        _show_revised(report)
        show_files(context.kb, report)
    if is_shown(asked):
        show_changes(context, asked, found.report)
    _show_where(context, found)
    _show_documents(found.report)
    show_link(context.kb, "compare")


def _show_summary(report: Report) -> None:
    st.header(plain(report.title), anchor=False)
    st.html(f'<div class="pl">{items(report.summary)}</div>')
    show_premises(report.comparison.premises.sentences())
    is_mixed = report.mix is not None
    rows = [(badge(each.pair.relation), tuple(_cells(each, is_mixed))) for each in report.pairs]
    if report.mix is not None:
        rows += [
            (
                "outside",
                (*map(escape, map(report.words.class_, pair)), "none", "none", _counted(n, report.mix.share(pair))),
            )
            for pair, n in report.elsewhere
        ]
    columns = ["relation", report.words.left, report.words.right, "share", "regions", *["own cases"] * is_mixed]
    st.html(
        f'<div class="pl">{table("Pairs of classes, and how many cells have each", columns, rows)}{_legend()}</div>'
    )


def _show_revised(report: Report) -> None:
    """Between two editions: what the text revised, and which presumption hides the effect."""
    if report.revised:
        st.header("What the text revised", anchor=False)
    for passage in report.revised:
        lines = items(passage.lines) if passage.lines else ""
        st.html(f'<div class="pl"><h3>{escape(passage.heading)}</h3>{lines}</div>')


def _cells(told: PairReport, is_mixed: bool) -> Iterator[str]:
    yield from (escape(told.left), escape(told.right))
    yield f"{percent(told.pair.share)} ({number(told.pair.cells)} cells)"
    yield escape(told.numbers)
    if is_mixed:
        yield _counted(told.cases or 0, told.cases_share)


def _counted(count: int, share: Fraction) -> str:
    return f"{number(count)} ({percent(share)})"


def _legend() -> str:
    told = "".join(f"<li>{badge(name)} {escape(each.meaning)}</li>" for name, each in RELATIONS.items())
    return f'<ul class="pl-legend" aria-label="What the marks mean">{told}</ul>'


# --- By site and modality, and the regions behind it --------------------------------------------------------


def _show_where(context: Context, found: Compared) -> None:
    report = found.report
    st.header("Where they disagree, and where not", anchor=False)
    relations = _choose_relations(report)
    cell = None
    if found.grid is None:
        show_note("No rule of these policies uses both the site and the modality, so there is no matrix.")
    else:
        cell = show_matrix(found.grid, (report.words.left, report.words.right), relations)
    if cell is not None:
        _show_cell(context, report, cell, relations)
    else:
        _show_all(context, report, relations)


def _choose_relations(report: Report) -> Collection[str]:
    present = {each.pair.relation for each in report.pairs}
    options = [name for name in RELATIONS if name in present]
    held = st.session_state.get(RELATION)
    if isinstance(held, list):  # of another comparison
        st.session_state[RELATION] = [each for each in held if each in options or each not in RELATIONS]
    chosen = st.pills(
        "Show only",
        options,
        selection_mode="multi",
        format_func=lambda name: f"{RELATIONS[name].mark} {RELATIONS[name].word}",
        key=url_state.choice(RELATION, options, []),
        persist_state="session",
        help="How the two policies relate. Choose none to see all.",
    )
    return chosen or options


def _show_cell(context: Context, report: Report, cell: Cell, relations: Collection[str]) -> None:
    st.subheader(plain(f"{sentence(cell.row)}: {cell.column}"), anchor=False)
    regions = [each for each in cell.regions if each[0].pair.relation in relations]
    told = ", ".join(f"{RELATIONS[name].word} {percent(share)}" for name, share in cell.shares)
    show_note(f"Shares of the cells there: {told}. {plural(len(regions), 'region')} include it.")
    st.button("Close this cell", on_click=url_state.remember, args=(CELL, ""))
    show_regions(context, report, regions, f"cell.{cell.key}")


def _show_all(context: Context, report: Report, relations: Collection[str]) -> None:
    regions = [(pair, each) for pair in report.pairs if pair.pair.relation in relations for each in pair.regions]
    st.subheader(f"All {plural(len(regions), 'region')} of these relations", anchor=False)
    show_note("A region is a set of cases with the same two classes. Open a cell of the matrix to see one site.")
    show_regions(context, report, regions, "all")


# --- The documents side by side -----------------------------------------------------------------------------


def _show_documents(report: Report) -> None:
    st.header("The texts behind it", anchor=False)
    if report.questions:
        with st.expander(
            f"The {plural(len(report.questions), 'reading')} that conflicts depend on", key="compare.hang"
        ):
            st.html(f'<div class="pl">{items(str(each) for each in report.questions)}</div>')
    with st.expander("What the two policies say on each subject", key="compare.sides"):
        rows = [(escape(row.what), (_told(row.left), _told(row.right))) for row in report.sides]
        columns = ("subject", report.words.left, report.words.right)
        st.html(f'<div class="pl">{table("Subject by subject", columns, rows, "pl-sides")}</div>')
    with st.expander("How this was made, and what is proved", key="compare.method"):
        st.html(f'<div class="pl">{items(report.method)}</div>')


def _told(said: Items) -> str:
    lines = [cited(each.text, each.cited) for each in said]
    return lines[0] if len(lines) == 1 else f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
