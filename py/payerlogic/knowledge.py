"""The knowledge base: loaded once, then asked.

    >>> kb = KnowledgeBase.load()
    >>> determination = kb.decide(Case(primary_site="breast", device="intrabeam"), "nia")
    >>> determination.class_
    'experimental_investigational'

Everything that an answer says of a policy comes from the files of ``kb/``; loading reads, checks and
grounds them (about a fifth of a second), after which deciding takes
a third of a millisecond for a complete case, and a few for one of which little is known.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from payerlogic.audit import audit
from payerlogic.axes import Axis, axes_of
from payerlogic.case import Case, CaseReader, StatedCase
from payerlogic.catalog import Catalog
from payerlogic.check import Checker
from payerlogic.compare import Comparer, Comparison, Party
from payerlogic.compiler import Compiler
from payerlogic.conditions import ConditionGraph
from payerlogic.contested import Contested, contested
from payerlogic.days import read_day
from payerlogic.decide import DecidedCase, Decider, Determination
from payerlogic.declarations import declaration_problems
from payerlogic.editions import EditionSearch
from payerlogic.errors import KnowledgeBaseError, Problem, QuestionError, nearest
from payerlogic.findings import Finding
from payerlogic.grounding import GroundProgram
from payerlogic.inference import View
from payerlogic.lint import lint
from payerlogic.policyspace import PolicySpace
from payerlogic.proofs import proved
from payerlogic.questions import Questions, QuestionSearch
from payerlogic.reasons import Reasons, ReasonSearch
from payerlogic.robustness import Robustness, RobustnessSearch
from payerlogic.shifts import Effect, Shift, ShiftSearch
from payerlogic.situations import Settings, Situations
from payerlogic.sizes import size_problems
from payerlogic.solver import Situation, Solver
from payerlogic.source import Program, shipped_folder
from payerlogic.turns import Turns, one_at_a_time
from payerlogic.vocabulary import Vocabulary
from payerlogic.whynot import WhyNot, WhyNotSearch

if TYPE_CHECKING:  # these draw in networkx, which deciding a file of cases does not need
    from payerlogic.contrast import Contrast
    from payerlogic.explain import Explainer, Explanation
    from payerlogic.sentences import Sentences

MOST_KEPT = 600_000
"""How many nodes and results a knowledge base, and each part of it, remembers: some 200 MB. It then begins anew."""
MOST_PARTS = 8
"""How many parts of a knowledge base (see only) are kept."""

AnyCase = Case | StatedCase | Mapping[str, Any]


class KnowledgeBase:
    """A knowledge base, ready for questions. Use ``KnowledgeBase.load()``."""

    turns: Turns
    program: Program
    ground: GroundProgram
    graph: ConditionGraph
    vocabulary: Vocabulary
    catalog: Catalog
    axes: dict[str, Axis]
    reader: CaseReader
    compiler: Compiler
    situations: Situations
    decider: Decider

    def __init__(self, program: Program, *, sound: bool = False, whole: KnowledgeBase | None = None) -> None:
        """Raises KnowledgeBaseError listing, with file and line, all that the house rules forbid.

        A ``sound`` program has been checked before, as part of a larger one; a part takes turns with its ``whole``.
        """
        if not sound and (problems := lint(program) or size_problems(program)):
            raise KnowledgeBaseError(problems)
        self.turns = whole.turns if whole is not None else Turns()
        self.program = program
        self._begin(check=not sound)

    def _begin(self, *, check: bool = False) -> None:
        """Ground the program, check what it declares, and make all that answers."""
        self._age = -1  # until it is done
        self.ground = GroundProgram.of(self.program)
        if check and (problems := declaration_problems(self.ground)):
            raise KnowledgeBaseError(problems)
        self.graph = ConditionGraph.of(self.ground)
        self.vocabulary = Vocabulary.of(self.ground)
        self.catalog = Catalog.of(self.ground)
        if check and (problems := audit(self.ground, self.graph, self.catalog, self.vocabulary)):
            raise KnowledgeBaseError(problems)
        self.axes = axes_of(self.ground, self.graph, self.vocabulary)
        self.reader = CaseReader(self.vocabulary)
        self._begin_diagrams()
        self._age = self.turns.age

    def _begin_diagrams(self) -> None:
        self._parts: OrderedDict[frozenset[str], KnowledgeBase] = OrderedDict()
        self.compiler = Compiler(self.ground, self.graph, self.axes, self.catalog)
        self.situations = Situations(self.compiler, self.catalog, self.vocabulary)
        self.decider = Decider(self.situations, self.catalog, self.program.digest)
        for made in ("solver", "explainer", "why_not_search"):
            self.__dict__.pop(made, None)

    def refresh(self) -> None:
        """Before a question: begin anew after one that was interrupted, or when too much is remembered."""
        if self._age != self.turns.age:
            self._begin()
        elif self.compiler.kept + self.situations.kept > MOST_KEPT:
            self._begin_diagrams()

    @classmethod
    def load(cls, folder: str | PathLike[str] | None = None) -> KnowledgeBase:
        """The shipped knowledge base, or the one in ``folder`` (laid out like ``kb/``)."""
        return cls(Program.read(Path(folder) if folder is not None else shipped_folder()))

    def only(self, *policies: str) -> KnowledgeBase:
        """The knowledge base of these policies alone. What is asked about two policies does not depend on how
        many others there are, neither in its answer nor in its cost."""
        names = frozenset(policies)
        if names == set(self.policies):
            return self
        with self.turns.lock:
            if names not in self._parts:
                self._parts[names] = KnowledgeBase(self.program.only(names), sound=True, whole=self)
            self._parts.move_to_end(names)
            if len(self._parts) > MOST_PARTS:
                self._parts.popitem(last=False)
            part = self._parts[names]
            part.refresh()
            return part

    @cached_property
    def solver(self) -> Solver:
        """Clingo on the same ground program, for re-deciding."""
        return Solver(self.ground, self.axes)

    @cached_property
    def explainer(self) -> Explainer:
        from payerlogic.explain import Explainer

        return Explainer(self.decider, self.ground)

    @cached_property
    def why_not_search(self) -> WhyNotSearch:
        return WhyNotSearch(self.situations, self.solver)

    @property
    def lock(self) -> AbstractContextManager[bool]:
        """Held while a question is answered; one for a knowledge base and all of its parts."""
        return self.turns.lock

    @property
    def digest(self) -> str:
        """The hash by which an answer names the knowledge base that gave it."""
        return self.program.digest

    @property
    def policies(self) -> tuple[str, ...]:
        return tuple(self.catalog.policies)

    def settings(
        self,
        readings: Mapping[str, str] | None = None,
        *,
        presumptions: bool = True,
        as_of: date | None = None,
    ) -> Settings:
        """How to ask; QuestionError for a reading or option that does not exist, or a day that is none."""
        readings = self.situations.check_readings(readings or {})
        return Settings(readings, presumptions, date.today() if as_of is None else as_of)

    def asked(self, settings: Settings | None) -> Settings:
        """``settings``, or the usual ones. QuestionError for a reading or option that does not exist here."""
        if settings is None:
            return self.settings()
        readings = self.situations.check_readings(settings.readings)
        return settings if readings == settings.readings else replace(settings, readings=readings)

    def check_policy(self, policy: str) -> str:
        """``policy`` as it is spelled here; QuestionError if there is none of that name."""
        folded = {name.lower(): name for name in self.policies}
        if policy.lower() in folded:
            return folded[policy.lower()]
        raise QuestionError(Problem(f"unknown payer {policy!r}", hint=nearest(policy, self.policies)))

    @one_at_a_time
    def read(self, case: AnyCase) -> StatedCase:
        """The case, checked; CaseError for anything outside of the vocabulary or impossible together."""
        stated = self.reader.read(case)
        self.situations.check_possible(stated)
        return stated

    @one_at_a_time
    def view(self, case: StatedCase, policy: str, settings: Settings | None = None) -> View:
        """What ``policy`` sees of a checked case."""
        return self.situations.view(case, policy, self.asked(settings))

    @one_at_a_time
    def situation(self, case: StatedCase, policy: str, settings: Settings | None = None) -> Situation:
        """The case as assumptions for the solver."""
        return self.situations.situation(self.view(case, policy, settings))

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
        stated, asked, ask = self.read(case), self.asked(settings), self.decider.decide
        if isinstance(policy, str):
            return ask(stated, self.check_policy(policy), asked, with_readings=with_readings)
        names = self.policies if policy is None else [self.check_policy(name) for name in policy]
        return DecidedCase(stated.id, {n: ask(stated, n, asked, with_readings=with_readings) for n in names})

    @one_at_a_time
    def explain(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Explanation:
        """Why ``policy`` gives its class: the derivation graph from the determination to the facts.

        Raises CaseError for a bad case and QuestionError for an unknown policy.
        """
        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        return self.explainer.explain(stated, name, asked)

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

        Raises CaseError for a bad case and QuestionError for an unknown policy, outcome or attribute.
        """
        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        answer = self.why_not_search.ask(stated, name, want, asked, fix=fix, free=free)
        return replace(answer, tell=lambda: self._sentences(stated, asked).why_not(answer))

    def _sentences(self, case: StatedCase, settings: Settings) -> Sentences:
        from payerlogic.sentences import Sentences

        return Sentences(self, case, settings)

    @one_at_a_time
    def reasons(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Reasons:
        """The minimal sets of stated facts that already force the class."""
        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        answer = ReasonSearch(self.situations).find(stated, name, asked)
        return replace(answer, tell=lambda: self._sentences(stated, asked).reasons(answer))

    @one_at_a_time
    def ask(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Questions:
        """The unknown facts that still matter, the best question first."""
        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        answer = QuestionSearch(self.situations).find(stated, name, asked)
        return replace(answer, tell=lambda: self._sentences(stated, asked).questions(answer))

    @one_at_a_time
    def best_questions(self, asked: Iterable[Questions]) -> tuple[tuple[str, Fraction], ...]:
        """Over several payers' questions: each attribute with the mean share that its answer settles."""
        return QuestionSearch(self.situations).best_for_all(asked)

    @one_at_a_time
    def robustness(self, case: AnyCase, policy: str, settings: Settings | None = None) -> Robustness:
        """Whether the class holds under every reading, and the minimal switches that change it."""
        stated, asked, name = self.read(case), self.asked(settings), self.check_policy(policy)
        answer = RobustnessSearch(self.situations, self.solver).find(stated, name, asked)
        return replace(answer, tell=lambda: self._sentences(stated, asked).robustness(answer))

    @one_at_a_time
    def contrast(self, case: AnyCase, left: str, right: str, settings: Settings | None = None) -> Contrast:
        """Where two policies part on a case, and the smallest changes that bring them together."""
        stated, asked = self.read(case), self.asked(settings)
        names = self.check_policy(left), self.check_policy(right)
        from payerlogic.contrast import ContrastSearch

        answer = ContrastSearch(self.explainer, self.why_not_search).find(stated, *names, asked)
        return replace(answer, tell=lambda: self._sentences(stated, asked).contrast(answer))

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

        ``left_settings`` and ``right_settings`` go before ``settings``: one policy under two sets of readings.
        Raises QuestionError for an unknown policy or a day that is none.
        """
        asked = self.asked(settings)
        parties = self.party(left, left_settings or asked), self.party(right, right_settings or asked)
        part = self.only(*(party.policy for party in parties))
        comparer = Comparer(part.situations, part.decider)
        found = proved(comparer.compare(*parties), part.program, part.situations)
        found = replace(found, revised=EditionSearch(comparer, part.program).find(found))
        return replace(found, tell=lambda: self._comparison_told(found))

    @one_at_a_time
    def _comparison_told(self, comparison: Comparison) -> list[str]:
        from payerlogic.reports.model import Report

        return Report.of(self, comparison).told()

    def party(self, name: str, settings: Settings) -> Party:
        """A side of a comparison: ``policy`` or ``policy@2023-09-21``. QuestionError if there is none."""
        settings = self.asked(settings)
        policy, at, day = name.partition("@")
        if not at:
            return Party(self.check_policy(policy), settings.as_of, settings)
        try:
            return Party(self.check_policy(policy), read_day(day), settings, named=True)
        except ValueError as error:
            hint = "name a version by a day on which it applies, like bcbsaz@2023-09-21"
            raise QuestionError(Problem(str(error), name, hint)) from None

    @one_at_a_time
    def check(self, policy: str, readings: Mapping[str, str] | None = None) -> list[Finding]:
        """The consistency of a policy over all complete cases past its gates, under all readings.

        ``readings`` fixes some of them. Raises QuestionError for an unknown policy, reading or option.
        """
        name = self.check_policy(policy)
        self.situations.check_readings(readings or {})
        part = self.only(name)
        return Checker(PolicySpace(part.situations, part.ground, name, readings or {})).findings()

    @one_at_a_time
    def contested(self, comparison: Comparison) -> list[Contested]:
        """Of each conflict in a comparison: does it stand under every reading, or which switches remove it?"""
        part = self.only(comparison.left.policy, comparison.right.policy)
        return contested(comparison, part.situations, part.solver)

    @one_at_a_time
    def shifts(self, before: Comparison, after: Comparison) -> list[Shift]:
        """Which cases move when the policies of a comparison are read otherwise, and from what to what.

        Raises ValueError if the two comparisons differ in more than their readings.
        """
        part = self.only(before.left.policy, before.right.policy)
        return ShiftSearch(Comparer(part.situations, part.decider)).find(before, after)

    @one_at_a_time
    def effect_of(self, policy: str, readings: Mapping[str, str], settings: Settings | None = None) -> Effect:
        """How much of a policy's space gets another class or outcome when ``readings`` are taken besides ``settings``.

        Raises QuestionError for an unknown policy, reading or option.
        """
        asked = self.asked(settings)
        taken = self.settings({**asked.readings, **readings}, presumptions=asked.presumptions, as_of=asked.as_of)
        before, after = self.party(policy, asked), self.party(policy, taken)
        part = self.only(before.policy)
        return ShiftSearch(Comparer(part.situations, part.decider)).effect(before, after)
