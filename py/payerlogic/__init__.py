"""Coverage policies you can query, compare and prove: answer-set programs, decided, explained and compared.

    >>> from payerlogic import Case, KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> kb.decide(Case(primary_site="rectum", t_category="T4", margin_status="close"), "nia").outcome
    'approved'

A determination here explains a policy; it is not a coverage decision or medical advice.
"""

from payerlogic.answers.decision import DecidedCase, Determination
from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import Case, StatedCase
from payerlogic.errors import CaseError, KnowledgeBaseError, PayerlogicError, QuestionError
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.semantics.settings import Settings
from payerlogic.version import __version__

__all__ = [
    "DISCLAIMER",
    "Case",
    "CaseError",
    "DecidedCase",
    "Determination",
    "KnowledgeBase",
    "KnowledgeBaseError",
    "PayerlogicError",
    "QuestionError",
    "Settings",
    "StatedCase",
    "__version__",
]
