"""The nodes of multi-valued decision diagrams: what all diagrams over the same variables share.

>>> nodes = Nodes([2, 3])
>>> one = nodes.node(1, (FALSE, TRUE, TRUE))
>>> nodes.node(0, (one, one)) == one, nodes.level(one), nodes.follow(one, {1: 2}) == TRUE
(True, 1, True)
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

FALSE, TRUE = 0, 1
BOTTOM = 1 << 30
"""The level of a terminal: below all variables."""


class TooLarge(Exception):
    """A forest would have more nodes than it may."""


class Nodes:
    """All nodes over the same variables, in one order; at ``most`` so many, or TooLarge.

    INVARIANT: a child has a smaller number than its parents, and equal functions have equal numbers.
    """

    def __init__(self, sizes: Sequence[int], most: int | None = None) -> None:
        self.sizes = tuple(sizes)
        self.most = most
        self._level: list[int] = []
        self._children: list[tuple[int, ...]] = []
        self._value: list[Hashable] = []
        self._nodes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._terminals: dict[tuple[type, Hashable], int] = {}
        self.terminal(False)  # the first two nodes, FALSE and TRUE
        self.terminal(True)

    def __len__(self) -> int:
        return len(self._level)

    def terminal(self, value: Hashable) -> int:
        """The constant diagram of ``value``."""
        key = (type(value), value)
        if key not in self._terminals:
            self._terminals[key] = self._add(BOTTOM, (), value)
        return self._terminals[key]

    def node(self, variable: int, children: tuple[int, ...]) -> int:
        """The diagram that asks ``variable`` and goes on with the child of its value; children ask later variables."""
        return self._node(variable, children)

    def level(self, node: int) -> int:
        """The variable that ``node`` asks first; larger than any variable for a terminal."""
        return self._level[node]

    def children(self, node: int) -> tuple[int, ...]:
        return self._children[node]

    def value(self, node: int) -> Hashable:
        """The value of a terminal."""
        return self._value[node]

    def follow(self, node: int, known: Mapping[int, int]) -> int:
        """Follow ``known`` values down from ``node`` until a variable that is not known, or a terminal."""
        while (level := self._level[node]) in known:
            node = self._children[node][known[level]]
        return node

    def support(self, *nodes: int) -> set[int]:
        """The variables on which some diagrams depend."""
        return {self._level[each] for each in self.below(*nodes) if self._children[each]}

    def values_of(self, node: int) -> list[Hashable]:
        """The values that a diagram takes, the first made first."""
        return [self._value[each] for each in sorted(self.below(node)) if not self._children[each]]

    def nodes_of(self, node: int) -> int:
        """How many nodes a diagram has, terminals included."""
        return len(self.below(node))

    def below(self, *nodes: int) -> set[int]:
        """All nodes of some diagrams, themselves and terminals included."""
        stack, seen, children = list(nodes), set(nodes), self._children
        while stack:
            for child in children[stack.pop()]:
                if child not in seen:
                    seen.add(child)
                    stack.append(child)
        return seen

    def at(self, node: int, level: int) -> tuple[int, ...]:
        """The children of ``node`` for each value of ``level``; itself where it does not ask that."""
        return self._children[node] if self._level[node] == level else (node,) * self.sizes[level]

    def _node(self, level: int, children: tuple[int, ...]) -> int:
        first = children[0]
        if children.count(first) == len(children):
            return first
        key = (level, children)
        if key not in self._nodes:
            self._nodes[key] = self._add(level, children, None)
        return self._nodes[key]

    def _add(self, level: int, children: tuple[int, ...], value: Hashable) -> int:
        if self.most is not None and len(self._level) >= self.most:
            raise TooLarge
        self._level.append(level)
        self._children.append(children)
        self._value.append(value)
        return len(self._level) - 1
