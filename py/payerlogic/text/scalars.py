"""Numbers, days and missing values as files, tables and Python libraries write them: read in one place.

    >>> from decimal import Decimal
    >>> whole_number("50.0"), whole_number(Decimal("50")), whole_number(49.9), whole_number(">89")
    (50, 50, None, None)
    >>> plain(float("nan")) is None
    True

What numpy and pandas hold is recognized without importing either.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction

_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:[.][0-9]{0,15})?|[.][0-9]{1,15})", re.ASCII)
_WHOLE = re.compile(r"([+-]?[0-9]{1,9})(?:[.]0{0,9})?", re.ASCII)
_PLAIN = (str, bool, int, float, date, list, tuple, set, frozenset, dict, type(None))
_FAST = frozenset([str, bool, int, list, type(None)])
_MISSING = ("NAType", "NaTType")  # of pandas: NA and NaT
_MIDNIGHT = re.compile(r"T00(?::00){0,2}(?:[.]0+)?$", re.ASCII)
WIDEST = 10**9


def plain(written: object) -> object:
    """``written`` in Python's own types: a numpy scalar or array, a midnight timestamp, a missing value (None)."""
    kind = type(written)
    if kind in _FAST:
        return written
    if kind.__name__ in _MISSING or (isinstance(written, float) and math.isnan(written)):
        return None
    if isinstance(written, Decimal):
        return None if written.is_nan() else written
    if isinstance(written, datetime):
        at_midnight = written.time() == time() and written.tzinfo is None
        return written.date() if at_midnight else written
    if kind.__module__ == "numpy":
        return _from_numpy(written)
    if kind in _PLAIN or isinstance(written, _PLAIN):
        return written
    if callable(to_list := getattr(written, "to_list", None)):  # a column of pandas
        return to_list()
    return written


def _from_numpy(written: object) -> object:
    if type(written).__name__ == "datetime64":
        text = str(written)  # an exact one: 2026-01, 2026-01-31, 2026-01-31T00:00:00.000000000, or NaT
        return None if text == "NaT" else _MIDNIGHT.sub("", text)
    if type(written).__name__ in ("float16", "float32"):
        written = float(str(written))  # 2.6 of 32 bits is 2.6 to whom wrote it, and not 2.5999999
        return None if math.isnan(written) else written
    to_list = getattr(written, "tolist", None)
    return plain(to_list()) if callable(to_list) else written


def whole_number(written: object) -> int | None:
    """The whole number that ``written`` is, exactly: 50, 50.0 and "50.0" are 50. None for anything else."""
    if isinstance(written, bool):
        return None
    if isinstance(written, str):
        found = _WHOLE.fullmatch(written.strip())
        return int(found[1]) if found else None
    if isinstance(written, int):
        return int(written)
    if isinstance(written, float | Decimal | Fraction):
        try:
            return int(written) if abs(float(written)) < WIDEST and written == int(written) else None
        except (ValueError, OverflowError, ArithmeticError):
            return None
    return None


def decimal_number(written: object) -> Decimal | None:
    """The decimal number that ``written`` is, exactly; None for anything else.

    A float is the number that it is written as: nobody who states 2.6 means 2.600000000000000088817841970012523.

    >>> decimal_number("2.50"), decimal_number(2.6), decimal_number("2,5")
    (Decimal('2.50'), Decimal('2.6'), None)
    """
    if isinstance(written, str):
        text = written.strip()
        return Decimal(text) if _DECIMAL.fullmatch(text) else None
    if isinstance(written, bool):
        return None
    if isinstance(written, float):
        written = Decimal(repr(float(written)))
    if isinstance(written, Fraction):
        quotient = Decimal(written.numerator) / Decimal(written.denominator)
        return quotient if quotient == written else None
    if isinstance(written, int | Decimal):
        return Decimal(written) if -WIDEST < written < WIDEST else None
    return None


def units_of(value: Decimal, places: int) -> int | None:
    """A decimal number counted in units of its last place, which makes it whole; None if it has more places.

    >>> units_of(Decimal("2.50"), 1), units_of(Decimal("2.55"), 1)
    (25, None)
    """
    scaled = value.scaleb(places)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def of_units(units: int, places: int) -> Decimal:
    """The decimal number of so many units of the last place.

    >>> of_units(25, 1), of_units(30, 1)
    (Decimal('2.5'), Decimal('3.0'))
    """
    return Decimal(units).scaleb(-places)


def short(number: Decimal) -> str:
    """A decimal number as people write it, without zeros that say nothing.

    >>> short(Decimal("2.50")), short(Decimal("30.0"))
    ('2.5', '30')
    """
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def json_number(number: Decimal) -> int | float:
    """The same as a JSON number: the float that is written as it is.

    >>> json_number(Decimal("2.50")), json_number(Decimal("30.0"))
    (2.5, 30)
    """
    text = short(number)
    return float(text) if "." in text else int(text)
