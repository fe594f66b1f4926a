"""The premises of a universal claim: a minimal set of rules and axioms from which clingo derives it.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.consistency.policy_space import PolicySpace
    >>> kb = KnowledgeBase.load()
    >>> space = PolicySpace(kb.situations, kb.ground, "nia", {})
    >>> n10 = kb.compiler.ground_atom("met", "nia", "n10")
    >>> tis = kb.axes["t_category"].atoms["Tis"]
    >>> space.premises.of_never([n10, tis], {"nia_breast_tis": ("invasive_only",)}).axioms
    ('in_situ_is_tis',)

The ground rules are given to a control of its own, each definition (all rules of one atom) and each axiom
behind a switch. A definition that is switched off leaves its atom free, so switching off only ever weakens.
A claim is an UNSAT answer with all switches on; from its core every switch is dropped without which the
answer stays UNSAT (a minimal unsatisfiable subset by deletion: Marques-Silva 2010). That each attribute has
one value, and each reading one option, is always given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from clingo import Control
from clingo.backend import Backend

from payerlogic.errors import InternalDisagreement
from payerlogic.program.catalog import Policy
from payerlogic.program.grounding import GroundProgram, GroundRule
from payerlogic.program.rule_index import Heads
from payerlogic.runtime.turns import uninterrupted
from payerlogic.semantics.compiler import Compiler

Under = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Proof:
    """What a claim follows from: rules as ``file:line``, and axioms. No subset of both would do."""

    rules: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    """The atoms whose rules these are, as they are written."""


@dataclass(frozen=True)
class Struck:
    """What is left out: all rules of an atom, one of them, or one literal of one of them."""

    atom: int
    index: int | None = None
    literal: int | None = None

    def rules(self, rules: Sequence[GroundRule]) -> Iterable[GroundRule]:
        """The rules of the atom without it."""
        for index, rule in enumerate(rules):
            if self.index is None:
                continue
            if index != self.index:
                yield rule
            elif self.literal is not None:
                yield GroundRule(rule.head, tuple(each for each in rule.body if each != self.literal))


@dataclass(frozen=True)
class Otherwise:
    """Inputs that are as ``given`` in the policy and as ``copied`` in its copy: a reading with another option."""

    given: Mapping[int, bool]
    copied: Mapping[int, bool]


class Premises:
    """Proves claims about one policy and finds what they follow from."""

    def __init__(self, ground: GroundProgram, compiler: Compiler, policy: Policy, given: Under) -> None:
        self._ground = ground
        self._compiler = compiler
        self._policy = policy
        self._given = given
        catalog = compiler.catalog
        tops = (compiler.ground_atom("determination", policy.id, name) for name in catalog.classes)
        self._tops = [atom for atom in tops if atom is not None]
        gates = (compiler.ground_atom("met", policy.id, each.id) for each in policy.clauses.values() if each.gate)
        self._gates = [atom for atom in gates if atom is not None]
        broken = {name: compiler.ground_atom("impossible", name) for name in catalog.axioms}
        self._axioms = {name: atom for name, atom in broken.items() if atom is not None}
        self._rules_of: dict[int, set[tuple[bool, str, int]]] = {}

    # --- Claims --------------------------------------------------------------------------------------------

    def of_never(self, literals: Sequence[int], under: Under) -> Proof:
        """That no possible case past the gates has all of these."""
        program = self._program()
        return self._minimal(program, [*self._past(program), *map(program.literal, literals)], under)

    def of_striking(self, struck: Struck, under: Under) -> Proof:
        """That no possible case past the gates gets another class when something is left out."""
        program = self._program()
        differs = program.twice([struck.atom], self._tops, {struck.atom: struck})
        return self._minimal(program, [*self._past(program), differs], under)

    def of_telling_apart(self, inputs: Otherwise, under: Under) -> Proof:
        """That no possible case, at the gates or past them, gets another class with the inputs of the copy."""
        program = self._program()
        differs = program.twice(list(inputs.copied), self._tops, {}, inputs.copied)
        fixed = [program.literal(atom if value else -atom) for atom, value in inputs.given.items()]
        return self._minimal(program, [*fixed, differs], under)

    @cached_property
    def _cone(self) -> frozenset[int]:
        return self._compiler.graph.cone([*self._tops, *self._gates, *self._axioms.values()])

    def _program(self) -> _Guarded:
        """A new one for each claim: a shared one would carry the copies of all claims before."""
        return _Guarded(self._compiler, self._cone, self._axioms)

    def _past(self, program: _Guarded) -> list[int]:
        return [-program.literal(atom) for atom in self._gates]

    def _minimal(self, program: _Guarded, claim: Sequence[int], under: Under) -> Proof:
        readings = self._ground.reading_names
        allowed = {**self._given, **under}
        barred = [
            -program.literal(atom)
            for atom, (id_, option) in readings.items()
            if id_ in allowed and option not in allowed[id_]
        ]
        kept = program.core([*claim, *barred])
        if kept is None:
            raise InternalDisagreement(f"not confirmed: a claim about {self._policy.id} under {dict(under)}")
        atoms = [each for each in kept if isinstance(each, int)]
        axioms = tuple(each for each in kept if isinstance(each, str))
        atoms += [self._axioms[name] for name in axioms]
        return Proof(self._rules(atoms), axioms, tuple(sorted(self._ground.text_of.get(a, "a count") for a in atoms)))

    def _rules(self, atoms: Iterable[int]) -> tuple[str, ...]:
        """Where the rules of these atoms stand."""
        found: set[tuple[bool, str, int]] = set()
        for atom in atoms:
            if atom not in self._rules_of:
                statements = self._heads.concluding(self._ground.text_of.get(atom, ""))
                self._rules_of[atom] = {(not s.file.is_policy, s.file.name, s.line) for s in statements}
            found |= self._rules_of[atom]
        return tuple(f"{name}:{line}" for _, name, line in sorted(found))

    @cached_property
    def _heads(self) -> Heads:
        return Heads(self._ground.program)


class _Guarded:
    """The ground rules of a cone on a control of its own, each definition and axiom behind a switch."""

    def __init__(self, compiler: Compiler, cone: frozenset[int], axioms: Mapping[str, int]) -> None:
        self.control = Control(["--warn=none"])
        self._graph = compiler.graph
        inputs = {atom for axis in compiler.axes.values() for atom in axis.atoms.values()}
        self._cone = cone | inputs | compiler.ground.reading_names.keys()
        self._switch: dict[int | str, int] = {}
        with self.control.backend() as backend:
            self._number = {atom: backend.add_atom() for atom in sorted(self._cone)}
            self._inputs(backend, compiler)
            for atom in self._graph.inputs_first:
                if atom in cone and atom in self._graph.rules:
                    self._switch[atom] = backend.add_atom()
                    backend.add_rule([self._switch[atom]], [], choice=True)
                    self._define(backend, self._number, atom, self._graph.rules[atom])
            for name, atom in axioms.items():
                self._switch[name] = backend.add_atom()
                backend.add_rule([self._switch[name]], [], choice=True)
                backend.add_rule([], [self._number[atom], self._switch[name]])

    def literal(self, literal: int) -> int:
        """A program literal as it is numbered here."""
        number: int = self._number[abs(literal)]
        return number if literal > 0 else -number

    def _inputs(self, backend: Backend, compiler: Compiler) -> None:
        """One value of each attribute, any members of a set, one option of each reading, no presumption."""
        groups: list[list[int]] = []
        for axis in compiler.axes.values():
            numbers = [self._number[atom] for atom in axis.atoms.values()]
            if axis.attribute.type != "set":
                groups.append(numbers)
                continue
            backend.add_rule(numbers, [], choice=True)
            if axis.attribute.nonempty:
                backend.add_rule([], [-number for number in numbers])
        options: dict[str, list[int]] = {}
        for atom, (id_, _) in compiler.ground.reading_names.items():
            options.setdefault(id_, []).append(self._number[atom])
        for group in (*groups, *options.values()):
            self._exactly_one(backend, group)

    @staticmethod
    def _exactly_one(backend: Backend, numbers: Sequence[int]) -> None:
        backend.add_rule(numbers, [], choice=True)
        two = backend.add_atom()
        backend.add_weight_rule([two], 2, [(number, 1) for number in numbers])
        backend.add_rule([], [two])
        backend.add_rule([], [-number for number in numbers])

    def _define(self, backend: Backend, number: Mapping[int, int], atom: int, rules: Iterable[GroundRule]) -> None:
        """The rules of an atom while its switch is on; off, the atom is free."""
        switch, head = self._switch[atom], number[atom]
        for rule in rules:
            body = [number[abs(each)] * (1 if each > 0 else -1) for each in rule.body]
            if rule.weights is not None:
                reached = backend.add_atom()
                backend.add_weight_rule([reached], rule.bound, list(zip(body, rule.weights, strict=True)))
                body = [reached]
            backend.add_rule([head], [*body, switch])
        backend.add_rule([head], [-switch], choice=True)

    def twice(
        self,
        changed: Sequence[int],
        tops: Sequence[int],
        struck: Mapping[int, Struck],
        inputs: Mapping[int, bool] | None = None,
    ) -> int:
        """A copy of all that rests on ``changed``; the atom that says that a top differs from its copy."""
        above: set[int] = set(changed)
        stack = list(changed)
        while stack:
            fresh = (self._graph.dependents.get(stack.pop(), set()) & self._cone) - above
            above |= fresh
            stack += fresh
        with self.control.backend() as backend:
            number = self._number | {atom: backend.add_atom() for atom in sorted(above)}
            for atom, value in (inputs or {}).items():
                if value:
                    backend.add_rule([number[atom]], [])
            for atom in sorted(above & self._switch.keys()):
                rules = self._graph.rules[atom]
                self._define(backend, number, atom, struck[atom].rules(rules) if atom in struck else rules)
            differs: int = backend.add_atom()
            for top in tops:
                if top in above:
                    backend.add_rule([differs], [self._number[top], -number[top]])
                    backend.add_rule([differs], [number[top], -self._number[top]])
        return differs

    def core(self, claim: Sequence[int]) -> list[int | str] | None:
        """The fewest switches, by deletion, that contradict ``claim``; None if nothing does."""
        by_switch = {number: name for name, number in self._switch.items()}
        found = self._core([*self._switch.values()], claim)
        if found is None:
            return None
        kept = [each for each in self._switch.values() if each in found]
        index = 0
        while index < len(kept):
            fewer = self._core(kept[:index] + kept[index + 1 :], claim)
            if fewer is None:
                index += 1
            else:
                kept = [each for each in kept if each in fewer]
        return [by_switch[each] for each in kept]

    def _core(self, switches: Sequence[int], claim: Sequence[int]) -> set[int] | None:
        with uninterrupted(), self.control.solve(assumptions=[*switches, *claim], yield_=True) as handle:
            if handle.get().satisfiable:
                return None
            return set(handle.core())
