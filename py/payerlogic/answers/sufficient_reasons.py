"""Sufficient reasons: which of the stated facts already force the class, minimally.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close", "age_years": 61}
    >>> [sorted(reason) for reason in kb.reasons(case, "nia").reasons]
    [['margin_status', 'primary_site', 't_category']]

Presumptions are part of what forces a class: each reason has the premises without which it would be none.

A set of stated facts is a reason if the case that states these alone, everything else left unknown
or presumed, is decided the same (prime implicants of the decision that cover the case: Darwiche and
Hirth 2020). All minimal reasons are found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.premise_search import PremiseSearch
from payerlogic.answers.premises import Premises
from payerlogic.answers.why_not.working_sets import subsets
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.minimal_sets import Move, minimal, minimal_sets
from payerlogic.semantics.gathered import Gathered
from payerlogic.semantics.model import Model
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings

FIRST = 12
"""For as many reasons the readings are tried."""


@dataclass(frozen=True)
class Reasons(CaseAnswer):
    """The minimal reasons, shortest first; ``irrelevant`` are the stated facts in none of them.

    ``grounds`` are the premises of each reason: without one of its presumptions it would not force the class, and
    with one of its readings switched it would force another. Of many reasons, only the first ones try the readings.
    """

    policy: str
    possible: tuple[str, ...]
    reasons: tuple[tuple[str, ...], ...]
    irrelevant: tuple[str, ...]
    grounds: tuple[Premises, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The reasons as ``why --json`` prints them."""
        return {
            "policy": self.policy,
            "possible": list(self.possible),
            "reasons": [list(reason) for reason in self.reasons],
            "irrelevant": list(self.irrelevant),
            "grounds": [each.to_dict() for each in self.grounds],
            "premises": self.premises.to_dict(),
        }


class ReasonSearch:
    """Finds sufficient reasons."""

    @classmethod
    def of(cls, model: Model) -> ReasonSearch:
        return model.kept(cls, lambda: cls(model.situations))

    def __init__(self, situations: Situations) -> None:
        self.situations = situations
        self.compiler = situations.compiler

    def find(self, case: StatedCase, policy: str, settings: Settings) -> Reasons:
        """All minimal sets of stated facts that force the class (of an open case: the possible classes)."""
        classes = self.situations.view(case, policy, settings).possible
        switches = self._switches(case, policy)
        found = minimal(
            reason
            for kept in subsets(switches)
            for reason in self._within(case, policy, settings, classes, switches - kept)
        )
        names = [tuple(self._by_rank(reason)) for reason in found]
        reasons = tuple(sorted(names, key=lambda reason: (len(reason), reason)))
        used = set(chain.from_iterable(reasons))
        ranked = self.situations.catalog.in_rank(classes)
        irrelevant = tuple(name for name in case.facts if name not in used)
        grounds = tuple(self._grounds(case, policy, settings, reason, at) for at, reason in enumerate(reasons))
        premises = PremiseSearch(self.situations).of_case(case, policy, settings)
        return Reasons(policy, ranked, reasons, irrelevant, grounds, case=case, settings=settings, premises=premises)

    def _grounds(self, case: StatedCase, policy: str, settings: Settings, reason: tuple[str, ...], at: int) -> Premises:
        """What the case that states the reason alone rests on."""
        alone = case.changed(dict.fromkeys(name for name in case.facts if name not in reason))
        view = self.situations.view(alone, policy, settings)
        return PremiseSearch(self.situations).of_view(alone, view, settings, with_readings=at < FIRST)

    def _by_rank(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: self.situations.vocabulary[name].rank)

    def _switches(self, case: StatedCase, policy: str) -> frozenset[str]:
        """The stated facts of which the dropping brings a conditional presumption back, or takes it away."""
        names: set[str] = set()
        for presumption in self.situations.catalog.presumptions:
            if presumption.concerns(policy) and presumption.value is None:
                names |= presumption.switched_by
        return frozenset(names & case.facts.keys())

    def _within(
        self, case: StatedCase, policy: str, settings: Settings, classes: frozenset[str], dropped: frozenset[str]
    ) -> set[frozenset[str]]:
        """The reasons that keep all switching facts but ``dropped``."""
        kept = case.changed(dict.fromkeys(dropped))
        view = self.situations.view(kept, policy, settings)
        bare = self.situations.view(StatedCase(None), policy, settings)
        goal, possible = self.compiler.goal(policy, view.readings, [name for name, _ in view.presumed], classes)
        presumed_facts = {name: place for name, (_, place) in view.presumed_facts.items()}
        source = self.compiler.forest
        forest, wanted = source.restricted((goal,), {}, bool)
        _, allowed = source.restricted((possible,), {}, bool, forest)
        gathered = Gathered.of(self.compiler, forest, (wanted, allowed))
        variable, at = gathered.variable, gathered.place
        moves = {variable[name]: Move(at(name, place)) for name, place in presumed_facts.items()}
        switching = self._switches(case, policy) - dropped
        for name, place in self.situations.positions(kept).items():
            if name in switching:
                moves[variable[name]] = Move(at(name, place))
            else:
                presumed = bare.presumed_facts.get(name)
                moves[variable[name]] = Move(at(name, presumed[1]) if presumed else None, (at(name, place),))
        wanted, allowed = gathered.roots
        found = minimal_sets(gathered.forest, wanted, allowed, moves)
        return {frozenset(gathered.order[each] for each in reason) | switching for reason in found}
