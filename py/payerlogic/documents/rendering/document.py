"""A document, such as the rationale of a case: Markdown, Word, PDF or data.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.rationale import rationale
>>> kb = KnowledgeBase.load()
>>> as_md(rationale(kb, {"primary_site": "brain"}, ["nia"]), kb).splitlines()[0]
'# Coverage rationale: a case without a name'
"""

from __future__ import annotations

from payerlogic.documents.blocks import Document
from payerlogic.semantics.model import Model
from payerlogic.text.json_text import json_text


def as_md(document: Document, _kb: Model) -> str:
    from payerlogic.documents.writers.markdown import markdown

    return markdown(document)


def as_json(document: Document, _kb: Model) -> str:
    return json_text(document.to_dict())


def as_docx(document: Document, _kb: Model) -> bytes:
    from payerlogic.documents.writers.docx import docx

    return docx(document)


def as_pdf(document: Document, _kb: Model) -> bytes:
    from payerlogic.documents.writers.pdf import pdf

    return pdf(document)
