"""The derivation graph for Markdown pages that draw mermaid.

>>> from payerlogic import KnowledgeBase
>>> print(mermaid(KnowledgeBase.load().explain({"primary_site": "brain"}, "nia")).splitlines()[0])
flowchart LR
"""

from __future__ import annotations

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.wording.marks import COLORS, KIND_COLORS, mark_of


def mermaid(explanation: Explanation) -> str:
    """A mermaid flowchart, node by node and edge by edge."""
    names = {node: f"n{index}" for index, node in enumerate(explanation.graph.nodes)}
    lines = ["flowchart LR"]
    for node, data in explanation.graph.nodes(data=True):
        style = "reading" if data["kind"] == "reading" else data["status"]
        label = _quoted(f"{mark_of(data['status'], data['kind'])} {data['label']}")
        lines.append(f'  {names[node]}["{label}"]:::{style}')
    for parent, child in explanation.graph.edges:
        arrow = "-.->" if explanation.graph.nodes[parent]["role"] == "not" else "-->"
        lines.append(f"  {names[parent]} {arrow} {names[child]}")
    for style, (fill, border) in {**COLORS, "reading": KIND_COLORS["reading"]}.items():
        lines.append(f"  classDef {style} fill:{fill},stroke:{border},color:#1a1a1a")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text that mermaid takes literally: what has a meaning to it becomes a numeric character."""
    return "".join(char if char.isalnum() or char in " .,:;()-/✓✗?§~" else f"#{ord(char)};" for char in text)
