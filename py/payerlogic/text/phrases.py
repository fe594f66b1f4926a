"""Numbers, shares, days and lists as they stand in a sentence: every room says them alike.

>>> plural(1, "region"), plural(1200, "region")
('1 region', '1,200 regions')
>>> joined(["T4"]), joined(["age", "stage"]), joined(["a", "b", "c"], "or"), joined([])
('T4', 'age and stage', 'a, b or c', '')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from payerlogic.text.days import UNKNOWN

_APART = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^”]*”|(?<!\w)'[^']*'(?!\w)")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number(count: int) -> str:
    """12345 is 12,345."""
    return f"{count:,}"


def plural(count: int, word: str) -> str:
    """One region, 2 regions."""
    return f"{number(count)} {word}{'' if count == 1 else 's'}"


def are(count: int, singular: str = "is", many: str = "are") -> str:
    """The verb that goes with a number of things.

    >>> are(1), are(0), are(2, "differs", "differ")
    ('is', 'are', 'differ')
    """
    return singular if count == 1 else many


def percent(share: Fraction, digits: int = 1) -> str:
    """A share as people read it; what is not nothing and not all is never rounded to either.

    >>> percent(Fraction(1, 3000)), percent(Fraction(184, 1000)), percent(Fraction(1, 3), 0)
    ('under 0.1 %', '18.4 %', '33 %')
    """
    least = Fraction(1, 100 * 10**digits)
    if 0 < share < least / 2:
        return f"under {float(least * 100):g} %"
    if 1 - least / 2 < share < 1:
        return f"over {float((1 - least) * 100):g} %"
    rounded = f"{float(share) * 100:.{digits}f}"
    return f"{rounded.removesuffix('.0')} %"


def listed(words: Iterable[str]) -> str:
    """A list by itself: with commas, or with semicolons where one of the words has a comma of its own.

    >>> listed(["close", "positive"]), listed(["codes (CPT, HCPCS)", "age"]), listed(["x, and treatment", "age"])
    ('close, positive', 'codes (CPT, HCPCS), age', 'x, and treatment; age')
    """
    every = list(words)
    return f"{_between(every)} ".join(every)


def joined(words: Iterable[str], last: str = "and") -> str:
    """A list in a sentence; ``last`` stands before its last word. Of nothing it is "", for which a sentence that can
    come to it has other words.

    >>> joined(["counseling on a, b, and c", "an aid"], "or")
    'counseling on a, b, and c; or an aid'
    """
    every = list(words)
    between = _between(every)
    *first, end = every or [""]
    if not first:
        return end
    return f"{f'{between} '.join(first)}{between if between == ';' else ''} {last} {end}"


def _between(words: Iterable[str]) -> str:
    """What keeps words apart; what stands in brackets or quotes is apart by itself."""
    return ";" if any("," in _APART.sub("", each) for each in words) else ","


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, neighbours joined.

    >>> ranges([1, 2, 3, 5])
    '1 to 3, 5'
    """
    runs: list[list[int]] = []
    for each in numbers:
        if runs and runs[-1][-1] == each - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def sentence(text: str) -> str:
    """``text`` with a capital letter in front, as a sentence or a label has it."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """A sentence as it stands inside another one, without its capital letter."""
    return text[:1].lower() + text[1:]


def day_in_words(day: date) -> str:
    """A day as it stands in a sentence, in every locale.

    >>> day_in_words(date(2022, 9, 19))
    'September 19, 2022'
    """
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def iso_day(digits: int) -> str:
    """A day or month of the knowledge base as tables write it.

    >>> iso_day(20240903), iso_day(202409), iso_day(0)
    ('2024-09-03', '2024-09', 'unknown')
    """
    if not digits:
        return UNKNOWN
    text = str(digits)
    return "-".join(part for part in (text[:4], text[4:6], text[6:]) if part)


def edition_in_words(first_day: str) -> str:
    """An edition by its first day.

    >>> edition_in_words("2024-09-03"), edition_in_words("unknown")
    ('edition of 2024-09-03', 'edition whose first day is unknown')
    """
    return "edition whose first day is unknown" if first_day == UNKNOWN else f"edition of {first_day}"
