"""Rows of a table in which every cell is blank: they are no cases, and whoever reads the table says where they stood.

    >>> found = EmptyRows()
    >>> found.add([2]); found.add([4, 5, 6]); found.notes()
    ['4 empty rows are skipped: rows 2, 4 to 6']

A row with an id alone is a case of which nothing else is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from payerlogic.text.phrases import are, number, plural, ranges

MOST_NAMED = 100
"""The places of more empty rows than these are not remembered, only how many there are."""


@dataclass
class EmptyRows:
    """How many empty rows there were, and where the first of them stood."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, numbers: Sequence[int]) -> None:
        """Note rows by their numbers."""
        self.count += len(numbers)
        self.first += numbers[: MOST_NAMED - len(self.first)]

    def notes(self) -> list[str]:
        """In words; nothing where there was none."""
        if not self.count:
            return []
        more = self.count - len(self.first)
        named = f"{are(self.count, 'row', 'rows')} {ranges(self.first)}"
        rest = f" and {number(more)} more" if more else ""
        return [f"{plural(self.count, 'empty row')} {are(self.count)} skipped: {named}{rest}"]


def is_empty(cells: Iterable[object]) -> bool:
    """Whether nothing stands in any of these cells.

    >>> is_empty(["", " ", None]), is_empty(["", "unknown"])
    (True, False)
    """
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)
