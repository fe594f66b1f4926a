"""What a reader takes away: reports, rationales and outlines as blocks, and the one registry of formats.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> render(kb.explain({"primary_site": "brain"}, "nia"), "mermaid", kb).decode().splitlines()[0]
    'flowchart LR'
    >>> formats(kb.ask({"primary_site": "brain"}, "nia"))
    ('text', 'json', 'html')

What lives here: the content of documents; ``writers`` holds one file format a module, ``pictures`` what is drawn.
What may not: searching, deciding, asking. A writer, and the library that it needs, is loaded only when it is used.
"""

from __future__ import annotations

from importlib import import_module

from payerlogic.errors import Problem, QuestionError, nearest
from payerlogic.semantics.model import Model

_ANSWER = {each: f"answers:{each}" for each in ("text", "json", "html")}
_OF: dict[str, dict[str, str]] = {
    "Determination": _ANSWER,
    "DecidedCase": _ANSWER,
    "Questions": _ANSWER,
    "Reasons": _ANSWER,
    "Robustness": _ANSWER,
    "WhyNot": _ANSWER,
    "Contrast": _ANSWER,
    "Explanation": {
        each: f"explanation:{each}" for each in ("text", "json", "svg", "png", "pdf", "dot", "html", "mermaid")
    },
    "Comparison": {each: f"comparison:{each}" for each in ("html", "xlsx", "csv", "markdown", "text")},
    "Report": {each: f"comparison:{each}" for each in ("html", "xlsx", "csv", "markdown", "text")},
    "Impact": {each: f"impact:{each}" for each in ("text", "json", "html")},
    "Document": {each: f"document:{each}" for each in ("md", "docx", "pdf")},
}
EXPLANATION, REPORT, RATIONALE = (tuple(_OF[each]) for each in ("Explanation", "Report", "Document"))
BINARY = frozenset({"png", "pdf", "xlsx", "docx"})
MIME = {
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def formats(answer: object) -> tuple[str, ...]:
    """The formats in which ``answer`` can be had; none for what is no answer."""
    return tuple(_OF.get(type(answer).__name__, ()))


def render(answer: object, format_: str, kb: Model) -> bytes:
    """``answer`` as the bytes of a file; text is UTF-8. ``kb`` is the knowledge base that gave the answer.

    Raises QuestionError for a format that this kind of answer does not have.
    """
    known = formats(answer)
    if format_ not in known:
        raise QuestionError(Problem(f"unknown format {format_!r}", hint=nearest(format_, known)))
    module, _, name = _OF[type(answer).__name__][format_].partition(":")
    made: str | bytes = getattr(import_module(f"payerlogic.documents.rendering.{module}"), f"as_{name}")(answer, kb)
    return made if isinstance(made, bytes) else made.encode("utf-8", "backslashreplace")
