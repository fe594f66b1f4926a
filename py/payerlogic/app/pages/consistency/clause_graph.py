"""The picture of the clauses in a frame that scrolls, in the colors of the theme, and the same in words."""

from __future__ import annotations

import streamlit as st

from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.html import items, show_note
from payerlogic.consistency.clause_graph import Graph, in_sentences

# The picture comes with colors for a white ground; these go before them and follow the theme.
_STYLE = """
.frame { overflow: auto; max-height: 40rem; border: 1px solid light-dark(#80838d, #80838d); border-radius: 8px;
  padding: .5rem; color: var(--st-text-color); }
.frame:focus-visible { outline: 3px solid light-dark(#2a4d8f, #a9c4ff); }
svg { display: block; max-width: none; height: auto; }
.node path, .node polygon { fill: light-dark(#f4f5f7, #23262d); stroke: light-dark(#50535e, #b9bcc6); }
.node.approved path { stroke: light-dark(#1b6e35, #83d69b); }
.node.denied path { stroke: light-dark(#a3271c, #ff9a8f); }
.node.review path { stroke: light-dark(#2a4d8f, #a9c4ff); }
.node text { fill: light-dark(#1b1b1b, #f0f0f0); }
.edge path { stroke: currentColor; } .edge polygon { fill: currentColor; stroke: currentColor; }
.edge text { fill: currentColor; }
.edge.conflict { color: light-dark(#a3271c, #ff9a8f); } .edge.overlap { color: light-dark(#2a4d8f, #a9c4ff); }
.edge.covers { color: light-dark(#5b3a86, #d0b3f5); } .edge.prevails { color: light-dark(#4a4d57, #c3c6cf); }
"""
# Wider than the frame it scrolls rather than shrinks, so that its words stay readable.
_SCRIPT = """
export default function ({ parentElement, data }) {
  const frame = parentElement.querySelector(".frame");
  frame.setAttribute("aria-label", data.label);
  if (frame.dataset.shown === data.svg) return;
  frame.innerHTML = data.svg;
  frame.dataset.shown = data.svg;
}
"""
_picture = st.components.v2.component(
    "payerlogic.clauses",
    html='<div class="frame" role="region" tabindex="0"></div>',
    css=_STYLE,
    js=_SCRIPT,
)


def show_graph(graph: Graph, svg: str, key: str) -> None:
    """The picture, the same in words, and the picture as a file."""
    if not graph:
        show_note("No clause is involved, so there is nothing to draw.")
        return
    if not graph.number_of_edges():
        show_note("None of these clauses contradicts, overlaps, covers or prevails over another.")
    _picture(data={"svg": svg, "label": f"{len(graph)} clauses; it scrolls"}, key=f"{key}.picture")
    show_note(
        "An arrow points to the clause that yields. A star or a dashed line marks what holds only under other readings "
        "than the default."
    )
    with st.expander("The same in words", key=f"{key}.words"):
        st.html(f'<div class="pl">{items(in_sentences(graph))}</div>')
    name = f"clauses-{graph.graph['policy']}.svg"
    show_downloads([Download("Graph (SVG)", name, lambda: svg.encode("utf-8"))], f"{key}.files")
