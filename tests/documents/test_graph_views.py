"""Views leave out what a person can do without, and say what they leave out."""

from __future__ import annotations

import random
import re
from pathlib import Path

import networkx as nx
import pytest
import yaml

from payerlogic import KnowledgeBase, QuestionError
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.documents import render
from payerlogic.documents.pictures.derivation import bare_svg
from payerlogic.documents.pictures.views import (
    ALL,
    IN_CONTEXT,
    MET_ONLY,
    VIEWS,
    in_view,
    is_heading,
    revealing,
    toggled,
)
from tests.answers.derivation.test_explanation import random_case
from tests.conftest import KB

EXAMPLES = sorted((KB.parent / "examples" / "cases").glob("0*.yaml"))  # those of the default service
BREAST = {
    "primary_site": "breast",
    "tumor_behavior": "invasive",
    "t_category": "T1",
    "clinical_n_category": "N0",
    "age_years": 62,
    "margin_status": "negative",
    "modality": "electron_beam",
    "fractions": 1,
}


@pytest.fixture(scope="module")
def explanations(kb: KnowledgeBase) -> list[Explanation]:
    """Of the examples, and of made-up cases that state little or much."""
    rng = random.Random(7)
    cases = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in EXAMPLES]
    cases += [random_case(kb, rng, share) for share in (0.0, 0.3, 0.6, 0.9) for _ in range(3)]
    return [kb.explain(case, policy) for case in cases for policy in kb.policies]


@pytest.fixture(scope="module")
def breast(kb: KnowledgeBase) -> Explanation:
    return kb.explain(BREAST, "nia")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_a_connected_part_of_the_graph_with_the_same_root(explanations: list[Explanation], view: str) -> None:
    for whole in explanations:
        seen = in_view(whole, view)
        assert seen.root == whole.root
        assert set(seen.graph.edges) <= set(whole.graph.edges)
        assert set(seen.graph) == {seen.root, *nx.descendants(seen.graph, seen.root)}
        for node in seen.graph:
            assert seen.graph.nodes[node].items() >= whole.graph.nodes[node].items()


def test_everything_is_in_the_view_of_all(explanations: list[Explanation]) -> None:
    for whole in explanations:
        seen = in_view(whole, ALL)
        assert set(seen.graph) == set(whole.graph)
        assert set(seen.graph.edges) == set(whole.graph.edges)
        assert not any(data["hidden"] for _, data in seen.graph.nodes(data=True))


def test_met_only_shows_nothing_that_fails(explanations: list[Explanation]) -> None:
    for whole in explanations:
        shown = {data["status"] for _, data in in_view(whole, MET_ONLY).graph.nodes(data=True)}
        assert "unmet" not in shown
        assert whole.determination.class_ is None or shown == {"met"}


def test_met_only_shows_every_clause_that_the_determination_rests_on(explanations: list[Explanation]) -> None:
    for whole in explanations:
        concluding = [f"met({whole.policy_id},{each.id})" for each in whole.determination.clauses]
        assert {node for node in concluding if whole.graph.has_edge(whole.root, node)} <= set(
            in_view(whole, MET_ONLY).graph
        )


def test_views_grow_from_one_to_the_next(explanations: list[Explanation]) -> None:
    for whole in explanations:
        met, context, everything = (set(in_view(whole, view).graph) for view in VIEWS)
        assert met <= context <= everything


def test_in_context_shows_every_clause_with_each_reason_why_it_fails(explanations: list[Explanation]) -> None:
    for whole in explanations:
        seen = in_view(whole, IN_CONTEXT)
        for heading in filter(lambda node: is_heading(whole, node), whole.children(whole.root)):
            assert set(whole.children(heading)) <= set(seen.graph)
        for node, data in seen.graph.nodes(data=True):
            if data["folded"]:
                assert data["because"], node
                assert data["hidden"] > 0


def test_a_settled_branch_is_folded_to_its_reasons(breast: Explanation) -> None:
    colon = in_view(breast).graph.nodes["met(nia,n19)"]
    assert colon["folded"]
    assert colon["because"] == (
        "primary site is breast, needs colon",
        "T category is T1, needs T4",
        "surgical margin is negative, needs intermediate or positive",
    )


def test_what_is_hidden_is_what_is_nowhere_to_be_seen(breast: Explanation) -> None:
    seen = in_view(breast)
    below = nx.descendants(breast.graph, "met(nia,n15)")
    assert seen.graph.nodes["met(nia,n15)"]["hidden"] == len(below - set(seen.graph))


def test_the_default_view_of_a_large_graph_is_small(breast: Explanation) -> None:
    assert len(breast.graph) > 80
    assert len(in_view(breast).graph) < 40


def test_a_node_is_opened_and_folded_by_itself(breast: Explanation) -> None:
    node = "met(nia,n26)"
    opened = toggled(breast, IN_CONTEXT, {}, node)
    seen = in_view(breast, IN_CONTEXT, opened)
    assert seen.children(node) == breast.children(node)
    assert not seen.graph.nodes[node]["hidden"]
    assert seen.graph.nodes["criterion(nia,rectal_findings)"]["folded"], "what lies beneath stays folded"
    assert toggled(breast, IN_CONTEXT, opened, node) == {}, "and back to what the view does by itself"


def test_a_node_that_the_view_shows_in_full_can_be_folded(breast: Explanation) -> None:
    node = "met(nia,n10)"
    folds = toggled(breast, IN_CONTEXT, {}, node)
    seen = in_view(breast, IN_CONTEXT, folds)
    assert seen.children(node) == []
    assert (
        seen.graph.nodes[node]["hidden"] == 13 - len({"oncologic: yes", "primary_site: breast"} & set(seen.graph)) - 1
    )
    assert toggled(breast, IN_CONTEXT, folds, node) == {}


def test_what_met_only_leaves_out_can_be_opened(breast: Explanation) -> None:
    root = breast.root
    assert in_view(breast, MET_ONLY).children(root) == ["met(nia,n10)"]
    folds = toggled(breast, MET_ONLY, {}, root)
    assert in_view(breast, MET_ONLY, folds).children(root) == breast.children(root)


def test_a_leaf_has_nothing_to_fold_and_a_strange_name_does_no_harm(breast: Explanation) -> None:
    assert toggled(breast, ALL, {}, "at_least(age_years,50)") == {}
    assert toggled(breast, ALL, {}, "<script>") == {}
    assert set(in_view(breast, ALL, {"gone(nia)": True}).graph) == set(breast.graph)


def test_a_fold_outlives_a_changed_fact(kb: KnowledgeBase, breast: Explanation) -> None:
    folds = toggled(breast, IN_CONTEXT, {}, "met(nia,n26)")
    later = in_view(kb.explain({**BREAST, "age_years": 45}, "nia"), IN_CONTEXT, folds)
    assert later.children("met(nia,n26)") == breast.children("met(nia,n26)")


@pytest.mark.parametrize("view", VIEWS)
def test_any_node_is_brought_into_view_and_no_more_is_opened_than_that_takes(breast: Explanation, view: str) -> None:
    before = set(in_view(breast, view).graph)
    for node in breast.graph:
        folds = revealing(breast, view, {breast.root: True}, node)
        assert node in in_view(breast, view, folds).graph
        opened = revealing(breast, view, {}, node)
        assert (not opened) == (node in before)
        for each in opened:
            fewer = {name: folded for name, folded in opened.items() if name != each}
            assert node not in in_view(breast, view, fewer).graph


def test_an_unknown_view_names_the_nearest(breast: Explanation) -> None:
    with pytest.raises(QuestionError, match="did you mean 'context'"):
        in_view(breast, "contxt")


def test_what_a_folded_node_hides_is_told_in_every_picture(kb: KnowledgeBase, breast: Explanation) -> None:
    seen = in_view(breast)
    for told in (render(seen, "svg", kb).decode(), bare_svg(seen)):
        assert f"+ {seen.graph.nodes['met(nia,n19)']['hidden']} folded" in told
        words = " ".join(re.sub(r"<[^>]*>", " ", told).split())  # a label has several lines
        assert "· T category is T1, needs T4" in words


def test_the_whole_graph_is_drawn_as_it_was_before_there_were_views(kb: KnowledgeBase, breast: Explanation) -> None:
    assert "folded" not in render(breast, "dot", kb).decode()


def test_a_page_can_give_the_picture_its_own_colors(breast: Explanation) -> None:
    drawn = bare_svg(in_view(breast))
    assert "#" not in drawn, "no color"
    assert "<title" not in drawn
    assert 'class="node met clause"' in drawn
    assert 'id="n0-n1" class="edge"' in drawn


def test_a_made_up_policy_has_the_same_views(made_up: object, kb_folder: Path) -> None:
    harbor = (kb_folder.parent / "tests" / "policies" / "third" / "harbor.lp").read_text(encoding="utf-8")
    kb = made_up({"harbor": harbor})  # type: ignore[operator]
    whole = kb.explain({"age_years": 60, "margin_status": "close", "t_category": "T3"}, "harbor")
    sizes = [len(in_view(whole, view).graph) for view in VIEWS]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]
