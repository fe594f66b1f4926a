"""Dates, read the same everywhere: 2026-01-31 or 20260131.

    >>> read_day("20260131")
    datetime.date(2026, 1, 31)
    >>> read_day("2026-02-30")
    Traceback (most recent call last):
    ValueError: '2026-02-30' is not a day of the calendar
    >>> read_day("31.1.2026")
    Traceback (most recent call last):
    ValueError: '31.1.2026' is not a date

Other orders of day and month, and times of day, are refused: which was meant would be a guess.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from payerlogic.errors import shown
from payerlogic.text.scalars import plain, whole_number

UNKNOWN = "unknown"
"""The first day of an edition where nobody knows it."""

HOW = "a date is year-month-day, such as 2026-01-31"
_DAY = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})", re.ASCII)


def read_day(text: str) -> date:
    """The day that ``text`` writes. ValueError, whose words are fit for people, if it writes none."""
    written = _DAY.fullmatch(text.strip())
    if written is None:
        raise ValueError(f"{shown(text)} is not a date")
    try:
        return date(int(written[1]), int(written[3]), int(written[4]))
    except ValueError:
        raise ValueError(f"{shown(text)} is not a day of the calendar") from None


def day_of(written: object) -> date:
    """The day that ``written`` is, from a file or from Python: text, a date, a timestamp at midnight, 20260131."""
    value = plain(written)
    if type(value) is date:
        return value
    if isinstance(value, str):
        return read_day(value)
    number = whole_number(value)
    if number is not None and len(str(number)) == len("20260131"):
        return read_day(str(number))
    if isinstance(value, date):
        raise ValueError(f"{shown(value)} has a time of day")
    raise ValueError(f"{shown(written)} is not a date")


def number_of(value: int | date) -> int:
    """A number as the program counts: a date as year, month and day in one number."""
    return value.year * 10000 + value.month * 100 + value.day if isinstance(value, date) else value


def date_of(number: int) -> date | None:
    """The day that a number of the program stands for; None for the beginning of time."""
    try:
        found = date(number // 10000, number // 100 % 100, number % 100)
    except ValueError:
        return None
    return None if found == date.min else found


def first_day_from(number: int) -> date | None:
    """The first day whose number is not below ``number``; None for the beginning of time.

    Numbers at which rules separate days need not be days: after at_most(day, 20231231) comes 20231232.

    >>> first_day_from(20231232), first_day_from(20290229), first_day_from(20240229), first_day_from(10101)
    (datetime.date(2024, 1, 1), datetime.date(2029, 3, 1), datetime.date(2024, 2, 29), None)
    """
    year, month = divmod(number // 100, 100)
    if 0 < number % 100 <= monthrange(year, month)[1]:
        return date_of(number)
    return date(year + month // 12, month % 12 + 1, 1)
