"""Whether derived facts are declared so that they can be worked out.

    >>> from payerlogic import KnowledgeBase
    >>> derived_problems(KnowledgeBase.load().ground)
    []

Each follows from attributes and inputs that somebody states: nothing is derived from what is derived itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from payerlogic.errors import Problem, nearest
from payerlogic.program.formula import DATES, NUMBERS, ROUNDINGS, names_in, parsed
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.records import field_name
from payerlogic.program.rule_index import Heads
from payerlogic.program.statements import Term
from payerlogic.text.scalars import decimal_number

_NUMERIC = ("integer", "decimal")


def derived_problems(ground: GroundProgram) -> list[Problem]:
    """Everything that is wrong with ``derived``, ``input`` and ``converted``, with its place."""
    return list(_Derived(ground).problems())


class _Derived:
    def __init__(self, ground: GroundProgram) -> None:
        self.ground = ground
        self.heads = Heads(ground.program)
        self.attributes = {str(name): str(type_) for _, name, type_, _ in ground.rows("attribute", 4)}
        self.inputs = {str(name): str(type_) for _, name, type_, _ in ground.rows("input", 4)}
        self.fields = {
            field_name(str(name), str(record)): (str(record), str(type_))
            for record, _, name, type_ in ground.rows("field", 4)
        }
        self.known: dict[str, str] = {}
        """What the formula at hand can follow from."""
        self.rows = [(str(name), parsed(str(how)), str(rounding)) for name, how, rounding in ground.rows("derived", 3)]

    def problems(self) -> Iterator[Problem]:
        used = {name for _, operation, _ in self.rows for name in names_in(operation)}
        for name, count in Counter(name for name, *_ in self.rows).items():
            if count > 1:
                yield Problem(f"{name} is derived twice", self.heads.place("derived", name), "keep one of the two")
        for name, operation, rounding in self.rows:
            where = self.heads.place("derived", name)
            yield from (problem.at(where) for problem in self._formula(name, operation, rounding))
        for name in self.inputs:
            if name not in used:
                hint = "derive something from it, or declare it an attribute"
                yield Problem(f"nothing is derived from input {name}", self.heads.place("input", None, name), hint)
        for source, unit, factor in self.ground.rows("converted", 3):
            number, where, name = decimal_number(factor), self.heads.place("converted", source), str(source)
            if self.inputs.get(name) != "decimal":
                decimals = [each for each, type_ in self.inputs.items() if type_ == "decimal"]
                hint = nearest(name, decimals) if decimals else "other units are for inputs, which stay exact"
                yield Problem(f"converted: {name} is no decimal input", where, hint)
            elif number is None or number <= 0:
                hint = f'write how much of {name} one {unit} is: "0.45"'
                yield Problem(f"converted: {factor!r} is no factor", where, hint)

    def _formula(self, name: str, operation: Term, rounding: str) -> Iterator[Problem]:
        record, type_of_field = self.fields.get(name, ("", ""))
        beside = {each: type_ for each, (whose, type_) in self.fields.items() if whose == record}
        self.known = {**self.attributes, **self.inputs, **beside}
        if (self.attributes.get(name) or type_of_field) not in _NUMERIC:
            numbers = [each for each, type_ in self.attributes.items() if type_ in _NUMERIC]
            yield Problem(f"derived: {name} is no attribute that is a number", hint=nearest(name, numbers))
        if rounding not in ROUNDINGS:
            yield Problem(f"derived: unknown rounding {rounding!r}", hint=nearest(rounding, ROUNDINGS))
        if operation.kind != "function":
            yield Problem(f"derived: {operation} is no operation", hint=nearest(str(operation), [*DATES, *NUMBERS]))
        elif operation.name in DATES:
            yield from self._of_dates(operation, rounding)
        else:
            yield from self._of_numbers(operation)
        derived = {each for each, *_ in self.rows}
        for source in names_in(operation):
            if source in derived:
                hint = "derive it from what a case states"
                yield Problem(f"derived: {name} follows from {source}, which is derived itself", hint=hint)

    def _of_dates(self, operation: Term, rounding: str) -> Iterator[Problem]:
        dates = [each for each, type_ in self.known.items() if type_ == "date"]
        if len(operation.parts) != 2:
            yield Problem(f"derived: {operation} takes two dates", hint=f"write {operation.name}(First, Last)")
            return
        for part in operation.parts:
            if part.kind != "constant" or self.known.get(part.name) != "date":
                yield Problem(f"derived: {part} is no date", hint=nearest(str(part), dates))
        if rounding == "nearest":
            yield Problem("derived: years, months and days are counted down or up", hint="write down or up")

    def _of_numbers(self, term: Term) -> Iterator[Problem]:
        if term.kind == "constant":
            if self.known.get(term.name) not in _NUMERIC:
                numbers = [each for each, type_ in self.known.items() if type_ in _NUMERIC]
                yield Problem(f"derived: {term} is no number", hint=nearest(term.name, numbers))
        elif term.kind in ("number", "text"):
            if decimal_number(term.value) is None:
                yield Problem(f"derived: {term} is no number", hint='a decimal is written in quotes: "0.45"')
        elif term.name not in NUMBERS:
            yield Problem(f"derived: unknown operation {term.name!r}", hint=nearest(term.name, [*DATES, *NUMBERS]))
        elif len(term.parts) != 2:
            yield Problem(f"derived: {term} takes two numbers", hint=f"write {term.name}(A, B)")
        else:
            for part in term.parts:
                yield from self._of_numbers(part)
