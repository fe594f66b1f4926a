"""The smallest switches of readings that remove a conflict between two policies from a whole region.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> found = kb.compare("nia", "bcbsaz")
    >>> removal = Removal.of(kb.situations, kb.solver, found)
    >>> any(removal.switches(region) for pair in found.with_relation("conflict") for region in pair.regions)
    True

Both policies stand in one table of diagrams, over the attributes and the readings of both. In a region, "some
case is approved at one and denied at the other" is then a diagram over readings alone, and the minimal sets
of readings to be taken otherwise come from it as in ``whynot``. Clingo confirms each with an UNSAT answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import product

from payerlogic.comparison.result import Boxed, Comparison, Region
from payerlogic.comparison.space import cases_of
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.diagrams.minimal_sets import Move, minimal_sets, project
from payerlogic.errors import InternalDisagreement
from payerlogic.program.catalog import EVERY_PAYER
from payerlogic.semantics.case_view import View
from payerlogic.semantics.outcomes import APPROVED, DENIED
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.reading_space import ReadingSpace
from payerlogic.semantics.solver import Solver

Opposed = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
"""Pairs of outcomes, those of the left and those of the right, that are not to meet on a case."""
CONFLICT: Opposed = (((APPROVED,), (DENIED,)), ((DENIED,), (APPROVED,)))
MOST = 3
"""Readings to be taken otherwise together; a larger switch is no longer one that a person would weigh."""
Options = tuple[tuple[str, tuple[str, ...]], ...]


class Removal:
    """Finds switches for the regions of one comparison, and for all of its cases."""

    def __init__(
        self,
        situations: Situations,
        solver: Solver,
        comparison: Comparison,
        views: list[View],
        opposed: Opposed = CONFLICT,
    ) -> None:
        self.situations = situations
        self.opposed = opposed
        self.solver = solver
        self.compiler = situations.compiler
        self.comparison = comparison
        self.views = views
        known = {**views[0].fixed, **views[1].fixed}
        self.table = ReadingSpace(self.compiler, views[0].policy, known, [views[1].policy])
        self.moves = {}
        self.taken: dict[str, str] = {}
        for name, level in self.table.reading_level.items():
            reading = situations.catalog.readings[name]
            asking = comparison.right if reading.policy == comparison.right.policy else comparison.left
            self.taken[name] = asking.settings.readings.get(name, reading.default)
            options = self.table.options[name]
            self.moves[level] = Move(options.index(self.taken[name]), tuple(range(len(options))))
        self.conflict = self._conflict()

    @classmethod
    def of(
        cls, situations: Situations, solver: Solver, comparison: Comparison, opposed: Opposed = CONFLICT
    ) -> Removal | None:
        """None where the two sides see a case on different days or under different readings."""
        parties = (comparison.left, comparison.right)
        views = [party.view(situations) for party in parties]
        variable = situations.compiler.variable
        day = variable.get(situations.catalog.version_day)
        days = [view.fixed.get(day) if day is not None else None for view in views]
        if days[0] != days[1]:
            return None
        policies = {party.policy for party in parties}
        for reading in situations.catalog.readings.values():
            taken = {party.settings.readings.get(reading.id, reading.default) for party in parties}
            shared = reading.policy == EVERY_PAYER or {reading.policy} == policies
            if shared and len(taken) > 1:
                return None
        return cls(situations, solver, comparison, views, opposed)

    def switches(self, region: Region) -> tuple[Options, ...]:
        """All minimal sets of at most three readings, fewest first; none if no such switch does it."""
        return self.switches_in(region)

    def switches_in(self, region: Boxed | None) -> tuple[Options, ...]:
        """The same for any box, or for all cases."""
        forest, table = self.table.forest, self.table
        inside = TRUE if region is None else table.lift(cases_of(self.compiler, region))
        clear = forest.negate(table.for_some_case(self.conflict, inside))
        found: list[Options] = []
        for chosen in minimal_sets(forest, clear, TRUE, self.moves):
            if len(chosen) <= MOST:
                for box in table.boxes(project(forest, clear, TRUE, self.moves, chosen)):
                    found.append(tuple(sorted(box.items())))
        ranked = tuple(sorted(found, key=lambda each: (len(each), each)))
        for each in ranked:
            for options in product(*(taken for _, taken in each)):
                self._confirm(region, dict(zip((name for name, _ in each), options, strict=True)))
        return ranked

    def _conflict(self) -> int:
        """Where a possible case is approved at one side and denied at the other."""
        forest, table = self.table.forest, self.table
        possible = table.possible(name for view in self.views for name, _ in view.presumed)
        result = FALSE
        for outcomes in self.opposed:
            both = possible
            for view, wanted in zip(self.views, outcomes, strict=True):
                classes = self._classes(wanted)
                has = forest.disj(*(table.named("determination", view.policy, name) for name in classes))
                both = forest.conj(both, has)
            result = forest.disj(result, both)
        return result

    def _classes(self, outcomes: Collection[str]) -> Iterator[str]:
        yield from (name for name, each in self.situations.catalog.classes.items() if each.outcome in outcomes)

    def _confirm(self, region: Boxed | None, switched: Mapping[str, str]) -> None:
        """Under these readings clingo has to find no case of the box in conflict."""
        readings = self.compiler.readings({**self.taken, **switched})
        views = [replace(view, readings=readings) for view in self.views]
        situations = [self.situations.situation(view) for view in views]
        known = {**situations[0].known, **situations[1].known}
        joint = replace(situations[0], known=known, presumed=situations[0].presumed + situations[1].presumed)
        base = [*self.solver.assumptions(joint), *self._outside(region)]
        for outcomes in self.opposed:
            for classes in product(*(self._classes(wanted) for wanted in outcomes)):
                found = [self.compiler.determinations(view.policy) for view in views]
                atoms = [each[name] for each, name in zip(found, classes, strict=True) if name in each]
                if len(atoms) == len(found) and self.solver.satisfiable([*base, *atoms]):
                    where = "all cases" if region is None else dict(region.box)
                    raise InternalDisagreement(f"not confirmed: {dict(switched)} removes the conflict from {where}")

    def _outside(self, region: Boxed | None) -> Iterator[int]:
        """What a case of the box does not have. (A set attribute is left free: that asks for more.)"""
        for name, positions in region.positions.items() if region is not None else ():
            axis = self.compiler.value_axis(name)
            inside = {atom for at in positions for member in axis.classes[at] for atom in axis.true_atoms(member)}
            yield from (-atom for atom in axis.atoms.values() if atom not in inside)
