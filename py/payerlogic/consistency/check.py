"""The consistency of one policy over its whole case space: what contradicts, what is dead, what is missing.

    >>> from payerlogic import KnowledgeBase
    >>> kinds = {finding.kind for finding in KnowledgeBase.load().check("bcbsaz")}
    >>> "conflict" in kinds and "redundant" in kinds and "gap" in kinds
    True

Findings are discovered, never listed by hand. The space is every complete case past the policy's
gates, under every reading (or with those given fixed). Diagrams over the case and the readings find
them, with the maximal boxes of readings under which each holds; clingo confirms each: a witness is
decided again, a universal claim is an UNSAT answer. A finding that it does not confirm is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from payerlogic.answers.premises import Premises
from payerlogic.consistency.causes import with_causes
from payerlogic.consistency.finding import KINDS, Finding
from payerlogic.consistency.gaps import gaps
from payerlogic.consistency.policy_rules import OwnRules
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.consistency.redundant import Redundancy
from payerlogic.consistency.unreachable import dead
from payerlogic.consistency.unused import unused, vague
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.diagrams.forest import FALSE
from payerlogic.program.catalog import Clause
from payerlogic.semantics.reading_space import Under

NOT_SETTLED = (
    "neither overrides the other, so the policy contradicts itself there: a precedence between the two, or the payer, "
    "would settle it"
)
SPACE = "Speaks of every complete case past the policy's gates, in every edition; nothing is presumed."


Step = Callable[[str], None]


class Checker:
    """Checks one policy."""

    def __init__(self, space: PolicySpace) -> None:
        self.space = space
        self.table = space.table
        self.forest = space.forest
        self.policy = space.policy
        self.compiler = space.compiler

    def findings(self, budget: Budget = WHOLE, step: Step | None = None) -> list[Finding]:
        """All findings: those that hold by default first, then what stated precedence does not settle, then by kind.

        Of a gap are listed so many regions as the budget allows; ``step`` hears what is looked for.
        """
        own = OwnRules(self.space)
        searches: dict[str, Callable[[], Iterable[Finding]]] = {
            "conflicts and overlaps": self._pairs,
            "gaps": lambda: gaps(self.space, budget),
            "dead clauses and parts": lambda: dead(self.space, own),
            "redundant clauses and parts": Redundancy(self.space, own).findings,
            "what is unused": lambda: unused(self.space),
            "vague terms": lambda: vague(self.space),
        }
        found: list[Finding] = []
        for what, search in searches.items():
            if step is not None:
                step(f"Looking for {what}")
            found += search()
        found = [replace(each, by_default=self._by_default(each), premises=self._premises(each)) for each in found]
        ranks = {kind: at for at, kind in enumerate(KINDS)}
        found.sort(
            key=lambda each: (
                not each.by_default,
                ranks["redundant"] + 0.5 if each.settled else ranks[each.kind],
                -(each.share or 0),
                each.clauses,
                each.key,
            )
        )
        return with_causes(self.space.catalog, found)

    def _by_default(self, finding: Finding) -> bool:
        """Whether a finding holds with each reading at its default, or as it was fixed."""
        readings = self.space.catalog.readings
        return all(readings[name].default in options for name, options in finding.under.items())

    def _premises(self, finding: Finding) -> Premises:
        """Nothing is presumed; a finding without readings of its own holds under every one, unless some were fixed."""
        every = not finding.under and not self.space.given
        return Premises(tried="every" if every else "none", space=SPACE)

    # --- Conflict and overlap ---------------------------------------------------------------------------

    def _pairs(self) -> Iterator[Finding]:
        for left, right in combinations(self.space.clauses, 2):
            if (left.otherwise or right.otherwise) and not self._contest(left, right):
                continue
            both = self.forest.conj(self.space.met(left), self.space.met(right))
            both = self.forest.conj(both, self.space.cases)
            if both == FALSE:
                continue
            meet = self.forest.conj(both, self._classes_meet(left, right, same=False))
            ranked = self.forest.disj(self.space.prevails(left, right), self.space.prevails(right, left))
            unsettled = self.table.for_some_case(meet, self.forest.negate(ranked))
            yield from self._pair("conflict", left, right, self.forest.conj(meet, unsettled))
            meet = self.forest.conj(meet, self.forest.negate(unsettled))
            yield from self._pair("conflict", left, right, meet, settled=True)
            same = self.forest.conj(both, self._classes_meet(left, right, same=True))
            yield from self._pair("overlap", left, right, same)

    def _contest(self, left: Clause, right: Clause) -> bool:
        """An "otherwise" clause takes part only against a clause with which the text itself ranks it by a reading."""
        return any(
            self.compiler.ground_atom("prevails", self.policy.id, a.id, b.id) is not None
            for a, b in ((left, right), (right, left))
        )

    def _classes_meet(self, left: Clause, right: Clause, *, same: bool) -> int:
        pairs = ((a, b) for a in left.classes for b in right.classes if (a == b) == same)
        concludes, conj = self.space.concludes, self.forest.conj
        return self.forest.disj(*(conj(concludes(left, a), concludes(right, b)) for a, b in pairs))

    def _pair(self, kind: str, left: Clause, right: Clause, where: int, *, settled: bool = False) -> Iterator[Finding]:
        for under in self.space.boxes_within(self.table.for_some_case(where)):
            witness, needed = self.space.witness(where, under)
            self.space.confirm_witness(witness, {**under, **needed}, [("met", left.id), ("met", right.id)])
            titles = f"{left.title!r} ({left.id}) and {right.title!r} ({right.id})"
            if kind == "conflict":
                message = f"{titles} conclude different classes on the same case; {self._winner(left, right, under)}"
            else:
                message = f"{titles} conclude the same class on the same case"
            found = self.space.finding(kind, (left, right), message, witness, under, witness_readings=needed)
            yield replace(found, settled=settled)

    def _winner(self, left: Clause, right: Clause, under: Under) -> str:
        """Which clause overrides which; where that is a matter of readings, under which."""
        found = []
        inside = self.space.box({**self.space.given, **under})
        for a, b in ((left, right), (right, left)):
            here = self.forest.conj(self.space.prevails(a, b), inside)
            if here == inside:
                found.append(f"{a.id} overrides {b.id}")
            elif here != FALSE:
                boxes = self.space.boxes_within(self.forest.disj(here, self.forest.negate(inside)))
                real = (box for box in boxes if self.forest.conj(self.space.box(box), inside) != FALSE)
                where = ", or ".join(sorted(" and ".join(f"{r}={'|'.join(o)}" for r, o in box.items()) for box in real))
                found.append(f"{a.id} overrides {b.id} where {where}")
        return ", ".join(found) or NOT_SETTLED
