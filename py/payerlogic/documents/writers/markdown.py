r"""A comparison as Markdown.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.comparison_report import Report
>>> kb = KnowledgeBase.load()
>>> markdown(Report.of(kb, kb.compare("nia", "bcbsaz"))).splitlines()[0]
'# NIA and BCBSAZ compared'
>>> plain("*a* | <b>")
'\\*a\\* \\| &lt;b&gt;'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from payerlogic.answers.decision import CitedClause
from payerlogic.documents.comparison_report import Report
from payerlogic.text.phrases import number, percent
from payerlogic.wording.comparison import RELATIONS
from payerlogic.wording.regions import RegionReport

SPECIAL = re.compile(r"([\\`*_\[\]|#~])")


def plain(text: object) -> str:
    """Text that Markdown shows as it is, on one line."""
    line = " ".join(str(text).split())
    line = SPECIAL.sub(r"\\\1", line).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"(?i)\b(https?|ftp|mailto)(:)", r"\1&#58;", line)


def markdown(report: Report) -> str:
    """The whole text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {plain(report.title)}", "", plain(report.subtitle), "", "## Summary", "")
    yield from (f"- {plain(line)}" for line in report.summary)
    yield from ("", *_pairs(report))
    if report.revised:
        yield from ("", "## What the text revised")
        for passage in report.revised:
            yield from ("", f"### {plain(passage.heading)}", "", *(f"- {plain(line)}" for line in passage.lines))
    if report.matrix:
        yield from ("", "## Sites and modalities", "", *_matrix(report))
    if report.stories:
        yield from ("", "## Site by site", *_stories(report))
    yield from ("", "## Regions", *_regions(report))
    if report.questions:
        yield from ("", "## Readings in question", "")
        yield from (f"- {plain(each)}" for each in report.questions)
    yield from ("", "## Side by side", "", *_sides(report))
    yield from ("", "## What this rests on", "", *(f"- {plain(line)}" for line in report.premises))
    yield from ("", "## Method and proof", "", *(f"- {plain(line)}" for line in report.method))
    yield from ("", plain(report.disclaimer))


def _table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(map(plain, header))} |"
    yield f"|{' --- |' * len(header)}"
    yield from (f"| {' | '.join(map(plain, row))} |" for row in rows)


def _pairs(report: Report) -> Iterator[str]:
    mixed = report.mix is not None
    header = ["relation", report.words.left, report.words.right, "regions", "cells", "share"]
    rows = (
        [
            f"{RELATIONS[each.pair.relation].mark} {RELATIONS[each.pair.relation].word}",
            *(each.left, each.right, each.numbers, number(each.pair.cells), percent(each.pair.share)),
            *([f"{number(each.cases or 0)} ({percent(each.cases_share)})"] if mixed else []),
        ]
        for each in report.pairs
    )
    yield from _table([*header, *(["own cases"] if mixed else [])], rows)


def _matrix(report: Report) -> Iterator[str]:
    rows = (
        [
            ", ".join(row.sites),
            *("; ".join(f"{RELATIONS[n].mark} {RELATIONS[n].word} {share}" for n, share in cell) for cell in row.cells),
        ]
        for row in report.matrix
    )
    yield from _table(["site", *report.columns], rows)


def _stories(report: Report) -> Iterator[str]:
    for story in report.stories:
        yield from ("", f"### {plain(', '.join(story.sites))}")
        for part in story.parts:
            yield from ("", f"{_mark(part.relation)} {_both(report, part.left, part.right)}", "")
            yield from (f"- {plain(where)} (region {numbers})" for numbers, where in part.where)


def _mark(relation: str) -> str:
    return f"{plain(RELATIONS[relation].mark)} **{plain(RELATIONS[relation].word)}**:"


def _both(report: Report, left: str, right: str) -> str:
    return plain(f"{report.words.left} {left}; {report.words.right} {right}.")


def _regions(report: Report) -> Iterator[str]:
    for pair in report.pairs:
        yield from ("", f"### {_mark(pair.pair.relation)} {_both(report, pair.left, pair.right)}")
        for region in pair.regions:
            yield from ("", f"**{region.number}.** {plain(region.where)} ({percent(region.share)} of the cells)", "")
            yield from _region(report, region)


def _region(report: Report, region: RegionReport) -> Iterator[str]:
    yield f"- Example: {plain(region.example)}"
    yield from _clauses(report.words.left, region.left)
    yield from _clauses(report.words.right, region.right)
    if region.always:
        yield f"- {plain(region.always)}"
    if region.switches:
        yield "- On the example the conflict may end if read as:"
        yield from (f"  - {plain(told)}" for _, told in region.switches)
    if region.whole:
        yield "- In the whole region the conflict ends if read as:"
        yield from (f"  - {plain(told)}" for _, told in region.whole)


def _clauses(name: str, clauses: Sequence[CitedClause]) -> Iterator[str]:
    yield from (f"- {plain(name)}: {plain(f'{clause.title} [{clause.citation}]')}" for clause in clauses)
    if not clauses:
        yield f"- {plain(name)}: no clause"


def _sides(report: Report) -> Iterator[str]:
    rows = ([row.what, "; ".join(map(str, row.left)), "; ".join(map(str, row.right))] for row in report.sides)
    yield from _table(["", report.words.left, report.words.right], rows)
