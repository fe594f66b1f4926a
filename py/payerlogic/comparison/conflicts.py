"""Of a conflict between two policies: does it stand under every reading, or which switch removes it?

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> found = kb.contested(kb.compare("nia", "bcbsaz"))
    >>> any(each.always is not None for each in found), all(each.left or each.right for each in found)
    (True, True)

For each region of the relation "conflict" there are two answers. ``always`` is a case of the region on
which the conflict stands under every reading of both policies, if there is one: clingo confirms it with
every reading left free. And on the region's witness the minimal switches of readings, at either
side, after which that side no longer has its outcome for sure (see robustness); and the minimal switches,
at both sides together, after which no case of the region is in conflict any more: an UNSAT answer each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from payerlogic.answers.premises import Switches
from payerlogic.answers.robustness import RobustnessSearch
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.conflict_removal import Removal
from payerlogic.comparison.result import Comparison, Pair, Party, Region
from payerlogic.comparison.space import cases_of, presumed_by_one
from payerlogic.diagrams.covers import first_cell
from payerlogic.diagrams.forest import FALSE, Forest
from payerlogic.diagrams.transfer import transferred
from payerlogic.errors import InternalDisagreement
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.reading_space import ReadingSpace
from payerlogic.semantics.solver import Solver
from payerlogic.semantics.typical_values import fitting

Options = tuple[tuple[str, tuple[str, ...]], ...]
"""Readings to be taken otherwise together, each with the options that do it."""


def _as_json(options: Options) -> dict[str, list[str]]:
    return {reading: list(taken) for reading, taken in options}


@dataclass(frozen=True)
class Contested:
    """One region of conflict: a case on which it stands under every reading, if any, the minimal switches that
    remove it on the region's witness, by side, and those that remove it from the whole region (None where the
    sides have different days, so that no one question can be put)."""

    pair: Pair
    region: Region
    always: StatedCase | None
    left: tuple[Switches, ...]
    right: tuple[Switches, ...]
    whole: tuple[Options, ...] | None = None

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        return {
            "left_class": self.pair.left,
            "right_class": self.pair.right,
            **self.region.box_data(),
            "stands_under_every_reading": self.always.to_dict(vocabulary) if self.always is not None else None,
            "removed_by": {
                "left": [each.to_dict() for each in self.left],
                "right": [each.to_dict() for each in self.right],
                "whole_region": None if self.whole is None else [_as_json(each) for each in self.whole],
            },
        }


def contested(comparison: Comparison, situations: Situations, solver: Solver) -> list[Contested]:
    """Every region of conflict, with what removes it."""
    search = RobustnessSearch(situations, solver)
    outcome = {name: each.outcome for name, each in situations.catalog.classes.items()}

    def removing(party: Party, region: Region, class_: str) -> tuple[Switches, ...]:
        settings = party.on_its_day
        found = search.find(party.case(region.witness, situations.catalog), party.policy, settings).switches
        return tuple(each for each in found if any(outcome[name] != outcome[class_] for name in each.possible))

    standing = _EveryReading(situations, solver, comparison)
    removal = Removal.of(situations, solver, comparison)
    return [
        Contested(
            pair,
            region,
            standing.case_in(pair, region),
            removing(comparison.left, region, pair.left),
            removing(comparison.right, region, pair.right),
            removal.switches(region) if removal is not None else None,
        )
        for pair in comparison.pairs
        if pair.relation == "conflict"
        for region in pair.regions
    ]


class _EveryReading:
    """The cases on which each side has its outcome under every reading."""

    def __init__(self, situations: Situations, solver: Solver, comparison: Comparison) -> None:
        self.situations = situations
        self.solver = solver
        self.compiler = situations.compiler
        self.parties = (comparison.left, comparison.right)
        self.forest = Forest(self.compiler.forest.sizes)
        self.presumed_by_one = presumed_by_one([party.view(situations) for party in self.parties], self.compiler)
        source, readings = self.compiler.forest, self.compiler.default_readings
        odd = [each for party in self.parties for each in self.compiler.odd_diagrams(party.policy, readings)]
        self.odd = [source.restricted((each,), {}, bool, self.forest)[1] for each in odd]
        self._always: dict[tuple[int, str], int] = {}
        self._tables: dict[int, tuple[ReadingSpace, int]] = {}

    def _outcome(self, class_: str) -> str:
        return self.situations.catalog.classes[class_].outcome

    def _side(self, side: int, outcome: str) -> int:
        """Where a possible case of one side has an outcome under every reading, over the attributes."""
        if (side, outcome) not in self._always:
            if side not in self._tables:
                party = self.parties[side]
                view = party.view(self.situations)
                table = ReadingSpace(self.compiler, party.policy, view.fixed)
                self._tables[side] = table, table.possible(name for name, _ in view.presumed)
            table, possible = self._tables[side]
            forest = table.forest
            has = forest.disj(*(node for name, node in table.class_table().items() if self._outcome(name) == outcome))
            otherwise = forest.conj(forest.negate(has), possible)
            never_otherwise = forest.negate(forest.exists(otherwise, frozenset(table.reading_level.values())))
            readings = frozenset(table.reading_level.values())
            found = forest.conj(never_otherwise, forest.exists(possible, readings))
            self._always[side, outcome] = transferred(
                self.forest,
                forest,
                found,
                lambda level, position: self.forest.literal(table.variables[level], {position}),
            )
        return self._always[side, outcome]

    def case_in(self, pair: Pair, region: Region) -> StatedCase | None:
        """A case of the region on which both outcomes stand under every reading."""
        outcomes = self._outcome(pair.left), self._outcome(pair.right)
        _, box = self.compiler.forest.restricted((cases_of(self.compiler, region),), {}, bool, self.forest)
        presumed = {each: {position} for each, position in self.presumed_by_one.items()}
        sides = (self._side(0, outcomes[0]), self._side(1, outcomes[1]))
        inside = self.forest.conj(*sides, box, self.forest.box(presumed))
        if inside == FALSE:
            return None
        asked = self.forest.support(inside)
        odd = [each for each in self.odd if self.forest.support(each) <= asked]
        cell = first_cell(self.forest, fitting(self.forest, inside, odd), self.compiler.usual)
        case = StatedCase(None, self.compiler.facts_at(cell))
        for party, outcome in zip(self.parties, outcomes, strict=True):
            settings = party.on_its_day
            view = self.situations.view(party.case(case, self.situations.catalog), party.policy, settings)
            situation = replace(self.situations.situation(view), readings=frozenset())
            found = self.solver.possible(party.policy, situation)
            if {self._outcome(name) for name in found} != {outcome}:
                raise InternalDisagreement(f"{dict(case.facts)} is not always {outcome} at {party}")
        return case
