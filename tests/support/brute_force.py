"""Answers by enumeration: every completion of a case at once, straight from the ground rules.

The completions are numbered, and an atom is one long integer whose bit ``i`` says whether it holds
in completion ``i``; a rule is then an "and" of such integers, and an atom the "or" of its rules. No
diagram takes part, and neither do the classes of ``axes``: every value that the program knows is tried.

Which facts are unknown and what is presumed is worked out here anew, from the definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations
from math import prod

from payerlogic import KnowledgeBase, Settings, StatedCase
from payerlogic.program.grounding import GroundRule
from payerlogic.semantics.case_space import Member
from payerlogic.semantics.solver import Assumptions
from tests.support.axes import all_axes


class Completions:
    """All completions of ``fixed`` that satisfy the axioms and the conditional presumptions ``presumed``."""

    def __init__(
        self,
        kb: KnowledgeBase,
        fixed: Mapping[str, Member],
        presumed: Iterable[str] = (),
        readings: Mapping[str, str] | None = None,
    ) -> None:
        self.kb = kb
        self.values: dict[str, Sequence[Member]] = {}
        for name, axis in all_axes(kb).items():
            every = list(chain.from_iterable(axis.classes))
            self.values[name] = [fixed[name]] if name in fixed else every
        self.count = prod(map(len, self.values.values()))
        self.stride: dict[str, int] = {}
        stride = 1
        for name, values in self.values.items():
            self.stride[name] = stride
            stride *= len(values)
        self.everywhere = (1 << self.count) - 1
        self._atoms = self._evaluate({}, kb.compiler.readings(readings or {}))
        self.possible = self.everywhere
        for axiom in kb.catalog.axioms:
            self.possible &= self.everywhere ^ self.of("impossible", axiom)
        for each in presumed:
            self.possible &= self.of("presumption_holds", each)

    def where(self, name: str, index: int) -> int:
        """The completions in which the attribute has its ``index``-th value."""
        stride, period = self.stride[name], self.stride[name] * len(self.values[name])
        block = ((1 << stride) - 1) << (stride * index)
        return block * (self.everywhere // ((1 << period) - 1))

    def _evaluate(self, found: dict[int, int], readings: Iterable[int]) -> dict[int, int]:
        for name, axis in all_axes(self.kb).items():
            for atom in axis.atoms.values():
                found[atom] = 0
            for index, value in enumerate(self.values[name]):
                for atom in axis.true_atoms(value):
                    found[atom] |= self.where(name, index)
        for atom in readings:
            found[atom] = self.everywhere
        graph = self.kb.graph
        for atom in graph.inputs_first:
            if atom in graph.rules:
                result = 0
                for rule in graph.rules[atom]:
                    result |= self._body(rule, found)
                found[atom] = result
        return found

    def _body(self, rule: GroundRule, found: Mapping[int, int]) -> int:
        literals = [
            found.get(literal, 0) if literal > 0 else self.everywhere ^ found.get(-literal, 0) for literal in rule.body
        ]
        if rule.weights is None:
            result = self.everywhere
            for literal in literals:
                result &= literal
            return result
        reached = {0: self.everywhere}  # the sums so far, and where each is reached
        for literal, weight in zip(literals, rule.weights, strict=True):
            more: dict[int, int] = {}
            for total, here in reached.items():
                more[total] = more.get(total, 0) | (here & ~literal)
                more[total + weight] = more.get(total + weight, 0) | (here & literal)
            reached = more
        result = 0
        for total, here in reached.items():
            if total >= rule.bound:
                result |= here
        return result

    def atom(self, atom: int) -> int:
        """Where an atom holds, possible or not."""
        return self._atoms.get(atom, 0)

    def of(self, name: str, *arguments: str | int) -> int:
        """Where the atom with this name and these arguments holds."""
        atom, always = self.kb.compiler._atoms_by_name.get((name, arguments), (None, False))
        return self.atom(atom) if atom is not None else self.everywhere * always

    def status(self, where: int) -> bool | None:
        """Whether what holds ``where`` holds in every possible completion, in none, or in some."""
        here = where & self.possible
        return None if 0 < here < self.possible and here != self.possible else bool(here)

    def classes(self, policy: str) -> dict[str, int]:
        """Where each class is given, among the possible completions; only those that are given at all."""
        every = {name: self.of("determination", policy, name) & self.possible for name in self.kb.catalog.classes}
        return {name: here for name, here in every.items() if here}

    def some(self, where: int, names: Iterable[str]) -> int:
        """The completions that agree outside of ``names`` with one in ``where``."""
        for name in names:
            size, stride = len(self.values[name]), self.stride[name]
            first = 0
            for index in range(size):
                first |= (where & self.where(name, index)) >> (stride * index)
            where = 0
            for index in range(size):
                where |= first << (stride * index)
        return where

    def differ_within(self, policy: str, names: Sequence[str]) -> bool:
        """Whether two possible completions that agree outside of ``names`` differ in class."""
        spread = [self.some(here, names) for here in self.classes(policy).values()]
        return any(left & right for left, right in combinations(spread, 2))


class Answers:
    """A case at a policy, with everything that is asked of it worked out from the definitions."""

    def __init__(self, kb: KnowledgeBase, case: StatedCase, policy: str, settings: Settings) -> None:
        self.kb, self.policy, self.settings = kb, policy, settings
        stated = {name: all_axes(kb)[name].member(value) for name, value in case.facts.items()}
        self.known = {**stated, **self._implied(stated)}
        self.plain: dict[str, tuple[str, Member]] = {}
        self.conditional: dict[str, str] = {}
        for each in kb.catalog.presumptions if settings.presumptions else ():
            if not each.concerns(policy) or each.attribute in self.known:
                continue
            if each.needs and not any(_is(stated, name, value) for name, value in each.needs):
                continue
            if any(_is(stated, a, v) and _is(stated, b, w) for a, v, b, w in each.gives_way):
                continue
            if each.value is None:
                self.conditional[each.id] = each.attribute
            else:
                axis = all_axes(kb)[each.attribute]
                value = settings.as_of if each.value == "today" else axis.attribute.read(each.value).value
                self.plain[each.id] = (each.attribute, axis.member(value))

    def _implied(self, stated: Mapping[str, Member]) -> dict[str, Member]:
        """What the axioms leave one value of, by asking clingo for each value whether it is possible."""
        kb, solver = self.kb, self.kb.solver
        broken = [atom for each in kb.catalog.axioms if (atom := kb.compiler.ground_atom("impossible", each))]
        inputs = {kb.ground.symbol_of[below] for atom in broken for below in kb.graph.support[atom]}
        found: dict[str, Member] = {}
        for name in sorted({str(symbol.arguments[0]) for symbol in inputs} - stated.keys()):
            left = [
                value
                for value in chain.from_iterable(all_axes(kb)[name].classes)
                if solver.satisfiable(solver.assumptions(Assumptions({**stated, name: value}, (), frozenset())))
            ]
            if len(left) == 1:
                found[name] = left[0]
        return found

    @property
    def size(self) -> int:
        """How many completions there are to try."""
        fixed = {*self.known, *(name for name, _ in self.plain.values())}
        return prod(len(tuple(chain(*axis.classes))) for name, axis in all_axes(self.kb).items() if name not in fixed)

    def completions(self, without: str = "") -> Completions:
        """All completions; those without one of the presumptions, if that is named."""
        fixed = {**self.known, **dict(value for name, value in self.plain.items() if name != without)}
        presumed = [name for name in self.conditional if name != without]
        return Completions(self.kb, fixed, presumed, self.settings.readings)

    @cached_property
    def space(self) -> Completions:
        return self.completions()

    @property
    def unknown(self) -> list[str]:
        taken = {*self.known, *(name for name, _ in self.plain.values()), *self.conditional.values()}
        return [name for name in all_axes(self.kb) if name not in taken]

    @property
    def deciding(self) -> set[str]:
        """The union of the minimal sets of unknown facts within which completions differ in class."""
        minimal: list[set[str]] = []
        for size in range(1, len(self.unknown) + 1):
            for names in combinations(self.unknown, size):
                covered = any(smaller <= set(names) for smaller in minimal)
                if not covered and self.space.differ_within(self.policy, names):
                    minimal.append(set(names))
        return set().union(*minimal)

    @property
    def relied_on(self) -> set[str]:
        """The presumptions of which dropping one alone leaves the class open."""
        names = [*self.plain, *self.conditional]
        return {name for name in names if len(self.completions(without=name).classes(self.policy)) > 1}

    def remarks(self, name: str) -> set[str]:
        """The remarks of this name that every completion has."""
        members = self.kb.compiler.arguments(name, self.policy)
        return {str(each) for each in members if self.space.status(self.space.of(name, self.policy, each)) is True}


def _is(stated: Mapping[str, Member], name: str, value: str) -> bool:
    found = stated.get(name)
    return value in found if isinstance(found, frozenset) else found == value
