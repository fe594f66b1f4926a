"""The report on a comparison as a document: summary, matrix and its rows, regions, both sides, method.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> [each.name for each in document(Report.of(kb, kb.compare("nia", "bcbsaz"))).sections][:3]
['summary', 'matrix', 'rows']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payerlogic.answers.decision import CitedClause
from payerlogic.documents.blocks import (
    Block,
    Bullets,
    Cell,
    Document,
    Lines,
    Named,
    Paragraph,
    Section,
    Span,
    Table,
    Text,
)
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.revision_table import revision_table
from payerlogic.text.phrases import listed, number, percent, sentence
from payerlogic.wording.clause_differences import HEADER
from payerlogic.wording.comparison import RELATIONS
from payerlogic.wording.regions import PairReport, RegionReport


def document(report: Report) -> Document:
    """The whole document; a section that has nothing to say is left out."""
    sections = (
        Section("Summary", tuple(_summary(report)), name="summary"),
        Section("What the text revised", tuple(_revisions(report)), tuple(_beside(report)), name="revised"),
        *_laid_out(report),
        Section("All regions", sections=tuple(_pair(report, each) for each in report.pairs), name="regions"),
        Section("Readings in question", sections=tuple(_questions(report)), name="readings"),
        Section("Side by side", (_sides(report),), name="sides"),
        Section("What this rests on", tuple(_list("Premises", report.premises)), name="premises"),
        Section("Method and proof", tuple(_list("Method", report.method)), name="method"),
    )
    said = tuple(each for each in sections if each.blocks or each.sections)
    return Document(report.title, report.disclaimer, said, report.subtitle)


def _laid_out(report: Report) -> Iterator[Section]:
    """The matrix, and each of its rows; nothing where the knowledge base names no two attributes for it."""
    if report.words.catalog.matrix:
        rows, columns = report.laid_out_by
        yield Section(f"By {rows} and {columns}", tuple(_matrix(report)), name="matrix")
        yield Section(f"Each {rows} by itself", sections=tuple(_rows(report)), name="rows")


def badge(relation: str, more: str = "") -> Span:
    """A relation by its mark, its word and its color."""
    words = RELATIONS[relation]
    return Span(f"{words.word} {more}".strip(), relation, mark=words.mark)


def quiet(text: str) -> Span:
    return Span(text, "quiet")


def _list(what: str, lines: Iterable[str]) -> Iterator[Block]:
    items = tuple(lines)
    if items:
        yield Bullets.of(what, items)


def _cited(text: str, citation: str) -> Text:
    return (text, quiet(f"[{citation}]")) if citation else text


# --- Summary and matrix --------------------------------------------------------------------------------------


def _summary(report: Report) -> Iterator[Block]:
    mixed = report.mix is not None
    yield Bullets.of("Summary", report.summary)
    yield from _differences(report)
    rows: list[tuple[Cell, ...]] = []
    for each in report.pairs:
        numbers = (Span(each.numbers, link=f"r{each.regions[0].number}"),)
        cells = percent(each.pair.share), quiet(f"({number(each.pair.cells)})")
        own = (number(each.cases or 0), quiet(f"({percent(each.cases_share)})"))
        rows.append(((badge(each.pair.relation),), each.left, each.right, numbers, cells, *([own] if mixed else [])))
    columns = ("relation", report.words.left, report.words.right, "regions", "cells")
    yield Table.of("Pairs of classes", (*columns, *(["own cases"] if mixed else [])), rows)
    yield Bullets("Relations", tuple((0, (badge(name), each.meaning)) for name, each in RELATIONS.items()))


def _differences(report: Report) -> Iterator[Block]:
    """Clause by clause, what the other side has for the same cases."""
    if report.differences:
        rows: list[tuple[Cell, ...]] = [
            (
                each.differs,
                _cited(each.clause, each.citation),
                each.gives,
                Lines((each.other, *(_cited(title, citation) for title, citation in each.by))),
            )
            for each in report.differences
        ]
        yield Table.of("Clause by clause, what one approves and the other does not first", HEADER, rows)


def _revisions(report: Report) -> Iterator[Block]:
    """Between two editions of one policy: what was revised, and what the clauses come to."""
    if report.revisions:
        yield revision_table(report.revisions)


def _beside(report: Report) -> Iterator[Section]:
    """The document's own history, and which presumption hides the effect of a revision."""
    yield from (Section(each.heading, tuple(_list("Revised", each.lines))) for each in report.revised)


def _matrix(report: Report) -> Iterator[Block]:
    if report.matrix:
        rows: list[list[Cell]] = [
            [listed(row.values), *(tuple(badge(name, share) for name, share in cell) for cell in row.cells)]
            for row in report.matrix
        ]
        row, column = report.laid_out_by
        caption = f"How the two relate, as shares of the cells of each {row} and {column}"
        yield Table.of(caption, (row, *report.columns), rows, "matrix")


# --- Rows and regions ----------------------------------------------------------------------------------------


def _both(report: Report, relation: str, left: str, right: str) -> tuple[str | Span, ...]:
    names = report.words.left, report.words.right
    return badge(relation), Span(names[0], "strong"), f"{left};", Span(names[1], "strong"), right


def _rows(report: Report) -> Iterator[Section]:
    for story in report.stories:
        blocks: list[Block] = []
        for part in story.parts:
            where = ((0, (text, Span(f"region {count}", "quiet", link=f"r{count}"))) for count, text in part.where)
            blocks += [
                Paragraph(_both(report, part.relation, part.left, part.right)),
                Bullets.of("Where", where),
            ]
        yield Section(sentence(listed(story.values)), tuple(blocks))


def _pair(report: Report, pair: PairReport) -> Section:
    regions = tuple(_region(report, each) for each in pair.regions)
    share = Paragraph(f"{percent(pair.pair.share)} of the cells. {pair.listed}".strip())
    return Section(_both(report, pair.pair.relation, pair.left, pair.right), (share,), regions)


def _region(report: Report, region: RegionReport) -> Section:
    rows: list[tuple[str, Cell]] = [
        ("Example", region.example),
        (report.words.left, _clauses(region.left)),
        (report.words.right, _clauses(region.right)),
    ]
    if region.always:
        rows.append(("Readings", region.always))
    for name, switches in (
        ("On the example, it may end if read as", region.switches),
        ("In the whole region, it ends if read as", region.whole),
    ):
        if switches:
            rows.append((name, Lines(tuple(words for _, words in switches))))
    heading = f"{region.number}. {sentence(region.where)}", quiet(f"({percent(region.share)} of the cells)")
    return Section(heading, (Named(tuple(rows)),), name=f"r{region.number}", look="region")


def _clauses(clauses: Iterable[CitedClause]) -> Cell:
    return Lines(tuple(_cited(each.title, each.citation) for each in clauses) or ("no clause",))


def _questions(report: Report) -> Iterator[Section]:
    """The readings that some conflict depends on, each with what it asks."""
    for each in report.questions:
        yield Section(each.question, (Paragraph((f"Here: {each.taken}.", quiet(each.name), *_place(each.cited))),))


def _place(citation: str) -> Iterator[Span]:
    if citation:
        yield quiet(f"[{citation}]")


def _sides(report: Report) -> Table:
    rows: list[list[Cell]] = [
        [row.what, *(Lines(tuple(_cited(item.text, item.cited) for item in items)) for items in (row.left, row.right))]
        for row in report.sides
    ]
    caption = "What the two documents say on each subject"
    return Table.of(caption, ("subject", report.words.left, report.words.right), rows, "sides")
