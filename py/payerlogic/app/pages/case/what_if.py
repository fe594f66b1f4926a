"""For each stated fact the values that would give another outcome, as buttons; the case before is the baseline."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from payerlogic.answers.decision import Determination
from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import answered
from payerlogic.app.html import escape, plain, show_note
from payerlogic.app.pages.case.alternatives import Alternative, alternatives
from payerlogic.app.pages.case.baseline import apply
from payerlogic.app.pages.case.next_question import leads_to
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import listed, sentence

Changed = tuple[tuple[str, str], ...]
"""Policies, each with the outcome that it then has."""
WIDTH = 260


def show_what_if(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> None:
    """The strip; in words where no single fact changes anything."""
    now = answered(kb, case, settings).determinations
    shown = False
    st.subheader("One other value", anchor=False)
    for name in kb.vocabulary:
        if name not in case.facts or name in case.derived:
            continue
        if groups := _that_change(alternatives(kb, case, settings, name), now):
            shown = True
            _show_fact(kb, case, name, groups)
    if not shown:
        show_note("No other value of a single stated fact gives another outcome.")


def _show_fact(kb: KnowledgeBase, case: StatedCase, name: str, groups: Mapping[Changed, list[Alternative]]) -> None:
    attribute = kb.vocabulary[name]
    stated = f"<strong>{escape(sentence(attribute.label))}</strong>: {escape(attribute.in_words(case.facts[name]))}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"whatif-{name}"):
        st.html(f'<p class="pl pl-fact">{stated}</p>', width=WIDTH)
        for number, (changed, group) in enumerate(groups.items()):
            first, others = group[0], len(group) - 1
            more = f" (and {others} more)" if others else ""
            policies = tuple(policy for policy, _ in changed)
            st.button(
                plain(f"{first.words}{more} → {leads_to(kb, first, policies, named=len(kb.policies) > 1)}"),
                key=f"whatif-{name}-{number}-{changed[0][1]}",
                on_click=apply,
                args=(kb, case, {name: first.value}),
                help=plain(listed(each.words for each in group)) if others else None,
            )


def _that_change(found: tuple[Alternative, ...], now: Mapping[str, Determination]) -> dict[Changed, list[Alternative]]:
    """The alternatives with another outcome, by what they change at which policy."""
    groups: dict[Changed, list[Alternative]] = {}
    for each in found:
        changed = tuple((policy, to) for policy, to in each.outcomes.items() if to != now[policy].outcome)
        if changed:
            groups.setdefault(changed, []).append(each)
    return groups
