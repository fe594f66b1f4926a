"""Clingo proves a comparison: each box has its pair of classes, and every possible case is in a box.

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> kb.compare("nia", "bcbsaz").complete
    True

A fresh copy of the ground program gets one atom for each box, defined by rules over the case facts.
That a box has its classes, and that no case is outside of all boxes, are then UNSAT answers; that no
case has two pairs follows, since a policy gives one class (the tests prove that).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from clingo.backend import Backend

from payerlogic.axes import Axis, axes_of
from payerlogic.compare import DATE, Comparison, Party
from payerlogic.conditions import ConditionGraph
from payerlogic.errors import Disagreement
from payerlogic.grounding import GroundProgram
from payerlogic.situations import Situations
from payerlogic.solver import Situation, Solver
from payerlogic.source import Program
from payerlogic.vocabulary import Vocabulary

Positions = Mapping[str, frozenset[int]]


class BoxProgram:
    """The ground program with an atom for each of some boxes."""

    def __init__(self, program: Program, vocabulary: Vocabulary, boxes: Iterable[Positions]) -> None:
        self.ground = GroundProgram.of(program)
        self.graph = ConditionGraph.of(self.ground)
        self.axes = axes_of(self.ground, self.graph, vocabulary)
        with self.ground.control.backend() as backend:
            self.atoms = [self._box(backend, box) for box in boxes]
        self.solver = Solver(self.ground, self.axes)

    def _box(self, backend: Backend, box: Positions) -> int:
        head = backend.add_atom()
        backend.add_rule([head], [self._side(backend, self.axes[name], values) for name, values in box.items()])
        return head

    def presumed_at(self, other: Situation) -> list[int]:
        """For each conditional presumption of another side, an atom that says that it holds as that side sees
        the case: on its day and under its readings."""
        wanted = [
            atom for atom, s in self.ground.atoms("presumption_holds", 1) if str(s.arguments[0]) in other.presumed
        ]
        cone = self.graph.cone(wanted)
        days = self.axes[DATE]
        with self.ground.control.backend() as backend:
            true = backend.add_atom()
            backend.add_rule([true])
            copy = {atom: true if atom in other.readings else -true for atom in self.ground.reading_names}
            if DATE in other.known:
                today = days.true_atoms(other.known[DATE])
                copy |= {atom: true if atom in today else -true for atom in days.atoms.values()}
            copy |= {
                atom: backend.add_atom() for atom in self.graph.inputs_first if atom in cone & self.graph.rules.keys()
            }
            for atom in cone & self.graph.rules.keys():
                for rule in self.graph.rules[atom]:
                    body = [copy.get(abs(each), abs(each)) * (1 if each > 0 else -1) for each in rule.body]
                    if rule.weights is not None:
                        backend.add_weight_rule([copy[atom]], rule.bound, list(zip(body, rule.weights, strict=True)))
                    else:
                        backend.add_rule([copy[atom]], body)
        return [copy[atom] for atom in wanted]

    def _side(self, backend: Backend, axis: Axis, positions: frozenset[int]) -> int:
        """An atom for "the attribute is at one of these positions"."""
        head = backend.add_atom()
        for position in positions:
            for member in axis.classes[position]:
                true = set(axis.true_atoms(member))
                rest = [-atom for atom in axis.atoms.values() if atom not in true]
                backend.add_rule([head], [*true, *(rest if axis.attribute.type == "set" else [])])
        return head


def proved(comparison: Comparison, program: Program, situations: Situations) -> Comparison:
    """The comparison marked complete. Raises Disagreement if clingo does not confirm any part of it."""
    regions = [(pair, region) for pair in comparison.pairs for region in pair.regions]
    boxes = BoxProgram(program, situations.vocabulary, [region.positions for _, region in regions])
    parties = (comparison.left, comparison.right)
    for side, party in enumerate(parties):
        other = _situation(situations, parties[1 - side])
        situation = _beside(_situation(situations, party), other)
        there = boxes.presumed_at(other)
        for (pair, region), atom in zip(regions, boxes.atoms, strict=True):
            found = boxes.solver.possible(party.policy, situation, [atom, *there])
            if found != {(pair.left, pair.right)[side]}:
                raise Disagreement(f"{dict(region.box)} has {sorted(found)} at {party}, not {pair.left}, {pair.right}")
        if boxes.solver.satisfiable([*boxes.solver.assumptions(situation), *there, *(-atom for atom in boxes.atoms)]):
            raise Disagreement(f"a possible case is in none of the boxes of {party}")
    return replace(comparison, complete=True)


def _situation(situations: Situations, party: Party) -> Situation:
    return situations.situation(party.view(situations))


def _beside(own: Situation, other: Situation) -> Situation:
    """The plain presumptions of the other side hold of the case at this side too; a day is each side's own."""
    return replace(own, known={n: m for n, m in other.known.items() if n != DATE} | dict(own.known))
