"""What is wrong with a knowledge base that only its ground program shows.

>>> from payerlogic.knowledge import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> audit(kb.ground, kb.graph, kb.catalog, kb.vocabulary)
[]
"""

from __future__ import annotations

from collections.abc import Iterator

from payerlogic.axes import date_of
from payerlogic.catalog import EVERY_PAYER, Catalog, Policy
from payerlogic.conditions import ConditionGraph
from payerlogic.errors import Problem, nearest
from payerlogic.grounding import GroundProgram
from payerlogic.lint import numbers_without_bound
from payerlogic.names import unknown_names
from payerlogic.vocabulary import Vocabulary


def audit(ground: GroundProgram, graph: ConditionGraph, catalog: Catalog, vocabulary: Vocabulary) -> list[Problem]:
    """Clauses without title, rule or citation; citations of nothing; unlabelled criteria; values outside
    of the vocabulary; numbers without a bound; policies that are not in the file of their name."""
    problems = list(_files(ground, catalog))
    for policy in catalog.policies.values():
        found = [*_clauses(ground, policy), *_once(ground, policy)]
        problems += [problem.at(_file(ground, policy.id)) for problem in found]
    problems += _labels(ground, graph, catalog)
    problems += _presumptions(catalog, vocabulary)
    bounds = {(str(attribute), str(how), int(number)) for attribute, how, number in ground.rows("bound", 3)}
    problems += numbers_without_bound(ground.program, bounds)
    problems += _bounds(ground, vocabulary)
    problems += unknown_names(ground.program, catalog, vocabulary)
    return problems


def _file(ground: GroundProgram, policy: str) -> str:
    return next((str(file.path) for file in ground.program.files if file.policy == policy), policy)


def _files(ground: GroundProgram, catalog: Catalog) -> Iterator[Problem]:
    for file in ground.program.files:
        if file.is_policy and file.policy not in catalog.policies:
            yield Problem(
                f"no policy({file.policy}, Document, Payer, Title)",
                str(file.path),
                "a policy is named like its file",
            )


def _clauses(ground: GroundProgram, policy: Policy) -> Iterator[Problem]:
    met = {clause for (clause,) in ground.instances("met", 2, policy.id)}
    for clause in policy.clauses.values():
        if clause.id not in met:
            yield Problem(f"clause {clause.id} can never be met: no rule for it fires")
        if not clause.statements:
            yield Problem(f"clause {clause.id} cites no statement", hint=f"add: cites({policy.id}, {clause.id}, ...).")
    for name in sorted(met - policy.clauses.keys()):
        yield Problem(f"met({policy.id}, {name}) without a clause", hint=nearest(name, policy.clauses))
    ranks: dict[int, list[str]] = {}
    for clause in policy.clauses.values():
        if clause.gate is not None:
            ranks.setdefault(clause.gate, []).append(clause.id)
    for rank, names in ranks.items():
        if len(names) > 1:
            yield Problem(f"gates {', '.join(names)} share rank {rank}", hint="neither would go before the other")
    for thing, ids in policy.cites.items():
        for id_ in ids:
            if id_ not in policy.statements:
                yield Problem(
                    f"{thing} cites statement {id_!r}, which is not there",
                    hint=nearest(id_, policy.statements),
                )


def _labels(ground: GroundProgram, graph: ConditionGraph, catalog: Catalog) -> Iterator[Problem]:
    """Every criterion that an explanation can show has words for people."""
    shown = graph.cone(
        atom
        for name, arity in (("determination", 2), ("advisory", 2), ("limit", 2))
        for atom, _ in ground.atoms(name, arity)
    )
    for atom in sorted(shown):
        symbol = ground.symbol_of.get(atom)
        if symbol is not None and symbol.name in catalog.policies and str(symbol) not in catalog.labels:
            hint = f'add: label({symbol}, "...").'
            yield Problem(f"criterion {symbol} has no label", _file(ground, symbol.name), hint)
    for name in ("advisory", "limit"):
        for _, symbol in ground.atoms(name, 2):
            if str(symbol.arguments[1]) not in catalog.labels:
                yield Problem(f"{symbol} has no label", _file(ground, str(symbol.arguments[0])))


def _once(ground: GroundProgram, policy: Policy) -> Iterator[Problem]:
    """One entry for each statement, one rank for each option, and versions that begin on a day of the calendar."""
    ids = [str(row[0]) for row in ground.about("statement", 6, policy.id)]
    for id_ in sorted({each for each in ids if ids.count(each) > 1}):
        yield Problem(f"statement {id_} has more than one entry")
    for reading, _, _ in ground.about("ambiguity", 4, policy.id):
        ranks = [rank for rank, _, _ in ground.about("option", 4, str(reading))]
        if len(ranks) != len(set(ranks)):
            yield Problem(f"two options of {reading} share a rank", hint="the option of rank 1 is the default")
    for day, _ in policy.versions:
        if date_of(day) is None:
            yield Problem(
                f"version {day} does not begin on a day of the calendar", hint="write 31 January 2026 as 20260131"
            )


def _presumptions(catalog: Catalog, vocabulary: Vocabulary) -> Iterator[Problem]:
    for presumption in catalog.presumptions:
        named = [*presumption.needs, *((a, v) for a, v, _, _ in presumption.gives_way)]
        named += [(b, w) for _, _, b, w in presumption.gives_way]
        for attribute, value in dict.fromkeys(named):
            if attribute in vocabulary and value not in {each.value for each in vocabulary[attribute].choices}:
                what = f"presumption {presumption.id} waits for {attribute} {value!r}"
                choices = [choice.value for choice in vocabulary[attribute].choices]
                hint = nearest(value, choices) if choices else "name a choice; a number cannot be waited for"
                yield Problem(what, hint=hint)
        for attribute in sorted(presumption.switched_by):
            if attribute not in vocabulary:
                yield Problem(
                    f"presumption {presumption.id} speaks of {attribute!r}",
                    hint=nearest(attribute, vocabulary),
                )
        if presumption.policy != EVERY_PAYER and presumption.policy not in catalog.policies:
            yield Problem(f"presumption {presumption.id} is of {presumption.policy!r}, which is no policy")


def _bounds(ground: GroundProgram, vocabulary: Vocabulary) -> Iterator[Problem]:
    for attribute, how, number in ground.rows("bound", 3):
        symbol = f"bound({attribute}, {how}, {number})"
        if attribute not in vocabulary or vocabulary[str(attribute)].type not in ("integer", "date"):
            numbers = [name for name, each in vocabulary.items() if each.type in ("integer", "date")]
            yield Problem(f"{symbol}: {attribute} is not a number or a date", hint=nearest(str(attribute), numbers))
        elif how not in ("at_least", "at_most"):
            yield Problem(f"{symbol}: a bound is at_least or at_most")
