"""The Case page from top to bottom."""

from __future__ import annotations

from html import escape

import streamlit as st

from payerlogic.app import facts, state
from payerlogic.app.answers import Question, determinations
from payerlogic.app.asking import presuming, show_asking
from payerlogic.app.case.cards import show_cards
from payerlogic.app.case.examples import read_examples
from payerlogic.app.case.form import show_form
from payerlogic.app.context import Context
from payerlogic.app.markup import show_problems
from payerlogic.app.why import keep_choices, show_why
from payerlogic.case import StatedCase
from payerlogic.errors import CaseError
from payerlogic.knowledge import KnowledgeBase

EXAMPLE_KEY = "example"


def show(context: Context) -> None:
    """The page."""
    keep_choices()
    with st.sidebar:
        st.header("The case", anchor=False)
        _show_examples(context)
        show_form(context.kb, presuming())
    _show_answers(context.kb)


def _show_examples(context: Context) -> None:
    kb = context.kb
    cases = read_examples(kb, context.examples)

    def load() -> None:
        if case := cases.get(str(st.session_state[EXAMPLE_KEY])):
            state.load_case(kb, case)

    def clear() -> None:
        st.session_state[EXAMPLE_KEY] = None
        state.load_case(kb, None)

    if cases:
        st.selectbox(
            "Start from an example (all made up)",
            list(cases),
            index=None,
            placeholder="none chosen",
            key=EXAMPLE_KEY,
            on_change=load,
        )
    st.button("Clear the case", on_click=clear)


def _show_answers(kb: KnowledgeBase) -> None:
    st.title("What each payer's policy says", anchor=False)
    settings = show_asking(kb)
    if settings is None:
        return
    written = facts.written_case(kb.vocabulary)
    try:
        case = kb.read(written.record) if not written.problems else None
    except CaseError as error:
        show_problems(error.problems, "This case cannot be, so no policy is asked")
        return
    if case is None:
        show_problems(written.problems, "Mend these facts first; no policy is asked until then")
        return
    _show_case(kb, case)
    question = Question.of(case, settings)
    show_cards(kb, determinations(kb, question))
    show_why(kb, question)


def _show_case(kb: KnowledgeBase, case: StatedCase) -> None:
    """The case in one line, so that it is read without the form."""
    name = f"<strong>{escape(case.id)}</strong>: " if case.id else ""
    if case.facts:
        told = "; ".join(kb.vocabulary[each].describe(case.facts[each]) for each in kb.vocabulary if each in case.facts)
    else:
        told = "Nothing is stated yet. The panel at the left (» on a small screen) takes facts and has examples"
    st.html(f'<p class="pl">{name}{escape(told)}.</p>')
