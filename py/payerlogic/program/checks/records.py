"""Whether a rule ranges over the records of a case as it can: over those that are there, in no order.

    >>> from payerlogic.program.statements import plain_rule
    >>> rule = WrittenRule((), plain_rule("met(acme,x) :- at_least(of(months,therapy,I),3).")[1])
    >>> print(*record_problems(rule))
    of(months,therapy,I) is asked whether or not there is a therapy I; add: given(therapy, I)

INVARIANT: rules treat all records alike, so two cases that differ in the order of a list have the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payerlogic.errors import Problem
from payerlogic.program.records import GIVEN, OF
from payerlogic.program.statements import Literal, Term, WrittenRule

_ASKED = ("case", "at_least", "at_most")


def record_problems(rule: WrittenRule) -> Iterator[Problem]:
    """What is wrong with how a rule asks for fields of records."""
    given = set(_given(rule.body))
    for literal in (*rule.offers, *rule.body):
        for atom in literal.atom.alternatives() if literal.atom is not None else ():
            yield from _asked(atom, given)
        for _, conditions in literal.elements:
            here = given | set(_given(conditions))
            for each in conditions:
                for atom in each.atoms():
                    yield from _asked(atom, here)
    numbers = {variable for _, variable in given}
    numbers |= {v for each in rule.body for _, conditions in each.elements for _, v in _given(conditions)}
    yield from _in_order(rule, numbers)


def _given(literals: Iterable[Literal]) -> Iterator[tuple[str, str]]:
    """The records, each with the variable of its number, that a rule takes as being there."""
    for literal in literals:
        atom = literal.atom
        if atom is not None and not literal.sign and atom.key == (GIVEN, 2) and atom.parts[1].kind == "variable":
            for record in atom.parts[0].alternatives():
                yield str(record), atom.parts[1].name


def _asked(atom: Term, given: set[tuple[str, str]]) -> Iterator[Problem]:
    if atom.name not in _ASKED or not atom.parts:
        return
    for term in atom.parts[0].alternatives():
        if term.kind != "function" or term.name != OF:
            continue
        if len(term.parts) not in (2, 3) or any(part.kind != "constant" for part in term.parts[:2]):
            yield Problem(f"{term} names no field", hint="write of(Field, Record, I), with the names of both")
            continue
        field, record = term.parts[:2]
        write = f"of({field}, {record}, I)"
        if len(term.parts) == 2:
            yield Problem(f"{term} is a field of every {record}", hint=f"write {write}, and add: given({record}, I)")
        elif term.parts[2].kind != "variable" or term.parts[2].is_anonymous:
            hint = f"records have no order: write {write}, and add: given({record}, I)"
            yield Problem(f"{term} names no {record} by a variable", hint=hint)
        elif (str(record), term.parts[2].name) not in given:
            number = term.parts[2]
            what = f"{term} is asked whether or not there is a {record} {number}"
            yield Problem(what, hint=f"add: given({record}, {number})")


def _in_order(rule: WrittenRule, numbers: set[str]) -> Iterator[Problem]:
    """Numbers of records that are computed with, or compared with anything but each other."""
    hint = "records have no order: two of them are compared with each other, as in I < J, and with nothing else"
    for literal in _with_inner((*rule.offers, *rule.body)):
        if literal.left is None:
            continue
        sides = (literal.left, *(term for _, term in literal.guards))
        named = [set(side.variables()) & numbers for side in sides]
        if any(named) and not all(side.kind == "variable" and own for side, own in zip(sides, named, strict=True)):
            yield Problem(f"{literal} looks at the number of a record", hint=hint)
    for term in rule.terms():
        for each in term.walk():
            if each.kind in ("operation", "interval") and set(each.variables()) & numbers:
                yield Problem(f"{each} computes with the number of a record", hint=hint)


def _with_inner(literals: Iterable[Literal]) -> Iterator[Literal]:
    for literal in literals:
        yield literal
        for _, conditions in literal.elements:
            yield from _with_inner(conditions)
