"""The vocabulary of a case, read from the knowledge base: attributes, values, spellings.

    >>> from payerlogic.grounding import GroundProgram
    >>> from payerlogic.source import Program, shipped_folder
    >>> vocabulary = Vocabulary.of(GroundProgram.of(Program.read(shipped_folder())))
    >>> vocabulary["t_category"].read("cT4b").value
    'T4'
    >>> vocabulary["age_years"].describe(45)
    'age is 45 years'

Values are plain Python: ``str`` for a choice, ``bool``, ``int``, ``date``, ``frozenset[str]`` for a set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from payerlogic.errors import Problem, nearest, shown
from payerlogic.grounding import GroundProgram

Value = str | bool | int | date | frozenset[str]
UNKNOWN_WORDS = ("", "unknown")
EMPTY_SET = "[]"
SEPARATOR = ";"
TYPES = ("choice", "boolean", "integer", "date", "set")


@dataclass(frozen=True)
class Choice:
    """One value of an attribute: as it is spelled, and in words."""

    value: str
    label: str


@dataclass(frozen=True)
class Spelling:
    """A pattern in which a value may be written; ``value`` is None where that means unknown."""

    pattern: re.Pattern[str]
    value: str | None


@dataclass(frozen=True)
class Reading:
    """What came of reading a written value: a value or None for unknown, or a problem.

    ``besides`` are values of other attributes that the spelling tells, unless these are stated.
    """

    value: Value | None = None
    problem: Problem | None = None
    besides: tuple[tuple[str, str], ...] = ()


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
    choices: tuple[Choice, ...]
    open_value: str | None
    open_pattern: re.Pattern[str] | None
    open_pattern_in_words: str
    spellings: tuple[Spelling, ...]
    refusals: tuple[tuple[re.Pattern[str], str], ...]
    prefixes: tuple[tuple[str, str, str], ...]

    @cached_property
    def by_folded(self) -> Mapping[str, Choice]:
        return {choice.value.lower(): choice for choice in self.choices}

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """The values that can be written, without the name for all others of an open set."""
        return tuple(choice.value for choice in self.choices if choice.value != self.open_value)

    @property
    def values_in_words(self) -> str:
        if self.type == "boolean":
            return "true, false"
        if self.type == "integer":
            return f"{self.least} to {self.greatest} {self.unit}"
        if self.type == "date":
            return "a date such as 2026-01-31"
        listed = ", ".join(self.spelled)
        listed = f"any of {listed}" if self.type == "set" else listed
        return f"{listed}, or {self.open_pattern_in_words}" if self.open_pattern else listed

    def read(self, written: object) -> Reading:
        """The value that ``written`` means, from a file of any format or from Python."""
        if written is None or (isinstance(written, str) and written.strip().lower() in UNKNOWN_WORDS):
            return Reading()
        reader = {
            "choice": self._read_choice,
            "boolean": self._read_boolean,
            "integer": self._read_integer,
            "date": self._read_date,
            "set": self._read_set,
        }[self.type]
        return reader(written)

    def _wrong(self, what: str, hint: str = "") -> Reading:
        return Reading(problem=Problem(what, self.name, hint or f"it takes {self.values_in_words}"))

    def _unknown_value(self, written: object) -> Reading:
        word = written if isinstance(written, str) else str(written)
        return self._wrong(f"unknown value {shown(written)}", nearest(word, self.spelled))

    def _read_choice(self, written: object) -> Reading:
        if not isinstance(written, str):
            return self._wrong(f"{shown(written)} is not a word")
        word = written.strip()
        if choice := self.by_folded.get(word.lower()):
            return Reading(choice.value, besides=self._besides(word))
        if len(word) > 40:  # no spelling is that long, and patterns need not see it
            return self._unknown_value(word)
        for pattern, advice in self.refusals:
            if pattern.fullmatch(word):
                return self._wrong(f"{shown(word)} cannot be used", advice)
        for spelling in self.spellings:
            if spelling.pattern.fullmatch(word):
                return Reading(spelling.value, besides=self._besides(word))
        return self._unknown_value(word)

    def _besides(self, word: str) -> tuple[tuple[str, str], ...]:
        before = re.split(r"[TN]", word, maxsplit=1, flags=re.IGNORECASE)[0].lower()
        for letter, attribute, value in self.prefixes:
            if letter in before:
                return ((attribute, value),)
        return ()

    def _read_boolean(self, written: object) -> Reading:
        if isinstance(written, bool):
            return Reading(written)
        if isinstance(written, str) and written.strip().lower() in ("true", "false"):
            return Reading(written.strip().lower() == "true")
        return self._wrong(f"{shown(written)} is neither true nor false", "it takes true, false or unknown")

    def _read_integer(self, written: object) -> Reading:
        number: int | None = None
        if isinstance(written, int) and not isinstance(written, bool):
            number = written
        elif (isinstance(written, float) and written.is_integer()) or (
            isinstance(written, str) and re.fullmatch(r"[+-]?[0-9]{1,9}", written.strip())
        ):
            number = int(written)
        if number is None or not self.least <= number <= self.greatest:
            return self._wrong(
                f"{shown(written)} is not a whole number from {self.least} to {self.greatest}",
                f"it is in {self.unit}",
            )
        return Reading(number)

    def _read_date(self, written: object) -> Reading:
        if type(written) is date:
            return Reading(written)
        if isinstance(written, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written.strip()):
            try:
                return Reading(date.fromisoformat(written.strip()))
            except ValueError:
                return self._wrong(f"{shown(written)} is not a day of the calendar")
        return self._wrong(f"{shown(written)} is not a date", "it takes year-month-day, such as 2026-01-31")

    def _read_set(self, written: object) -> Reading:
        if isinstance(written, str):
            text = written.strip()
            items: list[object] = [] if text == EMPTY_SET else list(text.split(SEPARATOR))
        elif isinstance(written, list | tuple | set | frozenset):
            items = list(written)
        else:
            return self._wrong(f"{shown(written)} is not a list")
        if self.nonempty and not items:
            return self._wrong("the list is empty", "leave it out if it is not known")
        found: set[str] = set()
        for item in items:
            member = self._member(item)
            if isinstance(member, Reading):
                return member
            found.add(member)
        return Reading(frozenset(found))

    def _member(self, item: object) -> str | Reading:
        if isinstance(item, int) and not isinstance(item, bool) and self.open_pattern:
            item = str(item) if abs(item) < 10**9 else item
        if not isinstance(item, str):
            return self._wrong(f"{shown(item)} is not a word of the list")
        word = item.strip()
        if word.lower() in UNKNOWN_WORDS:
            return self._wrong("a partly known list cannot be expressed", "leave the whole attribute out")
        if (choice := self.by_folded.get(word.lower())) and choice.value != self.open_value:
            return choice.value
        if self.open_pattern and self.open_pattern.fullmatch(word.upper()):
            return word.upper()
        if self.open_pattern:
            return self._wrong(f"{shown(word)} is not a code", f"a code has {self.open_pattern_in_words}")
        found: Reading = self._unknown_value(word)
        return found

    def in_program(self, member: str) -> str:
        """The value of the program that stands for ``member``: itself, or the name for all others."""
        if member.lower() in self.by_folded or self.open_value is None:
            return member
        return self.open_value

    def in_words(self, value: Value) -> str:
        """A value as people read it: its label, a number with its unit, a date, a list."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return f"{value}" if self.unit in self.label else f"{value} {self.unit}"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, frozenset):
            labels = {choice.value: choice.label for choice in self.choices if self.open_value is None}
            return ", ".join(labels.get(item, item) for item in sorted(value)) if value else "none"
        choice = self.by_folded.get(value.lower())
        return choice.label if choice else value

    def describe(self, value: Value) -> str:
        """A stated fact as a short clause: "age is 45 years"."""
        if isinstance(value, bool):
            return f"{self.label}: {self.in_words(value)}"
        if isinstance(value, frozenset):
            return f"{self.label}: {self.in_words(value)}"
        return f"{self.label} is {self.in_words(value)}"

    def to_json(self, value: Value) -> object:
        """The value as it stands in a case file."""
        if isinstance(value, date):
            return value.isoformat()
        return sorted(value) if isinstance(value, frozenset) else value


@dataclass(frozen=True)
class Kind:
    """A group of attributes: what they are about, and what can change them."""

    rank: int
    name: str
    label: str
    help: str


@dataclass(frozen=True)
class Vocabulary(Mapping[str, Attribute]):
    """All attributes by name, in the order of the knowledge base."""

    attributes: Mapping[str, Attribute]
    kinds: tuple[Kind, ...]

    def __getitem__(self, name: str) -> Attribute:
        return self.attributes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.attributes)

    def __len__(self) -> int:
        return len(self.attributes)

    @classmethod
    def of(cls, ground: GroundProgram) -> Vocabulary:
        attributes = {
            str(name): _attribute(ground, int(rank), str(name), str(type_), str(kind))
            for rank, name, type_, kind in sorted(ground.rows("attribute", 4))
        }
        kinds = sorted(ground.rows("kind", 4))
        return cls(attributes, tuple(Kind(int(r), str(n), str(label), str(h)) for r, n, label, h in kinds))


def _text(ground: GroundProgram, name: str, attribute: str) -> str:
    rows = ground.about(name, 2, attribute)
    return str(rows[0][0]) if rows else ""


def _attribute(ground: GroundProgram, rank: int, name: str, type_: str, kind: str) -> Attribute:
    least, greatest = next(iter(ground.about("range", 3, name)), (0, 0))
    open_value, pattern, in_words = next(iter(ground.about("open_value", 4, name)), (None, None, ""))
    return Attribute(
        rank=rank,
        name=name,
        type=type_,
        kind=kind,
        label=_text(ground, "label", name) or name,
        help=_text(ground, "help", name),
        unit=_text(ground, "unit", name),
        fixed=bool(ground.about("fixed", 1, name)),
        nonempty=bool(ground.about("nonempty", 1, name)),
        least=int(least),
        greatest=int(greatest),
        choices=tuple(Choice(str(value), str(words)) for _, value, words in ground.about("value", 4, name)),
        open_value=str(open_value) if open_value is not None else None,
        open_pattern=re.compile(str(pattern)) if pattern is not None else None,
        open_pattern_in_words=str(in_words),
        spellings=tuple(
            Spelling(_pattern(pattern), None if value in UNKNOWN_WORDS else str(value))
            for _, pattern, value in ground.about("written_as", 4, name)
        ),
        refusals=tuple((_pattern(pattern), str(advice)) for pattern, advice in ground.about("refused", 3, name)),
        prefixes=tuple(
            (str(letter), str(other), str(value)) for _, letter, other, value in ground.about("basis_prefix", 5, name)
        ),
    )


def _pattern(text: str | int) -> re.Pattern[str]:
    return re.compile(str(text), re.IGNORECASE)
