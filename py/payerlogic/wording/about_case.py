"""What the answers about one case have in common in words: classes, what is presumed, and readings.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"primary_site": "brain"})
>>> premises = kb.decide(case, "bcbsaz", with_readings=True).premises
>>> [str(line) for line in CaseSentences(kb, case, kb.settings()).readings(premises)]
['No single reading encoded here, read differently, would change it.']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from payerlogic.answers.decision import Decider, Determination
from payerlogic.answers.premises import Premises, Switches
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import listed
from payerlogic.wording.outline import Line

FEW = 3


class CaseSentences:
    """Puts what is said of one case into words."""

    def __init__(self, kb: Model, case: StatedCase, settings: Settings) -> None:
        self.kb = kb
        self.case = case
        self.settings = settings
        self.vocabulary = kb.vocabulary
        self.catalog = kb.catalog

    def _decided(self, policy: str) -> Determination:
        return Decider.of(self.kb).decide(self.case, policy, self.settings)

    def _classes(self, names: Sequence[str]) -> str:
        return "; or ".join(self.catalog.classes[name].label for name in names)

    def _premises(self, premises: Premises) -> Iterator[Line]:
        """What is usually assumed, and the readings that would change it."""
        yield from map(Line, premises.usual_sentences)
        yield from self.readings(premises)

    def readings(self, premises: Premises, depth: int = 0) -> Iterator[Line]:
        """The readings that would change an answer, the first ones in words."""
        for each in premises.readings[:FEW]:
            yield self._reading(each, depth, before="Depends on a reading: ")
        if (more := len(premises.readings) - FEW) > 0:
            yield Line(f"Depends on {more} more (all are in the JSON output).", depth)
        if premises.tried == "single" and not premises.readings:
            yield Line("No single reading encoded here, read differently, would change it.", depth)

    def _reading(self, switches: Switches, depth: int, mark: str = "", before: str = "") -> Line:
        cited = "; ".join(dict.fromkeys(self._cited(reading) for reading, _ in switches.options))
        return Line(f"{before}{switches.text}", depth, mark, citation=f"{cited}; {switches.in_ids}")

    def _label(self, attribute: str) -> str:
        return self.vocabulary[attribute].label

    def _labels(self, attributes: Sequence[str]) -> str:
        return listed(map(self._label, attributes))

    def _wanted(self, want: str) -> str:
        return self.catalog.outcomes[want].lower() if want in self.catalog.outcomes else repr(self._classes([want]))

    def _cited(self, reading: str) -> str:
        found = self.catalog.readings[reading]
        if found.policy not in self.catalog.policies:
            return f"{reading}: {found.why_default}"
        return self.catalog.citation(found.policy, found.statements)
