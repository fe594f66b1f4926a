"""The report of a comparison as a page, a workbook, rows, Markdown or plain text.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.comparison_report import Report
>>> kb = KnowledgeBase.load()
>>> as_markdown(Report.of(kb, kb.compare("nia", "bcbsaz")), kb)[:27]
'# NIA and BCBSAZ compared\\n\\n'
"""

from __future__ import annotations

from payerlogic.documents.comparison_report import Report
from payerlogic.semantics.model import Model
from payerlogic.wording.outline import as_text as as_lines


def as_text(report: Report, _kb: Model) -> str:
    return as_lines(report.lines())


def as_html(report: Report, _kb: Model) -> str:
    from payerlogic.documents.writers.html import page

    return page(report)


def as_xlsx(report: Report, _kb: Model) -> bytes:
    from payerlogic.documents.writers.xlsx import workbook

    return workbook(report)


def as_csv(report: Report, _kb: Model) -> str:
    from payerlogic.documents.writers.csv import csv_text

    return csv_text(report)


def as_markdown(report: Report, _kb: Model) -> str:
    from payerlogic.documents.writers.markdown import markdown

    return markdown(report)
