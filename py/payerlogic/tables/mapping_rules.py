"""What one value, or one combination of a few, of a table means: the rules of a mapping, compiled.

    >>> from payerlogic.tables.mapping import Mapping
    >>> from payerlogic import KnowledgeBase
    >>> vocabulary = KnowledgeBase.load().vocabulary
    >>> text = "columns: {primary_site: {column: ICD10, prefixes: {C18: colon, C20: rectum}}}"
    >>> site, = compiled(Mapping.parse(text, vocabulary), vocabulary)
    >>> site.read(("C20.9",)).value, str(site.read(("C44",)).problem)
    ('rectum', "ICD10: 'C44' is not mapped; map it to primary_site, or take it as unknown (unmapped: unknown)")

A table has few different values, so this is asked once for each, and the answers are joined back to the rows.
What a value means to the vocabulary is only ever asked of the vocabulary (``Attribute.read``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from payerlogic.errors import Problem, shown
from payerlogic.program.attribute import EMPTY_SET, SEPARATOR, UNKNOWN_WORDS, Attribute
from payerlogic.program.values import ParsedValue, Value
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.tables.ages import years_between, years_of
from payerlogic.tables.codes import Codes, SeveralCodes, folded
from payerlogic.tables.column_rules import Condition, Rule
from payerlogic.tables.mapping import Mapping
from payerlogic.text import patterns

REFUSED, UNKNOWN = "refused", "unknown"
LARGEST_NUMBER = 10**15
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.][0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True)
class Unmapped:
    """A value that came to nothing: where it stands, and what was done about it."""

    column: str
    attribute: str
    value: str
    treated: str
    reason: str


@dataclass(frozen=True)
class Meaning:
    """What a combination of values means to one attribute: a value, unknown (None), or a problem."""

    value: Value | None = None
    problem: Problem | None = None
    besides: tuple[tuple[str, str], ...] = ()
    column: str = ""
    written: str = ""
    unmapped: tuple[Unmapped, ...] = ()
    counts_as_stated: bool = False
    """Whether some column, and not a constant, gave the value."""


@dataclass(frozen=True)
class AttributeRules:
    """How one attribute is read from the values of ``sources``."""

    attribute: Attribute
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    unknown: frozenset[str] = frozenset()
    unknown_patterns: tuple[patterns.Pattern, ...] = ()

    @cached_property
    def _prepared(self) -> list[_Prepared]:
        return [_Prepared.of(rule) for rule in self.rules]

    def read(self, values: Sequence[object]) -> Meaning:
        """The first rule that gives a value has it; a rule that refuses one ends it."""
        row = dict(zip(self.sources, values, strict=True))
        left: list[Unmapped] = []
        for rule in self._prepared:
            if not all(self._met(condition, pattern, row[column]) for column, condition, pattern in rule.conditions):
                continue
            found = self._by(rule, row, left)
            if found is not None:
                return found if not left else _with(found, left)
        return Meaning(unmapped=tuple(left))

    def _is_unknown(self, value: object, more: frozenset[str] = frozenset()) -> bool:
        if value is None:
            return True
        if isinstance(value, list):
            return False
        text = as_text(value).strip()
        folded = text.lower()
        return (
            folded in UNKNOWN_WORDS
            or folded in self.unknown
            or folded in more
            or any(_fits(pattern, text) for pattern in self.unknown_patterns)
        )

    def _met(self, condition: Condition, pattern: patterns.Pattern | None, value: object) -> bool:
        unknown = self._is_unknown(value)
        if condition.stated is not None and condition.stated is unknown:
            return False
        text = "" if unknown else as_text(value).strip()
        if condition.any_of and folded(text) not in map(folded, condition.any_of):
            return False
        return pattern is None or _fits(pattern, text)

    def _by(self, prepared: _Prepared, row: Dict[str, object], left: list[Unmapped]) -> Meaning | None:
        """What one rule makes of a row; None where it leaves the attribute unknown."""
        rule = prepared.rule
        if rule.value is not None:
            reading = self.attribute.read(rule.value)
            if reading.value is None and not reading.besides:
                return None
            return Meaning(reading.value, besides=reading.besides, counts_as_stated=bool(rule.when))
        known = [column for column in rule.sources if not self._is_unknown(row[column], prepared.unknown)]
        if not known or (rule.years_between and len(known) < 2):
            return None
        column = known[-1] if rule.years_between else known[0]
        written = " to ".join(as_text(row[each]) for each in (known if rule.years_between else known[:1]))
        reading = self._read(prepared, [row[each] for each in known], column)
        if reading.problem is None:
            if reading.value is None and not reading.besides:
                return None
            return Meaning(reading.value, None, reading.besides, column, written, counts_as_stated=True)
        treated = REFUSED if rule.unmapped != "unknown" else UNKNOWN
        note = Unmapped(column, self.attribute.name, written, treated, str(reading.problem))
        if treated == REFUSED:
            return Meaning(None, reading.problem, (), column, written, (note,), counts_as_stated=True)
        left.append(note)
        return None

    def _read(self, prepared: _Prepared, values: Sequence[object], column: str) -> ParsedValue:
        rule, value = prepared.rule, values[0]
        try:
            if rule.years_between:
                return self.attribute.read(years_between(*values))
            if rule.unit is not None:
                return self.attribute.read(years_of(value, rule.unit))
            if rule.divide_by is not None:
                quotient = _divided(value, rule.divide_by)
                return self.attribute.read(quotient if self.attribute.type == "decimal" else math.floor(quotient))
        except ValueError as error:
            return ParsedValue(problem=Problem(str(error), column, f"it gives {self.attribute.name}"))
        if not rule.maps:
            return self.attribute.read(value)
        try:
            if self.attribute.type == "set":
                return self._set(prepared, value, column)
            found = prepared.codes.find(as_text(value))
        except SeveralCodes:
            hint = (
                f"{self.attribute.name} takes one; 'values', or a pattern that names what is between them, can say it"
            )
            return ParsedValue(problem=Problem(f"{shown(as_text(value))} has more than one code", column, hint))
        if found is None and rule.unmapped != "read":
            return self._missing(value, column)
        return self.attribute.read(value if found is None else found)

    def _missing(self, value: object, column: str) -> ParsedValue:
        hint = f"map it to {self.attribute.name}, or take it as unknown (unmapped: unknown)"
        return ParsedValue(problem=Problem(f"{shown(as_text(value))} is not mapped", column, hint))

    def _set(self, prepared: _Prepared, value: object, column: str) -> ParsedValue:
        """Each item of a list is mapped by itself; one that cannot be makes the whole list unknown or wrong."""
        text = as_text(value).strip()
        items = value if isinstance(value, list) else [] if text == EMPTY_SET else text.split(SEPARATOR)
        members: list[object] = []
        for item in items:
            found = prepared.codes.find(as_text(item))
            if found is None and prepared.rule.unmapped != "read":
                return self._missing(item, column)
            if found is None or found.strip().lower() not in UNKNOWN_WORDS:
                members += [item] if found is None else found.split(SEPARATOR)
        return self.attribute.read(members if members or not items else None)


@dataclass(frozen=True)
class _Prepared:
    """One rule with what is compiled of it."""

    rule: Rule
    unknown: frozenset[str]
    codes: Codes
    conditions: tuple[tuple[str, Condition, patterns.Pattern | None], ...]

    @classmethod
    def of(cls, rule: Rule) -> _Prepared:
        conditions = tuple(
            (column, condition, patterns.compile(condition.pattern) if condition.pattern is not None else None)
            for column, condition in rule.when.items()
        )
        codes = Codes.of(rule.values, rule.prefixes, rule.patterns)
        return cls(rule, frozenset(map(folded, rule.unknown)), codes, conditions)


def _fits(pattern: patterns.Pattern, text: str) -> bool:
    """Whether a pattern fits; none is for a text that is longer than any code."""
    return len(text) <= patterns.LONGEST_TEXT and pattern.fullmatch(text) is not None


def _divided(value: object, by: float) -> Fraction:
    """The quotient, exactly: 4.35 by 0.01 is 435. ValueError for what is no number."""
    text = as_text(value).strip()
    if not _NUMBER.fullmatch(text) or abs(float(text)) > LARGEST_NUMBER:
        raise ValueError(f"{shown(text)} is not a number to be divided by {by:g}")
    return Fraction(text) / Fraction(str(by))


def _with(meaning: Meaning, left: Sequence[Unmapped]) -> Meaning:
    return Meaning(
        meaning.value,
        meaning.problem,
        meaning.besides,
        meaning.column,
        meaning.written,
        (*left, *meaning.unmapped),
        meaning.counts_as_stated,
    )


def as_text(value: object) -> str:
    """A value of a table as a code: 5.0 is 5, a day is year-month-day, a list has semicolons."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return SEPARATOR.join(map(as_text, value)) if value else EMPTY_SET
    return value if isinstance(value, str) else str(value)


def compiled(mapping: Mapping, vocabulary: Vocabulary) -> tuple[AttributeRules, ...]:
    """The rules of each attribute that a mapping speaks of, in the order of the vocabulary; all, if it is by name."""
    unknown = frozenset(map(folded, mapping.unknown))
    unknown_patterns = tuple(map(patterns.compile, mapping.unknown_patterns))
    words, columns = vocabulary.stateable, mapping.spelled_out(vocabulary.stateable, vocabulary).rules

    def of(name: str) -> Iterator[AttributeRules]:
        if name in columns:
            rules = tuple(columns[name])
            sources = tuple(dict.fromkeys(column for rule in rules for column in (*rule.when, *rule.sources)))
            yield AttributeRules(words[name], sources, rules, unknown, unknown_patterns)
        elif name in mapping.constants:
            yield AttributeRules(words[name], (), (Rule(value=mapping.constants[name]),))

    return tuple(each for name in words for each in of(name))


def as_written(attributes: Sequence[str], vocabulary: Vocabulary) -> tuple[AttributeRules, ...]:
    """Without a mapping: each of ``attributes`` in a column of its own name."""
    wanted, words = set(attributes), vocabulary.stateable
    return tuple(AttributeRules(words[name], (name,), (Rule(column=name),)) for name in words if name in wanted)
