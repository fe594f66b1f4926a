"""The case form, built from the vocabulary alone: one group per kind, one widget per attribute.

A widget holds a value as it would be written in a case file, or ``unknown``; the vocabulary reads it, so
that the form takes, refuses and explains exactly what a case file would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

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


def group_key_of(kind: str) -> str:
    """The key of the expander around a kind's widgets."""
    return f"kind.{kind}"


def fill(kb: KnowledgeBase, case: StatedCase | None, presuming: bool) -> None:
    """Put ``case`` into the form; None makes everything unknown. Only before the widgets are made."""
    facts = case.facts if case else {}
    st.session_state[NAME_KEY] = (case.id or "") if case else ""
    for attribute in kb.vocabulary.values():
        value = facts.get(attribute.name)
        st.session_state[key_of(attribute.name)] = _in_widget(attribute, value)
        if _may_be_empty(attribute):
            st.session_state[stated_key_of(attribute.name)] = NOT_STATED if value is None else STATED
    for kind, attributes in _groups(kb.vocabulary):
        st.session_state[group_key_of(kind.name)] = _starts_open(kb, attributes, presuming)


def _groups(vocabulary: Vocabulary) -> list[tuple[Kind, list[Attribute]]]:
    return [(kind, [each for each in vocabulary.values() if each.kind == kind.name]) for kind in vocabulary.kinds]


def _starts_open(kb: KnowledgeBase, attributes: list[Attribute], presuming: bool) -> bool:
    """A group of which everything is presumed starts closed, unless something of it is stated."""
    presumed = {each.attribute for each in kb.catalog.presumptions} if presuming else set()
    return any(map(_is_stated, attributes)) or not all(attribute.name in presumed for attribute in attributes)


def show_form(kb: KnowledgeBase, presuming: bool) -> Written:
    """The form; what it holds now."""
    record: dict[str, object] = {}
    problems: list[Problem] = []
    name = st.text_input("Name of the case", key=NAME_KEY, placeholder="optional", help="It is shown, never judged.")
    if name:
        record[ID] = name
    for kind, attributes in _groups(kb.vocabulary):
        for attribute, written in _group(kb, kind, attributes, presuming):
            reading = attribute.read(written)
            if reading.problem is not None:
                problems.append(replace(reading.problem, where=sentence(attribute.label)))
            elif reading.value is not None:
                record[attribute.name] = written
    return Written(record, tuple(problems))


def _group(
    kb: KnowledgeBase, kind: Kind, attributes: list[Attribute], presuming: bool
) -> Iterator[tuple[Attribute, object]]:
    """The widgets of one kind, and what each holds."""
    key = group_key_of(kind.name)
    if key not in st.session_state:
        st.session_state[key] = _starts_open(kb, attributes, presuming)
    # Without on_change the page could not open a group when an example states something in it; with it, the
    # label has to stay the same, or the group would close.
    with st.expander(plain(sentence(kind.label)), key=key, on_change="rerun"):
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
    widgets = {"choice": _choice, "boolean": _boolean, "integer": _text, "date": _text, "set": _set}
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


def _text(attribute: Attribute) -> object:
    """A number or a date as text. A date picker would hold 3 February while "2024-02-31" stands in it, and a
    number field would drop what is no number; as text, both are refused with a reason."""
    hint = f"{UNKNOWN}, or year-month-day" if attribute.type == "date" else UNKNOWN
    return st.text_input(_label(attribute), key=key_of(attribute.name), help=plain(attribute.help), placeholder=hint)


def _set(attribute: Attribute) -> object:
    may_be_empty = _may_be_empty(attribute)
    if may_be_empty:
        answer = st.radio(
            _label(attribute),
            (NOT_STATED, STATED),
            key=stated_key_of(attribute.name),
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
        help=plain(attribute.help),
        label_visibility="collapsed" if may_be_empty else "visible",
        placeholder="none of them" if may_be_empty else NOT_STATED,
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


def _is_stated(attribute: Attribute) -> bool:
    return _written(attribute) not in (None, UNKNOWN)


def _in_widget(attribute: Attribute, value: Value | None) -> object:
    """``value`` as its widget holds it."""
    if attribute.type == "set":
        return sorted(value) if isinstance(value, frozenset) else []
    if value is None:
        return "" if attribute.type in ("integer", "date") else UNKNOWN
    return str(value).lower() if isinstance(value, bool) else str(value)
