"""One case: what was stated, checked against the vocabulary.

    >>> from payerlogic.knowledge import KnowledgeBase
    >>> reader = KnowledgeBase.load().reader
    >>> reader.read({"primary_site": "Rectum", "t_category": "cT4b"}).facts["t_category"]
    'T4'
    >>> reader.read({"primary_site": "rectim"})
    Traceback (most recent call last):
    payerlogic.errors.CaseError: primary_site: unknown value 'rectim'; did you mean 'rectum'?

The pydantic model behind it is generated from the vocabulary, and so is its JSON schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import PydanticCustomError

from payerlogic.errors import CaseError, Problem, nearest, shown
from payerlogic.vocabulary import Attribute, Value, Vocabulary

ID = "id"


class Case:
    """A case as its writer states it: names and values, checked when a question is asked of it.

    >>> Case(primary_site="rectum", age_years=67).stated["age_years"]
    67
    """

    def __init__(self, stated: Mapping[str, object] | None = None, /, **more: object) -> None:
        self.stated: dict[str, object] = {**(stated or {}), **more}

    def __repr__(self) -> str:
        return f"Case({self.stated!r})"


@dataclass(frozen=True)
class StatedCase:
    """A case whose every value is in the vocabulary. Attributes that are not in ``facts`` are unknown."""

    id: str | None
    facts: Mapping[str, Value] = field(default_factory=dict)

    def changed(self, changes: Mapping[str, Value | None]) -> StatedCase:
        """The same case with some facts changed; None takes one back."""
        merged: dict[str, Value | None] = {**self.facts, **changes}
        return StatedCase(self.id, {name: value for name, value in merged.items() if value is not None})

    def to_json(self, vocabulary: Vocabulary) -> dict[str, object]:
        """The case as a case file has it, in the order of the vocabulary."""
        stated = {name: vocabulary[name].to_json(self.facts[name]) for name in vocabulary if name in self.facts}
        return {ID: self.id, **stated} if self.id is not None else stated


class CaseReader:
    """Reads cases against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._names = {name.lower(): name for name in (*vocabulary, ID)}

    @cached_property
    def model(self) -> type[BaseModel]:
        """The pydantic model of a case record."""
        fields: dict[str, Any] = {ID: (Annotated[str | None, BeforeValidator(_read_id)], None)}
        for attribute in self.vocabulary.values():
            fields[attribute.name] = (
                _annotation(attribute),
                Field(None, title=attribute.label, description=attribute.help),
            )
        return create_model("CaseRecord", __config__=ConfigDict(extra="forbid", frozen=True), **fields)

    def schema(self) -> dict[str, Any]:
        """The JSON schema of a case record."""
        return self.model.model_json_schema()

    def read(self, record: Case | StatedCase | Mapping[str, Any]) -> StatedCase:
        """The checked case. Raises CaseError with every problem of the record."""
        if isinstance(record, StatedCase):
            return record
        stated: object = record.stated if isinstance(record, Case) else record
        if not isinstance(stated, Mapping):
            raise CaseError(
                Problem(f"{shown(stated)} is not a case", hint="a case is an object of attributes and values")
            )
        renamed, problems = self.rename(stated)
        try:
            values = self.model.model_validate(renamed)
        except ValidationError as error:
            problems += [_problem(each) for each in error.errors(include_url=False)]
        if problems:
            raise CaseError(problems)
        facts = {name: value for name in self.vocabulary if (value := getattr(values, name)) is not None}
        self._add_besides(facts, renamed)
        return StatedCase(getattr(values, ID), facts)

    def rename(self, stated: Mapping[Any, object]) -> tuple[dict[str, object], list[Problem]]:
        """The record with the names of the vocabulary, and what is wrong with its names."""
        renamed: dict[str, object] = {}
        problems = []
        for written, value in stated.items():
            name = self._names.get(str(written).strip().lower())
            if name is None:
                hint = nearest(str(written), [*self.vocabulary, ID])
                problems.append(Problem(f"unknown attribute {shown(str(written))}", hint=hint))
            elif name in renamed:
                problems.append(Problem("stated twice", name))
            else:
                renamed[name] = value
        return renamed, problems

    def _add_besides(self, facts: dict[str, Value], renamed: Mapping[str, object]) -> None:
        """What the spelling of one value tells of another attribute that is not stated itself."""
        for name, attribute in self.vocabulary.items():
            if attribute.prefixes and name in facts:
                for other, value in attribute.read(renamed[name]).besides:
                    facts.setdefault(other, value)


def _annotation(attribute: Attribute) -> Any:
    types: dict[str, Any] = {
        "boolean": bool,
        "integer": Annotated[int, Field(ge=attribute.least, le=attribute.greatest)],
        "date": date,
    }
    if attribute.type in types:
        plain = types[attribute.type]
    elif attribute.open_pattern is not None:
        plain = frozenset[Annotated[str, Field(pattern=f"^{attribute.open_pattern.pattern}$")]]
    else:
        words: Any = Literal.__getitem__(attribute.spelled)
        plain = frozenset[words] if attribute.type == "set" else words
    return Annotated[plain | None, BeforeValidator(_reader(attribute))]


def _reader(attribute: Attribute) -> Callable[[object], Value | None]:
    def read(written: object) -> Value | None:
        reading = attribute.read(written)
        if reading.problem is not None:
            raise PydanticCustomError("vocabulary", "{problem}", {"problem": reading.problem})
        return reading.value

    return read


def _read_id(written: object) -> str | None:
    if written is None or isinstance(written, str):
        return written or None
    if isinstance(written, int | float) and not isinstance(written, bool):
        return shown(written)
    raise PydanticCustomError("vocabulary", "{problem}", {"problem": Problem(f"{shown(written)} is not a text", ID)})


def _problem(error: Any) -> Problem:
    problem = error.get("ctx", {}).get("problem")
    if isinstance(problem, Problem):
        return problem
    return Problem(str(error["msg"]), ".".join(map(str, error["loc"])))
