"""Both derivations of a pair of payers on one canvas, and the same in words and as files."""

from __future__ import annotations

from functools import partial
from xml.etree import ElementTree

import streamlit as st

from payerlogic.answers.contrast import Contrast
from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import explained
from payerlogic.app.components import zoomed_svg
from payerlogic.app.derivation_graph import colors
from payerlogic.app.downloads import file_stem, show_formats
from payerlogic.app.html import asset, escape, show_note
from payerlogic.app.pages.case.jump import Jump, follow_links, jumps
from payerlogic.app.pages.case.outline import show_outline
from payerlogic.documents.pictures.graphviz import SVG
from payerlogic.documents.pictures.joint import Joint, in_words, joint, way_in_words
from payerlogic.documents.pictures.joint_drawing import joint_drawn, joint_svg, legend_of, node_ids, title_of

FORMATS = {"svg": "Both derivations (SVG)", "png": "Both derivations (PNG)", "pdf": "Both derivations (PDF)"}

_picture = zoomed_svg("canvas", f"{colors('.zoomed')}\n{asset(__package__, 'canvas.css')}")


def show_canvas(kb: KnowledgeBase, contrast: Contrast, name: str) -> None:
    """The picture, what it means, and the ways to take it away; ``name`` is that of the case."""
    sides = (contrast.left.policy, contrast.right.policy)
    graph = joint(contrast, *(explained(kb, contrast.case, contrast.settings, each) for each in sides))
    if way := way_in_words(graph):
        st.html(f'<p class="pl"><strong>{escape(way)}</strong></p>')
    svg = _linked(joint_svg(graph, noted=False), graph, jumps(kb))
    _picture(data={"svg": svg, "label": f"{title_of(graph)} It scrolls."}, key="canvas")
    follow_links(kb)
    show_note(legend_of(graph))
    with st.expander("The same in words", key="canvas.words"):
        show_outline(kb, in_words(graph))
    graph.graph["case"] = name or None
    stem = file_stem(" ".join([name, *map(kb.catalog.called, sides)]), "both")
    show_formats(stem, FORMATS, partial(joint_drawn, graph), "canvas-files")


def _linked(svg: str, graph: Joint, jump: Jump) -> str:
    """The picture with a link from each node of a derivation to its place there; those on the way are stops of Tab."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)
    root.set("role", "group")
    groups = {each.get("id"): each for each in root.iter(f"{{{SVG}}}g")}
    ids = node_ids(graph)
    for name, id_ in ids.items():
        data, link = graph.nodes[name], next(groups[id_].iter(f"{{{SVG}}}a"), None)
        if link is None or "node" not in data:
            continue
        link.attrib.clear()
        href, target = jump(data["policy"], data["node"])
        link.attrib |= {"href": href, "data-jump": target}
        if not data["on_way"]:
            link.set("tabindex", "-1")
    middle = (id_ for name, id_ in ids.items() if graph.nodes[name]["on_way"] and "node" not in graph.nodes[name])
    if start := next(middle, None):
        groups[start].set("class", f"{groups[start].get('class')} start")
    return ElementTree.tostring(root, encoding="unicode")
