"""How rules use numbers: compared with a number that they write out, and never computed with.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> number_problems(kb.ground, kb.vocabulary)
    []

Numbers and dates differ only at the numbers that rules compare with, so a rule that looks at the number itself
would see the start of a stretch, and not what the case says. A decimal counts in units of its last place.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from payerlogic.errors import Problem, nearest
from payerlogic.program.attribute import Attribute
from payerlogic.program.checks.declarations import decimal_problem
from payerlogic.program.files import COMPARED, counted_as
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.records import declared_as, slot_of
from payerlogic.program.rule_index import Heads
from payerlogic.program.statements import Term, WrittenRule
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.text.days import date_of, number_of

_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "!=": "!="}


def number_problems(ground: GroundProgram, vocabulary: Vocabulary) -> list[Problem]:
    """Numbers that no value can cross, and computed ones."""
    heads = Heads(ground.program)
    dates = [attribute for attribute in vocabulary.values() if attribute.type == "date"]
    compared = {_written(bound): rules for bound, rules in ground.program.thresholds.items()}
    problems = []
    for attribute, how, number in ground.rows("bound", 3):
        rules = compared.get((attribute, how, number), ())
        named = rules or heads.naming("bound", attribute, how, number)
        if slot_of(str(attribute), vocabulary.records):
            continue  # what a rule asks of each record is looked at once, as it is written
        # A day that the shared rules derive need not be in the calendar: it is only compared with others.
        if named or vocabulary.get(str(attribute)) not in dates:
            where = rules[0].where if rules else heads.place("bound", attribute, how, number)
            symbol = f"{how}({attribute}, {number})" if rules else f"bound({attribute}, {how}, {number})"
            problems += [each.at(where) for each in _bound(symbol, attribute, how, number, vocabulary)]
    for statement in ground.program.statements:
        if statement.rule is not None:
            found = _computed(statement.rule, vocabulary)
            problems += [problem.at(statement.where) for problem in dict.fromkeys(found)]
    return problems


def _written(bound: Term) -> tuple[str | int, ...]:
    return tuple(each.value if each.value is not None else str(each) for each in bound.parts)


def _bound(
    symbol: str, attribute: str | int, how: str | int, number: str | int, vocabulary: Vocabulary
) -> Iterator[Problem]:
    asked = vocabulary.declared.get(str(attribute))
    if asked is None or not asked.is_ordered:
        yield _no_number(symbol, str(attribute), vocabulary)
    elif how not in COMPARED:
        yield Problem(f"{symbol}: a bound is at_least or at_most")
    else:
        yield from _of_type(symbol, asked, str(how), number)


def _no_number(symbol: str, name: str, vocabulary: Vocabulary) -> Problem:
    if name in vocabulary.inputs:
        follows = [each for each, formula in vocabulary.formulas.items() if name in formula.sources]
        hint = f"ask what follows from it, {' or '.join(follows)}; or declare it an attribute" if follows else ""
        return Problem(f"{symbol}: {name} is an input, which no rule asks", hint=hint)
    numbers = [each for each, described in vocabulary.declared.items() if described.is_ordered]
    return Problem(f"{symbol}: {name} is not a number or a date", hint=nearest(name, numbers))


def _of_type(symbol: str, asked: Attribute, how: str, number: str | int) -> Iterator[Problem]:
    """Whether a number is one that the values of an attribute can reach and miss."""
    units = counted_as(number, asked.places) if asked.type == "decimal" else number
    if asked.type == "decimal" and (problem := decimal_problem(symbol, number, asked.places)):
        yield problem
    elif not isinstance(units, int):
        yield Problem(f"{symbol}: {number} is not a number")
    elif asked.type == "date":
        if date_of(units) is None:
            yield Problem(f"{symbol}: {number} is not a day of the calendar", hint="write 31 January 2026 as 20260131")
    else:
        spoken = f"{asked.name} goes from {asked.written_number(asked.least)} to {asked.written_number(asked.greatest)}"
        if not asked.least <= units <= asked.greatest:
            yield Problem(f"{symbol} lies outside of the values: {spoken}", hint="correct the number, or the range")
        elif how == "at_most" and units == asked.greatest:
            yield Problem(f"{symbol} holds for every value: {spoken}", hint="leave the condition out")


def _computed(rule: WrittenRule, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Numbers of the case that a rule looks at itself, with what to write instead."""
    if rule.is_choice:
        return
    found: dict[str, Attribute] = {}
    for atom in rule.atoms():
        if atom.name != "case" or len(atom.parts) != 2:
            continue
        for name in atom.parts[0].alternatives():
            attribute = vocabulary.declared.get(str(declared_as(name)))
            if attribute is None or not attribute.is_ordered:
                continue
            for second in atom.parts[1].alternatives():
                if second.kind == "variable" and not second.is_anonymous:
                    found[second.name] = attribute
                elif not second.is_anonymous:
                    yield _instead(attribute, "=", second.number)
    for variable, attribute in found.items():
        yield _advice(rule, Term("variable", variable), attribute, set(found))


def _advice(rule: WrittenRule, variable: Term, attribute: Attribute, numbers: set[str]) -> Problem:
    """What to write for the first comparison of ``variable`` with a number; else that nothing is computed."""
    computed = [each for each in rule.terms() if each.kind == "operation" and variable in each.walk()]
    for literal in rule.body:
        for how, right in literal.guards if literal.left is not None else ():
            left = literal.left
            if left == variable and right.number is not None and not computed:
                return _instead(attribute, how, right.number, literal.sign == 1)
            if right == variable and left is not None and left.number is not None and not computed:
                return _instead(attribute, _TURNED[how], left.number, literal.sign == 1)
    across = computed or any(
        set(literal.left.variables()) & numbers and set(right.variables()) & numbers
        for literal in rule.body
        if literal.left is not None
        for _, right in literal.guards
    )
    what = "a result of calculation" if across else "a number of its own"
    hint = (
        f"rules compare, they do not calculate: declare {what} (an age, days between two dates, a sum) as an "
        "attribute in vocabulary/, and ask at_least(...) or at_most(...) of it"
    )
    return Problem(f"{attribute.name} is a number", hint=hint)


def _instead(attribute: Attribute, how: str, number: int | None, negated: bool = False) -> Problem:
    what = f"{attribute.name} is a number"
    if number is None:
        return Problem(what, hint="compare it: at_least(...) or at_most(...)")
    least = f"at_least({attribute.name}, {number})"
    most = f"at_most({attribute.name}, {number})"
    write = {
        ">=": least,
        "<=": most,
        ">": f"at_least({attribute.name}, {_step(attribute, number, 1)})",
        "<": f"at_most({attribute.name}, {_step(attribute, number, -1)})",
        "=": f"{least}, {most}",
        "!=": f"one rule with not {least} and one with not {most}",
    }[how]
    return Problem(what, hint=f"write {'not ' if negated and how not in ('=', '!=') else ''}{write}")


def _step(attribute: Attribute, number: int, by: int) -> int | str:
    if attribute.type == "decimal":
        return f'"{attribute.written_number(number * 10**attribute.places + by)}"'
    day = date_of(number) if attribute.type == "date" else None
    if day is None or not date.min < day < date.max:
        return number + by
    return number_of(day + timedelta(days=by))
