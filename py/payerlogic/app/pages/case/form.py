"""The case form, built from the vocabulary alone: one widget per attribute, what still matters first.

A widget holds a value as it would be written in a case file, or ``unknown``; the vocabulary reads it, so
that the form takes, refuses and explains exactly what a case file would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction

import streamlit as st

from payerlogic.answers.fact_status import IMPLIED, OPEN, PRESUMED, SETTLED, FactStatus
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Answered
from payerlogic.app.case_form_state import (
    NAME_KEY,
    NOT_STATED,
    STATED,
    UNKNOWN,
    has_place,
    is_stated,
    key_of,
    may_be_empty,
    put_facts,
    put_written,
    stated_key_of,
    written,
)
from payerlogic.app.html import plain, show_note, show_problems
from payerlogic.app.pages.case.style import field_style
from payerlogic.program.attribute import Attribute
from payerlogic.text.patterns import Pattern
from payerlogic.text.phrases import listed, percent, sentence

_CODE = re.compile(r"[A-Z][0-9]{2}[0-9.]*(?![?*+{|0-9])")

SEEN_KEY, SHORT_KEY, REST_KEY = "form.seen", "form.short", "form.rest"
ONLY = url_state.declare("case.only")  # of links from before the short form was the form: it changes nothing now


def show_form(kb: KnowledgeBase, answered: Answered | None) -> None:
    """The form: first what is stated and what still matters, then, folded, the rest by kind.

    With ``answered``, each fact with how it stands: what no longer matters is gray, and says why.
    """
    url_state.recall(ONLY, None, False)
    st.text_input(
        "Name of the case",
        key=NAME_KEY,
        persist_state="session",
        placeholder="optional",
        help="Shown with the results; it never affects them.",
    )
    standings = answered.standings if answered is not None else {}
    best = answered.best[0] if answered is not None and answered.best else None
    if answered is not None:
        settled = [key_of(each.attribute) for each in standings.values() if not each.matters]
        st.html(field_style(settled, key_of(best[0]) if best else None))
    short = _short(kb, standings)
    stated = {name: each for name, each in kb.vocabulary.stateable.items() if has_place(each, kb.vocabulary)}
    for name in short:
        if name in stated:
            _show_field(stated[name], standings, best)
    rest = [each for each in stated.values() if each.name not in short]
    if rest:
        _show_rest(kb, rest, standings, best)


def _short(kb: KnowledgeBase, standings: Mapping[str, FactStatus]) -> list[str]:
    """The facts that are shown first: those that are stated, and those that can still change an answer.

    INVARIANT: between two cases that are put into the form the list never loses a fact and never moves one, so that
    no field jumps from under the pointer; what comes to matter is added at its end, unless the rest is in view.
    """
    words = kb.vocabulary.stateable
    before: list[str] | None = st.session_state.get(SHORT_KEY)
    wanted = [
        name
        for name, each in words.items()
        if has_place(each, kb.vocabulary)
        and (is_stated(each) or each.slot is not None or (name in standings and standings[name].state == OPEN))
    ]
    if before is None or st.session_state.get(SEEN_KEY) != url_state.times_loaded() or not set(before) <= set(words):
        held = wanted
    else:
        held = before if st.session_state.get(REST_KEY) else [*before, *(each for each in wanted if each not in before)]
    st.session_state[SEEN_KEY], st.session_state[SHORT_KEY] = url_state.times_loaded(), held
    return held


def _show_rest(
    kb: KnowledgeBase,
    rest: list[Attribute],
    standings: Mapping[str, FactStatus],
    best: tuple[str, Fraction] | None,
) -> None:
    """What is presumed, follows, or cannot change an answer; made only while it is open."""
    # The label stays the same, or the list would close.
    with st.expander("All other facts", key=REST_KEY, on_change="rerun") as group:
        if not group.open:
            return
        show_note("These are presumed, follow from others, or can no longer change an answer.")
        for kind in kb.vocabulary.kinds:
            fields = [each for each in rest if each.kind == kind.name]
            if fields:
                st.subheader(plain(sentence(kind.label)), anchor=False, help=plain(sentence(kind.help) + "."))
            for attribute in fields:
                _show_field(attribute, standings, best)


def _show_field(attribute: Attribute, standings: Mapping[str, FactStatus], best: tuple[str, Fraction] | None) -> None:
    """One fact, with what is to be said of it."""
    _comment(attribute, _widget(attribute))
    if attribute.name in standings:
        _show_standing(standings[attribute.name], best)


def _show_standing(standing: FactStatus, best: tuple[str, Fraction] | None) -> None:
    """Below a widget: that this is to be asked next, or what stands in for it, or why it no longer matters."""
    if best and best[0] == standing.attribute:
        show_note(f"★ Ask this next: its answer settles {percent(best[1], 0)} of what is still possible.")
    elif standing.state == SETTLED:
        show_note(f"No longer matters: {standing.why}.")
    elif standing.state in (IMPLIED, PRESUMED):
        show_note(f"{sentence(standing.why)}.")


def _comment(attribute: Attribute, written: object) -> None:
    """Below a widget: what is wrong with what is written there and what it may mean, or as what it was read."""
    reading = attribute.read(written)
    if reading.problem is not None:
        show_problems([replace(reading.problem, where="")])
        _offer_correction(attribute, written)
    elif isinstance(written, str) and isinstance(reading.value, str) and written != reading.value:
        show_note(f"Read as {attribute.in_words(reading.value)}.")
    elif isinstance(written, str) and reading.value is None and written != UNKNOWN and written.strip():
        show_note("Read as unknown.")


def _offer_correction(attribute: Attribute, written: object) -> None:
    """What cannot be read stays until someone says what it is: the nearest value, or unknown, by one click."""
    with st.container(horizontal=True):
        words = attribute.called.by_words | {value.lower(): value for value in attribute.spelled}
        for word in get_close_matches(str(written).lower(), words, 1) if attribute.type == "choice" else ():
            st.button(
                plain(f"Use {attribute.in_words(words[word])}"),
                key=f"correct.{attribute.name}",
                on_click=put_written,
                args=(attribute, words[word]),
            )
        st.button("Make it unknown", key=f"drop.{attribute.name}", on_click=_drop, args=(attribute,))


def _drop(attribute: Attribute) -> None:
    put_facts({attribute.name: attribute}, {attribute.name: None})


def _widget(attribute: Attribute) -> object:
    """The widget of one attribute; what it holds, as a case file would state it."""
    widgets = {"choice": _choice, "boolean": _boolean, "integer": _text, "decimal": _text, "date": _text, "set": _set}
    return widgets[attribute.type](attribute)


def _label(attribute: Attribute) -> str:
    unit = f" ({attribute.unit})" if attribute.unit and attribute.unit not in attribute.label else ""
    return plain(sentence(attribute.label) + unit)


def _words(attribute: Attribute, value: str) -> str:
    """A value in a list: its label, and the codes and other names by which it is found when typed. What is held as it
    was written, and is none of the values, stands for itself."""
    choice = attribute.by_folded.get(value.lower())
    if choice is None:
        return value
    codes = [code for each in attribute.spellings if each.value == choice.value and (code := code_of(each.pattern))]
    found = [*codes, *(words for called, words in attribute.also_called if called == choice.value)]
    return f"{choice.label} ({listed(found)})" if found else choice.label


def code_of(pattern: Pattern) -> str:
    """The code with which every spelling of a pattern begins; empty where they begin differently.

    >>> from payerlogic.text.patterns import compile
    >>> code_of(compile("C50([.]?[0-9])?")), code_of(compile("R[12]"))
    ('C50', '')
    """
    found = _CODE.match(pattern.text)
    return found[0] if found else ""


def _choice(attribute: Attribute) -> object:
    """A list to choose from, which takes no new values; what came from elsewhere in other words is one more."""
    held = st.session_state.get(key_of(attribute.name), UNKNOWN)
    own = () if held in (UNKNOWN, "", None) or held in attribute.spelled else (held,)
    return st.selectbox(
        _label(attribute),
        (UNKNOWN, *attribute.spelled, *own),
        format_func=lambda value: _words(attribute, value),
        key=key_of(attribute.name),
        persist_state="session",
        help=plain(attribute.help),
        filter_mode="contains",
    )


def _boolean(attribute: Attribute) -> object:
    return st.radio(
        _label(attribute),
        (UNKNOWN, *attribute.spelled),
        format_func=lambda value: plain(_words(attribute, value)),
        key=key_of(attribute.name),
        persist_state="session",
        help=plain(attribute.help),
        horizontal=True,
    )


def _text(attribute: Attribute) -> object:
    """A number or a date as text. A date picker would hold 3 February while "2024-02-31" stands in it, and a
    number field would drop what is no number; as text, both are refused with a reason."""
    hint = f"{UNKNOWN}, or year-month-day" if attribute.type == "date" else UNKNOWN
    return st.text_input(
        _label(attribute),
        key=key_of(attribute.name),
        persist_state="session",
        help=plain(attribute.help),
        placeholder=hint,
    )


def _set(attribute: Attribute) -> object:
    can_be_empty = may_be_empty(attribute)
    if can_be_empty:
        answer = st.radio(
            _label(attribute),
            (NOT_STATED, STATED),
            key=stated_key_of(attribute.name),
            persist_state="session",
            help=plain(attribute.help),
            horizontal=True,
        )
        if answer != STATED:
            return None
    st.multiselect(
        _label(attribute),
        _members(attribute),
        format_func=lambda value: _words(attribute, value),
        key=key_of(attribute.name),
        persist_state="session",
        help=plain(attribute.help),
        label_visibility="collapsed" if can_be_empty else "visible",
        placeholder="none of them" if can_be_empty else NOT_STATED,
        accept_new_options=attribute.open_pattern is not None,  # other codes than those of the list
    )
    return written(attribute)


def _members(attribute: Attribute) -> tuple[str, ...]:
    """What a set may hold, and what else it holds, from elsewhere."""
    held = st.session_state.get(key_of(attribute.name)) or ()
    return (*attribute.spelled, *(each for each in held if each not in attribute.spelled))
