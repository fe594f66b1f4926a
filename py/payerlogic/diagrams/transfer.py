"""A diagram of one forest in another, whose variables are others.

>>> here, there = Forest([3]), Forest([2])
>>> node = there.literal(0, {1})
>>> found = transferred(here, there, node, lambda variable, value: here.literal(variable, {2} if value else {0, 1}))
>>> found == here.literal(0, {2})
True
"""

from __future__ import annotations

from collections.abc import Callable

from payerlogic.diagrams.forest import FALSE, TRUE, Forest


def transferred(
    forest: Forest, source: Forest, node: int, literal: Callable[[int, int], int], memo: dict[int, int] | None = None
) -> int:
    """A true-or-false diagram of ``source`` in ``forest``; ``literal(variable, value)`` says here what it asks there.
    Who transfers several from one forest passes one ``memo``."""
    known = memo if memo is not None else {}
    known |= {FALSE: FALSE, TRUE: TRUE}

    def transfer(at: int) -> int:
        if at not in known:
            variable = source.level(at)
            children = enumerate(source.children(at))
            known[at] = forest.disj(
                *(forest.conj(literal(variable, value), transfer(child)) for value, child in children)
            )
        return known[at]

    return transfer(node)
