"""Clauses with links that open what they cite."""

from __future__ import annotations

from collections.abc import Iterable

from payerlogic.answers.decision import CitedClause
from payerlogic.api import KnowledgeBase
from payerlogic.app.citations import link
from payerlogic.app.html import escape


def linked(kb: KnowledgeBase, policy: str, text: str, citation: str) -> str:
    """What is said, and where the document says it."""
    return f"{escape(text)} [{link(kb, citation, policy=policy)}]" if citation else escape(text)


def clauses(kb: KnowledgeBase, policy: str, deciding: Iterable[CitedClause]) -> str:
    """Clauses that decide a case, each with where the text has it."""
    return "<br>".join(linked(kb, policy, each.title, each.citation) for each in deciding) or "no clause"
