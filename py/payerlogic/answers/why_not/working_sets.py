"""The sets of attributes whose change gives what is wanted, by one recursion over the diagram of the wanted outcome.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "rectum", "t_category": "T3", "disease_status": "primary"})
    >>> wanted = {"bcbsaz": frozenset({"medically_necessary"})}
    >>> found = WorkingSets(kb.situations, case, wanted, kb.settings(), frozenset({"primary_site"})).least()
    >>> frozenset({"t_category"}) in {each.names for each in found}
    False

Each attribute stays as it is for nothing or is changed at a price; see ``why_not.search`` for what works.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations

from payerlogic.answers.record_order import adds_the_next, there
from payerlogic.answers.why_not.remedies import Targets
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import TRUE, Forest
from payerlogic.diagrams.minimal_sets import Box, Move, maximal_boxes, minimal, minimal_sets, project
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import Place, ValueAxis
from payerlogic.semantics.families import SetSpace
from payerlogic.semantics.gathered import Gathered, places
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.typical_values import example_at, set_value


@dataclass(frozen=True)
class _Goal:
    """What :mod:`payerlogic.diagrams.minimal_sets` needs: goal and possible cases as diagrams, and the moves."""

    gathered: Gathered
    goal: int
    possible: int
    moves: dict[int, Move]

    def unlike(self, name: str, now: int) -> set[int]:
        """The positions of an attribute that somewhere lead elsewhere than where it is now."""
        forest, level = self.gathered.forest, self.gathered.variable[name]
        found: set[int] = set()
        for node in forest.below(self.goal) | forest.below(self.possible):
            if forest.children(node) and forest.level(node) == level:
                children = forest.children(node)
                found |= {at for at, child in enumerate(children) if child != children[now]}
        return found


@dataclass(frozen=True)
class Works:
    """A minimal set of attributes, and the boxes of values with which it works."""

    names: frozenset[str]
    gathered: Gathered
    boxes: list[Box]

    def places(self, box: Box, name: str) -> frozenset[int]:
        """The positions of one attribute in a box."""
        return box[self.gathered.variable[name]]


class WorkingSets:
    """One question: what works for a case at some policies, while ``kept`` stays as it is."""

    def __init__(
        self, situations: Situations, case: StatedCase, targets: Targets, settings: Settings, kept: frozenset[str]
    ) -> None:
        self.situations = situations
        self.compiler = situations.compiler
        self.case = case
        self.targets = targets
        self.settings = settings
        self.kept = kept

    def least(self, within: Mapping[str, frozenset[int]] | None = None) -> Iterator[Works]:
        """The minimal sets, each with the boxes of values that work; ``within`` has the only positions to which some
        attributes may change in the search for the sets."""
        found: dict[frozenset[str], tuple[_Goal, frozenset[str]]] = {}
        for stating, problem in self._problems:
            variable, moves = problem.gathered.variable, problem.moves
            for name, positions in (within or {}).items():
                move = moves[variable[name]]
                paid = tuple(place for place in move.paid if place in positions)
                moves = {**moves, variable[name]: replace(move, paid=paid)}
            order = problem.gathered.order
            for chosen in minimal_sets(problem.gathered.forest, problem.goal, problem.possible, moves):
                found.setdefault(frozenset(order[each] for each in chosen) | stating, (problem, stating))
        done = set()
        for names in minimal(found):
            if not adds_the_next(names, self.case.facts, self.situations.vocabulary, self.kept):
                continue
            problem, must = found[names]
            variable, order, forest = problem.gathered.variable, problem.gathered.order, problem.gathered.forest
            fields = self._of_new_records(names, variable)
            if (wider := names | fields) in done:
                continue
            done.add(wider)
            chosen = frozenset(variable[each] for each in wider)
            bought = project(forest, problem.goal, problem.possible, problem.moves, chosen)
            every = {variable[each]: frozenset(places(problem.gathered.axes[each])) for each in must}
            by_names: dict[frozenset[str], list[Box]] = {}
            for box in (every | box for box in maximal_boxes(forest, bought)):
                by_names.setdefault(frozenset(order[each] for each in box), []).append(box)
            for own, boxes in by_names.items():
                if names - fields <= own:  # where one of these may be anything, fewer will do
                    yield Works(own, problem.gathered, boxes)

    def _of_new_records(self, names: frozenset[str], variable: Mapping[str, int]) -> frozenset[str]:
        """Whatever there is to know of the records that are added: one of more fields is no larger change."""
        vocabulary, facts = self.situations.vocabulary, self.case.facts
        slots = (vocabulary[name].slot for name in names)
        new = {slot[:2] for slot in slots if slot is not None and slot[1] > there(slot[0], facts)}
        return frozenset(
            name
            for name in (variable if new else ())
            if (slot := vocabulary[name].slot) is not None and slot[:2] in new and name not in self.kept
        )

    @cached_property
    def _problems(self) -> list[tuple[frozenset[str], _Goal]]:
        switches = self._switches()
        return [(stating, self._problem(stating, switches)) for stating in subsets(switches)]

    def _switches(self) -> frozenset[str]:
        """The unstated attributes of which the stating switches a conditional presumption on or off."""
        names: set[str] = set()
        for presumption in self.situations.catalog.presumptions if self.settings.presumptions else ():
            concerned = any(presumption.concerns(policy) for policy in self.targets)
            if concerned and presumption.value is None and presumption.attribute not in self.case.facts:
                names |= presumption.switched_by
        return frozenset(names - self.case.facts.keys() - self.kept)

    def _problem(self, stating: frozenset[str], switches: frozenset[str]) -> _Goal:
        """Goal and possible cases once ``stating`` are stated, over what can change."""
        case, settings, kept = self.case, self.settings, self.kept
        # What they are stated as does not matter here, only that they are.
        supposed = case.changed({name: self._some_value(name) for name in stating})
        stated = self.situations.positions(case)
        still = self.compiler.all_at({name: place for name, place in stated.items() if name in kept})
        source, forest = self.compiler.forest, Forest(self.compiler.forest.sizes)
        goal, possible = TRUE, TRUE
        presumed_facts: dict[str, Place] = {}
        for policy, classes in self.targets.items():
            view = self.situations.view(supposed, policy, settings, supposed=True)
            presumed = [name for name, _ in view.presumed]
            waived = {name: self.situations.waived(supposed, name) for name in presumed}
            wanted, allowed = self.compiler.goal(policy, view.readings, presumed, classes, waived)
            goal = forest.conj(goal, source.restricted((wanted,), still, bool, forest)[1])
            possible = forest.conj(possible, source.restricted((allowed,), still, bool, forest)[1])
            presumed_facts |= {name: place for name, (_, place) in view.presumed_facts.items()}
        gathered = Gathered.of(self.compiler, forest, (goal, possible))
        moves = {}
        for name, axis in gathered.axes.items():
            paid = () if name in kept or (name in switches and name not in stating) else tuple(places(axis))
            now = stated.get(name, presumed_facts.get(name))
            moves[gathered.variable[name]] = Move(None if now is None else gathered.place(name, now), paid)
        goal, possible = gathered.roots
        return _Goal(gathered, goal, possible, moves)

    def moved(self, name: str) -> dict[int, frozenset[int]]:
        """Of an ordered attribute that the case states, where it is now, with the positions that ever give another
        answer than staying there; nothing of any other attribute."""
        if name not in self.case.facts or not self.situations.vocabulary[name].is_ordered:
            return {}
        now = self.situations.positions(self.case)[name]
        assert isinstance(now, int), "what is ordered is one value"
        unlike: set[int] = set()
        for _, problem in self._problems:
            unlike |= problem.unlike(name, now)
        return {now: frozenset(unlike)}

    def _some_value(self, name: str) -> Value:
        axis = self.compiler.axes[name]
        if isinstance(axis, ValueAxis):
            return example_at(axis, 0)
        sets = SetSpace.of(axis)
        return set_value(axis, sets.nearest(sets.domain))


def subsets(names: Iterable[str]) -> Iterator[frozenset[str]]:
    """All subsets, the smaller ones first."""
    listed = sorted(names)
    for chosen in chain.from_iterable(combinations(listed, size) for size in range(len(listed) + 1)):
        yield frozenset(chosen)
