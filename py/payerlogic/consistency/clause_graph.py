"""How the clauses of a policy stand to each other: who contradicts, overlaps, covers or prevails over whom.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> graph = clause_graph(kb, "bcbsaz", kb.check("bcbsaz"))
    >>> [(a, b, data["relation"]) for a, b, data in graph.edges(data=True)]
    [('b12', 'b16', 'conflict'), ('b12', 'b18', 'conflict'), ('b12', 'b18', 'prevails'), ('b16', 'b12', 'prevails')]

A networkx graph: its nodes are the clauses that the findings name, its edges what the findings say of two clauses
and, between the same clauses, which of them the text puts first. Edges of "conflict" and "overlap" have no
direction; "prevails" and "covers" go from the clause that wins to the one that yields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations
from typing import TypeAlias

import networkx as nx

from payerlogic.consistency.finding import Finding
from payerlogic.diagrams.forest import FALSE
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import Model

CONFLICT, OVERLAP, COVERS, PREVAILS = "conflict", "overlap", "covers", "prevails"
MUTUAL = (CONFLICT, OVERLAP)
ALONE = ("vague", "unused")
ALWAYS, BY_DEFAULT, OTHERWISE = "always", "default", "otherwise"
WHEN_WORDS = {
    ALWAYS: "under every reading",
    BY_DEFAULT: "under some readings, the default ones among them",
    OTHERWISE: "under some readings, not by default",
}

Graph: TypeAlias = "nx.MultiDiGraph[str]"
"""Of clause ids; its edges are keyed by their relation."""


@one_at_a_time
def clause_graph(kb: Model, policy: str, findings: Iterable[Finding]) -> Graph:
    """The clauses of one policy that ``findings`` name, and how they stand to each other.

    Nodes have ``title``, ``classes`` (labels), ``outcomes`` and ``statements``; edges have ``relation`` and ``when``
    (always, default or otherwise: whether it holds under every reading, and if not, whether by default).
    """
    book = kb.catalog.policies[policy]
    findings = [each for each in findings if each.policy == policy]
    named = {name for each in findings for name in each.clauses}
    graph: Graph = nx.MultiDiGraph(policy=policy)
    for clause in book.clauses.values():
        if clause.id in named:
            classes = [kb.catalog.classes[name] for name in clause.classes]
            graph.add_node(
                clause.id,
                title=clause.title,
                classes=tuple(each.label for each in classes),
                outcomes=tuple(dict.fromkeys(each.outcome for each in classes)),
                statements=clause.statements,
            )
    for each in findings:
        for one, other, relation in _said(each):
            _connect(graph, one, other, relation, holds_when(kb, each))
    for one, other in _pairs(findings):
        if when := _precedence(kb, policy, one, other):
            _connect(graph, one, other, PREVAILS, when)
    return graph


def _pairs(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """The ordered pairs of clauses that a finding is about together: elsewhere precedence decides nothing here.
    (Clauses that use the same vague term have nothing else in common.)"""
    about = (each for each in findings if each.kind not in ALONE)
    return list(dict.fromkeys(pair for each in about for pair in permutations(each.clauses, 2)))


def _said(finding: Finding) -> Iterator[tuple[str, str, str]]:
    """What a finding says of pairs of its clauses."""
    if finding.kind in MUTUAL:
        yield from ((one, other, finding.kind) for one, other in combinations(finding.clauses, 2))
    elif finding.kind == "redundant":  # the clause that could go, and those that cover it
        yield from ((other, finding.clauses[0], COVERS) for other in finding.clauses[1:])


def holds_when(kb: Model, finding: Finding) -> str:
    """Under which readings a finding holds: always, by default, or otherwise."""
    if not finding.under:
        return ALWAYS
    readings = kb.catalog.readings
    return BY_DEFAULT if all(readings[id_].default in taken for id_, taken in finding.under.items()) else OTHERWISE


def _connect(graph: Graph, one: str, other: str, relation: str, when: str) -> None:
    """Add an edge; of several findings on the same two clauses, the one that holds the most widely is named."""
    if relation in MUTUAL and graph.has_edge(other, one, relation):
        one, other = other, one
    ranks = (ALWAYS, BY_DEFAULT, OTHERWISE)
    known = graph.get_edge_data(one, other, relation)
    best = min(when, known["when"], key=ranks.index) if known else when
    graph.add_edge(one, other, relation, relation=relation, when=best)


def _precedence(kb: Model, policy: str, one: str, other: str) -> str | None:
    """When ``one`` prevails over ``other``; None if never."""
    atom = kb.compiler.ground_atom("prevails", policy, one, other)
    by_default = kb.compiler.named("prevails", policy, one, other, readings=kb.compiler.default_readings) != FALSE
    if atom is None:
        return ALWAYS if by_default else None
    return BY_DEFAULT if by_default else OTHERWISE


def in_sentences(graph: Graph) -> Iterator[str]:
    """The graph as text: each clause with what it concludes, then each relation.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> list(in_sentences(clause_graph(kb, "bcbsaz", kb.check("bcbsaz"))))[-1]
    'b16 prevails over b12, under every reading'
    """
    for clause, data in graph.nodes(data=True):
        yield f"{clause}: {data['title']} ({concludes(data['classes'])})"
    for one, other, data in graph.edges(data=True):
        yield f"{between(one, other, data['relation'])}, {WHEN_WORDS[data['when']]}"


def concludes(classes: tuple[str, ...]) -> str:
    """What a clause concludes, in words."""
    return f"concludes: {' or '.join(classes)}" if classes else "concludes nothing, it bars others"


def between(one: str, other: str, relation: str) -> str:
    """One relation in words."""
    words = {
        CONFLICT: f"{one} and {other} conclude different classes on some case",
        OVERLAP: f"{one} and {other} conclude the same class on some case",
        COVERS: f"{one} covers {other}, which could go",
        PREVAILS: f"{one} prevails over {other}",
    }
    return words[relation]
