"""What the columns of a table may be: a mapping to start from, by the words of the vocabulary.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> seen = [SeenColumn("Site", {"C50.1": 3}), SeenColumn("Surgical margin", {"neg.": 1, "close": 2})]
    >>> suggested = suggest(kb, seen)
    >>> {name: rules[0].column for name, rules in suggested.rules.items()}
    {'primary_site': 'Site', 'margin_status': 'Surgical margin'}
    >>> [(each.value, each.nearest) for each in odd_values(kb, suggested, seen[1])]
    [('neg.', 'negative')]

A column is an attribute by its name or another name of the attribute, by what its values mean to the vocabulary, and by
what they state in a note beside its name. INVARIANT: a suggestion is a ``Mapping`` like one that a person writes, and
is read by the same rules; no value is read that the vocabulary does not read, but for labels and other names of the
knowledge base.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import pyarrow.compute as pc

from payerlogic.cases.case import ID
from payerlogic.errors import Problem
from payerlogic.notes import read_note
from payerlogic.notes.phrases import NoteWords
from payerlogic.program.attribute import UNKNOWN_WORDS, Attribute, is_unknown
from payerlogic.semantics.model import Model
from payerlogic.tables.ages import YEARS
from payerlogic.tables.codes import folded
from payerlogic.tables.column_rules import Rule
from payerlogic.tables.columns import Names
from payerlogic.tables.mapping import Mapping
from payerlogic.tables.mapping_rules import as_text, compiled
from payerlogic.tables.readers import TableFiles, columns_of

MOST_VALUES = 20_000
"""So many different values of a column are kept; one with more of them has no code, but names or text."""
MOST_COLUMNS = 500
"""So many columns are looked at; the others are ignored until a person says what they are."""
LOOKED_AT = 12
"""So many of the most frequent values are read as every attribute."""
NAMED = 20
"""So many values that cannot be read come with the nearest that can."""
LEAST = 0.6
"""What the evidence for an attribute has to come to."""
UNITS = ("days", "months")
ORDERS = {"month_first": (2, 1), "day_first": (1, 2)}
"""Orders of a day and a month, with the groups in which day and month stand."""
_NOTHING = frozenset(
    ("na", "n/a", "nan", "null", "nil", "-", "--", ".", "?", "missing", "not available", "not recorded")
)
"""What tables write where they know nothing."""
_NAMES_A_ROW = frozenset(("id", "mrn", "no", "nr", "number", "record", "request", "patient", "claim"))
_DATE = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\s*", re.ASCII)


@dataclass(frozen=True)
class SeenColumn:
    """A column as it is written: its different values, each with its rows, in the order in which they come."""

    name: str
    values: Dict[object, int]

    @property
    def stated(self) -> list[tuple[object, int]]:
        """The values that state something."""
        return [(value, rows) for value, rows in self.values.items() if not is_unknown(value)]


@dataclass(frozen=True)
class OddValue:
    """A value that a mapping cannot read: why, in how many rows, and the right value that is nearest, if one is."""

    value: str
    rows: int
    problem: Problem
    nearest: str


def seen_columns(kb: Model, table: TableFiles) -> list[SeenColumn]:
    """The columns of a table, in their order, without those that have no name of their own. CaseError where it cannot
    be read."""
    often = Counter(folded(name) for name in columns_of(table))
    header = [name for name in columns_of(table) if name.strip() and often[folded(name)] == 1]
    everything = Mapping(columns={name: [Rule(column=name)] for name in header}, rest="ignore")
    found: dict[str, Counter[object]] = {name: Counter() for name in header}
    for chunk in table.chunks(Names(kb.vocabulary, everything)):
        for name, column in chunk.columns.items():
            counted = pc.value_counts(column.codes).to_pylist()
            for each in sorted((each for each in counted if each["values"] is not None), key=lambda x: x["values"]):
                value = column.values[each["values"]]
                key = as_text(value) if isinstance(value, list | dict) else value
                if key in found[name] or len(found[name]) < MOST_VALUES:
                    found[name][key] += each["counts"]
    return [SeenColumn(name, values) for name, values in found.items()]


def ways_of(attribute: Attribute) -> tuple[str, ...]:
    """How a column can be read as an attribute, beside as it is written: units of an age, orders of a date."""
    if attribute.type == "date":
        return tuple(ORDERS)
    return UNITS if attribute.unit == YEARS and attribute.type in ("integer", "decimal") else ()


def rule_of(column: str, way: str = "", values: Dict[str, str] | None = None) -> Rule:
    """The rule that reads a column in one of these ways, with some values mapped."""
    if way in UNITS:
        return Rule.model_validate({"column": column, "unit": way})
    if way in ORDERS:
        day, month = ORDERS[way]
        patterns = {
            rf"(\d{{{ones}}})[/.-](\d{{{twos}}})[/.-](\d{{4}})": "-".join(
                (r"\3", *(f"{'0' if width == 1 else ''}\\{group}" for group, width in _widths(month, day, ones, twos)))
            )
            for ones in (1, 2)
            for twos in (1, 2)
        }
        return Rule(column=column, patterns=patterns, values=dict(values or {}), unmapped="read")
    return Rule(column=column, values=dict(values), unmapped="read") if values else Rule(column=column)


def _widths(month: int, day: int, ones: int, twos: int) -> Iterator[tuple[int, int]]:
    for group in (month, day):
        yield group, ones if group == 1 else twos


def suggest(kb: Model, columns: Sequence[SeenColumn], rest: Literal["ignore", "error"] = "error") -> Mapping:
    """A mapping of what can be recognized; columns that cannot are ignored. ``rest`` is for those not among them."""
    words = _ColumnWords(kb)
    weights = sorted(
        (
            (weight, place, name)
            for place, column in enumerate(columns[:MOST_COLUMNS])
            for name, weight in words.evidence(column).items()
            if weight >= LEAST
        ),
        key=lambda each: (-each[0], each[1]),
    )
    taken: dict[int, str] = {}
    for _, place, name in weights:
        if place not in taken and name not in taken.values():
            taken[place] = name
    rules = {
        name: [rule_of(columns[place].name, *words.way(columns[place], kb.vocabulary.stateable[name]))]
        for place, name in sorted(taken.items())
    }
    id_ = next((each.name for place, each in enumerate(columns) if place not in taken and _names_rows(each)), None)
    left = [each.name for place, each in enumerate(columns) if place not in taken and each.name != id_]
    read = (as_text(value) for place in taken for value in columns[place].values)
    unknown = list(dict.fromkeys(each for each in read if each.strip().lower() in _NOTHING))
    return Mapping(id=None if id_ == ID else id_, columns=rules, unknown=unknown, ignore=left, rest=rest)


def is_as_written(kb: Model, mapping: Mapping, columns: Sequence[SeenColumn]) -> bool:
    """Whether a mapping says what is read without one: each column is named as its attribute."""
    own = all(rules == [Rule(column=name)] for name, rules in mapping.rules.items())
    return own and mapping == Mapping(columns=mapping.columns) and len(columns) <= len(mapping.rules) + 1


def odd_values(kb: Model, mapping: Mapping, column: SeenColumn) -> list[OddValue]:
    """The values of a column that some attribute cannot read from it, those of most rows first.

    What an attribute makes of several columns together is left to the run. The first ``NAMED`` name the nearest value.
    """
    words = _ColumnWords(kb)
    found: dict[str, tuple[int, Problem, Attribute]] = {}
    for rules in compiled(mapping, kb.vocabulary):
        if rules.sources != (column.name,):
            continue
        for value, rows in column.stated:
            meaning = rules.read((value,))
            if meaning.problem is not None or meaning.unmapped:
                problem = meaning.problem or Problem(meaning.unmapped[0].reason)
                found[as_text(value)] = rows, problem, rules.attribute
    order = sorted(found.items(), key=lambda each: -each[1][0])
    return [
        OddValue(value, rows, problem, words.nearest(attribute, column.name, value) if place < NAMED else "")
        for place, (value, (rows, problem, attribute)) in enumerate(order)
    ]


def _names_rows(column: SeenColumn) -> bool:
    """Whether a column can name the rows: its name says so, and no two rows have the same value."""
    named = not _NAMES_A_ROW.isdisjoint(_tokens(column.name))
    return named and bool(column.values) and all(rows == 1 for rows in column.values.values())


def _tokens(name: str) -> list[str]:
    """The words of a name, one or many: of "ageYears", "age_year" and "Age (years)" the same ones."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)
    return [each.lower().removesuffix("s") if len(each) > 3 else each.lower() for each in words]


class _ColumnWords:
    """What the knowledge base says of names and values."""

    def __init__(self, kb: Model) -> None:
        self.kb = kb
        self.stateable = kb.vocabulary.stateable
        self.labels = NoteWords.of(kb).labels
        self._tokens = {name: frozenset(_tokens(f"{name} {each.label}")) for name, each in self.stateable.items()}
        self._names = {
            name: frozenset(" ".join(_tokens(words)) for words in (name, *each.words))
            for name, each in self.stateable.items()
        }
        self._often = Counter(token for tokens in self._tokens.values() for token in tokens)

    def evidence(self, column: SeenColumn) -> dict[str, float]:
        """For each attribute that a column may be, how much speaks for it."""
        name = " ".join(_tokens(column.name))
        some = sorted(column.stated, key=lambda each: -each[1])[:LOOKED_AT]
        rows = sum(count for _, count in some)
        fits, said = dict.fromkeys(self.stateable, 0.0), dict.fromkeys(self.stateable, 0.0)
        for value, count in some:
            reading = [each for each, attribute in self.stateable.items() if self._reads(attribute, value)]
            for each in reading:  # what many attributes read says little of any
                fits[each] += count / rows / len(reading)
            stated = {each.attribute for each in read_note(self.kb, f"{name}: {as_text(value)}") if each.is_fact}
            for each in stated:
                said[each] += count / rows / len(stated)
        found = {}
        for attribute, words in self.stateable.items():
            is_named = name in self._names[attribute]
            own = name == " ".join(_tokens(attribute))
            alike = 2.5 if own else 2.0 if is_named else self._alike(name.split(), attribute)
            fit = fits[attribute]
            if words.type not in ("choice", "set"):  # a number, a day or a yes says nothing without a name
                fit *= min(1.0, alike)
            if is_named or fit or said[attribute] or (not rows and alike >= LEAST):
                found[attribute] = alike + max(fit, said[attribute])
        return found

    def _alike(self, name: Sequence[str], attribute: str) -> float:
        """How much of a column's name is in an attribute's: words of few attributes weigh more. All of initials."""
        if len(name) == 1 and len(name[0]) > 2 and name[0] == "".join(each[0] for each in _tokens(attribute)):
            return 1.0
        weigh = {token: 1 / self._often.get(token, 1) for token in name}
        shared = sum(weigh[token] for token in weigh if token in self._tokens[attribute] - _NAMES_A_ROW)
        return shared / sum(weigh.values()) if weigh else 0.0

    def _reads(self, attribute: Attribute, value: object) -> bool:
        """Whether a value can be one of an attribute; of codes only those that the knowledge base names."""
        reading = attribute.read(value)
        if attribute.type == "set":
            members = reading.value if isinstance(reading.value, frozenset) else frozenset()
            return bool(members) and all(each.lower() in attribute.by_folded for each in members)
        if attribute.type == "date":
            return reading.value is not None or (isinstance(value, str) and _DATE.fullmatch(value) is not None)
        return reading.value is not None or self._labeled(attribute, as_text(value)) is not None

    def _labeled(self, attribute: Attribute, text: str) -> str | None:
        return self.labels[attribute.name].get(text.strip().lower())

    def way(self, column: SeenColumn, attribute: Attribute) -> tuple[str, dict[str, str]]:
        """How a column is to be read, as far as its values say so, and its values that are labels or synonyms."""
        texts = [as_text(value) for value, _ in column.stated]
        if attribute.type == "date":
            numbers = [tuple(map(int, found.groups())) for text in texts if (found := _DATE.fullmatch(text))]
            orders = [
                order
                for order, (day, month) in ORDERS.items()
                if numbers and all(each[day - 1] <= 31 and each[month - 1] <= 12 for each in numbers)
            ]
            return (orders[0] if len(orders) == 1 else ""), {}  # which is meant, where both fit, would be a guess
        values = {
            text: value
            for text in {folded(text): text for text in texts}.values()  # a mapping reads letters of any case
            if (value := self._stated(attribute, column.name, text)) and attribute.read(text).problem is not None
        }
        return "", values

    def _stated(self, attribute: Attribute, column: str, text: str) -> str | None:
        """The value that a text is by its label or a synonym, or that it states as a whole in a note."""
        if attribute.type not in ("choice", "boolean"):
            return None
        found = self._labeled(attribute, text)
        if found is None:
            for each in read_note(self.kb, f"{' '.join(_tokens(column))}: {text}"):
                if each.is_fact and each.attribute == attribute.name and each.words == text.strip():
                    found = str(attribute.to_dict(each.value)).lower() if each.value is not None else None
        return found

    def nearest(self, attribute: Attribute, column: str, text: str) -> str:
        """The value that a text is, or is almost, by its name, its label or a synonym; empty where none is near."""
        if attribute.type not in ("choice", "boolean") or text.strip().lower() in UNKNOWN_WORDS:
            return ""
        if found := self._stated(attribute, column, text):
            return found
        words = {each.value.lower(): each.value for each in attribute.choices} | self.labels[attribute.name]
        close = get_close_matches(text.strip().lower()[:60], list(words), n=1, cutoff=0.6)
        begun = text.strip(" .").lower()
        begin = {value for word, value in words.items() if len(begun) > 2 and word.startswith(begun)}
        return words[close[0]] if close else begin.pop() if len(begin) == 1 else ""


__all__ = ["OddValue", "SeenColumn", "is_as_written", "odd_values", "rule_of", "seen_columns", "suggest", "ways_of"]
