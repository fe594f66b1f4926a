"""One rule of a mapping: how a value of an attribute is made from one or several columns.

    >>> Rule(column="AGE", unit="months").sources
    ('AGE',)
    >>> Rule(column="A", value="x")
    Traceback (most recent call last):
    pydantic_core._pydantic_core.ValidationError: ...

INVARIANT: a rule is frozen data and as strict as a mapping: what it does not know is refused.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from payerlogic.errors import shown
from payerlogic.tables.codes import GROUP, folded
from payerlogic.text import patterns
from payerlogic.text.phrases import joined

SOURCES = ("column", "first_of", "years_between", "value")


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _pattern(text: str) -> str:
    try:
        patterns.compile(text)
    except patterns.PatternError as error:
        raise ValueError(str(error)) from None
    return text


def listed_rules(value: object) -> object:
    """A column's name alone, one rule, or several of which the first that gives a value counts."""
    return [
        {"column": each} if isinstance(each, str) else each for each in (value if isinstance(value, list) else [value])
    ]


Texts = Annotated[list[str], BeforeValidator(_listed)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Strict(BaseModel):
    """A part of a mapping, which has no other keys than its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Strict):
    """What a column has to hold for a rule to be used; all that is given has to be met."""

    any_of: Texts = Field(default=[], description="One of these, whatever the case of letters.")
    pattern: Pattern | None = Field(default=None, description="A regular expression for the whole value.")
    stated: bool | None = Field(default=None, description="Whether the column holds anything but an unknown code.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return value if isinstance(value, dict) else {"any_of": value}


class Rule(Strict):
    """How a value of one attribute is made from one or several columns."""

    when: dict[str, Condition] = Field(default={}, description="Only where these columns hold this.")
    column: str | None = Field(default=None, description="The column that is read.")
    first_of: list[str] = Field(default=[], description="Several columns: the first that is not unknown is read.")
    value: str | None = Field(default=None, description="This value, whatever the columns hold.")
    unknown: Texts = Field(default=[], description="Codes that mean unknown in these columns.")
    years_between: list[str] = Field(
        default=[], description="Two columns with dates: the whole years from the first to the second, by the calendar."
    )
    unit: Literal["days", "months"] | None = Field(
        default=None, description="What the column counts, of an age in years. Days that leave two ages are unmapped."
    )
    divide_by: float | None = Field(
        default=None, description="Divide a number and drop the fraction. Not for ages: years differ in their days."
    )
    values: dict[str, str] = Field(default={}, description="Code: value, whatever the case of letters.")
    prefixes: dict[str, str] = Field(
        default={}, description="Beginning of a code: value; the longest that fits counts."
    )
    patterns: dict[str, str] = Field(
        default={}, description="Regular expression for the whole code: value; \\1 stands for its first group."
    )
    unmapped: Literal["error", "unknown", "read"] = Field(
        default="error",
        description="What is not mapped: refuse the row, take it as unknown, or read it as it is written.",
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Rule:
        sources = [name for name in SOURCES if getattr(self, name) not in (None, [])]
        if len(sources) != 1:
            given = f"{' and '.join(sources)} are given" if sources else "none is given"
            raise ValueError(f"it takes one of {joined(SOURCES)}, but {given}")
        codes = [name for name in ("unit", "divide_by", "values", "prefixes", "patterns") if getattr(self, name)]
        if self.value is not None and (codes or self.unknown):
            raise ValueError(f"a fixed value takes no {' or '.join(codes or ['unknown'])}")
        if codes and (self.years_between or (len(codes) > 1 and codes[0] in ("unit", "divide_by"))):
            raise ValueError(f"{'years_between' if self.years_between else codes[0]} takes no {codes[-1]} beside it")
        if self.years_between and len(set(self.years_between)) != 2:
            raise ValueError("years_between takes two columns: the earlier date and the later one")
        if self.divide_by is not None and (self.divide_by == 0 or not math.isfinite(self.divide_by)):
            raise ValueError("divide_by has to be a number other than 0")
        for name in ("values", "prefixes"):
            codes = list(map(folded, getattr(self, name)))
            if twice := sorted(code for code, count in Counter(codes).items() if count > 1):
                raise ValueError(f"{name} has {shown(twice[0])} twice, but for the case of its letters")
        for pattern, value in self.patterns.items():
            groups = patterns.compile(_pattern(pattern)).groups
            if any(int(digit) > groups for digit in GROUP.findall(value)):
                raise ValueError(f"{shown(value)} names a group that {shown(pattern)} has not")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that hold the value."""
        return (self.column,) if self.column is not None else (*self.first_of, *self.years_between)

    @property
    def maps(self) -> bool:
        return bool(self.values or self.prefixes or self.patterns)

    def written(self) -> dict[str, Any]:
        """What is not the default, as a file has it."""
        return self.model_dump(exclude_defaults=True)
