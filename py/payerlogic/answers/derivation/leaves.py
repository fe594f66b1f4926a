"""The leaves of a derivation graph: facts, readings, presumptions and axioms, and how a node is made.

The graph itself is built in ``derivation``; see there for what a node carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from payerlogic.answers.decision import Decider, Determination
from payerlogic.answers.fact_phrases import Comparisons
from payerlogic.cases.case import StatedCase
from payerlogic.program.grounding import GroundProgram
from payerlogic.semantics.case_view import View
from payerlogic.semantics.settings import Settings

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
ALL, ANY, NOT = "all", "any", "not"


class Leaves:
    """A graph with its leaves."""

    def __init__(
        self,
        decider: Decider,
        ground: GroundProgram,
        case: StatedCase,
        view: View,
        settings: Settings,
        determination: Determination,
    ) -> None:
        self.catalog = decider.catalog
        self.citations = decider.citations
        self.vocabulary = decider.situations.vocabulary
        self.compiler = view.compiler
        self.ground = ground
        self.case = case
        self.view = view
        self.determination = determination
        self.comparisons = Comparisons(view, case, self.vocabulary, settings)
        self.policy = self.catalog.policies[view.policy]
        self.graph: nx.DiGraph[str] = nx.DiGraph()
        self._reading_names = ground.reading_names

    # --- Leaves: facts, readings, presumptions -------------------------------------------------------

    def _leaf_name(self, attribute: str, needed: int) -> str:
        return f"{attribute}: {self.comparisons.needs(attribute, needed)}"

    def _leaf(self, node: str, attribute: str, needed: int, atom: int | None = None, about: str = "") -> str:
        """What one attribute settles: the stated value against what is needed, which is a diagram; ``about`` an atom
        called otherwise."""
        if node in self.graph:
            return node
        comparisons = self.comparisons
        status = {True: MET, False: UNMET, None: UNKNOWN}[comparisons.status(attribute, needed)]
        kind = "presumption" if comparisons.is_presumed(attribute, needed) else "fact"
        own = None if self._says_value(atom) else self.catalog.labels.get(node)
        label = comparisons.in_words(attribute, needed, own)
        self._node(node, kind, label, status, ANY, self._cite(node), attribute)
        self.graph.nodes[node].update(comparisons.apart(attribute, needed), atom=about or node)
        if atom is not None and self._reading_bears(atom):
            self._link(node, self._readings(atom))
        self._link(node, self._axioms(attribute))
        return node

    def _says_value(self, atom: int | None) -> bool:
        """Whether the label of an atom is a value's own, so that what a case says of it has words of its own."""
        symbol = self.ground.symbol_of.get(atom) if atom is not None else None
        return symbol is not None and symbol.name in self.catalog.says_value

    def _axioms(self, attribute: str) -> list[str]:
        """For a fact that nobody stated but that follows: the axiom, and the facts that it follows from."""
        if attribute in self.case.facts or attribute not in self.view.known:
            return []
        nodes = []
        for name, axiom in self.catalog.axioms.items():
            asked = self.compiler.attributes_of(self.compiler.named("impossible", name, readings=self.view.readings))
            given = [self.vocabulary[each].describe(self.case.facts[each]) for each in asked & self.case.facts.keys()]
            if attribute in asked and given:
                label = f"{axiom.sentence}, and {' and '.join(sorted(given))}"
                node = self._node(f"axiom({name})", "criterion", label, MET, ALL, axiom.source)
                self.graph.nodes[node]["qualifies"] = True
                nodes.append(node)
        return nodes

    def _readings(self, atom: int) -> list[str]:
        """The readings taken in the rules of ``atom`` itself."""
        names = self._reading_names
        rules = self.compiler.graph.rules.get(atom, ())
        ids = {names[abs(literal)][0] for rule in rules for literal in rule.body if abs(literal) in names}
        taken = (each for each in self.view.readings if names[each][0] in ids)
        return [self._reading(each) for each in sorted(taken, key=lambda each: names[each])]

    def _reading(self, atom: int) -> str:
        id_, option = self._reading_names[atom]
        reading = self.catalog.readings[id_]
        mark = "" if option == reading.default else " (not the default)"
        label = f"read as: {reading.meaning(option)}{mark}"
        node = self._node(f"reading({id_},{option})", "reading", label, MET, ALL, self._cite(id_))
        self.graph.nodes[node]["qualifies"] = True
        return node

    def _reading_bears(self, atom: int) -> bool:
        """Whether another option could make this leaf come out differently, for the value that it has."""
        names = self._reading_names
        now = self.view.over(self.compiler.diagram(atom, self.view.readings))
        for taken in self.view.readings & self.compiler.readings_of([atom]):
            others = {each for each, (id_, _) in names.items() if id_ == names[taken][0]}
            for other in others - {taken}:
                readings = self.view.readings - others | {other}
                if self.view.over(self.compiler.diagram(atom, readings)) != now:
                    return True
        return False

    def _presumption(self, name: str) -> str:
        label = f"presumed: {self.catalog.label(name)}"
        return self._node(f"presume({name})", "presumption", label, MET, ALL, self._cite(name))

    # --- Small tools -----------------------------------------------------------------------------------

    def _node(
        self,
        node: str,
        kind: str,
        label: str,
        status: str,
        role: str,
        cited: Sequence[str] | str = (),
        attribute: str = "",
    ) -> str:
        """A node, made once. ``cited`` are the statements that it rests on, or a source in words."""
        if node not in self.graph:
            statements = () if isinstance(cited, str) else tuple(cited)
            citation = self.catalog.citation(self.policy.id, statements, self.determination.version)
            data = {"atom": node, "kind": kind, "label": label, "status": status, "role": role}
            data |= {"citation": cited if isinstance(cited, str) else citation, "attribute": attribute}
            self.graph.add_node(node, **data, statements=statements)
        return node

    def _qualifies(self, node: str) -> bool:
        return bool(self.graph.nodes[node].get("qualifies"))

    def _link(self, parent: str, children: Iterable[str]) -> None:
        self.graph.add_edges_from([(parent, child) for child in children])

    def _reached(self, node: str) -> set[str]:
        return {node, *nx.descendants(self.graph, node)}

    def _cite(self, thing: str) -> tuple[str, ...]:
        return self.policy.cites.get(thing, ())


def status_of(values: set[object]) -> str:
    return UNKNOWN if len(values) != 1 else MET if True in values else UNMET


def negated(status: str) -> str:
    return {MET: UNMET, UNMET: MET}.get(status, UNKNOWN)


def combine(statuses: Sequence[str], role: str) -> str:
    """What the children say of their parent, without looking any further."""
    if role == NOT:
        return negated(combine(statuses, ANY))
    deciding, other = (UNMET, MET) if role == ALL else (MET, UNMET)
    if deciding in statuses:
        return deciding
    return UNKNOWN if UNKNOWN in statuses else other
