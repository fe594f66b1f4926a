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
    """A value of a fact, or a stretch of values that no rule tells apart, and the outcome at each policy."""

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

    if attribute.type == "choice":
        tried: list[tuple[Value, str]] = [(each, attribute.in_words(each)) for each in attribute.spelled]
    else:
        # A button states an example, so its stretch may be no wider than what every rule, edition and reading takes for
        # one: two that come to the same today are two all the same, for the day may still be changed.
        tried = [
            (example_at(axis, place), values_in_words(axis, values_at(axis, {place})))
            for place in range(len(axis.classes))
        ]
    found = []
    for value, words in tried:
        try:
            said = kb.decide(kb.read(case.changed({name: value})), None, settings).determinations
        except CaseError:
            continue  # it cannot be beside the other facts
        found.append(Alternative(value, words, {policy: each.outcome for policy, each in said.items()}))
    return tuple(found)
