"""The Case page from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from payerlogic.answers.decision import Determination
from payerlogic.answers.premises import Switches
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Answered, answered, knowledge_base, switches
from payerlogic.app.case_form_state import written_case
from payerlogic.app.context import Context
from payerlogic.app.error_page import faults_shown
from payerlogic.app.examples import read_examples
from payerlogic.app.html import escape, show_note, show_page_title, show_problems
from payerlogic.app.pages.case.answer_tabs import Asked, show_sections
from payerlogic.app.pages.case.baseline import show_baseline
from payerlogic.app.pages.case.form import show_form
from payerlogic.app.pages.case.glossary import show_terms
from payerlogic.app.pages.case.import_case import show_loading, show_panel, show_read
from payerlogic.app.pages.case.next_question import show_next_question
from payerlogic.app.pages.case.note_panel import show_note_findings
from payerlogic.app.pages.case.result_cards import show_cards, show_last, show_strip
from payerlogic.app.pages.case.style import CASE_STYLE
from payerlogic.app.pages.case.title import title_of
from payerlogic.app.pages.case.welcome import is_new, show_welcome
from payerlogic.app.settings_panel import settings_now, show_asking
from payerlogic.cases.case import StatedCase
from payerlogic.errors import CaseError, KnowledgeBaseError, Problem, QuestionError
from payerlogic.semantics.phrases import read_as

LAST_KEY, WHOLE_KEY = "case.last", "case.whole"


def show(context: Context) -> None:
    """The page: its head, and all that a changed fact changes."""
    kb = context.kb
    st.html(CASE_STYLE)
    examples = read_examples(kb, context.examples)
    new = is_new(kb)
    with context.head:
        st.title("What each payer’s policy says", anchor=False)
        show_loading(kb, examples, inline=new)
    st.session_state[WHOLE_KEY] = True
    _show_body(kb, examples, new)


@st.fragment
def _show_body(kb: KnowledgeBase, examples: Mapping[str, StatedCase], new: bool) -> None:
    """The answers and the form. A fragment: where a person changes a fact, the rest of the page is not sent again, and
    the browser has so much less to do before it shows the answer.

    What of the rest depends on the case, and on the files of the knowledge base, runs the whole page.
    """
    if not st.session_state.pop(WHOLE_KEY, False):
        if is_new(kb) != new or url_state.notes() or not _is_current(kb):
            st.rerun()
        with faults_shown():
            _show_answers_and_form(kb, examples, new)
        url_state.finish(kb, url_state.CASE_PAGE)
    else:
        _show_answers_and_form(kb, examples, new)


def _is_current(kb: KnowledgeBase) -> bool:
    """Whether the files are still those of this knowledge base."""
    try:
        return knowledge_base(kb.service) is kb
    except KnowledgeBaseError:
        return False


def _show_answers_and_form(kb: KnowledgeBase, examples: Mapping[str, StatedCase], new: bool) -> None:
    # What takes time is asked first: what is sent then reaches the browser at once, which draws it in one go.
    about = _ask(kb)
    if isinstance(about, Asked):
        found = answered(kb, about.case, about.settings)
        changing = switches(kb, about.case, about.settings) if not new else {}
    # The answer stands first, for someone who listens to the page and on a narrow screen too.
    answers, form = st.columns((5, 2), gap="medium")
    if isinstance(about, Asked):
        with answers:
            if new:
                show_welcome(kb, examples)
                show_panel(kb)
                show_read(kb)
                show_note_findings(kb)
            else:
                show_read(kb)
                show_note_findings(kb)
                _show_answers(about, found, changing)
        with form:
            _show_form(kb, about.case, found)
        with answers:
            if not new:
                show_sections(about, lambda: show_next_question(kb, about.case, about.settings, found))
                _show_case(kb, about.case, about.name)
            show_asking(kb)
            show_note(f"As of {about.settings.as_of.isoformat()}.")
            show_terms()
        st.session_state[LAST_KEY] = about
        return
    with answers:
        show_read(kb)
        show_problems(about.problems, about.title)
        last = st.session_state.get(LAST_KEY)
        if isinstance(last, Asked) and last.kb is kb:
            show_last(kb, answered(kb, last.case, last.settings))
        show_asking(kb)
    with form:
        _show_form(kb, None, None)


def _show_form(kb: KnowledgeBase, case: StatedCase | None, found: Answered | None) -> None:
    with st.container(key="form"):
        back = '<a href="#answers" target="_self">Back to the answer</a>' if case is not None else ""
        st.html(f'<p class="pl pl-stacked" id="facts">{back}</p>')
        st.header("The case", anchor=False)
        if case is not None and (case.facts or url_state.baseline(kb) is not None):
            show_baseline(kb, case)
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


def _show_answers(about: Asked, found: Answered, changing: Mapping[str, tuple[Switches, ...]]) -> None:
    kb, before = about.kb, _before(about)
    show_page_title(title_of(kb, about.case, about.name, found.determinations))
    show_cards(kb, found, before, changing)
    with st.container(key="verdicts"):
        show_strip(kb, found, before)


def _show_case(kb: KnowledgeBase, case: StatedCase, called: str) -> None:
    """The case in one line, so that it is read without the form."""
    name = f"<strong>{escape(called)}</strong>: " if called else ""
    facts = "; ".join(kb.vocabulary[each].describe(case.facts[each]) for each in kb.vocabulary if each in case.facts)
    written = read_as(case, kb.vocabulary)
    beside = f'<br><span class="pl-quiet">As written: {escape("; ".join(written))}.</span>' if written else ""
    st.html(f'<p class="pl pl-case">{name}{escape(facts or "Nothing is stated yet")}.{beside}</p>')
