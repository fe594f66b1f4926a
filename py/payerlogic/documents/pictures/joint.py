"""Two derivations of one case as one graph: the facts that they ask for in the middle, a policy at each side.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "rectum", "t_category": "T4", "margin_status": "negative"})
    >>> both = joint(kb.contrast(case, "nia", "bcbsaz"), *(kb.explain(case, each) for each in ("nia", "bcbsaz")))
    >>> sorted({data["side"] for _, data in both.nodes(data=True)})
    ['fact', 'left', 'right']
    >>> both.nodes["fact margin_status"]["label"], both.nodes["fact margin_status"]["on_way"]
    ('surgical margin: negative', False)

Its edges lead from the determinations to the facts. Beside what a node of a derivation carries, each has ``side``
(left, right, fact or gap), ``policy`` and ``node``, by which its own derivation knows it, and ``on_way``: whether it
is on the way that makes the two disagree (``answers.crux``). Shown are the clauses that decide, with what they rest
on, and what is on the way; of all other clauses that they are there, and how they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import networkx as nx

from payerlogic.answers.contrast import Contrast
from payerlogic.answers.crux import NEVER, YIELDS, Crux, crux
from payerlogic.answers.derivation.builder import ALL, UNKNOWN
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.failing import qualifies
from payerlogic.documents.pictures.views import IN_CONTEXT, in_view, is_heading, revealing
from payerlogic.text.phrases import joined, sentence
from payerlogic.wording.marks import look_of
from payerlogic.wording.outline import Line

Joint: TypeAlias = "nx.DiGraph[str]"
"""Of names that say side and node."""
LEFT, RIGHT, FACT, GAP = "left", "right", "fact", "gap"
NOT_ASKED = "not asked here"
GAP_NODE = "gap"


def joint(contrast: Contrast, left: Explanation, right: Explanation) -> Joint:
    """The graph of both."""
    found = crux(contrast, {each.policy_id: each for each in (left, right)})
    graph: Joint = nx.DiGraph(case=left.case_id, disclaimer=left.disclaimer)
    for side, whole in ((LEFT, left), (RIGHT, right)):
        graph.graph[side] = whole.policy_id
        graph.graph[f"name of {whole.policy_id}"] = whole.determination.policy
        _add_side(graph, side, _shown(whole, found), found)
    _add_way(graph, found)
    return graph


# --- What each side shows ------------------------------------------------------------------------------------


def _shown(whole: Explanation, found: Crux) -> Explanation:
    """The part of a derivation that the picture has: what decides and what is on the way, the rest in outline."""
    on_way = {node for policy, node in found.nodes if policy == whole.policy_id}
    folds: dict[str, bool] = {}
    for heading in (each for each in whole.children(whole.root) if is_heading(whole, each)):
        clauses = whole.children(heading)
        folds |= dict.fromkeys([heading] if on_way.isdisjoint(clauses) else set(clauses) - on_way, True)
    for node in on_way:
        folds = revealing(whole, IN_CONTEXT, folds, node)
    steps = [(parent, child) for parent in on_way for child in whole.children(parent) if child in on_way]
    shown = in_view(whole, IN_CONTEXT, folds)
    while hidden := {parent for parent, child in steps if not shown.graph.has_edge(parent, child)}:
        folds |= dict.fromkeys(hidden, False)  # what is below them was brought into view by another way
        shown = in_view(whole, IN_CONTEXT, folds)
    graph = shown.graph.copy()
    graph.remove_nodes_from([node for node in shown.graph if qualifies(shown.graph, node)])
    _flatten(graph)
    graph.remove_nodes_from(set(graph) - {whole.root, *nx.descendants(graph, whole.root)})
    return replace(shown, graph=graph)


def _flatten(graph: nx.DiGraph[str]) -> None:
    """What "all of" some conditions needs under another "all of" stands there directly; it means the same."""
    for node in list(graph):
        parents, children = list(graph.pred[node]), list(graph.succ[node])
        is_plain = graph.nodes[node]["kind"] == "criterion" and graph.nodes[node]["role"] == ALL
        if is_plain and children and parents and all(graph.nodes[each]["role"] == ALL for each in parents):
            graph.add_edges_from((parent, child) for parent in parents for child in children)
            graph.remove_node(node)


def _add_side(graph: Joint, side: str, shown: Explanation, found: Crux) -> None:
    """One derivation, and its facts."""
    deciding = {clause.id for clause in shown.determination.clauses}
    for node, data in shown.graph.nodes(data=True):
        on_way = (shown.policy_id, node) in found.nodes
        decides = node == shown.root or node in {f"met({shown.policy_id},{each})" for each in deciding}
        is_asked = data["attribute"] and data.get("needed") and not data.get("passed")
        label = f"needs {data['needed']}" if is_asked else look_of(data).label
        own = {"side": side, "policy": shown.policy_id, "node": node, "on_way": on_way, "decides": decides}
        graph.add_node(_name(side, node), **{**data, **own, "label": label})
        if name := data["attribute"]:
            fact = _fact(name)
            if fact not in graph:
                now = f"{data.get('about') or name}: {data.get('now') or 'not stated'}"
                graph.add_node(fact, side=FACT, label=now, on_way=name in found.attributes, decides=False)
            graph.add_edge(_name(side, node), fact)
    graph.add_edges_from((_name(side, parent), _name(side, child)) for parent, child in shown.graph.edges)


def _add_way(graph: Joint, found: Crux) -> None:
    """Where the two sides meet: what does not ask for a fact of the way, or a gap that no fact fills."""
    for side in (LEFT, RIGHT):
        clauses = [_name(side, f"met({graph.graph[side]},{each})") for each in found.clauses]
        if graph.graph[side] == found.first:
            for name in found.attributes if clauses else ():
                asked = any(_fact(name) in nx.descendants(graph, each) for each in clauses)
                if not asked and _fact(name) in graph:
                    graph.add_edges_from(((each, _fact(name)) for each in clauses if each in graph), label=NOT_ASKED)
        root, facts = _root(graph, side), [_fact(name) for name in found.attributes if _fact(name) in graph]
        reached = nx.descendants(graph, root)
        if facts and reached.isdisjoint(facts):
            graph.add_edges_from(((root, each) for each in facts), label=NOT_ASKED)
    if found.gap:
        other = graph.graph[RIGHT if graph.graph[LEFT] == found.first else LEFT]
        graph.add_node(GAP_NODE, side=GAP, label=_gap(graph, found, other), on_way=True, decides=False)
        on_way = [name for name, data in graph.nodes(data=True) if data["on_way"] and name != GAP_NODE]
        ends = [name for name in on_way if not set(on_way) & set(graph.succ[name])]
        graph.add_edges_from((each, GAP_NODE) for each in ends)


def _gap(graph: Joint, found: Crux, other: str) -> str:
    if found.gap == NEVER:
        return "whatever the facts, the two never have the same outcome"
    name = graph.graph[f"name of {other}"]
    if found.gap == YIELDS:
        side = RIGHT if graph.graph[RIGHT] == other else LEFT
        return f"{name} has “{graph.nodes[_name(side, f'met({other},{found.there})')]['label']}” too, and it yields"
    return f"{name} has no clause with the same outcome for any of these cases"


def _name(side: str, node: str) -> str:
    return f"{side} {node}"


def _fact(attribute: str) -> str:
    return f"{FACT} {attribute}"


def _root(graph: Joint, side: str) -> str:
    return next(name for name, data in graph.nodes(data=True) if data["side"] == side and not graph.pred[name])


# --- In words -------------------------------------------------------------------------------------------------


def way_in_words(graph: Joint) -> str:
    """What makes the two disagree, in a sentence; nothing where they do not."""
    if GAP_NODE in graph:
        return f"{sentence(graph.nodes[GAP_NODE]['label'])}."
    facts = [data["label"] for _, data in graph.nodes(data=True) if data["side"] == FACT and data["on_way"]]
    because = "What decides is open:" if is_open(graph) else "They disagree because of"
    return f"{because} {joined(facts, 'and')}." if facts else ""


def is_open(graph: Joint) -> bool:
    """Whether one of the two is not decided."""
    return any(graph.nodes[_root(graph, side)]["status"] == UNKNOWN for side in (LEFT, RIGHT))


def in_words(graph: Joint) -> list[Line]:
    """The whole graph as an outline: what makes the two disagree, and each side down to the facts."""
    lines = [Line(words) for words in [way_in_words(graph)] if words]
    for side in (LEFT, RIGHT):
        lines += _below(graph, _root(graph, side), 0, set())
    return lines


def _below(graph: Joint, name: str, depth: int, said: set[str]) -> Iterator[Line]:
    data: dict[str, Any] = graph.nodes[name]
    if data["side"] in (FACT, GAP):
        return
    facts = [graph.nodes[each]["label"] for each in graph.successors(name) if graph.nodes[each]["side"] == FACT]
    words = f"{joined(facts, 'and')}: {data['label']}" if facts and data["attribute"] else str(data["label"])
    way = " (on the way)" if data["on_way"] and depth else ""
    look = look_of(data)
    yield Line(f"{words}, {look.word}{way}", depth, look.mark, data["citation"] if data["kind"] == "clause" else "")
    if name in said:
        return
    said.add(name)
    for child in graph.successors(name):
        yield from _below(graph, child, depth + 1, said)
