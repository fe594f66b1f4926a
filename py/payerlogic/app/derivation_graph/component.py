"""The inline component: its markup, style and script, all from this package; nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import streamlit as st

from payerlogic.wording.marks import COLORS, DARK_COLORS, KIND_COLORS

_HTML = """
<div class="derivation">
  <p class="note" hidden></p>
  <div class="panes">
    <section class="pane picture" aria-label="Picture">
      <div class="bar">
        <h3>The derivation</h3>
        <div class="tools" role="toolbar" aria-label="Size of the picture">
          <button type="button" data-tool="in" aria-label="Larger"><span aria-hidden="true">+</span></button>
          <button type="button" data-tool="out" aria-label="Smaller"><span aria-hidden="true">−</span></button>
          <button type="button" data-tool="fit">Whole</button>
          <button type="button" data-tool="start">Start</button>
        </div>
      </div>
      <div class="frame"></div>
      <span class="after-picture" tabindex="-1"></span>
    </section>
    <section class="pane outline" aria-label="Outline">
      <h3>The same as text</h3>
      <div role="tree"></div>
      <span class="after-outline" tabindex="-1"></span>
    </section>
    <section class="pane rule" role="region" aria-label="Rule" tabindex="0"></section>
  </div>
  <p class="live" aria-live="polite"></p>
</div>
"""


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _colors() -> str:
    """The colors of the marks for the light and the dark theme, as the pictures elsewhere have them."""
    names = "".join(
        f"--{name}-fill: light-dark({fill}, {DARK_COLORS[name][0]});"
        f"--{name}-line: light-dark({line}, {DARK_COLORS[name][1]});"
        for name, (fill, line) in {**COLORS, **KIND_COLORS}.items()
    )
    groups = "".join(
        f".{name} {{ --fill: var(--{name}-fill); --line: var(--{name}-line); }}" for name in {**COLORS, **KIND_COLORS}
    )
    return f".derivation {{ {names} }} {groups}"


_component = st.components.v2.component(
    "payerlogic.derivation",
    html=_HTML,
    css=f"{_colors()}\n{_file('graph.css')}",
    js=f"{_file('camera.js')}\n{_file('graph.js')}",
)


def mount(data: dict[str, Any], key: str, on_act: Callable[[], None]) -> None:
    """Show the component; ``on_act`` is called when a person asks for something, which the session then holds."""
    _component(data=data, key=key, on_act_change=on_act)
