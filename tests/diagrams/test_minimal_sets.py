"""Minimal sets, projections and maximal boxes against truth tables of small made-up functions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.minimal_sets import Move, maximal_boxes, minimal, minimal_sets, project
from tests.answers.brute import subsets

Cell = tuple[int, ...]
Truth = frozenset[Cell]
SEEDS = range(120)


def made_up(seed: int) -> tuple[random.Random, Forest, list[Cell]]:
    rng = random.Random(seed)
    sizes = [rng.randint(1, 4) for _ in range(rng.randint(1, 4))]
    return rng, Forest(sizes), list(product(*map(range, sizes)))


def function(rng: random.Random, cells: list[Cell]) -> Truth:
    """True on some cells: at random, or on a union of a few boxes, which makes for more structure."""
    if rng.random() < 0.4:
        share = rng.random()
        return frozenset(cell for cell in cells if rng.random() < share)
    found: set[Cell] = set()
    for _ in range(rng.randint(1, 4)):
        box = [
            {value for value in {cell[variable] for cell in cells} if rng.random() < 0.6}
            for variable in range(len(cells[0]))
        ]
        found |= {cell for cell in cells if all(v in side for v, side in zip(cell, box, strict=True))}
    return frozenset(found)


def diagram(forest: Forest, truth: Truth) -> int:
    """The function as a diagram: one cell after the other."""
    result = FALSE
    for cell in sorted(truth):
        node = forest.conj(*(forest.literal(variable, {value}) for variable, value in enumerate(cell)))
        result = forest.disj(result, node)
    return result


def truth_of(forest: Forest, node: int, cells: list[Cell]) -> Truth:
    return frozenset(cell for cell in cells if forest.follow(node, dict(enumerate(cell))) == TRUE)


def random_moves(rng: random.Random, sizes: tuple[int, ...]) -> dict[int, Move]:
    """Some variables may not move, some are left open, some have only a few values to move to."""
    moves = {}
    for variable, size in enumerate(sizes):
        values = range(size)
        stay = rng.choice([None, *values])
        paid = tuple(values) if rng.random() < 0.6 else tuple(value for value in values if rng.random() < 0.5)
        if stay is not None or paid or rng.random() < 0.5:
            moves[variable] = Move(stay, paid)
    return moves


def works(
    goal: Truth, possible: Truth, cells: list[Cell], moves: Mapping[int, Move], chosen: Mapping[int, int]
) -> bool:
    """Whether the goal holds for all, and the possible for some, of the cells that these choices leave."""
    told = {v: move.stay for v, move in moves.items() if move.stay is not None} | dict(chosen)
    left = [cell for cell in cells if all(cell[variable] == value for variable, value in told.items())]
    return all(cell in goal for cell in left) and any(cell in possible for cell in left)


def choices(moves: Mapping[int, Move], bought: frozenset[int]) -> Iterator[dict[int, int]]:
    listed = sorted(bought)
    for values in product(*(moves[variable].paid for variable in listed)):
        yield dict(zip(listed, values, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_minimal_sets_and_the_values_that_work(seed: int) -> None:
    rng, forest, cells = made_up(seed)
    goal, possible = function(rng, cells), function(rng, cells) if rng.random() < 0.7 else frozenset(cells)
    moves = random_moves(rng, forest.sizes)
    nodes = diagram(forest, goal), diagram(forest, possible)
    expected: dict[frozenset[int], list[dict[int, int]]] = {}
    for names in subsets(map(str, moves)):
        bought = frozenset(map(int, names))
        if not any(smaller <= bought for smaller in expected):
            working = [each for each in choices(moves, bought) if works(goal, possible, cells, moves, each)]
            if working:
                expected[bought] = working
    assert minimal_sets(forest, *nodes, moves) == set(expected)
    for bought, working in expected.items():
        values = truth_of(forest, project(forest, *nodes, moves, bought), cells)
        assert values == {cell for cell in cells if {variable: cell[variable] for variable in bought} in working}


@pytest.mark.parametrize("seed", SEEDS)
def test_projecting_any_set(seed: int) -> None:
    """Not only onto minimal sets; variables that are not bought stay, or are left open."""
    rng, forest, cells = made_up(1000 + seed)
    goal, possible = function(rng, cells), function(rng, cells)
    moves = random_moves(rng, forest.sizes)
    bought = frozenset(variable for variable in moves if rng.random() < 0.5)
    node = project(forest, diagram(forest, goal), diagram(forest, possible), moves, bought)
    assert forest.support(node) <= bought
    for choice in choices({v: Move(None, tuple(range(forest.sizes[v]))) for v in bought}, bought):
        allowed = all(value in moves[variable].paid for variable, value in choice.items())
        told = allowed and works(goal, possible, cells, moves, choice)
        free = {variable: choice.get(variable, 0) for variable in range(len(forest.sizes))}
        assert (forest.follow(node, free) == TRUE) == told


@pytest.mark.parametrize("seed", SEEDS)
def test_maximal_boxes(seed: int) -> None:
    """All boxes of which every cell is true, and which are inside of no other: found by trying every box."""
    rng, forest, cells = made_up(2000 + seed)
    truth = function(rng, cells)
    sides = [[frozenset(map(int, side)) for side in subsets(map(str, range(size))) if side] for size in forest.sizes]
    inside = [box for box in product(*sides) if all(cell in truth for cell in product(*map(sorted, box)))]
    largest = {box for box in inside if not any(box != other and within(box, other) for other in inside)}
    found = maximal_boxes(forest, diagram(forest, truth))
    whole = [frozenset(range(size)) for size in forest.sizes]
    listed = [tuple(box.get(variable, whole[variable]) for variable in range(len(whole))) for box in found]
    assert set(listed) == largest
    assert len(listed) == len(largest)
    assert all(values != whole[variable] for box in found for variable, values in box.items())


def within(box: tuple[frozenset[int], ...], other: tuple[frozenset[int], ...]) -> bool:
    return all(mine <= theirs for mine, theirs in zip(box, other, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_boxes_do_not_depend_on_how_the_diagram_was_made(seed: int) -> None:
    rng, forest, cells = made_up(3000 + seed)
    truth = function(rng, cells)
    other = Forest(forest.sizes)
    shuffled = rng.sample(sorted(truth), len(truth))
    node = FALSE
    for cell in shuffled:
        node = other.disj(node, diagram(other, frozenset({cell})))
    assert maximal_boxes(forest, diagram(forest, truth)) == maximal_boxes(other, node)


@pytest.mark.parametrize("constant", [(FALSE, []), (TRUE, [{}])])
def test_constants(constant: tuple[int, list[dict[int, frozenset[int]]]]) -> None:
    node, boxes = constant
    assert maximal_boxes(Forest([2, 3]), node) == boxes


def test_the_order_of_quantifiers() -> None:
    """What is left open is open whatever is bought: one value has to do for all of its values."""
    forest = Forest([2, 2])
    equal = diagram(forest, frozenset({(0, 0), (1, 1)}))
    assert minimal_sets(forest, equal, TRUE, {1: Move(0, (0, 1))}) == set()
    assert minimal_sets(forest, equal, TRUE, {0: Move(None, (0, 1)), 1: Move(0, (0, 1))}) == {frozenset({0})}


@pytest.mark.parametrize("seed", range(30))
def test_minimal(seed: int) -> None:
    rng = random.Random(4000 + seed)
    sets = [frozenset(v for v in range(5) if rng.random() < 0.4) for _ in range(rng.randint(0, 12))]
    assert minimal(sets) == {each for each in sets if not any(other < each for other in sets)}
