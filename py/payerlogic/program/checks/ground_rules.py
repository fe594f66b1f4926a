"""What is wrong with a knowledge base that only its ground program shows.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> audit(kb.ground, kb.graph, kb.catalog, kb.vocabulary)
[]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from payerlogic.errors import Problem, nearest
from payerlogic.program.catalog import EVERY_PAYER, Catalog, Policy
from payerlogic.program.checks.precedence import circles
from payerlogic.program.checks.references import unknown_names
from payerlogic.program.checks.thresholds import number_problems
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.grounding import GroundProgram
from payerlogic.program.rule_index import Argument, Heads
from payerlogic.program.vocabulary import Vocabulary

OF_A_CLAUSE = (("concludes", 3), ("otherwise", 2), ("indication", 2), ("gate", 3))


def audit(ground: GroundProgram, graph: ConditionGraph, catalog: Catalog, vocabulary: Vocabulary) -> list[Problem]:
    """Clauses without title, rule or citation; citations of nothing; unlabelled criteria; values outside
    of the vocabulary; numbers without a bound; policies that are not in the file of their name."""
    check = _Audit(ground, graph, catalog, vocabulary)
    problems = list(check.files())
    for policy in catalog.policies.values():
        problems += [*check.clauses(policy), *check.once(policy), *check.precedence(policy)]
    problems += [*check.labels(), *check.readings(), *check.presumptions()]
    problems += number_problems(ground, vocabulary)
    problems += unknown_names(ground.program, catalog, vocabulary)
    return problems


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
        for policy, count in Counter(row[0] for row in self.ground.rows("policy", 5)).items():
            if count > 1:
                where = self.at(str(policy), "policy", policy)
                yield Problem(f"policy {policy} is declared twice", where, "a policy has one title and one payer")
        yield from self._payers()

    def _payers(self) -> Iterator[Problem]:
        """A policy belongs to a payer with one name, and to a service line."""
        names: dict[str, list[str]] = {}
        for payer, name in self.ground.rows("payer", 2):
            names.setdefault(str(payer), []).append(str(name))
        services = [str(name) for name, _ in self.ground.rows("service", 2)]
        for policy in self.catalog.policies.values():
            where = self.at(policy.id, "policy", policy.id)
            if len(names.get(policy.payer_id, [])) > 1:
                yield Problem(f"payer {policy.payer_id} has two names", where, "write one name in all of its files")
            elif policy.payer_id not in names:
                hint = nearest(policy.payer_id, names) or f'add: payer({policy.payer_id}, "name").'
                yield Problem(f"unknown payer {policy.payer_id!r}", where, hint)
            if policy.service not in services:
                yield Problem(f"unknown service {policy.service!r}", where, nearest(policy.service, services))

    def clauses(self, policy: Policy) -> Iterator[Problem]:
        ground = self.ground
        met = {clause for (clause,) in ground.instances("met", 2, policy.id)}
        for clause in policy.clauses.values():
            where = self.at(policy.id, "clause", policy.id, clause.id)
            if clause.id not in met:
                yield Problem(f"clause {clause.id} can never be met: no rule for it fires", where)
            if not clause.statements:
                hint = f"add: cites({policy.id}, {clause.id}, ...)."
                yield Problem(f"clause {clause.id} cites no statement", where, hint)
        for name in sorted(met - policy.clauses.keys()):
            where = self.at(policy.id, "met", policy.id, name)
            yield Problem(f"met({policy.id}, {name}) without a clause", where, nearest(name, policy.clauses))
        for name, arity in OF_A_CLAUSE:
            place = 1 if name == "gate" else 0
            for row in ground.instances(name, arity, policy.id):
                if row[place] not in policy.clauses:
                    where = self._concluding(f"{name}({','.join((policy.id, *row))})")
                    hint = nearest(row[place], policy.clauses)
                    yield Problem(f"{name}({', '.join((policy.id, *row))}) without a clause", where, hint)
        for thing, ids in policy.cites.items():
            for id_ in ids:
                if id_ not in policy.statements:
                    where = self._cited(policy.id, thing, id_)
                    what = f"{thing} cites statement {id_!r}, which is not there"
                    yield Problem(what, where, nearest(id_, policy.statements))

    def _cited(self, policy: str, thing: str, id_: str) -> str:
        statements = self._heads.concluding(f'cites({policy},{thing},"{id_}")')
        return statements[0].where if statements else self.at(policy, "cites", policy)

    def once(self, policy: Policy) -> Iterator[Problem]:
        """One entry for each statement, one title for each clause, one gate for each rank, one edition a day."""
        about = self.ground.about
        for name, arity, place, what in (
            ("statement", 6, 0, "statement {} has more than one entry"),
            ("version", 3, 0, "two versions begin on {}"),
            ("clause", 3, 0, "clause {} has two titles"),
            ("clause", 3, 1, "two clauses are called {!r}"),
            ("gate", 3, 1, "gate {} has two ranks"),
        ):
            values = Counter(row[place] for row in about(name, arity, policy.id))
            for value in (value for value, count in values.items() if count > 1):
                first = value if place == 0 else None
                yield Problem(what.format(value), self.at(policy.id, name, policy.id, first), "one of each")
        ranks: dict[int, list[str]] = {}
        for rank, clause in about("gate", 3, policy.id):
            ranks.setdefault(int(rank), []).append(str(clause))
        for rank, names in ranks.items():
            if len(names) > 1:
                where = self._concluding(f"gate({policy.id},{rank},{names[-1]})")
                yield Problem(f"gates {', '.join(names)} share rank {rank}", where, "neither comes first")

    def precedence(self, policy: Policy) -> Iterator[Problem]:
        """No clause overrides itself, directly or through others: all of them would fall, and nothing would stand."""
        for circle in circles(self.ground, policy.id):
            where = self.at(policy.id, "prevails", policy.id, circle[-2], circle[-1])
            what = f"precedence runs in a circle: {' over '.join(circle)}"
            yield Problem(what, where, "none of them would stand: leave one out")

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
                yield Problem(f"criterion {symbol} has no label", where, f'add: label({symbol}, "...").')
        for name in ("advisory", "limit"):
            for symbol in (*(symbol for _, symbol in self.ground.atoms(name, 2)), *self.ground.facts(name, 2)):
                if not {str(symbol), str(symbol.arguments[1])} & self.catalog.labels.keys():
                    where = self._concluding(str(symbol))
                    yield Problem(f"{symbol} has no label", where, f'add: label({symbol}, "...").')

    def readings(self) -> Iterator[Problem]:
        """Each has options, the first of which is the default."""
        declared = {str(reading): str(policy) for policy, reading, _, _ in self.ground.rows("ambiguity", 4)}
        options: dict[str, list[tuple[int, str]]] = {}
        for reading, rank, name, _ in self.ground.rows("option", 4):
            options.setdefault(str(reading), []).append((int(rank), str(name)))
        for reading, policy in declared.items():
            where, own = self.at(policy, "ambiguity", policy, reading), options.get(reading, [])
            ranks, names = [rank for rank, _ in own], [name for _, name in own]
            if len(set(names)) < 2:
                hint = f'add: option({reading}, 1, some_name, "what it means").'
                yield Problem(f"{reading} has {len(set(names))} options, where it takes two", where, hint)
            elif len(ranks) != len(set(ranks)):
                yield Problem(f"two options of {reading} share a rank", where, "the option of rank 1 is the default")
            elif len(names) != len(set(names)):
                yield Problem(f"two options of {reading} share a name", where)
            elif min(ranks) != 1:
                yield Problem(f"no option of {reading} has rank 1", where, "the option of rank 1 is the default")
        for reading in sorted(options.keys() - declared.keys()):
            where = self.at("", "option", reading)
            yield Problem(f"option of an unknown reading {reading!r}", where, nearest(reading, declared))

    def presumptions(self) -> Iterator[Problem]:
        names = [presumption.id for presumption in self.catalog.presumptions]
        for presumption in self.catalog.presumptions:
            where = self.at(presumption.policy, "presumption", None, presumption.id)
            if presumption.policy != EVERY_PAYER and presumption.policy not in self.catalog.policies:
                yield Problem(f"presumption {presumption.id} is of {presumption.policy!r}, which is no policy", where)
            if presumption.attribute not in self.vocabulary:
                continue  # said by names, with the nearest right one
            attribute = self.vocabulary[presumption.attribute]
            holds = self.ground.instances("presumption_holds", 1, presumption.id)
            if presumption.value is None and not holds:
                hint = f"add: presumed_value({presumption.id}, ...). or a rule for presumption_holds({presumption.id})"
                yield Problem(f"presumption {presumption.id} presumes nothing", where, hint)
            elif presumption.value is not None and not (attribute.type == "date" and presumption.value == "today"):
                reading = attribute.read(presumption.value)
                if reading.value is None:
                    place = self.at(presumption.policy, "presumed_value", presumption.id)
                    what = f"presumed_value: unknown value {presumption.value!r} of {attribute.name}"
                    yield Problem(what, place, f"it takes {attribute.values_in_words}")
        for name in ("presumed_value", "presumption_needs", "gives_way", "presumption_holds"):
            for symbol in self.ground.atoms_of(name):
                if str(symbol.arguments[0]) not in names:
                    where = self._concluding(str(symbol))
                    what = f"{name} of an unknown presumption {symbol.arguments[0]}"
                    yield Problem(what, where, nearest(str(symbol.arguments[0]), names))
        ids = Counter(names)
        for name in (name for name, count in ids.items() if count > 1):
            yield Problem(f"presumption {name} is declared twice", self.at("", "presumption", None, name))
