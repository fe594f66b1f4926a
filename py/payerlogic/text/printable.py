"""Text from outside (names of cases, cells of tables) as it may stand in a page, a picture or a document.

>>> printable("R-1\\x1b[31m")
'R-1�[31m'
"""

from __future__ import annotations

import re

NOT_SHOWN = "�"
# Controls but tab and line feed, halves of surrogate pairs, which no encoding has, and marks that turn the direction
# of what follows them.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def printable(text: str) -> str:
    """``text`` with a visible sign for each character that would be obeyed rather than shown."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(NOT_SHOWN, text)
