"""The case that this session holds: each fact under a key of its own, which the form's widgets share.

A key holds a value as it would be written in a case file, or ``unknown``; the vocabulary reads it, so that a
form takes, refuses and explains exactly what a case file would. The keys stay while other pages are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from payerlogic.cases.case import ID, StatedCase
from payerlogic.errors import Problem
from payerlogic.program.attribute import EMPTY_SET, SEPARATOR, Attribute
from payerlogic.program.values import Value
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.text.phrases import sentence
from payerlogic.text.printable import printable

UNKNOWN = "unknown"
STATED = "stated"
NOT_STATED = "not stated"
NAME_KEY = "case.name"


@dataclass(frozen=True)
class HeldCase:
    """What the session holds: the record as a case file would have it, and what is wrong with it."""

    record: dict[str, object]
    problems: tuple[Problem, ...]


def key_of(name: str) -> str:
    """The key of an attribute in the session."""
    return f"fact.{name}"


def stated_key_of(name: str) -> str:
    """The key of the switch that says whether a set is stated at all."""
    return f"stated.{name}"


def may_be_empty(attribute: Attribute) -> bool:
    """Whether "none of them" can be stated, which a list without a choice cannot tell from "not stated"."""
    return attribute.type == "set" and not attribute.nonempty


def written(attribute: Attribute) -> object:
    """What the session holds for ``attribute``; None where it is empty or not stated."""
    held = st.session_state.get(key_of(attribute.name))
    if attribute.type != "set":
        return held or None
    if may_be_empty(attribute):
        return list(held or ()) if st.session_state.get(stated_key_of(attribute.name)) == STATED else None
    return list(held) if held else None


def is_stated(attribute: Attribute) -> bool:
    return written(attribute) not in (None, UNKNOWN)


def has_place(attribute: Attribute, vocabulary: Vocabulary) -> bool:
    """Whether the form has a place for it: for the fields of so many records as the case says that there are."""
    if attribute.slot is None:
        return True
    record, number, _ = attribute.slot
    count = vocabulary[record].read(written(vocabulary[record])).value
    return isinstance(count, int) and number <= count


def written_case(vocabulary: Vocabulary) -> HeldCase:
    """The whole case as the session holds it."""
    record: dict[str, object] = {}
    problems: list[Problem] = []
    if name := st.session_state.get(NAME_KEY):
        record[ID] = name
    for attribute in (each for each in vocabulary.stateable.values() if has_place(each, vocabulary)):
        found = written(attribute)
        reading = attribute.read(found)
        if reading.problem is not None:
            problems.append(replace(reading.problem, where=sentence(attribute.label)))
        elif reading.value is not None or reading.written is not None:  # ypT3 is unknown, and asks for another
            record[attribute.name] = found
    return HeldCase(record, tuple(problems))


def unreadable(vocabulary: Vocabulary) -> dict[str, str]:
    """What is typed in the form and cannot be read, as one word for each attribute."""
    found = {name: (each, written(each)) for name, each in vocabulary.stateable.items() if has_place(each, vocabulary)}
    return {
        name: SEPARATOR.join(map(str, held)) if isinstance(held, list) else str(held)
        for name, (attribute, held) in found.items()
        if attribute.read(held).problem is not None
    }


def put_typed(attribute: Attribute, word: str) -> None:
    """Hold ``word`` as someone typed it, whether it can be read or not. Only before the widgets are made."""
    st.session_state[key_of(attribute.name)] = word.split(SEPARATOR) if attribute.type == "set" else word
    if may_be_empty(attribute):
        st.session_state[stated_key_of(attribute.name)] = STATED


def put_case(vocabulary: Vocabulary, case: StatedCase | None) -> None:
    """Hold ``case``; None makes everything unknown. Only before the widgets of the run are made.

    What was worked out from other facts is not held: it follows again, and from another date it is another.
    """
    words = vocabulary.stateable
    st.session_state[NAME_KEY] = printable(case.id or "") if case else ""
    stated = {name: value for name, value in case.facts.items() if name not in case.derived} if case else {}
    put_facts(words, dict.fromkeys(words) | stated | (dict(case.inputs) if case else {}))
    for name, word in case.written.items() if case else ():
        put_written(words[name], word)  # what was read stays beside what it was read as


def put_facts(vocabulary: Mapping[str, Attribute], facts: Mapping[str, Value | None]) -> None:
    """Hold these facts, None for unknown, and leave the others as they are. Only before the widgets are made."""
    for name, value in facts.items():
        attribute = vocabulary[name]
        st.session_state[key_of(name)] = _in_widget(attribute, value)
        if may_be_empty(attribute):
            st.session_state[stated_key_of(name)] = NOT_STATED if value is None else STATED


def _in_widget(attribute: Attribute, value: Value | None) -> object:
    """``value`` as its widget holds it."""
    if attribute.type == "set":
        return sorted(value) if isinstance(value, frozenset) else []
    if value is None:
        return "" if attribute.is_ordered else UNKNOWN
    return str(value).lower() if isinstance(value, bool) else str(attribute.to_dict(value))


def in_a_word(attribute: Attribute, value: Value) -> str:
    """``value`` as one word of a case file or an address.

    >>> from payerlogic.api import KnowledgeBase
    >>> some_set = next(each for each in KnowledgeBase.load().vocabulary.values() if each.type == "set")
    >>> in_a_word(some_set, frozenset())
    '[]'
    """
    if isinstance(value, frozenset):
        return SEPARATOR.join(sorted(value)) or EMPTY_SET
    return str(value).lower() if isinstance(value, bool) else str(attribute.to_dict(value))


def put_written(attribute: Attribute, word: str) -> None:
    """Hold a value that is written in one word, as ``in_a_word`` does or a person would. It can be read."""
    reading = attribute.read(word)
    put_facts({attribute.name: attribute}, {attribute.name: reading.value})
    if reading.written is not None and attribute.type in ("choice", "decimal"):  # the form says what it was read as
        st.session_state[key_of(attribute.name)] = word
