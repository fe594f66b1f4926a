"""Reports on what ``compare`` and ``check`` find, in the formats that people and programs take.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.comparison_report import Report
>>> kb = KnowledgeBase.load()
>>> rendered(Report.of(kb, kb.compare("nia", "bcbsaz")), "markdown")[:27].decode()
'# NIA and BCBSAZ compared\\n\\n'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payerlogic.documents.comparison_report import Report

FORMATS = ("html", "xlsx", "csv", "markdown")
BINARY = ("xlsx",)


def rendered(report: Report, format_: str) -> bytes:
    """The report as the bytes of a file; each format is loaded only when asked for."""
    if format_ == "html":
        from payerlogic.documents.writers.html import page

        return page(report).encode("utf-8", "backslashreplace")
    if format_ == "xlsx":
        from payerlogic.documents.writers.xlsx import workbook

        return workbook(report)
    if format_ == "csv":
        from payerlogic.documents.writers.csv import csv_text

        return csv_text(report).encode("utf-8", "backslashreplace")
    from payerlogic.documents.writers.markdown import markdown

    return markdown(report).encode("utf-8", "backslashreplace")
