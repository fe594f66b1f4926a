"""Few, maximal and canonical boxes that cover a set of cases exactly.

    >>> forest = Forest([3, 2])
    >>> wanted = forest.disj(forest.literal(0, {0, 1}), forest.literal(1, {1}))
    >>> [sorted((v, sorted(p)) for v, p in box.items()) for box in cover(forest, wanted, forest.box({}), 0)]
    [[(0, [0, 1])], [(1, [1])]]

All prime implicants of a large region are too many to list. So the primes are taken for each value
of one attribute that divides the policies into sections (the site), widened over the other values
of that attribute for which they stay implicants, sorted, and what the others cover is dropped in
one backward pass. Where even so they are too many, as in policies without sections, primes are grown one
after the other, each from the first cell that none before it covers. Cases that cannot be are taken as they
fit best; every box still holds a possible case.

``listing`` always ends: of a cover that is too long it has the largest boxes, as many as are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.minimal_sets import Box, TooMany, maximal_boxes

MOST = 500
"""Primes at one value of the dividing attribute. The shipped policies have at most 176 on the way to them."""
ALTOGETHER = 5_000
"""Boxes at all nodes on the way to these primes, where it is not worth to look for more. The shipped policies have at
most 2,700."""
LARGE = 400
"""Nodes of a diagram of which a few boxes are looked for alone."""
LISTED = 12
"""Boxes of a cover that is too long to list, if no number is asked for: more than anybody reads."""


def cover(forest: Forest, wanted: int, possible: int, split: int, most: int = MOST, *, grow: bool = True) -> list[Box]:
    """An irredundant cover of ``wanted`` by prime boxes, in a fixed order; ``possible`` marks real cases.

    Raises TooMany where there are more than ``most`` primes to choose from and none may be grown instead.
    """
    allowed = forest.disj(wanted, forest.negate(possible))
    boxes: dict[tuple[tuple[int, tuple[int, ...]], ...], Box] = {}
    for value in range(forest.sizes[split]):
        here = forest.cofactor(wanted, split, value)
        if here == FALSE:
            continue
        for prime in _primes(forest, here, forest.cofactor(allowed, split, value), most, grow=grow):
            if forest.conj(forest.box(prime), here) == FALSE:
                continue
            wide = _widened(forest, prime, allowed, split)
            boxes[_key(wide)] = wide
    return _irredundant(forest, wanted, [boxes[key] for key in sorted(boxes)])


def listing(
    forest: Forest, wanted: int, possible: int, split: int, at_most: int | None = None
) -> tuple[list[Box], bool]:
    """The cover of ``wanted``, and that it is whole; or its largest boxes, ``at_most`` so many, and that it is not.

    Where the primes are too many to list, and no number is asked for, there are ``LISTED``. The same diagram and
    number give the same boxes.
    """
    try:
        if at_most is not None and forest.nodes_of(wanted) > LARGE:
            raise TooMany  # a whole cover is not asked for, and takes longer than its largest boxes
        boxes = cover(forest, wanted, possible, split, grow=False)
    except TooMany:
        limit = LISTED if at_most is None else at_most
        allowed = forest.disj(wanted, forest.negate(possible))
        boxes, left = largest_first(forest, wanted, allowed, limit)
        return boxes, left == FALSE
    if at_most is None or len(boxes) <= at_most:
        return boxes, True
    return sorted(boxes, key=lambda box: (-_size(forest, box), _key(box)))[:at_most], False


def largest_first(forest: Forest, wanted: int, allowed: int, limit: int) -> tuple[list[Box], int]:
    """Primes that cover ``wanted``, each grown from the largest box of a path that none before it covers; and
    what is left of it after ``limit`` of them."""
    barred, left = forest.negate(allowed), wanted
    found: list[Box] = []
    while left != FALSE and len(found) < limit:
        box = _grown_from(forest, _largest_path(forest, left), barred)
        found.append(box)
        left = forest.conj(left, forest.negate(forest.box(box)))
    return (found if left != FALSE else _irredundant(forest, wanted, found)), left


def _largest_path(forest: Forest, node: int) -> Box:
    """The largest of the boxes that the paths of a diagram to TRUE are; of equals, the first."""
    share: dict[int, float] = {FALSE: 0.0, TRUE: 1.0}
    way: dict[int, tuple[frozenset[int], int]] = {}

    def largest(at: int) -> float:
        if at not in share:
            children = forest.children(at)
            found = [(largest(child) * children.count(child), child) for child in dict.fromkeys(children)]
            best, child = max(found, key=lambda each: each[0])
            way[at] = frozenset(value for value, below in enumerate(children) if below == child), child
            share[at] = best / len(children)
        return share[at]

    largest(node)
    box: Box = {}
    while node != TRUE:
        values, child = way[node]
        box[forest.level(node)] = values
        node = child
    return box


def _primes(forest: Forest, wanted: int, allowed: int, most: int, *, grow: bool) -> list[Box]:
    """All primes of ``allowed``, or where these are too many, enough of them to cover ``wanted``."""
    try:
        return maximal_boxes(forest, allowed, most, None if grow else ALTOGETHER)
    except TooMany:
        if not grow:
            raise
        return list(_grown(forest, wanted, allowed))


def _grown(forest: Forest, wanted: int, allowed: int) -> Iterator[Box]:
    barred = forest.negate(allowed)
    while wanted != FALSE:
        cell: Box = {variable: frozenset({value}) for variable, value in first_cell(forest, wanted).items()}
        box = _grown_from(forest, cell, barred)
        yield box
        wanted = forest.conj(wanted, forest.negate(forest.box(box)))


def _grown_from(forest: Forest, box: Box, barred: int) -> Box:
    """A prime that holds a box, which holds nothing that is ``barred``."""
    box = dict(box)
    # Once a variable cannot be widened, it cannot when the others are wider: one pass gives a prime.
    for variable in sorted(box, reverse=True):
        rest = forest.box({v: values for v, values in box.items() if v != variable})
        hit = forest.conj(rest, barred)  # narrowed first: what is barred may be large, and this is small
        free = [value for value in range(forest.sizes[variable]) if forest.cofactor(hit, variable, value) == FALSE]
        box[variable] = frozenset(free)
        if len(free) == forest.sizes[variable]:
            del box[variable]
    return box


def _widened(forest: Forest, prime: Box, allowed: int, split: int) -> Box:
    diagram = forest.box(prime)
    values = frozenset(
        value
        for value in range(forest.sizes[split])
        if forest.conj(diagram, forest.cofactor(allowed, split, value)) == diagram
    )
    return prime if len(values) == forest.sizes[split] else {**prime, split: values}


def _key(box: Box) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple(sorted((variable, tuple(sorted(values))) for variable, values in box.items()))


def _irredundant(forest: Forest, wanted: int, boxes: list[Box]) -> list[Box]:
    """Drop, from the most special box on, what the boxes before it and those kept after it cover."""
    ranked = sorted(boxes, key=lambda box: (len(box), -_size(forest, box), _key(box)))
    inside = [forest.conj(forest.box(box), wanted) for box in ranked]
    before = [FALSE]
    for node in inside:
        before.append(forest.disj(before[-1], node))
    kept, after = [], FALSE
    for index in range(len(ranked) - 1, -1, -1):
        others = forest.disj(before[index], after)
        if forest.conj(inside[index], forest.negate(others)) != FALSE:
            kept.append(ranked[index])
            after = forest.disj(after, inside[index])
    return kept[::-1]


def _size(forest: Forest, box: Box) -> float:
    share = 1.0
    for variable, values in box.items():
        share *= len(values) / forest.sizes[variable]
    return share


def union(forest: Forest, boxes: Iterable[Box]) -> int:
    """The cases that lie in any of the boxes."""
    return forest.disj(*(forest.box(box) for box in boxes))


def first_cell(forest: Forest, node: int, usual: Mapping[int, Sequence[int]] | None = None) -> dict[int, int]:
    """The first position, variable by variable, at which a diagram holds; in the ``usual`` order, if there is one."""
    found: dict[int, int] = {}
    while children := forest.children(node):
        level = forest.level(node)
        order = (usual or {}).get(level, range(len(children)))
        found[level] = next(position for position in order if children[position] != FALSE)
        node = children[found[level]]
    return found
