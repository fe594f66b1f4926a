"""Two policies, or two editions of one, over every possible case: where do they disagree?

    >>> from payerlogic import KnowledgeBase
    >>> found = KnowledgeBase.load().compare("nia", "bcbsaz")
    >>> found.complete, found.implies["approved"]
    (True, 'right')

The case space is divided into pairs of classes, each pair into maximal boxes of attribute values that
cover exactly its cases. By default the space is the clinical core: the cases that agree with the
presumptions, each policy in its current version. The boxes come from decision diagrams (regions);
clingo proves that nothing is left over and that each box has its pair (proofs).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import partial
from operator import eq

from payerlogic.answers.decision import CitedClause, Decider
from payerlogic.answers.next_questions import Counts
from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.revisions import Revised
from payerlogic.diagrams.covers import box_diagram, cover, first_cell
from payerlogic.diagrams.forest import FALSE, TRUE, Forest
from payerlogic.diagrams.minimal_sets import Box
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.catalog import Catalog
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_view import View
from payerlogic.semantics.compiler import Compiler
from payerlogic.semantics.model import Model
from payerlogic.semantics.presumptions import Settings, Situations
from payerlogic.semantics.typical_values import fitting
from payerlogic.semantics.value_sets import JsonValues, example_at, families, values_at
from payerlogic.text.days import date_of, read_day
from payerlogic.wording.told import Told

RELATIONS = ("conflict", "process", "basis", "silent", "agree")
NOT_ADDRESSED, CONTRADICTION = "not_addressed", "contradiction"
NEVER_NAMED = "device"
MATRIX = ("primary_site", "modality")
DATE = "date_of_service"
BoxValues = JsonValues | list[dict[str, list[str]]]


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

    def __str__(self) -> str:
        return f"{self.policy}@{self.day.isoformat()}"

    def to_json(self) -> dict[str, object]:
        return {
            "policy": self.policy,
            "as_of": self.day.isoformat(),
            "readings": dict(sorted(self.settings.readings.items())),
            "presumptions": self.settings.presumptions,
        }

    def edition(self, catalog: Catalog) -> date | None:
        """The first day of the edition in force on its day; None if none is, or if it has no day of its own."""
        if not self.has_day(catalog):
            return None
        days = [day for first, _ in catalog.policies[self.policy].versions if (day := date_of(first)) is not None]
        return max((day for day in days if day <= self.day), default=None)

    @property
    def stated(self) -> StatedCase:
        """What is said of every case: the date of service, if a day was named."""
        return StatedCase(None, {DATE: self.day} if self.named or self.day != self.settings.as_of else {})

    def view(self, situations: Situations) -> View:
        """The policy on its day, with everything presumed that can be."""
        view = situations.view(self.stated, self.policy, replace(self.settings, as_of=self.day))
        for name in sorted(self.without):
            view = view.without_presumption(name)
        return view

    def has_day(self, catalog: Catalog) -> bool:
        """Whether it sees every case on one day of its own; if not, the date is part of the case."""
        if self.stated.facts or not self.settings.presumptions:
            return bool(self.stated.facts)
        made = (each for each in catalog.presumptions if each.concerns(self.policy) and each.id not in self.without)
        return any(each.attribute == DATE and each.value is not None for each in made)

    def case(self, case: StatedCase, catalog: Catalog) -> StatedCase:
        """A case as this side sees it: a date in it is the other side's where this one has a day of its own."""
        return case.changed(self.stated.facts or {DATE: None}) if self.has_day(catalog) else case


def party(model: Model, name: str, settings: Settings) -> Party:
    """A side of a comparison: ``policy`` or ``policy@2023-09-21``. QuestionError if there is none."""
    settings = model.asked(settings)
    policy, at, day = name.partition("@")
    if not at:
        return Party(model.check_policy(policy), settings.as_of, settings)
    try:
        return Party(model.check_policy(policy), read_day(day), settings, named=True)
    except ValueError as error:
        hint = "name a version by a day on which it applies, like bcbsaz@2023-09-21"
        raise QuestionError(Problem(str(error), name, hint)) from None


@dataclass(frozen=True)
class Region:
    """A maximal box of one pair, a witness from it, and the clauses that decide the witness at each side."""

    box: Mapping[str, BoxValues]
    positions: Mapping[str, frozenset[int]]
    witness: StatedCase
    left: tuple[CitedClause, ...]
    right: tuple[CitedClause, ...]
    share: Fraction

    def to_json(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "box": dict(self.box),
            "share": _rounded(self.share),
            "witness": self.witness.to_json(vocabulary),
            "clauses": {"left": [c.id for c in self.left], "right": [c.id for c in self.right]},
            "citations": {"left": [c.citation for c in self.left], "right": [c.citation for c in self.right]},
        }


@dataclass(frozen=True)
class Pair:
    """All cases with these two classes. The outcomes of two classes can be the same."""

    left: str
    right: str
    relation: str
    share: Fraction
    cells: int
    regions: tuple[Region, ...]
    outcomes_differ: bool

    def to_json(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "left": self.left,
            "right": self.right,
            "relation": self.relation,
            "share": _rounded(self.share),
            "cells": self.cells,
            "regions": [region.to_json(vocabulary) for region in self.regions],
        }


@dataclass(frozen=True)
class Comparison(Told):
    """The whole partition. ``implies`` says for each outcome on which side it entails the same on the other."""

    left: Party
    right: Party
    pairs: tuple[Pair, ...]
    implies: Mapping[str, str]
    matrix: Mapping[tuple[str, str], Mapping[str, Fraction]] = field(default_factory=dict)
    cells: int = 0
    complete: bool = False
    revised: Revised | None = None
    """What the text revised between the two sides, if they are editions of one policy."""

    def with_relation(self, *relations: str) -> list[Pair]:
        return [pair for pair in self.pairs if pair.relation in relations]

    def to_json(self, vocabulary: Vocabulary) -> dict[str, object]:
        """The comparison as ``compare --json`` prints it. Shares are of cells; ``cells`` counts them exactly."""
        return {
            "complete": self.complete,
            "left": self.left.to_json(),
            "right": self.right.to_json(),
            "cells": self.cells,
            "pairs": [pair.to_json(vocabulary) for pair in self.pairs],
            "implies": dict(self.implies),
            "premises": self.premises.to_json(),
            "revised": self.revised.to_json(vocabulary) if self.revised is not None else None,
            "counts": {
                "regions": sum(len(pair.regions) for pair in self.pairs),
                "regions_where_outcomes_differ": sum(len(pair.regions) for pair in self.pairs if pair.outcomes_differ),
            },
        }


def _rounded(share: Fraction) -> float:
    return round(float(share), 9)


class Comparer:
    """Compares policies over all cases."""

    def __init__(self, situations: Situations, decider: Decider) -> None:
        self.situations = situations
        self.decider = decider
        self.compiler: Compiler = situations.compiler
        self.catalog = situations.catalog

    def compare(self, left: Party, right: Party) -> Comparison:
        """The partition into pairs and boxes; ``complete`` is left to the proof."""
        space = Space(self.situations, (left, right))
        counts = Counts(space.forest, space.joint)
        totals = counts.all_of(space.joint)
        cells = sum(count for value, count in totals.items() if value is not None)
        pairs = []
        for value in sorted((value for value in totals if value is not None), key=self._rank):
            assert isinstance(value, tuple)
            wanted = space.where(value)
            regions = tuple(
                self.region(space, box, wanted, (left, right), cells)
                for box in cover(space.forest, wanted, space.possible, space.split)
            )
            relation = self.relation(*value)
            differ = self._outcome(value[0]) != self._outcome(value[1])
            share = Fraction(totals[value], cells)
            pairs.append(Pair(value[0], value[1], relation, share, totals[value], regions, differ))
        pairs.sort(key=lambda pair: (RELATIONS.index(pair.relation), self._rank((pair.left, pair.right))))
        implied, matrix, premises = self._implications(pairs), self._matrix(space), self._premises((left, right))
        return Comparison(left, right, tuple(pairs), implied, matrix, cells=cells, premises=premises)

    def _premises(self, parties: tuple[Party, Party]) -> Premises:
        """What a comparison takes for granted: the presumptions about facts that some class depends on, the editions,
        and the space. Readings are those asked for: no other one is tried."""
        views = [party.view(self.situations) for party in parties]
        asked = frozenset().union(*(self.compiler.attributes_of(view.classes) for view in views))
        made = dict.fromkeys(name for view in views for name, attribute in view.made if attribute in asked)
        dated = [party for party in parties if party.has_day(self.catalog)]
        editions = []
        for party in dated:
            edition = party.edition(self.catalog)
            document = self.catalog.policies[party.policy].document
            alike = len({each.policy for each in parties}) == 1 and len({each.day for each in dated}) > 1
            day = edition.isoformat() if edition is not None else None
            editions.append((f"{document} on {party.day.isoformat()}" if alike else document, day))
        space = "Speaks of every complete case"
        space += " that agrees with these presumptions." if made else "."
        if len(dated) < len(parties):
            space += " A side without a day of its own is asked on every date of service."
        remarks = self.decider.premises.remarks(made, replace(parties[0].settings, as_of=parties[0].day))
        return Premises(remarks, editions=tuple(dict.fromkeys(editions)), space=space)

    def _outcome(self, class_: str) -> str:
        return self.catalog.classes[class_].outcome

    def relation(self, left: str, right: str) -> str:
        """How two classes relate: the same, the same outcome, approved against denied, silence, or process (which a
        policy that contradicts itself is, too)."""
        outcomes = self._outcome(left), self._outcome(right)
        if NOT_ADDRESSED in outcomes:
            return "silent"
        if left == right:
            return "agree"
        if outcomes[0] == outcomes[1]:
            return "basis"
        return "conflict" if set(outcomes) == {"approved", "denied"} else "process"

    def _rank(self, pair: object) -> tuple[int, int]:
        assert isinstance(pair, tuple)
        return self.catalog.classes[pair[0]].rank, self.catalog.classes[pair[1]].rank

    def _implications(self, pairs: list[Pair]) -> dict[str, str]:
        """For each outcome: does having it on the left imply it on the right, the other way round, both, neither?"""
        found = {}
        for outcome in self.catalog.outcomes:
            sides = [
                (
                    self.catalog.classes[pair.left].outcome == outcome,
                    self.catalog.classes[pair.right].outcome == outcome,
                )
                for pair in pairs
            ]
            if not any(left or right for left, right in sides):
                continue
            forward = all(right for left, right in sides if left)
            backward = all(left for left, right in sides if right)
            found[outcome] = {
                (True, True): "both",
                (True, False): "left",
                (False, True): "right",
                (False, False): "neither",
            }[forward, backward]
        return found

    def region(self, space: Space, box: Box, wanted: int, parties: tuple[Party, Party], cells: int) -> Region:
        """One box of the cases that are ``wanted``, told: values, a witness, and what decides it at each side."""
        order, axes = self.compiler.order, self.compiler.axes
        named = {order[variable]: values for variable, values in box.items()}
        ranked = sorted(named, key=lambda name: axes[name].attribute.rank)
        inside = space.forest.both(box_diagram(space.forest, box), wanted)
        cell = first_cell(space.forest, fitting(space.forest, inside, space.odd), self.compiler.usual)
        cell |= space.presumed_by_one
        facts = {order[v]: example_at(axes[order[v]], position) for v, position in cell.items()}
        witness = StatedCase(None, {name: facts[name] for name in self.situations.vocabulary if name in facts})
        cited = [self._clauses(witness, party) for party in parties]
        share = Fraction(Counts(space.forest, space.joint).count_true(inside), cells)
        values = {name: self._values(name, named[name]) for name in ranked}
        return Region(values, {name: named[name] for name in ranked}, witness, cited[0], cited[1], share)

    def _values(self, name: str, positions: frozenset[int]) -> BoxValues:
        axis = self.compiler.axes[name]
        if axis.attribute.type != "set":
            return values_at(axis, positions)
        parts = [family for family, _ in families(axis, positions)]
        return parts[0] if len(parts) == 1 else list(parts)

    def _clauses(self, witness: StatedCase, party: Party) -> tuple[CitedClause, ...]:
        case, settings = party.case(witness, self.catalog), replace(party.settings, as_of=party.day)
        return self.decider.decide(case, party.policy, settings).clauses

    def _matrix(self, space: Space) -> dict[tuple[str, str], dict[str, Fraction]]:
        """By site and modality: the share of the cell's cases that each relation has."""
        names = MATRIX
        if any(name not in self.compiler.axes for name in names):
            return {}
        variables = [self.compiler.variable[name] for name in names]
        counts = Counts(space.forest, space.joint)
        found: dict[tuple[str, str], dict[str, Fraction]] = {}
        for i, sites in enumerate(self.compiler.axes[names[0]].classes):
            at_site = space.forest.cofactor(space.joint, variables[0], i)
            for j, modalities in enumerate(self.compiler.axes[names[1]].classes):
                there = counts.all_of(space.forest.cofactor(at_site, variables[1], j))
                whole = sum(count for value, count in there.items() if value is not None)
                shares: dict[str, Fraction] = {}
                for value, count in there.items():
                    if isinstance(value, tuple):
                        relation = self.relation(*value)
                        shares[relation] = shares.get(relation, Fraction(0)) + Fraction(count, whole)
                for site in sites:
                    for modality in modalities:
                        found[str(site), str(modality)] = shares
        return found


class Space:
    """The cases over which parties are compared, and the class of each case at each of them, as one diagram."""

    def __init__(self, situations: Situations, parties: tuple[Party, ...]) -> None:
        compiler = situations.compiler
        self.compiler = compiler
        variable = compiler.variable
        views = [party.view(situations) for party in parties]
        source, scratch = compiler.forest, Forest(compiler.forest.sizes)
        tables, constraints = [], []
        # What one side presumes holds of the case, and so for the other side too; a day is each side's own.
        common = {v: at for view in views for v, at in view.fixed.items() if v != variable.get(DATE)}
        self.presumed_by_one = presumed_by_one(views, compiler)
        for view in views:
            fixed = common | view.fixed
            tables.append(source.restricted((view.classes,), fixed, lambda value: value, scratch)[1])
            for _, diagram in view.constraints:
                constraints.append(source.restricted((diagram,), fixed, bool, scratch)[1])
        possible = TRUE
        for constraint in constraints:
            possible = scratch.both(possible, constraint)
        self.forest, joint = scratch.restricted(
            (*tables, possible), {}, lambda *found: found[:-1] if found[-1] else None
        )
        silent = {attribute for view in views for _, attribute in view.presumed} | {NEVER_NAMED}
        self.joint = self._without(joint, [variable[name] for name in sorted(silent & variable.keys())])
        self.possible = self.forest.mapped(self.joint, lambda value: value is not None)
        asked = self.forest.support(self.joint)
        odd = (each for view in views for each in compiler.odd_diagrams(view.policy, view.readings))
        found = (source.restricted((each,), common, bool, self.forest)[1] for each in odd)
        self.odd = [each for each in found if self.forest.support(each) <= asked]
        self.split = min((level for level in asked if self.forest.sizes[level] > 2), default=min(asked, default=0))

    def _without(self, joint: int, variables: list[int]) -> int:
        """The joint diagram without attributes that presumptions speak for, wherever these then decide nothing:
        where what is left still tells the pair, for every possible case."""
        for variable in variables:
            parts = {}
            for value in self._values(joint):
                holds = self.forest.mapped(joint, partial(eq, value))
                parts[value] = self.forest.exists(holds, frozenset({variable}))
            taken, clash = FALSE, False
            for part in parts.values():
                clash = clash or self.forest.both(taken, part) != FALSE
                taken = self.forest.either(taken, part)
            if not clash:
                joint = self.forest.terminal(None)
                for value, part in parts.items():
                    joint = self.forest.choose(part, self.forest.terminal(value), joint)
        return joint

    def where(self, value: object) -> int:
        """The cases of one pair."""
        return self.forest.mapped(self.joint, partial(eq, value))

    def _values(self, node: int) -> list[object]:
        return [value for (value,) in self.forest.reach((node,), {}) if value is not None]


def presumed_by_one(views: Sequence[View], compiler: Compiler) -> dict[int, int]:
    """What one side presumes plainly, and so holds of the case at a side that does not; a day is each side's own."""
    common = {v: at for view in views for v, at in view.fixed.items() if v != compiler.variable.get(DATE)}
    return {v: at for v, at in common.items() if not all(v in view.fixed for view in views)}
