"""Two editions of one policy: what was revised between them, beside the change of outcomes.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> found = kb.compare("bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    >>> {pair.relation for pair in found.pairs}, len(found.revised.hidden) > 0
    ({'agree'}, True)

A presumption can hide what a revision comes to. So each presumption that both sides make is dropped alone, and
all of them together if no single one hides anything; where more pairs of classes then occur, the comparison
without it is made and proved as well. Where the class differs in every case anyway, nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.proof import proved
from payerlogic.comparison.result import Comparison, Hidden, Revised
from payerlogic.comparison.revisions import revised
from payerlogic.comparison.space import Space
from payerlogic.program.files import Program

Pairs = frozenset[tuple[str, str]]


class EditionSearch:
    """Finds what lies between the editions of a comparison."""

    def __init__(self, comparer: Comparer, program: Program) -> None:
        self.comparer = comparer
        self.program = program
        self.situations = comparer.situations

    def find(self, comparison: Comparison) -> Revised | None:
        """None unless the two sides are one policy on two days."""
        left, right = comparison.left, comparison.right
        dated = all(party.has_day(self.comparer.catalog) for party in (left, right))
        if left.policy != right.policy or left.day == right.day or not dated:
            return None
        readings = [party.settings.readings for party in (left, right)]
        found = revised(self.comparer.compiler, left.policy, (left.day, right.day), readings)
        return replace(found, hidden=tuple(self._hidden(comparison)))

    def _hidden(self, comparison: Comparison) -> Iterator[Hidden]:
        if all(pair.left != pair.right for pair in comparison.pairs):
            return
        views = [party.view(self.situations) for party in (comparison.left, comparison.right)]
        made = {name for view in views for name, _ in view.made}
        droppable = [
            each.id
            for each in self.comparer.catalog.presumptions
            if each.id in made and each.attribute != self.comparer.catalog.version_day
        ]
        shown = frozenset((pair.left, pair.right) for pair in comparison.pairs if pair.left != pair.right)
        alone = [frozenset({name}) for name in droppable if not self._differing(comparison, {name}) <= shown]
        if not alone and droppable and not self._differing(comparison, set(droppable)) <= shown:
            alone = [frozenset(droppable)]
        for names in alone:
            sides = [replace(party, without=names) for party in (comparison.left, comparison.right)]
            without = proved(self.comparer.compare(sides[0], sides[1]), self.program, self.situations)
            remarks = self.comparer.decider.premises.remarks(sorted(names), comparison.left.settings)
            differing = (pair for pair in without.pairs if pair.left != pair.right)
            fresh = tuple(pair for pair in differing if (pair.left, pair.right) not in shown)
            yield Hidden(remarks, without, fresh)

    def _differing(self, comparison: Comparison, names: set[str]) -> Pairs:
        """The pairs of two different classes that occur when these presumptions are not made."""
        left, right = (replace(party, without=frozenset(names)) for party in (comparison.left, comparison.right))
        space = Space.of(self.situations, (left, right))
        found = space.forest.values_of(space.joint)
        return frozenset((value[0], value[1]) for value in found if isinstance(value, tuple) and value[0] != value[1])
