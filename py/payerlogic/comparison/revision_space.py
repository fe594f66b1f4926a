"""The cases of two editions of a policy, and the class of each case in both, as one diagram over shared axes.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.comparison.result import party
    >>> kb = KnowledgeBase.load().only("nia")
    >>> side = party(kb, "nia", kb.settings())
    >>> space = RevisionSpace(SharedAxes.of(kb, kb), (side, side))
    >>> {value[0] == value[1] for (value,) in space.forest.image((space.joint,), {}) if value}
    {True}

What one side presumes plainly holds of the case at the other too, as in a comparison of two policies; what both
presume is each side's own, and so is the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import eq

from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Boxed, Party, Region
from payerlogic.comparison.shared_axes import SharedAxes
from payerlogic.comparison.space import Space
from payerlogic.diagrams.covers import first_cell
from payerlogic.diagrams.forest import Forest
from payerlogic.diagrams.transfer import transferred
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.case_view import View
from payerlogic.semantics.gathered import Gathered
from payerlogic.semantics.typical_values import fitting


class RevisionSpace(Space):
    """Values of ``joint`` are pairs of classes, the old one first; None in a pair where the case is not one of that
    side, and None alone where it is a case of neither."""

    def __init__(self, shared: SharedAxes, parties: tuple[Party, Party]) -> None:
        self.shared = shared
        self.compiler = compiler = shared.compiler
        pairs = zip(shared.sides, parties, strict=True)
        self._views = views = [asked.view(model.situations) for model, asked in pairs]
        self.own_fixed = [_fixed_names(view) for view in views]
        common = self.presumed_by_one = self._common()
        scratch = Forest(compiler.forest.sizes)
        tables = [self._table(scratch, side) for side in (0, 1)]
        self.forest, joint = scratch.restricted(
            tuple(tables), common, lambda old, new: (old, new) if old is not None or new is not None else None
        )
        silent = {name for view in views for _, name in view.presumed} | compiler.catalog.unnamed
        self._whole = joint
        self.joint = self._without(joint, silent & self._named)
        self.possible = self.forest.mapped(self.joint, lambda value: value is not None)
        self.odd = self._odd_ones()
        self.gathered = Gathered.of(compiler, self.forest, (self.joint,))

    @property
    def _named(self) -> set[str]:
        return {name for name, levels in self.compiler.levels.items() if levels}

    def _common(self) -> dict[int, int]:
        """What only one side fixes of an attribute of both, as values of shared variables."""
        found: dict[int, int] = {}
        for side, view in enumerate(self._views):
            other = 1 - side
            presumed = {each.id: each.value for each in self.shared.sides[side].catalog.presumptions}
            values = {name: presumed.get(id_) for name, (id_, _) in view.presumed_facts.items()}
            for name in sorted(self.own_fixed[side] - self.own_fixed[other]):
                if name in self.shared.sides[other].axes and name != self.compiler.catalog.version_day:
                    found |= dict(self.shared.fixed(side, name, view.fixed, values.get(name)))
        return found

    def _table(self, scratch: Forest, side: int) -> int:
        """The class of a side over the shared variables; None where the case is not one of the side."""
        model, view = self.shared.sides[side], self._views[side]
        constraints = [diagram for _, diagram in view.constraints]
        own, table = model.compiler.forest.restricted(
            (view.classes, *constraints), view.fixed, lambda class_, *hold: class_ if all(hold) else None
        )
        names = {model.compiler.order[level] for level in own.support(table)}
        known = self.shared.known(scratch, side, sorted(names))
        literal, memo = partial(self.shared.literal, scratch, side), dict[int, int]()
        found = scratch.terminal(None)
        for (class_,) in sorted(own.image((table,), {}), key=str):
            if class_ is not None:
                there = transferred(scratch, own, own.mapped(table, partial(eq, class_)), literal, memo)
                found = scratch.ite(scratch.conj(there, known), scratch.terminal(class_), found)
        return found

    def _odd_ones(self) -> list[int]:
        """What an example avoids, as the new side sees it."""
        view, model = self._views[1], self.shared.sides[1]
        asked, found = self.forest.support(self.joint), []
        literal = partial(self.shared.literal, self.forest, 1)
        for diagram in model.compiler.odd_diagrams(view.policy, view.readings):
            own, node = model.compiler.forest.restricted((diagram,), view.fixed, bool)
            there = transferred(self.forest, own, node, literal, {})
            there = self.forest.restricted((there,), self.presumed_by_one, bool, self.forest)[1]
            if self.forest.support(there) <= asked:
                found.append(there)
        return found

    def example(self, inside: int) -> StatedCase:
        """A usual case of a diagram of the space."""
        cell = first_cell(self.forest, fitting(self.forest, inside, self.odd), self.compiler.usual)
        return StatedCase(None, self.compiler.facts_at(cell | self.presumed_by_one))

    def own_boxes(self, regions: Sequence[Region], side: int) -> list[Boxed | None]:
        """The smallest boxes of a side around some regions, in every order of records that these stand for; None of one
        that cannot be said there."""
        return [self._own_box(region, side) for region in regions]

    def _own_box(self, region: Region, side: int) -> Boxed | None:
        shared, own = self.shared, self.shared.sides[side].axes
        sets = {name: values for name, values in region.box.items() if name not in region.positions and name in own}
        given = {self.compiler.order[level] for level in self.presumed_by_one}
        if not all(map(shared.same_members, sets)) or any(not isinstance(own[name], ValueAxis) for name in given):
            return None
        presumed = {self.compiler.order[level]: frozenset({at}) for level, at in self.presumed_by_one.items()}
        first, *numbered = (
            {name: shared.own_positions(side, name, at) for name, at in (positions | presumed).items() if name in own}
            for positions in map(dict, region.every_order)
        )
        return Boxed(sets, first, numbered=tuple(numbered))


def _fixed_names(view: View) -> frozenset[str]:
    return frozenset(view.compiler.order[level] for level in view.fixed)
