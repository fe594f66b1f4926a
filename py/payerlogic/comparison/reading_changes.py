"""What becomes of a comparison when its texts are read otherwise: which cases move, from what to what.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> before = kb.compare("nia", "bcbsaz")
    >>> after = kb.compare("nia", "bcbsaz", kb.settings({"nia_colon_t4": "alternative_to_recurrent"}))
    >>> {(shift.relation_before, shift.relation_after) for shift in kb.shifts(before, after)}
    {('basis', 'conflict')}

Both comparisons are laid over each other on the same cases: each case then has its classes before and after
at either side. Those whose classes differ are divided like a comparison is, into maximal boxes that cover exactly
them. Every witness is decided again, before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from payerlogic.answers.decision import CitedClause
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.result import Comparison, Party, Region
from payerlogic.comparison.space import Space
from payerlogic.errors import InternalDisagreement
from payerlogic.semantics.outcomes import RELATIONS, relation

Classes = tuple[str, str]


@dataclass(frozen=True)
class MovedRegion:
    """A maximal box of cases that move alike; ``was`` are the clauses that decided the witness before."""

    region: Region
    was: tuple[tuple[CitedClause, ...], tuple[CitedClause, ...]]


@dataclass(frozen=True)
class Shift:
    """All cases that move from one pair of classes to another. ``share`` is of all cells of the space."""

    before: Classes
    after: Classes
    relation_before: str
    relation_after: str
    share: Fraction
    cells: int
    regions: tuple[MovedRegion, ...]

    @property
    def moves(self) -> tuple[str, str]:
        """How the two related before, and how they do after."""
        return self.relation_before, self.relation_after


@dataclass(frozen=True)
class Effect:
    """What reading one policy otherwise comes to: the shares of its cells that get another class, another outcome."""

    classes: Fraction
    outcomes: Fraction


class ShiftSearch:
    """Finds what moves between two comparisons of the same policies on the same days."""

    def __init__(self, comparer: Comparer) -> None:
        self.comparer = comparer

    def find(self, before: Comparison, after: Comparison) -> list[Shift]:
        """Every group of cases that moves, the gravest relations after it first.

        Raises ValueError if the two are not about the same policies on the same days.
        """
        parties = (before.left, before.right, after.left, after.right)
        if any(_asked(a) != _asked(b) for a, b in zip(parties[:2], parties[2:], strict=True)):
            raise ValueError("only the readings may differ between the two comparisons")
        space = Space.of(self.comparer.situations, parties)
        totals = space.counts.all_of(space.joint)
        cells = sum(count for value, count in totals.items() if value is not None)
        found = []
        for value, count in totals.items():
            if not isinstance(value, tuple) or value[:2] == value[2:]:
                continue
            wanted = space.by_value.where(value)
            regions = [
                self.comparer.region(space, box, wanted, parties[2:], cells) for box in space.by_value.regions(value)[0]
            ]
            found.append(
                Shift(
                    value[:2],
                    value[2:],
                    relation(self.comparer.catalog, *value[:2]),
                    relation(self.comparer.catalog, *value[2:]),
                    Fraction(count, cells),
                    count,
                    tuple(MovedRegion(each, self._confirmed(each, parties, value)) for each in regions),
                )
            )
        return sorted(found, key=lambda shift: (*map(RELATIONS.index, shift.moves[::-1]), shift.before, shift.after))

    def effect(self, before: Party, after: Party) -> Effect:
        """How much of the space of one policy another reading moves, without where."""
        space = Space.of(self.comparer.situations, (before, after))
        outcome = {name: each.outcome for name, each in self.comparer.catalog.classes.items()}
        totals = space.counts.all_of(space.joint)
        counts = {value: count for value, count in totals.items() if isinstance(value, tuple)}
        whole = sum(counts.values())
        classes = sum(count for (was, now), count in counts.items() if was != now)
        outcomes = sum(count for (was, now), count in counts.items() if outcome[was] != outcome[now])
        return Effect(Fraction(classes, whole), Fraction(outcomes, whole))

    def _confirmed(
        self, region: Region, parties: tuple[Party, ...], classes: tuple[str, ...]
    ) -> tuple[tuple[CitedClause, ...], tuple[CitedClause, ...]]:
        """The witness decided again by each party; the clauses of those before."""
        clauses = []
        for party, class_ in zip(parties, classes, strict=True):
            case = party.case(region.witness, self.comparer.catalog)
            found = self.comparer.decider.decide(case, party.policy, party.on_its_day)
            if found.class_ != class_:
                raise InternalDisagreement(f"{dict(case.facts)} is {found.class_} at {party}, not {class_}")
            clauses.append(found.clauses)
        return clauses[0], clauses[1]


def _asked(party: Party) -> tuple[object, ...]:
    return party.policy, party.day, party.named, party.settings.presumptions
