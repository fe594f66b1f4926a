"""Does a class hold under every reading, and if not, which switches of readings change it, minimally?

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close", "modality": "electron_beam"}
    >>> found = kb.robustness(case, "bcbsaz")
    >>> found.robust
    True

For one case the facts are constants, so the whole program shrinks to a small diagram over the
readings and what is unknown. From it come all minimal sets of switches after which another class is
possible. That no switch does it is proved by clingo, with every reading left free.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from payerlogic.case import StatedCase
from payerlogic.compiler import Compiler
from payerlogic.diagrams import FALSE, TRUE, Forest
from payerlogic.grounding import GroundRule
from payerlogic.inference import View
from payerlogic.search import Move, maximal_boxes, minimal_sets, project
from payerlogic.situations import Settings, Situations
from payerlogic.solver import Solver
from payerlogic.told import Told
from payerlogic.whynot import Disagreement


@dataclass(frozen=True)
class Switches:
    """Readings that have to be taken otherwise together, with the options that do it, and what then is possible."""

    options: tuple[tuple[str, tuple[str, ...]], ...]
    possible: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        return {
            "switches": {reading: list(options) for reading, options in self.options},
            "possible": list(self.possible),
        }


@dataclass(frozen=True)
class Robustness(Told):
    """``robust`` if the class is the same under every reading; else the minimal sets of switches."""

    policy: str
    possible: tuple[str, ...]
    switches: tuple[Switches, ...]

    @property
    def robust(self) -> bool:
        return not self.switches

    def to_json(self) -> dict[str, object]:
        return {
            "policy": self.policy,
            "possible": list(self.possible),
            "robust": self.robust,
            "switches": [each.to_json() for each in self.switches],
        }


class RobustnessSearch:
    """Answers questions about readings."""

    def __init__(self, situations: Situations, solver: Solver) -> None:
        self.situations = situations
        self.solver = solver
        self.catalog = situations.catalog

    def find(self, case: StatedCase, policy: str, settings: Settings) -> Robustness:
        """All minimal sets of switches after which a class is possible that now is not."""
        view = self.situations.view(case, policy, settings)
        table = _CaseTable(self.situations.compiler, view)
        readings = [self.catalog.readings[name] for name in table.readings]
        taken = {reading.id: settings.readings.get(reading.id, reading.default) for reading in readings}
        options = {reading.id: [option.name for option in reading.options] for reading in readings}
        moves = {
            index: Move(options[name].index(taken[name]), tuple(range(len(options[name]))))
            for index, name in enumerate(table.readings)
        }
        other = table.other_class(view.possible)
        found: list[Switches] = []
        for chosen in minimal_sets(table.forest, TRUE, other, moves):
            for box in maximal_boxes(table.forest, project(table.forest, TRUE, other, moves, chosen)):
                named = tuple(
                    (table.readings[index], tuple(options[table.readings[index]][i] for i in sorted(values)))
                    for index, values in sorted(box.items())
                )
                found.append(Switches(named, self._possible(case, policy, settings, named)))
        self._confirm(view, policy, robust=not found)
        ranked = tuple(sorted(found, key=lambda each: (len(each.options), each.options)))
        return Robustness(policy, self._in_rank(view.possible), ranked)

    def _possible(
        self, case: StatedCase, policy: str, settings: Settings, switches: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> tuple[str, ...]:
        """The classes under the first options of the switches, decided again by the solver."""
        changed = {reading: options[0] for reading, options in switches}
        other = replace(settings, readings={**settings.readings, **changed})
        view = self.situations.view(case, policy, other)
        again = self.solver.possible(policy, self.situations.situation(view))
        if again != view.possible:
            raise Disagreement(f"not confirmed: {changed} gives {sorted(again)}, expected {sorted(view.possible)}")
        return self._in_rank(view.possible)

    def _confirm(self, view: View, policy: str, *, robust: bool) -> None:
        """With every reading free, clingo must find another class exactly if there are switches."""
        situation = replace(self.situations.situation(view), readings=frozenset())
        if (self.solver.possible(policy, situation) <= view.possible) != robust:
            raise Disagreement(f"not confirmed: {policy} is {'' if robust else 'not '}robust")

    def _in_rank(self, classes: frozenset[str]) -> tuple[str, ...]:
        return tuple(name for name in self.catalog.classes if name in classes)


class _CaseTable:
    """The program for one case: diagrams over the readings (first) and the unknown attributes."""

    def __init__(self, compiler: Compiler, view: View) -> None:
        self.compiler = compiler
        self.view = view
        catalog, ground = compiler.catalog, compiler.ground
        self.classes = {
            name: atom for name in catalog.classes if (atom := compiler.ground_atom("determination", view.policy, name))
        }
        names = ground.reading_names
        self.readings = sorted({names[atom][0] for atom in compiler.readings_of(self.classes.values())})
        unknown = [name for name in compiler.order if compiler.variable[name] not in view.fixed]
        self.level = {name: len(self.readings) + index for index, name in enumerate(unknown)}
        sizes = [len(catalog.readings[name].options) for name in self.readings]
        self.forest = Forest([*sizes, *(len(compiler.axes[name].classes) for name in unknown)])
        self._option = {
            atom: (self.readings.index(name), [each.name for each in catalog.readings[name].options].index(option))
            for atom, (name, option) in names.items()
            if name in self.readings
        }
        self._case = {atom: (name, value) for name, axis in compiler.axes.items() for value, atom in axis.atoms.items()}
        self._memo: dict[int, int] = {}

    def other_class(self, possible: frozenset[str]) -> int:
        """Where a possible case has a class that is not among ``possible``."""
        forest = self.forest
        same = FALSE
        for name in possible:
            same = forest.either(same, self._named("determination", self.view.policy, name))
        result = forest.negate(same)
        for axiom in self.compiler.catalog.axioms:
            result = forest.both(result, forest.negate(self._named("impossible", axiom)))
        for presumption, _ in self.view.presumed:
            result = forest.both(result, self._named("presumption_holds", presumption))
        return result

    def _named(self, name: str, *arguments: str) -> int:
        atom = self.compiler.ground_atom(name, *arguments)
        if atom is not None:
            return self._diagram(atom)
        return self.compiler.named(name, *arguments, readings=self.view.readings)  # a constant

    def _diagram(self, atom: int) -> int:
        if atom not in self._memo:
            self._memo[atom] = self._compile(atom)
        return self._memo[atom]

    def _compile(self, atom: int) -> int:
        if atom in self._option:
            index, option = self._option[atom]
            return self.forest.test(index, {option})
        if atom in self._case:
            name, value = self._case[atom]
            axis = self.compiler.axes[name]
            positions = axis.positions_with(value)
            variable = self.compiler.variable[name]
            if variable in self.view.fixed:
                return TRUE if self.view.fixed[variable] in positions else FALSE
            return self.forest.test(self.level[name], positions)
        result = FALSE
        for rule in self.compiler.graph.rules.get(atom, ()):
            result = self.forest.either(result, self._body(rule))
            if result == TRUE:
                break
        return result

    def _body(self, rule: GroundRule) -> int:
        literals = []
        for literal in rule.body:
            diagram = self._diagram(abs(literal))
            diagram = self.forest.negate(diagram) if literal < 0 else diagram
            if diagram == FALSE and rule.weights is None:
                return FALSE
            literals.append(diagram)
        if rule.weights is not None:
            return self.forest.at_least(literals, rule.weights, rule.bound)
        result = TRUE
        for diagram in literals:
            result = self.forest.both(result, diagram)
        return result
