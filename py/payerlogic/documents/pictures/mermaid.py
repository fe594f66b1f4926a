"""The derivation graph for Markdown pages that draw mermaid.

>>> from payerlogic import KnowledgeBase
>>> print(mermaid(KnowledgeBase.load().explain({"primary_site": "brain"}, "nia")).splitlines()[0])
flowchart LR
"""

from __future__ import annotations

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.wording.marks import look_of


def mermaid(explanation: Explanation) -> str:
    """A mermaid flowchart, node by node and edge by edge."""
    names = {node: f"n{index}" for index, node in enumerate(explanation.graph.nodes)}
    lines, used = ["flowchart LR"], dict[str, tuple[str, str]]()
    for node, data in explanation.graph.nodes(data=True):
        look = look_of(data)
        used[look.style] = look.colors
        lines.append(f'  {names[node]}["{_quoted(f"{look.mark} {look.label}")}"]:::{look.style}')
    for parent, child in explanation.graph.edges:
        arrow = "-.->" if explanation.graph.nodes[parent]["role"] == "not" else "-->"
        lines.append(f"  {names[parent]} {arrow} {names[child]}")
    for style, (fill, border) in used.items():
        lines.append(f"  classDef {style} fill:{fill},stroke:{border},color:#1a1a1a")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Text that mermaid takes literally: what has a meaning to it becomes a numeric character."""
    return "".join(char if char.isalnum() or char in " .,:;()-/✓✗?§~" else f"#{ord(char)};" for char in text)
