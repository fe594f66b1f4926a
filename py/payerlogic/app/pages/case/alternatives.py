"""What each other value of a fact would lead to: the next question as buttons, and the what-if strip.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"primary_site": "rectum", "t_category": "T4"})
>>> [(each.words, each.outcomes["nia"]) for each in alternatives(kb, case, kb.settings(), "margin_status")][:2]
[('negative', 'open'), ('close', 'approved')]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from payerlogic.answers.decision import Determination
from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import CASES, kept
from payerlogic.cases.case import StatedCase
from payerlogic.errors import CaseError
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.settings import Settings
from payerlogic.semantics.typical_values import example_at
from payerlogic.semantics.value_sets import values_at, values_in_words


@dataclass(frozen=True)
class Alternative:
    """A value of a fact, or a stretch of values that come to the same, and the outcome at each policy."""

    value: Value
    words: str
    outcomes: Mapping[str, str]


@kept(CASES)
def alternatives(kb: KnowledgeBase, case: StatedCase, settings: Settings, name: str) -> tuple[Alternative, ...]:
    """Every value that can be stated beside the other facts, each decided; none for a set, which has too many, and
    none for what others follow from: values that no rule tells apart would give different ones."""
    attribute = kb.vocabulary[name]
    axis = kb.axes[name]
    if not isinstance(axis, ValueAxis) or name in case.giving(kb.vocabulary):
        return ()

    def decided(value: Value) -> Mapping[str, Determination] | None:
        """What follows; None where the value cannot be beside the other facts."""
        try:
            return kb.decide(kb.read(case.changed({name: value})), None, settings).determinations
        except CaseError:
            return None

    if attribute.type == "choice":
        each_decided = [(each, attribute.in_words(each), decided(each)) for each in attribute.spelled]
        return tuple(Alternative(value, words, _outcomes(said)) for value, words, said in each_decided if said)
    found = []
    places = [(place, decided(example_at(axis, place))) for place in range(len(axis.classes))]
    for _, stretch in groupby(places, key=lambda each: _left(each[1]) if attribute.is_ordered else each[0]):
        own = dict(stretch)
        first = next(place for place in axis.usual if place in own)
        if said := own[first]:
            words = values_in_words(axis, values_at(axis, set(own)))
            found.append(Alternative(example_at(axis, first), words, _outcomes(said)))
    return tuple(found)


def _outcomes(said: Mapping[str, Determination]) -> dict[str, str]:
    return {policy: each.outcome for policy, each in said.items()}


def _left(said: Mapping[str, Determination] | None) -> object:
    """What is possible and what still decides: stretches of which these are the same are one answer to a question,
    though a rule of another edition or reading tells them apart."""
    return said and [(policy, each.possible, each.deciding) for policy, each in said.items()]
