"""Facts against what a rule needs: possible values of a partial case, and the comparison in words.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.semantics.settings import Settings
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"age_years": 45})
>>> comparisons = Comparisons(kb.view(case, "nia"), case, kb.vocabulary, Settings())
>>> comparisons.in_words("age_years", [1])
'age is 45 years, needs 50 or more'
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import TRUE
from payerlogic.program.attribute import Attribute
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_view import View
from payerlogic.semantics.phrases import members_needed, needs_in_words
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import day_in_words

Box = list[tuple[str, list[int]]]


class Comparisons:
    """What one view of a case says of single attributes."""

    def __init__(self, view: View, case: StatedCase, vocabulary: Vocabulary, settings: Settings) -> None:
        self.view = view
        self.case = case
        self.vocabulary = vocabulary
        self.settings = settings
        self._forest = view.compiler.forest
        self._axes = view.compiler.axes
        self._spoken_for = {attribute for _, attribute in view.presumed}
        self._possible: dict[str, frozenset[int]] = {}

    def _sizes(self, attribute: str) -> range:
        return range(len(self._axes[attribute].classes))

    def possible(self, attribute: str) -> frozenset[int]:
        """The positions that the attribute has in some completion."""
        if attribute not in self._possible:
            variable = self.view.compiler.variable[attribute]
            if variable in self.view.fixed:
                found = frozenset({self.view.fixed[variable]})
            else:
                test = self._forest.literal
                sizes = self._sizes(attribute)
                found = frozenset(each for each in sizes if True in self.view.over(test(variable, {each})))
            self._possible[attribute] = found
        return self._possible[attribute]

    def positions(self, diagram: int, attribute: str) -> list[int]:
        """The positions at which a diagram that asks this attribute alone holds."""
        variable = self.view.compiler.variable[attribute]
        return [each for each in self._sizes(attribute) if self._forest.follow(diagram, {variable: each}) == TRUE]

    def box(self, diagram: int, attributes: Sequence[str]) -> Box:
        """A diagram as "each attribute has one of these values"; empty if it says more than that."""
        sides: Box = []
        product = TRUE
        for attribute in attributes:
            variable = self.view.compiler.variable[attribute]
            sizes = self._sizes(attribute)
            positions = [each for each in sizes if (True,) in self._forest.image((diagram,), {variable: each})]
            sides.append((attribute, positions))
            product = self._forest.conj(product, self._forest.literal(variable, positions))
        return sides if product == diagram else []

    def is_presumed(self, attribute: str, positions: Sequence[int]) -> bool:
        """Whether a presumption, not a stated fact, decides whether the attribute is at ``positions``."""
        if attribute in self.view.presumed_facts:
            return True
        settled = self.possible(attribute) <= set(positions) or not self.possible(attribute) & set(positions)
        return attribute in self._spoken_for and settled

    def in_words(self, attribute: str, positions: Sequence[int], criterion: str | None = None) -> str:
        """ "age is 62 years, needs 50 or more"; where a value of a list is met, the fact alone, led by the criterion's
        own words."""
        described = self.vocabulary[attribute]
        needs = needs_in_words(self._axes[attribute], positions)
        met = self.possible(attribute) <= set(positions)
        stated = self._stated(described)
        if stated is None:
            if self.is_presumed(attribute, positions):
                if met:
                    return f"{criterion or f'{described.label}: {needs}'}, presumed"
                return f"{described.label}: {self._possible_in_words(attribute)}, presumed, needs {needs}"
            stated = f"{described.label}: {self._unknown(attribute)}"
            if described.type == "boolean" and needs == described.in_words(True):
                return stated
        if not met or described.is_ordered:
            return f"{stated}, {'must be' if described.type == 'date' else 'needs'} {needs}"
        return f"{criterion}: {stated}" if criterion else stated

    def apart(self, attribute: str, positions: Sequence[int]) -> dict[str, object]:
        """The parts of these words: the fact, what it is about, what is so now, what is needed, at which positions."""
        described = self.vocabulary[attribute]
        now = self._value(described) or (
            f"{self._possible_in_words(attribute)}, presumed"
            if self.is_presumed(attribute, positions)
            else self._unknown(attribute)
        )
        return {
            "about": described.label,
            "fact": self._stated(described) or f"{described.label}: {now}",
            "now": now,
            "needed": needs_in_words(self._axes[attribute], positions),
            "members": members_needed(self._axes[attribute], positions),
            "positions": frozenset(positions),
        }

    def _possible_in_words(self, attribute: str) -> str:
        return needs_in_words(self._axes[attribute], sorted(self.possible(attribute)))

    def _unknown(self, attribute: str) -> str:
        written = self.case.written.get(attribute)
        if written:
            return f"{written}, read as unknown"
        return f"not stated{self._lacking(attribute)}"

    def _lacking(self, attribute: str) -> str:
        """Which source is missing of an attribute that would follow; nothing where none of its sources is stated."""
        missing = self.case.lacking(attribute, self.vocabulary)
        if not missing:
            return ""
        sources = self.vocabulary.formulas[attribute].sources
        why = ", which is only presumed" if any(name in self.view.presumed_facts for name in sources) else ""
        return f" (it would follow, if the case stated the {' and the '.join(missing)}{why})"

    def _stated(self, attribute: Attribute) -> str | None:
        """The fact as a clause; None where nothing is stated, follows or is presumed."""
        value = self._value(attribute)
        if value is None:
            return None
        as_list = attribute.type in ("boolean", "set") or attribute.name in self.view.presumed_facts
        return f"{attribute.label}: {value}" if as_list else f"{attribute.label} is {value}"

    def _value(self, attribute: Attribute) -> str | None:
        """What is stated, follows or is presumed of an attribute."""
        name = attribute.name
        if name in self.case.facts:
            value = self.case.facts[name]
            words = day_in_words(value) if isinstance(value, date) else attribute.in_words(value)
            if name in self.case.derived:
                return f"{words} ({self.case.derived[name].words})"
            return f"{self.case.written[name]}, read as {words}" if name in self.case.written else words
        if name in self.view.known:
            return f"{needs_in_words(self._axes[name], [self.view.known[name]])}, by implication"
        if name in self.view.presumed_facts:
            if attribute.type == "date":
                return f"{day_in_words(self.settings.as_of)}, presumed"
            return f"{needs_in_words(self._axes[name], [self.view.presumed_facts[name][1]])}, presumed"
        return None
