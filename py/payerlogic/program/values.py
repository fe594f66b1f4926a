"""Values of attributes: what they are in Python, how they may be written, and what came of reading one.

    >>> Choice("in_situ", "in situ (/2)").label
    'in situ (/2)'
    >>> ParsedValue().value is None
    True

INVARIANT: a value is frozen data; what reads one is ``program.attribute``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from payerlogic.errors import Problem
from payerlogic.text.patterns import Pattern

Value = str | bool | int | Decimal | date | frozenset[str]


@dataclass(frozen=True)
class Spelling:
    """A pattern in which a value may be written; ``value`` is None where that means unknown."""

    pattern: Pattern
    value: str | None


@dataclass(frozen=True)
class ParsedValue:
    """What came of reading a written value: a value or None for unknown, or a problem.

    ``besides`` are values of other attributes that the spelling states too; ``written`` is the spelling,
    where the value is another word than was written.
    """

    value: Value | None = None
    problem: Problem | None = None
    besides: tuple[tuple[str, str], ...] = ()
    written: str | None = None


@dataclass(frozen=True)
class Choice:
    """One value of an attribute: as it is spelled, and in words."""

    value: str
    label: str
