"""Random cases, the same for every run of the same seed. All of them are made up.

Half of them are a stored case with some facts taken back and some changed, so that they come close
to what the policies ask for; the other half are drawn evenly. Thresholds and their neighbors are
drawn more often than other numbers and days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from payerlogic import CaseError, KnowledgeBase, Settings, StatedCase
from payerlogic.authoring.case_tests import stored_tests
from payerlogic.program.attribute import Attribute
from payerlogic.program.files import shipped_folder
from payerlogic.text.days import date_of

SHIPPED = ("bcbsaz", "nia")
ORDINARY = {
    "date_of_service": date(2025, 3, 3),
    "cpt_codes": ["77425"],
    "service_is_iort": True,
    "documentation_complete": True,
    "oncologic": True,
}


class RandomCases:
    """Draws cases, readings and settings from one seed."""

    def __init__(self, kb: KnowledgeBase, seed: int) -> None:
        self.kb = kb
        self.rng = Random(seed)
        every = stored_tests(shipped_folder())
        self.stored = [case for case in every if case.error is None and case.expect.keys() <= {*kb.policies, *SHIPPED}]
        self.bounds: dict[str, list[int]] = {}
        for name, how, number in kb.ground.rows("bound", 3):
            self.bounds.setdefault(str(name), []).append(int(number) + (how == "at_most"))

    def value(self, attribute: Attribute) -> Any:
        rng = self.rng
        if attribute.type == "boolean":
            return rng.random() < 0.5
        if attribute.type == "integer":
            near = rng.choice(self.bounds.get(attribute.name, [attribute.least])) + rng.choice([-1, 0, 1])
            drawn = rng.choice([near, rng.randint(attribute.least, attribute.greatest)])
            return min(max(drawn, attribute.least), attribute.greatest)
        if attribute.type == "date":
            return self.day()
        if attribute.type == "set":
            words = [*attribute.spelled, *(["99213"] if attribute.open_value else [])]
            return rng.sample(words, rng.randint(1 if attribute.nonempty else 0, rng.choice([1, 2, len(words)])))
        return rng.choice(attribute.spelled)

    def day(self) -> date:
        """A day, most often the first of a period or the day before."""
        first = [found for number in self.bounds["date_of_service"] if (found := date_of(number))]
        return self.rng.choice(first) + timedelta(days=self.rng.choice([-400, -1, -1, 0, 0, 90]))

    def facts(self, *, stated: float | None = None) -> dict[str, Any]:
        """Facts that may clash; each attribute is stated with probability ``stated`` (by default any)."""
        rng = self.rng
        share = rng.random() if stated is None else stated
        found = {name: self.value(each) for name, each in self.kb.vocabulary.items() if rng.random() < share}
        if rng.random() < 0.7:  # an ordinary request, so that the criteria are reached
            found |= {name: value for name, value in ORDINARY.items() if name in found and rng.random() < 0.9}
        if rng.random() < 0.5:
            base = rng.choice(self.stored).case
            found |= {name: value for name, value in base.items() if value is not None and rng.random() < 0.95}
        return found

    def case(self, *, stated: float | None = None) -> StatedCase:
        """A case whose facts can go together."""
        while True:
            facts = self.facts(stated=stated)
            try:
                return self.kb.read(facts)
            except CaseError:
                for clash in (
                    ("t_category", "tumor_behavior"),
                    ("device", "modality"),
                    ("fda_status", "ei_conditions"),
                ):
                    facts.pop(self.rng.choice(clash), None)

    def nearly_complete(self, unknown: int) -> StatedCase:
        """A case that states all but so many facts."""
        case = self.case(stated=1.0)
        missing = [name for name in self.kb.vocabulary if name not in case.facts]
        rest = self.rng.sample(sorted(case.facts), k=max(0, unknown - len(missing)))
        return case.changed(dict.fromkeys(rest))

    def readings(self) -> dict[str, str]:
        """Any option of some readings, mostly few."""
        share = self.rng.choice([0, 0.1, 0.5, 1])
        return {
            reading.id: self.rng.choice(reading.options).name
            for reading in self.kb.catalog.readings.values()
            if self.rng.random() < share
        }

    def settings(self) -> Settings:
        return self.kb.settings(self.readings(), presumptions=self.rng.random() < 0.6, as_of=self.day())

    def questions(self, count: int, *, stated: float | None = None) -> Iterator[tuple[StatedCase, str, Settings]]:
        """So many cases, each with a policy and with settings to ask it with."""
        for _ in range(count):
            yield self.case(stated=stated), self.rng.choice(self.kb.policies), self.settings()
