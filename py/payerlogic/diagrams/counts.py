"""How many cells of the case space have each value of a diagram, exactly.

>>> forest = Forest([2, 3])
>>> both = forest.conj(forest.literal(0, {1}), forest.literal(1, {0, 2}))
>>> Counts(forest, both).all_of(both)
{False: 4, True: 2}
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from payerlogic.diagrams.forest import Forest


class Counts:
    """Counts cells by terminal value, exactly, over the variables on which some diagrams depend."""

    def __init__(self, forest: Forest, *roots: int) -> None:
        self._forest = forest
        self._levels = sorted(set().union(*map(forest.support, roots)))
        self._index = {level: index for index, level in enumerate(self._levels)}
        self._memo: dict[int, dict[object, int]] = {}

    def all_of(self, node: int) -> dict[object, int]:
        """How many of all cells have each value."""
        return self._scaled(self._all(node), -1, node, None)

    def count_true(self, node: int) -> int:
        """On how many of all cells a true-or-false diagram holds."""
        return self.all_of(node).get(True, 0)

    def share_true(self, node: int) -> Fraction:
        """The share of all cells on which a true-or-false diagram holds."""
        counts = self.all_of(node)
        return Fraction(counts.get(True, 0), sum(counts.values()))

    def with_(self, root: int, variable: int, position: int) -> dict[object, int]:
        """How many cells with ``variable`` at ``position`` have each value."""
        memo: dict[int, dict[object, int]] = {}

        def below(node: int) -> dict[object, int]:
            if self._forest.level(node) > variable:
                return self._all(node)
            if node not in memo:
                children = self._forest.children(node)
                chosen = children if self._forest.level(node) != variable else (children[position],)
                memo[node] = self._sum(node, [(child, below(child)) for child in chosen], variable)
            return memo[node]

        return self._scaled(below(root), -1, root, variable)

    def _all(self, node: int) -> dict[object, int]:
        if node not in self._memo:
            children = self._forest.children(node)
            if not children:
                self._memo[node] = {self._forest.value(node): 1}
            else:
                self._memo[node] = self._sum(node, [(child, self._all(child)) for child in children], None)
        return self._memo[node]

    def _sum(self, node: int, counted: list[tuple[int, dict[object, int]]], fixed: int | None) -> dict[object, int]:
        total: dict[object, int] = {}
        for child, counts in counted:
            for value, count in self._scaled(counts, self._place(node), child, fixed).items():
                total[value] = total.get(value, 0) + count
        return total

    def _scaled(self, counts: dict[object, int], above: int, child: int, fixed: int | None) -> dict[object, int]:
        """Times the values of the variables that the edge into ``child`` skips (one for the fixed one)."""
        skipped = (level for level in self._levels[above + 1 : self._place(child)] if level != fixed)
        factor = prod(self._forest.sizes[level] for level in skipped)
        return {value: count * factor for value, count in counts.items()} if factor > 1 else counts

    def _place(self, node: int) -> int:
        return self._index.get(self._forest.level(node), len(self._levels))
