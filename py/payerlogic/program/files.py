"""The program that a question is put to: the rules of one service line, with the place of each.

>>> program = Program.read(shipped_folder())
>>> [file.name for file in program.files if file.is_policy]
['bcbsaz.lp', 'nia.lp']

"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from payerlogic.program.lexing import GREATEST
from payerlogic.program.library import Library
from payerlogic.program.records import declared_as, types_declared
from payerlogic.program.source_files import ParsedStatement, SourceFile, shipped_folder
from payerlogic.program.statements import Term
from payerlogic.text.scalars import decimal_number, units_of

__all__ = ["COMPARED", "MOST_PLACES", "Program", "counted_as", "shipped_folder"]

COMPARED = ("at_least", "at_most")
MOST_PLACES = 4
"""Of a decimal: what is finer has a smaller unit."""


@dataclass(frozen=True)
class Program:
    """The files of one service line, parsed. ``unread`` are all other files of the knowledge base: other services,
    and policies that nobody asked for. Their text counts for the digest and their names for who owns what, but
    nothing in them is parsed, checked or grounded."""

    folder: Path
    files: tuple[SourceFile, ...]
    statements: tuple[ParsedStatement, ...]
    unread: tuple[SourceFile, ...] = ()
    service: str = ""
    library: Library | None = field(default=None, repr=False, compare=False)

    @classmethod
    def read(cls, folder: Path, only: Collection[str] | None = None, service: str | None = None) -> Program:
        """Read the knowledge base in ``folder``, and of it one service: the default one, or that of the policies.

        Of the policies ``only`` these, in any case of letters; all of the service if one of these is not there.
        Raises KnowledgeBaseError with file and line for what clingo cannot parse and for
        directives that run code, read other files or take the meaning out of the program.
        """
        return cls.of(Library.read(folder), only, service)

    @classmethod
    def of(cls, library: Library, only: Collection[str] | None = None, service: str | None = None) -> Program:
        """The program of one service of a library."""
        service = library.service_of(only or ()) if service is None else service
        files, unread = library.files_of(service, only)
        return cls(library.folder, files, tuple(library.parsed(files)), unread, service, library)

    def only(self, policies: Iterable[str]) -> Program:
        """The same program with the files of some policies only; all that is shared stays."""
        wanted = {None, *policies}
        files = tuple(file for file in self.files if file.policy in wanted)
        statements = tuple(each for each in self.statements if each.file.policy in wanted)
        return Program(self.folder, files, statements, (), self.service, self.library)

    @cached_property
    def thresholds(self) -> dict[Term, tuple[ParsedStatement, ...]]:
        """The numbers that rules compare with, as the ``bound`` facts that core/case.lp cuts at, and the rules that do.

        >>> [str(each) for each in Program.read(shipped_folder()).thresholds][-1]
        'bound(fractions,at_least,2)'
        """
        found: dict[Term, list[ParsedStatement]] = {}
        for statement in self.statements:
            for atom in statement.rule.atoms() if statement.rule else ():
                if atom.name in COMPARED and len(atom.parts) == 2:
                    how = Term("constant", atom.name)
                    for attribute in filter(None, map(declared_as, atom.parts[0].alternatives())):
                        for number in atom.parts[1].alternatives():
                            is_decimal = number.kind == "text" and str(attribute) in self.decimals
                            if number.kind == "number" or is_decimal:
                                found.setdefault(Term("function", "bound", (attribute, how, number)), []).append(
                                    statement
                                )
        return {bound: tuple(rules) for bound, rules in found.items()}

    @cached_property
    def types(self) -> dict[str, str]:
        """The attributes, inputs and fields that are declared, each with its type."""
        return dict(types_declared(self._heads))

    @cached_property
    def decimals(self) -> frozenset[str]:
        """The attributes and fields that are decimals."""
        return frozenset(name for name, type_ in self.types.items() if type_ == "decimal")

    @cached_property
    def places(self) -> dict[str, int]:
        """How many places decimals have."""
        written = ((head.parts[0], head.parts[1].number) for head in self._heads if head.key == ("places", 2))
        return {str(name): places for name, places in written if places is not None}

    @cached_property
    def offered(self) -> frozenset[str]:
        """The predicates that the shared files define for policies to ask, whether or not one does.

        >>> sorted(Program.read(shipped_folder()).offered)
        ['case', 'given', 'site', 'xray']
        """
        return frozenset(head.parts[0].name for head in self._heads if head.key in (("says_value", 1), ("offered", 1)))

    @cached_property
    def _heads(self) -> list[Term]:
        """What the shared files conclude: attributes are declared there."""
        rules = (each.rule for each in self.statements if not each.file.is_policy)
        return [head for rule in rules if rule for head in rule.heads]

    @cached_property
    def counted(self) -> tuple[Term, ...]:
        """The decimals that are written, as the ``counts_as`` facts of core/case.lp.

        One that has more places than its attribute, or counts as more than clingo can hold, has none: the checks
        refuse it.
        """
        if not self.places:
            return ()
        amounts = [(bound.parts[0], bound.parts[2]) for bound in self.thresholds]
        amounts += [(head.parts[0], head.parts[2]) for head in self._heads if head.key == ("bound", 3)]
        amounts += [
            (head.parts[0], amount) for head in self._heads if head.key == ("range", 3) for amount in head.parts[1:]
        ]
        amounts += self._presumed
        found: dict[Term, None] = {}
        for name, amount in amounts:
            places = self.places.get(str(name))
            units = counted_as(amount.value, places) if places is not None else None
            if units is not None:
                found[Term("function", "counts_as", (name, amount, Term("number", value=units)))] = None
        return tuple(found)

    @property
    def _presumed(self) -> list[tuple[Term, Term]]:
        """What plain presumptions presume of which attribute."""
        heads = [head for each in self.statements if each.rule for head in each.rule.heads]
        of = {head.parts[1]: head.parts[3] for head in heads if head.key == ("presumption", 4)}
        return [
            (of[head.parts[0]], head.parts[1])
            for head in heads
            if head.key == ("presumed_value", 2) and head.parts[0] in of
        ]

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever any file of the knowledge base does."""
        sum_ = hashlib.sha256()
        for file in sorted((*self.files, *self.unread), key=lambda file: file.path):
            sum_.update(f"{file.path.relative_to(self.folder).as_posix()}\0{file.text}\0".encode())
        return sum_.hexdigest()[:12]


def counted_as(written: object, places: int) -> int | None:
    """A decimal in units of its last place, as clingo counts it; None where it cannot be.

    >>> counted_as("2.5", 1), counted_as(30, 1), counted_as("2.55", 1), counted_as("300000000.0", 1)
    (25, 300, None, None)
    """
    number = decimal_number(written) if isinstance(written, str | int) else None
    units = units_of(number, places) if number is not None and 0 <= places <= MOST_PLACES else None
    return units if units is not None and abs(units) < GREATEST else None
