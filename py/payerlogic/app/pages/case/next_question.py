"""The question whose answer settles most, answered where it stands: a button for each value, and a way back."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Answered
from payerlogic.app.case_form_state import is_stated, put_facts
from payerlogic.app.html import escape, plain
from payerlogic.app.pages.case.alternatives import Alternative, alternatives
from payerlogic.cases.case import StatedCase
from payerlogic.program.values import Value
from payerlogic.semantics.outcomes import OPEN
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import percent, sentence
from payerlogic.wording.marks import OUTCOME_MARKS

UNDO_KEY = "case.undo"
MOST = 9
"""So many values have a key each; the form has the others."""


def show_next_question(kb: KnowledgeBase, case: StatedCase, settings: Settings, answered: Answered) -> None:
    """The best question with its answers; what was answered last can be taken back."""
    last = _last_answered(kb)
    if not answered.best and last is None:
        return
    with st.container(key="next", border=True):
        for name, share in answered.best:
            label = escape(sentence(kb.vocabulary[name].label))
            st.html(
                f'<p class="pl pl-ask"><span aria-hidden="true">★</span> Next question: <strong>{label}?</strong> '
                f'<span class="pl-quiet">It settles {percent(share, 0)} of what is open.</span></p>'
            )
        with st.container(horizontal=True, gap="small"):
            for name, _ in answered.best:
                found = alternatives(kb, case, settings, name)
                for number, each in enumerate(found[:MOST], 1):
                    st.button(
                        plain(f"{each.words} → {leads_to(kb, each, _undecided(answered))}"),
                        key=f"answer.{name}.{number}",
                        on_click=_answer,
                        args=(kb, name, each.value),
                        shortcut=f"Alt+{number}",
                    )
            if last is not None:
                st.button(plain(f"Undo: {kb.vocabulary[last].label}"), key="answer.undo", on_click=_undo, args=(kb,))


def leads_to(kb: KnowledgeBase, each: Alternative, policies: tuple[str, ...], *, named: bool = False) -> str:
    """The outcomes in a few words: once where all agree and no payer has to be ``named``, otherwise at each payer."""
    said = {policy: _word(kb, each.outcomes[policy]) for policy in policies}
    if len(set(said.values())) == 1 and not named:
        return next(iter(said.values()))
    return ", ".join(f"{kb.catalog.called(policy)}: {word}" for policy, word in said.items())


def _word(kb: KnowledgeBase, outcome: str) -> str:
    word = "open" if outcome == OPEN else kb.catalog.outcomes[outcome].lower()
    return f"{OUTCOME_MARKS.get(outcome, '')} {word}".strip()


def _undecided(answered: Answered) -> tuple[str, ...]:
    return tuple(policy for policy, each in answered.determinations.items() if len(each.possible) > 1)


def _answer(kb: KnowledgeBase, name: str, value: Value) -> None:
    st.session_state[UNDO_KEY] = [*_answers(), (url_state.times_loaded(), name)]
    put_facts(kb.vocabulary, {name: value})


def _undo(kb: KnowledgeBase) -> None:
    name = _last_answered(kb)
    if name is not None:
        st.session_state[UNDO_KEY] = _answers()[:-1]
        put_facts(kb.vocabulary, {name: None})


def _answers() -> list[tuple[int, str]]:
    """What was answered by a button, with the count of the cases that had been put into the form."""
    found: list[tuple[int, str]] = st.session_state.get(UNDO_KEY, [])
    return [each for each in found if each[0] == url_state.times_loaded()]


def _last_answered(kb: KnowledgeBase) -> str | None:
    """The last of these that is still stated."""
    words: Mapping[str, object] = kb.vocabulary
    names = [name for _, name in _answers() if name in words and is_stated(kb.vocabulary[name])]
    return names[-1] if names else None
