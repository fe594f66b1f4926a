"""Facts, comparisons and readings in words.

>>> from payerlogic.knowledge import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> needs_in_words(kb.axes["age_years"], [1])
'50 or more'
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from payerlogic.axes import Axis, Member, date_of


def needs_in_words(axis: Axis, positions: Sequence[int]) -> str:
    """The values at ``positions`` of an axis, as what a rule needs: "50 or more", "close or positive"."""
    attribute = axis.attribute
    if attribute.type in ("integer", "date"):
        return " or ".join(_stretches(axis, positions))
    if attribute.type == "boolean":
        return " or ".join(attribute.in_words(member == "true") for i in positions for member in axis.classes[i])
    if attribute.type == "set":
        return _set_in_words([member for i in positions for member in axis.classes[i]], axis)
    wanted = {str(member) for i in positions for member in axis.classes[i]}
    labels = [choice.label for choice in attribute.choices if choice.value in wanted]
    if len(labels) > len(attribute.choices) / 2 and len(labels) > 3:
        others = [choice.label for choice in attribute.choices if choice.value not in wanted]
        return f"anything but {_either(others)}"
    return _either(labels)


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else "nothing"


def _stretches(axis: Axis, positions: Sequence[int]) -> list[str]:
    """Numbers between cut points, neighbouring stretches joined: "50 to 69", "49 or less"."""
    starts = [(int(str(member)), i) for i, members in enumerate(axis.classes) for member in members]
    starts.sort()
    runs: list[list[int]] = []
    for order, (_, position) in enumerate(starts):
        if position in positions:
            if runs and runs[-1][1] == order - 1:
                runs[-1][1] = order
            else:
                runs.append([order, order])
    return [_stretch(axis, [number for number, _ in starts], first, last) for first, last in runs]


def _stretch(axis: Axis, starts: list[int], first: int, last: int) -> str:
    is_date = axis.attribute.type == "date"
    low = starts[first] if first > 0 else None
    end = starts[last + 1] if last + 1 < len(starts) else None
    if is_date:
        since = date_of(low) if low is not None else None
        until = date_of(end) if end is not None else None
        before = until - timedelta(days=1) if until else None
        if since and before:
            return f"from {since.isoformat()} to {before.isoformat()}"
        return f"{since.isoformat()} or later" if since else f"before {until.isoformat()}" if until else "any day"
    if low is not None and end is not None:
        return f"exactly {low}" if end - 1 == low else f"{low} to {end - 1}"
    if low is not None:
        return f"{low} or more"
    if end is not None:
        return f"exactly {end - 1}" if end - 1 == axis.attribute.least else f"{end - 1} or less"
    return "any number"


def _set_in_words(members: Sequence[Member], axis: Axis) -> str:
    """A family of sets: by what each of them contains, or what none does."""
    names = [str(name) for name in axis.atoms]
    labels = {choice.value: choice.label for choice in axis.attribute.choices}
    sets = [member for member in members if isinstance(member, frozenset)]
    everything = sum(len(group) for group in axis.classes)
    for size in range(1, len(names) + 1):
        wanted = _smallest_family(names, sets, size, axis)
        if wanted:
            words = [labels[name] for name in wanted]
            return f"one of: {'; '.join(words)}" if len(words) > 1 else f"among them: {words[0]}"
    free = [name for name in names if not any(name in member for member in sets)]
    if len(sets) == everything:
        return "any"
    return f"none of: {'; '.join(labels[name] for name in free)}" if free else f"{len(sets)} of the possible lists"


def _smallest_family(names: list[str], sets: list[frozenset[str]], size: int, axis: Axis) -> list[str]:
    """Names such that the sets are exactly those that contain at least one of them; empty if there are none."""
    inside = set(sets)
    outside = [m for group in axis.classes for m in group if isinstance(m, frozenset) and m not in inside]
    family = [name for name in names if not any(name in member for member in outside)]
    if len(family) == size and all(member & set(family) for member in sets):
        return family
    return []
