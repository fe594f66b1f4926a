"""How the question is asked: the readings of the texts, the presumptions, the day that counts as today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from payerlogic.app.markup import plain, show_note, show_problems
from payerlogic.catalog import EVERY_PAYER, Reading
from payerlogic.errors import Problem, shown
from payerlogic.knowledge import KnowledgeBase
from payerlogic.situations import Settings

PRESUMPTIONS_KEY = "asking.presumptions"
AS_OF_KEY = "asking.as_of"


def reading_key_of(reading: str) -> str:
    """The key of a reading's widget in the session."""
    return f"reading.{reading}"


def presuming() -> bool:
    """Whether presumptions are on; they are until someone turns them off."""
    return bool(st.session_state.get(PRESUMPTIONS_KEY, True))


def readings_now(kb: KnowledgeBase) -> dict[str, str]:
    """The readings that are not at their default."""
    chosen = {each.id: st.session_state.get(reading_key_of(each.id)) for each in kb.catalog.readings.values()}
    return {
        id_: option
        for id_, option in chosen.items()
        if option in {each.name for each in kb.catalog.readings[id_].options[1:]}
    }


def show_asking(kb: KnowledgeBase) -> Settings | None:
    """The settings; how to ask now. None while the day cannot be read, which is then told."""
    changed = readings_now(kb)
    title = "Readings, presumptions and date"
    count = f"{len(changed)} of {len(kb.catalog.readings)} readings changed" if changed else "all at their defaults"
    if not presuming():
        count += ", presumptions off"
    with st.expander(f"{title}: {count}", key="asking"):
        left, right = st.columns(2, vertical_alignment="top")
        with left:
            st.toggle(
                "Presume what is usual",
                value=True,
                key=PRESUMPTIONS_KEY,
                help="Facts that are not stated and nearly always so. Each that counts is listed with a determination.",
            )
        with right:
            as_of = _show_as_of()
        _show_readings(kb)
    if isinstance(as_of, Problem):
        show_problems([as_of])
        return None
    return kb.settings(readings_now(kb), presumptions=presuming(), as_of=as_of)


def _show_as_of() -> date | Problem:
    written = st.text_input(
        "Today is",
        key=AS_OF_KEY,
        placeholder="year-month-day",
        help="The day that stands in for an unknown date of service. Empty: the day by this computer's clock.",
    ).strip()
    try:
        return date.fromisoformat(written) if written else date.today()
    except ValueError:
        hint = "it takes year-month-day, such as 2026-01-31"
        return Problem(f"{shown(written)} is not a date", "Today is", hint)


def _show_readings(kb: KnowledgeBase) -> None:
    show_note(
        "A reading is a choice among the meanings that a policy's words can bear. "
        "The first option of each is the default; its help says why."
    )
    st.button("All readings to their defaults", on_click=_reset_readings, args=(list(kb.catalog.readings),))
    common = [each for each in kb.catalog.readings.values() if each.policy == EVERY_PAYER]
    if common:
        st.subheader("Every payer", anchor=False)
        for reading in common:
            _show_reading(reading)
    for column, policy in zip(st.columns(len(kb.policies)), kb.catalog.policies.values(), strict=True):
        with column:
            st.subheader(plain(policy.payer), anchor=False)
            own = [each for each in kb.catalog.readings.values() if each.policy == policy.id]
            for reading in own:
                _show_reading(reading)
            if not own:
                show_note("Its text leaves no choice of readings.")


def _show_reading(reading: Reading) -> None:
    key = reading_key_of(reading.id)
    names = [option.name for option in reading.options]
    if st.session_state.get(key, reading.default) not in names:  # the knowledge base has changed meanwhile
        del st.session_state[key]
    cited = f" ({', '.join(reading.statements)})" if reading.statements else ""
    st.radio(
        plain(reading.question + cited),
        names,
        format_func=lambda name: plain(_option_words(reading, name)),
        key=key,
        help=plain(f"Why the default: {reading.why_default}."),
    )


def _option_words(reading: Reading, name: str) -> str:
    return f"{reading.meaning(name)} (default)" if name == reading.default else reading.meaning(name)


def _reset_readings(readings: Sequence[str]) -> None:
    for reading in readings:
        st.session_state.pop(reading_key_of(reading), None)
