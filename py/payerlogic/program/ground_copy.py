"""Ground rules written into a control once more: with atoms replaced, behind switches, or with something struck out.

    >>> from payerlogic.program.grounding import GroundRule
    >>> control = empty_control()
    >>> with copying(control) as copy:
    ...     fact, holds, switch = copy.atom(), copy.atom(), copy.atom()
    ...     copy.choose([fact, switch])
    ...     copy.define(holds, [GroundRule(holds, (fact,))], when=[switch])
    >>> control.solve(assumptions=[holds, -switch]).satisfiable, control.solve(assumptions=[holds]).satisfiable
    (False, True)

What clingo is to prove about a program that differs from the one at hand (another reading, a rule left out, an atom
left free) is proved on such a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from clingo import Control
from clingo.backend import Backend

from payerlogic.program.grounding import GroundRule


@dataclass(frozen=True)
class Omission:
    """What is struck out: all rules of an atom, one of them, or one literal of one of them (of a count, one thing that
    it counts); or what a count has to reach is ``lowered``."""

    atom: int
    index: int | None = None
    literal: int | None = None
    lowered: int = 0

    def rules(self, rules: Sequence[GroundRule]) -> Iterator[GroundRule]:
        """The rules of the atom without it."""
        for index, rule in enumerate(rules) if self.index is not None else ():
            if index != self.index:
                yield rule
            elif (changed := self.changed(rule)) is not None:
                yield changed

    def changed(self, rule: GroundRule) -> GroundRule | None:
        """What is left of the one rule; None if it is left out."""
        if self.lowered:
            return replace(rule, bound=rule.bound - self.lowered)
        return rule.without(self.literal) if self.literal is not None else None


class GroundCopy:
    """Writes into a control. ``number`` has the atoms of the program that have another number there."""

    def __init__(self, backend: Backend, number: Mapping[int, int]) -> None:
        self._backend = backend
        self.number = dict(number)

    def atom(self) -> int:
        """A new atom."""
        atom: int = self._backend.add_atom()
        return atom

    def literal(self, literal: int) -> int:
        """A literal of the program as it is numbered here."""
        number = self.number.get(abs(literal), abs(literal))
        return number if literal > 0 else -number

    def rule(self, head: int, body: Iterable[int] = ()) -> None:
        """A rule in the numbers of the control."""
        self._backend.add_rule([head], list(body))

    def forbid(self, body: Iterable[int]) -> None:
        """Not all of these together."""
        self._backend.add_rule([], list(body))

    def choose(self, atoms: Iterable[int], when: Iterable[int] = ()) -> None:
        """Any of these may be true."""
        if heads := list(atoms):
            self._backend.add_rule(heads, list(when), choice=True)

    def choose_one(self, atoms: Sequence[int]) -> None:
        """Exactly one of these is true."""
        self.choose(atoms)
        two = self.atom()
        self._backend.add_weight_rule([two], 2, [(atom, 1) for atom in atoms])
        self.forbid([two])
        self.forbid([-atom for atom in atoms])

    def define(self, atom: int, rules: Iterable[GroundRule], when: Sequence[int] = ()) -> None:
        """``rules`` of the program as rules of ``atom`` here, each while the literals ``when`` hold."""
        for rule in rules:
            body = [self.literal(each) for each in rule.body]
            if rule.weights is not None:
                reached = self.atom() if when else atom
                self._backend.add_weight_rule([reached], rule.bound, list(zip(body, rule.weights, strict=True)))
                if not when:
                    continue
                body = [reached]
            self.rule(atom, [*body, *when])

    def differs(self, pairs: Iterable[tuple[int, int]]) -> int:
        """An atom that says that of some pair exactly one is true."""
        differs, no_rule = self.atom(), True
        for one, other in pairs:
            self.rule(differs, [one, -other])
            self.rule(differs, [other, -one])
            no_rule = False
        if no_rule:  # clingo does not take an atom as false for that alone if nothing else is added with it
            self.forbid([differs])
        return differs


def empty_control() -> Control:
    """A control with no rules yet."""
    return Control(["--warn=none"])


@contextmanager
def copying(control: Control, number: Mapping[int, int] | None = None) -> Iterator[GroundCopy]:
    """While it lasts, rules can be written into ``control``; no other rules may be."""
    with control.backend() as backend:
        yield GroundCopy(backend, number or {})
