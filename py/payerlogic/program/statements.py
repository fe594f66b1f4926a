"""Rules as plain data: what a statement concludes and what it asks for.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> rules = [each.rule for each in Program.read(shipped_folder()).statements]
    >>> rule = next(each for each in rules if each and each.body and each.is_about("met", "nia"))
    >>> str(rule.heads[0]), str(rule.body[0])
    ('met(nia,not_in_force)', 'not in_force(nia)')

Clingo's own syntax tree is slow to walk from Python, so every rule is taken over once and then looked at as often
as a check needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from clingo import Symbol, SymbolType, ast

SIGNS = ("", "not ", "not not ")
_UNARY = {int(ast.UnaryOperator.Minus): "-", int(ast.UnaryOperator.Negation): "~"}
_BINARY = dict(zip(range(9), ("^", "?", "&", "+", "-", "*", "/", "\\", "**"), strict=True))
_COMPARISONS = (">", "<", "<=", ">=", "!=", "=")


@dataclass(frozen=True, slots=True)
class Term:
    """A term: ``kind`` is constant, number, text, variable, function, pool, interval, operation, negation or limit.

    ``name`` is that of a constant, a variable, a function or an operator. A negation is a ``-`` before an atom.
    """

    kind: str
    name: str = ""
    parts: tuple[Term, ...] = ()
    value: str | int | None = None

    def __str__(self) -> str:
        inner = list(map(str, self.parts))
        if self.kind == "text":
            escaped = str(self.value).replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
            return f'"{escaped}"'
        if self.kind == "number":
            return str(self.value)
        if self.kind == "pool":
            return f"({';'.join(inner)})"
        if self.kind == "interval":
            return "..".join(inner)
        if self.kind in ("operation", "negation"):
            if len(inner) == 1:
                return f"|{inner[0]}|" if self.name == "|" else f"{self.name}{inner[0]}"
            return f"({inner[0]}{self.name}{inner[1]})"
        return f"{self.name}({','.join(inner)})" if inner or (self.kind == "function" and not self.name) else self.name

    @property
    def key(self) -> tuple[str, int]:
        """Name and number of arguments of an atom."""
        return self.name, len(self.parts)

    @property
    def constant(self) -> str | None:
        """The name, if the term is a plain name such as ``rectum``."""
        return self.name if self.kind == "constant" else None

    @property
    def number(self) -> int | None:
        return self.value if isinstance(self.value, int) else None

    @property
    def is_anonymous(self) -> bool:
        """Whether it is the variable that is never looked at again."""
        return self.kind == "variable" and self.name == "_"

    def is_named(self, name: str, *first: str) -> bool:
        """Whether the term is an atom ``name`` whose first arguments are these constants."""
        given = [part.constant for part in self.parts[: len(first)]]
        return self.name == name and given == list(first)

    def alternatives(self) -> Iterator[Term]:
        """The terms of a pool; the term itself if it is none."""
        if self.kind == "pool":
            for part in self.parts:
                yield from part.alternatives()
        else:
            yield self

    def walk(self) -> Iterator[Term]:
        """The term and all in it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def variables(self) -> Iterator[str]:
        return (each.name for each in self.walk() if each.kind == "variable")


Elements = tuple[tuple[tuple[Term, ...], "tuple[Literal, ...]"], ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom of a body, a comparison or an aggregate.

    ``atom`` is None for comparisons, aggregates and #true; ``guards`` are operator and term of a comparison, which
    begins with ``left``, and of an aggregate; ``elements`` are the terms and conditions of an aggregate.
    """

    sign: int = 0
    atom: Term | None = None
    left: Term | None = None
    guards: tuple[tuple[str, Term], ...] = ()
    elements: Elements = ()
    function: str = ""

    def __str__(self) -> str:
        if self.atom is not None:
            return f"{SIGNS[self.sign]}{self.atom}"
        if self.function:
            return f"{SIGNS[self.sign]}#{self.function} {{ ... }}"
        return f"{SIGNS[self.sign]}{self.left}" + "".join(f" {how} {term}" for how, term in self.guards)

    def atoms(self) -> Iterator[Term]:
        """Every atom in it, those of an aggregate's elements included."""
        if self.atom is not None:
            yield from self.atom.alternatives()
        for _, conditions in self.elements:
            for literal in conditions:
                yield from literal.atoms()

    def terms(self) -> Iterator[Term]:
        """The terms that stand in it outside of atoms."""
        if self.left is not None:
            yield self.left
        yield from (term for _, term in self.guards)
        for terms, conditions in self.elements:
            yield from terms
            for literal in conditions:
                yield from literal.terms()


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule or fact. ``offers`` are the conditions of a choice; ``unknown`` names a part that has no place here."""

    heads: tuple[Term, ...]
    body: tuple[Literal, ...]
    offers: tuple[Literal, ...] = ()
    is_choice: bool = False
    is_disjunction: bool = False
    unknown: str = ""

    def is_about(self, name: str, *first: str) -> bool:
        """Whether a head is an atom ``name`` whose first arguments are these constants."""
        return any(head.is_named(name, *first) for head in self.heads)

    def atoms(self) -> Iterator[Term]:
        """The atoms that the rule asks for."""
        for literal in (*self.offers, *self.body):
            yield from literal.atoms()

    def terms(self) -> Iterator[Term]:
        """Every term, of atoms and outside of them."""
        yield from self.heads
        yield from self.atoms()
        for literal in (*self.offers, *self.body):
            yield from literal.terms()

    @classmethod
    def of(cls, node: ast.AST) -> WrittenRule | None:
        """The rule that a statement is; None for a directive."""
        if node.ast_type != ast.ASTType.Rule:
            return None
        if (plain := plain_rule(str(node))) is not None:
            return cls(plain[:1], plain[1])
        head = node.head
        kind = head.ast_type
        body = tuple(literal for part in node.body for literal in _body(part))
        unknown = next((each.function for each in body if each.function == "theory"), "")
        if kind == ast.ASTType.Literal:
            return cls(tuple(_head_atoms(head)), body, unknown=unknown)
        heads: list[Term] = []
        offers: list[Literal] = []
        if kind == ast.ASTType.TheoryAtom:
            return cls((), body, unknown="theory")
        for element in head.elements:
            inner = element.condition if kind == ast.ASTType.HeadAggregate else element
            heads += _head_atoms(inner.literal)
            offers += [literal for part in inner.condition for literal in _body(part)]
        return cls(tuple(heads), body, tuple(offers), True, kind == ast.ASTType.Disjunction, unknown)


def _head_atoms(literal: ast.AST) -> Iterator[Term]:
    atom = literal.atom
    if atom.ast_type == ast.ASTType.SymbolicAtom:
        yield from _term(atom.symbol).alternatives()


def _body(node: Any) -> Iterator[Literal]:
    kind = node.ast_type
    if kind == ast.ASTType.ConditionalLiteral:
        conditions = tuple(literal for part in node.condition for literal in _body(part))
        yield Literal(elements=(((), (*_body(node.literal), *conditions)),), function="all")
        return
    sign, atom = node.sign, node.atom
    kind = atom.ast_type
    if kind == ast.ASTType.SymbolicAtom:
        yield Literal(sign, _term(atom.symbol))
    elif kind == ast.ASTType.Comparison:
        yield Literal(sign, left=_term(atom.term), guards=tuple(_guard(each) for each in atom.guards))
    elif kind == ast.ASTType.Aggregate:
        elements: Elements = tuple(
            ((), (*_body(each.literal), *(literal for part in each.condition for literal in _body(part))))
            for each in atom.elements
        )
        yield Literal(sign, guards=_guards(atom), elements=elements, function="count")
    elif kind == ast.ASTType.BodyAggregate:
        elements = tuple(
            (tuple(map(_term, each.terms)), tuple(literal for part in each.condition for literal in _body(part)))
            for each in atom.elements
        )
        names = ("count", "sum", "sum+", "min", "max")
        yield Literal(sign, guards=_guards(atom), elements=elements, function=names[atom.function])
    elif kind == ast.ASTType.TheoryAtom:
        yield Literal(sign, function="theory")


def _guard(guard: Any) -> tuple[str, Term]:
    return _COMPARISONS[guard.comparison], _term(guard.term)


def _guards(aggregate: Any) -> tuple[tuple[str, Term], ...]:
    return tuple(_guard(each) for each in (aggregate.left_guard, aggregate.right_guard) if each is not None)


def _term(node: Any) -> Term:
    kind = node.ast_type
    if kind == ast.ASTType.SymbolicTerm:
        return _symbol(node.symbol)
    return _MAKERS[kind](node)


def _symbol(symbol: Symbol) -> Term:
    if symbol.type == SymbolType.Number:
        return Term("number", value=symbol.number)
    if symbol.type == SymbolType.String:
        return Term("text", value=symbol.string)
    if symbol.type != SymbolType.Function:
        return Term("limit", str(symbol))
    if symbol.arguments or not symbol.name:
        return Term("function", symbol.name, tuple(map(_symbol, symbol.arguments)))
    return Term("constant", symbol.name)


def _function(node: Any) -> Term:
    arguments = tuple(map(_term, node.arguments))
    return Term("function" if arguments or not node.name else "constant", node.name, arguments)


def _unary(node: Any) -> Term:
    if int(node.operator_type) == int(ast.UnaryOperator.Minus):
        number = _term(node.argument).number
        if number is not None:
            return Term("number", value=-number)
    kind = "negation" if node.argument.ast_type == ast.ASTType.Function else "operation"
    return Term(kind, _UNARY.get(int(node.operator_type), "|"), (_term(node.argument),))


_MAKERS: dict[ast.ASTType, Callable[[Any], Term]] = {
    ast.ASTType.Variable: lambda node: Term("variable", node.name),
    ast.ASTType.Function: _function,
    ast.ASTType.Pool: lambda node: Term("pool", parts=tuple(map(_term, node.arguments))),
    ast.ASTType.Interval: lambda node: Term("interval", parts=(_term(node.left), _term(node.right))),
    ast.ASTType.UnaryOperation: _unary,
    ast.ASTType.BinaryOperation: lambda node: Term(
        "operation", _BINARY[int(node.operator_type)], (_term(node.left), _term(node.right))
    ),
}

# Most statements are facts and rules of plain literals. Read from their text, as clingo writes it, they cost a
# fraction of the walk through its tree.
_TOKEN = re.compile(
    r"""("(?:[^"\\]|\\.)*")|(-?[0-9]+)|(not )|([_']*[a-z][\w']*)|(_|[_']*[A-Z][\w']*)|([(),]|;(?! ))|( :- |; |\.$)"""
)
_TEXT, _NUMBER, _NOT, _WORD, _VARIABLE, _MARK, _END = range(1, 8)
_ESCAPE = re.compile(r"\\(.)")


def plain_rule(text: str) -> tuple[Term, tuple[Literal, ...]] | None:
    """Head and body of a rule whose literals are atoms, with or without ``not``; None for any other statement.

    >>> plain_rule("a(X) :- b(X,(c;d)); not e.")[1][1].sign
    1
    >>> plain_rule("a :- X = 1.") is plain_rule("a(1+2).") is plain_rule("{ a }.") is None
    True
    """
    atoms: list[Term] = []
    signs: list[int] = []
    stack: list[tuple[str, list[Term], str]] = []
    parts: list[Term] = []
    name = separator = ""
    sign = read = 0
    operand = False
    for match in _TOKEN.finditer(text):
        kind, token = match.lastindex, match[0]
        read += len(token)
        if kind in (_MARK, _END):
            if name and not (operand and token == "("):
                parts.append(Term("constant", name))
            if token == "(":
                if operand and not name:
                    return None
                stack.append((name, parts, separator))
                parts, separator, operand, name = [], "", False, ""
                continue
            if not operand or (kind == _END and (stack or len(parts) != 1 or parts[0].kind == "pool")):
                return None
            name = ""
            if kind == _END:
                if token != "." and (token == "; ") != bool(atoms):
                    return None
                atoms.append(parts.pop())
                signs.append(sign)
                sign, operand = 0, False
            elif not stack:
                return None
            elif token == ")":
                function, outer, before = stack.pop()
                if separator == ";" or not (function or separator):
                    if function:
                        return None
                    parts = [Term("pool", parts=tuple(parts))] if separator else parts
                    outer += parts
                else:
                    outer.append(Term("function", function, tuple(parts)))
                parts, separator = outer, before
            else:
                if separator not in ("", token):
                    return None
                separator, operand = token, False
            continue
        if kind == _NOT:
            if stack or operand or sign > 1:
                return None
            sign += 1
            continue
        if operand:
            return None
        operand = True
        if kind == _WORD:
            name = token
        elif kind == _VARIABLE:
            parts.append(Term("variable", token))
        elif kind == _NUMBER:
            parts.append(Term("number", value=int(token)))
        else:
            parts.append(Term("text", value=_ESCAPE.sub(_unescaped, token[1:-1])))
    if read != len(text) or operand or not atoms or stack or not all(atom.name for atom in atoms) or signs[0]:
        return None
    return atoms[0], tuple(map(Literal, signs[1:], atoms[1:]))


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]


def fact(text: str) -> Term | None:
    """The atom of a ground fact such as ``clause(nia,n26,"Rectal cancer").``; None for anything else.

    >>> str(fact('cites(nia,vague(margin),"N26").'))
    'cites(nia,vague(margin),"N26")'
    >>> fact("age(X).") is fact("a(1+2).") is fact("a :- b.") is None
    True
    """
    found = plain_rule(text)
    if found is None or found[1] or any(each.kind in ("variable", "pool") for each in found[0].walk()):
        return None
    return found[0]
