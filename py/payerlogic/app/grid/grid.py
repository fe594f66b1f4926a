"""A table whose cells open something, by mouse and by keyboard: the heat map, policies two by two, who approves what.

An inline component, since a cell has to be a button inside a table. It fetches nothing: style and script are
files beside this one, and what it shows comes as data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import streamlit as st

from payerlogic.app.html import asset
from payerlogic.text.phrases import percent

HEATS = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))
"""Up to which share a cell has which pattern."""
_grid = st.components.v2.component(
    "payerlogic.grid",
    html='<div class="grid"></div>',
    css=asset(__package__, "grid.css"),
    js=asset(__package__, "grid.js"),
)


@dataclass(frozen=True)
class GridRow:
    """A row by its name; of each cell what the script shows."""

    label: str
    cells: Sequence[dict[str, Any]]


def part(relation: str, mark: str, word: str, share: Fraction, *, seen: bool = True) -> dict[str, Any]:
    """One relation of a cell: in figures, and if it is not ``seen``, for those who hear the page."""
    return {
        "relation": relation,
        "mark": mark,
        "word": word,
        "text": percent(share) if share < 1 else "all",
        "seen": seen,
    }


def heat(share: Fraction) -> int:
    """The pattern of a share: 0 for none, then the denser the more.

    >>> [heat(Fraction(each, 100)) for each in (0, 1, 10, 11, 76)]
    [0, 1, 1, 2, 5]
    """
    return next(at for at, most in enumerate(HEATS, 1) if share <= most) if share else 0


def show_grid(
    key: str,
    caption: str,
    columns: Sequence[str],
    rows: Sequence[GridRow],
    chosen: str | None,
    choose: Callable[[str], None],
    *,
    heated: str = "",
    panel: str = "",
) -> None:
    """The table. ``columns`` has the name of the first column, too; ``heated`` is what the patterns are the share of.

    ``choose`` is called with the key of the cell that is clicked, with none on Escape. ``chosen`` is the open cell,
    empty where none is, and None where a cell leads elsewhere. What a cell opens stands in the container ``panel``.
    """

    def chose() -> None:
        choose(str(getattr(st.session_state.get(key), "cell", None) or ""))

    legend = []
    if heated:
        least = ["", *map(percent, HEATS)]
        legend = [{"heat": 0, "text": f"no {heated}"}]
        for at, most in enumerate(HEATS, 1):
            over = f"over {least[at - 1]} " if at > 1 else ""
            legend.append({"heat": at, "text": f"{over}up to {percent(most)}" if at < len(HEATS) else over.strip()})
    data = {
        "caption": caption,
        "corner": columns[0],
        "nothing": "none of these",
        "columns": list(columns[1:]),
        "rows": [{"label": row.label, "cells": list(row.cells)} for row in rows],
        "legend": legend,
        "chosen": chosen,
        "panel": panel,
    }
    _grid(data=data, key=key, on_cell_change=chose)
