"""Facts that repeat, by name: what a rule calls ``of(drug, therapy, I)`` a table calls ``therapy_2_drug``.

    >>> flat_name("of(drug,therapy,2)"), flat_name("age_years")
    ('therapy_2_drug', 'age_years')
    >>> from payerlogic.program.statements import fact
    >>> str(declared_as(fact("case(of(drug,therapy,2),x).").parts[0]))
    'of(drug,therapy)'

``kb/core/records.lp`` says how records are declared. Each field of each record is an attribute of its own, so nothing
above this floor knows that some attributes are alike. Only what reads and shows a case does, by ``Attribute.slot``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from payerlogic.program.statements import Term

OF = "of"
GIVEN = "given"
MOST_RECORDS = 30
_SLOT = re.compile(r"of\((\w+),(\w+),(\d+)\)")


def slot_name(field: str, record: str, number: int | str) -> str:
    """The attribute that a field is in one of the records."""
    return f"{record}_{number}_{field}"


def slot_of(name: str, records: Iterable[str]) -> str:
    """The record of which a name speaks as if it were one of its fields; empty where it does not.

    >>> slot_of("therapy_2_drug", ["therapy"]), slot_of("therapy_drug", ["therapy"])
    ('therapy', '')
    """
    return next((each for each in records if re.match(rf"{each}_\d+_\w", name)), "")


def field_name(field: str, record: str) -> str:
    """The field of all records, as the knowledge base writes it."""
    return f"{OF}({field},{record})"


def flat_name(written: str) -> str:
    """An attribute as people and tables name it."""
    found = _SLOT.fullmatch(written) if written.startswith(f"{OF}(") else None
    return slot_name(*found.groups()) if found else written


def in_record(operation: str, record: str, number: int) -> str:
    """What is said of each record, said of one.

    >>> in_record("months_between(of(start,therapy),date_of_service)", "therapy", 2)
    'months_between(therapy_2_start,date_of_service)'
    """
    return re.sub(rf"\bof\((\w+),{record}\)", lambda found: slot_name(found[1], record, number), operation)


def declared_as(term: Term) -> Term | None:
    """The attribute or field that a term of a rule names, whatever the record; None if it names none."""
    if term.kind == "constant":
        return term
    if term.name == OF and len(term.parts) in (2, 3) and all(part.kind == "constant" for part in term.parts[:2]):
        return Term("function", OF, term.parts[:2])
    return None


def types_declared(heads: Iterable[Term]) -> Iterator[tuple[str, str]]:
    """The attributes, inputs and fields that these facts declare, each with its type."""
    for head in heads:
        if head.key in (("attribute", 4), ("input", 4)):
            names, type_ = [*head.parts[1].alternatives()], head.parts[2].constant
        elif head.key == ("field", 4):
            names = [Term("function", OF, (field, head.parts[0])) for field in head.parts[2].alternatives()]
            type_ = head.parts[3].constant
        else:
            continue
        yield from ((str(name), type_ or "") for name in map(declared_as, names) if name is not None)


def names_stated(heads: Iterable[Term]) -> Iterator[str]:
    """Whatever a case can state by what these facts declare; a record by itself, and each field of each place."""
    heads = list(heads)
    most = {}
    for head in heads:
        if head.key in (("attribute", 4), ("input", 4)):
            yield from (each.name for each in head.parts[1].alternatives() if each.constant)
        elif head.key == ("record", 4):
            most[head.parts[1].name] = min(head.parts[2].number or 0, MOST_RECORDS)
            yield head.parts[1].name
    for head in heads:
        if head.key == ("field", 4):
            record = head.parts[0].name
            for field in head.parts[2].alternatives():
                yield from (slot_name(field.name, record, each + 1) for each in range(most.get(record, 0)))
