"""The knowledge base: loaded once, then asked.

    >>> from payerlogic import Case, KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> determination = kb.decide(Case(primary_site="breast", device="intrabeam"), "nia")
    >>> determination.class_
    'experimental_investigational'

Everything that an answer says of a policy comes from the files of ``kb/``; loading reads, checks and
grounds them (0.2 s), after which deciding takes 0.3 ms for a complete case, and a few for one of which little is known.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING, overload

from payerlogic.answers.decision import DecidedCase, Decider, Determination
from payerlogic.api.checks import CheckedModel
from payerlogic.diagrams.budget import Budget
from payerlogic.errors import Problem, QuestionError
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.model import AnyCase
from payerlogic.semantics.settings import Settings

if TYPE_CHECKING:  # a question loads what answers it when it is asked: deciding needs none of these
    from payerlogic.answers.contrast import Contrast
    from payerlogic.answers.derivation.explanation import Explanation
    from payerlogic.answers.next_questions import Questions
    from payerlogic.answers.robustness import Robustness
    from payerlogic.answers.sufficient_reasons import Reasons
    from payerlogic.answers.why_not.search import WhyNot
    from payerlogic.comparison.clause_differences import ClauseDifference
    from payerlogic.comparison.compare import Comparer
    from payerlogic.comparison.conflicts import Contested
    from payerlogic.comparison.knowledge_diff import KnowledgeDiff
    from payerlogic.comparison.reading_changes import Effect, Shift
    from payerlogic.comparison.result import Comparison, Party
    from payerlogic.comparison.several import SeveralPolicies
    from payerlogic.comparison.stricter import Strictness
    from payerlogic.repair.result import StrictnessRepairs


class KnowledgeBase(CheckedModel):
    """A knowledge base, ready for questions. Use ``KnowledgeBase.load()``.

    It is one service of a library, and puts a question about a case or a policy of another one to that service.
    """

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
        kb = self._of_case(case, [policy] if isinstance(policy, str) else policy or ())
        stated, asked, ask = kb.read(case), kb.asked(settings), Decider.of(kb).decide
        if isinstance(policy, str):
            return ask(stated, kb.check_policy(policy), asked, with_readings=with_readings)
        names = kb.policies if policy is None else [kb.check_policy(name) for name in policy]
        found = {name: ask(stated, name, asked, with_readings=with_readings) for name in names}
        return DecidedCase(stated.id, found, kb.service)

    @one_at_a_time
    def explain(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Explanation:
        """Why ``policy`` gives its class: the derivation graph from the determination to the facts.

        Raises CaseError for a bad case and QuestionError for an unknown policy.
        """
        from payerlogic.answers.derivation.explanation import Explainer

        kb = self._of_case(case, [policy])
        stated, asked, name = kb.read(case), kb.asked(settings), kb.check_policy(policy)
        return Explainer.of(kb).explain(stated, name, asked)

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
        """Every minimal set of changes that gives the wanted outcome or class; ``nearer`` has larger sets with which a
        number or a day moves less far.

        What a fact of the case was worked out from, such as the date of service of an age, stays as it is unless it is
        among ``free``: with another one the fact would be another, too.

        Raises CaseError for a bad case and QuestionError for an unknown policy, outcome or attribute.
        """
        from payerlogic.answers.why_not.search import WhyNotSearch

        kb = self._of_case(case, [policy])
        stated, asked, name = kb.read(case), kb.asked(settings), kb.check_policy(policy)
        return WhyNotSearch.of(kb).ask(stated, name, want, asked, fix=fix, free=free)

    @one_at_a_time
    def reasons(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Reasons:
        """The minimal sets of stated facts that already force the class."""
        from payerlogic.answers.sufficient_reasons import ReasonSearch

        kb = self._of_case(case, [policy])
        stated, asked, name = kb.read(case), kb.asked(settings), kb.check_policy(policy)
        return ReasonSearch.of(kb).find(stated, name, asked)

    @one_at_a_time
    def ask(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Questions:
        """The unknown facts that still matter, the best question first."""
        from payerlogic.answers.next_questions import QuestionSearch

        kb = self._of_case(case, [policy])
        stated, asked, name = kb.read(case), kb.asked(settings), kb.check_policy(policy)
        return QuestionSearch.of(kb).find(stated, name, asked)

    @one_at_a_time
    def best_questions(self, asked: Iterable[Questions]) -> tuple[tuple[str, Fraction], ...]:
        """Over several payers' questions: each attribute with the mean share that its answer settles."""
        from payerlogic.answers.next_questions import QuestionSearch

        return QuestionSearch.of(self).best_for_all(asked)

    @one_at_a_time
    def robustness(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Robustness:
        """Whether the class holds under every reading, and the minimal switches that change it."""
        from payerlogic.answers.robustness import RobustnessSearch

        kb = self._of_case(case, [policy])
        stated, asked, name = kb.read(case), kb.asked(settings), kb.check_policy(policy)
        return RobustnessSearch.of(kb).find(stated, name, asked)

    @one_at_a_time
    def contrast(self, case: AnyCase, left: str, right: str, settings: Settings | None = None) -> Contrast:
        """Where two policies disagree on a case, and the smallest changes that bring them together."""
        from payerlogic.answers.contrast import ContrastSearch

        kb = self._of_case(case, [left, right])
        stated, asked = kb.read(case), kb.asked(settings)
        names = kb.check_policy(left), kb.check_policy(right)
        return ContrastSearch.of(kb).find(stated, *names, asked)

    def _sides(
        self, names: Sequence[str], settings: Sequence[Settings | None]
    ) -> tuple[Comparer, KnowledgeBase, list[Party]]:
        """The sides of a comparison, each under its settings, and the part of the knowledge base that is theirs."""
        from payerlogic.comparison.compare import Comparer
        from payerlogic.comparison.result import party

        kb = self.of_policies(each.partition("@")[0] for each in names)
        parties = [party(kb, name, kb.asked(each)) for name, each in zip(names, settings, strict=True)]
        part = kb.only(*(each.policy for each in parties))
        return Comparer(part.situations, Decider.of(part)), part, parties

    def _part_of(self, comparison: Comparison) -> tuple[Comparer, KnowledgeBase]:
        """What a comparison was made with: its comparer, and the part of the knowledge base."""
        sides = comparison.left, comparison.right
        comparer, part, _ = self._sides([each.policy for each in sides], [each.settings for each in sides])
        return comparer, part

    @one_at_a_time
    def compare(
        self,
        left: str,
        right: str,
        settings: Settings | None = None,
        *,
        left_settings: Settings | None = None,
        right_settings: Settings | None = None,
        regions: int | None = None,
        seconds: float | None = None,
    ) -> Comparison:
        """Two policies over every possible case; ``policy@2023-09-21`` names a version by a day on which it applies.

        ``left_settings`` and ``right_settings`` override ``settings``: one policy under two sets of readings.
        ``regions`` is how many to list of each pair of classes, the largest first; ``seconds`` how long to look for
        more than one, which may give other ones each time. Counts and implications are exact and proved in any case.
        Raises QuestionError for an unknown policy or a day that is none.
        """
        from payerlogic.comparison.editions import EditionSearch
        from payerlogic.comparison.proof import proved

        comparer, part, sides = self._sides([left, right], [left_settings or settings, right_settings or settings])
        found = proved(comparer.compare(sides[0], sides[1], Budget(regions, seconds)), part.program, part.situations)
        return replace(found, revised=EditionSearch(comparer, part.program).find(found))

    @one_at_a_time
    def compare_several(
        self,
        policies: Iterable[str],
        settings: Settings | None = None,
        *,
        regions: int | None = None,
        seconds: float | None = None,
    ) -> SeveralPolicies:
        """Any number of policies over every possible case, by vectors of outcomes; named, listed and refused as in
        compare, and a QuestionError for one that is named twice."""
        from payerlogic.comparison.several import SeveralComparer

        names = list(policies)
        comparer, part, parties = self._sides(names, [settings] * len(names))
        twice = [each.name for each in parties if sum(each.name == other.name for other in parties) > 1]
        if len(parties) < 2 or twice:
            what = f"{twice[0]} is named twice" if twice else "a comparison needs two policies or more"
            raise QuestionError(Problem(what, hint="name each policy, or each version of one, once"))
        return SeveralComparer(comparer, part.program).compare(parties, Budget(regions, seconds))

    @one_at_a_time
    def stricter(
        self,
        plan: str,
        base: str,
        settings: Settings | None = None,
        *,
        regions: int | None = None,
        seconds: float | None = None,
    ) -> Strictness:
        """Whether a plan ever refuses what a base approves: where, by which clauses, and what would end it; named,
        listed and refused as in compare."""
        from payerlogic.comparison.stricter import StrictnessSearch

        comparer, part, parties = self._sides([plan, base], [settings, settings])
        search = StrictnessSearch(comparer, part.program, part.solver)
        return search.find(parties[0], parties[1], Budget(regions, seconds))

    @one_at_a_time
    def stricter_repairs(
        self,
        plan: str,
        base: str,
        settings: Settings | None = None,
        *,
        listed: int | None = None,
        most: int | None = None,
        seconds: float | None = None,
    ) -> StrictnessRepairs:
        """Whether a plan ever refuses what a base approves, and the smallest edits of the plan that end it.

        ``listed`` are shown, of up to ``most`` edits together, searched for within ``seconds``.
        """
        from payerlogic.comparison.stricter import StrictnessSearch
        from payerlogic.repair.search import LISTED
        from payerlogic.repair.stricter import stricter_repairs

        comparer, part, parties = self._sides([plan, base], [settings, settings])
        found = StrictnessSearch(comparer, part.program, part.solver).find(parties[0], parties[1])
        return stricter_repairs(
            part, found, listed=LISTED if listed is None else listed, most=most, budget=Budget(seconds=seconds)
        )

    def difference(
        self,
        new: KnowledgeBase,
        policies: Collection[str] = (),
        *,
        as_of: date | None = None,
        cases: Iterable[Mapping[str, object]] | None = None,
        regions: int | None = None,
        seconds: float | None = None,
    ) -> KnowledgeDiff:
        """What an edit changed, of this knowledge base and ``new``, for some policies or all of the library.

        Default readings and presumptions, on one day; ``cases`` are decided by both. Of each change ``regions`` so many
        are listed, looked for within ``seconds``. QuestionError for a policy that is asked for and that not both have.
        """
        from payerlogic.comparison.diff_search import difference

        return difference(self, new, policies, as_of=as_of, cases=cases, regions=regions, seconds=seconds)

    @one_at_a_time
    def contested(self, comparison: Comparison) -> list[Contested]:
        """Of each conflict in a comparison: does it stand under every reading, or which switches remove it?"""
        from payerlogic.comparison.conflicts import contested

        _, part = self._part_of(comparison)
        return contested(comparison, part.situations, part.solver)

    @one_at_a_time
    def clause_differences(self, comparison: Comparison) -> tuple[ClauseDifference, ...]:
        """For each clause of either side of a comparison, what the other has for the same cases."""
        from payerlogic.comparison.clause_differences import clause_differences

        comparer, part = self._part_of(comparison)
        return clause_differences(comparer, part.program, comparison)

    @one_at_a_time
    def shifts(self, before: Comparison, after: Comparison) -> list[Shift]:
        """Which cases move when the policies of a comparison are read differently, and from what to what; ValueError
        if the two comparisons differ in more than their readings."""
        from payerlogic.comparison.reading_changes import ShiftSearch

        return ShiftSearch(self._part_of(before)[0]).find(before, after)

    @one_at_a_time
    def effect_of(self, policy: str, readings: Mapping[str, str], settings: Settings | None = None) -> Effect:
        """How much of a policy's space gets another class or outcome when ``readings`` are taken besides ``settings``.

        Raises QuestionError for an unknown policy, reading or option.
        """
        from payerlogic.comparison.reading_changes import ShiftSearch

        asked = self.of_policies([policy]).asked(settings)
        taken = replace(asked, readings={**asked.readings, **readings})
        comparer, _, (before, after) = self._sides([policy, policy], [asked, taken])
        return ShiftSearch(comparer).effect(before, after)
