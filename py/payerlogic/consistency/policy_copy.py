"""Two copies of a policy in one program: clingo proves what striking out a clause or a condition would change.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> Twin(kb.ground, kb.compiler, "bcbsaz").changes("b16", {}, past_gates=True)
    True

The second copy has the ground rules of the policy's determination again, over the same case and
readings. In it each clause can be switched off, each rule left out, each rule taken without one of its
conditions, and a reading or the members of a set chosen apart. That a switch changes no class of any
possible case is an UNSAT answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from payerlogic.errors import InternalDisagreement
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.grounding import GroundProgram
from payerlogic.runtime.turns import uninterrupted
from payerlogic.semantics.case_space import Axis
from payerlogic.semantics.compiler import Compiler

Under = Mapping[str, tuple[str, ...]]
Part = tuple[int, int, int]
"""An atom, the index of one of its rules, and a literal of it, or 0 for the whole rule."""


class Twin:
    """One policy twice, on a control of its own. ``parts`` are what may be left out of rules."""

    def __init__(
        self,
        ground: GroundProgram,
        compiler: Compiler,
        policy: str,
        parts: Iterable[Part] = (),
        apart: Sequence[Axis] = (),
    ) -> None:
        fresh = GroundProgram.of(ground.program)
        self.control = fresh.control
        self.policy = policy
        self._defaults = {reading.id: reading.default for reading in compiler.catalog.readings.values()}
        self._ground = fresh
        self._names = {text: atom for atom, text in fresh.text_of.items()}
        graph = ConditionGraph.of(fresh)
        classes = [name for name in compiler.catalog.classes if f"determination({policy},{name})" in self._names]
        tops = [self._names[f"determination({policy},{name})"] for name in classes]
        self._gates = [
            self._names[f"met({policy},{clause.id})"]
            for clause in compiler.catalog.policies[policy].clauses.values()
            if clause.gate is not None and f"met({policy},{clause.id})" in self._names
        ]
        with self.control.backend() as backend:
            copy: dict[int, int] = {}
            broken = [
                self._names[f"impossible({name})"]
                for name in compiler.catalog.axioms
                if f"impossible({name})" in self._names
            ]
            cone = graph.cone([*tops, *broken])
            for atom in graph.inputs_first:
                if atom in cone and atom in graph.rules:
                    copy[atom] = backend.add_atom()
            self.removed = {
                clause: backend.add_atom()
                for clause in compiler.catalog.policies[policy].clauses
                if f"met({policy},{clause})" in self._names
            }
            self._left_out = {(self.same(ground, atom), *rest): backend.add_atom() for atom, *rest in parts}
            # The copy has readings of its own, so that it can be read otherwise, and members of some sets.
            members = {atom: axis.attribute.name for axis in apart for atom in axis.atoms.values() if axis.atoms}
            own = {atom: name for atom, (name, _) in fresh.reading_names.items()}
            own |= {self.same(ground, atom): name for atom, name in members.items()}
            self._copied = {atom: backend.add_atom() for atom in own}
            self._apart = {name: backend.add_atom() for name in dict.fromkeys(own.values())}
            for choice in (self.removed, self._left_out, self._copied, self._apart):
                if choice:
                    backend.add_rule(list(choice.values()), [], choice=True)
            for atom, twin in self._copied.items():
                for here, there in ((atom, twin), (twin, atom)):
                    backend.add_rule([], [here, -there, -self._apart[own[atom]]])
            copy |= self._copied
            by_met = {self._names[f"met({policy},{clause})"]: atom for clause, atom in self.removed.items()}
            left_out: dict[tuple[int, int], list[tuple[int, int]]] = {}
            for (atom, index, literal), switch in self._left_out.items():
                left_out.setdefault((atom, index), []).append((literal, switch))
            for atom, twin in copy.items():
                off = [-by_met[atom]] if atom in by_met else []
                for index, rule in enumerate(graph.rules.get(atom, ())):
                    body = [copy.get(abs(each), abs(each)) * (1 if each > 0 else -1) for each in rule.body]
                    if rule.weights is not None:
                        backend.add_weight_rule([twin], rule.bound, list(zip(body, rule.weights, strict=True)))
                        continue
                    without = left_out.get((atom, index), [])
                    backend.add_rule([twin], [*body, *off, *(-switch for literal, switch in without if not literal)])
                    for literal, switch in without:
                        if literal:
                            rest = [
                                each
                                for each, at in zip(body, rule.body, strict=True)
                                if at != self._here(ground, literal)
                            ]
                            backend.add_rule([twin], [*rest, *off, switch])
            for atom in broken:  # the copy is to be possible too, where it has other values
                backend.add_rule([], [copy[atom]])
            self.differs = backend.add_atom()
            for top in tops:
                backend.add_rule([self.differs], [top, -copy[top]])
                backend.add_rule([self.differs], [copy[top], -top])  # without a condition a case may get two

    def _here(self, ground: GroundProgram, literal: int) -> int:
        return self.same(ground, abs(literal)) * (1 if literal > 0 else -1)

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

    def number(self, text: str) -> int:
        """The atom that is written so."""
        return self._names[text]

    def same(self, ground: GroundProgram, atom: int) -> int:
        """The atom that is ``atom`` in another grounding; a count has no name, but grounding repeats itself."""
        if atom in ground.text_of:
            return self.number(ground.text_of[atom])
        if ground.rules != self._ground.rules:
            raise InternalDisagreement("two groundings of one program differ")
        return atom

    def atom(self, name: str, *arguments: str) -> int | None:
        return self._names.get(f"{name}({','.join(arguments)})")

    def changes(self, clause: str, under: Under, *, past_gates: bool) -> bool:
        """Whether removing ``clause`` changes the class of some possible case."""
        gates = self.past_gates() if past_gates else []
        return self.satisfiable([*self._only({self.removed[clause]}), *gates, *self.under(under), self.differs])

    def part_changes(self, part: Part, under: Under) -> bool:
        """Whether leaving a part out changes the class of some possible case past the gates."""
        switches = self._only({self._left_out[part]})
        return self.satisfiable([*switches, *self.past_gates(), *self.under(under), self.differs])

    def _only(self, on: set[int]) -> list[int]:
        """The switches that are on, all others off."""
        switches = (*self.removed.values(), *self._left_out.values(), *self._apart.values())
        return [each if each in on else -each for each in switches]

    def option_changes(self, reading: str, option: str, under: Under) -> bool:
        """Whether taking ``option`` instead of the default changes the class of some case, at the gates included."""
        literals = [*self._only({self._apart[reading]}), *self.under(under)]
        default = self._defaults[reading]
        for atom, (id_, each) in self._ground.reading_names.items():
            if id_ == reading:
                literals.append(atom if each == default else -atom)
                literals.append(self._copied[atom] if each == option else -self._copied[atom])
        return self.satisfiable([*literals, self.differs])

    def values_change(
        self,
        attribute: str,
        here: Mapping[int, bool],
        there: Mapping[int, bool],
        under: Under,
        fixed: Iterable[int] = (),
    ) -> bool:
        """Whether the copy, with other atoms of one attribute true, gives some case another class, at the gates
        included; ``fixed`` are true in both. The atoms are this program's (see same)."""
        literals = [*self._only({self._apart[attribute]}), *self.under(under), *fixed, self.differs]
        literals += [atom if value else -atom for atom, value in here.items()]
        literals += [self._copied[atom] * (1 if value else -1) for atom, value in there.items()]
        return self.satisfiable(literals)
