"""Each format of each kind of answer: ``payerlogic.documents.render`` finds ``as_<format>`` here.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> as_text(kb.robustness({"primary_site": "brain"}, "bcbsaz"), kb).partition(":")[0]
'BCBSAZ'
>>> as_markdown(kb.compare("nia", "bcbsaz"), kb)[:27]
'# NIA and BCBSAZ compared\\n\\n'

A writer, and the library that it needs, is imported where it is used; so is what knows a kind of answer, which is
found by the name of its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.decision import DecidedCase, Determination
from payerlogic.documents.blocks import Document, Table
from payerlogic.program.catalog import Catalog
from payerlogic.semantics.model import Model
from payerlogic.text.json_text import json_text
from payerlogic.wording.case_answers import sentences
from payerlogic.wording.marks import OUTCOME_MARKS
from payerlogic.wording.outline import Line
from payerlogic.wording.outline import as_text as lines_as_text


def _report(answer: Any, kb: Model) -> Any:
    from payerlogic.documents.comparison_report import Report

    return answer if isinstance(answer, Report) else Report.of(kb, answer)


def _lines(answer: Any, kb: Model) -> Iterable[Line]:
    match type(answer).__name__:
        case "Determination" | "DecidedCase":
            return _determinations(kb.catalog, answer)
        case "Comparison" | "Report":
            report: Iterable[Line] = _report(answer, kb).lines()
            return report
        case "Explanation":
            from payerlogic.wording.explanation import rationale

            return rationale(answer)
        case "CheckedPolicy":
            from payerlogic.wording.findings import lines

            return lines(kb, answer)
        case "PolicyRepairs":
            from payerlogic.wording.repairs import lines as repair_lines

            return repair_lines(kb, answer)
        case "Strictness":
            from payerlogic.wording.stricter import StricterWords

            return StricterWords.of(kb, answer).lines()
        case "KnowledgeDiff":
            from payerlogic.wording.diff import DiffWords

            return DiffWords(answer).lines()
        case "SeveralPolicies":
            from payerlogic.wording.several import SeveralWords

            return SeveralWords.of(kb, answer).lines()
        case "Impact":
            from payerlogic.documents.impact_report import summary

            return map(Line, summary(kb, answer))
    return sentences(kb, answer)


def _document(answer: Any, kb: Model) -> Document:
    match type(answer).__name__:
        case "Comparison" | "Report":
            from payerlogic.documents.comparison_document import document as compared

            return compared(_report(answer, kb))
        case "Explanation":
            from payerlogic.documents.explanation_document import document as explained

            return explained(answer)
        case "StrictnessRepairs":
            from payerlogic.documents.repairs_report import strictness as repaired_plan

            return repaired_plan(kb, answer)
        case "PolicyRepairs":
            from payerlogic.documents.repairs_report import document as repaired

            return repaired(kb, answer)
        case "Strictness":
            from payerlogic.documents.stricter_report import document as strictness

            return strictness(kb, answer)
        case "KnowledgeDiff":
            from payerlogic.documents.diff_report import document as edited

            return edited(answer)
        case "SeveralPolicies":
            from payerlogic.documents.several_report import document as compared_all

            return compared_all(kb, answer)
        case "Impact":
            from payerlogic.documents.impact_report import document as counted

            return counted(kb, answer)
    assert isinstance(answer, Document)
    return answer


# --- Text and data -------------------------------------------------------------------------------------------


def as_text(answer: Any, kb: Model) -> str:
    return lines_as_text(_lines(answer, kb))


def as_json(answer: Any, kb: Model) -> str:
    if type(answer).__name__ == "PolicyRepairs":
        from payerlogic.documents.repairs_report import as_data

        return json_text({**as_data(answer, kb.vocabulary), "kb": kb.digest})
    if type(answer).__name__ == "CheckedPolicy":
        from payerlogic.consistency.causes import causes

        grouped = [each.to_dict(answer.findings) for each in causes(answer.findings)]
        return json_text({"findings": answer.to_dict(kb.vocabulary), "causes": grouped, "kb": kb.digest})
    return json_text(answer.to_dict())


def as_sarif(checked: Any, kb: Model) -> str:
    from payerlogic.documents.writers.sarif import sarif

    if type(checked).__name__ == "PolicyRepairs":
        return json_text(sarif(kb, checked.findings, repairs=checked.repairs))
    return json_text(sarif(kb, checked.findings, checked.baseline))


def as_csv(answer: Any, kb: Model) -> str:
    from payerlogic.documents.writers.csv import csv_text, table_text

    if type(answer).__name__ == "SeveralPolicies":
        from payerlogic.documents.several_report import REGIONS, sheets

        return next(table_text([header, *rows]) for name, header, rows in sheets(kb, answer) if name == REGIONS)
    return csv_text(_report(answer, kb))


def as_xlsx(answer: Any, kb: Model) -> bytes:
    from payerlogic.documents.writers.xlsx import sheets_as_workbook, workbook

    if type(answer).__name__ == "SeveralPolicies":
        from payerlogic.documents.several_report import sheets
        from payerlogic.wording.several import SeveralWords

        return sheets_as_workbook(SeveralWords.of(kb, answer).title(), sheets(kb, answer))
    return workbook(_report(answer, kb))


# --- Documents -----------------------------------------------------------------------------------------------


def as_html(answer: Any, kb: Model) -> str:
    """A page; of an answer about one case a fragment for a notebook."""
    from payerlogic.documents.writers.html import page, table

    if isinstance(answer, CaseAnswer):
        return f"<div style='white-space: pre-wrap'>{escape(as_text(answer, kb))}</div>"
    if not isinstance(answer, Determination | DecidedCase):
        return page(_document(answer, kb))
    rows = [
        (
            each.policy,
            f"{OUTCOME_MARKS[each.outcome]} {kb.catalog.outcomes.get(each.outcome, each.outcome)}",
            kb.catalog.classes_in_words(each.possible),
            "; ".join(clause.citation for clause in each.clauses),
        )
        for each in ([answer] if isinstance(answer, Determination) else answer.determinations.values())
    ]
    return table(Table.of("", ("Policy", "Outcome", "Class", "Rests on"), rows))


def as_markdown(answer: Any, kb: Model) -> str:
    from payerlogic.documents.writers.markdown import markdown

    return markdown(_document(answer, kb))


as_md = as_markdown


def as_docx(document: Document, _kb: Model) -> bytes:
    from payerlogic.documents.writers.docx import docx

    return docx(document)


def as_pdf(answer: Any, _kb: Model) -> bytes:
    if not isinstance(answer, Document):
        return _drawn(answer, "pdf")
    from payerlogic.documents.writers.pdf import pdf

    return pdf(answer)


# --- Pictures ------------------------------------------------------------------------------------------------


def as_svg(explanation: Any, _kb: Model) -> bytes:
    return _drawn(explanation, "svg")


def as_png(explanation: Any, _kb: Model) -> bytes:
    return _drawn(explanation, "png")


def _drawn(explanation: Any, kind: str) -> bytes:
    from payerlogic.documents.pictures.derivation import drawn

    return drawn(explanation, kind)


def as_dot(explanation: Any, _kb: Model) -> str:
    from payerlogic.documents.pictures.derivation import dot

    return dot(explanation)


def as_mermaid(explanation: Any, _kb: Model) -> str:
    from payerlogic.documents.pictures.mermaid import mermaid

    return mermaid(explanation)


def _determinations(catalog: Catalog, answer: Determination | DecidedCase) -> Iterator[Line]:
    """A line for each policy: its outcome, and the classes that are possible."""
    for each in [answer] if isinstance(answer, Determination) else answer.determinations.values():
        outcome = catalog.outcomes.get(each.outcome, each.outcome).lower() + each.extent
        classes = "; or ".join(catalog.classes[name].label for name in each.possible)
        yield Line(f"{each.policy}: {outcome}, {classes}")
