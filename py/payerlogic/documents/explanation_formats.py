"""Explanations in the formats that people and programs take.

>>> from payerlogic import KnowledgeBase
>>> explanation = KnowledgeBase.load().explain({"primary_site": "brain"}, "nia")
>>> str(render(explanation, "mermaid")).splitlines()[0]
'flowchart LR'
"""

from __future__ import annotations

import json
from collections.abc import Callable

from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.errors import QuestionError, nearest

FORMATS = ("text", "json", "svg", "png", "pdf", "dot", "html", "mermaid")
BINARY = ("png", "pdf")


def render(explanation: Explanation, format_: str) -> str | bytes:
    """The explanation as text, or as bytes for png and pdf. QuestionError for an unknown format."""
    if format_ not in _RENDERERS:
        raise QuestionError(f"unknown format {format_!r}; {nearest(format_, FORMATS)}")
    return _RENDERERS[format_](explanation)


def _json(explanation: Explanation) -> str:
    return json.dumps(explanation.to_json(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _text(explanation: Explanation) -> str:
    from payerlogic.wording.explanation import rationale

    return rationale(explanation)


def _picture(kind: str) -> Callable[[Explanation], str | bytes]:
    def draw(explanation: Explanation) -> str | bytes:
        from payerlogic.documents.pictures import derivation as picture

        if kind == "svg":
            return picture.svg(explanation)
        return picture.dot(explanation) if kind == "dot" else picture.drawn(explanation, kind)

    return draw


def _mermaid(explanation: Explanation) -> str:
    from payerlogic.documents.pictures.mermaid import mermaid

    return mermaid(explanation)


def _html(explanation: Explanation) -> str:
    from payerlogic.documents.writers.explanation_page import page

    return page(explanation)


_RENDERERS: dict[str, Callable[[Explanation], str | bytes]] = {
    "text": _text,
    "json": _json,
    "svg": _picture("svg"),
    "png": _picture("png"),
    "pdf": _picture("pdf"),
    "dot": _picture("dot"),
    "html": _html,
    "mermaid": _mermaid,
}
