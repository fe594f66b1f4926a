"""One case space for two editions of a knowledge base: axes cut wherever either of the two tells values apart.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load().only("nia")
    >>> shared = SharedAxes.of(kb, kb)
    >>> shared.axes["age_years"].classes == kb.axes["age_years"].classes
    True

A value that one of the two does not know has no place there: such a case is said to be known to the other alone. The
name for all other codes stands, in each of the two, for the codes that it does not list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from payerlogic.diagrams.forest import Forest
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.attribute import Attribute
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import AnyAxis, Member, SetAxis, ValueAxis
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.model import Model
from payerlogic.text.phrases import plural


@dataclass(frozen=True)
class SharedAxes:
    """The axes of both, and of each side the place of every value: None where the side does not know the value.

    ``compiler`` holds axes and variables; nothing is compiled with it.
    """

    sides: tuple[Model, Model]
    axes: Mapping[str, AnyAxis]
    compiler: Compiler
    vocabulary: Vocabulary

    @classmethod
    def of(cls, old: Model, new: Model) -> SharedAxes:
        """QuestionError for an attribute that is of another type, or has other places, in one than in the other."""
        axes: dict[str, AnyAxis] = {}
        for name in dict.fromkeys((*new.axes, *old.axes)):
            here, before = new.axes.get(name), old.axes.get(name)
            axes[name] = _joined(before, here) if before and here else here or old.axes[name]
        compiler = Compiler(new.ground, new.graph, axes, new.catalog)
        attributes = {name: axis.attribute for name, axis in axes.items()}
        return cls((old, new), axes, compiler, replace(new.vocabulary, attributes=attributes))

    def literal(self, forest: Forest, side: int, variable: int, value: int) -> int:
        """Where a variable of a side has a value, in a forest of the shared variables."""
        compiler, shared = self.sides[side].compiler, self.compiler
        name = compiler.order[variable]
        axis, own = self.axes[name], compiler.axes[name]
        if isinstance(own, ValueAxis):
            return forest.literal(shared.variable[name], self.positions(side, name, {value}))
        assert isinstance(axis, SetAxis), "both are sets"
        asked = own.asked[compiler.levels[name].index(variable)]
        levels = zip(shared.levels[name], axis.asked, strict=True)
        there = forest.disj(
            *(forest.literal(level, {1}) for level, member in levels if member_at(own, member) == asked)
        )
        return there if value else forest.negate(there)

    def positions(self, side: int, name: str, own: Iterable[int]) -> frozenset[int]:
        """The shared positions of some positions of a side."""
        wanted = set(own)
        return frozenset(at for at, place in enumerate(self._places(side, name)) if place in wanted)

    def own_positions(self, side: int, name: str, shared: Iterable[int]) -> frozenset[int]:
        """The positions of a side that some shared positions are in."""
        places = self._places(side, name)
        return frozenset(place for at in shared if (place := places[at]) is not None)

    def _places(self, side: int, name: str) -> list[int | None]:
        axis, own = self.axes[name], self.sides[side].axes[name]
        assert isinstance(axis, ValueAxis), "a set attribute has members"
        assert isinstance(own, ValueAxis), "both have one value"
        return [place_at(own, members[0]) for members in axis.classes]

    def known(self, forest: Forest, side: int, names: Iterable[str]) -> int:
        """Where a side knows the values of some of its attributes."""
        shared, nodes = self.compiler, []
        for name in names:
            axis, own = self.axes[name], self.sides[side].axes[name]
            if isinstance(axis, ValueAxis):
                nodes.append(forest.literal(shared.variable[name], self.positions(side, name, places_of(own))))
                continue
            levels = zip(shared.levels[name], axis.asked, strict=True)
            strange = (forest.literal(level, {1}) for level, member in levels if member_at(own, member) is None)
            nodes.append(forest.negate(forest.disj(*strange)))
        return forest.conj(*nodes)

    def fixed(self, side: int, name: str, at: Mapping[int, int], value: str | None) -> Iterator[tuple[int, int]]:
        """What a side fixes of one attribute, as values of shared variables: the presumed value where it has a place
        of its own, else the first of those that the side takes for the same."""
        compiler, axis, own = self.sides[side].compiler, self.axes[name], self.sides[side].axes[name]
        if isinstance(axis, ValueAxis):
            within = sorted(self.positions(side, name, {at[compiler.variable[name]]}))
            named = [place for place in within if value in [str(each) for each in axis.classes[place]]]
            yield self.compiler.variable[name], (named or within)[0]
            return
        assert isinstance(own, SetAxis), "both are sets"
        asked = {member: at[level] for level, member in zip(compiler.levels[name], own.asked, strict=True)}
        for level, member in zip(self.compiler.levels[name], axis.asked, strict=True):
            yield level, asked.get(str(member_at(own, member)), 0)

    def same_members(self, name: str) -> bool:
        """Whether a set attribute has the same members on both sides, so that a family means the same."""
        old, new = (each.axes.get(name) for each in self.sides)
        return old is not None and new is not None and old.atoms.keys() == new.atoms.keys()


def places_of(axis: AnyAxis) -> range:
    assert isinstance(axis, ValueAxis), "a set attribute has members"
    return range(len(axis.classes))


def member_at(axis: AnyAxis, member: str) -> str | None:
    """What a member of a set is to one side: itself, the name for all others, or nothing."""
    own = axis.attribute.in_program(member)
    return own if own in axis.atoms else None


def place_at(axis: ValueAxis, member: Member) -> int | None:
    """The position of a value, or of the start of a stretch of numbers or days; None if it is outside."""
    if not axis.attribute.is_ordered:
        own = axis.attribute.in_program(str(member))
        return axis.place(own) if own in axis.atoms else None
    number, attribute = int(str(member)), axis.attribute
    if attribute.type != "date" and not attribute.least <= number <= attribute.greatest:
        return None
    starts = [start for start in axis.atoms if isinstance(start, int) and start <= number]
    return axis.place(max(starts)) if starts else None


def _joined(old: AnyAxis, new: AnyAxis) -> AnyAxis:
    attribute = _attribute(old.attribute, new.attribute)
    members = dict.fromkeys((*new.atoms, *old.atoms))
    if attribute.is_ordered:
        if attribute.type != "date":  # where the range of one ends, the other may go on
            ends = (old.attribute, new.attribute)
            members |= dict.fromkeys(each.least for each in ends)
            members |= dict.fromkeys(each.greatest + 1 for each in ends if each.greatest < attribute.greatest)
        members = dict.fromkeys(sorted(members, key=lambda each: int(each)))
    atoms = {member: new.atoms.get(member, 0) for member in members}
    if isinstance(old, SetAxis) and isinstance(new, SetAxis):
        asked = [str(each) for each in members if any(member_at(at, str(each)) in at.asked for at in (old, new))]
        return SetAxis(attribute, atoms, tuple(asked))
    assert isinstance(old, ValueAxis), "both are of one type"
    assert isinstance(new, ValueAxis), "both are of one type"
    groups: dict[tuple[int | None, int | None], list[Member]] = {}
    for member in members:
        groups.setdefault((place_at(old, member), place_at(new, member)), []).append(member)
    return ValueAxis(attribute, atoms, tuple(map(tuple, groups.values())))


def _attribute(old: Attribute, new: Attribute) -> Attribute:
    if (old.type, old.places) != (new.type, new.places):
        how = [f"{each.type} with {plural(each.places, 'place')}" if each.places else each.type for each in (old, new)]
        what = f"is {how[0]} before and {how[1]} after, so no case means the same in both"
        raise QuestionError(Problem(what, new.name, "give what is new another name"))
    strange = tuple(each for each in old.choices if each.value not in {here.value for here in new.choices})
    return replace(
        new,
        choices=(*new.choices, *strange),
        least=min(old.least, new.least),
        greatest=max(old.greatest, new.greatest),
        nonempty=old.nonempty and new.nonempty,
        typical=new.typical if new.typical is not None else old.typical,
    )
