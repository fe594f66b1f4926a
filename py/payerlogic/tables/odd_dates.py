"""Rows whose dates cannot go with the day that is presumed, such as a birth date after today: counted for a remark.

    >>> from payerlogic import KnowledgeBase
    >>> age = KnowledgeBase.load().vocabulary.formulas["age_years"]
    >>> found = OddDates({"date_of_service": date(2026, 1, 31)})
    >>> columns = {"birth_date": [date(2050, 1, 1), date(1950, 1, 1)], "date_of_service": [None, None]}
    >>> found.add(age, columns, stated=[None, None], records=[7, 8])
    >>> found.notes()[0][:70]
    '1 row has dates that do not fit, the first in row 7: date of service 2'

What a single case says as a remark of its determination, a table says once: its rows have no remarks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from payerlogic.answers.presumed_dates import odd_with
from payerlogic.program.formula import Formula
from payerlogic.program.values import Value
from payerlogic.text.phrases import are, plural


@dataclass
class OddDates:
    """By fact that would follow: in how many rows its dates are odd, and the first of them."""

    days: Mapping[str, date] = field(default_factory=dict)
    """The attributes that are presumed to be today where a row does not state them."""
    counts: dict[str, int] = field(default_factory=dict)
    first: dict[str, tuple[int, str]] = field(default_factory=dict)

    def concerns(self, formula: Formula) -> bool:
        """Whether some but not all of what a fact follows from is presumed."""
        return bool(self.days.keys() & formula.sources.keys()) and not formula.sources.keys() <= self.days.keys()

    def add(
        self,
        formula: Formula,
        columns: Mapping[str, Sequence[Value | None]],
        stated: Sequence[Value | None],
        records: Sequence[int],
    ) -> None:
        """Look at some rows, by columns of what the fact follows from, and of what they state of it."""
        name, kept = formula.attribute.name, dict[object, str]()
        for record, said, *row in zip(records, stated, *columns.values(), strict=True):
            key = said, *row
            if key not in kept:
                kept[key] = self._odd(formula, dict(zip(columns, row, strict=True)), said)
            if kept[key]:
                self.counts[name] = self.counts.get(name, 0) + 1
                self.first.setdefault(name, (record, kept[key]))

    def _odd(self, formula: Formula, row: Mapping[str, Value | None], stated: Value | None) -> str:
        days = {name: self.days[name] for name, value in row.items() if value is None and name in self.days}
        values = {name: value for name, value in row.items() if value is not None} | days
        return odd_with(formula, values, days, stated) if days and len(values) == len(row) else ""

    def notes(self) -> list[str]:
        """In words, a line for each such fact."""
        return [
            f"{plural(count, 'row')} {are(count, 'has', 'have')} dates that do not fit, the first in row "
            f"{self.first[name][0]}: {self.first[name][1]}"
            for name, count in self.counts.items()
        ]
