"""The difference of two knowledge bases, put together: their edits, their policies one by one, and the user's cases.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> found = difference(kb, kb, ["nia"], cases=[{"primary_site": "rectum"}])
>>> found.cases.decided, found.cases.changed
(1, 0)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from payerlogic.answers.decision import Decider, Determination
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.edits import Edit, edits, policy_edit
from payerlogic.comparison.knowledge_diff import (
    CaseChange,
    CasesDiff,
    KnowledgeDiff,
    PolicyDiff,
    PolicySearch,
    RefusedCase,
)
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.errors import CaseError, Problem, QuestionError, nearest
from payerlogic.program.files import Program
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import AnyCase, Model
from payerlogic.semantics.settings import Settings

EXAMPLES = 20
SIDES = ("before", "after")


class WholeKnowledge(Protocol):
    """A knowledge base that puts a question to the service that it is about."""

    @property
    def program(self) -> Program: ...

    @property
    def digest(self) -> str: ...

    @property
    def policies(self) -> tuple[str, ...]: ...

    def of_policies(self, policies: Iterable[str], /) -> Model: ...

    def read(self, case: AnyCase, /) -> StatedCase: ...


def difference(
    old: WholeKnowledge,
    new: WholeKnowledge,
    policies: Collection[str] = (),
    *,
    as_of: date | None = None,
    cases: Iterable[Mapping[str, object]] | None = None,
    regions: int | None = None,
    seconds: float | None = None,
) -> KnowledgeDiff:
    """What an edit changed: ``old`` and ``new`` are two knowledge bases; ``policies`` those that are asked, or all.

    Default readings and presumptions, on one day; ``cases`` are decided by both. Of each pair of classes so many
    ``regions`` are listed, all of them found within so many ``seconds``. QuestionError for a policy that is asked for
    and that not both have.
    """
    day, budget = date.today() if as_of is None else as_of, Budget(regions, seconds)
    search = DiffSearch(DiffSide.of(old), DiffSide.of(new), day, policies, budget)
    return _in_turn(old, new, search, cases)


@one_at_a_time
def _in_turn(
    _old: WholeKnowledge, new: WholeKnowledge, search: DiffSearch, cases: Iterable[Mapping[str, object]] | None
) -> KnowledgeDiff:
    return one_at_a_time(lambda _new: search.find(cases))(new)


@dataclass(frozen=True)
class DiffSide:
    """One knowledge base, and the service of each of its policies."""

    kb: WholeKnowledge
    services: Mapping[str, str]

    @classmethod
    def of(cls, kb: WholeKnowledge) -> DiffSide:
        library = kb.program.library
        if library is None or not library.services:
            return cls(kb, dict.fromkeys(kb.policies, ""))
        return cls(kb, {name: service for service in library.services for name in library.policies_of(service)})

    def model(self, names: Iterable[str]) -> Model:
        """The part of the knowledge base that belongs to some policies of one service."""
        wanted = list(names)
        return self.kb.of_policies(wanted).only(*wanted)

    def decide(self, case: AnyCase, names: Iterable[str], settings: Settings) -> dict[str, Determination]:
        """The case at those of some policies that are of its service."""
        stated, library = self.kb.read(case), self.kb.program.library
        service = stated.service or (library.default if library is not None and library.services else "")
        wanted = [name for name in names if self.services[name] == service]
        if not wanted:
            return {}
        decider = Decider.of(self.kb.of_policies(wanted))
        return {name: decider.decide(stated, name, settings) for name in wanted}


@dataclass
class DiffSearch:
    """Compares two knowledge bases, of which ``policies`` are asked; all of them if there are none."""

    old: DiffSide
    new: DiffSide
    as_of: date
    policies: Collection[str] = ()
    budget: Budget = WHOLE
    asked: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """QuestionError for a policy that is asked for and that not both have."""
        both = [name for name in self.new.services if name in self.old.services]
        problems = [self._unknown(name, both) for name in self.policies if name not in both]
        if problems:
            raise QuestionError(problems)
        self.asked = tuple(name for name in both if not self.policies or name in self.policies)

    def _unknown(self, name: str, both: Sequence[str]) -> Problem:
        for side, only in zip((self.old, self.new), SIDES, strict=True):
            if name in side.services:
                hint = "leave --policy out to see it as added or removed"
                return Problem(
                    f"there is no such policy {'after' if only == 'before' else 'before'} the edit", name, hint
                )
        return Problem("no such policy, before or after the edit", name, nearest(name, both))

    def find(self, cases: Iterable[Mapping[str, object]] | None = None) -> KnowledgeDiff:
        shares = self.budget.begun().parts(len(self.asked))
        policies = tuple(self._policy(name, share) for name, share in zip(self.asked, shares, strict=True))
        own = self._cases(cases) if cases is not None else None
        return KnowledgeDiff((self.old.kb.digest, self.new.kb.digest), self.as_of, self._edits(), policies, own)

    def _policy(self, name: str, budget: Budget) -> PolicyDiff:
        return PolicySearch(self.old.model([name]), self.new.model([name]), name, self.as_of).find(budget)

    def _edits(self) -> tuple[Edit, ...]:
        found: dict[Edit, None] = {}
        if not self.policies:
            for side, other, added in ((self.old, self.new, False), (self.new, self.old, True)):
                for name in (name for name in side.services if name not in other.services):
                    book = side.model([name]).catalog.policies[name]
                    found[policy_edit(book, added=added)] = None
        places = dict.fromkeys((self.old.services[name], self.new.services[name]) for name in self.asked)
        for place in places:
            names = [n for n in self.asked if (self.old.services[n], self.new.services[n]) == place]
            found |= dict.fromkeys(edits(self.old.model(names), self.new.model(names)))
        return tuple(found)

    def _cases(self, cases: Iterable[Mapping[str, object]]) -> CasesDiff:
        settings = Settings(as_of=self.as_of)
        decided, changed, elsewhere = 0, 0, 0
        examples: list[CaseChange] = []
        refused: list[RefusedCase] = []
        for number, case in enumerate(cases, 1):
            id_ = str(case.get("id") or number)
            try:
                before, after = (side.decide(case, self.asked, settings) for side in (self.old, self.new))
            except CaseError as error:
                refused.append(RefusedCase(number, id_, tuple(error.problems)))
                continue
            decided += 1
            both = [name for name in self.asked if name in before and name in after]
            elsewhere += not both
            found = [
                CaseChange(id_, name, _answer(before[name]), _answer(after[name]))
                for name in both
                if _answer(before[name]) != _answer(after[name])
            ]
            changed += bool(found)
            examples += found if changed <= EXAMPLES else []
        return CasesDiff(decided, changed, tuple(examples), tuple(refused), elsewhere)


def _answer(found: Determination) -> tuple[str, str | None]:
    return found.outcome, found.class_
