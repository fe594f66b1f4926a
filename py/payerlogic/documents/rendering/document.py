"""The rationale of a case as a document that goes into a file or a letter: Markdown, Word or PDF.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.rationale import rationale
>>> kb = KnowledgeBase.load()
>>> as_md(rationale(kb, {"primary_site": "brain"}, ["nia"]), kb).splitlines()[0]
'# Coverage rationale: a case without a name'
"""

from __future__ import annotations

from payerlogic.documents.blocks import Document
from payerlogic.semantics.model import Model


def as_md(document: Document, _kb: Model) -> str:
    from payerlogic.documents.writers.markdown import markdown

    return markdown(document)


def as_docx(document: Document, _kb: Model) -> bytes:
    from payerlogic.documents.writers.docx import docx

    return docx(document)


def as_pdf(document: Document, _kb: Model) -> bytes:
    from payerlogic.documents.writers.pdf import pdf

    return pdf(document)
