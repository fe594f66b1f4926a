"""The graph of the clauses involved in findings, drawn by Graphviz.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.consistency.clause_graph import clause_graph
    >>> kb = KnowledgeBase.load()
    >>> picture = clauses_svg(clause_graph(kb, "bcbsaz", kb.check("bcbsaz")))
    >>> 'role="img"' in picture and "prevails" in picture
    True

Every edge says in words what it means; its color and stroke say it again. Each group of the picture has the
outcome or the relation as its class, so that a page can give it the colors of its theme.
"""

from __future__ import annotations

import textwrap

import pygraphviz

from payerlogic.consistency.clause_graph import (
    CONFLICT,
    COVERS,
    MUTUAL,
    OTHERWISE,
    OVERLAP,
    PREVAILS,
    Graph,
    concludes,
    in_sentences,
)
from payerlogic.documents.pictures.graphviz import FONT, accessible, draw, plain_label
from payerlogic.text.phrases import plural
from payerlogic.wording.marks import OUTCOME_MARKS

WRAP = 30
# Border of a relation; each has a contrast of at least 4.5 to 1 on white.
EDGE_COLORS = {CONFLICT: "#a3271c", OVERLAP: "#2a4d8f", COVERS: "#5b3a86", PREVAILS: "#4a4d57"}
EDGE_MARKS = {CONFLICT: "✗ conflict", OVERLAP: "≈ overlap", COVERS: "⊃ covers", PREVAILS: "▸ prevails"}


def clauses_svg(graph: Graph) -> str:
    """The picture as svg, with a title and a description for those who cannot see it."""
    title = f"{plural(len(graph), 'clause')} and how they stand to each other"
    return accessible(draw(_drawing(graph), "svg"), "clauses", title, ". ".join(in_sentences(graph)))


def _drawing(graph: Graph) -> pygraphviz.AGraph:
    drawing = pygraphviz.AGraph(directed=True, strict=False)
    drawing.graph_attr.update(rankdir="LR", nodesep="0.25", ranksep="0.7", bgcolor="transparent", fontname=FONT)
    drawing.node_attr.update(fontname=FONT, fontsize="11", margin="0.14,0.08", shape="box", style="filled,rounded")
    drawing.node_attr.update(fillcolor="#f4f5f7", color="#50535e", fontcolor="#1b1b1b")
    drawing.edge_attr.update(fontname=FONT, fontsize="10", arrowsize="0.7")
    names = {clause: f"c{index}" for index, clause in enumerate(graph)}
    for clause, data in graph.nodes(data=True):
        outcomes = {"class": " ".join(data["outcomes"]) or "bars"}
        drawing.add_node(names[clause], id=names[clause], label=_label(clause, data), **outcomes)
    for (one, other), relations in _together(graph).items():
        first = next(each for each in EDGE_MARKS if each in relations)
        lines = [f"{EDGE_MARKS[each]}{'*' if when == OTHERWISE else ''}" for each, when in relations.items()]
        drawing.add_edge(
            names[one],
            names[other],
            label="\\n".join(f" {line} " for line in lines),
            color=EDGE_COLORS[first],
            fontcolor=EDGE_COLORS[first],
            style="dashed" if all(when == OTHERWISE for when in relations.values()) else "solid",
            dir="none" if all(each in MUTUAL for each in relations) else "forward",
            **{"class": first},
        )
    return drawing


def _together(graph: Graph) -> dict[tuple[str, str], dict[str, str]]:
    """The relations of two clauses on one edge: a conflict goes along the arrow of the clause that prevails."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    directed = [edge for edge in graph.edges(data=True) if edge[2]["relation"] not in MUTUAL]
    for one, other, data in directed:
        found.setdefault((one, other), {})[data["relation"]] = data["when"]
    for one, other, data in graph.edges(data=True):
        if data["relation"] in MUTUAL:
            key = (other, one) if (other, one) in found and (one, other) not in found else (one, other)
            found.setdefault(key, {})[data["relation"]] = data["when"]
    order = list(EDGE_MARKS)
    return {key: dict(sorted(each.items(), key=lambda item: order.index(item[0]))) for key, each in found.items()}


def _label(clause: str, data: dict[str, tuple[str, ...]]) -> str:
    marks = " ".join(OUTCOME_MARKS.get(outcome, "") for outcome in data["outcomes"])
    lines = [
        *textwrap.wrap(f"{clause}: {data['title']}", WRAP),
        *textwrap.wrap(f"{marks} {concludes(data['classes'])}".strip(), WRAP),
    ]
    return "".join(f"{plain_label(line)}\\l" for line in lines)
