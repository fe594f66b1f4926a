"""How much of a derivation graph is shown at a time: what is met, what is met in context, or all of it.

    >>> from payerlogic import KnowledgeBase
    >>> whole = KnowledgeBase.load().explain({"primary_site": "rectum", "t_category": "T4"}, "bcbsaz")
    >>> seen = in_view(whole, "context")
    >>> len(whole.graph) > len(seen.graph)
    True
    >>> seen.graph.nodes["met(bcbsaz,out_of_scope)"]["because"]
    ('the service is intraoperative radiotherapy: yes, presumed, needs no',)

A view is a part of the graph with the same root. Beside what every node carries, a node of a view has
``hidden`` (how many nodes it hides), ``folded`` (whether it shows none of what it rests on) and ``because``
(in words, what a folded node hides that makes it fail or leaves it open). A branch that is settled against a
condition is folded to its reasons; ``folds`` opens single nodes or closes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import networkx as nx

from payerlogic.answers.derivation.builder import MET, UNKNOWN, UNMET
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.failing import reasons_against
from payerlogic.errors import QuestionError, nearest

MET_ONLY, IN_CONTEXT, ALL = "met", "context", "all"
DEFAULT = IN_CONTEXT


@dataclass(frozen=True)
class ViewWords:
    """A view in words."""

    title: str
    meaning: str


VIEWS: Mapping[str, ViewWords] = {
    MET_ONLY: ViewWords("Met only", "what the determination rests on; in an open case, what may still be met as well"),
    IN_CONTEXT: ViewWords("In context", "what the determination rests on, and the nearest reasons why the rest fails"),
    ALL: ViewWords("All", "every condition of every clause"),
}


def in_view(explanation: Explanation, view: str = DEFAULT, folds: Mapping[str, bool] | None = None) -> Explanation:
    """The part of an explanation that ``view`` shows.

    ``folds`` has, for single nodes, True to fold them and False to show everything that they rest on; other
    nodes follow the view. Names of nodes that this explanation lacks are passed over, so that folds outlive a
    changed fact. QuestionError for an unknown view.
    """
    if view not in VIEWS:
        raise QuestionError(f"unknown view {view!r}; {nearest(view, tuple(VIEWS))}")
    shown = _shown(explanation, view, folds or {})
    graph: nx.DiGraph[str] = nx.DiGraph(**explanation.graph.graph)
    # In the order of the whole graph, so that a node keeps its place when others are folded.
    graph.add_nodes_from((node, dict(data)) for node, data in explanation.graph.nodes(data=True) if node in shown)
    graph.add_edges_from((node, child) for node in graph for child in shown[node])
    for node, data in graph.nodes(data=True):
        omitted = [child for child in explanation.children(node) if child not in shown[node]]
        folded = bool(omitted) and not shown[node]
        data["hidden"] = _hidden(explanation, omitted, shown)
        data["folded"] = folded
        data["because"] = _because(explanation, node) if folded else ()
    return replace(explanation, graph=graph)


def toggled(explanation: Explanation, view: str, folds: Mapping[str, bool], node: str) -> dict[str, bool]:
    """``folds`` with one node the other way: all of what it rests on where something is hidden, else as little as
    the view shows of it, or nothing. Nothing changes for a node that rests on nothing."""
    changed = dict(folds)
    everything = explanation.children(node) if node in explanation.graph else []
    if not everything:
        return changed
    hides = len(_children(explanation, view, folds, node)) < len(everything)
    by_default = len(_children(explanation, view, {}, node)) < len(everything)
    changed.pop(node, None)
    if hides != by_default:
        return changed  # back to what the view does by itself
    return changed | {node: not hides}


def revealing(explanation: Explanation, view: str, folds: Mapping[str, bool], node: str) -> dict[str, bool]:
    """``folds`` with the fewest nodes opened that it takes to bring ``node`` into view; they win over the view."""

    def closed(parent: str, child: str, _: object) -> int:
        return int(child not in _children(explanation, view, folds, parent))

    way = nx.shortest_path(explanation.graph, explanation.root, node, weight=closed)
    opened = {parent: False for parent, child in pairwise(way) if closed(parent, child, None)}
    return {name: folded for name, folded in folds.items() if name not in opened} | opened


def _shown(explanation: Explanation, view: str, folds: Mapping[str, bool]) -> dict[str, list[str]]:
    """The nodes that are reached from the root, each with those under it that are shown."""
    found: dict[str, list[str]] = {}
    stack = [explanation.root]
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = _children(explanation, view, folds, node)
            stack += found[node]
    return found


def _children(explanation: Explanation, view: str, folds: Mapping[str, bool], node: str) -> list[str]:
    everything = explanation.children(node)
    if node in folds:
        return [] if folds[node] else everything
    data = explanation.graph.nodes[node]
    if view == ALL:
        return everything
    if view == IN_CONTEXT and is_heading(explanation, node):
        return everything
    if data["status"] == UNMET and not data["attribute"] and reasons_against(explanation.graph, node):
        return []  # the reasons stand in for them
    if view == IN_CONTEXT:
        return everything
    kept = (MET,) if data["status"] == MET else (MET, UNKNOWN)
    return [child for child in everything if explanation.graph.nodes[child]["status"] in kept]


def is_heading(explanation: Explanation, node: str) -> bool:
    """Whether a node is a heading over the clauses that do not decide: it stands for no text."""
    data = explanation.graph.nodes[node]
    return data["kind"] == "criterion" and not data["citation"] and explanation.graph.has_edge(explanation.root, node)


def _hidden(explanation: Explanation, omitted: Iterable[str], shown: Mapping[str, object]) -> int:
    """How many nodes are nowhere to be seen because of what one node leaves out."""
    left_out = list(omitted)
    below = {each for child in left_out for each in (child, *nx.descendants(explanation.graph, child))}
    return len(below - shown.keys()) or len(left_out)


def _because(explanation: Explanation, node: str) -> tuple[str, ...]:
    """Why a folded node fails, or what leaves it open."""
    graph = explanation.graph
    if is_heading(explanation, node):
        return ()
    if graph.nodes[node]["status"] == UNKNOWN:
        below = nx.descendants(graph, node)
        nodes = (data for each, data in graph.nodes(data=True) if each in below)  # in the order of the graph
        return tuple(dict.fromkeys(str(d["label"]) for d in nodes if d["attribute"] and d["status"] == UNKNOWN))
    return tuple(reasons_against(explanation.graph, node))
