"""Conditions and alternatives that could go, regions of gaps, and what universal claims follow from: a second way.

=======================  ==============================================================================
``test_parts_can_go``    in the ground rules without the part, evaluated one by one, no complete case changes
``test_no_part_missed``  for each part of each own rule and random readings, clingo finds a case that
                         changes exactly if no finding has the part (or says why it need not be told)
``test_gap_regions``     a complete case has no class exactly if a region of the gap has it
``test_premises``        each proof is minimal: with any one of its definitions or axioms free, a case is
                         found; and with all others free, none is
=======================  ==============================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from payerlogic import CaseError, KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.consistency.finding import Finding
from payerlogic.consistency.policy_rules import OwnRules
from payerlogic.consistency.policy_space import PolicySpace
from payerlogic.consistency.redundant import Redundancy
from payerlogic.diagrams.forest import FALSE
from payerlogic.program.dependencies import ConditionGraph
from payerlogic.program.ground_copy import Omission
from payerlogic.program.grounding import GroundRule
from tests.support.axes import is_in
from tests.support.random_cases import RandomCases

POLICIES = ("bcbsaz", "nia")
CASES = 400


@pytest.fixture(scope="module", params=POLICIES)
def space(request: pytest.FixtureRequest, kb: KnowledgeBase) -> PolicySpace:
    part = kb.only(request.param)
    return PolicySpace(part.situations, part.ground, request.param, {})


@pytest.fixture(scope="module")
def struck(space: PolicySpace) -> list[tuple[Finding, Omission]]:
    """The findings about parts of rules, each with the part."""
    found: list[tuple[Finding, Omission]] = []

    class Noting(Redundancy):
        def _finding(self, clauses, message, under, struck, *part, **words):  # type: ignore[no-untyped-def]
            finding = super()._finding(clauses, message, under, struck, *part, **words)
            found.append((finding, struck))
            return finding

    list(Noting(space, OwnRules(space)).findings())
    return found


def complete(kb: KnowledgeBase, count: int, seed: int) -> Iterator[StatedCase]:
    """Complete cases past the gates of both policies."""
    draw, made = RandomCases(kb, seed), 0
    while made < count:
        facts = draw.facts(stated=1.0) | {"service_is_iort": True, "documentation_complete": True}
        facts |= {"cpt_codes": ["77424"], "date_of_service": "2025-03-03", "device": "other"}
        facts["t_category_basis"] = "clinical"  # after treatment the T category would be taken as unknown
        facts["tumor_behavior"] = "in_situ" if facts.get("t_category") == "Tis" else "invasive"
        try:
            case = kb.read({name: value for name, value in facts.items() if value is not None})
        except CaseError:
            continue
        made += 1
        yield case


def without(graph: ConditionGraph, struck: Omission) -> ConditionGraph:
    """The graph with a part of a rule left out, by hand."""
    rules = list(graph.rules[struck.atom])
    if struck.index is None:
        rules = []
    elif struck.literal is None:
        rules.pop(struck.index)
    else:
        rule = rules[struck.index]
        rules[struck.index] = GroundRule(rule.head, tuple(x for x in rule.body if x != struck.literal))
    return ConditionGraph(graph.inputs, {**graph.rules, struck.atom: tuple(rules)}, graph.inputs_first)


def readings_of(space: PolicySpace, under: dict[str, tuple[str, ...]], rng: Random) -> dict[str, str]:
    options = {name: [each.name for each in reading.options] for name, reading in space.catalog.readings.items()}
    return {name: rng.choice(taken) for name, taken in {**options, **{k: list(v) for k, v in under.items()}}.items()}


def test_parts_can_go(space: PolicySpace, kb: KnowledgeBase, struck: list[tuple[Finding, Omission]]) -> None:
    rng, graph = Random(11), space.compiler.graph
    tops = {space.compiler.ground_atom("determination", space.policy.id, name) for name in space.catalog.classes}
    cases = [
        [atom for name, value in case.facts.items() for atom in _atoms(space, name, value)]
        for case in complete(kb, CASES, 31)
    ]
    assert any(finding.part for finding, _ in struck)
    for finding, part in struck:
        other = without(graph, part)
        for stated in cases:
            readings = readings_of(space, dict(finding.under), rng)
            true = {*stated, *space.compiler.readings(readings)}
            assert graph.evaluate(true) & tops == other.evaluate(true) & tops, (finding.message, readings)


def _atoms(space: PolicySpace, name: str, value: object) -> list[int]:
    axis = space.compiler.axes[name]
    return axis.true_atoms(axis.member(value))  # type: ignore[arg-type]


def test_no_part_missed(space: PolicySpace, struck: list[tuple[Finding, Omission]]) -> None:
    rng, table, forest = Random(12), space.table, space.forest
    names = space.ground.reading_names
    own = OwnRules(space)
    asked = reported = 0
    for trial in range(12):
        readings = readings_of(space, {}, rng) if trial else {}
        taken = {name: (readings.get(name, options[0]),) for name, options in table.options.items()}
        box = space.box(taken)
        here = [part for finding, part in struck if _within(finding, taken)]
        for clause in space.clauses:
            met = forest.conj(forest.conj(space.met(clause), space.cases), box)
            start = space.compiler.ground_atom("met", space.policy.id, clause.id)
            if clause.otherwise or met == FALSE or Omission(start or 0) in here:
                continue
            for written in own.of(clause):
                path = forest.conj(written.path, box)
                if forest.conj(met, forest.conj(path, table.body(written.rule))) == FALSE:
                    continue  # it is dead, or not reached under these readings
                whole = Omission(written.atom, written.index)
                for literal in (0, *written.rule.body) if not written.alone else written.rule.body:
                    if abs(literal) in names or (literal and whole in here):
                        continue
                    if literal and forest.conj(box, table.diagram(abs(literal))) in (FALSE, box):
                        continue  # the readings alone settle it
                    asked += 1
                    part = Omission(written.atom, written.index, literal or None)
                    changes = space.copy.without(part, taken)
                    assert changes == (part not in here), (clause.id, literal, taken)
                    reported += not changes
    assert asked > 100
    assert reported > 0


def _within(finding: Finding, taken: dict[str, tuple[str, ...]]) -> bool:
    return all(taken[name][0] in options for name, options in finding.under.items())


def test_gap_regions(kb: KnowledgeBase) -> None:
    [gap] = [finding for finding in kb.check("bcbsaz") if finding.kind == "gap"]
    settings = kb.settings(presumptions=False)
    silent = 0
    for case in complete(kb, 2_000, 32):
        changed = case.changed({"mandate_applies": len(case.facts) % 2 == 0})
        inside = any(_in_box(kb, changed, dict(region.box)) for region in gap.regions)
        assert inside == (kb.decide(changed, "bcbsaz", settings).class_ == "no_criterion"), changed
        silent += inside
    assert silent > 50
    assert all(why for region in gap.regions for _, why in region.barred)
    assert {clause for region in gap.regions for clause, _ in region.barred} == {"b12", "b16", "b18"}


def _in_box(kb: KnowledgeBase, case: StatedCase, box: dict[str, object]) -> bool:
    return all(_has(kb, name, case.facts[name], taken) for name, taken in box.items())


def _has(kb: KnowledgeBase, name: str, value: object, taken: object) -> bool:
    if isinstance(value, frozenset):
        families = taken if isinstance(taken, list) else [taken]
        return any(is_in(family, value) for family in families)
    assert isinstance(taken, list)
    for each in taken:
        if isinstance(each, str) and ".." in each:
            low, _, high = each.partition("..")
            text = value.isoformat() if hasattr(value, "isoformat") else value
            kind = type(text)
            if (not low or text >= kind(low)) and (not high or text <= kind(high)):
                return True
        elif each == value:
            return True
    return False


def test_premises(space: PolicySpace, struck: list[tuple[Finding, Omission]]) -> None:
    for finding, part in struck:
        assert finding.proof is not None
        program = space.premises._program()
        differs = program.with_copy([part.atom], space.premises._tops, part)
        claim = [*space.premises._past(program), differs]
        claim += [
            -program.literal(atom)
            for atom, (id_, option) in space.ground.reading_names.items()
            if id_ in finding.under and option not in finding.under[id_]
        ]
        by_name = {space.ground.text_of.get(a, "a count") if isinstance(a, int) else a: n
                   for a, n in program._switch.items()}  # fmt: skip
        broken = {f"impossible({name})" for name in finding.axioms}
        kept = [by_name[name] for name in finding.proof.definitions] + [by_name[name] for name in finding.axioms]
        assert broken <= set(finding.proof.definitions)
        assert not program.control.solve(assumptions=[*kept, *claim]).satisfiable
        for name in (*finding.proof.definitions, *finding.axioms):
            if name in broken:
                continue  # an axiom and what breaks it go together
            fewer = [each for each in kept if each != by_name[name]]
            assert program.control.solve(assumptions=[*fewer, *claim]).satisfiable, (finding.message, name)
