"""A sifted order is a permutation of the variables in which the same functions take no more nodes."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from payerlogic.diagrams.budget import Budget
from payerlogic.diagrams.counts import Counts
from payerlogic.diagrams.forest import FALSE, Forest, TooLarge
from payerlogic.diagrams.sifting import sifted

SIZES = (2, 3, 2, 4, 2, 2)


def random_boxes(rng: Random) -> list[dict[int, set[int]]]:
    """A few conditions, each on a few variables."""
    found = []
    for _ in range(rng.randint(2, 5)):
        asked = rng.sample(range(len(SIZES)), rng.randint(1, 3))
        found.append({at: set(rng.sample(range(SIZES[at]), rng.randint(1, SIZES[at] - 1))) for at in asked})
    return found


def in_order(order: tuple[int, ...], boxes: list[dict[int, set[int]]]) -> tuple[Forest, int]:
    """Where one of some boxes holds, in a forest of which variable ``i`` is ``order[i]``."""
    forest, place = Forest([SIZES[each] for each in order]), {each: at for at, each in enumerate(order)}
    node = FALSE
    for box in boxes:
        node = forest.disj(node, forest.box({place[each]: values for each, values in box.items()}))
    return forest, node


@pytest.mark.parametrize("seed", range(20))
def test_the_same_functions_in_no_more_nodes(seed: int) -> None:
    rng = Random(seed)
    boxes = random_boxes(rng)
    first = tuple(rng.sample(range(len(SIZES)), len(SIZES)))
    forest, node = in_order(first, boxes)
    places = sifted(forest, [node])
    assert sorted(places) == list(range(len(SIZES)))
    assert sifted(*(lambda again: (again[0], [again[1]]))(in_order(first, boxes))) == places
    order = tuple(first[each] for each in places)
    there, moved = in_order(order, boxes)
    assert there.nodes_of(moved) <= forest.nodes_of(node)
    for cell in product(*map(range, SIZES)):
        here = forest.follow(node, {at: cell[each] for at, each in enumerate(first)})
        assert there.follow(moved, {at: cell[each] for at, each in enumerate(order)}) == here
    counts = Counts(forest, node), Counts(there, moved)
    assert counts[0].all_of(node) == counts[1].all_of(moved)


def test_what_is_the_same_for_all_cells_keeps_its_order() -> None:
    assert sifted(Forest(SIZES), [FALSE]) == tuple(range(len(SIZES)))


@pytest.mark.parametrize("seed", range(10))
def test_counts_with_some_values_known(seed: int) -> None:
    rng = Random(seed)
    boxes = random_boxes(rng)
    order = tuple(range(len(SIZES)))
    forest, node = in_order(order, boxes)
    counts, asked = Counts(forest, node), sorted(forest.support(node))
    known = {at: rng.randrange(SIZES[at]) for at in rng.sample(order, 2)}
    cells = [
        dict(zip(asked, cell, strict=True))
        for cell in product(*(range(SIZES[at]) for at in asked))
        if all(value == known.get(at, value) for at, value in zip(asked, cell, strict=True))
    ]
    held = [forest.value(forest.follow(node, cell)) for cell in cells]
    assert counts.all_of(node, known) == {value: held.count(value) for value in set(held)}
    everything = counts.all_of(node)
    assert counts.count_true(node) == everything.get(True, 0)
    assert counts.share_true(node) * sum(everything.values()) == everything.get(True, 0)


def test_a_forest_that_may_not_grow() -> None:
    forest = Forest([2] * 4, most=3)
    with pytest.raises(TooLarge):
        forest.box({0: {1}, 1: {1}})
    forest.most = None
    assert Counts(forest, forest.box({0: {1}, 1: {1}})).all_of(forest.box({0: {1}, 1: {1}})) == {False: 3, True: 1}


def test_a_budget_of_time_is_divided() -> None:
    assert [each.until for each in Budget(boxes=2).begun().parts(3)] == [None] * 3
    budget = Budget(seconds=60).begun()
    shares = [each.until or 0.0 for each in budget.parts(3)]
    assert shares == sorted(shares)
    assert shares[-1] <= (budget.until or 0.0) + 0.001
    assert all(each.spent for each in Budget(seconds=0).begun().parts(2))
