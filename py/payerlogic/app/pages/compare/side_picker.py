"""What to compare: two policies, two editions of one, or two readings of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import settings_panel, url_state
from payerlogic.app.compare_address import PARTY, READ, SIDES
from payerlogic.app.html import show_note, show_problems
from payerlogic.app.pages.compare.answers import Asked
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.catalog import EVERY_PAYER
from payerlogic.semantics.settings import Settings
from payerlogic.text.days import date_of, read_day
from payerlogic.text.phrases import iso_day
from payerlogic.wording.comparison import payer_name

WORDS = {"left": "One side", "right": "The other side"}


def show_parties(kb: KnowledgeBase) -> Asked | None:
    """The choice of both sides and of how to read them. None while something of it cannot be used."""
    names: list[str] = []
    own: list[dict[str, str]] = []
    *columns, last = st.columns((4, 4, 2), vertical_alignment="bottom")
    for index, (side, column) in enumerate(zip(SIDES, columns, strict=True)):
        with column:
            names.append(_show_party(kb, side, kb.policies[min(index, len(kb.policies) - 1)]))
    last.button("Swap the sides", on_click=_swap)
    settings = settings_panel.show_asking(kb)
    with st.expander("Different readings for each side", key="compare.own", on_change="rerun") as panel:
        for side, name in zip(SIDES, names, strict=True):
            own.append(_own_readings(kb, side, name.partition("@")[0], shown=bool(panel.open)))
    for side, name, chosen in zip(SIDES, names, own, strict=True):
        if chosen:
            told = "; ".join(f"{kb.catalog.readings[id_].question} {_meaning(kb, id_, o)}" for id_, o in chosen.items())
            show_note(f"{WORDS[side]}, {_party_words(kb, name)}, has readings of its own: {told}.")
    if settings is None:
        return None
    return _asked(settings, (names[0], names[1]), (own[0], own[1]))


def _asked(
    settings: Settings, names: tuple[str, str], own: tuple[Mapping[str, str], Mapping[str, str]]
) -> Asked | None:
    common = dict(settings.readings)
    readings = common | dict(own[0]), common | dict(own[1])
    return Asked.of(names, readings, settings.presumptions, settings.as_of)


# --- Policies and editions ----------------------------------------------------------------------------------


def _show_party(kb: KnowledgeBase, side: str, default: str) -> str:
    options = list(_parties(kb))
    held = st.session_state.get(PARTY[side])
    if isinstance(held, str) and held not in options and (party := _party(kb, held)):  # from an address
        st.session_state[PARTY[side]] = party
        options += [] if party in options else [party]
    key = url_state.choice(PARTY[side], options, default)
    return st.selectbox(
        WORDS[side],
        options,
        format_func=lambda name: _party_words(kb, name),
        key=key,
        persist_state="session",
        help="A policy in its current edition, or in an earlier one.",
    )


def _parties(kb: KnowledgeBase) -> Iterator[str]:
    for policy in kb.catalog.policies.values():
        yield policy.id
        if len(policy.versions) > 1:
            yield from (f"{policy.id}@{iso_day(first)}" for first, _ in policy.versions)


def _party(kb: KnowledgeBase, name: str) -> str | None:
    """A policy on any day, as the command line reads it (bcbsaz@20220919); None if it is none."""
    policy, at, day = name.partition("@")
    try:
        return kb.check_policy(policy) + (f"@{read_day(day).isoformat()}" if at else "")
    except (QuestionError, ValueError):
        return None


def _party_words(kb: KnowledgeBase, name: str) -> str:
    policy, at, day = name.partition("@")
    book = kb.catalog.policies[policy]
    who = payer_name(book.payer)
    who = who if who == book.document else f"{who}, {book.document}"
    if not at:
        return f"{who}: current edition"
    what = next((what for first, what in book.versions if date_of(first) == read_day(day)), "")
    return f"{who}: as of {day}{f' ({what})' if what else ''}"


def _swap() -> None:
    for keys in (PARTY, READ):
        left, right = (st.session_state.get(keys[side]) for side in SIDES)
        url_state.remember(keys["left"], right)
        url_state.remember(keys["right"], left)


# --- Readings of one side -----------------------------------------------------------------------------------


def _own_readings(kb: KnowledgeBase, side: str, policy: str, *, shown: bool) -> dict[str, str]:
    """The readings of this side alone, as they are chosen; the list is made only while it is ``shown``."""
    options = {
        f"{reading.id}={option.name}": f"{reading.question} {option.meaning}"
        for reading in kb.catalog.readings.values()
        if reading.policy in (policy, EVERY_PAYER)
        for option in reading.options
    }
    _drop_foreign(kb, side, options)
    chosen: list[str] = url_state.recall(READ[side], options, [])
    if shown:
        chosen = st.multiselect(
            f"{WORDS[side]}: readings of its own",
            list(options),
            format_func=lambda each: options[each],
            key=READ[side],
            persist_state="session",
            placeholder="as chosen above",
            help="These override the readings chosen above, on this side only.",
        )
    found: dict[str, str] = {}
    for each in chosen:
        id_, _, option = each.partition("=")
        if id_ in found:
            where = f"{WORDS[side]}, {id_}"
            show_problems([Problem("one side takes one option of a reading; the first is used", where)])
        found.setdefault(id_, option)
    return found


def _drop_foreign(kb: KnowledgeBase, side: str, options: Mapping[str, str]) -> None:
    """Forget readings that belong to another policy, after another one was chosen for the side."""
    held = st.session_state.get(READ[side])
    known = {f"{reading.id}={option.name}" for reading in kb.catalog.readings.values() for option in reading.options}
    if isinstance(held, list):
        kept = [each for each in held if each in options or each not in known]
        if kept != held:
            st.session_state[READ[side]] = kept


def _meaning(kb: KnowledgeBase, reading: str, option: str) -> str:
    return f"'{kb.catalog.readings[reading].meaning(option)}'"
