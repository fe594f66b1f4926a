"""Clingo proves a comparison: each box has its pair of classes, and every possible case is in a box.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> kb.compare("nia", "bcbsaz").complete
    True

A fresh copy of the ground program gets one atom for each box, defined by rules over the case facts, and each
side gets a copy of the rules that depend on what is its own: its readings and, if it has one, its day. The date in
the program itself is then that of a side without a day of its own. That a box has its classes, and that no
case is outside of all boxes, are UNSAT answers; that no case has two pairs follows, since each side is proved
to give exactly one class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from payerlogic.comparison.result import Comparison
from payerlogic.errors import InternalDisagreement
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.files import Program
from payerlogic.program.ground_copy import GroundCopy, copying
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import Axis, axes_of
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.solver import Assumptions, Solver

Positions = Mapping[str, frozenset[int]]


class BoxProgram:
    """The ground program with an atom for each of some boxes."""

    def __init__(self, program: Program, vocabulary: Vocabulary, version_day: str, boxes: Iterable[Positions]) -> None:
        self.version_day = version_day
        self.ground = GroundProgram.of(program)
        self.graph = ConditionGraph.of(self.ground)
        self.axes = axes_of(self.ground, self.graph, vocabulary)
        self.solver = Solver(self.ground, self.axes)
        with copying(self.ground.control) as copy:
            self.true = copy.atom()
            copy.rule(self.true)
            self.atoms = [self._box(copy, box) for box in boxes]

    def _box(self, copy: GroundCopy, box: Positions) -> int:
        head = copy.atom()
        copy.rule(head, [self._inside(copy, self.axes[name], positions) for name, positions in box.items()])
        return head

    def _inside(self, copy: GroundCopy, axis: Axis, positions: frozenset[int]) -> int:
        """An atom for "the attribute is at one of these positions"."""
        head = copy.atom()
        for position in positions:
            for member in axis.classes[position]:
                true = set(axis.true_atoms(member))
                rest = [-atom for atom in axis.atoms.values() if atom not in true]
                copy.rule(head, [*true, *(rest if axis.attribute.type == "set" else [])])
        return head

    def seen_by(self, situation: Assumptions, atoms: Iterable[int]) -> dict[int, int]:
        """Each of ``atoms`` with the atom that says that it holds as one side sees the case: under its readings
        and, if it has one, on its day. What depends on neither is the same for both sides."""
        wanted = list(atoms)
        own = {atom: self.true if atom in situation.readings else -self.true for atom in self.ground.reading_names}
        if self.version_day in situation.known:
            days = self.axes[self.version_day]
            today = days.true_atoms(situation.known[self.version_day])
            own |= {atom: self.true if atom in today else -self.true for atom in days.atoms.values()}
        changed = sorted(self.graph.cone(wanted) & self.graph.above(own) - own.keys())
        with copying(self.ground.control, own) as copy:
            copy.number |= {atom: copy.atom() for atom in changed}
            for atom in changed:
                copy.define(copy.number[atom], self.graph.rules[atom])
            return {atom: copy.literal(atom) for atom in wanted}


class ProvedSide:
    """One side of a comparison in a box program: where it gives exactly one class, and what it takes for granted."""

    def __init__(self, boxes: BoxProgram, policy: str, situation: Assumptions) -> None:
        ground = boxes.ground
        classes = {
            str(symbol.arguments[1]): atom
            for atom, symbol in ground.atoms("determination", 2)
            if str(symbol.arguments[0]) == policy
        }
        always = {str(s.arguments[1]) for s in ground.facts("determination", 2) if str(s.arguments[0]) == policy}
        assumed = [a for a, s in ground.atoms("presumption_holds", 1) if str(s.arguments[0]) in situation.presumed]
        broken = [atom for atom, _ in ground.atoms("impossible", 1)]
        here = boxes.seen_by(situation, [*classes.values(), *assumed, *broken])
        holds = {name: here[atom] for name, atom in classes.items()} | dict.fromkeys(always, boxes.true)
        self.granted = [*(here[atom] for atom in assumed), *(-here[atom] for atom in broken)]
        self.only: dict[str, int] = {}
        with copying(ground.control) as copy:
            for name in holds:
                others = [-atom for other, atom in holds.items() if other != name]
                self.only[name] = copy.atom()
                copy.rule(self.only[name], [holds[name], *others])


def proved(comparison: Comparison, program: Program, situations: Situations) -> Comparison:
    """The comparison marked complete. Raises InternalDisagreement if clingo does not confirm any part of it."""
    parties = (comparison.left, comparison.right)
    own = [situations.situation(party.view(situations)) for party in parties]
    regions = [(pair, region) for pair in comparison.pairs for region in pair.regions]
    day = situations.catalog.version_day
    boxes = BoxProgram(program, situations.vocabulary, day, [region.positions for _, region in regions])
    sides = [ProvedSide(boxes, party.policy, each) for party, each in zip(parties, own, strict=True)]
    # What one side takes for granted of the case holds at the other too; a day is each side's own.
    common = {name: member for each in own for name, member in each.known.items() if name != day}
    solver = boxes.solver
    granted = [literal for side in sides for literal in side.granted]
    base = [*solver.assumptions(Assumptions(common, (), frozenset())), *granted]
    for (pair, region), box in zip(regions, boxes.atoms, strict=True):
        facts = {name: boxes.axes[name].member(value) for name, value in region.witness.facts.items()}
        if not solver.satisfiable([*solver.assumptions(Assumptions(common | facts, (), frozenset())), *granted, box]):
            raise InternalDisagreement(f"the witness {dict(region.witness.facts)} is not in {dict(region.box)}")
        for party, side, class_ in zip(parties, sides, (pair.left, pair.right), strict=True):
            only = side.only.get(class_)
            if only is None or solver.satisfiable([*base, box, -only]):
                raise InternalDisagreement(f"{dict(region.box)} is not {class_} throughout at {party}")
    if solver.satisfiable([*base, *(-atom for atom in boxes.atoms)]):
        raise InternalDisagreement("a possible case is in none of the boxes")
    return replace(comparison, complete=True)
