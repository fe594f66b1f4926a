"""Boxes that differ in nothing but the numbers of records: one of them stands for all.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.semantics.gathered import Gathered
>>> kb = KnowledgeBase.load()
>>> table = kb.compiler.classes("nia", kb.compiler.default_readings)
>>> RecordOrder.of(Gathered.of(kb.compiler, kb.compiler.forest, (table,))).others({}) # no facts repeat here
[]

INVARIANT: no rule names a record by its number, so a list in another order has the same class. Nothing is taken from
that alone: whoever lets one box stand for others looks whether these hold, too, and has them proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from math import perm

from payerlogic.diagrams.covers import Alike, holds_on, itself
from payerlogic.diagrams.minimal_sets import Box
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.gathered import Gathered

MOST = 2_000
"""Ways to number the records of a box. With more it stands for itself alone."""


@dataclass(frozen=True)
class _Listed:
    """Facts that repeat, as variables: how many there are, and the fields of each record. ``least`` is the smallest
    count at each position."""

    name: str
    count: int
    least: tuple[int, ...]
    fields: Mapping[int, Mapping[str, int]]

    def asked(self, box: Box) -> dict[int, dict[str, frozenset[int]]]:
        """What a box asks of each record."""
        found = {
            number: {field: box[at] for field, at in own.items() if at in box} for number, own in self.fields.items()
        }
        return {number: own for number, own in found.items() if own}

    def renumbered(self, box: Box) -> Iterator[Box]:
        """The box with its records at other places, with lists that are long enough for these.

        A list that was long enough before as well can be brought into the order of the box, and is one of its cases
        then. Where the box has lists that are too short for it, its records only change places.
        """
        asked = self.asked(box)
        counts = box.get(self.count, frozenset(range(len(self.least))))
        long_enough = max(asked, default=0) <= min(self.least[at] for at in counts)
        numbers = sorted(self.fields if long_enough else asked)
        if not asked or perm(len(numbers), len(asked)) > MOST:
            return
        mine = {self.count, *(at for own in self.fields.values() for at in own.values())}
        rest = {each: values for each, values in box.items() if each not in mine}
        for places in permutations(numbers, len(asked)):
            kept = frozenset(at for at in counts if not long_enough or self.least[at] >= max(places))
            if kept:
                moved = {
                    self.fields[place][field]: values
                    for place, own in zip(places, asked.values(), strict=True)
                    for field, values in own.items()
                }
                yield rest | moved | ({} if len(kept) == len(self.least) else {self.count: kept})


@dataclass(frozen=True)
class RecordOrder:
    """The facts that repeat in some gathered diagrams."""

    lists: tuple[_Listed, ...]

    @classmethod
    def of(cls, gathered: Gathered) -> RecordOrder:
        """Lists of which some record could be taken for another: all have the same fields, cut alike."""
        fields: dict[str, dict[int, dict[str, int]]] = {}
        for name, axis in gathered.axes.items():
            if axis.attribute.slot is not None:
                record, number, field = axis.attribute.slot
                fields.setdefault(record, {}).setdefault(number, {})[field] = gathered.variable[name]
        found = []
        for record, own in fields.items():
            count = gathered.axes.get(record)
            cuts = [
                {field: getattr(gathered.axes[gathered.order[at]], "classes", None) for field, at in each.items()}
                for each in own.values()
            ]
            if isinstance(count, ValueAxis) and all(each == cuts[0] and None not in each.values() for each in cuts):
                least = tuple(min(int(str(member)) for member in members) for members in count.classes)
                found.append(_Listed(record, gathered.variable[record], least, own))
        return cls(tuple(found))

    def others(self, box: Box) -> list[Box]:
        """The boxes that are the same in another order of the records; without itself, in a fixed order."""
        found = {_key(box): box}
        for each in self.lists:
            for known in list(found.values()):
                found |= {_key(moved): moved for moved in each.renumbered(known) if _key(moved) not in found}
            if len(found) > MOST:
                return []
        return list(found.values())[1:]

    def names_in(self, box: Box, others: Iterable[Box]) -> tuple[str, ...]:
        """The facts that repeat of which ``others`` ask other records than a box does."""
        return tuple(each.name for each in self.lists if any(each.asked(box) != each.asked(other) for other in others))


def in_any_order(gathered: Gathered, wanted: int, possible: int) -> Alike:
    """For the boxes of a cover of ``wanted``, what each stands for: all that differ from it in the numbers of records,
    if every one of them is a box of the cover, too."""
    order, forest = RecordOrder.of(gathered), gathered.forest
    if not order.lists:
        return itself
    allowed = forest.disj(wanted, forest.negate(possible))

    def alike(box: Box) -> list[Box]:
        others = order.others(box)
        return others if all(holds_on(forest, allowed, each) for each in others) else []

    return alike


def _key(box: Box) -> frozenset[tuple[int, frozenset[int]]]:
    return frozenset(box.items())
