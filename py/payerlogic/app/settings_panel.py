"""How the question is asked: the readings of the texts, the presumptions, the day that counts as today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.html import plain, show_note, show_problems
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.catalog import EVERY_PAYER, Interpretation, ReadingOption
from payerlogic.semantics.settings import Settings
from payerlogic.text.days import HOW, read_day
from payerlogic.text.phrases import sentence

TITLE = "Readings, assumptions and date"
PANEL_KEY = "asking"
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


def as_of_typed() -> date | Problem | None:
    """The day that is typed as today; None where none is, a problem where it is no day."""
    written = str(st.session_state.get(AS_OF_KEY) or "").strip()
    try:
        return read_day(written) if written else None
    except ValueError as error:
        return Problem(str(error), "Today is", HOW)


def settings_now(kb: KnowledgeBase) -> Settings:
    """How to ask. Raises QuestionError while the day that is typed as today is none."""
    as_of = as_of_typed()
    if isinstance(as_of, Problem):
        raise QuestionError(as_of)
    return kb.settings(readings_now(kb), presumptions=presuming(), as_of=as_of)


def put(kb: KnowledgeBase, readings: Mapping[str, str], *, presumptions: bool, as_of: str) -> None:
    """Ask in this way from now on. Only before the widgets of the run are made."""
    for each in kb.catalog.readings.values():
        st.session_state[reading_key_of(each.id)] = readings.get(each.id, each.default)
    st.session_state[PRESUMPTIONS_KEY] = presumptions
    st.session_state[AS_OF_KEY] = as_of


def show_asking(kb: KnowledgeBase) -> Settings | None:
    """The panel; how to ask now. None while the day cannot be read, which is then said."""
    # The label stays the same, or the panel would close; what is in it is made only while it is open.
    with st.expander(TITLE, key=PANEL_KEY, on_change="rerun") as panel:
        if panel.open:
            _show_panel(kb)
    _show_changed(kb)
    try:
        return settings_now(kb)
    except QuestionError as error:
        show_problems(error.problems)
        return None


def _show_changed(kb: KnowledgeBase) -> None:
    """How the question differs from the usual one."""
    changes = []
    if changed := readings_now(kb):
        changes.append(f"{len(changed)} of {len(kb.catalog.readings)} readings changed")
    if not presuming():
        changes.append("assumptions off")
    if isinstance(day := as_of_typed(), date):
        changes.append(f"today is {day.isoformat()}")
    show_note(f"{sentence('; '.join(changes))}." if changes else "All readings are at their defaults.")


def _show_panel(kb: KnowledgeBase) -> None:
    left, right = st.columns(2, vertical_alignment="top")
    with left:
        st.session_state.setdefault(PRESUMPTIONS_KEY, True)
        st.toggle(
            "Use the usual assumptions",
            key=PRESUMPTIONS_KEY,
            persist_state="session",
            help="Assumes facts that are nearly always true when the case does not state them. "
            "Each one that an answer needs is listed with it.",
        )
    with right:
        st.text_input(
            "Today is",
            key=AS_OF_KEY,
            persist_state="session",
            placeholder="year-month-day",
            help="Used as the date of service when the case does not state one. Empty: today by this computer.",
        )
    _show_readings(kb)


def _show_readings(kb: KnowledgeBase) -> None:
    show_note(
        "A reading is one interpretation of an ambiguous sentence. The first option of each is the default; "
        "its help says why."
    )
    show_reset(kb)
    common = [each for each in kb.catalog.readings.values() if each.policy == EVERY_PAYER]
    if common:
        st.subheader("Every payer", anchor=False)
        for reading in common:
            show_reading(reading)
    for column, policy in zip(st.columns(len(kb.policies)), kb.catalog.policies.values(), strict=True):
        with column:
            st.subheader(plain(policy.payer), anchor=False)
            own = [each for each in kb.catalog.readings.values() if each.policy == policy.id]
            for reading in own:
                show_reading(reading)
            if not own:
                show_note("No reading is encoded for its text.")


def show_reading(reading: Interpretation) -> None:
    """The switch of one reading; the same wherever it is shown."""
    key = reading_key_of(reading.id)
    names = [option.name for option in reading.options]
    if st.session_state.get(key, reading.default) not in names:  # the knowledge base has changed meanwhile
        del st.session_state[key]
    st.session_state.setdefault(key, reading.default)
    cited = f" ({', '.join(reading.statements)})" if reading.statements else ""
    st.radio(
        plain(reading.question + cited),
        names,
        format_func=lambda name: plain(_option_words(reading, name)),
        key=key,
        persist_state="session",
        help=plain(f"Why this default: {reading.why_default}."),
    )


def _option_words(reading: Interpretation, name: str) -> str:
    return f"{reading.meaning(name)} (default)" if name == reading.default else reading.meaning(name)


def show_reset(kb: KnowledgeBase) -> None:
    """A button that takes every reading back to its default."""
    st.button("Reset all readings to their defaults", on_click=_reset, args=(kb,), disabled=not readings_now(kb))


def _reset(kb: KnowledgeBase) -> None:
    for reading in kb.catalog.readings:
        st.session_state.pop(reading_key_of(reading), None)


def options_of(kb: KnowledgeBase, *policies: str) -> dict[str, tuple[Interpretation, ReadingOption]]:
    """Every option of the readings that bear on these policies, by its name in an address: ``reading=option``."""
    return {
        option_name(reading.id, option.name): (reading, option)
        for reading in kb.catalog.readings.values()
        if reading.policy in (*policies, EVERY_PAYER)
        for option in reading.options
    }


def option_name(reading: str, option: str) -> str:
    """An option of a reading as an address names it."""
    return f"{reading}={option}"
