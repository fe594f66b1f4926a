"""What a written value means to an attribute: from a file of any format, a table or Python.

    >>> from payerlogic import KnowledgeBase
    >>> words = KnowledgeBase.load().vocabulary
    >>> read(words["primary_site"], "C50.911").value, sorted(read(words["cpt_codes"], "77424;77425").value)
    ('breast', ['77424', '77425'])
    >>> str(read(words["cpt_codes"], "77424, 77425").problem)
    "cpt_codes: '77424, 77425' is not a code; separate the entries with semicolons (;)"

A spelling is a pattern of the knowledge base for the whole of what is written; nothing is read around.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from payerlogic.errors import Problem, nearest, shown
from payerlogic.program.synonyms import Called, named_hint, number_hint, value_hint, words_of_attribute, words_of_value
from payerlogic.program.values import Choice, ParsedValue, Spelling, Value
from payerlogic.text.days import HOW, date_of, day_of, number_of
from payerlogic.text.patterns import Pattern
from payerlogic.text.phrases import listed
from payerlogic.text.scalars import decimal_number, json_number, of_units, plain, short, units_of, whole_number

UNKNOWN_WORDS = ("", "unknown")
DIGITS = 10
"""Of a decimal: as many as a whole number of 32 bits has."""
EMPTY_SET = "[]"
EMPTY_SETS = (EMPTY_SET, "none")
SEPARATOR = ";"
TRUTHS = {"true": True, "yes": True, "false": False, "no": False}
LONGEST = 200
MOST_KEPT = 2_000
_OTHER_SEPARATORS = re.compile(r"[\s,|/+&]+")
_DECIMAL_COMMA = re.compile(r"([+-]?[0-9]+),([0-9]+)", re.ASCII)
_CODE_AS_NUMBER = re.compile(r"([0-9]+)[.]0+", re.ASCII)


ORDERED = ("integer", "decimal", "date")
"""The types whose values rules compare with at_least and at_most; their axes are cut there."""
_PLACES = ("no decimal place", "one decimal place", "two decimal places", "three decimal places", "four decimal places")


@dataclass(frozen=True)
class Attribute:
    """One attribute of a case."""

    rank: int
    name: str
    type: str
    kind: str
    label: str
    help: str
    unit: str
    fixed: bool
    nonempty: bool
    least: int
    greatest: int
    """The range, as the program counts: a decimal in units of its last place (see number_of)."""
    choices: tuple[Choice, ...]
    open_value: str | None
    open_pattern: Pattern | None
    open_pattern_in_words: str
    spellings: tuple[Spelling, ...]
    refusals: tuple[tuple[Pattern, str], ...]
    also_says: tuple[tuple[Pattern, str, str], ...]
    """Spellings that state a value of another attribute too: pattern, attribute, value."""
    withheld_by: tuple[tuple[str, str], ...]
    """Values of other attributes under which a stated value is not taken: it is then unknown."""
    places: int = 0
    """Of a decimal: how many decimal places it has."""
    conversions: tuple[tuple[str, Fraction], ...] = ()
    """Other units in which a decimal may be written, each with its factor."""
    slot: tuple[str, int, str] | None = None
    """Of a field of one record: the record, its number from 1, and the field."""
    also_called: tuple[tuple[str, str], ...] = ()
    """Other names of values, by which people look for them: value, name. A case file does not take them."""
    also_labeled: tuple[str, ...] = ()
    """Other names of the attribute, as tables head their columns."""
    typical: Value | None = None
    """A usual value, for examples and witnesses. It takes no part in any determination."""

    @cached_property
    def by_folded(self) -> Mapping[str, Choice]:
        return {choice.value.lower(): choice for choice in self.choices}

    @cached_property
    def kept(self) -> dict[str, ParsedValue]:
        """Spellings that were read before: a file has few different ones."""
        return {}

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """The values that can be written, without the name for all others of an open set."""
        return tuple(choice.value for choice in self.choices if choice.value != self.open_value)

    @cached_property
    def called(self) -> Called:
        """The values that can be written, each with the words by which people mean it."""
        written = (choice for choice in self.choices if choice.value != self.open_value)
        return Called({each.value: words_of_value(each.label, self._others(each.value)) for each in written})

    def _others(self, value: str) -> list[str]:
        return [words for of, words in self.also_called if of == value]

    @property
    def words(self) -> tuple[str, ...]:
        """By which words people mean the attribute."""
        return words_of_attribute(self.name, self.label, self.unit, self.also_labeled)

    @property
    def values_in_words(self) -> str:
        if self.type == "boolean":
            return "true, false"
        if self.type in ("integer", "decimal"):
            places = f", with {_PLACES[self.places]}" if self.places else ""
            return f"{self.written_number(self.least)} to {self.written_number(self.greatest)} {self.unit}{places}"
        if self.type == "date":
            return "a date such as 2026-01-31"
        listed = ", ".join(self.spelled)
        listed = f"any of {listed}" if self.type == "set" else listed
        return f"{listed}, or {self.open_pattern_in_words}" if self.open_pattern else listed

    @property
    def is_ordered(self) -> bool:
        """Whether its values are numbers or days, which rules compare."""
        return self.type in ORDERED

    def number_of(self, value: int | Decimal | date) -> int:
        """A number or day as the program counts: a decimal in units of its last place, a day as 20260131."""
        if isinstance(value, Decimal):
            units = units_of(value, self.places)
            assert units is not None, f"{value} has more places than {self.name}"
            return units
        return number_of(value)

    def value_of(self, number: int) -> int | Decimal | date | None:
        """The number or day that the program counts as ``number``; None for the beginning of time."""
        if self.type == "date":
            return date_of(number)
        return of_units(number, self.places) if self.type == "decimal" else number

    def json_number(self, number: int) -> int | float:
        """A number of the program as JSON has it: 25 tenths are 2.5."""
        return json_number(of_units(number, self.places)) if self.places else number

    def written_number(self, number: int) -> str:
        """The same as text, which is never binary: "2.5"."""
        return short(of_units(number, self.places)) if self.places else str(number)

    def read(self, written: object) -> ParsedValue:
        """The value that ``written`` means, from a file of any format or from Python."""
        return read(self, written)

    def in_program(self, member: str) -> str:
        """The value of the program that stands for ``member``: itself, or the name for all others."""
        if member.lower() in self.by_folded or self.open_value is None:
            return member
        return self.open_value

    def in_words(self, value: Value) -> str:
        """A value as people read it: its label, a number with its unit, a date, a list."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int | Decimal):
            number = short(value) if isinstance(value, Decimal) else str(value)
            return number if self.unit in self.label else f"{number} {self.unit}"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, frozenset):
            labels = {choice.value: choice.label for choice in self.choices if self.open_value is None}
            known = [choice.value for choice in self.choices if choice.value in value]
            ordered = [*known, *sorted(value.difference(known))]
            return listed(labels.get(item, item) for item in ordered) if value else "none"
        choice = self.by_folded.get(value.lower())
        return choice.label if choice else value

    def describe(self, value: Value) -> str:
        """A stated fact as a short clause: "age is 45 years"."""
        if isinstance(value, bool):
            return f"{self.label}: {self.in_words(value)}"
        if isinstance(value, frozenset):
            return f"{self.label}: {self.in_words(value)}"
        return f"{self.label} is {self.in_words(value)}"

    def to_dict(self, value: Value) -> object:
        """The value as it stands in a case file."""
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return json_number(value)
        return sorted(value) if isinstance(value, frozenset) else value


def read(attribute: Attribute, written: object) -> ParsedValue:
    """The value that ``written`` means, or what is wrong with it."""
    value = plain(written)
    if is_unknown(value):
        return ParsedValue()
    return _READERS[attribute.type](attribute, value)


def is_unknown(value: object) -> bool:
    """Whether a value, as it is written, leaves its attribute unknown."""
    return value is None or (isinstance(value, str) and value.strip().lower() in UNKNOWN_WORDS)


def _wrong(attribute: Attribute, what: str, hint: str = "") -> ParsedValue:
    return ParsedValue(problem=Problem(what, attribute.name, hint or f"it takes {attribute.values_in_words}"))


def _unknown_value(attribute: Attribute, word: str) -> ParsedValue:
    called = attribute.called
    hint = nearest(word, called, called) if attribute.type == "set" else value_hint(word, called)
    return _wrong(attribute, f"unknown value {shown(word)}", hint)


def _advice(attribute: Attribute, word: str) -> str | None:
    """What the knowledge base advises against this spelling."""
    if len(word) > LONGEST:
        return None
    return next((advice for pattern, advice in attribute.refusals if pattern.fullmatch(word) is not None), None)


def _choice(attribute: Attribute, written: object) -> ParsedValue:
    if not isinstance(written, str):
        return _wrong(attribute, f"{shown(written)} is not a word")
    word = written.strip()
    if choice := attribute.by_folded.get(word.lower()):
        return ParsedValue(choice.value)
    if len(word) > LONGEST:
        return _unknown_value(attribute, word)
    if (reading := attribute.kept.get(word)) is None:
        if len(attribute.kept) >= MOST_KEPT:
            attribute.kept.clear()
        reading = attribute.kept[word] = _spelled(attribute, word)
    return reading


def _spelled(attribute: Attribute, word: str) -> ParsedValue:
    """A word that is no value itself, by the patterns of the knowledge base."""
    for spelling in attribute.spellings:
        if spelling.pattern.fullmatch(word) is not None:
            return ParsedValue(spelling.value, besides=_besides(attribute, word), written=word)
    advice = _advice(attribute, word)
    if advice and not named_hint(word, attribute.called):
        return _wrong(attribute, f"{shown(word)} cannot be used", advice)
    return _unknown_value(attribute, word)


def _besides(attribute: Attribute, word: str) -> tuple[tuple[str, str], ...]:
    found = ((other, value) for pattern, other, value in attribute.also_says if pattern.fullmatch(word) is not None)
    first = next(found, None)
    return () if first is None else (first,)


def _boolean(attribute: Attribute, written: object) -> ParsedValue:
    if isinstance(written, bool):
        return ParsedValue(written)
    truth = TRUTHS.get(written.strip().lower()) if isinstance(written, str) else None
    if truth is None:
        hint = "it takes true or false, yes or no, or unknown"
        return _wrong(attribute, f"{shown(written)} is neither true nor false", hint)
    return ParsedValue(truth)


def _integer(attribute: Attribute, written: object) -> ParsedValue:
    number = whole_number(written)
    if number is None or not attribute.least <= number <= attribute.greatest:
        what = f"{shown(written)} is not a whole number from {attribute.least} to {attribute.greatest}"
        return _wrong(attribute, what, number_hint(written, attribute.unit))
    return ParsedValue(number)


def _decimal(attribute: Attribute, written: object) -> ParsedValue:
    text = written.strip() if isinstance(written, str) else ""
    for unit, factor in attribute.conversions:
        amount = decimal_number(text.removesuffix(unit)) if text.endswith(unit) else None
        if amount is not None:
            return _converted(attribute, text, Fraction(amount) * factor)
    number = decimal_number(written)
    low, high = attribute.written_number(attribute.least), attribute.written_number(attribute.greatest)
    if number is None:
        comma = _DECIMAL_COMMA.fullmatch(written.strip()) if isinstance(written, str) else None
        hint = f"write a decimal point: {comma[1]}.{comma[2]}" if comma else number_hint(written, attribute.unit)
        return _wrong(attribute, f"{shown(written)} is not a number from {low} to {high}", hint)
    units = units_of(number, attribute.places)
    if units is None:
        places = _PLACES[attribute.places]
        return _wrong(attribute, f"{short(number)} has more than {places}", f"state it with {places}")
    if not attribute.least <= units <= attribute.greatest:
        return _wrong(attribute, f"{short(number)} is not a number from {low} to {high}", f"it is in {attribute.unit}")
    return ParsedValue(of_units(units, attribute.places))


def _converted(attribute: Attribute, written: str, exact: Fraction) -> ParsedValue:
    """A decimal that was written in another unit: kept exactly, whatever its places."""
    if not attribute.least <= exact * 10**attribute.places <= attribute.greatest:
        low, high = attribute.written_number(attribute.least), attribute.written_number(attribute.greatest)
        return _wrong(attribute, f"{shown(written)} is not between {low} and {high} {attribute.unit}")
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    if value != exact:
        return _wrong(attribute, f"{shown(written)} has too many digits")
    return ParsedValue(value, written=written)


def _date(attribute: Attribute, written: object) -> ParsedValue:
    try:
        return ParsedValue(day_of(written))
    except ValueError as error:
        return _wrong(attribute, str(error), HOW)


# --- Sets ------------------------------------------------------------------------------------------


def _set(attribute: Attribute, written: object) -> ParsedValue:
    if isinstance(written, str):
        text = written.strip()
        items: list[object] = [] if text.lower() in EMPTY_SETS else list(text.split(SEPARATOR))
        if any(not str(item).strip() for item in items):
            return _wrong(attribute, f"{shown(text)} has an empty entry", f"remove the extra semicolon ({SEPARATOR})")
    elif isinstance(written, list | tuple | set | frozenset):
        items = list(written)
    elif attribute.open_pattern is not None and whole_number(written) is not None:
        items = [written]
    else:
        return _wrong(attribute, f"{shown(written)} is not a list")
    if attribute.nonempty and not items:
        return _wrong(attribute, "the list is empty", "leave it out if it is not known")
    found: set[str] = set()
    for item in items:
        member = _member(attribute, plain(item))
        if isinstance(member, ParsedValue):
            return member
        found.add(member)
    return ParsedValue(frozenset(found))


def _member(attribute: Attribute, item: object) -> str | ParsedValue:
    if not isinstance(item, str) and attribute.open_pattern is not None and (number := whole_number(item)) is not None:
        item = str(number) if number < 10**9 else item
    if item is None or (isinstance(item, str) and item.strip().lower() in UNKNOWN_WORDS):
        return _wrong(attribute, "a partly known list cannot be expressed", "leave the whole attribute out")
    if not isinstance(item, str):
        return _wrong(attribute, f"{shown(item)} is not a word of the list")
    word = item.strip()
    if member := _named(attribute, word):
        return member
    advice = named_hint(word, attribute.called) or _advice(attribute, word)
    if advice is None and (parts := _OTHER_SEPARATORS.split(word))[1:]:
        several = all(_named(attribute, part) or _advice(attribute, part) for part in parts)
        advice = f"separate the entries with semicolons ({SEPARATOR})" if several else None
    if attribute.open_pattern is not None:
        advice = advice or f"a code has {attribute.open_pattern_in_words}"
        return _wrong(attribute, f"{shown(word)} is not a code", advice)
    return _wrong(attribute, f"unknown value {shown(word)}", advice) if advice else _unknown_value(attribute, word)


def _named(attribute: Attribute, word: str) -> str | None:
    """The member that ``word`` is."""
    choice = attribute.by_folded.get(word.lower())
    if choice is not None and choice.value != attribute.open_value:
        return choice.value
    if attribute.open_pattern is None or len(word) > LONGEST:
        return None
    code = (found[1] if (found := _CODE_AS_NUMBER.fullmatch(word)) else word).upper()
    if (choice := attribute.by_folded.get(code.lower())) is not None and choice.value != attribute.open_value:
        return choice.value
    return code if attribute.open_pattern.fullmatch(code) is not None else None


_READERS: dict[str, Callable[[Attribute, object], ParsedValue]] = {
    "choice": _choice,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "set": _set,
}
TYPES = tuple(_READERS)
