"""Examples that look like patients: usual values, and parts that fit each other.

    >>> from payerlogic import KnowledgeBase
    >>> axes = KnowledgeBase.load().axes
    >>> example_at(axes["age_years"], 1), example_at(axes["age_years"], 0)
    (62, 49)

What is usual the vocabulary says (``typical``); of other values the one nearest to it is taken. What does not fit, such
as a code for x-rays beside electrons, the knowledge base says as well (``incoherent``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain, product
from typing import Any

from payerlogic.diagrams.forest import FALSE, Forest
from payerlogic.errors import KnowledgeBaseError, Problem
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import Axis, Member, SetAxis, ValueAxis
from payerlogic.text.days import first_day_from

EARLIEST = date(1900, 1, 1)
_LONGEST_CODE = 8


def fitting(forest: Forest, node: int, odd: Iterable[int]) -> int:
    """The part of a diagram on which nothing odd holds, as far as there is such a part."""
    for each in odd:
        narrowed = forest.conj(node, forest.negate(each))
        node = narrowed if narrowed != FALSE else node
    return node


def example_at(axis: ValueAxis, position: int) -> Value:
    """The value at one position that is nearest to the typical one."""
    return most_usual(axis, [_value(axis, member) for member in axis.classes[position]])


def set_value(axis: SetAxis, members: frozenset[str]) -> frozenset[str]:
    """A set of the program as a case states it: a made-up code for all those without a name."""
    return frozenset(_other_code(axis) if item == axis.attribute.open_value else item for item in members)


def most_usual(axis: Axis, values: Iterable[Value]) -> Value:
    """Of some values, the one nearest to the typical one."""
    return min(values, key=lambda value: _distance(axis, value, axis.attribute.typical))


def _value(axis: Axis, member: Member) -> Value:
    """A value that the program does not tell apart from ``member``."""
    kind = axis.attribute.type
    if kind == "boolean":
        return member == "true"
    if not axis.attribute.is_ordered:
        return str(member)
    starts = sorted(int(str(start)) for start in axis.atoms)
    low = int(str(member))
    beyond = next((start for start in starts if start > low), None)
    if kind == "date":
        return _day(first_day_from(low), first_day_from(beyond) if beyond is not None else None)
    high = beyond - 1 if beyond is not None else axis.attribute.greatest
    typical = axis.attribute.typical
    number = axis.attribute.number_of(typical) if isinstance(typical, int | Decimal) else low
    found = axis.attribute.value_of(min(max(number, low), high))
    assert found is not None, "only a day can have no number"
    return found


def _day(first: date | None, beyond: date | None) -> date:
    """The first day of a stretch; of days without a first, the last."""
    return first or (beyond - timedelta(days=1) if beyond else EARLIEST)


def _distance(axis: Axis, value: Value, typical: Value | None) -> int:
    if typical is None or isinstance(value, date):
        return 0
    if isinstance(value, int | Decimal) and isinstance(typical, int | Decimal):
        return abs(axis.attribute.number_of(value) - axis.attribute.number_of(typical))
    words: Sequence[str] = [choice.value for choice in axis.attribute.choices]
    return abs(words.index(str(value)) - words.index(str(typical)))


def _other_code(axis: Axis) -> str:
    """A code that stands for all those without a name."""
    pattern = axis.attribute.open_pattern
    assert pattern is not None, "only an open attribute has codes without a name"
    return _made_up_code(pattern, frozenset(axis.attribute.spelled))


@cache
def _made_up_code(pattern: Any, taken: frozenset[str]) -> str:
    """A code that fits the pattern: of the usual ones, else the shortest of nines, letters and dots."""
    usual = ("99999", "00000", "X", "other")
    made = ("".join(signs) for length in range(1, _LONGEST_CODE) for signs in product("9Z.", repeat=length))
    found = (code for code in chain(usual, made) if code not in taken and pattern.fullmatch(code) is not None)
    if (code := next(found, None)) is None:
        raise KnowledgeBaseError(Problem(f"no code of the pattern {pattern.pattern!r} could be made up for an example"))
    return code
