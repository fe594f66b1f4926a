"""Answers that can say themselves in plain sentences, and what they rest on.

>>> Told(tell=lambda: ["It is so.", "  1. for this reason"]).text()
'It is so.\\n  1. for this reason\\n'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape

from payerlogic.answers.premises import Premises


def _nothing() -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class _Written:
    """Sentences that have been made."""

    lines: tuple[str, ...]

    def __call__(self) -> Sequence[str]:
        return self.lines


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something with sentences, the answer itself first, and its premises. The sentences are made only when asked
    for; an answer that is pickled takes them along, as its knowledge base stays behind."""

    premises: Premises = field(default=Premises())
    tell: Callable[[], Sequence[str]] = field(default=_nothing, compare=False, repr=False)

    def text(self) -> str:
        """The sentences as plain text."""
        return "".join(f"{line}\n" for line in self.tell())

    def _repr_html_(self) -> str:
        """The sentences for a notebook; nothing in them is taken as markup."""
        return f"<div style='white-space: pre-wrap'>{escape(self.text())}</div>"

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "tell": _Written(tuple(self.tell()))}
