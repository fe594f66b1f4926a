"""Sufficient reasons: which of the stated facts already force the class, minimally.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close", "age_years": 61}
    >>> [sorted(reason) for reason in kb.reasons(case, "nia").reasons]
    [['margin_status', 'primary_site', 't_category']]

Presumptions are part of what forces a class: each reason has the premises without which it would be none.

A set of stated facts is a reason if whatever agrees with it, on what is presumed of the case, is decided the same
(prime implicants of the decision that cover the case: Darwiche and Hirth 2020). All minimal reasons are found.

INVARIANT: a stated fact that a reason leaves out may have any value; nothing is presumed in its place. So the same case
with other values of what makes no difference has the same answer, as far as what the case presumes still holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.premise_search import PremiseSearch
from payerlogic.answers.premises import Premises
from payerlogic.answers.relevance import switching
from payerlogic.answers.why_not.working_sets import subsets
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.minimal_sets import Move, minimal, minimal_sets
from payerlogic.semantics.case_view import View
from payerlogic.semantics.gathered import Gathered
from payerlogic.semantics.model import Model
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings

FIRST = 12
"""For as many reasons the readings are tried."""


@dataclass(frozen=True)
class Reasons(CaseAnswer):
    """The minimal reasons, shortest first; with other values of the ``irrelevant`` facts, too, the same is possible.

    These are in no reason, and of an open case in no set with which each completion keeps its class. ``grounds`` are
    the premises of each reason: without one of its presumptions it would not force the class, and with one of its
    readings switched it would force another. Of many reasons, only the first ones try the readings.
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
        view = self.situations.view(case, policy, settings)
        classes = view.possible
        switches = self._switches(case, view)
        found = minimal(
            reason
            for dropped in subsets(switches)
            for reason in self._within(case, self._less(view, dropped), classes, switches - dropped)
        )
        names = [tuple(self._by_rank(reason)) for reason in found]
        reasons = tuple(sorted(names, key=lambda reason: (len(reason), reason)))
        ranked = self.situations.catalog.in_rank(classes)
        irrelevant = self._irrelevant(case, view, set(chain.from_iterable(reasons)))
        grounds = tuple(self._grounds(case, policy, settings, reason, at) for at, reason in enumerate(reasons))
        premises = PremiseSearch(self.situations).of_case(case, policy, settings)
        return Reasons(policy, ranked, reasons, irrelevant, grounds, case=case, settings=settings, premises=premises)

    def _grounds(self, case: StatedCase, policy: str, settings: Settings, reason: tuple[str, ...], at: int) -> Premises:
        """What it rests on that the reason alone forces the class."""
        dropped = case.facts.keys() - set(reason)
        stated = {name: place for name, place in self.situations.positions(case).items() if name in reason}

        def alone(settings: Settings) -> View:
            view = self.situations.view(case, policy, settings)
            return replace(self._less(view, dropped), known=stated)

        return PremiseSearch(self.situations).of_reason(alone, settings, with_readings=at < FIRST)

    def _by_rank(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: self.situations.vocabulary[name].rank)

    def _switches(self, case: StatedCase, view: View) -> frozenset[str]:
        """The stated facts without which something would not be presumed, or might not."""
        made = {name for name, _ in view.made}
        switching = (each.switched_by for each in self.situations.catalog.presumptions if each.id in made)
        return frozenset().union(*switching) & case.facts.keys()

    def _less(self, view: View, dropped: Collection[str]) -> View:
        """The view without what is presumed only as these facts are stated."""
        for each in self.situations.catalog.presumptions:
            if not each.switched_by.isdisjoint(dropped):
                view = view.without_presumption(each.id)
        return view

    def _within(
        self, case: StatedCase, view: View, classes: frozenset[str], switching: frozenset[str]
    ) -> set[frozenset[str]]:
        """The reasons that keep these switching facts, on what a view presumes."""
        goal, possible = self.compiler.goal(view.policy, view.readings, [name for name, _ in view.presumed], classes)
        return self._sets(case, view, goal, possible, switching)

    def _sets(
        self, case: StatedCase, view: View, goal: int, possible: int, switching: frozenset[str]
    ) -> set[frozenset[str]]:
        """The minimal sets of stated facts, these included, with which a goal holds."""
        source = self.compiler.forest
        forest, wanted = source.restricted((goal,), {}, bool)
        _, allowed = source.restricted((possible,), {}, bool, forest)
        gathered = Gathered.of(self.compiler, forest, (wanted, allowed))
        variable, at = gathered.variable, gathered.place
        moves = {variable[name]: Move(at(name, place)) for name, (_, place) in view.presumed_facts.items()}
        for name, place in self.situations.positions(case).items():
            position = at(name, place)
            moves[variable[name]] = Move(position) if name in switching else Move(None, (position,))
        wanted, allowed = gathered.roots
        found = minimal_sets(gathered.forest, wanted, allowed, moves)
        return {frozenset(gathered.order[each] for each in reason) | switching for reason in found}

    # --- What makes no difference ------------------------------------------------------------------------------

    def _irrelevant(self, case: StatedCase, view: View, used: set[str]) -> tuple[str, ...]:
        """The stated facts with other values of which, too, the same is possible."""
        vocabulary = self.situations.vocabulary
        if len(view.possible) > 1:
            used = used.union(*self._keeping_open(case, view))
            used |= switching(self.situations, view.policy)  # another presumption could narrow it
        used |= {other for name in used for other, _ in vocabulary[name].withheld_by}
        used = used.union(*(case.derived[name].sources for name in used & case.derived.keys()))
        return tuple(name for name in case.facts if name not in used)

    def _keeping_open(self, case: StatedCase, view: View) -> set[frozenset[str]]:
        """The minimal sets of stated facts with which each completion is possible still, and keeps its class."""
        forest, positions = self.compiler.forest, self.situations.positions(case)
        stated = self.compiler.all_at(positions)
        names = [name for name, _ in view.presumed]
        goal, possible = self.compiler.goal(view.policy, view.readings, names, view.possible)
        _, still = forest.restricted((possible,), stated, bool, forest)
        unknown = self.compiler.levels_of(name for name in view.compiler.axes if name not in positions)
        at_all = forest.exists(possible, unknown)
        goal = forest.conj(goal, forest.disj(possible, forest.negate(still), forest.negate(at_all)))
        for class_ in view.possible:
            wanted, _ = self.compiler.goal(view.policy, view.readings, names, frozenset({class_}))
            has_it = forest.conj(wanted, possible)
            _, had_it = forest.restricted((has_it,), stated, bool, forest)
            goal = forest.conj(goal, forest.disj(forest.negate(has_it), had_it, forest.negate(still)))
        return self._sets(case, view, goal, possible, frozenset())
