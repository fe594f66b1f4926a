"""Names in rules that do not exist: a misspelled value would silently never hold.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> unknown_names(kb.program, kb.catalog, kb.vocabulary)
    []

What is checked are the names written out in rules: attributes and values in ``case``, readings and
options in ``reading``, classes in ``concludes``, clauses in ``prevails``; and that a policy file
speaks only of its own readings and presumptions. What numbers may be compared with is in ``numbers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from payerlogic.errors import Problem, nearest
from payerlogic.program.attribute import Attribute
from payerlogic.program.catalog import Catalog
from payerlogic.program.files import Program
from payerlogic.program.records import GIVEN, OF, declared_as
from payerlogic.program.statements import Term, WrittenRule
from payerlogic.program.vocabulary import Vocabulary

_VALUES: Mapping[tuple[str, int], Sequence[tuple[int, int]]] = {
    ("case", 2): [(0, 1)],
    ("typical", 2): [(0, 1)],
    ("presumption_needs", 3): [(1, 2)],
    ("gives_way", 5): [(1, 2), (3, 4)],
}
"""Atoms that write out a value: where their attribute stands, and where its value."""
OF_A_PRESUMPTION = ("presumption_holds", "presumption_needs", "presumed_value", "gives_way")
OF_EVERY_PAYER = "every payer"


def unknown_names(program: Program, catalog: Catalog, vocabulary: Vocabulary) -> list[Problem]:
    """Every such name, in file order, with the nearest one that exists."""
    found: list[Problem] = []
    owners, written = _Owned(program), _Spelled(program)
    found += owners.twice
    for statement in program.statements:
        rule, policy = statement.rule, statement.file.policy
        if rule is None:
            continue
        problems = [*_declared(rule, vocabulary), *written.problems(rule)]
        for atom in (*rule.heads, *rule.atoms()):
            problems += _used(atom, catalog, vocabulary)
            if policy is not None and atom.name == "reading":
                problems += owners.foreign(atom, policy)
        for head in rule.heads if policy is not None else ():
            problems += owners.problems(head, policy or "")
        found += [problem.at(statement.where) for problem in dict.fromkeys(problems)]
    return found


def _used(atom: Term, catalog: Catalog, vocabulary: Vocabulary) -> Iterator[Problem]:
    if atom.name == "case" and len(atom.parts) == 2:
        for each in atom.parts[0].alternatives():
            name = str(declared_as(each)) if declared_as(each) else each.value
            if name is None:
                continue
            if name not in vocabulary.declared:
                yield Problem(f"unknown attribute {name!r}", hint=nearest(str(name), vocabulary.declared))
            elif not vocabulary.declared[str(name)].is_ordered:
                yield from _values(vocabulary.declared[str(name)], atom.parts[1])
    elif atom.name in (GIVEN, "slot") and len(atom.parts) == 2:
        yield from _each(constants(atom.parts[0]), vocabulary.records, "record")
    elif atom.name == "reading" and len(atom.parts) == 2:
        yield from _each(constants(atom.parts[0]), catalog.readings, "reading")
        for name in constants(atom.parts[0]):
            if name in catalog.readings:
                options = [option.name for option in catalog.readings[str(name)].options]
                yield from _each(constants(atom.parts[1]), options, f"option of {name}")
    elif atom.name == "concludes" and len(atom.parts) == 3:
        yield from _each(constants(atom.parts[2]), catalog.classes, "class")
    elif atom.name == "prevails" and len(atom.parts) == 3:
        for policy in constants(atom.parts[0]):
            if policy in catalog.policies:
                clauses = catalog.policies[str(policy)].clauses
                yield from _each(constants(atom.parts[1]) + constants(atom.parts[2]), clauses, "clause")


def _values(attribute: Attribute, term: Term) -> Iterator[Problem]:
    """A value is written as the vocabulary writes it: a name as a name, a text in quotes."""
    name = attribute.name
    known = ["true", "false"] if attribute.type == "boolean" else [choice.value for choice in attribute.choices]
    yield from _each(constants(term), known, f"value of {name}")
    for each in term.alternatives():
        if each.kind in ("function", "operation", "interval", "limit"):
            yield Problem(f"{each} is not a value of {name}", hint=nearest("", known))


def _declared(rule: WrittenRule, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Declarations that name an attribute name one that exists, and values that it has."""
    for head in rule.heads:
        pairs: list[tuple[Term, Term | None]] = []
        if head.name == "presumption" and len(head.parts) == 4:
            pairs = [(head.parts[3], None)]
        elif head.name == "authorizes" and len(head.parts) == 4:
            pairs = [(head.parts[2], None)]
        elif head.name == "presumption_needs" and len(head.parts) == 3:
            pairs = [(head.parts[1], head.parts[2])]
        elif head.name == "gives_way" and len(head.parts) == 5:
            pairs = [(head.parts[1], head.parts[2]), (head.parts[3], head.parts[4])]
        for attribute, value in pairs:
            for name in constants(attribute):
                if name not in vocabulary:
                    yield Problem(f"{head.name}: unknown attribute {name!r}", hint=nearest(str(name), vocabulary))
                elif value is not None:
                    yield from _waits(head.parts[0], vocabulary[str(name)], value)


def _waits(presumption: Term, attribute: Attribute, value: Term) -> Iterator[Problem]:
    """A presumption waits for values that rules can distinguish: choices, and no numbers."""
    known = ["true", "false"] if attribute.type == "boolean" else [choice.value for choice in attribute.choices]
    for each in constants(value):
        if each not in known:
            hint = nearest(str(each), known) if known else "name a choice; a number cannot be waited for"
            yield Problem(f"presumption {presumption} waits for {attribute.name} {each!r}", hint=hint)


def _each(names: Iterable[str | int], known: Iterable[str], what: str) -> Iterator[Problem]:
    listed = list(known)
    for name in names:
        if name not in listed:
            yield Problem(f"unknown {what} {name!r}", hint=nearest(str(name), listed))


class _Spelled:
    """Whether the vocabulary writes each value as a name or in quotes: written the other way, it is another value."""

    def __init__(self, program: Program) -> None:
        self.kinds: dict[tuple[str, str], set[str]] = {}
        for statement in program.statements:
            for head in statement.rule.heads if statement.rule else ():
                if head.key == ("value", 4):
                    for attribute, value in product(_named(head.parts[0]), head.parts[2].alternatives()):
                        self._add(attribute, value.kind, value)
                elif head.key == ("attribute", 4) and head.parts[2].constant == "boolean":
                    for attribute, word in product(_named(head.parts[1]), ("true", "false")):
                        self._add(attribute, "constant", Term("constant", word))
                elif head.key == ("field", 4) and head.parts[3].constant == "boolean":
                    field = Term("function", OF, (head.parts[2], head.parts[0]))
                    for attribute, word in product(_named(field), ("true", "false")):
                        self._add(attribute, "constant", Term("constant", word))

    def _add(self, attribute: str, kind: str, value: Term) -> None:
        self.kinds.setdefault((attribute, str(value.value if kind == "text" else value)), set()).add(kind)

    def problems(self, rule: WrittenRule) -> Iterator[Problem]:
        for atom in (*rule.heads, *rule.atoms()):
            for attribute, value in _VALUES.get(atom.key, ()):
                for name in _named(atom.parts[attribute]):
                    for each in atom.parts[value].alternatives():
                        yield from self._problem(name, each)

    def _problem(self, attribute: str, value: Term) -> Iterator[Problem]:
        plain = str(value.value if value.kind == "text" else value)
        kinds = self.kinds.get((attribute, plain))
        if kinds and value.kind in ("text", "constant", "number") and value.kind not in kinds:
            hint = f"write {plain}, without quotes" if "constant" in kinds else f'write "{plain}", in quotes'
            yield Problem(f"{value} is no value of {attribute}", hint=hint)


class _Owned:
    """In which policy's file each reading and presumption is declared; None for the shared files."""

    def __init__(self, program: Program) -> None:
        self.owners: dict[str, str | None] = {}
        self.labels: dict[str, tuple[str | None, str]] = {}
        self.twice: list[Problem] = []
        named: Mapping[str, set[str]] = {file.policy: set() for file in program.files if file.policy is not None}
        for statement in program.statements:
            policy = statement.file.policy
            for head in statement.rule.heads if statement.rule else ():
                if head.name in ("ambiguity", "presumption") and len(head.parts) == 4:
                    for name in map(str, constants(head.parts[1])):
                        if name in self.owners:
                            self._twice(head.name, name, self.owners[name], policy, statement.where)
                        self.owners.setdefault(name, policy)
                if head.name == "label" and len(head.parts) == 2:
                    for thing in map(str, head.parts[0].alternatives()):
                        owner, words = self.labels.setdefault(thing, (policy, str(head.parts[1])))
                        if words != str(head.parts[1]):
                            self._twice("label", thing, owner, policy, statement.where)
                if policy is not None and head.name in ("advisory", "limit", "clause", "vague") and len(head.parts) > 1:
                    named[policy].update(map(str, constants(head.parts[1])))
        self.named = named

    def _twice(self, what: str, name: str, first: str | None, second: str | None, where: str) -> None:
        if first == second:
            hint = "leave one of them out"
        else:
            instead = f"use another, such as {second or 'other'}_{name}"
            if what == "label":
                instead = f"say whose it is, as in label(advisory({second}, {name}), ...)"
            hint = f"{first or OF_EVERY_PAYER} has one of this name: {instead}"
        self.twice.append(Problem(f"{what} {name} is declared twice", where, hint))

    def problems(self, head: Term, policy: str) -> Iterator[Problem]:
        """Readings and presumptions that a policy file speaks of have to be its own."""
        for name, whose in (("ambiguity", 0), ("presumption", 2)):
            if head.name == name and len(head.parts) == 4 and head.parts[whose].constant != policy:
                yield Problem(f"{name} of {head.parts[whose]}, not of {policy}")
        if head.name in ("option", *OF_A_PRESUMPTION):
            yield from self.foreign(head, policy)
        if head.name == "label" and len(head.parts) == 2:
            for thing in map(str, constants(head.parts[0])):
                owner = self.owners.get(thing, policy if thing in self.named[policy] | {policy} else None)
                if owner != policy:
                    hint = "a policy labels its criteria, readings, presumptions, clauses, advisories and limits"
                    yield Problem(f"label of {thing}, which {policy} does not declare", hint=hint)

    def foreign(self, atom: Term, policy: str) -> Iterator[Problem]:
        """Of the readings or presumptions that ``atom`` names, those of another policy."""
        for name in map(str, constants(atom.parts[0]) if atom.parts else ()):
            owner = self.owners.get(name, policy)
            if owner == policy or (owner is None and atom.name == "reading"):
                continue
            yield Problem(f"{atom.name} of {name}, which belongs to {owner or OF_EVERY_PAYER}")


def _named(term: Term) -> Iterator[str]:
    """The attributes and fields that a term or a pool of terms names."""
    return (str(name) for name in map(declared_as, term.alternatives()) if name is not None)


def constants(term: Term) -> list[str | int]:
    """The constants that a term or a pool of terms writes out; nothing for variables and compound terms."""
    found: list[str | int] = []
    for each in term.alternatives():
        if each.kind == "constant":
            found.append(each.name)
        elif each.value is not None:
            found.append(each.value)
    return found
