"""Why a determination holds: the derivation graph of one payer, and the rationale in words beside it.

The graph goes through an inline component, since ``st.html`` takes no SVG. It fetches nothing: style and
script are these strings, and the picture comes as data.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from payerlogic.app.answers import Question, derivation
from payerlogic.app.markup import plain
from payerlogic.knowledge import KnowledgeBase

PAYER_KEY = "why.payer"
SIZE_KEY = "why.size"
WIDE_KEY = "why.wide"
# How large the picture is shown, against its own size; None fits it to the frame. The first is the default.
SIZES: dict[str, float | None] = {"medium": 0.8, "large": 1.0, "whole": None}

# The picture is drawn for a white ground, so it keeps one in the dark theme.
_STYLE = """
.graph { overflow: auto; max-height: 38rem; background: #fff; border: 1px solid #80838d; border-radius: 8px; }
.graph:focus-visible { outline: 3px solid var(--st-primary-color); }
.graph svg { display: block; height: auto; }
"""
# A new picture starts at its root: the first node, at the left and halfway down.
_SCRIPT = """
export default function ({ parentElement, data }) {
  const frame = parentElement.querySelector(".graph");
  frame.setAttribute("aria-label", data.label);
  const isNew = frame.dataset.shown !== data.svg;
  if (isNew) {
    frame.innerHTML = data.svg;
    frame.dataset.shown = data.svg;
  }
  const picture = frame.querySelector("svg");
  if (!picture) return;
  const width = data.scale ? `${picture.viewBox.baseVal.width * data.scale}pt` : "100%";
  if (!isNew && picture.style.width === width) return;
  picture.style.width = width;
  const root = picture.querySelector("g.node");
  if (!root) return;
  const [node, around] = [root.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollTop += node.top + node.height / 2 - around.top - around.height / 2;
  frame.scrollLeft = 0;
}
"""
_graph = st.components.v2.component(
    "payerlogic.graph",
    html='<div class="graph" role="region" tabindex="0"></div>',
    css=_STYLE,
    js=_SCRIPT,
)


def keep_choices() -> None:
    """Keep what was chosen here while there is nothing to show, where Streamlit would forget it."""
    for key in (PAYER_KEY, SIZE_KEY, WIDE_KEY):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def show_why(kb: KnowledgeBase, question: Question) -> None:
    """The derivation of the payer that is chosen here."""
    st.header("Why", anchor=False)
    policy = _choose_payer(kb)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(SIZE_KEY, next(iter(SIZES)))
        size = st.radio("Size of the graph", list(SIZES), key=SIZE_KEY, horizontal=True)
        is_wide = st.toggle("Full width", key=WIDE_KEY, help="The graph across the page, the words below it.")
    found = derivation(kb, question, policy)
    if is_wide:
        picture, words = st.container(), st.container()
    else:
        words, picture = st.columns((2, 3))
    with words:
        st.subheader("In words", anchor=False)
        st.html(
            f'<div class="pl pl-rationale" tabindex="0" role="region" aria-label="Rationale">{escape(found.text)}</div>'
        )
    with picture:
        st.subheader("Derivation graph", anchor=False)
        label = f"Derivation graph of {kb.catalog.policies[policy].payer}; it scrolls"
        _graph(data={"svg": found.svg, "label": label, "scale": SIZES[size]}, key="graph")
        st.download_button(
            "Download the graph (SVG)",
            found.svg,
            file_name=f"derivation-{policy}.svg",
            mime="image/svg+xml",
            on_click="ignore",
        )


def _choose_payer(kb: KnowledgeBase) -> str:
    if st.session_state.get(PAYER_KEY) not in kb.policies:
        st.session_state[PAYER_KEY] = kb.policies[0]
    return st.radio(
        "Payer",
        kb.policies,
        format_func=lambda id_: plain(kb.catalog.policies[id_].payer),
        key=PAYER_KEY,
        horizontal=True,
    )
