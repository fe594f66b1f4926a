"""From a stated case to what a policy sees of it: implied facts, presumptions, readings.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> view = kb.view(kb.read({"device": "mobetron"}), "bcbsaz")
>>> view.compiler.member("modality", view.known["modality"])
'electron_beam'
>>> [name for name, _ in view.presumed]
['bcbsaz_device_status', 'bcbsaz_listed_code', 'bcbsaz_evidence_finding']
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from functools import cached_property

from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.errors import CaseError, Problem, QuestionError, nearest
from payerlogic.program.catalog import Catalog, Interpretation, Presumption
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import Place, ValueAxis
from payerlogic.semantics.case_view import View
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.solver import Assumptions

TODAY = "today"
LATEST_VIEWS = 128
"""So many views are kept; the diagram of an open case, which is the largest part of one, has some thousand nodes."""


class Situations:
    """Builds views of cases."""

    def __init__(self, compiler: Compiler, catalog: Catalog, vocabulary: Vocabulary) -> None:
        self.compiler = compiler
        self.catalog = catalog
        self.vocabulary = vocabulary
        self._latest: tuple[StatedCase, dict[str, Place]] | None = None
        self._groups_possible: dict[tuple[int, tuple[Place | None, ...]], bool] = {}
        self._mattering: dict[str, tuple[Interpretation, ...]] = {}
        self._views: OrderedDict[Hashable, View] = OrderedDict()
        self.reordered: dict[Hashable, Situations] = {}
        """Copies in another order, by what needs it; one is kept, with its diagrams."""

    @property
    def kept(self) -> int:
        """How many answers are remembered."""
        return len(self._groups_possible)

    def in_order(self, attributes: tuple[str, ...]) -> Situations:
        """The same over diagrams in another order of the attributes."""
        same = self.compiler
        compiler = Compiler(same.ground, same.graph, same.axes, same.catalog, attributes)
        return Situations(compiler, self.catalog, self.vocabulary)

    def check_readings(self, readings: Mapping[str, str]) -> dict[str, str]:
        """The readings that are not at their default. QuestionError for one that does not exist."""
        problems = []
        questions = {each.id: [each.question] for each in self.catalog.readings.values()}
        for id_, option in readings.items():
            if id_ not in self.catalog.readings:
                problems.append(Problem(f"unknown reading {id_!r}", hint=nearest(id_, questions, questions)))
                continue
            names = {each.name: [each.meaning] for each in self.catalog.readings[id_].options}
            if option not in names:
                problems.append(Problem(f"unknown option {option!r}", f"reading {id_}", nearest(option, names, names)))
        if problems:
            raise QuestionError(problems)
        return {id_: option for id_, option in readings.items() if option != self.catalog.readings[id_].default}

    def mattering(self, policy: str) -> tuple[Interpretation, ...]:
        """The readings on which some class of a policy depends."""
        if policy not in self._mattering:
            matters = self.compiler.reading_matters
            self._mattering[policy] = tuple(each for each in self.catalog.readings.values() if matters(policy, each.id))
        return self._mattering[policy]

    def positions(self, case: StatedCase) -> dict[str, Place]:
        """Where each stated fact falls. The same case is asked about several times in a row."""
        latest = self._latest
        if latest is None or latest[0] is not case:
            axes = self.compiler.axes
            latest = case, {name: axes[name].position(value) for name, value in case.facts.items()}
            self._latest = latest
        return dict(latest[1])

    def check_possible(self, case: StatedCase) -> None:
        """CaseError naming the stated facts that clash, and the axiom that says so."""
        known = self.positions(case)
        if self._possible(known):
            return
        problems = []
        for id_, axiom in self.catalog.axioms.items():
            broken = self.compiler.named("impossible", id_, readings=self.compiler.default_readings)
            if self._always(broken, known):
                clash = dict(known)
                for name in known:
                    fewer = {other: position for other, position in clash.items() if other != name}
                    if self._always(broken, fewer):
                        clash = fewer
                facts = " and ".join(f"{name} {self._stated(case, name)}" for name in clash)
                problems.append(Problem(f"{facts} cannot go together", hint=f"{axiom.sentence} ({axiom.source})"))
        raise CaseError(problems or Problem("the stated facts cannot all hold together"))

    def _stated(self, case: StatedCase, name: str) -> str:
        value = self.vocabulary[name].to_dict(case.facts[name])
        return ", ".join(map(str, value)) or "[]" if isinstance(value, list) else str(value)

    @cached_property
    def _axiom_groups(self) -> list[tuple[list[str], int]]:
        """The attributes that axioms tie together, with what restricts each group."""
        groups = self.compiler.constraints((), self.compiler.default_readings)
        return [(sorted(group), diagram) for group, diagram in groups]

    def _possible(self, known: Mapping[str, Place]) -> bool:
        return all(self._group_possible(index, known) for index in range(len(self._axiom_groups)))

    def _group_possible(self, index: int, known: Mapping[str, Place]) -> bool:
        group, diagram = self._axiom_groups[index]
        key = (index, tuple(known.get(name) for name in group))
        if key not in self._groups_possible:
            here = self._variables({name: known[name] for name in group if name in known})
            self._groups_possible[key] = (True,) in self.compiler.forest.image((diagram,), here)
        return self._groups_possible[key]

    def _always(self, diagram: int, known: Mapping[str, Place]) -> bool:
        return self.compiler.forest.image((diagram,), self._variables(known)) == {(True,)}

    def _variables(self, known: Mapping[str, Place]) -> dict[int, int]:
        return self.compiler.all_at(known)

    def implied(self, known: Mapping[str, Place]) -> dict[str, Place]:
        """Where the axioms leave no choice, given what is known."""
        found: dict[str, Place] = {}
        for index, (group, _) in enumerate(self._axiom_groups):
            for name in group if any(name in known for name in group) else ():
                if name in known:
                    continue
                left = self._left(index, name, known)
                if left is not None:
                    found[name] = left
        return found

    def _left(self, index: int, name: str, known: Mapping[str, Place]) -> Place | None:
        """The one place of an attribute for which a group of axioms leaves room, if it is one."""
        axis = self.compiler.axes[name]
        if isinstance(axis, ValueAxis):
            left = [each for each in range(len(axis.classes)) if self._group_possible(index, {**known, name: each})]
            return left[0] if len(left) == 1 else None
        group, diagram = self._axiom_groups[index]
        forest, here = self.compiler.forest, self._variables({each: known[each] for each in group if each in known})
        members = []
        for level, member in zip(self.compiler.levels[name], axis.asked, strict=True):
            can = [value for value in (0, 1) if (True,) in forest.image((diagram,), {**here, level: value})]
            if len(can) != 1:
                return None
            members += [member] if can == [1] else []
        return None if axis.free else frozenset(members)

    def view(self, case: StatedCase, policy: str, settings: Settings, *, supposed: bool = False) -> View:
        """What ``policy`` sees of ``case``. Presumptions that the stated facts rule out are not made.

        In a ``supposed`` case it only matters what is stated, not as which value: there they are made
        if they are for some values (see waived).

        The latest views are kept, with all that was found out about them: several questions are asked of a case,
        and one question asks about cases that differ little. A view follows from the cell of its case.
        """
        cell = frozenset(self.positions(case).items())
        asked = frozenset(settings.readings.items()), settings.presumptions, settings.as_of
        key = policy, cell, asked, supposed
        if key not in self._views:
            self._views[key] = self._view(case, policy, settings, supposed=supposed)
            if len(self._views) > LATEST_VIEWS:
                self._views.popitem(last=False)
        self._views.move_to_end(key)
        return self._views[key]

    def _view(self, case: StatedCase, policy: str, settings: Settings, *, supposed: bool) -> View:
        stated = self.positions(case)
        known = stated | self.implied(stated)
        bare = View(self.compiler, policy, self.compiler.readings(settings.readings), known, {}, ())
        if not settings.presumptions:
            return bare
        wanted = [
            presumption
            for presumption in self.catalog.presumptions
            if presumption.concerns(policy)
            and presumption.attribute not in known
            and (self._applying(case, presumption) != FALSE if supposed else self._applies(presumption, case))
        ]
        full = bare
        for presumption in wanted:
            full = self._presume(full, presumption, settings)
        if supposed or full.feasible:
            return full
        careful = bare
        for presumption in wanted:
            more = self._presume(careful, presumption, settings)
            careful = more if more.feasible else careful
        return careful

    def _applies(self, presumption: Presumption, case: StatedCase) -> bool:
        """Whether what is stated lets a presumption be made."""
        known = self.positions(case) if presumption.needs or presumption.gives_way else {}

        def stated_as(attribute: str, value: str) -> int:
            """By where the fact falls on its axis, so that cases of one cell have the same presumptions."""
            if attribute not in case.facts:
                return FALSE
            literal = self.compiler.literal(attribute, value)
            return self.compiler.forest.follow(literal, self.compiler.at(attribute, known[attribute]))

        return applies(presumption, self.compiler.forest, stated_as) == TRUE

    def _presume(self, view: View, presumption: Presumption, settings: Settings) -> View:
        position = self.presumed_position(presumption, settings)
        if position is None:
            return replace(view, presumed=(*view.presumed, (presumption.id, presumption.attribute)))
        return replace(view, presumed_facts={**view.presumed_facts, presumption.attribute: (presumption.id, position)})

    def presumed_position(self, presumption: Presumption, settings: Settings) -> Place | None:
        """Where a plain presumption presumes an attribute to be; None for a conditional one."""
        if presumption.value is None:
            return None
        axis = self.compiler.axes[presumption.attribute]
        presumed = axis.attribute.read(settings.as_of if presumption.value == TODAY else presumption.value).value
        assert presumed is not None, f"{presumption.id} presumes no value of {presumption.attribute}"
        return axis.position(presumed)

    def _applying(self, case: StatedCase, presumption: Presumption) -> int:
        """For which values of the facts that ``case`` states a presumption is made, as a diagram."""

        def stated_as(attribute: str, value: str) -> int:
            return self.compiler.literal(attribute, value) if attribute in case.facts else FALSE

        return applies(presumption, self.compiler.forest, stated_as)

    def waived(self, case: StatedCase, name: str) -> int:
        """For which values of the facts that ``case`` states a presumption is not made, as a diagram."""
        presumption = next(each for each in self.catalog.presumptions if each.id == name)
        return self.compiler.forest.negate(self._applying(case, presumption))

    def situation(self, view: View) -> Assumptions:
        """The same view as assumptions for the solver."""
        facts = {**view.known, **{name: place for name, (_, place) in view.presumed_facts.items()}}
        members = {name: self.compiler.member(name, place) for name, place in facts.items()}
        return Assumptions(members, tuple(name for name, _ in view.presumed), view.readings)


def applies(presumption: Presumption, forest: Forest, stated_as: Callable[[str, str], int]) -> int:
    """Where what is stated lets a presumption be made: where one of the values that it needs is stated, if it needs
    any, and no two before which it gives way are. ``stated_as`` has the diagram of "the attribute is stated so".

    INVARIANT: diagrams, clingo and SQL all take a presumption as made by this definition; beside it, that its attribute
    is neither stated nor implied, and that the case stays possible.
    """
    served = forest.disj(*(stated_as(*needed) for needed in presumption.needs)) if presumption.needs else TRUE
    yielding = (forest.conj(stated_as(a, v), stated_as(b, w)) for a, v, b, w in presumption.gives_way)
    return forest.conj(served, *(forest.negate(each) for each in yielding))
