"""A draft of a policy, compared with the policy as it is: as a function of plain data, for a process of its own.

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
