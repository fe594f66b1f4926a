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

``listing`` always ends: of a cover that is too long it has the largest boxes, as many as are asked for or as there is
time for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.minimal_sets import Box, TooMany, maximal_boxes

MOST = 500
"""Primes at one value of the dividing attribute. The shipped policies have at most 176 on the way to them."""
ALTOGETHER = 5_000
"""Boxes at all nodes on the way to these primes, where it is not worth to look for more. The shipped policies have at
most 2,700."""
LARGE = 120
"""Nodes of a diagram of which a few boxes are looked for alone. The shipped policies have at most 60."""
HUGE = 5_000
"""Nodes of a diagram of which no whole cover is tried. The shipped policies have some hundreds."""
LISTED = 12
"""Boxes of a cover that is too long to list, if nothing is asked for: more than anybody reads."""
WORK = 24_000
"""Boxes, times nodes of the diagram, if nothing is asked for: each box costs a walk over the nodes."""


Alike = Callable[[Box], list[Box]]
"""What else a box stands for: boxes that are not listed beside it."""


def itself(box: Box) -> list[Box]:
    """A box stands for nothing else."""
    return []


def cover(
    forest: Forest,
    wanted: int,
    possible: int,
    split: int,
    most: int = MOST,
    *,
    grow: bool = True,
    alike: Alike = itself,
) -> list[Box]:
    """An irredundant cover of ``wanted`` by prime boxes, in a fixed order; ``possible`` marks real cases.

    Raises TooMany where there are more than ``most`` primes to choose from and none may be grown instead.
    """
    allowed = forest.disj(wanted, forest.negate(possible))
    allowed_at = [forest.cofactor(allowed, split, value) for value in range(forest.sizes[split])]
    boxes: dict[tuple[tuple[int, tuple[int, ...]], ...], Box] = {}
    for value, allowed_here in enumerate(allowed_at):
        here = forest.cofactor(wanted, split, value)
        if here == FALSE:
            continue
        for prime in _primes(forest, here, allowed_here, most, grow=grow):
            inside = forest.box(prime)
            if forest.conj(inside, here) == FALSE:
                continue
            free = frozenset(at for at, there in enumerate(allowed_at) if forest.conj(inside, there) == inside)
            wide = prime if len(free) == len(allowed_at) else {**prime, split: free}
            boxes[_key(wide)] = wide
    return _irredundant(forest, wanted, [boxes[key] for key in sorted(boxes)], alike)


def listing(
    forest: Forest, wanted: int, possible: int, split: int, budget: Budget = WHOLE, alike: Alike = itself
) -> tuple[list[Box], bool]:
    """The cover of ``wanted``, and that it is whole; or as many of its largest boxes as the budget allows, and that
    it is not.

    Where the primes are too many to list, and nothing is asked for, there are ``LISTED``, and of large diagrams fewer.
    """
    budget, nodes = budget.begun(), forest.nodes_of(wanted)
    try:
        if budget.spent or nodes > (LARGE if budget.limited else HUGE):
            raise TooMany  # a whole cover is not asked for, and takes longer than its largest boxes
        boxes = cover(forest, wanted, possible, split, grow=False, alike=alike)
    except TooMany:
        if not budget.limited:
            budget = Budget(min(LISTED, max(1, WORK // nodes)))
        return largest_first(forest, wanted, forest.disj(wanted, forest.negate(possible)), budget, alike)
    if budget.boxes is None or len(boxes) <= budget.boxes:
        return boxes, True
    return sorted(boxes, key=lambda box: (-_size(forest, box), _key(box)))[: budget.boxes], False


def largest_first(
    forest: Forest, wanted: int, allowed: int, budget: Budget, alike: Alike = itself
) -> tuple[list[Box], bool]:
    """Primes that cover ``wanted``, each grown from the largest box of a path that none before it covers, until
    nothing is left or the budget is spent, one at least; and whether nothing is left."""
    found: list[Box] = []
    left, shares = wanted, dict[int, float]()
    while left != FALSE and not (found and (len(found) == budget.boxes or budget.spent)):
        found.append(_grown_from(forest, _largest_path(forest, left, shares), allowed))
        others = alike(found[-1])
        if others or len(found) != budget.boxes:
            left = forest.conj(left, forest.negate(union(forest, [found[-1], *others])))
        elif _holds_within(forest, left, found[-1]):
            left = FALSE
    return (found if left != FALSE else _irredundant(forest, wanted, found, alike)), left == FALSE


def _largest_path(forest: Forest, node: int, shares: dict[int, float]) -> Box:
    """The largest of the boxes that the paths of a diagram to TRUE are; of equals, the first.

    ``shares`` has of the nodes met so far, in this diagram or another, which share of the cells below them that is.
    """
    below = forest.children
    stack, fresh = [node], [node]
    shares |= {node: 0.0, FALSE: 0.0, TRUE: 1.0}
    while stack:
        for child in below(stack.pop()):
            if child not in shares:
                shares[child] = 0.0
                fresh.append(child)
                stack.append(child)
    for at in sorted(fresh):  # a child has a smaller number
        if children := below(at):
            largest = max([shares[child] * children.count(child) for child in set(children)])
            shares[at] = largest / len(children)
    box: Box = {}
    while node != TRUE:
        children = below(node)
        child = max(dict.fromkeys(children), key=lambda each: shares[each] * children.count(each))
        box[forest.level(node)] = frozenset(value for value, each in enumerate(children) if each == child)
        node = child
    return box


def _holds_within(forest: Forest, node: int, box: Mapping[int, Collection[int]]) -> bool:
    """Whether a diagram holds nowhere but in a box. A node but FALSE holds somewhere, so no step may leave the box."""
    box = {variable: values for variable, values in box.items() if len(values) < forest.sizes[variable]}
    level, last = forest.level, max(box, default=-1)

    def skips(above: int, below: int) -> bool:
        return any(above < variable < below for variable in box)

    if node == FALSE or skips(-1, level(node)):
        return node == FALSE
    stack, seen = [node], {FALSE}
    while stack:
        at = stack.pop()
        own = level(at)
        if own > last:
            continue
        inside = box.get(own)
        for value, child in enumerate(forest.children(at)):
            if child != FALSE and ((inside is not None and value not in inside) or skips(own, level(child))):
                return False
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return True


def _primes(forest: Forest, wanted: int, allowed: int, most: int, *, grow: bool) -> list[Box]:
    """All primes of ``allowed``, or where these are too many, enough of them to cover ``wanted``."""
    try:
        return maximal_boxes(forest, allowed, most, None if grow else ALTOGETHER)
    except TooMany:
        if not grow:
            raise
        return list(_grown(forest, wanted, allowed))


def _grown(forest: Forest, wanted: int, allowed: int) -> Iterator[Box]:
    while wanted != FALSE:
        cell: Box = {variable: frozenset({value}) for variable, value in first_cell(forest, wanted).items()}
        box = _grown_from(forest, cell, allowed)
        yield box
        wanted = forest.conj(wanted, forest.negate(forest.box(box)))


def _grown_from(forest: Forest, box: Box, allowed: int) -> Box:
    """A prime of what is ``allowed`` that holds a box of it."""
    box = dict(box)
    # Once a variable cannot be widened, it cannot when the others are wider: one pass gives a prime.
    for variable in sorted(box, reverse=True):
        own, everything = box.pop(variable), range(forest.sizes[variable])
        free = frozenset(
            value for value in everything if value in own or holds_on(forest, allowed, {**box, variable: {value}})
        )
        if len(free) < len(everything):
            box[variable] = free
    return box


def holds_on(forest: Forest, node: int, box: Mapping[int, Collection[int]]) -> bool:
    """Whether a diagram holds on all of a box. It is walked, not joined with the box: mostly the first steps show
    that it does not."""
    stack, seen = [node], {node, TRUE}
    while stack:
        at = stack.pop()
        if at == FALSE:
            return False
        children = forest.children(at)
        level = forest.level(at)
        for child in [children[value] for value in box[level]] if level in box else children:
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return True


def _key(box: Box) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return tuple(sorted((variable, tuple(sorted(values))) for variable, values in box.items()))


def _irredundant(forest: Forest, wanted: int, boxes: list[Box], alike: Alike) -> list[Box]:
    """Drop what a box before stands for, and from the most special box on, what the boxes before it and those kept
    after it cover."""
    ranked, stood_for = list[Box](), set[object]()
    inside = []
    for box in sorted(boxes, key=lambda box: (len(box), -_size(forest, box), _key(box))):
        if _key(box) not in stood_for:
            stood = alike(box)
            stood_for.update(map(_key, stood))
            ranked.append(box)
            inside.append(forest.conj(union(forest, [box, *stood]), wanted))
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
