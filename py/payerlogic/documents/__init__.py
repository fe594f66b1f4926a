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

_ANSWER = ("text", "json", "html")
_COMPARISON = ("html", "xlsx", "csv", "markdown", "text")
FORMATS: dict[str, tuple[str, ...]] = {
    "Determination": _ANSWER,
    "DecidedCase": _ANSWER,
    "Questions": _ANSWER,
    "Reasons": _ANSWER,
    "Robustness": _ANSWER,
    "WhyNot": _ANSWER,
    "Contrast": _ANSWER,
    "Explanation": ("text", "json", "svg", "png", "pdf", "dot", "html", "mermaid"),
    "Comparison": _COMPARISON,
    "Report": _COMPARISON,
    "SeveralPolicies": _COMPARISON,
    "Strictness": ("html", "markdown", "text"),
    "StrictnessRepairs": ("html", "markdown"),
    "PolicyRepairs": ("text", "json", "sarif", "html", "markdown"),
    "KnowledgeDiff": ("html", "markdown", "text"),
    "Impact": _ANSWER,
    "CheckedPolicy": ("text", "json", "sarif"),
    "Document": ("md", "docx", "pdf", "json"),
}
"""What can be made of each kind of answer, the usual format first."""
ALIASES = {"gv": "dot", "htm": "html", "markdown": "md", "mmd": "mermaid", "txt": "text", "word": "docx"}
"""Other names of formats, and endings of their files."""
BINARY = frozenset({"png", "pdf", "xlsx", "docx"})
MIME = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "png": "image/png",
    "sarif": "application/sarif+json",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def formats(answer: object) -> tuple[str, ...]:
    """The formats in which ``answer`` can be had; none for what is no answer."""
    return FORMATS.get(type(answer).__name__, ())


def render(answer: object, format_: str, kb: Model) -> bytes:
    """``answer`` as the bytes of a file; text is UTF-8. ``kb`` is the knowledge base that gave the answer.

    Raises QuestionError for a format that this kind of answer does not have.
    """
    known = formats(answer)
    if format_ not in known:
        raise QuestionError(Problem(f"unknown format {format_!r}", hint=nearest(format_, known)))
    rendering = import_module("payerlogic.documents.rendering")
    made: str | bytes = getattr(rendering, f"as_{format_}")(answer, kb)
    return made if isinstance(made, bytes) else made.encode("utf-8", "backslashreplace")
