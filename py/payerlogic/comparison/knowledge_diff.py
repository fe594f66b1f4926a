"""Two editions of a knowledge base: what the text changed, and for which cases that changes a determination.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> from payerlogic.comparison.diff_search import difference
    >>> found = difference(kb, kb)
    >>> found.changed, found.edits, {each.proof for each in found.policies}
    (False, (), {'text'})

The two are two programs with two compilers, so the classes of both are brought into one space (shared_axes), as
one diagram of both. Every example is decided again by each of the two; that a region has its class throughout is proved
by clingo on each side, where its box can be said there. That nothing changes outside of the regions follows from the
diagram of both, which holds every possible case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from payerlogic.answers.decision import CitedClause, Decider, Determination
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.edits import Edit
from payerlogic.comparison.proof import Claims
from payerlogic.comparison.result import Boxed, Region, party
from payerlogic.comparison.revision_space import RevisionSpace
from payerlogic.comparison.shared_axes import SharedAxes
from payerlogic.comparison.space import SpaceBox
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.errors import InternalDisagreement, Problem
from payerlogic.program.catalog import Catalog
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import AnyAxis
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings

TEXT, SOLVER, DIAGRAMS = "text", "solver", "diagrams"


@dataclass(frozen=True)
class ClassChange:
    """The cases that were of one class and are of another. None: the case cannot be on that side, or has a value that
    the side does not know."""

    old: str | None
    new: str | None
    cells: int
    share: Fraction
    regions: tuple[Region, ...]
    all_listed: bool


@dataclass(frozen=True)
class PolicyDiff:
    """One policy in both: the classes that changed. ``proof`` says how its claims were checked: nothing of its text was
    edited, clingo on both sides, or the diagrams of both sides alone."""

    policy: str
    changes: tuple[ClassChange, ...]
    cells: int
    proof: str
    catalog: Catalog = field(repr=False, compare=False)
    vocabulary: Vocabulary = field(repr=False, compare=False)
    axes: Mapping[str, AnyAxis] = field(repr=False, compare=False)

    @property
    def changed(self) -> bool:
        """Whether some case had a determination and has another one now, or none."""
        return any(change.old is not None for change in self.changes)

    @property
    def share(self) -> Fraction:
        """The share of the cells with another determination."""
        return sum((each.share for each in self.changes if each.old is not None), Fraction(0))

    def to_dict(self) -> dict[str, object]:
        return {
            "policy": self.policy,
            "changed": self.changed,
            "cells": self.cells,
            "share": round(float(self.share), 9),
            "proof": self.proof,
            "changes": [
                {
                    "old": change.old,
                    "new": change.new,
                    "cells": change.cells,
                    "share": round(float(change.share), 9),
                    "all_listed": change.all_listed,
                    "regions": [self._region(region) for region in change.regions],
                }
                for change in self.changes
            ],
        }

    def _region(self, region: Region) -> dict[str, object]:
        return {
            **region.box_data(),
            "share": round(float(region.share), 9),
            "witness": region.witness.to_dict(self.vocabulary),
            "clauses": {"old": [c.id for c in region.left], "new": [c.id for c in region.right]},
            "citations": {"old": [c.citation for c in region.left], "new": [c.citation for c in region.right]},
        }


@dataclass(frozen=True)
class CaseChange:
    """One of the user's own cases whose determination at one policy is not as before."""

    id: str
    policy: str
    old: tuple[str, str | None]
    """Outcome and class."""
    new: tuple[str, str | None]

    def to_dict(self) -> dict[str, object]:
        sides = {
            name: {"outcome": outcome, "class": class_}
            for name, (outcome, class_) in (("old", self.old), ("new", self.new))
        }
        return {"id": self.id, "policy": self.policy, **sides}


@dataclass(frozen=True)
class RefusedCase:
    """One of the user's own cases that not both could decide: the how manieth it is, its id, and why."""

    number: int
    id: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.id}: {'; '.join(map(str, self.problems))}"


@dataclass(frozen=True)
class CasesDiff:
    """The user's own cases: how many both could decide, how many of them changed, some of these, and what could not
    be read.

    INVARIANT: ``elsewhere`` of those that were decided are put to no policy that is compared, and none of these is
    among the changed ones: that they did not change says nothing of the edit.
    """

    decided: int
    changed: int
    examples: tuple[CaseChange, ...]
    refused: tuple[RefusedCase, ...] = ()
    elsewhere: int = 0

    def to_dict(self) -> dict[str, object]:
        return {
            "decided": self.decided,
            "changed": self.changed,
            "examples": [each.to_dict() for each in self.examples],
            "refused": list(map(str, self.refused)),
            "elsewhere": self.elsewhere,
        }


@dataclass(frozen=True)
class KnowledgeDiff:
    """The whole answer. ``digests`` name the two knowledge bases, the old one first."""

    digests: tuple[str, str]
    as_of: date
    edits: tuple[Edit, ...]
    policies: tuple[PolicyDiff, ...]
    cases: CasesDiff | None = None

    @property
    def changed(self) -> bool:
        """Whether a determination changes: of some possible case, of the user's cases, or of a removed policy."""
        removed = any(each.kind == "policy" and each.after is None for each in self.edits)
        return removed or any(each.changed for each in self.policies) or bool(self.cases and self.cases.changed)

    def to_dict(self) -> dict[str, object]:
        """As ``diff --json`` prints it."""
        return {
            "changed": self.changed,
            "old": self.digests[0],
            "new": self.digests[1],
            "as_of": self.as_of.isoformat(),
            "edits": [each.to_dict() for each in self.edits],
            "policies": [each.to_dict() for each in self.policies],
            "cases": self.cases.to_dict() if self.cases else None,
        }


class PolicySearch:
    """Finds the changed determinations of one policy, given the part of each knowledge base that is the policy's."""

    def __init__(self, old: Model, new: Model, policy: str, as_of: date, *, presumptions: bool = True) -> None:
        self.models = (old, new)
        self.policy = policy
        settings = Settings(presumptions=presumptions, as_of=as_of)
        self.parties = tuple(party(model, policy, settings) for model in self.models)
        self.deciders = [Decider.of(model) for model in self.models]

    def find(self, budget: Budget = WHOLE) -> PolicyDiff:
        """Of each pair of classes so many regions as the budget allows."""
        old, new = self.models
        catalog = replace(
            new.catalog,
            classes={**old.catalog.classes, **new.catalog.classes},
            outcomes={**old.catalog.outcomes, **new.catalog.outcomes},
        )
        if same_text(old, new):
            return PolicyDiff(self.policy, (), 0, TEXT, catalog, new.vocabulary, {})
        shared = SharedAxes.of(old, new)
        space = RevisionSpace(shared, (self.parties[0], self.parties[1]))
        totals = space.counts.all_of(space.joint)
        cells = sum(count for value, count in totals.items() if value is not None)
        ranks = {name: at for at, name in enumerate(catalog.classes)}
        pairs = [value for value in totals if isinstance(value, tuple) and value[0] != value[1]]
        pairs.sort(key=lambda pair: tuple(ranks.get(name, len(ranks)) for name in pair))
        shares = zip(pairs, budget.begun().parts(len(pairs)), strict=True)
        changes = tuple(self._change(space, pair, totals[pair], cells, share) for pair, share in shares)
        named = {name for change in changes for region in change.regions for name in region.box}
        axes = {name: axis for name, axis in shared.axes.items() if name in named}
        proof = SOLVER if self._prove(space, changes) else DIAGRAMS
        return PolicyDiff(self.policy, changes, cells, proof, catalog, shared.vocabulary, axes)

    def _change(
        self, space: RevisionSpace, pair: tuple[str | None, str | None], own: int, cells: int, budget: Budget
    ) -> ClassChange:
        boxes, listed = space.by_value.regions(pair, budget)
        regions = tuple(self._region(space, box, pair, cells) for box in boxes)
        return ClassChange(pair[0], pair[1], own, Fraction(own, cells), regions, listed == 1)

    def _region(self, space: RevisionSpace, box: SpaceBox, pair: tuple[str | None, str | None], cells: int) -> Region:
        wanted = space.by_value.where(pair)
        inside = space.forest.conj(box.cases, wanted)
        witness = space.example(inside)
        cited = [self._cited(side, witness, pair[side]) for side in (0, 1)]
        share = Fraction(space.counts.count_true(space.forest.conj(box.in_any_order, wanted)), cells)
        return box.region(witness, cited, share)

    def _cited(self, side: int, witness: StatedCase, class_: str | None) -> tuple[CitedClause, ...]:
        """The clauses that decide the example on a side, which has to give the class."""
        if class_ is None:
            return ()
        found = self.decided(side, witness)
        if found.class_ != class_:
            which = ("before", "after")[side]
            raise InternalDisagreement(
                f"{dict(witness.facts)} is {found.class_} {which} at {self.policy}, not {class_}"
            )
        return found.clauses

    def decided(self, side: int, case: StatedCase) -> Determination:
        """A case of the shared space as one side decides it, without the facts that the side has no name for."""
        model, asked = self.models[side], self.parties[side]
        own = case.changed({name: None for name in case.facts if name not in model.axes})
        return self.deciders[side].decide(asked.case(own, model.catalog), self.policy, asked.on_its_day)

    # --- Proofs ------------------------------------------------------------------------------------------------

    def _prove(self, space: RevisionSpace, changes: tuple[ClassChange, ...]) -> bool:
        """Whether clingo proved each region on each side; InternalDisagreement if one is not as it is said.

        INVARIANT: the classes of a side do not tell apart what its own axes do not, so a box of the shared space has a
        class throughout exactly if the smallest box of the side around it has.
        """
        regions = [(change, region) for change in changes for region in change.regions]
        boxes = [space.own_boxes([region for _, region in regions], side) for side in (0, 1)]
        if any(box is None for side in boxes for box in side):
            return False
        for side, found in enumerate(boxes):
            self._prove_side(side, [(c, box) for (c, _), box in zip(regions, found, strict=True) if box is not None])
        return True

    def _prove_side(self, side: int, boxes: list[tuple[ClassChange, Boxed]]) -> None:
        wanted = [((change.old, change.new)[side], box) for change, box in boxes]
        wanted = [(class_, box) for class_, box in wanted if class_ is not None]
        if not wanted:
            return
        model, asked = self.models[side], self.parties[side]
        claims = Claims(model.program, model.situations, (asked,), [box for _, box in wanted])
        for (class_, box), atom in zip(wanted, claims.boxes.atoms, strict=True):
            only = claims.sides[0].only[str(class_)]
            claims.never([atom, -only], f"{dict(box.box)} is not {class_} throughout at {asked}")


def same_text(old: Model, new: Model) -> bool:
    """Whether two parts are made of the same files."""
    return _files(old) == _files(new)


def _files(model: Model) -> set[tuple[str, str]]:
    program = model.program
    return {(file.path.relative_to(program.folder).as_posix(), file.text) for file in program.files}
