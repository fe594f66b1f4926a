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
