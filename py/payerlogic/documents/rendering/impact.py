"""An impact in a population: sentences, data, or a page with counts only.

>>> from payerlogic.documents import formats
>>> from payerlogic.tables.impact.result import Impact
>>> Impact.__name__, formats(Impact.__new__(Impact))
('Impact', ('text', 'json', 'html'))
"""

from __future__ import annotations

from payerlogic.documents.impact_report import document, summary
from payerlogic.semantics.model import Model
from payerlogic.tables.impact.result import Impact
from payerlogic.text.json_text import json_text


def as_text(found: Impact, kb: Model) -> str:
    return "".join(f"{line}\n" for line in summary(kb, found))


def as_json(found: Impact, _kb: Model) -> str:
    return json_text(found.to_dict())


def as_html(found: Impact, kb: Model) -> str:
    from payerlogic.documents.writers.html import page

    return page(document(kb, found))
