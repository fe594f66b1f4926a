"""Two derivations on one canvas, drawn by Graphviz: the facts in the middle, what makes the two disagree in bold.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.documents.pictures.joint import joint
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "brain"})
    >>> both = kb.explain(case, "nia"), kb.explain(case, "bcbsaz")
    >>> picture = joint_svg(joint(kb.contrast(case, "nia", "bcbsaz"), *both))
    >>> 'role="img"' in picture and "It is not a coverage decision" in picture
    True

Each group of the picture has as its class how it is to be looked at (way, decides or faded) and the key of its
colors, so that a page can give it the colors of its theme.
"""

from __future__ import annotations

import textwrap
from functools import lru_cache

import pygraphviz

from payerlogic.documents.pictures.graphviz import FONT, accessible, draw, plain_label
from payerlogic.documents.pictures.joint import FACT, GAP, RIGHT, Joint, in_words, is_open, way_in_words
from payerlogic.wording.marks import look_of
from payerlogic.wording.outline import as_text

WRAP = 22
INK, FAINT, LINE = "#1a1a1a", "#63666f", "#b9bcc6"
WAY, DECIDES, FADED = "way", "decides", "faded"
LEGEND = (
    "Facts of the case in the middle, a policy at each side.{bold} Color: the outcome, of the determinations and of "
    "the clauses that decide. Rounded ✓ met; cut corners ✗ not met; dashed ? open; ~ presumed. Faded: the rest."
)


def joint_svg(graph: Joint, *, noted: bool = True) -> str:
    """The picture as svg, with the same in words; ``noted`` with legend, case and disclaimer, as it leaves the page."""
    return accessible(_drawn(_source(graph, noted), "svg"), "joint", title_of(graph), as_text(in_words(graph)).rstrip())


def joint_drawn(graph: Joint, kind: str) -> bytes:
    """The picture as svg, png or pdf."""
    return joint_svg(graph).encode() if kind == "svg" else _drawn(_source(graph, noted=True), kind)


def title_of(graph: Joint) -> str:
    """What the picture is of."""
    return f"Both derivations. {way_in_words(graph)}".strip()


def legend_of(graph: Joint) -> str:
    """What the signs mean; what is bold only where something is, and an open answer is no disagreement."""
    what = "what decides is open" if is_open(graph) else "what makes them disagree"
    on_way = any(data["on_way"] for _, data in graph.nodes(data=True))
    return LEGEND.format(bold=f" Bold: {what}." if on_way else "")


@lru_cache(maxsize=64)
def _drawn(source: str, kind: str) -> bytes:
    picture = pygraphviz.AGraph(string=source)
    if kind == "png":
        picture.graph_attr["dpi"] = "110"
    return draw(picture, kind)


def node_ids(graph: Joint) -> dict[str, str]:
    """The id of each node in the picture."""
    return {name: f"{graph.nodes[name]['side'][0]}{number}" for number, name in enumerate(graph)}


def _source(graph: Joint, noted: bool) -> str:
    drawing = pygraphviz.AGraph(directed=True, strict=True)
    if noted:
        notes = (
            way_in_words(graph),
            f"Case: {graph.graph['case'] or 'without a name'}",
            legend_of(graph),
            graph.graph["disclaimer"],
        )
        lines = [line for each in notes for line in textwrap.wrap(each, 120)]
        drawing.graph_attr.update(
            label="".join(f"{plain_label(line)}\\l" for line in lines), labelloc="b", labeljust="l"
        )
    drawing.graph_attr.update(rankdir="LR", nodesep="0.1", ranksep="0.3", bgcolor="white", fontname=FONT, fontsize="11")
    drawing.node_attr.update(fontname=FONT, fontsize="11", margin="0.1,0.05", shape="box")
    drawing.edge_attr.update(fontname=FONT, fontsize="10", arrowsize="0.6")
    ids = node_ids(graph)
    for name in graph:
        drawing.add_node(ids[name], id=ids[name], **_look(graph, name))
    middle = [ids[name] for name, data in graph.nodes(data=True) if data["side"] in (FACT, GAP)]
    drawing.add_subgraph(middle, rank="same")
    for parent, child, data in graph.edges(data=True):
        looks = _edge_look(graph, parent, child, str(data.get("label", "")))
        if graph.nodes[parent]["side"] == RIGHT:
            drawing.add_edge(ids[child], ids[parent], dir="back", **looks)
        else:
            drawing.add_edge(ids[parent], ids[child], **looks)
    return str(drawing.string())


def _weight(graph: Joint, name: str) -> str:
    """How a node is to be looked at. Where no way leads through the picture, nothing of it is faded."""
    data = graph.nodes[name]
    if data["on_way"]:
        return WAY
    return DECIDES if data["decides"] or not way_in_words(graph) else FADED


def _look(graph: Joint, name: str) -> dict[str, str]:
    data, weight = graph.nodes[name], _weight(graph, name)
    bold = "2.6" if weight == WAY else "1"
    if data["side"] in (FACT, GAP):
        mark = "≠ " if data["side"] == GAP else ""
        lines, style = textwrap.wrap(f"{mark}{data['label']}", WRAP), "filled"
        fill, border, key = "#ffffff", INK if weight == WAY else LINE, f"the-{data['side']}"
    else:
        look = look_of(data)
        lines, style = textwrap.wrap(f"{look.mark} {look.label}", WRAP), f"filled,{look.shape}"
        fill, border = look.colors if weight != FADED else ("#ffffff", LINE)
        key = f"{look.style} {data['kind']}"
        if data.get("hidden"):
            lines.append(f"+ {data['hidden']} folded")
    return {
        "label": "".join(f"{plain_label(line)}\\l" for line in lines),
        "style": style,
        "fillcolor": fill,
        "color": border,
        "fontcolor": FAINT if weight == FADED else INK,
        "penwidth": bold,
        "tooltip": plain_label(" ".join(lines)),
        "class": f"{weight} {key}",
    }


def _edge_look(graph: Joint, parent: str, child: str, label: str) -> dict[str, str]:
    is_way = graph.nodes[parent]["on_way"] and graph.nodes[child]["on_way"]
    weights = {_weight(graph, parent), _weight(graph, child)}
    kind = WAY if is_way else FADED if FADED in weights else DECIDES
    negated = graph.nodes[parent].get("role") == "not" or label
    return {
        "class": kind,
        "color": INK if kind == WAY else LINE if kind == FADED else FAINT,
        "penwidth": "3.4" if kind == WAY else "1",
        "style": "dashed" if negated else "solid",
        "label": f" {label} " if label else "",
        "weight": "8" if kind == WAY else "1",
    }
