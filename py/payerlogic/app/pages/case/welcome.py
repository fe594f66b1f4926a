"""What someone sees first: what this is, of which policies, and four ways to begin."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import answered
from payerlogic.app.case_form_state import written_case
from payerlogic.app.html import escape, plain
from payerlogic.app.pages.case.result_cards import part, word_and_mark
from payerlogic.app.pages.case.sections import SECTION, WHY
from payerlogic.app.settings_panel import as_of_typed, presuming, readings_now
from payerlogic.cases.case import StatedCase
from payerlogic.errors import PayerlogicError
from payerlogic.semantics.outcomes import OPEN
from payerlogic.text.phrases import joined, sentence

BEGUN = url_state.declare("case.begun")
CARDS = 3


def is_new(kb: KnowledgeBase) -> bool:
    """Whether nothing was entered, chosen or switched yet, so that there is nothing to answer."""
    held = written_case(kb.vocabulary)
    untouched = not held.record and not held.problems and url_state.baseline(kb) is None
    usual = presuming() and as_of_typed() is None and not readings_now(kb)
    return (
        untouched and usual and st.session_state.get(SECTION, WHY) == WHY and not url_state.recall(BEGUN, None, False)
    )


def show_welcome(kb: KnowledgeBase, examples: Mapping[str, StatedCase]) -> None:
    """The first screen."""
    service = kb.program.library.services[kb.service].label if kb.program.library else ""
    papers = joined(escape(each.document) for each in kb.catalog.policies.values())
    count = f"{len(kb.policies)} {'policy' if len(kb.policies) == 1 else 'policies'}"
    listed = f"{count} ({papers})" if papers else count
    st.html(
        '<div class="pl pl-hero"><p class="pl-lead">Enter a case; see what each payer’s coverage policy decides, '
        "by which sentence, and what would change it.</p>"
        f"<p>{escape(sentence(service))}: {listed}. "
        "Answers are computed from the policies as encoded here, and proved; nothing is guessed.</p></div>"
    )
    chosen = _three(kb, examples)
    if chosen:
        st.header("Open a made-up case", anchor=False)
        for column, (name, case) in zip(st.columns(CARDS), chosen.items(), strict=False):
            with column, st.container(border=True, height="stretch", key=f"card.{name}"):
                st.html(_facts_and_outcomes(kb, case))
                st.button(
                    plain(name.removesuffix(" (made up)")),
                    key=f"open.{name}",
                    on_click=url_state.load_case,
                    args=(kb, case),
                    type="primary",
                )
    st.header("Or begin with your own", anchor=False)
    with st.container(horizontal=True):
        st.button(
            "Start empty",
            on_click=url_state.remember,
            args=(BEGUN, True),
            help="Shows which facts decide at each payer, the most telling one first.",
        )


def _three(kb: KnowledgeBase, examples: Mapping[str, StatedCase]) -> dict[str, StatedCase]:
    """Three examples that show different things: payers that disagree, payers that agree, a case that is open."""
    found: dict[str, tuple[str, StatedCase]] = {}
    for name, case in sorted(examples.items(), key=lambda each: len(each[1].facts)):
        try:
            said = answered(kb, case, kb.settings()).determinations
        except PayerlogicError:
            continue
        is_open = any(each.outcome == OPEN for each in said.values())
        found.setdefault("disagree" if part(said) else "open" if is_open else "agree", (name, case))
    kinds = sorted(found, key=["disagree", "agree", "open"].index)
    chosen = dict(found[kind] for kind in kinds)
    return dict(list({**chosen, **examples}.items())[:CARDS])


def _facts_and_outcomes(kb: KnowledgeBase, case: StatedCase) -> str:
    facts = "; ".join(kb.vocabulary[each].describe(case.facts[each]) for each in kb.vocabulary if each in case.facts)
    said = answered(kb, case, kb.settings()).determinations.values()
    lines = "".join(f"<li>{escape(kb.catalog.called(each.policy_id))} {word_and_mark(kb, each)}</li>" for each in said)
    return f'<div class="pl pl-example"><ul>{lines}</ul><p class="pl-quiet">{escape(sentence(facts))}.</p></div>'
