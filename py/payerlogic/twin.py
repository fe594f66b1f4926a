"""Two copies of a policy in one program: clingo proves what removing a clause or a condition would change.

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> Twin(kb.ground, kb.compiler, "bcbsaz").changes("b16", {}, past_gates=True)
    True

The second copy has the ground rules of the policy's determination again, over the same case and
readings; each clause of it can be switched off. That a switch changes no class of any possible case
is an UNSAT answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from payerlogic.compiler import Compiler
from payerlogic.conditions import ConditionGraph
from payerlogic.grounding import GroundProgram

Under = Mapping[str, tuple[str, ...]]


class Twin:
    """One policy twice, on a control of its own."""

    def __init__(self, ground: GroundProgram, compiler: Compiler, policy: str) -> None:
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
            cone = graph.cone(tops)
            for atom in graph.inputs_first:
                if atom in cone and atom in graph.rules:
                    copy[atom] = backend.add_atom()
            self.removed = {
                clause: backend.add_atom()
                for clause in compiler.catalog.policies[policy].clauses
                if f"met({policy},{clause})" in self._names
            }
            backend.add_rule(list(self.removed.values()), [], choice=True)
            # The copy has readings of its own, so that it can be read otherwise.
            self._copied_readings = {atom: backend.add_atom() for atom in fresh.reading_names}
            backend.add_rule(list(self._copied_readings.values()), [], choice=True)
            self._apart = {name: backend.add_atom() for name in {id_ for id_, _ in fresh.reading_names.values()}}
            backend.add_rule(list(self._apart.values()), [], choice=True)
            for atom, own in self._copied_readings.items():
                name = fresh.reading_names[atom][0]
                for here, there in ((atom, own), (own, atom)):
                    backend.add_rule([], [here, -there, -self._apart[name]])
            copy |= self._copied_readings
            by_met = {self._names[f"met({policy},{clause})"]: atom for clause, atom in self.removed.items()}
            for atom, twin in copy.items():
                for rule in graph.rules.get(atom, ()):
                    body = [copy.get(abs(each), abs(each)) * (1 if each > 0 else -1) for each in rule.body]
                    if rule.weights is not None:
                        backend.add_weight_rule([twin], rule.bound, list(zip(body, rule.weights, strict=True)))
                    else:
                        backend.add_rule([twin], [*body, *([-by_met[atom]] if atom in by_met else [])])
            self.differs = backend.add_atom()
            for top in tops:
                backend.add_rule([self.differs], [top, -copy[top]])

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
        return bool(self.control.solve(assumptions=[*presumes, *literals]).satisfiable)

    def number(self, text: str) -> int:
        """The atom that is written so."""
        return self._names[text]

    def same(self, ground: GroundProgram, atom: int) -> int:
        """The atom that is ``atom`` in another grounding; a count has no name, but grounding repeats itself."""
        if atom in ground.text_of:
            return self.number(ground.text_of[atom])
        assert ground.rules == self._ground.rules, "two groundings of one program differ"
        return atom

    def atom(self, name: str, *arguments: str) -> int | None:
        return self._names.get(f"{name}({','.join(arguments)})")

    def changes(self, clause: str, under: Under, *, past_gates: bool) -> bool:
        """Whether removing ``clause`` changes the class of some possible case."""
        off = [atom if name == clause else -atom for name, atom in self.removed.items()]
        gates = self.past_gates() if past_gates else []
        alike = [-atom for atom in self._apart.values()]
        return self.satisfiable([*off, *alike, *gates, *self.under(under), self.differs])

    def option_changes(self, reading: str, option: str, under: Under) -> bool:
        """Whether taking ``option`` instead of the default changes the class of some case, at the gates included."""
        alike = [atom if name == reading else -atom for name, atom in self._apart.items()]
        literals = [*(-atom for atom in self.removed.values()), *alike, *self.under(under)]
        default = self._defaults[reading]
        for atom, (id_, each) in self._ground.reading_names.items():
            if id_ == reading:
                literals.append(atom if each == default else -atom)
                literals.append(self._copied_readings[atom] if each == option else -self._copied_readings[atom])
        return self.satisfiable([*literals, self.differs])
