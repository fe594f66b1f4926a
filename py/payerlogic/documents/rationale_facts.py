"""What a rationale says of the case: what is stated, what follows, what is presumed, what still decides.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> case, settings = kb.read({"primary_site": "brain"}), kb.settings()
>>> facts = Facts(kb, case, settings, kb.decide(case, ["nia"], settings).determinations)
>>> facts.table().rows[0]
('primary site', 'brain', 'stated')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from payerlogic.answers.decision import Determination
from payerlogic.cases.case import StatedCase
from payerlogic.documents.blocks import Block, Bullets, Paragraph, Table
from payerlogic.semantics.model import Model
from payerlogic.semantics.phrases import needs_in_words
from payerlogic.semantics.settings import Settings

NOT_STATED = "not stated"


class Facts:
    """The facts of one case as the determinations take them."""

    def __init__(
        self, kb: Model, case: StatedCase, settings: Settings, determinations: Mapping[str, Determination]
    ) -> None:
        self.kb = kb
        self.case = case
        self.settings = settings
        self.determinations = determinations
        self.views = {policy: kb.view(case, policy, settings) for policy in determinations}
        self.named: set[str] = set()

    def blocks(self) -> Iterator[Block]:
        """The table of facts, and what is not stated and does not matter."""
        table = self.table()
        if not self.case.facts:
            yield Paragraph("Nothing is stated of this case.", strong=True)
        if table.rows:
            yield table
        others = [each.label for name, each in self.kb.vocabulary.items() if name not in self.named]
        if others:
            yield Bullets.of(
                "Not stated",
                [f"Not stated, and not able to change a determination of this document: {', '.join(others)}."],
            )

    def table(self) -> Table:
        """A row for each fact that is stated, follows, is presumed or still decides."""
        rows = [*self._stated(), *self._implied(), *self._presumed(), *self._deciding()]
        return Table.of("Facts of the case, and how each is known", ("Fact", "Value", "How it is known"), rows)

    def _row(self, name: str, value: str, known: str) -> tuple[str, str, str]:
        self.named.add(name)
        return self.kb.vocabulary[name].label, value, known

    def _stated(self) -> Iterator[tuple[str, str, str]]:
        for name, attribute in self.kb.vocabulary.items():
            if name in self.case.facts:
                value = attribute.in_words(self.case.facts[name])
                yield self._row(name, value, f"stated{self._as_written(name)}")
            elif name in self.case.written:
                yield self._row(name, "unknown", f"stated{self._as_written(name)}")

    def _as_written(self, name: str) -> str:
        return f", written {self.case.written[name]}" if name in self.case.written else ""

    def _implied(self) -> Iterator[tuple[str, str, str]]:
        """What the axioms leave no choice about; the same at every policy."""
        known = next(iter(self.views.values())).known if self.views else {}
        for name in self.kb.vocabulary:
            if name in known and name not in self.case.facts:
                words = needs_in_words(self.kb.axes[name], [known[name]])
                yield self._row(name, words, "follows from what is stated")

    def _presumed(self) -> Iterator[tuple[str, str, str]]:
        """The presumptions that some determination relies on, with whose they are."""
        relying: dict[str, list[str]] = {}
        words: dict[str, str] = {}
        for policy, determination in self.determinations.items():
            for each in determination.presumptions:
                relying.setdefault(each.id, []).append(self.kb.catalog.policies[policy].payer)
                words[each.id] = each.text
        for presumption in self.kb.catalog.presumptions:
            if presumption.id in relying:
                where = "" if len(relying[presumption.id]) == len(self.determinations) else relying[presumption.id]
                at = f" at {', '.join(where)}" if where else ""
                yield self._row(presumption.attribute, words[presumption.id], f"presumed{at}, since it is not stated")

    def _deciding(self) -> Iterator[tuple[str, str, str]]:
        for name in self.kb.vocabulary:
            payers = [
                self.kb.catalog.policies[policy].payer
                for policy, each in self.determinations.items()
                if name in each.deciding
            ]
            if payers:
                yield self._row(name, NOT_STATED, f"unknown; can still change the determination of {', '.join(payers)}")
