"""The rationale of a case as a document that goes into a file or a letter: Markdown, Word or PDF.

>>> from payerlogic import KnowledgeBase
>>> document = rationale(KnowledgeBase.load(), {"primary_site": "brain"}, ["nia"])
>>> rendered(document, "md").decode().splitlines()[0]
'# Coverage rationale: a case without a name'
"""

from __future__ import annotations

from payerlogic.documents.blocks import Rationale
from payerlogic.documents.rationale import rationale

FORMATS = ("md", "docx", "pdf")
BINARY = ("docx", "pdf")
MIME = {
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}

__all__ = ["BINARY", "FORMATS", "MIME", "Rationale", "rationale", "rendered"]


def rendered(document: Rationale, format_: str) -> bytes:
    """The document as the bytes of a file; each format is loaded only when asked for."""
    if format_ == "docx":
        from payerlogic.documents.writers.docx import docx

        return docx(document)
    if format_ == "pdf":
        from payerlogic.documents.writers.pdf import pdf

        return pdf(document)
    from payerlogic.documents.writers.rationale_markdown import markdown

    return markdown(document).encode("utf-8", "backslashreplace")
