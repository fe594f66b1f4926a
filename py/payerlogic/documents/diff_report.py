"""What an edit of a knowledge base changed, as a document: for a pull request, or to send.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.comparison.diff_search import difference
>>> kb = KnowledgeBase.load()
>>> [section.name for section in document(difference(kb, kb, ["nia"])).sections]
['summary', 'proofs']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payerlogic.answers.decision import CitedClause
from payerlogic.comparison.knowledge_diff import KnowledgeDiff
from payerlogic.documents.blocks import Block, Bullets, Cell, Document, Lines, Named, Section
from payerlogic.documents.revision_table import revision_table
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import sentence
from payerlogic.wording.diff import AFTER, BEFORE, DiffWords, RegionWords


def document(found: KnowledgeDiff) -> Document:
    """The whole document; a part without anything in it is left out."""
    words = DiffWords(found)
    edits = (revision_table(map(words.row, found.edits)),) if found.edits else ()
    cases = found.cases.examples if found.cases else ()
    sections = (
        Section("Summary", (Bullets.of("Summary", words.summary()),), name="summary"),
        Section("Changed determinations", sections=tuple(_changes(words)), name="determinations"),
        Section("Your cases", _bullets("Cases decided differently", map(words.case, cases)), name="cases"),
        Section("What the text revised", edits, name="edits"),
        Section("How this was checked", _bullets("Checks", map(words.proof, found.policies)), name="proofs"),
    )
    return Document(words.title(), DISCLAIMER, tuple(each for each in sections if each.blocks or each.sections))


def _bullets(what: str, texts: Iterable[str]) -> tuple[Block, ...]:
    items = list(texts)
    return (Bullets.of(what, items),) if items else ()


def _changes(words: DiffWords) -> Iterator[Section]:
    for each in words.found.policies:
        for count, change in enumerate(each.changes, 1):
            regions = tuple(_region(region) for region in words.regions(each, change))
            yield Section(words.change(each, change), sections=regions, name=f"{each.policy}-{count}")


def _region(region: RegionWords) -> Section:
    named = Named(
        (
            ("Share of the cells", region.share),
            ("Example", region.example),
            (BEFORE, _clauses(region.old)),
            (AFTER, _clauses(region.new)),
        )
    )
    return Section(f"{region.number}. {sentence(region.where)}", (named,), look="region")


def _clauses(clauses: Iterable[CitedClause]) -> Cell:
    return Lines(tuple(f"{each.title} [{each.citation}]" for each in clauses) or ("no clause",))
