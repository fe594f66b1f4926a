"""The Case page from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from payerlogic.answers.decision import Determination
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Answered, answered, switches
from payerlogic.app.case_form_state import written_case
from payerlogic.app.context import Context
from payerlogic.app.html import escape, show_note, show_problems
from payerlogic.app.pages.case.answer_tabs import PART, Asked, open_section, show_sections
from payerlogic.app.pages.case.baseline import show_baseline
from payerlogic.app.pages.case.form import show_form
from payerlogic.app.pages.case.glossary import show_terms
from payerlogic.app.pages.case.import_case import show_loading
from payerlogic.app.pages.case.result_cards import part, show_cards, show_strip
from payerlogic.app.pages.case.robustness_card import show_robustness
from payerlogic.app.pages.case.style import CASE_STYLE
from payerlogic.app.settings_panel import settings_now, show_asking
from payerlogic.cases.case import StatedCase
from payerlogic.errors import CaseError, Problem, QuestionError
from payerlogic.semantics.phrases import read_as


def show(context: Context) -> None:
    """The page."""
    kb = context.kb
    st.html(CASE_STYLE)
    st.title("What each payer's policy says", anchor=False)
    show_loading(context)
    verdicts = st.container(key="verdicts")
    form, answers = st.columns((2, 5), gap="medium")
    about = _ask(kb)
    # The answers are sent before the form, which takes longer to draw and mostly stays as it was.
    if isinstance(about, Asked):
        found, before = answered(kb, about.case, about.settings), _before(about)
        with verdicts:
            show_strip(kb, found, before)
        with answers:
            _show_answers(about, found, before)
        with form:
            _show_form(kb, found)
        with answers:
            show_robustness(kb, found.determinations, switches(kb, about.case, about.settings))
            show_asking(kb)
            show_note(f"As of {about.settings.as_of.isoformat()}.")
            show_sections(about)
            show_terms()
        return
    with verdicts:
        show_note("Fix the problems below to see the determinations.")
    with form:
        _show_form(kb, None)
    with answers:
        show_problems(about.problems, about.title)
        show_asking(kb)


def _show_form(kb: KnowledgeBase, found: Answered | None) -> None:
    with st.container(key="form"):
        st.header("The case", anchor=False)
        show_form(kb, found)


@dataclass(frozen=True)
class _Amiss:
    """Why no policy can be asked."""

    title: str
    problems: Sequence[Problem]


def _ask(kb: KnowledgeBase) -> Asked | _Amiss:
    """The case and how to ask about it; or why it cannot be asked."""
    if problems := written_case(kb.vocabulary).problems:
        return _Amiss("Fix these facts to see the determinations", problems)
    try:
        case = url_state.case_now(kb)
        return Asked(kb, replace(case, id=None), settings_now(kb), case.id or "")
    except CaseError as error:
        return _Amiss("These facts contradict each other", error.problems)
    except QuestionError as error:
        return _Amiss("Fix this to see the determinations", error.problems)


def _before(about: Asked) -> Mapping[str, Determination] | None:
    """What the baseline gives, asked in the same way; None without one."""
    kept = url_state.baseline(about.kb)
    return answered(about.kb, kept, about.settings).determinations if kept is not None else None


def _show_answers(about: Asked, found: Answered, before: Mapping[str, Determination] | None) -> None:
    kb = about.kb
    _show_case(kb, about.case, about.name)
    show_baseline(kb, about.case)
    if part(found.determinations):
        st.button(
            "Why do the payers disagree, and what would make them agree?",
            on_click=open_section,
            args=(PART,),
            type="primary",
        )
    show_cards(kb, found, before)


def _show_case(kb: KnowledgeBase, case: StatedCase, called: str) -> None:
    """The case in one line, so that it is read without the form."""
    name = f"<strong>{escape(called)}</strong>: " if called else ""
    if case.facts:
        facts = "; ".join(
            kb.vocabulary[each].describe(case.facts[each]) for each in kb.vocabulary if each in case.facts
        )
    else:
        facts = "Nothing is stated yet. Choose an example above, or state facts in the form"
    written = read_as(case, kb.vocabulary)
    beside = f'<br><span class="pl-quiet">As written: {escape("; ".join(written))}.</span>' if written else ""
    st.html(f'<p class="pl">{name}{escape(facts)}.{beside}</p>')
