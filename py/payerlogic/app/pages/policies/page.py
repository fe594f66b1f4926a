"""The Policies page from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.components import STYLE, choose_policy, show_intro, show_link
from payerlogic.app.context import Context
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.draft_address import DRAFT_PAGE
from payerlogic.app.draft_address import POLICY as DRAFTED
from payerlogic.app.html import escape, plain
from payerlogic.app.pages.policies.ambiguities import show_register
from payerlogic.app.pages.policies.document import show_clauses, show_document
from payerlogic.app.pages.policies.editions import show_codes, show_editions
from payerlogic.app.pages.policies.search import POLICY, VIEW, VIEWS, follow_link, show_found, show_search
from payerlogic.documents.policy_outline import reading_rows, statement_rows
from payerlogic.documents.writers.csv import table_text
from payerlogic.program.catalog import Policy
from payerlogic.text.phrases import plural


def show(context: Context) -> None:
    """The page."""
    kb = context.kb
    st.html(STYLE)
    st.title("What do the policies say?", anchor=False)
    show_intro(
        "Each document section by section, in our words, with what every statement does and the rules that encode "
        "it. The wording itself belongs to the payers; the citation says where to find it."
    )
    with st.container(key="policies-search"):
        show_search(kb)
    follow_link(kb)
    policy = kb.catalog.policies[choose_policy(kb, POLICY)]
    _show_head(context, policy)
    view = st.segmented_control(
        "Show",
        list(VIEWS),
        required=True,
        format_func=lambda name: VIEWS[name],
        key=url_state.choice(VIEW, list(VIEWS), "document"),
        persist_state="session",
    )
    show_view = {
        "document": show_document,
        "clauses": show_clauses,
        "readings": show_register,
        "editions": show_editions,
        "codes": show_codes,
    }
    show_found()
    show_view[view or "document"](context, policy)
    show_link(kb, "policies")


def _show_head(context: Context, policy: Policy) -> None:
    kb = context.kb
    st.header(plain(f"{policy.document}: {policy.title}"), anchor=False)
    own = sum(each.policy == policy.id for each in kb.catalog.readings.values())
    counts = (
        plural(len(policy.statements), "statement"),
        plural(len(policy.clauses), "clause"),
        f"{own} {'ambiguity' if own == 1 else 'ambiguities'}",
        plural(len(policy.versions), "edition"),
        plural(len(policy.vague), "term") + " without a definition",
    )
    st.html(f'<p class="pl">{escape(policy.payer)}. {escape(", ".join(counts))}.</p>')
    files = [
        Download("Statements (CSV)", f"statements-{policy.id}.csv", partial(_as_csv, statement_rows, kb, policy.id)),
        Download("Ambiguities (CSV)", f"ambiguities-{policy.id}.csv", partial(_as_csv, reading_rows, kb, policy.id)),
    ]
    show_downloads(files, "policies-files")
    if st.button(
        "Try a change to this policy", key="policies.draft", on_click=url_state.remember, args=(DRAFTED, policy.id)
    ):
        context.open_page(DRAFT_PAGE)


def _as_csv(rows: Callable[[KnowledgeBase, str], Iterable[list[str]]], kb: KnowledgeBase, policy: str) -> bytes:
    return table_text(rows(kb, policy)).encode("utf-8", "backslashreplace")
