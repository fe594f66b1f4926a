"""Every cell between the cut points at once, for two policies or more: the partition by sheer enumeration.

One value stands for each class of values of an attribute; the conditions are worked out from the ground
rules (see ``tests.support.brute_force``), without any diagram. What is presumed is worked out by clingo's
assumptions (``Assumptions``), which is all that is taken from the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, reduce
from itertools import product
from operator import and_
from random import Random
from types import SimpleNamespace
from typing import Any

from payerlogic import KnowledgeBase
from payerlogic.comparison.result import Comparison, Party, Region
from payerlogic.comparison.several import SeveralPolicies, VectorRegion
from payerlogic.semantics.case_space import Member
from payerlogic.semantics.solver import Assumptions
from tests.support.axes import all_axes, sides_of
from tests.support.brute_force import Completions

DAY = "date_of_service"  # the attribute that holds the day
PairOf = tuple[str, ...]
Found = Comparison | SeveralPolicies


def parties_of(found: Found) -> tuple[Party, ...]:
    return found.parties if isinstance(found, SeveralPolicies) else (found.left, found.right)


def situations(kb: KnowledgeBase, found: Found) -> list[Assumptions]:
    """What each side knows and presumes; a plain presumption of one side holds at the other too."""
    own = [kb.situations.situation(party.view(kb.situations)) for party in parties_of(found)]
    common = {name: member for each in own for name, member in each.known.items() if name != DAY}
    return [replace(each, known=common | dict(each.known)) for each in own]


def attributes_below(kb: KnowledgeBase, atoms: Iterable[tuple[str, tuple[str, ...]]]) -> set[str]:
    """The attributes that atoms (by name and arguments) rest on, from the ground rules."""
    owner = {atom: name for name, axis in all_axes(kb).items() for atom in axis.atoms.values()}
    numbers = (kb.compiler.ground_atom(name, *arguments) for name, arguments in atoms)
    below = (kb.graph.support[number] for number in numbers if number is not None)
    return {owner[atom] for support in below for atom in support if atom in owner}


def asked(kb: KnowledgeBase, found: Found) -> set[str]:
    """All attributes on which the pair of classes, or whether a case is possible, can depend."""
    classes = kb.catalog.classes
    asked = attributes_below(
        kb, (("determination", (party.policy, name)) for party in parties_of(found) for name in classes)
    )
    ties = [attributes_below(kb, [("impossible", (axiom,))]) for axiom in kb.catalog.axioms]
    ties += [
        attributes_below(kb, [("presumption_holds", (name,))])
        for each in situations(kb, found)
        for name in each.presumed
    ]
    while more := [tie for tie in ties if tie & asked and not tie <= asked]:
        asked.update(*more)
    return asked


class Cells:
    """The cells over ``names``, every other attribute as in ``base``; sets of cells are long integers."""

    def __init__(
        self, kb: KnowledgeBase, found: Found, names: Iterable[str], base: Mapping[str, Member], rng: Random
    ) -> None:
        self.kb, self.found = kb, found
        self.parties = parties_of(found)
        self.names = sorted(names)
        axes = {
            name: replace(axis, classes=tuple((rng.choice(members),) for members in axis.classes))
            for name, axis in all_axes(kb).items()
        }
        small: Any = SimpleNamespace(axes=axes, catalog=kb.catalog, compiler=kb.compiler, graph=kb.graph)
        self.sides = []
        for party, situation in zip(self.parties, situations(kb, found), strict=True):
            fixed = {name: base[name] for name in axes if name not in self.names} | dict(situation.known)
            self.sides.append(Completions(small, fixed, situation.presumed, party.settings.readings))
        self.values = self.sides[0].values
        self._boxes: dict[tuple[tuple[str, frozenset[int]], ...], int] = {}
        self.position = {}
        for name, values in self.values.items():
            place = {member: at for at, members in enumerate(all_axes(kb)[name].classes) for member in members}
            self.position[name] = {place[member]: index for index, member in enumerate(values)}

    @cached_property
    def possible(self) -> int:
        return reduce(and_, (side.possible for side in self.sides))

    @cached_property
    def pairs(self) -> dict[PairOf, int]:
        """Where each pair of classes is (or more, of more policies), among what is possible."""
        sides = [side.classes(party.policy) for side, party in zip(self.sides, self.parties, strict=True)]
        every = {
            names: reduce(and_, (side[name] for side, name in zip(sides, names, strict=True)), self.possible)
            for names in product(*sides)
        }
        return {pair: where for pair, where in every.items() if where}

    def box(self, positions: Mapping[str, frozenset[int]]) -> int:
        """Where a box is, possible or not."""
        result = self.sides[0].everywhere
        for name, wanted in positions.items():
            side = 0
            for position in wanted & self.position[name].keys():
                side |= self.sides[0].where(name, self.position[name][position])
            result &= side
        return result

    def of_region(self, region: Region | VectorRegion) -> int:
        sides = sides_of(self.kb, region)
        key = tuple(sides.items())
        if key not in self._boxes:
            self._boxes[key] = self.box(sides)
        return self._boxes[key]

    def share(self, where: int) -> Fraction:
        return Fraction((where & self.possible).bit_count(), self.possible.bit_count())

    def without(self, names: Iterable[str]) -> tuple[dict[PairOf, int], set[str]]:
        """The pairs after attributes are left out one by one, wherever no case then has two pairs; and which went."""
        pairs, gone = self.pairs, set()
        for name in sorted(names):
            spread = {pair: self.sides[0].some(where, [name]) for pair, where in pairs.items()}
            if sum(where.bit_count() for where in spread.values()) == self._union(spread.values()).bit_count():
                pairs = spread
                gone.add(name)
        return pairs, gone

    def _union(self, parts: Iterable[int]) -> int:
        result = 0
        for part in parts:
            result |= part
        return result

    def count(self, pairs: Mapping[PairOf, int]) -> tuple[dict[PairOf, int], int]:
        """How many cells each pair has over those attributes alone that tell pairs, or the impossible, apart;
        and how many cells all of them have."""
        left = dict(pairs)
        factor = 1
        for name in self.names:
            spread = {pair: self.sides[0].some(where, [name]) for pair, where in left.items()}
            if all(spread[pair] == left[pair] for pair in left):
                factor *= len(self.values[name])
        counts = {pair: where.bit_count() // factor for pair, where in left.items()}
        return counts, sum(counts.values())

    def per_cell(self, total: int, cells: int) -> int:
        """How many of the cells here are one of ``cells``: members of a set for which no policy asks divide them."""
        factor, rest = divmod(total, cells)
        assert rest == 0
        assert factor & (factor - 1) == 0
        assert factor == 1 or any(isinstance(values[0], frozenset) for values in self.values.values())
        return factor

    def everything(self, pairs: Mapping[PairOf, int]) -> int:
        """All cells that have a pair."""
        return self._union(pairs.values())
