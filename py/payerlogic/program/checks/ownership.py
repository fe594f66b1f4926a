"""Who may define and use which predicate, so that no policy can touch another, the core or an axiom.

    >>> from payerlogic.program.files import Program, shipped_folder
    >>> owners = Owners(Program.read(shipped_folder()))
    >>> owners.of(Term("function", "site_reference", (Term("constant", "nia"),)))
    'nia'

Whatever a policy defines has the policy as its first argument: the predicates of the core such as
``met(nia, n26)``, its criteria, ``criterion(nia, recurrent)``, and predicates of its own,
``site_reference(nia, n09)``. So who owns an atom is one comparison, whatever policies are called. What the shared
files name is the core's.
Which predicates of the core speak of one policy is read from the shared rules themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from payerlogic.errors import Problem, nearest
from payerlogic.program.checks.schema import SHAPES
from payerlogic.program.files import Program
from payerlogic.program.grounding import Term as Symbol
from payerlogic.program.records import declared_as
from payerlogic.program.source_files import ParsedStatement, SourceFile
from payerlogic.program.statements import Literal, Term, WrittenRule
from payerlogic.text.phrases import plural
from payerlogic.text.scalars import decimal_number

SHARED_THING = "every_payer"
# What has a label of its policy's own; readings and presumptions have theirs by name.
LABELED = frozenset(["criterion", "advisory", "limit"])
POLICY_NAME = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset(["not", "default", "override", SHARED_THING])
# What every policy may ask of a case; each names its attribute or reading.
ASKED = frozenset(["case", "at_least", "at_most", "reading"])
_ADVICE = {
    "case": "a case states its own facts: define a criterion, as in criterion({policy}, some_name) :- case(...)",
    "at_least": "ask it of the case: met(...) :- at_least(Attribute, Number)",
    "at_most": "ask it of the case: met(...) :- at_most(Attribute, Number)",
    "determination": "a policy concludes through clauses: write clause, met and concludes",
    "stands": "a clause stands when it is met and nothing overrides it: write met and prevails",
    "defeated": "write prevails(Policy, Clause, Other)",
    "reading": "declare ambiguity(...) and its option(...)s",
    "presume": "declare presumption(...)",
    "in_force": "write version(Policy, FirstDay, Title)",
    "superseded": "write version(Policy, FirstDay, Title)",
    "listed_code": "write code({policy}, {code})",
    "impossible": "axioms hold for every policy: they belong in vocabulary/",
    "axiom": "axioms hold for every policy: they belong in vocabulary/",
    "class": "classes are the same for every policy of a service: they belong in core/outcomes.lp or in services/",
    "outcome": "outcomes are the same for every service: they belong in core/outcomes.lp",
}
_OF_THE_VOCABULARY = frozenset(name for name, shape in SHAPES.items() if shape.owner == "shared") | {"member"}


class Owners:
    """Who owns the predicates of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.policies = {file.policy for file in (*program.files, *program.unread) if file.policy is not None}
        self._shared = [each.rule for each in program.statements if each.rule and not each.file.is_policy]

    @cached_property
    def core(self) -> frozenset[str]:
        """Every name that a shared file gives a predicate, and those that the engine reads."""
        heads = {head.name for rule in self._shared for head in rule.heads}
        return frozenset(heads | SHAPES.keys() | ASKED | _ADVICE.keys())

    def of(self, atom: Term) -> str | None:
        """The policy that owns an atom of its own making; None for one of the core, or of nobody."""
        first = atom.parts[0].constant if atom.parts else None
        return first if atom.name not in self.core and first in self.policies else None

    def writes(self, policy: str, symbol: Symbol) -> bool:
        """Whether a ground atom is of the policy's own making: a criterion, or a predicate that only it knows."""
        own = symbol.name == "criterion" or symbol.name not in self.core
        return own and bool(symbol.arguments) and str(symbol.arguments[0]) == policy

    @cached_property
    def of_one_policy(self) -> frozenset[str]:
        """The predicates of the core whose first argument is a policy: of the table, and derived from such alone."""
        found = {name for name, shape in SHAPES.items() if shape.owner == "policy"}
        things = {name for name, shape in SHAPES.items() if shape.owner == "thing"}
        grown = True
        while grown:
            fresh = {
                head.name
                for rule in self._shared
                for head in rule.heads
                if head.name not in found | things and head.parts and head.parts[0].kind == "variable"
                if any(atom.parts and atom.parts[0] == head.parts[0] for atom in _positive(rule) if atom.name in found)
            }
            found |= fresh
            grown = bool(fresh)
        return frozenset(found)

    @cached_property
    def of_all_policies(self) -> frozenset[str]:
        """The predicates of the core that mix what several policies define: no policy may build on them."""
        found = {name for name, shape in SHAPES.items() if shape.owner in ("thing", "payer")}
        grown = True
        while grown:
            fresh = {
                head.name
                for rule in self._shared
                for head in rule.heads
                if head.name not in found | self.of_one_policy | ASKED
                if any(atom.name in found or atom.name in self.of_one_policy for atom in rule.atoms())
            }
            found |= fresh
            grown = bool(fresh)
        return frozenset(found)

    # --- Files ---------------------------------------------------------------------------------------

    def name_problems(self, file: SourceFile) -> Iterator[Problem]:
        """A policy's name has to be a plain one, and none that the core uses."""
        policy, where = file.policy, str(file.path)
        if policy is None:
            return
        if not POLICY_NAME.fullmatch(policy):
            hint = "use small letters, digits and _, the first a letter: the name stands in the rules"
            yield Problem(f"a policy cannot be called {policy!r}", where, hint)
        elif policy in self.core | RESERVED:
            hint = f"the shared files use this name: call the file, and the policy in it, {policy}_policy, say"
            yield Problem(f"a policy cannot be called {policy!r}", where, hint)

    # --- Heads ---------------------------------------------------------------------------------------

    def head_problems(self, statement: ParsedStatement, atom: Term) -> Iterator[Problem]:
        """Whether a policy file may define ``atom``."""
        policy = statement.file.policy or ""
        shape = SHAPES.get(atom.name)
        owner = self.of(atom)
        first = atom.parts[0] if atom.parts else None
        if owner == policy or (shape is not None and shape.owner == "payer"):
            return
        if shape is not None and shape.owner == "policy":
            if atom.key[1] == 0 or first is None or first.constant != policy:
                hint = f"the first argument has to be {policy}"
                yield Problem(f"{atom.name} speaks of {first}, not of {policy}", statement.where, hint)
        elif shape is not None and shape.owner == "thing":
            yield from self._thing(statement, atom, policy)
        else:
            yield Problem(
                f"{atom.name}/{len(atom.parts)} is not a policy's to define",
                statement.where,
                self._advice(atom.name, owner, policy),
            )

    def _thing(self, statement: ParsedStatement, atom: Term, policy: str) -> Iterator[Problem]:
        """Labels, options and presumptions name outright what they are about."""
        for first in atom.parts[0].alternatives() if atom.parts else ():
            if atom.name == "label" and first.kind == "function":
                owner = first.parts[0].constant if first.name in LABELED else self.of(first)
                if owner != policy:
                    whose = owner or ("the shared files" if first.name in self.core else "nobody")
                    yield Problem(f"label of {first}, which belongs to {whose}", statement.where)
            elif first.kind != "constant" and atom.name != "presumption":
                hint = f"write its name: {SHAPES[atom.name].usage}"
                yield Problem(f"{atom.name} of {first}, which could be anything", statement.where, hint)

    def _advice(self, name: str, owner: str | None, policy: str) -> str:
        if owner is not None:
            return f"it belongs to {owner}: its first argument has to be {policy}"
        if name in _ADVICE:
            return _ADVICE[name].format(policy=policy, code=self._code)
        if name in _OF_THE_VOCABULARY | self._program.offered:
            return "facts of a case are declared once, for every policy, in vocabulary/; a policy asks case(...)"
        if name in self.core:
            return f"the shared files define it; define criterion({policy}, ...)"
        close = nearest(name, SHAPES) if any(name in each or each in name for each in SHAPES) else ""
        return close or f"write criterion({policy}, {name}), or {name}({policy}, ...)"

    @property
    def _code(self) -> str:
        """A code of the service, as an example: the first that its vocabulary lists."""
        facts = [head for rule in self._shared for head in rule.heads]
        lists = {str(head.parts[0]) for head in facts if head.key == ("code_list", 1)}
        values = [head.parts for head in facts if head.key == ("value", 4) and str(head.parts[0]) in lists]
        ranked = sorted(values, key=lambda each: each[1].number or 0)
        return next((str(code) for _, _, code, _ in ranked), '"..."')

    # --- Bodies --------------------------------------------------------------------------------------

    def body_problems(self, statement: ParsedStatement, rule: WrittenRule) -> Iterator[Problem]:
        """Whether a policy file asks only for the case, the core and what is its own."""
        policy = statement.file.policy or ""
        for atom in rule.atoms():
            first = atom.parts[0] if atom.parts else Term("constant")
            owner = first.constant if atom.is_named("criterion") and first.constant in self.policies else self.of(atom)
            if owner is not None and owner != policy:
                hint = (
                    f"a policy builds on the facts of the case and on its own criteria: define criterion({policy}, ...)"
                )
                yield Problem(f"{atom} belongs to {owner}", statement.where, hint)
            elif atom.name in ASKED:
                yield from (problem.at(statement.where) for problem in _asked(atom, rule, self._program.types))
            elif atom.name in self.of_one_policy:
                if first.constant != policy:
                    hint = f"the first argument has to be {policy}"
                    yield Problem(f"{atom} asks of {first}, not of {policy}", statement.where, hint)
            elif atom.name in self.of_all_policies:
                hint = "it mixes what all policies declare: ask case(...), at_least(...), at_most(...) or reading(...)"
                yield Problem(f"a policy cannot ask for {atom.name}", statement.where, hint)

    def shared_problems(self, statement: ParsedStatement, rule: WrittenRule) -> Iterator[Problem]:
        """The shared files speak of no policy by name."""
        for atom in (*rule.heads, *rule.atoms()):
            named = (
                {part.constant for part in atom.parts[:1]} & self.policies if atom.name in self.of_one_policy else ()
            )
            whose = self.of(atom) or next(iter(named), None)
            if whose is not None:
                hint = f"the shared files hold for every policy: write this in {whose}.lp"
                yield Problem(f"{atom} speaks of {whose}", statement.where, hint)


def _positive(rule: WrittenRule) -> Iterator[Term]:
    return (literal.atom for literal in rule.body if literal.atom is not None and literal.sign == 0)


def _asked(atom: Term, rule: WrittenRule, types: Mapping[str, str]) -> Iterator[Problem]:
    """What is asked of a case names its attribute, and the number that it is compared with is one that stands."""
    if len(atom.parts) != 2:
        yield Problem(f"{atom.name} has {plural(len(atom.parts), 'argument')}, not 2")
        return
    first, second = atom.parts
    if any(declared_as(each) is None for each in first.alternatives()):
        what = "reading" if atom.name == "reading" else "attribute"
        yield Problem(f"{atom} names no {what}", hint=f"write out which {what} is meant")
    if atom.name not in ("at_least", "at_most"):
        return
    for number in second.alternatives():
        named = [str(declared_as(each)) for each in first.alternatives()]
        is_decimal = number.kind == "text" and all(types.get(each) == "decimal" for each in named)
        unknown = [each for each in named if each not in types] if number.kind == "text" else []
        if unknown and decimal_number(number.value) is not None:
            hint = nearest(unknown[0], [each for each, type_ in types.items() if type_ == "decimal"])
            yield Problem(f"unknown attribute {unknown[0]!r}", hint=hint)
        elif number.kind not in ("number", "variable") and not is_decimal:
            whole = number.kind == "text" and decimal_number(number.value) is not None
            hint = "a whole number stands without quotes; a decimal has an attribute of type decimal, with places(...)"
            yield Problem(f"{atom} is not compared with a number", hint=hint if whole else "write the number itself")
        elif number.kind == "variable" and not any(_binds(each, number) for each in rule.body):
            hint = "the numbers that other policies compare with would count, too: write the number itself"
            yield Problem(f"{atom} compares with any number", hint=hint)


def _binds(literal: Literal, variable: Term) -> bool:
    atom = literal.atom
    return atom is not None and not literal.sign and atom.name not in ASKED and variable in atom.parts
