"""Advice on rules that load and most likely mean something else than their author does.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> list(advice_on_rules(Program.read(shipped_folder())))
    []

Clingo takes them as they are written, and so does the engine: they are no mistakes of form, so nothing is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from payerlogic.errors import Problem
from payerlogic.program.files import Program
from payerlogic.program.lexing import code
from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import Literal, WrittenRule

COUNTS = ("count", "sum", "sum+")
_OPEN, _CLOSE = "([{", ")]}"


def advice_on_rules(program: Program) -> Iterator[Problem]:
    """What an author of policies should look at again."""
    for statement in program.statements:
        if statement.rule is not None and statement.rule.body:
            yield from (each.at(statement.where) for each in _of(statement, statement.rule))


def _of(statement: ParsedStatement, rule: WrittenRule) -> Iterator[Problem]:
    if statement.file.is_policy and _has_semicolon(statement, rule):
        hint = (
            "for 'or' write a rule for each, or list values, as in case(some_fact, (one; other)); for 'and' write ','"
        )
        yield Problem("';' between conditions means 'and'", hint=hint)
    for literal in rule.body if statement.file.is_policy else ():
        pooled = [each for terms, conditions in literal.elements if not terms for each in conditions if _has_pool(each)]
        if literal.function in COUNTS and pooled:
            yield Problem(
                "a list of values between the braces of a count is as many members, one for each value",
                hint="if any of them is to count once, make it a criterion and count that",
            )
    used = Counter(name for term in rule.terms() for name in term.variables())
    for literal in rule.body:
        for counted, conditions in literal.elements if literal.function in COUNTS else ():
            asked = {name for each in conditions for atom in each.atoms() for name in atom.variables()}
            for name in sorted(each for each in asked if counted and used[each] == 1 and each != "_"):
                what = (
                    f"{name} stands once only in #{literal.function}: it is not among what is counted, before the ':'"
                )
                yield Problem(what, hint=f"count it: #count {{ {name} : ... }}, or write _ where any will do")


def _has_pool(condition: Literal) -> bool:
    return any(each.kind == "pool" for atom in condition.atoms() for each in atom.walk())


def _has_semicolon(statement: ParsedStatement, rule: WrittenRule) -> bool:
    """Whether conditions are separated by a semicolon though no condition needs it, as "this : that; ..." does."""
    if any(literal.function == "all" for literal in rule.body):
        return False
    depth = 0
    for mark in code(statement.exact_text).partition(":-")[2]:
        depth += (mark in _OPEN) - (mark in _CLOSE)
        if mark == ";" and depth == 0:
            return True
    return False
