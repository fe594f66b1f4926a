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

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from payerlogic.errors import KnowledgeBaseError
from payerlogic.program.attribute import UNKNOWN_WORDS, Attribute
from payerlogic.program.formula import Formula
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.records import field_name, in_record, slot_name
from payerlogic.program.synonyms import Called
from payerlogic.program.values import Choice, Spelling, Value
from payerlogic.text.patterns import Pattern, PatternError, compile
from payerlogic.text.phrases import joined


@dataclass(frozen=True)
class Kind:
    """A group of attributes: what they are about, and what can change them."""

    rank: int
    name: str
    label: str
    help: str


@dataclass(frozen=True)
class RecordType:
    """Facts that repeat: ``name`` is the attribute of how many there are, ``fields`` are those of each."""

    name: str
    most: int
    fields: Mapping[str, Attribute]

    @property
    def one(self) -> str:
        """What one of them is called."""
        return self.name.replace("_", " ")


@dataclass(frozen=True)
class Vocabulary(Mapping[str, Attribute]):
    """All attributes by name, in the order of the knowledge base."""

    attributes: Mapping[str, Attribute]
    kinds: tuple[Kind, ...]
    inputs: Mapping[str, Attribute] = field(default_factory=dict)
    """Facts that only serve to work out others: a case can state them, and no rule asks them."""
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    """How attributes follow from others, by attribute."""
    records: Mapping[str, RecordType] = field(default_factory=dict)
    """Facts that repeat, by the attribute that counts them."""

    def __getitem__(self, name: str) -> Attribute:
        return self.attributes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.attributes)

    def __len__(self) -> int:
        return len(self.attributes)

    @classmethod
    def of(cls, ground: GroundProgram) -> Vocabulary:
        counted = {(str(name), written): int(units) for name, written, units in ground.rows("counts_as", 3)}
        records = dict(_records(ground, counted))
        slots = {
            slot_name(f, each.name, n + 1) for each in records.values() for f in each.fields for n in range(each.most)
        }
        attributes: dict[str, Attribute] = {}
        for rank, name, type_, kind in sorted(ground.rows("attribute", 4)):
            if name not in slots:
                attributes[str(name)] = _attribute(ground, counted, int(rank), str(name), str(type_), str(kind))
            if name in records:
                attributes |= _slots(records[str(name)])
        inputs = {
            str(name): _attribute(ground, counted, int(rank), str(name), str(type_), str(kind))
            for rank, name, type_, kind in sorted(ground.rows("input", 4))
        }
        attributes = {name: replace(each, rank=place) for place, (name, each) in enumerate(attributes.items())}
        kinds = sorted(ground.rows("kind", 4))
        formulas = {
            each.name: Formula.of(each, operation, str(rounding), {**attributes, **inputs})
            for name, written, rounding in ground.rows("derived", 3)
            for each, operation in _follows(str(name), str(written), attributes, records)
        }
        return cls(
            attributes,
            tuple(Kind(int(r), str(n), str(label), str(h)) for r, n, label, h in kinds),
            inputs,
            {name: formulas[name] for name in attributes if name in formulas},
            records,
        )

    def asked(self, names: Iterable[str], facts: Mapping[str, Value] | None = None) -> tuple[str, ...]:
        """Unknown facts as somebody is asked for them: a list of records that is not stated as one, since whoever says
        how many there are says what they were. Of a list that ``facts`` state, nothing beyond its end."""
        given, listed = facts or {}, list(names)

        def is_asked(name: str) -> bool:
            record, number = (self[name].slot or ("", 0, ""))[:2]
            count = given.get(record)
            return record not in listed and not (isinstance(count, int) and number > count)

        return tuple(name for name in listed if is_asked(name))

    def asked_in_words(self, names: Iterable[str]) -> Iterator[str]:
        """The same by label, a list with those of its fields that are asked: its bare number would not do."""
        every = tuple(names)
        slots = [self[name].slot for name in every]
        for name in self.asked(every):
            fields = dict.fromkeys(slot[2] for slot in slots if slot is not None and slot[0] == name)
            each = joined(self.records[name].fields[field].label for field in fields) if fields else ""
            yield f"{self[name].label}{each and f' (with the {each} of each)'}"

    @cached_property
    def declared(self) -> Mapping[str, Attribute]:
        """The attributes as the knowledge base names them: a field of records once, as of(Field, Record)."""
        fields = {each.name: each for record in self.records.values() for each in record.fields.values()}
        return {name: each for name, each in self.attributes.items() if each.slot is None} | fields

    @cached_property
    def called(self) -> Called:
        """Whatever a case can state, each with the words by which people mean it."""
        return Called({name: each.words for name, each in self.stateable.items()})

    @cached_property
    def stateable(self) -> Mapping[str, Attribute]:
        """Whatever a case can state: the attributes, then the inputs from which some of them are worked out."""
        return {**self.attributes, **self.inputs}


def _records(ground: GroundProgram, counted: Mapping[tuple[str, str | int], int]) -> Iterator[tuple[str, RecordType]]:
    for rank, name, most, kind in sorted(ground.rows("record", 4)):
        fields = {
            str(field): _attribute(ground, counted, int(rank), field_name(str(field), str(name)), str(type_), str(kind))
            for _, field, type_ in ground.about("field", 4, str(name))
        }
        yield str(name), RecordType(str(name), int(most), fields)


def _slots(record: RecordType) -> dict[str, Attribute]:
    """The fields of each record as attributes of their own."""
    found = {}
    for number in range(1, record.most + 1):
        for own, attribute in record.fields.items():
            name, label = slot_name(own, record.name, number), f"{record.one} {number}: {attribute.label}"
            found[name] = replace(attribute, name=name, label=label, slot=(record.name, number, own))
    return found


def _follows(
    name: str, operation: str, attributes: Mapping[str, Attribute], records: Mapping[str, RecordType]
) -> Iterator[tuple[Attribute, str]]:
    """The attributes that follow by an operation: one, or for a field one in each record."""
    if name in attributes:
        yield attributes[name], operation
    for each in attributes.values():
        if each.slot is not None and name == field_name(each.slot[2], each.slot[0]):
            yield each, in_record(operation, each.slot[0], each.slot[1])


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
        also_called=tuple((str(value), str(words)) for value, words in ground.about("also_called", 3, name)),
        also_labeled=tuple(str(words) for (words,) in ground.about("also_labeled", 2, name)),
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
