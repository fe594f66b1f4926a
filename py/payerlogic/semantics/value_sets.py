"""Positions on an axis as values for people and programs: lists, ranges, families of sets.

>>> from payerlogic import KnowledgeBase
>>> axes = KnowledgeBase.load().axes
>>> values_at(axes["age_years"], {1}), values_at(axes["age_years"], {0})
(['50..'], ['..49'])
>>> values_at(axes["modality"], {0, 5})
['electron_beam', 'proton']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from payerlogic.program.values import Value
from payerlogic.semantics.case_space import AnyAxis, Axis, SetAxis, ValueAxis
from payerlogic.semantics.families import Family, SetSpace
from payerlogic.semantics.gathered import LocalAxis, SetClasses
from payerlogic.semantics.typical_values import example_at, most_usual, set_value
from payerlogic.text.days import first_day_from, read_day
from payerlogic.text.phrases import day_in_words
from payerlogic.text.scalars import units_of

JsonValues = list[object] | Family
BoxValues = JsonValues | list[Family]
"""The values of an attribute in a box: for a list of codes, one family or several."""
_IN_WORDS = {"any_of": "at least one of", "all_of": "all of", "none_of": "none of", "exactly": "exactly"}


def values_at(axis: LocalAxis, positions: Iterable[int]) -> JsonValues:
    """The values at ``positions`` as JSON: a list of values and ranges; for sets, a family (see families).

    Numbers are JSON numbers, ranges "50..", "..49", "50..69"; the same with decimals ("..2.5") and dates.
    """
    wanted = sorted(set(positions))
    if isinstance(axis, SetClasses):
        ((family, _),) = split_values(axis, wanted)  # where there may be several, ask split_values
        return family
    if axis.attribute.type == "boolean":
        truths = {member == "true" for i in wanted for member in axis.classes[i]}
        return [truth for truth in (True, False) if truth in truths]
    if axis.attribute.is_ordered:
        return [_range(axis, low, high) for low, high in _stretches(axis, wanted)]
    chosen = {str(member) for i in wanted for member in axis.classes[i]}
    return [choice.value for choice in axis.attribute.choices if choice.value in chosen]


def split_values(axis: LocalAxis, positions: Iterable[int]) -> list[tuple[JsonValues, frozenset[int]]]:
    """The values at ``positions`` with the positions of each entry: one entry, but for a set as many as families."""
    wanted = frozenset(positions)
    if isinstance(axis, SetClasses):
        sets = axis.sets
        found = sets.families(axis.union(wanted))
        return [(family, axis.meeting(sets.node(family))) for family in found]
    return [(values_at(axis, wanted), wanted)]


def box_values(axis: LocalAxis, positions: Iterable[int]) -> BoxValues:
    """The values at ``positions`` as one entry of a box or an answer: of sets, one family or several."""
    if not isinstance(axis, SetClasses):
        return values_at(axis, positions)
    found = axis.sets.families(axis.union(positions))
    return found[0] if len(found) == 1 else found


def values_in_words(axis: Axis | LocalAxis, to: BoxValues) -> str:
    """The same in words, with the labels of the vocabulary."""
    labels = {choice.value: choice.label for choice in axis.attribute.choices}
    if isinstance(to, dict):
        return family_in_words(to, labels, _IN_WORDS)
    if axis.attribute.type == "set":
        return "; or ".join(family_in_words(each, labels, _IN_WORDS) for each in to if isinstance(each, dict))
    if axis.attribute.is_ordered:
        return " or ".join(range_in_words(value) for value in to)
    if axis.attribute.type == "boolean":
        return " or ".join("yes" if value is True else "no" for value in to)
    return " or ".join(labels.get(str(value), str(value)) for value in to)


def family_in_words(family: Family, labels: Mapping[str, str], lead: Mapping[str, str]) -> str:
    """A family with the labels of its members: "at least 2 of: a; b; c, and none of: d".

    >>> family_in_words({"at_least": 2, "of": ["a", "b", "c"]}, {}, {})
    'at least 2 of: a; b; c'
    """
    parts = []
    for key, value in family.items():
        if key == "not":
            parts.append(f"not {family_in_words(value, labels, lead)}")
        elif key == "of":
            counted = _members_in_words(value, labels)
            parts.append(f"{_number_in_words(family.get('at_least'), family.get('at_most'))} of: {counted}")
        elif key == "points":
            counted = "; ".join(f"{labels.get(name, name)} counts {points}" for name, points in value.items())
            parts.append(f"at least {family['points_at_least']} points ({counted})")
        elif key == "none_of" and not value:
            parts.append("any")
        elif key not in ("at_least", "at_most", "points_at_least"):
            names = _members_in_words(value, labels) or "nothing"
            parts.append(f"{lead.get(key, key.replace('_', ' '))}: {names}")
    return ", and ".join(parts)


def _members_in_words(members: Iterable[str], labels: Mapping[str, str]) -> str:
    """Members by their labels, in the order of these: labels have commas of their own."""
    places = {name: place for place, name in enumerate(labels)}
    return "; ".join(labels.get(each, each) for each in sorted(members, key=lambda each: places.get(each, len(places))))


def _number_in_words(least: int | None, most: int | None) -> str:
    if least is None or most is None:
        return f"at most {most}" if least is None else f"at least {least}"
    return f"exactly {least}" if least == most else f"{least} to {most}"


def step_in_words(axis: AnyAxis, stated: Value, to: JsonValues) -> str:
    """What to add to a stated set and to take out of it so that it is in a family; nothing for what is no set.

    >>> from payerlogic import KnowledgeBase
    >>> axis = KnowledgeBase.load().axes["cpt_codes"]
    >>> step_in_words(axis, frozenset({"77469"}), {"any_of": ["77424", "77425"], "none_of": ["77469"]})[:17]
    'add one of: 77424'
    """
    if not isinstance(axis, SetAxis) or not isinstance(to, dict):
        return ""
    labels, now = {choice.value: choice.label for choice in axis.attribute.choices}, axis.member_set(stated)

    def named(members: Iterable[str]) -> str:
        return _members_in_words(members, labels)

    steps = []
    if added := [each for each in (*to.get("all_of", ()), *to.get("exactly", ())) if each not in now]:
        steps.append(f"add {named(added)}")
    if "any_of" in to and now.isdisjoint(to["any_of"]):
        steps.append(f"add {'one of: ' if len(to['any_of']) > 1 else ''}{named(to['any_of'])}")
    counted = to.get("of", ())
    here = [each for each in counted if each in now]
    if (lacking := to.get("at_least", 0) - len(here)) > 0:
        steps.append(f"add {lacking} of: {named(each for each in counted if each not in now)}")
    points = to.get("points", {})
    if (missing := to.get("points_at_least", 0) - sum(points[each] for each in points if each in now)) > 0:
        offered = (f"{labels.get(each, each)} counts {points[each]}" for each in points if each not in now)
        steps.append(f"add {missing} points of: {'; '.join(offered)}")
    if (beyond := len(here) - to.get("at_most", len(here))) > 0:
        steps.append(f"take out {beyond} of: {named(here)}")
    kept = to.get("exactly", now)
    if out := [each for each in axis.atoms if each in now and (each in to.get("none_of", ()) or each not in kept)]:
        steps.append(f"take out {named(map(str, out))}")
    return ", and ".join(steps)


def ends_of(value: object) -> tuple[str, str]:
    """The ends of a number, a day or a range of either, as written; nothing where a range is open.

    >>> ends_of(50), ends_of("50.."), ends_of("..49"), ends_of("50..69")
    (('50', '50'), ('50', ''), ('', '49'), ('50', '69'))
    >>> ends_of(2.5), ends_of("2.6.."), ends_of("..2.5"), ends_of("2.6..5")
    (('2.5', '2.5'), ('2.6', ''), ('', '2.5'), ('2.6', '5'))

    INVARIANT: a decimal never ends in its point, so the first two points in a row are those of the range.
    """
    low, dots, high = str(value).partition("..")
    return low, high if dots else low


def range_in_words(value: object) -> str:
    """A number, a day or a range of either as people say it.

    >>> [range_in_words(each) for each in (50, "50..", "..49", "50..69", "..2.5")]
    ['50', '50 or more', '49 or less', '50 to 69', '2.5 or less']
    >>> range_in_words("..2022-09-18"), range_in_words("2023-09-21..")
    ('before September 19, 2022', 'September 21, 2023 or later')
    >>> range_in_words("2022-09-19..2023-09-20")
    'from September 19, 2022 to September 20, 2023'
    """
    low, high = ends_of(value)
    if not low and not high:
        return "any"
    if low == high:
        return _end_in_words(low)
    if _is_day(low or high):
        if not low:
            return f"before {day_in_words(read_day(high) + timedelta(days=1))}"
        since = _end_in_words(low)
        return f"from {since} to {_end_in_words(high)}" if high else f"{since} or later"
    return f"{low} to {high}" if low and high else f"{low} or more" if low else f"{high} or less"


def _is_day(text: str) -> bool:
    return len(text) == len("YYYY-MM-DD") and text[4] == text[7] == "-"


def _end_in_words(text: str) -> str:
    return day_in_words(read_day(text)) if _is_day(text) else text


def _stretches(axis: ValueAxis, positions: Sequence[int]) -> list[tuple[int | None, int | None]]:
    """Neighbouring positions joined: first number, and first number beyond; None at the ends."""
    starts = sorted((int(str(member)), i) for i, members in enumerate(axis.classes) for member in members)
    found: list[tuple[int | None, int | None]] = []
    running = False
    for order, (start, position) in enumerate(starts):
        if position not in positions:
            running = False
            continue
        after = starts[order + 1][0] if order + 1 < len(starts) else None
        low = None if order == 0 else start
        if running:
            found[-1] = (found[-1][0], after)
        else:
            found.append((low, after))
        running = True
    return found


def _range(axis: ValueAxis, low: int | None, beyond: int | None) -> object:
    if axis.attribute.type == "date":
        first = first_day_from(low) if low is not None else None
        next_ = first_day_from(beyond) if beyond is not None else None
        last = next_ - timedelta(days=1) if next_ else None
        return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"
    attribute, last_number = axis.attribute, beyond - 1 if beyond is not None else None
    if last_number is not None and (low if low is not None else attribute.least) == last_number:
        return attribute.json_number(last_number)
    first_text = "" if low is None else attribute.written_number(low)
    return f"{first_text}..{'' if last_number is None else attribute.written_number(last_number)}"


def example_of(axis: AnyAxis, to: BoxValues) -> Value:
    """One value among those that an answer names."""
    if isinstance(axis, SetAxis):
        sets = SetSpace.of(axis)
        families = [to] if isinstance(to, dict) else [each for each in to if isinstance(each, dict)]
        return set_value(axis, sets.nearest(sets.forest.disj(*(sets.node(each) for each in families))))
    assert isinstance(to, list), "only of sets an answer names families"
    values: list[object] = [*to]
    if axis.attribute.type == "choice":
        return most_usual(axis, [str(value) for value in values])
    inside = (i for i in axis.usual if values_at(axis, {i}) == values[:1] or _includes(axis, i, values))
    return example_at(axis, next(inside))


def example_beside(axis: AnyAxis, to: BoxValues, now: Value | None) -> Value:
    """A usual value among those that an answer names; of sets, the one that is closest to what is stated."""
    return nearest_of(axis, to, now) if isinstance(axis, SetAxis) else example_of(axis, to)


def nearest_of(axis: AnyAxis, to: BoxValues, now: Value | None) -> Value:
    """Of the numbers, days or sets that an answer names, the one closest to ``now``; of other values an example.

    >>> from payerlogic import KnowledgeBase
    >>> axes = KnowledgeBase.load().axes
    >>> nearest_of(axes["age_years"], ["..49"], 62), nearest_of(axes["age_years"], ["50.."], None)
    (49, 50)
    """
    if isinstance(axis, SetAxis) and isinstance(to, dict) and isinstance(now, frozenset):
        sets = SetSpace.of(axis)
        return set_value(axis, sets.nearest(sets.node(to), axis.member_set(now)))
    if isinstance(to, dict) or not axis.attribute.is_ordered:
        return example_of(axis, to)
    ends = [end for part in to for end in ends_of(part) if end]
    offered = [found for end in ends if (found := axis.attribute.read(end).value) is not None]
    if not offered:
        return example_of(axis, to)

    def distance(value: Value) -> int:
        if isinstance(now, date) and isinstance(value, date):
            return abs((value - now).days)
        if isinstance(value, int | Decimal) and isinstance(now, int | Decimal):
            return abs(axis.attribute.number_of(value) - axis.attribute.number_of(now))
        return 0

    return min(offered, key=distance)


def _includes(axis: ValueAxis, position: int, to: list[object]) -> bool:
    """Whether the values at one position are among those of an answer."""
    if not axis.attribute.is_ordered:
        return any(value in to for value in values_at(axis, {position}))
    start = next(low for low, _ in _stretches(axis, [position]))
    return any(_starts_within(axis, start, part) for part in to)


def _starts_within(axis: ValueAxis, start: int | None, part: object) -> bool:
    low, high = ends_of(part)
    if axis.attribute.type == "date":
        begins = first_day_from(start) if start is not None else date.min
        text = begins.isoformat() if begins else ""
        return (not low or text >= low) and (not high or text <= high)
    number = start if start is not None else axis.attribute.least
    least, greatest = (units_of(Decimal(end), axis.attribute.places) if end else number for end in (low, high))
    return least is not None and greatest is not None and least <= number <= greatest
