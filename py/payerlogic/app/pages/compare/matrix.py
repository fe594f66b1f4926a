"""The heat map of a comparison: by the two attributes of the service, how large a share of the cells is in conflict."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

import streamlit as st

from payerlogic.app import url_state
from payerlogic.app.compare_address import CELL
from payerlogic.app.grid import GridRow, heat, part, show_grid
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Cell, Grid
from payerlogic.text.phrases import joined
from payerlogic.wording.comparison import RELATIONS

COMPONENT = "compare.matrix"
CONFLICT = "conflict"
PANEL = "compare-panel"
"""The container of what a cell opens."""


def show_matrix(grid: Grid, report: Report, relations: Collection[str]) -> Cell | None:
    """The heat map, by the share of the ``relations`` that are chosen, of conflict if none is; the open cell."""
    cell = grid.cell(url_state.recall(CELL, [*grid.keys, ""], ""))
    row, column = report.laid_out_by
    heated = [each for each in RELATIONS if each in relations] or [CONFLICT]
    words = joined([RELATIONS[each].word for each in heated], "or")
    rows = [GridRow(label, [_as_data(each, relations, heated) for each in cells]) for label, cells in grid.rows]
    caption = (
        f"{report.words.left} and {report.words.right}: share of the cells at each {row} and {column} with {words}. "
        "Open one for a typical patient, the clauses and the readings."
    )
    show_grid(
        COMPONENT, caption, (row, *grid.columns), rows, cell.key if cell else "", _choose, heated=words, panel=PANEL
    )
    return cell


def _as_data(cell: Cell, relations: Collection[str], heated: Collection[str]) -> dict[str, Any]:
    """A cell: what it is heated by is seen, or if there is nothing of it, the gravest relation; all are read out."""
    shares = [(name, share) for name, share in cell.shares if name in relations or not relations]
    if not shares:
        return {"parts": []}
    seen = [name for name, _ in shares if name in heated] or [shares[0][0]]
    parts = [part(name, RELATIONS[name].mark, RELATIONS[name].word, share, seen=name in seen) for name, share in shares]
    hot = sum((share for name, share in shares if name in heated), Fraction(0))
    return {"key": cell.key, "parts": parts, "heat": heat(hot)}


def _choose(key: str) -> None:
    """Open the cell that was chosen; the same one again, or Escape, closes it."""
    url_state.remember(CELL, "" if key == st.session_state.get(CELL) else key)
