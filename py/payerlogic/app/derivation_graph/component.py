"""The inline component: its markup, style and script, all from this package; nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from payerlogic.app.html import asset
from payerlogic.wording.marks import COLORS, DARK_COLORS, OUTCOME_COLORS


def colors(of: str) -> str:
    """The colors of the marks inside of ``of``, for both themes, as the pictures elsewhere have them."""
    styles = {**COLORS, **OUTCOME_COLORS}
    names = "".join(
        f"--{name}-fill: light-dark({fill}, {DARK_COLORS[name][0]});"
        f"--{name}-line: light-dark({line}, {DARK_COLORS[name][1]});"
        for name, (fill, line) in styles.items()
    )
    groups = "".join(f".{name} {{ --fill: var(--{name}-fill); --line: var(--{name}-line); }}" for name in styles)
    return f"{of} {{ {names} }} {groups}"


_component = st.components.v2.component(
    "payerlogic.derivation",
    html=asset(__package__, "graph.html").replace("<!-- tools -->", asset(__package__, "camera.html")),
    css=f"{colors('.derivation')}\n{asset(__package__, 'graph.css')}",
    js=f"{asset(__package__, 'camera.js')}\n{asset(__package__, 'graph.js')}",
)


def mount(data: dict[str, Any], key: str, on_act: Callable[[], None]) -> None:
    """Show the component; ``on_act`` is called when a person asks for something, which the session then holds."""
    _component(data=data, key=key, on_act_change=on_act)
