"""Facts against what a rule needs: possible values of a partial case, and the comparison in words.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.semantics.settings import Settings
>>> kb = KnowledgeBase.load()
>>> case = kb.read({"age_years": 45})
>>> comparisons = Comparisons(kb.view(case, "nia"), case, kb.vocabulary, Settings())
>>> comparisons.in_words("age_years", kb.compiler.named("at_least", "age_years", 50, readings=frozenset()))
'age is 45 years, needs 50 or more'
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.forest import FALSE, TRUE
from payerlogic.program.attribute import Attribute
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import Place, SetAxis
from payerlogic.semantics.case_view import View
from payerlogic.semantics.families import Family
from payerlogic.semantics.phrases import members_needed, needs_in_words, sets_in_words
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import day_in_words

Box = list[tuple[str, int]]
"""Attributes, each with a diagram over it alone."""


class Comparisons:
    """What one view of a case says of single attributes."""

    def __init__(self, view: View, case: StatedCase, vocabulary: Vocabulary, settings: Settings) -> None:
        self.view = view
        self.case = case
        self.vocabulary = vocabulary
        self.settings = settings
        self._forest = view.compiler.forest
        self._spoken_for = {attribute for _, attribute in view.presumed}
        self._possible: dict[str, int] = {}

    def possible(self, attribute: str) -> int:
        """The values that the attribute has in some completion, as a diagram."""
        if attribute not in self._possible:
            compiler = self.view.compiler
            axis = compiler.axes[attribute]
            if isinstance(axis, SetAxis):
                self._possible[attribute] = self._sets(attribute)
            elif (variable := compiler.variable[attribute]) in self.view.fixed:
                self._possible[attribute] = self._forest.literal(variable, {self.view.fixed[variable]})
            else:
                sizes, test = range(len(axis.classes)), self._forest.literal
                found = frozenset(each for each in sizes if True in self.view.over(test(variable, {each})))
                self._possible[attribute] = self._forest.literal(variable, found)
        return self._possible[attribute]

    def _sets(self, attribute: str) -> int:
        """The sets that some completion has: what is stated, or what each constraint leaves open."""
        compiler, forest = self.view.compiler, self._forest
        levels = compiler.levels[attribute]
        if fixed := {level: {self.view.fixed[level]} for level in levels if level in self.view.fixed}:
            return forest.box(fixed)
        found = compiler.space(attribute).domain
        for group, diagram in self.view.constraints:
            if attribute in group:
                _, left = forest.restricted((diagram,), self.view.fixed, bool, forest)
                found = forest.conj(found, forest.exists(left, frozenset(range(len(compiler.order))) - set(levels)))
        return found

    def positions(self, attribute: str, diagram: int) -> frozenset[Hashable]:
        """The positions at which a diagram that asks this attribute alone holds; of a set attribute, the families, with
        "one of these" taken apart. One diagram holds where another one does if its positions are among those."""
        compiler = self.view.compiler
        axis = compiler.axes[attribute]
        if isinstance(axis, SetAxis):
            families = compiler.space(attribute).families(diagram)
            return frozenset(str({**each, **one}) for each in families for one in _apart(each))
        variable = compiler.variable[attribute]
        sizes = range(len(axis.classes))
        return frozenset(each for each in sizes if self._forest.follow(diagram, {variable: each}) == TRUE)

    def needs(self, attribute: str, diagram: int) -> str:
        """The values at which a diagram that asks this attribute alone holds, as what a rule needs."""
        axis = self.view.compiler.axes[attribute]
        if isinstance(axis, SetAxis):
            return sets_in_words(self.view.compiler.space(attribute), diagram)
        variable = self.view.compiler.variable[attribute]
        sizes = range(len(axis.classes))
        return needs_in_words(axis, [each for each in sizes if self._forest.follow(diagram, {variable: each}) == TRUE])

    def at(self, attribute: str, place: Place) -> str:
        """One place of an attribute in words."""
        return self.needs(
            attribute, self._forest.box({v: {at} for v, at in self.view.compiler.at(attribute, place).items()})
        )

    def box(self, diagram: int, attributes: Sequence[str]) -> Box:
        """A diagram as "each attribute has one of these values"; empty if it says more than that."""
        sides: Box = []
        product, forest = TRUE, self._forest
        everything = frozenset(range(len(self.view.compiler.order)))
        for attribute in attributes:
            side = forest.exists(diagram, everything - set(self.view.compiler.levels[attribute]))
            sides.append((attribute, side))
            product = forest.conj(product, side)
        return sides if product == diagram else []

    def status(self, attribute: str, diagram: int) -> bool | None:
        """Whether the attribute has, whatever is unknown, one of the values of a diagram (True) or none (False)."""
        possible = self.possible(attribute)
        inside = self._forest.conj(possible, diagram)
        return True if inside == possible else False if inside == FALSE else None

    def is_presumed(self, attribute: str, diagram: int) -> bool:
        """Whether a presumption, not a stated fact, decides whether the attribute has one of these values."""
        if attribute in self.view.presumed_facts:
            return True
        return attribute in self._spoken_for and self.status(attribute, diagram) is not None

    def in_words(self, attribute: str, diagram: int, criterion: str | None = None) -> str:
        """ "age is 62 years, needs 50 or more"; where a value of a list is met, the fact alone, led by the criterion's
        own words."""
        described = self.vocabulary[attribute]
        needs = self.needs(attribute, diagram)
        met = self.status(attribute, diagram) is True
        stated = self._stated(described)
        if stated is None:
            if self.is_presumed(attribute, diagram):
                if met:
                    return f"{criterion or f'{described.label}: {needs}'}, presumed"
                return f"{described.label}: {self._possible_in_words(attribute)}, presumed, needs {needs}"
            stated = f"{described.label}: {self._unknown(attribute)}"
            if described.type == "boolean" and needs == described.in_words(True):
                return stated
        if not met or described.is_ordered:
            return f"{stated}, {'must be' if described.type == 'date' else 'needs'} {needs}"
        return f"{criterion}: {stated}" if criterion else stated

    def apart(self, attribute: str, diagram: int) -> dict[str, object]:
        """The parts of these words: the fact, what it is about, what is so now, what is needed, at which positions, and
        of which record it speaks (0: how many there are)."""
        described = self.vocabulary[attribute]
        now = self._value(described) or (
            f"{self._possible_in_words(attribute)}, presumed"
            if self.is_presumed(attribute, diagram)
            else self._unknown(attribute)
        )
        return {
            "about": described.label,
            "fact": self._stated(described) or f"{described.label}: {now}",
            "now": now,
            "needed": self.needs(attribute, diagram),
            "members": self._members(attribute, diagram),
            "positions": self.positions(attribute, diagram),
            "record": described.slot[:2] if described.slot else (attribute, 0) if self._is_list(attribute) else None,
        }

    def _is_list(self, attribute: str) -> bool:
        return attribute in self.vocabulary.records

    def _possible_in_words(self, attribute: str) -> str:
        return self.needs(attribute, self.possible(attribute))

    def _members(self, attribute: str, diagram: int) -> tuple[str, ...]:
        compiler = self.view.compiler
        return members_needed(compiler.space(attribute), diagram) if attribute not in compiler.variable else ()

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
            return f"{self.at(name, self.view.known[name])}, by implication"
        if name in self.view.presumed_facts:
            if attribute.type == "date":
                return f"{day_in_words(self.settings.as_of)}, presumed"
            return f"{self.at(name, self.view.presumed_facts[name][1])}, presumed"
        return None


def _apart(family: Family) -> list[Family]:
    """ "One of these" member by member."""
    return [{"any_of": [member]} for member in family["any_of"]] if "any_of" in family else [{}]
