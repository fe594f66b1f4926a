"""An impact as a document, and the sentences that begin it.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.comparison.result import party
    >>> kb = KnowledgeBase.load()
    >>> sides = [party(kb, name, kb.settings()) for name in ("nia", "bcbsaz")]
    >>> found = Impact("cases.csv", *sides, "primary_site", (), 2, {"left": (), "right": ()}, [], kb.digest)
    >>> summary(kb, found)
    ['2 rows: 0 compared, 2 refused.']

It has counts only: patients are in the files of ``--csv`` and ``--json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from payerlogic.documents.blocks import Block, Bullets, Cell, Document, Lines, Paragraph, Picture, Section, Table
from payerlogic.documents.pictures.chart import in_words, svg, word
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.tables.impact.result import NOT_STATED, RELATIONS, Group, Impact, RowAnswer
from payerlogic.tables.premises import sentences
from payerlogic.text.phrases import number, percent, plural
from payerlogic.wording.comparison import Words, side_names


def label_of(kb: Model, found: Impact, value: str | None) -> str:
    """A value that rows are grouped by, in words."""
    if value is None:
        return NOT_STATED
    labels = {choice.value: choice.label for choice in kb.vocabulary[found.by].choices}
    return labels.get(value, value)


def class_in_words(words: Words, side: RowAnswer | str) -> str:
    """A class with its outcome; of an open side, what is possible."""
    if isinstance(side, str):
        return OPEN if side == OPEN else words.class_(side)
    if side.class_ is not None:
        return words.class_(side.class_)
    return f"{OPEN}: {' or '.join(map(words.class_, side.possible))}"


def bars(kb: Model, found: Impact) -> list[tuple[str, dict[str, int]]]:
    """What the chart shows: all rows, then each site."""
    sites = [(label_of(kb, found, value), counts) for value, counts in found.by_value().items()]
    return [("all rows", found.relations()), *sites]


def _of_which(presumed: int) -> str:
    return f"; {number(presumed)} of them depend on a presumption" if presumed else ""


def summary(kb: Model, found: Impact) -> list[str]:
    """The answer in a few sentences."""
    words = words_of(kb, found)
    relations, compared = found.relations(), found.compared
    lines = [f"{plural(found.rows, 'row')}: {number(compared)} compared, {number(found.refused)} refused."]
    if not compared:
        return lines
    lines += [
        f"{word(name).word}: {plural(relations[name], 'row')} ({percent(Fraction(relations[name], compared))}), "
        f"{word(name).meaning}{_of_which(found.presumed_in(name))}."
        for name in RELATIONS
        if relations[name]
    ]
    if found.presumed:
        lines.append(
            f"{plural(found.presumed, 'row')} ({percent(Fraction(found.presumed, compared))}) would get another answer "
            "at either side if nothing were presumed."
        )
    for side, name in (("left", words.left), ("right", words.right)):
        costs = found.costs[side]
        if costs:
            first = costs[0]
            lines.append(
                f"{name} leaves {plural(found.open_at(side), 'row')} open. The unknown fact that matters most is "
                f"{first.label}: it decides {number(first.leaves_open)} of them, and would settle "
                f"{number(first.would_settle)} if it alone were known."
            )
    return lines


def words_of(kb: Model, found: Impact) -> Words:
    """How the two sides are called."""
    left, right = side_names(kb.catalog, found.left, found.right)
    return Words(kb.catalog, kb.vocabulary, kb.axes, left, right)


def document(kb: Model, found: Impact) -> Document:
    """The whole document."""
    words = words_of(kb, found)
    by = kb.vocabulary[found.by].label
    counted = Table.of("", (by, *(word(name).word for name in RELATIONS)), list(_counts(kb, found)))
    sections = (
        Section("Summary", (Bullets.of("Summary", summary(kb, found)),), name="summary"),
        Section(f"By {by}", (_chart(kb, words, found), counted), name="chart"),
        Section("Classes", (_classes(words, found),), name="classes"),
        Section("Rows with a different result, and why", (_groups(kb, words, found),), name="reasons"),
        Section("What unknown facts cost", sections=tuple(_costs(words, found)), name="unknown"),
        Section("Method", (Bullets.of("Method", _method(kb, found)),), name="method"),
    )
    return Document(f"{words.left} and {words.right} in a population", DISCLAIMER, sections)


def _chart(kb: Model, words: Words, found: Impact) -> Picture:
    """The chart, which has no form but SVG."""
    title = f"How {words.left} and {words.right} relate, by {kb.vocabulary[found.by].label}"
    return Picture(title, ". ".join(map(in_words, bars(kb, found))), lambda _: svg(title, bars(kb, found)).encode())


def _counts(kb: Model, found: Impact) -> Iterator[tuple[str, ...]]:
    yield from ((label, *(number(counts[name]) for name in RELATIONS)) for label, counts in bars(kb, found))


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], none: str) -> Table | Paragraph:
    return Table.of("", columns, rows) if rows else Paragraph(none)


def _classes(words: Words, found: Impact) -> Block:
    rows = [
        (
            f"{word(relation).mark} {word(relation).word}",
            class_in_words(words, left),
            class_in_words(words, right),
            number(count),
            percent(Fraction(count, found.compared)),
        )
        for left, right, relation, count in found.pairs()
    ]
    return _table(("relation", words.left, words.right, "rows", "share"), rows, "No rows.")


def differing(found: Impact) -> list[Group]:
    """The groups whose class is decided at both sides and not the same."""
    return [group for group in found.groups if group.relation not in ("agree", OPEN)]


def _groups(kb: Model, words: Words, found: Impact) -> Block:
    def side(policy: str, each: RowAnswer) -> Cell:
        return Lines((class_in_words(words, each), *found.reasons(kb, policy, each)))

    rows = [
        (
            label_of(kb, found, group.by),
            word(group.relation).word,
            side(found.left.policy, group.left),
            side(found.right.policy, group.right),
            number(group.rows),
        )
        for group in differing(found)
    ]
    columns = (kb.vocabulary[found.by].label, "relation", words.left, words.right, "rows")
    return _table(columns, rows, "No row that is decided at both sides gets another class.")


def _costs(words: Words, found: Impact) -> Iterator[Section]:
    columns = ("unknown fact", "open rows that it can decide", "settled if it alone were known")
    for side, name in (("left", words.left), ("right", words.right)):
        rows = [(cost.label, number(cost.leaves_open), number(cost.would_settle)) for cost in found.costs[side]]
        block = _table(columns, rows, "No unknown fact leaves a row open.")
        yield Section(f"{name}: {plural(found.open_at(side), 'open row')}", (block,))


def _method(kb: Model, found: Impact) -> Iterator[str]:
    yield f"Knowledge base {found.kb}. Every row was decided at both sides by the SQL of their policies."
    for party in (found.left, found.right):
        settings = party.on_its_day
        which = "every row" if party.named else "rows that state no date"
        premises = " ".join(sentences(kb, [party.policy], settings))
        readings = ", ".join(f"{id_}={option}" for id_, option in sorted(party.settings.readings.items())) or "default"
        yield (
            f"{kb.catalog.policies[party.policy].document}: as of {party.day.isoformat()}, {which}; presumptions "
            f"{'on' if party.settings.presumptions else 'off'}; readings {readings}. {premises}"
        )
    yield from found.notes
    unread = sum(int(str(each["rows"])) for each in found.unread)
    if unread:
        yield f"{plural(unread, 'value')} could not be mapped or read; the command lists them."
