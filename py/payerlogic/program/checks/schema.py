"""What the facts of a knowledge base look like: how many arguments, of which kind, and what each is for.

    >>> SHAPES["version"].usage
    'version(Policy, FirstDay, Title)'
    >>> from payerlogic.program.statements import fact
    >>> [problem.what for problem in shape_problems(fact('version(acme,"2026-01-31","first").'))]
    ['version: FirstDay is "2026-01-31", not a day, or unknown']

One line of the table below is one predicate. What it does not name, a knowledge base is free to use as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from payerlogic.errors import Problem
from payerlogic.program.records import OF
from payerlogic.program.statements import Term
from payerlogic.text.days import date_of
from payerlogic.text.phrases import plural

# Predicate, then each argument as Name:kind. A policy's are owned by the policy of their first argument; a thing's
# by what their first argument names; the shared files alone define the others. Those marked with * may hold in
# some cases only; all others are facts.
_TABLE = """
payer   payer(Payer:name, Name:text)
payer   short_name(Payer:name, Name:text)
policy  policy(Policy:name, Payer:name, Service:name, Document:text, Title:text)
policy  published(Policy:name, Address:address)
policy  version(Policy:name, FirstDay:first_day, Title:text)
policy  clause(Policy:name, Clause:name, Title:text)
policy *met(Policy:name, Clause:name)
policy *concludes(Policy:name, Clause:name, Class:name)
policy *prevails(Policy:name, Clause:name, Other:name)
policy *criterion(Policy:name, Criterion:term)
policy  gate(Policy:name, Rank:number, Clause:name)
policy  otherwise(Policy:name, Clause:name)
policy  indication(Policy:name, Clause:name)
policy  cites(Policy:name, Thing:term, Statement:text)
policy  code(Policy:name, Code:text)
policy *advisory(Policy:name, Name:name)
policy *limit(Policy:name, Name:name)
policy  authorizes(Policy:name, Limit:name, Attribute:name, Number:number)
policy  statement(Policy:name, Id:text, Section:text, Place:text, Paraphrase:text, Effect:effect)
policy  history(Policy:name, YearAndMonth:month, What:text)
policy  vague(Policy:name, Term:name, Why:text)
policy  ambiguity(Policy:name, Reading:name, Question:text, WhyDefault:text)
thing   option(Reading:name, Rank:number, Option:name, Meaning:text)
thing   presumption(Rank:number, Name:name, Policy:name, Attribute:name)
thing  *presumption_holds(Presumption:name)
thing   presumption_needs(Presumption:name, Attribute:name, Value:value)
thing   gives_way(Presumption:name, Attribute:name, Value:value, OtherAttribute:name, OtherValue:value)
thing   presumed_value(Presumption:name, Value:value)
thing   label(Thing:term, Words:text)
thing   bound(Attribute:attribute, How:name, Number:amount)
shared  kind(Rank:number, Name:name, Label:text, Help:text)
shared  attribute(Rank:number, Name:attribute, Type:name, Kind:name)
shared  record(Rank:number, Name:name, Most:number, Kind:name)
shared  field(Record:name, Rank:number, Field:name, Type:name)
shared  value(Attribute:attribute, Rank:number, Value:value, Label:text)
shared  range(Attribute:attribute, Least:amount, Greatest:amount)
shared  places(Attribute:attribute, Number:number)
shared  counts_as(Attribute:attribute, Written:amount, Counted:amount)
shared  input(Rank:number, Name:name, Type:name, Kind:name)
shared  derived(Attribute:attribute, Operation:term, Rounding:name)
shared  converted(Input:name, Unit:text, Factor:amount)
shared  fixed(Attribute:attribute)
shared  nonempty(Attribute:attribute)
shared  unit(Attribute:attribute, Unit:text)
shared  help(Attribute:attribute, Words:text)
shared  open_value(Attribute:attribute, Value:value, Pattern:text, InWords:text)
shared  written_as(Attribute:attribute, Order:number, Pattern:text, Value:value)
shared  refused(Attribute:attribute, Order:number, Pattern:text, Advice:text)
shared  also_says(Attribute:name, Order:number, Pattern:text, Other:name, Value:value)
shared  withheld(Attribute:name, Other:name, Value:value)
shared  typical(Attribute:attribute, Value:value)
shared  also_called(Attribute:name, Value:value, Words:text)
shared  also_labeled(Attribute:attribute, Words:text)
shared  in_notes(Attribute:name, Order:number, Pattern:text, Value:value)
shared  doubted(Attribute:name, Pattern:text, Reach:name)
shared  incoherent(Advisory:name)
shared  version_day(Attribute:name)
shared  code_list(Attribute:name)
shared  service(Service:name, Label:text)
shared  uses(Service:name, Subject:name)
shared  default_service(Service:name)
shared  matrix(Service:name, Rows:name, Columns:name)
shared  unnamed(Attribute:name)
shared  cost(Rank:number, Kind:name, Words:text)
shared  own_finding(Kind:name)
shared  says_value(Predicate:name)
shared  offered(Predicate:name)
shared  axiom(Name:name, Sentence:text, Source:text)
shared  class(Rank:number, Class:name, Outcome:name, Label:text)
shared  outcome(Rank:number, Outcome:name, Label:text)
"""


@dataclass(frozen=True)
class Shape:
    """One predicate of the table: who owns it, its arguments by name and kind, and whether it is always a fact."""

    name: str
    owner: str
    arguments: tuple[tuple[str, str], ...]
    is_fact: bool

    @property
    def usage(self) -> str:
        return f"{self.name}({', '.join(name for name, _ in self.arguments)})"


def _shapes() -> Iterator[Shape]:
    for line in _TABLE.strip().splitlines():
        owner, _, rest = line.partition(" ")
        star, name, arguments = re.fullmatch(r"\s*(\*?)(\w+)\((.*)\)", rest).groups()  # type: ignore[union-attr]
        pairs = tuple((each.split(":")[0], each.split(":")[1]) for each in arguments.split(", "))
        yield Shape(name, owner, pairs, not star)


SHAPES: Mapping[str, Shape] = {shape.name: shape for shape in _shapes()}
# Each of these has a second form, which the shared files derive.
DERIVED = frozenset([("gate", 2), ("in_force", 2)])
_NOT = {
    "name": "a plain name",
    "text": "a text in quotes",
    "number": "a whole number",
    "amount": "a number",
    "day": "a day",
    "first_day": "a day, or unknown",
    "month": "a month",
    "value": "a name, a number or a text",
    "term": "a name or a term such as found(lesion)",
    "attribute": "an attribute, or a field such as of(drug, therapy)",
    "address": "an address in quotes that begins with https://",
    "effect": "a name, none(...) with the reason in quotes, or elsewhere(...) with the place in quotes",
}
_WRITE = {
    "day": "write 31 January 2026 as 20260131",
    "first_day": "write 31 January 2026 as 20260131",
    "month": "write January 2026 as 202601",
    "amount": 'write a whole number as it is, and a decimal in quotes: "2.5"',
    "name": "it begins with a small letter and has letters, digits and _ only",
}


def shape_problems(atom: Term | None) -> Iterator[Problem]:
    """What is wrong with the arguments that ``atom`` writes out; variables and calculations are passed over."""
    if atom is None or atom.name not in SHAPES or atom.key in DERIVED:
        return
    shape = SHAPES[atom.name]
    if len(atom.parts) != len(shape.arguments):
        yield Problem(
            f"{atom.name} has {plural(len(atom.parts), 'argument')}, not {len(shape.arguments)}",
            hint=f"write {shape.usage}",
        )
        return
    for (name, kind), argument in zip(shape.arguments, atom.parts, strict=True):
        for each in argument.alternatives():
            if each.kind in ("constant", "number", "text", "function", "limit") and not _fits(kind, each):
                text = str(each) if len(str(each)) < 60 else f"{str(each)[:60]}..."
                yield Problem(
                    f"{atom.name}: {name} is {text}, not {_NOT[kind]}", hint=_WRITE.get(kind, f"write {shape.usage}")
                )


def _fits(kind: str, term: Term) -> bool:
    number = term.number
    if kind == "term":
        return term.kind in ("constant", "function")
    if kind == "effect":
        said = term.name in ("none", "elsewhere")
        return [each.kind for each in term.parts] == ["text"] if said else term.kind == "constant"
    if kind == "address":
        return term.kind == "text" and re.fullmatch(r"https://[^\s\"'<>\\]+", str(term.value)) is not None
    if kind == "amount":
        return term.kind in ("number", "text")
    if kind == "value":
        return term.kind in ("constant", "number", "text")
    if kind == "attribute":
        return term.kind == "constant" or (term.name == OF and len(term.parts) in (2, 3))
    if kind == "name":
        return term.kind == "constant"
    if kind == "first_day" and term.is_named("unknown"):
        return True
    if kind in ("day", "first_day"):
        return number is not None and date_of(number) is not None
    if kind == "month":
        return number is not None and date_of(number * 100 + 1) is not None
    return term.kind == kind
