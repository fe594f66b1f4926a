"""Ages in whole years by the calendar, from two dates or from a count of days or months.

    >>> years_between("1973-03-01", "2023-03-01"), years_between("1973-03-02", "20230301")
    (50, 49)
    >>> years_of("18261", "days"), years_of(18263, "days"), years_of(600, "months")
    (49, 50, 50)
    >>> years_of(18262, "days")
    Traceback (most recent call last):
    ValueError: 18262 days are 49 or 50 years, depending on the date of birth

Years differ in their number of days, so no division is exact. Who is born on February 29 is a year older on March 1
where a year has no such day.
"""

from __future__ import annotations

from functools import lru_cache

from payerlogic.errors import shown
from payerlogic.text import calendar
from payerlogic.text.days import day_of
from payerlogic.text.scalars import whole_number

YEARS = "years"
"""The unit of an attribute that is an age."""
MONTHS = 12
_day_of = lru_cache(maxsize=100_000)(day_of)


def years_between(start: object, end: object) -> int:
    """The whole years from one day to another. ValueError where one is no day, or they are in the other order."""
    first, last = _day_of(start), _day_of(end)
    if last < first:
        raise ValueError(f"{last.isoformat()} is before {first.isoformat()}")
    return calendar.years_between(first, last)


def years_of(written: object, unit: str) -> int:
    """The whole years in a number of days or of completed months. ValueError where it does not say."""
    number = whole_number(written)
    if number is None or number < 0:
        raise ValueError(f"{shown(written)} is not a whole number of {unit}")
    if unit == "months":
        return number // MONTHS
    least, greatest = years_of_days(number)
    if least != greatest:
        raise ValueError(f"{number} days are {least} or {greatest} years, depending on the date of birth")
    return least


def years_of_days(days: int) -> tuple[int, int]:
    """The least and the greatest age of someone so many days old, for days from March 1900 to February 2100.

    In those two centuries every fourth year is a leap year: so many years have as many leap days as a quarter of
    them, rounded down or up.
    """
    guess = days * 4 // 1461  # one too many at most
    least = guess if guess * 365 + -(-guess // 4) <= days else guess - 1
    greatest = guess + 1 if (guess + 1) * 365 + (guess + 1) // 4 <= days else guess
    return least, greatest
