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
from payerlogic.semantics.case_space import Axis
from payerlogic.semantics.value_sets import range_in_words, values_at
from payerlogic.text.phrases import joined


def needs_in_words(axis: Axis, positions: Sequence[int]) -> str:
    """The values at ``positions`` of an axis, as what a rule needs: "50 or more", "close or positive"."""
    attribute = axis.attribute
    if attribute.is_ordered:
        ranges = values_at(axis, positions)
        return " or ".join(range_in_words(each) if isinstance(each, str) else f"exactly {each}" for each in ranges)
    if attribute.type == "boolean":
        return " or ".join(attribute.in_words(member == "true") for i in positions for member in axis.classes[i])
    if attribute.type == "set":
        return _set_in_words(axis, positions)
    wanted = {str(member) for i in positions for member in axis.classes[i]}
    labels = [choice.label for choice in attribute.choices if choice.value in wanted]
    if len(labels) > len(attribute.choices) / 2 and len(labels) > 3:
        others = [choice.label for choice in attribute.choices if choice.value not in wanted]
        return f"anything but {joined(others, 'or')}"
    return joined(labels, "or") if labels else "nothing"


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


def members_needed(axis: Axis, positions: Sequence[int]) -> tuple[str, ...]:
    """For a set attribute whose ``positions`` are exactly the lists with one of some members: their labels."""
    if axis.attribute.type != "set":
        return ()
    sets = [member for i in positions for member in axis.classes[i] if isinstance(member, frozenset)]
    inside = set(sets)
    outside = [m for group in axis.classes for m in group if isinstance(m, frozenset) and m not in inside]
    family = [str(name) for name in axis.atoms if not any(name in member for member in outside)]
    labels = {choice.value: choice.label for choice in axis.attribute.choices}
    return tuple(labels[name] for name in family) if family and all(each & set(family) for each in sets) else ()


def _set_in_words(axis: Axis, positions: Sequence[int]) -> str:
    """A family of sets: by what each of them contains, or what none does."""
    if members := members_needed(axis, positions):
        return any_member(members)
    labels = {choice.value: choice.label for choice in axis.attribute.choices}
    sets = [member for i in positions for member in axis.classes[i] if isinstance(member, frozenset)]
    free = [str(name) for name in axis.atoms if not any(name in member for member in sets)]
    if len(sets) == sum(len(group) for group in axis.classes):
        return "any"
    return f"none of: {'; '.join(labels[name] for name in free)}" if free else f"{len(sets)} of the possible lists"
