"""Contrast: how clauses of two payers relate, asked of clingo, and what unites them, against brute force."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.contrast import Contrast
from payerlogic.answers.decision import Determination
from payerlogic.cases.case import StatedCase
from tests.support.axes import all_axes
from tests.tiers import amounts

from .brute import Brute, Table, places_of, random_case, random_readings, subsets, told

FEW, MANY = 16, 120


@dataclass(frozen=True)
class Contrasted:
    """One case at two payers."""

    kb: KnowledgeBase
    case: StatedCase
    pair: tuple[str, str]
    settings: Settings
    tables: tuple[Table, Table]
    stated: dict[str, int]
    answer: Contrast

    def decided(self, policy: str) -> Determination:
        """With the readings that would change it, as a contrast names them."""
        return self.kb.decide(self.case, policy, self.settings, with_readings=True)

    def __str__(self) -> str:
        how = f"readings {dict(self.settings.readings)}, presumptions {self.settings.presumptions}"
        return f"{dict(self.case.facts)} at {self.pair}, {how}"


@pytest.fixture(scope="module", params=amounts(FEW, MANY))
def count(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def contrasted(kb: KnowledgeBase, brute: Brute, as_of: date, count: int) -> list[Contrasted]:
    return list(cases(kb, brute, as_of, count))


def cases(kb: KnowledgeBase, brute: Brute, as_of: date, count: int) -> Iterator[Contrasted]:
    rng = random.Random("contrast")
    for index in range(count):
        pair = ("nia", "bcbsaz") if index % 2 else ("bcbsaz", "nia")
        readings = random_readings(kb, rng, rng.choice([0.0, 0.4]))
        settings = kb.settings(readings, presumptions=rng.random() < 0.8, as_of=as_of)
        sites = ["rectum", "rectosigmoid_junction", "colon", "soft_tissue", "breast", "pancreas", "brain"]
        site = {"primary_site": rng.choice(sites)}
        place = places_of(kb, kb.read(site))
        tables = brute.table(pair[0], settings.readings, place), brute.table(pair[1], settings.readings, place)
        names = sorted({*tables[0].names, *tables[1].names} - {"oncologic", "service_is_iort", "mandate_applies"})
        case = random_case(kb, rng, names, rng.choice([0.6, 0.9]), site)
        answer = kb.contrast(case, *pair, settings)
        yield Contrasted(kb, case, pair, settings, tables, places_of(kb, case), answer)


# --- Clause against clause ----------------------------------------------------------------------------


class Clauses:
    """What clingo finds about clauses over all possible cases, under one choice of readings."""

    def __init__(self, kb: KnowledgeBase, settings: Settings) -> None:
        self.kb = kb
        self.atoms = {str(symbol): atom for symbol, atom in kb.ground.atom_of.items()}
        self.always = {str(symbol) for symbols in kb.ground.true_symbols.values() for symbol in symbols}
        chosen = {each.id: each.options[0].name for each in kb.catalog.readings.values()} | dict(settings.readings)
        self.base = [self.atoms[f"reading({name},{option})"] for name, option in chosen.items()]
        self.base += [-atom for atom, _ in kb.ground.atoms("presume", 1)]

    def happens(self, **literals: bool) -> bool:
        """Whether some possible case has all of these atoms true, or false, as told."""
        assumed = []
        for text, truth in literals.items():
            if text in self.atoms:
                assumed.append(self.atoms[text] if truth else -self.atoms[text])
            elif (text in self.always) != truth:
                return False
        return self.kb.solver.satisfiable([*self.base, *assumed])

    def outcomes(self, policy: str, clause: str) -> set[str]:
        """The outcomes that a clause can conclude."""
        classes = self.kb.catalog.classes.values()
        return {each.outcome for each in classes if self.happens(**{f"concludes({policy},{clause},{each.name})": True})}

    def relation(self, mine: str, other: str) -> str | None:
        """What the other clause is to mine."""
        if not self.happens(**{mine: True, other: True}):
            return None
        more = self.happens(**{mine: False, other: True})
        fewer = self.happens(**{mine: True, other: False})
        return {(False, False): "same", (False, True): "narrower", (True, False): "wider"}.get(
            (more, fewer), "overlapping"
        )


def test_relations_of_clauses(contrasted: list[Contrasted]) -> None:
    known: dict[Any, Any] = {}
    seen: set[str] = set()
    for each in contrasted:
        clauses = None
        readings = tuple(sorted(each.settings.readings.items()))
        for side, there in ((each.answer.left, each.pair[1]), (each.answer.right, each.pair[0])):
            assert [clause.clause for clause in side.clauses] == [clause.id for clause in side.determination.clauses]
            for clause in side.clauses:
                key = (readings, side.policy, clause.clause)
                if key not in known:
                    clauses = clauses or Clauses(each.kb, each.settings)
                    known[key] = expected(clauses, side.policy, clause.clause, there)
                answered = {each.clause: each.relation for each in clause.counterparts}
                assert answered == known[key], (str(each), side.policy, clause.clause)
                seen |= set(answered.values())
    assert {"same", "narrower", "wider", "overlapping"} <= seen


def expected(clauses: Clauses, policy: str, clause: str, there: str) -> dict[str, str]:
    outcomes = clauses.outcomes(policy, clause)
    found = {}
    for other in clauses.kb.catalog.policies[there].clauses:
        if outcomes & clauses.outcomes(there, other):
            relation = clauses.relation(f"met({policy},{clause})", f"met({there},{other})")
            if relation is not None:
                found[other] = relation
    return found


def test_determinations_are_those_of_decide(contrasted: list[Contrasted]) -> None:
    for each in contrasted:
        for policy, side in zip(each.pair, (each.answer.left, each.answer.right), strict=True):
            assert (side.policy, side.determination) == (policy, each.decided(policy))
        outcomes = {each.answer.left.determination.outcome, each.answer.right.determination.outcome}
        assert each.answer.agree == (len(outcomes) == 1 and outcomes != {"open"})


# --- What unites ----------------------------------------------------------------------------------------


def working(brute: Brute, each: Contrasted, want: str, chosen: list[str]) -> tuple[list[str], Any]:
    """For each combination of places of ``chosen``, whether both payers then decide as wanted."""
    barred = ~np.uint16(brute.bits(brute.wanted(want)))
    both: Any = True
    for policy, table in zip(each.pair, each.tables, strict=True):
        mine = [name for name in chosen if name in table.names]
        bits = brute.after(policy, each.settings, table, each.stated, mine)
        for axis, name in enumerate(chosen):  # by places, which both payers have in common
            if name in mine:
                bits = bits.take(
                    [table.group_of[name][p] for p in range(len(all_axes(each.kb)[name].classes))], axis=axis
                )
            else:
                bits = np.expand_dims(bits, axis)
        both = both & (bits != 0) & (bits & barred == 0)
    return chosen, np.broadcast_to(both, [len(all_axes(each.kb)[name].classes) for name in chosen])


def united(brute: Brute, each: Contrasted, want: str) -> dict[frozenset[str], set[tuple[int, ...]]]:
    """The minimal sets up to size two, with all combinations of places that work."""
    fixed = {name for name in each.stated if each.kb.vocabulary[name].fixed}
    names = {*each.tables[0].names, *each.tables[1].names} - fixed
    found: dict[frozenset[str], set[tuple[int, ...]]] = {}
    for chosen in subsets(names, 2):
        if chosen and not any(smaller < chosen for smaller in found):
            _, works = working(brute, each, want, sorted(chosen))
            if works.any():
                found[chosen] = set(zip(*map(list, np.nonzero(works)), strict=True))
    return found


def test_what_unites_is_what_brute_force_finds(
    kb: KnowledgeBase, brute: Brute, contrasted: list[Contrasted], count: int
) -> None:
    checked = 0
    for each in contrasted:
        if each.answer.agree:
            assert each.answer.unite == ()
            continue
        assert [answer.want for answer in each.answer.unite] == list(kb.catalog.outcomes)
        for answer in each.answer.unite:
            found: dict[frozenset[str], set[tuple[int, ...]]] = {}
            for entry in answer.changes:
                sides = sorted(entry, key=lambda change: change.attribute)
                places = [
                    [p for p in range(len(all_axes(kb)[c.attribute].classes)) if told(kb, c.attribute, c.to, p)]
                    for c in sides
                ]
                if len(sides) <= 2:
                    found.setdefault(frozenset(c.attribute for c in sides), set()).update(product(*places))
            assert found == united(brute, each, answer.want), (str(each), answer.want)
            checked += bool(found)
    assert checked > count / 5


def test_what_unites_is_decided_alike_by_both(brute: Brute, contrasted: list[Contrasted]) -> None:
    rng = random.Random("unite")
    for each in contrasted:
        for answer in each.answer.unite:
            for entry in rng.sample(answer.changes, min(len(answer.changes), 3)):
                changes = {}
                for change in entry:
                    sizes = range(len(all_axes(each.kb)[change.attribute].classes))
                    inside = [p for p in sizes if told(each.kb, change.attribute, change.to, p)]
                    changes[change.attribute] = brute.value_at(change.attribute, rng.choice(inside))
                changed = each.case.changed(changes)
                assert each.kb.read(changed.to_dict(each.kb.vocabulary)) == changed
                for policy in each.pair:
                    decided = each.kb.decide(changed, policy, each.settings)
                    assert decided.outcome == answer.want, (str(each), changes, policy)


def test_a_policy_against_itself(kb: KnowledgeBase, settings: Settings) -> None:
    case = {"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}
    answer = kb.contrast(case, "nia", "nia", settings)
    assert answer.agree
    assert next((each.clause, each.relation) for each in answer.left.clauses[0].counterparts) == ("n26", "same")
