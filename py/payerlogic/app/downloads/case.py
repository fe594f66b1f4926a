"""What can be taken away from the Case page: the rationale, the graph, the case itself, a link to it all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import Question
from payerlogic.app.derivation_graph import explanation_in_view
from payerlogic.app.downloads.buttons import Download, file_stem, show_downloads
from payerlogic.app.html import plain, show_note
from payerlogic.cases.case import StatedCase
from payerlogic.documents import render
from payerlogic.text.phrases import sentence

PAYER_KEY = "export.payer"
WANT_KEY = "export.want"
ALL, NOTHING = "", ""
WORDS = {"md": "Markdown", "docx": "Word", "pdf": "PDF"}
PICTURES = ("svg", "png", "pdf")
# Beyond these a page would be full of buttons; then one payer has to be chosen for its graph.
MOST_GRAPHS = 3


def show_case_exports(kb: KnowledgeBase, question: Question, case_id: str | None) -> None:
    """Downloads of the case in question, which may have a name, and a link that restores the page."""
    _choices(kb, question, case_id)
    _show_link(kb)


@st.fragment
def _choices(kb: KnowledgeBase, question: Question, case_id: str | None) -> None:
    left, right = st.columns(2)
    with left:
        payer = st.selectbox(
            "Payers in the rationale",
            (ALL, *kb.policies),
            format_func=lambda id_: plain(kb.catalog.policies[id_].payer) if id_ else "All payers",
            key=PAYER_KEY,
        )
    with right:
        want = st.selectbox(
            "Add the smallest changes that would make it",
            (NOTHING, *kb.catalog.outcomes),
            format_func=lambda name: plain(sentence(kb.catalog.outcomes[name])) if name else "nothing added",
            key=WANT_KEY,
        )
    policies = [payer] if payer else list(kb.policies)
    show_downloads(
        [
            Download(
                f"Rationale ({word})",
                f"{file_stem(case_id, 'rationale')}.{format_}",
                _rationale(kb, question, case_id, policies, want or None, format_),
            )
            for format_, word in WORDS.items()
        ],
        "export-rationale",
    )
    many = len(policies) > MOST_GRAPHS
    show_note(
        "Choose one payer to download its graph." if many else "The graph is drawn in the view that “Why” shows it in."
    )
    for policy in () if many else policies:
        name = kb.catalog.policies[policy].document
        seen = explanation_in_view(kb, question, policy)  # of this session, which a download can no longer ask
        downloads = [
            Download(f"Graph of {name} ({kind.upper()})", f"graph-{policy}.{kind}", _graph(kb, seen, kind))
            for kind in PICTURES
        ]
        show_downloads(downloads, f"export-graph-{policy}")
    show_downloads(
        [Download("The case (JSON)", f"{file_stem(case_id, 'case')}.json", lambda: _case(kb, question, case_id))],
        "export-case",
    )


def _stated(question: Question, case_id: str | None) -> StatedCase:
    return replace(question.case, id=case_id or None)


def _rationale(
    kb: KnowledgeBase, question: Question, case_id: str | None, policies: list[str], want: str | None, format_: str
) -> Callable[[], bytes]:
    def make() -> bytes:
        from payerlogic.documents.rationale import rationale

        document = rationale(kb, _stated(question, case_id), policies, question.settings, want=want)
        return render(document, format_, kb)

    return make


def _graph(kb: KnowledgeBase, explanation: Explanation, kind: str) -> Callable[[], bytes]:
    def make() -> bytes:
        return render(explanation, kind, kb)

    return make


def _case(kb: KnowledgeBase, question: Question, case_id: str | None) -> bytes:
    stated = _stated(question, case_id).to_dict(kb.vocabulary)
    return f"{json.dumps(stated, indent=2, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")


def _show_link(kb: KnowledgeBase) -> None:
    """The address of what is shown, to copy."""
    here = urlsplit(st.context.url or "http://localhost")
    link = url_state.link(kb, url_state.CASE_PAGE).removeprefix("./")
    whole = urlunsplit((here.scheme, here.netloc, here.path or "/", "", "")) + link
    show_note("A link to this page as it stands. It holds the facts of the case: share it as you would the case.")
    st.code(whole, language=None, wrap_lines=True)
