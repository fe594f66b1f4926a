"""For each clause of one policy, what the other has for the same cases: the same, more, less, or nothing.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> found = kb.clause_differences(kb.compare("nia", "bcbsaz"))
    >>> [(each.clause, each.relation) for each in found if each.side == "right" and each.outcome == "approved"]
    [('b16', 'wider')]

A clause decides the cases on which it stands and concludes the class. There the other policy has the same outcome
for all of them, by clauses that decide exactly these ("same") or more ("wider"); for some, under further conditions
("narrower"); or for none ("nothing"). Gates, and clauses that are met because nothing else is, are left out: they
decide what the others leave. Each row is confirmed by clingo.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from operator import eq

from payerlogic.answers.decision import CitedClause
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.proof import Claims, Never
from payerlogic.comparison.result import Boxed, Comparison
from payerlogic.comparison.space import Space, boxed
from payerlogic.diagrams.budget import Budget
from payerlogic.diagrams.counts import Counts
from payerlogic.diagrams.covers import largest_first
from payerlogic.diagrams.forest import FALSE
from payerlogic.program.catalog import Clause
from payerlogic.program.files import Program
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.gathered import Gathered
from payerlogic.semantics.outcomes import APPROVED

RELATIONS = ("nothing", "narrower", "wider", "same")
"""What the other policy has, from the least to the same."""
CONDITIONS = 4
"""Boxes that say where the other policy gives the outcome, too: more are no longer a condition that is read."""


@dataclass(frozen=True)
class Proviso(Boxed):
    """A box that, of the cases of a clause, the other policy treats alike."""


@dataclass(frozen=True)
class ClauseDifference:
    """One clause of one side ("left" or "right"), and what the other side has for the cases that it decides.

    Shares are of all cells: ``share`` those that the clause decides, ``differs`` those of them to which the other gives
    another outcome, by class in ``instead``. Of a narrower other, ``only_where`` are the cases with the same outcome,
    all of them if ``all_listed``. ``by`` are the other's clauses with that outcome there, and ``otherwise`` those that
    decide the ``witness``, a case to which it gives another, or if there is none, the same.
    """

    side: str
    clause: str
    title: str
    citation: str
    outcome: str
    relation: str
    share: Fraction
    differs: Fraction
    instead: tuple[tuple[str, Fraction], ...]
    by: tuple[CitedClause, ...]
    otherwise: tuple[CitedClause, ...]
    only_where: tuple[Proviso, ...]
    all_listed: bool
    witness: StatedCase

    @property
    def cited(self) -> tuple[CitedClause, ...]:
        """The clauses of the other side to be named: those that decide otherwise, or if none does, alike."""
        return self.otherwise if self.differs else self.by

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "side": self.side,
            "clause": self.clause,
            "citation": self.citation,
            "outcome": self.outcome,
            "other": self.relation,
            "share": round(float(self.share), 9),
            "differs": round(float(self.differs), 9),
            "instead": {name: round(float(share), 9) for name, share in self.instead},
            "by": [each.id for each in self.by],
            "only_where": [dict(each.box) for each in self.only_where],
            "all_listed": self.all_listed,
            "witness": self.witness.to_dict(vocabulary),
            "proved": True,
        }


class DifferenceSearch:
    """Finds what each clause of two sides comes to at the other."""

    def __init__(self, comparer: Comparer, program: Program, comparison: Comparison) -> None:
        self.comparer = comparer
        self.program = program
        self.catalog = comparer.catalog
        self.parties = (comparison.left, comparison.right)
        self.space = Space.of(comparer.situations, self.parties)
        self.forest = self.space.forest
        self._outcome = {name: each.outcome for name, each in self.catalog.classes.items()}
        self._having: dict[tuple[int, str], int] = {}
        self._sides = [self.space.of_side(side) for side in (0, 1)]
        self._decided = [dict(self._diagrams(side)) for side in (0, 1)]
        decided = [node for side in self._decided for node in side.values()]
        self._counts = Counts(self.forest, self.space.possible, *decided)

    def find(self) -> tuple[ClauseDifference, ...]:
        """A row for each clause that decides a case, those first of which most differs; proved."""
        found = [
            self._difference(side, clause, outcome)
            for side in (0, 1)
            for clause, outcome in self._decided[side]
            if not self._clause(side, clause).otherwise
        ]
        self._prove(found)
        # What one approves and the other does not comes first: it is what a comparison is read for.
        return tuple(sorted(found, key=lambda row: (row.outcome != APPROVED or not row.differs, -row.differs)))

    def _clause(self, side: int, clause: str) -> Clause:
        return self.catalog.policies[self.parties[side].policy].clauses[clause]

    def _diagrams(self, side: int) -> Iterator[tuple[tuple[str, str], int]]:
        """Each clause with an outcome, and where it decides that outcome; gates left out."""
        party, forest = self.parties[side], self.forest
        for clause in self.catalog.policies[party.policy].clauses.values():
            stands = self.space.holds(side, "stands", party.policy, clause.id) if clause.gate is None else FALSE
            for outcome in dict.fromkeys(self._outcome[name] for name in clause.classes):
                here = {name for name in clause.classes if self._outcome[name] == outcome}
                node = forest.conj(stands, self._where(side, here))
                if node != FALSE:
                    yield (clause.id, outcome), node

    def _where(self, side: int, classes: Iterable[str]) -> int:
        """The possible cases of which a side has one of some classes."""
        return self.forest.disj(*(self._class(side, name) for name in sorted(classes)))

    def _class(self, side: int, name: str) -> int:
        key = side, name
        if key not in self._having:
            self._having[key] = self.forest.mapped(self._sides[side], partial(eq, name))
        return self._having[key]

    def _difference(self, side: int, clause: str, outcome: str) -> ClauseDifference:
        forest, space, other = self.forest, self.space, 1 - side
        decided = self._decided[side][clause, outcome]
        # The class that the other side gives to what the clause decides: all that follows is read from it.
        there = forest.ite(decided, self._sides[other], forest.terminal(None))
        compared = forest.mapped(there, lambda name: None if name is None else self._outcome[str(name)] == outcome)
        alike = forest.parts(compared)
        same, apart = alike.get(True, FALSE), alike.get(False, FALSE)
        given = {str(name): count for name, count in self._counts.all_of(there).items() if name is not None}
        instead = {name: given[name] for name in self._outcome if name in given and self._outcome[name] != outcome}
        whole = self._counts.count_true(space.possible)
        matching = [
            (name, node)
            for (name, having), node in self._decided[other].items()
            if having == outcome and forest.meet(node, decided)
        ]
        boxes: list[Proviso] = []
        all_listed = True
        if apart == FALSE:
            relation = "same" if forest.disj(*(node for _, node in matching)) == decided else "wider"
        elif same == FALSE:
            relation = "nothing"
        else:
            relation = "narrower"
            boxes, all_listed = self._provisos(same, decided)
        witness = self.comparer.witness(space, apart if apart != FALSE else same)
        book = self._clause(side, clause)
        policy = self.parties[other].policy
        return ClauseDifference(
            ("left", "right")[side],
            clause,
            book.title,
            self.catalog.citation(self.parties[side].policy, book.statements),
            outcome,
            relation,
            Fraction(sum(given.values()), whole),
            Fraction(sum(instead.values()), whole),
            tuple((name, Fraction(count, whole)) for name, count in instead.items()),
            tuple(self._cited(policy, self._clause(other, name)) for name, _ in matching),
            self.comparer.clauses(witness, self.parties[other]),
            tuple(boxes),
            all_listed,
            witness,
        )

    def _provisos(self, same: int, decided: int) -> tuple[list[Proviso], bool]:
        """The largest boxes of the cases that are decided the same, without the values that none of the decided ones
        has; and whether these are all."""
        gathered = Gathered.asked(self.space.compiler, self.forest, (same, decided))
        forest, (alike, cases) = gathered.forest, gathered.roots
        allowed = forest.disj(alike, forest.negate(cases))
        found, whole = largest_first(forest, alike, allowed, Budget(boxes=CONDITIONS))
        within = (
            {v: frozenset(at for at in values if forest.cofactor(cases, v, at) != FALSE) for v, values in box.items()}
            for box in found
        )
        named = (boxed(gathered, box, self.forest) for box in within)
        return [Proviso(each.values, each.positions) for each in named], whole

    def _cited(self, policy: str, clause: Clause) -> CitedClause:
        citation = self.catalog.citation(policy, clause.statements)
        return CitedClause(clause.id, clause.title, clause.statements, citation, clause.classes)

    # --- Proof ---------------------------------------------------------------------------------------------

    def _prove(self, found: list[ClauseDifference]) -> None:
        provisos = [box for row in found for box in row.only_where]
        claims = Claims(self.program, self.comparer.situations, self.parties, provisos)
        boxes = iter(claims.boxes.atoms)
        standing = [claims.standing(side) for side in (0, 1)]

        def has(side: int, outcome: str) -> int:
            (literal,) = claims.outcomes([{outcome} if at == side else None for at in (0, 1)])
            return literal

        literal = {(side, name): has(side, name) for side in (0, 1) for name in self.catalog.outcomes}
        never: list[Never] = []
        for row in found:
            side = ("left", "right").index(row.side)
            other, what = 1 - side, f"{row.clause} is not {row.relation} at {self.parties[1 - side]}"
            decides = claims.all_of([standing[side][row.clause], literal[side, row.outcome]])
            alike = literal[other, row.outcome]
            claims.holds_for(row.witness, [decides, -alike if row.differs else alike], what)
            own = [next(boxes) for _ in row.only_where]
            if row.relation == "nothing":
                never.append(([decides, alike], what))
            elif row.relation == "narrower":
                for box in own:
                    never.append(([decides, box, -alike], what))
                if row.all_listed:
                    never.append(([decides, alike, *(-box for box in own)], what))
            else:
                never.append(([decides, -alike], what))
                if row.relation == "same":
                    for clause in row.by:
                        never.append(([standing[other][clause.id], alike, -decides], what))
        claims.none_can_be(never)


def clause_differences(comparer: Comparer, program: Program, comparison: Comparison) -> tuple[ClauseDifference, ...]:
    """What each clause of the two sides of a comparison comes to at the other."""
    return DifferenceSearch(comparer, program, comparison).find()
