"""The conditions of a derivation graph: each atom over what its ground rules ask for.

The graph itself is built in ``derivation``; see there for what a node carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from payerlogic.answers.derivation.factors import Factor, Way, merged
from payerlogic.answers.derivation.leaves import ALL, ANY, MET, NOT, UNKNOWN, Leaves, combine, negated, status_of
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.program.grounding import GroundRule
from payerlogic.program.records import GIVEN
from payerlogic.semantics.phrases import count_in_words
from payerlogic.text.phrases import listed

LARGEST_BOX = 3


class Conditions(Leaves):
    """A graph with its conditions, which rest on leaves."""

    def _clause(self, name: str) -> str:
        raise NotImplementedError

    # --- Below: atoms, from the ground rules ---------------------------------------------------------

    def _atom(self, atom: int) -> str:
        """The node of an atom, expanded once."""
        if atom in self.ground.clause_of:
            return self._clause(self.ground.clause_of[atom])
        node = self.ground.text_of.get(atom, f"count {atom}")
        if node in self.graph:
            return node
        if atom in self._reading_names:
            return self._reading(atom)
        diagram = self.compiler.diagram(atom, self.view.readings)
        attributes = sorted(self.compiler.attributes_of(diagram), key=lambda name: self.vocabulary[name].rank)
        if len(attributes) == 1:
            return self._leaf(node, attributes[0], diagram, atom)
        named = atom in self.ground.text_of
        if not named and len(own := self._conditions_of(atom)) == 1:
            return self._factor(node, own)
        status = status_of(self.view.over(diagram))
        label = self.catalog.label(node) if named else self._unnamed(atom)
        self._node(node, "criterion", label, status, ALL, self._cite(node))
        repeats = any(self.vocabulary[name].slot is not None for name in attributes)
        if 1 < len(attributes) <= LARGEST_BOX and not repeats and (box := self.comparisons.box(diagram, attributes)):
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
        if len(rules) == 1 and rules[0].weights is not None:
            children = self._counted(node, rules[0], named=atom in self.ground.text_of)
        else:
            children = self._alternatives(node, data, self._sorted(rules))
        self._link(node, self._settled(list(dict.fromkeys(children)), data))

    def _alternatives(self, node: str, data: dict[str, Any], rules: list[GroundRule]) -> list[str]:
        """What the rules ask for: all of it where they come down to one way, else each way; readings last."""
        readings = [self._readings_in(rule) for rule in rules]
        common = [each for each in readings[0] if all(each in own for own in readings)] if readings else []
        ways = merged(self._open_literals(rule) for rule in rules)
        alone = [way for way in ways if len(way.factors) == 1]
        if len(ways) == 1:
            rest = [each for own in readings for each in own if each not in common]
            return [*self._factors(node, ways[0]), *rest, *common]
        data["role"] = ANY
        children = self._together(node, [way.factors[0] for way in alone])
        for way in ways:
            own = [each for rule in way.rules for each in readings[rule] if each not in common]
            if len(way.factors) != 1:
                children.append(self._way(node, way, own))
            else:
                children += own
        return [*children, *common]

    def _open_literals(self, rule: GroundRule) -> list[int]:
        """The conditions of a rule about which the readings leave a choice; of a count, the count as a whole."""
        if rule.weights is not None:
            return [rule.head]
        names, readings = self._reading_names, self.view.readings
        asked = (literal for literal in rule.body if abs(literal) not in names)
        found = [each for each in asked if self.compiler.diagram(abs(each), readings) not in (TRUE, FALSE)]
        return self._of_given(found)

    def _of_given(self, literals: list[int]) -> list[int]:
        """Conditions on a record that is there without saying so; of one that is not, that alone."""
        if not self.vocabulary.records:
            return literals
        if absent := [each for each in map(self._absent, literals) if each is not None]:
            return list(dict.fromkeys(absent))
        said = [each for each in literals if not (self._says_given(each) and self.view.status(each))]
        return said or literals

    def _says_given(self, literal: int) -> bool:
        symbol = self.ground.symbol_of.get(literal)
        return symbol is not None and symbol.name == GIVEN

    def _absent(self, literal: int) -> int | None:
        """For a condition on a record that is not there: the atom that says it is."""
        if self._says_given(literal):
            return literal if self.view.status(literal) is False else None
        rules = self.compiler.graph.rules.get(literal, ())
        ways = [next(filter(None, map(self._absent, rule.body)), None) for rule in rules if rule.weights is None]
        return ways[0] if ways and len(ways) == len(rules) and None not in ways else None

    def _conditions_of(self, atom: int) -> list[int]:
        """What the one rule of an atom without a name asks for, as the members of a count have them; else nothing."""
        rules = self.compiler.graph.rules.get(atom, ())
        return self._open_literals(rules[0]) if len(rules) == 1 and rules[0].weights is None else []

    def _unnamed(self, atom: int) -> str:
        own = sorted(self._conditions_of(atom), key=lambda each: self._rank_of((each,)))
        return "; and ".join(map(self._words, own)) or "a count"

    def _readings_in(self, rule: GroundRule) -> list[str]:
        """The readings that a rule names, and those because of which one of its conditions is settled."""
        found: list[str] = []
        for literal in rule.body if rule.weights is None else ():
            atom = abs(literal)
            if atom in self._reading_names:
                found.append(self._reading(atom))
            elif self.compiler.diagram(atom, self.view.readings) in (TRUE, FALSE):
                found += self._readings(atom)
        return sorted(dict.fromkeys(found))

    def _factors(self, node: str, way: Way) -> list[str]:
        return [self._factor(node, factor) for factor in self._asking(way)]

    def _asking(self, way: Way) -> list[Factor]:
        """The conditions of a way in order; alternatives of which one always holds are none."""
        return sorted((factor for factor in way.factors if self._any_of(factor) != TRUE), key=self._rank_of)

    def _factor(self, node: str, factor: Sequence[int]) -> str:
        """One condition, or alternatives of which one has to hold."""
        if len(factor) == 1:
            return self._atom(factor[0]) if factor[0] > 0 else self._not(-factor[0])
        children = self._together(node, [(each,) for each in factor])
        if len(children) == 1:
            return children[0]
        status = status_of(self.view.over(self._any_of(factor)))
        label = self._factor_words(factor)
        either = self._node(f"{node} by one of {' or '.join(children)}", "criterion", label, status, ANY)
        self.graph.nodes[either].update(is_either=True, atom=self.graph.nodes[node]["atom"])
        self._link(either, children)
        return either

    def _together(self, node: str, factors: Sequence[Sequence[int]]) -> list[str]:
        """Alternatives, those about the same attribute as one leaf: "close or positive"."""
        by_attribute: dict[object, list[int]] = {}
        for factor in sorted(factors, key=self._rank_of):
            asked = self.compiler.attributes_of(self._any_of(factor))
            by_attribute.setdefault(next(iter(asked)) if len(asked) == 1 else factor, []).extend(factor)
        children = []
        for key, literals in by_attribute.items():
            if isinstance(key, str) and len(literals) > 1:
                needed = self._any_of(literals)
                children.append(self._leaf(self._leaf_name(key, needed), key, needed))
            else:
                children.append(self._factor(node, literals))
        return children

    def _way(self, node: str, way: Way, readings: Sequence[str]) -> str:
        """One of several ways to the same atom: "all of" its conditions."""
        children = self._factors(node, way)
        status = self.compiler.forest.conj(*(self._any_of(factor) for factor in way.factors))
        said = (self._factor_words(factor) for factor in self._asking(way))
        name = f"{node} by {' and '.join(children)}"
        self._node(name, "criterion", "; and ".join(said), status_of(self.view.over(status)), ALL)
        self.graph.nodes[name].update(is_way=True, atom=self.graph.nodes[node]["atom"])
        self._link(name, [*children, *readings])
        return name

    def _any_of(self, literals: Iterable[int]) -> int:
        found, forest = FALSE, self.compiler.forest
        for literal in literals:
            diagram = self.compiler.diagram(abs(literal), self.view.readings)
            found = forest.disj(found, diagram if literal > 0 else forest.negate(diagram))
        return found

    def _rank_of(self, factor: Sequence[int]) -> tuple[int, str]:
        names = sorted(self.ground.text_of.get(abs(each), "") for each in factor)
        return self._rank(self._any_of(factor)), " ".join(names)

    def _factor_words(self, factor: Sequence[int]) -> str:
        """Alternatives as one phrase: of one attribute by what it needs, else one after the other."""
        diagram = self._any_of(factor)
        asked = self.compiler.attributes_of(diagram)
        if len(factor) > 1 and len(asked) == 1:
            (attribute,) = asked
            needed = self.comparisons.needs(attribute, diagram)
            return f"{self.vocabulary[attribute].label}: {needed}"
        return " or ".join(self._words(each) for each in sorted(factor, key=lambda each: self._rank_of((each,))))

    def _words(self, literal: int) -> str:
        """A condition without what the case says of it: a criterion by its label, a fact by what it needs."""
        text, diagram = self.ground.text_of.get(abs(literal), ""), self._any_of((literal,))
        asked = self.compiler.attributes_of(diagram)
        if literal > 0 and text in self.catalog.labels and not self._says_value(literal):
            return self.catalog.labels[text]
        if len(asked) == 1:
            (attribute,) = asked
            needed = self.comparisons.needs(attribute, diagram)
            return f"{self.vocabulary[attribute].label}: {needed}"
        label = self.catalog.label(text) if text else self._unnamed(abs(literal))
        return label if literal > 0 else f"not {label}"

    def _counted(self, node: str, rule: GroundRule, named: bool) -> list[str]:
        """The members of a count or a weighted sum; the node says how many, or how much, is needed."""
        weights = dict(zip(rule.body, rule.weights or (), strict=True))
        literals = sorted(weights, key=lambda each: self._rank_of((each,)))
        data = self.graph.nodes[node]
        label, data["role"] = count_in_words([(self._words(each), weights[each]) for each in literals], rule.bound)
        absent = [each for each in literals if self.vocabulary.records and self._absent(each) is not None]
        if absent and len(set(weights.values())) == 1:  # of records that are not there, as many as it would take
            number = -(-rule.bound // weights[literals[0]])
            there = [each for each in literals if each not in absent]
            literals = [*there, *absent[: max(0, number - len(there))]]
            label, data["role"] = f"at least {number} of these", ALL if len(literals) == number else ANY
        data.update(label=f"{data['label']}: {label}" if named else label, counts=True)
        members = [self._factor(node, (each,)) for each in literals]
        for member in map(self.graph.nodes.__getitem__, members):
            if member["status"] == MET and member.get("members"):  # the whole list does not say which of it counts
                member["label"] = f"{member['about']}: {listed(member['members'])}"
        return members

    def _not(self, atom: int) -> str:
        """ "None of" what would make the atom hold; what fails is spelled out below it."""
        diagram = self.compiler.diagram(atom, self.view.readings)
        asked = self.compiler.attributes_of(diagram)
        attribute = next(iter(asked)) if len(asked) == 1 and atom not in self.ground.clause_of else ""
        if attribute and self.vocabulary[attribute].type != "set":
            needed = self.compiler.forest.negate(diagram)
            text = str(self.ground.text_of.get(atom, atom))
            return self._leaf(f"not {text}", attribute, needed, atom, about=text)
        child = self._atom(atom)
        node = f"not {child}"
        if node not in self.graph:
            data = self.graph.nodes[child]
            label = f"not the case: {data['label']}"
            self._node(node, "criterion", label, negated(data["status"]), NOT, data["statements"])
            self.graph.nodes[node].update(negates=data["label"], atom=data["atom"])
            if data["role"] == ANY and not data.get("counts") and data["kind"] == "criterion":
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
        if data["status"] == UNKNOWN or combine(counted, data["role"]) == data["status"]:
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

    def _rank(self, diagram: int) -> int:
        return min((self.vocabulary[name].rank for name in self.compiler.attributes_of(diagram)), default=0)

    def _sorted(self, rules: Iterable[GroundRule]) -> list[GroundRule]:
        """Alternatives in an order that does not depend on how the rules are written down."""

        def key(rule: GroundRule) -> list[tuple[int, str, bool]]:
            atoms = [(abs(literal), literal < 0) for literal in rule.body]
            diagrams = {atom: self.compiler.diagram(atom, self.view.readings) for atom, _ in atoms}
            return sorted((self._rank(diagrams[a]), self.ground.text_of.get(a, ""), neg) for a, neg in atoms)

        return sorted(rules, key=key)
