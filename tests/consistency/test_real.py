"""What ``check`` finds in the shipped policies: the stored list, and each kind by a second way.

===============================  ======================================================================
``test_stored``                  exactly the findings of ``real.yaml`` (written anew with --regenerate)
``test_meetings``                conflict and overlap: for every pair of clauses and every combination of the
                                 readings that bear on it, clingo finds a case exactly if a box has it
``test_boxes_are_maximal``       and no box of readings could be wider
``test_redundant``               without the rules of a redundant clause, loaded anew, 2,000 random complete
                                 cases keep their classes; where no box has a clause, removing it shows
``test_dead``                    a clause can be met under the readings exactly if it is not reported
``test_gap``                     clingo finds a case without a class under the readings exactly if reported
``test_unlisted_sites``          N33 and N08 contest the sites that the guideline does not name
``test_witnesses``               every witness, decided again under readings of its box
``test_given_readings``          with readings given: the same findings, as far as they go
===============================  ======================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from clingo import ast

from payerlogic import CaseError, KnowledgeBase
from payerlogic.consistency.finding import Finding
from payerlogic.program.catalog import Clause
from payerlogic.program.files import Program
from tests.support.axes import all_axes
from tests.support.random_cases import RandomCases

STORED = Path(__file__).resolve().parent / "real.yaml"
POLICIES = ("bcbsaz", "nia")
MOST = 600  # combinations of readings to try for one question; if there are more, so many are drawn
Combination = dict[str, str]


@pytest.fixture(scope="module")
def findings(kb: KnowledgeBase) -> dict[str, list[Finding]]:
    return {policy: kb.check(policy) for policy in POLICIES}


class Past:
    """Questions to clingo about complete cases past the gates of one policy, under given readings."""

    def __init__(self, kb: KnowledgeBase, policy: str) -> None:
        self.kb, self.policy = kb, policy
        book = kb.catalog.policies[policy]
        self.gates = [-atom for clause in book.clauses.values() if clause.gate and (atom := self.atom("met", clause))]
        self.clauses = [clause for clause in book.clauses.values() if clause.gate is None]
        self._of = {name: atom for atom, name in kb.ground.reading_names.items()}

    def atom(self, name: str, *arguments: Clause | str) -> int:
        """The number of an atom of the policy; 0 if no input moves it."""
        words = (each.id if isinstance(each, Clause) else each for each in arguments)
        return self.kb.compiler.ground_atom(name, self.policy, *words) or 0

    def holds(self, name: str, *arguments: Clause | str) -> list[int] | None:
        """The literals that make an atom true: none if it always is; None if it never is."""
        if atom := self.atom(name, *arguments):
            return [atom]
        words = tuple(each.id if isinstance(each, Clause) else each for each in arguments)
        return [] if (self.policy, *words) in self.kb.ground.rows(name, len(words) + 1) else None

    def some(self, literals: Sequence[int], readings: Combination) -> bool:
        chosen = [self._of[each] for each in readings.items()]
        off = [-atom for atom, _ in self.kb.ground.atoms("presume", 1)]
        return self.kb.solver.satisfiable([*literals, *chosen, *self.gates, *off])

    def bearing(self, atoms: Sequence[int]) -> dict[str, list[str]]:
        """The readings on which atoms rest, with all their options."""
        names = self.kb.ground.reading_names
        below = {names[atom][0] for each in atoms if each for atom in self.kb.graph.support[each] if atom in names}
        return {name: [option.name for option in self.kb.catalog.readings[name].options] for name in sorted(below)}

    def trials(self, readings: Mapping[str, Sequence[str]], rng: Random) -> Iterator[Combination]:
        """All combinations; if there are too many, some."""
        if prod(map(len, readings.values())) <= MOST:
            yield from (dict(zip(readings, each, strict=True)) for each in product(*readings.values()))
            return
        for _ in range(MOST // 3):
            yield {name: rng.choice(options) for name, options in readings.items()}


def within(under: Mapping[str, Sequence[str]], readings: Combination) -> bool:
    return all(readings.get(name) in options for name, options in under.items())


def stored(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": finding.kind, "clauses": list(finding.clauses)}
    if finding.kind in ("vague", "unused"):
        found["statements"] = list(finding.statements)
    if finding.under:
        found["under"] = {reading: list(options) for reading, options in finding.under.items()}
    if finding.part:
        found["part"] = finding.part
    if finding.proof is not None:
        found["axioms"] = list(finding.axioms)
        found["rules_of"] = list(finding.proof.definitions)
    if finding.regions:
        found["regions"] = [dict(region.box) for region in finding.regions]
    return found


def test_stored(findings: dict[str, list[Finding]], request: pytest.FixtureRequest) -> None:
    found = {policy: [stored(finding) for finding in each] for policy, each in findings.items()}
    if request.config.getoption("--regenerate"):
        head = "# What check finds in the shipped policies; written anew by pytest --regenerate.\n"
        STORED.write_text(
            head + yaml.safe_dump(found, sort_keys=False, default_flow_style=None, width=110), encoding="utf-8"
        )
    assert found == yaml.safe_load(STORED.read_text(encoding="utf-8"))


def meeting(past: Past, left: Clause, right: Clause, kind: str) -> list[list[int]]:
    """What has to hold for two clauses to meet: one list for each pair of classes."""
    found = []
    for a, b in product(left.classes, right.classes):
        parts = [
            past.holds("met", left), past.holds("met", right),
            past.holds("concludes", left, a), past.holds("concludes", right, b),
        ]  # fmt: skip
        if (a != b) == (kind == "conflict") and None not in parts:
            found.append([literal for part in parts if part for literal in part])
    return found


@pytest.mark.parametrize("policy", POLICIES)
def test_meetings(kb: KnowledgeBase, findings: dict[str, list[Finding]], policy: str) -> None:
    past, rng = Past(kb, policy), Random(1)
    asked = reported = 0
    for left, right in combinations(past.clauses, 2):
        if left.otherwise or right.otherwise:
            continue  # these take no part; test_unlisted_sites has the exception
        for kind in ("conflict", "overlap"):
            boxes = [f.under for f in findings[policy] if f.kind == kind and set(f.clauses) == {left.id, right.id}]
            reported += len(boxes)
            ways = meeting(past, left, right, kind)
            for readings in past.trials(past.bearing([literal for way in ways for literal in way]), rng):
                asked += 1
                possible = any(past.some(way, readings) for way in ways)
                assert possible == any(within(box, readings) for box in boxes), (kind, left.id, right.id, readings)
    pairs = [finding for finding in findings[policy] if finding.kind in ("conflict", "overlap")]
    assert reported == len(pairs) - (policy == "nia")  # the one of n33 and n08
    assert asked >= 2


@pytest.mark.parametrize("policy", POLICIES)
def test_boxes_are_maximal(kb: KnowledgeBase, findings: dict[str, list[Finding]], policy: str) -> None:
    past = Past(kb, policy)
    for finding in findings[policy]:
        if finding.kind not in ("conflict", "overlap"):
            continue
        left, right = (clause for clause in past.clauses if clause.id in finding.clauses)
        ways = meeting(past, left, right, finding.kind)
        bearing = past.bearing([literal for way in ways for literal in way])
        for name, taken in finding.under.items():
            for option in set(bearing[name]) - set(taken):
                wider = {**bearing, **finding.under, name: (option,)}
                trials = islice((dict(zip(wider, each, strict=True)) for each in product(*wider.values())), MOST)
                assert not all(any(past.some(way, trial) for way in ways) for trial in trials), (finding.key, option)


def without(kb: KnowledgeBase, policy: str, clause: str) -> KnowledgeBase:
    """The knowledge base loaded anew without the rules by which a clause is met."""
    head = f"met({policy},{clause})"

    def kept(node: ast.AST) -> bool:
        return node.ast_type != ast.ASTType.Rule or str(node.head).replace(" ", "") != head

    statements = tuple(each for each in kb.program.statements if kept(each.node))
    assert len(statements) < len(kb.program.statements), head
    return KnowledgeBase(Program(kb.program.folder, kb.program.files, statements), sound=True)


@pytest.fixture(scope="module")
def complete_cases(kb: KnowledgeBase) -> list[Any]:
    draw = RandomCases(kb, 800)
    found: list[Any] = []
    while len(found) < 2_000:
        facts = draw.facts(stated=1.0) | {"service_is_iort": True, "documentation_complete": True}
        facts |= {"cpt_codes": ["77424"], "date_of_service": "2025-03-03"}
        facts["tumor_behavior"] = "in_situ" if facts.get("t_category") == "Tis" else "invasive"
        facts["device"] = "other"
        try:
            found.append(kb.read({name: value for name, value in facts.items() if value is not None}))
        except CaseError:
            continue
    return found


@pytest.mark.parametrize("policy", POLICIES)
def test_redundant(
    kb: KnowledgeBase, findings: dict[str, list[Finding]], complete_cases: list[Any], policy: str
) -> None:
    past, rng = Past(kb, policy), Random(3)
    every = {name: [option.name for option in reading.options] for name, reading in kb.catalog.readings.items()}
    redundant = [finding for finding in findings[policy] if finding.kind == "redundant" and not finding.part]
    for clause in past.clauses:
        boxes = [finding.under for finding in redundant if finding.clauses[0] == clause.id]
        other = without(kb, policy, clause.id)
        for box in boxes:
            changed = met = 0
            options = {**every, **{name: list(taken) for name, taken in box.items()}}
            for number, case in enumerate(complete_cases):
                if number % 100 == 0:  # other readings for each hundred cases
                    readings = {name: rng.choice(taken) for name, taken in options.items()}
                    settings = kb.settings(readings, presumptions=False)
                before = kb.view(case, policy, settings)
                changed += before.possible != other.view(case, policy, settings).possible
                met += bool(before.status(past.atom("met", clause)))
            assert changed == 0, (clause.id, dict(box))
            assert met > 0, (clause.id, "the cases do not reach it")
        if not boxes:
            settings = kb.settings(presumptions=False)
            classes = ((kb.view(c, policy, settings), other.view(c, policy, settings)) for c in complete_cases)
            if not any(one.possible != two.possible for one, two in classes):
                # Not under the default readings: then under some others, or the clause is never met.
                assert changes_somewhere(kb, policy, clause, other, complete_cases, every, rng), clause.id


def changes_somewhere(
    kb: KnowledgeBase, policy: str, clause: Clause, other: KnowledgeBase, cases: list[Any],
    every: Mapping[str, list[str]], rng: Random,
) -> bool:  # fmt: skip
    for case in cases:
        settings = kb.settings({name: rng.choice(taken) for name, taken in every.items()}, presumptions=False)
        if kb.view(case, policy, settings).possible != other.view(case, policy, settings).possible:
            return True
    return False


@pytest.mark.parametrize("policy", POLICIES)
def test_not_redundant(kb: KnowledgeBase, findings: dict[str, list[Finding]], policy: str) -> None:
    """Complete too: for each clause and random readings, the two copies of the policy in one program differ
    exactly if no box has the clause, or no case meets it at all."""
    from payerlogic.consistency.policy_copy import PolicyCopy
    from payerlogic.program.ground_copy import Omission

    past, rng = Past(kb, policy), Random(4)
    omissions = {each.id: Omission(kb.compiler.ground_atom("met", policy, each.id) or 0) for each in past.clauses}
    copy = PolicyCopy(kb.ground, kb.compiler, policy, omissions.values())
    every = past.bearing([past.atom("determination", name) for name in kb.catalog.classes])
    for clause in past.clauses:
        redundant = [f for f in findings[policy] if f.kind == "redundant" and not f.part]
        boxes = [f.under for f in redundant if f.clauses[0] == clause.id]
        for number in range(60):
            readings = {name: rng.choice(taken) if number else taken[0] for name, taken in every.items()}
            changes = copy.without(omissions[clause.id], {name: (each,) for name, each in readings.items()})
            alive = past.some(past.holds("met", clause) or [], readings)
            assert changes == (alive and not any(within(box, readings) for box in boxes)), (clause.id, readings)


@pytest.mark.parametrize("policy", POLICIES)
def test_dead(kb: KnowledgeBase, findings: dict[str, list[Finding]], policy: str) -> None:
    """No clause of the shipped policies is dead as a whole where its rule is written; one alternative is."""
    past, rng = Past(kb, policy), Random(5)
    names = kb.ground.reading_names
    for clause in past.clauses:
        atom = past.atom("met", clause)
        asks = {names[abs(each)] for rule in kb.graph.rules[atom] for each in rule.body if abs(each) in names}
        for readings in past.trials(past.bearing([atom]), rng):
            written = not asks or any(readings[name] == option for name, option in asks)
            assert past.some([atom], readings) == written, (clause.id, readings)
    dead = [finding for finding in findings[policy] if finding.kind == "dead"]
    assert [(finding.clauses, dict(finding.under), finding.axioms) for finding in dead] == (
        [(("n10",), {"nia_breast_tis": ("invasive_only",)}, ("in_situ_is_tis",))] if policy == "nia" else []
    )
    if policy == "nia":
        n10, tis = past.atom("met", "n10"), all_axes(kb)["t_category"].atoms["Tis"]
        assert not past.some([n10, tis], {"nia_breast_tis": "invasive_only"})
        assert past.some([n10, tis], {"nia_breast_tis": "tis_as_alternative"})


@pytest.mark.parametrize("policy", POLICIES)
def test_gap(kb: KnowledgeBase, findings: dict[str, list[Finding]], policy: str) -> None:
    past, rng = Past(kb, policy), Random(6)
    silent = past.holds("determination", "no_criterion")
    boxes = [finding.under for finding in findings[policy] if finding.kind == "gap"]
    every = past.bearing([past.atom("determination", name) for name in kb.catalog.classes])
    for readings in islice(past.trials(every, rng), MOST):
        possible = silent is not None and past.some(silent, readings)
        assert possible == any(within(box, readings) for box in boxes), readings


def test_unlisted_sites(kb: KnowledgeBase, findings: dict[str, list[Finding]]) -> None:
    """The closing clause takes part in a conflict once: at the sites that the guideline does not name."""
    found = [f for f in findings["nia"] if f.kind == "conflict" and "n33" in f.clauses]
    assert [(finding.clauses, dict(finding.under)) for finding in found] == [(("n08", "n33"), {})]
    assert found[0].witness is not None
    assert found[0].witness.facts["primary_site"] in ("brain", "ovary", "stomach", "kidney", "lung", "other")
    past = Past(kb, "nia")
    for option, prevailing in (("closure", "n33"), ("case_by_case", "n08")):
        stands = past.atom("stands", prevailing)
        both = [past.atom("met", "n08"), past.atom("met", "n33")]
        assert past.some([*both, stands], {"nia_unlisted_sites": option})
        assert not past.some([*both, -stands], {"nia_unlisted_sites": option, "nia_site_guideline": "pointer",
                                                "nia_electronic_brachytherapy": "breast_only"})  # fmt: skip


@pytest.mark.parametrize("policy", POLICIES)
def test_witnesses(kb: KnowledgeBase, findings: dict[str, list[Finding]], policy: str) -> None:
    """Past the gates, and both clauses met (or no class concluded) whatever else is unknown."""
    past, rng = Past(kb, policy), Random(7)
    every = {name: [option.name for option in reading.options] for name, reading in kb.catalog.readings.items()}
    for finding in findings[policy]:
        if finding.kind not in ("conflict", "overlap", "gap"):
            assert finding.witness is None
            continue
        assert finding.witness is not None
        for number in range(20):
            options = {**every, **finding.under, **finding.witness_readings}
            readings = {name: rng.choice(taken) if number else taken[0] for name, taken in options.items()}
            settings = kb.settings(readings, presumptions=False)
            witness = kb.read(finding.witness.to_dict(kb.vocabulary))
            situation = kb.situations.situation(kb.view(witness, policy, settings))
            stated = kb.solver.assumptions(situation)
            assert not any(kb.solver.satisfiable([*stated, -gate]) for gate in past.gates)
            if finding.kind == "gap":
                assert kb.decide(witness, policy, settings).class_ == "no_criterion"
            else:
                for clause in finding.clauses:
                    assert not kb.solver.satisfiable([*stated, -past.atom("met", clause)]), finding.key


GIVEN: list[tuple[str, dict[str, str]]] = [
    ("nia", {"nia_site_guideline": "delegation"}),
    ("nia", {"nia_electronic_brachytherapy": "all_sites", "nia_closure": "own_section_only"}),
    ("bcbsaz", {"bcbsaz_evidence_test": "standing_finding"}),
]


@pytest.mark.parametrize(("policy", "given"), GIVEN, ids=str)
def test_given_readings(
    kb: KnowledgeBase, findings: dict[str, list[Finding]], policy: str, given: dict[str, str]
) -> None:
    """Boxes that the given readings meet stay, without naming these; the others go."""
    kinds = ("conflict", "overlap", "redundant", "dead")
    expected = {
        (f.kind, f.clauses[:1] if f.kind == "redundant" else f.clauses, tuple(sorted(rest.items())))
        for f in findings[policy]
        if f.kind in kinds and all(given[name] in taken for name, taken in f.under.items() if name in given)
        for rest in [{name: taken for name, taken in f.under.items() if name not in given}]
    }
    found = {
        (f.kind, f.clauses[:1] if f.kind == "redundant" else f.clauses, tuple(sorted(f.under.items())))
        for f in kb.check(policy, given)
        if f.kind in kinds
    }
    assert found <= expected
    general = {key for key in expected - found if not any(_wider(other, key) for other in found)}
    assert not general


def _wider(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    taken, narrow = dict(one[2]), dict(other[2])
    return one[:2] == other[:2] and all(name in narrow and set(narrow[name]) <= set(taken[name]) for name in taken)
