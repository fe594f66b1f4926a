"""What a policy would decide without one of its clauses, rules or conditions: its classes as diagrams, compiled anew.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.program.ground_copy import Omission
    >>> kb = KnowledgeBase.load()
    >>> view = kb.view(kb.read({"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}), "bcbsaz")
    >>> b16 = Omission(kb.compiler.ground_atom("met", "bcbsaz", "b16"))
    >>> sorted(view.possible), sorted(StruckOut(kb.compiler, "bcbsaz", b16).possible(view))
    (['medically_necessary'], ['experimental_investigational'])

Only what rests on the part that is struck out is compiled anew; the rest, and the forest, are those of the policy.
"""

from __future__ import annotations

from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.program.ground_copy import Omission
from payerlogic.semantics.bodies import any_body
from payerlogic.semantics.case_view import View
from payerlogic.semantics.compiler import Compiler, Readings


class StruckOut:
    """One policy without one of its parts."""

    def __init__(self, compiler: Compiler, policy: str, omission: Omission) -> None:
        self.compiler = compiler
        self.policy = policy
        graph = compiler.graph
        self._above = graph.above([omission.atom])
        self._rules = {omission.atom: tuple(omission.rules(graph.rules.get(omission.atom, ())))}
        self._diagrams: dict[tuple[int, Readings], int] = {}
        self._below = compiler.readings_of(compiler.determinations(policy).values())
        self._moved: dict[Readings, int] = {}

    def diagram(self, atom: int, readings: Readings) -> int:
        """Where ``atom`` holds without the part."""
        if atom not in self._above:
            return self.compiler.diagram(atom, readings)
        key = atom, readings
        if key not in self._diagrams:
            rules = self._rules[atom] if atom in self._rules else self.compiler.graph.rules.get(atom, ())
            made = any_body(self.compiler.forest, rules, lambda each: self.diagram(each, readings))
            self._diagrams[key] = made
        return self._diagrams[key]

    def moved(self, readings: Readings) -> int:
        """The cases, possible or not, whose class changes."""
        key = readings & self._below
        if key not in self._moved:
            forest, result = self.compiler.forest, FALSE
            for atom in self.compiler.determinations(self.policy).values():
                if atom in self._above:
                    result = forest.disj(
                        result, forest.xor(self.compiler.diagram(atom, readings), self.diagram(atom, key))
                    )
            self._moved[key] = result
        return self._moved[key]

    def possible(self, view: View) -> frozenset[str]:
        """The classes that some completion of a case gives without the part."""
        found = set()
        for name in self.compiler.catalog.classes:
            atom = self.compiler.ground_atom("determination", self.policy, name)
            if atom is None:
                always = self.compiler.named("determination", self.policy, name, readings=view.readings) == TRUE
                found |= {name} if always else set()
            elif True in view.over(self.diagram(atom, view.readings & self._below)):
                found.add(name)
        return frozenset(found) if view.feasible else frozenset()

    def changes(self, view: View) -> bool:
        """Whether a case gets another class, or can."""
        return True in view.over(self.moved(view.readings)) and self.possible(view) != view.possible
