"""Does a class hold under every reading encoded here, and if not, which switches of readings change it, minimally?

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close", "modality": "electron_beam"}
    >>> found = kb.robustness(case, "bcbsaz")
    >>> found.robust
    True

For one case the facts are constants, so the whole program shrinks to a small diagram over the
readings and what is unknown. From it come all minimal sets of switches after which another class is
possible. That no switch does it is proved by clingo, with every reading left free.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.premise_search import PremiseSearch
from payerlogic.answers.premises import Switches, switches_of
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.diagrams.minimal_sets import minimal_sets, project
from payerlogic.errors import InternalDisagreement
from payerlogic.semantics.case_view import View
from payerlogic.semantics.model import Model
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.reading_space import ReadingSpace
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.solver import Solver


@dataclass(frozen=True)
class Robustness(CaseAnswer):
    """``robust`` if the class is the same under every reading encoded here; else the minimal sets of switches."""

    policy: str
    possible: tuple[str, ...]
    switches: tuple[Switches, ...]

    @property
    def robust(self) -> bool:
        return not self.switches

    def to_dict(self) -> dict[str, object]:
        """The answer as ``robust --json`` prints it."""
        return {
            "policy": self.policy,
            "possible": list(self.possible),
            "robust": self.robust,
            "switches": [each.to_dict() for each in self.switches],
            "premises": self.premises.to_dict(),
        }


class RobustnessSearch:
    """Answers questions about readings."""

    @classmethod
    def of(cls, model: Model) -> RobustnessSearch:
        return model.kept(cls, lambda: cls(model.situations, model.solver))

    def __init__(self, situations: Situations, solver: Solver) -> None:
        self.situations = situations
        self.solver = solver
        self.catalog = situations.catalog

    def find(self, case: StatedCase, policy: str, settings: Settings) -> Robustness:
        """All minimal sets of switches after which a class is possible that now is not."""
        view = self.situations.view(case, policy, settings)
        table = ReadingSpace(self.situations.compiler, policy, view.fixed)
        moves = table.moves(settings.readings)
        other = self._other_class(table, view, view.possible)
        found: list[Switches] = []
        for chosen in minimal_sets(table.forest, TRUE, other, moves):
            node = project(table.forest, TRUE, other, moves, chosen)
            for possible, where in self._outcomes(case, policy, settings, table, node).items():
                found += [switches_of(self.catalog, sorted(box.items()), possible) for box in table.boxes(where)]
        self._confirm(view, policy, robust=not found)
        ranked = tuple(sorted(found, key=lambda each: (len(each.options), each.options)))
        search = PremiseSearch(self.situations)
        premises = search.of_view(case, view, settings, with_readings=False)
        if not ranked:
            premises = replace(premises, presumptions=search.remarks(self._needed(view), settings))
        premises = replace(premises, readings=ranked, tried="every")
        return Robustness(
            policy, self.catalog.in_rank(view.possible), ranked, case=case, settings=settings, premises=premises
        )

    def _needed(self, view: View) -> Iterator[str]:
        """Of a class that holds under every reading: the presumptions without which it would not."""
        for name, _ in view.made:
            less = view.without_presumption(name)
            table = ReadingSpace(self.situations.compiler, view.policy, less.fixed)
            if name in view.relied_on or self._other_class(table, less, view.possible) != FALSE:
                yield name

    def _other_class(self, table: ReadingSpace, view: View, classes: frozenset[str]) -> int:
        """Where a possible case has none of the classes that the present readings give it."""
        same = table.forest.disj(*(table.named("determination", view.policy, name) for name in classes))
        possible = table.possible(name for name, _ in view.presumed)
        return table.forest.conj(table.forest.negate(same), possible)

    def _outcomes(
        self, case: StatedCase, policy: str, settings: Settings, table: ReadingSpace, node: int
    ) -> dict[tuple[str, ...], int]:
        """By what is then possible: where that is so, of the switches of which ``node`` holds."""
        found: dict[tuple[str, ...], int] = {}
        switches = {
            tuple(zip(box, options, strict=True)) for box in table.boxes(node) for options in product(*box.values())
        }
        for each in sorted(switches):
            here = TRUE
            for reading, option in each:
                test = table.forest.literal(table.reading_level[reading], [table.options[reading].index(option)])
                here = table.forest.conj(here, test)
            possible = self._possible(case, policy, settings, dict(each))
            found[possible] = table.forest.disj(found.get(possible, FALSE), here)
        return found

    def _possible(
        self, case: StatedCase, policy: str, settings: Settings, switches: Mapping[str, str]
    ) -> tuple[str, ...]:
        """The classes when readings are switched to these options, decided again by the solver."""
        other = replace(settings, readings={**settings.readings, **switches})
        view = self.situations.view(case, policy, other)
        again = self.solver.possible(policy, self.situations.situation(view))
        if again != view.possible:
            raise InternalDisagreement(
                f"not confirmed: {switches} gives {sorted(again)}, expected {sorted(view.possible)}"
            )
        return self.catalog.in_rank(view.possible)

    def _confirm(self, view: View, policy: str, *, robust: bool) -> None:
        """With every reading free, clingo must find another class exactly if there are switches."""
        situation = replace(self.situations.situation(view), readings=frozenset())
        if (self.solver.possible(policy, situation) <= view.possible) != robust:
            raise InternalDisagreement(f"not confirmed: {policy} is {'' if robust else 'not '}robust")
