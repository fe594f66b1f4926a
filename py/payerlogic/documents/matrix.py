"""The matrix of a comparison with what lies behind each cell, as far as some rule separates its rows and columns.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.comparison_report import Report
>>> kb = KnowledgeBase.load()
>>> grid = Grid.of(Report.of(kb, kb.compare("nia", "bcbsaz")))
>>> cell = grid.cell("breast.electron_beam")
>>> cell.row, cell.column, [relation for relation, _ in cell.shares]
('breast', 'electron beam', ['conflict', 'basis'])
>>> grid.cell("stomach.proton").key  # one cell with the sites that no rule separates from it
'ovary.proton'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from payerlogic.documents.comparison_report import Report
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.text.phrases import listed
from payerlogic.wording.comparison import RELATIONS
from payerlogic.wording.regions import PairReport, RegionReport


@dataclass(frozen=True)
class Cell:
    """One row (or several values that no rule separates) and one column: the relations there, the gravest first,
    each with its share of the cell, and the regions that reach it."""

    key: str
    row: str
    column: str
    shares: tuple[tuple[str, Fraction], ...]
    regions: tuple[tuple[PairReport, RegionReport], ...]


@dataclass(frozen=True)
class Grid:
    """All cells, row by row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    keys: dict[str, str]

    @classmethod
    def of(cls, report: Report) -> Grid | None:
        """The grid of a report; None where no rule asks for its rows or its columns."""
        if not report.comparison.matrix:
            return None
        named = (report.words.axes[name] for name in report.words.catalog.matrix)
        axes = [axis for axis in named if isinstance(axis, ValueAxis)]
        names = [[_labels(axis, at) for at in range(len(axis.classes))] for axis in axes]
        keys: dict[str, str] = {}
        rows = []
        for i, row in enumerate(names[0]):
            cells = []
            for j, column in enumerate(names[1]):
                members = [f"{one}.{other}" for one in axes[0].classes[i] for other in axes[1].classes[j]]
                keys |= dict.fromkeys(members, members[0])
                shares = report.comparison.matrix[str(axes[0].classes[i][0]), str(axes[1].classes[j][0])]
                ranked = tuple((name, shares[name]) for name in RELATIONS if shares.get(name))
                cells.append(Cell(members[0], row, column, ranked, _reaching(report, (i, j), shares)))
            rows.append((row, tuple(cells)))
        return cls(tuple(names[1]), tuple(rows), keys)

    def cell(self, key: str) -> Cell | None:
        """The cell of ``row.column``, by any of the values that it stands for."""
        wanted = self.keys.get(key)
        return next((cell for _, cells in self.rows for cell in cells if cell.key == wanted), None)


def _labels(axis: ValueAxis, position: int) -> str:
    labels = {choice.value: choice.label for choice in axis.attribute.choices}
    return listed(labels.get(str(member), str(member)) for member in axis.classes[position])


def _reaching(
    report: Report, places: tuple[int, int], shares: Mapping[str, Fraction]
) -> tuple[tuple[PairReport, RegionReport], ...]:
    """The regions of pairs that occur in a cell, as far as their boxes reach it."""
    return tuple(
        (pair, region)
        for pair in report.pairs
        if shares.get(pair.pair.relation)
        for region in pair.regions
        if all(
            place in region.region.positions.get(name, frozenset({place}))
            for name, place in zip(report.words.catalog.matrix, places, strict=True)
        )
    )
