"""The rules that a policy itself writes for its clauses, and what would change if one of them were different.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.consistency.policy_space import PolicySpace
    >>> kb = KnowledgeBase.load()
    >>> own = OwnRules(PolicySpace(kb.situations, kb.ground, "bcbsaz", {}))
    >>> len(own.of(own.space.policy.clauses["b16"])) > 10
    True

What a threshold, a site or a version is, no policy says: those rules are the same for every payer and take no
part. Counts ("two or more of") are taken as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.program.catalog import Clause
from payerlogic.program.grounding import GroundRule
from payerlogic.semantics.reading_space import ReadingSpace


@dataclass(frozen=True)
class PolicyRule:
    """One ground rule of a policy's own, as a clause comes to it: the ``index``-th way in which ``atom`` holds.

    ``path`` are the readings under which the clause comes to it, as a diagram; ``alone`` says that there is
    no other way.
    """

    atom: int
    index: int
    rule: GroundRule
    path: int
    alone: bool


class OwnRules:
    """The own rules of one policy, on the diagrams of its space."""

    def __init__(self, space: PolicySpace) -> None:
        self.space = space
        self.table = space.table
        self.forest = space.forest
        self.graph = space.compiler.graph
        self._turns: dict[int, int] = {}
        contradiction = self.table.named("contradiction", space.policy.id)
        self._consistent = self.forest.conj(contradiction, space.cases) == FALSE
        self._base = self._classes(self.table)
        self.met_atoms = {
            atom: clause
            for clause in space.policy.clauses.values()
            if (atom := space.compiler.ground_atom("met", space.policy.id, clause.id)) is not None
        }

    def _classes(self, table: ReadingSpace) -> dict[str, int]:
        """What decides the class. Where the policy as it stands never contradicts itself, it is enough to compare which
        classes are concluded: they then differ exactly where the class does, and cost less than the class."""
        if not self._consistent:
            return table.class_table()
        policy = self.space.policy.id
        return {name: table.named("concluded", policy, name) for name in self.space.catalog.classes}

    def of(self, clause: Clause) -> list[PolicyRule]:
        """The rules that a clause comes to without passing a "not" or another clause."""
        start = self.space.compiler.ground_atom("met", self.space.policy.id, clause.id)
        found: dict[tuple[int, int], int] = {}
        stack = [(start, TRUE)] if start is not None else []
        seen: set[tuple[int, int]] = set()
        while stack:
            atom, path = stack.pop()
            if (atom, path) in seen:
                continue
            seen.add((atom, path))
            rules = self.graph.rules.get(atom, ())
            if any(rule.weights for rule in rules):
                continue
            for index, rule in enumerate(rules):
                taken = self.forest.conj(path, self._readings(rule))
                if self.space.is_own(atom):
                    found[atom, index] = self.forest.disj(found.get((atom, index), FALSE), taken)
                stack += [(each, taken) for each in rule.body if each > 0 and each not in self.met_atoms]
        rules_of = self.graph.rules
        written = [
            PolicyRule(atom, index, rules_of[atom][index], path, len(rules_of[atom]) == 1)
            for (atom, index), path in found.items()
        ]
        names = self.space.ground.text_of
        return sorted(written, key=lambda each: (names.get(each.atom, ""), each.index))

    def _readings(self, rule: GroundRule) -> int:
        """The readings that a rule asks for."""
        result = TRUE
        for literal in rule.body:
            if abs(literal) in self.space.ground.reading_names:
                diagram = self.table.diagram(abs(literal))
                result = self.forest.conj(result, diagram if literal > 0 else self.forest.negate(diagram))
        return result

    def place(self, written: PolicyRule, literal: int | None = None) -> str:
        """Where a rule stands, in brackets, if its words alone, or those of a condition of it, could mean another way
        to the same; where one rule of the text is several ways, what else it asks there."""
        names = self.space.ground.reading_names

        def asked(rule: GroundRule) -> frozenset[int]:
            return frozenset(each for each in rule.body if abs(each) not in names)

        ways = enumerate(self.graph.rules[written.atom])
        others = [rule for index, rule in ways if index != written.index]
        if literal is None:
            alike = [rule for rule in others if asked(rule) == asked(written.rule)]
        else:
            alike = [rule for rule in others if literal in rule.body]
        if not alike:
            return ""
        here = self.space.rule_part(written.atom, written.rule)
        rest = [self.space.words(each) for each in written.rule.body if abs(each) not in names and each != literal]
        is_one = any(self.space.rule_part(written.atom, rule).place == here.place for rule in alike)
        said = [str(here), *([f"where {' and '.join(rest)}"] if is_one and rest else [])]
        return f" ({', '.join(filter(None, said))})" if any(said) else ""

    def others(self, written: PolicyRule) -> int:
        """Where the atom holds by another of its rules."""
        rules = enumerate(self.graph.rules[written.atom])
        return self.forest.disj(*(self.table.body(rule) for index, rule in rules if index != written.index))

    def no_change(self, atom: int, instead: int, live: int) -> int:
        """The readings of ``live`` under which no possible case past the gates changes its class if ``atom`` holds
        where the diagram ``instead`` does."""
        moved, where = self._moved(atom, instead)
        changing = self.table.for_some_case(moved, where, live)
        return self.forest.conj(live, self.forest.negate(changing))

    def _moved(self, atom: int, instead: int) -> tuple[int, int]:
        """Two diagrams that meet where a possible case past the gates changes its class."""
        now = self.table.diagram(atom)
        if now == instead:
            return FALSE, FALSE
        if atom in self.met_atoms:
            return self.forest.xor(now, instead), self._turned_by(atom)
        supposed = self.table.supposing({atom: instead})
        reached = self._first_clauses(atom)
        if reached is None:
            return self._unlike(self._classes(supposed)), self.space.cases
        moved = {each: supposed.diagram(each) for each in reached}
        moved = {each: node for each, node in moved.items() if node != self.table.diagram(each)}
        if len(moved) == 1:
            ((met, node),) = moved.items()
            return self.forest.xor(self.table.diagram(met), node), self._turned_by(met)
        if not moved:
            return FALSE, FALSE
        return self._unlike(self._classes(self.table.supposing(moved))), self.space.cases

    def _turned_by(self, met: int) -> int:
        """The possible cases past the gates whose class depends on whether a clause is met."""
        if met not in self._turns:
            with_it, without = (self._classes(self.table.supposing({met: value})) for value in (TRUE, FALSE))
            result = self.forest.disj(*(self.forest.xor(node, without[name]) for name, node in with_it.items()))
            self._turns[met] = self.forest.conj(result, self.space.cases)
        return self._turns[met]

    def _first_clauses(self, atom: int) -> list[int] | None:
        """The clauses that rest on ``atom`` other than through another clause; None if the class does so directly."""
        found, stack, seen = [], [atom], {atom}
        tops = {*self.space.compiler.determinations(self.space.policy.id).values()}
        while stack:
            at = stack.pop()
            if at in tops:
                return None
            if at in self.met_atoms:
                found.append(at)
                continue
            fresh = self.table.dependents(at) - seen
            seen |= fresh
            stack += fresh
        return sorted(found)

    def _unlike(self, table: dict[str, int]) -> int:
        return self.forest.disj(*(self.forest.xor(node, table[name]) for name, node in self._base.items()))
