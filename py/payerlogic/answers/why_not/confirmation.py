"""Decides what a why-not answer proposes again, with clingo, for every value that it names.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> axis = kb.axes["cpt_codes"]
>>> [len(literals) for literals in _alternatives(axis, {"any_of": ["77424", "77425"]})]
[1, 1]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, product

from payerlogic.cases.case import StatedCase
from payerlogic.errors import InternalDisagreement
from payerlogic.semantics.case_space import Axis
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.solver import Assumptions, Solver
from payerlogic.semantics.typical_values import example_at
from payerlogic.semantics.value_sets import JsonValues


@dataclass(frozen=True)
class NewValues:
    """What one attribute changes to: as values, and as positions on its axis."""

    to: JsonValues
    places: frozenset[int]


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

        Piece by piece: within each the same presumptions are made, and its values are those that
        satisfy some literals.
        """
        axes = self.situations.compiler.axes
        for pieces in product(*(self._pieces(policy, name, side) for name, side in sides.items())):
            tried = case.changed(
                {name: example_at(axes[name], min(places)) for name, (places, _) in zip(sides, pieces, strict=True)}
            )
            view = self.situations.view(tried, policy, settings)
            stated = self.situations.positions(tried)
            facts = {name: position for name, position in stated.items() if name not in sides}
            facts |= {name: position for name, (_, position) in view.presumed_facts.items()}
            members = {name: axes[name].classes[position][0] for name, position in facts.items()}
            situation = Assumptions(members, tuple(name for name, _ in view.presumed), view.readings)
            found = self.solver.possible(policy, situation, chain.from_iterable(literals for _, literals in pieces))
            if not found or not found <= classes:
                changes = {name: side.to for name, side in sides.items()}
                raise InternalDisagreement(f"not confirmed: {changes} gives {sorted(found)}, wanted {sorted(classes)}")

    def _pieces(self, policy: str, name: str, side: NewValues) -> list[tuple[frozenset[int], list[int]]]:
        """The places of a change in pieces, each with the literals of the case that say the same."""
        axis = self.situations.compiler.axes[name]
        if axis.attribute.type == "set":
            pieces = [(side.places, literals) for literals in _alternatives(axis, side.to)]
        else:
            others = (each for place, each in enumerate(axis.classes) if place not in side.places)
            barred = [-axis.atoms[value] for value in chain.from_iterable(others) if not isinstance(value, frozenset)]
            pieces = [(side.places, barred)]
        for value in self._switching_values(policy, name):
            atom = axis.atoms[value]
            pieces = [(places, [*literals, each]) for places, literals in pieces for each in (atom, -atom)]
        cut = [(frozenset(p for p in places if _satisfies(axis, p, literals)), literals) for places, literals in pieces]
        return [(places, literals) for places, literals in cut if places]

    def _switching_values(self, policy: str, name: str) -> list[str]:
        """The values of an attribute that the payer's presumptions wait for or give way to."""
        found = set()
        for presumption in self.situations.catalog.presumptions:
            if presumption.concerns(policy):
                found |= {value for attribute, value in presumption.needs if attribute == name}
                for a, v, b, w in presumption.gives_way:
                    found |= {value for attribute, value in ((a, v), (b, w)) if attribute == name}
        return sorted(found)


def _alternatives(axis: Axis, family: JsonValues) -> list[list[int]]:
    """A family of sets as literals of the case: some of these lists is true exactly of its members."""
    assert isinstance(family, dict)
    if "exactly" in family:
        return [[atom if name in family["exactly"] else -atom for name, atom in axis.atoms.items()]]
    barred = [-axis.atoms[name] for name in family.get("none_of", ())]
    return [[axis.atoms[name], *barred] for name in family["any_of"]] if "any_of" in family else [barred]


def _satisfies(axis: Axis, position: int, literals: Iterable[int]) -> bool:
    true = axis.true_atoms(axis.classes[position][0])
    return all((abs(literal) in true) == (literal > 0) for literal in literals)
