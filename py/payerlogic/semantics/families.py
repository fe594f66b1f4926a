"""Families of sets that a person can name: "at least one of these", "at least 2 of these", "none of these".

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> sets = SetSpace.of(kb.axes["cpt_codes"])
>>> family = {"any_of": ["77424", "77425"]}
>>> sets.families(sets.node(family)) == [family], sorted(sets.nearest(sets.node(family)))
(True, ['77425'])

A family is JSON: ``any_of``, ``all_of`` and ``none_of`` with members, ``exactly`` with all members of the one set,
``at_least``, ``at_most`` or both with a number and the members that are counted under ``of``. Its parts hold together.
``not`` has a family of which all other sets are meant, ``points_at_least`` a number of points, with those of each
member under ``points``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.minimal_sets import Box, TooMany, maximal_boxes
from payerlogic.semantics.case_space import SetAxis

Family = dict[str, Any]
MOST = 200
"""Of so many maximal cubes at most a smaller list of families is looked for."""


@dataclass(frozen=True)
class SetSpace:
    """The sets of one attribute as diagrams: ``levels[i]`` of ``forest`` asks whether the member ``axis.asked[i]`` is
    there. Members for which no rule asks are free."""

    axis: SetAxis
    forest: Forest
    levels: tuple[int, ...]

    @classmethod
    def of(cls, axis: SetAxis) -> SetSpace:
        """The sets in a forest of their own."""
        return cls(axis, Forest([2] * len(axis.asked)), tuple(range(len(axis.asked))))

    @cached_property
    def _level(self) -> dict[str, int]:
        return dict(zip(self.axis.asked, self.levels, strict=True))

    @cached_property
    def domain(self) -> int:
        """The sets that can be: of an attribute that is never empty, those with a member."""
        if not self.axis.attribute.nonempty or self.axis.free:
            return TRUE
        return self.at_least(1, self.axis.asked)

    def has(self, member: str) -> int:
        """The sets with one member; of a member for which no rule asks, none."""
        return self.forest.literal(self._level[member], {1}) if member in self._level else FALSE

    def at_least(self, number: int, members: Iterable[str]) -> int:
        """The sets with so many of some members."""
        literals = [self.has(each) for each in sorted(members, key=self.axis.asked.index)]
        return self.forest.at_least(literals, [1] * len(literals), number)

    def node(self, family: Family) -> int:
        """The sets of a family."""
        forest, parts = self.forest, [self.domain]
        if "any_of" in family:
            parts.append(forest.disj(*(self.has(each) for each in family["any_of"])))
        parts += [self.has(each) for each in family.get("all_of", ())]
        parts += [forest.negate(self.has(each)) for each in family.get("none_of", ())]
        if "exactly" in family:
            inside = {each: self.has(each) for each in self.axis.asked}
            parts += [node if each in family["exactly"] else forest.negate(node) for each, node in inside.items()]
        if "at_least" in family:
            parts.append(self.at_least(family["at_least"], family["of"]))
        if "points" in family:
            ranked = sorted(family["points"].items(), key=lambda each: self.axis.asked.index(each[0]))
            literals = [self.has(name) for name, _ in ranked]
            parts.append(forest.at_least(literals, [points for _, points in ranked], family["points_at_least"]))
        if "not" in family:
            parts.append(forest.negate(self.node(family["not"])))
        if "at_most" in family:
            parts.append(forest.negate(self.at_least(family["at_most"] + 1, family["of"])))
        return forest.conj(*parts)

    def exact(self, members: frozenset[str]) -> int:
        """The one set with just these of the members that are asked for."""
        return self.forest.box({level: {int(name in members)} for name, level in self._level.items()})

    # --- From sets to families ---------------------------------------------------------------------------

    def families(self, node: int) -> list[Family]:
        """Families that together are exactly the sets of ``node``, one if one will do."""
        wanted = self.forest.conj(node, self.domain)
        if (found := self._one(wanted)) is not None:
            return [found]
        if wanted == FALSE:
            return []
        if (others := self._one(self.forest.conj(self.domain, self.forest.negate(wanted)))) is not None:
            return [{"not": others}]
        try:
            allowed = self.forest.disj(wanted, self.forest.negate(self.domain))
            return self._grouped(self._needed(maximal_boxes(self.forest, allowed, MOST), wanted))
        except TooMany:
            return [self._cube(box) for box in self._paths(wanted)]

    def _one(self, wanted: int) -> Family | None:
        """The one family that is just the wanted sets, if there is one; the simplest first."""
        forest, names = self.forest, self.axis.asked
        if wanted in (self.domain, FALSE):
            return {"none_of": []} if wanted != FALSE else None
        barred = [each for each in names if forest.conj(wanted, self.has(each)) == FALSE]
        needed = [each for each in names if forest.conj(wanted, forest.negate(self.has(each))) == FALSE]
        fixed: Family = {"all_of": needed} if needed else {}
        fixed |= {"none_of": barred} if barred else {}
        alone = {"any_of" if key == "all_of" and len(own) == 1 else key: own for key, own in fixed.items()}
        if needed and len(needed) + len(barred) == len(self.axis.atoms):
            alone = {"exactly": needed}
        if fixed and self.node(fixed) == wanted:
            return alone
        asked = forest.support(wanted)
        counted = [each for each, level in self._level.items() if level in asked and each not in {*barred, *needed}]
        # How many are counted at least, or at most, the smallest and the largest of the sets tell.
        fewest = len(self.nearest(wanted, frozenset()).intersection(counted))
        most = len(self.nearest(wanted, frozenset(names)).intersection(counted))
        least: Family = {"any_of": counted} if fewest == 1 else {"at_least": fewest, "of": counted}
        offered = [{**least, **fixed}, {"at_most": most, "of": counted, **fixed}]
        offered.append({"at_least": fewest, "at_most": most, "of": counted, **fixed})
        for each in self.axis.sums:
            offered.append({"points_at_least": each.least, "points": dict(each.points), **fixed})
        return next((each for each in offered if self.node(each) == wanted), None)

    def _needed(self, boxes: list[Box], wanted: int) -> list[Box]:
        """Those of some boxes that are needed to cover what is wanted."""
        forest, kept = self.forest, sorted(boxes, key=len)
        for box in sorted(boxes, key=len, reverse=True):
            others = forest.disj(*(forest.box(each) for each in kept if each is not box))
            if forest.conj(wanted, forest.box(box), forest.negate(others)) == FALSE:
                kept = [each for each in kept if each is not box]
        return kept

    def _grouped(self, boxes: Iterable[Box]) -> list[Family]:
        """Cubes as families; those with one member each and the same ones barred are one: "one of these"."""
        found: list[Family] = []
        for box in boxes:
            cube = self._cube(box)
            like = (each for each in found if len(cube.get("any_of", ())) and "any_of" in each)
            same = next((each for each in like if each.get("none_of") == cube.get("none_of")), None)
            if same is None:
                found.append(cube)
            else:
                same["any_of"] = sorted([*same["any_of"], *cube["any_of"]], key=self.axis.asked.index)
        return found

    def _cube(self, box: Box) -> Family:
        name = {level: each for each, level in self._level.items()}
        there = [name[level] for level, values in sorted(box.items()) if values == {1}]
        barred = [name[level] for level, values in sorted(box.items()) if values == {0}]
        if there and len(there) + len(barred) == len(self.axis.atoms):
            return {"exactly": there}
        held: Family = {"any_of": there} if len(there) == 1 else {"all_of": there} if there else {}
        return {**held, **({"none_of": barred} if barred else {})}

    def _paths(self, wanted: int) -> Iterable[Box]:
        """Cubes of which no two share a set."""
        stack: list[tuple[int, Box]] = [(wanted, {})]
        while stack:
            at, box = stack.pop()
            if at == TRUE:
                yield box
            elif at != FALSE:
                level = self.forest.level(at)
                stack += [(child, {**box, level: frozenset({i})}) for i, child in enumerate(self.forest.children(at))]

    # --- Examples ----------------------------------------------------------------------------------------

    def nearest(self, node: int, to: frozenset[str] | None = None) -> frozenset[str]:
        """Of the sets of ``node`` the one that differs least from ``to``, or from the usual one: as the program has it.

        Of several the smaller one, then the first in the order of the members.
        """
        typical = self.axis.attribute.typical
        if to is None:
            to = self.axis.member_set(typical) if isinstance(typical, frozenset) else frozenset()
        inside = self.forest.conj(node, self.domain)
        found = self._best(inside, 0, to, {})
        assert found is not None, "there is no such set"
        free = to & frozenset(self.axis.free)
        if self.axis.attribute.nonempty and not found[2] and not free:  # a member that counts before one that is free
            other = self._best(self.forest.conj(inside, self.at_least(1, self.axis.asked)), 0, to, {})
            found, free = (
                (other, free) if other and other[0] <= found[0] + 1 else (found, frozenset(self.axis.free[:1]))
            )
        return frozenset(self.axis.asked[at] for at in found[2]) | free

    def _best(
        self, node: int, at: int, to: frozenset[str], memo: dict[tuple[int, int], _Found | None]
    ) -> _Found | None:
        if at == len(self.levels):
            return (0, 0, ()) if node == TRUE else None
        if node == FALSE:
            return None
        if (node, at) not in memo:
            without, with_it = self.forest.at(node, self.levels[at])
            usual = self.axis.asked[at] in to
            offered = []
            if (less := self._best(without, at + 1, to, memo)) is not None:
                offered.append((less[0] + usual, less[1], less[2]))
            if (more := self._best(with_it, at + 1, to, memo)) is not None:
                offered.append((more[0] + (not usual), more[1] + 1, (at, *more[2])))
            memo[node, at] = min(offered, default=None)
        return memo[node, at]

    def in_forest(self, forest: Forest, levels: Sequence[int], node: int) -> int:
        """The same sets in another forest."""
        memo = {FALSE: FALSE, TRUE: TRUE}
        place = dict(zip(self.levels, levels, strict=True))

        def build(at: int) -> int:
            if at not in memo:
                level = place[self.forest.level(at)]
                memo[at] = forest.node(level, tuple(build(child) for child in self.forest.children(at)))
            return memo[at]

        return build(node)


_Found = tuple[int, int, tuple[int, ...]]
