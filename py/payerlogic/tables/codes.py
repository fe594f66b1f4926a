r"""The codes of one rule of a mapping, looked up: whole codes, beginnings of a code, patterns.

    >>> codes = Codes.of({}, {"C18": "colon", "C20": "rectum"}, {})
    >>> codes.find("C20.9"), codes.find("C44"), codes.find("C20 ruled out")
    ('rectum', None, None)
    >>> codes.find("C20;C18.7")
    Traceback (most recent call last):
    payerlogic.tables.codes.SeveralCodes: C20;C18.7

A cell is one code. One with several codes, or with words behind a code, is never read by its beginning: whether
the rest denies or changes what the beginning says, nobody can know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payerlogic.text.patterns import LONGEST_TEXT, Pattern
from payerlogic.text.patterns import compile as compiled

GROUP = re.compile(r"\\(\d)")
_REST_OF_A_CODE = re.compile(r"[\w.*†]*(?:[/-]\w{1,2})?-?")
_SHORTEST = 3
_LISTS = re.compile(r"[;|\r\n\t]+")
_COMMA = re.compile(",")
_WORDS = re.compile(r"[\s,/+&]+")


class SeveralCodes(ValueError):
    """A cell that holds several codes, where an attribute has one value."""


@dataclass(frozen=True)
class Codes:
    """The maps of one rule, ready to be looked up."""

    values: Mapping[str, str]
    prefixes: Sequence[tuple[str, str]]
    patterns: Sequence[tuple[Pattern, str]]

    @classmethod
    def of(cls, values: Mapping[str, str], prefixes: Mapping[str, str], patterns: Mapping[str, str]) -> Codes:
        return cls(
            {folded(code): value for code, value in values.items()},
            sorted(((folded(code), value) for code, value in prefixes.items()), key=lambda x: -len(x[0])),
            [(compiled(pattern), value) for pattern, value in patterns.items()],
        )

    def find(self, text: str) -> str | None:
        """The value of a code: by the whole code, else its longest beginning, else the first pattern.

        None where it is not mapped; SeveralCodes where the cell has more than one code.
        """
        found = self.values.get(folded(text))
        if found is not None or not (self.prefixes or self.patterns):
            return found
        items = [text] if self._names(_LISTS) else [item for item in _LISTS.split(text) if item.strip()]
        values = {self._checked(item) for item in items}
        if len(values) > 1 or (len(items) > 1 and None in values):
            raise SeveralCodes(text)
        return values.pop() if values else None

    def _single(self, text: str, *, filled: bool = True) -> str | None:
        low = folded(text)
        found = self.values.get(low)
        found = self._beginning(low) if found is None else found
        return self._pattern(text.strip(), filled) if found is None else found

    def _beginning(self, low: str) -> str | None:
        for beginning, value in self.prefixes:
            if low.startswith(beginning):
                rest = low[len(beginning) :]
                if any(len(other) >= _SHORTEST and other in rest for other, _ in self.prefixes):
                    raise SeveralCodes(low)
                return value if _REST_OF_A_CODE.fullmatch(rest) else None
        return None

    def _pattern(self, code: str, filled: bool) -> str | None:
        if len(code) > LONGEST_TEXT:  # longer than any code
            return None
        for pattern, value in self.patterns:
            groups = pattern.fullmatch(code)
            if groups is not None:
                return _filled(value, (code, *groups)) if filled else value
        return None

    def _checked(self, item: str) -> str | None:
        """The value of an item; SeveralCodes where parts of it with digits in them are codes of their own."""
        if not self._names(_COMMA):
            parts = [part for part in item.split(",") if _has_digit(part)]
            words = [word for word in _WORDS.split(item) if _has_digit(word)]
            after_commas = {self._single(part) for part in parts} if len(parts) > 1 else set()
            mapped = {self._single(word, filled=False) for word in words} - {None}
            if len(mapped) > 1 or len(after_commas) > 1 or None in after_commas:
                raise SeveralCodes(item)
            if after_commas:
                return after_commas.pop()
        return self._single(item)

    def _names(self, separators: re.Pattern[str]) -> bool:
        return any(separators.search(pattern.text) for pattern, _ in self.patterns)


def _filled(value: str, groups: Sequence[str | None]) -> str:
    return GROUP.sub(lambda group: groups[int(group[1])] or "", value)


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def folded(code: str) -> str:
    """A code for a look-up in which the case of letters does not matter."""
    return code.strip().lower()
