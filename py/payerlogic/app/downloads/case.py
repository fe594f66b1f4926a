"""What can be taken away from the Case page: the rationale, the graph, the case itself, a link to it all."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.components import payer_of, show_link
from payerlogic.app.derivation_graph import explanation_in_view
from payerlogic.app.downloads.buttons import Download, file_stem, show_downloads
from payerlogic.app.html import plain, show_note
from payerlogic.cases.case import StatedCase
from payerlogic.documents import render
from payerlogic.semantics.settings import Settings
from payerlogic.text.json_text import json_file
from payerlogic.text.phrases import sentence

PAYER_KEY = "export.payer"
WANT_KEY = "export.want"
ALL, NOTHING = "", ""
WORDS = {"md": "Markdown", "docx": "Word", "pdf": "PDF"}
PICTURES = ("svg", "png", "pdf")
# Beyond these a page would be full of buttons; then one payer has to be chosen for its graph.
MOST_GRAPHS = 3


def show_case_exports(kb: KnowledgeBase, case: StatedCase, settings: Settings, name: str) -> None:
    """Downloads of the case in question, which may have a name, and a link that restores the page."""
    _show_choices(kb, replace(case, id=name or None), settings)
    show_link(kb, url_state.CASE_PAGE)


@st.fragment
def _show_choices(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> None:
    left, right = st.columns(2)
    payer = payer_of(kb)
    with left:
        chosen = st.selectbox(
            "Payers in the rationale",
            (ALL, *kb.policies),
            format_func=lambda policy: payer(policy) if policy else "All payers",
            key=PAYER_KEY,
        )
    with right:
        want = st.selectbox(
            "Add the smallest changes that would make it",
            (NOTHING, *kb.catalog.outcomes),
            format_func=lambda name: plain(sentence(kb.catalog.outcomes[name])) if name else "nothing added",
            key=WANT_KEY,
        )
    policies = [chosen] if chosen else list(kb.policies)
    named = "-".join(kb.catalog.called(each) for each in policies[:MOST_GRAPHS])
    stem = file_stem(f"{case.id or ''} {named if len(policies) <= MOST_GRAPHS else ''}", "rationale")
    make = partial(_rationale, kb, case, policies, settings, want or None)
    rationales = [Download(f"Rationale ({word})", f"{stem}.{end}", partial(make, end)) for end, word in WORDS.items()]
    show_downloads(rationales, "export-rationale")
    many = len(policies) > MOST_GRAPHS
    show_note(
        "Choose one payer to download its graph." if many else "The graph is drawn in the view that “Why” shows it in."
    )
    for policy in () if many else policies:
        name = kb.catalog.called(policy)
        seen = explanation_in_view(kb, case, settings, policy)  # of this session, which a download can no longer ask
        drawn = file_stem(f"{case.id or ''} {name}", "graph")
        downloads = [
            Download(
                f"Graph of {name} ({kind.upper()})",
                f"{drawn}.{kind}",
                partial(render, seen, kind, kb),
            )
            for kind in PICTURES
        ]
        show_downloads(downloads, f"export-graph-{policy}")
    data = partial(json_file, case.to_dict(kb.vocabulary), sort_keys=False)
    show_downloads([Download("The case (JSON)", f"{file_stem(case.id, 'case')}.json", data)], "export-case")


def _rationale(
    kb: KnowledgeBase, case: StatedCase, policies: list[str], settings: Settings, want: str | None, format_: str
) -> bytes:
    from payerlogic.documents.rationale import rationale

    return render(rationale(kb, case, policies, settings, want=want), format_, kb)
