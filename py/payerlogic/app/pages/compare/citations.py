"""Clauses with links to where the Policies page has their text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from payerlogic.answers.decision import CitedClause
from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.html import escape


def linked(kb: KnowledgeBase, policy: str, text: str, citation: str, statements: Sequence[str]) -> str:
    """What is said, and where, as a link to that section of the document."""
    if not citation:
        return escape(text)
    book = kb.catalog.policies[policy].statements
    sections = [book[each].section for each in statements if each in book]
    changes = {"policies.policy": policy} | ({"policies.section": sections[0]} if sections else {})
    address = escape(url_state.link(kb, "policies", **changes), quote=True)
    return f'{escape(text)} <a class="pl-quiet" href="{address}">[{escape(citation)}]</a>'


def clauses(kb: KnowledgeBase, policy: str, deciding: Iterable[CitedClause]) -> str:
    """Clauses that decide a case, each with where the text has it."""
    found = [linked(kb, policy, each.title, each.citation, each.statements) for each in deciding]
    return "<br>".join(found) or "no clause"
