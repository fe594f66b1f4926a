"""Whether a diagram's value depends on some of its variables.

>>> forest = Forest([2, 2])
>>> first = forest.literal(0, {1})
>>> can_differ(forest, first, frozenset({0})), can_differ(forest, first, frozenset({1}))
(True, False)
"""

from __future__ import annotations

from itertools import product

from payerlogic.diagrams.forest import Forest


def can_differ(forest: Forest, node: int, apart: frozenset[int]) -> bool:
    """Whether two cases that agree outside of the variables ``apart`` differ in value; None is no value."""
    level_of, children_of, value_of = forest.level, forest.children, forest.value
    last = max(apart)
    stack = [(node, node)]
    seen = set(stack)
    while stack:
        left, right = stack.pop()
        lefts, rights = children_of(left), children_of(right)
        if not lefts and not rights:
            if left != right:
                return True
            continue
        here, there = level_of(left), level_of(right)
        level = min(here, there)
        if left == right and level > last:
            continue
        size = forest.sizes[level]
        lefts = lefts if here == level else (left,) * size
        rights = rights if there == level else (right,) * size
        pairs = product(set(lefts), set(rights)) if level in apart else zip(lefts, rights, strict=True)
        for one, other in pairs:
            pair = (one, other) if one <= other else (other, one)
            if pair in seen or any(not children_of(each) and value_of(each) is None for each in pair):
                continue
            seen.add(pair)
            stack.append(pair)
    return False
