"""One case: what was stated, checked against the vocabulary.

    >>> from payerlogic import KnowledgeBase
    >>> reader = KnowledgeBase.load().reader
    >>> reader.read({"primary_site": "Rectum", "t_category": "cT4b"}).facts["t_category"]
    'T4'
    >>> reader.read({"primary_site": "rectim"})
    Traceback (most recent call last):
    payerlogic.errors.CaseError: primary_site: unknown value 'rectim'; did you mean 'rectum'?

What was written is kept beside what it was read as; the JSON schema of a case is generated from the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from payerlogic.cases.records import counted, gathered, spread
from payerlogic.errors import CaseError, Problem, did_you_mean, meant, nearest, shown
from payerlogic.program.attribute import Attribute, is_unknown
from payerlogic.program.formula import Formula, NotDerived
from payerlogic.program.library import Library
from payerlogic.program.values import ParsedValue, Value
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.text.frozen import freeze
from payerlogic.text.phrases import sentence
from payerlogic.text.scalars import plain

if TYPE_CHECKING:  # only the schema of a case needs it, and it takes long to load
    from pydantic import BaseModel

ID, SERVICE = "id", "service"


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
class DerivedFact:
    """That a fact was worked out from others: how, in words, and the attributes and inputs that it follows from."""

    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class StatedCase:
    """A case whose every value is in the vocabulary. Attributes that are not in ``facts`` are unknown.

    ``inputs`` are stated facts that only serve to work out others; ``derived`` are the facts that were worked out.

    ``written`` holds, by attribute, what was written where that is another word than the value that it was
    read as (cT4b, read as T4; ypT3, read as unknown). It is for people: two cases of the same facts are equal.
    """

    id: str | None
    facts: Mapping[str, Value] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict, compare=False)
    inputs: Mapping[str, Value] = field(default_factory=dict)
    derived: Mapping[str, DerivedFact] = field(default_factory=dict, compare=False)
    service: str = ""
    """Empty for the default service of the library."""

    def __post_init__(self) -> None:
        freeze(self, "facts", "written", "inputs", "derived")

    def giving(self, vocabulary: Vocabulary) -> frozenset[str]:
        """What other facts of the case follow from, or would once it is stated: with another value they are others.

        >>> from payerlogic import KnowledgeBase
        >>> kb = KnowledgeBase.load()
        >>> kb.read({"birth_date": "1960-02-01"}).giving(kb.vocabulary)
        frozenset({'date_of_service'})
        """
        stated = self.facts.keys() | self.inputs.keys()
        found: set[str] = set()
        for formula in vocabulary.formulas.values():
            lacking = formula.sources.keys() - stated
            if not lacking or (len(lacking) == 1 and len(formula.sources) > 1):
                found |= lacking or formula.sources.keys()
        return frozenset(found)

    def changed(self, changes: Mapping[str, Value | None]) -> StatedCase:
        """The same case with some facts changed; None takes one back. What no longer follows is stated by itself."""
        merged: dict[str, Value | None] = {**self.facts, **changes}
        facts = {name: value for name, value in merged.items() if value is not None}
        written = {name: word for name, word in self.written.items() if name not in changes}
        kept = {
            name: each
            for name, each in self.derived.items()
            if name not in changes and changes.keys().isdisjoint(each.sources)
        }
        needed = {source for each in kept.values() for source in each.sources}
        inputs = {name: value for name, value in self.inputs.items() if name in needed or not self.derived}
        return StatedCase(self.id, facts, written, inputs, kept, self.service)

    def lacking(self, name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
        """What the case would have to state, too, so that an unknown fact follows from what it states; by label.

        Nothing where none of its sources is stated: then one may as well state the fact itself.
        """
        formula = vocabulary.formulas.get(name)
        sources = formula.sources if formula else {}
        given = sources.keys() & (self.facts.keys() | self.inputs.keys())
        return tuple(each.label for source, each in sources.items() if source not in given) if given else ()

    def missing(self, name: str, vocabulary: Vocabulary) -> str:
        """An unknown fact in a list of what is missing: its label and name, and from what else it would follow.

        >>> from payerlogic import KnowledgeBase
        >>> kb = KnowledgeBase.load()
        >>> kb.read({"birth_date": "1960-02-01"}).missing("age_years", kb.vocabulary)
        'age (age_years), which follows once the date of service is stated, too'
        """
        words = f"{vocabulary[name].label} ({name})"
        if lacking := self.lacking(name, vocabulary):
            follows = "is" if len(lacking) == 1 else "are"
            words += f", which follows once the {' and the '.join(lacking)} {follows} stated, too"
        return words

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        """The case as a case file has it, in the order of the vocabulary; what was worked out is among its facts."""
        stated = {name: vocabulary[name].to_dict(self.facts[name]) for name in vocabulary if name in self.facts}
        inputs = {
            name: self.written.get(name) or each.to_dict(self.inputs[name])
            for name, each in vocabulary.inputs.items()
            if name in self.inputs
        }
        head = {ID: self.id, SERVICE: self.service or None}
        stated = gathered(stated, vocabulary)
        return {name: value for name, value in head.items() if value is not None} | stated | inputs


class CaseReader:
    """Reads cases against one vocabulary, that of a service of a library."""

    def __init__(self, vocabulary: Vocabulary, service: str = "", library: Library | None = None) -> None:
        self.vocabulary = vocabulary
        self.service = service
        self._library = library
        self._mark = "" if library is None or service == library.default else service
        self._names = {name.lower(): name for name in (*vocabulary.stateable, ID, SERVICE)}

    @cached_property
    def model(self) -> type[BaseModel]:
        """The pydantic model of a case record."""
        from pydantic import ConfigDict, Field, create_model

        fields: dict[str, Any] = {ID: (str | None, None), SERVICE: (str | None, None)}
        strict = ConfigDict(extra="forbid", frozen=True)

        def stated(name: str, attribute: Attribute) -> Any:
            kind = _annotation(attribute)
            if name in self.vocabulary.records:
                record = self.vocabulary.records[name]
                own: dict[str, Any] = {field: stated("", each) for field, each in record.fields.items()}
                one = create_model(f"One {record.one}", __config__=strict, **own)
                kind = kind | Annotated[list[one], Field(max_length=record.most)]  # type: ignore[valid-type]
            return kind, Field(None, title=attribute.label, description=attribute.help)

        # A field of one record by its own name is for the columns of tables; in a case file the list says it.
        names = {name: each for name, each in self.vocabulary.stateable.items() if each.slot is None}
        fields |= {name: stated(name, each) for name, each in names.items()}
        return create_model("CaseRecord", __config__=strict, **fields)

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
        renamed, more = spread(renamed, self.vocabulary.records)
        problems += more
        id_ = self._id(renamed.get(ID), problems)
        problems += self._service(renamed.get(SERVICE))
        words = self.vocabulary.stateable
        readings = {name: each.read(renamed[name]) for name, each in words.items() if name in renamed}
        problems += [reading.problem for reading in readings.values() if reading.problem is not None]
        facts = {name: reading.value for name, reading in readings.items() if reading.value is not None}
        written = {name: reading.written for name, reading in readings.items() if reading.written is not None}
        problems += self._add_besides(facts, readings)
        problems += self._count(facts)
        if problems:
            raise CaseError(problems)
        for name, value in self.withheld(facts).items():
            written.setdefault(name, str(value))
            del facts[name]
        derived = dict(self._derived(facts, written, problems))
        if problems:
            raise CaseError(problems)
        inputs = {name: facts[name] for name in self.vocabulary.inputs if name in facts}
        known = {name: facts[name] for name in self.vocabulary if name in facts}
        return StatedCase(id_, known, written, inputs, derived, self._mark)

    def _count(self, facts: dict[str, Value]) -> Iterator[Problem]:
        """Adds how many records there are, where fields of some are stated; a problem where something else is."""
        for record in self.vocabulary.records.values():
            found = counted(record, facts)
            if isinstance(found, Problem):
                yield found
            elif found is not None:
                facts[record.name] = found

    def _derived(
        self, facts: dict[str, Value], written: Mapping[str, str], problems: list[Problem]
    ) -> Iterator[tuple[str, DerivedFact]]:
        """Adds what follows from what is stated; notes where something else is stated, or nothing can follow."""
        for name, formula in self.vocabulary.formulas.items():
            if not formula.sources.keys() <= facts.keys():
                continue
            found = derived_value(formula, facts, written)
            if isinstance(found, Problem):
                problems.append(found)
                continue
            value, words = found
            if (stated := facts.get(name, value)) != value:
                problems.append(disagreement(formula, stated, value, words))
            facts[name] = value
            yield name, DerivedFact(words, tuple(formula.sources))

    def rename(self, stated: Mapping[Any, object]) -> tuple[dict[str, object], list[Problem]]:
        """The record with the names of the vocabulary, and what is wrong with its names."""
        renamed: dict[str, object] = {}
        problems = []
        for written, value in stated.items():
            name = self._names.get(str(written).strip().lower())
            if name is None:
                hint = self._elsewhere(str(written)) or self._nearest(str(written))
                problems.append(Problem(f"unknown attribute {shown(str(written))}", hint=hint))
            elif name in renamed:
                problems.append(Problem("stated twice", name))
            else:
                renamed[name] = value
        return renamed, problems

    def _nearest(self, written: str) -> str:
        """The attribute that people mean by these words, which may be of another service; else the closest one."""
        here = self.vocabulary.called
        if self._library is not None and not meant(written, here, here):
            for name in meant(written, self._library.stated, self._library.stated):
                return f"{did_you_mean(written, [name])} {sentence(self._elsewhere(name))}"
        return nearest(written, [*here, ID], here)

    def _elsewhere(self, written: str) -> str:
        """The services that know an attribute which this one does not."""
        if self._library is None or len(self._library.services) < 2:
            return ""
        name = written.strip().lower()
        services = [each for each, attributes in self._library.attributes.items() if name in attributes]
        return f"it is a fact of {' and '.join(services)}, and not of {self.service}" if services else ""

    def _add_besides(self, facts: dict[str, Value], readings: Mapping[str, ParsedValue]) -> Iterator[Problem]:
        """Adds what the spelling of a value says of other attributes; a problem where they are stated differently."""
        for name, reading in readings.items():
            for other, value in reading.besides:
                if (stated := facts.setdefault(other, value)) != value:
                    yield contradiction(name, reading.written, other, value, stated)

    def withheld(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """The facts that count as unknown because of another one, such as a T category found after treatment."""
        return {name: facts[name] for name, other, when in self._withheld if name in facts and facts.get(other) == when}

    @cached_property
    def _withheld(self) -> list[tuple[str, str, str]]:
        return [(name, *each) for name, attribute in self.vocabulary.items() for each in attribute.withheld_by]

    def _service(self, written: object) -> Iterator[Problem]:
        """A case is read by the service that it states, if it states one."""
        if not is_unknown(written) and str(written).strip().lower() != self.service:
            hint = nearest(str(written), [self.service]) if self.service else "this knowledge base has no services"
            yield Problem(f"{shown(str(written))} is not the service that is asked", SERVICE, hint)

    def _id(self, written: object, problems: list[Problem]) -> str | None:
        value = plain(written)
        if value is None or isinstance(value, str):
            return value or None
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return str(value) if isinstance(value, Decimal) else shown(value)
        problems.insert(0, Problem(f"{shown(written)} is not a text", ID))
        return None


def contradiction(name: str, written: object, other: str, meant: object, stated: object) -> Problem:
    """The problem of a value whose spelling says something else of another attribute than what is stated."""
    what = f"{shown(written)} says that {other} is {meant}, but {stated} is stated"
    return Problem(what, name, f"correct one of the two, or leave {other} out")


def derived_value(
    formula: Formula, stated: Mapping[str, Value], written: Mapping[str, str]
) -> tuple[Value, str] | Problem:
    """What follows from stated facts, and from what in words; or why nothing can."""
    words = formula.in_words(stated, written)
    try:
        return formula.value(stated), words
    except NotDerived as error:
        name = formula.attribute.name
        return Problem(f"cannot be worked out, because {error}", name, f"correct what it is: {words}")


def disagreement(formula: Formula, stated: Value, value: Value, words: str) -> Problem:
    """The problem of a fact that is stated as one thing and follows as another."""
    attribute = formula.attribute
    what = f"{attribute.in_words(stated)} is stated, but it is {attribute.in_words(value)}: {words}"
    return Problem(what, attribute.name, f"correct one of them, or leave {attribute.name} out")


def _annotation(attribute: Attribute) -> Any:
    from pydantic import Field

    types: dict[str, Any] = {
        "boolean": bool,
        "integer": Annotated[int, Field(ge=attribute.least, le=attribute.greatest)],
        "decimal": Annotated[
            float,
            Field(ge=attribute.json_number(attribute.least), le=attribute.json_number(attribute.greatest)),
        ],
        "date": date,
    }
    if attribute.type in types:
        kind = types[attribute.type]
    elif attribute.open_pattern is not None:
        kind = frozenset[Annotated[str, Field(pattern=f"^{attribute.open_pattern.text}$")]]
    else:
        words: Any = Literal.__getitem__(attribute.spelled)
        kind = frozenset[words] if attribute.type == "set" else words
    return kind | None
