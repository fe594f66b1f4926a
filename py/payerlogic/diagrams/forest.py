"""Multi-valued decision diagrams: exact answers about every completion of a partial case.

    >>> forest = Forest([2, 3])                    # two variables, with two and three values
    >>> a = forest.literal(0, {1})                    # "the first variable has its second value"
    >>> b = forest.literal(1, {0, 2})
    >>> both = forest.conj(a, b)
    >>> sorted(forest.image((both,), {0: 1}))      # the first is known, the second is not
    [(False,), (True,)]

A diagram is a node number; equal functions have equal numbers (reduced and ordered: Bryant 1986, for
many values Kam and others 1998). Terminals carry any hashable value, such as a determination class.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Sized
from itertools import chain

from payerlogic.diagrams.nodes import BOTTOM, FALSE, TRUE, Nodes, TooLarge

__all__ = ["FALSE", "TRUE", "Forest", "TooLarge"]

_SHIFT = 32  # two node numbers as one key


class Forest(Nodes):
    """All diagrams over the same variables, in one order, and what can be made of them."""

    def __init__(self, sizes: Sequence[int], most: int | None = None) -> None:
        super().__init__(sizes, most)
        self._both: dict[int, int] = {}
        self._either: dict[int, int] = {}
        self._unlike: dict[int, int] = {}
        self._negated: dict[int, int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}

    @property
    def kept(self) -> int:
        """How many nodes and results are remembered."""
        results: tuple[Sized, ...] = (self._both, self._either, self._unlike, self._negated, self._chosen)
        return len(self._level) + sum(map(len, results))

    def literal(self, variable: int, values: Iterable[int]) -> int:
        """True where ``variable`` has one of ``values``."""
        wanted = set(values)
        return self._node(variable, tuple(int(value in wanted) for value in range(self.sizes[variable])))

    def box(self, values: Mapping[int, Iterable[int]]) -> int:
        """True where each variable has one of its ``values``."""
        result = TRUE
        for variable in sorted(values, reverse=True):
            result = self._conj(self.literal(variable, values[variable]), result)
        return result

    def conj(self, *nodes: int) -> int:
        """Conjunction; of nothing, the diagram that always holds."""
        found = TRUE
        for node in nodes:
            found = self._conj(found, node)
        return found

    def disj(self, *nodes: int) -> int:
        """Disjunction; of nothing, the diagram that never holds."""
        found = FALSE
        for node in nodes:
            found = self._disj(found, node)
        return found

    def _conj(self, left: int, right: int) -> int:
        if left > right:
            left, right = right, left
        if left in (FALSE, right):
            return left
        if left == TRUE:
            return right
        key = left << _SHIFT | right
        found = self._both.get(key)
        if found is None:
            found = self._both[key] = self._merged(self._conj, left, right)
        return found

    def _disj(self, left: int, right: int) -> int:
        if left > right:
            left, right = right, left
        if left in (FALSE, right):
            return right
        if left == TRUE:
            return TRUE
        key = left << _SHIFT | right
        found = self._either.get(key)
        if found is None:
            found = self._either[key] = self._merged(self._disj, left, right)
        return found

    def meet(self, left: int, right: int) -> bool:
        """Whether two true-or-false diagrams both hold somewhere; their conjunction is not built."""
        levels, children = self._level, self._children
        stack, seen = [(left, right)], set[int]()
        while stack:
            a, b = stack.pop()
            if a == FALSE or b == FALSE or (key := a << _SHIFT | b) in seen:
                continue
            if a in (b, TRUE) or b == TRUE:  # a node but FALSE holds somewhere
                return True
            seen.add(key)
            here, there = levels[a], levels[b]
            if here == there:
                stack += zip(children[a], children[b], strict=True)
            elif here < there:
                stack += [(child, b) for child in children[a]]
            else:
                stack += [(a, child) for child in children[b]]
        return False

    def xor(self, left: int, right: int) -> int:
        """Where two true-or-false diagrams differ."""
        if left > right:
            left, right = right, left
        if left == right:
            return FALSE
        if left == FALSE:
            return right
        if left == TRUE:
            return self.negate(right)
        key = left << _SHIFT | right
        found = self._unlike.get(key)
        if found is None:
            found = self._unlike[key] = self._merged(self.xor, left, right)
        return found

    def negate(self, node: int) -> int:
        """Negation."""
        if node in (FALSE, TRUE):
            return 1 - node
        found = self._negated.get(node)
        if found is None:
            found = self._node(self._level[node], tuple([self.negate(child) for child in self._children[node]]))
            self._negated[node], self._negated[found] = found, node
        return found

    def ite(self, condition: int, then: int, otherwise: int) -> int:
        """``then`` where ``condition`` holds, ``otherwise`` elsewhere; these may have any terminals."""
        if condition == TRUE or then == otherwise:
            return then
        if condition == FALSE:
            return otherwise
        key = (condition, then, otherwise)
        found = self._chosen.get(key)
        if found is None:
            levels, at = self._level, self.at
            level = min(levels[condition], levels[then], levels[otherwise])
            parts = zip(at(condition, level), at(then, level), at(otherwise, level), strict=True)
            found = self._chosen[key] = self._node(level, tuple([self.ite(*part) for part in parts]))
        return found

    def mapped(self, node: int, to: Callable[[Hashable], Hashable]) -> int:
        """The same diagram with each terminal's value replaced."""
        memo: dict[int, int] = {}

        def build(at: int) -> int:
            if at not in memo:
                below = self._children[at]
                new = tuple(build(child) for child in below)
                memo[at] = self._node(self._level[at], new) if below else self.terminal(to(self._value[at]))
            return memo[at]

        return build(node)

    def parts(self, node: int) -> dict[Hashable, int]:
        """Where a diagram has each of its values, the first made first: ``mapped`` for all of them in one walk, in
        which a node costs as much as it has values below it. No two values may be equal and of different types."""
        levels, children = self._level, self._children
        memo: dict[int, dict[int, int]] = {}
        for at in sorted(self.below(node)):  # a child has a smaller number
            below = [memo[child] for child in children[at]]
            if not below:
                memo[at] = {at: TRUE}
                continue
            level, has = levels[at], dict.fromkeys(chain.from_iterable(below))
            memo[at] = {value: self._node(level, tuple([each.get(value, FALSE) for each in below])) for value in has}
        return {self._value[terminal]: found for terminal, found in sorted(memo[node].items())}

    def exists(self, node: int, variables: frozenset[int]) -> int:
        """Where a true-or-false diagram holds for some value of ``variables``."""
        memo: dict[int, int] = {}

        def build(at: int) -> int:
            if at not in memo:
                level, below = self._level[at], self._children[at]
                new = tuple(build(child) for child in below)
                if not below:
                    memo[at] = at
                elif level in variables:
                    result = FALSE
                    for child in set(new):
                        result = self.disj(result, child)
                    memo[at] = result
                else:
                    memo[at] = self._node(level, new)
            return memo[at]

        return build(node)

    def exists_conj(self, left: int, right: int, below: int, enough: int = TRUE) -> int:
        """Where two true-or-false diagrams both hold for some values of all variables before ``below``.

        The same as ``exists`` of their conjunction, which is not built. Once it covers ``enough``, nothing more
        is looked for, and the answer may be smaller than the whole.
        """
        levels, children = self._level, self._children
        missing = self.negate(enough)
        result, seen, stack = FALSE, set(), [(left, right)]
        while stack:
            a, b = stack.pop()
            if a == FALSE or b == FALSE or (key := a << _SHIFT | b) in seen:
                continue
            seen.add(key)
            here, there = levels[a], levels[b]
            if here >= below and there >= below:
                result = self.disj(result, self.conj(a, b))
                if self.disj(result, missing) == TRUE:
                    break
            elif here == there:
                stack += set(zip(children[a], children[b], strict=True))
            elif here < there:
                stack += [(child, b) for child in set(children[a])]
            else:
                stack += [(a, child) for child in set(children[b])]
        return result

    def cofactor(self, node: int, variable: int, value: int) -> int:
        """The diagram with one variable set."""
        memo: dict[int, int] = {}

        def build(at: int) -> int:
            if self._level[at] > variable:
                return at
            if self._level[at] == variable:
                return self._children[at][value]
            if at not in memo:
                memo[at] = self._node(self._level[at], tuple(build(child) for child in self._children[at]))
            return memo[at]

        return build(node)

    def at_least(self, literals: Sequence[int], weights: Sequence[int], bound: int) -> int:
        """True where the weights of the true ``literals`` reach ``bound`` (weights are positive)."""
        memo: dict[tuple[int, int], int] = {}

        def from_(index: int, missing: int) -> int:
            if missing <= 0:
                return TRUE
            if index == len(literals):
                return FALSE
            key = (index, missing)
            if key not in memo:
                with_it = from_(index + 1, missing - weights[index])
                memo[key] = self.ite(literals[index], with_it, from_(index + 1, missing))
            return memo[key]

        return from_(0, bound)

    def image(self, nodes: tuple[int, ...], known: Mapping[int, int]) -> set[tuple[Hashable, ...]]:
        """The value combinations that ``nodes`` take together over all completions of ``known``.

        ``known`` maps variables to values; every other variable ranges over all of its values.
        """
        found: set[tuple[Hashable, ...]] = set()
        levels, children, values, walk = self._level, self._children, self._value, self.follow
        stack = [tuple([walk(node, known) for node in nodes])]
        seen = set(stack)
        while stack:
            state = stack.pop()
            level = min([levels[node] for node in state], default=BOTTOM)  # of no nodes: one empty combination
            if level == BOTTOM:
                found.add(tuple([values[node] for node in state]))
                continue
            size = self.sizes[level]
            below = [children[node] if levels[node] == level else (node,) * size for node in state]
            for choice in set(zip(*below, strict=True)):
                after = tuple([walk(node, known) for node in choice])
                if after not in seen:
                    seen.add(after)
                    stack.append(after)
        return found

    def values_where(self, node: int, conditions: tuple[int, ...], known: Mapping[int, int]) -> set[Hashable]:
        """The values of ``node`` over the completions of ``known`` in which all ``conditions`` hold."""
        found: set[Hashable] = set()
        levels, children, values, walk = self._level, self._children, self._value, self.follow
        stack = [(walk(node, known), *[walk(each, known) for each in conditions])]
        seen = set(stack)
        while stack:
            state = stack.pop()
            if FALSE in state[1:]:
                continue
            level = min([levels[each] for each in state])
            if level == BOTTOM:
                found.add(values[state[0]])
                continue
            if levels[state[0]] == BOTTOM and values[state[0]] in found:
                continue
            size = self.sizes[level]
            below = [children[each] if levels[each] == level else (each,) * size for each in state]
            for choice in set(zip(*below, strict=True)):
                after = tuple([walk(each, known) for each in choice])
                if after not in seen:
                    seen.add(after)
                    stack.append(after)
        return found

    def restricted(
        self,
        nodes: tuple[int, ...],
        known: Mapping[int, int],
        join: Callable[..., Hashable],
        into: Forest | None = None,
    ) -> tuple[Forest, int]:
        """The one diagram of ``join(values of nodes)`` over the variables that are not known; built in a forest of
        its own (or ``into`` one that exists), so that asking about many cases leaves nothing behind."""
        scratch = Forest(self.sizes) if into is None else into
        memo: dict[tuple[int, ...], int] = {}

        def build(state: tuple[int, ...]) -> int:
            state = tuple(self.follow(node, known) for node in state)
            if state not in memo:
                level = min(self._level[node] for node in state)
                if level == BOTTOM:
                    memo[state] = scratch.terminal(join(*(self._value[node] for node in state)))
                else:
                    below = list(zip(*(self.at(node, level) for node in state), strict=True))
                    built = {part: build(part) for part in set(below)}
                    memo[state] = scratch._node(level, tuple(built[part] for part in below))
            return memo[state]

        return scratch, build(nodes)

    def _merged(self, recur: Callable[[int, int], int], left: int, right: int) -> int:
        """Two diagrams joined value by value at the variable that the first of them asks."""
        levels, children = self._level, self._children
        here, there = levels[left], levels[right]
        if here == there:
            return self._node(here, tuple(map(recur, children[left], children[right])))
        if here < there:
            return self._node(here, tuple([recur(child, right) for child in children[left]]))
        return self._node(there, tuple([recur(left, child) for child in children[right]]))
