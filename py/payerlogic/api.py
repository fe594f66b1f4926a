"""The knowledge base: loaded once, then asked.

    >>> from payerlogic import Case, KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> determination = kb.decide(Case(primary_site="breast", device="intrabeam"), "nia")
    >>> determination.class_
    'experimental_investigational'

Everything that an answer says of a policy comes from the files of ``kb/``; loading reads, checks and
grounds them (about a fifth of a second), after which deciding takes
a third of a millisecond for a complete case, and a few for one of which little is known.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, overload

from payerlogic.answers.decision import DecidedCase, Decider, Determination
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import AnyCase, Model
from payerlogic.semantics.settings import Settings

if TYPE_CHECKING:  # a question loads what answers it when it is asked: deciding needs none of these
    from payerlogic.answers.contrast import Contrast
    from payerlogic.answers.derivation.explanation import Explanation
    from payerlogic.answers.next_questions import Questions
    from payerlogic.answers.robustness import Robustness
    from payerlogic.answers.sufficient_reasons import Reasons
    from payerlogic.answers.why_not.search import WhyNot
    from payerlogic.comparison.conflicts import Contested
    from payerlogic.comparison.reading_changes import Effect, Shift
    from payerlogic.comparison.result import Comparison
    from payerlogic.consistency.finding import Finding


class KnowledgeBase(Model):
    """A knowledge base, ready for questions. Use ``KnowledgeBase.load()``."""

    @classmethod
    def load(
        cls,
        folder: str | PathLike[str] | None = None,
        only: Collection[str] | None = None,
        service: str | None = None,
    ) -> KnowledgeBase:
        """The shipped knowledge base, or the one in ``folder`` (laid out like ``kb/``), or ``only`` some policies.

        Of its services the one named, or that of the policies, or the default one.
        """
        kb = super().load(folder, only, service)
        if "IPython" in sys.modules:
            from payerlogic.notebook import show_answers_of

            show_answers_of(kb)
        return kb

    def text(self, answer: object) -> str:
        """``answer`` in sentences; ``payerlogic.documents.render`` has the other formats."""
        from payerlogic.documents import render

        return render(answer, "text", self).decode()

    @overload
    def decide(
        self, case: AnyCase, policy: str, settings: Settings | None = ..., *, with_readings: bool = ...
    ) -> Determination: ...

    @overload
    def decide(
        self,
        case: AnyCase,
        policy: list[str] | tuple[str, ...] | None = ...,
        settings: Settings | None = ...,
        *,
        with_readings: bool = ...,
    ) -> DecidedCase: ...

    @one_at_a_time
    def decide(
        self,
        case: AnyCase,
        policy: str | list[str] | tuple[str, ...] | None = None,
        settings: Settings | None = None,
        *,
        with_readings: bool = False,
    ) -> Determination | DecidedCase:
        """The determination of one policy, or, given several or none, of each (all, when none is named).

        Raises CaseError for a bad case and QuestionError for an unknown policy.
        """
        stated, asked, ask = self.read(case), self.asked(settings), Decider.of(self).decide
        if isinstance(policy, str):
            return ask(stated, self.check_policy(policy), asked, with_readings=with_readings)
        names = self.policies if policy is None else [self.check_policy(name) for name in policy]
        return DecidedCase(stated.id, {n: ask(stated, n, asked, with_readings=with_readings) for n in names})

    @one_at_a_time
    def explain(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Explanation:
        """Why ``policy`` gives its class: the derivation graph from the determination to the facts.

        Raises CaseError for a bad case and QuestionError for an unknown policy.
        """
        from payerlogic.answers.derivation.explanation import Explainer

        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        return Explainer.of(self).explain(stated, name, asked)

    @one_at_a_time
    def why_not(
        self,
        case: AnyCase,
        policy: str,
        want: str,
        settings: Settings | None = None,
        *,
        fix: Iterable[str] = (),
        free: Iterable[str] = (),
    ) -> WhyNot:
        """Every minimal set of changes that gives the wanted outcome or class.

        What a fact of the case was worked out from, such as the date of service of an age, stays as it is unless it is
        among ``free``: with another one the fact would be another, too.

        Raises CaseError for a bad case and QuestionError for an unknown policy, outcome or attribute.
        """
        from payerlogic.answers.why_not.search import WhyNotSearch

        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        freed = tuple(free)
        sources = (source for each in stated.derived.values() for source in each.sources)
        held = [source for source in sources if source in stated.facts and source not in freed]
        return WhyNotSearch.of(self).ask(stated, name, want, asked, fix=(*fix, *held), free=freed)

    @one_at_a_time
    def reasons(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Reasons:
        """The minimal sets of stated facts that already force the class."""
        from payerlogic.answers.sufficient_reasons import ReasonSearch

        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        return ReasonSearch.of(self).find(stated, name, asked)

    @one_at_a_time
    def ask(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Questions:
        """The unknown facts that still matter, the best question first."""
        from payerlogic.answers.next_questions import QuestionSearch

        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        return QuestionSearch.of(self).find(stated, name, asked)

    @one_at_a_time
    def best_questions(self, asked: Iterable[Questions]) -> tuple[tuple[str, Fraction], ...]:
        """Over several payers' questions: each attribute with the mean share that its answer settles."""
        from payerlogic.answers.next_questions import QuestionSearch

        return QuestionSearch.of(self).best_for_all(asked)

    @one_at_a_time
    def robustness(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Robustness:
        """Whether the class holds under every reading, and the minimal switches that change it."""
        from payerlogic.answers.robustness import RobustnessSearch

        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        return RobustnessSearch.of(self).find(stated, name, asked)

    @one_at_a_time
    def contrast(self, case: AnyCase, left: str, right: str, settings: Settings | None = None) -> Contrast:
        """Where two policies disagree on a case, and the smallest changes that bring them together."""
        from payerlogic.answers.contrast import ContrastSearch

        stated, asked = self.read(case), self.asked(settings)
        names = self.check_policy(left), self.check_policy(right)
        return ContrastSearch.of(self).find(stated, *names, asked)

    @one_at_a_time
    def compare(
        self,
        left: str,
        right: str,
        settings: Settings | None = None,
        *,
        left_settings: Settings | None = None,
        right_settings: Settings | None = None,
    ) -> Comparison:
        """Two policies over every possible case; ``policy@2023-09-21`` names a version by a day on which it applies.

        ``left_settings`` and ``right_settings`` override ``settings``: one policy under two sets of readings.
        Raises QuestionError for an unknown policy or a day that is none.
        """
        from payerlogic.comparison.compare import Comparer
        from payerlogic.comparison.editions import EditionSearch
        from payerlogic.comparison.proof import proved
        from payerlogic.comparison.result import party

        asked = self.asked(settings)
        parties = party(self, left, left_settings or asked), party(self, right, right_settings or asked)
        part = self.only(*(party.policy for party in parties))
        comparer = Comparer(part.situations, Decider.of(part))
        found = proved(comparer.compare(*parties), part.program, part.situations)
        return replace(found, revised=EditionSearch(comparer, part.program).find(found))

    @one_at_a_time
    def check(self, policy: str, readings: Mapping[str, str] | None = None) -> list[Finding]:
        """The consistency of a policy over all complete cases past its gates, under all readings.

        ``readings`` fixes some of them. Raises QuestionError for an unknown policy, reading or option.
        """
        from payerlogic.consistency.check import Checker
        from payerlogic.consistency.policy_space import PolicySpace

        name = self.check_policy(policy)
        self.situations.check_readings(readings or {})
        part = self.only(name)
        return Checker(PolicySpace(part.situations, part.ground, name, readings or {})).findings()

    @one_at_a_time
    def contested(self, comparison: Comparison) -> list[Contested]:
        """Of each conflict in a comparison: does it stand under every reading, or which switches remove it?"""
        from payerlogic.comparison.conflicts import contested

        part = self.only(comparison.left.policy, comparison.right.policy)
        return contested(comparison, part.situations, part.solver)

    @one_at_a_time
    def shifts(self, before: Comparison, after: Comparison) -> list[Shift]:
        """Which cases move when the policies of a comparison are read differently, and from what to what.

        Raises ValueError if the two comparisons differ in more than their readings.
        """
        from payerlogic.comparison.compare import Comparer
        from payerlogic.comparison.reading_changes import ShiftSearch

        part = self.only(before.left.policy, before.right.policy)
        return ShiftSearch(Comparer(part.situations, Decider.of(part))).find(before, after)

    @one_at_a_time
    def effect_of(self, policy: str, readings: Mapping[str, str], settings: Settings | None = None) -> Effect:
        """How much of a policy's space gets another class or outcome when ``readings`` are taken besides ``settings``.

        Raises QuestionError for an unknown policy, reading or option.
        """
        from payerlogic.comparison.compare import Comparer
        from payerlogic.comparison.reading_changes import ShiftSearch
        from payerlogic.comparison.result import party

        asked = self.asked(settings)
        taken = self.settings({**asked.readings, **readings}, presumptions=asked.presumptions, as_of=asked.as_of)
        before, after = party(self, policy, asked), party(self, policy, taken)
        part = self.only(before.policy)
        return ShiftSearch(Comparer(part.situations, Decider.of(part))).effect(before, after)
