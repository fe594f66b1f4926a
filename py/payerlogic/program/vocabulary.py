"""The vocabulary of a case, read from the knowledge base: attributes, values, spellings.

    >>> from payerlogic.program.grounding import GroundProgram
    >>> from payerlogic.program.files import Program, shipped_folder
    >>> vocabulary = Vocabulary.of(GroundProgram.of(Program.read(shipped_folder())))
    >>> vocabulary["t_category"].read("cT4b").value
    'T4'
    >>> vocabulary["age_years"].describe(45)
    'age is 45 years'

Values are plain Python: ``str`` for a choice, ``bool``, ``int``, ``Decimal``, ``date``, ``frozenset[str]`` for a set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from payerlogic.errors import KnowledgeBaseError
from payerlogic.program.attribute import UNKNOWN_WORDS, Attribute, Choice, Spelling, Value
from payerlogic.program.formula import Formula
from payerlogic.program.grounding import GroundProgram
from payerlogic.text.patterns import Pattern, PatternError, compile


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
    inputs: Mapping[str, Attribute] = field(default_factory=dict)
    """Facts that only serve to work out others: a case can state them, and no rule asks them."""
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    """How attributes follow from others, by attribute."""

    def __getitem__(self, name: str) -> Attribute:
        return self.attributes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.attributes)

    def __len__(self) -> int:
        return len(self.attributes)

    @classmethod
    def of(cls, ground: GroundProgram) -> Vocabulary:
        counted = {(str(name), written): int(units) for name, written, units in ground.rows("counts_as", 3)}
        attributes = {
            str(name): _attribute(ground, counted, int(rank), str(name), str(type_), str(kind))
            for rank, name, type_, kind in sorted(ground.rows("attribute", 4))
        }
        inputs = {
            str(name): _attribute(ground, counted, int(rank), str(name), str(type_), str(kind))
            for rank, name, type_, kind in sorted(ground.rows("input", 4))
        }
        kinds = sorted(ground.rows("kind", 4))
        formulas = {
            str(name): Formula.of(attributes[str(name)], str(operation), str(rounding), {**attributes, **inputs})
            for name, operation, rounding in ground.rows("derived", 3)
            if str(name) in attributes
        }
        return cls(
            attributes,
            tuple(Kind(int(r), str(n), str(label), str(h)) for r, n, label, h in kinds),
            inputs,
            {name: formulas[name] for name in attributes if name in formulas},
        )

    @cached_property
    def stateable(self) -> Mapping[str, Attribute]:
        """Whatever a case can state: the attributes, then the inputs from which some of them are worked out."""
        return {**self.attributes, **self.inputs}


def _text(ground: GroundProgram, name: str, attribute: str) -> str:
    rows = ground.about(name, 2, attribute)
    return str(rows[0][0]) if rows else ""


def _attribute(
    ground: GroundProgram, counted: Mapping[tuple[str, str | int], int], rank: int, name: str, type_: str, kind: str
) -> Attribute:
    (places,) = next(iter(ground.about("places", 2, name)), (0,))
    least, greatest = (counted.get((name, each), each) for each in next(iter(ground.about("range", 3, name)), (0, 0)))
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
        places=int(places),
        conversions=_conversions(ground, name),
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


def _conversions(ground: GroundProgram, name: str) -> tuple[tuple[str, Fraction], ...]:
    """The units in which a decimal may be written, its own among them if there are others."""
    others = tuple((str(unit), Fraction(str(factor))) for unit, factor in ground.about("converted", 3, name))
    return (*others, (_text(ground, "unit", name), Fraction(1))) if others else ()


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
