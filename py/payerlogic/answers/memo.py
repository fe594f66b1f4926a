"""What a case's answers follow from, worked out once for all cases that no rule can tell apart.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> memo: CellMemo[str] = CellMemo(kb)
    >>> memo.of(kb.read({"age_years": 61}), lambda: "worked out"), memo.of(kb.read({"age_years": 75}), lambda: "again")
    ('worked out', 'worked out')

A determination follows from where the stated facts fall on their axes (an age of 60 or of 75 is the same to every
rule), so a file has far fewer questions than cases.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from payerlogic.cases.case import StatedCase
from payerlogic.semantics.model import Model

T = TypeVar("T")
MOST_KEPT = 50_000


class CellMemo(Generic[T]):
    """Answers of one kind by the cell of the case, which is cut at every value that a rule or a presumption names."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._kept: dict[Hashable, T] = {}

    def of(self, case: StatedCase, work_out: Callable[[], T], besides: Hashable = None) -> T:
        """The answer for a case; ``besides`` is what else it follows from."""
        key = frozenset(self._model.situations.positions(case).items()), besides
        if key not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = work_out()
        return self._kept[key]
