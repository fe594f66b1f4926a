"""``python -O`` leaves assertions out, and every answer is the same: nothing happens inside of an assertion."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime import ROOT, environment

# What a call inside of an assertion may be: it looks, and changes nothing.
PURE = {"isinstance", "issubclass", "len", "max", "min", "sum", "all", "any", "set", "sorted", "map", "Counter",
        "values", "keys", "items", "get", "startswith", "endswith", "count"}  # fmt: skip
FILES = sorted((ROOT / "py").rglob("*.py"))


def calls_of(source: str) -> list[str]:
    """The calls inside of assertions that may have an effect, and assignments there."""
    found = []
    for statement in ast.walk(ast.parse(source)):
        for node in ast.walk(statement) if isinstance(statement, ast.Assert) else ():
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name not in PURE:
                    found.append(f"line {node.lineno}: {name}()")
            elif isinstance(node, ast.NamedExpr | ast.Await | ast.Yield):
                found.append(f"line {node.lineno}: {type(node).__name__}")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT / "py").as_posix())
def test_no_effect_inside_of_an_assertion(file: Path) -> None:
    assert calls_of(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "assert queue.pop()",
        "assert (self.terminal(False), self.terminal(True)) == (0, 1)",
        "assert (found := 1)",
        "assert all(file.close() is None for file in files)",
        "assert x, log(x)",
        "assert not next(lines)",
        "def f():\n    assert register(f)",
        "assert len(seen.add(1) or [])",
        "assert isinstance(load(), str)",
        "assert [*drain()] == []",
    ],
)
def test_an_effect_inside_of_an_assertion_is_seen(source: str) -> None:
    assert calls_of(source)


def answers(*options: str) -> list[str]:
    words = [sys.executable, *options, "-m", "tests.runtime.asking"]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_same_answers_without_assertions() -> None:
    assert answers("-O") == answers()
    assert len(answers("-OO")) > 15
