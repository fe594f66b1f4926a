"""The case form, built from the vocabulary alone: one group per kind, one widget per attribute.

A widget holds a value as it would be written in a case file, or ``unknown``; the vocabulary reads it, so
that the form takes, refuses and explains exactly what a case file would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from payerlogic.app.markup import plain, sentence, show_note, show_problems
from payerlogic.case import ID, StatedCase
from payerlogic.errors import Problem
from payerlogic.knowledge import KnowledgeBase
from payerlogic.vocabulary import Attribute, Kind, Value, Vocabulary

UNKNOWN = "unknown"
STATED = "stated"
NOT_STATED = "not stated"
NAME_KEY = "case.name"
# A picker has to have limits; no date of service lies outside of these.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Written:
    """What the form holds: the record as a case file would have it, and what is wrong with it."""

    record: dict[str, object]
    problems: tuple[Problem, ...]


def key_of(name: str) -> str:
    """The key of an attribute's widget in the session."""
    return f"fact.{name}"


def stated_key_of(name: str) -> str:
    """The key of the switch that says whether a set is stated at all."""
    return f"stated.{name}"


def fill(vocabulary: Vocabulary, case: StatedCase | None) -> None:
    """Put ``case`` into the form; None makes everything unknown. Only before the widgets are made."""
    facts = case.facts if case else {}
    st.session_state[NAME_KEY] = (case.id or "") if case else ""
    for attribute in vocabulary.values():
        value = facts.get(attribute.name)
        st.session_state[key_of(attribute.name)] = _in_widget(attribute, value)
        if _may_be_empty(attribute):
            st.session_state[stated_key_of(attribute.name)] = NOT_STATED if value is None else STATED


def show_form(kb: KnowledgeBase, presuming: bool) -> Written:
    """The form; what it holds now."""
    record: dict[str, object] = {}
    problems: list[Problem] = []
    name = st.text_input("Name of the case", key=NAME_KEY, placeholder="optional", help="It is shown, never judged.")
    if name:
        record[ID] = name
    presumed = {each.attribute for each in kb.catalog.presumptions} if presuming else set()
    for kind in kb.vocabulary.kinds:
        attributes = [each for each in kb.vocabulary.values() if each.kind == kind.name]
        for attribute, written in _group(kind, attributes, presumed):
            reading = attribute.read(written)
            if reading.problem is not None:
                problems.append(replace(reading.problem, where=sentence(attribute.label)))
            elif reading.value is not None:
                record[attribute.name] = written
    return Written(record, tuple(problems))


def _group(kind: Kind, attributes: list[Attribute], presumed: set[str]) -> Iterator[tuple[Attribute, object]]:
    """The widgets of one kind. A group of which all is presumed starts closed, unless something is stated."""
    stated = any(_written(attribute) not in (None, UNKNOWN) for attribute in attributes)
    is_open = stated or not all(attribute.name in presumed for attribute in attributes)
    with st.expander(plain(sentence(kind.label)), expanded=is_open, key=f"kind.{kind.name}"):
        show_note(sentence(kind.help) + ".")
        for attribute in attributes:
            written = _widget(attribute)
            _comment(attribute, written)
            yield attribute, written


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
    widgets = {"choice": _choice, "boolean": _boolean, "integer": _integer, "date": _date, "set": _set}
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
        help=plain(attribute.help),
        accept_new_options=True,
    )


def _boolean(attribute: Attribute) -> object:
    return st.radio(
        _label(attribute),
        (UNKNOWN, *attribute.spelled),
        format_func=lambda value: plain(_words(attribute, value)),
        key=key_of(attribute.name),
        help=plain(attribute.help),
        horizontal=True,
    )


def _integer(attribute: Attribute) -> object:
    return st.text_input(_label(attribute), key=key_of(attribute.name), help=plain(attribute.help), placeholder=UNKNOWN)


def _date(attribute: Attribute) -> object:
    return st.date_input(
        _label(attribute),
        value=None,
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        key=key_of(attribute.name),
        help=plain(attribute.help),
        format="YYYY-MM-DD",
    )


def _set(attribute: Attribute) -> object:
    is_stated = True
    if _may_be_empty(attribute):
        answer = st.radio(
            _label(attribute),
            (NOT_STATED, STATED),
            key=stated_key_of(attribute.name),
            help=plain(attribute.help),
            horizontal=True,
        )
        is_stated = answer == STATED
    st.multiselect(
        _label(attribute),
        attribute.spelled,
        format_func=lambda value: _words(attribute, value),
        key=key_of(attribute.name),
        help=plain(attribute.help),
        label_visibility="collapsed" if _may_be_empty(attribute) else "visible",
        placeholder="none of them" if _may_be_empty(attribute) and is_stated else NOT_STATED,
        disabled=not is_stated,
        accept_new_options=True,
    )
    return _written(attribute)


def _may_be_empty(attribute: Attribute) -> bool:
    return attribute.type == "set" and not attribute.nonempty


def _written(attribute: Attribute) -> object:
    """What the session holds for ``attribute``; None where it is empty or not stated."""
    held = st.session_state.get(key_of(attribute.name))
    if attribute.type != "set":
        return held or None
    if _may_be_empty(attribute):
        return list(held or ()) if st.session_state.get(stated_key_of(attribute.name)) == STATED else None
    return list(held) if held else None


def _in_widget(attribute: Attribute, value: Value | None) -> object:
    """``value`` as its widget holds it."""
    if attribute.type == "set":
        return sorted(value) if isinstance(value, frozenset) else []
    if attribute.type == "date":
        return value
    if value is None:
        return "" if attribute.type == "integer" else UNKNOWN
    return str(value).lower() if isinstance(value, bool) else str(value)
