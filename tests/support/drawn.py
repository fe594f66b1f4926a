"""Random cases of any service, drawn where some rule can tell values apart. All of them are made up.

``tests.support.random_cases`` knows the facts of one service; here nothing is known but the axes and the stored tests
of the policies: most cases are one of these with some facts changed and some taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from itertools import product
from random import Random
from typing import Any

from payerlogic import CaseError, KnowledgeBase, StatedCase
from payerlogic.authoring.case_tests import stored_tests
from payerlogic.program.files import shipped_folder
from payerlogic.program.values import Value
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.typical_values import example_at


def values(kb: KnowledgeBase, name: str) -> list[Value]:
    """One value for each stretch of an attribute that some rule can tell apart; of a set none, each member, and all."""
    axis = kb.axes[name]
    if isinstance(axis, ValueAxis):
        return [example_at(axis, position) for position in range(len(axis.classes))]
    members = [each.value for each in axis.attribute.choices]
    sets = [frozenset[str](), *(frozenset({each}) for each in members), frozenset(members)]
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


def changed(kb: KnowledgeBase, case: StatedCase, names: Collection[str]) -> Iterator[tuple[frozenset[str], StatedCase]]:
    """The possible cases in which these facts have any values, each with those that are not as they were."""
    choices = [[None, *(each for each in values(kb, name) if each != case.facts.get(name))] for name in sorted(names)]
    for chosen in product(*choices):
        new = {name: value for name, value in zip(sorted(names), chosen, strict=True) if value is not None}
        try:
            yield frozenset(new), kb.read({**case.facts, **new})
        except CaseError:
            continue
