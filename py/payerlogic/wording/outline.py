"""Sentences with their place below each other and their citation, as data.

    >>> lines = [Line("Denied", citation="Criteria [B16]", end="."), Line("one fraction", 1, "-")]
    >>> print(as_text(lines), end="")
    Denied [Criteria [B16]].
      - one fraction

INVARIANT: who needs the depth, the citation or the role of a sentence takes the field; nobody reads the sentence back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One sentence; ``depth`` is how far it stands below, ``mark`` or ``number`` what stands before it ("-", "1.").

    ``is_status`` marks what only repeats the determination, for a page that shows it elsewhere.
    """

    text: str
    depth: int = 0
    mark: str = ""
    citation: str = ""
    end: str = ""
    is_status: bool = False
    number: int = 0

    @property
    def cited(self) -> str:
        """The sentence with its citation, without mark and indent."""
        return f"{self.text}{f' [{self.citation}]' if self.citation else ''}{self.end}"

    @property
    def numbered(self) -> str:
        """The sentence for a list that has its own dashes: a number in front stays."""
        return f"{self.number}. {self.cited}" if self.number else self.cited

    @property
    def lead(self) -> str:
        """What stands in front of the sentence, with a space; nothing where nothing does."""
        return f"{self.number}. " if self.number else f"{self.mark} " if self.mark else ""

    def __str__(self) -> str:
        return f"{'  ' * self.depth}{self.lead}{self.cited}"


def as_text(lines: Iterable[Line]) -> str:
    """The lines as plain text."""
    return "".join(f"{line}\n" for line in lines)
