"""What a comparison of two policies finds, as data: the sides, the pairs of classes, and their regions.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> str(party(kb, "bcbsaz@2023-09-21", kb.settings()))
'bcbsaz@2023-09-21'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from payerlogic.answers.decision import CitedClause
from payerlogic.answers.premises import Premises, Remark
from payerlogic.cases.case import StatedCase
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.catalog import Catalog, PolicyStatement
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_view import View
from payerlogic.semantics.families import Family
from payerlogic.semantics.model import Model
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.value_sets import BoxValues
from payerlogic.text.days import read_day
from payerlogic.text.frozen import freeze


@dataclass(frozen=True)
class Party:
    """One side: a policy, on a day that chooses its version, under readings.

    ``named`` says that the day was asked for, and is not just today; ``without`` are presumptions that are not made
    though the settings allow them.
    """

    policy: str
    day: date
    settings: Settings
    named: bool = False
    without: frozenset[str] = frozenset()
    dated_by: str = ""
    """The attribute that holds the day."""

    def __str__(self) -> str:
        return f"{self.policy}@{self.day.isoformat()}"

    @property
    def name(self) -> str:
        """As it was asked for, and ``party`` reads it: the policy, with its day if one was named."""
        return str(self) if self.named else self.policy

    def to_dict(self) -> dict[str, object]:
        return {
            "policy": self.policy,
            "as_of": self.day.isoformat(),
            "readings": dict(sorted(self.settings.readings.items())),
            "presumptions": self.settings.presumptions,
        }

    def edition(self, catalog: Catalog) -> str | None:
        """The first day of the edition in force on its day; None if none is, or if it has no day of its own."""
        return catalog.policies[self.policy].edition_on(self.day) if self.has_day(catalog) else None

    @property
    def stated(self) -> StatedCase:
        """What is said of every case: the date of service, if a day was named."""
        is_stated = bool(self.dated_by) and (self.named or self.day != self.settings.as_of)
        return StatedCase(None, {self.dated_by: self.day} if is_stated else {})

    @property
    def on_its_day(self) -> Settings:
        """The settings under which a case is asked about at this side."""
        return self.settings.on(self.day)

    def view(self, situations: Situations) -> View:
        """The policy on its day, with everything presumed that can be."""
        view = situations.view(self.stated, self.policy, self.on_its_day)
        for name in sorted(self.without):
            view = view.without_presumption(name)
        return view

    def has_day(self, catalog: Catalog) -> bool:
        """Whether it sees every case on one day of its own; if not, the date is part of the case."""
        if self.stated.facts or not self.settings.presumptions:
            return bool(self.stated.facts)
        made = (each for each in catalog.presumptions if each.concerns(self.policy) and each.id not in self.without)
        return any(each.attribute == self.dated_by and each.value is not None for each in made)

    def case(self, case: StatedCase, catalog: Catalog) -> StatedCase:
        """A case as this side sees it: a date in it is the other side's where this one has a day of its own."""
        return case.changed(self.stated.facts or {self.dated_by: None}) if self.has_day(catalog) else case


def party(model: Model, name: str, settings: Settings) -> Party:
    """A side of a comparison: ``policy`` or ``policy@2023-09-21``. QuestionError if there is none."""
    settings = model.asked(settings)
    policy, at, day = name.partition("@")
    if not at:
        return Party(model.check_policy(policy), settings.as_of, settings, dated_by=model.catalog.version_day)
    try:
        dated_by = model.catalog.version_day
        return Party(model.check_policy(policy), read_day(day), settings, named=True, dated_by=dated_by)
    except ValueError as error:
        hint = f"name a version by a day on which it applies, such as {policy}@2023-09-21"
        raise QuestionError(Problem(str(error), name, hint)) from None


@dataclass(frozen=True)
class Boxed:
    """A box of cases: the values of each attribute that it names. ``positions`` has the same as places of an axis, but
    for set attributes, whose sides are families of sets.

    A box that asks records of the facts ``any_order`` stands for all that ask others of these records the same:
    ``numbered`` are their positions.
    """

    box: Mapping[str, BoxValues] = field(hash=False)
    positions: Mapping[str, frozenset[int]]
    any_order: tuple[str, ...] = field(default=(), kw_only=True)
    numbered: tuple[Mapping[str, frozenset[int]], ...] = field(default=(), kw_only=True, repr=False, hash=False)

    def __post_init__(self) -> None:
        freeze(self, "positions")

    @property
    def every_order(self) -> tuple[Mapping[str, frozenset[int]], ...]:
        """The positions of the box and of those that it stands for."""
        return self.positions, *self.numbered

    def box_data(self) -> dict[str, object]:
        """The box as JSON has it; "any_order" only where it stands for others."""
        return {"box": dict(self.box), **({"any_order": list(self.any_order)} if self.any_order else {})}

    @property
    def families(self) -> dict[str, list[Family]]:
        """Of each set attribute in the box, the families of which its set is one."""
        parts = {name: [values] if isinstance(values, dict) else values for name, values in self.box.items()}
        found = {name: [each for each in values if isinstance(each, dict)] for name, values in parts.items()}
        return {name: families for name, families in found.items() if families}


@dataclass(frozen=True)
class Region(Boxed):
    """A maximal box of one pair, a witness from it, and the clauses that decide the witness at each side."""

    witness: StatedCase
    left: tuple[CitedClause, ...]
    right: tuple[CitedClause, ...]
    share: Fraction

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            **self.box_data(),
            "share": _rounded(self.share),
            "witness": self.witness.to_dict(vocabulary),
            "clauses": {"left": [c.id for c in self.left], "right": [c.id for c in self.right]},
            "citations": {"left": [c.citation for c in self.left], "right": [c.citation for c in self.right]},
        }


@dataclass(frozen=True)
class Pair:
    """All cases with these two classes. The outcomes of two classes can be the same.

    Of a pair that is too ragged to list, ``regions`` are the largest, which hold ``listed`` of its cells.
    """

    left: str
    right: str
    relation: str
    share: Fraction
    cells: int
    regions: tuple[Region, ...]
    outcomes_differ: bool
    listed: Fraction = Fraction(1)

    @property
    def all_listed(self) -> bool:
        return self.listed == 1

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "left": self.left,
            "right": self.right,
            "relation": self.relation,
            "share": _rounded(self.share),
            "cells": self.cells,
            "regions": [region.to_dict(vocabulary) for region in self.regions],
            "listed": _rounded(self.listed),
            "all_listed": self.all_listed,
        }


@dataclass(frozen=True)
class RuleChange:
    """Something of the policy that holds elsewhere from a day on: a clause, a criterion or a remark.

    ``begins`` is true where a rule of it takes effect on the day, false where one ends; ``clauses`` rest on it.
    ``before`` and ``after`` are the cases for which it holds on the eve of that day and on it, as boxes; None where
    these are many.
    """

    thing: str
    kind: str
    title: str
    begins: bool
    clauses: tuple[str, ...]
    citation: str
    before: tuple[Boxed, ...] | None
    after: tuple[Boxed, ...] | None

    def to_dict(self) -> dict[str, object]:
        return {
            "thing": self.thing,
            "kind": self.kind,
            "begins": self.begins,
            "clauses": list(self.clauses),
            "citation": self.citation,
            "before": None if self.before is None else [dict(each.box) for each in self.before],
            "after": None if self.after is None else [dict(each.box) for each in self.after],
        }


@dataclass(frozen=True)
class Revision:
    """All that changed on one day; ``edition`` says what began then, if an edition did."""

    day: date
    edition: str
    statements: tuple[PolicyStatement, ...]
    citation: str
    changes: tuple[RuleChange, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "day": self.day.isoformat(),
            "edition": self.edition or None,
            "statements": [each.id for each in self.statements],
            "changes": [each.to_dict() for each in self.changes],
        }


@dataclass(frozen=True)
class Comparison:
    """The whole partition. ``implies`` says for each outcome on which side it entails the same on the other."""

    left: Party
    right: Party
    pairs: tuple[Pair, ...]
    implies: Mapping[str, str]
    matrix: Mapping[tuple[str, str], Mapping[str, Fraction]] = field(default_factory=dict, hash=False)
    cells: int = 0
    complete: bool = False
    premises: Premises = field(default_factory=Premises)
    revised: Revised | None = None
    """What the text revised between the two sides, if they are editions of one policy."""

    def __post_init__(self) -> None:
        freeze(self, "implies")

    def with_relation(self, *relations: str) -> list[Pair]:
        return [pair for pair in self.pairs if pair.relation in relations]

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        """The comparison as ``compare --json`` prints it. Shares are of cells; ``cells`` counts them exactly."""
        return {
            "complete": self.complete,
            "left": self.left.to_dict(),
            "right": self.right.to_dict(),
            "cells": self.cells,
            "pairs": [pair.to_dict(vocabulary) for pair in self.pairs],
            "implies": dict(self.implies),
            "premises": self.premises.to_dict(),
            "revised": self.revised.to_dict(vocabulary) if self.revised is not None else None,
            "counts": {
                "regions": sum(len(pair.regions) for pair in self.pairs),
                "regions_where_outcomes_differ": sum(len(pair.regions) for pair in self.pairs if pair.outcomes_differ),
            },
        }


def _rounded(share: Fraction) -> float:
    return round(float(share), 9)


@dataclass(frozen=True)
class Hidden:
    """Presumptions without which more cases get other classes, and the comparison without them.

    ``pairs`` are those of it that do not occur with the presumptions: no case of them agrees with these.
    """

    presumptions: tuple[Remark, ...]
    without: Comparison
    pairs: tuple[Pair, ...]

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "presumptions": [str(each) for each in self.presumptions],
            "without": self.without.to_dict(vocabulary),
        }


@dataclass(frozen=True)
class Revised:
    """Between two editions of a policy: what was revised, what its history says of the time, what is hidden."""

    first: date
    last: date
    revisions: tuple[Revision, ...]
    history: tuple[tuple[int, str], ...]
    hidden: tuple[Hidden, ...] = ()

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "revisions": [each.to_dict() for each in self.revisions],
            "history": [{"month": month, "what": what} for month, what in self.history],
            "hidden_by": [each.to_dict(vocabulary) for each in self.hidden],
        }
