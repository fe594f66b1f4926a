"""Cells of a CSV file that no spreadsheet takes for a formula, and numbers as they are.

    >>> guarded("=1+1"), guarded("-5"), guarded("- 5"), guarded("\\uff1d1+1")
    ("'=1+1", '-5', "'- 5", "'\\uff1d1+1")

An apostrophe in front makes a spreadsheet show the rest as text. The patterns are read alike by Python and by RE2.
"""

from __future__ import annotations

import re

# What spreadsheets skip in front of a formula: controls and spaces, no-break spaces, zero-width characters.
_SKIPPED = "\\x00-\\x20\\x7f\u0080-\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
# The signs that begin one, in their small and full-width forms too.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
FORMULA = f"^(?:[\\t\\r\\n]|[{_SKIPPED}]*[{_SIGNS}])"
"""A text that has to be guarded unless it is a ``NUMBER``."""
NUMBER = r"^ *[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]+)? *\z"
"""A number, sign and all (in the syntax of RE2)."""
APOSTROPHE = "'"

_FORMULA = re.compile(FORMULA)
_NUMBER = re.compile(NUMBER.replace(r"\z", r"\Z"))


def guarded(cell: object) -> str:
    """The text of a cell, with an apostrophe in front if a spreadsheet would take it for a formula."""
    text = str(cell)
    return APOSTROPHE + text if _FORMULA.match(text) and not _NUMBER.match(text) else text
