"""What a policy revised between two editions, in words, beside what a presumption hides of it.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load().of_service("lung_screening")
>>> found = kb.compare("cms_ldct@2015-02-05", "cms_ldct@2022-02-10")
>>> [(row.before, row.after) for row in revision_rows(Words.of(kb, found), found) if row.before][0]
('age (years): 55 to 77', 'age (years): 50 to 77')

A row says of one thing of the text (a statement, a clause, a criterion, a remark) for which cases it held before the
revision and holds after it, so that a threshold that was moved shows as two ranges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from payerlogic.answers.premises import that
from payerlogic.comparison.result import Boxed, Comparison, Hidden, Revised, Revision, RuleChange
from payerlogic.text.phrases import MONTHS, day_in_words, joined, percent, plural, sentence
from payerlogic.wording.comparison import Words
from payerlogic.wording.regions import Passage

KINDS = {"met": "clause", "criterion": "criterion", "advisory": "remark", "limit": "limit"}
HEADER = ("change", "what", "before", "after", "where")
"""The first cell of a row is never cut."""
NEVER, RAGGED = "no case", "more alternatives than are listed here"


@dataclass(frozen=True)
class RevisionRow:
    """One thing of a text that was revised: how, what it was and is, and where the text or the file has it."""

    what: str
    change: str
    before: str
    after: str
    where: str

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """As a row of a plain table."""
        return self.change, self.what, self.before, self.after, self.where

    def __str__(self) -> str:
        texts = [f"before: {self.before}"] * bool(self.before) + [f"after: {self.after}"] * bool(self.after)
        return f"{self.what}: {'; '.join([self.change, *texts])}{f' [{self.where}]' if self.where else ''}"


def revision_rows(words: Words, comparison: Comparison) -> Iterator[RevisionRow]:
    """What the text says of each revision, and each thing that it changed; nothing without two editions."""
    for revision in comparison.revised.revisions if comparison.revised is not None else ():
        yield from _revision(words, comparison.left.policy, revision)


def _revision(words: Words, policy: str, revision: Revision) -> Iterator[RevisionRow]:
    day = day_in_words(revision.day)
    for each in revision.statements:
        where = f"{day}, {words.catalog.citation(policy, (each.id,))}"
        yield RevisionRow(f"Statement: {each.paraphrase}", "named by the document", "", "", where)
    things: dict[tuple[str, str], list[RuleChange]] = {}
    for change in revision.changes:
        things.setdefault((change.kind, change.thing), []).append(change)
    for changes in things.values():
        yield _changed(words, policy, day, changes)


def _changed(words: Words, policy: str, day: str, changes: Sequence[RuleChange]) -> RevisionRow:
    """The rules of one thing that begin or end on a day; all of them say the same of before and after."""
    change = changes[0]
    clauses = words.catalog.policies[policy].clauses
    others = [f"'{clauses[name].title}'" for name in change.clauses if name != change.thing]
    of = f" (of {joined(others)})" if others else ""
    if change.before == ():
        how = "added"
    elif change.after == ():
        how = "removed"
    else:
        how = "changed"
    where = f"{day}, {change.citation}" if change.citation else day
    what = f"{sentence(KINDS[change.kind])}: {change.title}{of}"
    return RevisionRow(what, how, _cases(words, change.before), _cases(words, change.after), where)


def _cases(words: Words, boxes: tuple[Boxed, ...] | None) -> str:
    if boxes is None:
        return RAGGED
    return "; or ".join(words.box(each.box, each.positions) for each in boxes) or NEVER


# --- What stands beside it ---------------------------------------------------------------------------------


def passages(words: Words, comparison: Comparison) -> Iterator[Passage]:
    """What is said beside the table: that no rule changed, the document's own history, what a presumption hides."""
    revised = comparison.revised
    if revised is None:
        return
    if not any(revision.changes for revision in revised.revisions):
        yield Passage("No rule encoded here begins or ends between the two days", ())
    if revised.history:
        lines = tuple(f"{MONTHS[month % 100 - 1]} {month // 100}: {what}" for month, what in revised.history)
        yield Passage("What the document's own history says of this time", lines)
    yield from (hidden_in_words(words, each) for each in revised.hidden)
    alike = any(pair.left == pair.right for pair in comparison.pairs)
    if alike and not revised.hidden and comparison.premises.presumptions:
        yield _nothing_hidden(revised)


def hidden_in_words(words: Words, hidden: Hidden) -> Passage:
    """What differs without a presumption, pair by pair."""
    pairs = hidden.pairs
    differing = sum(pair.left != pair.right for pair in hidden.without.pairs)
    share = sum((pair.share for pair in pairs), Fraction(0))
    lines = [
        f"{words.left}: {words.class_(pair.left)}; {words.right}: {words.class_(pair.right)}: "
        f"{percent(pair.share)} of the cells, such as {words.case(pair.regions[0].witness)}"
        for pair in pairs
    ]
    further = "a further " if len(pairs) < differing else ""
    these = "this presumption" if len(hidden.presumptions) == 1 else "these presumptions"
    heading = (
        f"Hidden by the presumption {that(hidden.presumptions)}: without {these} the class differs in {further}"
        f"{percent(share)} of the cells ({plural(sum(len(pair.regions) for pair in pairs), 'region')}, proved)"
    )
    return Passage(heading, tuple(lines))


def _nothing_hidden(revised: Revised) -> Passage:
    more = "an effect" if not revised.revisions else "a further effect"
    return Passage(f"No presumption hides {more}: each was dropped alone, and all of them together", ())
