"""The determination of a case at a policy, with everything that it rests on.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> decided = kb.decide({"primary_site": "rectum", "t_category": "T4", "margin_status": "close"})
>>> [(d.policy, d.outcome, [c.id for c in d.clauses]) for d in decided.determinations.values()]
[('BCBSAZ', 'approved', ['b16']), ('NIA_CG_226', 'approved', ['n26'])]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from payerlogic.answers.citations import Citations
from payerlogic.answers.premise_search import PremiseSearch
from payerlogic.answers.premises import Premises, Remark, Switch
from payerlogic.answers.presumed_dates import date_remarks, presumed_days
from payerlogic.cases.case import StatedCase
from payerlogic.program.catalog import Catalog
from payerlogic.semantics.case_view import View
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import OPEN
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.text.frozen import freeze


@dataclass(frozen=True)
class CitedClause:
    """A clause that a determination rests on, where the text says it, and the classes that it can conclude."""

    id: str
    title: str
    statements: tuple[str, ...]
    citation: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Authorized:
    """How many of what is requested a limit authorizes; ``requested`` is None where the case does not say.

    >>> Authorized("one_fraction", "fractions", "fractions", 1, 3).in_words
    '1 of 3 fractions'
    """

    limit: str
    attribute: str
    unit: str
    number: int
    requested: int | None

    @property
    def in_words(self) -> str:
        """Empty where all that is requested is authorized, or nobody says how many are requested."""
        if self.requested is None or self.requested <= self.number:
            return ""
        return f"{self.number} of {self.requested} {self.unit}"

    def to_dict(self) -> dict[str, object]:
        """The limit as ``decide --json`` prints it."""
        return {"attribute": self.attribute, "number": self.number, "requested": self.requested}


@dataclass(frozen=True)
class Determination:
    """What one policy says of one case (see interfaces: ``class_`` is None while several are possible)."""

    policy_id: str
    policy: str
    version: str | None
    outcome: str
    class_: str | None
    possible: tuple[str, ...]
    deciding: tuple[str, ...]
    clauses: tuple[CitedClause, ...]
    readings: Mapping[str, str]
    as_of: date
    kb: str
    premises: Premises
    limits: tuple[Remark, ...]
    advisories: tuple[Remark, ...]
    authorized: tuple[Authorized, ...] = ()

    def __post_init__(self) -> None:
        freeze(self, "readings")

    @property
    def contradicts(self) -> bool:
        """Whether the class is that of clauses that all stand and conclude others: the policy contradicts itself."""
        concluding = [clause.classes for clause in self.clauses]
        return bool(concluding) and all(classes and self.class_ not in classes for classes in concluding)

    @property
    def what_is_open(self) -> str:
        """What the facts that are missing decide, in words: of a case that is denied either way, the class alone."""
        return "it" if self.outcome == OPEN else "the class alone"

    @property
    def extent(self) -> str:
        """Said right after the outcome where only a part of the request is authorized: " for 1 of 3 fractions"."""
        parts = [each.in_words for each in self.authorized if each.in_words]
        return f" for {' and '.join(parts)}" if parts else ""

    @property
    def presumptions(self) -> tuple[Remark, ...]:
        """The presumptions without which it would not hold."""
        return self.premises.presumptions

    @property
    def sensitive_readings(self) -> tuple[Switch, ...] | None:
        """The single switches of a reading that change the class; None where none was tried."""
        if self.premises.tried == "none":
            return None
        return tuple(single for each in self.premises.readings for single in each.single)

    def to_dict(self) -> dict[str, object]:
        """The determination as ``decide --json`` prints it."""
        found: dict[str, object] = {
            "policy": self.policy,
            "version": self.version,
            "outcome": self.outcome,
            "class": self.class_,
            "possible": list(self.possible),
            "deciding": list(self.deciding),
            "clauses": [{"id": c.id, "statements": list(c.statements), "citation": c.citation} for c in self.clauses],
            "readings": dict(self.readings),
            "as_of": self.as_of.isoformat(),
            "kb": self.kb,
            "presumptions": [str(each) for each in self.presumptions],
            "premises": self.premises.to_dict(),
            "limits": [str(each) for each in self.limits],
            "advisories": [str(each) for each in self.advisories],
            "authorized": [each.to_dict() for each in self.authorized],
        }
        if self.contradicts:
            found["contradiction"] = [{"clause": c.id, "classes": list(c.classes)} for c in self.clauses]
        if self.sensitive_readings is not None:
            found["sensitive_readings"] = [each.to_dict() for each in self.sensitive_readings]
        return found


@dataclass(frozen=True)
class DecidedCase:
    """A case with the determination of each policy that was asked."""

    id: str | None
    determinations: Mapping[str, Determination] = field(default_factory=dict)
    service: str = ""

    def __post_init__(self) -> None:
        freeze(self, "determinations")

    def to_dict(self, fallback_id: str = "1") -> dict[str, object]:
        """An item of ``decide --json``; a case without an id gets ``fallback_id``."""
        decided = {policy: each.to_dict() for policy, each in self.determinations.items()}
        id_ = self.id if self.id is not None else fallback_id
        return {"id": id_, "service": self.service, "determinations": decided}


class Decider:
    """Decides cases on a compiled knowledge base."""

    @classmethod
    def of(cls, model: Model) -> Decider:
        return model.kept(cls, lambda: cls(model.situations, model.catalog, model.digest))

    def __init__(self, situations: Situations, catalog: Catalog, kb: str) -> None:
        self.situations = situations
        self.catalog = catalog
        self.kb = kb
        self.premises = PremiseSearch(situations)
        self.citations = Citations(catalog, situations.compiler)

    def decide(
        self, case: StatedCase, policy: str, settings: Settings, *, with_readings: bool = False
    ) -> Determination:
        """The determination; ``with_readings`` also asks each single switch of a reading."""
        view = self.situations.view(case, policy, settings)
        possible = self.catalog.in_rank(view.possible)
        version = self.premises.edition(view)
        limits = self._remarks("limit", view)
        return Determination(
            policy_id=policy,
            policy=self.catalog.policies[policy].document,
            version=version,
            outcome=self._outcome(possible),
            class_=possible[0] if len(possible) == 1 else None,
            possible=possible,
            deciding=view.deciding,
            clauses=tuple(self._clauses(view, possible, version)),
            readings=dict(sorted(settings.readings.items())),
            as_of=settings.as_of,
            kb=self.kb,
            premises=self.premises.of_view(case, view, settings, with_readings=with_readings),
            limits=limits,
            advisories=(*self.date_remarks(case, settings), *self._remarks("advisory", view)),
            authorized=tuple(self._authorized(case, view, limits)),
        )

    def date_remarks(self, case: StatedCase, settings: Settings) -> tuple[Remark, ...]:
        """What is odd about the dates of a case beside the day that is presumed; its cell does not say it."""
        return date_remarks(case, self.situations.vocabulary, presumed_days(self.catalog, settings))

    @property
    def payer_presumptions(self) -> list[str]:
        """The presumptions about what the payer itself finds; a denial that rests on one says so first."""
        return [each.id for each in self.catalog.presumptions if self.premises.is_payers_own(each)]

    def _outcome(self, possible: tuple[str, ...]) -> str:
        outcomes = {self.catalog.classes[name].outcome for name in possible}
        return outcomes.pop() if len(outcomes) == 1 else OPEN

    def _clauses(self, view: View, possible: tuple[str, ...], version: str | None) -> Iterator[CitedClause]:
        """What a decided class rests on: the clauses that stand in every completion, or, when it is a
        different one from completion to completion, all that can. Open cases rest on none.

        A class that no clause concludes (a contradiction) rests on all that conclude any.
        """
        if len(possible) != 1:
            return
        policy = self.catalog.policies[view.policy]
        deciding = [name for name, clause in policy.clauses.items() if possible[0] in clause.classes]
        concluding = [name for name, clause in policy.clauses.items() if clause.classes]
        barring = [name for name, clause in policy.clauses.items() if not clause.classes]
        for candidates in (deciding, concluding, barring):
            certain, some = view.certain_and_possible("stands", candidates)
            if chosen := certain or some:
                break
        for name in sorted(chosen):
            clause = policy.clauses[name]
            statements = self.citations.met(view, clause)
            citation = self.catalog.citation(view.policy, statements, version)
            yield CitedClause(name, clause.title, statements, citation, clause.classes)

    def _remarks(self, name: str, view: View) -> tuple[Remark, ...]:
        cites, names = self.catalog.policies[view.policy].cites, sorted(view.remarks(name))
        return tuple(
            Remark(each, self.catalog.remark(view.policy, each), statements=cites.get(each, ())) for each in names
        )

    def _authorized(self, case: StatedCase, view: View, limits: tuple[Remark, ...]) -> Iterator[Authorized]:
        """What the limits that hold authorize at most, beside what is requested."""
        holding = {each.id for each in limits}
        for limit, attribute, number in self.catalog.policies[view.policy].authorizes:
            if limit in holding:
                requested = case.facts.get(attribute)
                unit = self.situations.vocabulary[attribute].unit
                yield Authorized(limit, attribute, unit, number, requested if isinstance(requested, int) else None)


def contradiction_in_words(catalog: Catalog, found: Determination) -> tuple[str, ...]:
    """Where a policy contradicts itself: the clauses that do, and what would settle it. Empty where it does not."""
    if not found.contradicts:
        return ()
    clauses = (
        f"“{clause.title}” [{', '.join(clause.statements)}] concludes " + catalog.classes_in_words(clause.classes)
        for clause in found.clauses
    )
    return (
        f"These clauses all apply, and the policy does not say which prevails: {'; '.join(clauses)}.",
        "To settle it, ask the payer which of them prevails.",
    )
