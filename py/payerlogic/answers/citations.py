"""Which statements a clause rests on in one case: of its alternatives, those that were met.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> boost = {"primary_site": "colon", "intent": "boost", "modality": "electron_beam"}
    >>> for fact in ({"high_recurrence_risk": True}, {"margin_status": "positive"}):
    ...     print(kb.decide({**boost, **fact}, ["nia"]).determinations["nia"].clauses[0].statements)
    ('N28', 'N29')
    ('N28', 'N30')

The knowledge base says it by citing a statement twice: for the clause, and for a criterion below it. The statement then
counts for the clause where that criterion holds. What only the clause cites always counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from payerlogic.program.catalog import Catalog, Clause
from payerlogic.program.grounding import GroundProgram
from payerlogic.semantics.case_view import View
from payerlogic.semantics.compiler import Compiler


class Citations:
    """Citations of the clauses of one knowledge base."""

    def __init__(self, catalog: Catalog, compiler: Compiler) -> None:
        self.catalog = catalog
        self.compiler = compiler
        self._shared: dict[tuple[str, str], Mapping[str, tuple[int, ...]]] = {}

    def met(self, view: View, clause: Clause) -> tuple[str, ...]:
        """The statements on which a clause rests that is met in every completion, or, where it is met in some only,
        those on which it may rest."""
        shared = self.shared(view.policy, clause)
        if not shared:
            return clause.statements
        met = self.compiler.named("met", view.policy, clause.id, readings=view.readings)
        certain = False not in view.over(met)
        return tuple(each for each in clause.statements if self._counts(view, shared.get(each, ()), certain=certain))

    def _counts(self, view: View, criteria: tuple[int, ...], *, certain: bool) -> bool:
        for atom in criteria:
            values = view.over(self.compiler.diagram(atom, view.readings))
            if True in values and not (certain and False in values):
                return True
        return not criteria

    def shared(self, policy: str, clause: Clause) -> Mapping[str, tuple[int, ...]]:
        """The criteria below a clause that cite a statement which it cites as well, by statement."""
        key = (policy, clause.id)
        if key not in self._shared:
            cites, found = self.catalog.policies[policy].cites, dict[str, tuple[int, ...]]()
            texts = self.compiler.ground.text_of
            for atom in _below(self.compiler, policy, clause):
                for statement in cites.get(texts.get(atom, ""), ()):
                    if statement in clause.statements:
                        found[statement] = (*found.get(statement, ()), atom)
            self._shared[key] = found
        return self._shared[key]


def _below(compiler: Compiler, policy: str, clause: Clause) -> set[int]:
    """The criteria that a clause asks for, not those that another clause or a "not" asks for."""
    ground: GroundProgram = compiler.ground
    top = compiler.ground_atom("met", policy, clause.id)
    found: set[int] = set()
    stack = [top] if top is not None else []
    while stack:
        atom = stack.pop()
        if atom not in found and (atom == top or atom not in ground.clause_of):
            found.add(atom)
            rules = compiler.graph.rules.get(atom, ())
            stack += [literal for rule in rules for literal in rule.body if literal > 0]
    return found
