"""Which values can stand in each place of each predicate: worked out from the rules, without grounding them.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> rules = [each.rule for each in Program.read(shipped_folder()).statements if each.rule]
    >>> domains = Domains()
    >>> for rule in rules:
    ...     changed = domains.learn(rule)
    >>> sorted(domains.at[("gate", 3), 1])
    [1, 2, 3, 4]

Every value that clingo could find is among them, for conditions are taken as fulfilled wherever they could be. So a
number that leaves the range of whole numbers, a term that grows without end and an interval of a thousand million
values are seen before clingo would compute them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from payerlogic.errors import Problem
from payerlogic.program.lexing import GREATEST, LEAST
from payerlogic.program.statements import Literal, Term, WrittenRule

MOST_VALUES = 20_000
"""In one place of one predicate, and for one calculation."""
DEEPEST = 6

Value = int | str | tuple[object, ...]
"""A number, a constant or a text (as it is written), or a function with its arguments."""
Env = dict[str, frozenset[Value]]
Key = tuple[str, int]


class TooMuch(Exception):
    """What a rule would make clingo do, as a problem without its place."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.problem = Problem(what, hint=hint)


class Domains:
    """``at[predicate, place]`` are the values that can stand there."""

    def __init__(self) -> None:
        self.at: dict[tuple[Key, int], set[Value]] = {}

    def state(self, rule: WrittenRule) -> None:
        """Add the heads of a rule without variables as they are written."""
        for head in rule.heads:
            for place, part in enumerate(head.parts):
                known = self.at.setdefault((head.key, place), set())
                if part.kind in ("constant", "text"):
                    known.add(str(part))
                else:
                    known |= values(part, {})

    def learn(self, rule: WrittenRule) -> bool:
        """Add what the heads of a rule can be; whether that is more than was known. TooMuch if it is far too much."""
        env = self.bind((*rule.body, *rule.offers))
        for term in rule.terms():
            _calculations(term, env)
        grown = False
        for head in rule.heads:
            for place, part in enumerate(head.parts):
                known = self.at.setdefault((head.key, place), set())
                fresh = values(part, env) - known
                if any(_depth(value) > DEEPEST for value in fresh):
                    raise TooMuch(
                        f"{head} grows without end", "a rule may not build a larger term from what it concludes"
                    )
                known |= fresh
                if len(known) > MOST_VALUES:
                    raise TooMuch(
                        f"{head} stands for more than {MOST_VALUES:,} atoms",
                        "a policy compares numbers with at_least(...) and at_most(...), and lists none",
                    )
                grown = grown or bool(fresh)
        return grown

    def bind(self, literals: Iterable[Literal], env: Mapping[str, frozenset[Value]] | None = None) -> Env:
        """The values that each variable can take so that all ``literals`` could hold."""
        found: Env = dict(env or {})
        listed = [literal for literal in literals if literal.sign == 0]
        for _ in range(len(listed) + 1):
            before = {name: len(each) for name, each in found.items()}
            for literal in listed:
                for atom in literal.atom.alternatives() if literal.atom is not None else ():
                    for place, part in enumerate(atom.parts):
                        if part.kind not in ("constant", "number", "text"):
                            _match(part, self.at.get((atom.key, place), set()), found)
                _compare(literal, found)
            if before == {name: len(each) for name, each in found.items()}:
                break
        return found


def values(term: Term, env: Mapping[str, frozenset[Value]]) -> set[Value]:
    """All values that a term can have; none while a variable in it has none."""
    kind = term.kind
    if kind == "number":
        return {term.number or 0}
    if kind in ("constant", "text", "limit"):
        return {str(term)}
    if kind == "variable":
        return set(env.get(term.name, ()))
    if kind == "pool":
        return {value for part in term.parts for value in values(part, env)}
    parts = [values(part, env) for part in term.parts]
    size = 1
    for part in parts:
        size *= len(part)
    if kind == "interval":
        return _interval(term, *parts)
    if size > MOST_VALUES:
        raise TooMuch(f"{term} has {size:,} values", "let its parts depend on each other, or name them")
    if kind == "function":
        return {(term.name, *chosen) for chosen in product(*parts)}
    return {value for chosen in product(*parts) for value in _calculated(term, chosen)}


def _interval(term: Term, least: set[Value], greatest: set[Value]) -> set[Value]:
    lows = [each for each in least if isinstance(each, int)]
    highs = [each for each in greatest if isinstance(each, int)]
    if not lows or not highs:
        return set()
    size = max(highs) - min(lows) + 1
    if size > MOST_VALUES:
        raise TooMuch(
            f"{term} stands for {size:,} values",
            "compare numbers with at_least(...) and at_most(...) instead of listing",
        )
    return set(range(min(lows), max(highs) + 1))


def _calculated(term: Term, chosen: tuple[Value, ...]) -> Iterator[Value]:
    numbers = [each for each in chosen if isinstance(each, int)]
    if len(numbers) != len(chosen):
        return
    for result in _results(term.name, numbers):
        if not LEAST <= result <= GREATEST:
            raise TooMuch(
                f"{term} can leave the range of whole numbers ({LEAST:,} to {GREATEST:,})",
                "a policy compares numbers, it does not calculate with them",
            )
        yield result


def _results(operator: str, numbers: list[int]) -> Iterator[int]:
    if len(numbers) == 1:
        yield {"-": -numbers[0], "~": ~numbers[0], "|": abs(numbers[0])}[operator]
        return
    left, right = numbers
    if operator == "**":
        if right >= 0:
            yield left**right if abs(left) < 2 or right < 32 else GREATEST + 1
    elif operator in ("/", "\\"):
        if right:  # how a negative number is rounded differs between versions of clingo
            towards_zero = abs(left) // abs(right) * (1 if left * right > 0 else -1)
            for quotient in {left // right, towards_zero}:
                yield quotient if operator == "/" else left - quotient * right
    else:
        yield {
            "+": left + right,
            "-": left - right,
            "*": left * right,
            "&": left & right,
            "?": left | right,
            "^": left ^ right,
        }[operator]


def _calculations(term: Term, env: Env) -> None:
    """Compute what is computed in a term, for the sake of what is too much."""
    if term.kind in ("operation", "interval"):
        values(term, env)
    for part in term.parts:
        _calculations(part, env)


def _depth(value: object) -> int:
    return 1 + max(map(_depth, value[1:]), default=0) if isinstance(value, tuple) else 0


def _match(term: Term, given: Iterable[Value], env: Env) -> None:
    """Narrow the variables of ``term`` to what can stand in them if the term is one of the values given."""
    if term.kind == "variable":
        if not term.is_anonymous:
            known = env.get(term.name)
            env[term.name] = frozenset(given) if known is None else known & frozenset(given)
    elif term.kind == "pool":
        for name in {name for part in term.parts for name in part.variables()}:
            env.setdefault(name, frozenset(given))
    elif term.kind == "function":
        fitting = [
            value
            for value in given
            if isinstance(value, tuple) and value[0] == term.name and len(value) == len(term.parts) + 1
        ]
        for place, part in enumerate(term.parts, 1):
            _match(part, {value[place] for value in fitting}, env)  # type: ignore[misc]
    elif term.kind == "operation":
        _solve(term, {each for each in given if isinstance(each, int)}, env)


def _solve(term: Term, given: set[int], env: Env) -> None:
    """The variable of X + 1, X - 1, 1 + X or -X, where the result is one of the values given."""
    unknown = [name for name in term.variables() if name not in env]
    if not unknown:
        return
    parts = term.parts
    if len(parts) == 1 and term.name == "-":
        _match(parts[0], {-each for each in given}, env)
    elif term.name in "+-" and parts[-1].number is not None:
        by = parts[-1].number if term.name == "+" else -parts[-1].number
        _match(parts[0], {each - by for each in given}, env)
    elif term.name == "+" and parts[0].number is not None:
        _match(parts[1], {each - parts[0].number for each in given}, env)
    else:
        raise TooMuch(f"{term} cannot be solved for {unknown[0]}", "ask for the number, and compare it")


def _compare(literal: Literal, env: Env) -> None:
    """X = term gives X its values; a comparison with known numbers leaves only those that can pass it."""
    left = literal.left
    for how, right in literal.guards if left is not None else ():
        for one, other, operator in ((left, right, how), (right, left, _TURNED[how])):
            if (
                one is None
                or other is None
                or one.kind != "variable"
                or not all(name in env for name in other.variables())
            ):
                continue
            able = values(other, env)
            if operator == "=":
                _match(one, able, env)
            elif one.name in env:
                env[one.name] = frozenset(value for value in env[one.name] if _can(value, operator, able))
        left = right


_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "=": "=", "!=": "!="}


def _can(value: Value, operator: str, able: set[Value]) -> bool:
    numbers = [each for each in able if isinstance(each, int)]
    if operator == "!=" or not isinstance(value, int) or len(numbers) != len(able):
        return True
    if not numbers:
        return False
    return {
        "<": value < max(numbers),
        "<=": value <= max(numbers),
        ">": value > min(numbers),
        ">=": value >= min(numbers),
    }[operator]
