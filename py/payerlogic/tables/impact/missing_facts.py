"""What unknown facts cost: the open cases that each of them leaves open.

    >>> from payerlogic.comparison.result import party
    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "rectum", "t_category": "T4"})
    >>> settings = kb.settings()
    >>> unknowns = Unknowns(kb, party(kb, "nia", settings))
    >>> unknowns.add(kb.situations.positions(case), 7)
    >>> [(cost.attribute, cost.leaves_open, cost.would_settle) for cost in unknowns.costs()][:1]
    [('margin_status', 7, 0)]

Cases that no rule can tell apart are asked about once, whatever their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Party
from payerlogic.runtime.turns import one_at_a_time
from payerlogic.semantics.case_space import Place
from payerlogic.semantics.case_view import View
from payerlogic.semantics.gathered import SetClasses, classes_at
from payerlogic.semantics.model import Model

Positions = frozenset[tuple[str, Place]]


@dataclass(frozen=True)
class Cost:
    """One attribute that some open cases do not state.

    ``leaves_open`` are the open cases in which it can still change the class, ``would_settle`` those among
    them that would be decided, whatever it turns out to be, if it were known and nothing else.
    """

    attribute: str
    label: str
    leaves_open: int
    would_settle: int

    def to_dict(self) -> dict[str, object]:
        return {
            "attribute": self.attribute,
            "label": self.label,
            "leaves_open": self.leaves_open,
            "would_settle": self.would_settle,
        }


class Unknowns:
    """The open cases of one side, counted by where their facts fall on the axes."""

    def __init__(self, kb: Model, party: Party) -> None:
        self.kb = kb
        self.party = party
        self.cases: Counter[Positions] = Counter()

    def add(self, positions: Mapping[str, Place], count: int) -> None:
        """So many open cases more with these facts."""
        self.cases[frozenset(positions.items())] += count

    @property
    def open(self) -> int:
        return sum(self.cases.values())

    def costs(self) -> list[Cost]:
        """The attributes that decide open cases, those that decide most of them first."""
        leaves: Counter[str] = Counter()
        settles: Counter[str] = Counter()
        for positions, count in self.cases.items():
            for name, alone in self._deciding(positions).items():
                leaves[name] += count
                settles[name] += count if alone else 0
        order = sorted(leaves, key=lambda name: (-leaves[name], -settles[name], self.kb.vocabulary[name].rank))
        return [Cost(name, self.kb.vocabulary[name].label, leaves[name], settles[name]) for name in order]

    @one_at_a_time
    def _deciding(self, positions: Positions) -> dict[str, bool]:
        """The facts that decide these cases, each with whether it would settle them alone."""
        view = self._view(positions)
        return {name: self._would_settle(view, name) for name in view.deciding}

    def _view(self, positions: Positions) -> View:
        facts = self.kb.compiler.facts_at(self.kb.compiler.all_at(dict(positions))) | dict(self.party.stated.facts)
        settings = self.party.on_its_day
        return self.kb.view(StatedCase(None, facts), self.party.policy, settings)

    def _would_settle(self, view: View, name: str) -> bool:
        for place in self._values(view, name):
            supposed = replace(view, known={**view.known, name: place})
            if supposed.feasible and len(supposed.possible) > 1:
                return False
        return True

    def _values(self, view: View, name: str) -> Sequence[Place]:
        """The values of an attribute that the policy tells apart."""
        constraints = (diagram for _, diagram in view.constraints)
        axis = classes_at(self.kb.compiler, name, (view.classes, *constraints))
        return axis.first if isinstance(axis, SetClasses) else range(len(axis.classes))
