r"""Regular expressions that users and policies write: in RE2, whose time is linear in the text.

    >>> compile(r"p?T([0-4])[ab]?").fullmatch("pt4b")
    ('4',)
    >>> compile("(a+)+$").fullmatch("a" * 200 + "!") is None
    True
    >>> compile("rect(um")
    Traceback (most recent call last):
    payerlogic.text.patterns.PatternError: 'rect(um' is not a regular expression (missing ): rect(um); ...

Whatever the pattern, compiling and matching are bounded: in the length of the pattern and of the text, and in the
size of the program that RE2 makes of it. A pattern is for the whole text, and the case of letters does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import re2

from payerlogic.errors import PayerlogicError, Problem, shown

LONGEST_PATTERN = 1_000
LONGEST_TEXT = 1_000
MEMORY = 1 << 20  # bytes for one pattern: RE2 refuses what needs a larger program


class PatternError(PayerlogicError):
    """A pattern that cannot be used, or a text that is too long for one."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern."""

    text: str
    groups: int
    _compiled: Any = field(compare=False, repr=False)

    def fullmatch(self, text: str) -> tuple[str | None, ...] | None:
        """The groups of the pattern if it fits all of ``text`` (none where it has none), otherwise None."""
        if len(text) > LONGEST_TEXT:
            raise PatternError(
                Problem(f"{shown(text)} is too long for a pattern", hint=f"the limit is {LONGEST_TEXT} characters")
            )
        try:
            encoded = text.encode()
        except UnicodeEncodeError:  # half of a surrogate pair is no character, so no pattern fits it
            return None
        found = self._compiled.fullmatch(encoded)
        if found is None:
            return None
        return tuple(None if group is None else group.decode() for group in found.groups())

    def spans(self, text: str) -> Iterator[tuple[int, int, str | None]]:
        """Wherever the pattern fits within ``text``: from where to where, and its first group.

        >>> list(compile("T([0-4])").spans("ü T4, T1"))
        [(2, 4, '4'), (6, 8, '1')]
        """
        encoded = text[:LONGEST_TEXT].encode(errors="replace")
        for found in self._compiled.finditer(encoded):
            begin, end = (len(encoded[:place].decode(errors="replace")) for place in found.span())
            group = found.group(1) if self.groups else None
            yield begin, end, group.decode(errors="replace") if group is not None else None


def compile(text: str) -> Pattern:
    """The pattern that ``text`` writes. PatternError says what is wrong with it."""
    if len(text) > LONGEST_PATTERN:
        raise PatternError(
            Problem(f"{shown(text)} is too long for a pattern", hint=f"the limit is {LONGEST_PATTERN} characters")
        )
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        compiled = re2.compile(text.encode(), options)
    except (re2.error, UnicodeEncodeError) as error:
        why = error.args[0] if isinstance(error, re2.error) else "a character that is half of a pair"
        why = why.decode(errors="replace") if isinstance(why, bytes) else why
        raise PatternError(
            Problem(
                f"{shown(text)} is not a regular expression ({why[:80]})",
                hint="it takes the syntax of RE2: no look-around, no back-reference",
            )
        ) from None
    return Pattern(text, compiled.groups, compiled)
