"""What goes with the changes of a why-not answer: what each rests on, the group of values that a single one stands
for, and the readings under which no change is needed.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> answer = kb.why_not({"primary_site": "rectum", "margin_status": "close", "t_category": "T3",
...                      "disease_status": "distant_recurrence", "intent": "sole_modality"}, "nia", "approved")
>>> [switches.options for switches in answer.readings][:1]
[(('nia_recurrent', ('any_recurrence',)),)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from payerlogic.answers.premise_search import PremiseSearch
from payerlogic.answers.premises import Premises, Switches, switches_of
from payerlogic.answers.why_not.confirmation import NewValues
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.diagrams.minimal_sets import minimal_sets, project
from payerlogic.errors import CaseError, InternalDisagreement
from payerlogic.semantics.case_space import Place, ValueAxis
from payerlogic.semantics.gathered import SetClasses, places
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.reading_space import ReadingSpace
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.solver import Solver
from payerlogic.semantics.value_sets import JsonValues, values_at

Targets = Mapping[str, frozenset[str]]
Sides = Mapping[str, NewValues]
"""What changes, and to what."""
TRIED = 8
"""So many combinations of the values of one change are tried."""


class Remedies:
    """Finds what goes with the changes for one case."""

    def __init__(self, situations: Situations, solver: Solver, case: StatedCase, settings: Settings) -> None:
        self.situations = situations
        self.solver = solver
        self.case = case
        self.settings = settings
        self.axes = situations.compiler.axes

    def grounds(self, targets: Targets, sides: Sides, *, with_readings: bool) -> Premises:
        """What the outcome after a change rests on, for any of the values that it names."""
        search, found = PremiseSearch(self.situations), []
        for changed in islice(self._changed(sides), TRIED):
            for policy in targets:
                view = self.situations.view(changed, policy, self.settings)
                found.append(search.of_view(changed, view, self.settings, with_readings=with_readings))
        return found[0].together(*found[1:])

    def _changed(self, sides: Sides) -> Iterator[StatedCase]:
        for values in product(*(list(side.examples()) for side in sides.values())):
            changed = self.case.changed(dict(zip(sides, values, strict=True)))
            try:
                self.situations.check_possible(changed)
            except CaseError:
                continue
            yield changed

    def group(self, targets: Targets, sides: Sides, name: str) -> tuple[str, JsonValues] | None:
        """Where a change of one attribute helps because it settles another, unstated one: that one and its value.

        Every value of the first attribute that goes with this value of the second then helps, too.
        """
        axis = sides[name].axis
        if isinstance(axis, SetClasses):
            return None
        for other, at in self._settled(sides, name).items():
            theirs = self.axes[other]
            if not isinstance(theirs, ValueAxis) or not isinstance(at, int):
                continue
            wide = NewValues(axis, [], frozenset(places(axis)))
            tied = {**sides, name: wide, other: NewValues(theirs, [], frozenset({at}))}
            cases = list(islice(self._changed(tied), TRIED + 1))
            many = len({each.facts[name] for each in cases}) > len(sides[name].places)
            if many and len(cases) <= TRIED and all(self._reaches(each, targets) for each in cases):
                return other, values_at(theirs, {at})
        return None

    def _settled(self, sides: Sides, name: str) -> dict[str, Place]:
        """The unstated attributes that every one of the new values settles in the same way."""
        found: dict[str, Place] | None = None
        for changed in self._changed(sides):
            stated = self.situations.positions(changed)
            before = self.situations.implied({each: at for each, at in stated.items() if each != name})
            settled = {each: at for each, at in self.situations.implied(stated).items() if each not in before}
            found = settled if found is None else dict(found.items() & settled.items())
        return found or {}

    def _reaches(self, case: StatedCase, targets: Targets) -> bool:
        """Whether clingo finds only wanted classes."""
        for policy, classes in targets.items():
            view = self.situations.view(case, policy, self.settings)
            if not self.solver.possible(policy, self.situations.situation(view)) <= classes:
                return False
        return True

    def readings(self, policy: str, classes: frozenset[str]) -> tuple[Switches, ...]:
        """The minimal switches of readings encoded here after which the case as it is has a wanted class."""
        view = self.situations.view(self.case, policy, self.settings)
        table = ReadingSpace(self.situations.compiler, policy, view.fixed)
        forest, wanted = table.forest, FALSE
        wanted = forest.disj(wanted, *(table.named("determination", policy, name) for name in sorted(classes)))
        possible = table.possible(name for name, _ in view.presumed)
        goal, moves = forest.disj(wanted, forest.negate(possible)), table.moves(self.settings.readings)
        found = []
        for chosen in minimal_sets(forest, goal, possible, moves):
            for box in table.boxes(project(forest, goal, possible, moves, chosen)):
                found.append(switches_of(self.situations.catalog, sorted(box.items()), self._after(policy, box)))
        if wrong := [each for each in found if not classes.issuperset(each.possible)]:
            raise InternalDisagreement(f"not confirmed: {wrong[0].options} gives {wrong[0].possible}")
        return tuple(sorted(found, key=lambda each: (len(each.options), each.options)))

    def opening(self, policy: str, classes: frozenset[str], kept: frozenset[str]) -> list[dict[str, str]]:
        """The minimal switches of readings encoded here under which some completed case that agrees with this one in
        ``kept`` has a wanted class; whether a set of changes works under them is not said."""
        stated = self.situations.positions(self.case)
        compiler = self.situations.compiler
        table = ReadingSpace(compiler, policy, compiler.all_at({n: at for n, at in stated.items() if n in kept}))
        wanted = table.forest.disj(*(table.named("determination", policy, name) for name in sorted(classes)))
        opened, moves = table.for_some_case(wanted, table.possible()), table.moves(self.settings.readings)
        found: list[dict[str, str]] = []
        for chosen in sorted(
            minimal_sets(table.forest, opened, TRUE, moves), key=lambda each: (len(each), sorted(each))
        ):
            for box in table.boxes(project(table.forest, opened, TRUE, moves, chosen)):
                found += [dict(zip(box, options, strict=True)) for options in product(*box.values())]
        return found

    def possible(self, policy: str, sides: Sides) -> set[str]:
        """What clingo finds possible after a change, for the first of the values that it names."""
        view = self.situations.view(next(self._changed(sides)), policy, self.settings)
        return self.solver.possible(policy, self.situations.situation(view))

    def _after(self, policy: str, box: Mapping[str, tuple[str, ...]]) -> set[str]:
        """What clingo finds possible when each reading of a box has one of its options."""
        found: set[str] = set()
        for options in product(*box.values()):
            taken = {**self.settings.readings, **dict(zip(box, options, strict=True))}
            view = self.situations.view(self.case, policy, replace(self.settings, readings=taken))
            found |= self.solver.possible(policy, self.situations.situation(view))
        return found
