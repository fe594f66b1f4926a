"""Two sides compared: in short, clause by clause, as a heat map with what lies behind a cell, and region by region."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from functools import partial

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import POLICIES, kept
from payerlogic.app.compare_address import CELL
from payerlogic.app.components import badge, choose_some, cited, table
from payerlogic.app.context import Context
from payerlogic.app.downloads.buttons import show_formats
from payerlogic.app.html import escape, items, plain, show_note
from payerlogic.app.pages.compare.case_counts import show_own
from payerlogic.app.pages.compare.differences import show_differences
from payerlogic.app.pages.compare.matrix import PANEL, show_matrix
from payerlogic.app.pages.compare.reading_changes import as_by_default, is_shown, show_changes
from payerlogic.app.pages.compare.reading_toggles import show_toggles
from payerlogic.app.pages.compare.regions import show_regions
from payerlogic.app.pages.compare.revised import show_revised, without_presumption
from payerlogic.comparison.result import Party
from payerlogic.documents import render
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Cell, Grid
from payerlogic.text.json_text import json_file
from payerlogic.text.phrases import number, percent, plural, sentence
from payerlogic.wording.comparison import RELATIONS
from payerlogic.wording.regions import PairReport
from payerlogic.wording.side_by_side import Items

RELATION = url_state.declare("compare.relation")
FORMATS = {
    "html": "Page (HTML)",
    "xlsx": "Workbook (XLSX)",
    "csv": "Rows (CSV)",
    "markdown": "Markdown",
    "json": "Data (JSON)",
}
LEAD = 2
"""Lines of the summary that stand in view; the others are folded below them."""
FIRST = 2
"""Regions of a cell that stand beside it."""
Compared = tuple[Report, Grid | None]


def show_pair(context: Context, left: Party, right: Party) -> None:
    """All of it."""
    kb = context.kb
    revised = _compared(kb, left, right)
    report, grid = without_presumption(revised, partial(_without, kb))
    above = st.container()
    counted = show_own(kb, report)
    with above:
        _show_summary(counted)
        _show_files(kb, counted)
    show_revised(revised[0], report)
    show_differences(kb, report)
    by_default = _compared(kb, as_by_default(left), as_by_default(right)) if is_shown(report.comparison) else None
    _show_where(context, report, grid, by_default or (report, grid))
    if by_default is not None:
        show_changes(context, report, by_default[0].comparison)
    _show_documents(counted)


@kept(POLICIES, "Comparing every possible case, with the proof")
def _compared(kb: KnowledgeBase, left: Party, right: Party) -> Compared:
    """The comparison, proved and in words, and its matrix."""
    found = kb.compare(left.name, right.name, left_settings=left.settings, right_settings=right.settings)
    report = Report.of(kb, found)
    return report, Grid.of(report)


@kept(POLICIES)
def _without(kb: KnowledgeBase, left: Party, right: Party, _revised: Report) -> Compared:
    """The comparison of two editions without a presumption that hides what was revised between them."""
    hidden = _revised.comparison.revised.hidden if _revised.comparison.revised is not None else ()
    report = Report.of(
        kb, next(each.without for each in hidden if (each.without.left, each.without.right) == (left, right))
    )
    return report, Grid.of(report)


def _show_files(kb: KnowledgeBase, report: Report) -> None:
    """The comparison as a file: a page, a workbook, rows, Markdown, or what a program reads."""
    name = f"compare-{report.comparison.left}-{report.comparison.right}"
    show_formats(name, FORMATS, partial(_file, kb, report), "compare-files")


def _file(kb: KnowledgeBase, report: Report, format_: str) -> bytes:
    if format_ != "json":
        return render(report, format_, kb)
    found = report.comparison
    data = {**found.to_dict(kb.vocabulary), "kb": kb.digest}
    if found.left.policy != found.right.policy:
        data["contested"] = [each.to_dict(kb.vocabulary) for each in kb.contested(found)]
    if report.mix is not None:
        data["mix"] = report.mix.to_dict()
    return json_file(data)


def _show_summary(report: Report) -> None:
    st.header(plain(report.title), anchor=False)
    lead, more = report.summary[:LEAD], report.summary[LEAD:]
    premises = items(report.comparison.premises.sentences())
    st.html(
        f'<div class="pl">{items(lead)}'
        f"<details><summary>Everything that is proved of the two</summary>{items(more)}</details>"
        f"<details><summary>What this rests on</summary>{premises}</details></div>"
    )


def _cells(found: PairReport, is_mixed: bool) -> Iterator[str]:
    yield from (escape(found.left), escape(found.right))
    yield f"{percent(found.pair.share)} ({plural(found.pair.cells, 'cell')})"
    yield escape(found.numbers)
    if is_mixed:
        yield _counted(found.cases or 0, found.cases_share)


def _counted(count: int, share: Fraction) -> str:
    return f"{number(count)} ({percent(share)})"


def _legend() -> str:
    marks = "".join(f"<li>{badge(name)} {escape(each.meaning)}</li>" for name, each in RELATIONS.items())
    return f'<ul class="pl-legend" aria-label="What the marks mean">{marks}</ul>'


# --- The heat map, what lies behind a cell, and all regions ------------------------------------------------


def _show_where(context: Context, report: Report, grid: Grid | None, by_default: Compared) -> None:
    st.header("Where they disagree, and where not", anchor=False)
    present = {each.pair.relation for each in report.pairs}
    options = {name: f"{each.mark} {each.word}" for name, each in RELATIONS.items() if name in present}
    help_ = "How the two policies relate. Choose none to see all."
    relations = choose_some("Show only", options, RELATION, help_, RELATIONS)
    cell = None
    if grid is None:
        show_note("No rule of these policies asks for both attributes by which a comparison is laid out: no matrix.")
    else:
        map_, panel = st.columns((3, 2), gap="medium")
        with map_:
            cell = show_matrix(grid, report, relations)
        with panel, st.container(key=PANEL):
            if cell is not None:
                _show_cell(context, report, cell, relations or list(options), by_default)
            else:
                show_note("Open a cell for a typical patient, the clauses on each side, and the readings that matter.")
    if cell is None:
        _show_all(context, report, relations or list(options))


def _show_cell(context: Context, report: Report, cell: Cell, relations: Collection[str], by_default: Compared) -> None:
    """Beside the heat map: what is behind one of its cells."""
    st.subheader(plain(f"{sentence(cell.row)}: {cell.column}"), anchor=False)
    regions = [each for each in cell.regions if each[0].pair.relation in relations]
    shares = ", ".join(f"{RELATIONS[name].word} {percent(share)}" for name, share in cell.shares)
    st.button("Close this cell", on_click=url_state.remember, args=(CELL, ""))
    default_report, default_grid = by_default
    before = default_grid.cell(cell.key) if default_grid is not None else None
    show_toggles(context.kb, (report, cell), (default_report, before))
    show_note(f"Shares of the cells there: {shares}. {plural(len(regions), 'region')} include it.")
    show_regions(context, report, regions, f"cell.{cell.key}", FIRST)


def _show_all(context: Context, report: Report, relations: Collection[str]) -> None:
    regions = [(pair, each) for pair in report.pairs if pair.pair.relation in relations for each in pair.regions]
    st.subheader(f"All {plural(len(regions), 'region')} of these relations", anchor=False)
    show_note("A region is a set of cases with the same two classes. Open a cell of the matrix to see its own.")
    show_regions(context, report, regions, "all")


# --- The classes, and the documents side by side ------------------------------------------------------------


def _show_documents(report: Report) -> None:
    st.header("The classes, and the texts behind them", anchor=False)
    st.html(f'<div class="pl">{_pairs(report)}{_legend()}</div>')
    if report.questions:
        with st.expander(
            f"The {plural(len(report.questions), 'reading')} that conflicts depend on", key="compare.hang"
        ):
            st.html(f'<div class="pl">{items(str(each) for each in report.questions)}</div>')
    with st.expander("What the two policies say on each subject", key="compare.sides"):
        rows = [(escape(row.what), (_said(row.left), _said(row.right))) for row in report.sides]
        columns = ("subject", report.words.left, report.words.right)
        st.html(f'<div class="pl">{table("Subject by subject", columns, rows, "pl-sides")}</div>')
    with st.expander("How this was made, and what is proved", key="compare.method"):
        st.html(f'<div class="pl">{items(report.method)}</div>')


def _pairs(report: Report) -> str:
    is_mixed = report.mix is not None
    rows: list[tuple[str, Sequence[str]]] = [
        (badge(each.pair.relation), tuple(_cells(each, is_mixed))) for each in report.pairs
    ]
    if report.mix is not None:
        rows += [
            (
                "outside",
                (*map(escape, map(report.words.class_, pair)), "none", "none", _counted(n, report.mix.share(pair))),
            )
            for pair, n in report.elsewhere
        ]
    columns = ["relation", report.words.left, report.words.right, "share of cells", "regions"]
    return table("Pairs of classes, and how many cells have each", [*columns, *["own cases"] * is_mixed], rows)


def _said(said: Items) -> str:
    lines = [cited(each.text, each.cited) for each in said]
    return lines[0] if len(lines) == 1 else f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
