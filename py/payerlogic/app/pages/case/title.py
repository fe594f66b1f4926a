"""What the browser calls the Case page: the case in a word or two, and the verdicts.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"t_category": "T4", "primary_site": "rectum", "margin_status": "close"})
>>> title_of(kb, case, "", kb.decide(case).determinations)
'Rectum T4: approved at BCBSAZ, approved at NIA'
"""

from __future__ import annotations

from collections.abc import Mapping

from payerlogic.answers.decision import Determination
from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.outcomes import OPEN
from payerlogic.text.phrases import plural, sentence

FACTS, POLICIES = 2, 3
"""So many facts and verdicts fit into a title."""


def title_of(kb: KnowledgeBase, case: StatedCase, name: str, found: Mapping[str, Determination]) -> str:
    """The case, by its name or its first facts, and what is decided; of many policies how many approve what."""
    about = [kb.vocabulary[each] for each in kb.vocabulary if each in case.facts]
    rows, choices = kb.catalog.matrix[:1], [each for each in about if each.type == "choice"]
    first = [each for each in about if each.name in rows or (each in choices and not each.fixed)] or choices or about
    said = [each.in_words(case.facts[each.name]) for each in first]
    called = name or sentence(" ".join(said[:FACTS])) or "A case"
    return f"{called}: {_verdicts(kb, found)}"


def _verdicts(kb: KnowledgeBase, found: Mapping[str, Determination]) -> str:
    if len(found) <= POLICIES:
        return ", ".join(f"{_outcome(kb, each)} at {kb.catalog.called(each.policy_id)}" for each in found.values())
    counts: dict[str, int] = {}
    for each in found.values():
        counts[_outcome(kb, each)] = counts.get(_outcome(kb, each), 0) + 1
    return f"{', '.join(f'{count} {word}' for word, count in counts.items())} of {plural(len(found), 'payer')}"


def _outcome(kb: KnowledgeBase, found: Determination) -> str:
    return "open" if found.outcome == OPEN else kb.catalog.outcomes[found.outcome].lower()
