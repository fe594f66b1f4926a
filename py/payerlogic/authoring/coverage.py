"""What the tests of a policy cover, and a case for each part that they do not.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.authoring.case_tests import CaseTest
    >>> test = CaseTest("t.yaml", 1, "brain", {"primary_site": "brain"}, {"bcbsaz": {"word": "denied"}})
    >>> found = coverage_of(KnowledgeBase.load(), "bcbsaz", [test])
    >>> found.covered, found.missing[0].part.clause
    (14, 'b12')

A part is covered by a test whose case gets another class, or can get another one, when the part is struck out: then a
mistake in the part would be noticed. INVARIANT: a case that is proposed does so, by the diagrams and by clingo; where
none is, clingo has proved that no possible case under any reading gets another class.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from payerlogic.authoring.case_tests import CaseTest
from payerlogic.authoring.parts import Part, parts_of
from payerlogic.authoring.running import settings_of
from payerlogic.authoring.struck_out import StruckOut
from payerlogic.cases.case import StatedCase
from payerlogic.cases.records import gathered
from payerlogic.consistency.policy_copy import PolicyCopy
from payerlogic.diagrams.covers import first_cell
from payerlogic.diagrams.forest import FALSE
from payerlogic.errors import CaseError, InternalDisagreement
from payerlogic.program.values import Value
from payerlogic.semantics.case_view import View
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.typical_values import fitting

_PLAIN = re.compile(r"(?!(?:null|true|false|yes|no|on|off)$)[A-Za-z][\w-]*", re.IGNORECASE)


@dataclass(frozen=True)
class Proposal:
    """A case that would cover a part, with the class that it gets now, and the readings that it needs."""

    case: Mapping[str, object]
    readings: Mapping[str, str]
    as_of: date
    expect: str

    def as_test(self, policy: str, name: str) -> list[str]:
        """The lines of a test, to be copied into a file once somebody agrees with the class."""
        lines = [f"- name: {json.dumps(name, ensure_ascii=False)}", f"  case: {flow(self.case)}"]
        if self.readings:
            lines.append(f"  readings: {flow(self.readings)}")
        return [*lines, f"  expect: {{{policy}: {self.expect}}}"]


@dataclass(frozen=True)
class MissingPart:
    """A part that no test covers; without a proposal it changes no class of any possible case."""

    part: Part
    proposal: Proposal | None

    def to_dict(self) -> dict[str, object]:
        part, proposal = self.part, self.proposal
        return {
            "kind": part.kind,
            "clause": part.clause,
            "alternative": part.words,
            "file": part.file,
            "line": part.line,
            "example": dict(proposal.case) if proposal else None,
            "readings": dict(proposal.readings) if proposal else {},
            "expect": proposal.expect if proposal else None,
            "note": None if proposal else "it changes no class of any possible case, so no test can cover it",
        }


@dataclass(frozen=True)
class Coverage:
    """How many parts of a policy its tests cover, and which they do not."""

    policy: str
    covered: int
    missing: tuple[MissingPart, ...]

    @property
    def total(self) -> int:
        return self.covered + len(self.missing)

    def to_dict(self) -> dict[str, object]:
        return {"covered": self.covered, "total": self.total, "missing": [each.to_dict() for each in self.missing]}


def coverage_of(kb: Model, policy: str, tests: Iterable[CaseTest]) -> Coverage:
    """The coverage of one policy by the tests that expect something of it."""
    own: list[tuple[CaseTest, StatedCase]] = []
    for test in tests:
        if policy in test.expect and test.error is None:
            with suppress(CaseError):  # the run says what is wrong with it
                own.append((test, kb.read(dict(test.case))))
    return _Search(kb.only(policy), policy, own).coverage()


class _Search:
    """Looks for a test, then for a case. It keeps the diagrams of one compiler, so it asks the model nothing that would
    make it begin anew."""

    def __init__(self, kb: Model, policy: str, tests: Sequence[tuple[CaseTest, StatedCase]]) -> None:
        self.kb = kb
        self.policy = policy
        self.compiler = kb.compiler
        asked = [(case, settings_of(kb, _of(kb, test))) for test, case in tests]
        self.views = [kb.situations.view(case, policy, settings) for case, settings in asked]
        days = [settings.as_of for _, settings in asked]
        self.as_of = max(days, default=date.today())

    def coverage(self) -> Coverage:
        parts = parts_of(self.kb, self.policy)
        struck = {part: [StruckOut(self.compiler, self.policy, each) for each in part.omissions] for part in parts}
        open_ = [part for part in parts if not self._is_covered(struck[part])]
        if not open_:
            return Coverage(self.policy, len(parts), ())
        omissions = dict.fromkeys(each for part in open_ for each in part.omissions)
        copy = PolicyCopy(self.kb.ground, self.compiler, self.policy, omissions)
        missing = [MissingPart(part, self._proposal(part, struck[part], copy)) for part in open_]
        return Coverage(self.policy, len(parts) - len(open_), tuple(missing))

    def _is_covered(self, struck: Sequence[StruckOut]) -> bool:
        for without in struck:
            for place, view in enumerate(self.views):
                if without.changes(view):
                    self.views.insert(0, self.views.pop(place))  # what one part needs, its neighbors often need too
                    return True
        return False

    # --- A case for a part ---------------------------------------------------------------------------------

    def _proposal(self, part: Part, struck: Sequence[StruckOut], copy: PolicyCopy) -> Proposal | None:
        for without, omission in zip(struck, part.omissions, strict=True):
            readings = copy.readings_of_a_difference(omission)
            if readings is None:
                continue
            facts = self._example(without, readings)
            if facts is None:
                raise InternalDisagreement(f"clingo sees a difference without {part.words!r}, the diagrams none")
            settings = Settings(readings, True, self.as_of)
            facts = self._nearest(part, without, facts, settings)
            view = self._view(facts, settings)
            if view is None or not without.changes(view):
                settings = replace(settings, presumptions=False)
                view = self._view(facts, settings)
            if view is None or not without.changes(view):
                raise InternalDisagreement(f"the case for {part.words!r} does not cover it")
            return self._decided(facts, settings, view)
        return None

    def _example(self, without: StruckOut, readings: Mapping[str, str]) -> dict[str, Value] | None:
        """A usual case whose class changes."""
        forest, taken = self.compiler.forest, self.compiler.readings(readings)
        possible = [diagram for _, diagram in self.compiler.constraints((), taken)]
        where = forest.conj(without.moved(taken), *possible)
        if where == FALSE:
            return None
        held = (self.compiler.diagram(atom, taken) for atom in self.compiler.determinations(self.policy).values())
        decided = (forest.conj(where, each) for each in held)
        where = next((each for each in decided if each != FALSE), where)  # so that the case has one class
        where = fitting(forest, where, self.compiler.odd_diagrams(self.policy, taken))
        cell = first_cell(forest, where, self.compiler.usual)
        return self.compiler.facts_at(cell)

    def _nearest(self, part: Part, without: StruckOut, facts: dict[str, Value], settings: Settings) -> dict[str, Value]:
        """The same with the value next to the threshold, and without the facts that are not needed."""
        kept = facts
        if part.boundary is not None:
            attribute, number, step = part.boundary
            value = self.kb.vocabulary[attribute].value_of(number)
            if value is not None:
                beside = (
                    value + timedelta(days=step) if isinstance(value, date) else self._step(attribute, number, step)
                )
                kept = self._if_it_covers({**facts, attribute: beside}, facts, without, settings)
        for name in reversed(list(kept)):
            kept = self._if_it_covers({k: v for k, v in kept.items() if k != name}, kept, without, settings)
        return kept

    def _step(self, attribute: str, number: int, step: int) -> Value:
        found = self.kb.vocabulary[attribute].value_of(number + step)
        return number if found is None else found

    def _if_it_covers(
        self, new: dict[str, Value], old: dict[str, Value], without: StruckOut, settings: Settings
    ) -> dict[str, Value]:
        """The new facts, if they cover the part and get one class; else the old ones."""
        view = self._view(new, settings)
        return new if view is not None and len(view.possible) == 1 and without.changes(view) else old

    def _view(self, facts: Mapping[str, Value], settings: Settings) -> View | None:
        case = StatedCase(None, dict(facts))
        try:
            self.kb.situations.check_possible(case)
        except CaseError:
            return None
        return self.kb.situations.view(case, self.policy, settings)

    def _decided(self, facts: Mapping[str, Value], settings: Settings, view: View) -> Proposal:
        """The proposal, once clingo decides it in the same way."""
        if self.kb.solver.possible(self.policy, self.kb.situations.situation(view)) != view.possible:
            raise InternalDisagreement(f"diagrams and clingo decide {dict(facts)} differently")
        written = {name: self.kb.vocabulary[name].to_dict(value) for name, value in facts.items()}
        written = gathered(written, self.kb.vocabulary)
        expect = next(iter(view.possible)) if len(view.possible) == 1 else "open"
        return Proposal(written, settings.readings, settings.as_of, expect)


def _of(kb: Model, test: CaseTest) -> CaseTest:
    """The test with the readings that a part of the knowledge base has."""
    return replace(test, readings={id_: each for id_, each in test.readings.items() if id_ in kb.catalog.readings})


def flow(value: object) -> str:
    """A value as YAML on one line.

    >>> flow({"codes": ["77424"], "site": "rectum", "met": True})
    '{codes: ["77424"], site: rectum, met: true}'
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {flow(each)}' for key, each in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
