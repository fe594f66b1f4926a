"""Facts against what a rule needs: possible values of a partial case, and the comparison in words.

>>> from payerlogic.knowledge import KnowledgeBase
>>> from payerlogic.situations import Settings
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"age_years": 45})
>>> comparisons = Comparisons(kb.view(case, "nia"), case, kb.vocabulary, Settings())
>>> comparisons.in_words("age_years", [1])
'age is 45 years, needs 50 or more'
"""

from __future__ import annotations

from collections.abc import Sequence

from payerlogic.case import StatedCase
from payerlogic.diagrams import TRUE
from payerlogic.inference import View
from payerlogic.situations import Settings
from payerlogic.vocabulary import Attribute, Vocabulary
from payerlogic.wording import needs_in_words

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
                test = self._forest.test
                sizes = self._sizes(attribute)
                found = frozenset(each for each in sizes if True in self.view.over(test(variable, {each})))
            self._possible[attribute] = found
        return self._possible[attribute]

    def positions(self, diagram: int, attribute: str) -> list[int]:
        """The positions at which a diagram that asks this attribute alone holds."""
        variable = self.view.compiler.variable[attribute]
        return [each for each in self._sizes(attribute) if self._forest.walk(diagram, {variable: each}) == TRUE]

    def box(self, diagram: int, attributes: Sequence[str]) -> Box:
        """A diagram as "each attribute has one of these values"; empty if it says more than that."""
        sides: Box = []
        product = TRUE
        for attribute in attributes:
            variable = self.view.compiler.variable[attribute]
            sizes = self._sizes(attribute)
            positions = [each for each in sizes if (True,) in self._forest.reach((diagram,), {variable: each})]
            sides.append((attribute, positions))
            product = self._forest.both(product, self._forest.test(variable, positions))
        return sides if product == diagram else []

    def is_presumed(self, attribute: str, positions: Sequence[int]) -> bool:
        """Whether a presumption, not a stated fact, tells if the attribute is at ``positions``."""
        if attribute in self.view.presumed_facts:
            return True
        settled = self.possible(attribute) <= set(positions) or not self.possible(attribute) & set(positions)
        return attribute in self._spoken_for and settled

    def in_words(self, attribute: str, positions: Sequence[int], criterion: str | None = None) -> str:
        """ "age is 45 years, needs 50 or more"; just the fact, led by the criterion's own words, where it is met."""
        described = self.vocabulary[attribute]
        needs = needs_in_words(self._axes[attribute], positions)
        met = self.possible(attribute) <= set(positions)
        stated = self._stated(described)
        if stated is None:
            if self.is_presumed(attribute, positions):
                return f"{criterion or f'{described.label}: {needs}'}, presumed"
            stated = f"{described.label}: not stated"
            if described.type == "boolean" and needs == described.in_words(True):
                return stated
        if not met:
            return f"{stated}, needs {needs}"
        return f"{criterion}: {stated}" if criterion else stated

    def _stated(self, attribute: Attribute) -> str | None:
        name = attribute.name
        if name in self.case.facts:
            value = self.case.facts[name]
            if attribute.type == "boolean":
                return f"{attribute.label}: {attribute.in_words(value)}"
            return attribute.describe(value)
        if name in self.view.known:
            words = needs_in_words(self._axes[name], [self.view.known[name]])
            return f"{attribute.label} is {words}, by implication"
        if name in self.view.presumed_facts:
            words = needs_in_words(self._axes[name], [self.view.presumed_facts[name][1]])
            words = self.settings.as_of.isoformat() if attribute.type == "date" else words
            return f"{attribute.label}: {words}, presumed"
        return None
