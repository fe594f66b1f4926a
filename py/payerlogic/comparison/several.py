"""Several policies over every possible case: which outcomes go together, and who approves what the others do.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load().of_service("lung_screening")
    >>> found = kb.compare_several(["acs_ldct", "cms_ldct", "uspstf_ldct"])
    >>> found.complete, sum(vector.cells for vector in found.vectors) == found.cells
    (True, True)
    >>> [(each.left, each.right) for each in found.approves if each.holds]
    []

Every case has one outcome at each policy, and so lies in one vector of outcomes. Counts and shares come from one
diagram of all policies; regions are listed as for two. Clingo proves that no other vector occurs, that each
region has its vector, and whom whatever a policy approves is approved by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from payerlogic.answers.decision import CitedClause
from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.proof import Claims, Never
from payerlogic.comparison.result import Boxed, Party
from payerlogic.comparison.space import Partition, Space
from payerlogic.comparison.strictness import Order
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.errors import InternalDisagreement
from payerlogic.program.files import Program
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.outcomes import APPROVED, DENIED, NOT_ADDRESSED

Outcomes = tuple[str, ...]
RELATIONS = ("conflict", "process", "silent", "agree")
"""How the outcomes of a vector relate, the gravest first: some approve and some deny; those that address the case
differ in another way; some do not address it and the others, if there are any, agree; all address it and agree. Of
two policies this is the relation of their classes, with ``basis`` as agreement."""


def relation_of(outcomes: Outcomes) -> str:
    """How the outcomes of several policies on one case relate.

    >>> relation_of(("approved", "denied", "not_addressed")), relation_of(("not_addressed", "not_addressed"))
    ('conflict', 'silent')
    """
    if {APPROVED, DENIED} <= set(outcomes):
        return "conflict"
    if len(set(outcomes) - {NOT_ADDRESSED}) > 1:
        return "process"
    return "silent" if NOT_ADDRESSED in outcomes else "agree"


@dataclass(frozen=True)
class VectorRegion(Boxed):
    """A maximal box of one vector, and a case of it."""

    witness: StatedCase
    share: Fraction

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            **self.box_data(),
            "share": round(float(self.share), 9),
            "witness": self.witness.to_dict(vocabulary),
        }


@dataclass(frozen=True)
class Vector:
    """All cases with these outcomes, a case of them, and the clauses that decide it at each policy.

    ``listed`` is the share of its cells that the regions hold.
    """

    outcomes: Outcomes
    cells: int
    share: Fraction
    witness: StatedCase
    clauses: tuple[tuple[CitedClause, ...], ...]
    regions: tuple[VectorRegion, ...]
    listed: Fraction

    @property
    def relation(self) -> str:
        return relation_of(self.outcomes)

    @property
    def all_listed(self) -> bool:
        return self.listed == 1


@dataclass(frozen=True)
class Approval:
    """Whether ``right`` approves whatever ``left`` does; if not, a case, and the share of what ``left`` approves."""

    left: str
    right: str
    witness: StatedCase | None
    otherwise: Fraction

    @property
    def holds(self) -> bool:
        return self.witness is None

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "left": self.left,
            "right": self.right,
            "holds": self.holds,
            "witness": self.witness.to_dict(vocabulary) if self.witness is not None else None,
            "not_approved": round(float(self.otherwise), 9),
        }


@dataclass(frozen=True)
class SeveralPolicies:
    """The whole partition by vectors of outcomes, the gravest relation first; ``parties`` is the order in a vector."""

    parties: tuple[Party, ...]
    vectors: tuple[Vector, ...]
    approves: tuple[Approval, ...]
    cells: int
    order: Order
    premises: Premises
    complete: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(party.name for party in self.parties)

    @property
    def approvers(self) -> tuple[tuple[tuple[str, ...], tuple[Vector, ...]], ...]:
        """Each set of policies that approve some case which no other of them approves, with its combinations; the
        largest share first, then by who comes first."""
        found: dict[tuple[str, ...], list[Vector]] = {}
        for vector in self.vectors:
            who = tuple(name for name, each in zip(self.names, vector.outcomes, strict=True) if each == APPROVED)
            found.setdefault(who, []).append(vector)
        ranked = sorted(found, key=lambda who: (not who, -sum(each.cells for each in found[who])))
        return tuple((who, tuple(found[who])) for who in ranked)

    def share_where(self, left: str, right: str, relation: str) -> Fraction:
        """In which share of the cells two of the policies are in a relation."""
        at = self.names.index(left), self.names.index(right)
        here = (each for each in self.vectors if relation_of(tuple(each.outcomes[i] for i in at)) == relation)
        return sum((each.share for each in here), Fraction(0))

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        """As ``compare --json`` prints it for three and more policies."""
        return {
            "complete": self.complete,
            "policies": [{"name": party.name, **party.to_dict()} for party in self.parties],
            "cells": self.cells,
            "vectors": [
                {
                    "outcomes": dict(zip(self.names, each.outcomes, strict=True)),
                    "relation": each.relation,
                    "cells": each.cells,
                    "share": round(float(each.share), 9),
                    "witness": each.witness.to_dict(vocabulary),
                    "clauses": {
                        name: [clause.id for clause in clauses]
                        for name, clauses in zip(self.names, each.clauses, strict=True)
                    },
                    "regions": [region.to_dict(vocabulary) for region in each.regions],
                    "listed": round(float(each.listed), 9),
                    "all_listed": each.all_listed,
                }
                for each in self.vectors
            ],
            "approves": [each.to_dict(vocabulary) for each in self.approves],
            "order": self.order.to_dict(),
            "premises": self.premises.to_dict(),
        }


class SeveralComparer:
    """Compares any number of policies over all cases."""

    def __init__(self, comparer: Comparer, program: Program) -> None:
        self.comparer = comparer
        self.program = program
        self._outcome = {name: each.outcome for name, each in comparer.catalog.classes.items()}

    def compare(self, parties: Sequence[Party], budget: Budget = WHOLE) -> SeveralPolicies:
        """All vectors, of each so many regions as the budget allows; proved."""
        parties = tuple(parties)
        space = Space.of(self.comparer.situations, parties)
        totals: dict[Outcomes, int] = {}
        for classes, count in space.counts.all_of(space.joint).items():
            if (outcomes := self._read(classes)) is not None:
                totals[outcomes] = totals.get(outcomes, 0) + count
        cells, partition = sum(totals.values()), Partition(space, self._read)
        vectors = [
            self._vector(space, partition, parties, outcomes, (totals[outcomes], cells), share)
            for outcomes, share in zip(sorted(totals, key=self._rank), budget.begun().parts(len(totals)), strict=True)
        ]
        approves = tuple(_approvals([party.name for party in parties], vectors))
        premises = self.comparer.premises(parties)
        names = [party.name for party in parties]
        order = Order.of(names, [(each.left, each.right) for each in approves if each.holds], _apart(names, totals))
        found = SeveralPolicies(parties, tuple(vectors), approves, cells, order, premises)
        self._prove(found)
        return replace(found, complete=True)

    def _read(self, classes: object) -> Outcomes | None:
        """The outcomes of some classes; None of a case that is not possible."""
        return tuple(self._outcome[each] for each in classes) if isinstance(classes, tuple) else None

    def _rank(self, outcomes: Outcomes) -> tuple[int, list[int]]:
        order = list(self.comparer.catalog.outcomes)
        return RELATIONS.index(relation_of(outcomes)), [order.index(each) for each in outcomes]

    def _vector(
        self,
        space: Space,
        partition: Partition,
        parties: tuple[Party, ...],
        outcomes: Outcomes,
        counted: tuple[int, int],
        budget: Budget,
    ) -> Vector:
        forest, (cells, whole) = space.forest, counted
        wanted = partition.where(outcomes)
        boxes, listed = partition.regions(outcomes, budget)
        regions = []
        for box in boxes:
            share = Fraction(space.counts.count_true(forest.conj(box.in_any_order, wanted)), whole)
            case = self.comparer.witness(space, forest.conj(box.cases, wanted))
            regions.append(
                VectorRegion(box.values, box.positions, case, share, any_order=box.any_order, numbered=box.numbered)
            )
        witness = regions[0].witness if regions else self.comparer.witness(space, wanted)
        decided = [self.comparer.decided(witness, party) for party in parties]
        if tuple(each.outcome for each in decided) != outcomes:
            raise InternalDisagreement(f"{dict(witness.facts)} is {[each.outcome for each in decided]}, not {outcomes}")
        clauses = tuple(each.clauses for each in decided)
        return Vector(outcomes, cells, Fraction(cells, whole), witness, clauses, tuple(regions), listed)

    # --- Proof ---------------------------------------------------------------------------------------------

    def _prove(self, found: SeveralPolicies) -> None:
        """Every universal statement is an UNSAT answer, every witness is decided again."""
        regions = [(vector, region) for vector in found.vectors for region in vector.regions]
        claims = Claims(self.program, self.comparer.situations, found.parties, [region for _, region in regions])
        having = [claims.outcomes([{each} for each in vector.outcomes]) for vector in found.vectors]
        names = [vector.outcomes for vector in found.vectors]
        atom = dict(zip(names, claims.all_of_each(having), strict=True))
        boxes: dict[Outcomes, list[int]] = {vector.outcomes: [] for vector in found.vectors}
        never: list[Never] = []
        for (vector, region), box in zip(regions, claims.boxes.atoms, strict=True):
            boxes[vector.outcomes].append(box)
            claims.holds_for(region.witness, [box], f"the witness {dict(region.witness.facts)} is not in its region")
            never.append(([box, -atom[vector.outcomes]], f"{dict(region.box)} is not {vector.outcomes} throughout"))
        claims.none_can_be(never)
        for vector in found.vectors:
            if all(vector.witness != region.witness for region in vector.regions):
                what = f"the witness {dict(vector.witness.facts)} is not {vector.outcomes}"
                claims.holds_for(vector.witness, [atom[vector.outcomes]], what)
            if vector.all_listed:
                outside = [-box for box in boxes[vector.outcomes]]
                claims.never([atom[vector.outcomes], *outside], f"a case that is {vector.outcomes} is in no region")
        claims.never([-each for each in atom.values()], "a possible case has outcomes that are not listed")
        for each in found.approves:
            if each.holds:
                at = found.names.index(each.left), found.names.index(each.right)
                yes, no = (
                    claims.outcomes([{APPROVED} if side == here else None for side in range(len(found.parties))])
                    for here in at
                )
                claims.never([*yes, *(-literal for literal in no)], f"{each.right} does not approve all of {each.left}")


def _apart(names: Sequence[str], vectors: Iterable[Outcomes]) -> set[frozenset[str]]:
    """The pairs of policies that give different outcomes on some case that both address."""
    return {
        frozenset({names[i], names[j]})
        for outcomes in vectors
        for i, j in combinations(range(len(names)), 2)
        if relation_of((outcomes[i], outcomes[j])) in ("conflict", "process")
    }


def _approvals(names: Sequence[str], vectors: Sequence[Vector]) -> list[Approval]:
    found = []
    for i, left in enumerate(names):
        approved = [vector for vector in vectors if vector.outcomes[i] == APPROVED]
        whole = sum((vector.share for vector in approved), Fraction(0))
        for j, right in enumerate(names):
            if i != j:
                but = [vector for vector in approved if vector.outcomes[j] != APPROVED]
                part = sum((vector.share for vector in but), Fraction(0))
                found.append(
                    Approval(left, right, but[0].witness if but else None, part / whole if but else Fraction(0))
                )
    return found
