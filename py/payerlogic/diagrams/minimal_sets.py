"""Minimal sets of variables, and maximal boxes of values, on decision diagrams.

    >>> forest = Forest([2, 2])
    >>> either = forest.disj(forest.literal(0, {1}), forest.literal(1, {1}))
    >>> moves = {0: Move(stay=0, paid=(0, 1)), 1: Move(stay=0, paid=(0, 1))}
    >>> sorted(sorted(s) for s in minimal_sets(forest, either, TRUE, moves))
    [[0], [1]]
    >>> maximal_boxes(forest, either)
    [{0: frozenset({1})}, {1: frozenset({1})}]

Both are computed by recursion over the diagram, so they are complete: every minimal set, every
maximal box (prime implicant).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import TypeVar

from payerlogic.diagrams.forest import FALSE, TRUE, Forest

T = TypeVar("T")
Box = dict[int, frozenset[int]]


@dataclass(frozen=True)
class Move:
    """What may be done about one variable.

    For nothing it stays at ``stay``, or is left open (None): then the goal has to hold for all of
    its values. Paid for, it may take any of ``paid``.
    """

    stay: int | None
    paid: tuple[int, ...] = ()


def minimal_sets(forest: Forest, goal: int, possible: int, moves: Mapping[int, Move]) -> set[frozenset[int]]:
    """The subset-minimal sets of variables to pay for, such that ``goal`` holds.

    ``goal`` has to hold for all values of what is left open, and ``possible`` for some. Variables
    without a move are left open.
    """
    memo: dict[tuple[int, int], set[frozenset[int]]] = {}
    open_ = Move(None)

    def solve(wanted: int, allowed: int) -> set[frozenset[int]]:
        if wanted == FALSE or allowed == FALSE:
            return set()
        if wanted == TRUE and allowed == TRUE:
            return {frozenset()}
        key = (wanted, allowed)
        if key not in memo:
            level = min(forest.level(wanted), forest.level(allowed))
            goals, chances = forest.at(wanted, level), forest.at(allowed, level)
            move = moves.get(level, open_)
            if move.stay is None:
                found = solve(_all(forest, goals), _some(forest, chances))
            else:
                found = solve(goals[move.stay], chances[move.stay])
            if frozenset() not in found:
                paid = {(goals[value], chances[value]) for value in move.paid}
                bought = {less | {level} for pair in paid for less in solve(*pair)}
                found = minimal(found | bought)
            memo[key] = found
        return memo[key]

    return solve(goal, possible)


def minimal(sets: Iterable[frozenset[T]]) -> set[frozenset[T]]:
    """Those of ``sets`` that contain no other of them."""
    found: list[frozenset[T]] = []
    for candidate in sorted(set(sets), key=len):
        if not any(smaller <= candidate for smaller in found):
            found.append(candidate)
    return set(found)


def project(forest: Forest, goal: int, possible: int, moves: Mapping[int, Move], bought: frozenset[int]) -> int:
    """Which values of the variables in ``bought`` reach the goal, as a diagram over these alone."""
    memo: dict[tuple[int, int], int] = {}
    open_ = Move(None)

    def solve(wanted: int, allowed: int) -> int:
        if wanted == FALSE or allowed == FALSE:
            return FALSE
        if wanted == TRUE and allowed == TRUE:
            return TRUE
        key = (wanted, allowed)
        if key not in memo:
            level = min(forest.level(wanted), forest.level(allowed))
            goals, chances = forest.at(wanted, level), forest.at(allowed, level)
            move = moves.get(level, open_)
            if level in bought:
                values = range(forest.sizes[level])
                reached = [solve(goals[v], chances[v]) if v in move.paid else FALSE for v in values]
                memo[key] = forest.disj(
                    *(forest.conj(forest.literal(level, {value}), node) for value, node in enumerate(reached))
                )
            elif move.stay is None:
                memo[key] = solve(_all(forest, goals), _some(forest, chances))
            else:
                memo[key] = solve(goals[move.stay], chances[move.stay])
        return memo[key]

    result = solve(goal, possible)
    for variable in bought:  # one that neither diagram asks may not take other values than are paid for either
        result = forest.conj(result, forest.literal(variable, moves.get(variable, open_).paid))
    return result


class TooMany(Exception):
    """There are more maximal boxes than were asked for."""


def maximal_boxes(forest: Forest, node: int, most: int | None = None, altogether: int | None = None) -> list[Box]:
    """All maximal boxes (a set of values for each variable) on which a diagram holds, in a fixed order.

    Raises TooMany where, on the way to them, there are more than ``most`` at a node, or at all nodes ``altogether``.
    """
    memo: dict[int, list[_Barred]] = {}
    seen = 0
    first = list(accumulate(forest.sizes, initial=0))

    def boxes(at: int) -> list[_Barred]:
        nonlocal seen
        if at == FALSE:
            return []
        if at == TRUE:
            return [(0, {})]
        if at not in memo:
            level, children = forest.level(at), forest.children(at)
            distinct = sorted(set(children))
            found: list[_Barred] = []
            for size in range(len(distinct), 0, -1):
                for chosen in combinations(distinct, size):
                    common = _all(forest, chosen)
                    values = frozenset(i for i, child in enumerate(children) if forest.conj(child, common) == common)
                    barred = sum(1 << first[level] + i for i in range(len(children)) if i not in values)
                    found += [
                        (barred | below, {level: values, **box} if barred else box) for below, box in boxes(common)
                    ]
                    if most is not None and len(found) > most:
                        raise TooMany
            seen += len(found)
            if altogether is not None and seen > altogether:
                raise TooMany
            memo[at] = _largest(found)
        return memo[at]

    found = [box for _, box in boxes(node)]
    return sorted(found, key=lambda box: sorted((level, sorted(values)) for level, values in box.items()))


_Barred = tuple[int, Box]
"""A box, and before it a bit for each value of each variable that it does not have: one box holds another if it bars
less."""


def _largest(boxes: list[_Barred]) -> list[_Barred]:
    unique = dict(boxes)
    return [
        (barred, box)
        for barred, box in unique.items()
        if not any(other != barred and not other & ~barred for other in unique)
    ]


def _all(forest: Forest, nodes: Iterable[int]) -> int:
    return forest.conj(*set(nodes))


def _some(forest: Forest, nodes: Iterable[int]) -> int:
    return forest.disj(*set(nodes))
