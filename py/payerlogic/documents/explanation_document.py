"""An explanation as a document: what decides and why, the graph, and the same as an outline.

>>> from payerlogic import KnowledgeBase
>>> found = document(KnowledgeBase.load().explain({"primary_site": "brain"}, "nia"))
>>> [each.heading for each in found.sections]
['Determination', 'Derivation', 'The same as an outline']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.documents.blocks import Block, Bullets, Document, Paragraph, Picture, Section
from payerlogic.documents.pictures.views import in_view
from payerlogic.wording.explanation import outline, reasoning
from payerlogic.wording.outline import Line, as_text


def document(explanation: Explanation) -> Document:
    """The whole document."""
    nodes = Bullets.of("Derivation", [(each.depth, each.cited) for each in outline(explanation)])
    sections = (
        Section("Determination", tuple(_blocks(reasoning(explanation))), name="determination"),
        Section("Derivation", (picture(_folded(explanation), "Derivation graph"),), name="derivation"),
        Section("The same as an outline", (nodes,), name="outline"),
    )
    title = str(explanation.graph.nodes[explanation.root]["label"])
    return Document(title, explanation.disclaimer, sections)


def _folded(explanation: Explanation) -> Explanation:
    """The graph as a page has room for it, with all that it folds in the outline; a view stays as it is."""
    is_view = "folded" in explanation.graph.nodes[explanation.root]
    return explanation if is_view else in_view(explanation)


def picture(explanation: Explanation, caption: str) -> Picture:
    """The graph of an explanation."""

    def draw(kind: str) -> bytes:
        from payerlogic.documents.pictures.derivation import drawn

        return drawn(explanation, kind)

    return Picture(caption, as_text(outline(explanation)).rstrip("\n"), draw)


def _blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """Sentences at the top as paragraphs, what stands below them or has a mark as lists."""
    for listed, group in groupby(lines, key=lambda line: bool(line.depth or line.lead)):
        below = list(group)
        if listed:
            top = min(line.depth for line in below)
            yield Bullets.of("Reasons", [(line.depth - top, f"{line.lead}{line.cited}") for line in below])
        else:
            yield from (Paragraph(line.cited, strong=line.is_status) for line in below if line.text)
