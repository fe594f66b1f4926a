"""Why a class holds: the derivation as an AND/OR graph, from the determination to the facts.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> explanation = kb.explain({"primary_site": "breast", "age_years": 45}, "nia")
    >>> explanation.determination.class_ is None  # the modality is not known
    True
    >>> explanation.graph.nodes["at_least(age_years,50)"]["status"]
    'unmet'

The status of a node is exact: whether it holds in every completion of the unknown facts (met), in
none (unmet), or in some (unknown). What a "not" rests on is spelled out in full: every condition
that fails, whatever the order of the rules. To stay readable,

* what the chosen readings leave no choice about is left out, but the reading itself is shown;
* a condition that comes down to one attribute is one leaf: the stated value, and what is needed;
* a condition that is a plain "all of" such leaves shows them directly.
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx

from payerlogic.answers.decision import Decider, Determination, contradiction_in_words
from payerlogic.answers.derivation.builder import Derivation
from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.program.grounding import GroundProgram
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.semantics.settings import Settings

NODE_KEYS = ("kind", "label", "status", "role", "citation")


@dataclass(frozen=True, eq=False)
class Explanation:
    """A derivation graph with the determination that it explains.

    Nodes of ``graph`` carry ``kind`` (determination, clause, criterion, fact, reading, presumption),
    ``label``, ``status`` (met, unmet, unknown), ``role`` (all, any or not: how the nodes below
    combine), ``citation``, and ``attribute`` for a leaf that a single attribute settles. ``missing`` are the
    unknown facts that decide an open case; ``contradiction`` says where the policy contradicts itself.
    """

    case_id: str | None
    policy_id: str
    determination: Determination
    graph: nx.DiGraph[str]
    payer_presumptions: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    contradiction: tuple[str, ...] = ()
    disclaimer: str = DISCLAIMER

    def __eq__(self, other: object) -> bool:
        """Equal by what it says: a graph of networkx is equal to itself alone."""
        return isinstance(other, Explanation) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.case_id, self.policy_id, self.determination))

    @property
    def root(self) -> str:
        return str(self.graph.graph["root"])

    @property
    def premises(self) -> Premises:
        """What the determination rests on."""
        return self.determination.premises

    def children(self, node: str) -> list[str]:
        """The nodes that ``node`` rests on, in the order in which they are shown."""
        return list(self.graph.successors(node))

    def below(self, node: str) -> list[str]:
        """All that ``node`` rests on, in the order of the graph."""
        found = nx.descendants(self.graph, node)
        return [each for each in self.graph if each in found]

    def way(self, start: str, end: str) -> list[str]:
        """The shortest way down from one node to another, both included; nothing where there is none."""
        try:
            return list(nx.shortest_path(self.graph, start, end))
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return []

    def to_dict(self) -> dict[str, object]:
        """Nodes and edges as ``explain --format json`` prints them."""
        nodes = [{"id": node, **{key: data[key] for key in NODE_KEYS}} for node, data in self.graph.nodes(data=True)]
        return {
            "case": self.case_id,
            "determination": self.determination.to_dict(),
            "nodes": nodes,
            "edges": [{"from": parent, "to": child} for parent, child in self.graph.edges],
            "disclaimer": self.disclaimer,
        }


class Explainer:
    """Explains determinations."""

    @classmethod
    def of(cls, model: Model) -> Explainer:
        return model.kept(cls, lambda: cls(Decider.of(model), model.ground))

    def __init__(self, decider: Decider, ground: GroundProgram) -> None:
        self.decider = decider
        self.ground = ground

    def explain(self, case: StatedCase, policy: str, settings: Settings) -> Explanation:
        """The explanation of one determination."""
        determination = self.decider.decide(case, policy, settings, with_readings=True)
        view = self.decider.situations.view(case, policy, settings)
        graph = Derivation(self.decider, self.ground, case, view, settings, determination).build()
        findings = frozenset(self.decider.payer_presumptions)
        vocabulary = self.decider.situations.vocabulary
        missing = tuple(case.missing(name, vocabulary) for name in vocabulary.asked(determination.deciding))
        contradiction = contradiction_in_words(self.decider.catalog, determination)
        return Explanation(case.id, policy, determination, graph, findings, missing, contradiction)
