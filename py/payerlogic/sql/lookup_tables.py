"""A diagram of verdicts as a few tables: look up, with what is stated of some attributes, where to look next.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.sql.three_valued import PartialAnswers
    >>> kb = KnowledgeBase.load()
    >>> steps = LookupTables.of(PartialAnswers(kb, "bcbsaz", kb.settings()), frozenset(kb.vocabulary))
    >>> steps.codes["service_is_iort"]  # of true, false and not stated: the last is presumed true
    (0, 1, 0)
    >>> len(steps.tables) < 8
    True

A step takes several attributes at once: the number of the place in the diagram and one code per attribute make
one number, under which the table has the next place, and the last table a verdict.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import prod

from payerlogic.diagrams.forest import Forest
from payerlogic.sql.three_valued import PartialAnswers, Verdict

LARGEST = 2048
"""How many entries a table may have, if one attribute alone does not need more."""


@dataclass(frozen=True)
class LookupTable:
    """``entries[(place * size of attribute 1 + its code) * size of attribute 2 + ...]`` is the next place."""

    attributes: tuple[str, ...]
    sizes: tuple[int, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True)
class LookupTables:
    """``codes[attribute][cell]`` numbers what the policy tells apart; the last cell is "not stated"."""

    codes: dict[str, tuple[int, ...]]
    tables: tuple[LookupTable, ...]
    verdicts: tuple[Verdict, ...]

    @classmethod
    def of(cls, answers: PartialAnswers, columns: Collection[str]) -> LookupTables:
        """The tables for a population of which ``columns`` are recorded; nothing else is ever stated."""
        forest, root = answers.verdicts
        for name, cells in answers.cells.items():
            if name not in columns:
                root = forest.cofactor(root, answers.stated_variable(name), cells.unknown)
        return _Cutter(answers, forest, root).steps()


class _Cutter:
    """Cuts one diagram into tables."""

    def __init__(self, answers: PartialAnswers, forest: Forest, root: int) -> None:
        self.answers, self.forest, self.root = answers, forest, root
        self.nodes: dict[int, list[int]] = {}
        for node in _below(forest, root):
            if forest.children(node):
                self.nodes.setdefault(forest.level(node), []).append(node)
        self.levels = sorted(self.nodes)
        self.cell_of_code: dict[int, list[int]] = {}

    def steps(self) -> LookupTables:
        codes = {self._name(level): self._codes(level) for level in self.levels}
        tables: list[LookupTable] = []
        places, start = [self.root], 0
        while start < len(self.levels):
            end = start + 1
            while end < len(self.levels) and len(places) * self._size(start, end + 1) <= LARGEST:
                end += 1
            entries = [found for place in places for found in self._after(place, start, end)]
            places = sorted(set(entries), key=self._rank)
            number = {place: index for index, place in enumerate(places)}
            group = self.levels[start:end]
            tables.append(
                LookupTable(
                    tuple(self._name(level) for level in group),
                    tuple(len(self.cell_of_code[level]) for level in group),
                    tuple(number[entry] for entry in entries),
                )
            )
            start = end
        verdicts = [self.forest.value(place) for place in places]
        return LookupTables(codes, tuple(tables), tuple(each for each in verdicts if isinstance(each, Verdict)))

    def _name(self, level: int) -> str:
        return self.answers.order[level // 2]

    def _codes(self, level: int) -> tuple[int, ...]:
        """One code for all cells that no place tells apart."""
        numbers: dict[tuple[int, ...], int] = {}
        columns = zip(*(self.forest.children(node) for node in self.nodes[level]), strict=True)
        codes = tuple(numbers.setdefault(column, len(numbers)) for column in columns)
        self.cell_of_code[level] = [codes.index(code) for code in range(len(numbers))]
        return codes

    def _size(self, start: int, end: int) -> int:
        return prod(len(self.cell_of_code[level]) for level in self.levels[start:end])

    def _after(self, place: int, start: int, end: int) -> list[int]:
        """Where every combination of codes leads from ``place``, in the order of a table."""
        if start == end:
            return [place]
        level = self.levels[start]
        children = self.forest.at(place, level)
        return [found for cell in self.cell_of_code[level] for found in self._after(children[cell], start + 1, end)]

    def _rank(self, node: int) -> tuple[int, object]:
        """Verdicts in an order of their own, so that equal policies give equal text."""
        value = self.forest.value(node)
        return (0, value) if isinstance(value, Verdict) else (1, node)


def _below(forest: Forest, root: int) -> list[int]:
    found, stack = [], [root]
    seen = {root}
    while stack:
        node = stack.pop()
        found.append(node)
        fresh = set(forest.children(node)) - seen
        seen |= fresh
        stack += fresh
    return sorted(found)
