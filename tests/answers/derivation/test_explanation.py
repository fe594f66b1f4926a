"""An explanation says what the program says: its statuses are clingo's, and no failing condition is left out."""

from __future__ import annotations

import random

import pytest
from clingo import parse_term

from payerlogic import CaseError, KnowledgeBase
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.semantics.settings import Settings
from tests.support.axes import all_axes
from tests.tiers import amounts

STATUS = {(True, False): "met", (False, True): "unmet", (True, True): "unknown"}


def random_case(kb: KnowledgeBase, rng: random.Random, share: float) -> dict[str, object]:
    """A made-up case that states each fact with the given probability, and breaks no axiom."""
    while True:
        case: dict[str, object] = {}
        for name, axis in all_axes(kb).items():
            if rng.random() >= share or name == "date_of_service":
                continue
            member = rng.choice(rng.choice(axis.classes))
            if axis.attribute.type == "boolean":
                case[name] = member == "true"
            elif isinstance(member, frozenset):
                case[name] = ["99999" if item == "other" and name == "cpt_codes" else item for item in sorted(member)]
            else:
                case[name] = member
        try:
            kb.read(case)
        except CaseError:
            continue
        return case


def explained(kb: KnowledgeBase, seed: int, count: int) -> list[tuple[dict[str, object], str, Explanation, Settings]]:
    rng = random.Random(seed)
    found = []
    for index in range(count):
        case = random_case(kb, rng, rng.choice([0.3, 0.6, 1.0]))
        readings = {
            reading.id: rng.choice(reading.options).name
            for reading in kb.catalog.readings.values()
            if rng.random() < 0.4
        }
        settings = kb.settings(readings, presumptions=rng.random() < 0.8)
        policy = kb.policies[index % len(kb.policies)]
        found.append((case, policy, kb.explain(case, policy, settings), settings))
    return found


@pytest.mark.parametrize("count", amounts(20, 60))
def test_every_status_of_an_atom_is_what_clingo_finds_over_all_completions(kb: KnowledgeBase, count: int) -> None:
    atom_of = kb.ground.atom_of
    for case, policy, explanation, settings in explained(kb, 1, count):
        base = kb.solver.assumptions(kb.situation(kb.read(case), policy, settings))
        for node, data in explanation.graph.nodes(data=True):
            try:
                atom = atom_of.get(parse_term(node))
            except RuntimeError:
                continue
            if atom is None or data["kind"] == "reading":
                continue
            found = (kb.solver.satisfiable([*base, atom]), kb.solver.satisfiable([*base, -atom]))
            assert STATUS[found] == data["status"], (case, settings.readings, node)


@pytest.mark.parametrize("count", amounts(20, 60))
def test_the_root_agrees_with_the_determination(kb: KnowledgeBase, count: int) -> None:
    for _, _, explanation, _ in explained(kb, 2, count):
        decided = explanation.determination.class_ is not None
        assert explanation.graph.nodes[explanation.root]["status"] == ("met" if decided else "unknown")


@pytest.mark.parametrize("count", amounts(30, 120))
def test_what_lies_below_a_node_never_contradicts_it(kb: KnowledgeBase, count: int) -> None:
    """All of, any of, none of: the nodes below may leave a status open, but not gainsay it."""
    for case, policy, explanation, _ in explained(kb, 3, count):
        graph = explanation.graph
        for node, data in graph.nodes(data=True):
            below = [
                graph.nodes[child]["status"]
                for child in graph.successors(node)
                if graph.nodes[child]["kind"] != "reading" and not child.startswith(("axiom(", "presume("))
            ]
            if not below or data["attribute"] or data["label"].startswith("at least"):
                continue
            said = combined(below, data["role"])
            qualified = any(child.startswith("presume(") for child in graph.successors(node))
            assert said in (data["status"], "unknown") or qualified, (case, policy, node, data, below)


def combined(statuses: list[str], role: str) -> str:
    deciding, otherwise = ("unmet", "met") if role == "all" else ("met", "unmet")
    found = deciding if deciding in statuses else "unknown" if "unknown" in statuses else otherwise
    return {"met": "unmet", "unmet": "met", "unknown": "unknown"}[found] if role == "not" else found


@pytest.mark.parametrize("count", amounts(20, 60))
@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_every_clause_is_told_or_ruled_out_by_a_reading(kb: KnowledgeBase, policy: str, count: int) -> None:
    for case, of, explanation, settings in explained(kb, 4, count):
        if of != policy:
            continue
        readings = kb.compiler.readings(settings.readings)
        for clause in kb.catalog.policies[policy].clauses.values():
            possible = kb.compiler.named("met", policy, clause.id, readings=readings) != 0
            if possible and clause.classes:
                assert f"met({policy},{clause.id})" in explanation.graph, (case, clause.id)


def test_each_failing_condition_of_an_indication_is_named(kb: KnowledgeBase) -> None:
    """An early breast cancer that misses on every count: all counts are told, not the first one only."""
    explanation = kb.explain(
        {
            "primary_site": "breast", "modality": "hdr_brachytherapy", "age_years": 45, "tumor_behavior": "invasive",
            "t_category": "T3", "clinical_n_category": "N1", "margin_status": "positive", "fractions": 2,
        },
        "nia",
    )  # fmt: skip
    line = next(line for line in kb.text(explanation).splitlines() if "Early breast cancer" in line)
    for failing in (
        "age is 45 years, needs 50 or more",
        "number of fractions is 2, needs exactly 1",
        "modality is high-dose-rate brachytherapy, needs electron beam",
        "T category is T3, needs Tis (in situ) or T1",
        "clinical N category is N1, needs N0 (node-negative)",
        "surgical margin is positive, needs negative",
    ):
        assert failing in line


def test_a_defeated_clause_names_what_defeats_it(kb: KnowledgeBase) -> None:
    explanation = kb.explain(
        {"primary_site": "pancreas", "intent": "boost", "modality": "electron_beam", "margin_status": "positive"}, "nia"
    )
    node = explanation.graph.nodes["stands(nia,n28)"]
    assert node["status"] == "unmet"
    below = explanation.graph.nodes["undefeated(nia,n28)"]
    assert below["status"] == "unmet"
    assert "a physician reviews" in below["label"]
    assert "reading(nia_pancreatic_review,always_review)" in explanation.children("undefeated(nia,n28)")


def test_a_presumption_is_shown_where_it_settles_a_condition(kb: KnowledgeBase) -> None:
    explanation = kb.explain({"primary_site": "brain"}, "bcbsaz")
    assert explanation.graph.nodes["presume(bcbsaz_evidence_finding)"]["kind"] == "presumption"
    first = kb.text(explanation).splitlines()[0]
    assert first.endswith("Assumes that the payer finds one of its evidence conditions for this use.")


def test_an_implied_fact_names_its_axiom(kb: KnowledgeBase) -> None:
    explanation = kb.explain({"primary_site": "breast", "device": "mobetron"}, "nia")
    leaf = explanation.graph.nodes["case(modality,electron_beam)"]
    assert leaf["label"] == "modality is electron beam, by implication"
    assert explanation.children("case(modality,electron_beam)") == ["axiom(device_has_its_modality)"]
