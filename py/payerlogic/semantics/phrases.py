"""Facts, comparisons and readings in words.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> needs_in_words(kb.axes["age_years"], [1])
'50 or more'
"""

from __future__ import annotations

from collections.abc import Sequence

from payerlogic.cases.case import StatedCase
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.case_space import AnyAxis, ValueAxis
from payerlogic.semantics.families import SetSpace
from payerlogic.semantics.gathered import LocalAxis, SetClasses
from payerlogic.semantics.value_sets import family_in_words, range_in_words, values_at
from payerlogic.text.phrases import joined


def needs_in_words(axis: LocalAxis, positions: Sequence[int]) -> str:
    """The values at ``positions`` of an axis, as what a rule needs: "50 or more", "close or positive"."""
    if isinstance(axis, SetClasses):
        return sets_in_words(axis.sets, axis.union(positions))
    attribute = axis.attribute
    if attribute.is_ordered:
        ranges = values_at(axis, positions)
        return " or ".join(range_in_words(each) if isinstance(each, str) else f"exactly {each}" for each in ranges)
    if attribute.type == "boolean":
        return " or ".join(attribute.in_words(member == "true") for i in positions for member in axis.classes[i])
    wanted = {str(member) for i in positions for member in axis.classes[i]}
    labels = [choice.label for choice in attribute.choices if choice.value in wanted]
    if len(labels) > len(attribute.choices) / 2 and len(labels) > 3:
        others = [choice.label for choice in attribute.choices if choice.value not in wanted]
        return f"anything but {joined(others, 'or')}" if others else "anything"
    return joined(labels, "or") if labels else "nothing"


def value_needed(axis: AnyAxis, value: str | int) -> str:
    """One value of the program, or the member of a set, as what a rule needs."""
    if isinstance(axis, ValueAxis):
        return needs_in_words(axis, axis.positions_with(value))
    return any_member([choice.label for choice in axis.attribute.choices if choice.value == value])


def read_as(case: StatedCase, vocabulary: Vocabulary) -> list[str]:
    """What was written beside what it was read as, where the two are not the same word; and what follows from what.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> read_as(kb.read({"t_category": "cT4b"}), kb.vocabulary)
    ['T category: cT4b, read as T4']
    """
    lines = []
    for name, attribute in vocabulary.items():
        if name in case.written:
            words = attribute.in_words(case.facts[name]) if name in case.facts else "unknown"
            lines.append(f"{attribute.label}: {case.written[name]}, read as {words}")
        if name in case.derived:
            lines.append(f"{attribute.label} {attribute.in_words(case.facts[name])}: {case.derived[name].words}")
    return lines


def count_in_words(members: Sequence[tuple[str, int]], bound: int) -> tuple[str, str]:
    """A count or weighted sum in words, and how its members combine: "all", or "any" where fewer will do.

    >>> count_in_words([("T4", 1), ("recurrent", 1), ("perforated", 1)], 2)
    ('at least 2 of these 3', 'any')
    >>> count_in_words([("T4", 2), ("recurrent", 1), ("perforated", 1)], 2)
    ('at least 2 points (T4 counts 2; recurrent counts 1; perforated counts 1)', 'any')
    """
    weights = {weight for _, weight in members}
    role = "all" if sum(weight for _, weight in members) - min(weights, default=0) < bound else "any"
    if len(weights) == 1:
        number = -(-bound // weights.pop())
        return ("all of these" if role == "all" else f"at least {number} of these {len(members)}"), role
    points = "; ".join(f"{words} counts {weight}" for words, weight in members)
    return f"at least {bound} points ({points})", role


def any_member(labels: Sequence[str]) -> str:
    """Lists with at least one of these members."""
    return f"one of: {'; '.join(labels)}" if len(labels) > 1 else f"among them: {labels[0]}"


def members_needed(sets: SetSpace, node: int) -> tuple[str, ...]:
    """Where some sets are exactly those with one of some members: the labels of these."""
    found = sets.families(node)
    if len(found) != 1 or found[0].keys() != {"any_of"}:
        return ()
    return tuple(choice.label for choice in sets.axis.attribute.choices if choice.value in found[0]["any_of"])


def sets_in_words(sets: SetSpace, node: int) -> str:
    """Some sets, as what a rule needs: by what each of them contains, or what none does."""
    if members := members_needed(sets, node):
        return any_member(members)
    labels = {choice.value: choice.label for choice in sets.axis.attribute.choices}
    words = {"any_of": "one of", "all_of": "all of", "none_of": "none of"}
    return ", or ".join(family_in_words(each, labels, words) for each in sets.families(node)) or "nothing"
