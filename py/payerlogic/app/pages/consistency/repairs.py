"""The smallest edits that end a finding, at the finding: in words, with what they change, each to open as a draft."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.api.drafts import finding_repairs
from payerlogic.app import url_state
from payerlogic.app.cache import POLICIES, kept
from payerlogic.app.citations import links
from payerlogic.app.components import table
from payerlogic.app.context import Context
from payerlogic.app.draft_address import DRAFT_PAGE, POLICY, offer
from payerlogic.app.error_page import faults_shown
from payerlogic.app.findings import name_of
from payerlogic.app.html import escape, items, show_problems
from payerlogic.consistency.finding import Finding
from payerlogic.errors import PayerlogicError
from payerlogic.repair.declared import PolicyEdit
from payerlogic.repair.edited_text import with_edits
from payerlogic.repair.result import Repair, Repairs
from payerlogic.runtime.limited import run_limited
from payerlogic.text.phrases import plural, sentence
from payerlogic.wording.repairs import EditWords, consequences, tried

SEARCHED, STOPPED = 30.0, 120.0
"""The search ends after so many seconds and says what it did not try; its process is stopped after so many."""
ASKED = "consistency.repaired"


@kept(POLICIES)
def repairs_of(kb: KnowledgeBase, readings: tuple[tuple[str, str], ...], finding: Finding) -> Repairs:
    """The repairs of a finding, with ``readings`` held fixed, found in a process that can be stopped."""
    folder = kb.program.folder
    return run_limited(finding_repairs, folder, finding, dict(readings), SEARCHED, seconds=STOPPED)


def show_asking(finding: Finding, number: int) -> None:
    """The button that asks for the repairs of a finding, or closes them."""
    name, is_open = name_of(finding), is_asked(finding)
    words = "Close the repairs" if is_open else "Suggest a repair"
    then = "" if is_open else name
    st.button(f"{words} (finding {number})", key=f"repair.{name}", on_click=_ask, args=(then,))


def is_asked(finding: Finding) -> bool:
    """Whether the repairs of a finding are open."""
    return st.session_state.get(ASKED) == name_of(finding)


def _ask(name: str) -> None:
    st.session_state[ASKED] = name


def show_repairs(context: Context, readings: tuple[tuple[str, str], ...], finding: Finding, number: int) -> None:
    """How much was tried, and each repair with a button that opens it as a draft."""
    kb, place = context.kb, st.empty()
    place.html(
        f'<p class="pl" role="status">Searching the smallest edits that end finding {number}, for up to '
        f"{SEARCHED:g} seconds…</p>"
    )
    try:
        found = repairs_of(kb, readings, finding)
    except PayerlogicError as error:
        place.empty()
        show_problems([each if each.where else each.at("The search") for each in error.problems])
        return
    words = EditWords.of(kb, finding.policy)
    place.html(
        f'<section class="pl" aria-label="Repairs of finding {number}"><h5>Repairs of finding {number}</h5>'
        f'<p role="status">{escape(sentence(tried(found)))}.</p>'
        '<p class="pl-quiet">Each was made in a copy of the policy, which was loaded and checked again. '
        "Nothing is saved.</p></section>"
    )
    for at, each in enumerate(found.repairs, 1):
        with faults_shown():  # of one repair: the others, and the rest of the page, do not depend on it
            st.html(_said(kb, words, each, at))
            label = f"Open as a draft (finding {number}, repair {at})"
            if st.button(label, key=f"draft.{name_of(finding)}.{at}", on_click=_offer, args=(words, each.edits)):
                context.open_page(DRAFT_PAGE)


def _offer(words: EditWords, edits: Sequence[PolicyEdit]) -> None:
    """The draft page opens at the policy, with the edits made in its text."""
    policy = words.text.policy
    url_state.remember(POLICY, policy)
    offer(policy, with_edits(words.text, edits))


def _said(kb: KnowledgeBase, words: EditWords, repair: Repair, at: int) -> str:
    edits: list[str] = []
    for each in repair.edits:
        citation = words.citation([each])
        place = f' <span class="pl-quiet">[{links.link(kb, citation)}]</span>' if citation else ""
        said = f"and {words.edit(each)}" if edits else f"{at}. {sentence(words.edit(each))}"
        edits.append(f"<p><strong>{escape(said)}</strong>{place}</p>")
    rows = [(escape(each.where or each.id), (_code(each.before), _code(each.after))) for each in repair.text]
    text = table(f"Repair {at} in the text", ("where", "before", "after"), rows) if rows else ""
    return (
        f'<article class="pl" aria-label="Repair {at} of {plural(len(repair.edits), "edit")}">'
        f"{''.join(edits)}{items(map(sentence, consequences(words, repair)))}"
        f"<details><summary>In the text</summary>{text}</details></article>"
    )


def _code(text: str | None) -> str:
    return f'<pre class="pl-code"><code>{escape(text)}</code></pre>' if text is not None else "not there"
