"""What to compare: two policies, two editions of one, or two readings of one."""

from __future__ import annotations

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.compare_address import PARTY, READ, SIDES
from payerlogic.app.html import show_note
from payerlogic.app.settings_panel import show_asking
from payerlogic.app.side_picker import choose_own_readings, choose_side, read_as, side_in_words
from payerlogic.comparison.result import Party

WORDS = {"left": "One side", "right": "The other side"}


def choose_sides(kb: KnowledgeBase) -> tuple[Party, Party] | None:
    """The choice of both sides and of how to read them. None while something of it cannot be used."""
    *columns, last = st.columns((4, 4, 2), vertical_alignment="bottom")
    chosen: list[tuple[str, Party]] = []
    for index, (side, column) in enumerate(zip(SIDES, columns, strict=True)):
        with column:
            default = kb.policies[min(index, len(kb.policies) - 1)]
            chosen.append((side, choose_side(kb, WORDS[side], PARTY[side], default)))
    last.button("Swap the sides", on_click=_swap)
    settings = show_asking(kb)
    with st.expander("Different readings for each side", key="compare.own", on_change="rerun") as panel:
        own = {
            side: choose_own_readings(kb, WORDS[side], READ[side], each.policy, shown=bool(panel.open))
            for side, each in chosen
        }
    catalog = kb.catalog.readings
    for side, each in chosen:
        words = "; ".join(f"{catalog[id_].question} '{catalog[id_].meaning(o)}'" for id_, o in own[side].items())
        if words:
            show_note(f"{WORDS[side]}, {side_in_words(kb, each)}, has readings of its own: {words}.")
    if settings is None:
        return None
    left, right = (read_as(kb, each, settings, own[side]) for side, each in chosen)
    return left, right


def _swap() -> None:
    for keys in (PARTY, READ):
        left, right = (st.session_state.get(keys[side]) for side in SIDES)
        url_state.remember(keys["left"], right)
        url_state.remember(keys["right"], left)
