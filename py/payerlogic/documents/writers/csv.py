r"""A comparison as CSV: a row for each region, a column for each attribute.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.documents.comparison_report import Report
    >>> kb = KnowledgeBase.load()
    >>> csv_text(Report.of(kb, kb.compare("nia", "bcbsaz"))).splitlines()[0].split(",")[:4]
    ['region', 'relation', 'left', 'right']

An empty cell leaves the attribute free. Values are those of case files, with a bar between them. What a
spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from io import StringIO

from payerlogic.documents.comparison_report import Report
from payerlogic.semantics.value_sets import BoxValues
from payerlogic.text.csv_cells import guarded

BAR = "|"


def header(report: Report) -> list[str]:
    """The columns: what a region is, the attributes that some box names, and what it rests on."""
    return [
        *("region", "relation", "left", "right", "share_of_cells", "where"),
        *attributes(report),
        *("left_clauses", "right_clauses", "left_citations", "right_citations", "witness"),
        *("conflict_under_every_reading", "readings_that_may_end_it", "readings_that_end_it_everywhere"),
    ]


def attributes(report: Report) -> list[str]:
    """The attributes that some box names, in the order of the vocabulary."""
    named = {name for pair in report.pairs for region in pair.regions for name in region.region.box}
    return [name for name in report.words.vocabulary if name in named]


def rows(report: Report) -> Iterable[list[str | int | float]]:
    """A row for each region, numbers as numbers."""
    names = attributes(report)
    for pair in report.pairs:
        for region in pair.regions:
            box = region.region.box
            witness = region.region.witness.to_dict(report.words.vocabulary)
            yield [
                region.number,
                pair.pair.relation,
                pair.pair.left,
                pair.pair.right,
                round(float(region.share), 9),
                region.where,
                *(written(box[name]) if name in box else "" for name in names),
                BAR.join(clause.id for clause in region.left),
                BAR.join(clause.id for clause in region.right),
                "; ".join(clause.citation for clause in region.left),
                "; ".join(clause.citation for clause in region.right),
                json.dumps(witness, ensure_ascii=False),
                region.always,
                BAR.join(short for short, _ in region.switches),
                BAR.join(short for short, _ in region.whole),
            ]


def written(values: BoxValues) -> str:
    """The values of a box as in a case file."""
    if isinstance(values, dict):  # a family of sets may have both: some of these, and none of those
        # So many of a list are a number and names; what is not so is a family of its own.
        return " and ".join(f"{kind}: {_part(names)}" for kind, names in values.items())
    if values and all(isinstance(each, dict) for each in values):
        return "; ".join(written(each) for each in values if isinstance(each, dict))
    return BAR.join(str(each).lower() if isinstance(each, bool) else str(each) for each in values)


def _part(of_family: object) -> str:
    if isinstance(of_family, dict):
        return f"({written(of_family)})"
    return BAR.join(map(str, of_family)) if isinstance(of_family, list | tuple) else str(of_family)


def csv_text(report: Report) -> str:
    """The whole file."""
    return table_text([header(report), *rows(report)])


def table_text(lines: Iterable[Iterable[object]]) -> str:
    """Rows of cells as a file, none of them a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in line] for line in lines)
    return out.getvalue()
