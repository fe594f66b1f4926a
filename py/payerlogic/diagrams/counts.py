"""How many cells of the case space have each value of a diagram, exactly.

>>> forest = Forest([2, 3])
>>> both = forest.conj(forest.literal(0, {1}), forest.literal(1, {0, 2}))
>>> Counts(forest, both).all_of(both)
{False: 4, True: 2}
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import accumulate
from operator import mul
from types import MappingProxyType

from payerlogic.diagrams.forest import FALSE, TRUE, Forest

ANY: Mapping[int, int] = MappingProxyType({})


class Counts:
    """Counts cells by terminal value, exactly, over the variables on which some diagrams depend."""

    def __init__(self, forest: Forest, *roots: int) -> None:
        self._forest = forest
        self._levels = sorted(forest.support(*roots))
        self._index = {level: index for index, level in enumerate(self._levels)}
        self._before = self._cells_before({})
        self._true = {FALSE: 0, TRUE: 1}

    def all_of(self, root: int, known: Mapping[int, int] = ANY) -> dict[object, int]:
        """How many of all cells have each value, or of those with the ``known`` values of some variables.

        From the root down, so that a node costs one number however many values there are below it.
        """
        forest, before = self._forest, self._cells_before(known) if known else self._before
        ways = {root: before[self._place(root)]}
        found: dict[object, int] = {}
        for node in sorted(forest.below(root), reverse=True):  # a child has a smaller number
            if node not in ways:
                continue
            children, own = forest.children(node), ways.pop(node)
            if not children:
                found[forest.value(node)] = own
                continue
            level = forest.level(node)
            after = before[self._index[level] + 1]
            for child in (children[known[level]],) if level in known else children:
                skipped = before[self._place(child)]
                ways[child] = ways.get(child, 0) + (own if skipped == after else own * (skipped // after))
        return dict(reversed(found.items()))

    def count_true(self, node: int) -> int:
        """On how many of all cells a true-or-false diagram holds."""
        return self._count(node) * self._before[self._place(node)]

    def share_true(self, node: int) -> Fraction:
        """The share of all cells on which a true-or-false diagram holds."""
        return Fraction(self.count_true(node), self._before[-1])

    def _count(self, node: int) -> int:
        """On how many cells of its own variable and those after it a true-or-false diagram holds."""
        if node not in self._true:
            before, count = self._before, self._count
            after = before[self._place(node) + 1]
            children = self._forest.children(node)
            self._true[node] = sum([count(child) * (before[self._place(child)] // after) for child in children])
        return self._true[node]

    def _cells_before(self, known: Mapping[int, int]) -> list[int]:
        """The number of cells of the variables before each, those ``known`` with one value; at last, of all."""
        sizes = (1 if level in known else self._forest.sizes[level] for level in self._levels)
        return list(accumulate(sizes, mul, initial=1))

    def _place(self, node: int) -> int:
        return self._index.get(self._forest.level(node), len(self._levels))
