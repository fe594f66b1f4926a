"""The space of cases over which policies are compared, as one diagram of the class of each case at each of them.

    >>> from datetime import date
    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.comparison.result import party
    >>> kb = KnowledgeBase.load()
    >>> settings = kb.settings(as_of=date(2026, 1, 1))
    >>> space = Space.of(kb.situations, tuple(party(kb, name, settings) for name in ("nia", "bcbsaz")))
    >>> ("medically_necessary", "medically_necessary") in space.forest.values_of(space.joint)
    True

An order of attributes is a matter of size only. Where the diagram is large in the order of the compiler, another is
looked for, in which the diagrams of the policies alone are small.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from operator import is_not

from payerlogic.answers.decision import CitedClause
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Boxed, Party, Region
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.diagrams.counts import Counts
from payerlogic.diagrams.covers import listing
from payerlogic.diagrams.forest import FALSE, Forest, TooLarge
from payerlogic.diagrams.minimal_sets import Box
from payerlogic.diagrams.sifting import sifted
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.case_view import View
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.gathered import Gathered
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.record_order import RecordOrder, in_any_order
from payerlogic.semantics.value_sets import BoxValues, box_values

LARGE = 5_000
"""Nodes of a space from which on a better order is worth to be looked for. The shipped policies have some hundreds."""


@dataclass(frozen=True)
class SpaceBox:
    """A box by attributes in the order of the vocabulary: their values, the positions of those that have one value,
    and its cases as a diagram of the space.

    ``any_order`` are the facts that repeat of which it asks some record, whichever: ``numbered`` are its positions
    with other numbers, and ``in_any_order`` the cases of all of these together.
    """

    values: dict[str, BoxValues]
    positions: dict[str, frozenset[int]]
    cases: int
    any_order: tuple[str, ...] = ()
    numbered: tuple[dict[str, frozenset[int]], ...] = ()
    in_any_order: int = FALSE

    def region(self, witness: StatedCase, sides: Sequence[tuple[CitedClause, ...]], share: Fraction) -> Region:
        """The box with a case of it, and the clauses that decide this case at the left and at the right."""
        left, right = sides
        order = self.any_order
        return Region(self.values, self.positions, witness, left, right, share, any_order=order, numbered=self.numbered)


def boxed(gathered: Gathered, box: Box, into: Forest, others: Sequence[Box] = ()) -> SpaceBox:
    """A box of a gathered diagram, and ``others`` that are the same in another order of records; the cases as diagrams
    of another forest."""
    axes, order = gathered.axes, gathered.order
    named = {order[variable]: values for variable, values in box.items()}
    ranked = sorted(named, key=lambda name: axes[name].attribute.rank)
    values = {name: box_values(axes[name], named[name]) for name in ranked}
    positions = {name: named[name] for name in ranked if isinstance(axes[name], ValueAxis)}
    cases = gathered.spread(box, into)
    every = into.disj(cases, *(gathered.spread(each, into) for each in others))
    numbered = tuple(
        {order[v]: at for v, at in each.items() if isinstance(axes[order[v]], ValueAxis)} for each in others
    )
    any_order = RecordOrder.of(gathered).names_in(box, others) if others else ()
    return SpaceBox(values, positions, cases, any_order, numbered, every)


class Space:
    """The cases over which parties are compared, and the class of each case at each of them, as one diagram."""

    @classmethod
    def of(cls, situations: Situations, parties: tuple[Party, ...]) -> Space:
        """In the order of the compiler; or where that is large, in a better one.

        INVARIANT: the order follows from the rules and the parties alone, never from what was asked before.
        """
        if parties not in situations.reordered:
            try:
                return cls(situations, parties, LARGE)
            except TooLarge:
                situations.reordered = {parties: _reordered(situations, parties)}  # the latest, for the next question
        return cls(situations.reordered[parties], parties)

    def __init__(self, situations: Situations, parties: tuple[Party, ...], most: int | None = None) -> None:
        """TooLarge if all sides together take more nodes than ``most``; without it, they wait until they are needed."""
        self.compiler = compiler = situations.compiler
        self.sides = sides = Sides.of(situations, parties)
        self.forest = sides.forest
        self.presumed_by_one = presumed_by_one(sides.views, compiler)
        self._restricted = self.forest.conj(*sides.constraints)
        asked = self.forest.support(*sides.tables, self._restricted)
        silent = {attribute for view in sides.views for _, attribute in view.presumed} | compiler.catalog.unnamed
        self._silent = sorted(each for each in silent & compiler.levels.keys() if asked & {*compiler.levels[each]})
        if most is not None:
            self.forest.most = len(self.forest) + most
            assert self._whole >= 0, "a node"
            self.forest.most = None

    @cached_property
    def _whole(self) -> int:
        """The classes at all sides, with facts that decide nothing."""
        nodes = (*self.sides.tables, self._restricted)
        return self.forest.restricted(nodes, {}, lambda *found: found[:-1] if found[-1] else None, self.forest)[1]

    @cached_property
    def joint(self) -> int:
        """The class of each possible case at each side; None for a case that is not possible."""
        return self._without(self._whole, self._silent)

    @cached_property
    def possible(self) -> int:
        """The possible cases."""
        return self.forest.mapped(self.joint, partial(is_not, None)) if self._silent else self._restricted

    def of_side(self, side: int) -> int:
        """The class of each possible case at one side, which is far smaller than that at all; None elsewhere."""
        if self._silent:
            return self.forest.mapped(self.joint, lambda value: value[side] if isinstance(value, tuple) else None)
        nodes = (self.sides.tables[side], self._restricted)
        return self.forest.restricted(nodes, {}, lambda class_, can: class_ if can else None, self.forest)[1]

    @cached_property
    def odd(self) -> list[int]:
        """What an example avoids."""
        sides, common = self.sides, _fixed_somewhere(self.sides.views, self.compiler)
        odd = [each for view in sides.views for each in self.compiler.odd_diagrams(view.policy, view.readings)]
        found = (self.compiler.forest.restricted((each,), common, bool, self.forest)[1] for each in odd)
        some = [each for each in dict.fromkeys(found) if each != FALSE]
        asked = self.forest.support(self.joint) if some else set[int]()
        return [each for each in some if self.forest.support(each) <= asked]

    @cached_property
    def gathered(self) -> Gathered:
        """The space with one variable an attribute, for boxes."""
        return Gathered.asked(self.compiler, self.forest, (self.joint,))

    @cached_property
    def counts(self) -> Counts:
        """Counts cells over what the space is made of."""
        return Counts(self.forest, self.joint)

    @cached_property
    def by_value(self) -> Partition:
        """The cases by their classes at all sides."""
        return Partition(self)

    def _without(self, joint: int, names: Iterable[str]) -> int:
        """The joint diagram without attributes that presumptions speak for, wherever these then decide nothing:
        where what is left still gives the pair, for every possible case."""
        asked, levels = self.forest.support(joint), self.compiler.levels
        attributes = [asked.intersection(levels[name]) for name in sorted(names) if name in levels]
        for variables in map(frozenset, filter(None, attributes)):
            holding = {
                value: self.forest.exists(node, variables)
                for value, node in self.forest.parts(joint).items()
                if value is not None
            }
            taken, clash = FALSE, False
            for node in holding.values():
                clash = clash or self.forest.conj(taken, node) != FALSE
                taken = self.forest.disj(taken, node)
            if not clash:
                joint = self.forest.terminal(None)
                for value, node in holding.items():
                    joint = self.forest.ite(node, self.forest.terminal(value), joint)
        return joint

    def holds(self, side: int, name: str, *arguments: str) -> int:
        """The possible cases for which an atom holds as one side sees them; of facts that decide nothing and are
        left out of the space, for some value."""
        diagram = self.compiler.named(name, *arguments, readings=self.sides.views[side].readings)
        here = self.compiler.forest.restricted((diagram,), self.sides.fixed[side], bool, self.forest)[1]
        possible, left_out = self._before
        inside = self.forest.conj(here, possible)
        return self.forest.exists(inside, left_out) if left_out else inside

    @cached_property
    def _before(self) -> tuple[int, frozenset[int]]:
        """The possible cases before facts that decide nothing were left out, and these facts."""
        if not self._silent:
            return self._restricted, frozenset()
        return self._restricted, frozenset(self.forest.support(self._whole) - self.forest.support(self.joint))


class Partition:
    """The cases of a space by value, or by what ``read`` makes of it: where these are, and boxes that cover them."""

    def __init__(self, space: Space, read: Callable[[Hashable], Hashable] | None = None) -> None:
        self._space = space
        self._read = read
        self._cases = self._parts(space.forest, space.joint)

    def _parts(self, forest: Forest, joint: int) -> dict[Hashable, int]:
        return forest.parts(joint if self._read is None else forest.mapped(joint, self._read))

    @cached_property
    def _gathered(self) -> dict[Hashable, int]:
        """The same cases, as the gathered space has them."""
        gathered = self._space.gathered
        return self._cases if gathered.forest is self._space.forest else self._parts(gathered.forest, *gathered.roots)

    def where(self, value: Hashable) -> int:
        """The cases with a value."""
        return self._cases.get(value, FALSE)

    def regions(self, value: Hashable, budget: Budget = WHOLE) -> tuple[list[SpaceBox], Fraction]:
        """The boxes that cover the cases with a value, or the largest of them; and the share of these cases that
        they hold."""
        space, asked = self._space, self.where(value)
        gathered, forest = space.gathered, space.forest
        possible = space.possible
        if gathered.forest is not forest:
            possible = gathered.forest.negate(self._gathered.get(None, FALSE))
        wanted = self._gathered.get(value, FALSE)
        alike = in_any_order(gathered, wanted, possible)
        boxes, whole = listing(gathered.forest, wanted, possible, gathered.split, budget, alike)
        found = [boxed(gathered, box, forest, alike(box)) for box in boxes]
        if whole:
            return found, Fraction(1)
        inside = forest.disj(*(forest.conj(each.in_any_order, asked) for each in found))
        return found, Fraction(space.counts.count_true(inside), space.counts.count_true(asked))


@dataclass(frozen=True)
class Sides:
    """The class at each of some parties and what restricts their cases, each a diagram of one forest."""

    views: list[View]
    fixed: list[dict[int, int]]
    forest: Forest
    tables: list[int]
    constraints: list[int]

    @classmethod
    def of(cls, situations: Situations, parties: tuple[Party, ...]) -> Sides:
        source = situations.compiler.forest
        views, scratch = [party.view(situations) for party in parties], Forest(source.sizes)
        tables, constraints = [], []
        # What one side presumes holds of the case, and so for the other side too; a day is each side's own.
        common = _fixed_somewhere(views, situations.compiler)
        every_fixed = [common | view.fixed for view in views]
        for view, fixed in zip(views, every_fixed, strict=True):
            tables.append(source.restricted((view.classes,), fixed, lambda value: value, scratch)[1])
            for _, diagram in view.constraints:
                constraints.append(source.restricted((diagram,), fixed, bool, scratch)[1])
        return cls(views, every_fixed, scratch, tables, constraints)


def _reordered(situations: Situations, parties: tuple[Party, ...]) -> Situations:
    """The same in an order in which what each of the parties says is small: a space is at most their product."""
    sides = Sides.of(situations, parties)
    gathered = Gathered.asked(situations.compiler, sides.forest, (*sides.tables, *sides.constraints))
    found = (gathered.order[variable] for variable in sifted(gathered.forest, gathered.roots))
    return situations.in_order(tuple(dict.fromkeys((*found, *situations.compiler.attribute_order))))


def cases_of(compiler: Compiler, region: Boxed) -> int:
    """The cases in the box of a region, as a diagram of the compiler."""
    forest = compiler.forest
    sets = [forest.disj(*map(compiler.space(name).node, families)) for name, families in region.families.items()]
    boxes = (
        forest.conj(*(forest.literal(compiler.variable[name], at) for name, at in positions.items()), *sets)
        for positions in region.every_order
    )
    return forest.disj(*boxes)


def presumed_by_one(views: Sequence[View], compiler: Compiler) -> dict[int, int]:
    """What one side presumes plainly, and so holds of the case at a side that does not."""
    common = _fixed_somewhere(views, compiler)
    return {v: at for v, at in common.items() if not all(v in view.fixed for view in views)}


def _fixed_somewhere(views: Sequence[View], compiler: Compiler) -> dict[int, int]:
    """What some side knows or presumes of the case; a day is each side's own."""
    day = compiler.variable.get(compiler.catalog.version_day)
    return {v: at for view in views for v, at in view.fixed.items() if v != day}
