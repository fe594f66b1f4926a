"""The vocabulary of a case, read from the knowledge base: attributes, values, spellings.

    >>> from payerlogic.program.grounding import GroundProgram
    >>> from payerlogic.program.files import Program, shipped_folder
    >>> vocabulary = Vocabulary.of(GroundProgram.of(Program.read(shipped_folder())))
    >>> vocabulary["t_category"].read("cT4b").value
    'T4'
    >>> vocabulary["age_years"].describe(45)
    'age is 45 years'

Values are plain Python: ``str`` for a choice, ``bool``, ``int``, ``date``, ``frozenset[str]`` for a set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from payerlogic.errors import KnowledgeBaseError
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.spellings import EMPTY_SET, SEPARATOR, TYPES, UNKNOWN_WORDS, Reading, Spelling, read
from payerlogic.text.patterns import Pattern, PatternError, compile

__all__ = [
    "EMPTY_SET",
    "SEPARATOR",
    "TYPES",
    "UNKNOWN_WORDS",
    "Attribute",
    "Choice",
    "Kind",
    "Reading",
    "Spelling",
    "Value",
    "Vocabulary",
]

Value = str | bool | int | date | frozenset[str]


@dataclass(frozen=True)
class Choice:
    """One value of an attribute: as it is spelled, and in words."""

    value: str
    label: str


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
    open_pattern: Pattern | None
    open_pattern_in_words: str
    spellings: tuple[Spelling, ...]
    refusals: tuple[tuple[Pattern, str], ...]
    also_says: tuple[tuple[Pattern, str, str], ...]
    """Spellings that state a value of another attribute too: pattern, attribute, value."""
    withheld_by: tuple[tuple[str, str], ...]
    """Values of other attributes under which a stated value is not taken: it is then unknown."""
    typical: Value | None = None
    """A usual value, for examples and witnesses. It takes no part in any determination."""

    @cached_property
    def by_folded(self) -> Mapping[str, Choice]:
        return {choice.value.lower(): choice for choice in self.choices}

    @cached_property
    def kept(self) -> dict[str, Reading]:
        """Spellings that were read before: a file has few different ones."""
        return {}

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
    found = Attribute(
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
        open_pattern=_pattern(name, pattern) if pattern is not None else None,
        open_pattern_in_words=str(in_words),
        spellings=tuple(
            Spelling(_pattern(name, pattern), None if value in UNKNOWN_WORDS else str(value))
            for _, pattern, value in ground.about("written_as", 4, name)
        ),
        refusals=tuple(
            (_pattern(name, pattern), str(advice)) for _, pattern, advice in ground.about("refused", 4, name)
        ),
        also_says=tuple(
            (_pattern(name, pattern), str(other), str(value))
            for _, pattern, other, value in ground.about("also_says", 5, name)
        ),
        withheld_by=tuple((str(other), str(value)) for other, value in ground.about("withheld", 3, name)),
    )
    return replace(found, typical=_typical(found, [value for (value,) in ground.about("typical", 2, name)]))


def _pattern(attribute: str, text: str | int) -> Pattern:
    try:
        return compile(str(text))
    except PatternError as error:
        raise KnowledgeBaseError(problem.at(f"a spelling of {attribute}") for problem in error.problems) from None


def _typical(attribute: Attribute, values: list[str | int]) -> Value | None:
    if not values:
        return None
    reading = attribute.read([str(value) for value in values] if attribute.type == "set" else values[0])
    if reading.problem is not None:
        raise KnowledgeBaseError(reading.problem.at("typical value"))
    return reading.value
