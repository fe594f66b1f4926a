"""The matrix with what lies behind it: every cell against the comparison itself.

``test_cells``      the shares of each cell are those of each of its sites and modalities, and add up to one
``test_regions``    a region reaches a cell if and only if some case of its pair lies in both
``test_names``      a cell is found by any value that it stands for, and by no other
"""

from __future__ import annotations

from payerlogic import KnowledgeBase, Settings
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Grid


def test_cells(report: Report) -> None:
    grid = Grid.of(report)
    assert grid is not None
    for (site, modality), shares in report.comparison.matrix.items():
        cell = grid.cell(f"{site}.{modality}")
        assert cell is not None
        assert dict(cell.shares) == {name: share for name, share in shares.items() if share}
        assert sum(share for _, share in cell.shares) == 1


def test_regions(report: Report, kb: KnowledgeBase, settings: Settings) -> None:
    grid = Grid.of(report)
    assert grid is not None
    for _, cells in grid.rows:
        for cell in cells:
            relations = {pair.pair.relation for pair, _ in cell.regions}
            assert relations == {name for name, _ in cell.shares}
    told = {region.number for _, cells in grid.rows for cell in cells for _, region in cell.regions}
    assert told == {region.number for pair in report.pairs for region in pair.regions}
    for pair in report.pairs:  # a witness lies in the cell of its own site and modality, if it states them
        for region in pair.regions:
            facts = region.region.witness.facts
            if {"primary_site", "modality"} <= facts.keys():
                cell = grid.cell(f"{facts['primary_site']}.{facts['modality']}")
                assert cell is not None
                assert region.number in {each.number for _, each in cell.regions}


def test_names(report: Report) -> None:
    grid = Grid.of(report)
    assert grid is not None
    assert grid.cell("stomach.proton") == grid.cell("ovary.proton") != grid.cell("breast.proton")
    assert grid.cell("moon.proton") is None
    assert grid.cell("") is None
