"""Facts that repeat, as a case states them: a list of records, and what the list says of how many there are.

    >>> from payerlogic.cases.records import spread
    >>> from payerlogic.program.vocabulary import RecordType
    >>> therapy = RecordType("therapy", 6, {})
    >>> spread({"therapy": [{}, "methotrexate"]}, {"therapy": therapy})[1][0].where
    'therapy 2'

A list is complete: what it does not hold is not there. The fields of a record can be stated one by one as well, as the
columns of a table have them (``therapy_2_drug``); then the last record of which anything is stated is the last one,
unless ``therapy`` says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from payerlogic.errors import Problem, nearest, shown
from payerlogic.program.records import slot_name
from payerlogic.program.values import Value
from payerlogic.program.vocabulary import RecordType, Vocabulary


def spread(stated: Mapping[str, object], records: Mapping[str, RecordType]) -> tuple[dict[str, object], list[Problem]]:
    """What is stated with each field of each record by its own name, and what is wrong with the lists."""
    found = dict(stated)
    problems: list[Problem] = []
    for name, record in records.items():
        listed = stated.get(name)
        if isinstance(listed, Mapping):
            hint = f"write a list of records, however few: [{{{', '.join(f'{each}: ...' for each in record.fields)}}}]"
            problems.append(Problem(f"one {record.one} by itself is no list", name, hint))
            del found[name]
        elif isinstance(listed, list | tuple):
            found[name] = min(len(listed), record.most)
            if len(listed) > record.most:
                hint = "a list is complete, so leave none out: raise the number in record(...) of the knowledge base"
                problems.append(Problem(f"{len(listed)} are listed, and a case takes {record.most}", name, hint))
            for number, each in enumerate(listed[: record.most], 1):
                for field, value in _fields(record, number, each, problems):
                    if (slot := slot_name(field, name, number)) in stated:
                        problems.append(Problem("stated twice: by itself, and in the list", slot))
                    found[slot] = value
    return found, problems


def _fields(record: RecordType, number: int, stated: object, problems: list[Problem]) -> Iterator[tuple[str, object]]:
    where, seen = f"{record.one} {number}", set()
    if not isinstance(stated, Mapping):
        hint = f"write its fields: {', '.join(f'{each}: ...' for each in record.fields)}"
        what = shown(stated) if isinstance(stated, str | int | float) else "this"
        problems.append(Problem(f"{what} is not a record", where, hint))
        return
    for written, value in stated.items():
        field = str(written).strip().lower()
        if field not in record.fields:
            hint = nearest(field, record.fields, {name: each.words for name, each in record.fields.items()})
            problems.append(Problem(f"unknown field {shown(str(written))}", where, hint))
        elif field in seen:
            problems.append(Problem(f"{field} is stated twice", where))
        else:
            seen.add(field)
            yield field, value


def last_stated(record: RecordType, stated: Mapping[str, object]) -> tuple[int, str] | None:
    """The last record of which anything is stated, and a field of it; None if there is none."""
    for number in range(record.most, 0, -1):
        for field in record.fields:
            if (slot := slot_name(field, record.name, number)) in stated:
                return number, slot
    return None


def counted(record: RecordType, stated: Mapping[str, Value]) -> int | Problem | None:
    """How many records there are, by what is stated of them: as many as are stated, or else up to the last one."""
    said, last = stated.get(record.name), last_stated(record, stated)
    assert said is None or isinstance(said, int)
    if last is None:
        return said
    number, slot = last
    if said is not None and said < number:
        return Problem(f"{said} is stated, but {slot} is, too", record.name, f"state {number} or more, or leave it out")
    return number if said is None else said


def gathered(stated: Mapping[str, object], vocabulary: Vocabulary) -> dict[str, object]:
    """The reverse of ``spread``: lists of records instead of fields by their own names."""
    found = dict(stated)
    for name, record in vocabulary.records.items():
        slots = {(n + 1, field): slot_name(field, name, n + 1) for n in range(record.most) for field in record.fields}
        count = found.get(name)
        if isinstance(count, int):
            own = [
                {f: found[slot] for (n, f), slot in slots.items() if n == at and slot in found} for at in _upto(count)
            ]
            found[name] = own
            for slot in slots.values():
                found.pop(slot, None)
    return found


def _upto(count: int) -> range:
    return range(1, count + 1)
