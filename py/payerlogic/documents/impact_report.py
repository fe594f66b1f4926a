"""An impact as one self-contained page, fit to be sent and printed; and the sentences that begin it.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.comparison.result import party
    >>> kb = KnowledgeBase.load()
    >>> sides = [party(kb, name, kb.settings()) for name in ("nia", "bcbsaz")]
    >>> found = Impact("cases.csv", *sides, "primary_site", (), 2, {"left": (), "right": ()}, [], kb.digest)
    >>> summary(kb, found)
    ['2 rows: 0 compared, 2 refused.']

No script, nothing fetched. The page has counts only: patients are in the files of ``--csv`` and ``--json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape

from payerlogic.documents.pictures.chart import svg, word
from payerlogic.documents.writers.html import POLICY
from payerlogic.documents.writers.style import STYLE
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.tables.impact.result import NOT_STATED, RELATIONS, Group, Impact, RowAnswer
from payerlogic.tables.premises import sentences
from payerlogic.text.phrases import number, percent, plural
from payerlogic.wording.comparison import Words, side_names

MORE = "main svg { width: 100%; height: auto; border: 1px solid var(--line) } .open { color: var(--silent) }"


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


def page(kb: Model, found: Impact) -> str:
    """The whole page as text."""
    words = words_of(kb, found)
    title = f"{words.left} and {words.right} in a population"
    by = kb.vocabulary[found.by].label
    chart = svg(f"How {words.left} and {words.right} relate, by {by}", bars(kb, found))
    rows = [[label, *(number(counts[name]) for name in RELATIONS)] for label, counts in bars(kb, found)]
    sections = [
        ("summary", "Summary", f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in summary(kb, found))}</ul>"),
        ("chart", f"By {by}", chart + _table([by, *(word(name).word for name in RELATIONS)], rows)),
        ("classes", "Classes", _classes(words, found)),
        ("reasons", "Rows with a different result, and why", _groups(kb, words, found)),
        ("unknown", "What unknown facts cost", _costs(words, found)),
        ("method", "Method", _method(kb, found)),
    ]
    links = "".join(f'<li><a href="#{id_}">{escape(heading)}</a></li>' for id_, heading, _ in sections)
    body = "".join(
        f'<section id="{id_}" aria-labelledby="{id_}-h"><h2 id="{id_}-h">{escape(heading)}</h2>{text}</section>'
        for id_, heading, text in sections
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{STYLE}{MORE}</style></head><body><main>"
        f"<header><h1>{escape(title)}</h1><p><small>{escape(DISCLAIMER)}</small></p></header>"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav>{body}</main></body></html>\n'
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col" role="columnheader">{escape(each)}</th>' for each in columns)
    body = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{escape(first)}</th>'
        + "".join(
            f'<td role="cell" data-of="{escape(column)}">{escape(cell)}</td>'
            for column, cell in zip(columns[1:], others, strict=True)
        )
        + "</tr>"
        for first, *others in rows
    )
    return (
        f'<table class="stack" role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _classes(words: Words, found: Impact) -> str:
    rows = [
        [
            f"{word(relation).mark} {word(relation).word}",
            class_in_words(words, left),
            class_in_words(words, right),
            number(count),
            percent(Fraction(count, found.compared)),
        ]
        for left, right, relation, count in found.pairs()
    ]
    return _table(["relation", words.left, words.right, "rows", "share"], rows) if rows else "<p>No rows.</p>"


def differing(found: Impact) -> list[Group]:
    """The groups whose class is decided at both sides and not the same."""
    return [group for group in found.groups if group.relation not in ("agree", OPEN)]


def _groups(kb: Model, words: Words, found: Impact) -> str:
    def side(policy: str, each: RowAnswer) -> str:
        return "; ".join([class_in_words(words, each), *found.reasons(kb, policy, each)])

    rows = [
        [
            label_of(kb, found, group.by),
            word(group.relation).word,
            side(found.left.policy, group.left),
            side(found.right.policy, group.right),
            number(group.rows),
        ]
        for group in differing(found)
    ]
    columns = [kb.vocabulary[found.by].label, "relation", words.left, words.right, "rows"]
    return _table(columns, rows) if rows else "<p>No row that is decided at both sides gets another class.</p>"


def _costs(words: Words, found: Impact) -> str:
    parts = []
    for side, name in (("left", words.left), ("right", words.right)):
        parts.append(f"<h3>{escape(name)}: {plural(found.open_at(side), 'open row')}</h3>")
        rows = [[cost.label, number(cost.leaves_open), number(cost.would_settle)] for cost in found.costs[side]]
        parts.append(
            _table(["unknown fact", "open rows that it can decide", "settled if it alone were known"], rows)
            if rows
            else "<p>No unknown fact leaves a row open.</p>"
        )
    return "".join(parts)


def _method(kb: Model, found: Impact) -> str:
    lines = [f"Knowledge base {found.kb}. Every row was decided at both sides by the SQL of their policies."]
    for party in (found.left, found.right):
        settings = party.on_its_day
        which = "every row" if party.named else "rows that state no date"
        premises = " ".join(sentences(kb, [party.policy], settings))
        lines.append(
            f"{kb.catalog.policies[party.policy].document}: as of {party.day.isoformat()}, {which}; presumptions "
            f"{'on' if party.settings.presumptions else 'off'}; readings "
            + (", ".join(f"{id_}={option}" for id_, option in sorted(party.settings.readings.items())) or "default")
            + f". {premises}"
        )
    lines += found.notes
    unread = sum(int(str(each["rows"])) for each in found.unread)
    if unread:
        lines.append(f"{plural(unread, 'value')} could not be mapped or read; the command lists them.")
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
