"""What to compare: two policies, two editions of one on a time line, two readings of one; or several policies."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.compare_address import CELL, MODE, PARTY, READ, SIDES
from payerlogic.app.html import plain, show_note
from payerlogic.app.settings_panel import show_asking
from payerlogic.app.side_picker import choose_own_readings, choose_side, editions_of, offered, read_as, side_in_words
from payerlogic.comparison.result import Party, party
from payerlogic.errors import QuestionError
from payerlogic.text.phrases import day_in_words

TWO, EDITIONS, SEVERAL = "two", "editions", "several"
MODES = {TWO: "Two policies", EDITIONS: "Editions of one", SEVERAL: "Three or more policies"}
WORDS = {"left": "One side", "right": "The other side"}
LINE = "compare.line"


def choose_mode(kb: KnowledgeBase) -> str:
    """What is compared; an address of two editions of one policy need not say so."""
    dated = any(editions_of(kb, name) for name in kb.policies)
    modes = [mode for mode in MODES if (mode != EDITIONS or dated) and (mode != SEVERAL or len(offered(kb)) > 2)]
    default = EDITIONS if EDITIONS in modes and _editions_held(kb) else TWO
    if len(modes) == 1:
        return TWO
    chosen = st.segmented_control(
        "Compare",
        modes,
        required=True,
        format_func=lambda mode: MODES[mode],
        key=url_state.choice(MODE, modes, default, MODES),
        persist_state="session",
        on_change=_switch,
        args=(kb,),
    )
    return chosen or TWO


def _editions_held(kb: KnowledgeBase) -> bool:
    """Whether the two sides are one policy on two days."""
    held = [_party(kb, st.session_state.get(PARTY[side])) for side in SIDES]
    left, right = held
    return left is not None and right is not None and left.policy == right.policy and left.day != right.day


def _party(kb: KnowledgeBase, name: object) -> Party | None:
    try:
        return party(kb, str(name), kb.settings())
    except QuestionError:
        return None


def _switch(kb: KnowledgeBase) -> None:
    """On the way to editions: the latest two of the policy at hand, or of the first that has two."""
    url_state.remember(CELL, None)
    mode = st.session_state.get(MODE)
    left, right = (_party(kb, st.session_state.get(PARTY[side])) for side in SIDES)
    if mode == EDITIONS and not _editions_held(kb):
        at_hand = [each.policy for each in (left, right) if each is not None]
        named = [policy for policy in (*at_hand, *kb.policies) if len(editions_of(kb, policy)) > 1]
        _put_editions(editions_of(kb, named[0])[-2:])
    elif mode == TWO and _editions_held(kb):
        for side in SIDES:
            url_state.remember(PARTY[side], None)


def _put_editions(names: Sequence[str]) -> None:
    for side, name in zip(SIDES, names, strict=True):
        url_state.remember(PARTY[side], name)
        url_state.remember(READ[side], None)


# --- The two sides -------------------------------------------------------------------------------------------


def choose_sides(kb: KnowledgeBase, mode: str = TWO) -> tuple[Party, Party] | None:
    """The choice of both sides and of how to read them. None while something of it cannot be used."""
    with st.container(key="compare-sides"):
        chosen = _on_the_line(kb) if mode == EDITIONS else _beside_each_other(kb)
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


def _beside_each_other(kb: KnowledgeBase) -> list[tuple[str, Party]]:
    *columns, last = st.columns((4, 4, 2), vertical_alignment="bottom")
    chosen: list[tuple[str, Party]] = []
    for index, (side, column) in enumerate(zip(SIDES, columns, strict=True)):
        with column:
            default = kb.policies[min(index, len(kb.policies) - 1)]
            chosen.append((side, choose_side(kb, WORDS[side], PARTY[side], default)))
    last.button("Swap the sides", on_click=_swap)
    return chosen


def _swap() -> None:
    for keys in (PARTY, READ):
        left, right = (st.session_state.get(keys[side]) for side in SIDES)
        url_state.remember(keys["left"], right)
        url_state.remember(keys["right"], left)


def _on_the_line(kb: KnowledgeBase) -> list[tuple[str, Party]]:
    """Two handles on the editions of one policy, the older on the left."""
    dated = [policy for policy in kb.policies if len(editions_of(kb, policy)) > 1]
    held = [_party(kb, st.session_state.get(PARTY[side])) for side in SIDES]
    policy = held[0].policy if held[0] is not None and held[0].policy in dated else dated[0]
    column, line = st.columns((2, 3), gap="large")
    with column:
        st.session_state["compare.of"] = policy
        st.selectbox(
            "Policy",
            dated,
            format_func=lambda name: plain(kb.catalog.policies[name].payer),
            key="compare.of",
            on_change=lambda: _put_editions(editions_of(kb, st.session_state["compare.of"])[-2:]),
        )
    # A day of an address that begins no edition is a place on the line, too.
    parties = {name: party(kb, name, kb.settings()) for name in editions_of(kb, policy)}
    parties |= {each.name: each for each in held if each is not None and each.policy == policy}
    stops = sorted(parties, key=lambda name: (parties[name].day, name))
    names = [each.name for each in held if each is not None and each.policy == policy]
    names = sorted(names, key=stops.index) if len(names) == 2 else stops[-2:]
    key = _line_at(names)
    with line:
        st.select_slider(
            "From which edition to which",
            stops,
            (names[0], names[1]),
            format_func=lambda name: _stop(parties[name]),
            key=key,
            on_change=lambda: _put_editions(st.session_state[key]),
            help="Two handles: the edition before, and the one after.",
        )
    for side, name in zip(SIDES, names, strict=True):
        url_state.remember(PARTY[side], name)
    return [(side, parties[name]) for side, name in zip(SIDES, names, strict=True)]


def _line_at(names: Sequence[str]) -> str:
    """The key of the time line; a new one if an address, and not the line, chose other editions than it shows."""
    at = st.session_state.setdefault(LINE, 0)
    if (shown := st.session_state.get(f"{LINE}.{at}")) is not None and tuple(shown) != tuple(names):
        at = st.session_state[LINE] = at + 1
    return f"{LINE}.{at}"


def _stop(each: Party) -> str:
    return day_in_words(each.day) if each.named else f"today, {day_in_words(each.day)}"
