"""Answers about one case as sentences, as data, or for a notebook.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> as_text(kb.robustness({"primary_site": "brain"}, "bcbsaz"), kb).partition(":")[0]
'BCBSAZ'
"""

from __future__ import annotations

from html import escape

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.decision import DecidedCase, Determination
from payerlogic.semantics.model import Model
from payerlogic.text.json_text import json_text
from payerlogic.wording.case_answers import sentences
from payerlogic.wording.marks import OUTCOME_MARKS
from payerlogic.wording.outline import as_text as as_lines

Answer = CaseAnswer | DecidedCase | Determination


def as_text(answer: Answer, kb: Model) -> str:
    if isinstance(answer, CaseAnswer):
        return as_lines(sentences(kb, answer))
    return "".join(
        f"{each.policy}: {kb.catalog.outcomes.get(each.outcome, each.outcome).lower()}{each.extent}, "
        f"{'; or '.join(kb.catalog.classes[name].label for name in each.possible)}\n"
        for each in _determinations(answer)
    )


def as_json(answer: Answer, _kb: Model) -> str:
    return json_text(answer.to_dict())


def as_html(answer: Answer, kb: Model) -> str:
    """For a notebook; nothing in it is taken as markup."""
    if isinstance(answer, CaseAnswer):
        return f"<div style='white-space: pre-wrap'>{escape(as_text(answer, kb))}</div>"
    rows = "".join(
        f"<tr><th scope='row'>{escape(each.policy)}</th>"
        f"<td>{OUTCOME_MARKS[each.outcome]} {escape(kb.catalog.outcomes.get(each.outcome, each.outcome))}</td>"
        f"<td>{escape('; or '.join(kb.catalog.classes[name].label for name in each.possible))}</td>"
        f"<td>{escape('; '.join(clause.citation for clause in each.clauses))}</td></tr>"
        for each in _determinations(answer)
    )
    head = "<tr><th>Policy</th><th>Outcome</th><th>Class</th><th>Rests on</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _determinations(answer: DecidedCase | Determination) -> list[Determination]:
    return [answer] if isinstance(answer, Determination) else list(answer.determinations.values())
