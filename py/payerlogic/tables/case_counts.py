"""How a user's own cases fall into the pairs of a comparison.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> mix = Mix()
    >>> counter = MixCounter(kb, kb.compare("nia", "bcbsaz"), mix)
    >>> counter.add(kb.read({"primary_site": "brain"}))
    >>> mix.cases, mix.open, dict(mix.pairs)
    (1, 0, {('investigational_not_medically_necessary', 'experimental_investigational'): 1})

A side that is named with a day (``bcbsaz@2022-09-19``) decides every case as of that day; else a case
keeps the date that it states. A case that either side leaves open is counted as open, in no pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from payerlogic.answers.decision import Decider
from payerlogic.answers.memo import CellMemo
from payerlogic.cases.case import StatedCase
from payerlogic.cases.files import Record
from payerlogic.comparison.result import Comparison, Party
from payerlogic.errors import CaseError, PayerlogicError, Problem
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import Model

Classes = tuple[str | None, str | None]


@dataclass
class Mix:
    """Counts of cases: in each pair of classes, open at either side, and not usable at all."""

    source: str = ""
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    open: int = 0
    failed: int = 0

    @property
    def cases(self) -> int:
        """All cases that were decided, open ones included."""
        return sum(self.pairs.values()) + self.open

    def share(self, pair: tuple[str, str]) -> Fraction:
        return Fraction(self.pairs[pair], self.cases) if self.cases else Fraction(0)

    def to_dict(self) -> dict[str, object]:
        return {
            "cases": self.cases,
            "open": self.open,
            "failed": self.failed,
            "pairs": [
                {"left": left, "right": right, "cases": count, "share": round(float(self.share((left, right))), 6)}
                for (left, right), count in sorted(self.pairs.items())
            ],
        }


class MixCounter:
    """Decides cases at both sides; cases that no rule can tell apart are decided once."""

    def __init__(self, kb: Model, comparison: Comparison, mix: Mix) -> None:
        self.kb = kb
        self.parties = comparison.left, comparison.right
        self.mix = mix
        self._memo: CellMemo[Classes] = CellMemo(kb)

    def add(self, case: StatedCase) -> None:
        """Count a checked case."""
        left, right = self._memo.of(
            case, lambda: (self._class(case, self.parties[0]), self._class(case, self.parties[1]))
        )
        if left is None or right is None:
            self.mix.open += 1
        else:
            self.mix.pairs[left, right] += 1

    def _classes(self, case: StatedCase) -> Classes:
        left, right = (self._class(case, party) for party in self.parties)
        return left, right

    def _class(self, case: StatedCase, party: Party) -> str | None:
        asked = case.changed(party.stated.facts)
        return Decider.of(self.kb).decide(asked, party.policy, party.on_its_day).class_


@one_at_a_time
def count_records(
    kb: Model,
    comparison: Comparison,
    records: Iterable[Record],
    mix: Mix,
    step: Callable[[int], object] = lambda _number: None,
) -> Iterator[Problem]:
    """Count the cases of a file; the problems of those that could not be decided, at their places.

    ``step`` gets the number of every hundredth record.
    """
    counter = MixCounter(kb, comparison, mix)
    try:
        for record in records:
            try:
                if record.stated is None or record.problems:
                    raise CaseError(record.problems)
                counter.add(Model.read(kb, record.stated))  # of this service: no other one is compared here
            except PayerlogicError as error:
                mix.failed += 1
                yield from (problem.at(record.place) for problem in error.problems)
            if record.number % 100 == 0:
                step(record.number)
    except CaseError as error:
        yield from error.problems
