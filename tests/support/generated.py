"""Small knowledge bases drawn by hypothesis, and what they mean: a second, tiny evaluator of the same rules.

A knowledge base is a value (two services, their facts, their policies) that can be written as files and asked directly.
The evaluator below shares nothing with the engine: numbers are whole numbers of the last place, dates are dates, and
every combination of representative values is tried where facts are unknown. All of it is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product
from math import ceil, floor
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Facts = Mapping[str, Any]
FIRST_DAY = date(2024, 1, 1)
DAYS = [date(2023, 12, 31), FIRST_DAY, date(2024, 2, 29), date(2024, 3, 31), date(2025, 2, 28), date(2025, 3, 1)]
CLASSES = {
    "medically_necessary": "approved",
    "experimental_investigational": "denied",
    "physician_review": "review",
    "no_criterion": "not_addressed",
    "not_in_force": "not_addressed",
    "contradiction": "contradiction",
}
CONCLUDED = list(CLASSES)[:3]
COMPARE = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
BETWEEN = ("years_between", "months_between", "days_between")
ARITHMETIC = ("sum", "difference", "product", "quotient")


# --- Facts -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fact:
    """An attribute. Numbers are counted in units of their last place."""

    name: str
    type: str
    values: tuple[str, ...] = ()
    least: int = 0
    greatest: int = 0
    places: int = 0
    derived: tuple[str, str, str, str] | None = None
    """Operation, the two inputs, and the rounding."""
    slot: tuple[str, int, str] | None = None
    """Of a field of one record: the record, its number, and the field."""

    @property
    def in_clingo(self) -> str:
        """As the files name it."""
        return f"of({self.slot[2]}, {self.slot[0]}, {self.slot[1]})" if self.slot else self.name

    @property
    def inputs(self) -> tuple[str, ...]:
        return self.derived[1:3] if self.derived else ()

    def number(self, units: int) -> str:
        """A number as rules and cases have it, without quotes."""
        if not self.places:
            return str(units)
        whole, rest = divmod(abs(units), 10**self.places)
        return f"{'-' if units < 0 else ''}{whole}.{rest:0{self.places}}"

    def in_rule(self, value: Any) -> str:
        if self.type == "date":
            return f"{value:%Y%m%d}"
        if self.type == "decimal":
            return f'"{self.number(value)}"'
        return str(value).lower()

    def in_record(self, value: Any) -> Any:
        if self.type == "set":
            return sorted(value)
        return self.number(value) if self.type == "decimal" else value

    def lines(self, rank: int) -> Iterator[str]:
        yield f'attribute({rank}, {self.name}, {self.type}, finding). label({self.name}, "{self.name}").'
        yield f'help({self.name}, "Made up.").'
        for at, value in enumerate(self.values, 1):
            yield f'value({self.name}, {at}, {value}, "{value}").'
        if self.type == "decimal":
            yield f"places({self.name}, {self.places})."
        if self.type in ("integer", "decimal"):
            low, high = (self.in_rule(each) for each in (self.least, self.greatest))
            yield f"range({self.name}, {low}, {high})."
        if self.derived:
            operation, one, other, rounding = self.derived
            yield f"derived({self.name}, {operation}({one}, {other}), {rounding})."
            for at, name in enumerate(self.inputs):
                of_dates = operation in BETWEEN
                yield f"input({rank * 2 + at}, {name}, {'date' if of_dates else 'decimal'}, finding)."
                yield f'label({name}, "{name}"). help({name}, "Made up.").'
                if not of_dates:
                    yield f"places({name}, 1). range({name}, 0, 20)."

    def follows(self, one: Any, other: Any) -> int | None:
        """What follows from the inputs, by the definition; None where nothing can."""
        assert self.derived is not None
        operation, _, _, rounding = self.derived
        if operation in BETWEEN:
            if other < one and self.least >= 0:
                return None
            found = _between(operation, one, other, rounding)
        else:
            a, b = Fraction(one, 10), Fraction(other, 10)
            if operation == "quotient" and not b:
                return None
            exact = {"sum": a + b, "difference": a - b, "product": a * b, "quotient": a / b if b else a}[operation]
            exact *= 10**self.places
            found = {"down": floor, "up": ceil, "nearest": lambda x: floor(x + Fraction(1, 2))}[rounding](exact)
        return found if self.least <= found <= self.greatest else None


def _between(operation: str, first: date, last: date, rounding: str) -> int:
    """By counting anniversaries, one by one."""
    if operation == "days_between":
        return (last - first).days
    step, count = 12 if operation == "years_between" else 1, 0

    def at(number: int) -> date:
        years, month = divmod(first.month - 1 + number * step, 12)
        try:
            return date(first.year + years, month + 1, first.day)
        except ValueError:  # its month has no such day
            return date(first.year + years, month + 2, 1)

    while at(count + 1) <= last:
        count += 1
    while at(count) > last:
        count -= 1
    return count + (rounding == "up" and at(count) != last)


# --- Conditions: each is written, and holds of complete facts or not --------------------------------------


@dataclass(frozen=True)
class Is:
    fact: Fact
    values: tuple[Any, ...]

    def text(self, own: str) -> str:
        words = [self.fact.in_rule(each) for each in self.values]
        return f"case({self.fact.name}, {words[0] if len(words) == 1 else '(' + '; '.join(words) + ')'})"

    def holds(self, facts: Facts, policy: Policy, reading: str) -> bool:
        value = facts[self.fact.name]
        return any(each in value if self.fact.type == "set" else each == value for each in self.values)


@dataclass(frozen=True)
class Bound:
    fact: Fact
    how: str
    number: Any

    def text(self, own: str) -> str:
        return f"{self.how}({self.fact.name}, {self.fact.in_rule(self.number)})"

    def holds(self, facts: Facts, policy: Policy, reading: str) -> bool:
        value = facts[self.fact.name]
        return bool(value >= self.number if self.how == "at_least" else value <= self.number)


@dataclass(frozen=True)
class Criterion:
    name: str

    def text(self, own: str) -> str:
        return f"criterion({own}, {self.name})"

    def holds(self, facts: Facts, policy: Policy, reading: str) -> bool:
        return any(all(each.holds(facts, policy, reading) for each in body) for body in policy.criteria[self.name])


@dataclass(frozen=True)
class Not:
    inner: Any

    def text(self, own: str) -> str:
        return f"not {self.inner.text(own)}"

    def holds(self, facts: Facts, policy: Policy, reading: str) -> bool:
        return not self.inner.holds(facts, policy, reading)


@dataclass(frozen=True)
class Read:
    option: str

    def text(self, own: str) -> str:
        return f"reading({own}_r, {self.option})"

    def holds(self, facts: Facts, policy: Policy, reading: str) -> bool:
        return self.option == reading


@dataclass(frozen=True)
class Listed:
    """Facts that repeat: at most ``most`` records, each with these fields."""

    name: str
    most: int
    fields: tuple[Fact, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """How many there are, and each field of each."""
        slots = (
            replace(each, name=f"{self.name}_{number}_{each.name}", slot=(self.name, number, each.name))
            for number in range(1, self.most + 1)
            for each in self.fields
        )
        return (Fact(self.name, "integer", greatest=self.most), *slots)

    def lines(self, rank: int) -> Iterator[str]:
        yield f'record({rank}, {self.name}, {self.most}, finding). label({self.name}, "{self.name}").'
        yield f'help({self.name}, "Made up.").'
        for at, each in enumerate(self.fields, 1):
            of = f"of({each.name}, {self.name})"
            yield f"field({self.name}, {at}, {each.name}, {each.type})."
            yield f'label({of}, "{each.name}"). help({of}, "Made up.").'
            yield from (f'value({of}, {n}, {value}, "{value}").' for n, value in enumerate(each.values, 1))
            if each.type == "integer":
                yield f"range({of}, {each.least}, {each.greatest})."


@dataclass(frozen=True)
class Records:
    """That there is a record of which all this holds; with a number, that there are so many of them."""

    listed: Listed
    inner: tuple[Any, ...]
    how: str = ""
    number: int = 0

    def text(self, own: str) -> str:
        variable = "J" if self.how else "I"
        asked = [f"given({self.listed.name}, {variable})"]
        for each in self.inner:
            negated, bare = ("not ", each.inner) if isinstance(each, Not) else ("", each)
            of = f"of({bare.fact.name}, {self.listed.name}, {variable})"
            asked.append(negated + bare.text(own).replace(f"({bare.fact.name},", f"({of},", 1))
        if not self.how:
            return ", ".join(asked)
        return f"#count {{ {variable} : {', '.join(asked)} }} {self.how} {self.number}"

    def holds(self, facts: Facts, policy: Policy, reading: str) -> bool:
        there = [
            {each.name: facts[f"{self.listed.name}_{number}_{each.name}"] for each in self.listed.fields}
            for number in range(1, facts[self.listed.name] + 1)
        ]
        found = sum(all(each.holds(one, policy, reading) for each in self.inner) for one in there)
        return COMPARE[self.how](found, self.number) if self.how else found > 0


@dataclass(frozen=True)
class Total:
    """A count, or a sum: of the members of a set, but for some, and of further conditions, each with its weight."""

    function: str
    of: Fact | None
    weight: int
    but: str | None
    more: tuple[tuple[int, Any], ...]
    how: str
    number: int

    def text(self, own: str) -> str:
        summed = self.function != "count"
        elements = []
        if self.of is not None:
            but = f", D != {self.but}" if self.but else ""
            elements.append(f"{f'{self.weight}, ' if summed else ''}D : case({self.of.name}, D){but}")
        for at, (weight, each) in enumerate(self.more):
            elements.append(f"{f'{weight}, ' if summed else ''}t{at} : {each.text(own)}")
        return f"#{self.function} {{ {'; '.join(elements)} }} {self.how} {self.number}"

    def holds(self, facts: Facts, policy: Policy, reading: str) -> bool:
        summed = self.function != "count"
        found = sum(weight if summed else 1 for weight, each in self.more if each.holds(facts, policy, reading))
        if self.of is not None:
            found += len(facts[self.of.name] - {self.but}) * (self.weight if summed else 1)
        return COMPARE[self.how](found, self.number)


# --- Policies and services ---------------------------------------------------------------------------------

Body = tuple[Any, ...]


@dataclass(frozen=True)
class Policy:
    name: str
    criteria: Mapping[str, tuple[Body, ...]]
    clauses: tuple[tuple[tuple[Body, ...], str], ...]
    ordered: bool
    """The earlier of two clauses prevails; else they may contradict each other."""
    rest: str | None
    """What the otherwise clause concludes, if there is one."""

    def determination(self, facts: Facts, reading: str) -> str:
        """The class of complete facts."""
        if facts["day"] < FIRST_DAY:
            return "not_in_force"
        met = [
            class_
            for bodies, class_ in self.clauses
            if any(all(each.holds(facts, self, reading) for each in body) for body in bodies)
        ]
        if not met:
            return self.rest or "no_criterion"
        classes = set(met[:1] if self.ordered else met)
        return classes.pop() if len(classes) == 1 else "contradiction"

    def lines(self, service: str) -> Iterator[str]:
        own = self.name
        yield f'payer({own}, "{own}"). policy({own}, {own}, {service}, "{own.upper()}", "Made up").'
        yield f'statement({own}, "S", "Only section", "sentence", "made up", rule). version({own}, 20240101, "first").'
        yield f'clause({own}, not_in_force, "No edition"). gate({own}, 1, not_in_force).'
        yield f'met({own}, not_in_force) :- not in_force({own}). cites({own}, not_in_force, "S").'
        yield f"concludes({own}, not_in_force, not_in_force)."
        yield f'ambiguity({own}, {own}_r, "Which?", "the first").'
        yield f'option({own}_r, 1, one, "one"). option({own}_r, 2, two, "two"). cites({own}, {own}_r, "S").'
        for name, bodies in self.criteria.items():
            yield f'label(criterion({own}, {name}), "{name}").'
            for body in bodies:
                yield f"criterion({own}, {name}) :- {', '.join(each.text(own) for each in body)}."
        for at, (bodies, class_) in enumerate(self.clauses):
            yield f'clause({own}, c{at}, "Clause {at}"). concludes({own}, c{at}, {class_}). cites({own}, c{at}, "S").'
            for body in bodies:
                yield f"met({own}, c{at}) :- {', '.join(each.text(own) for each in body)}."
            for later in range(at + 1, len(self.clauses)) if self.ordered else ():
                yield f"prevails({own}, c{at}, c{later})."
        if self.rest is not None:
            conditions = ", ".join(f"not met({own}, c{at})" for at in range(len(self.clauses)))
            yield f'clause({own}, rest, "All else"). otherwise({own}, rest). cites({own}, rest, "S").'
            yield f"met({own}, rest) :- {conditions}. concludes({own}, rest, {self.rest})."


@dataclass(frozen=True)
class Service:
    name: str
    facts: tuple[Fact, ...]
    policies: tuple[Policy, ...]
    axiom: tuple[Any, Any] | None
    presumed: tuple[Fact, Any, tuple[Fact, Any] | None] | None
    """A fact, its value, and the fact that has to be stated with some value, if any."""
    listed: Listed | None = None

    def lines(self) -> Iterator[str]:
        yield f'service({self.name}, "{self.name}"). uses({self.name}, shared).'
        for rank, each in enumerate(self.facts, 10):
            yield from each.lines(rank)
        if self.listed is not None:
            yield from self.listed.lines(40)
        if self.axiom is not None:
            yield 'axiom(cannot_be, "both", "made up").'
            yield f"impossible(cannot_be) :- {', '.join(each.text('') for each in self.axiom)}."
        if self.presumed is not None:
            fact, value, needs = self.presumed
            yield f'presumption(50, usual, every_payer, {fact.name}). label(usual, "usual").'
            yield f"presumed_value(usual, {fact.in_rule(value)})."
            if needs is not None:
                yield f"presumption_needs(usual, {needs[0].name}, {needs[0].in_rule(needs[1])})."

    # --- What a partial case means -------------------------------------------------------------------------

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        return (DAY, *self.facts, *(self.listed.facts if self.listed is not None else ()))

    def conditions(self) -> Iterator[Any]:
        """Every condition that some rule asks, those inside of others included."""
        waiting: list[Any] = list(self.axiom or ())
        for policy in self.policies:
            for bodies in (*policy.criteria.values(), *(bodies for bodies, _ in policy.clauses)):
                waiting += [each for body in bodies for each in body]
        while waiting:
            each = waiting.pop()
            yield each
            waiting += [each.inner] if isinstance(each, Not) else []
            waiting += [inner for _, inner in each.more] if isinstance(each, Total) else []
            waiting += each.inner if isinstance(each, Records) else ()

    def representatives(self, fact: Fact) -> list[Any]:
        """Values such that no rule tells any other value from all of them."""
        if fact.type == "choice":
            return list(fact.values)
        if fact.type == "boolean":
            return [True, False]
        if fact.type == "set":
            return [frozenset(some) for size in range(len(fact.values) + 1) for some in combinations(fact.values, size)]
        if self.listed is not None and fact.name == self.listed.name:
            return list(range(self.listed.most + 1))
        own = fact.slot[2] if fact.slot else fact.name
        asked = {each.number for each in self.conditions() if isinstance(each, Bound) and each.fact.name == own}
        if fact.type == "date":
            asked |= {FIRST_DAY}
            return sorted({day + timedelta(days=step) for day in asked for step in (-1, 0, 1)})
        near = {number + step for number in asked for step in (-1, 0, 1)} | {fact.least, fact.greatest}
        return sorted(each for each in near if fact.least <= each <= fact.greatest)

    def is_possible(self, facts: Facts) -> bool:
        return self.axiom is None or not all(each.holds(facts, self.policies[0], "one") for each in self.axiom)

    def presumes(self, stated: Facts) -> dict[str, Any]:
        if self.presumed is None or self.presumed[0].name in stated:
            return {}
        fact, value, needs = self.presumed
        if needs is not None:
            other, wanted = needs
            if other.name not in stated:
                return {}
            found = stated[other.name]
            if not (wanted in found if other.type == "set" else wanted == found):
                return {}
        return {fact.name: value}

    def completions(self, stated: Facts) -> Iterator[dict[str, Any]]:
        known = {**stated, **self.presumes(stated)}
        names = [each for each in self.all_facts if each.name not in known]
        for values in product(*(self.representatives(each) for each in names)):
            facts = {**known, **{each.name: value for each, value in zip(names, values, strict=True)}}
            if self.is_possible(facts):
                yield facts

    def classes(self, policy: Policy, stated: Facts, reading: str) -> dict[tuple[Any, ...], str]:
        """The class of each completion, by its values in the order of ``all_facts``."""
        return {
            tuple(facts[each.name] for each in self.all_facts): policy.determination(facts, reading)
            for facts in self.completions(stated)
        }

    def deciding(self, found: Mapping[tuple[Any, ...], str], stated: Facts) -> set[str]:
        """The unknown facts in some minimal set within which two completions differ in class."""
        known = {**stated, **self.presumes(stated)}
        places = {each.name: at for at, each in enumerate(self.all_facts) if each.name not in known}
        minimal: list[frozenset[str]] = []
        for size in range(1, len(places) + 1):
            for names in map(frozenset, combinations(places, size)):
                if any(each <= names for each in minimal):
                    continue
                changed = {places[name] for name in names}
                groups: dict[tuple[Any, ...], str] = {}
                for values, class_ in found.items():
                    outside = tuple(value for at, value in enumerate(values) if at not in changed)
                    if groups.setdefault(outside, class_) != class_:
                        minimal.append(names)
                        break
            if len(set(found.values())) < 2:
                break
        return {name for names in minimal for name in names}


DAY = Fact("day", "date")
SHARED = """\
attribute(1, day, date, request). label(day, "day"). help(day, "Of the service.").
version_day(day).
bound(day, at_least, D) :- begins(_, D, _), D > 0.
typical(day, 20240601).
"""


@dataclass(frozen=True)
class Library:
    services: tuple[Service, ...] = field(default_factory=tuple)

    def write(self, folder: Path) -> None:
        """The files, beside the core that is there already."""
        texts = {"vocabulary/shared.lp": SHARED}
        for service in self.services:
            more = f"default_service({service.name}).\n" if service is self.services[0] else ""
            texts[f"services/{service.name}.lp"] = "\n".join(service.lines()) + "\n" + more
            for policy in service.policies:
                texts[f"policies/{service.name}/{policy.name}.lp"] = "\n".join(policy.lines(service.name)) + "\n"
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


# --- Drawing them ------------------------------------------------------------------------------------------


@st.composite
def _fact(draw: st.DrawFn, name: str, type_: str) -> Fact:
    if type_ == "choice":
        return Fact(name, type_, tuple(f"{name}_{each}" for each in "abc"[: draw(st.integers(2, 3))]))
    if type_ == "set":
        return Fact(name, type_, tuple(f"{name}_{each}" for each in "pqr"[: draw(st.integers(2, 3))]))
    if type_ == "integer":
        least = draw(st.integers(-3, 3))
        return Fact(name, type_, least=least, greatest=least + draw(st.integers(2, 12)))
    if type_ == "decimal":
        places = draw(st.integers(1, 2))
        least = draw(st.integers(-20, 30))
        return Fact(name, type_, least=least, greatest=least + draw(st.integers(2, 500)), places=places)
    if type_ == "days":
        derived = (draw(st.sampled_from(BETWEEN)), f"{name}_from", f"{name}_to", draw(st.sampled_from(["down", "up"])))
        return Fact(name, "integer", least=draw(st.sampled_from([0, 0, -900])), greatest=900, derived=derived)
    if type_ == "result":
        rounding = draw(st.sampled_from(["down", "up", "nearest"]))
        derived = (draw(st.sampled_from(ARITHMETIC)), f"{name}_x", f"{name}_y", rounding)
        return Fact(name, "decimal", least=-200, greatest=40_000, places=draw(st.integers(1, 2)), derived=derived)
    return Fact(name, type_)


TYPES = ["choice", "boolean", "integer", "decimal", "date", "set", "set", "days", "result"]


@st.composite
def _value(draw: st.DrawFn, fact: Fact) -> Any:
    """A value to compare with; never one that a comparison cannot miss."""
    if fact.type == "date":
        return draw(st.sampled_from(DAYS))
    if fact.type == "boolean":
        return draw(st.booleans())
    if fact.type in ("integer", "decimal"):
        low, high = fact.least + 1, fact.greatest - 1
        return draw(st.integers(min(low, high), max(low, high)))
    return draw(st.sampled_from(fact.values))


@st.composite
def _plain(draw: st.DrawFn, facts: tuple[Fact, ...], criteria: tuple[str, ...]) -> Any:
    """A condition on one fact or criterion, or that it does not hold."""
    if criteria and draw(st.integers(0, 3)) == 0:
        found: Any = Criterion(draw(st.sampled_from(criteria)))
    else:
        fact = draw(st.sampled_from(facts))
        if fact.type in ("choice", "set") and draw(st.integers(0, 3)) == 0 and len(fact.values) > 1:
            return Is(fact, tuple(sorted({draw(_value(fact)), draw(_value(fact))})))
        if fact.type in ("choice", "set", "boolean"):
            found = Is(fact, (draw(_value(fact)),))
        else:
            found = Bound(fact, draw(st.sampled_from(["at_least", "at_most"])), draw(_value(fact)))
    return Not(found) if draw(st.integers(0, 2)) == 0 else found


@st.composite
def _total(draw: st.DrawFn, facts: tuple[Fact, ...], criteria: tuple[str, ...]) -> Any:
    function = draw(st.sampled_from(["count", "count", "sum", "sum+"]))
    weights = st.integers(-2 if function == "sum" else 1, 3)
    sets = [each for each in facts if each.type == "set"]
    of = draw(st.sampled_from([*sets, None])) if sets else None
    but = draw(st.sampled_from([None, None, *of.values])) if of is not None and len(of.values) > 1 else None
    count = draw(st.integers(0 if of is not None else 2, 3))
    more = tuple((draw(weights), draw(_plain(facts, criteria))) for _ in range(count))
    how = draw(st.sampled_from([">=", ">=", ">=", "<=", ">", "<", "=", "!="]))
    return Total(function, of, draw(weights), but, more, how, draw(st.integers(-1 if function == "sum" else 0, 4)))


@st.composite
def _listed(draw: st.DrawFn, name: str) -> Listed:
    fields = [draw(_fact(f"{name}_f", "choice")), draw(_fact(f"{name}_g", "integer"))]
    return Listed(name, draw(st.integers(1, 2)), tuple(fields[: draw(st.integers(1, 2))]))


@st.composite
def _records(draw: st.DrawFn, listed: Listed) -> Records:
    inner = tuple(draw(_plain(listed.fields, ())) for _ in range(draw(st.integers(1, 2))))
    if draw(st.booleans()):
        return Records(listed, inner)
    return Records(
        listed, inner, draw(st.sampled_from([">=", ">=", "<", "=", "!="])), draw(st.integers(1, listed.most))
    )


@st.composite
def _body(draw: st.DrawFn, facts: tuple[Fact, ...], criteria: tuple[str, ...], listed: Listed | None = None) -> Body:
    found: list[Any] = [draw(_plain(facts, criteria)) for _ in range(draw(st.integers(1, 2)))]
    if listed is not None and draw(st.integers(0, 1)) == 0:
        found.append(draw(_records(listed)))
    if draw(st.integers(0, 2)) == 0:
        found.append(draw(_total(facts, criteria)))
    if draw(st.integers(0, 4)) == 0:
        found.append(Read(draw(st.sampled_from(["one", "two"]))))
    return tuple(found)


@st.composite
def _policy(draw: st.DrawFn, name: str, facts: tuple[Fact, ...], listed: Listed | None = None) -> Policy:
    criteria: dict[str, tuple[Body, ...]] = {}
    for at in range(draw(st.integers(0, 2))):
        before = tuple(criteria)
        criteria[f"k{at}"] = tuple(draw(_body(facts, before, listed)) for _ in range(draw(st.integers(1, 2))))
    clauses = []
    for at in range(draw(st.integers(1, 3))):
        bodies = [draw(_body(facts, tuple(criteria), listed)) for _ in range(draw(st.integers(1, 2)))]
        if at == 0:  # so that each criterion is used
            bodies += [(Criterion(each),) for each in criteria]
        clauses.append((tuple(bodies), draw(st.sampled_from(CONCLUDED))))
    rest = draw(st.sampled_from([None, *CONCLUDED]))
    return Policy(name, criteria, tuple(clauses), draw(st.booleans()), rest)


@st.composite
def _service(draw: st.DrawFn, name: str, policies: int, most: int) -> Service:
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=2, max_size=most))
    facts = tuple(draw(_fact(f"{name}{at}", type_)) for at, type_ in enumerate(kinds))
    listed = draw(_listed(f"{name}_r")) if draw(st.booleans()) else None
    made = tuple(draw(_policy(f"{name}_p{at}", facts, listed)) for at in range(policies))
    tied = [each for each in facts if each.type in ("choice", "boolean", "integer") and each.derived is None]
    axiom = None
    if len(tied) > 1 and draw(st.booleans()):
        axiom = tuple(draw(_plain((each,), ())) for each in tied[:2])
    free = [each for each in facts if axiom is None or each not in tied[:2]]
    free = [each for each in free if each.type not in ("set", "date")]
    presumed = None
    if free and draw(st.booleans()):
        fact = draw(st.sampled_from(free))
        needing = [each for each in facts if each != fact and each.type in ("choice", "boolean", "set")]
        needs = None
        if needing and draw(st.booleans()):
            needed = draw(st.sampled_from(needing))
            needs = (needed, draw(_value(needed)))
        presumed = (fact, draw(_value(fact)), needs)
    return Service(name, facts, made, axiom, presumed, listed)  # type: ignore[arg-type]


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    """Two services, the first with one or two policies."""
    return Library((draw(_service("m", draw(st.integers(1, 2)), 4)), draw(_service("n", 1, 3))))


@st.composite
def records(draw: st.DrawFn, service: Service) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case as a record, and the facts that it states by the definitions; both empty where nothing follows."""
    record: dict[str, Any] = {}
    stated: dict[str, Any] = {}
    for fact in (DAY, *service.facts):
        kind = draw(st.integers(0, 5))
        if kind < 2:
            continue
        if fact.derived is not None and kind < 5:
            of_dates = fact.derived[0] in BETWEEN
            days = st.sampled_from(DAYS) if of_dates else st.integers(0, 200)
            one, other = draw(days), draw(days)
            value = fact.follows(one, other)
            if value is None:
                continue
            for name, each in zip(fact.inputs, (one, other), strict=True):
                record[name] = each.isoformat() if of_dates else f"{each // 10}.{each % 10}"
        else:
            value = draw(st.sampled_from(service.representatives(fact)))
            record[fact.name] = fact.in_record(value)
            if fact.type == "date":
                record[fact.name] = value.isoformat()
        stated[fact.name] = value
    if service.listed is not None and draw(st.integers(0, 3)):
        stated |= (lists := draw(_lists(service, service.listed)))[1]
        record[service.listed.name] = lists[0]
    return record, stated


@st.composite
def _lists(draw: st.DrawFn, service: Service, listed: Listed) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A list of records, each with some of its fields, and the facts that it states."""
    found: list[dict[str, Any]] = [{} for _ in range(draw(st.integers(0, listed.most)))]
    stated: dict[str, Any] = {listed.name: len(found)}
    for fact in listed.facts[1:]:
        assert fact.slot is not None
        _, number, name = fact.slot
        if number <= len(found) and draw(st.integers(0, 2)):
            found[number - 1][name] = stated[fact.name] = draw(st.sampled_from(service.representatives(fact)))
    return found, stated
