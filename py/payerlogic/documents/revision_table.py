"""What a policy revised between two editions, in words, beside what a presumption hides of it.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.wording.comparison import Words
>>> kb = KnowledgeBase.load()
>>> found = kb.compare("bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
>>> [passage.heading for passage in passages(Words.of(kb, found), found)][0]
'September 21, 2023: revised criteria: five evidence conditions; codes updated'
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from payerlogic.answers.premises import that
from payerlogic.comparison.result import Comparison, Hidden, Revised, Revision, RuleChange
from payerlogic.text.phrases import MONTHS, day_in_words, percent, plural
from payerlogic.wording.comparison import Words
from payerlogic.wording.regions import Passage

KINDS = {"met": "clause", "criterion": "criterion", "advisory": "remark", "limit": "limit"}


def passages(words: Words, comparison: Comparison) -> Iterator[Passage]:
    """One passage for each day of revision, one for the history, one for each presumption that hides an effect."""
    revised = comparison.revised
    if revised is None:
        return
    for revision in revised.revisions:
        yield _revision(words, comparison, revision)
    if not any(revision.changes for revision in revised.revisions):
        yield Passage("No rule encoded here begins or ends between the two days", ())
    if revised.history:
        lines = tuple(f"{MONTHS[month % 100 - 1]} {month // 100}: {what}" for month, what in revised.history)
        yield Passage("What the document's own history says of this time", lines)
    yield from (_hidden(words, each) for each in revised.hidden)
    if not revised.hidden and comparison.premises.presumptions:
        yield _nothing_hidden(revised)


def _revision(words: Words, comparison: Comparison, revision: Revision) -> Passage:
    what = revision.edition or "a rule that asks for the date"
    place = words.catalog.citation
    stated = [f"{each.paraphrase} [{place(comparison.left.policy, (each.id,))}]" for each in revision.statements]
    return Passage(f"{day_in_words(revision.day)}: {what}", (*stated, *(_change(each) for each in revision.changes)))


def _change(change: RuleChange) -> str:
    when = "Begins" if change.begins else "Ends"
    others = [name for name in change.clauses if name != change.thing]
    of = f" of {', '.join(others)}" if others else ""
    cited = f" [{change.citation}]" if change.citation else ""
    return f"{when}: {change.title} ({KINDS[change.kind]}{of}){cited}"


def _hidden(words: Words, hidden: Hidden) -> Passage:
    """What differs without a presumption, pair by pair."""
    pairs = [pair for pair in hidden.without.pairs if pair.left != pair.right]
    share = sum((pair.share for pair in pairs), Fraction(0))
    lines = [
        f"{words.left}: {words.class_(pair.left)}; {words.right}: {words.class_(pair.right)}: "
        f"{percent(pair.share)} of the cells, such as {words.case(pair.regions[0].witness)}"
        for pair in pairs
    ]
    these = "this presumption" if len(hidden.presumptions) == 1 else "these presumptions"
    heading = (
        f"Hidden by the presumption {that(hidden.presumptions)}: without {these} the class differs in {percent(share)} "
        f"of the cells ({plural(sum(len(pair.regions) for pair in pairs), 'region')}, proved)"
    )
    return Passage(heading, tuple(lines))


def _nothing_hidden(revised: Revised) -> Passage:
    more = "an effect" if not revised.revisions else "a further effect"
    return Passage(f"No presumption hides {more}: each was dropped alone, and all of them together", ())
