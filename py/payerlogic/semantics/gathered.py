"""Diagrams in which each attribute is one variable again, a set attribute by the classes of sets that they tell apart.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> table = kb.compiler.classes("bcbsaz", kb.compiler.default_readings)
>>> gathered = Gathered.of(kb.compiler, kb.compiler.forest, (table,))
>>> axis = gathered.axes["cpt_codes"]
>>> isinstance(axis, SetClasses), len(places(axis)) < 2 ** len(axis.axis.asked)
(True, True)

The compiler asks one member of a set after the other. Where a whole set is what changes, what is asked for or the
side of a box, the sets that lead to the same answers are one value: of "2 or more of 12" there are two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from payerlogic.diagrams.forest import FALSE, Forest
from payerlogic.diagrams.minimal_sets import Box
from payerlogic.program.attribute import Attribute
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import Place, SetAxis, ValueAxis
from payerlogic.semantics.families import SetSpace
from payerlogic.semantics.typical_values import example_at, set_value

if TYPE_CHECKING:
    from payerlogic.semantics.compiler import Compiler


@dataclass(frozen=True)
class SetClasses:
    """The sets of one attribute in classes: ``nodes`` of ``sets`` that exclude each other and leave nothing out."""

    sets: SetSpace
    nodes: tuple[int, ...]

    @property
    def attribute(self) -> Attribute:
        return self.sets.axis.attribute

    @property
    def axis(self) -> SetAxis:
        return self.sets.axis

    @cached_property
    def first(self) -> tuple[frozenset[str], ...]:
        """Of each class its smallest set, of the members that are asked for."""
        found = (self.sets.nearest(node, frozenset()) for node in self.nodes)
        return tuple(each.intersection(self.axis.asked) for each in found)

    @cached_property
    def usual(self) -> tuple[int, ...]:
        """All classes as examples are looked for: first those with a set that differs least from the usual one."""
        typical = self.axis.attribute.typical
        if not isinstance(typical, frozenset):
            return tuple(range(len(self.nodes)))
        to = self.axis.member_set(typical)
        unlike = [len(self.sets.nearest(node) ^ to) for node in self.nodes]
        return tuple(sorted(range(len(self.nodes)), key=lambda at: (unlike[at], at)))

    def place(self, members: frozenset[str]) -> int:
        """The class of a set of members that are asked for."""
        known = {level: int(name in members) for level, name in zip(self.sets.levels, self.axis.asked, strict=True)}
        return next(at for at, node in enumerate(self.nodes) if self.sets.forest.follow(node, known))

    def union(self, positions: Iterable[int]) -> int:
        """The sets of some classes."""
        return self.sets.forest.disj(*(self.nodes[at] for at in positions))

    def meeting(self, node: int) -> frozenset[int]:
        """The classes that have a set of ``node``."""
        conj = self.sets.forest.conj
        return frozenset(at for at, each in enumerate(self.nodes) if conj(each, node) != FALSE)


LocalAxis = ValueAxis | SetClasses
"""An axis whose positions are numbers."""


def places(axis: LocalAxis) -> range:
    """All positions of an axis."""
    return range(len(axis.classes) if isinstance(axis, ValueAxis) else len(axis.nodes))


def example_in(axis: LocalAxis, position: int) -> Value:
    """The value at one position that is nearest to the usual one."""
    if isinstance(axis, ValueAxis):
        return example_at(axis, position)
    return set_value(axis.axis, axis.sets.nearest(axis.nodes[position]))


def place_in(axis: LocalAxis, place: Place) -> int:
    """Where a fact falls on an axis."""
    if isinstance(place, frozenset):
        assert isinstance(axis, SetClasses), "only a set attribute has sets"
        return axis.place(place)
    return place


def classes_of(compiler: Compiler, name: str, forest: Forest, nodes: Iterable[int]) -> SetClasses:
    """The sets of an attribute as some diagrams over the variables of the compiler tell them apart."""
    axis, levels = compiler.axes[name], compiler.levels[name]
    assert isinstance(axis, SetAxis), f"{name} is no set attribute"
    sets = SetSpace.of(axis)
    entries = tuple(dict.fromkeys(_entries(forest, nodes, levels)))
    memo: dict[tuple[int, tuple[int, ...]], dict[tuple[int, ...], int]] = {}

    def split(at: int, state: tuple[int, ...]) -> dict[tuple[int, ...], int]:
        """By where the diagrams go on below the attribute, the sets for which they do."""
        if at == len(levels):
            return {state: 1}
        if (at, state) not in memo:
            found: dict[tuple[int, ...], int] = {}
            for value, below in enumerate(zip(*(forest.at(node, levels[at]) for node in state), strict=True)):
                literal = sets.forest.literal(at, {value})
                for leaf, node in split(at + 1, below).items():
                    part = sets.forest.conj(literal, node)
                    found[leaf] = sets.forest.disj(found[leaf], part) if leaf in found else part
            memo[at, state] = found
        return memo[at, state]

    found = split(0, entries).values() if entries else [1]
    nodes_in_domain = [node for node in found if sets.forest.conj(node, sets.domain) != FALSE]
    order = sorted(nodes_in_domain, key=lambda node: _first(sets, node))
    return SetClasses(sets, tuple(sets.forest.conj(node, sets.domain) for node in order))


def classes_at(compiler: Compiler, name: str, nodes: Iterable[int]) -> LocalAxis:
    """The values of any attribute, as some diagrams of the compiler tell them apart where it is a set."""
    axis = compiler.axes[name]
    return axis if isinstance(axis, ValueAxis) else classes_of(compiler, name, compiler.forest, nodes)


def _first(sets: SetSpace, node: int) -> tuple[int, list[int]]:
    smallest = sets.nearest(node, frozenset()).intersection(sets.axis.asked)
    return len(smallest), sorted(sets.axis.asked.index(each) for each in smallest)


def _entries(forest: Forest, nodes: Iterable[int], levels: Sequence[int]) -> Iterable[int]:
    """The nodes at which diagrams come to some neighboring variables."""
    if not levels:
        return
    first, last = levels[0], levels[-1]
    stack = list(nodes)
    seen = set(stack)
    while stack:
        at = stack.pop()
        if first <= forest.level(at) <= last:
            yield at
        elif forest.level(at) < first:
            fresh = set(forest.children(at)) - seen
            seen |= fresh
            stack += fresh


@dataclass(frozen=True)
class Gathered:
    """Some diagrams with one variable an attribute. ``axes`` says what the positions of each variable are."""

    compiler: Compiler
    forest: Forest
    roots: tuple[int, ...]
    axes: Mapping[str, LocalAxis]
    order: tuple[str, ...]

    @classmethod
    def of(cls, compiler: Compiler, source: Forest, roots: Sequence[int]) -> Gathered:
        """``roots`` of ``source``, which has the variables of the compiler, gathered."""
        axes: dict[str, LocalAxis] = {}
        for name, axis in compiler.axes.items():
            axes[name] = axis if isinstance(axis, ValueAxis) else classes_of(compiler, name, source, roots)
        order = tuple(compiler.attribute_order)
        forest = Forest([len(places(axes[name])) for name in order])
        variable = {name: at for at, name in enumerate(order)}
        memo: dict[int, int] = {}

        def build(node: int) -> int:
            if node not in memo:
                children = source.children(node)
                if not children:
                    memo[node] = forest.terminal(source.value(node))
                else:
                    name = compiler.order[source.level(node)]
                    axis = axes[name]
                    if isinstance(axis, SetClasses):
                        levels = compiler.levels[name]
                        children = tuple(
                            source.follow(
                                node, {v: int(m in first) for v, m in zip(levels, axis.axis.asked, strict=True)}
                            )
                            for first in axis.first
                        )
                    memo[node] = forest.node(variable[name], tuple(build(child) for child in children))
            return memo[node]

        return cls(compiler, forest, tuple(build(root) for root in roots), axes, order)

    @classmethod
    def asked(cls, compiler: Compiler, source: Forest, roots: Sequence[int]) -> Gathered:
        """The same, of which only attributes matter that ``roots`` ask: no copy where none of these is a set."""
        axes = {compiler.order[level]: compiler.axes[compiler.order[level]] for level in source.support(*roots)}
        values = {name: axis for name, axis in axes.items() if isinstance(axis, ValueAxis)}
        if len(values) < len(axes):
            return cls.of(compiler, source, roots)
        return cls(compiler, source, tuple(roots), values, tuple(compiler.order))

    @cached_property
    def variable(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.order)}

    @cached_property
    def split(self) -> int:
        """A variable that divides the first of the diagrams: the first that it asks with more than two values."""
        asked = self.forest.support(self.roots[0])
        return min((v for v in asked if self.forest.sizes[v] > 2), default=min(asked, default=0))

    def place(self, name: str, place: Place) -> int:
        """The position of a fact."""
        return place_in(self.axes[name], place)

    def spread(self, box: Box, into: Forest) -> int:
        """A box here as a diagram over the variables of the compiler."""
        named = {self.order[variable]: positions for variable, positions in box.items()}
        return into.conj(*(spread(self.compiler, name, self.axes[name], at, into) for name, at in named.items()))


def spread(compiler: Compiler, name: str, axis: LocalAxis, positions: Iterable[int], into: Forest) -> int:
    """Some positions of an attribute as a diagram over the variables of the compiler."""
    if isinstance(axis, ValueAxis):
        return into.literal(compiler.variable[name], positions)
    return axis.sets.in_forest(into, compiler.levels[name], axis.union(positions))
