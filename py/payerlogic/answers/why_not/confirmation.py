"""Decides what a why-not answer proposes again, with clingo, for every value that it names.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> age = NewValues(kb.axes["age_years"], ["50.."], frozenset({1}))
>>> list(age.examples())
[62]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product

from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.errors import InternalDisagreement
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.gathered import LocalAxis, SetClasses
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.solver import Assumptions, Solver
from payerlogic.semantics.typical_values import example_at, set_value
from payerlogic.semantics.value_sets import JsonValues


@dataclass(frozen=True)
class NewValues:
    """What one attribute changes to: as values, and as positions on its axis. A family of sets may take of some
    positions a part alone."""

    axis: LocalAxis
    to: JsonValues
    places: frozenset[int]

    @property
    def sets(self) -> int:
        """Of a set attribute, the sets that are meant, as a diagram."""
        assert isinstance(self.axis, SetClasses), "only sets have families"
        assert isinstance(self.to, dict), "a change of a set is to a family"
        return self.axis.sets.node(self.to)

    def is_within(self, other: NewValues) -> bool:
        """Whether the other one takes all that this one takes."""
        if not isinstance(self.axis, SetClasses):
            return self.places <= other.places
        forest = self.axis.sets.forest
        return forest.conj(self.sets, forest.negate(other.sets)) == FALSE

    def examples(self) -> Iterator[Value]:
        """A usual value at each position."""
        for place in sorted(self.places):
            if isinstance(self.axis, SetClasses):
                sets = self.axis.sets
                inside = sets.forest.conj(self.axis.nodes[place], self.sets)
                yield set_value(sets.axis, sets.nearest(inside))
            else:
                yield example_at(self.axis, place)


class Confirmation:
    """Confirms changes."""

    def __init__(self, situations: Situations, solver: Solver) -> None:
        self.situations = situations
        self.solver = solver

    def confirm(
        self,
        case: StatedCase,
        policy: str,
        classes: frozenset[str],
        settings: Settings,
        sides: Mapping[str, NewValues],
    ) -> None:
        """Ask clingo whether every completion of the changed case has a wanted class, and some exists.

        Piece by piece: within each the same presumptions are made.
        """
        for pieces in product(*(self._pieces(policy, name, side) for name, side in sides.items())):
            tried = case.changed({name: value for name, (value, _) in zip(sides, pieces, strict=True)})
            view = self.situations.view(tried, policy, settings)
            stated = self.situations.positions(tried)
            facts = {name: place for name, place in stated.items() if name not in sides}
            facts |= {name: place for name, (_, place) in view.presumed_facts.items()}
            members = {name: self.situations.compiler.member(name, place) for name, place in facts.items()}
            situation = Assumptions(members, tuple(name for name, _ in view.presumed), view.readings)
            found = self.solver.possible(policy, situation, chain.from_iterable(literals for _, literals in pieces))
            if not found or not found <= classes:
                changes = {name: side.to for name, side in sides.items()}
                raise InternalDisagreement(f"not confirmed: {changes} gives {sorted(found)}, wanted {sorted(classes)}")

    def _pieces(self, policy: str, name: str, side: NewValues) -> Iterator[tuple[Value, list[int]]]:
        """A change in pieces, each with a value, and with the literals of the case that say which values are meant."""
        atoms, switching = self.situations.compiler.axes[name].atoms, self._switching_values(policy, name)
        for signs in product((True, False), repeat=len(switching)):
            chosen = dict(zip(switching, signs, strict=True))
            literals = [atoms[value] if is_there else -atoms[value] for value, is_there in chosen.items()]
            if isinstance(side.axis, SetClasses):
                sets, forest = side.axis.sets, side.axis.sets.forest
                wanted = [sets.has(v) if is_there else forest.negate(sets.has(v)) for v, is_there in chosen.items()]
                inside = forest.conj(side.sets, *wanted)
                if inside != FALSE:
                    family = self.solver.family(name, side.to) if isinstance(side.to, dict) else TRUE
                    yield set_value(sets.axis, sets.nearest(inside)), [family, *literals]
            elif left := [place for place in sorted(side.places) if _agrees(side.axis, place, chosen)]:
                others = (each for place, each in enumerate(side.axis.classes) if place not in side.places)
                barred = [-side.axis.atoms[v] for v in chain.from_iterable(others) if not isinstance(v, frozenset)]
                yield example_at(side.axis, left[0]), [*barred, *literals]

    def _switching_values(self, policy: str, name: str) -> list[str]:
        """The values of an attribute that the payer's presumptions wait for or give way to."""
        found = set()
        for presumption in self.situations.catalog.presumptions:
            if presumption.concerns(policy):
                found |= {value for attribute, value in presumption.needs if attribute == name}
                for a, v, b, w in presumption.gives_way:
                    found |= {value for attribute, value in ((a, v), (b, w)) if attribute == name}
        return sorted(found)


def _agrees(axis: ValueAxis, place: int, chosen: Mapping[str, bool]) -> bool:
    """Whether the values at a place are those that are chosen, and none that is not."""
    return all((place in axis.positions_with(value)) == is_there for value, is_there in chosen.items())
