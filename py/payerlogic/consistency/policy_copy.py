"""Two copies of a policy in one program: clingo proves what striking out a clause or a condition would change.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.program.ground_copy import Omission
    >>> kb = KnowledgeBase.load()
    >>> b16 = Omission(kb.compiler.ground_atom("met", "bcbsaz", "b16"))
    >>> PolicyCopy(kb.ground, kb.compiler, "bcbsaz", [b16]).without(b16, {})
    True

The second copy has the ground rules of the policy's determination again, over the same case and
readings. In it each clause can be switched off, each rule left out, each rule taken without one of its
conditions, and a reading or the members of a set chosen apart. That a switch changes no class of any
possible case is an UNSAT answer.

INVARIANT: grounding repeats itself, so an atom has the same number in this program as in the one it was made from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from payerlogic.errors import InternalDisagreement
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.ground_copy import GroundCopy, Omission, copying
from payerlogic.program.grounding import GroundProgram
from payerlogic.runtime.turns import uninterrupted
from payerlogic.semantics.case_space import Axis, SetAxis
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.reading_space import Under


class PolicyCopy:
    """One policy twice, on a control of its own. ``omissions`` are what may be left out of the copy, ``apart`` the
    attributes of which the copy may have values of its own."""

    def __init__(
        self,
        ground: GroundProgram,
        compiler: Compiler,
        policy: str,
        omissions: Iterable[Omission] = (),
        apart: Sequence[Axis] = (),
    ) -> None:
        self._ground = fresh = GroundProgram.of(ground.program)
        if (fresh.rules, fresh.symbol_of) != (ground.rules, ground.symbol_of):
            raise InternalDisagreement("two groundings of one program differ")
        self.control = fresh.control
        self._graph = ConditionGraph.of(fresh)
        catalog = compiler.catalog
        self._defaults = {reading.id: reading.default for reading in catalog.readings.values()}
        self._gates = compiler.gates(policy)
        tops = list(compiler.determinations(policy).values())
        broken = list(compiler.broken_axioms.values())
        # The copy has readings of its own, so that it can be read in another way, and members of some sets.
        own: dict[int, Hashable] = {atom: name for atom, (name, _) in fresh.reading_names.items()}
        for axis in apart:  # of a set, each member by itself
            is_set = isinstance(axis, SetAxis)
            own |= {atom: atom if is_set else axis.attribute.name for atom in axis.atoms.values()}
        self._own = own
        with copying(self.control) as copy:
            cone = self._graph.cone([*tops, *broken])
            defined = [atom for atom in self._graph.inputs_first if atom in cone and atom in self._graph.rules]
            copy.number |= {atom: copy.atom() for atom in defined}
            self._switch = {omission: copy.atom() for omission in omissions}
            self._copied = {atom: copy.atom() for atom in own}
            self._apart = {name: copy.atom() for name in dict.fromkeys(own.values())}
            for choice in (self._switch, self._copied, self._apart):
                copy.choose(choice.values())
            for atom, copied in self._copied.items():
                copy.forbid([atom, -copied, -self._apart[own[atom]]])
                copy.forbid([copied, -atom, -self._apart[own[atom]]])
            copy.number |= self._copied
            for axis in apart:
                if axis.attribute.nonempty:
                    copy.forbid([-self._copied[atom] for atom in axis.atoms.values()])
            self._define(copy, defined)
            for atom in broken:  # the copy is to be possible too, where it has other values
                copy.forbid([copy.literal(atom)])
            self.differs = copy.differs((top, copy.literal(top)) for top in tops)

    def _define(self, copy: GroundCopy, atoms: Iterable[int]) -> None:
        """The rules of ``atoms``, each unless a switch leaves it out; without a condition where one leaves out that."""
        by_atom: dict[int, list[Omission]] = {}
        for omission in self._switch:
            by_atom.setdefault(omission.atom, []).append(omission)
        for atom in atoms:
            left_out, head, rules = by_atom.get(atom, []), copy.literal(atom), self._graph.rules[atom]
            clause = [-self._switch[each] for each in left_out if each.index is None]
            for index, rule in enumerate(rules):
                here = [each for each in left_out if each.index == index]
                # A rule with a condition less holds wherever the rule does; a count with less to count does not.
                whole = [-self._switch[each] for each in here if each.literal is None or rule.weights is not None]
                copy.define(head, [rule], when=[*clause, *whole])
                for each in here:
                    if (less := each.changed(rule)) is not None:
                        copy.define(head, [less], when=[*clause, self._switch[each]])

    def under(self, readings: Under) -> list[int]:
        """Assumptions that leave of each named reading only the given options."""
        return [
            -atom
            for atom, (id_, option) in self._ground.reading_names.items()
            if id_ in readings and option not in readings[id_]
        ]

    def past_gates(self) -> list[int]:
        return [-atom for atom in self._gates]

    def satisfiable(self, literals: Iterable[int]) -> bool:
        presumes = [-atom for atom, _ in self._ground.atoms("presume", 1)]
        with uninterrupted():
            return bool(self.control.solve(assumptions=[*presumes, *literals]).satisfiable)

    def without(self, omission: Omission, under: Under) -> bool:
        """Whether leaving something out changes the class of some possible case past the gates."""
        switches = self._only(self._switch[omission])
        return self.satisfiable([*switches, *self.past_gates(), *self.under(under), self.differs])

    def without_only(self, omission: Omission) -> list[int]:
        """Assumptions that leave this out alone, and ask for a case whose class it changes."""
        return [*self._only(self._switch[omission]), self.differs]

    def readings_of_a_difference(self, omission: Omission) -> dict[str, str] | None:
        """Readings under which leaving something out changes the class of some possible case, at the gates included;
        as few as can be are not at their default. None proves that there are none."""
        asked = self.without_only(omission)
        fixed: dict[str, tuple[str, ...]] = {}
        readings = {id_ for id_, _ in self._ground.reading_names.values()}
        if not self.satisfiable(asked):
            return None
        for id_ in sorted(readings):
            options = [option for name, option in self._ground.reading_names.values() if name == id_]
            for option in sorted(options, key=lambda each: each != self._defaults[id_]):
                if self.satisfiable([*asked, *self.under({**fixed, id_: (option,)})]):
                    fixed[id_] = (option,)
                    break
        return {id_: option for id_, (option,) in fixed.items() if option != self._defaults[id_]}

    def _only(self, on: int) -> list[int]:
        """One switch is on, all others are off."""
        return [each if each == on else -each for each in (*self._switch.values(), *self._apart.values())]

    def option_changes(self, reading: str, option: str, under: Under) -> bool:
        """Whether taking ``option`` instead of the default changes the class of some case, at the gates included."""
        literals = [*self._only(self._apart[reading]), *self.under(under)]
        default = self._defaults[reading]
        for atom, (id_, each) in self._ground.reading_names.items():
            if id_ == reading:
                literals.append(atom if each == default else -atom)
                literals.append(self._copied[atom] if each == option else -self._copied[atom])
        return self.satisfiable([*literals, self.differs])

    def values_change(
        self,
        here: int,
        there: int | None,
        under: Under,
        fixed: Iterable[int] = (),
    ) -> bool:
        """Whether the copy, with ``there`` true of one attribute instead of ``here`` (or nothing instead, of a set that
        is the same otherwise), gives some case another class, at the gates included; ``fixed`` are true in both."""
        literals = [*self._only(self._apart[self._own[here]]), *self.under(under), *fixed, self.differs]
        literals += [here, -self._copied[here]]
        if there is not None:
            others = (atom for atom, name in self._own.items() if name == self._own[here] and atom != there)
            literals += [self._copied[there], *(-self._copied[atom] for atom in others)]
        return self.satisfiable(literals)
