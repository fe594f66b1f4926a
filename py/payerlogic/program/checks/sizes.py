"""How much a program grounds to, at most: what would never end is refused, with file and line, before it begins.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> size_problems(Program.read(shipped_folder()))
    []

The values that can stand in each place (see domains) bound how often each rule can hold, and how far each sum can go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

from payerlogic.errors import Problem
from payerlogic.program.checks.domains import Domains, Env, Key, TooMuch, values
from payerlogic.program.files import Program
from payerlogic.program.lexing import GREATEST
from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import Literal, Term, WrittenRule

MOST_WAYS = 2_000_000
"""In which one rule may hold; clingo goes through so many in a few seconds."""
_PASSES = 100
_REFINED = 3


def size_problems(program: Program) -> list[Problem]:
    """The rules of which there would be too many, whose terms grow without end, or whose numbers leave their range."""
    written = [(statement, statement.rule) for statement in program.statements if statement.rule is not None]
    open_ = [(statement, rule) for statement, rule in written if _has_variables(rule)]
    closed = set(map(id, (rule for _, rule in open_)))
    domains = Domains()
    for _, rule in written:
        if id(rule) not in closed:
            domains.state(rule)
    try:
        return _learned(domains, open_) or _Sizes(domains, written, open_).problems()
    except RecursionError:
        return [Problem("its terms are too deep", str(program.folder))]


_Written = Sequence[tuple[ParsedStatement, WrittenRule]]


def _has_variables(rule: WrittenRule) -> bool:
    return any(map(_is_open, rule.terms())) or any(literal.elements for literal in rule.body)


def _is_open(term: Term) -> bool:
    return term.kind in ("variable", "interval", "operation") or any(map(_is_open, term.parts))


def _learned(domains: Domains, open_: _Written) -> list[Problem]:
    """Work out all values; the problems of the rules that make too many."""
    for _ in range(_PASSES):
        grown, problems = [], []
        for statement, rule in open_:
            try:
                if domains.learn(rule):
                    grown.append((statement, rule))
            except TooMuch as error:
                problems.append(error.problem.at(statement.where))
        if problems or not grown:
            return problems
    hint = "a rule may not count, or build terms, from what it concludes itself"
    return [Problem(f"{rule.heads[0]} grows without end", statement.where, hint) for statement, rule in grown[:1]]


@dataclass
class _Count:
    """How many atoms of one predicate there are at most: for a first argument that rules write out, and for any."""

    of: Counter[str] = field(default_factory=Counter)
    of_any: float = 0
    others: float = 0

    @property
    def total(self) -> float:
        return sum(self.of.values()) + self.others

    def with_first(self, first: str | None = None) -> float:
        """Of those with one first argument, this or any."""
        own = self.of[first] if first is not None else max(self.of.values(), default=0)
        return min(self.total, own + self.of_any)


class _Sizes:
    """Upper bounds of how often each rule can hold, made smaller in turns."""

    def __init__(self, domains: Domains, written: _Written, open_: _Written) -> None:
        self.domains = domains
        self.open = open_
        self.facts: dict[Key, _Count] = {}
        are_open = {id(rule) for _, rule in open_}
        for _, rule in written:
            if id(rule) not in are_open:
                for head in rule.heads:
                    count = self.facts.setdefault(head.key, _Count())
                    count.of[str(head.parts[0]) if head.parts else ""] += prod(
                        len(list(part.alternatives())) for part in head.parts
                    )
        self.envs = [domains.bind((*rule.body, *rule.offers)) for _, rule in open_]
        self.counts: dict[Key, _Count] = {}
        for _ in range(_REFINED):
            self._count()

    def _most(self, key: Key) -> float:
        """As many as there are combinations of what can stand in the places."""
        return float(prod(len(self.domains.at.get((key, place), ())) for place in range(key[1])))

    def _count(self) -> None:
        fresh = {key: _Count(Counter(count.of), count.of_any, count.others) for key, count in self.facts.items()}
        for (_, rule), env in zip(self.open, self.envs, strict=True):
            body = (*rule.body, *rule.offers)
            once = self.ways(body, env)
            for head in rule.heads:
                ways = once * _spread(head, env)
                count = fresh.setdefault(head.key, _Count())
                first = head.parts[0] if head.parts else Term("constant")
                rest = float(prod(len(values(part, env)) for part in head.parts[1:]))
                if first.kind == "variable":
                    count.others += min(ways, rest * len(env.get(first.name, ())))
                    count.of_any += min(self.ways(body, env, {first.name}) * _spread(head, env), rest)
                elif first.kind in ("constant", "number", "text"):
                    count.of[str(first)] += int(min(ways, rest))
                else:
                    count.others += min(ways, rest * len(values(first, env)))
                    count.of_any += min(ways, rest)
        self.counts = fresh

    def ways(self, body: Iterable[Literal], env: Env, known: set[str] | None = None) -> float:
        """In how many ways the atoms of a body can hold together, if the variables ``known`` are given."""
        bound, found = set(known or ()), 1.0
        atoms = [each.atom for each in body if each.atom is not None and each.sign == 0 and any(each.atom.variables())]
        while atoms:
            sized = [(self._more(atom, bound, env), index) for index, atom in enumerate(atoms)]
            size, index = min(sized)
            found *= max(size, 1.0)
            bound |= set(atoms.pop(index).variables())
        return found * prod(len(each) for name, each in env.items() if name not in bound)

    def _more(self, atom: Term, bound: set[str], env: Env) -> float:
        """How many atoms fit for one choice of the bound variables."""
        free = {name for name in atom.variables() if name not in bound and name in env}
        if not free:
            return 1.0
        most = float(prod(len(env[name]) for name in free))
        count = self.counts.get(atom.key)
        if count is None:
            return min(most, self._most(atom.key))
        first = atom.parts[0]
        if first.kind in ("constant", "number", "text"):
            return min(most, count.with_first(str(first)))
        if first.kind == "variable" and first.name in bound:
            return min(most, count.with_first())
        return min(most, count.total)

    def problems(self) -> list[Problem]:
        found: list[Problem] = []
        for (statement, rule), env in zip(self.open, self.envs, strict=True):
            try:
                found += [problem.at(statement.where) for problem in self._rule(rule, env)]
            except TooMuch as error:
                found.append(error.problem.at(statement.where))
        return found

    def _rule(self, rule: WrittenRule, env: Env) -> Iterator[Problem]:
        ways = self.ways((*rule.body, *rule.offers), env) * sum(_spread(head, env) for head in rule.heads)
        if ways > MOST_WAYS:
            yield _too_many(ways)
        for literal in rule.body:
            total = 0.0
            for terms, conditions in literal.elements:
                inner = self.domains.bind((*rule.body, *conditions), env)
                ways = self.ways((*rule.body, *conditions), inner)
                if ways > MOST_WAYS:
                    yield _too_many(ways)
                local = {name: each for name, each in inner.items() if name not in env}
                times = self.ways(conditions, local, set(env))
                weights = [abs(each) for each in values(terms[0], inner) if isinstance(each, int)] if terms else []
                total += times * max(weights, default=0)
            if literal.function in ("sum", "sum+") and total > GREATEST:
                what = f"the sum can leave the range of whole numbers (up to {total:,.0f})"
                yield Problem(what, hint=f"whole numbers go to {GREATEST:,}: use smaller weights")


def _spread(head: Term, env: Env) -> float:
    """How many atoms one way to hold gives: as many as the intervals and pools in the head have values."""
    return float(prod(len(values(part, env)) for part in head.parts if _is_many(part)))


def _is_many(term: Term) -> bool:
    return term.kind in ("interval", "pool") or any(map(_is_many, term.parts))


def _too_many(ways: float) -> Problem:
    return Problem(
        f"the rule could hold in {ways:,.0f} ways (at most {MOST_WAYS:,})",
        hint="let its conditions share variables, or split it into criteria",
    )
