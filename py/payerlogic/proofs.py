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
from payerlogic.case import StatedCase
from payerlogic.compare import Comparison, Party
from payerlogic.conditions import ConditionGraph
from payerlogic.grounding import GroundProgram
from payerlogic.situations import Situations
from payerlogic.solver import Situation, Solver
from payerlogic.source import Program
from payerlogic.vocabulary import Vocabulary
from payerlogic.whynot import Disagreement

Positions = Mapping[str, frozenset[int]]


class BoxProgram:
    """The ground program with an atom for each of some boxes."""

    def __init__(self, program: Program, vocabulary: Vocabulary, boxes: Iterable[Positions]) -> None:
        ground = GroundProgram.of(program)
        self.axes = axes_of(ground, ConditionGraph.of(ground), vocabulary)
        with ground.control.backend() as backend:
            self.atoms = [self._box(backend, box) for box in boxes]
        self.solver = Solver(ground, self.axes)

    def _box(self, backend: Backend, box: Positions) -> int:
        head = backend.add_atom()
        backend.add_rule([head], [self._side(backend, self.axes[name], values) for name, values in box.items()])
        return head

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
        situation = _situation(situations, party)
        for (pair, region), atom in zip(regions, boxes.atoms, strict=True):
            found = boxes.solver.possible(party.policy, situation, [atom])
            if found != {(pair.left, pair.right)[side]}:
                raise Disagreement(f"{dict(region.box)} has {sorted(found)} at {party}, not {pair.left}, {pair.right}")
        if boxes.solver.satisfiable([*boxes.solver.assumptions(situation), *(-atom for atom in boxes.atoms)]):
            raise Disagreement(f"a possible case is in none of the boxes of {party}")
    return replace(comparison, complete=True)


def _situation(situations: Situations, party: Party) -> Situation:
    settings = replace(party.settings, as_of=party.day)
    return situations.situation(situations.view(StatedCase(None), party.policy, settings))
