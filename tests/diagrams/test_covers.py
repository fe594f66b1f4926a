"""Covers of random sets of cells: exact, prime, irredundant and the same every time, however they are found.

``most=0`` leaves no room for all primes, so that they are grown one by one, as in policies without sections.
"""

from __future__ import annotations

from itertools import permutations, product
from random import Random

import pytest

from payerlogic.diagrams import covers
from payerlogic.diagrams.budget import Budget
from payerlogic.diagrams.covers import LISTED, _holds_within, cover, listing, union
from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.minimal_sets import Box, TooMany, maximal_boxes

SIZES = (3, 2, 4, 2)


def diagram(forest: Forest, cells: set[tuple[int, ...]]) -> int:
    result = FALSE
    result = forest.disj(result, *(forest.box({v: frozenset({at}) for v, at in enumerate(cell)}) for cell in cells))
    return result


def wider(box: Box) -> list[Box]:
    """The box with one more value, in each way."""
    return [
        {**box, variable: values | {value}}
        for variable, values in box.items()
        for value in range(SIZES[variable])
        if value not in values
    ]


@pytest.mark.parametrize("most", [0, 500])
@pytest.mark.parametrize("seed", range(12))
def test_random_sets(seed: int, most: int) -> None:
    rng, forest = Random(seed), Forest(SIZES)
    every = list(product(*(range(size) for size in SIZES)))
    real = {cell for cell in every if rng.random() < 0.9}
    wanted_cells = {cell for cell in real if rng.random() < 0.5}
    wanted, possible = diagram(forest, wanted_cells), diagram(forest, real)
    allowed = forest.disj(wanted, forest.negate(possible))
    found = cover(forest, wanted, possible, 0, most)
    assert forest.conj(union(forest, found), possible) == wanted
    for index, box in enumerate(found):
        assert forest.conj(forest.box(box), forest.negate(allowed)) == FALSE
        assert all(forest.conj(forest.box(each), forest.negate(allowed)) != FALSE for each in wider(box))
        others = union(forest, found[:index] + found[index + 1 :])
        assert forest.conj(wanted, forest.negate(others)) != FALSE
    fresh = Forest(SIZES)  # its nodes have other numbers
    assert cover(fresh, diagram(fresh, wanted_cells), diagram(fresh, real), 0, most) == found


@pytest.mark.parametrize("at_most", [None, 1, 3])
@pytest.mark.parametrize("seed", range(15))
def test_one_box_stands_for_its_permutations(seed: int, at_most: int | None) -> None:
    """Of a function that is the same in every order of its variables, no two boxes that differ in that are listed."""
    rng, forest = Random(seed), Forest((3, 3, 3))
    chosen = {cell for cell in product(range(3), repeat=3) if tuple(sorted(cell)) == cell and rng.random() < 0.6}
    wanted = diagram(forest, {cell for cell in product(range(3), repeat=3) if tuple(sorted(cell)) in chosen})

    def alike(box: Box) -> list[Box]:
        found: list[Box] = [box]
        for order in permutations(range(3)):
            moved = {to: box[v] for v, to in enumerate(order) if v in box}
            found += [moved] if moved not in found else []
        return found[1:]

    found, whole = listing(forest, wanted, TRUE, 0, Budget(at_most), alike)
    for box in found:
        assert all(covers.holds_on(forest, wanted, each) for each in (box, *alike(box)))
        assert not any(other in alike(box) for other in found)
    held = union(forest, [each for box in found for each in (box, *alike(box))])
    assert whole == (held == wanted)
    assert at_most is None or len(found) <= at_most
    assert whole or at_most is not None


@pytest.mark.parametrize("seed", range(30))
def test_within_a_box(seed: int) -> None:
    """Whether the largest boxes leave anything is read from one walk."""
    rng, forest = Random(seed), Forest(SIZES)
    wanted = diagram(forest, {cell for cell in product(*(range(size) for size in SIZES)) if rng.random() < 0.5})
    for _ in range(5):
        asked = rng.sample(range(len(forest.sizes)), rng.randint(0, 3))
        box = {at: frozenset(rng.sample(range(forest.sizes[at]), rng.randint(1, forest.sizes[at]))) for at in asked}
        for node in (wanted, forest.conj(wanted, forest.box(box))):
            assert _holds_within(forest, node, box) == (forest.conj(node, forest.negate(forest.box(box))) == FALSE)


def test_too_many() -> None:
    forest = Forest((2, 2))
    either = forest.disj(forest.literal(0, {1}), forest.literal(1, {1}))
    assert len(maximal_boxes(forest, either)) == 2
    with pytest.raises(TooMany):
        maximal_boxes(forest, either, 1)
    assert maximal_boxes(forest, TRUE, 0) == [{}]


@pytest.mark.parametrize("at_most", [None, 1, 3, 1000])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("too_many", [False, True])
def test_listing(monkeypatch: pytest.MonkeyPatch, seed: int, at_most: int | None, too_many: bool) -> None:
    """A listing is the cover, or so many maximal boxes of it, the largest."""
    rng, forest = Random(seed), Forest(SIZES)
    every = list(product(*(range(size) for size in SIZES)))
    wanted = diagram(forest, {cell for cell in every if rng.random() < 0.5})
    if too_many:
        monkeypatch.setattr(covers, "cover", raising)
    found, whole = listing(forest, wanted, TRUE, 0, Budget(at_most))
    assert whole == (forest.conj(wanted, forest.negate(union(forest, found))) == FALSE)
    assert len(found) <= (at_most or LISTED)
    for box in found:
        assert forest.conj(forest.box(box), forest.negate(wanted)) == FALSE
        assert all(forest.conj(forest.box(each), forest.negate(wanted)) != FALSE for each in wider(box))
    more, all_of_it = listing(forest, wanted, TRUE, 0, Budget(3))
    if at_most == 1 and not all_of_it:
        assert more[:1] == found
    for index in range(len(found) if whole else 0):
        assert union(forest, found[:index] + found[index + 1 :]) != wanted
    if at_most == 1000:
        assert whole
    if not too_many and at_most in (None, 1000):
        assert found == cover(forest, wanted, TRUE, 0)


def raising(*_: object, **__: object) -> None:
    raise TooMany
