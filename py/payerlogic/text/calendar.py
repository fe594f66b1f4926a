"""Years, months and days between two days, by the calendar.

    >>> birth = date(1973, 3, 2)
    >>> years_between(birth, date(2023, 3, 1)), years_between(birth, date(2023, 3, 2))
    (49, 50)
    >>> years_between(birth, date(2023, 3, 2), up=True), years_between(birth, date(2023, 3, 3), up=True)
    (50, 51)

Years and months differ in their number of days, so no division is exact. An anniversary that its year or month does
not have is on the first of the next month: who is born on February 29 is a year older on March 1 where a year has no
such day, and a month after January 31 is March 1.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTHS = 12


def years_between(first: date, last: date, *, up: bool = False) -> int:
    """The whole years from one day to a later one; with ``up`` a year that has begun counts, too."""
    whole = last.year - first.year - ((last.month, last.day) < (first.month, first.day))
    return whole + (up and anniversary(first, MONTHS * whole) != last)


def months_between(first: date, last: date, *, up: bool = False) -> int:
    """The whole months from one day to a later one; with ``up`` a month that has begun counts, too.

    >>> months_between(date(2023, 1, 31), date(2023, 2, 28)), months_between(date(2023, 1, 31), date(2023, 3, 1))
    (0, 1)
    """
    whole = MONTHS * (last.year - first.year) + last.month - first.month - (last.day < first.day)
    return whole + (up and anniversary(first, whole) != last)


def days_between(first: date, last: date, *, up: bool = False) -> int:
    """The days from one day to another; there is nothing to round."""
    return (last - first).days


def anniversary(first: date, months: int) -> date:
    """The day so many months after ``first``.

    >>> anniversary(date(2020, 2, 29), 12), anniversary(date(2020, 2, 29), 48)
    (datetime.date(2021, 3, 1), datetime.date(2024, 2, 29))
    """
    years, month = divmod(first.month - 1 + months, MONTHS)
    year = first.year + years
    if first.day > monthrange(year, month + 1)[1]:
        return date(year + (month == MONTHS - 1), (month + 1) % MONTHS + 1, 1)
    return date(year, month + 1, first.day)
