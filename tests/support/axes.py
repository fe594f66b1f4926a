"""The axes of a knowledge base with every class listed: of a set attribute, all its sets, as the rules tell them apart.

What the engine asks member by member is tested against these: they are few enough in the shipped knowledge bases.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, combinations
from typing import Any

from payerlogic.comparison.result import Boxed
from payerlogic.program.values import Value
from payerlogic.semantics import typical_values
from payerlogic.semantics.case_space import Place, SetAxis, ValueAxis
from payerlogic.semantics.model import Model


class AllSets(ValueAxis):
    """A set attribute whose values are whole sets."""

    def positions_with(self, value: str | int) -> list[int]:
        return [at for at, members in enumerate(self.classes) if value in frozenset[object](members[0])]  # type: ignore[arg-type]

    @property
    def usual(self) -> tuple[int, ...]:  # type: ignore[override]
        typical = self.attribute.typical
        if not isinstance(typical, frozenset):
            return tuple(range(len(self.classes)))
        to = self.member(typical)
        unlike = [min(len(each ^ to) for each in members) for members in self.classes]  # type: ignore[operator]
        return tuple(sorted(range(len(self.classes)), key=lambda at: (unlike[at], at)))


_LISTED: dict[int, tuple[object, dict[str, ValueAxis]]] = {}


def all_axes(kb: Any) -> dict[str, ValueAxis]:
    """By attribute; ``kb`` is a knowledge base or whatever has ``axes``."""
    kept = _LISTED.get(id(kb.axes))
    if kept is None or kept[0] is not kb.axes:
        listed = {name: _all_sets(axis) if isinstance(axis, SetAxis) else axis for name, axis in kb.axes.items()}
        kept = _LISTED[id(kb.axes)] = kb.axes, listed
    return kept[1]


def _all_sets(axis: SetAxis) -> AllSets:
    names = [str(name) for name in axis.atoms]
    sizes = range(1 if axis.attribute.nonempty else 0, len(names) + 1)
    subsets = map(frozenset, chain.from_iterable(combinations(names, size) for size in sizes))
    groups: dict[frozenset[str], list[frozenset[str]]] = {}
    for each in subsets:
        groups.setdefault(each.intersection(axis.asked), []).append(each)
    return AllSets(axis.attribute, axis.atoms, tuple(tuple(members) for members in groups.values()))


def example_at(axis: ValueAxis, position: int) -> Value:
    """The value at one position that is nearest to the typical one."""
    if not isinstance(axis, AllSets):
        return typical_values.example_at(axis, position)
    typical = axis.attribute.typical
    to = axis.member(typical) if isinstance(typical, frozenset) else frozenset()
    members = min(axis.classes[position], key=lambda each: len(each ^ to))  # type: ignore[operator]
    made_up = SetAxis(axis.attribute, axis.atoms, ())
    return typical_values.set_value(made_up, members)  # type: ignore[arg-type]


def place_of(kb: Model, name: str, position: int) -> Place:
    """A position as the engine has it."""
    axis, members = kb.axes[name], all_axes(kb)[name].classes[position][0]
    return members.intersection(axis.asked) if isinstance(axis, SetAxis) else position  # type: ignore[union-attr]


def is_in(family: Mapping[str, Any], members: frozenset[str]) -> bool:
    """Whether a set is in a family, by what a family says."""
    if "not" in family:
        return not is_in(family["not"], members)
    if "exactly" in family:
        return members == frozenset(family["exactly"])
    points = sum(each for name, each in family.get("points", {}).items() if name in members)
    counted, some = len(members & set(family.get("of", ()))), family.get("any_of")
    return (
        family.get("points_at_least", 0) <= points
        and family.get("at_least", 0) <= counted <= family.get("at_most", counted)
        and members.issuperset(family.get("all_of", ()))
        and members.isdisjoint(family.get("none_of", ()))
        and (some is None or not members.isdisjoint(some))
    )


def sides_of(kb: Any, region: Boxed) -> dict[str, frozenset[int]]:
    """The sides of a box as positions, of set attributes too."""
    found = dict(region.positions)
    for name, families in region.families.items():
        classes = enumerate(all_axes(kb)[name].classes)
        inside = [at for at, members in classes if any(is_in(each, members[0]) for each in families)]  # type: ignore[arg-type]
        found[name] = frozenset(inside)
    return found
