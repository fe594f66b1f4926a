"""Whether a plan is stricter than a base, in words.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> next(iter(StricterWords.of(kb, kb.stricter("nia", "bcbsaz")).summary())).partition(",")[0]
'NIA is never stricter than BCBSAZ: whatever BCBSAZ approves'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from payerlogic.answers.decision import CitedClause
from payerlogic.comparison.conflict_removal import Options
from payerlogic.comparison.result import Comparison
from payerlogic.comparison.stricter import Strictness
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import joined, number, percent, plural
from payerlogic.wording.comparison import Words
from payerlogic.wording.outline import Line


@dataclass(frozen=True)
class StricterWords:
    """Words for one answer; ``words.left`` is the plan and ``words.right`` the base."""

    words: Words
    found: Strictness
    premises: str

    @classmethod
    def of(cls, kb: Model, found: Strictness) -> StricterWords:
        part = kb.only(found.plan.policy, found.base.policy)
        sides = Comparison(found.plan, found.base, (), {}, premises=found.premises)
        words = Words.of(part, sides)
        return cls(words, found, words.within(sides))

    def title(self) -> str:
        return f"Is {self.words.left} ever stricter than {self.words.right}?"

    def summary(self) -> Iterator[str]:
        plan, base, found = self.words.left, self.words.right, self.found
        if not found.approved:
            yield f"{base} approves nothing, so {plan} is never stricter (proved), {self.premises}."
            return
        if not found.stricter:
            yield (
                f"{plan} is never stricter than {base}: whatever {base} approves, {plan} approves too, "
                f"{self.premises}. Proved by a solver: no possible case is an exception."
            )
            return
        count = len(list(found.regions))
        where = f"in {plural(count, 'region')}, " if found.all_listed else ""
        yield (
            f"{plan} is stricter than {base}: of what {base} approves, {plan} does not approve {percent(found.share)}, "
            f"{where}{self.premises}. Shares are of the cells that {base} approves, not "
            "of patients; regions may overlap."
        )
        by_class = {pair.left: pair.share for pair in found.pairs}
        yield f"Instead it is {'; '.join(f'{self.words.class_(name)}: {percent(s)}' for name, s in by_class.items())}."
        if found.all_listed:
            yield "Proved by a solver: outside of these regions no possible case is an exception."
        else:
            listed = "; ".join(f"{percent(p.listed)} of what is {self.words.class_(p.left)}" for p in found.pairs)
            yield (
                f"{plural(count, 'region')} {'is' if count == 1 else 'are'} listed below, not all: the largest, with "
                f"{listed}. Each is proved."
            )
        yield from self._ends()

    def _ends(self) -> Iterator[str]:
        plan, base, ended_by = self.words.left, self.words.right, self.found.ended_by
        if ended_by is None:
            yield "Which readings would end it is not asked: the two sides have different days or readings."
        elif not ended_by:
            yield (
                "No other reading of either text that is encoded here ends it, nor do two or three of them together: "
                f"{plan} stays stricter than {base} in some case."
            )
        else:
            yield f"It ends, and nothing is left of it (proved), if read as {' or as '.join(map(self.edit, ended_by))}."

    def edit(self, options: Options) -> str:
        """A switch of readings in words, with whose text it reads."""
        return " and ".join(self._reading(id_, taken) for id_, taken in options)

    def _reading(self, id_: str, taken: tuple[str, ...]) -> str:
        reading = self.words.catalog.readings[id_]
        meanings = joined([f"'{reading.meaning(option)}'" for option in taken], "or")
        book = self.words.catalog.policies.get(reading.policy)
        return f"{meanings} ({f'{book.payer_short}, ' if book else ''}{id_}={'|'.join(taken)})"

    def regions(self) -> Iterator[tuple[int, str, str, str, tuple[CitedClause, ...], tuple[CitedClause, ...]]]:
        """Each region: its number, where, the share, an example, and the clauses of the plan and of the base."""
        for count, (pair, region) in enumerate(self.found.regions, 1):
            where = f"{self.words.region(region)}: {self.words.class_(pair.left)}"
            yield count, where, percent(region.share), self.words.case(region.witness), region.left, region.right

    def lines(self) -> Iterator[Line]:
        yield from map(Line, self.summary())
        yield from self.details()

    def details(self) -> Iterator[Line]:
        """The regions, and the premises."""
        plan, base = self.words.left, self.words.right
        for count, where, share, example, *clauses in self.regions():
            yield Line(f"{where} ({share} of what {base} approves)", mark=f"{number(count)}.")
            yield Line(f"for example: {example}", 1)
            for name, cited in zip((plan, base), clauses, strict=True):
                yield from (Line(f"{name}: {each.title}", 1, citation=each.citation) for each in cited)
                if not cited:
                    yield Line(f"{name}: no clause", 1)
        yield Line("What this rests on")
        yield from (Line(each, 1) for each in self.found.premises.sentences())
        yield Line(DISCLAIMER)
