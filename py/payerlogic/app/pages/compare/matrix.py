"""The matrix by site and modality: a table whose cells open their regions, by mouse and by keyboard.

An inline component, since a cell has to be a button inside a table. It fetches nothing: style and script are
strings, and what it shows comes as data.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import streamlit as st

from payerlogic.app import url_state
from payerlogic.app.compare_address import CELL
from payerlogic.documents.matrix import Cell, Grid
from payerlogic.text.phrases import percent
from payerlogic.wording.comparison import RELATIONS

COMPONENT = "compare.matrix"
_STYLE = """
.matrix { font: 1rem/1.4 var(--st-font, sans-serif); color: var(--st-text-color); }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-size: .9rem; padding-bottom: .3rem; }
th, td { border: 1px solid light-dark(#b9bcc6, #5a5e6b); text-align: left; vertical-align: top; font-size: .9rem; }
th { padding: .35rem .5rem; font-weight: 600; } thead th { background: light-dark(#f0f1f4, #23262d); }
td { padding: 0; height: 1px; }
button { display: block; width: 100%; height: 100%; min-height: 2.2rem; padding: .3rem .4rem; border: 0; margin: 0;
  background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
button:hover { background: light-dark(#eceef3, #2b2f37); }
button:focus-visible { outline: 3px solid light-dark(#2a4d8f, #a9c4ff); outline-offset: -3px; }
button[aria-pressed="true"] { background: light-dark(#dfe6f5, #26344f);
  box-shadow: inset 0 0 0 2px light-dark(#2a4d8f, #a9c4ff); }
.part { display: block; white-space: nowrap; font-weight: 600; }
.conflict { color: light-dark(#98231a, #ff9a8f); } .process { color: light-dark(#6b4800, #f2c464); }
.basis { color: light-dark(#2a4d8f, #a9c4ff); } .silent { color: light-dark(#50535e, #c4c4c4); }
.agree { color: light-dark(#195f2f, #83d69b); }
.none { display: block; padding: .3rem .5rem; color: light-dark(#50535e, #c4c4c4); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 60rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td, caption { display: block; }
  tr { border: 1px solid light-dark(#b9bcc6, #5a5e6b); border-radius: .4rem; margin: .6rem 0; }
  tbody th, td { border: 0; height: auto; }
  td { display: grid; grid-template-columns: minmax(0, 9rem) minmax(0, 1fr); align-items: center;
    border-top: 1px solid light-dark(#d5d7de, #43464f); }
  td::before { content: attr(data-of); padding: .3rem .5rem; }
}
"""
_matrix = st.components.v2.component(
    f"payerlogic.{COMPONENT}",
    html='<div class="matrix"></div>',
    css=_STYLE,
    js=(Path(__file__).parent / "matrix.js").read_text(encoding="utf-8"),
)


def show_matrix(grid: Grid, names: tuple[str, str], relations: Collection[str]) -> Cell | None:
    """The matrix with the parts that have one of ``relations``; the cell that is open, if any."""
    chosen = url_state.recall(CELL, [*grid.keys, ""], "")
    cell = grid.cell(chosen)
    data = {
        "caption": f"How {names[0]} and {names[1]} relate at each site and modality. Open a cell for its regions.",
        "corner": "site",
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
