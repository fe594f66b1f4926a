"""A comparison prepared for people: what every report says, before it has a format.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> report = Report.of(kb, kb.compare("nia", "bcbsaz"))
    >>> claim, *premises = report.summary[1].split(", ", 1)
    >>> claim
    'Whatever is approved by BCBSAZ is approved by NIA too'
    >>> premises[0].startswith("for cases that agree with the presumptions, with the edition of January 1, 2023 (NIA)")
    True
    >>> [story.values[0] for story in report.stories if not story.differs][0]
    'brain'

Everything here is plain text. A renderer escapes it for its format and adds none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from payerlogic.answers.decision import Decider
from payerlogic.comparison.clause_differences import clause_differences
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.conflicts import Contested, Options, contested
from payerlogic.comparison.result import Comparison, Region
from payerlogic.program.catalog import Catalog
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.tables.case_counts import Mix
from payerlogic.text.phrases import percent
from payerlogic.wording.clause_differences import DifferenceRow, difference_rows
from payerlogic.wording.comparison import RELATIONS, Words
from payerlogic.wording.outline import Line
from payerlogic.wording.regions import (
    MatrixRow,
    OpenReading,
    PairReport,
    Passage,
    RegionReport,
    RowPart,
    RowStory,
)
from payerlogic.wording.revisions import RevisionRow, passages, revision_rows
from payerlogic.wording.side_by_side import Row, method, side_by_side
from payerlogic.wording.summary import summary


@dataclass(frozen=True)
class Report:
    """Everything that a report on a comparison says."""

    comparison: Comparison
    words: Words
    title: str
    subtitle: str
    summary: tuple[str, ...]
    pairs: tuple[PairReport, ...]
    columns: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    stories: tuple[RowStory, ...]
    questions: tuple[OpenReading, ...]
    sides: tuple[Row, ...]
    method: tuple[str, ...]
    mix: Mix | None
    disclaimer: str
    revised: tuple[Passage, ...] = ()
    premises: tuple[str, ...] = ()
    differences: tuple[DifferenceRow, ...] = ()
    """What each clause of one side comes to at the other, the largest difference first."""
    revisions: tuple[RevisionRow, ...] = ()
    """Between two editions of one policy: each thing of the text that was revised."""

    @classmethod
    @one_at_a_time
    def of(cls, kb: Model, comparison: Comparison, mix: Mix | None = None) -> Report:
        # The comparison was made on these two policies alone, so its positions are those of their axes.
        part = kb.only(comparison.left.policy, comparison.right.policy)
        words = Words.of(part, comparison)
        # Two versions or readings of one policy: there every reading of both would set it against itself.
        alone = comparison.left.policy == comparison.right.policy
        disputed = [] if alone else contested(comparison, part.situations, part.solver)
        comparer = Comparer(part.situations, Decider.of(part))
        pairs = tuple(_PairReports(words, comparison, disputed, mix).pairs())
        books = [part.catalog.policies[party.policy] for party in (comparison.left, comparison.right)]
        titles = list(dict.fromkeys(f"{book.payer}, {book.title} ({book.document})" for book in books))
        return cls(
            comparison,
            words,
            f"{words.left} and {words.right} compared",
            " / ".join(titles),
            tuple(summary(words, comparison, pairs, mix)),
            pairs,
            tuple(_columns(words, comparison)),
            tuple(_matrix(words, comparison)),
            tuple(_stories(words, comparison, pairs)),
            tuple(_questions(part.catalog, comparison, disputed)),
            tuple(side_by_side(part, comparison)),
            tuple(method(part, comparison, words)),
            mix,
            DISCLAIMER,
            tuple(passages(words, comparison)),
            tuple(comparison.premises.sentences()),
            tuple(difference_rows(words, clause_differences(comparer, part.program, comparison))),
            tuple(revision_rows(words, comparison)),
        )

    @property
    def laid_out_by(self) -> tuple[str, str]:
        """What the rows of the matrix are, and its columns, as the knowledge base calls them."""
        rows, columns = (self.words.vocabulary[name].label for name in self.words.catalog.matrix)
        return rows, columns

    @property
    def conflicts(self) -> list[PairReport]:
        return [each for each in self.pairs if each.pair.relation == "conflict"]

    @property
    def elsewhere(self) -> list[tuple[tuple[str, str], int]]:
        """Pairs of classes in which only the user's own cases are: outside of what was compared."""
        known = {(each.pair.left, each.pair.right) for each in self.pairs}
        return [(pair, count) for pair, count in sorted((self.mix or Mix()).pairs.items()) if pair not in known]

    def lines(self) -> list[Line]:
        """The summary, what the text revised, and what stands below it."""
        revised = [Line("What the text revised"), *(Line(str(each), 1) for each in self.revisions)]
        return [*map(Line, self.summary), *(revised if self.revisions else ()), *self.details()]

    def details(self) -> list[Line]:
        """What stands beside the revisions, the conflicts, and the premises."""
        lines: list[Line] = []
        for passage in self.revised:
            lines += [Line(passage.heading), *(Line(line, 1) for line in passage.lines)]
        for pair in self.conflicts:
            lines.append(Line(f"Conflict: {self.words.pair(pair.pair.left, pair.pair.right)}. {pair.listed}".strip()))
            for region in pair.regions:
                lines.append(Line(f"{region.where} ({percent(region.share)} of the cells)", 1, f"{region.number}."))
                lines.append(Line(f"for example: {region.example}", 2))
                for name, clauses in ((self.words.left, region.left), (self.words.right, region.right)):
                    lines += [Line(f"{name}: {each.title}", 2, citation=each.citation) for each in clauses]
                lines += [Line(region.always, 2)] if region.always else []
                if region.switches:
                    ways = "; ".join(short for short, _ in region.switches)
                    lines.append(Line(f"on the example it may end with: {ways}", 2))
                if region.whole:
                    lines.append(Line(f"in the whole region it ends with: {'; '.join(s for s, _ in region.whole)}", 2))
        return [*lines, Line("What this rests on"), *(Line(each, 1) for each in self.premises), Line(self.disclaimer)]


# --- Pairs and regions -------------------------------------------------------------------------------------


class _PairReports:
    def __init__(self, words: Words, comparison: Comparison, disputed: list[Contested], mix: Mix | None) -> None:
        self.words = words
        self.comparison = comparison
        self.contested = {id(each.region): each for each in disputed}
        self.mix = mix

    def pairs(self) -> Iterator[PairReport]:
        count = 0
        for pair in self.comparison.pairs:
            regions = []
            for region in pair.regions:
                count += 1
                regions.append(self._region(count, region))
            key = pair.left, pair.right
            yield PairReport(
                pair,
                self.words.class_(pair.left),
                self.words.class_(pair.right),
                tuple(regions),
                self.mix.pairs[key] if self.mix is not None else None,
                self.mix.share(key) if self.mix is not None else Fraction(0),
            )

    def _region(self, count: int, region: Region) -> RegionReport:
        where, example = self.words.region(region), self.words.case(region.witness)
        described = RegionReport(count, region, where, region.share, example, region.left, region.right)
        found = self.contested.get(id(region))
        if found is None:
            return described
        always = "No case here is in conflict under every reading encoded here."
        if found.always is not None:
            always = f"In conflict under every reading encoded here (proved): {self.words.case(found.always)}."
        whole = tuple(self._in_words(options) for options in found.whole or ())
        return replace(
            described,
            always=always,
            stands=found.always is not None,
            switches=tuple(self._switches(found)),
            whole=whole,
            contested=found,
        )

    def _switches(self, found: Contested) -> Iterator[tuple[str, str]]:
        """The fewest switches of readings after which one side no longer has its outcome on the example."""
        for name, switches in ((self.words.left, found.left), (self.words.right, found.right)):
            for switch in switches:
                short, words = self._in_words(switch.options)
                yield short, f"{name}: {words}"

    def _in_words(self, options: Options) -> tuple[str, str]:
        """A switch as it is written on the command line, and in words."""
        short = " and ".join(f"{id_}={'|'.join(taken)}" for id_, taken in options)
        words = " and ".join(f"'{self._meanings(id_, taken)}'" for id_, taken in options)
        return short, f"{words} ({short})"

    def _meanings(self, id_: str, options: tuple[str, ...]) -> str:
        return "' or '".join(self.words.catalog.readings[id_].meaning(option) for option in options)


def _questions(catalog: Catalog, comparison: Comparison, disputed: list[Contested]) -> Iterator[OpenReading]:
    switches = [switch for each in disputed for switch in (*each.left, *each.right)]
    named = {id_ for switch in switches for id_, _ in switch.options}
    named |= {id_ for each in disputed for options in each.whole or () for id_, _ in options}
    for id_ in sorted(named):
        reading = catalog.readings[id_]
        taken = [
            reading.meaning(party.settings.readings.get(id_, reading.default))
            for party in (comparison.left, comparison.right)
            if reading.concerns(party.policy)
        ]
        cited = catalog.citation(reading.policy, reading.statements) if reading.policy in catalog.policies else ""
        yield OpenReading(id_, reading.question, " / ".join(dict.fromkeys(taken)), cited)


# --- The matrix and its rows ------------------------------------------------------------------------------------------


def _labels(words: Words, name: str) -> dict[str, str]:
    return {choice.value: choice.label for choice in words.vocabulary[name].choices}


def _columns(words: Words, comparison: Comparison) -> Iterator[str]:
    if comparison.matrix:
        labels = _labels(words, words.catalog.matrix[1])
        yield from (labels[each] for each in dict.fromkeys(column for _, column in comparison.matrix))


def _matrix(words: Words, comparison: Comparison) -> Iterator[MatrixRow]:
    if not comparison.matrix:
        return
    labels = _labels(words, words.catalog.matrix[0])
    columns = list(dict.fromkeys(column for _, column in comparison.matrix))
    rows: dict[tuple[tuple[tuple[str, str], ...], ...], list[str]] = {}
    for row in dict.fromkeys(row for row, _ in comparison.matrix):
        cells = tuple(_entry(comparison.matrix[row, column]) for column in columns)
        rows.setdefault(cells, []).append(labels[row])
    yield from (MatrixRow(tuple(values), cells) for cells, values in rows.items())


def _entry(shares: Mapping[str, Fraction]) -> tuple[tuple[str, str], ...]:
    """The relations of one entry, the gravest first, each with its share of the entry."""
    return tuple((name, percent(shares[name])) for name in RELATIONS if shares.get(name))


def _stories(words: Words, comparison: Comparison, pairs: tuple[PairReport, ...]) -> Iterator[RowStory]:
    """For each row, where each pair applies; regions within another one of the same pair there are left out."""
    name = next(iter(words.catalog.matrix), "")
    if name not in words.axes:
        return
    axis, labels = words.axes[name], _labels(words, name)
    assert isinstance(axis, ValueAxis), "what lays out a comparison has one value"
    values_of: dict[tuple[RowPart, ...], list[str]] = {}
    for position, members in enumerate(axis.classes):
        here = tuple(_parts(words, pairs, name, position))
        values_of.setdefault(here, []).extend(labels[str(member)] for member in members)
    yield from (RowStory(tuple(values), parts) for parts, values in values_of.items())


def _parts(words: Words, pairs: tuple[PairReport, ...], name: str, position: int) -> Iterator[RowPart]:
    for each in pairs:
        here = [r for r in each.regions if position in r.region.positions.get(name, {position})]
        kept = [r for r in here if not any(_within(r, other, name, here) for other in here)]
        if kept:
            where = tuple((str(r.number), words.region(r.region, without=(name,))) for r in kept)
            yield RowPart(each.pair.relation, each.left, each.right, where)


def _within(inner: RegionReport, outer: RegionReport, name: str, order: list[RegionReport]) -> bool:
    """Whether, the rows apart, one region lies within another; of two that are the same, the first stays."""
    if inner is outer:
        return False
    a, b = ({k: v for k, v in each.region.positions.items() if k != name} for each in (inner, outer))
    sets, others = inner.region.families, outer.region.families
    if (a, sets) == (b, others):
        return order.index(outer) < order.index(inner)
    inside = all(name in a and a[name] <= values for name, values in b.items())
    return inside and all(sets.get(name) == families for name, families in others.items())
