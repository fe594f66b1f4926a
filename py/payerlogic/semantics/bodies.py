"""The bodies of ground rules as diagrams, given the diagram of each atom.

>>> forest = Forest([2, 2])
>>> atoms = {1: forest.literal(0, {1}), 2: forest.literal(1, {1})}
>>> rules = [GroundRule(3, (1, -2)), GroundRule(3, (2,))]
>>> any_body(forest, rules, atoms.__getitem__) == forest.disj(atoms[1], atoms[2])
True
>>> body(forest, rules[0], atoms.__getitem__, without=-2) == atoms[1]
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.program.grounding import GroundRule


def any_body(forest: Forest, rules: Iterable[GroundRule], diagram: Callable[[int], int]) -> int:
    """Where the body of one of ``rules`` holds, given the diagram of each atom."""
    result = FALSE
    for rule in rules:
        result = forest.disj(result, body(forest, rule, diagram))
        if result == TRUE:
            break
    return result


def body(forest: Forest, rule: GroundRule, diagram: Callable[[int], int], without: int | None = None) -> int:
    """Where the body of one ground rule holds, with one of its literals left out if ``without`` names it."""
    literals = []
    for literal in rule.body:
        if literal == without:
            continue
        node = diagram(abs(literal))
        node = forest.negate(node) if literal < 0 else node
        if node == FALSE and rule.weights is None:
            return FALSE
        literals.append(node)
    if rule.weights is not None:
        return forest.at_least(literals, rule.weights, rule.bound)
    return forest.conj(*literals)
