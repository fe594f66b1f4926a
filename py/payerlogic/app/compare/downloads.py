"""The comparison as a file: a page, a workbook, rows, Markdown, or what a program reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import streamlit as st

from payerlogic.knowledge import KnowledgeBase
from payerlogic.reports import rendered
from payerlogic.reports.model import Report

FILES = {
    "html": ("Page (HTML)", "html", "text/html"),
    "xlsx": ("Workbook (XLSX)", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("Rows (CSV)", "csv", "text/csv"),
    "markdown": ("Markdown", "md", "text/markdown"),
    "json": ("Data (JSON)", "json", "application/json"),
}


def show_downloads(kb: KnowledgeBase, report: Report) -> None:
    """A button for each format; a file is made when its button is pressed."""
    left, right = report.comparison.left, report.comparison.right
    name = f"compare-{left}-{right}"
    with st.container(horizontal=True):
        for format_, (label, ending, mime) in FILES.items():
            made: Callable[[], bytes] = partial(_made, kb, report, format_)
            st.download_button(
                label, made, file_name=f"{name}.{ending}", mime=mime, on_click="ignore", key=f"compare.{format_}"
            )


def _made(kb: KnowledgeBase, report: Report, format_: str) -> bytes:
    if format_ != "json":
        return rendered(report, format_)
    found = report.comparison
    data = {**found.to_json(kb.vocabulary), "kb": kb.digest}
    if found.left.policy != found.right.policy:
        data["contested"] = [each.to_json(kb.vocabulary) for each in kb.contested(found)]
    return f"{json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")
