"""The rules and facts of the knowledge base that conclude something: which they are, and where they stand.

    >>> from payerlogic.source import Program, shipped_folder
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
from dataclasses import dataclass

from clingo import Function, Number, String, Symbol, SymbolType, ast, parse_term

from payerlogic.source import Program, Statement

Argument = str | int | Symbol | None


@dataclass(frozen=True)
class _Pattern:
    """A term of a head: a symbol, one of several, a function of terms, or, with none of them, anything."""

    symbol: Symbol | None = None
    one_of: tuple[_Pattern, ...] = ()
    name: str = ""
    arguments: tuple[_Pattern, ...] = ()

    @classmethod
    def of(cls, term: ast.AST) -> _Pattern:
        if term.ast_type == ast.ASTType.SymbolicTerm:
            return cls(symbol=term.symbol)
        if term.ast_type == ast.ASTType.Pool:
            return cls(one_of=tuple(map(cls.of, term.arguments)))
        if term.ast_type == ast.ASTType.Function:
            return cls(name=term.name, arguments=tuple(map(cls.of, term.arguments)))
        return cls()

    @property
    def is_open(self) -> bool:
        """Whether it stands for more than what it names."""
        if self.name:
            return any(each.is_open for each in self.arguments)
        return self.symbol is None and not self.one_of

    def fits(self, symbol: Symbol) -> bool:
        if self.symbol is not None:
            return bool(self.symbol == symbol)
        if self.one_of:
            return any(each.fits(symbol) for each in self.one_of)
        if not self.name:
            return True
        return (
            symbol.type == SymbolType.Function
            and symbol.name == self.name
            and len(symbol.arguments) == len(self.arguments)
            and all(each.fits(inner) for each, inner in zip(self.arguments, symbol.arguments, strict=True))
        )


class Heads:
    """The statements of a program by what they conclude."""

    def __init__(self, program: Program) -> None:
        self._by_name: dict[str, list[tuple[tuple[_Pattern, ...], Statement]]] = {}
        for statement in program.statements:
            if statement.node.ast_type == ast.ASTType.Rule:
                for head in map(_Pattern.of, _terms(statement.node.head)):
                    self._by_name.setdefault(head.name, []).append((head.arguments, statement))

    def of(self, name: str, *arguments: Argument) -> list[Statement]:
        """The statements whose head can be ``name`` with these first arguments, in the order of the files.

        An argument is a clingo symbol, a whole number, or text: a constant, or a string where it cannot be one
        (``"N26"`` is the string, ``"n26"`` the constant). None fits every argument.
        """
        return self._fitting(name, arguments)

    def naming(self, name: str, *arguments: Argument) -> list[Statement]:
        """Those of the statements that ``of`` finds which name the arguments themselves, without a variable."""
        return self._fitting(name, arguments, named=True)

    def concluding(self, atom: str) -> list[Statement]:
        """The statements that can conclude a ground atom, written as clingo writes it; none for what is no atom."""
        try:
            symbol = parse_term(atom, logger=lambda *_: None)
        except RuntimeError:
            return []
        if symbol.type != SymbolType.Function or not symbol.name:
            return []
        return self._fitting(symbol.name, symbol.arguments, arity=len(symbol.arguments))

    def _fitting(
        self, name: str, arguments: Sequence[Argument], *, named: bool = False, arity: int | None = None
    ) -> list[Statement]:
        wanted = [each if each is None or isinstance(each, Symbol) else _symbol(each) for each in arguments]
        found: dict[int, Statement] = {}  # by identity: a choice can offer the same head twice
        for terms, statement in self._by_name.get(name, ()):
            if len(terms) < len(wanted) or (arity is not None and len(terms) != arity):
                continue
            asked = [(term, symbol) for term, symbol in zip(terms, wanted, strict=False) if symbol is not None]
            if all(term.fits(symbol) and not (named and term.is_open) for term, symbol in asked):
                found[id(statement)] = statement
        return list(found.values())


def _terms(head: ast.AST) -> list[ast.AST]:
    """The functions in a head: one, or those that a choice offers."""
    if head.ast_type == ast.ASTType.Literal and head.atom.ast_type == ast.ASTType.SymbolicAtom:
        return _functions(head.atom.symbol)
    if head.ast_type == ast.ASTType.Aggregate:
        return [term for element in head.elements for term in _terms(element.literal)]
    return []


def _functions(term: ast.AST) -> list[ast.AST]:
    if term.ast_type == ast.ASTType.Pool:
        return [each for argument in term.arguments for each in _functions(argument)]
    return [term] if term.ast_type == ast.ASTType.Function else []


def _symbol(argument: str | int) -> Symbol:
    if isinstance(argument, int):
        return Number(argument)
    is_constant = argument.lstrip("_")[:1].islower() and argument.replace("_", "").isalnum()
    return Function(argument) if is_constant else String(argument)
