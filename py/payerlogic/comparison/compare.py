"""Two policies, or two editions of one, over every possible case: where do they disagree?

    >>> from payerlogic import KnowledgeBase
    >>> found = KnowledgeBase.load().compare("nia", "bcbsaz")
    >>> found.complete, found.implies["approved"]
    (True, 'right')

The case space is divided into pairs of classes, each pair into maximal boxes of attribute values that
cover exactly its cases. By default the space is the clinical core: the cases that agree with the
presumptions, each policy in its current version. The boxes come from decision diagrams (regions);
clingo proves that nothing is left over and that each box has its pair (proofs).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain

from payerlogic.answers.decision import CitedClause, Decider, Determination
from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Comparison, Pair, Party, Region
from payerlogic.comparison.space import Space, SpaceBox
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.diagrams.covers import first_cell
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.outcomes import RELATIONS, relation
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.typical_values import fitting
from payerlogic.text.phrases import joined


class Comparer:
    """Compares policies over all cases."""

    def __init__(self, situations: Situations, decider: Decider) -> None:
        self.situations = situations
        self.decider = decider
        self.compiler: Compiler = situations.compiler
        self.catalog = situations.catalog

    def compare(self, left: Party, right: Party, budget: Budget = WHOLE) -> Comparison:
        """The partition into pairs and boxes, as many as the budget allows; ``complete`` is left to the proof."""
        space = Space.of(self.situations, (left, right))
        totals = space.counts.all_of(space.joint)
        cells = sum(count for value, count in totals.items() if value is not None)
        values = [value for value in totals if isinstance(value, tuple)]
        # The gravest relation comes first, also where the time is too short for all.
        values.sort(key=lambda pair: (RELATIONS.index(relation(self.catalog, *pair)), self._rank(pair)))
        shares = budget.begun().parts(len(values))
        pairs = [
            self.pair(space, value, (left, right), (totals[value], cells), share)
            for value, share in zip(values, shares, strict=True)
        ]
        implied, matrix, premises = self._implications(pairs), self._matrix(space), self.premises((left, right))
        return Comparison(left, right, tuple(pairs), implied, matrix, cells=cells, premises=premises)

    def pair(
        self,
        space: Space,
        classes: tuple[str, str],
        parties: tuple[Party, Party],
        counted: tuple[int, int],
        budget: Budget,
    ) -> Pair:
        """All cases of two parties with these classes; ``counted`` are its cells, and those of the whole space."""
        wanted, (own, cells) = space.by_value.where(classes), counted
        boxes, listed = space.by_value.regions(classes, budget)
        regions = tuple(self.region(space, box, wanted, parties, cells) for box in boxes)
        related, differ = relation(self.catalog, *classes), self._outcome(classes[0]) != self._outcome(classes[1])
        return Pair(classes[0], classes[1], related, Fraction(own, cells), own, regions, differ, listed)

    def premises(self, parties: Sequence[Party]) -> Premises:
        """What a comparison takes for granted: the presumptions about facts that some class depends on, the editions,
        and the space. Readings are those asked for: no other one is tried."""
        views = [party.view(self.situations) for party in parties]
        asked = frozenset().union(*(self.compiler.attributes_of(view.classes) for view in views))
        # A side with a day of its own presumes none, so the day of a presumption is that of a side that makes it.
        made: dict[str, Party] = {}
        for each, view in zip(parties, views, strict=True):
            for name, attribute in view.made:
                if attribute in asked:
                    made.setdefault(name, each)
        dated = [party for party in parties if party.has_day(self.catalog)]
        editions = []
        for party in dated:
            edition = party.edition(self.catalog)
            document = self.catalog.policies[party.policy].document
            alike = len({each.day for each in dated if each.policy == party.policy}) > 1
            editions.append((f"{document} on {party.day.isoformat()}" if alike else document, edition))
        space = "Speaks of every complete case"
        space += " that agrees with these presumptions." if made else "."
        if len(dated) < len(parties):
            space += " A side without a day of its own is asked on every date of service."
        if any(attribute == self.catalog.version_day for view in views for _, attribute in view.made):
            own = [str(each) for each in parties if each.stated.facts]
            space += (
                f" {joined(own)} {'is' if len(own) == 1 else 'are'} asked on the day named so, not today."
                if own
                else ""
            )
        remarks = (self.decider.premises.remarks([name], each.on_its_day) for name, each in made.items())
        return Premises(tuple(chain.from_iterable(remarks)), editions=tuple(dict.fromkeys(editions)), space=space)

    def _outcome(self, class_: str) -> str:
        return self.catalog.classes[class_].outcome

    def _rank(self, pair: object) -> tuple[int, int]:
        assert isinstance(pair, tuple)
        return self.catalog.classes[pair[0]].rank, self.catalog.classes[pair[1]].rank

    def _implications(self, pairs: list[Pair]) -> dict[str, str]:
        """For each outcome: does having it on the left imply it on the right, the other way round, both, neither?"""
        found = {}
        for outcome in self.catalog.outcomes:
            sides = [
                (
                    self.catalog.classes[pair.left].outcome == outcome,
                    self.catalog.classes[pair.right].outcome == outcome,
                )
                for pair in pairs
            ]
            if not any(left or right for left, right in sides):
                continue
            forward = all(right for left, right in sides if left)
            backward = all(left for left, right in sides if right)
            found[outcome] = {
                (True, True): "both",
                (True, False): "left",
                (False, True): "right",
                (False, False): "neither",
            }[forward, backward]
        return found

    def region(self, space: Space, box: SpaceBox, wanted: int, parties: tuple[Party, ...], cells: int) -> Region:
        """One box of the cases that are ``wanted``: values, a witness, and what decides it at each side."""
        inside = space.forest.conj(box.cases, wanted)
        witness = self.witness(space, inside)
        cited = [self.clauses(witness, party) for party in parties]
        share = Fraction(space.counts.count_true(space.forest.conj(box.in_any_order, wanted)), cells)
        return box.region(witness, cited, share)

    def witness(self, space: Space, inside: int) -> StatedCase:
        """A usual case of a diagram of the space."""
        cell = first_cell(space.forest, fitting(space.forest, inside, space.odd), space.compiler.usual)
        return StatedCase(None, space.compiler.facts_at(cell | space.presumed_by_one))

    def clauses(self, witness: StatedCase, party: Party) -> tuple[CitedClause, ...]:
        return self.decided(witness, party).clauses

    def decided(self, witness: StatedCase, party: Party) -> Determination:
        """What a side decides of a case."""
        return self.decider.decide(party.case(witness, self.catalog), party.policy, party.on_its_day)

    def _matrix(self, space: Space) -> dict[tuple[str, str], dict[str, Fraction]]:
        """By the two attributes of the service: the share of the cell's cases that each relation has."""
        names = self.catalog.matrix
        if not names or any(name not in self.compiler.axes for name in names):
            return {}
        variables = [space.compiler.variable[name] for name in names]
        related = space.forest.mapped(
            space.joint, lambda pair: relation(self.catalog, *pair) if isinstance(pair, tuple) else None
        )
        found: dict[tuple[str, str], dict[str, Fraction]] = {}
        first, second = (self.compiler.value_axis(name) for name in names)
        for i, sites in enumerate(first.classes):
            for j, modalities in enumerate(second.classes):
                there = space.counts.all_of(related, {variables[0]: i, variables[1]: j})
                whole = sum(there[name] for name in RELATIONS if name in there)
                ordered = {name: Fraction(there[name], whole) for name in RELATIONS if name in there}
                for site in sites:
                    for modality in modalities:
                        found[str(site), str(modality)] = ordered
        return found
