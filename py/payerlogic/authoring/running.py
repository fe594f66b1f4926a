"""Tests of policies, run: how each determination departs from what is expected.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.authoring.case_tests import CaseTest
    >>> test = CaseTest("t.yaml", 1, "brain", {"primary_site": "brain"}, {"nia": {"word": "approved"}})
    >>> run_all(KnowledgeBase.load(), [test]).failed[0].got
    'denied'

INVARIANT: whatever a test expects, clingo gives its case the same possible classes as the diagrams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from payerlogic.answers.decision import Decider, Determination
from payerlogic.authoring.case_tests import WORD, CaseTest, CaseTestError
from payerlogic.errors import CaseError, InternalDisagreement, PayerlogicError, Problem, nearest, shown
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import OPEN
from payerlogic.semantics.settings import Settings

NO_ERROR = "no error"
_SUBSETS = {"has": "advisories", "relies_on": "presumptions"}
_DISJOINT = {"hasnt": "advisories", "relies_not_on": "presumptions"}


@dataclass(frozen=True)
class Departure:
    """One thing that a determination has, and another that was expected."""

    key: str
    expected: str
    got: str

    @property
    def in_words(self) -> str:
        return f"{self.key} is {self.got}, should be {self.expected}"


@dataclass(frozen=True)
class FailedTest:
    """A test that failed at one policy; ``policy`` is empty where the case itself was wrong."""

    test: CaseTest
    policy: str
    departures: tuple[Departure, ...]

    @property
    def expected(self) -> str:
        return self.departures[0].expected

    @property
    def got(self) -> str:
        return self.departures[0].got

    def to_dict(self) -> dict[str, object]:
        return {
            "name": self.test.name,
            "file": self.test.file,
            "line": self.test.line,
            "policy": self.policy or None,
            "expected": self.expected,
            "got": self.got,
            "differences": [each.in_words for each in self.departures],
        }


@dataclass(frozen=True)
class RunReport:
    """All tests of a run, and those that failed."""

    tests: tuple[CaseTest, ...]
    failed: tuple[FailedTest, ...]

    @property
    def passed(self) -> int:
        return len(self.tests) - len({id(each.test) for each in self.failed})

    @classmethod
    def joined(cls, reports: Iterable[RunReport]) -> RunReport:
        """The reports of several services as one."""
        several = list(reports)
        tests = tuple(test for report in several for test in report.tests)
        return cls(tests, tuple(each for report in several for each in report.failed))

    def to_dict(self) -> dict[str, object]:
        return {"passed": self.passed, "failed": [each.to_dict() for each in self.failed]}


def settings_of(kb: Model, test: CaseTest) -> Settings:
    """How the case of a test is asked."""
    return kb.settings(test.readings, presumptions=test.presumptions, as_of=test.as_of)


def run_all(kb: Model, tests: Sequence[CaseTest]) -> RunReport:
    """Decide the case of each test. CaseTestError for tests of policies, classes or readings that are not there."""
    if problems := [problem for test in tests for problem in _unknown(kb, test)]:
        raise CaseTestError(problems)
    return RunReport(tuple(tests), tuple(failed for test in tests for failed in _run(kb, test)))


def _unknown(kb: Model, test: CaseTest) -> Iterator[Problem]:
    """What a test names and the knowledge base does not have."""
    words = [*kb.catalog.classes, *kb.catalog.outcomes, OPEN]
    for policy, wanted in test.expect.items():
        if policy not in kb.policies:
            yield Problem(f"unknown policy {shown(policy)}", test.where, nearest(policy, kb.policies))
            continue
        clauses = kb.catalog.policies[policy].clauses
        named = [(wanted.get(WORD), words, "class or outcome"), (wanted.get("class"), kb.catalog.classes, "class")]
        named += [(each, clauses, "clause") for key in ("clauses", "met") for each in wanted.get(key, ())]
        named += [(each, kb.vocabulary, "attribute") for each in wanted.get("deciding", ())]
        for name, known, what in named:
            if name is not None and name not in known:
                hint = nearest(str(name), known, kb.vocabulary.called | kb.catalog.called_classes)
                yield Problem(f"unknown {what} {shown(name)}", test.where, hint)
    try:
        settings_of(kb, test)
    except PayerlogicError as error:
        yield from (problem.at(test.where) for problem in error.problems)


def _run(kb: Model, test: CaseTest) -> Iterator[FailedTest]:
    settings = settings_of(kb, test)
    try:
        stated = kb.read(dict(test.case))
    except CaseError as error:
        said = "; ".join(map(str, error.problems))
        if test.error is None or any(words not in str(error) for words in test.error):
            wanted = NO_ERROR if test.error is None else f"an error with {', '.join(map(repr, test.error))}"
            yield FailedTest(test, "", (Departure("error", wanted, said),))
        return
    if test.error is not None:
        wanted = f"an error with {', '.join(map(repr, test.error))}"
        yield FailedTest(test, "", (Departure("error", wanted, NO_ERROR),))
    for policy, expected in test.expect.items():
        found = Decider.of(kb).decide(stated, policy, settings)
        view = kb.view(stated, policy, settings)
        if kb.solver.possible(policy, kb.situations.situation(view)) != set(found.possible):
            raise InternalDisagreement(f"{test.where}: diagrams and clingo decide {policy} differently")
        departures = list(departures_of(kb, expected, found))
        for clause in expected.get("met", ()):
            if view.over(kb.compiler.named("met", policy, clause, readings=view.readings)) != {True}:
                departures.append(Departure("met", f"{clause} among them", f"without {clause}"))
        if departures:
            yield FailedTest(test, policy, tuple(departures))


def departures_of(kb: Model, expected: Mapping[str, Any], found: Determination) -> Iterator[Departure]:
    """How a determination departs from what was expected, ``met`` apart."""
    plain: dict[str, Any] = {
        "class": found.class_,
        "open": sorted(found.possible) if found.class_ is None else None,
        "outcome": found.outcome,
        "clauses": sorted(clause.id for clause in found.clauses),
        "deciding": sorted(found.deciding),
        "version": found.version,
        "limits": sorted(each.id for each in found.limits),
        "advisories": sorted(each.id for each in found.advisories),
        "presumptions": sorted(each.id for each in found.presumptions),
    }
    for key, wanted in expected.items():
        if key == WORD:
            got = found.class_ if wanted in kb.catalog.classes else found.outcome
            if got != wanted:
                yield Departure(
                    "class" if wanted in kb.catalog.classes else "outcome", str(wanted), got or found.outcome
                )
        elif key in _SUBSETS or key in _DISJOINT:
            name = _SUBSETS.get(key) or _DISJOINT[key]
            wrong = set(wanted) - set(plain[name]) if key in _SUBSETS else set(wanted) & set(plain[name])
            if wrong:
                among = "among them" if key in _SUBSETS else "not among them"
                yield Departure(name, f"{_said(sorted(wrong))} {among}", _said(plain[name]))
        elif key != "met":
            want = sorted(wanted) if isinstance(wanted, list) else wanted
            now = _by_list(kb, want, plain[key]) if key == "deciding" else plain[key]
            if now != want:
                yield Departure(key, _said(want), _said(now) if now is not None else found.outcome)


def _by_list(kb: Model, wanted: list[str], got: list[str]) -> list[str]:
    """Facts that decide, what is known of single records under the name of their list where it alone is expected."""
    lists = set(wanted) & kb.vocabulary.records.keys()
    lists -= {slot[0] for name in wanted if (slot := kb.vocabulary[name].slot)}
    slots = ((name, kb.vocabulary[name].slot) for name in got)
    return sorted({slot[0] if slot and slot[0] in lists else name for name, slot in slots})


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
