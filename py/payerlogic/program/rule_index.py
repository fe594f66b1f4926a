"""The rules and facts of the knowledge base that conclude something: which they are, and where they stand.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> heads = Heads(Program.read(shipped_folder()))
    >>> [each.text for each in heads.naming("concludes", "nia", "n26")]
    ['concludes(nia, n26, medically_necessary).']
    >>> heads.of("met", "nia", "n26")[0].file.name
    'nia.lp'

A rule is found by the name of its head and the first arguments; a variable, an interval or a calculation in the
head stands for any argument, as in ``listed_code(P)``.
"""

from __future__ import annotations

from collections.abc import Sequence

from clingo import Symbol

from payerlogic.program.files import Program
from payerlogic.program.records import OF
from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import Term, fact

Argument = str | int | Symbol | None


def is_open(term: Term) -> bool:
    """Whether a term stands for more than what it names."""
    if term.kind == "function":
        return any(map(is_open, term.parts))
    return term.kind in ("variable", "interval", "operation", "negation")


def fits(term: Term, wanted: Term) -> bool:
    """Whether a term of a rule can become the ground term ``wanted``."""
    if term.kind == "pool":
        return any(fits(each, wanted) for each in term.parts)
    if term.kind == "function":
        return term.key == wanted.key and all(map(fits, term.parts, wanted.parts))
    return is_open(term) or term == wanted


class Heads:
    """The statements of a program by what they conclude."""

    def __init__(self, program: Program) -> None:
        self._by_name: dict[str, list[tuple[tuple[Term, ...], ParsedStatement]]] = {}
        for statement in program.statements:
            for head in statement.rule.heads if statement.rule else ():
                self._by_name.setdefault(head.name, []).append((head.parts, statement))

    def of(self, name: str, *arguments: Argument) -> list[ParsedStatement]:
        """The statements whose head can be ``name`` with these first arguments, in the order of the files.

        An argument is a clingo symbol, a whole number, or text: a string, or a constant where it can be one
        (``"n26"`` fits both, ``"N26"`` the string alone). None fits every argument.
        """
        return self._fitting(name, [_terms(each) for each in arguments])

    def naming(self, name: str, *arguments: Argument) -> list[ParsedStatement]:
        """Those of the statements that ``of`` finds which name the arguments themselves, without a variable."""
        return self._fitting(name, [_terms(each) for each in arguments], named=True)

    def place(self, name: str, *arguments: Argument) -> str:
        """Where an atom is stated, best by a statement that names its arguments itself; "" if nowhere."""
        found = self.statements_of(name, *arguments)
        return found[0].where if found else ""

    def statements_of(self, name: str, *arguments: Argument) -> list[ParsedStatement]:
        """The statements that name these arguments themselves; where none does, those that can give them."""
        return self.naming(name, *arguments) or self.of(name, *arguments)

    def concluding(self, atom: str) -> list[ParsedStatement]:
        """The statements that can conclude a ground atom, written as clingo writes it; none for what is no atom."""
        wanted = fact(f"{atom}.")
        if wanted is None:
            return []
        return self._fitting(wanted.name, [(each,) for each in wanted.parts], arity=len(wanted.parts))

    def _fitting(
        self, name: str, wanted: Sequence[tuple[Term, ...]], *, named: bool = False, arity: int | None = None
    ) -> list[ParsedStatement]:
        found: dict[int, ParsedStatement] = {}  # by identity: a choice can offer the same head twice
        for terms, statement in self._by_name.get(name, ()):
            if len(terms) < len(wanted) or (arity is not None and len(terms) != arity):
                continue
            asked = [(term, each) for term, each in zip(terms, wanted, strict=False) if each]
            if all(any(fits(term, one) for one in each) and not (named and is_open(term)) for term, each in asked):
                found[id(statement)] = statement
        return list(found.values())


def _terms(argument: Argument) -> tuple[Term, ...]:
    """What an argument can stand for in a rule; nothing for None, which asks for no argument."""
    if argument is None:
        return ()
    if isinstance(argument, int):
        return (Term("number", value=argument),)
    if isinstance(argument, Symbol):
        found = fact(f"x({argument}).")
        return (found.parts[0] if found else Term("limit", str(argument)),)
    if argument.startswith(f"{OF}(") and (field := fact(f"x({argument}).")) is not None:
        return (field.parts[0],)
    text = Term("text", value=argument)
    is_constant = argument.lstrip("_")[:1].islower() and argument.replace("_", "").isalnum()
    return (Term("constant", argument), text) if is_constant else (text,)
