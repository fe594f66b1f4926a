"""The order of strictness among policies, drawn by Graphviz: an arrow leads to those that approve all of it and more.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load().of_service("lung_screening")
>>> words = SeveralWords.of(kb, kb.compare_several(["cms_ldct@2015-02-05", "cms_ldct", "uspstf_ldct"]))
>>> picture = strictness_svg(words)
>>> 'role="img"' in picture and "whatever Medicare (2015-02-05) approves, Medicare approves too" in picture
True
"""

from __future__ import annotations

import textwrap

import pygraphviz

from payerlogic.documents.pictures.graphviz import FONT, accessible, draw, plain_label
from payerlogic.text.phrases import joined
from payerlogic.wording.several import SeveralWords

TITLE = "Who is stricter than whom"
WRAP = 26


def strictness_svg(words: SeveralWords) -> str:
    """The picture as svg, with the same in words."""
    return accessible(strictness_drawn(words, "svg"), "strictness", TITLE, " ".join(words.order()))


def strictness_drawn(words: SeveralWords, kind: str) -> bytes:
    """The picture, as svg or png."""
    order = words.found.order
    drawing = pygraphviz.AGraph(directed=True, strict=True)
    drawing.graph_attr.update(rankdir="LR", nodesep="0.3", ranksep="0.9", bgcolor="transparent", fontname=FONT)
    drawing.node_attr.update(fontname=FONT, fontsize="12", margin="0.16,0.09", shape="box", style="filled,rounded")
    drawing.node_attr.update(fillcolor="#f4f5f7", color="#50535e", fontcolor="#1b1b1b")
    drawing.edge_attr.update(fontname=FONT, fontsize="10", arrowsize="0.8", color="#4a4d57", fontcolor="#4a4d57")
    names = {group: f"p{index}" for index, group in enumerate(order.alike)}
    for group, name in names.items():
        lines = textwrap.wrap(joined(map(words.name, group)), WRAP)
        drawing.add_node(name, id=name, label="\\n".join(map(plain_label, lines)))
    for stricter, than in order.steps:
        drawing.add_edge(names[stricter], names[than], label=" approves more ")
    return draw(drawing, kind)
