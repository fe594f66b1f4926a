"""A comparison, or the report of one, as a page, a workbook, rows, Markdown or plain text.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> as_markdown(kb.compare("nia", "bcbsaz"), kb)[:27]
'# NIA and BCBSAZ compared\\n\\n'
"""

from __future__ import annotations

from payerlogic.comparison.result import Comparison
from payerlogic.documents.comparison_document import document
from payerlogic.documents.comparison_report import Report
from payerlogic.semantics.model import Model
from payerlogic.wording.outline import as_text as as_lines


def as_text(found: Report | Comparison, kb: Model) -> str:
    return as_lines(_report(found, kb).lines())


def as_html(found: Report | Comparison, kb: Model) -> str:
    from payerlogic.documents.writers.html import page

    return page(document(_report(found, kb)))


def as_xlsx(found: Report | Comparison, kb: Model) -> bytes:
    from payerlogic.documents.writers.xlsx import workbook

    return workbook(_report(found, kb))


def as_csv(found: Report | Comparison, kb: Model) -> str:
    from payerlogic.documents.writers.csv import csv_text

    return csv_text(_report(found, kb))


def as_markdown(found: Report | Comparison, kb: Model) -> str:
    from payerlogic.documents.writers.markdown import markdown

    return markdown(document(_report(found, kb)))


def _report(found: Report | Comparison, kb: Model) -> Report:
    return found if isinstance(found, Report) else Report.of(kb, found)
