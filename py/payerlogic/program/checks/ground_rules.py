"""What is wrong with a knowledge base that only its ground program shows.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> audit(kb.ground, kb.graph, kb.catalog, kb.vocabulary)
[]
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from payerlogic.errors import Problem
from payerlogic.program.catalog import Catalog, Policy
from payerlogic.program.checks.house_rules import house_problems
from payerlogic.program.checks.precedence import circles
from payerlogic.program.checks.references import unknown_names
from payerlogic.program.checks.schema import SHAPES
from payerlogic.program.checks.thresholds import number_problems
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.rule_index import Argument, Heads
from payerlogic.program.vocabulary import Vocabulary


def audit(ground: GroundProgram, graph: ConditionGraph, catalog: Catalog, vocabulary: Vocabulary) -> list[Problem]:
    """Clauses without title, rule or citation; citations of nothing; unlabelled criteria; values outside
    of the vocabulary; numbers without a bound; policies that are not in the file of their name."""
    check = _Audit(ground, graph, catalog, vocabulary)
    problems = [*check.files(), *house_problems(ground)]
    for policy in catalog.policies.values():
        problems += check.precedence(policy)
    problems += [*check.labels(), *check.presumptions()]
    problems += number_problems(ground, vocabulary)
    problems += unknown_names(ground.program, catalog, vocabulary)
    return problems or list(check.criteria())  # a misspelled value is reason enough


class _Audit:
    def __init__(self, ground: GroundProgram, graph: ConditionGraph, catalog: Catalog, vocabulary: Vocabulary) -> None:
        self.ground = ground
        self.graph = graph
        self.catalog = catalog
        self.vocabulary = vocabulary

    @cached_property
    def _heads(self) -> Heads:
        return Heads(self.ground.program)

    def at(self, policy: str, *head: Argument) -> str:
        """Where an atom with this name and these first arguments is stated; else the policy's file."""
        name, *arguments = head
        file = next((str(file.path) for file in self.ground.program.files if file.policy == policy), policy)
        return self._heads.place(str(name), *arguments) or file

    def _concluding(self, atom: str) -> str:
        return next((each.where for each in self._heads.concluding(atom)), "")

    def files(self) -> Iterator[Problem]:
        for file in self.ground.program.files:
            if file.is_policy and file.policy not in self.catalog.policies:
                what = f"no policy({file.policy}, Payer, Service, Document, Title)"
                yield Problem(what, str(file.path), "a policy is named like its file")
        service = self.ground.program.service
        for policy in self.catalog.policies.values() if service else ():
            if policy.service != service:
                what = f"policy {policy.id} is of {policy.service!r}, and not found to be"
                hint = "write policy(Policy, Payer, Service, ...) once, with plain names"
                yield Problem(what, self.at(policy.id, "policy", policy.id), hint)

    def precedence(self, policy: Policy) -> Iterator[Problem]:
        """No clause overrides itself, directly or through others: all of them would fall, and nothing would stand."""
        for circle in circles(self.ground, policy.id):
            where = self.at(policy.id, "prevails", policy.id, circle[-2], circle[-1])
            what = f"precedence runs in a circle: {' over '.join(circle)}"
            yield Problem(what, where, "none of them would stand: leave one out")

    def criteria(self) -> Iterator[Problem]:
        """A criterion has a rule that some case can meet: asked for, one without would silently never hold."""
        possible = {str(symbol) for symbol in self.ground.atom_of}
        possible |= {str(symbol) for symbols in self.ground.true_symbols.values() for symbol in symbols}
        seen: set[str] = set()
        for statement in self.ground.program.statements:
            for head in statement.rule.heads if statement.rule and statement.file.is_policy else ():
                plain = all(each.kind in ("constant", "function", "number", "text") for each in head.walk())
                if plain and head.name not in SHAPES.keys() - {"criterion"} and str(head) not in possible | seen:
                    seen.add(str(head))
                    hint = "its conditions rule each other out, or it rests on itself alone"
                    yield Problem(f"{head} can never hold: no rule for it fires", statement.where, hint)

    def labels(self) -> Iterator[Problem]:
        """Every criterion that an explanation can show has words for people."""
        shown = self.graph.cone(
            atom
            for name, arity in (("determination", 2), ("advisory", 2), ("limit", 2))
            for atom, _ in self.ground.atoms(name, arity)
        )
        for atom in sorted(shown):
            symbol = self.ground.symbol_of.get(atom)
            if symbol is not None and symbol.name == "criterion" and str(symbol) not in self.catalog.labels:
                where = self._concluding(str(symbol))
                yield Problem(f"{symbol} has no label", where, f'add: label({symbol}, "...").')

    def presumptions(self) -> Iterator[Problem]:
        """What is presumed of an attribute is one of its values."""
        for presumption in self.catalog.presumptions:
            attribute, value = self.vocabulary.get(presumption.attribute), presumption.value
            if attribute is None or value is None or (attribute.type == "date" and value == "today"):
                continue
            if attribute.read(value).value is None:
                place = self.at(presumption.policy, "presumed_value", presumption.id)
                what = f"presumed_value: unknown value {value!r} of {attribute.name}"
                yield Problem(what, place, f"it takes {attribute.values_in_words}")
