"""The edits that ``kb/house/edits.lp`` declares for one finding of one policy.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load().only("nia")
    >>> found = declared(PolicyText.of(kb, "nia"), "conflict", ("n23", "n28"))
    >>> [str(each) for each in found.edits if each.kind == "state_precedence"]
    ['state_precedence(n23,n28)', 'state_precedence(n28,n23)']
    >>> found.most
    2

Which edits there are is said in the language of the knowledge base; here the file gets what it asks for as facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from payerlogic.consistency.rule_part import RulePart, written_as
from payerlogic.program.checks.house_rules import derived
from payerlogic.program.files import COMPARED
from payerlogic.program.grounding import plain
from payerlogic.program.records import GIVEN
from payerlogic.program.rule_index import Heads, fits, is_open
from payerlogic.program.source_files import ParsedStatement
from payerlogic.program.statements import SIGNS, Literal, Term, WrittenRule
from payerlogic.semantics.model import Model

EDITION = "in_force"
KEPT = ("reading", EDITION, GIVEN)
"""Conditions that say for which meaning, edition or record a rule is: without them it would be another rule."""


@dataclass(frozen=True)
class PolicyEdit:
    """One edit: its kind and arguments as ``edits.lp`` has them. Rules are numbered within the file of the policy."""

    kind: str
    arguments: tuple[str | int, ...]
    cost: int = 0

    def __str__(self) -> str:
        return f"{self.kind}({','.join(map(str, self.arguments))})"

    @property
    def at(self) -> tuple[str | int, ...]:
        """What it changes: two edits that change the same are not made together."""
        if self.kind in ("drop_condition", "move_threshold", "strike_condition"):
            return ("condition", *self.arguments[:2])
        if self.kind == "state_precedence":
            return ("pair", *sorted(map(str, self.arguments)))
        if self.kind == "read_as":
            return (self.kind, self.arguments[0])
        return (self.kind, *self.arguments)


@dataclass(frozen=True)
class PolicyText:
    """The rules of a policy's file, by number."""

    model: Model
    policy: str
    statements: tuple[ParsedStatement, ...]

    @classmethod
    def of(cls, model: Model, policy: str) -> PolicyText:
        own = (each for each in model.program.statements if each.file.policy == policy)
        return cls(model, policy, tuple(own))

    def concluding(self, wanted: Term) -> list[int]:
        """The numbers of the rules that can conclude an atom."""
        return [
            number
            for number, each in enumerate(self.statements)
            if each.rule is not None and each.rule.body and any(_meets(head, wanted) for head in each.rule.heads)
        ]

    def concluding_text(self, atom: str) -> list[int]:
        """The same for an atom as clingo writes it."""
        found = {id(each) for each in self._heads.concluding(atom)}
        return [n for n, each in enumerate(self.statements) if id(each) in found and each.rule and each.rule.body]

    @cached_property
    def _heads(self) -> Heads:
        return Heads(self.model.program)

    def number_of(self, part: RulePart) -> int | None:
        """The number of the rule that a finding is about; its place decides where two rules would do."""
        concluding = [(n, self.statements[n]) for n in self.concluding_text(part.concludes)]
        here = [each for _, each in concluding if (each.file.name, each.line) == (part.file, part.line)]
        here = [each for each in here if each.node.location.begin.column == part.column]
        found = written_as(here, part.body) or written_as((each for _, each in concluding), part.body)
        return next((n for n, each in concluding if each is found), None)

    def says_again(self, number: int) -> bool:
        """Whether a rule says, for something that it lists, what another one says: then either could go, though to the
        solver they are one."""
        mine = self.statements[number].rule
        if mine is None:
            return False
        others = (each.rule for n, each in enumerate(self.statements) if n != number)
        own = _written_out(mine)
        return any(other is not None and other.heads == mine.heads and own & _written_out(other) for other in others)

    def used_by(self, clause: str) -> list[int]:
        """The rules by which a clause is met, and those of what it asks for, other clauses apart."""
        start = Term("function", "met", (Term("constant", self.policy), Term("constant", clause)))
        found: dict[int, None] = {}
        stack, seen = [start], {start}
        while stack:
            for number in self.concluding(stack.pop()):
                found[number] = None
                rule = self.statements[number].rule
                for atom in rule.atoms() if rule is not None else ():
                    if atom.name != "met" and atom not in seen:
                        seen.add(atom)
                        stack.append(atom)
        return sorted(found)

    def conditions(self, number: int) -> tuple[Literal, ...]:
        rule = self.statements[number].rule
        return rule.body if rule is not None else ()

    def droppable(self, number: int) -> list[int]:
        """The conditions without which the rule still says what each of its variables is."""
        rule = self.statements[number].rule
        assert rule is not None, "only rules have conditions"
        found = []
        for at, literal in enumerate(rule.body):
            others = [each for place, each in enumerate(rule.body) if place != at]
            elsewhere = {name for head in rule.heads for name in head.variables()}.union(*map(_variables, others))
            bound = set[str]().union(*(_variables(each) for each in others if each.atom is not None and not each.sign))
            if (_variables(literal) & elsewhere) <= bound:
                found.append(at)
        return found

    def concludes(self, number: int, name: str, clause: str) -> bool:
        """Whether a rule with conditions concludes an atom of a clause."""
        rule = self.statements[number].rule
        return (
            rule is not None
            and bool(rule.body)
            and any(each.is_named(name, self.policy, clause) for each in rule.heads)
        )

    def excludable(self, number: int) -> list[int]:
        """The conditions whose failing another rule can ask for: a fact, a comparison or a criterion, by its name."""
        return [
            at
            for at, literal in enumerate(self.conditions(number))
            if literal.atom is not None
            and not literal.sign
            and literal.atom.name not in (*KEPT, "met")
            and all(each.kind not in ("variable", "pool") for each in literal.atom.walk())
        ]

    def compared(self, number: int) -> Iterator[tuple[int, str, int]]:
        """The conditions of a rule that compare with a whole number."""
        for at, literal in enumerate(self.conditions(number)):
            atom = literal.atom
            if atom is None or atom.name not in COMPARED or len(atom.parts) != 2:
                continue
            name, bound = atom.parts[0].constant, atom.parts[1].number
            if name is not None and bound is not None and self.model.vocabulary[name].type == "integer":
                yield at, name, bound


def _written_out(rule: WrittenRule) -> set[tuple[str, ...]]:
    """The conditions of a rule, for each combination of what they list."""
    return {tuple(sorted(body)) for body in product(*([*_each_listed(literal)] for literal in rule.body))}


def _each_listed(literal: Literal) -> Iterator[str]:
    if literal.atom is None:
        yield str(literal)
        return
    for atom in literal.atom.alternatives():
        for parts in product(*(part.alternatives() for part in atom.parts)):
            yield f"{SIGNS[literal.sign]}{Term(atom.kind, atom.name, parts)}"


def _meets(head: Term, wanted: Term) -> bool:
    """Whether a head and an atom of a body can be the same."""
    if head.key != wanted.key:
        return False
    return all(
        is_open(other) or any(fits(one, each) for each in other.alternatives())
        for one, other in zip(head.parts, wanted.parts, strict=True)
    )


def _variables(literal: Literal) -> set[str]:
    terms = [*literal.atoms(), *literal.terms()]
    return {name for each in terms for name in each.variables() if name != "_"}


@dataclass(frozen=True)
class DeclaredEdits:
    """The edits that may be made, and how many together."""

    edits: tuple[PolicyEdit, ...]
    most: int


def declared(
    text: PolicyText,
    finding: str,
    about: Iterable[str],
    *,
    part: RulePart | None = None,
    refusing: Iterable[str] = (),
    beside: PolicyText | None = None,
    meanings: Mapping[str, Sequence[str]] | None = None,
) -> DeclaredEdits:
    """What is declared for a finding of this kind about these clauses.

    ``part`` is the rule that it is about, ``refusing`` the clauses that stand against these, ``beside``
    the policy that it is measured by, ``meanings`` the other options of the readings on which it depends.
    """
    facts = [
        *_facts(text, finding, tuple(about), part, meanings or {}),
        *(f"refuses({each})." for each in refusing),
        *(_measures(beside) if beside is not None else ()),
    ]
    found = derived("edits.lp", facts, ("edit", 1), ("most", 2), ("cost", 2), ("foremost", 1))
    cost = {each.arguments[0].name: each.arguments[1].number for each in found["cost"]}
    foremost = {str(atom.arguments[0]) for atom in found["foremost"]}
    edits = [
        PolicyEdit(
            each.name,
            tuple(plain(argument) for argument in each.arguments),
            0 if str(each) in foremost else cost.get(each.name, 1),
        )
        for each in (atom.arguments[0] for atom in found["edit"])
    ]
    allowed = ((each.arguments[0].name, each.arguments[1].number) for each in found["most"])
    most = max((number for kind, number in allowed if kind == finding), default=0)
    return DeclaredEdits(
        tuple(sorted(edits, key=lambda each: (each.cost, each.kind, list(map(str, each.arguments))))), most
    )


def _facts(
    text: PolicyText,
    finding: str,
    about: tuple[str, ...],
    part: RulePart | None,
    meanings: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    yield f"finding({finding})."
    clauses, vocabulary = text.model.catalog.policies[text.policy].clauses, text.model.vocabulary
    rules: dict[int, None] = {}
    for name in about:
        yield f"about({name})."
        yield from (f"concludes({name},{each})." for each in clauses[name].classes)
        used = text.used_by(name)
        rules |= dict.fromkeys(used)
        yield from (f"used_by({name},{number})." for number in used)
        for number in (n for n in used if text.concludes(n, "met", name)):
            yield f"met_by({name},{number})."
            yield from (f"can_fail({number},{at})." for at in text.excludable(number))
    for number in text.concluding_text(part.concludes) if part is not None else ():
        rules[number] = None
        yield f"lies_in({number})."
    if part is not None:
        yield from _named_facts(text, part)
    for number in rules:
        for at in text.droppable(number):
            atom_there = text.conditions(number)[at].atom
            name = atom_there.name if atom_there is not None else ""
            if name == EDITION or name not in KEPT:
                yield f"{'edition' if name == EDITION else 'condition'}({number},{at})."
        yield from (f"choice({number},{at})." for at in range(len(choices(text.statements[number]))))
        for at, name, bound in text.compared(number):
            yield f"compares({number},{at},{name},{bound})."
            yield f"within({name},{vocabulary[name].least},{vocabulary[name].greatest})."
    for reading, options in meanings.items():
        yield from (f"meaning({reading},{option})." for option in options)


def _named_facts(text: PolicyText, part: RulePart) -> Iterator[str]:
    """Which rule, condition or listed value the finding itself names."""
    number = text.number_of(part)
    if number is None:
        return
    yield f"names({number})."
    for at, literal in enumerate(text.conditions(number)):
        if part.names(literal):
            yield f"names_condition({number},{at})."
    for index, (at, left) in enumerate(choices(text.statements[number])):
        whole = text.conditions(number)[at].atom
        if not part.condition and whole is not None and part.asks(whole) and not part.asks(left):
            yield f"names_choice({number},{index})."


def _measures(base: PolicyText) -> Iterator[str]:
    """The numbers with which another policy compares."""
    for number in range(len(base.statements)):
        yield from (f"base_compares({name},{bound})." for _, name, bound in base.compared(number))


def choices(statement: ParsedStatement) -> list[tuple[int, Term]]:
    """What a rule lists in a condition: the place of the condition, and the atom with one of the listed left out."""
    found = []
    for at, literal in enumerate(statement.rule.body if statement.rule is not None else ()):
        if literal.atom is None or literal.sign:
            continue
        for place, part in enumerate(literal.atom.parts):
            options = [*part.alternatives()]
            for index in range(len(options) if len(options) > 1 else 0):
                kept = Term("pool", parts=tuple(options[:index] + options[index + 1 :]))
                parts = (*literal.atom.parts[:place], kept, *literal.atom.parts[place + 1 :])
                found.append((at, Term("function", literal.atom.name, parts)))
    return found
