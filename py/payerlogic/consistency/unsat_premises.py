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
from typing import NamedTuple

from payerlogic.errors import InternalDisagreement
from payerlogic.program.catalog import Policy
from payerlogic.program.ground_copy import GroundCopy, Omission, copying, empty_control
from payerlogic.program.grounding import GroundProgram, GroundRule
from payerlogic.program.rule_index import Heads
from payerlogic.runtime.turns import uninterrupted
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.reading_space import Under


class RulePlace(NamedTuple):
    """Where a rule stands; written ``nia.lp:12``."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Proof:
    """What a claim follows from: rules, and axioms. No subset of both would do."""

    rules: tuple[RulePlace, ...] = ()
    axioms: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    """The atoms whose rules these are, as they are written."""


@dataclass(frozen=True)
class Substitution:
    """Inputs that are as ``given`` in the policy and as ``copied`` in its copy: a reading with another option."""

    given: Mapping[int, bool]
    copied: Mapping[int, bool]


class PremiseFinder:
    """Proves claims about one policy and finds what they follow from."""

    def __init__(self, ground: GroundProgram, compiler: Compiler, policy: Policy, given: Under) -> None:
        self._ground = ground
        self._compiler = compiler
        self._policy = policy
        self._given = given
        self._tops = list(compiler.determinations(policy.id).values())
        self._gates = compiler.gates(policy.id)
        self._axioms = compiler.broken_axioms
        self._rules_of: dict[int, set[tuple[bool, str, int]]] = {}

    # --- Claims --------------------------------------------------------------------------------------------

    def of_never(self, literals: Sequence[int], under: Under) -> Proof:
        """That no possible case past the gates has all of these."""
        program = self._program(literals)
        return self._minimal(program, [*self._past(program), *map(program.literal, literals)], under)

    def of_striking(self, omission: Omission, under: Under) -> Proof:
        """That no possible case past the gates gets another class when something is left out."""
        program = self._program()
        differs = program.with_copy([omission.atom], self._tops, omission)
        return self._minimal(program, [*self._past(program), differs], under)

    def of_no_difference(self, inputs: Substitution, under: Under) -> Proof:
        """That no possible case, at the gates or past them, gets another class with the inputs of the copy."""
        program = self._program()
        differs = program.with_copy(list(inputs.copied), self._tops, inputs=inputs.copied)
        fixed = [program.literal(atom if value else -atom) for atom, value in inputs.given.items()]
        return self._minimal(program, [*fixed, differs], under)

    @cached_property
    def _cone(self) -> frozenset[int]:
        return self._compiler.graph.cone([*self._tops, *self._gates, *self._axioms.values()])

    def _program(self, about: Iterable[int] = ()) -> _Guarded:
        """A new one for each claim: a shared one would carry the copies of all claims before. What the claim is
        ``about`` may be beside the determination: a clause that another one always defeats."""
        cone = self._cone | self._compiler.graph.cone(map(abs, about))
        return _Guarded(self._compiler, cone, self._axioms)

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

    def _rules(self, atoms: Iterable[int]) -> tuple[RulePlace, ...]:
        """Where the rules of these atoms stand."""
        found: set[tuple[bool, str, int]] = set()
        for atom in atoms:
            if atom not in self._rules_of:
                statements = self._heads.concluding(self._ground.text_of.get(atom, ""))
                self._rules_of[atom] = {(not s.file.is_policy, s.file.name, s.line) for s in statements}
            found |= self._rules_of[atom]
        return tuple(RulePlace(name, line) for _, name, line in sorted(found))

    @cached_property
    def _heads(self) -> Heads:
        return Heads(self._ground.program)


class _Guarded:
    """The ground rules of a cone on a control of its own, each definition and axiom behind a switch."""

    def __init__(self, compiler: Compiler, cone: frozenset[int], axioms: Mapping[str, int]) -> None:
        self.control = empty_control()
        self._graph = compiler.graph
        inputs = {atom for axis in compiler.axes.values() for atom in axis.atoms.values()}
        self._cone = cone | inputs | compiler.ground.reading_names.keys()
        self._switch: dict[int | str, int] = {}
        with copying(self.control) as copy:
            copy.number = self._number = {atom: copy.atom() for atom in sorted(self._cone)}
            self._inputs(copy, compiler)
            for atom in self._graph.inputs_first:
                if atom in cone and atom in self._graph.rules:
                    self._switch[atom] = copy.atom()
                    copy.choose([self._switch[atom]])
                    self._define(copy, atom, self._graph.rules[atom])
            for name, atom in axioms.items():
                self._switch[name] = copy.atom()
                copy.choose([self._switch[name]])
                copy.forbid([self._number[atom], self._switch[name]])

    def literal(self, literal: int) -> int:
        """A program literal as it is numbered here."""
        number = self._number[abs(literal)]
        return number if literal > 0 else -number

    def _inputs(self, copy: GroundCopy, compiler: Compiler) -> None:
        """One value of each attribute, any members of a set, one option of each reading, no presumption."""
        for axis in compiler.axes.values():
            numbers = [self._number[atom] for atom in axis.atoms.values()]
            if axis.attribute.type != "set":
                copy.choose_one(numbers)
                continue
            copy.choose(numbers)
            if axis.attribute.nonempty:
                copy.forbid([-number for number in numbers])
        options: dict[str, list[int]] = {}
        for atom, (id_, _) in compiler.ground.reading_names.items():
            options.setdefault(id_, []).append(self._number[atom])
        for group in options.values():
            copy.choose_one(group)

    def _define(self, copy: GroundCopy, atom: int, rules: Iterable[GroundRule]) -> None:
        """The rules of an atom while its switch is on; off, the atom is free."""
        switch, head = self._switch[atom], copy.number[atom]
        copy.define(head, rules, when=[switch])
        copy.choose([head], when=[-switch])

    def with_copy(
        self,
        changed: Sequence[int],
        tops: Sequence[int],
        omission: Omission | None = None,
        inputs: Mapping[int, bool] | None = None,
    ) -> int:
        """A copy of all that rests on ``changed``; the atom that says that a top differs from its copy."""
        above = sorted(self._graph.above(changed) & self._cone)
        with copying(self.control, self._number) as copy:
            copy.number |= {atom: copy.atom() for atom in above}
            for atom, value in (inputs or {}).items():
                if value:
                    copy.rule(copy.number[atom])
            for atom in above:
                if atom in self._switch:
                    rules: Iterable[GroundRule] = self._graph.rules[atom]
                    if omission is not None and atom == omission.atom:
                        rules = omission.rules(self._graph.rules[atom])
                    self._define(copy, atom, rules)
            return copy.differs((self._number[top], copy.number[top]) for top in tops if top in above)

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
