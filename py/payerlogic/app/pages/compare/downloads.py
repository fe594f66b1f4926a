"""The comparison as a file: a page, a workbook, rows, Markdown, or what a program reads."""

from __future__ import annotations

import json
from functools import partial

from payerlogic.api import KnowledgeBase
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.documents import render
from payerlogic.documents.comparison_report import Report

FILES = {
    "html": ("Page (HTML)", "html"),
    "xlsx": ("Workbook (XLSX)", "xlsx"),
    "csv": ("Rows (CSV)", "csv"),
    "markdown": ("Markdown", "md"),
    "json": ("Data (JSON)", "json"),
}


def show_files(kb: KnowledgeBase, report: Report) -> None:
    """A button for each format; a file is made when its button is pressed."""
    name = f"compare-{report.comparison.left}-{report.comparison.right}"
    files = [
        Download(label, f"{name}.{ending}", partial(_made, kb, report, format_))
        for format_, (label, ending) in FILES.items()
    ]
    show_downloads(files, "compare-files")


def _made(kb: KnowledgeBase, report: Report, format_: str) -> bytes:
    if format_ != "json":
        return render(report, format_, kb)
    found = report.comparison
    data = {**found.to_dict(kb.vocabulary), "kb": kb.digest}
    if found.left.policy != found.right.policy:
        data["contested"] = [each.to_dict(kb.vocabulary) for each in kb.contested(found)]
    if report.mix is not None:
        data["mix"] = report.mix.to_dict()
    return f"{json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")
