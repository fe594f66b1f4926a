"""What reports on a comparison share: sides, classes, boxes and witnesses in words.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> found = kb.compare("nia", "bcbsaz")
>>> Words.of(kb, found).class_("medically_necessary")
'approved (medically necessary)'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Boxed, Comparison, Party
from payerlogic.program.catalog import Catalog
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import AnyAxis, ValueAxis
from payerlogic.semantics.model import Model
from payerlogic.semantics.phrases import needs_in_words
from payerlogic.semantics.value_sets import BoxValues, values_in_words
from payerlogic.text.days import UNKNOWN, read_day
from payerlogic.text.phrases import day_in_words, edition_in_words

EVERY_CASE = "every case"


@dataclass(frozen=True)
class Relation:
    """How two classes relate, for people: a mark, a word, and what it means."""

    mark: str
    word: str
    meaning: str


RELATIONS = {
    "conflict": Relation("✗", "conflict", "approved at one, denied at the other"),
    "process": Relation("◐", "process", "one decides and the other reviews, waits or contradicts itself"),
    "basis": Relation("≈", "other basis", "the same outcome, for another reason"),
    "silent": Relation("○", "silent", "at least one does not address these cases"),
    "agree": Relation("=", "agree", "the same class at both"),
}


@dataclass(frozen=True)
class Words:
    """Words for one comparison."""

    catalog: Catalog
    vocabulary: Vocabulary
    axes: Mapping[str, AnyAxis]
    left: str
    right: str
    asked_on: str = ""
    """The one side of which the date of a case speaks, where the other has a day of its own."""

    @classmethod
    def of(cls, kb: Model, comparison: Comparison) -> Words:
        names = side_names(kb.catalog, comparison.left, comparison.right)
        parties = (comparison.left, comparison.right)
        free = [name for name, party in zip(names, parties, strict=True) if not party.has_day(kb.catalog)]
        return cls(kb.catalog, kb.vocabulary, kb.axes, *names, free[0] if len(free) == 1 else "")

    def class_(self, name: str) -> str:
        """The outcome, and the class that gives it."""
        found = self.catalog.classes[name]
        return f"{self.outcome(found.outcome)} ({found.label})"

    def outcome(self, name: str) -> str:
        return self.catalog.outcomes.get(name, name).lower()

    def pair(self, left: str, right: str) -> str:
        return f"{self.left}: {self.class_(left)}; {self.right}: {self.class_(right)}"

    def values(self, name: str, value: BoxValues, positions: Iterable[int]) -> str:
        """The values of one attribute that a box takes."""
        axis = self.axes[name]
        return needs_in_words(axis, sorted(positions)) if isinstance(axis, ValueAxis) else values_in_words(axis, value)

    def condition(self, name: str, value: BoxValues, positions: Iterable[int]) -> str:
        """One attribute of a box as a clause: "surgical margin: close or positive"."""
        attribute = self.vocabulary[name]
        if attribute.type == "boolean" and isinstance(value, list) and len(value) == 1:
            return attribute.describe(value[0] is True)
        unit = f" ({attribute.unit})" if attribute.unit and attribute.unit not in attribute.label else ""
        whose = f" at {self.asked_on}" if name == self.catalog.version_day and self.asked_on else ""
        return f"{attribute.label}{unit}{whose}: {self.values(name, value, positions)}"

    def box(
        self, box: Mapping[str, BoxValues], positions: Mapping[str, frozenset[int]], *, without: Iterable[str] = ()
    ) -> str:
        """A box in one clause; the attributes in ``without`` are named elsewhere."""
        left_out = set(without)
        conditions = [self.condition(name, box[name], positions.get(name, ())) for name in box if name not in left_out]
        return "; ".join(conditions) or EVERY_CASE

    def region(self, region: Boxed, *, without: Iterable[str] = ()) -> str:
        """The box of a region in one clause, and that it stands for every order of some records."""
        orders = [f"in any order of the {self.vocabulary.records[name].one} records" for name in region.any_order]
        return "; ".join([self.box(region.box, region.positions, without=without), *orders])

    def case(self, case: StatedCase) -> str:
        """A case as a list of facts, in the order of the vocabulary."""
        facts = []
        for name in self.vocabulary:
            if name in case.facts:
                whose = f" (at {self.asked_on})" if name == self.catalog.version_day and self.asked_on else ""
                facts.append(f"{self.vocabulary[name].describe(case.facts[name])}{whose}")
        return "; ".join(facts) or EVERY_CASE

    def within(self, comparison: Comparison) -> str:
        """The premises of a universal sentence, as its end: which cases, which editions, which readings."""
        parties = (comparison.left, comparison.right)
        cases = "for cases that agree with the presumptions" if comparison.premises.presumptions else "for every case"
        readings = "the default readings"
        if any(party.settings.readings for party in parties):
            readings = "the readings chosen here"
        return f"{cases}, {self._editions(parties)}, under {readings}"

    def _editions(self, parties: tuple[Party, Party]) -> str:
        """The editions that are compared."""
        alone = parties[0].policy == parties[1].policy
        editions = []
        for name, party in zip((self.left, self.right), parties, strict=True):
            edition, whose = party.edition(self.catalog), "" if alone else f" ({name})"
            if not party.has_day(self.catalog):
                editions.append(f"the edition in force on the date of service{whose}")
            elif edition is None:
                editions.append(f"no edition yet on {day_in_words(party.day)}{whose}")
            else:
                dated = edition if edition == UNKNOWN else day_in_words(read_day(edition))
                editions.append(f"the {edition_in_words(dated)}{whose}")
        return f"with {' and '.join(dict.fromkeys(editions))}"

    def readings(self, chosen: Mapping[str, str]) -> list[str]:
        """Readings that differ from the default, each as its question and the meaning taken."""
        return [
            f"{self.catalog.readings[id_].question} Read as '{self.catalog.readings[id_].meaning(option)}'"
            f" ({id_}={option})."
            for id_, option in sorted(chosen.items())
        ]


def side_names(catalog: Catalog, left: Party, right: Party) -> tuple[str, str]:
    """The two sides, named by whatever differs: payer, document, day or readings."""
    books = [catalog.policies[party.policy] for party in (left, right)]
    names = [book.payer_short for book in books]
    if names[0] == names[1] and books[0].id != books[1].id:
        names = [book.document for book in books]
    if names[0] != names[1]:
        return names[0], names[1]
    marks: list[list[str]] = [[], []]
    days = [party.day.isoformat() if party.has_day(catalog) else "any date" for party in (left, right)]
    if days[0] != days[1]:
        marks = [[day] for day in days]
    for id_, reading in catalog.readings.items():
        options = [party.settings.readings.get(id_, reading.default) for party in (left, right)]
        if options[0] != options[1]:
            marks[0].append(f"{id_}={options[0]}")
            marks[1].append(f"{id_}={options[1]}")
    if not marks[0]:  # the same thing twice
        marks = [["left"], ["right"]]
    return f"{names[0]} ({', '.join(marks[0])})", f"{names[1]} ({', '.join(marks[1])})"
