"""A better order of variables for some diagrams: each variable goes where they are smallest (Rudell 1993).

>>> forest = Forest([2] * 6)
>>> pairs = [forest.conj(forest.literal(at, {1}), forest.literal(at + 3, {1})) for at in range(3)]
>>> sifted(forest, [forest.disj(*pairs)])
(3, 0, 4, 1, 5, 2)

A forest has one order for good; here is a copy of a few of its diagrams in which two neighboring variables can change
places, which touches the nodes of these two alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from payerlogic.diagrams.forest import Forest

GROWTH = 1.05
"""A variable goes on in one direction until the diagrams are so many times as large as where it was best."""
ENOUGH = 0.7
"""All variables are sifted again as long as that leaves at most this share of the nodes."""


def sifted(forest: Forest, roots: Sequence[int]) -> tuple[int, ...]:
    """All variables of a forest, in an order in which ``roots`` together are at most as large as in its own."""
    copy = _Copy(forest, roots)
    asked = [variable for variable in copy.order if copy.nodes[variable]]
    shrinking = bool(asked)  # what is the same for all cells has no nodes to sift
    while shrinking:
        before = copy.size
        for variable in sorted(asked, key=lambda each: (-len(copy.nodes[each]), each)):
            copy.sift(variable)
        shrinking = copy.size <= ENOUGH * before
    return tuple(copy.order)


class _Copy:
    """Diagrams of which the order can change. Nodes are numbers; ``used`` counts the edges into each."""

    def __init__(self, forest: Forest, roots: Iterable[int]) -> None:
        self.sizes = forest.sizes
        self.order = list(range(len(forest.sizes)))
        self.variable: list[int] = []
        self.children: list[tuple[int, ...]] = []
        self.used: list[int] = []
        self.nodes: list[dict[tuple[int, ...], int]] = [{} for _ in self.sizes]
        self.size = 0
        copied: dict[int, int] = {}
        for root in roots:
            for node in sorted(forest.below(root) - copied.keys()):  # children have smaller numbers
                below = forest.children(node)
                if below:
                    copied[node] = self._node(forest.level(node), tuple(copied[child] for child in below))
                else:
                    copied[node] = self._new(-1, ())
            self.used[copied[root]] += 1

    def _new(self, variable: int, children: tuple[int, ...]) -> int:
        self.variable.append(variable)
        self.children.append(children)
        self.used.append(0)
        return len(self.used) - 1

    def _node(self, variable: int, children: tuple[int, ...]) -> int:
        first = children[0]
        if children.count(first) == len(children):
            return first
        found = self.nodes[variable].get(children)
        if found is None:
            found = self.nodes[variable][children] = self._new(variable, children)
            self.size += 1
            for child in children:
                self.used[child] += 1
        return found

    def _release(self, node: int) -> None:
        """One edge less into a node; without any, it goes, too."""
        stack = [node]
        while stack:
            at = stack.pop()
            self.used[at] -= 1
            if not self.used[at] and self.variable[at] >= 0:
                del self.nodes[self.variable[at]][self.children[at]]
                self.size -= 1
                stack += self.children[at]

    def swap(self, place: int) -> None:
        """The variables at ``place`` and after it change places; a node keeps its number and its function."""
        upper, lower = self.order[place : place + 2]
        variable, children = self.variable, self.children
        same = range(self.sizes[lower])
        touched = [n for n in self.nodes[upper].values() if any(variable[child] == lower for child in children[n])]
        for node in touched:
            before = children[node]
            del self.nodes[upper][before]
            rows = [children[child] if variable[child] == lower else [child for _ in same] for child in before]
            after = tuple([self._node(upper, column) for column in zip(*rows, strict=True)])
            for child in after:
                self.used[child] += 1
            for child in before:
                self._release(child)
            variable[node], children[node] = lower, after
            self.nodes[lower][after] = node
        self.order[place : place + 2] = lower, upper

    def sift(self, variable: int) -> None:
        """Take a variable to every place that it reaches before the diagrams grow, and back to the best."""
        place = best_place = self.order.index(variable)
        best, last = self.size, len(self.order) - 1
        ends = (0, last) if place < last - place else (last, 0)
        for end in ends:
            step = 1 if end > place else -1
            while place != end and self.size <= GROWTH * best:
                self.swap(place if step > 0 else place - 1)
                place += step
                if self.size < best or (self.size == best and place < best_place):
                    best, best_place = self.size, place
            while place != best_place:
                step = 1 if best_place > place else -1
                self.swap(place if step > 0 else place - 1)
                place += step
