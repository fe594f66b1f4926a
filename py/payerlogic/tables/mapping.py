"""How the columns and codes of a user's table become attributes and values: a small YAML file, checked.

    >>> from payerlogic import KnowledgeBase
    >>> vocabulary = KnowledgeBase.load().vocabulary
    >>> mapping = Mapping.parse("columns: {age_years: {years_between: [born, service]}}", vocabulary)
    >>> mapping.columns["age_years"][0].sources
    ('born', 'service')
    >>> Mapping.parse("columns: {margin: M}", vocabulary)
    Traceback (most recent call last):
    payerlogic.tables.mapping.MappingError: mapping, line 1, columns.margin: there is no such attribute; ...

Every scalar of the file is text: ``no``, ``0735`` and ``2026-01-31`` stay what they are. What a mapping makes of
a value is then read by the vocabulary, as in a case file.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from payerlogic.cases.case import ID
from payerlogic.cases.file_kinds import check_is_file
from payerlogic.errors import PayerlogicError, Problem, nearest, shown
from payerlogic.program.attribute import UNKNOWN_WORDS, Attribute
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.tables.ages import MONTHS, YEARS
from payerlogic.tables.codes import GROUP, folded
from payerlogic.text import patterns
from payerlogic.text.phrases import joined, lowered
from payerlogic.text.yaml_reader import YamlError, YamlReader
from payerlogic.text.yaml_text import yaml_text

LARGEST = 1024 * 1024
SOURCES = ("column", "first_of", "years_between", "value")


class MappingError(PayerlogicError):
    """A mapping that cannot be used; the place is its file, line and path in the YAML."""


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _pattern(text: str) -> str:
    try:
        patterns.compile(text)
    except patterns.PatternError as error:
        raise ValueError(str(error)) from None
    return text


def _rules(value: object) -> object:
    """A column's name alone, one rule, or several of which the first that gives a value counts."""
    return [
        {"column": each} if isinstance(each, str) else each for each in (value if isinstance(value, list) else [value])
    ]


Texts = Annotated[list[str], BeforeValidator(_listed)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """What a column has to hold for a rule to be used; all that is given has to be met."""

    any_of: Texts = Field(default=[], description="One of these, whatever the case of letters.")
    pattern: Pattern | None = Field(default=None, description="A regular expression for the whole value.")
    stated: bool | None = Field(default=None, description="Whether the column holds anything but an unknown code.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return value if isinstance(value, dict) else {"any_of": value}


class Rule(_Strict):
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


class Mapping(_Strict):
    """A whole mapping."""

    about: str = Field(default="", description="What it is for, in a sentence.")
    id: str | None = Field(default=None, description="The column that names a row. [default: id]")
    columns: dict[str, Annotated[list[Rule], BeforeValidator(_rules)]] = Field(
        description="Attribute: a column, a rule, or a list of rules of which the first that gives a value counts."
    )
    constants: dict[str, str] = Field(default={}, description="Attribute: a value that every row has.")
    unknown: Texts = Field(
        default=[], description="Codes that mean unknown in every column, whatever the case of letters."
    )
    unknown_patterns: list[Pattern] = Field(
        default=[], description="The same as regular expressions for the whole code."
    )
    ignore: Texts = Field(default=[], description="Columns that are not used.")
    rest: Literal["ignore", "error"] = Field(
        default="error", description="What to do with columns that are named nowhere."
    )
    blank: Literal["decide", "error"] = Field(
        default="decide", description="A row of which no column gives a value: decide it as unknown, or refuse it."
    )

    @classmethod
    def load(cls, path: str | Path, vocabulary: Vocabulary) -> Mapping:
        """The mapping in a file. MappingError for all that is wrong with it."""
        file = str(path)
        try:
            check_is_file(path)
            data = Path(path).read_bytes()
        except FileNotFoundError:
            raise MappingError(Problem("there is no such file", file)) from None
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise MappingError(Problem(f"cannot be read ({why})", file)) from None
        return cls.parse(data, vocabulary, file)

    @staticmethod
    def mapped(path: str | Path) -> list[str]:
        """The names of what the mapping in a file gives values to; none of a file that cannot be used."""
        try:
            check_is_file(path)
            data, _ = _read(Path(path).read_bytes(), str(path))
        except (OSError, ValueError, MappingError):
            return []
        parts = [data.get(part) for part in ("columns", "constants")]
        return [str(name) for part in parts if isinstance(part, dict) for name in part]

    @classmethod
    def parse(cls, text: str | bytes, vocabulary: Vocabulary, file: str = "mapping") -> Mapping:
        """The mapping that ``text`` writes out. MappingError for all that is wrong with it."""
        data, reader = _read(text, file)

        def problem(what: str, path: Sequence[object], hint: str = "") -> Problem:
            place = ".".join(map(str, path))
            return Problem(what, f"{file}, line {reader.line_of(*path)}{f', {place}' if place else ''}", hint)

        try:
            found = cls.model_validate(data)
        except ValidationError as error:
            raise MappingError(
                problem(*_in_words(each, data)) for each in error.errors(include_url=False, include_context=False)
            ) from None
        if problems := [problem(*each) for each in _against(found, vocabulary)]:
            raise MappingError(problems)
        return found

    def to_yaml(self) -> str:
        """The text that ``parse`` reads as this mapping.

        >>> print(Mapping(columns={"primary_site": [Rule(column="SITE")]}, ignore=["x"]).to_yaml(), end="")
        columns:
          primary_site: SITE
        ignore:
        - x
        """
        data = self.model_dump(exclude_defaults=True) | {"columns": {}}
        for name, rules in self.columns.items():
            written = [each.written() for each in rules]
            short = [each["column"] if each.keys() == {"column"} else each for each in written]
            data["columns"][name] = short[0] if len(short) == 1 else short
        return yaml_text(data)

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read, in the order of the mapping, the id first."""
        named = [self.id if self.id is not None else ID]
        for rules in self.columns.values():
            for rule in rules:
                named += [*rule.when, *rule.sources]
        return tuple(dict.fromkeys(named))


def schema() -> dict[str, Any]:
    """The JSON schema of a mapping, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Mapping.model_json_schema()}


# --- Reading YAML ------------------------------------------------------------------------------------


def _read(text: str | bytes, file: str) -> tuple[dict[str, object], YamlReader]:
    """The data of a YAML document with all scalars as text, and the reader that knows the line of each place."""
    if len(text) > LARGEST:
        raise MappingError(Problem(f"is larger than {LARGEST // 1024} KB", file))
    try:
        written = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        reader = YamlReader(written, file, "a mapping")
        data = [reader.value(document) for document in reader.documents()]
    except UnicodeDecodeError:
        raise MappingError(Problem("is not UTF-8 text", file, "save it with the encoding UTF-8")) from None
    except YamlError as error:
        raise MappingError(error.problems) from None
    if not data:
        raise MappingError(Problem("is empty", file))
    if len(data) > 1 or not isinstance(data[0], dict):
        raise MappingError(Problem("is not a mapping", file, "it begins with 'columns:' or the like"))
    for name, line in reader.repeated:
        raise MappingError(Problem(f"{shown(name)} stands there twice", f"{file}, line {line}"))
    return data[0], reader


# --- What is wrong -------------------------------------------------------------------------------------

Complaint = tuple[str, tuple[object, ...], str]


def _in_words(error: Any, data: object) -> Complaint:
    """A finding of pydantic as people say it, with its path in the file as it is written."""
    path = _written(error["loc"], data)
    name = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        model = Mapping if len(error["loc"]) == 1 else Condition if "when" in error["loc"] else Rule
        return f"there is no {shown(name)}", path, nearest(name, model.model_fields)
    if error["type"] == "missing":
        return f"{shown(name)} is missing", path[:-1], "it says which column is which attribute"
    message = str(error["msg"]).removeprefix("Value error, ")
    return lowered(message), path, ""


def _written(path: Iterable[object], data: object) -> tuple[object, ...]:
    """A path of the model without what the short forms leave out, such as the number of the only rule."""
    found: list[object] = []
    for step in path:
        inside = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if inside or (isinstance(data, dict) and step in data):
            data = data[step]  # type: ignore[index]
            found.append(step)
        elif isinstance(step, str) and step != "[key]" and not isinstance(data, str):
            found.append(step)
    return tuple(found)


def _against(mapping: Mapping, vocabulary: Vocabulary) -> Iterator[Complaint]:
    """What the vocabulary has to say: attributes that there are not, values that cannot be read."""
    words = vocabulary.stateable
    for name, rules in mapping.columns.items():
        path: tuple[object, ...] = ("columns", name)
        if name not in words:
            yield "there is no such attribute", path, nearest(name, words, vocabulary.called)
            continue
        if not rules:
            yield "there is no rule", path, "name a column"
        if name in mapping.constants:
            yield "it has a constant too", path, "one of the two is enough"
        for index, rule in enumerate(rules):
            here = (*path, index) if len(rules) > 1 else path
            yield from _numbers(rule, words[name], here)
            yield from _values(rule, words[name], here)
    for name, value in mapping.constants.items():
        if name not in words:
            yield "there is no such attribute", ("constants", name), nearest(name, words, vocabulary.called)
        else:
            yield from _value(value, words[name], ("constants", name))
    folded: dict[str, str] = {}
    for column in (*mapping.reads, *mapping.ignore):
        if folded.setdefault(column.strip().lower(), column) != column:
            yield (
                f"column {shown(column)} is also spelled {shown(folded[column.strip().lower()])}",
                (),
                "use one of them",
            )
    used = {*mapping.reads[1:], mapping.id}
    for index, column in enumerate(mapping.ignore):
        if column in used:
            yield f"column {shown(column)} is used above", ("ignore", index), "it cannot be ignored too"


def _numbers(rule: Rule, attribute: Attribute, path: tuple[object, ...]) -> Iterator[Complaint]:
    """What cannot be counted or divided. Years differ in their days: their mean length is wrong near a birthday."""
    name = next((name for name in ("years_between", "unit", "divide_by") if getattr(rule, name)), "")
    if not name:
        return
    if attribute.type not in ("integer", "decimal"):
        yield "only numbers can be divided", (*path, name), f"it takes {attribute.values_in_words}"
        return
    in_years = attribute.unit == YEARS
    if name != "divide_by":
        if not in_years:
            yield f"{attribute.name} is not in {YEARS}", (*path, name), f"it is in {attribute.unit}"
    elif (in_years and abs(rule.divide_by or 1) not in (1, MONTHS)) or _is_mean_length(abs(rule.divide_by or 1)):
        hint = "use years_between: [date of birth, date of service]; or unit: days, which says where two ages can be"
        yield "a year has no fixed length, so a division is wrong near a birthday", (*path, "divide_by"), hint


def _is_mean_length(divisor: float) -> bool:
    """Whether a divisor is about as many days, weeks, hours, minutes or seconds as a year or a month has."""
    lengths = (days * per for days in (365.25, 30.44) for per in (1 / 7, 1, 24, 1440, 86_400, 86_400_000))
    return any(0.97 < divisor / length < 1.03 for length in lengths)


def _values(rule: Rule, attribute: Attribute, path: tuple[object, ...]) -> Iterator[Complaint]:
    if rule.value is not None:
        yield from _value(rule.value, attribute, (*path, "value"))
    for kind in ("values", "prefixes", "patterns"):
        for code, value in getattr(rule, kind).items():
            if kind != "patterns" or not GROUP.search(value):
                yield from _value(value, attribute, (*path, kind, code))


def _value(value: str, attribute: Attribute, path: tuple[object, ...]) -> Iterator[Complaint]:
    if value.strip().lower() in UNKNOWN_WORDS:
        return
    problem = attribute.read(value).problem
    if problem is not None:
        yield problem.what, path, problem.hint
