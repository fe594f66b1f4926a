"""What may take long to ask of the text of a policy, as functions of plain data, for a process of their own.

>>> from datetime import date
>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> text = kb.file_of("nia").text
>>> draft_difference(kb.program.folder, "nia", text, date(2026, 1, 1)).changed
False
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from payerlogic.api.knowledge_base import KnowledgeBase
from payerlogic.comparison.knowledge_diff import KnowledgeDiff
from payerlogic.consistency.finding import Finding
from payerlogic.repair.result import Repairs


def draft_difference(
    folder: Path,
    policy: str,
    text: str,
    as_of: date,
    cases: Iterable[Mapping[str, object]] | None = None,
    regions: int | None = None,
) -> KnowledgeDiff:
    """What changes if the file of a policy reads ``text``; the other arguments are those of ``difference``.

    KnowledgeBaseError for a text with a problem.
    """
    kb = KnowledgeBase.load(folder, only=[policy])
    return kb.difference(kb.with_draft(policy, text), [policy], as_of=as_of, cases=cases, regions=regions)


def finding_repairs(folder: Path, finding: Finding, readings: Mapping[str, str], seconds: float) -> Repairs:
    """The repairs of a finding that ``check`` found under some readings, searched for within ``seconds``."""
    kb = KnowledgeBase.load(folder, only=[finding.policy])
    [found] = kb.repairs(finding.policy, readings, of=[finding], seconds=seconds).repairs
    return found
