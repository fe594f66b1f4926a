"""Two policies, or two editions of one, over every possible case: where do they disagree?

    >>> from payerlogic import KnowledgeBase
    >>> found = KnowledgeBase.load().compare("nia", "bcbsaz")
    >>> found.complete, found.implies["approved"]
    (True, 'right')

The case space is divided into pairs of classes, each pair into maximal boxes of attribute values that
cover exactly its cases. By default the space is the clinical core: the cases that agree with the
presumptions, each policy in its current version. The boxes come from decision diagrams (regions);
clingo proves that nothing is left over and that each box has its pair (proofs).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from operator import eq, is_not

from payerlogic.answers.decision import CitedClause, Decider
from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Boxed, Comparison, Pair, Party, Region
from payerlogic.diagrams.counts import Counts
from payerlogic.diagrams.covers import first_cell, listing
from payerlogic.diagrams.forest import FALSE, Forest
from payerlogic.diagrams.minimal_sets import Box
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.case_view import View
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.gathered import Gathered
from payerlogic.semantics.outcomes import RELATIONS, relation
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.typical_values import fitting
from payerlogic.semantics.value_sets import BoxValues, box_values


class Comparer:
    """Compares policies over all cases."""

    def __init__(self, situations: Situations, decider: Decider) -> None:
        self.situations = situations
        self.decider = decider
        self.compiler: Compiler = situations.compiler
        self.catalog = situations.catalog

    def compare(self, left: Party, right: Party, at_most: int | None = None) -> Comparison:
        """The partition into pairs and boxes, of each pair ``at_most`` so many; ``complete`` is left to the proof."""
        space = Space(self.situations, (left, right))
        counts = Counts(space.forest, space.joint)
        totals = counts.all_of(space.joint)
        cells = sum(count for value, count in totals.items() if value is not None)
        values = sorted((value for value in totals if isinstance(value, tuple)), key=self._rank)
        pairs = [self.pair(space, value, (left, right), (totals[value], cells), at_most) for value in values]
        pairs.sort(key=lambda pair: (RELATIONS.index(pair.relation), self._rank((pair.left, pair.right))))
        implied, matrix, premises = self._implications(pairs), self._matrix(space), self.premises((left, right))
        return Comparison(left, right, tuple(pairs), implied, matrix, cells=cells, premises=premises)

    def pair(
        self,
        space: Space,
        classes: tuple[str, str],
        parties: tuple[Party, Party],
        counted: tuple[int, int],
        at_most: int | None,
    ) -> Pair:
        """All cases of two parties with these classes; ``counted`` are its cells, and those of the whole space."""
        wanted, (own, cells) = space.where(classes), counted
        boxes, listed = space.regions(partial(eq, classes), at_most)
        regions = tuple(self.region(space, box, wanted, parties, cells) for box in boxes)
        related, differ = relation(self.catalog, *classes), self._outcome(classes[0]) != self._outcome(classes[1])
        return Pair(classes[0], classes[1], related, Fraction(own, cells), own, regions, differ, listed)

    def premises(self, parties: Sequence[Party]) -> Premises:
        """What a comparison takes for granted: the presumptions about facts that some class depends on, the editions,
        and the space. Readings are those asked for: no other one is tried."""
        views = [party.view(self.situations) for party in parties]
        asked = frozenset().union(*(self.compiler.attributes_of(view.classes) for view in views))
        made = dict.fromkeys(name for view in views for name, attribute in view.made if attribute in asked)
        dated = [party for party in parties if party.has_day(self.catalog)]
        editions = []
        for party in dated:
            edition = party.edition(self.catalog)
            document = self.catalog.policies[party.policy].document
            alike = len({each.day for each in dated if each.policy == party.policy}) > 1
            editions.append((f"{document} on {party.day.isoformat()}" if alike else document, edition))
        space = "Speaks of every complete case"
        space += " that agrees with these presumptions." if made else "."
        if len(dated) < len(parties):
            space += " A side without a day of its own is asked on every date of service."
        remarks = self.decider.premises.remarks(made, parties[0].on_its_day)
        return Premises(remarks, editions=tuple(dict.fromkeys(editions)), space=space)

    def _outcome(self, class_: str) -> str:
        return self.catalog.classes[class_].outcome

    def _rank(self, pair: object) -> tuple[int, int]:
        assert isinstance(pair, tuple)
        return self.catalog.classes[pair[0]].rank, self.catalog.classes[pair[1]].rank

    def _implications(self, pairs: list[Pair]) -> dict[str, str]:
        """For each outcome: does having it on the left imply it on the right, the other way round, both, neither?"""
        found = {}
        for outcome in self.catalog.outcomes:
            sides = [
                (
                    self.catalog.classes[pair.left].outcome == outcome,
                    self.catalog.classes[pair.right].outcome == outcome,
                )
                for pair in pairs
            ]
            if not any(left or right for left, right in sides):
                continue
            forward = all(right for left, right in sides if left)
            backward = all(left for left, right in sides if right)
            found[outcome] = {
                (True, True): "both",
                (True, False): "left",
                (False, True): "right",
                (False, False): "neither",
            }[forward, backward]
        return found

    def region(self, space: Space, box: SpaceBox, wanted: int, parties: tuple[Party, ...], cells: int) -> Region:
        """One box of the cases that are ``wanted``: values, a witness, and what decides it at each side."""
        inside = space.forest.conj(box.cases, wanted)
        witness = self.witness(space, inside)
        cited = [self.clauses(witness, party) for party in parties]
        share = Fraction(space.counts.count_true(inside), cells)
        return Region(box.values, box.positions, witness, cited[0], cited[1], share)

    def witness(self, space: Space, inside: int) -> StatedCase:
        """A usual case of a diagram of the space."""
        cell = first_cell(space.forest, fitting(space.forest, inside, space.odd), self.compiler.usual)
        return StatedCase(None, self.compiler.facts_at(cell | space.presumed_by_one))

    def clauses(self, witness: StatedCase, party: Party) -> tuple[CitedClause, ...]:
        case, settings = party.case(witness, self.catalog), party.on_its_day
        return self.decider.decide(case, party.policy, settings).clauses

    def _matrix(self, space: Space) -> dict[tuple[str, str], dict[str, Fraction]]:
        """By the two attributes of the service: the share of the cell's cases that each relation has."""
        names = self.catalog.matrix
        if not names or any(name not in self.compiler.axes for name in names):
            return {}
        variables = [self.compiler.variable[name] for name in names]
        counts = Counts(space.forest, space.joint)
        found: dict[tuple[str, str], dict[str, Fraction]] = {}
        first, second = (self.compiler.value_axis(name) for name in names)
        for i, sites in enumerate(first.classes):
            at_site = space.forest.cofactor(space.joint, variables[0], i)
            for j, modalities in enumerate(second.classes):
                there = counts.all_of(space.forest.cofactor(at_site, variables[1], j))
                whole = sum(count for value, count in there.items() if value is not None)
                shares: dict[str, Fraction] = {}
                for value, count in there.items():
                    if isinstance(value, tuple):
                        name = relation(self.catalog, *value)
                        shares[name] = shares.get(name, Fraction(0)) + Fraction(count, whole)
                for site in sites:
                    for modality in modalities:
                        found[str(site), str(modality)] = shares
        return found


@dataclass(frozen=True)
class SpaceBox:
    """A box by attributes in the order of the vocabulary: their values, the positions of those that have one value,
    and its cases as a diagram of the space."""

    values: dict[str, BoxValues]
    positions: dict[str, frozenset[int]]
    cases: int


def boxed(gathered: Gathered, box: Box, into: Forest) -> SpaceBox:
    """A box of a gathered diagram, its cases as a diagram of another forest."""
    axes, order = gathered.axes, gathered.order
    named = {order[variable]: values for variable, values in box.items()}
    ranked = sorted(named, key=lambda name: axes[name].attribute.rank)
    values = {name: box_values(axes[name], named[name]) for name in ranked}
    positions = {name: named[name] for name in ranked if isinstance(axes[name], ValueAxis)}
    return SpaceBox(values, positions, gathered.spread(box, into))


class Space:
    """The cases over which parties are compared, and the class of each case at each of them, as one diagram."""

    def __init__(self, situations: Situations, parties: tuple[Party, ...]) -> None:
        compiler = situations.compiler
        self.compiler = compiler
        views = [party.view(situations) for party in parties]
        source, scratch = compiler.forest, Forest(compiler.forest.sizes)
        tables, constraints = [], []
        # What one side presumes holds of the case, and so for the other side too; a day is each side's own.
        common = _fixed_somewhere(views, compiler)
        self.presumed_by_one = presumed_by_one(views, compiler)
        self._views, self._fixed = views, [common | view.fixed for view in views]
        for view, fixed in zip(views, self._fixed, strict=True):
            tables.append(source.restricted((view.classes,), fixed, lambda value: value, scratch)[1])
            for _, diagram in view.constraints:
                constraints.append(source.restricted((diagram,), fixed, bool, scratch)[1])
        possible = scratch.conj(*constraints)
        self.forest, joint = scratch.restricted(
            (*tables, possible), {}, lambda *found: found[:-1] if found[-1] else None
        )
        silent = {attribute for view in views for _, attribute in view.presumed} | compiler.catalog.unnamed
        self._whole = joint
        levels = [compiler.levels[name] for name in sorted(silent & compiler.levels.keys())]
        self.joint = self._without(joint, [frozenset(each) for each in levels if each])
        self.possible = self.forest.mapped(self.joint, lambda value: value is not None)
        asked = self.forest.support(self.joint)
        odd = (each for view in views for each in compiler.odd_diagrams(view.policy, view.readings))
        found = (source.restricted((each,), common, bool, self.forest)[1] for each in odd)
        self.odd = [each for each in found if self.forest.support(each) <= asked]
        self.gathered = Gathered.of(compiler, self.forest, (self.joint,))

    @cached_property
    def counts(self) -> Counts:
        """Counts cells over what the space is made of."""
        return Counts(self.forest, self.joint)

    def regions(
        self, is_wanted: Callable[[object], bool], at_most: int | None = None
    ) -> tuple[list[SpaceBox], Fraction]:
        """The boxes that cover the cases with some values, or the largest of them; and the share of these cases that
        they hold."""
        gathered, (joint,) = self.gathered, self.gathered.roots
        wanted, possible = (gathered.forest.mapped(joint, test) for test in (is_wanted, partial(is_not, None)))
        boxes, whole = listing(gathered.forest, wanted, possible, gathered.split, at_most)
        found = [boxed(gathered, box, self.forest) for box in boxes]
        if whole:
            return found, Fraction(1)
        counts, asked = self.counts, self.forest.mapped(self.joint, is_wanted)
        inside = self.forest.conj(self.forest.disj(*(each.cases for each in found)), asked)
        return found, Fraction(counts.count_true(inside), counts.count_true(asked))

    def _without(self, joint: int, attributes: list[frozenset[int]]) -> int:
        """The joint diagram without attributes that presumptions speak for, wherever these then decide nothing:
        where what is left still gives the pair, for every possible case."""
        for variables in attributes:
            holding = {
                value: self.forest.exists(self.forest.mapped(joint, partial(eq, value)), variables)
                for value in self._values(joint)
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
        diagram = self.compiler.named(name, *arguments, readings=self._views[side].readings)
        here = self.compiler.forest.restricted((diagram,), self._fixed[side], bool, self.forest)[1]
        possible, left_out = self._before
        inside = self.forest.conj(here, possible)
        return self.forest.exists(inside, left_out) if left_out else inside

    @cached_property
    def _before(self) -> tuple[int, frozenset[int]]:
        """The possible cases before facts that decide nothing were left out, and these facts."""
        possible = self.forest.mapped(self._whole, lambda value: value is not None)
        return possible, frozenset(self.forest.support(self._whole) - self.forest.support(self.joint))

    def where(self, value: object) -> int:
        """The cases of one pair."""
        return self.forest.mapped(self.joint, partial(eq, value))

    def _values(self, node: int) -> list[object]:
        return [value for (value,) in self.forest.image((node,), {}) if value is not None]


def cases_of(compiler: Compiler, region: Boxed) -> int:
    """The cases in the box of a region, as a diagram of the compiler."""
    forest = compiler.forest
    values = [forest.literal(compiler.variable[name], positions) for name, positions in region.positions.items()]
    sets = [forest.disj(*map(compiler.space(name).node, families)) for name, families in region.families.items()]
    return forest.conj(*values, *sets)


def presumed_by_one(views: Sequence[View], compiler: Compiler) -> dict[int, int]:
    """What one side presumes plainly, and so holds of the case at a side that does not."""
    common = _fixed_somewhere(views, compiler)
    return {v: at for v, at in common.items() if not all(v in view.fixed for view in views)}


def _fixed_somewhere(views: Sequence[View], compiler: Compiler) -> dict[int, int]:
    """What some side knows or presumes of the case; a day is each side's own."""
    day = compiler.variable.get(compiler.catalog.version_day)
    return {v: at for view in views for v, at in view.fixed.items() if v != day}
