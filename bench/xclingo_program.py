"""The same policy for xclingo: its rules under the default readings, as a plain annotated program.

Nothing is written by hand: the rules are those of ``kb/`` from which a determination of the policy
follows. A case and the readings are facts instead of choices, and the labels that the knowledge base
gives to criteria and clauses become ``%!trace`` annotations. Whether the program still gives the same
class is checked with every case of the benchmark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from clingo import ast

from payerlogic import KnowledgeBase
from payerlogic.program.attribute import Attribute
from payerlogic.program.catalog import EVERY_PAYER
from payerlogic.program.values import Value

ROOT = ("determination", 2)
GIVEN = frozenset([("case", 2), ("reading", 2)])

ANNOTATIONS = """
%!show_trace determination(P,K).
%!trace {"% determines %",P,K} determination(P,K).
%!trace {"clause % stands",C} stands(P,C).
%!trace {"clause % is met: %",C,T} met(P,C) : clause(P,C,T).
%!trace {"% is %",A,V} case(A,V).
%!trace {"% is at least %",A,N} at_least(A,N).
%!trace {"% is at most %",A,N} at_most(A,N).
%!trace {"% is read as %",R,O} reading(R,O).
"""

Signature = tuple[str, int]


class _Names(ast.Transformer):
    """Gives anonymous variables names: xclingo copies bodies into heads, where "_" may not stand."""

    def __init__(self) -> None:
        self.count = 0

    def visit_Literal(self, node: ast.AST) -> ast.AST:
        return node if node.sign != ast.Sign.NoSign else node.update(**self.visit_children(node))

    def visit_Variable(self, node: ast.AST) -> ast.AST:
        if node.name != "_":
            return node
        self.count += 1
        return node.update(name=f"Any{self.count}")


def program(kb: KnowledgeBase, policy: str) -> str:
    """The annotated program for one policy, without a case."""
    rules = list(_rules(kb, policy))
    wanted, reached = {ROOT}, set[Signature]()
    while wanted:
        signature = wanted.pop()
        reached.add(signature)
        for head, body, _ in rules:
            if head == signature:
                wanted |= body - reached - GIVEN
    lines = [text for head, _, text in rules if head in reached]
    known = [each for each in kb.catalog.readings.values() if each.policy in (policy, EVERY_PAYER)]
    readings = [f"reading({each.id},{each.default})." for each in known]
    thresholds = [f"{each}." for each in kb.program.thresholds]
    return "\n".join([*lines, *thresholds, *readings, ANNOTATIONS, *_labels(kb, policy)])


def _rules(kb: KnowledgeBase, policy: str) -> Iterator[tuple[Signature, set[Signature], str]]:
    """Head, body and text of every rule that is neither a choice nor a constraint."""
    for statement in kb.program.statements:
        node = statement.node
        if node.ast_type != ast.ASTType.Rule or statement.file.policy not in (None, policy):
            continue
        if node.head.ast_type != ast.ASTType.Literal or node.head.atom.ast_type != ast.ASTType.SymbolicAtom:
            continue
        named = _Names().visit(node)
        yield _signatures(node.head).pop(), set().union(*map(_signatures, node.body)), str(named)


def _signatures(node: ast.AST) -> set[Signature]:
    """The predicate of a literal; none for a comparison. A pool stands for functions of one predicate."""
    if node.ast_type != ast.ASTType.Literal or node.atom.ast_type != ast.ASTType.SymbolicAtom:
        return set()
    symbol = node.atom.symbol
    if symbol.ast_type == ast.ASTType.Pool:
        symbol = symbol.arguments[0]
    return {(symbol.name, len(symbol.arguments))}


def _labels(kb: KnowledgeBase, policy: str) -> Iterator[str]:
    for term, label in kb.catalog.labels.items():
        if re.fullmatch(rf"criterion\({policy},\w+\)", term):  # xclingo's annotations cannot hold a quoted argument
            yield f'%!trace {{"{label}"}} {term}.'


def facts(kb: KnowledgeBase, stated: Mapping[str, Value], predicate: str = "case") -> str:
    """A checked case as facts ``predicate(attribute, value)``."""
    return "\n".join(
        f"{predicate}({name},{_term(item)})."
        for name, value in stated.items()
        for item in _items(kb.vocabulary[name], value)
    )


def _items(attribute: Attribute, value: Value) -> list[object]:
    if isinstance(value, frozenset):
        return sorted({attribute.in_program(item) for item in value})
    return [value]


def _term(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    return str(value) if re.fullmatch(r"[a-z]\w*", str(value)) else f'"{value}"'
