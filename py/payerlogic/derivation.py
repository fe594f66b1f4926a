"""Builds the AND/OR graph of one determination from the ground rules.

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> graph = KnowledgeBase.load().explain({"primary_site": "breast", "age_years": 45}, "nia").graph
    >>> graph.nodes["at_least(age_years,50)"]["label"]
    'age is 45 years, needs 50 or more'

One node per atom, so alternatives never multiply. Readings, axioms and presumptions that hang
under a node qualify it; its role (all of, any of, none of) speaks of the other nodes under it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx

from payerlogic.case import StatedCase
from payerlogic.comparisons import Comparisons
from payerlogic.decide import Decider, Determination
from payerlogic.diagrams import FALSE, TRUE
from payerlogic.grounding import GroundProgram, GroundRule
from payerlogic.inference import View
from payerlogic.situations import Settings
from payerlogic.wording import needs_in_words

MET, UNMET, UNKNOWN = "met", "unmet", "unknown"
ALL, ANY, NOT = "all", "any", "not"
LARGEST_BOX = 3


class Derivation:
    """Builds one graph."""

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

    # --- The top: the determination and its clauses -----------------------------------------------

    def build(self) -> nx.DiGraph[str]:
        """The graph; ``graph.graph["root"]`` names its top node."""
        found, policy = self.determination, self.policy
        words = " or ".join(self.catalog.classes[name].label for name in found.possible)
        edition = f"edition of {found.version}" if found.version else "no edition in force"
        deciding = self._deciding_clauses()
        root = self._node(
            f"determination({policy.id})",
            "determination",
            f"{found.policy}: {words}",
            MET if found.class_ else UNKNOWN,
            ANY if deciding else NOT,
            f"{policy.document}, {edition}",
        )
        self.graph.graph["root"] = root
        self._link(root, [self._standing(name) for name in deciding])
        by_rank = sorted(policy.clauses.values(), key=lambda clause: (clause.gate or 0, clause.id))
        others = [clause.id for clause in by_rank if clause.gate is None]
        gates = [clause.id for clause in by_rank if clause.gate is not None]
        self._link(root, self._section("other clauses", others, self._reached(root)))
        self._link(root, self._section("gates, asked before the criteria", gates, self._reached(root)))
        return self.graph

    def _deciding_clauses(self) -> list[str]:
        """The clauses that conclude the class, or, in an open case, that may conclude one."""
        concluding = [name for name, clause in self.policy.clauses.items() if clause.classes]
        if self.determination.class_ is not None:
            return [clause.id for clause in self.determination.clauses if clause.id in concluding]
        return [name for name in concluding if self._status_of("stands", name) != UNMET]

    def _section(self, label: str, clauses: Sequence[str], reached: set[str]) -> list[str]:
        """One node over the remaining clauses, without those already told or ruled out by a reading."""
        nodes = [
            self._standing(name)
            for name in clauses
            if f"met({self.policy.id},{name})" not in reached
            and self.compiler.named("met", self.policy.id, name, readings=self.view.readings) != FALSE
            and self.policy.clauses[name].classes
        ]
        if not nodes:
            return []
        status = _combine([str(self.graph.nodes[node]["status"]) for node in nodes], ANY)
        node = self._node(f"{label} of {self.policy.id}", "criterion", label, status, ANY, "")
        self._link(node, nodes)
        return [node]

    def _standing(self, name: str) -> str:
        """A clause; where another one prevails over it, or may, that as well."""
        met = self._clause(name)
        defeaters = self._defeaters(name)
        if not defeaters or self._status_of("met", name) == UNMET:
            return met
        titles = " or ".join(f"{self.policy.clauses[other].title!r}" for other in defeaters)
        status = self._status_of("stands", name)
        label = f"{self.policy.clauses[name].title}: stands"
        node = self._node(f"stands({self.policy.id},{name})", "criterion", label, status, ALL, self._cite(name))
        undefeated = _negated(_status(self.view.over(self._any_met(defeaters))))
        label = f"not defeated by {titles}"
        prevailing = self._node(f"undefeated({self.policy.id},{name})", "criterion", label, undefeated, NOT, "")
        self._link(prevailing, [self._clause(other) for other in defeaters])
        self._link(prevailing, self._precedence_readings(name, defeaters))
        self._link(node, [met, prevailing])
        return node

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
            found = self.compiler.forest.either(found, met)
        return found

    def _precedence_readings(self, name: str, defeaters: Sequence[str]) -> list[str]:
        atoms = [self.compiler.ground_atom("prevails", self.policy.id, other, name) for other in defeaters]
        return list(dict.fromkeys(node for atom in atoms if atom is not None for node in self._readings(atom)))

    def _clause(self, name: str) -> str:
        node = f"met({self.policy.id},{name})"
        if node not in self.graph:
            title, status = self.policy.clauses[name].title, self._status_of("met", name)
            self._node(node, "clause", title, status, ALL, self._cite(name))
            atom = self.compiler.ground_atom("met", self.policy.id, name)
            if atom is not None:
                self._expand(node, atom)
            for class_ in self.policy.clauses[name].classes:  # what it concludes may itself rest on a reading
                concludes = self.compiler.ground_atom("concludes", self.policy.id, name, class_)
                self._link(node, self._readings(concludes) if concludes is not None else [])
        return node

    # --- Below: atoms, from the ground rules ---------------------------------------------------------

    def _atom(self, atom: int) -> str:
        """The node of an atom, expanded once."""
        if atom in self.ground.clause_of:
            return self._clause(self.ground.clause_of[atom])
        node = self.ground.text_of.get(atom, f"condition {atom}")
        if node in self.graph:
            return node
        if atom in self._reading_names:
            return self._reading(atom)
        diagram = self.compiler.diagram(atom, self.view.readings)
        attributes = sorted(self.compiler.attributes_of(diagram), key=lambda name: self.vocabulary[name].rank)
        if len(attributes) == 1:
            return self._leaf(node, attributes[0], self.comparisons.positions(diagram, attributes[0]), atom)
        status = _status(self.view.over(diagram))
        self._node(node, "criterion", self.catalog.label(node), status, ALL, self._cite(node))
        if 1 < len(attributes) <= LARGEST_BOX and (box := self.comparisons.box(diagram, attributes)):
            self._link(node, [self._leaf(self._leaf_name(*side), *side) for side in box])
            self._link(node, self._readings(atom))
        else:
            self._expand(node, atom)
        return node

    def _expand(self, node: str, atom: int) -> None:
        """Put under ``node`` what ``atom`` rests on: its rule's body, or its rules as alternatives."""
        rules = [
            rule
            for rule in self.compiler.graph.rules.get(atom, ())
            if self.compiler.body(rule, self.view.readings) != FALSE
        ]
        data = self.graph.nodes[node]
        if len(rules) == 1:
            if rules[0].weights is not None:
                data.update(role=ANY, label=f"at least {rules[0].bound} of these {len(rules[0].body)}")
            children = self._body(rules[0])
        else:
            data["role"] = ANY
            bodies = [self._body(rule) for rule in self._sorted(rules)]
            common = [child for child in bodies[0] if self._qualifies(child)] if bodies else []
            common = [child for child in common if all(child in body for body in bodies)]
            children = [
                *(self._way(node, [child for child in body if child not in common], rule)
                  for body, rule in zip(bodies, self._sorted(rules), strict=True)),
                *common,
            ]  # fmt: skip
        self._link(node, self._settled(list(dict.fromkeys(children)), data))

    def _way(self, node: str, children: Sequence[str], rule: GroundRule) -> str:
        """One of several rules for the same atom: its only condition, or "all of" its conditions."""
        if len(children) == 1:
            return children[0]
        status = _status(self.view.over(self.compiler.body(rule, self.view.readings)))
        labels = [str(self.graph.nodes[child]["label"]) for child in children if not self._qualifies(child)]
        way = self._node(f"{node} by {' and '.join(children)}", "criterion", "; and ".join(labels), status, ALL, "")
        self._link(way, children)
        return way

    def _body(self, rule: GroundRule) -> list[str]:
        """The nodes of a rule's body in the order of the vocabulary, readings last."""
        nodes: list[tuple[int, int, str]] = []
        for literal in rule.body:
            atom = abs(literal)
            if atom in self._reading_names:
                nodes.append((1, 0, self._reading(atom)))
                continue
            diagram = self.compiler.diagram(atom, self.view.readings)
            if rule.weights is None and diagram == (TRUE if literal > 0 else FALSE):  # only a reading moves it
                nodes += [(1, 0, reading) for reading in self._readings(atom)]
                continue
            node = self._atom(atom) if literal > 0 else self._not(atom)
            nodes.append((0, self._rank(diagram), node))
        return list(dict.fromkeys(node for _, _, node in sorted(nodes)))

    def _not(self, atom: int) -> str:
        """ "None of" what would make the atom hold; what fails is spelled out below it."""
        child = self._atom(atom)
        node = f"not {child}"
        if node not in self.graph:
            data = self.graph.nodes[child]
            self._node(node, "criterion", f"not: {data['label']}", _negated(data["status"]), NOT, data["citation"])
            if data["role"] == ANY and not data["attribute"] and data["kind"] == "criterion":
                self._link(node, self.graph.successors(child))
                if not self.graph.in_degree(child):
                    self.graph.remove_node(child)
            else:
                self._link(node, [child])
        return node

    def _settled(self, children: list[str], data: dict[str, str]) -> list[str]:
        """Where a status is settled although the facts below leave it open, the presumption that settles
        it takes the place of what is not stated."""
        counted = [str(self.graph.nodes[child]["status"]) for child in children if not self._qualifies(child)]
        if data["status"] == UNKNOWN or _combine(counted, data["role"]) == data["status"]:
            return children
        spoken_for = {attribute: name for name, attribute in self.view.presumed}
        kept, settling = [], []
        for child in children:
            below = {str(self.graph.nodes[each]["attribute"]) for each in self._reached(child)} & spoken_for.keys()
            if below and self.graph.nodes[child]["status"] == UNKNOWN:
                settling += [spoken_for[attribute] for attribute in sorted(below)]
            else:
                kept.append(child)
        for child in children:
            if child not in kept:
                below = self._reached(child)
                self.graph.remove_nodes_from([n for n in below if set(self.graph.predecessors(n)) <= below])
        return [*kept, *(self._presumption(name) for name in dict.fromkeys(settling))]

    # --- Leaves: facts, readings, presumptions -------------------------------------------------------

    def _leaf_name(self, attribute: str, positions: Sequence[int]) -> str:
        return f"{attribute}: {needs_in_words(self.compiler.axes[attribute], positions)}"

    def _leaf(self, node: str, attribute: str, positions: Sequence[int], atom: int | None = None) -> str:
        """What one attribute settles: the stated value against what is needed."""
        if node in self.graph:
            return node
        comparisons = self.comparisons
        possible, needed = comparisons.possible(attribute), frozenset(positions)
        status = MET if possible <= needed else UNKNOWN if possible & needed else UNMET
        kind = "presumption" if comparisons.is_presumed(attribute, positions) else "fact"
        own = None if node.startswith(("site(", "case(")) else self.catalog.labels.get(node)
        label = comparisons.in_words(attribute, positions, own)
        self._node(node, kind, label, status, ANY, self._cite(node), attribute)
        if atom is not None and self._reading_bears(atom):
            self._link(node, self._readings(atom))
        self._link(node, self._axioms(attribute))
        return node

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
                nodes.append(self._node(f"axiom({name})", "criterion", label, MET, ALL, axiom.source))
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
        return self._node(f"reading({id_},{option})", "reading", label, MET, ALL, self._cite(id_))

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
        self, node: str, kind: str, label: str, status: str, role: str, citation: str, attribute: str = ""
    ) -> str:
        if node not in self.graph:
            data = {"kind": kind, "label": label, "status": status, "role": role, "citation": citation}
            self.graph.add_node(node, **data, attribute=attribute)
        return node

    def _qualifies(self, node: str) -> bool:
        return self.graph.nodes[node]["kind"] == "reading" or node.startswith("axiom(")

    def _link(self, parent: str, children: Iterable[str]) -> None:
        self.graph.add_edges_from([(parent, child) for child in children])

    def _reached(self, node: str) -> set[str]:
        return {node, *nx.descendants(self.graph, node)}

    def _cite(self, thing: str) -> str:
        statements = self.policy.cites.get(thing, ())
        return self.catalog.citation(self.policy.id, statements, self.determination.version) if statements else ""

    def _status_of(self, name: str, clause: str) -> str:
        return _status(self.view.over(self.compiler.named(name, self.policy.id, clause, readings=self.view.readings)))

    def _rank(self, diagram: int) -> int:
        return min((self.vocabulary[name].rank for name in self.compiler.attributes_of(diagram)), default=0)

    def _sorted(self, rules: Iterable[GroundRule]) -> list[GroundRule]:
        """Alternatives in an order that does not depend on how the rules are written down."""

        def key(rule: GroundRule) -> list[tuple[int, str, bool]]:
            atoms = [(abs(literal), literal < 0) for literal in rule.body]
            diagrams = {atom: self.compiler.diagram(atom, self.view.readings) for atom, _ in atoms}
            return sorted((self._rank(diagrams[a]), self.ground.text_of.get(a, ""), neg) for a, neg in atoms)

        return sorted(rules, key=key)


def _status(values: set[object]) -> str:
    return UNKNOWN if len(values) != 1 else MET if True in values else UNMET


def _negated(status: str) -> str:
    return {MET: UNMET, UNMET: MET}.get(status, UNKNOWN)


def _combine(statuses: Sequence[str], role: str) -> str:
    """What the children say of their parent, without looking any further."""
    if role == NOT:
        return _negated(_combine(statuses, ANY))
    deciding, other = (UNMET, MET) if role == ALL else (MET, UNMET)
    if deciding in statuses:
        return deciding
    return UNKNOWN if UNKNOWN in statuses else other
