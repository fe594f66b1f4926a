"""The derivation graph drawn by Graphviz: svg, png, pdf, dot.

    >>> from payerlogic import KnowledgeBase
    >>> picture = svg(KnowledgeBase.load().explain({"primary_site": "brain"}, "nia"))
    >>> 'role="img"' in picture and "<script" not in picture
    True

The svg has a title and a description, so that a screen reader can read it; each node has its status
as a mark and in words besides the color.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import lru_cache
from xml.etree import ElementTree

import pygraphviz

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.failing import qualifies
from payerlogic.documents.pictures.graphviz import FONT, SVG, XLINK, draw, plain_label
from payerlogic.documents.pictures.views import is_heading
from payerlogic.wording.explanation import outline
from payerlogic.wording.marks import ROLE_WORDS, WORDS, look_of
from payerlogic.wording.outline import as_text

WRAP, NARROW = 34, 23
"""So many letters a line, on a page that scrolls and on paper."""
REASONS = 3
SHAPES = {"determination": "box", "clause": "box", "criterion": "box", "fact": "box", "reading": "note",
          "presumption": "box"}  # fmt: skip


LEGEND = (
    "Color: the outcome, of the determination and of the clauses that decide. Shape: rounded, met; cut corners, not "
    "met; dashed, open. Marks: ✓ met, ✗ not met, ? open, § a reading of the text, ~ presumed. A dashed arrow leads to "
    "what must not hold."
)


def _drawing(explanation: Explanation, *, noted: bool = True) -> pygraphviz.AGraph:
    """The graph; ``noted`` with the case, what the looks mean and the disclaimer below, as it leaves the page."""
    drawing = pygraphviz.AGraph(directed=True, strict=True)
    if noted:
        notes = (f"Case: {explanation.case_id or 'without a name'}", LEGEND, explanation.disclaimer)
        lines = [line for each in notes for line in textwrap.wrap(each, 100)]
        label = "".join(f"{plain_label(line)}\\l" for line in lines)
        drawing.graph_attr.update(label=label, labelloc="b", labeljust="l", fontsize="11")
    drawing.graph_attr.update(
        rankdir="LR", ordering="out", nodesep="0.12", ranksep="0.35", bgcolor="white", fontname=FONT
    )
    drawing.node_attr.update(fontname=FONT, fontsize="11", margin="0.12,0.06", shape="box")
    drawing.edge_attr.update(color="#666666", arrowsize="0.6")
    for index, node in enumerate(explanation.graph.nodes):
        data: dict[str, str] = explanation.graph.nodes[node]
        look = look_of(data)
        fill, border = look.colors
        drawing.add_node(
            _name(index),
            label=_label(explanation, node, NARROW if noted else WRAP),
            shape=SHAPES[data["kind"]],
            style=f"filled,{look.shape}",
            fillcolor=fill,
            color=border,
            fontcolor="#1a1a1a",
            penwidth="2" if data["kind"] in ("determination", "clause") else "1",
            tooltip=plain_label(_described(data)),
            id=_name(index),
        )
    names = {node: _name(index) for index, node in enumerate(explanation.graph.nodes)}
    for parent, child in explanation.graph.edges:
        negated = explanation.graph.nodes[parent]["role"] == "not"
        # What decides is drawn nearest to the determination.
        weight = "12" if parent == explanation.root and explanation.graph.nodes[child]["status"] == "met" else "1"
        style = "dashed" if negated else "solid"
        edge = f"{names[parent]}-{names[child]}"
        drawing.add_edge(names[parent], names[child], id=edge, style=style, weight=weight)
    return drawing


def _name(index: int) -> str:
    return f"n{index}"


def _label(explanation: Explanation, node: str, width: int) -> str:
    data = explanation.graph.nodes[node]
    look = look_of(data)
    lines = textwrap.wrap(f"{look.mark} {look.label}", width)
    for reason in () if data.get("passed") else reasons_in_short(data.get("because", ())):
        lines += textwrap.wrap(f"· {reason}", width, subsequent_indent="  ")
    if role := _role(explanation, node):
        lines.append(f"({role})")
    if data.get("hidden"):
        lines.append(f"+ {data['hidden']} {'folded' if data['folded'] else 'more'}")
    # \l ends a line that is set to the left; a backslash of the text is not an escape
    return "".join(f"{plain_label(line)}\\l" for line in lines)


def _role(explanation: Explanation, node: str) -> str:
    """How the conditions under a node combine, where there are several; a count and a heading say it themselves."""
    graph, data = explanation.graph, explanation.graph.nodes[node]
    below = (child for child in graph.successors(node) if not qualifies(graph, child))
    conditions = [child for child in below if not is_heading(explanation, child)]
    says_it = data["attribute"] or data.get("counts") or is_heading(explanation, node)
    return ROLE_WORDS[data["role"]] if len(conditions) > 1 and not says_it else ""


def reasons_in_short(because: Sequence[str]) -> list[str]:
    """The first reasons of a folded node, and how many there are besides."""
    more = len(because) - REASONS
    return [*because[:REASONS], *([f"and {more} more"] if more > 0 else [])]


def _described(data: dict[str, str]) -> str:
    cited = f" [{data['citation']}]" if data["citation"] else ""
    words = "" if data.get("passed") else f": {WORDS[data['status']]}"
    return f"{look_of(data).label}{words}{cited}"  # as in the outline beside it


def dot(explanation: Explanation) -> str:
    """The graph in Graphviz' own language, without a layout."""
    return str(_drawing(explanation).string())


def drawn(explanation: Explanation, kind: str) -> bytes:
    """The picture as svg, png or pdf."""
    if kind == "svg":
        return svg(explanation).encode()
    picture = _drawing(explanation)
    if kind == "png":
        picture.graph_attr["dpi"] = "110"
    return draw(picture, kind)


def svg(explanation: Explanation) -> str:
    """The picture as svg, with a title and a description for those who cannot see it."""
    return _accessible(_layout(dot(explanation)), explanation)


@lru_cache(maxsize=256)
def _layout(source: str) -> bytes:
    return draw(pygraphviz.AGraph(string=source), "svg")


def bare_svg(explanation: Explanation) -> str:
    """The picture for a page that gives it colors and roles of its own: shapes and text alone.

    The group of the node with number i of the graph has the id ``n<i>`` and the classes ``node``, its colors' key and
    its kind; the group of an edge has the id ``n<i>-n<j>`` and the class ``edge``.
    """
    nodes = (explanation.graph.nodes[node] for node in explanation.graph)
    classes = tuple(f"node {look_of(each).style} {each['kind']}" for each in nodes)
    return _bare(str(_drawing(explanation, noted=False).string()), classes)


@lru_cache(maxsize=64)
def _bare(source: str, classes: tuple[str, ...]) -> str:
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(_layout(source))
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    class_of = {_name(index): each for index, each in enumerate(classes)}
    for group in list(root.iter(f"{{{SVG}}}g")):
        group.set("class", class_of.get(group.get("id", ""), group.get("class", "")))
        _unwrap(group)
        for shape in list(group):
            if shape.tag == f"{{{SVG}}}polygon" and group.get("class") == "graph":
                group.remove(shape)  # the ground
            for name in ("fill", "stroke"):
                if shape.get(name) != "none":
                    shape.attrib.pop(name, None)
    return ElementTree.tostring(root, encoding="unicode")


def _unwrap(group: ElementTree.Element) -> None:
    """Take out names that were generated, and the link that Graphviz puts around a node with a tooltip."""
    for child in list(group):
        inner = child.findall(f"{{{SVG}}}a")
        if child.tag == f"{{{SVG}}}title":
            group.remove(child)
        elif child.tag == f"{{{SVG}}}g" and inner:
            group.remove(child)
            group.extend(inner[0])


def _accessible(drawn_svg: bytes, explanation: Explanation) -> str:
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(drawn_svg)
    described = {_name(i): _described(explanation.graph.nodes[node]) for i, node in enumerate(explanation.graph.nodes)}
    for group in root.iter(f"{{{SVG}}}g"):
        title = group.find(f"{{{SVG}}}title")
        if title is None:
            continue
        name = group.get("id", "")
        if group.get("class") == "node" and name in described:
            title.text = described[name]
        else:  # an edge or the whole graph: its generated name would only be read out
            group.remove(title)
    title = ElementTree.Element(f"{{{SVG}}}title", {"id": "derivation-title"})
    title.text = f"Derivation: {explanation.graph.nodes[explanation.root]['label']}"
    description = ElementTree.Element(f"{{{SVG}}}desc", {"id": "derivation-description"})
    description.text = as_text(outline(explanation)).rstrip("\n")
    root.insert(0, description)
    root.insert(0, title)
    root.set("role", "img")
    root.set("aria-labelledby", "derivation-title")
    root.set("aria-describedby", "derivation-description")
    return ElementTree.tostring(root, encoding="unicode")
