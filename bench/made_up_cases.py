"""Made-up cases for the benchmark: random, the same for the same seed, possible, and describing nobody."""

from __future__ import annotations

import random
from datetime import date

from payerlogic import CaseError, KnowledgeBase
from payerlogic.program.attribute import Attribute

USUAL = 0.9  # how often a fact that is usually presumed has its presumed value


def complete_case(kb: KnowledgeBase, rng: random.Random) -> dict[str, object]:
    """A case that states every attribute, breaks no axiom, and has no fact that withholds another."""
    presumed = {each.attribute: each.value for each in kb.catalog.presumptions if each.value not in (None, "today")}
    while True:
        case = {
            name: presumed[name] if name in presumed and rng.random() < USUAL else _value(attribute, rng)
            for name, attribute in kb.vocabulary.items()
        }
        try:
            stated = kb.read(case)
        except CaseError:
            continue
        if stated.facts.keys() == kb.vocabulary.keys():
            return case


def partial_case(kb: KnowledgeBase, rng: random.Random, missing: float) -> dict[str, object]:
    """A complete case from which each fact is left out with the probability ``missing``; one that is possible, for a
    fact that withholds another may be among those that go."""
    while True:
        case = {name: value for name, value in complete_case(kb, rng).items() if rng.random() >= missing}
        try:
            kb.read(case)
        except CaseError:
            continue
        return case


def _value(attribute: Attribute, rng: random.Random) -> object:
    if attribute.type == "integer":
        return rng.randint(attribute.least, attribute.greatest)
    if attribute.type == "boolean":
        return rng.random() < 0.5
    if attribute.type == "date":
        return date(
            rng.choice([2022, 2023, 2023, 2024, 2025, 2026]), rng.randint(1, 12), rng.randint(1, 28)
        ).isoformat()
    if attribute.type == "set":
        some = [word for word in attribute.spelled if rng.random() < 0.5]
        return some or ([rng.choice(attribute.spelled)] if attribute.nonempty else [])
    return rng.choice(attribute.spelled)
