"""Facts that follow from others by arithmetic alone, worked out exactly before any rule is asked.

    >>> from payerlogic import KnowledgeBase
    >>> age, = KnowledgeBase.load().vocabulary.formulas["age_years"],
    >>> born, seen = date(1973, 3, 2), date(2023, 3, 1)
    >>> age.value({"birth_date": born, "date_of_service": seen})
    49
    >>> age.in_words({"birth_date": born, "date_of_service": seen}, {})
    'whole years from birth date 1973-03-02 to date of service 2023-03-01'

``kb/core/derived.lp`` says how one is declared. Nothing is ever worked out from what is unknown, nor from what is only
presumed: a derived fact is as certain as the facts that it is derived from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from payerlogic.program.attribute import Attribute
from payerlogic.program.records import declared_as
from payerlogic.program.statements import Term, fact
from payerlogic.program.values import Value
from payerlogic.text.calendar import days_between, months_between, years_between
from payerlogic.text.scalars import decimal_number

DATES: Mapping[str, Callable[..., int]] = {
    "years_between": years_between,
    "months_between": months_between,
    "days_between": days_between,
}
NUMBERS: Mapping[str, tuple[Callable[[Fraction, Fraction], Fraction], str]] = {
    "sum": (lambda a, b: a + b, "+"),
    "difference": (lambda a, b: a - b, "-"),
    "product": (lambda a, b: a * b, "×"),
    "quotient": (lambda a, b: a / b, "/"),
}
ROUNDINGS: Mapping[str, Callable[[Fraction], int]] = {
    "down": floor,
    "up": ceil,
    "nearest": lambda exact: floor(exact + Fraction(1, 2)),
}


_ROUNDED = {"down": "down to steps of", "up": "up to steps of", "nearest": "to the nearest"}


class NotDerived(ValueError):
    """Facts from which nothing can be derived; its words are fit for people."""


@dataclass(frozen=True)
class Formula:
    """How one attribute follows from others: ``operation`` is a term over names and numbers."""

    attribute: Attribute
    operation: Term
    rounding: str
    sources: Mapping[str, Attribute]

    @classmethod
    def of(cls, attribute: Attribute, operation: str, rounding: str, known: Mapping[str, Attribute]) -> Formula:
        """The formula that a fact ``derived`` declares; ``known`` are the attributes and inputs."""
        term = parsed(operation)
        return cls(attribute, term, rounding, {name: known[name] for name in names_in(term) if name in known})

    @property
    def is_of_dates(self) -> bool:
        return self.operation.name in DATES

    @property
    def in_order(self) -> bool:
        """Whether the second of two dates is never before the first: where the range has no number below zero."""
        return self.attribute.least >= 0

    def value(self, stated: Mapping[str, Value]) -> Value:
        """What follows from stated sources. NotDerived where nothing does."""
        attribute = self.attribute
        number = self._days(stated) if self.is_of_dates else self._counted(stated)
        if not attribute.least <= number <= attribute.greatest:
            low, high = attribute.written_number(attribute.least), attribute.written_number(attribute.greatest)
            raise NotDerived(f"it comes to {attribute.written_number(number)}, which is not from {low} to {high}")
        found = attribute.value_of(number)
        assert found is not None, "only a day can have no number"
        return found

    def _days(self, stated: Mapping[str, Value]) -> int:
        first, last = (stated[part.name] for part in self.operation.parts)
        assert isinstance(first, date)
        assert isinstance(last, date)
        if last < first and self.in_order:
            one, other = (self.sources[part.name] for part in self.operation.parts)
            raise NotDerived(f"{other.label} {last.isoformat()} is before {one.label} {first.isoformat()}")
        whole = DATES[self.operation.name](first, last, up=self.rounding == "up")
        scale: int = 10**self.attribute.places
        return whole * scale

    def _counted(self, stated: Mapping[str, Value]) -> int:
        try:
            exact = _result(self.operation, stated)
        except ZeroDivisionError:
            raise NotDerived(f"{self._terms(self.operation, stated, {})} divides by zero") from None
        return ROUNDINGS[self.rounding](exact * 10**self.attribute.places)

    def in_words(self, stated: Mapping[str, Value], written: Mapping[str, str]) -> str:
        """Where a value comes from; ``written`` is what stands in the case where that is another spelling."""
        if self.is_of_dates:
            unit, _, _ = self.operation.name.partition("_")
            first, last = (self._term(part, stated, written) for part in self.operation.parts)
            kind = {"down": f"whole {unit}", "up": f"{unit}, counting one that has begun,"}[self.rounding]
            return f"{unit if unit == 'days' else kind} from {first} to {last}"
        step = f"0.{'1'.zfill(self.attribute.places)}" if self.attribute.places else "1"
        return f"{self._terms(self.operation, stated, written)}, rounded {_ROUNDED[self.rounding]} {step}"

    def _terms(self, term: Term, stated: Mapping[str, Value], written: Mapping[str, str]) -> str:
        sign = f" {NUMBERS[term.name][1]} "
        return sign.join(
            f"({self._terms(part, stated, written)})" if part.kind == "function" else self._term(part, stated, written)
            for part in term.parts
        )

    def _term(self, term: Term, stated: Mapping[str, Value], written: Mapping[str, str]) -> str:
        if term.kind != "constant":
            return str(term.value)
        source = self.sources[term.name]
        return f"{source.label} {written.get(term.name) or source.in_words(stated[term.name])}"


def _result(term: Term, stated: Mapping[str, Value]) -> Fraction:
    if term.kind == "function":
        one, other = (_result(part, stated) for part in term.parts)
        return NUMBERS[term.name][0](one, other)
    value = stated[term.name] if term.kind == "constant" else decimal_number(term.value)
    assert isinstance(value, int | Decimal)
    return Fraction(value)


def parsed(operation: str) -> Term:
    """The operation that a ground fact has as its text."""
    found = fact(f"x({operation}).")
    return _named(found.parts[0]) if found is not None else Term("limit", operation)


def _named(term: Term) -> Term:
    """The operation with fields of records as names."""
    if term.kind == "function" and (field := declared_as(term)) is not None:
        return Term("constant", str(field))
    return Term(term.kind, term.name, tuple(map(_named, term.parts)), term.value)


def names_in(operation: Term) -> tuple[str, ...]:
    """The attributes and inputs that an operation looks at, each once.

    >>> names_in(parsed("quotient(weight_kg,product(height_m,height_m))"))
    ('weight_kg', 'height_m')
    """
    return tuple(dict.fromkeys(each.name for each in _leaves(operation) if each.kind == "constant"))


def _leaves(term: Term) -> Iterator[Term]:
    if term.kind != "function":
        yield term
    for part in term.parts:
        yield from _leaves(part)
