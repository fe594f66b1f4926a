"""What every answer about one case has beside what it says: the case, how it was asked, and what it rests on.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> kb.ask({"primary_site": "rectum"}, "nia").case.facts
{'primary_site': 'rectum'}

INVARIANT: an answer is frozen, hashable, picklable data. It prints nothing, draws nothing and keeps no knowledge base
alive; words, pictures and files are made above it (see ``payerlogic.documents.render``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.settings import Settings


@dataclass(frozen=True, kw_only=True)
class CaseAnswer(ABC):
    """An answer about ``case``, asked under ``settings``."""

    case: StatedCase
    settings: Settings
    premises: Premises = field(default_factory=Premises)

    @abstractmethod
    def to_dict(self) -> dict[str, object]:
        """The answer as plain dictionaries, lists, texts and numbers: what ``--json`` prints."""
