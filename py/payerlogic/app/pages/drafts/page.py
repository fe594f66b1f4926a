"""The page for drafts from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import case_form_state, settings_panel
from payerlogic.app.components import STYLE, choose_policy, show_intro, show_link
from payerlogic.app.context import Context
from payerlogic.app.draft_address import DRAFT_PAGE, POLICY, offered
from payerlogic.app.html import asset, escape, show_note, show_problems
from payerlogic.app.pages.drafts.outcome import show_outcome
from payerlogic.app.pages.drafts.trial import MOST_CHARACTERS, SECONDS, TriedDraft, try_draft
from payerlogic.cases.case import ID

EDITOR, ASKED, TRIED = "draft.editor", "draft.asked", "draft.tried"

_editor = st.components.v2.component(
    "payerlogic.draft",
    html=asset(__package__, "editor.html"),
    css=asset(__package__, "editor.css"),
    js=asset(__package__, "editor.js"),
)


def show(context: Context) -> None:
    """The page."""
    kb = context.kb
    st.html(STYLE)
    st.title("What would a change do?", anchor=False)
    show_intro(
        "Edit a policy's rules as a draft, and see which determinations change before anyone votes on it. The draft "
        f"stays in this browser tab: it is sent only to be checked, for at most {SECONDS:g} seconds a step, and saved "
        "nowhere."
    )
    policy = choose_policy(kb, POLICY)
    _try_what_is_asked(kb, policy)
    tried: TriedDraft | None = st.session_state.get(TRIED)
    if tried is not None and (tried.policy, tried.kb) != (policy, kb.digest):
        tried = None
    file = kb.file_of(policy)
    data = {
        "service": kb.service,
        "policy": policy,
        "label": f"The rules of {kb.catalog.policies[policy].payer}, as a draft",
        "file": file.name,
        "saved": file.text.replace("\r\n", "\n"),
        "offered": offered(policy),
        "most": MOST_CHARACTERS,
        "mark": tried.mark if tried else "",
        "compared": tried is not None and tried.diff is not None,
        "ok": tried is not None and not tried.problems,
        "notes": [asdict(each) for each in tried.notes] if tried else [],
    }
    _editor(data=data, key=EDITOR, on_act_change=_take)
    if tried is None:
        show_note("What changes is shown here: which cases, by which clauses, and your own case among them.")
    elif tried.problems:
        show_problems(tried.problems, "The draft could not be compared")
    elif tried.diff is None:
        show_note("Mend the problems of the text to see what it changes.")
    else:
        show_outcome(context, tried.diff, _case(kb))
    show_link(kb, DRAFT_PAGE)


def _take() -> None:
    """What a person sent. It is a request like any other, and may be anything."""
    sent = st.session_state[EDITOR].act
    if isinstance(sent, Mapping) and all(isinstance(sent.get(name), str) for name in ("policy", "text", "mark")):
        st.session_state[ASKED] = dict(sent)


def _try_what_is_asked(kb: KnowledgeBase, policy: str) -> None:
    asked: dict[str, str] | None = st.session_state.pop(ASKED, None)
    if asked is None or asked["policy"] != policy:
        return
    if not asked["mark"]:  # the draft was given up
        st.session_state.pop(TRIED, None)
        return
    day = settings_panel.as_of_typed()
    as_of = day if isinstance(day, date) else date.today()
    place = st.empty()

    def step(what: str) -> None:
        place.html(f'<p class="pl" role="status">{escape(what)}…</p>')

    tried = try_draft(kb, policy, asked["text"], asked["mark"], _case(kb), as_of, step)
    place.empty()
    st.session_state[TRIED] = tried


def _case(kb: KnowledgeBase) -> dict[str, object]:
    """The case of the Case page without its name; nothing where some of it cannot be read."""
    held = case_form_state.written_case(kb.vocabulary)
    return {} if held.problems else {name: each for name, each in held.record.items() if name != ID}
