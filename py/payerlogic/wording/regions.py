"""What a report says on a comparison, in words: regions, pairs, the matrix and its rows, readings in question.

>>> OpenReading("acme_reach", "Are children covered?", "every age", "")
OpenReading(name='acme_reach', question='Are children covered?', taken='every age', cited='')
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from payerlogic.answers.decision import CitedClause
from payerlogic.comparison.conflicts import Contested
from payerlogic.comparison.result import Pair, Region
from payerlogic.text.phrases import percent, ranges

DIFFER = ("conflict", "process")


@dataclass(frozen=True)
class RegionReport:
    """One region: its number, where it is, an example, and the clauses at both sides.

    Of a conflict, ``stands`` is whether some case of it is in conflict under every reading, ``always`` says so in
    words, ``switches`` are the readings of which side would end it on the example, and ``whole`` those which would end
    it in the whole region: as written on the command line, and in words.
    """

    number: int
    region: Region
    where: str
    share: Fraction
    example: str
    left: tuple[CitedClause, ...]
    right: tuple[CitedClause, ...]
    always: str = ""
    stands: bool = False
    switches: tuple[tuple[str, str], ...] = ()
    whole: tuple[tuple[str, str], ...] = ()
    contested: Contested | None = None
    """Of a conflict, the readings that end it, as data."""


@dataclass(frozen=True)
class PairReport:
    """One pair of classes with its regions. ``cases`` are the user's own, if any were given."""

    pair: Pair
    left: str
    right: str
    regions: tuple[RegionReport, ...]
    cases: int | None
    cases_share: Fraction

    @property
    def numbers(self) -> str:
        numbers = ranges([each.number for each in self.regions])
        return numbers if self.pair.all_listed else f"{numbers} (the largest)"

    @property
    def listed(self) -> str:
        """What is said of a pair of which not all regions are listed."""
        if self.pair.all_listed:
            return ""
        return (
            f"The regions below hold {percent(self.pair.listed)} of these cells, the largest first; not all are listed."
        )


@dataclass(frozen=True)
class Passage:
    """A heading with lines of text: what one edition revised, or what a presumption hides."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class RowPart:
    """In one row of the matrix: a pair of classes, how they relate, and where there it applies, by number of region."""

    relation: str
    left: str
    right: str
    where: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RowStory:
    """What happens at some values, rows of the matrix, that no rule separates."""

    values: tuple[str, ...]
    parts: tuple[RowPart, ...]

    @property
    def differs(self) -> bool:
        return any(part.relation in DIFFER for part in self.parts)


@dataclass(frozen=True)
class MatrixRow:
    """Values with the same entries: for each column the relations there, with their shares."""

    values: tuple[str, ...]
    cells: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class OpenReading:
    """A reading that some conflict depends on: what it asks, and the meaning taken here, at either side."""

    name: str
    question: str
    taken: str
    cited: str

    def __str__(self) -> str:
        cited = f" [{self.cited}]" if self.cited else ""
        return f"{self.name}: {self.question} Here: {self.taken}.{cited}"
