"""The register of ambiguities: each reading with its switch, what it changes, and the rules that ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import POLICIES, kept
from payerlogic.app.compare_address import COMPARE_PAGE, put_sides
from payerlogic.app.components import code
from payerlogic.app.context import Context
from payerlogic.app.html import escape, plain, show_note, show_problems
from payerlogic.app.settings_panel import option_name, readings_now, settings_now, show_reading, show_reset
from payerlogic.comparison.reading_changes import Effect
from payerlogic.documents.policy_outline import readings_of, rules_of_reading
from payerlogic.errors import QuestionError
from payerlogic.program.catalog import EVERY_PAYER, Interpretation, Policy
from payerlogic.text.phrases import percent


def show_register(context: Context, policy: Policy) -> None:
    """The readings that bear on the policy. A switch here is the one of the Case and Compare pages."""
    kb = context.kb
    readings = readings_of(kb, policy.id)
    if not readings:
        show_note("No reading is encoded for this policy.")
        return
    show_note(
        "Each switch is shared with the Case and Compare pages and kept in their addresses. "
        f"{len(readings_now(kb))} of {len(kb.catalog.readings)} are not at their default."
    )
    show_reset(kb)
    try:
        effects = _effects(kb, policy.id, settings_now(kb).as_of)
    except QuestionError as error:
        show_problems(error.problems)
        return
    for reading in readings:
        _show_reading(context, policy, reading, effects)


@kept(POLICIES, "Working out what each reading changes")
def _effects(kb: KnowledgeBase, policy: str, as_of: date) -> Mapping[tuple[str, str], Effect]:
    """For each option of each reading that is no default: how much of the policy's space it alone moves."""
    settings = kb.settings(as_of=as_of)
    return {
        (reading.id, option.name): kb.effect_of(policy, {reading.id: option.name}, settings)
        for reading in readings_of(kb, policy)
        for option in reading.options[1:]
    }


def _show_reading(
    context: Context, policy: Policy, reading: Interpretation, effects: Mapping[tuple[str, str], Effect]
) -> None:
    catalog = context.kb.catalog
    with st.container(border=True):
        show_reading(reading)
        cited = "every payer" if reading.policy == EVERY_PAYER else catalog.citation(policy.id, reading.statements)
        effect = "".join(
            f"<li>{escape(reading.meaning(option.name))}: {escape(_effect(effects[reading.id, option.name]))}</li>"
            for option in reading.options[1:]
        )
        rules = "".join(code(each.where, each.text) for each in rules_of_reading(context.kb, reading))
        st.html(
            f'<div class="pl" data-reading="{escape(reading.id)}" data-target="reading-{escape(reading.id)}">'
            f'<p class="pl-quiet">{escape(reading.id)}. '
            f"{escape(cited)}</p><p>Why this default: {escape(reading.why_default)}.</p>"
            f"<p>Changing this reading alone changes:</p><ul>{effect}</ul>"
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

    sides = [[option_name(reading.id, each)] for each in (reading.default, option)]
    label = f"See which outcomes change: {reading.meaning(option)}"
    if st.button(
        plain(label),
        key=f"policies.see.{reading.id}.{option}",
        on_click=put_sides,
        args=((policy.id, policy.id), sides),
    ):
        context.open_page(COMPARE_PAGE)
