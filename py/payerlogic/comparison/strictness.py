"""The order of strictness among policies, and who never disagree, as graphs (networkx lives here).

>>> order = Order.of("abc", [("a", "b"), ("b", "c"), ("a", "c")], [frozenset("ab")])
>>> order.steps
((('a',), ('b',)), (('b',), ('c',)))
>>> order.groups
(('a', 'c'), ('b', 'c'))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import networkx as nx

Names = tuple[str, ...]


@dataclass(frozen=True)
class Order:
    """Who is stricter than whom, and groups of which no two disagree.

    A step leads from policies that approve the same cases to others that approve all of these and more, and none
    follows from two others. ``alike`` has the policies by what they approve, ``groups`` the maximal groups.
    """

    alike: tuple[Names, ...]
    steps: tuple[tuple[Names, Names], ...]
    groups: tuple[Names, ...]

    @classmethod
    def of(cls, names: Iterable[str], approves: Iterable[tuple[str, str]], apart: Iterable[frozenset[str]]) -> Order:
        """From the pairs in which whatever the first approves the second approves, and the pairs that disagree.

        INVARIANT: ``approves`` is transitive, as inclusion is.
        """
        ranked: Sequence[str] = tuple(names)
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from(ranked)
        graph.add_edges_from(approves)
        merged = nx.condensation(graph)
        members = {node: _sorted(merged.nodes[node]["members"], ranked) for node in merged}
        reduced = nx.transitive_reduction(merged)
        friends: nx.Graph[Any] = nx.Graph()
        friends.add_nodes_from(ranked)
        barred = {frozenset(each) for each in apart}
        friends.add_edges_from((a, b) for a, b in combinations(ranked, 2) if frozenset({a, b}) not in barred)
        return cls(
            _ranked(members.values(), ranked),
            tuple(sorted(((members[a], members[b]) for a, b in reduced.edges), key=lambda each: _places(each, ranked))),
            _ranked((_sorted(clique, ranked) for clique in nx.find_cliques(friends)), ranked),
        )

    @property
    def graph(self) -> nx.DiGraph[Any]:
        """The steps as a graph: an edge from the stricter to the less strict."""
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from(self.alike)
        graph.add_edges_from(self.steps)
        return graph

    def to_dict(self) -> dict[str, object]:
        return {
            "alike": [list(each) for each in self.alike],
            "steps": [{"stricter": list(one), "than": list(other)} for one, other in self.steps],
            "never_disagree": [list(each) for each in self.groups],
        }


def _sorted(names: Iterable[str], ranked: Sequence[str]) -> Names:
    return tuple(sorted(names, key=ranked.index))


def _ranked(groups: Iterable[Names], ranked: Sequence[str]) -> tuple[Names, ...]:
    return tuple(sorted(groups, key=lambda group: [ranked.index(name) for name in group]))


def _places(step: tuple[Names, Names], ranked: Sequence[str]) -> list[list[int]]:
    return [[ranked.index(name) for name in group] for group in step]
