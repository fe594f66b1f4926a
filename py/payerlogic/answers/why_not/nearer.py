"""Changes of more attributes that move a number or a day less far: another kind of minimal.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> kb.why_not({"primary_site": "breast", "age_years": 45}, "nia", "denied").nearer
    ()

A body mass index of 34.9 gives way to "40 or more" alone, and to "35 or more" together with one more diagnosis.
Neither is the smaller change of the two. So changes are compared by two measures at once: the set of attributes that
change, and how far each number or day moves that the case states. A change is beaten by one of fewer attributes unless
it moves one of these to a place strictly between where it is and where the other one moves it. What is beaten is not
given.

INVARIANT: without ``MOST`` all that is not beaten would be found: it lies, for each smaller set and each of its boxes,
nearer in some attribute, and each such choice is searched, with that attribute held to the positions that are nearer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from payerlogic.answers.why_not.working_sets import WorkingSets, Works
from payerlogic.diagrams.minimal_sets import Box

MOST = 40
"""Searches for one question; each is one more recursion over diagrams that are there."""

Within = Mapping[str, frozenset[int]]
Point = dict[str, int]


def smaller_changes(search: WorkingSets, least: Sequence[Works]) -> list[Works]:
    """What no change of ``least`` beats, nor any other, with larger sets of attributes."""
    scales = _Scales(search)
    known = {each.names for each in least}
    found: dict[frozenset[str], Works] = {}
    queue: deque[tuple[dict[str, frozenset[int]], Works]] = deque(({}, each) for each in least)
    tried: set[frozenset[tuple[str, frozenset[int]]]] = set()
    while queue and len(tried) < MOST:
        held, works = queue.popleft()
        for within in scales.nearer(works, held):
            key = frozenset(within.items())
            if key in tried or len(tried) >= MOST:
                continue
            tried.add(key)
            for each in search.least(within):
                queue.append((within, each))
                if each.names not in known:
                    found[each.names] = each
    every = [*least, *found.values()]
    kept = ((each, [box for box in each.boxes if scales.is_unbeaten(each, box, every)]) for each in found.values())
    return [Works(each.names, each.gathered, boxes) for each, boxes in kept if boxes]


class _Scales:
    """How far the ordered attributes of one case move."""

    def __init__(self, search: WorkingSets) -> None:
        self.search = search
        self._moved: dict[str, dict[int, frozenset[int]]] = {}

    def moved(self, name: str) -> dict[int, frozenset[int]]:
        if name not in self._moved:
            self._moved[name] = self.search.moved(name)
        return self._moved[name]

    def nearer(self, works: Works, held: Within) -> Iterator[dict[str, frozenset[int]]]:
        """Every way to be nearer than each box of a set in some attribute, where that can make a difference."""
        choices = []
        for box in works.boxes:
            own = []
            for name in sorted(works.names):
                for now, unlike in self.moved(name).items():
                    inside = _before(works.places(box, name), now) & unlike
                    if inside := inside & held.get(name, inside):
                        own.append((name, inside))
            choices.append(own)
        for chosen in product(*choices):
            within = dict(held)
            for name, inside in chosen:
                within[name] = inside & within.get(name, inside)
            if all(within.values()):
                yield within

    def is_unbeaten(self, works: Works, box: Box, every: Sequence[Works]) -> bool:
        """Whether some nearest values in a box are beaten by no box of a smaller set."""
        fewer = [each for each in every if each.names < works.names]
        return any(
            not any(self._beats(each, other, point) for each in fewer for other in each.boxes)
            for point in self._corners(works, box)
        )

    def _corners(self, works: Works, box: Box) -> Iterator[Point]:
        """The nearest positions of a box in each direction, of each ordered attribute."""
        sides = []
        for name in sorted(works.names):
            for now in self.moved(name):
                there = works.places(box, name)
                less = max((at for at in there if at <= now), default=None)
                more = min((at for at in there if at >= now), default=None)
                sides.append([(name, at) for at in {less, more} if at is not None])
        return (dict(corner) for corner in product(*sides))

    def _beats(self, works: Works, box: Box, point: Point) -> bool:
        """Whether a point moves nothing less far than a box of fewer attributes does."""
        moved = ((name, now) for name in works.names for now in self.moved(name))
        return not any(point[name] in _before(works.places(box, name), now) for name, now in moved)


def _before(there: frozenset[int], now: int) -> frozenset[int]:
    """The positions strictly between here and each of some; none where these lie on both sides."""
    if now in there or min(there) < now < max(there):
        return frozenset()
    return frozenset(range(now + 1, min(there)) if now < min(there) else range(max(there) + 1, now))
