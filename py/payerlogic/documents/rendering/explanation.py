"""An explanation as text, data or a picture.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> as_text(kb.explain({"primary_site": "brain"}, "nia"), kb).startswith("NIA_CG_226")
True
"""

from __future__ import annotations

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.semantics.model import Model
from payerlogic.text.json_text import json_text


def as_text(explanation: Explanation, _kb: Model) -> str:
    from payerlogic.wording.explanation import rationale
    from payerlogic.wording.outline import as_text as as_lines

    return as_lines(rationale(explanation))


def as_json(explanation: Explanation, _kb: Model) -> str:
    return json_text(explanation.to_dict())


def as_html(explanation: Explanation, _kb: Model) -> str:
    from payerlogic.documents.explanation_document import document
    from payerlogic.documents.writers.html import page

    return page(document(explanation))


def as_mermaid(explanation: Explanation, _kb: Model) -> str:
    from payerlogic.documents.pictures.mermaid import mermaid

    return mermaid(explanation)


def as_dot(explanation: Explanation, _kb: Model) -> str:
    from payerlogic.documents.pictures.derivation import dot

    return dot(explanation)


def as_svg(explanation: Explanation, _kb: Model) -> bytes:
    return _drawn(explanation, "svg")


def as_png(explanation: Explanation, _kb: Model) -> bytes:
    return _drawn(explanation, "png")


def as_pdf(explanation: Explanation, _kb: Model) -> bytes:
    return _drawn(explanation, "pdf")


def _drawn(explanation: Explanation, kind: str) -> bytes:
    from payerlogic.documents.pictures.derivation import drawn

    return drawn(explanation, kind)
