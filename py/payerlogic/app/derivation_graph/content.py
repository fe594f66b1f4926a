"""What the component is given: the picture, the nodes with what they show, the opened rule.

>>> from payerlogic.api import KnowledgeBase
>>> from payerlogic.documents.pictures.views import in_view
>>> kb = KnowledgeBase.load()
>>> whole = kb.explain({"primary_site": "brain", "device": "intrabeam"}, "nia")
>>> content(kb, whole, in_view(whole), "NIA", "context", None)["nodes"][0]["spoken"]
'NIA_CG_226: investigational and not medically necessary. Determination, met. One of 3 below.'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.node_details import NodeDetails
from payerlogic.app.derivation_graph.rule_panel import panel
from payerlogic.documents.pictures.derivation import bare_svg, reasons_in_short
from payerlogic.documents.pictures.views import MET_ONLY, VIEWS
from payerlogic.semantics.model import Model
from payerlogic.wording.marks import KIND_WORDS, ROLE_WORDS, look_of


def content(
    kb: Model, whole: Explanation, shown: Explanation, payer: str, view: str, opened: NodeDetails | None
) -> dict[str, Any]:
    """The data of the component: ``shown`` is what the view leaves of the ``whole`` explanation."""
    names = {node: f"n{index}" for index, node in enumerate(shown.graph)}
    return {
        "subject": f"{whole.policy_id} {view}",
        "label": f"Derivation graph of {payer}",
        "svg": bare_svg(shown),
        "root": shown.root,
        "nodes": [_node(whole, shown, node, name) for node, name in names.items()],
        "open": opened.part.node if opened else None,
        "rule": panel(kb, shown, opened),
        "note": _note(shown, view),
    }


def _node(whole: Explanation, shown: Explanation, node: str, name: str) -> dict[str, Any]:
    data: Mapping[str, Any] = shown.graph.nodes[node]
    look = look_of(data)
    return {
        "id": node,
        "shape": name,
        "label": look.label,
        "mark": look.mark,
        "word": look.word,
        "style": look.style,
        "cited": f"[{', '.join(data['statements'])}]" if data["statements"] else "",
        "spoken": spoken(shown, node),
        "children": shown.children(node),
        "foldable": bool(whole.children(node)),
        "folded": data["folded"],
        "hidden": data["hidden"],
        "because": [] if data.get("passed") else reasons_in_short(data["because"]),
    }


def spoken(shown: Explanation, node: str) -> str:
    """One node for a screen reader: what it says, what it is, how it stands, and what it hides."""
    data: Mapping[str, Any] = shown.graph.nodes[node]
    kind = KIND_WORDS[data["kind"]].capitalize()
    look = look_of(data)
    status = "" if data["kind"] == "reading" else f", {look.word}"
    sentences = [f"{look.label}. {kind}{status}."]
    below = len(shown.children(node))
    if below > 1 and not data["attribute"]:
        sentences.append(f"{ROLE_WORDS[data['role']].capitalize()} {below} below.")
    if data["because"] and not data.get("passed"):
        sentences.append(f"Because {'; '.join(reasons_in_short(data['because']))}.")
    if data["hidden"]:
        sentences.append(f"{data['hidden']} {'folded' if data['folded'] else 'more not shown'}.")
    return " ".join(sentences)


def _note(shown: Explanation, view: str) -> str:
    """What to do where a view is empty."""
    if view == MET_ONLY and len(shown.graph) == 1:
        others = [each.title for name, each in VIEWS.items() if name != MET_ONLY]
        return (
            f"No clause is met or can still be met. {others[0]!r} shows the nearest reasons; {others[1]!r} everything."
        )
    return ""
