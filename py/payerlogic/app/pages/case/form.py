"""The case form, built from the vocabulary alone: one group per kind, one widget per attribute.

A widget holds a value as it would be written in a case file, or ``unknown``; the vocabulary reads it, so
that the form takes, refuses and explains exactly what a case file would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import streamlit as st

from payerlogic.answers.fact_status import IMPLIED, PRESUMED, SETTLED, FactStatus
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Answered
from payerlogic.app.case_form_state import (
    NAME_KEY,
    NOT_STATED,
    STATED,
    UNKNOWN,
    is_stated,
    key_of,
    may_be_empty,
    stated_key_of,
    written,
)
from payerlogic.app.html import plain, show_note, show_problems
from payerlogic.app.pages.case.style import field_style
from payerlogic.app.settings_panel import presuming
from payerlogic.program.attribute import Attribute
from payerlogic.program.vocabulary import Kind, Vocabulary
from payerlogic.text.phrases import percent, sentence

SEEN_KEY = "form.seen"
ONLY = url_state.declare("case.only")


def group_key_of(kind: str) -> str:
    """The key of the expander around a kind's widgets."""
    return f"kind.{kind}"


def _groups(vocabulary: Vocabulary) -> list[tuple[Kind, list[Attribute]]]:
    """The facts of each kind; at its end those that only serve to work out others."""
    stated = vocabulary.stateable.values()
    return [(kind, [each for each in stated if each.kind == kind.name]) for kind in vocabulary.kinds]


def _starts_open(kb: KnowledgeBase, attributes: list[Attribute], presuming: bool) -> bool:
    """A group of which everything is presumed starts closed, unless something of it is stated."""
    presumed = {each.attribute for each in kb.catalog.presumptions} if presuming else set()
    return any(map(is_stated, attributes)) or not all(attribute.name in presumed for attribute in attributes)


def show_form(kb: KnowledgeBase, answered: Answered | None) -> None:
    """The form; with ``answered``, each fact with how it stands: what no longer matters is grey, and says why."""
    _open_groups(kb, presuming())
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
    is_short = st.toggle(
        "Show only what still matters",
        key=url_state.choice(ONLY, None, False),
        persist_state="session",
        help="Hides facts that can no longer change any payer's answer. Otherwise they are gray.",
    )
    for kind, attributes in _groups(kb.vocabulary):
        shown = [
            each for each in attributes if not is_short or each.name not in standings or standings[each.name].matters
        ]
        if shown:
            _show_group(kind, shown, standings, best)


def _open_groups(kb: KnowledgeBase, presuming: bool) -> None:
    """Open what is worth a look, once for each case that is put into the form."""
    is_new = st.session_state.get(SEEN_KEY) != url_state.times_loaded()
    st.session_state[SEEN_KEY] = url_state.times_loaded()
    for kind, attributes in _groups(kb.vocabulary):
        key = group_key_of(kind.name)
        if is_new or key not in st.session_state:
            st.session_state[key] = _starts_open(kb, attributes, presuming)


def _show_group(
    kind: Kind, attributes: list[Attribute], standings: Mapping[str, FactStatus], best: tuple[str, Fraction] | None
) -> None:
    """The widgets of one kind."""
    # Without on_change the page could not open a group when an example states something in it; with it, the
    # label has to stay the same, or the group would close.
    with st.expander(plain(sentence(kind.label)), key=group_key_of(kind.name), on_change="rerun") as group:
        if not group.open:
            return
        show_note(sentence(kind.help) + ".")
        for attribute in attributes:
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
    """Below a widget: what is wrong with what was typed, or as what it was read."""
    reading = attribute.read(written)
    if reading.problem is not None:
        show_problems([replace(reading.problem, where="")])
    elif isinstance(written, str) and isinstance(reading.value, str) and written != reading.value:
        show_note(f"Read as {attribute.in_words(reading.value)}.")
    elif isinstance(written, str) and reading.value is None and written != UNKNOWN and written.strip():
        show_note("Read as unknown.")


def _widget(attribute: Attribute) -> object:
    """The widget of one attribute; what it holds, as a case file would state it."""
    widgets = {"choice": _choice, "boolean": _boolean, "integer": _text, "decimal": _text, "date": _text, "set": _set}
    return widgets[attribute.type](attribute)


def _label(attribute: Attribute) -> str:
    unit = f" ({attribute.unit})" if attribute.unit and attribute.unit not in attribute.label else ""
    return plain(sentence(attribute.label) + unit)


def _words(attribute: Attribute, value: str) -> str:
    choice = attribute.by_folded.get(value.lower())
    return choice.label if choice else value


def _choice(attribute: Attribute) -> object:
    return st.selectbox(
        _label(attribute),
        (UNKNOWN, *attribute.spelled),
        format_func=lambda value: _words(attribute, value),
        key=key_of(attribute.name),
        persist_state="session",
        help=plain(attribute.help),
        accept_new_options=True,
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
        attribute.spelled,
        format_func=lambda value: _words(attribute, value),
        key=key_of(attribute.name),
        persist_state="session",
        help=plain(attribute.help),
        label_visibility="collapsed" if can_be_empty else "visible",
        placeholder="none of them" if can_be_empty else NOT_STATED,
        accept_new_options=True,
    )
    return written(attribute)
