"""A citation as a link: a click opens the drawer, a click for a new tab the policy's page at that section.

>>> from payerlogic.api import KnowledgeBase
>>> statements_cited(KnowledgeBase.load(), "NIA_CG_226, Indications: introduction, sentences 2 and 3 [N08]")[1]
('N08',)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from payerlogic.app import url_state
from payerlogic.app.html import escape
from payerlogic.semantics.model import Model

SEPARATOR = "|"
_NAMED = re.compile(r"\[([^\[\]]+)\]")


def link(kb: Model, citation: str, *, policy: str = "", words: str = "", kind: str = "") -> str:
    """``citation``, as the catalog writes it, as HTML: a link that opens what is cited.

    ``words`` stand for it where there is no room, ``kind`` is a class for its look. ``policy`` is only needed where
    the citation does not say of which document it is. What cites no statement stays a text.
    """
    text = escape(words or citation)
    of, ids = statements_cited(kb, citation, policy)
    if not ids:
        return text
    section = kb.catalog.policies[of].statements[ids[0]].section
    page = url_state.address_of(kb, "policies", **{"policies.policy": of, "policies.section": section})
    cite = SEPARATOR.join((of, *ids))
    return (
        f'<a class="pl-cite {kind}" href="{escape(page)}" data-cite="{escape(cite)}" '
        f'title="{escape(citation)}">{text}</a>'
    )


def statements_cited(kb: Model, citation: str, policy: str = "") -> tuple[str, tuple[str, ...]]:
    """The policy and the statements that a citation names in brackets; of two policies with the same ids, the one with
    whose document it begins. Empty where it names none."""
    named: Sequence[str] = _NAMED.findall(citation)
    books = [each for each in kb.catalog.policies.values() if each.id == policy or not policy]
    for book in sorted(books, key=lambda each: not citation.startswith(each.document)):
        if ids := tuple(dict.fromkeys(each for each in named if each in book.statements)):
            return book.id, ids
    return "", ()
