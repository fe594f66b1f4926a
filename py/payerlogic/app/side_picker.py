"""One side of a comparison: a policy, in its current edition or an earlier one, and readings of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.html import plain, show_problems
from payerlogic.app.settings_panel import options_of
from payerlogic.comparison.result import Party, party
from payerlogic.errors import Problem, QuestionError
from payerlogic.semantics.settings import Settings
from payerlogic.text.days import date_of


def choose_side(kb: KnowledgeBase, label: str, key: str, default: str) -> Party:
    """A policy in one of its editions, as yet without readings of its own."""
    choices = offered(kb)
    held = st.session_state.get(key)
    if isinstance(held, str) and held not in choices:  # of an address, which may name any day as people write it
        try:
            found = party(kb, held, kb.settings())
        except QuestionError:
            pass  # the list says that there is none
        else:
            choices.setdefault(found.name, found)
            st.session_state[key] = found.name
    chosen = st.selectbox(
        label,
        list(choices),
        format_func=lambda name: plain(side_in_words(kb, choices[name])),
        key=url_state.choice(key, choices, default),
        persist_state="session",
        help="A policy in its current edition, or in an earlier one.",
    )
    return choices[chosen]


def offered(kb: KnowledgeBase) -> dict[str, Party]:
    """Each policy as of now and, where it has several editions, on the first day of each, by its name in an address."""
    names = [name for policy in kb.policies for name in (policy, *editions_of(kb, policy))]
    return {name: party(kb, name, kb.settings()) for name in names}


def editions_of(kb: KnowledgeBase, policy: str) -> list[str]:
    """The editions of a policy that has several, as sides on the first day of each, the oldest first."""
    days = sorted(day for first, _ in kb.catalog.policies[policy].versions if (day := date_of(first)) is not None)
    return [f"{policy}@{day.isoformat()}" for day in days if len(days) > 1]


def side_in_words(kb: KnowledgeBase, side: Party) -> str:
    """The payer with its document, and the edition."""
    book = kb.catalog.policies[side.policy]
    who = book.payer_short
    who = who if who == book.document else f"{who}, {book.document}"
    if not side.named:
        return f"{who}: current edition"
    what = next((what for first, what in book.versions if date_of(first) == side.day), "")
    return f"{who}: as of {side.day.isoformat()}{f' ({what})' if what else ''}"


def choose_own_readings(
    kb: KnowledgeBase, label: str, key: str, policy: str, *, shown: bool = True
) -> Mapping[str, str]:
    """The readings of this side alone, as they are chosen; the list is made only while it is ``shown``."""
    options, every = options_of(kb, policy), options_of(kb, *kb.policies)
    chosen: list[str] = url_state.recall(key, options, [], every)
    if shown:
        chosen = st.multiselect(
            f"{label}: readings of its own",
            list(options),
            format_func=lambda name: plain(f"{options[name][0].question} {options[name][1].meaning}"),
            key=key,
            persist_state="session",
            placeholder="as chosen above",
            help="These override the readings chosen above, on this side only.",
        )
    found: dict[str, str] = {}
    for reading, option in map(options.__getitem__, chosen):
        if reading.id in found:
            where = f"{label}, {reading.id}"
            show_problems([Problem("a side can use only one option of a reading; the first is used", where)])
        found.setdefault(reading.id, option.name)
    return found


def read_as(kb: KnowledgeBase, side: Party, settings: Settings, own: Mapping[str, str]) -> Party:
    """The side under these settings, with readings of its own."""
    return party(kb, side.name, replace(settings, readings={**settings.readings, **own}))
