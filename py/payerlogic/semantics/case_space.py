"""The case space as axes: one per attribute, cut only where some rule can tell values apart.

    >>> from payerlogic.program.dependencies import ConditionGraph
    >>> from payerlogic.program.grounding import GroundProgram, plain
    >>> from payerlogic.program.files import Program, shipped_folder
    >>> ground = GroundProgram.of(Program.read(shipped_folder()))
    >>> axes = axes_of(ground, ConditionGraph.of(ground), Vocabulary.of(ground))
    >>> axes["age_years"].classes
    ((0,), (50,))
    >>> axes["age_years"].position(67)
    1

Two values are in one class when every condition that rests on this attribute alone has the same
truth for both, and no presumption names one of them: whether it is made turns on what is stated, which no
rule needs to ask. The cuts of numbers and dates come from the bounds of the rules. A set attribute has one axis
a member: 30 members cost what 30 booleans cost. Where a whole set is one value of an answer, see ``set_classes``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from payerlogic.program.attribute import Attribute
from payerlogic.program.dependencies import ConditionGraph, fires
from payerlogic.program.grounding import GroundProgram, plain
from payerlogic.program.values import Value
from payerlogic.program.vocabulary import Vocabulary

Member = str | int | frozenset[str]
Place = int | frozenset[str]
"""Where a value falls: the number of its class, or for a set attribute those of its members that some rule asks for."""

# What answers are read from; values that none of these, nor what they rest on, can tell apart are one.
OUTPUTS = frozenset(
    [
        ("determination", 2),
        ("stands", 2),
        ("in_force", 2),
        ("advisory", 2),
        ("limit", 2),
        ("impossible", 1),
        ("presumption_holds", 1),
    ]
)


@dataclass(frozen=True)
class Axis:
    """The values of one attribute as the program tells them apart.

    ``atoms`` maps each program value to the number of its ``case`` atom.
    """

    attribute: Attribute
    atoms: Mapping[str | int, int]

    def member(self, value: Value) -> Member:
        """``value`` as the program has it: a number as the start of its stretch, a code as "other"."""
        if isinstance(value, frozenset):
            return frozenset(self.attribute.in_program(item) for item in value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | Decimal | date):
            number = self.attribute.number_of(value)
            return max(start for start in self.atoms if isinstance(start, int) and start <= number)
        return value

    def true_atoms(self, member: Member) -> list[int]:
        """The case atoms that hold when the attribute has this value."""
        values: Iterable[str | int] = member if isinstance(member, frozenset) else (member,)
        return [self.atoms[value] for value in values]


@dataclass(frozen=True)
class ValueAxis(Axis):
    """An axis of one value: ``classes`` are the groups of values that no rule distinguishes, in order."""

    classes: tuple[tuple[Member, ...], ...]

    @cached_property
    def _place(self) -> dict[Member, int]:
        return {member: index for index, members in enumerate(self.classes) for member in members}

    def position(self, value: Value) -> int:
        """The class in which ``value`` falls."""
        return self._place[self.member(value)]

    @cached_property
    def usual(self) -> tuple[int, ...]:
        """All positions as examples are looked for: that of the typical value first, then those nearest to it."""
        positions, typical = range(len(self.classes)), self.attribute.typical
        if typical is None:
            return tuple(positions)
        middle = self.position(typical)
        return tuple(sorted(positions, key=lambda at: (abs(at - middle), at)))

    def place(self, member: Member) -> int:
        """The class in which a value of the program falls."""
        return self._place[member]

    def positions_with(self, value: str | int) -> list[int]:
        """The classes in which the case atom of ``value`` holds."""
        return [index for index, members in enumerate(self.classes) if value in members]


@dataclass(frozen=True)
class PointSum:
    """Members that count unlike, and how many points rules ask for."""

    points: tuple[tuple[str, int], ...]
    least: int


@dataclass(frozen=True)
class SetAxis(Axis):
    """The axes of a set attribute: one for each member in ``asked``, which is there or is not.

    ``asked`` are the members for which some rule or presumption asks; of the others it makes no difference
    whether they are there. ``sums`` are the weighted sums of members that rules ask for.
    """

    asked: tuple[str, ...]
    sums: tuple[PointSum, ...] = ()

    def member_set(self, value: Value) -> frozenset[str]:
        """A set as the program has it."""
        assert isinstance(value, frozenset), "a set attribute has sets"
        return frozenset(str(self.attribute.in_program(item)) for item in value)

    def position(self, value: Value) -> frozenset[str]:
        """The members of a set that some rule asks for."""
        return self.member_set(value).intersection(self.asked)

    @cached_property
    def free(self) -> tuple[str, ...]:
        """The members for which no rule asks."""
        return tuple(str(name) for name in self.atoms if name not in self.asked)


AnyAxis = ValueAxis | SetAxis


def axes_of(ground: GroundProgram, graph: ConditionGraph, vocabulary: Vocabulary) -> dict[str, AnyAxis]:
    """The axes of all attributes, by name."""
    atoms: dict[str, dict[str | int, int]] = {name: {} for name in vocabulary}
    for atom, symbol in ground.atoms("case", 2):
        atoms[str(plain(symbol.arguments[0]))][plain(symbol.arguments[1])] = atom
    relevant = graph.cone(
        atom for atom, symbol in ground.symbol_of.items() if (symbol.name, len(symbol.arguments)) in OUTPUTS
    )
    named = {atoms[name][value] for _, name, value in presumed_upon(ground) if value in atoms.get(name, ())}
    return {name: _axis(vocabulary[name], atoms[name], graph, relevant, named) for name in vocabulary}


def presumed_upon(ground: GroundProgram) -> Iterator[tuple[str, str, str | int]]:
    """The presumptions, each with an attribute and the value of it that it waits for or gives way to."""
    for presumption, name, value in ground.rows("presumption_needs", 3):
        yield str(presumption), str(name), value
    for presumption, one, this, other, that in ground.rows("gives_way", 5):
        yield str(presumption), str(one), this
        yield str(presumption), str(other), that


def _axis(
    attribute: Attribute, atoms: dict[str | int, int], graph: ConditionGraph, relevant: frozenset[int], named: set[int]
) -> AnyAxis:
    ordered = _ordered(attribute, atoms)
    if attribute.type == "set":
        asked = (str(name) for name, atom in ordered.items() if atom in relevant or atom in named)
        return SetAxis(attribute, ordered, tuple(asked), tuple(_sums(ordered, graph)))
    return ValueAxis(attribute, ordered, grouped(attribute, ordered, graph, relevant, named))


def grouped(
    attribute: Attribute,
    atoms: Mapping[str | int, int],
    graph: ConditionGraph,
    relevant: frozenset[int],
    named: Collection[int],
) -> tuple[tuple[Member, ...], ...]:
    """The values of an attribute, of which ``atoms`` has the atoms, in groups that no ``named`` atom can tell apart and
    no ``relevant`` one that rests on them alone.

    A stretch of numbers is named by no rule: what tells two apart are the bounds.
    """
    mine = frozenset(atoms.values())
    pure = [atom for atom in graph.inputs_first if graph.support[atom] and graph.support[atom] <= mine]
    stretches = mine if attribute.is_ordered else frozenset()
    watched = [*(atom for atom in pure if atom in relevant - stretches), *sorted(mine.intersection(named))]
    groups: dict[tuple[bool, ...], list[Member]] = {}
    for member in atoms:
        true = {atoms[member]}
        for atom in pure:
            if any(fires(rule, true) for rule in graph.rules.get(atom, ())):
                true.add(atom)
        groups.setdefault(tuple(atom in true for atom in watched), []).append(member)
    return tuple(tuple(members) for members in groups.values())


def _sums(atoms: Mapping[str | int, int], graph: ConditionGraph) -> Iterator[PointSum]:
    """The weighted sums of the members of one set, of those that do not all count alike."""
    name = {atom: str(value) for value, atom in atoms.items()}
    for rules in graph.rules.values():
        for rule in rules:
            if rule.weights is not None and len(set(rule.weights)) > 1 and name.keys() >= set(rule.body):
                points = dict(zip((name[atom] for atom in rule.body), rule.weights, strict=True))
                ranked = sorted((each for each in name.values() if each in points), key=lambda each: -points[each])
                yield PointSum(tuple((each, points[each]) for each in ranked), rule.bound)


def _ordered(attribute: Attribute, atoms: dict[str | int, int]) -> dict[str | int, int]:
    if attribute.is_ordered:
        return {number: atoms[number] for number in sorted(atoms, key=lambda value: int(value))}
    return {choice.value: atoms[choice.value] for choice in attribute.choices}
