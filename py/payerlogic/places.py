"""Where the program says so: the rules behind a ground atom, with file and line.

    >>> from clingo import parse_term
    >>> from payerlogic.source import Program, shipped_folder
    >>> places = RulePlaces(Program.read(shipped_folder()))
    >>> [rule.text for rule in places.of(parse_term("bcbsaz(recurrent)"))][0]
    'bcbsaz(recurrent) :- case(disease_status, local_recurrence).'

A rule is behind an atom if its head can become that atom: constants have to be the same, a variable
takes anything but the same everywhere, and arithmetic is taken to fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from clingo import Symbol, SymbolType, ast

from payerlogic.lint import functions
from payerlogic.source import Program, Statement

Bound = dict[str, Symbol]


class RulePlaces:
    """The rules of a program by the atoms that they derive."""

    def __init__(self, program: Program) -> None:
        self._by_predicate: dict[tuple[str, int], list[tuple[ast.AST, Statement]]] = {}
        for statement in program.statements:
            node = statement.node
            if node.ast_type == ast.ASTType.Rule and node.head.ast_type == ast.ASTType.Literal:
                for head in functions(node.head):
                    self._by_predicate.setdefault((head.name, len(head.arguments)), []).append((head, statement))

    def of(self, symbol: Symbol) -> list[Statement]:
        """The rules that can derive ``symbol``, in the order of the files."""
        found = dict.fromkeys(self._matching(symbol))
        return list(found)

    def _matching(self, symbol: Symbol) -> Iterator[Statement]:
        for head, statement in self._by_predicate.get((symbol.name, len(symbol.arguments)), ()):
            bound: Bound = {}
            if all(_fits(term, part, bound) for term, part in zip(head.arguments, symbol.arguments, strict=True)):
                yield statement


def _fits(term: ast.AST, symbol: Symbol, bound: Bound) -> bool:
    kind = term.ast_type
    if kind == ast.ASTType.SymbolicTerm:
        return bool(term.symbol == symbol)
    if kind == ast.ASTType.Variable:
        return term.name == "_" or bound.setdefault(term.name, symbol) == symbol
    if kind == ast.ASTType.Pool:
        return any(_fits(each, symbol, bound) for each in term.arguments)
    if kind == ast.ASTType.Function:
        return (
            symbol.type == SymbolType.Function
            and (symbol.name, len(symbol.arguments)) == (term.name, len(term.arguments))
            and all(_fits(each, part, bound) for each, part in zip(term.arguments, symbol.arguments, strict=True))
        )
    return True
