"""What makes two policies disagree on a case: the way from one determination to the other.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "breast", "age_years": 67, "t_category": "T1", "clinical_n_category": "N0",
    ...                 "tumor_behavior": "invasive", "margin_status": "negative", "fractions": 1,
    ...                 "modality": "electron_beam"})
    >>> contrast = kb.contrast(case, "nia", "bcbsaz")
    >>> found = crux(contrast, {policy: kb.explain(case, policy) for policy in ("nia", "bcbsaz")})
    >>> found.first, found.clauses, found.gap
    ('nia', ('n10',), 'none')

It leads from the better determination, or the one that rests on a clause, to the clauses that decide it, from these to
the nearest clause of the other policy that would have given the same outcome, and over the facts for which that clause
fails to the other determination: those of which some change ends the disagreement, and no others. Where no fact is in
the way, it leads to the clauses that decide there: the other policy has no such clause, or one that is met and yields.
Where an answer is open, it leads over the unknown facts that decide it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payerlogic.answers.contrast import RELATIONS, Contrast, ContrastedSide, Counterpart
from payerlogic.semantics.outcomes import APPROVED, DENIED

if TYPE_CHECKING:  # loads networkx
    from payerlogic.answers.derivation.explanation import Explanation

NO_CLAUSE, YIELDS, NEVER = "none", "yields", "apart"
"""Why no fact is in the way: no clause gives the outcome there; one does and others decide; or whatever the facts, the
two never have the same outcome."""
Facts = tuple[str, ...]


@dataclass(frozen=True)
class Crux:
    """The way from one determination to the other; nothing is on it where both are decided alike.

    It leads from the policy ``first`` over its ``clauses`` and then over ``attributes``, the facts in which the
    derivations meet, or, where there are none, over a ``gap``; ``there`` is the clause of the other policy that fails
    or yields. ``nodes`` are those of both derivations on the way, each with its policy.
    """

    first: str = ""
    clauses: tuple[str, ...] = ()
    there: str = ""
    attributes: tuple[str, ...] = ()
    gap: str = ""
    nodes: frozenset[tuple[str, str]] = frozenset()


def crux(contrast: Contrast, explanations: Mapping[str, Explanation]) -> Crux:
    """What makes the two policies of ``contrast`` disagree; ``explanations`` has the derivation of each."""
    if contrast.agree:
        return Crux()
    sides = (contrast.left, contrast.right)
    unknown = dict.fromkeys(name for side in sides for name in side.determination.deciding)
    if unknown:
        ways = (_over(explanations[side.policy], _clauses(side), tuple(unknown)) for side in sides)
        first = next(side.policy for side in sides if side.determination.deciding)
        return Crux(first, attributes=tuple(unknown), nodes=frozenset(node for way in ways for node in way))
    rank = {APPROVED: 0, DENIED: 2}
    here, there = sorted(sides, key=lambda side: (not side.clauses, rank.get(side.determination.outcome, 1)))
    if not any(each.lacking for each in _counterparts(here)):
        return _over_a_gap(explanations, here, there)
    near = [min(_ways(contrast, one), key=lambda way: way[0], default=None) for one in (here, there)]
    start = there if near[1] and near[0] and near[1][0][0] < near[0][0][0] else here
    found = near[start is there]
    assert found is not None, "one clause lacks something"
    _, nearest, facts = found
    other = there if start is here else here
    clauses = _clauses(start)
    if not facts:
        way = [*_to(explanations[start.policy], clauses), *_to(explanations[other.policy], _clauses(other))]
        return Crux(start.policy, clauses, gap=NEVER, nodes=frozenset(way))
    way = [
        *_over(explanations[start.policy], clauses, facts),
        *_over(explanations[other.policy], (nearest.clause,), facts),
    ]
    return Crux(start.policy, clauses, nearest.clause, facts, nodes=frozenset(way))


def _over_a_gap(explanations: Mapping[str, Explanation], here: ContrastedSide, there: ContrastedSide) -> Crux:
    """Where no fact is in the way of a clause of the other policy."""
    mine, theirs, clauses = explanations[here.policy], explanations[there.policy], _clauses(here)
    met = [each for each in _counterparts(here) if _node(theirs, each.clause) in theirs.graph]
    way = [*_to(mine, clauses), *_to(theirs, [*_clauses(there), *(each.clause for each in met[:1])])]
    return Crux(here.policy, clauses, met[0].clause if met else "", (), YIELDS if met else NO_CLAUSE, frozenset(way))


def _ways(contrast: Contrast, side: ContrastedSide) -> Iterator[tuple[tuple[bool, int, int], Counterpart, Facts]]:
    """The clauses of the other policy that would have given the outcome of a side, each with how near it is, and the
    facts of which a change ends the disagreement: those for which the clause fails, if they can, come before others."""
    for each in _counterparts(side):
        lacking = frozenset(each.lacking)
        own = [ending for ending in contrast.endings if ending <= lacking]
        others = sorted(contrast.endings, key=lambda ending: (len(ending), -len(ending & lacking)))
        few = [ending for ending in own if len(ending) == len(own[0])] or others[:1]  # the smallest stand first
        facts = frozenset().union(*few)
        ranked = (*(name for name in each.lacking if name in facts), *sorted(facts - lacking))
        if lacking:
            yield (not own, RELATIONS.index(each.relation), len(lacking)), each, ranked


def _clauses(side: ContrastedSide) -> tuple[str, ...]:
    return tuple(each.clause for each in side.clauses)


def _counterparts(side: ContrastedSide) -> Iterator[Counterpart]:
    return (counterpart for clause in side.clauses for counterpart in clause.counterparts)


def _node(explanation: Explanation, clause: str) -> str:
    return f"met({explanation.policy_id},{clause})"


def _to(explanation: Explanation, clauses: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The way from a determination to clauses of it."""
    for end in (explanation.root, *(_node(explanation, each) for each in clauses)):
        for node in explanation.way(explanation.root, end):
            yield explanation.policy_id, node


def _over(explanation: Explanation, clauses: Collection[str], attributes: Collection[str]) -> Iterator[tuple[str, str]]:
    """The way from a determination over clauses, all where none is named, to what they say of facts: where it is not
    met or open, if any is."""
    graph = explanation.graph
    yield from _to(explanation, clauses)
    for start in [_node(explanation, each) for each in clauses] or [explanation.root]:
        below = [each for each in explanation.below(start) if graph.nodes[each]["attribute"] in attributes]
        stuck = [each for each in below if graph.nodes[each]["status"] != "met"]
        for leaf in stuck or below:
            for node in explanation.way(start, leaf):
                yield explanation.policy_id, node
