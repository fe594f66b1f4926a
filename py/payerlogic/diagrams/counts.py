"""How many cells of the case space have each value of a diagram, exactly.

>>> forest = Forest([2, 3])
>>> both = forest.conj(forest.literal(0, {1}), forest.literal(1, {0, 2}))
>>> Counts(forest, both).all_of(both)
{False: 4, True: 2}
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.nodes import BOTTOM

ANY: Mapping[int, int] = MappingProxyType({})


class Counts:
    """Counts cells by terminal value, exactly, over the variables on which some diagrams depend; what is counted may
    ask no other."""

    def __init__(self, forest: Forest, *roots: int) -> None:
        self._forest = forest
        self._levels = forest.support(*roots)
        self._before = self._cells_before({})
        self._true = {FALSE: 0, TRUE: 1}

    def all_of(self, root: int, known: Mapping[int, int] = ANY) -> dict[object, int]:
        """How many of all cells have each value, or of those with the ``known`` values of some variables.

        From the root down, so that a node costs one number however many values there are below it.
        """
        forest, before = self._forest, self._cells_before(known) if known else self._before
        ways = {root: before[forest.level(root)]}
        found: dict[object, int] = {}
        for node in sorted(forest.below(root), reverse=True):  # a child has a smaller number
            if node not in ways:
                continue
            children, own = forest.children(node), ways.pop(node)
            if not children:
                found[forest.value(node)] = own
                continue
            level = forest.level(node)
            after = before[level + 1]
            for child in (children[known[level]],) if level in known else children:
                skipped = before[forest.level(child)]
                ways[child] = ways.get(child, 0) + (own if skipped == after else own * (skipped // after))
        return dict(reversed(found.items()))

    def count_true(self, node: int) -> int:
        """On how many of all cells a true-or-false diagram holds."""
        return self._count(node) * self._before[self._forest.level(node)]

    def share_true(self, node: int) -> Fraction:
        """The share of all cells on which a true-or-false diagram holds."""
        return Fraction(self.count_true(node), self._before[BOTTOM])

    def _count(self, node: int) -> int:
        """On how many cells of its own variable and those after it a true-or-false diagram holds."""
        if node not in self._true:
            before, counted, level_of = self._before, self._true, self._forest.level
            for at in sorted(self._forest.below(node) - counted.keys()):  # a child has a smaller number
                after = before[level_of(at) + 1]
                children = self._forest.children(at)
                counted[at] = sum([counted[child] * (before[level_of(child)] // after) for child in children])
        return self._true[node]

    def _cells_before(self, known: Mapping[int, int]) -> dict[int, int]:
        """By level the number of cells of the variables before it, those ``known`` with one value."""
        found, cells = dict[int, int](), 1
        for level, size in enumerate(self._forest.sizes):
            found[level] = cells
            if level in self._levels and level not in known:
                cells *= size
        return found | {len(found): cells, BOTTOM: cells}
