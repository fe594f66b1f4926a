"""Rules as plain data: read from their text or from clingo's tree, they are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from clingo import ast

from payerlogic.program import statements as terms
from payerlogic.program.statements import WrittenRule
from tests.support.folders import program_files

ODD = """
a(1-2). a(X-3). a((1;2)). a(1;2). a(1,2;3). a((1,2)). a((1,)). a(()). a((b)). a :- not not b. a :- b(X;Y). a(-1).
a(- 1). a(f(-3)). a("x; y. :- not ("). -a. a :- -b. a(b(c;d)). not a. not not a :- b. a((b;c;d),e). a((b;c),(d;e)).
a(((b;c);d)). a(X) :- b(X), X=1. a(#sup). a :- #true. a((b,c;d)). a(1..3). a(not_). a(nota). a :- nota, not nota.
a'(b'). a(_x). a(_X, _). a("\\\\n \\" \\n"). a; b. a | b :- c. a :- b : c. {a; b : c} 1 :- d. a :- 2 {b; c} 3.
a :- #sum { 1, X : b(X), not c; Y, y : d(Y) } >= 3, not #count { e } = 1. #count { X : a(X) : b(X) } = 1.
a :- &t { x } > 1. &t { x } :- b. :- a, not b. a(|X|, ~X, X**2, X\\Y, X&Y, X?Y, X^Y) :- b(X, Y), X < Y <= 3, not X = 2.
a(").") :- b(" :- "). a :- b; c : d; e. 1 { a } :- b.
"""


def nodes(text: str) -> list[ast.AST]:
    found: list[ast.AST] = []
    ast.parse_string(text, found.append)
    return [node for node in found if node.ast_type == ast.ASTType.Rule]


def test_odd_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    same(nodes(ODD), monkeypatch)


def test_shipped_statements(kb_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same([node for path in program_files(kb_folder) for node in nodes(path.read_text(encoding="utf-8"))], monkeypatch)


def same(rules: list[ast.AST], monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(rules) > 10
    from_text = [WrittenRule.of(node) for node in rules]
    monkeypatch.setattr(terms, "plain_rule", lambda _text: None)
    from_tree = [WrittenRule.of(node) for node in rules]
    monkeypatch.undo()
    for node, one, other in zip(rules, from_text, from_tree, strict=True):
        assert one == other, str(node)
