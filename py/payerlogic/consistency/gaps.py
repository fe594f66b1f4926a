"""Cases for which no clause of a policy concludes a class: where they are, and what each clause lacks there.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.consistency.policy_space import PolicySpace
    >>> kb = KnowledgeBase.load()
    >>> [gap] = gaps(PolicySpace(kb.situations, kb.ground, "bcbsaz", {}))
    >>> gap.regions[0].box
    {'oncologic': [False]}

The regions of a gap are maximal boxes over the attributes that cover its cases exactly (of days those alone on which
some case is past the gates), with each reading at its default, or where the finding does not allow that, at the first
option that it allows. (Over all readings at once they would be too many to read: ``check P --reading ID=OPTION`` shows
them for others.)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from payerlogic.consistency.finding import Finding, Gap
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.diagrams.budget import WHOLE, Budget
from payerlogic.diagrams.covers import listing
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.diagrams.minimal_sets import Box
from payerlogic.errors import InternalDisagreement
from payerlogic.program.catalog import Clause
from payerlogic.program.grounding import GroundRule
from payerlogic.semantics.gathered import Gathered, SetClasses
from payerlogic.semantics.phrases import needs_in_words
from payerlogic.semantics.reading_space import Under
from payerlogic.semantics.record_order import RecordOrder, in_any_order
from payerlogic.semantics.value_sets import BoxValues, box_values, values_in_words

NO_CRITERION = "no_criterion"


def gaps(space: PolicySpace, budget: Budget = WHOLE) -> Iterator[Finding]:
    """A finding for each maximal box of readings under which some possible case has no class; of each so many regions
    as the budget allows."""
    gap = space.forest.conj(space.table.named("determination", space.policy.id, NO_CRITERION), space.cases)
    barring = [clause for clause in space.clauses if not clause.classes]
    concluding = [clause for clause in space.clauses if clause.classes]
    for under in space.boxes_within(space.table.for_some_case(gap)):
        inside = space.forest.conj(gap, space.box(under))
        witness, needed = space.witness(gap, under)
        space.confirm_witness(witness, {**under, **needed}, [("determination", NO_CRITERION)])
        bars = [clause for clause in barring if space.forest.conj(space.met(clause), inside) != FALSE]
        words = f"; {', '.join(f'{c.title!r} ({c.id})' for c in bars)} can bar it" if bars else ""
        names = ", ".join(clause.id for clause in concluding)
        message = f"no clause concludes a class on these cases, although {names} could have{words}"
        regions, whole = _Regions(space, concluding, under).of(gap, budget)
        yield space.finding(
            "gap",
            (*concluding, *bars),
            message,
            witness,
            under,
            witness_readings=needed,
            regions=regions,
            all_listed=whole,
        )


class _Regions:
    """The boxes that cover a gap."""

    def __init__(self, space: PolicySpace, concluding: list[Clause], under: Under) -> None:
        self.space = space
        self.forest = space.forest
        self.concluding = concluding
        allowed = {**{name: tuple(options) for name, options in space.table.options.items()}, **under, **space.given}
        self.taken = {name: (options[0],) for name, options in allowed.items()}

    def of(self, gap: int, budget: Budget) -> tuple[tuple[Gap, ...], bool]:
        """In a fixed order, and whether these are all: then they are the gap together. Each is a gap throughout. Both
        is checked."""
        taken = self.space.box(self.taken)
        possible, gap = self.forest.conj(self.space.cases, taken), self.forest.conj(gap, taken)
        readings = frozenset(self.space.table.reading_level.values())
        possible, gap = (self.forest.exists(each, readings) for each in (possible, gap))
        gathered = Gathered.of(self.space.compiler, self.forest, (gap, possible))
        wanted, allowed = gathered.roots
        alike = in_any_order(gathered, wanted, allowed)
        boxes, whole = listing(gathered.forest, wanted, allowed, gathered.split, budget, alike)
        boxes = [self._in_force(gathered, box, allowed) for box in boxes]
        others = [alike(box) for box in boxes]
        every = chain(boxes, *others)
        covered = self.forest.conj(self.forest.disj(*(gathered.spread(box, self.forest) for box in every)), possible)
        if covered != gap if whole else self.forest.conj(covered, self.forest.negate(gap)) != FALSE:
            raise InternalDisagreement(f"the regions of a gap of {self.space.policy.id} do not cover it exactly")
        order = RecordOrder.of(gathered)
        regions = []
        for box, stands_for in zip(boxes, others, strict=True):
            inside = self.forest.conj(gathered.spread(box, self.forest), gap, taken)
            regions.append(self._region(gathered, box, inside, order.names_in(box, stands_for)))
        return tuple(regions), whole

    def _in_force(self, gathered: Gathered, box: Box, possible: int) -> Box:
        """A box that names days, without those on which a gate decides all of its cases: a maximal box takes them in,
        since no case there is past the gates, and it would be said to reach to before the first edition."""
        day = self.space.catalog.version_day
        found = dict(box)
        for level in (each for each in box if gathered.order[each] == day):
            days = (at for at in sorted(box[level]) if self._some(gathered, {**box, level: frozenset({at})}, possible))
            found[level] = frozenset(days)
        return found

    def _some(self, gathered: Gathered, box: Box, possible: int) -> bool:
        return gathered.forest.conj(gathered.forest.box(box), possible) != FALSE

    def _region(self, gathered: Gathered, box: Box, inside: int, any_order: tuple[str, ...]) -> Gap:
        axes, vocabulary = gathered.axes, self.space.situations.vocabulary
        positions = {gathered.order[level]: values for level, values in box.items()}
        values: dict[str, BoxValues] = {}
        described = []
        for name in (each for each in vocabulary if each in positions):
            axis = axes[name]
            values[name] = box_values(axis, positions[name])
            if isinstance(axis, SetClasses):
                words = values_in_words(axis, values[name])
            else:
                words = needs_in_words(axis, sorted(positions[name]))
            described.append(f"{axis.attribute.label}: {words}")
        described += [f"in any order of the {vocabulary.records[name].one} records" for name in any_order]
        barred = tuple((clause.id, self._why(clause, inside)) for clause in self.concluding)
        return Gap(values, barred, "; ".join(described) or "every case past the gates", any_order)

    def _why(self, clause: Clause, inside: int) -> str:
        """Why a clause concludes nothing in a region: it is defeated there, or some of its conditions fail."""
        here = self.forest.conj(self.space.met(clause), inside)
        if here != FALSE:
            by = [
                other.id
                for other in self.space.policy.clauses.values()
                if other.id != clause.id
                and self.forest.conj(self.forest.conj(here, self.space.met(other)), self.space.prevails(other, clause))
                == here
            ]
            where = "it is met" if here == inside else "where it is met"
            return f"{where}, {', '.join(by) or 'another clause'} overrides it"
        atom = self.space.compiler.ground_atom("met", self.space.policy.id, clause.id)
        rules = self.space.compiler.graph.rules.get(atom, ()) if atom is not None else ()
        lacking = list(dict.fromkeys(each for rule in rules for each in self._lacking(rule, inside)))
        if not lacking:
            return "its conditions are never all met here"
        return f"it lacks: {'; '.join(lacking)}"

    def _lacking(self, rule: GroundRule, inside: int) -> Iterator[str]:
        """The conditions of a rule that fail throughout a region."""
        for literal in rule.body:
            holds = self.space.table.diagram(abs(literal))
            holds = holds if literal > 0 else self.forest.negate(holds)
            if self.forest.conj(holds, inside) == FALSE and holds not in (FALSE, TRUE):
                yield self.space.words(literal)
