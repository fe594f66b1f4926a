"""The Compare page from top to bottom: what to compare, and then two sides, or several policies."""

from __future__ import annotations

import streamlit as st

from payerlogic.app.compare_address import COMPARE_PAGE
from payerlogic.app.components import STYLE, show_intro, show_link
from payerlogic.app.context import Context
from payerlogic.app.html import show_note
from payerlogic.app.pages.compare.pair import show_pair
from payerlogic.app.pages.compare.several import show_several
from payerlogic.app.pages.compare.sides import SEVERAL, choose_mode, choose_sides


def show(context: Context) -> None:
    """The page."""
    st.html(STYLE)
    st.title("Where do policies disagree?", anchor=False)
    show_intro(
        "Policies, editions of one, or readings of one, over every possible case. "
        "Nothing is sampled: a solver proves that no case is left out."
    )
    with st.container(key="compare-mode"):
        mode = choose_mode(context.kb)
    if mode == SEVERAL:
        show_several(context)
    else:
        _show_two(context, mode)
    show_link(context.kb, COMPARE_PAGE)


def _show_two(context: Context, mode: str) -> None:
    parties = choose_sides(context.kb, mode)
    if parties is None:
        return
    if parties[0] == parties[1]:
        show_note(
            "Both sides are the same policy, edition and readings, so they never disagree. Choose another policy or "
            "edition on one side, or open “Different readings for each side”."
        )
        return
    show_pair(context, *parties)
