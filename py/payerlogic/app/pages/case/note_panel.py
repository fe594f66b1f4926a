"""What was found in a pasted note: each fact beside its words, to accept or leave; nothing is applied by itself."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.case_form_state import put_written
from payerlogic.app.html import escape, items, plain
from payerlogic.app.pages.case.welcome import BEGUN
from payerlogic.notes import NoteFinding, read_note
from payerlogic.program.attribute import SEPARATOR
from payerlogic.text.phrases import plural, sentence

NOTE_KEY = "load.note"
AROUND = 40
MOST = 40
"""So many characters beside the words are shown, and so many findings."""


def take_note(kb: KnowledgeBase, text: str) -> bool:
    """Keep what is found in a text; whether anything is. In a callback."""
    found = read_note(kb, text)
    if not any(each.is_fact for each in found):
        return False
    st.session_state[NOTE_KEY] = (kb.service, text, found[:MOST])
    for number, each in enumerate(found[:MOST]):
        st.session_state[_key(number)] = each.is_fact
    return True


def forget_note() -> None:
    """Drop what was found."""
    st.session_state.pop(NOTE_KEY, None)


def show_note_findings(kb: KnowledgeBase) -> None:
    """The findings; nothing where no note is in question."""
    service, text, found = st.session_state.get(NOTE_KEY, ("", "", ()))
    if service != kb.service:
        return
    facts = [(number, each) for number, each in enumerate(found) if each.is_fact]
    with st.container(border=True, key="note"):
        st.subheader(f"{plural(len(facts), 'fact')} found in the note", anchor=False)
        for number, each in facts:
            st.session_state.setdefault(_key(number), True)
            st.checkbox(plain(_said(kb, each)), key=_key(number), help=None)
            st.html(f'<p class="pl pl-quote">{_quote(text, each)}</p>')
        if left := [each for each in found if not each.is_fact]:
            lines = [f"“{each.words}” ({kb.vocabulary.stateable[each.attribute].label}): {each.why}" for each in left]
            st.html(
                f'<details class="pl"><summary>{plural(len(left), "place")} not read as a fact</summary>'
                f"{items(lines)}</details>"
            )
        with st.container(horizontal=True):
            st.button("Use the checked facts", type="primary", on_click=_apply, args=(kb, found))
            st.button("Discard them", on_click=forget_note)


def _key(number: int) -> str:
    return f"note.{number}"


def _said(kb: KnowledgeBase, found: NoteFinding) -> str:
    attribute = kb.vocabulary.stateable[found.attribute]
    assert found.value is not None, "a fact has a value"
    return f"{sentence(attribute.label)}: {attribute.in_words(found.value)}"


def _quote(text: str, found: NoteFinding) -> str:
    """The words in the note, with a little of what stands around them."""
    end = found.start + len(found.words)
    before, after = text[max(0, found.start - AROUND) : found.start], text[end : end + AROUND]
    more = ("… " if found.start > AROUND else "", " …" if len(text) > end + AROUND else "")
    return f"{more[0]}{escape(before)}<mark>{escape(found.words)}</mark>{escape(after)}{more[1]}"


def _apply(kb: KnowledgeBase, found: Sequence[NoteFinding]) -> None:
    """State the accepted facts, beside what is stated already; the members of a set that are accepted, together."""
    stated: dict[str, list[str]] = {}
    for number, each in enumerate(found):
        if each.is_fact and st.session_state.get(_key(number)):
            stated.setdefault(each.attribute, []).append(each.written)
    for name, written in stated.items():
        put_written(kb.vocabulary.stateable[name], SEPARATOR.join(written[-1:] if len(written) == 1 else written))
    url_state.remember(BEGUN, True)
    forget_note()
