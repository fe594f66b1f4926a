"""The graph on a page: the choice of a view, the component, and what a person does to it.

What is opened and folded belongs to the address, as every choice of a page does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.node_details import Details
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import explained, kept
from payerlogic.app.derivation_graph.component import mount
from payerlogic.app.derivation_graph.content import content
from payerlogic.cases.case import StatedCase
from payerlogic.documents.pictures.views import DEFAULT, VIEWS, in_view, revealing, toggled
from payerlogic.semantics.settings import Settings

VIEW = url_state.declare("case.view")
NODE = url_state.declare("case.node")
FOLDS = url_state.declare("case.folds")
COMPONENT = "graph"
_CHANGED, _LED, _LANDED = "graph.changed", "graph.led", "graph.landed"
_FOLDED, _UNFOLDED = "-", "+"
MOST_FOLDS = 40


def explanation_in_view(kb: KnowledgeBase, case: StatedCase, settings: Settings, policy: str) -> Explanation:
    """What ``show_graph`` shows now: the part of the explanation that its view and its folds leave."""
    return in_view(explained(kb, case, settings, policy), _view(), _folds())


@st.fragment
def show_graph(kb: KnowledgeBase, case: StatedCase, settings: Settings, policy: str) -> None:
    """Why ``policy`` determines as it does: the graph, its outline, and the rule that is opened.

    A fragment: opening and folding answer without asking anything else of the page.
    """
    st.radio(
        "Show",
        list(VIEWS),
        format_func=lambda name: VIEWS[name].title,
        key=url_state.choice(VIEW, VIEWS, DEFAULT),
        help=" ".join(f"**{each.title}**: {each.meaning}." for each in VIEWS.values()),
        horizontal=True,
        on_change=_note_change,
        persist_state="session",
    )
    whole = explained(kb, case, settings, policy)
    node = url_state.recall(NODE, None, "")
    landing = url_state.times_restored() + int(st.session_state.get(_LED, 0))
    if node in whole.graph and st.session_state.get(_LANDED) != landing:
        _keep_folds(revealing(whole, _view(), _folds(), node))
    st.session_state[_LANDED] = landing
    shown = in_view(whole, _view(), _folds())
    opened = _details(kb).of(whole, node) if node in whole.graph else None
    payer = kb.catalog.policies[policy].payer
    data = {**content(kb, whole, shown, payer, _view(), opened), "landing": landing}
    mount(data, COMPONENT, partial(_act, whole))
    if st.session_state.pop(_CHANGED, False):
        url_state.finish(kb, url_state.CASE_PAGE)  # the page around this fragment does not run


def lead_to(node: str) -> None:
    """Open this node when the graph is next shown, in view and with the focus. In a callback, or before the graph."""
    url_state.remember(NODE, node)
    st.session_state[_LED] = int(st.session_state.get(_LED, 0)) + 1


def _act(explanation: Explanation) -> None:
    """What a person did in the component. Only a node of the graph is ever taken from it."""
    wanted = st.session_state[COMPONENT].act
    if not isinstance(wanted, Mapping):
        return
    act, node = wanted.get("act"), wanted.get("node")
    _note_change()
    if act == "close":
        url_state.remember(NODE, None)
    elif isinstance(node, str) and node in explanation.graph:
        if act == "open":
            url_state.remember(NODE, node)
        elif act == "fold":
            _keep_folds(toggled(explanation, _view(), _folds(), node))


def _note_change() -> None:
    st.session_state[_CHANGED] = True


def _view() -> str:
    return url_state.recall(VIEW, VIEWS, DEFAULT)


def _folds() -> dict[str, bool]:
    """The nodes that a person folded or unfolded; a node that a graph lacks does no harm."""
    kept = url_state.recall(FOLDS, None, list[str]())
    return {each[1:]: each[0] == _FOLDED for each in kept if each[:1] in (_FOLDED, _UNFOLDED)}


def _keep_folds(folds: Mapping[str, bool]) -> None:
    """The latest of them, so that the address stays one that can be sent."""
    kept = [f"{_FOLDED if folded else _UNFOLDED}{node}" for node, folded in folds.items()]
    url_state.remember(FOLDS, kept[-MOST_FOLDS:] or None)


@kept(2)
def _details(kb: KnowledgeBase) -> Details:
    return Details(kb)
