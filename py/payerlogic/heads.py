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

from clingo import Function, Number, String, Symbol, SymbolType, ast, parse_term

from payerlogic.source import Program, Statement

Argument = str | int | Symbol | None


class Heads:
    """The statements of a program by what they conclude."""

    def __init__(self, program: Program) -> None:
        self._by_name: dict[str, list[tuple[Sequence[ast.AST], Statement]]] = {}
        for statement in program.statements:
            if statement.node.ast_type == ast.ASTType.Rule:
                for term in _terms(statement.node.head):
                    self._by_name.setdefault(term.name, []).append((term.arguments, statement))

    def of(self, name: str, *arguments: Argument) -> list[Statement]:
        """The statements whose head can be ``name`` with these first arguments, in the order of the files.

        An argument is a clingo symbol, a whole number, or text: a constant, or a string where it cannot be one
        (``"N26"`` is the string, ``"n26"`` the constant). None fits every argument.
        """
        wanted = [None if each is None else _symbol(each) for each in arguments]
        found = [
            statement
            for terms, statement in self._by_name.get(name, ())
            if len(terms) >= len(wanted)
            and all(symbol is None or _can_be(term, symbol) for term, symbol in zip(terms, wanted, strict=False))
        ]
        return list(dict.fromkeys(found))

    def naming(self, name: str, *arguments: Argument) -> list[Statement]:
        """Those of the statements that ``of`` finds which name the arguments themselves, without a variable."""
        wanted = [None if each is None else _symbol(each) for each in arguments]
        named = [
            statement
            for terms, statement in self._by_name.get(name, ())
            if not any(_is_open(term) for term, symbol in zip(terms, wanted, strict=False) if symbol is not None)
        ]
        return [each for each in self.of(name, *arguments) if each in named]

    def concluding(self, atom: str) -> list[Statement]:
        """The statements that can conclude a ground atom, written as clingo writes it; none for what is no atom."""
        try:
            symbol = parse_term(atom, logger=lambda *_: None)
        except RuntimeError:
            return []
        if symbol.type != SymbolType.Function or not symbol.name:
            return []
        size = len(symbol.arguments)
        fitting = [each for terms, each in self._by_name.get(symbol.name, ()) if len(terms) == size]
        return [each for each in self.of(symbol.name, *symbol.arguments) if each in fitting]


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


def _symbol(argument: str | int | Symbol) -> Symbol:
    if isinstance(argument, Symbol):
        return argument
    if isinstance(argument, int):
        return Number(argument)
    is_constant = argument.lstrip("_")[:1].islower() and argument.replace("_", "").isalnum()
    return Function(argument) if is_constant else String(argument)


def _is_open(term: ast.AST) -> bool:
    """Whether a term stands for more than what it names."""
    if term.ast_type == ast.ASTType.Function:
        return any(_is_open(each) for each in term.arguments)
    return bool(term.ast_type not in (ast.ASTType.SymbolicTerm, ast.ASTType.Pool))


def _can_be(term: ast.AST, symbol: Symbol) -> bool:
    """Whether a term of a head can stand for ``symbol``."""
    if term.ast_type == ast.ASTType.SymbolicTerm:
        return bool(term.symbol == symbol)
    if term.ast_type == ast.ASTType.Pool:
        return any(_can_be(each, symbol) for each in term.arguments)
    if term.ast_type == ast.ASTType.Function:
        return (
            symbol.type == SymbolType.Function
            and term.name == symbol.name
            and len(term.arguments) == len(symbol.arguments)
            and all(_can_be(each, inner) for each, inner in zip(term.arguments, symbol.arguments, strict=True))
        )
    return True
