"""Whether a plan is stricter than a base, as a document.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> [section.name for section in document(kb, kb.stricter("bcbsaz", "nia")).sections]
['summary', 'regions', 'premises']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payerlogic.answers.decision import CitedClause
from payerlogic.comparison.stricter import Strictness
from payerlogic.documents.blocks import Bullets, Cell, Document, Lines, Named, Section
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import sentence
from payerlogic.wording.stricter import StricterWords


def document(kb: Model, found: Strictness) -> Document:
    """The whole document; without regions where there are none."""
    words = StricterWords.of(kb, found)
    sections = (
        Section("Summary", (Bullets.of("Summary", words.summary()),), name="summary"),
        Section("Where it is stricter", sections=tuple(_regions(words)), name="regions"),
        Section("What this rests on", (Bullets.of("Premises", found.premises.sentences()),), name="premises"),
    )
    return Document(words.title(), DISCLAIMER, tuple(each for each in sections if each.blocks or each.sections))


def _regions(words: StricterWords) -> Iterator[Section]:
    for count, where, share, example, plan, base in words.regions():
        named = Named(
            (
                ("Share of what is approved", share),
                ("Example", example),
                (words.words.left, _clauses(plan)),
                (words.words.right, _clauses(base)),
            )
        )
        yield Section(f"{count}. {sentence(where)}", (named,), name=f"r{count}", look="region")


def _clauses(clauses: Iterable[CitedClause]) -> Cell:
    return Lines(tuple(f"{each.title} [{each.citation}]" for each in clauses) or ("no clause",))
