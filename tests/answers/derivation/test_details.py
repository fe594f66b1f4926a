"""Behind every node stand its rules, its text and the facts it needs, read from the program itself."""

from __future__ import annotations

import pytest
import yaml

from payerlogic import KnowledgeBase, QuestionError
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.derivation.node_details import Details, NodeDetails
from payerlogic.documents.pictures.views import is_heading
from payerlogic.program.rule_index import Heads
from tests.documents.test_graph_views import BREAST, EXAMPLES

Opened = list[tuple[Explanation, str, NodeDetails]]


@pytest.fixture(scope="module")
def details(kb: KnowledgeBase) -> Details:
    return Details(kb)


@pytest.fixture(scope="module")
def opened(kb: KnowledgeBase, details: Details) -> Opened:
    """Every node of every example."""
    cases = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in EXAMPLES]
    explanations = [kb.explain(case, policy) for case in cases for policy in kb.policies]
    return [(whole, node, details.of(whole, node)) for whole in explanations for node in whole.graph]


@pytest.fixture(scope="module")
def pancreas(kb: KnowledgeBase) -> Explanation:
    """Two clauses are met, and a reading makes one prevail."""
    return kb.explain(
        {"primary_site": "pancreas", "intent": "boost", "modality": "electron_beam", "margin_status": "positive"}, "nia"
    )


def test_every_node_but_a_heading_has_a_source(opened: Opened) -> None:
    for whole, node, found in opened:
        assert found.rules or found.asked_by or is_heading(whole, node), node


def test_every_line_that_is_named_is_where_the_rule_stands(kb: KnowledgeBase, opened: Opened) -> None:
    lines = {file.name: file.lines for file in kb.program.files}
    for _, _, found in opened:
        for rule in (*found.rules, *found.asked_by):
            assert lines[rule.file][rule.line - 1] == rule.text.splitlines()[0]


def test_every_statement_is_in_the_citation_of_its_node(opened: Opened) -> None:
    for whole, node, found in opened:
        if node != whole.root and " by " not in node:  # one way to a condition has no text of its own
            assert all(f"[{cited.id}]" in whole.graph.nodes[node]["citation"] for cited in found.statements)


def test_a_clause_is_opened(kb: KnowledgeBase, details: Details) -> None:
    found = details.of(kb.explain({**BREAST, "age_years": 45}, "nia"), "met(nia,n10)")
    assert [each.id for each in found.statements] == ["N10", "N11", "N12", "N13", "N14"]
    assert found.statements[0].citation == "NIA_CG_226 (2023-01-01), Breast Cancer: first bullet [N10]"
    assert [rule.text.partition("(")[0] for rule in found.rules] == ["met", "concludes"]
    assert ("age is 45 years, needs 50 or more", "unmet") in [(each.label, each.status) for each in found.facts]
    assert [each.reading.id for each in found.readings] == ["nia_breast_tis"]
    assert [each.attribute for each in found.presumptions] == ["oncologic"]


def test_a_fact_tells_what_it_is_and_which_rules_ask_for_it(kb: KnowledgeBase, details: Details) -> None:
    found = details.of(kb.explain(BREAST, "nia"), "at_least(age_years,50)")
    assert found.rules == (), "the number stands in the rule that asks for it, and nowhere else"
    assert any("at_least(age_years, 50)" in rule.text for rule in found.asked_by)
    assert found.help == kb.vocabulary["age_years"].help


def test_a_reading_tells_what_else_the_words_could_mean(details: Details, pancreas: Explanation) -> None:
    found = details.of(pancreas, "reading(nia_pancreatic_review,always_review)")
    taken = found.readings[0]
    assert taken.is_default
    assert len(taken.others) == 2
    assert any(rule.text.startswith("ambiguity(nia, nia_pancreatic_review") for rule in found.rules)


def test_a_clause_that_is_defeated_tells_by_which_rule(details: Details, pancreas: Explanation) -> None:
    found = details.of(pancreas, "stands(nia,n28)")
    assert found.rules[-1].text == "prevails(nia, n23, n28) :- reading(nia_pancreatic_review, always_review)."


def test_the_determination_tells_the_text_it_rests_on_and_nothing_of_other_clauses(
    details: Details, pancreas: Explanation
) -> None:
    found = details.of(pancreas, pancreas.root)
    assert [each.id for each in found.statements] == ["N23", "N24"]
    assert {each.attribute for each in found.facts} == {"oncologic", "primary_site"}


def test_a_node_that_is_not_there_is_refused(details: Details, pancreas: Explanation) -> None:
    with pytest.raises(QuestionError, match="there is no node 'met\\(nia,n99\\)'"):
        details.of(pancreas, "met(nia,n99)")


# --- Rules found by their heads ------------------------------------------------------------------------------


def test_every_ground_atom_of_a_policy_has_a_rule(kb: KnowledgeBase) -> None:
    heads = Heads(kb.program)
    for policy in kb.policies:
        for atom, symbol in kb.ground.symbol_of.items():
            if symbol.name == "criterion" and str(symbol.arguments[0]) == policy:
                assert heads.concluding(str(symbol)), atom


def test_variables_pools_and_choices_in_a_head_are_matched(kb: KnowledgeBase) -> None:
    heads = Heads(kb.program)
    assert [each.text for each in heads.concluding("listed_code(nia)")] == [
        "listed_code(P) :- code(P, C), code_list(A), case(A, C)."
    ]
    assert any(each.text.startswith("{ case(A, V)") for each in heads.concluding("case(margin_status,close)"))
    assert heads.of("cites", "nia", "n33", "N33"), "a pool of statements"
    assert not heads.concluding("criterion(nia,no_such_criterion)")
    assert not heads.concluding("primary_site: breast")


def test_none_fits_every_argument(kb: KnowledgeBase) -> None:
    found = Heads(kb.program).naming("attribute", None, "age_years")
    assert [each.text.partition(",")[2].split(",")[0].strip() for each in found] == ["age_years"]
