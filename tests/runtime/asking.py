"""Every question of the Python API about the shipped knowledge base, as data: what is asked, and the answer as JSON.

The cases are made up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.fact_status import standings
from payerlogic.consistency.clause_graph import clause_graph
from payerlogic.documents.comparison_report import Report
from payerlogic.sql import compile_query

AS_OF = date(2026, 11, 22)
RECTUM = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}
BREAST = {"primary_site": "breast", "age_years": 49, "modality": "electron_beam", "t_category": "T1"}
OPEN = {"primary_site": "soft_tissue"}

Ask = Callable[[KnowledgeBase, Settings], Any]


def data_and_words(kb: KnowledgeBase, answer: Any) -> Any:
    """The answer as data and, where it has them, as sentences."""
    return [answer.to_dict(), kb.text(answer)]


def findings(kb: KnowledgeBase, policy: str) -> Any:
    found = kb.check(policy)
    return [[each.to_dict(kb.vocabulary) for each in found], str(clause_graph(kb, policy, found))]


def compared(kb: KnowledgeBase, left: str, right: str, settings: Settings) -> Any:
    found = kb.compare(left, right, settings)
    return [found.to_dict(kb.vocabulary), kb.text(Report.of(kb, found))]


QUICK: dict[str, Ask] = {
    "read": lambda kb, s: dict(kb.read(RECTUM).facts),
    "decide one": lambda kb, s: kb.decide(RECTUM, "nia", s).to_dict(),
    "decide all": lambda kb, s: kb.decide(BREAST, None, s).to_dict(),
    "decide an open case": lambda kb, s: kb.decide(OPEN, None, s).to_dict(),
    "decide with readings": lambda kb, s: kb.decide(RECTUM, None, s, with_readings=True).to_dict(),
    "explain": lambda kb, s: [kb.explain(BREAST, "nia", s).to_dict(), kb.text(kb.explain(BREAST, "nia", s))],
    "explain an open case": lambda kb, s: kb.explain(OPEN, "bcbsaz", s).to_dict(),
    "why": lambda kb, s: data_and_words(kb, kb.reasons(RECTUM, "bcbsaz", s)),
    "why not": lambda kb, s: data_and_words(kb, kb.why_not(BREAST, "nia", "approved", s)),
    "ask": lambda kb, s: data_and_words(kb, kb.ask(OPEN, "nia", s)),
    "best questions": lambda kb, s: kb.best_questions([kb.ask(OPEN, each, s) for each in kb.policies]),
    "robustness": lambda kb, s: data_and_words(kb, kb.robustness(RECTUM, "nia", s)),
    "contrast": lambda kb, s: data_and_words(kb, kb.contrast(BREAST, "nia", "bcbsaz", s)),
    "standings": lambda kb, s: standings(kb, kb.read(OPEN), s, kb.decide(OPEN, None, s).determinations),
    "solve": lambda kb, s: sorted(kb.solver.possible("nia", kb.situation(kb.read(OPEN), "nia", s))),
}
SLOW: dict[str, Ask] = {
    "sql": lambda kb, s: compile_query(kb, ["nia"], s).text,
    "check": lambda kb, s: findings(kb, "bcbsaz"),
    "compare editions": lambda kb, s: compared(kb, "bcbsaz@2022-09-19", "bcbsaz@2024-09-03", s),
    "compare payers": lambda kb, s: compared(kb, "nia", "bcbsaz", s),
    "effect of a reading": lambda kb, s: kb.effect_of("nia", dict([first_reading(kb, "nia")]), s),
}
EVERY = QUICK | SLOW


def first_reading(kb: KnowledgeBase, policy: str) -> tuple[str, str]:
    """The first reading of a policy, at its second option."""
    each = next(each for each in kb.catalog.readings.values() if each.policy == policy)
    return each.id, each.options[1].name


if __name__ == "__main__":  # a line for each question, to compare how Python is run
    base = KnowledgeBase.load()
    for name, ask in EVERY.items():
        print(name, repr(ask(base, base.settings(as_of=AS_OF))))
