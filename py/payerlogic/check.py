"""The consistency of one policy over its whole case space: what contradicts, what is dead, what is missing.

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> kinds = {finding.kind for finding in KnowledgeBase.load().check("nia")}
    >>> "conflict" in kinds and "redundant" in kinds and "gap" not in kinds
    True

Findings are discovered, never listed by hand. The space is every complete case past the policy's
gates, under every reading (or with those given fixed). Diagrams over the case and the readings find
them, with the maximal boxes of readings under which each holds; clingo confirms each: a witness is
decided again, a universal claim is an UNSAT answer. A finding that it does not confirm is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from payerlogic.catalog import Clause
from payerlogic.declared import unused, vague
from payerlogic.diagrams import FALSE, TRUE
from payerlogic.findings import KINDS, Finding
from payerlogic.policyspace import PolicySpace
from payerlogic.twin import Under
from payerlogic.whynot import Disagreement
from payerlogic.wording import needs_in_words

NO_CRITERION = "no_criterion"


class Checker:
    """Checks one policy."""

    def __init__(self, space: PolicySpace) -> None:
        self.space = space
        self.table = space.table
        self.forest = space.forest
        self.policy = space.policy
        self.catalog = space.catalog
        self.compiler = space.compiler
        self.ground = space.ground
        self._reading_names = space.ground.reading_names

    def findings(self) -> list[Finding]:
        """All findings, by kind."""
        found = [*self._pairs(), *self._gaps(), *self._dead(), *self._redundant()]
        found += [*unused(self.space), *vague(self.space)]
        return sorted(found, key=lambda each: (KINDS.index(each.kind), -(each.share or 0), each.clauses, each.key))

    # --- Conflict and overlap ---------------------------------------------------------------------------

    def _pairs(self) -> Iterator[Finding]:
        for left, right in combinations(self.space.clauses, 2):
            if (left.otherwise or right.otherwise) and not self._contest(left, right):
                continue
            both = self.forest.both(self.space.met(left), self.space.met(right))
            both = self.forest.both(both, self.space.cases)
            if both == FALSE:
                continue
            for kind in ("conflict", "overlap"):
                where = self.forest.both(both, self._classes_meet(left, right, same=kind == "overlap"))
                yield from self._pair(kind, left, right, where)

    def _contest(self, left: Clause, right: Clause) -> bool:
        """An "otherwise" clause takes part only against a clause with which the text itself ranks it by a reading."""
        return any(
            self.compiler.ground_atom("prevails", self.policy.id, a.id, b.id) is not None
            for a, b in ((left, right), (right, left))
        )

    def _classes_meet(self, left: Clause, right: Clause, *, same: bool) -> int:
        result = FALSE
        for a in left.classes:
            for b in right.classes:
                if (a == b) == same:
                    concluded = self.forest.both(self.space.concludes(left, a), self.space.concludes(right, b))
                    result = self.forest.either(result, concluded)
        return result

    def _pair(self, kind: str, left: Clause, right: Clause, where: int) -> Iterator[Finding]:
        for under in self.space.boxes_within(self.table.for_some_case(where)):
            witness, needed = self.space.witness(where, under)
            self.space.confirm_witness(witness, {**under, **needed}, [("met", left.id), ("met", right.id)])
            titles = f"{left.title!r} ({left.id}) and {right.title!r} ({right.id})"
            if kind == "conflict":
                message = f"{titles} conclude different classes on the same case; {self._winner(left, right, under)}"
            else:
                message = f"{titles} conclude the same class on the same case"
            yield self.space.finding(kind, (left, right), message, witness, under, witness_readings=needed)

    def _winner(self, left: Clause, right: Clause, under: Under) -> str:
        found = []
        for a, b in ((left, right), (right, left)):
            here = self.forest.both(self.space.prevails(a, b), self.space.box(under))
            if here != FALSE:
                always = here == self.space.box(under)
                found.append(f"{a.id} prevails{'' if always else ' under some of these readings'}")
        return ", ".join(found) or "neither prevails"

    # --- Gap ----------------------------------------------------------------------------------------------

    def _gaps(self) -> Iterator[Finding]:
        gap = self.forest.both(self.table.named("determination", self.policy.id, NO_CRITERION), self.space.cases)
        barring = [clause for clause in self.space.clauses if not clause.classes]
        concluding = [clause for clause in self.space.clauses if clause.classes]
        for under in self.space.boxes_within(self.table.for_some_case(gap)):
            inside = self.forest.both(gap, self.space.box(under))
            witness, needed = self.space.witness(gap, under)
            self.space.confirm_witness(witness, {**under, **needed}, [("determination", NO_CRITERION)])
            bars = [c for c in barring if self.forest.both(self.space.met(c), inside) != FALSE]
            words = f"; {', '.join(f'{c.title!r} ({c.id})' for c in bars)} can bar it" if bars else ""
            names = ", ".join(clause.id for clause in concluding)
            message = f"no clause concludes a class on these cases, although {names} could have{words}"
            found = (*concluding, *bars)
            yield self.space.finding("gap", found, message, witness, under, witness_readings=needed)

    # --- Dead ----------------------------------------------------------------------------------------------

    def _dead(self) -> Iterator[Finding]:
        for clause in self.space.clauses:
            met = self.forest.both(self.space.met(clause), self.space.cases)
            never = self.forest.both(self.space.written(clause), self.forest.negate(self.table.for_some_case(met)))
            for under in self.space.boxes_within(never):
                self.space.confirm_never(clause, (), under)
                axioms = self._axioms_needed(clause, (), under)
                message = f"{clause.title!r} ({clause.id}) can never be met"
                yield self.space.finding("dead", (clause,), message, None, under, axioms)
            if met != FALSE:
                yield from self._dead_alternatives(clause, met)

    def _dead_alternatives(self, clause: Clause, met: int) -> Iterator[Finding]:
        """Alternatives among the conditions of a clause that no case that meets the clause can take."""
        alive = self.table.for_some_case(met)
        for (atom, index), path in self._alternatives(clause).items():
            rule = self.compiler.graph.rules[atom][index]
            possible = self.forest.both(met, self.table.body(rule))
            never = self.forest.negate(self.table.for_some_case(possible))
            never = self.forest.both(never, self.forest.both(path, alive))
            for under in self.space.boxes_within(never):
                self.space.confirm_never(clause, rule.body, under)
                axioms = self._axioms_needed(clause, rule.body, under)
                said = " and ".join(self._words(each) for each in rule.body if abs(each) not in self._reading_names)
                label = self.catalog.label(self.ground.text_of.get(atom, ""))
                message = f"in {clause.title!r} ({clause.id}), the alternative {said!r} of {label!r} can never be taken"
                yield self.space.finding("dead", (clause,), message, None, under, axioms)

    def _alternatives(self, clause: Clause) -> dict[tuple[int, int], int]:
        """The rules of the policy's own conditions with several rules, reached from a clause without passing a
        "not", each with the readings under which it is reached. (What a threshold or a site is, no policy says.)"""
        start = self.compiler.ground_atom("met", self.policy.id, clause.id)
        found: dict[tuple[int, int], int] = {}
        stack = [(start, TRUE)] if start is not None else []
        seen: set[tuple[int, int]] = set()
        while stack:
            atom, path = stack.pop()
            if (atom, path) in seen:
                continue
            seen.add((atom, path))
            rules = self.compiler.graph.rules.get(atom, ())
            if any(rule.weights for rule in rules):
                continue
            for index, rule in enumerate(rules):
                taken = path
                for literal in rule.body:
                    if abs(literal) in self._reading_names:
                        taken = self.forest.both(taken, self.table.diagram(abs(literal)))
                if len(rules) > 1 and self._own(atom):
                    found[atom, index] = self.forest.either(found.get((atom, index), FALSE), taken)
                stack += [(literal, taken) for literal in rule.body if literal > 0]
        return dict(sorted(found.items(), key=lambda item: (self.ground.text_of.get(item[0][0], ""), item[0][1])))

    def _own(self, atom: int) -> bool:
        symbol = self.ground.symbol_of.get(atom)
        return symbol is not None and (
            symbol.name in ("met", self.policy.id) or symbol.name.startswith(f"{self.policy.id}_")
        )

    def _axioms_needed(self, clause: Clause, body: tuple[int, ...], under: Under) -> tuple[str, ...]:
        """A minimal set of axioms without which the alternative could be taken."""
        needed = list(self.catalog.axioms)
        for axiom in list(needed):
            fewer = [each for each in needed if each != axiom]
            if self._never(clause, body, under, fewer):
                needed = fewer
        return tuple(needed)

    def _never(self, clause: Clause, body: tuple[int, ...], under: Under, axioms: list[str]) -> bool:
        node = self.forest.both(self.space.met(clause), self.space.past_gates)
        node = self.forest.both(node, self.space.box({**self.space.given, **under}))
        for literal in body:
            part = self.table.diagram(abs(literal))
            node = self.forest.both(node, part if literal > 0 else self.forest.negate(part))
        for axiom in axioms:
            node = self.forest.both(node, self.forest.negate(self.table.named("impossible", axiom)))
        return node == FALSE

    # --- Redundant -----------------------------------------------------------------------------------------

    def _redundant(self) -> Iterator[Finding]:
        base = self.table.class_table()
        for clause in self.space.clauses:
            atom = self.compiler.ground_atom("met", self.policy.id, clause.id)
            alive = self.table.for_some_case(self.forest.both(self.space.met(clause), self.space.cases))
            if atom is None or alive == FALSE:
                continue
            without = self.table.supposing({atom: FALSE}).class_table()
            changed = self.forest.both(self._unequal(base, without), self.space.cases)
            never = self.forest.both(alive, self.forest.negate(self.table.for_some_case(changed)))
            for under in self.space.boxes_within(never):
                if self.space.twin.changes(clause.id, {**self.space.given, **under}, past_gates=True):
                    raise Disagreement(f"not confirmed: {clause.id} is redundant under {dict(under)}")
                covering = self._covering(clause, under)
                names = ", ".join(f"{each.title!r} ({each.id})" for each in covering)
                message = f"removing {clause.title!r} ({clause.id}) changes no determination; covered by {names}"
                yield self.space.finding("redundant", (clause, *covering), message, None, under)

    def _unequal(self, left: Mapping[str, int], right: Mapping[str, int]) -> int:
        """Where a class of the one is not that of the other."""
        result = FALSE
        for name, node in left.items():
            if node != right[name]:
                result = self.forest.either(result, self.forest.both(node, self.forest.negate(right[name])))
        return result

    def _covering(self, clause: Clause, under: Under) -> tuple[Clause, ...]:
        """The clauses that stand on some case on which the redundant one is met."""
        where = self.forest.both(self.forest.both(self.space.met(clause), self.space.cases), self.space.box(under))
        return tuple(
            other
            for other in self.space.clauses
            if other.id != clause.id
            and self.forest.both(where, self.table.named("stands", self.policy.id, other.id)) != FALSE
        )

    def _words(self, literal: int) -> str:
        """A condition in words: a fact by its attribute and value, a criterion by its label."""
        for axis in self.compiler.axes.values():
            for value, atom in axis.atoms.items():
                if atom == abs(literal):
                    needs = needs_in_words(axis, axis.positions_with(value))
                    return f"{axis.attribute.label} {'is' if literal > 0 else 'is not'} {needs}"
        text = self.ground.text_of.get(abs(literal), "a count")
        label = self.catalog.labels.get(text, text)
        return label if literal > 0 else f"not: {label}"
