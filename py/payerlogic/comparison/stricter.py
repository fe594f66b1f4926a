"""Does a plan ever refuse what a base approves? Where, by which clause, and which readings would end it.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> kb.stricter("nia", "bcbsaz").stricter, kb.stricter("bcbsaz", "nia").stricter
    (False, True)

A plan is stricter where the base approves a case and the plan does anything but approve it: a review, a request
that waits, and silence are named apart from a denial, since nobody is served before they end. "Never stricter" is
an UNSAT answer of clingo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from payerlogic.answers.premises import Premises
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.conflict_removal import Opposed, Options, Removal
from payerlogic.comparison.proof import Claims
from payerlogic.comparison.result import Comparison, Pair, Party, Region
from payerlogic.comparison.space import Space
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.errors import InternalDisagreement
from payerlogic.program.files import Program
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.outcomes import APPROVED
from payerlogic.semantics.solver import Solver


@dataclass(frozen=True)
class Strictness:
    """Where ``plan`` does not approve what ``base`` approves, by pair of classes, the plan's first.

    ``approved`` are the cells that the base approves, ``cells`` those of them that the plan does not. ``ended_by``
    are the minimal switches of readings after which there is none; None where the two are asked on different days
    or under different readings.
    """

    plan: Party
    base: Party
    pairs: tuple[Pair, ...]
    approved: int
    cells: int
    ended_by: tuple[Options, ...] | None
    premises: Premises
    proved: bool = False

    @property
    def stricter(self) -> bool:
        return bool(self.pairs)

    @property
    def share(self) -> Fraction:
        """The share of what the base approves."""
        return Fraction(self.cells, self.approved) if self.approved else Fraction(0)

    @property
    def regions(self) -> Iterator[tuple[Pair, Region]]:
        yield from ((pair, region) for pair in self.pairs for region in pair.regions)

    @property
    def all_listed(self) -> bool:
        return all(pair.all_listed for pair in self.pairs)

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        """As ``stricter --json`` prints it. Shares of regions are of what the base approves."""
        return {
            "stricter": self.stricter,
            "proved": self.proved,
            "plan": self.plan.to_dict(),
            "base": self.base.to_dict(),
            "approved_by_base": self.approved,
            "cells": self.cells,
            "share": round(float(self.share), 9),
            "regions": [
                {
                    **region.box_data(),
                    "share": round(float(region.share), 9),
                    "witness": region.witness.to_dict(vocabulary),
                    "classes": {"plan": pair.left, "base": pair.right},
                    "clauses": {"plan": [c.id for c in region.left], "base": [c.id for c in region.right]},
                    "citations": {
                        "plan": [c.citation for c in region.left],
                        "base": [c.citation for c in region.right],
                    },
                }
                for pair, region in self.regions
            ],
            "all_listed": self.all_listed,
            "ended_by": None
            if self.ended_by is None
            else [{reading: list(taken) for reading, taken in options} for options in self.ended_by],
            "premises": self.premises.to_dict(),
        }


class StrictnessSearch:
    """Asks whether one policy is ever stricter than another."""

    def __init__(self, comparer: Comparer, program: Program, solver: Solver) -> None:
        self.comparer = comparer
        self.program = program
        self.solver = solver
        self._outcome = {name: each.outcome for name, each in comparer.catalog.classes.items()}

    def find(self, plan: Party, base: Party, budget: Budget = WHOLE) -> Strictness:
        """The answer, proved; of each pair of classes so many regions as the budget allows."""
        space = Space.of(self.comparer.situations, (plan, base))
        totals = space.counts.all_of(space.joint)
        counts = {value: count for value, count in totals.items() if isinstance(value, tuple)}
        approved = sum(count for value, count in counts.items() if self._outcome[value[1]] == APPROVED)
        classes = list(self.comparer.catalog.classes)
        values = [each for each in counts if self._outcome[each[1]] == APPROVED != self._outcome[each[0]]]
        values.sort(key=lambda pair: (classes.index(pair[0]), classes.index(pair[1])))
        pairs = [
            self.comparer.pair(space, (value[0], value[1]), (plan, base), (counts[value], approved), share)
            for value, share in zip(values, budget.begun().parts(len(values)), strict=True)
        ]
        found = Strictness(
            plan,
            base,
            tuple(pairs),
            approved,
            sum(pair.cells for pair in pairs),
            (),
            self.comparer.premises((plan, base)),
        )
        found = replace(found, ended_by=self._ended_by(found) if pairs else ())
        self._prove(found)
        return replace(found, proved=True)

    def _ended_by(self, found: Strictness) -> tuple[Options, ...] | None:
        """Minimal sets of readings after which the plan approves all that the base approves; clingo confirms each."""
        others = tuple(outcome for outcome in self.comparer.catalog.outcomes if outcome != APPROVED)
        opposed: Opposed = ((others, (APPROVED,)),)
        sides = Comparison(found.plan, found.base, (), {})
        removal = Removal.of(self.comparer.situations, self.solver, sides, opposed)
        return removal.switches_in(None) if removal is not None else None

    def _prove(self, found: Strictness) -> None:
        regions = list(found.regions)
        claims = Claims(self.program, self.comparer.situations, (found.plan, found.base), [r for _, r in regions])
        plan, base = (claims.outcomes(wanted) for wanted in ([{APPROVED}, None], [None, {APPROVED}]))
        refused = [*base, *(-literal for literal in plan)]
        for (pair, region), box in zip(regions, claims.boxes.atoms, strict=True):
            claims.holds_for(region.witness, [box], f"{dict(region.witness.facts)} is not in {dict(region.box)}")
            for side, class_ in zip(claims.sides, (pair.left, pair.right), strict=True):
                claims.never([box, -side.only[class_]], f"{dict(region.box)} is not {class_} throughout")
            for party, class_ in ((found.plan, pair.left), (found.base, pair.right)):
                case = party.case(region.witness, self.comparer.catalog)
                decided = self.comparer.decider.decide(case, party.policy, party.on_its_day).class_
                if decided != class_:
                    raise InternalDisagreement(f"{dict(case.facts)} is {decided} at {party}, not {class_}")
        if found.all_listed:
            outside = [-box for box in claims.boxes.atoms]
            claims.never(
                [*refused, *outside], f"{found.plan} is stricter than {found.base} in no region that is listed"
            )
