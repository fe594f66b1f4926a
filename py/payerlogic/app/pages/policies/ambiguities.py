"""The register of ambiguities: each reading with its switch, what it changes, and the rules that ask for it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from payerlogic.app import settings_panel, url_state
from payerlogic.app.compare_address import CELL, PARTY, READ
from payerlogic.app.components import code
from payerlogic.app.context import Context
from payerlogic.app.html import escape, plain, show_note, show_problems
from payerlogic.app.pages.policies.answers import effects_of
from payerlogic.comparison.reading_changes import Effect
from payerlogic.documents.policy_outline import readings_of, rules_of_reading
from payerlogic.errors import Problem
from payerlogic.program.catalog import EVERY_PAYER, Interpretation, Policy
from payerlogic.text.phrases import percent

COMPARE = "compare"


def show_register(context: Context, policy: Policy) -> None:
    """The readings that bear on the policy. A switch here is the one of the Case and Compare pages."""
    kb = context.kb
    readings = readings_of(kb, policy.id)
    if not readings:
        show_note("No reading is encoded for this policy.")
        return
    changed = settings_panel.readings_now(kb)
    show_note(
        "Each switch is shared with the Case and Compare pages and kept in their addresses. "
        f"{len(changed)} of {len(kb.catalog.readings)} are not at their default."
    )
    st.button(
        "Reset all readings to their defaults", on_click=_reset, args=(list(kb.catalog.readings),), disabled=not changed
    )
    as_of = settings_panel.as_of_now()
    if isinstance(as_of, Problem):
        show_problems([as_of])
        return
    effects = effects_of(kb, policy.id, as_of)
    for reading in readings:
        _show_reading(context, policy, reading, effects)


def _reset(readings: list[str]) -> None:
    for each in readings:
        st.session_state.pop(settings_panel.reading_key_of(each), None)


def _show_reading(
    context: Context, policy: Policy, reading: Interpretation, effects: Mapping[tuple[str, str], Effect]
) -> None:
    catalog = context.kb.catalog
    with st.container(border=True):
        settings_panel.show_reading(reading)
        cited = "every payer" if reading.policy == EVERY_PAYER else catalog.citation(policy.id, reading.statements)
        told = "".join(
            f"<li>{escape(reading.meaning(option.name))}: {escape(_effect(effects[reading.id, option.name]))}</li>"
            for option in reading.options[1:]
        )
        rules = "".join(code(each.where, each.text) for each in rules_of_reading(context.kb, reading))
        st.html(
            f'<div class="pl" data-reading="{escape(reading.id)}"><p class="pl-quiet">{escape(reading.id)}. '
            f"{escape(cited)}</p><p>Why this default: {escape(reading.why_default)}.</p>"
            f"<p>Changing this reading alone changes:</p><ul>{told}</ul>"
            f"<details><summary>The rules that use it</summary>{rules}</details></div>"
        )
        with st.container(horizontal=True):
            for option in reading.options[1:]:
                _show_link(context, policy, reading, option.name)


def _effect(effect: Effect) -> str:
    if not effect.classes:
        return "no class of any case that agrees with the usual assumptions"
    if not effect.outcomes:
        return f"the class of {percent(effect.classes)} of the cells, the outcome of none"
    return f"the class of {percent(effect.classes)} of the cells, the outcome of {percent(effect.outcomes)}"


def _show_link(context: Context, policy: Policy, reading: Interpretation, option: str) -> None:
    """To Compare: the policy against itself, with this one reading switched at the other side."""

    def put() -> None:
        url_state.remember(PARTY["left"], policy.id)
        url_state.remember(PARTY["right"], policy.id)
        url_state.remember(READ["left"], [f"{reading.id}={reading.default}"])
        url_state.remember(READ["right"], [f"{reading.id}={option}"])
        url_state.remember(CELL, "")

    label = f"See which outcomes change: {reading.meaning(option)}"
    if st.button(plain(label), key=f"policies.see.{reading.id}.{option}", on_click=put):
        context.open_page(COMPARE)
