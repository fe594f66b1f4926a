"""The service line that every page is about, where the library has more than one; it is part of the address."""

from __future__ import annotations

import streamlit as st

from payerlogic.app import url_state
from payerlogic.app.html import plain
from payerlogic.errors import QuestionError
from payerlogic.program.library import Library
from payerlogic.text.phrases import sentence

KEY = "service"
LEAST, AROUND, LETTER, MOST = 250, 64, 6.5, 320
"""How wide the picker is, in pixels: names of up to forty letters are not cut off, and at 1280 pixels the head of the
Case page stays in one line."""
# What a person has entered, and is the same in every service that knows it. All else is of one service.
_KEPT = ("fact.", "stated.", "case.name", "asking", "state.", KEY)


def offered(library: Library) -> list[str]:
    """The services that have a policy, the default one first."""
    names = [name for name in library.services if library.policies_of(name)] or [library.default]
    return sorted(names, key=lambda name: (name != library.default, library.services[name].label if name else ""))


def service_now(library: Library) -> str:
    """The service that is chosen."""
    names = offered(library)
    chosen = st.session_state.get(KEY)
    return chosen if chosen in names else names[0]


def follow_address(library: Library) -> bool:
    """Take over the service of the address, where a person has changed the address; whether it is another one."""
    names = offered(library)
    wanted = url_state.service_of_address()
    if wanted is None or len(names) < 2:
        return False
    name = names[0]
    if wanted:
        try:
            name = library.check_service(wanted)
        except QuestionError as error:
            url_state.note_later(error.problems)
    if name not in names or name == service_now(library):
        return False
    choose(name)
    return True


def choose(service: str) -> None:
    """Show this service from now on. In a callback, or before the widgets of the run are made."""
    forget()
    st.session_state[KEY] = service


def show(library: Library) -> None:
    """The picker; nothing where there is no choice."""
    names = offered(library)
    if len(names) < 2:
        return
    st.session_state[KEY] = service_now(library)
    longest = max(len(library.services[name].label) for name in names)
    st.selectbox(
        "Service",
        names,
        format_func=lambda name: plain(sentence(library.services[name].label)),
        key=KEY,
        on_change=forget,
        persist_state="session",
        help="The case, the policies and all answers are of this service. Facts that services share are kept.",
        label_visibility="collapsed",
        width=min(MOST, max(LEAST, round(AROUND + LETTER * longest))),
    )


def forget() -> None:
    """Let go of what belongs to the service that was shown."""
    for key in list(st.session_state):
        if not str(key).startswith(_KEPT):
            del st.session_state[key]
