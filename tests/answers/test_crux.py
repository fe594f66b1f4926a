"""What makes two policies disagree leads from one determination to the other, over what differs and nothing else."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from payerlogic import KnowledgeBase
from payerlogic.answers.contrast import Contrast
from payerlogic.answers.crux import Crux, crux
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.diagrams.minimal_sets import minimal
from payerlogic.documents.pictures.joint import FACT, GAP, LEFT, RIGHT, Joint, in_words, joint
from payerlogic.documents.pictures.joint_drawing import joint_drawn, joint_svg
from payerlogic.errors import CaseError
from payerlogic.wording.outline import as_text
from tests.answers.derivation.test_explanation import random_case
from tests.support.drawn import changed, drawn

BREAST = {
    **{"primary_site": "breast", "tumor_behavior": "invasive", "t_category": "T1", "clinical_n_category": "N0"},
    **{"margin_status": "negative", "age_years": 67, "modality": "electron_beam", "fractions": 1},
}
BOOST = {
    **{"primary_site": "rectum", "t_category": "T3", "margin_status": "close", "disease_status": "primary"},
    **{"modality": "electron_beam", "completely_removable": True, "high_recurrence_risk": True, "intent": "boost"},
}
SCREENED = {
    **{"date_of_service": "2024-05-06", "age_years": 60, "pack_years": 30, "smoking_status": "former"},
    **{"years_since_quit": 9, "symptoms_of_lung_cancer": False, "order_received": True, "first_screening": False},
    **{"limited_life_expectancy": False, "able_and_willing_for_surgery": True},
}
BECAUSE = (
    ({"symptoms_of_lung_cancer": True}, ("acs_ldct", "cms_ldct"), ["symptoms_of_lung_cancer"]),
    ({"age_years": 78}, ("acs_ldct", "cms_ldct"), ["age_years"]),
    ({"pack_years": 10}, ("acs_ldct", "cms_ldct"), ["pack_years"]),
    ({"order_received": False}, ("acs_ldct", "cms_ldct"), ["order_received"]),
    ({"limited_life_expectancy": True}, ("acs_ldct", "cms_ldct"), []),  # a clause that is met yields
    ({"years_since_quit": 20}, ("acs_ldct", "cms_ldct"), ["years_since_quit"]),
    ({"years_since_quit": 20}, ("acs_ldct", "uspstf_ldct"), ["years_since_quit"]),
)
AMOUNT = 16
MOST = 3000
"""So many cases are decided for one answer."""
Both = tuple[Contrast, Explanation, Explanation, Crux, Joint]


def both(kb: KnowledgeBase, facts: dict[str, object], left: str = "bcbsaz", right: str = "nia") -> Both:
    case = kb.read(facts)
    contrast = kb.contrast(case, left, right)
    one, other = kb.explain(case, left), kb.explain(case, right)
    return contrast, one, other, crux(contrast, {left: one, right: other}), joint(contrast, one, other)


@pytest.fixture(scope="module")
def found(kb: KnowledgeBase) -> list[Both]:
    """Random cases of two services, some of them nearly complete, and two on which the payers disagree."""
    rng, cases = random.Random(9), []
    lung = kb.of_service("lung_screening")
    for number in range(AMOUNT):
        service = lung if number % 2 else kb
        policies = rng.sample(service.policies, 2)
        try:
            cases.append(both(service, random_case(service, rng, rng.choice((0.3, 0.7, 0.95))), *policies))
        except CaseError:
            continue  # its facts contradict each other
    return [*cases, both(kb, BREAST), both(kb, BOOST)]


def test_the_way_is_one_from_one_determination_to_the_other(found: list[Both]) -> None:
    """Or, where an answer is open, from it to the facts that decide it."""
    for contrast, one, other, way, graph in found:
        if contrast.agree:
            assert way == Crux()
            continue
        bold = graph.subgraph([name for name, data in graph.nodes(data=True) if data["on_way"]]).to_undirected()
        ends = [f"{LEFT} {one.root}", f"{RIGHT} {other.root}"]
        open_ = [side.determination.deciding for side in (contrast.left, contrast.right)]
        if not any(open_):
            assert nx.has_path(bold, *ends)
            assert nx.is_connected(bold)
        for end, deciding in zip(ends, open_, strict=True):
            assert all(nx.has_path(bold, end, f"{FACT} {name}") for name in deciding)


def test_what_is_on_the_way_is_of_the_derivations(found: list[Both]) -> None:
    for contrast, one, other, way, _ in found:
        explained = {each.policy_id: each for each in (one, other)}
        for policy, node in way.nodes:
            assert node in explained[policy].graph
        if way.there and not way.gap:
            there = other if way.first == one.policy_id else one
            failing = explained[there.policy_id].graph.nodes[f"met({there.policy_id},{way.there})"]
            assert failing["status"] == "unmet"
            assert way.attributes
        deciding = {name for side in (contrast.left, contrast.right) for name in side.determination.deciding}
        assert not deciding or set(way.attributes) == deciding


def test_facts_stand_in_the_middle_and_each_side_keeps_to_itself(found: list[Both]) -> None:
    for *_, graph in found:
        sides = nx.get_node_attributes(graph, "side")
        for parent, child in graph.edges:
            assert sides[parent] in (LEFT, RIGHT)
            assert sides[child] in (sides[parent], FACT, GAP)
        for name, side in sides.items():
            assert side != FACT or (graph.pred[name] and not graph.succ[name])


def test_a_condition_stands_under_what_needs_it(found: list[Both]) -> None:
    """What is flattened, folded or left out changes nothing of how a node stands."""
    for _, one, other, _, graph in found:
        for side, whole in ((LEFT, one), (RIGHT, other)):
            for name in (each for each, data in graph.nodes(data=True) if data["side"] == side):
                data = graph.nodes[name]
                assert whole.graph.nodes[data["node"]]["status"] == data["status"]
                below = {graph.nodes[each]["node"] for each in graph.succ[name] if graph.nodes[each]["side"] == side}
                assert below <= nx.descendants(whole.graph, data["node"])


def test_the_way_of_a_missing_clause_and_of_a_failing_one(kb: KnowledgeBase) -> None:
    *_, way, graph = both(kb, BREAST)
    assert (way.first, way.clauses, way.gap) == ("nia", ("n10",), "none")
    assert as_text(in_words(graph)).startswith("BCBSAZ has no clause with the same outcome for any of these cases.")
    *_, way, graph = both(kb, BOOST)
    assert (way.clauses, way.there, way.attributes) == (("n28",), "b16", ("t_category", "disease_status"))
    words = as_text(in_words(graph))
    assert words.startswith("They disagree because of T category: T3 and status of the disease: primary.")
    assert "T category: T3: needs T4, not met (on the way)" in words
    labels = nx.get_edge_attributes(graph, "label")
    assert {child for (_, child) in labels} == {"fact t_category", "fact disease_status"}, "not asked at the other side"


def test_the_picture_is_that_of_the_words_and_leaves_with_its_legend(kb: KnowledgeBase) -> None:
    *_, graph = both(kb, {**BOOST, "id": "<b>R 1"})
    bare, whole = joint_svg(graph, noted=False), joint_drawn(graph, "svg").decode()
    assert "not asked here" in bare
    assert "Bold: what makes them disagree" not in bare
    assert "Bold: what makes them disagree" in whole
    assert "It is not a coverage decision" in whole
    assert "<b>" not in whole
    assert joint_drawn(graph, "png").startswith(b"\x89PNG")


@pytest.mark.parametrize(("facts", "policies", "named"), BECAUSE, ids=str)
def test_what_has_no_part_in_a_disagreement_is_not_named(
    kb: KnowledgeBase, facts: dict[str, object], policies: tuple[str, str], named: list[str]
) -> None:
    *_, way, graph = both(kb.of_service("lung_screening"), {**SCREENED, **facts}, *policies)
    assert sorted(way.attributes) == named
    bold = {name for name, data in graph.nodes(data=True) if data["side"] == FACT and data["on_way"]}
    assert bold == {f"{FACT} {name}" for name in named}


@pytest.mark.parametrize(("service", "amount"), [("iort", 12), ("lung_screening", 40)])
def test_the_facts_that_are_named_are_those_of_which_a_change_ends_the_disagreement(
    kb: KnowledgeBase, service: str, amount: int
) -> None:
    """By deciding every case in which the named facts have other values: each is in a minimal change that ends it."""
    asked, rng, tried = kb.of_service(service), random.Random(6), 0
    for _ in range(amount):
        case, policies = drawn(asked, rng, 0.95), rng.sample(asked.policies, 2)
        decided = asked.decide(case).determinations
        outcomes = {decided[policy].outcome for policy in policies}
        if len(outcomes) == 1 or any(decided[policy].deciding for policy in policies):
            continue
        contrast = asked.contrast(case, *policies)
        way = crux(contrast, {policy: asked.explain(case, policy) for policy in policies})
        assert way.attributes or way.gap, (case.facts, policies)
        ended = set()
        for at, (names, other) in enumerate(changed(asked, case, way.attributes) if way.attributes else ()):
            found = asked.decide(other).determinations
            if len({found[policy].outcome for policy in policies} | {"open"}) == 2:
                ended.add(names)
            assert at < MOST
        assert set().union(*minimal(ended)) == set(way.attributes), (case.facts, policies)
        tried += bool(way.attributes)
    assert tried
