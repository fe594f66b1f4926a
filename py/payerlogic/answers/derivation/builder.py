"""Builds the AND/OR graph of one determination from the ground rules.

    >>> from payerlogic import KnowledgeBase
    >>> graph = KnowledgeBase.load().explain({"primary_site": "breast", "age_years": 45}, "nia").graph
    >>> graph.nodes["at_least(age_years,50)"]["label"]
    'age is 45 years, needs 50 or more'

One node per atom, so alternatives never multiply. Readings, axioms and presumptions that hang
under a node qualify it; its role (all of, any of, none of) speaks of the other nodes under it.
"""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

from payerlogic.answers.derivation.conditions import Conditions
from payerlogic.answers.derivation.leaves import ALL, ANY, MET, NOT, UNKNOWN, UNMET, combine, negated, status_of
from payerlogic.diagrams.forest import FALSE

OVERRIDDEN = {MET: ", not overridden", UNMET: "", UNKNOWN: ", unless overridden"}

__all__ = ["ALL", "ANY", "MET", "NOT", "UNKNOWN", "UNMET", "Derivation"]


class Derivation(Conditions):
    """Builds one graph."""

    # --- The top: the determination and its clauses -----------------------------------------------

    def build(self) -> nx.DiGraph[str]:
        """The graph; ``graph.graph["root"]`` names its top node."""
        found, policy = self.determination, self.policy
        words = self.catalog.classes_in_words(found.possible)
        edition = f"edition of {found.version}" if found.version else "no edition in force"
        deciding = self._deciding_clauses()
        root = self._node(
            f"determination({policy.id})",
            "determination",
            f"{found.policy}: {words}{f' ({found.extent.strip()})' if found.extent else ''}",
            MET if found.class_ else UNKNOWN,
            (ALL if found.contradicts else ANY) if deciding else NOT,
            f"{policy.document}, {edition}",
        )
        self.graph.graph.update(root=root, classes=words)
        self.graph.nodes[root]["outcome"] = found.outcome
        self._link(root, [self._standing(name) for name in deciding])
        by_rank = sorted(policy.clauses.values(), key=lambda clause: (clause.gate or 0, clause.id))
        others = [clause.id for clause in by_rank if clause.gate is None]
        gates = [clause.id for clause in by_rank if clause.gate is not None]
        self._link(root, self._section("other clauses", others, self._reached(root)))
        for heading in self._section("gates, asked before the criteria", gates, self._reached(root)):
            self._link(root, [heading])
            if self.graph.nodes[heading]["status"] == UNMET:
                self.graph.nodes[heading]["passed"] = "every gate before the criteria"
        return self.graph

    def _deciding_clauses(self) -> list[str]:
        """The clauses that the determination rests on, or, in an open case, that may conclude a class."""
        if self.determination.class_ is not None:
            return [clause.id for clause in self.determination.clauses]
        concluding = [name for name, clause in self.policy.clauses.items() if clause.classes]
        return [name for name in concluding if self._status_of("stands", name) != UNMET]

    def _section(self, label: str, clauses: Sequence[str], reached: set[str]) -> list[str]:
        """One node over the remaining clauses, without those already shown or ruled out by a reading."""
        nodes = [
            self._standing(name)
            for name in clauses
            if f"met({self.policy.id},{name})" not in reached
            and self.compiler.named("met", self.policy.id, name, readings=self.view.readings) != FALSE
            and self.policy.clauses[name].classes
        ]
        if not nodes:
            return []
        status = combine([str(self.graph.nodes[node]["status"]) for node in nodes], ANY)
        node = self._node(f"{label} of {self.policy.id}", "criterion", label, status, ANY)
        self._link(node, nodes)
        return [node]

    def _standing(self, name: str) -> str:
        """A clause; where another one prevails over it, or may, that as well."""
        met = self._clause(name)
        defeaters = self._defeaters(name)
        if not defeaters or self._status_of("met", name) == UNMET:
            return met
        titles = " or ".join(self.policy.clauses[other].title for other in defeaters)
        status = self._status_of("stands", name)
        label = f"{self.policy.clauses[name].title}{OVERRIDDEN[status]}"
        node = self._node(f"stands({self.policy.id},{name})", "criterion", label, status, ALL, self._cited_by(name))
        self.graph.nodes[node]["overridden"] = met if self._status_of("met", name) == MET else ""
        undefeated = negated(status_of(self.view.over(self._any_met(defeaters))))
        label = f"not overridden by {titles}"
        prevailing = self._node(f"undefeated({self.policy.id},{name})", "criterion", label, undefeated, NOT)
        self.graph.nodes[prevailing]["overrides"] = True
        self._link(prevailing, [self._clause(other) for other in defeaters])
        self._link(prevailing, self._precedence_readings(name, defeaters))
        self._link(node, [met, prevailing])
        return node

    def _cited_by(self, name: str) -> tuple[str, ...]:
        """The statements of a clause: where it is met, those of the alternatives that were; else all of them."""
        clause = self.policy.clauses[name]
        return self.citations.met(self.view, clause) if self._status_of("met", name) == MET else clause.statements

    def _defeaters(self, name: str) -> list[str]:
        """The clauses that prevail over this one and are, or may be, met."""
        return [
            other
            for other in self.policy.clauses
            if self.compiler.named("prevails", self.policy.id, other, name, readings=self.view.readings) != FALSE
            and self._status_of("met", other) != UNMET
        ]

    def _any_met(self, clauses: Sequence[str]) -> int:
        found = FALSE
        for name in clauses:
            met = self.compiler.named("met", self.policy.id, name, readings=self.view.readings)
            found = self.compiler.forest.disj(found, met)
        return found

    def _precedence_readings(self, name: str, defeaters: Sequence[str]) -> list[str]:
        atoms = [self.compiler.ground_atom("prevails", self.policy.id, other, name) for other in defeaters]
        return list(dict.fromkeys(node for atom in atoms if atom is not None for node in self._readings(atom)))

    def _clause(self, name: str) -> str:
        node = f"met({self.policy.id},{name})"
        if node not in self.graph:
            title, status = self.policy.clauses[name].title, self._status_of("met", name)
            self._node(node, "clause", title, status, ALL, self._cited_by(name))
            self.graph.nodes[node].update(self._look(name, status))
            atom = self.compiler.ground_atom("met", self.policy.id, name)
            if atom is not None:
                self._expand(node, atom)
            if "passed" in self.graph.nodes[node]:
                self._in_order(node)
            for class_ in self.policy.clauses[name].classes:  # what it concludes may itself rest on a reading
                concludes = self.compiler.ground_atom("concludes", self.policy.id, name, class_)
                self._link(node, self._readings(concludes) if concludes is not None else [])
        return node

    def _in_order(self, gate: str) -> None:
        """For pictures: a fact that only a gate asks for which the request passed is in order."""
        for leaf in self.graph.successors(gate):
            data = self.graph.nodes[leaf]
            if data["attribute"] and data.get("fact") and data["status"] == UNMET and self.graph.in_degree(leaf) == 1:
                data["passed"] = data["fact"]

    def _look(self, name: str, status: str) -> dict[str, str]:
        """For pictures: the outcome of a clause that decides, or in words that the request passed a gate."""
        clause = self.policy.clauses[name]
        if any(each.id == name for each in self.determination.clauses):
            return {"outcome": self.determination.outcome}
        if status == UNMET and clause.gate is not None:
            return {"passed": self.catalog.labels.get(f"passed({self.policy.id},{name})", f"not “{clause.title}”")}
        return {}

    def _status_of(self, name: str, clause: str) -> str:
        return status_of(self.view.over(self.compiler.named(name, self.policy.id, clause, readings=self.view.readings)))
