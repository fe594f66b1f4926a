"""Random cases of any service, drawn where some rule can tell values apart. All of them are made up.

``tests.support.random_cases`` knows the facts of one service; here nothing is known but the axes and the stored tests
of the policies: most cases are one of these with some facts changed and some taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from payerlogic import CaseError, KnowledgeBase, StatedCase
from payerlogic.authoring.case_tests import stored_tests
from payerlogic.program.files import shipped_folder
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.typical_values import example_at


def values(kb: KnowledgeBase, name: str) -> list[Value]:
    """One value for each stretch of an attribute that some rule can tell apart; of a set, none and each member."""
    axis = kb.axes[name]
    if isinstance(axis, ValueAxis):
        return [example_at(axis, position) for position in range(len(axis.classes))]
    sets = [frozenset[str](), *(frozenset({each.value}) for each in axis.attribute.choices)]
    return [each for each in sets if each or not axis.attribute.nonempty]


@cache
def _stored(policies: frozenset[str]) -> tuple[dict[str, Any], ...]:
    every = stored_tests(shipped_folder())
    return tuple(dict(each.case) for each in every if each.error is None and each.expect.keys() <= policies)


def drawn(kb: KnowledgeBase, rng: Random, share: float = 0.8) -> StatedCase:
    """A case whose facts can go together; a fact that is drawn, or was stored, is stated with probability ``share``."""
    names = [name for name in kb.axes if kb.vocabulary[name].slot is None]
    stored = _stored(frozenset(kb.policies))
    while True:
        base: dict[str, Any] = dict(rng.choice(stored)) if stored and rng.random() < 0.8 else {}
        few = rng.sample(names, rng.randint(0, 3)) if base else names
        facts = {**base, **{name: rng.choice(values(kb, name)) for name in few}}
        facts = {name: value for name, value in facts.items() if value is not None and rng.random() < share}
        try:
            return kb.read(facts)
        except CaseError:
            continue


def changed_alone(kb: KnowledgeBase, case: StatedCase, names: frozenset[str]) -> Iterator[StatedCase]:
    """The possible cases in which some of the stated facts have any values, among them those that they have."""
    ways: list[dict[str, Value]] = [{}]
    for name in sorted(names):
        ways = [{**way, name: value} for way in ways for value in values(kb, name)]
    for way in ways:
        try:
            yield kb.read({**case.facts, **way})
        except CaseError:
            continue
