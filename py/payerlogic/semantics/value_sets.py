"""Positions on an axis as values for people and programs: lists, ranges, families of sets.

>>> from payerlogic import KnowledgeBase
>>> axes = KnowledgeBase.load().axes
>>> values_at(axes["age_years"], {1}), values_at(axes["age_years"], {0})
(['50..'], ['..49'])
>>> values_at(axes["modality"], {0, 5})
['electron_beam', 'proton']
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations

from payerlogic.program.attribute import Value
from payerlogic.semantics.case_space import Axis, Member
from payerlogic.semantics.typical_values import example_at, most_usual
from payerlogic.text.days import first_day_from, read_day
from payerlogic.text.phrases import day_in_words
from payerlogic.text.scalars import units_of

JsonValues = list[object] | dict[str, list[str]]
Family = dict[str, list[str]]
BoxValues = JsonValues | list[Family]
"""The values of an attribute in a box: for a list of codes, one family or several."""
_IN_WORDS = {"any_of": "at least one of", "none_of": "none of", "exactly": "exactly"}


def values_at(axis: Axis, positions: Iterable[int]) -> JsonValues:
    """The values at ``positions`` as JSON: a list of values and ranges; for sets, a family (see families).

    Numbers are JSON numbers, ranges "50..", "..49", "50..69"; the same with decimals ("..2.5") and dates.
    """
    wanted = sorted(set(positions))
    if axis.attribute.type == "boolean":
        truths = {member == "true" for i in wanted for member in axis.classes[i]}
        return [truth for truth in (True, False) if truth in truths]
    if axis.attribute.is_ordered:
        return [_range(axis, low, high) for low, high in _stretches(axis, wanted)]
    if axis.attribute.type == "set":
        ((family, _),) = families(axis, wanted)  # where there may be several, ask split_values
        return family
    chosen = {str(member) for i in wanted for member in axis.classes[i]}
    return [choice.value for choice in axis.attribute.choices if choice.value in chosen]


def split_values(
    axis: Axis, positions: Iterable[int], *, apart: bool = False
) -> list[tuple[JsonValues, frozenset[int]]]:
    """The values at ``positions`` with the positions of each entry: one entry, but for a set as many as families."""
    if axis.attribute.type == "set":
        return [(family, covered) for family, covered in families(axis, positions, apart=apart)]
    wanted = frozenset(positions)
    return [(values_at(axis, wanted), wanted)]


def box_values(axis: Axis, positions: Iterable[int]) -> BoxValues:
    """The values at ``positions`` as one entry of a box."""
    if axis.attribute.type != "set":
        return values_at(axis, positions)
    found = [family for family, _ in families(axis, positions)]
    return found[0] if len(found) == 1 else found


def values_in_words(axis: Axis, to: JsonValues) -> str:
    """The same in words, with the labels of the vocabulary."""
    labels = {choice.value: choice.label for choice in axis.attribute.choices}
    if isinstance(to, dict):
        words = {key: "; ".join(labels.get(name, name) for name in names) or "nothing" for key, names in to.items()}
        return ", and ".join(f"{_IN_WORDS[key]}: {words[key]}" for key in to)
    if axis.attribute.is_ordered:
        return " or ".join(range_in_words(value) for value in to)
    if axis.attribute.type == "boolean":
        return " or ".join("yes" if value is True else "no" for value in to)
    return " or ".join(labels.get(str(value), str(value)) for value in to)


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


def _stretches(axis: Axis, positions: Sequence[int]) -> list[tuple[int | None, int | None]]:
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


def _range(axis: Axis, low: int | None, beyond: int | None) -> object:
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


def families(axis: Axis, positions: Iterable[int], *, apart: bool = False) -> list[tuple[Family, frozenset[int]]]:
    """Positions of a set attribute as families that a person can name, with the positions of each:
    ``{"any_of": [...]}`` for sets with at least one of these, ``{"none_of": [...]}`` for sets with
    none, both where it takes both, and ``{"exactly": [...]}`` for what is left over. Together they
    cover the positions exactly; ``apart``, no position is in two of them.
    """
    wanted = frozenset(positions)
    names = [str(name) for name in axis.atoms]
    some = list(chain.from_iterable(combinations(names, size) for size in range(1, len(names) + 1)))
    simple: list[Family] = [{kind: list(chosen)} for kind in ("any_of", "none_of") for chosen in some]
    kept = _cover(axis, simple, wanted, [], apart)
    if _rest(wanted, kept):
        disjoint = ((chosen, barred) for chosen in some for barred in some if not set(chosen) & set(barred))
        kept = _cover(axis, [{"any_of": list(a), "none_of": list(b)} for a, b in disjoint], wanted, kept, apart)
    return kept + [
        ({"exactly": sorted(_names(axis.classes[position][0]))}, frozenset({position}))
        for position in sorted(_rest(wanted, kept))
    ]


def _cover(
    axis: Axis, offered: list[Family], wanted: frozenset[int], kept: list[tuple[Family, frozenset[int]]], apart: bool
) -> list[tuple[Family, frozenset[int]]]:
    """``kept``, and the largest of the families on offer, as long as each adds something that is wanted."""
    places = ((family, _covered(axis, family)) for family in offered)
    fitting = [(family, covered) for family, covered in places if covered and covered <= wanted]
    found = list(kept)
    for part in sorted(fitting, key=lambda each: (-len(each[1]), sum(map(len, each[0].values())))):
        rest = _rest(wanted, found)
        if part[1] <= rest if apart else part[1] & rest:
            found.append(part)
    return found


def _rest(wanted: frozenset[int], kept: Iterable[tuple[Family, frozenset[int]]]) -> frozenset[int]:
    return wanted.difference(*(covered for _, covered in kept))


def _names(member: Member) -> frozenset[str]:
    return member if isinstance(member, frozenset) else frozenset({str(member)})


def _is_in(names: frozenset[str], family: Family) -> bool:
    if "exactly" in family:
        return names == frozenset(family["exactly"])
    some = family.get("any_of")
    return names.isdisjoint(family.get("none_of", ())) and (some is None or not names.isdisjoint(some))


def _covered(axis: Axis, family: Family) -> frozenset[int] | None:
    """The positions of this family; None if a position is only partly in it."""
    covered = set()
    for position, members in enumerate(axis.classes):
        inside = {_is_in(_names(member), family) for member in members}
        if len(inside) > 1:
            return None
        if True in inside:
            covered.add(position)
    return frozenset(covered)


def example_of(axis: Axis, to: JsonValues) -> Value:
    """One value among those that an answer names."""
    order = axis.usual
    if isinstance(to, dict):
        holding = _holding(axis, to)
        return example_at(axis, next(i for i in order if i in holding))
    if axis.attribute.type == "choice":
        return most_usual(axis, [str(value) for value in to])
    inside = (i for i in order if values_at(axis, {i}) == to[:1] or _includes(axis, i, to))
    return example_at(axis, next(inside))


def nearest_of(axis: Axis, to: JsonValues, now: Value | None) -> Value:
    """Of the numbers or days that an answer names, the one closest to ``now``; of other values an example.

    >>> from payerlogic import KnowledgeBase
    >>> axes = KnowledgeBase.load().axes
    >>> nearest_of(axes["age_years"], ["..49"], 62), nearest_of(axes["age_years"], ["50.."], None)
    (49, 50)
    """
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


def _includes(axis: Axis, position: int, to: list[object]) -> bool:
    """Whether the values at one position are among those of an answer."""
    if not axis.attribute.is_ordered:
        return any(value in to for value in values_at(axis, {position}))
    start = next(low for low, _ in _stretches(axis, [position]))
    return any(_starts_within(axis, start, part) for part in to)


def _starts_within(axis: Axis, start: int | None, part: object) -> bool:
    low, high = ends_of(part)
    if axis.attribute.type == "date":
        begins = first_day_from(start) if start is not None else date.min
        text = begins.isoformat() if begins else ""
        return (not low or text >= low) and (not high or text <= high)
    number = start if start is not None else axis.attribute.least
    least, greatest = (units_of(Decimal(end), axis.attribute.places) if end else number for end in (low, high))
    return least is not None and greatest is not None and least <= number <= greatest


def _holding(axis: Axis, family: Family) -> frozenset[int]:
    return frozenset(
        i for i, members in enumerate(axis.classes) if any(_is_in(_names(member), family) for member in members)
    )
