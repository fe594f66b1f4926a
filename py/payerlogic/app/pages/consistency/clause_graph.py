"""The picture of the clauses in a frame that scrolls and zooms, in the colors of the theme, and the same in words."""

from __future__ import annotations

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import POLICIES, kept
from payerlogic.app.components import zoomed_svg
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.html import asset, items, show_note
from payerlogic.consistency.clause_graph import Graph, clause_graph, in_sentences
from payerlogic.consistency.finding import Finding
from payerlogic.documents.pictures.clause_graph import clauses_svg
from payerlogic.text.phrases import plural

# Wider than the frame it scrolls rather than shrinks, so that its words stay readable.
_picture = zoomed_svg("clauses", asset(__package__, "clause_graph.css"))


@kept(POLICIES, "Drawing the clauses")
def graph_of(kb: KnowledgeBase, policy: str, findings: tuple[Finding, ...]) -> tuple[Graph, str]:
    """How the clauses of these findings stand to each other, and a picture of it."""
    graph = clause_graph(kb, policy, findings)
    return graph, clauses_svg(graph)


def show_graph(graph: Graph, svg: str, key: str) -> None:
    """The picture, the same in words, and the picture as a file."""
    if not graph:
        show_note("No clause is involved, so there is nothing to draw.")
        return
    if not graph.number_of_edges():
        show_note("None of these clauses contradicts, overlaps, covers or prevails over another.")
    _picture(data={"svg": svg, "label": f"{plural(len(graph), 'clause')}; it scrolls"}, key=f"{key}.picture")
    show_note(
        "An arrow points to the clause that yields. A star or a dashed line marks what holds only under other readings "
        "than the default."
    )
    with st.expander("The same in words", key=f"{key}.words"):
        st.html(f'<div class="pl">{items(in_sentences(graph))}</div>')
    name = f"clauses-{graph.graph['policy']}.svg"
    show_downloads([Download("Graph (SVG)", name, lambda: svg.encode("utf-8"))], f"{key}.files")
