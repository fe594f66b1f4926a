"""What one value, or one combination of a few, of a table means: the rules of a mapping, compiled.

    >>> from payerlogic.batch.mapping import Mapping
    >>> from payerlogic.knowledge import KnowledgeBase
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
from functools import cached_property

from payerlogic.batch.mapping import GROUP, Condition, Mapping, Rule, pattern_of
from payerlogic.errors import Problem, shown
from payerlogic.vocabulary import EMPTY_SET, SEPARATOR, UNKNOWN_WORDS, Attribute, Reading, Value, Vocabulary

REFUSED, UNKNOWN = "refused", "unknown"


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
    told: bool = False
    """Whether some column, and not a constant, gave the value."""


@dataclass(frozen=True)
class AttributeRules:
    """How one attribute is read from the values of ``sources``."""

    attribute: Attribute
    sources: tuple[str, ...]
    rules: tuple[Rule, ...]
    unknown: frozenset[str] = frozenset()
    unknown_patterns: tuple[re.Pattern[str], ...] = ()

    @cached_property
    def _codes(self) -> list[_Codes]:
        return [_Codes.of(rule) for rule in self.rules]

    def read(self, values: Sequence[object]) -> Meaning:
        """The first rule that gives a value has it; a rule that refuses one ends it."""
        row = dict(zip(self.sources, values, strict=True))
        left: list[Unmapped] = []
        for codes in self._codes:
            if not all(self._met(condition, row[column]) for column, condition in codes.rule.when.items()):
                continue
            found = self._by(codes, row, left)
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
            or any(pattern.fullmatch(text) for pattern in self.unknown_patterns)
        )

    def _met(self, condition: Condition, value: object) -> bool:
        unknown = self._is_unknown(value)
        if condition.stated is not None and condition.stated is unknown:
            return False
        text = "" if unknown else as_text(value).strip()
        if condition.any_of and text.lower() not in {each.strip().lower() for each in condition.any_of}:
            return False
        return condition.pattern is None or pattern_of(condition.pattern).fullmatch(text) is not None

    def _by(self, codes: _Codes, row: Dict[str, object], left: list[Unmapped]) -> Meaning | None:
        """What one rule makes of a row; None where it leaves the attribute unknown."""
        rule = codes.rule
        if rule.value is not None:
            reading = self.attribute.read(rule.value)
            if reading.value is None and not reading.besides:
                return None
            return Meaning(reading.value, besides=reading.besides, told=bool(rule.when))
        for column in rule.sources:
            value = row[column]
            if self._is_unknown(value, codes.unknown):
                continue
            reading = self._read(codes, value, column)
            if reading.problem is None:
                if reading.value is None and not reading.besides:
                    return None
                return Meaning(reading.value, None, reading.besides, column, as_text(value), told=True)
            treated = REFUSED if rule.unmapped != "unknown" else UNKNOWN
            note = Unmapped(column, self.attribute.name, as_text(value), treated, str(reading.problem))
            if treated == REFUSED:
                return Meaning(None, reading.problem, (), column, as_text(value), (note,), told=True)
            left.append(note)
            return None
        return None

    def _read(self, codes: _Codes, value: object, column: str) -> Reading:
        rule = codes.rule
        if rule.divide_by is not None:
            return self._divided(value, rule.divide_by, column)
        if not rule.maps:
            return self.attribute.read(value)
        if self.attribute.type == "set":
            return self._set(codes, value, column)
        found = codes.find(as_text(value))
        if found is None and rule.unmapped != "read":
            return self._missing(value, column)
        return self.attribute.read(value if found is None else found)

    def _missing(self, value: object, column: str) -> Reading:
        hint = f"map it to {self.attribute.name}, or take it as unknown (unmapped: unknown)"
        return Reading(problem=Problem(f"{shown(as_text(value))} is not mapped", column, hint))

    def _set(self, codes: _Codes, value: object, column: str) -> Reading:
        """Each item of a list is mapped by itself; one that cannot be makes the whole list unknown or wrong."""
        text = as_text(value).strip()
        items = value if isinstance(value, list) else [] if text == EMPTY_SET else text.split(SEPARATOR)
        members: list[object] = []
        for item in items:
            found = codes.find(as_text(item))
            if found is None and codes.rule.unmapped != "read":
                return self._missing(item, column)
            if found is None or found.strip().lower() not in UNKNOWN_WORDS:
                members += [item] if found is None else found.split(SEPARATOR)
        return self.attribute.read(members if members or not items else None)

    def _divided(self, value: object, by: float, column: str) -> Reading:
        try:
            number = float(as_text(value))
        except ValueError:
            number = math.nan
        quotient = number / by
        if not math.isfinite(quotient):
            problem = Problem(f"{shown(as_text(value))} is not a number", column, f"it is divided by {by:g}")
            return Reading(problem=problem)
        return self.attribute.read(math.floor(quotient))


@dataclass(frozen=True)
class _Codes:
    """The maps of one rule, ready to be looked up."""

    rule: Rule
    unknown: frozenset[str]
    values: Dict[str, str]
    prefixes: Sequence[tuple[str, str]]
    patterns: Sequence[tuple[re.Pattern[str], str]]

    @classmethod
    def of(cls, rule: Rule) -> _Codes:
        return cls(
            rule,
            folded(rule.unknown),
            {code.strip().lower(): value for code, value in rule.values.items()},
            sorted(((code.strip().lower(), value) for code, value in rule.prefixes.items()), key=lambda x: -len(x[0])),
            [(pattern_of(pattern), value) for pattern, value in rule.patterns.items()],
        )

    def find(self, text: str) -> str | None:
        """The value of a code: by the whole code, else its longest beginning, else the first pattern."""
        code = text.strip()
        low = code.lower()
        if low in self.values:
            return self.values[low]
        for beginning, value in self.prefixes:
            if low.startswith(beginning):
                return value
        for pattern, value in self.patterns:
            if found := pattern.fullmatch(code):
                return GROUP.sub(lambda group: found[int(group[1])] or "", value)
        return None


def _with(meaning: Meaning, left: Sequence[Unmapped]) -> Meaning:
    return Meaning(
        meaning.value,
        meaning.problem,
        meaning.besides,
        meaning.column,
        meaning.written,
        (*left, *meaning.unmapped),
        meaning.told,
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


def folded(codes: Sequence[str]) -> frozenset[str]:
    """Codes for a look-up in which the case of letters does not matter."""
    return frozenset(code.strip().lower() for code in codes)


def compiled(mapping: Mapping, vocabulary: Vocabulary) -> tuple[AttributeRules, ...]:
    """The rules of each attribute that a mapping speaks of, in the order of the vocabulary."""
    unknown = folded(mapping.unknown)
    patterns = tuple(pattern_of(each) for each in mapping.unknown_patterns)

    def of(name: str) -> Iterator[AttributeRules]:
        if name in mapping.columns:
            rules = tuple(mapping.columns[name])
            sources = tuple(dict.fromkeys(column for rule in rules for column in (*rule.when, *rule.sources)))
            yield AttributeRules(vocabulary[name], sources, rules, unknown, patterns)
        elif name in mapping.constants:
            yield AttributeRules(vocabulary[name], (), (Rule(value=mapping.constants[name]),))

    return tuple(each for name in vocabulary for each in of(name))


def as_written(attributes: Sequence[str], vocabulary: Vocabulary) -> tuple[AttributeRules, ...]:
    """Without a mapping: each of ``attributes`` in a column of its own name."""
    wanted = set(attributes)
    return tuple(
        AttributeRules(vocabulary[name], (name,), (Rule(column=name),)) for name in vocabulary if name in wanted
    )
