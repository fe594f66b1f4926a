"""Why not another outcome, and what would change it: every minimal set of changes.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "negative", "disease_status": "primary"}
    >>> answer = kb.why_not(case, "nia", "approved")
    >>> [change.attribute for change in min(answer.changes, key=len)]
    ['margin_status']

A set of attributes works if some values for it make the changed case, its other unknowns left
unknown, decided as wanted. All subset-minimal sets are found by one recursion over the diagram of
the wanted outcome, in which each attribute stays as it is for nothing or is changed at a price (the
minimal correction sets of the case, generalized to unknown facts). What an axiom forces along is
part of the set. Clingo decides each answer again before it is given. Larger sets that move a number less
far are in ``nearer``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, product

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.premise_search import PremiseSearch
from payerlogic.answers.premises import Premises, Switches, switches_of
from payerlogic.answers.record_order import there
from payerlogic.answers.why_not.confirmation import Confirmation, NewValues
from payerlogic.answers.why_not.nearer import smaller_changes
from payerlogic.answers.why_not.remedies import Remedies, Sides, Targets
from payerlogic.answers.why_not.working_sets import WorkingSets, Works
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.minimal_sets import minimal
from payerlogic.errors import Problem, QuestionError, nearest, shown
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.gathered import LocalAxis, places
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import OPEN
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.solver import Solver
from payerlogic.semantics.value_sets import JsonValues, split_values, values_at

STATE = "state"
FIXED = "fixed"
FIRST = 12
"""For as many changes the readings and the group of values are tried."""


@dataclass(frozen=True)
class Change:
    """One attribute that changes: from what, to which values, and of what kind the change is.

    Where the values help because they settle another attribute that nobody stated, ``group`` is that attribute with
    its value: any value that goes with it will do (an electron-beam device, not one brand).
    """

    attribute: str
    from_: object = field(hash=False)
    to: JsonValues = field(hash=False)
    kind: str
    group: tuple[str, JsonValues] | None = field(default=None, hash=False)

    def to_dict(self) -> dict[str, object]:
        """The change as ``whynot --json`` prints it."""
        found = {"attribute": self.attribute, "from": self.from_, "to": self.to, "kind": self.kind}
        return found if self.group is None else found | {"group": {"attribute": self.group[0], "values": self.group[1]}}


@dataclass(frozen=True)
class Reread:
    """Readings switched together, and the minimal changes that then give what no change gives as they are taken."""

    switches: Switches
    changes: tuple[tuple[Change, ...], ...]

    def to_dict(self) -> dict[str, object]:
        """As ``whynot --json`` prints it under ``reread``."""
        return self.switches.to_dict() | {"changes": [[each.to_dict() for each in entry] for entry in self.changes]}


@dataclass(frozen=True)
class WhyNot(CaseAnswer):
    """The minimal changes for a wanted outcome; where none is permitted, what stands in the way.

    ``blocked_by`` are the minimal sets of facts that may not change and would have to; empty with
    ``reachable`` false where the policy never gives what is wanted under these readings. ``grounds`` are the
    premises of each change, and ``readings`` the switches of readings after which the case needs none. ``nearer`` are
    changes of more attributes that move a number or a day less far than any of ``changes`` within them does.
    ``reread`` is asked only where there are no ``changes``: what changes together with a reading.
    """

    policies: tuple[str, ...]
    want: str
    already: bool
    changes: tuple[tuple[Change, ...], ...]
    blocked_by: tuple[tuple[str, ...], ...] = ()
    grounds: tuple[Premises, ...] = ()
    readings: tuple[Switches, ...] = ()
    nearer: tuple[tuple[Change, ...], ...] = ()
    reread: tuple[Reread, ...] = ()

    @property
    def policy(self) -> str:
        """The policies by name, as JSON has them."""
        return " and ".join(self.policies)

    @property
    def reachable(self) -> bool:
        return self.already or bool(self.changes)

    def to_dict(self) -> dict[str, object]:
        """The changes as ``whynot --json`` prints them; ``blocked_by`` and ``reread`` only where there are none."""
        found: dict[str, object] = {
            "policy": self.policy,
            "want": self.want,
            "reachable": self.reachable,
            "already": self.already,
            "changes": [[change.to_dict() for change in changes] for changes in self.changes],
            "nearer": [[change.to_dict() for change in changes] for changes in self.nearer],
            "grounds": [each.to_dict() for each in self.grounds],
            "readings": [each.to_dict() for each in self.readings],
            "premises": self.premises.to_dict(),
        }
        if not self.reachable:
            found["blocked_by"] = [list(each) for each in self.blocked_by]
            found["reread"] = [each.to_dict() for each in self.reread]
        return found


class WhyNotSearch:
    """Answers why-not questions."""

    @classmethod
    def of(cls, model: Model) -> WhyNotSearch:
        return model.kept(cls, lambda: cls(model.situations, model.solver))

    def __init__(self, situations: Situations, solver: Solver) -> None:
        self.situations = situations
        self.compiler = situations.compiler
        self.catalog = situations.catalog
        self.vocabulary = situations.vocabulary
        self.solver = solver
        self.confirmation = Confirmation(situations, solver)

    def wanted_classes(self, want: str) -> frozenset[str]:
        """The classes that an outcome or class name stands for. QuestionError for anything else."""
        if want in self.catalog.classes:
            return frozenset({want})
        found = frozenset(name for name, each in self.catalog.classes.items() if each.outcome == want)
        if not found:
            names = [*self.catalog.outcomes, *self.catalog.classes]
            if want == OPEN:
                outcomes = ", ".join(self.catalog.outcomes)
                hint = f"'payerlogic ask' lists the missing facts; choose {outcomes}, or a class"
                raise QuestionError(Problem("an open case has no outcome yet, so it cannot be wanted", hint=hint))
            hint = nearest(want, names, self.catalog.called_classes)
            raise QuestionError(Problem(f"unknown outcome or class {shown(want)}", hint=hint))
        return found

    def ask(
        self,
        case: StatedCase,
        policy: str,
        want: str,
        settings: Settings,
        *,
        fix: Iterable[str] = (),
        free: Iterable[str] = (),
    ) -> WhyNot:
        """Every minimal set of permitted changes. ``fix`` forbids attributes, ``free`` permits fixed ones."""
        return self.ask_all(case, {policy: self.wanted_classes(want)}, want, settings, fix=fix, free=free)

    def ask_all(
        self,
        case: StatedCase,
        targets: Targets,
        want: str,
        settings: Settings,
        *,
        fix: Iterable[str] = (),
        free: Iterable[str] = (),
    ) -> WhyNot:
        """The same for several policies at once: each has to reach its own wanted classes."""
        kept = self._permitted(case, fix, free)
        names = tuple(targets)
        if all(self.situations.view(case, p, settings).possible <= classes for p, classes in targets.items()):
            return WhyNot(
                names, want, True, (), case=case, settings=settings, premises=self._premises(case, targets, settings)
            )
        search = WorkingSets(self.situations, case, targets, settings, kept)
        least = list(search.least())
        entries = self._all_entries(case, targets, settings, kept, least)
        remedies = Remedies(self.situations, self.solver, case, settings)
        first = FIRST if len(targets) == 1 else 1
        changes = tuple(
            _grouped(remedies, targets, entry, sides) if at < first else entry
            for at, (entry, sides) in enumerate(entries)
        )
        grounds = tuple(
            remedies.grounds(targets, sides, with_readings=at < first) for at, (_, sides) in enumerate(entries)
        )
        blocked = () if changes else self._blocked(case, targets, settings, kept)
        readings = remedies.readings(*next(iter(targets.items()))) if len(targets) == 1 else ()
        premises = self._premises(case, targets, settings)
        smaller = smaller_changes(search, least) if len(targets) == 1 else []
        nearer = tuple(entry for entry, _ in self._all_entries(case, targets, settings, kept, smaller))
        reread = () if changes or len(targets) > 1 else tuple(self._reread(remedies, targets, kept))
        return WhyNot(
            names,
            want,
            False,
            changes,
            blocked,
            grounds,
            readings,
            nearer,
            reread,
            case=case,
            settings=settings,
            premises=premises,
        )

    def _reread(self, remedies: Remedies, targets: Targets, kept: frozenset[str]) -> Iterator[Reread]:
        """The first minimal switches of readings after which there are changes; those after which none is needed are
        among the ``readings`` of the answer."""
        ((policy, classes),) = targets.items()
        case = remedies.case
        for options in remedies.opening(policy, classes, kept)[:FIRST]:
            settings = replace(remedies.settings, readings={**remedies.settings.readings, **options})
            sets = (each for each in WorkingSets(self.situations, case, targets, settings, kept).least() if each.names)
            if entries := self._all_entries(case, targets, settings, kept, sets):
                after = Remedies(self.situations, self.solver, case, settings)
                possible = set().union(*(after.possible(policy, sides) for _, sides in entries))
                switched = switches_of(self.catalog, [(name, [option]) for name, option in options.items()], possible)
                yield Reread(switched, tuple(_grouped(after, targets, changes, sides) for changes, sides in entries))

    def _premises(self, case: StatedCase, targets: Targets, settings: Settings) -> Premises:
        first, *others = (PremiseSearch(self.situations).of_case(case, policy, settings) for policy in targets)
        return first.together(*others)

    def _permitted(self, case: StatedCase, fix: Iterable[str], free: Iterable[str]) -> frozenset[str]:
        """The attributes that may not change: what is fixed, and what other facts of the case follow from, since these
        would then be others, too. Stating any other unknown one is always possible, unless forbidden."""
        forbidden, freed = set(fix), set(free)
        problems = [
            Problem(f"unknown attribute {name!r}", hint=nearest(name, self.vocabulary, self.vocabulary.called))
            for name in sorted(forbidden | freed)
            if name not in self.vocabulary
        ]
        problems += [
            Problem(f"{name} is both kept as it is and free to change", hint="choose one of the two")
            for name in sorted(forbidden & freed)
        ]
        if problems:
            raise QuestionError(problems)
        giving = case.giving(self.vocabulary) & self.vocabulary.keys()
        unchangeable = ({name for name in case.facts if self.vocabulary[name].fixed} | giving) - freed
        return frozenset(unchangeable | forbidden)

    # --- From sets to answers ----------------------------------------------------------------------------

    def _all_entries(
        self, case: StatedCase, targets: Targets, settings: Settings, kept: frozenset[str], sets: Iterable[Works]
    ) -> list[tuple[tuple[Change, ...], Sides]]:
        """The answers for these sets, cheapest first."""
        every = (entry for found in sets for entry in self._entries(case, targets, settings, found))
        return sorted((each for each in every if kept.isdisjoint(each[1])), key=lambda entry: self._order(entry[0]))

    def _entries(
        self, case: StatedCase, targets: Targets, settings: Settings, found: Works
    ) -> Iterator[tuple[tuple[Change, ...], Sides]]:
        """One answer for each box of values, each decided again by the solver."""
        ranked = sorted(found.names, key=lambda name: self.vocabulary[name].rank)
        axes, variable = found.gathered.axes, found.gathered.variable
        boxed = (product(*(_sides(axes[name], box[variable[name]]) for name in ranked)) for box in found.boxes)
        entries = [dict(zip(ranked, sides, strict=True)) for sides in chain.from_iterable(boxed)]
        for index, chosen_sides in enumerate(entries):
            sides = chosen_sides | self._released(case, chosen_sides)
            others = (each for at, each in enumerate(entries) if at != index and _within(chosen_sides, each))
            if any(not _within(each, chosen_sides) or entries.index(each) < index for each in others):
                continue
            for policy, classes in targets.items():
                self.confirmation.confirm(case, policy, classes, settings, sides)
            changes = (
                Change(name, self._present(case, name), side.to, self._kind(case, targets, settings, name))
                for name, side in sides.items()
            )
            yield tuple(changes), sides

    def _released(self, case: StatedCase, sides: Mapping[str, NewValues]) -> dict[str, NewValues]:
        """What has to change along so that a value counts once stated (a T category not found after treatment)."""
        released = {}
        for name in sides:
            for other, value in self.vocabulary[name].withheld_by:
                if case.facts.get(other) == value and other not in sides:
                    axis = self.compiler.axes[other]
                    assert isinstance(axis, ValueAxis), "what takes a value back is one value"
                    left = frozenset(places(axis)) - frozenset(axis.positions_with(value))
                    released[other] = NewValues(axis, values_at(axis, left), left)
        return released

    def _present(self, case: StatedCase, name: str) -> object:
        return self.vocabulary[name].to_dict(case.facts[name]) if name in case.facts else None

    def _kind(self, case: StatedCase, targets: Targets, settings: Settings, name: str) -> str:
        attribute = self.vocabulary[name]
        if name in case.facts:
            return FIXED if attribute.fixed else attribute.kind
        record, number = attribute.slot[:2] if attribute.slot is not None else ("", 0)
        if record in case.facts and number > there(record, case.facts):  # of a record more than there are
            return self._kind(case, targets, settings, record)
        views = [self.situations.view(case, policy, settings) for policy in targets]
        presumed = any(name in view.presumed_facts or name in dict(view.presumed).values() for view in views)
        return attribute.kind if presumed else STATE

    def _order(self, changes: tuple[Change, ...]) -> tuple[int, int, list[str], str]:
        # A kind of which the knowledge base says no cost is weighed like the last but one: above it is only what no
        # one can change.
        order = [each for each in self.catalog.costs if each != FIXED]
        rank = {**{each: at for at, each in enumerate(order)}, FIXED: len(order)}
        worst = max(rank.get(change.kind, len(order) - 1) for change in changes)
        return worst, len(changes), [change.attribute for change in changes], str([change.to for change in changes])

    def _blocked(
        self, case: StatedCase, targets: Targets, settings: Settings, kept: frozenset[str]
    ) -> tuple[tuple[str, ...], ...]:
        """With everything free: which of the facts that may not change would have to, minimally."""
        freed = WorkingSets(self.situations, case, targets, settings, frozenset()).least()
        needed = minimal(found.names & kept for found in freed)
        named = [tuple(sorted(names)) for names in needed if names]
        return tuple(sorted(named, key=lambda names: (len(names), names)))


def _grouped(remedies: Remedies, targets: Targets, changes: Iterable[Change], sides: Sides) -> tuple[Change, ...]:
    """Changes with the group of values that each stands for."""
    return tuple(replace(each, group=remedies.group(targets, sides, each.attribute)) for each in changes)


def _sides(axis: LocalAxis, positions: frozenset[int]) -> list[NewValues]:
    return [NewValues(axis, values, covered) for values, covered in split_values(axis, positions)]


def _within(sides: Mapping[str, NewValues], others: Mapping[str, NewValues]) -> bool:
    return all(side.is_within(others[name]) for name, side in sides.items())
