"""The page from top to bottom."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from payerlogic import DISCLAIMER
from payerlogic.app.answers import Question, determinations, knowledge_base
from payerlogic.app.asking import presuming, show_asking
from payerlogic.app.cards import show_cards
from payerlogic.app.examples import read_examples
from payerlogic.app.form import Written, fill, show_form
from payerlogic.app.markup import STYLE, show_note, show_problems
from payerlogic.app.why import keep_choices, show_why
from payerlogic.case import StatedCase
from payerlogic.errors import CaseError, KnowledgeBaseError
from payerlogic.knowledge import KnowledgeBase

SIDEBAR_WIDTH = 380
EXAMPLE_KEY = "example"


def show_page(examples: Path) -> None:
    """The whole page; ``examples`` is the folder of the example cases."""
    st.set_page_config(page_title="payerlogic", layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
    st.html(STYLE)
    try:
        kb = knowledge_base()
    except KnowledgeBaseError as error:
        st.title("payerlogic", anchor=False)
        show_problems(error.problems, "The knowledge base cannot be used")
        return
    keep_choices()
    with st.sidebar:
        st.header("The case", anchor=False)
        _show_examples(kb, examples)
        written = show_form(kb, presuming())
    _show_answers(kb, written)


def _show_examples(kb: KnowledgeBase, folder: Path) -> None:
    cases = read_examples(kb, folder)

    def load() -> None:
        if case := cases.get(str(st.session_state[EXAMPLE_KEY])):
            fill(kb, case, presuming())

    def clear() -> None:
        st.session_state[EXAMPLE_KEY] = None
        fill(kb, None, presuming())

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


def _show_answers(kb: KnowledgeBase, written: Written) -> None:
    st.title("What each payer's policy says", anchor=False)
    st.html(f'<p class="pl"><strong>{escape(DISCLAIMER)}</strong></p>')
    settings = show_asking(kb)
    if settings is None:
        return
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
    show_note(f"As of {settings.as_of.isoformat()}. Knowledge base {kb.digest}.")
    show_why(kb, question)


def _show_case(kb: KnowledgeBase, case: StatedCase) -> None:
    """The case in one line, so that it is read without the form."""
    name = f"<strong>{escape(case.id)}</strong>: " if case.id else ""
    if case.facts:
        told = "; ".join(kb.vocabulary[each].describe(case.facts[each]) for each in kb.vocabulary if each in case.facts)
    else:
        told = "Nothing is stated yet. The panel at the left (» on a small screen) takes facts and has examples"
    st.html(f'<p class="pl">{name}{escape(told)}.</p>')
