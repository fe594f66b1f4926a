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

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from payerlogic.cases.case import ID
from payerlogic.cases.file_kinds import check_is_file
from payerlogic.errors import PayerlogicError, Problem, nearest, shown
from payerlogic.program.attribute import UNKNOWN_WORDS, Attribute
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.tables.ages import MONTHS, YEARS
from payerlogic.tables.codes import GROUP
from payerlogic.tables.column_rules import Condition, Pattern, Rule, Strict, Texts, listed_rules
from payerlogic.text.phrases import lowered
from payerlogic.text.yaml_reader import YamlError, YamlReader
from payerlogic.text.yaml_text import yaml_text

LARGEST = 1024 * 1024
_PLAIN = re.compile(r"[A-Za-z_]\w*( \w+)*", re.ASCII)


class MappingError(PayerlogicError):
    """A mapping that cannot be used; the place is its file, line and path in the YAML."""


def _items(value: object) -> list[object]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


class Mapping(Strict):
    """A whole mapping."""

    about: str = Field(default="", description="What it is for, in a sentence.")
    id: str | None = Field(default=None, description="The column that names a row. [default: id]")
    columns: dict[str, Annotated[list[Rule], BeforeValidator(listed_rules)]] | None = Field(
        default=None,
        description="Attribute: a column, a rule, or a list of rules of which the first that gives a value counts. "
        "Left out, each column that is named as an attribute is read as that attribute.",
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
        default="decide",
        description="A row of which no column gives a value: decide it as unknown, or refuse it. One in which "
        "every cell is empty is skipped, unless such rows are refused.",
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
    def mapped(path: str | Path, header: Callable[[], Iterable[str]]) -> list[str]:
        """The names of what the mapping in a file gives values to; none of a file that cannot be used. If it has no
        columns, they are those of the ``header`` that it does not ignore."""
        try:
            check_is_file(path)
            data, _ = _read(Path(path).read_bytes(), str(path))
        except (OSError, ValueError, MappingError):
            return []
        parts = [data.get(part) for part in ("columns", "constants")]
        named = [str(name) for part in parts if isinstance(part, dict) for name in part]
        passed = {str(each).strip().lower() for each in _items(data.get("ignore"))}
        own = header() if "columns" not in data else ()
        return [*named, *(each for each in own if each.strip().lower() not in passed)]

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
        data = self.model_dump(exclude_defaults=True)
        for name, rules in self.rules.items():
            written = [each.written() for each in rules]
            short = [each["column"] if each.keys() == {"column"} else each for each in written]
            data["columns"][name] = short[0] if len(short) == 1 else short
        return yaml_text(data)

    @property
    def rules(self) -> dict[str, list[Rule]]:
        """The rules that the file has."""
        return self.columns or {}

    @property
    def is_by_name(self) -> bool:
        """Whether it names no columns, so that each is read by its own name."""
        return self.columns is None

    def spelled_out(self, columns: Iterable[str], vocabulary: Vocabulary) -> Mapping:
        """The same with a rule for each of these columns that is named as an attribute, if it is by name.

        >>> from payerlogic import KnowledgeBase
        >>> mapping = Mapping(ignore=["Notes"])
        >>> mapping.spelled_out(["id", "Age_Years", "Notes"], KnowledgeBase.load().vocabulary).rules
        {'age_years': [Rule(when={}, column='Age_Years', ...)]}
        """
        if not self.is_by_name:
            return self
        passed = {each.strip().lower() for each in self.ignore}
        names = {name.lower(): name for name in vocabulary.stateable if name not in self.constants}
        found = {names[key]: each for each in columns if (key := each.strip().lower()) in names and key not in passed}
        rules = {name: [Rule(column=found[name])] for name in vocabulary.stateable if name in found}
        return self.model_copy(update={"columns": rules})

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns that are read, in the order of the mapping, the id first."""
        named = [self.id if self.id is not None else ID]
        for rules in self.rules.values():
            for rule in rules:
                named += [*rule.when, *rule.sources]
        return tuple(dict.fromkeys(named))


def ignoring(columns: Iterable[str]) -> str:
    """The line of a mapping that passes over columns.

    >>> ignoring(["Notes", "a, b"])
    'ignore: [Notes, "a, b"]'
    """
    written = (each if _PLAIN.fullmatch(each) else json.dumps(each, ensure_ascii=False) for each in columns)
    return f"ignore: [{', '.join(written)}]"


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
        raise MappingError(Problem(f"{shown(name)} is written twice", f"{file}, line {line}", "keep one of them"))
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
    for name, rules in mapping.rules.items():
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
