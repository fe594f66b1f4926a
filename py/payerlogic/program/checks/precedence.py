"""Circles of precedence: clauses that override each other in turn, so that none of them stands.

    >>> from payerlogic import KnowledgeBase
    >>> circles(KnowledgeBase.load().ground, "nia")
    []

What overrides what can depend on readings and on the case. A circle counts if some case meets all its clauses under
some readings while each overrides the next: clingo says whether there is one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from payerlogic.program.grounding import GroundProgram

_TRIED = 500
"""So many circles are asked about at most; what has more is refused for the first of them."""

Edges = Mapping[str, Mapping[str, int]]
"""From a clause to those that it can override, with the atom that says so; 0 for a fact."""


def circles(ground: GroundProgram, policy: str) -> list[list[str]]:
    """The first circle that some case has, as the names of its clauses, the first again at the end; none if empty."""
    edges: dict[str, dict[str, int]] = {}
    atom_of = {str(symbol): atom for atom, symbol in ground.owned("prevails", 3, policy)}
    for one, other in ground.instances("prevails", 3, policy):
        edges.setdefault(one, {})[other] = atom_of.get(f"prevails({policy},{one},{other})", 0)
    met = {str(symbol.arguments[1]): atom for atom, symbol in ground.owned("met", 2, policy)}
    for count, circle in enumerate(_simple(edges)):
        atoms = [edges[one][other] for one, other in itertools.pairwise(circle)]
        needed = [*filter(None, atoms), *(met[name] for name in circle if name in met)]
        if not any(atoms) or count >= _TRIED or ground.control.solve(assumptions=needed).satisfiable:
            return [circle]
    return []


def _simple(edges: Edges) -> Iterator[list[str]]:
    """Every circle without a repetition, from its clause that comes first by name."""
    on_circles = _trimmed(edges)
    for start in sorted(on_circles):
        stack = [[start]]
        while stack:
            path = stack.pop()
            for other in sorted(on_circles.get(path[-1], ()), reverse=True):
                if other == start:
                    yield [*path, start]
                elif other > start and other not in path:
                    stack.append([*path, other])


def _trimmed(edges: Edges) -> dict[str, set[str]]:
    """Without the clauses that override nothing, or only such: what is left has a circle, or is empty."""
    left = {one: set(others) for one, others in edges.items()}
    while ends := {one for one, others in left.items() if not others & left.keys()}:
        left = {one: others & left.keys() for one, others in left.items() if one not in ends}
    return {one: others & left.keys() for one, others in left.items()}
