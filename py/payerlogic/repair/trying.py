"""Tries sets of edits, the smaller ones first, until all are tried or the time is over.

    >>> from payerlogic.repair.declared import DeclaredEdits, PolicyEdit
    >>> edits = tuple(PolicyEdit("strike_rule", (number,)) for number in range(3))
    >>> tried = minimal_sets(DeclaredEdits(edits, 2), lambda made: edits[1] in made, lambda made: made)
    >>> [len(made) for made in tried.made], tried.sets, tried.all_up_to
    ([1], 4, 2)

INVARIANT: what is said to be tried was tried; where the time ended, all sets of up to ``all_up_to`` edits were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.repair.declared import DeclaredEdits, PolicyEdit

MOST_WEIGHED = 60
"""Of so many repairs of a finding it is worked out what they change, the smallest first; the others are counted."""
Edits = tuple[PolicyEdit, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class TriedSets(Generic[T]):
    """``made`` are the policies of the minimal sets, of the first ``MOST_WEIGHED``; ``found`` counts all of these sets,
    ``refused`` those that no policy can be made of, ``sets`` how many were tried."""

    made: tuple[T, ...]
    found: int
    refused: int
    sets: int
    all_up_to: int


def minimal_sets(
    declared: DeclaredEdits,
    ends: Callable[[Edits], bool],
    make: Callable[[Edits], T | None],
    confirmed: Callable[[T], bool] | None = None,
    budget: Budget = WHOLE,
) -> TriedSets[T]:
    """The minimal sets of edits that end something. ``ends`` asks a diagram, ``make`` edits the policy, ``confirmed``
    checks it where no diagram can say."""
    minimal: list[set[PolicyEdit]] = []
    made: list[T] = []
    sets = refused = all_up_to = 0
    for size in range(1, declared.most + 1):
        for edits in _of_size(declared, size):
            if any(less <= set(edits) for less in minimal):
                continue
            if budget.spent:
                return TriedSets(tuple(made), len(minimal), refused, sets, all_up_to)
            sets += 1
            if not ends(edits):
                continue
            if confirmed is None and len(made) == MOST_WEIGHED:
                minimal.append(set(edits))
                continue
            known = make(edits)
            if known is None:
                refused += 1
            elif confirmed is None or confirmed(known):
                minimal.append(set(edits))
                made.append(known)
        all_up_to = size
    return TriedSets(tuple(made), len(minimal), refused, sets, all_up_to)


def _of_size(declared: DeclaredEdits, size: int) -> Iterator[Edits]:
    """The sets of so many edits that can be made together."""
    for edits in combinations(declared.edits, size):
        if len({each.at for each in edits}) == size:
            yield edits
