"""Exact answers about every completion of a partial case, read off the diagrams.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "rectum", "margin_status": "close"})
    >>> view = kb.view(case, "nia")
    >>> sorted(view.possible)
    ['investigational_not_medically_necessary', 'medically_necessary']

A view is one case at one policy under one choice of readings and presumptions. A place is where a value falls
on the ``axes`` of its attribute; nothing here knows what an attribute means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

from payerlogic.diagrams.difference import can_differ
from payerlogic.diagrams.forest import Forest
from payerlogic.semantics.case_space import Place
from payerlogic.semantics.compiler import Compiler, Readings

# Answers that depend on this many attributes at most are few, and remembered for all cases.
REMEMBERED = 4


@dataclass(frozen=True)
class View:
    """What one policy sees of a case. ``known`` and ``presumed_facts`` map attributes to where their values fall.

    ``presumed`` are the conditional presumptions that are made; ``fillers`` the attributes that any
    presumption, plain or conditional, speaks for.
    """

    compiler: Compiler
    policy: str
    readings: Readings
    known: Mapping[str, Place]
    presumed_facts: Mapping[str, tuple[str, Place]]
    presumed: tuple[tuple[str, str], ...]

    @cached_property
    def fixed(self) -> dict[int, int]:
        """Known and presumed positions by variable of the diagrams."""
        presumed = {name: place for name, (_, place) in self.presumed_facts.items()}
        return self.compiler.all_at({**self.known, **presumed})

    @cached_property
    def classes(self) -> int:
        return self.compiler.classes(self.policy, self.readings)

    @cached_property
    def constraints(self) -> list[tuple[frozenset[str], int]]:
        """What restricts the completions, by groups of attributes that it ties together."""
        return self.compiler.constraints((name for name, _ in self.presumed), self.readings)

    @cached_property
    def feasible(self) -> bool:
        """Whether there is any completion at all."""
        reach = self.compiler.forest.image
        return all((True,) in reach((diagram,), self.fixed) for _, diagram in self.constraints)

    def _bearing_on(self, attributes: Iterable[str]) -> tuple[int, ...]:
        """The constraints that can restrict ``attributes``; the others hold in some completion anyway."""
        free = {name for name in attributes if name not in self.known and name not in self.presumed_facts}
        return tuple(diagram for group, diagram in self.constraints if group & free)

    def over(self, diagram: int) -> set[object]:
        """The values that ``diagram`` takes over the possible completions (of which there are some)."""
        forest = self.compiler.forest
        if not forest.children(node := forest.follow(diagram, self.fixed)):
            return {forest.value(node)}
        bearing = self._bearing_on(self.compiler.attributes_of(node))
        asked = frozenset().union(*(self.compiler.attributes_of(each) for each in (node, *bearing)))
        if len(asked) > REMEMBERED:
            return self._reached(node, bearing)
        variables = (level for name in sorted(asked) for level in self.compiler.levels[name])
        key = (node, bearing, tuple(self.fixed.get(variable) for variable in variables))
        if key not in self.compiler.remembered:
            self.compiler.remembered[key] = frozenset(self._reached(node, bearing))
        return set(self.compiler.remembered[key])

    def _reached(self, node: int, bearing: tuple[int, ...]) -> set[object]:
        return set(self.compiler.forest.values_where(node, bearing, self.fixed))

    @cached_property
    def possible(self) -> frozenset[str]:
        """The classes that some completion gives; empty if there is no completion at all."""
        return frozenset(map(str, self.over(self.classes) if self.feasible else ()))

    def status(self, atom: int) -> bool | None:
        """Whether ``atom`` holds in every completion (True), in none (False), or in some only (None)."""
        values = self.over(self.compiler.diagram(atom, self.readings))
        return None if len(values) != 1 else bool(next(iter(values)))

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The attributes that are neither known nor presumed, in the order of the vocabulary."""
        taken = {*self.known, *self.presumed_facts, *(attribute for _, attribute in self.presumed)}
        return tuple(name for name in self.compiler.axes if name not in taken)

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The unknown facts that can still change the class.

        An unknown fact is deciding if it is in some subset-minimal set of unknown facts such that
        two completions that agree outside of the set differ in class. Such a set lies within one
        group of attributes that an axiom or a presumption ties together: across groups, one group's
        part could be exchanged first, and one of the two steps alone would change the class.
        """
        found = frozenset().union(*self.differing_sets)
        return tuple(name for name in self.unknown if name in found)

    @cached_property
    def open_diagram(self) -> tuple[Forest, int]:
        """The class over what is not known, in a forest of its own; None where a case is not possible."""
        bearing = self._bearing_on(self.compiler.attributes_of(self.classes))
        return self.compiler.forest.restricted(
            (self.classes, *bearing), self.fixed, lambda class_, *possible: class_ if all(possible) else None
        )

    @cached_property
    def differing_sets(self) -> tuple[frozenset[str], ...]:
        """The minimal sets of unknown facts within which two completions can differ and so differ in class."""
        return self.differing_within(self.unknown)

    def differing_within(self, names: Iterable[str]) -> tuple[frozenset[str], ...]:
        """The same among ``names``, which may include what a presumption restricts but leaves open."""
        if len(self.possible) < 2:
            return ()
        asked = frozenset(names)
        for wider, found in self._differing.items():
            if asked <= wider:  # minimal among more names is minimal among fewer
                return tuple(each for each in found if each <= asked)
        self._differing[asked] = found = self._differing_within(asked)
        return found

    @cached_property
    def _differing(self) -> dict[frozenset[str], tuple[frozenset[str], ...]]:
        return {}

    def _differing_within(self, names: frozenset[str]) -> tuple[frozenset[str], ...]:
        free = sorted(names)
        forest, root = self.open_diagram
        asked = forest.support(root)
        drawn = {self.compiler.order[level] for level in asked}
        tied = [group & frozenset(free) for group, _ in self.constraints]
        # What no constraint ties can change the class exactly if the diagram depends on it.
        alone = [name for name in free if name in drawn and not any(name in group for group in tied)]
        found = [frozenset({name}) for name in alone]
        for group in tied:
            minimal: list[frozenset[str]] = []
            for size in range(1, len(group) + 1):
                for candidate in map(frozenset, combinations(sorted(group), size)):
                    apart = self.compiler.levels_of(candidate)
                    known = any(smaller <= candidate for smaller in minimal)
                    if apart & asked and not known and can_differ(forest, root, apart):
                        minimal.append(candidate)
            found += minimal
        return tuple(found)

    def read_as(self, readings: Mapping[str, str]) -> View:
        """The same case with these readings taken, every other at its default."""
        other = replace(self, readings=self.compiler.readings(readings))
        if other.constraints == self.constraints:
            other.__dict__["feasible"] = self.feasible
        other.__dict__["fixed"] = self.fixed
        return other

    @cached_property
    def question(self) -> tuple[int, tuple[int, ...]]:
        """What is left of the class and of what restricts it: views with the same question have the same answer."""
        bearing = tuple(diagram for _, diagram in self.constraints)
        return self.compiler.forest.follow(self.classes, self.fixed), bearing

    def without_presumption(self, name: str) -> View:
        """The same view with one presumption dropped: what it spoke for is unknown."""
        return replace(
            self,
            presumed_facts={k: v for k, v in self.presumed_facts.items() if v[0] != name},
            presumed=tuple(each for each in self.presumed if each[0] != name),
        )

    @property
    def made(self) -> Iterator[tuple[str, str]]:
        """The presumptions that are made, each with the attribute that it speaks for."""
        yield from ((name, attribute) for attribute, (name, _) in self.presumed_facts.items())
        yield from self.presumed

    @cached_property
    def relied_on(self) -> tuple[str, ...]:
        """The presumptions without which the answer would not hold: dropping one alone changes what is possible,
        or, in an open case, makes what it speaks for a fact that decides."""
        return tuple(name for name, attribute in self.made if self._relies_on(name, attribute))

    def _relies_on(self, name: str, attribute: str) -> bool:
        if not self.bears_on_class(attribute):
            return False
        less = self.without_presumption(name)
        # With one constraint fewer there is a completion, too, if there was one.
        possible = frozenset(map(str, less.over(self.classes))) if self.feasible else less.possible
        if possible != self.possible:
            return True
        return len(self.possible) > 1 and bool(less.differing_within([attribute]))

    def bears_on_class(self, attribute: str) -> bool:
        """Whether the class asks an attribute, or anything that a constraint ties to it."""
        asked = self.compiler.attributes_of(self.classes)
        return attribute in asked or any(attribute in group and group & asked for group, _ in self.constraints)

    @cached_property
    def jointly(self) -> tuple[str, ...]:
        """Presumptions of which any one may go but not all: without them together the answer would not hold."""
        asked = self.compiler.attributes_of(self.classes)
        spare = [name for name, attribute in self.made if name not in self.relied_on and attribute in asked]
        if len(spare) < 2 or self._without(spare).possible == self.possible:
            return ()
        bare = self._without(spare).possible
        alone = [name for name in spare if self._without(each for each in spare if each != name).possible != bare]
        return tuple(alone if alone and self._without(alone).possible != self.possible else spare)

    def _without(self, names: Iterable[str]) -> View:
        view = self
        for name in names:
            view = view.without_presumption(name)
        return view

    def certain_and_possible(self, name: str, members: Iterable[str | int]) -> tuple[set[str], set[str]]:
        """Of the atoms ``name(policy, member)``: which hold in every completion, and which in some."""
        certain, some = set(), set()
        for member in members:
            values = self.over(self.compiler.named(name, self.policy, member, readings=self.readings))
            if True in values:
                some.add(str(member))
                if False not in values:
                    certain.add(str(member))
        return certain, some

    @cached_property
    def _remarks(self) -> dict[str, set[str]]:
        return {}

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What searches found out about this view, by their name: it lives as long as the view (see Situations)."""
        return {}

    def remarks(self, name: str) -> set[str]:
        """The remarks of this name (advisory, limit, in_force) that hold in every completion."""
        if name not in self._remarks:
            self._remarks[name] = self.certain_and_possible(name, self.compiler.arguments(name, self.policy))[0]
        return self._remarks[name]
