"""The matrix of a comparison: a table whose cells open their regions, by mouse and by keyboard.

An inline component, since a cell has to be a button inside a table. It fetches nothing: style and script are
files beside this one, and what it shows comes as data.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from payerlogic.app import url_state
from payerlogic.app.compare_address import CELL
from payerlogic.app.html import asset
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Cell, Grid
from payerlogic.text.phrases import percent
from payerlogic.wording.comparison import RELATIONS

COMPONENT = "compare.matrix"
_matrix = st.components.v2.component(
    f"payerlogic.{COMPONENT}",
    html='<div class="matrix"></div>',
    css=asset(__package__, "matrix.css"),
    js=asset(__package__, "matrix.js"),
)


def show_matrix(grid: Grid, report: Report, relations: Collection[str]) -> Cell | None:
    """The matrix with the parts that have one of ``relations``; the cell that is open, if any."""
    chosen = url_state.recall(CELL, [*grid.keys, ""], "")
    cell = grid.cell(chosen)
    row, column = report.laid_out_by
    sides = f"{report.words.left} and {report.words.right}"
    data = {
        "caption": f"How {sides} relate at each {row} and {column}. Open a cell for its regions.",
        "corner": row,
        "nothing": "none of the chosen relations",
        "columns": list(grid.columns),
        "rows": [
            {"label": label, "cells": [_as_data(each, relations) for each in cells]} for label, cells in grid.rows
        ],
        "chosen": cell.key if cell else "",
    }
    _matrix(data=data, key=COMPONENT, on_cell_change=_choose)
    return cell


def _as_data(cell: Cell, relations: Collection[str]) -> dict[str, Any]:
    parts = [
        {
            "relation": name,
            "mark": RELATIONS[name].mark,
            "word": RELATIONS[name].word,
            "share": percent(share) if share < 1 else "all",
        }
        for name, share in cell.shares
        if name in relations
    ]
    return {"key": cell.key, "parts": parts}


def _choose() -> None:
    """Open the cell that was chosen; the same one again, or Escape, closes it."""
    key = str(getattr(st.session_state.get(COMPONENT), "cell", None) or "")
    url_state.remember(CELL, "" if key == st.session_state.get(CELL) else key)
