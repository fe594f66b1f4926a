"""From conditions to decision diagrams: each atom as an exact function of the case.

    >>> from payerlogic import KnowledgeBase
    >>> compiler = KnowledgeBase.load().compiler
    >>> readings = compiler.default_readings
    >>> diagram = compiler.classes("nia", readings)
    >>> values = {value for (value,) in compiler.forest.image((diagram,), {})}
    >>> "medically_necessary" in values
    True

Readings are constants of a diagram: an atom is compiled once for each combination of the readings
that it depends on, and all diagrams share one forest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Sized
from functools import cached_property

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.program.catalog import Catalog
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.grounding import GroundProgram, GroundRule, plain
from payerlogic.program.values import Value
from payerlogic.semantics.bodies import any_body, body
from payerlogic.semantics.case_space import AnyAxis, Member, Place, SetAxis, ValueAxis
from payerlogic.semantics.families import SetSpace
from payerlogic.semantics.typical_values import example_at, set_value

Readings = frozenset[int]
"""The reading atoms that are true: one option of every reading."""


class Compiler:
    """Diagrams of the atoms of one ground program."""

    def __init__(
        self,
        ground: GroundProgram,
        graph: ConditionGraph,
        axes: Mapping[str, AnyAxis],
        catalog: Catalog,
        order: Sequence[str] = (),
    ) -> None:
        """``order`` has all attributes; by default it follows from the rules."""
        self.ground = ground
        self.graph = graph
        self.axes = axes
        self.catalog = catalog
        self.attribute_order = list(order) or _order(ground, graph, axes)
        self.order: list[str] = []
        """The attribute that each variable of the diagrams belongs to: of a set, as many as members are asked for."""
        self.levels: dict[str, tuple[int, ...]] = {}
        sizes: list[int] = []
        for name in self.attribute_order:
            axis = axes[name]
            own = [len(axis.classes)] if isinstance(axis, ValueAxis) else [2] * len(axis.asked)
            self.levels[name] = tuple(range(len(sizes), len(sizes) + len(own)))
            self.order += [name] * len(own)
            sizes += own
        self.variable = {name: self.levels[name][0] for name, axis in axes.items() if isinstance(axis, ValueAxis)}
        """The variable of each attribute that has one value."""
        self.forest = Forest(sizes)
        self.case_atoms: dict[int, tuple[str, str | int]] = {
            atom: (name, value) for name, axis in axes.items() for value, atom in axis.atoms.items()
        }
        self._reading = {
            (str(symbol.arguments[0]), str(symbol.arguments[1])): atom for atom, symbol in ground.atoms("reading", 2)
        }
        self._chosen: dict[tuple[tuple[str, str], ...], Readings] = {}
        self._reading_atoms = frozenset(self._reading.values())
        self._diagrams: dict[tuple[int, Readings], int] = {}
        self._tables: dict[Hashable, int] = {}
        self._below_classes: dict[str, Readings] = {}
        self._below_presumptions: dict[tuple[str, ...], Readings] = {}
        self._constraints: dict[Hashable, list[tuple[frozenset[str], int]]] = {}
        self.remembered: dict[Hashable, frozenset[object]] = {}
        """Answers of views that depend on few attributes (see inference)."""
        self._goals: dict[Hashable, tuple[int, int]] = {}
        self._asked: dict[int, frozenset[str]] = {}

    @property
    def kept(self) -> int:
        """How many nodes, tables and answers are remembered: what memory grows with."""
        tables: tuple[Sized, ...] = (
            self._chosen,
            self._diagrams,
            self._tables,
            self._below_presumptions,
            self._constraints,
            self._goals,
            self._asked,
        )
        return self.forest.kept + len(self.remembered) + sum(map(len, tables))

    @cached_property
    def default_readings(self) -> Readings:
        return self.readings({})

    @cached_property
    def usual(self) -> Mapping[int, tuple[int, ...]]:
        """For each variable its positions in the order in which examples are looked for."""
        found: dict[int, tuple[int, ...]] = {}
        for name, axis in self.axes.items():
            if isinstance(axis, ValueAxis):
                found[self.variable[name]] = axis.usual
                continue
            typical = axis.attribute.typical
            usual = axis.position(typical) if isinstance(typical, frozenset) else frozenset()
            for level, member in zip(self.levels[name], axis.asked, strict=True):
                found[level] = (1, 0) if member in usual else (0, 1)
        return found

    def value_axis(self, name: str) -> ValueAxis:
        """The axis of an attribute that has one value."""
        axis = self.axes[name]
        assert isinstance(axis, ValueAxis), f"{name} is a set attribute"
        return axis

    def literal(self, name: str, value: str | int) -> int:
        """Where an attribute has a value; a set attribute, the member. Of values that no rule asks for, nowhere."""
        axis = self.axes[name]
        if isinstance(axis, ValueAxis):
            return self.forest.literal(self.variable[name], axis.positions_with(value))
        if value not in axis.asked:
            return FALSE
        return self.forest.literal(self.levels[name][axis.asked.index(str(value))], {1})

    def at(self, name: str, place: Place) -> dict[int, int]:
        """A fact as values of variables."""
        if isinstance(place, int):
            return {self.variable[name]: place}
        axis = self.axes[name]
        assert isinstance(axis, SetAxis), "only a set attribute has sets"
        return {level: int(member in place) for level, member in zip(self.levels[name], axis.asked, strict=True)}

    def all_at(self, facts: Mapping[str, Place]) -> dict[int, int]:
        """Facts as values of variables."""
        return {level: value for name, place in facts.items() for level, value in self.at(name, place).items()}

    def levels_of(self, names: Iterable[str]) -> frozenset[int]:
        """The variables of some attributes."""
        return frozenset(level for name in names for level in self.levels[name])

    def space(self, name: str) -> SetSpace:
        """The sets of an attribute as diagrams here."""
        axis = self.axes[name]
        assert isinstance(axis, SetAxis), f"{name} is no set attribute"
        return SetSpace(axis, self.forest, self.levels[name])

    @cached_property
    def never_empty(self) -> dict[str, int]:
        """The set attributes that are never empty, where rules ask for all members: with the sets that can be."""
        sets = {name: self.space(name) for name, axis in self.axes.items() if isinstance(axis, SetAxis)}
        return {name: space.domain for name, space in sets.items() if space.domain != TRUE}

    def readings(self, chosen: Mapping[str, str]) -> Readings:
        """The true reading atoms when ``chosen`` are taken and every other reading is at its default."""
        key = tuple(sorted(chosen.items()))
        if key not in self._chosen:
            taken = {id_: chosen.get(id_, reading.default) for id_, reading in self.catalog.readings.items()}
            self._chosen[key] = frozenset(self._reading[each] for each in taken.items())
        return self._chosen[key]

    @cached_property
    def _readings_below(self) -> dict[int, Readings]:
        return {atom: support & self._reading_atoms for atom, support in self.graph.support.items()}

    @cached_property
    def reading_uses(self) -> Mapping[str, int]:
        """For each reading, how many atoms depend on an option of it, counted option by option."""
        names = {atom: id_ for (id_, _), atom in self._reading.items()}
        return Counter(names[atom] for below in self._readings_below.values() for atom in below)

    def readings_of(self, atoms: Iterable[int]) -> Readings:
        """All reading atoms on which any of ``atoms`` depends."""
        return frozenset().union(*(self._readings_below.get(atom, frozenset()) for atom in atoms))

    def diagram(self, atom: int, readings: Readings) -> int:
        """Where ``atom`` holds, as a diagram over the case."""
        key = (atom, readings & self._readings_below[atom])
        if key not in self._diagrams:
            self._diagrams[key] = self._compile(atom, key[1])
        return self._diagrams[key]

    def named(self, name: str, *arguments: str | int, readings: Readings) -> int:
        """The diagram of the atom with this name and these plain arguments; constant if no input moves it."""
        atom, always = self._atoms_by_name.get((name, arguments), (None, False))
        if atom is None:
            return TRUE if always else FALSE
        return self.diagram(atom, readings)

    @cached_property
    def _atoms_by_name(self) -> dict[tuple[str, tuple[str | int, ...]], tuple[int | None, bool]]:
        found: dict[tuple[str, tuple[str | int, ...]], tuple[int | None, bool]] = {
            (symbol.name, tuple(plain(each) for each in symbol.arguments)): (atom, False)
            for atom, symbol in self.ground.symbol_of.items()
        }
        for (name, _), symbols in self.ground.true_symbols.items():
            found.update({(name, tuple(plain(each) for each in s.arguments)): (None, True) for s in symbols})
        return found

    def _compile(self, atom: int, readings: Readings) -> int:
        forest = self.forest
        if atom in self._reading_atoms:
            return TRUE if atom in readings else FALSE
        if atom in self.case_atoms:
            return self.literal(*self.case_atoms[atom])
        return any_body(forest, self.graph.rules.get(atom, ()), lambda each: self.diagram(each, readings))

    def body(self, rule: GroundRule, readings: Readings) -> int:
        """Where the body of one ground rule holds."""
        return body(self.forest, rule, lambda each: self.diagram(each, readings))

    def classes(self, policy: str, readings: Readings) -> int:
        """The determination class of ``policy`` as a diagram; None where there would be no class."""
        key = ("classes", policy, readings & self._readings_of_classes(policy))
        if key not in self._tables:
            named = self.named
            holds = {name: named("determination", policy, name, readings=readings) for name in self.catalog.classes}
            result = self.forest.terminal(None)
            for name in reversed(holds):
                result = self.forest.ite(holds[name], self.forest.terminal(name), result)
            self._tables[key] = result
        return self._tables[key]

    def reading_matters(self, policy: str, reading: str) -> bool:
        """Whether any class of ``policy`` depends on ``reading`` at all."""
        below = self._readings_of_classes(policy)
        return any(atom in below for (id_, _), atom in self._reading.items() if id_ == reading)

    def _readings_of_classes(self, policy: str) -> Readings:
        """All reading atoms on which a class of ``policy`` depends."""
        if policy not in self._below_classes:
            self._below_classes[policy] = self.readings_of(self.determinations(policy).values())
        return self._below_classes[policy]

    def arguments(self, name: str, policy: str) -> list[str | int]:
        """The second arguments of the atoms ``name(policy, _)``, such as its advisories."""
        return self._seconds.get((name, policy), [])

    @cached_property
    def _seconds(self) -> dict[tuple[str, str | int], list[str | int]]:
        found: dict[tuple[str, str | int], list[str | int]] = {}
        for name, arguments in self._atoms_by_name:
            if len(arguments) == 2:
                found.setdefault((name, arguments[0]), []).append(arguments[1])
        return found

    def ground_atom(self, name: str, *arguments: str | int) -> int | None:
        return self._atoms_by_name.get((name, arguments), (None, False))[0]

    def determinations(self, policy: str) -> dict[str, int]:
        """The classes of a policy that depend on the case, each with its atom."""
        found = {name: self.ground_atom("determination", policy, name) for name in self.catalog.classes}
        return {name: atom for name, atom in found.items() if atom is not None}

    def gates(self, policy: str) -> list[int]:
        """The atoms that say that a gate of a policy is met, of those that depend on the case."""
        clauses = self.catalog.policies[policy].clauses.values()
        found = (self.ground_atom("met", policy, clause.id) for clause in clauses if clause.gate is not None)
        return [atom for atom in found if atom is not None]

    @cached_property
    def broken_axioms(self) -> dict[str, int]:
        """The axioms, each with the atom that says that it is broken."""
        found = {name: self.ground_atom("impossible", name) for name in self.catalog.axioms}
        return {name: atom for name, atom in found.items() if atom is not None}

    def constraints(
        self, presumed: Iterable[str], readings: Readings, waived: Mapping[str, int] | None = None
    ) -> list[tuple[frozenset[str], int]]:
        """What restricts the cases: axioms, and the named conditional presumptions.

        One diagram for each group of attributes that they tie together, with that group; a case is
        possible if it satisfies them all, and groups do not influence each other. Where ``waived``
        holds for a presumption, it is not made after all.
        """
        names = tuple(presumed)
        waivers = tuple((waived or {}).get(name, FALSE) for name in names)
        if names not in self._below_presumptions:
            atoms = [self.ground_atom("presumption_holds", name) for name in names]
            self._below_presumptions[names] = self.readings_of(atom for atom in atoms if atom is not None)
        key = (names, waivers, readings & self._below_presumptions[names])
        if key not in self._constraints:
            restrictions = [
                self.forest.negate(self.named("impossible", axiom, readings=readings)) for axiom in self.catalog.axioms
            ]
            restrictions += self.never_empty.values()
            for name, waiver in zip(names, waivers, strict=True):
                holds = self.named("presumption_holds", name, readings=readings)
                restrictions.append(self.forest.disj(holds, waiver))
            groups: list[tuple[frozenset[str], int]] = []
            for restriction in restrictions:
                joined, diagram, apart = self.attributes_of(restriction), restriction, []
                for group in groups:
                    if group[0] & joined:
                        joined, diagram = joined | group[0], self.forest.conj(diagram, group[1])
                    else:
                        apart.append(group)
                groups = [*apart, (joined, diagram)]
            self._constraints[key] = groups
        return self._constraints[key]

    def goal(
        self,
        policy: str,
        readings: Readings,
        presumed: Iterable[str],
        classes: frozenset[str],
        waived: Mapping[str, int] | None = None,
    ) -> tuple[int, int]:
        """Two diagrams: "if the case is possible, its class is one of these", and "the case is possible".

        Only those constraints count that can bear on the class at all.
        """
        table = self.classes(policy, readings)
        asked = self.attributes_of(table)
        bearing = tuple(diagram for group, diagram in self.constraints(presumed, readings, waived) if group & asked)
        key = ("goal", table, bearing, classes)
        if key not in self._goals:
            possible, forest = TRUE, self.forest
            possible = forest.conj(possible, *bearing)
            wanted = forest.mapped(table, lambda class_: class_ in classes)
            self._goals[key] = (forest.disj(wanted, forest.negate(possible)), possible)
        return self._goals[key]

    def odd_diagrams(self, policy: str, readings: Readings) -> list[int]:
        """Where the parts of a request do not fit each other, remark by remark: what an example avoids."""
        return [self.named("advisory", policy, name, readings=readings) for name in self.catalog.incoherent]

    def attributes_of(self, node: int) -> frozenset[str]:
        """The attributes that a diagram asks."""
        if node not in self._asked:
            self._asked[node] = frozenset(self.order[level] for level in self.forest.support(node))
        return self._asked[node]

    def member(self, attribute: str, place: Place) -> Member:
        """A value of the program at one place of an attribute."""
        if isinstance(place, int):
            return self.value_axis(attribute).classes[place][0]
        axis = self.axes[attribute]
        assert isinstance(axis, SetAxis), "only a set attribute has sets"
        return place or frozenset(axis.free[:1] if axis.attribute.nonempty else ())

    def facts_at(self, cell: Mapping[int, int]) -> dict[str, Value]:
        """Usual values of the attributes at some values of their variables; what a cell leaves open of a set is
        as usual."""
        named = {self.order[level] for level in cell}
        found: dict[str, Value] = {}
        for name, axis in self.axes.items():
            if name not in named:
                continue
            if isinstance(axis, ValueAxis):
                found[name] = example_at(axis, cell[self.variable[name]])
            else:
                space = self.space(name)
                inside = space.forest.box({level: {cell[level]} for level in space.levels if level in cell})
                found[name] = set_value(axis, space.nearest(inside))
        return found


def _order(ground: GroundProgram, graph: ConditionGraph, axes: Mapping[str, AnyAxis]) -> list[str]:
    """Attributes on which most clauses turn come first, then in the order of the vocabulary.

    An order is a matter of size only; this one keeps the site, which divides policies into
    sections, near the root.
    """
    owner = {atom: name for name, axis in axes.items() for atom in axis.atoms.values()}
    turns = dict.fromkeys(axes, 0)
    for atom, _ in ground.atoms("met", 2):
        for name in {owner[below] for below in graph.support[atom] if below in owner}:
            turns[name] += 1
    return sorted(axes, key=lambda name: (-turns[name], axes[name].attribute.rank))
