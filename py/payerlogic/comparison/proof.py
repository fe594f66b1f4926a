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

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Boxed, Comparison, Party
from payerlogic.errors import InternalDisagreement
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.files import Program
from payerlogic.program.ground_copy import GroundCopy, copying
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import AnyAxis, Member, ValueAxis, axes_of
from payerlogic.semantics.families import Family
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.solver import Assumptions, Solver

Never = tuple[Sequence[int], str]
"""Literals that no possible case has all of, and what is wrong if one does."""


class BoxProgram:
    """The ground program with an atom for each of some boxes."""

    def __init__(self, program: Program, vocabulary: Vocabulary, version_day: str, regions: Sequence[Boxed]) -> None:
        self.version_day = version_day
        self.ground = GroundProgram.of(program)
        self.graph = ConditionGraph.of(self.ground)
        self.axes = axes_of(self.ground, self.graph, vocabulary)
        self.solver = Solver(self.ground, self.axes)
        for name, families in (each for region in regions for each in region.families.items()):
            for family in families:  # each is written once, before a box asks for it
                self.solver.family(name, family)
        with copying(self.ground.control) as copy:
            self.true = copy.atom()
            copy.rule(self.true)
            self.atoms = [self._box(copy, region) for region in regions]

    def _box(self, copy: GroundCopy, region: Boxed) -> int:
        head = copy.atom()
        sets = [self._sets(copy, name, each) for name, each in region.families.items()]
        inside: dict[tuple[str, frozenset[int]], int] = {}
        for positions in region.every_order:
            for name, at in positions.items():
                if (name, at) not in inside:
                    inside[name, at] = self._inside(copy, self.axes[name], at)
            copy.rule(head, [*(inside[each] for each in positions.items()), *sets])
        return head

    def _inside(self, copy: GroundCopy, axis: AnyAxis, positions: frozenset[int]) -> int:
        """An atom for "the attribute is at one of these positions"."""
        assert isinstance(axis, ValueAxis), "a set attribute has families"
        head = copy.atom()
        for position in positions:
            for member in axis.classes[position]:
                copy.rule(head, axis.true_atoms(member))
        return head

    def _sets(self, copy: GroundCopy, name: str, families: Iterable[Family]) -> int:
        """An atom for "the set of the attribute is in one of these families"."""
        head = copy.atom()
        for family in families:
            copy.rule(head, [self.solver.family(name, family)])
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


class Claims:
    """Several policies in one program with an atom for each of some boxes: what is shown of them is asked of clingo.

    Raises InternalDisagreement where clingo does not confirm it.
    """

    def __init__(
        self,
        program: Program,
        situations: Situations,
        parties: Sequence[Party],
        regions: Sequence[Boxed] = (),
    ) -> None:
        self._own = own = [situations.situation(party.view(situations)) for party in parties]
        day = situations.catalog.version_day
        self.parties = parties
        self._outcomes: dict[tuple[int, frozenset[str]], int] = {}
        self._outcome_of = {name: each.outcome for name, each in situations.catalog.classes.items()}
        self.boxes = BoxProgram(program, situations.vocabulary, day, regions)
        self.sides = [ProvedSide(self.boxes, party.policy, each) for party, each in zip(parties, own, strict=True)]
        # What one side takes for granted of the case holds at the other too; a day is each side's own.
        self.common = {name: member for each in own for name, member in each.known.items() if name != day}
        self.granted = [literal for side in self.sides for literal in side.granted]
        self.base = [*self._stated({}), *self.granted]

    def _stated(self, facts: Mapping[str, Member]) -> list[int]:
        return self.boxes.solver.assumptions(Assumptions(self.common | dict(facts), (), frozenset()))

    def never(self, literals: Iterable[int], what: str) -> None:
        """No possible case has all of these."""
        if self._can_be(literals):
            raise InternalDisagreement(what)

    def _can_be(self, literals: Iterable[int]) -> bool:
        return self.boxes.solver.satisfiable([*self.base, *literals])

    def none_can_be(self, claims: Sequence[Never]) -> None:
        """``never`` of each of some claims. They are asked as one question: much of an easy one is to ask it."""
        with copying(self.boxes.ground.control) as copy:
            some = copy.atom()
            for literals, _ in claims:
                copy.rule(some, literals)
        if claims and self.boxes.solver.satisfiable([*self.base, some]):
            raise InternalDisagreement(next(what for literals, what in claims if self._can_be(literals)))

    def holds_for(self, case: StatedCase, literals: Iterable[int], what: str) -> None:
        """Some completion of the case has all of these."""
        axes = self.boxes.axes
        facts = {name: axes[name].member(value) for name, value in case.facts.items()}
        if not self.boxes.solver.satisfiable([*self._stated(facts), *self.granted, *literals]):
            raise InternalDisagreement(what)

    def outcomes(self, outcomes: Sequence[Collection[str] | None]) -> list[int]:
        """Literals that say that each side has one of some outcomes; None is any."""
        asked = [(side, frozenset(wanted)) for side, wanted in enumerate(outcomes) if wanted is not None]
        fresh = [key for key in asked if key not in self._outcomes]
        with copying(self.boxes.ground.control) as copy:
            for side, wanted in fresh:
                found = self._outcomes[side, wanted] = copy.atom()
                here = [only for name, only in self.sides[side].only.items() if self._outcome_of[name] in wanted]
                for only in here:
                    copy.rule(found, [only])
                if not here:  # clingo does not take an atom as false for that alone if nothing else is added
                    copy.forbid([found])
        return [self._outcomes[key] for key in asked]

    def standing(self, side: int) -> dict[str, int]:
        """Each clause of a side that can stand, with the atom that says that it does."""
        ground, policy = self.boxes.ground, self.parties[side].policy
        atoms = {str(s.arguments[1]): a for a, s in ground.atoms("stands", 2) if str(s.arguments[0]) == policy}
        always = [str(s.arguments[1]) for s in ground.facts("stands", 2) if str(s.arguments[0]) == policy]
        here = self.boxes.seen_by(self._own[side], atoms.values())
        return {name: here[atom] for name, atom in atoms.items()} | dict.fromkeys(always, self.boxes.true)

    def all_of(self, literals: Sequence[int]) -> int:
        """An atom that says that all of these hold."""
        (found,) = self.all_of_each([literals])
        return found

    def all_of_each(self, conjunctions: Iterable[Sequence[int]]) -> list[int]:
        """For each of some conjunctions an atom that says that all of it holds."""
        found = []
        with copying(self.boxes.ground.control) as copy:
            for literals in conjunctions:
                found.append(copy.atom())
                copy.rule(found[-1], literals)
        return found


def proved(comparison: Comparison, program: Program, situations: Situations) -> Comparison:
    """The comparison marked complete. Raises InternalDisagreement if clingo does not confirm any part of it."""
    parties = (comparison.left, comparison.right)
    regions = [(pair, region) for pair in comparison.pairs for region in pair.regions]
    claims = Claims(program, situations, parties, [region for _, region in regions])
    boxes = claims.boxes.atoms
    never: list[Never] = []
    for (pair, region), box in zip(regions, boxes, strict=True):
        witness = f"the witness {dict(region.witness.facts)} is not in {dict(region.box)}"
        claims.holds_for(region.witness, [box], witness)
        for party, side, class_ in zip(parties, claims.sides, (pair.left, pair.right), strict=True):
            only = side.only.get(class_)
            if only is None:
                raise InternalDisagreement(f"{party} never is {class_}")
            never.append(([box, -only], f"{dict(region.box)} is not {class_} throughout at {party}"))
    left, right = (side.only for side in claims.sides)
    whole = {pair for pair in comparison.pairs if pair.all_listed}
    inside = [box for (pair, _), box in zip(regions, boxes, strict=True) if pair in whole]
    # Of a pair of which not all regions are listed, the pair itself stands in for them.
    rest = claims.all_of_each([left[p.left], right[p.right]] for p in comparison.pairs if p not in whole)
    claims.none_can_be(never)
    claims.never([-atom for atom in (*inside, *rest)], "a possible case is in none of the boxes")
    return replace(comparison, complete=True)
