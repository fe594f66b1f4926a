"""The criteria in play for a case, fact by fact and policy by policy: met, not met or open, with what is needed.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"primary_site": "rectum", "t_category": "T3", "margin_status": "close"})
>>> rows = checklist(kb, {policy: kb.explain(case, policy) for policy in kb.policies})
>>> [(row.about, row.now) for row in rows][:2]
[('a mandate bars investigational findings', 'no, presumed'), ('T category', 'T3')]
>>> found = rows[1].checks["nia"][0]
>>> found.status, found.needed, found.clause, found.alternative
('unmet', 'T4', 'Rectal cancer with a positive or close margin', True)
>>> found.clause_id, found.node
('n26', 'case(t_category,"T4")')

A clause is in play if no stated fact that nobody can change, other than a number, stands against it: nobody checks the
criteria of another organ. What is asked before the criteria (gates) is not of the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from payerlogic.answers.derivation.builder import ALL, ANY, MET, UNMET
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.semantics.model import Model

NOT_STATED = "not stated"
_ORDER = (UNMET, "unknown", MET)


@dataclass(frozen=True)
class Check:
    """What one clause needs of a fact; an ``alternative`` is one of several of which the clause needs one.

    ``node`` is where the derivation of its policy asks for it.
    """

    status: str
    needed: str
    clause: str
    alternative: bool
    clause_id: str
    node: str


@dataclass
class ChecklistRow:
    """One fact: what it is about, what it is, and what each policy needs of it."""

    attribute: str
    about: str
    now: str
    checks: dict[str, list[Check]] = field(default_factory=dict)

    @property
    def rank(self) -> int:
        """What is not met stands first, then what is open."""
        return min(_ORDER.index(check.status) for checks in self.checks.values() for check in checks)


def checklist(kb: Model, explanations: Mapping[str, Explanation]) -> list[ChecklistRow]:
    """The rows, what is not met first."""
    rows: dict[str, ChecklistRow] = {}
    for policy, explanation in explanations.items():
        for clause in kb.catalog.policies[policy].clauses.values():
            node = f"met({policy},{clause.id})"
            if clause.gate is not None or node not in explanation.graph:
                continue
            leaves = list(_leaves(explanation, node, required=True))
            if any(_rules_out(kb, explanation, leaf) for leaf, required in leaves if required):
                continue
            for leaf, required in leaves:
                data = explanation.graph.nodes[leaf]
                about, now = str(data["about"]), str(data["now"]) or NOT_STATED
                row = rows.setdefault(data["attribute"], ChecklistRow(data["attribute"], about, now))
                check = Check(data["status"], str(data["needed"]), clause.title, not required, clause.id, leaf)
                checks = row.checks.setdefault(policy, [])
                if check not in checks:
                    checks.append(check)
    rank = {name: place for place, name in enumerate(kb.vocabulary)}
    return sorted(rows.values(), key=lambda row: (row.rank, rank[row.attribute]))


def _leaves(explanation: Explanation, node: str, *, required: bool) -> Iterator[tuple[str, bool]]:
    """The facts below a clause, each with whether the clause needs it or one of several; not those of other clauses."""
    for child in explanation.children(node):
        data = explanation.graph.nodes[child]
        if data["attribute"] and data.get("needed"):
            yield child, required
        elif data["kind"] != "clause" and data["role"] in (ALL, ANY):
            one_of = data["role"] == ANY and len(explanation.children(child)) > 1
            yield from _leaves(explanation, child, required=required and not one_of)


def _rules_out(kb: Model, explanation: Explanation, leaf: str) -> bool:
    """Whether a fact that nobody can change stands against the clause; a threshold that is missed is worth a line."""
    data = explanation.graph.nodes[leaf]
    attribute = kb.vocabulary[data["attribute"]]
    return data["status"] == UNMET and data["kind"] == "fact" and attribute.fixed and not attribute.is_ordered
