"""Alternatives that share conditions, written once: "A and (B or C)" for the two bodies "A and B", "A and C".

    >>> merged([[1, 2], [1, 3]])
    [Way(factors=((1,), (2, 3)), rules=(0, 1))]
    >>> merged([[1, 2], [3]])
    [Way(factors=((1,), (2,)), rules=(0,)), Way(factors=((3,),), rules=(1,))]

A pool such as ``case(margin_status, (close; positive))`` in a body is grounded to one rule for each of its members.
Read one by one, each of these rules seems to need its own member; together they need any of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Factor = tuple[int, ...]
"""Literals of which one has to hold."""


@dataclass(frozen=True)
class Way:
    """One way to meet a condition: all of its factors hold. ``rules`` are the bodies that it comes from."""

    factors: tuple[Factor, ...]
    rules: tuple[int, ...]


def merged(bodies: Iterable[Iterable[int]]) -> list[Way]:
    """The same alternatives with as few ways as merging bodies that differ in one condition gives.

    Bodies that share nothing are left as they are.
    """
    ways = [Way(tuple(sorted((literal,) for literal in set(body))), (i,)) for i, body in enumerate(bodies)]
    while pair := _mergeable(ways):
        one, other = pair
        rest = set(one.factors) & set(other.factors)
        (mine,), (theirs,) = set(one.factors) - rest, set(other.factors) - rest
        joined = tuple(sorted({*mine, *theirs}))
        both = Way(tuple(sorted({*rest, joined})), tuple(sorted({*one.rules, *other.rules})))
        ways = [both if way is one else way for way in ways if way is not other]
    return ways


def _mergeable(ways: list[Way]) -> tuple[Way, Way] | None:
    for i, one in enumerate(ways):
        for other in ways[i + 1 :]:
            shared = set(one.factors) & set(other.factors)
            if shared and len(shared) == len(one.factors) - 1 == len(other.factors) - 1:
                return one, other
    return None
