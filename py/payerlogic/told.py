"""Answers that can tell themselves in plain sentences.

>>> Told(tell=lambda: ["It is so.", "  1. for this reason"]).text()
'It is so.\\n  1. for this reason\\n'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape


def _nothing() -> Sequence[str]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something with sentences, the answer itself first. They are made only when asked for."""

    tell: Callable[[], Sequence[str]] = field(default=_nothing, compare=False, repr=False)

    def text(self) -> str:
        """The sentences as plain text."""
        return "".join(f"{line}\n" for line in self.tell())

    def _repr_html_(self) -> str:
        """The sentences for a notebook; nothing in them is taken as markup."""
        return f"<div style='white-space: pre-wrap'>{escape(self.text())}</div>"
