"""Searching all policies: statements, clauses, readings, terms, codes and editions by the words in them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import kept, knowledge_base, library
from payerlogic.app.components import first_of, scroll_to
from payerlogic.app.html import escape, plain, show_note
from payerlogic.app.pages.policies.document import SECTION
from payerlogic.documents.search_index import Hit, Index
from payerlogic.errors import Problem, nearest
from payerlogic.program.catalog import EVERY_PAYER
from payerlogic.text.phrases import plural

POLICY = url_state.declare("policies.policy")
VIEW = url_state.declare("policies.view")
AT = url_state.declare("policies.at")
"""What was found and is in view: ``statement-N26``."""
LIST = "found"
SEARCH = url_state.declare("policies.search")
VIEWS = {
    "document": "Document",
    "clauses": "Clauses",
    "readings": "Ambiguities",
    "editions": "Editions",
    "codes": "Codes and terms",
}
VIEW_OF = {
    "statement": "document",
    "clause": "clauses",
    "reading": "readings",
    "term": "codes",
    "code": "codes",
    "version": "editions",
}
FIRST = 12
OPENED = "policies.opened"


def show_search(kb: KnowledgeBase) -> None:
    """The field, and what was found with it."""
    asked = st.text_input(
        "Search all policies",
        key=url_state.choice(SEARCH, None, ""),
        persist_state="session",
        placeholder="words of a statement, a term, a clause or a code",
        help="Finds statements, clauses, readings, terms, codes and editions that contain every word, in any order.",
    )
    if not asked.strip():
        return
    found = _index(kb).find(asked)
    if not found.hits:
        show_note(f"No match for: {asked[:80]}. Try fewer or shorter words.")
        return
    if found.tried:
        show_note(f"No exact match. Showing results for {found.tried}.")
    st.header(f"{plural(len(found.hits), 'place')} found", anchor=LIST)
    with st.container(key="policies-hits"):
        for number, hit in enumerate(first_of(found.hits, FIRST, "policies.more", "place", of=asked)):
            _show_hit(kb, hit, number)
    st.button("Clear the search", key="policies.clear", on_click=_clear)


def _clear() -> None:
    url_state.remember(SEARCH, "")
    url_state.remember(AT, None)


@kept(2)
def _index(kb: KnowledgeBase) -> Index:
    """What can be searched."""
    return Index.of(kb)


def _show_hit(kb: KnowledgeBase, hit: Hit, number: int) -> None:
    who = "Every payer" if hit.policy == EVERY_PAYER else kb.catalog.called(hit.policy)
    with st.container(gap=None):
        st.button(
            plain(f"{who}, {hit.kind} {hit.name}: {hit.title}"),
            key=f"policies.hit.{number}",
            type="tertiary",
            on_click=_open,
            args=(kb, hit),
        )
        if hit.place:
            st.html(f'<p class="pl pl-quiet">{escape(hit.place)}</p>')


def follow_link(kb: KnowledgeBase) -> None:
    """Where the address names a place alone, open its policy and the part that shows it; say so if there is none."""
    kind, _, name = url_state.recall(AT, None, "").partition("-")
    if OPENED in st.session_state or not kind:
        return
    st.session_state[OPENED] = 0
    hits = [each for each in _index(kb).hits if (each.kind, each.name) == (kind, name)]
    asked = st.session_state.get(POLICY)
    hit = next((each for each in hits if each.policy == asked), hits[0] if hits and asked is None else None)
    if hit is None:
        url_state.remember(AT, None)
        url_state.note_later([_elsewhere(kb, kind, name, asked, hits)])
        st.rerun()
    if hit.policy in kb.policies:
        url_state.remember(POLICY, hit.policy)
    if VIEW not in st.session_state:
        url_state.remember(VIEW, VIEW_OF[kind])


def _elsewhere(kb: KnowledgeBase, kind: str, name: str, policy: str | None, hits: Sequence[Hit]) -> Problem:
    """What is wrong with an address of a place: whose it is, if it is of another policy or service."""
    where, what = AT.partition(".")[2], f"{kind} {name}"
    if hits:
        return Problem(f"{policy} has no {what}", where, f"it is of {hits[0].policy}")
    for service in library().services:
        other = knowledge_base(service)
        if service != kb.service and any((each.kind, each.name) == (kind, name) for each in _index(other).hits):
            return Problem(f"{kb.service} has no {what}", where, f"it is of another service: add service={service}")
    names = [each.name for each in _index(kb).hits if each.kind == kind and policy in (None, each.policy)]
    return Problem(f"there is no {what}", where, nearest(name, names))


def show_found() -> None:
    """Bring what was opened into view, once, with a way back to the list."""
    target = url_state.recall(AT, None, "")
    if not target:
        return
    if str(st.session_state.get(SEARCH) or "").strip():
        st.html(f'<p class="pl"><a href="#{LIST}" target="_self">Back to the list of what was found</a></p>')
    scroll_to(target, f"policies.at.{st.session_state.get(OPENED, 0)}")


def _open(kb: KnowledgeBase, hit: Hit) -> None:
    """Show what was found; the list stays."""
    if hit.policy in kb.policies:
        url_state.remember(POLICY, hit.policy)
    url_state.remember(VIEW, VIEW_OF[hit.kind])
    url_state.remember(SECTION, hit.section or None)
    url_state.remember(AT, f"{hit.kind}-{hit.name}")
    st.session_state[OPENED] = st.session_state.get(OPENED, 0) + 1  # the same one again is brought into view again
