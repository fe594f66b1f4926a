"""Whether a rule ranges over the records of a case as it can: over those that are there, in no order.

    >>> from payerlogic.program.statements import plain_rule
    >>> rule = WrittenRule((), plain_rule("met(acme,x) :- at_least(of(months,therapy,I),3).")[1])
    >>> print(*record_problems(rule))
    of(months,therapy,I) is asked whether or not there is a therapy I; add: given(therapy, I)

A criterion whose every rule asks for a record that is there says so for whoever asks for the criterion.
INVARIANT: rules treat all records alike, so two cases that differ in the order of a list have the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from payerlogic.errors import Problem
from payerlogic.program.records import GIVEN, OF
from payerlogic.program.statements import Literal, Term, WrittenRule

_ASKED = ("case", "at_least", "at_most")
Place = tuple[str, tuple[int, ...]]
"""A place in an atom: the atom with its variables and numbers left open, and the way to one of them."""
Guards = Mapping[Place, frozenset[str]]
"""The records that are there, by the place in which an atom has their number."""


def guards_of(rules: Iterable[WrittenRule]) -> Guards:
    """The atoms that hold of records that are there alone, since each of their rules says so.

    >>> from payerlogic.program.statements import plain_rule
    >>> head, body = plain_rule("criterion(acme,long(I)) :- given(therapy,I); at_least(of(months,therapy,I),3).")
    >>> guards_of([WrittenRule((head,), body)])
    {('criterion(acme,long(_))', (1, 0)): frozenset({'therapy'})}
    """
    defined: dict[Place, list[tuple[Term, WrittenRule]]] = {}
    for rule in rules:
        for head in rule.heads:
            for place, leaf in _open_places(head):
                defined.setdefault(place, []).append((leaf, rule))
    found: dict[Place, frozenset[str]] = {}
    grown = True
    while grown:
        grown = False
        for place, ways in defined.items():
            own = [{record for record, name in _given(rule.body, found) if name == leaf.name} for leaf, rule in ways]
            records = frozenset.intersection(*map(frozenset, own))
            if records and records != found.get(place):
                found[place], grown = records, True
    return found


def _open_places(atom: Term) -> Iterator[tuple[Place, Term]]:
    skeleton = _skeleton(atom)
    yield from (((skeleton, way), leaf) for way, leaf in _leaves(atom, ()))


def _leaves(term: Term, way: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Term]]:
    for place, part in enumerate(term.parts):
        if part.kind == "function":
            yield from _leaves(part, (*way, place))
        elif part.kind != "constant":
            yield (*way, place), part


def _skeleton(term: Term) -> str:
    if term.kind == "function":
        return f"{term.name}({','.join(map(_skeleton, term.parts))})"
    return term.name if term.kind == "constant" else "_"


def record_problems(rule: WrittenRule, guards: Guards | None = None) -> Iterator[Problem]:
    """What is wrong with how a rule asks for fields of records."""
    guards = guards or {}
    given = set(_given(rule.body, guards))
    for literal in (*rule.offers, *rule.body):
        for atom in literal.atom.alternatives() if literal.atom is not None else ():
            yield from _asked(atom, given)
        for _, conditions in literal.elements:
            here = given | set(_given(conditions, guards))
            for each in conditions:
                for atom in each.atoms():
                    yield from _asked(atom, here)
    numbers = {variable for _, variable in given}
    numbers |= {v for each in rule.body for _, conditions in each.elements for _, v in _given(conditions, guards)}
    yield from _in_order(rule, numbers)


def _given(literals: Iterable[Literal], guards: Guards) -> Iterator[tuple[str, str]]:
    """The records, each with the variable of its number, that a rule takes as being there."""
    for literal in literals:
        atom = literal.atom
        if atom is not None and not literal.sign and atom.key == (GIVEN, 2) and atom.parts[1].kind == "variable":
            for record in atom.parts[0].alternatives():
                yield str(record), atom.parts[1].name
        elif atom is not None and not literal.sign and guards:
            for place, leaf in _open_places(atom):
                if leaf.kind == "variable":
                    yield from ((record, leaf.name) for record in guards.get(place, ()))


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
