"""The cells of one policy: what its own rules tell apart, however many other policies are loaded.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> own = OwnCells(kb.compiler, "bcbsaz")
    >>> kb.axes["age_years"].classes, own.cells("age_years")
    (((0,), (50,)), ((0, 1),))

The axes are cut wherever the rules of any policy, or a presumption, can tell two values apart. A share that is
said of one policy counts the cells of that one: it would otherwise change with a policy that has no part in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from payerlogic.diagrams.forest import Forest
from payerlogic.semantics.case_space import OUTPUTS, Member, ValueAxis, grouped, presumed_upon
from payerlogic.semantics.compiler import Compiler


class OwnCells:
    """The cells of one policy, as positions on the axes of all."""

    def __init__(self, compiler: Compiler, policy: str) -> None:
        self._compiler = compiler
        atoms = {name: axis.atoms for name, axis in compiler.axes.items()}
        presumptions = {each.id for each in compiler.catalog.presumptions if each.concerns(policy)}
        owners = (policy, *presumptions, *compiler.catalog.axioms)
        self._asked = compiler.graph.cone(
            atom for name, arity in OUTPUTS for own in owners for atom, _ in compiler.ground.owned(name, arity, own)
        )
        self._named = {
            atoms[name][value]
            for presumption, name, value in presumed_upon(compiler.ground)
            if presumption in presumptions and value in atoms[name]
        }
        self._cells = {name: found for name in compiler.axes if (found := self._divided(name))}
        self._others = frozenset(
            level
            for name, axis in compiler.axes.items()
            if not isinstance(axis, ValueAxis)
            for level, member in zip(compiler.levels[name], axis.asked, strict=True)
            if axis.atoms[member] not in self._asked | self._named
        )

    def _divided(self, name: str) -> tuple[tuple[int, ...], ...]:
        """The positions of an axis of one value by the cell in which they lie; nothing where each is a cell."""
        axis = self._compiler.axes[name]
        if not isinstance(axis, ValueAxis):
            return ()
        cells: dict[tuple[Member, ...], set[int]] = {}
        for members in grouped(axis.attribute, axis.atoms, self._compiler.graph, self._asked, self._named):
            cells[members] = {axis.place(member) for member in members}
        return () if len(cells) == len(axis.classes) else tuple(tuple(sorted(each)) for each in cells.values())

    def cells(self, name: str) -> tuple[tuple[int, ...], ...]:
        """The cells of an attribute of one value, each with its positions on the axis of all policies."""
        return self._cells.get(name) or tuple((at,) for at in range(len(self._compiler.value_axis(name).classes)))

    def widened(self, name: str, positions: Iterable[int]) -> list[int]:
        """All positions of the cells that have one of ``positions``."""
        asked = set(positions)
        return [at for cell in self.cells(name) if asked.intersection(cell) for at in cell]

    def alone(self, forest: Forest, root: int) -> int:
        """A diagram of the policy (None where a case is not possible) with one position of each cell; the others
        are not possible. For members of a set that only other policies ask for it has no variable: a case is
        possible there if it is with the member or without."""
        nobody = forest.terminal(None)
        for level in sorted(forest.support(root)):
            name = self._compiler.order[level]
            if level in self._others:
                without, with_it = (forest.cofactor(root, level, value) for value in (0, 1))
                root = forest.ite(forest.mapped(without, lambda class_: class_ is not None), without, with_it)
            elif name in self._cells:
                root = forest.ite(forest.literal(level, [cell[0] for cell in self._cells[name]]), root, nobody)
        return root

    def projected(self, forest: Forest, sets: int) -> int:
        """A diagram of sets, without the members that only other policies ask for: where some choice of these fits."""
        return forest.exists(sets, self._others)
