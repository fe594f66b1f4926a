"""A baseline beside a what-if: keep a case, change facts, see what differs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from payerlogic.answers.why_not.search import Change
from payerlogic.api import KnowledgeBase
from payerlogic.app import case_form_state, url_state
from payerlogic.app.html import items, plain
from payerlogic.cases.case import StatedCase
from payerlogic.errors import CaseError
from payerlogic.program.values import Value
from payerlogic.semantics.value_sets import nearest_of
from payerlogic.text.phrases import sentence


def show_baseline(kb: KnowledgeBase, case: StatedCase) -> None:
    """The controls of the baseline, and how the case differs from it."""
    kept = url_state.baseline(kb)
    if kept is None:
        st.button(
            "Keep as baseline",
            on_click=url_state.set_baseline,
            args=(case,),
            help="Keeps this case for comparison while you change facts.",
        )
        return
    changes = differences(kb, kept, case)
    changed = (
        f"Changed since the baseline:{items(changes)}" if changes else "This is the baseline. Change a fact to compare."
    )
    st.html(f'<div class="pl pl-baseline">{changed}</div>')
    with st.container(horizontal=True):
        if changes:
            st.button("Go back to the baseline", on_click=_go_back, args=(kb,))
            st.button("Use this case as the baseline", on_click=url_state.set_baseline, args=(case,))
        st.button("Remove the baseline", on_click=url_state.set_baseline, args=(None,))


def differences(kb: KnowledgeBase, before: StatedCase, now: StatedCase) -> list[str]:
    """Each fact that was changed, in words."""
    found = []
    for name, attribute in kb.vocabulary.items():
        was, is_ = before.facts.get(name), now.facts.get(name)
        if was != is_:
            words = [attribute.in_words(each) if each is not None else "not stated" for each in (is_, was)]
            found.append(f"{sentence(attribute.label)}: {words[0]} (was {words[1]})")
    return found


def values_of(kb: KnowledgeBase, case: StatedCase, changes: Sequence[Change]) -> dict[str, Value]:
    """One value for each change, as close as possible to what the case states."""
    return {
        each.attribute: nearest_of(kb.axes[each.attribute], each.to, case.facts.get(each.attribute)) for each in changes
    }


def show_try(kb: KnowledgeBase, case: StatedCase, changes: Sequence[Change], key: str) -> None:
    """A button that makes these changes, with the case as it was for a baseline."""
    values = values_of(kb, case, changes)
    words = "; ".join(f"{kb.vocabulary[name].label}: {kb.vocabulary[name].in_words(values[name])}" for name in values)
    st.button(plain(f"Apply this change: {words}"), key=key, on_click=apply, args=(kb, case, values))


def apply(kb: KnowledgeBase, case: StatedCase, values: dict[str, Value]) -> None:
    """Change facts of the form; the case before the first change becomes the baseline."""
    if url_state.baseline(kb) is None:
        url_state.set_baseline(case)
    case_form_state.put_facts(kb.vocabulary, values)


def _go_back(kb: KnowledgeBase) -> None:
    kept = url_state.baseline(kb)
    if kept is not None:
        try:
            name = url_state.case_now(kb).id
        except CaseError:
            name = None
        case_form_state.put_case(kb.vocabulary, StatedCase(name, kept.facts))
