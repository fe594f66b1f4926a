"""The Policies page without a browser: the documents as the knowledge base has them, and the switches of readings."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase
from tests.app.conftest import open_page, text_of

POLICY, VIEW, SECTION = "choice.policies.policy", "choice.policies.view", "choice.policies.section"
SEARCH = "choice.policies.search"


def opened(app: AppTest, **chosen: object) -> AppTest:
    for name, value in chosen.items():
        app.session_state[name] = value
    open_page(app, "policies")
    assert not app.exception, app.exception
    return app


def statements(app: AppTest) -> list[str]:
    return re.findall(r'data-statement="([^"]+)"', text_of(app))


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_every_statement_stands_in_its_section(app: AppTest, kb: KnowledgeBase, policy: str) -> None:
    opened(app, **{POLICY: policy})
    assert sorted(statements(app)) == sorted(kb.catalog.policies[policy].statements)
    sections = {each.section for each in kb.catalog.policies[policy].statements.values()}
    assert set(re.findall(r'<section class="pl" aria-label="([^"]+)"', text_of(app))) == sections


def test_a_statement_shows_what_rests_on_it(app: AppTest) -> None:
    opened(app, **{POLICY: "nia", SECTION: "Breast Cancer"})
    shown = text_of(app)
    assert statements(app) == ["N09", "N10", "N11", "N12", "N13", "N14", "N15"]
    assert "Age: 50 years or more" in shown or "age: 50 years or more" in shown
    assert "met(nia, n10) :-" in shown
    assert "Can Tis qualify?" in shown


def test_a_section_of_another_policy_goes_with_it(app: AppTest) -> None:
    opened(app, **{POLICY: "nia", SECTION: "Breast Cancer"})
    app.selectbox(key=POLICY).set_value("bcbsaz").run()
    assert not app.exception
    assert "B16" in statements(app)
    assert "there is no" not in text_of(app)


def test_clauses_tell_classes_and_precedence(app: AppTest, kb: KnowledgeBase) -> None:
    opened(app, **{POLICY: "nia", VIEW: "clauses"})
    shown = text_of(app)
    for clause in kb.catalog.policies["nia"].clauses.values():
        assert clause.id in shown
    assert "asked before the criteria, as number 1" in shown
    assert "n33 <small>(under some readings)</small>" in shown


def test_the_register_switches_the_readings_of_every_page(app: AppTest, kb: KnowledgeBase) -> None:
    opened(app, **{POLICY: "nia", VIEW: "readings"})
    own = [each.id for each in kb.catalog.readings.values() if each.policy in ("nia", "every_payer")]
    assert set(re.findall(r'data-reading="(\w+)"', text_of(app))) == set(own)
    app.radio(key="reading.nia_fractions").set_value("eligibility").run()
    open_page(app, "")
    assert app.session_state["reading.nia_fractions"] == "eligibility"
    opened(app)
    assert "1 of 27 are not at their default" in text_of(app)
    next(each for each in app.button if each.label == "Reset all readings to their defaults").click().run()
    assert "0 of 27 are not at their default" in text_of(app)


def test_a_reading_leads_to_what_it_changes(app: AppTest, kb: KnowledgeBase) -> None:
    opened(app, **{POLICY: "nia", VIEW: "readings"})
    assert re.search(r"the class of [0-9.]+ % of the cells, the outcome of [0-9.]+ %", text_of(app))
    app.button(key="policies.see.nia_breast_tis.tis_as_alternative").click().run()
    assert not app.exception
    assert [each.value for each in app.title] == ["Where do policies disagree?"]
    [header] = [each.value for each in app.header if "compared" in each.value]
    assert "nia\\_breast\\_tis=tis\\_as\\_alternative" in header or "nia_breast_tis=tis_as_alternative" in header


def test_editions_lead_to_their_comparison(app: AppTest, kb: KnowledgeBase) -> None:
    opened(app, **{POLICY: "bcbsaz", VIEW: "editions"})
    for _, what in (*kb.catalog.policies["bcbsaz"].versions, *kb.catalog.policies["bcbsaz"].history):
        assert what in text_of(app)
    app.button(key="policies.editions.2022-09-19").click().run()
    assert any("2022-09-19" in each.value and "2023-09-21" in each.value for each in app.header)


def test_codes_and_terms(app: AppTest, kb: KnowledgeBase) -> None:
    opened(app, **{POLICY: "bcbsaz", VIEW: "codes"})
    for code in kb.catalog.policies["bcbsaz"].codes:
        assert f"<li>{code}</li>" in text_of(app)
    for missing in kb.catalog.policies["bcbsaz"].vague.values():
        assert missing in text_of(app)


def test_the_search_forgives_and_opens_what_it_finds(app: AppTest) -> None:
    opened(app, **{SEARCH: "BRACHYTERAPY electronic"})
    assert "Showing results for brachytherapy electronic" in text_of(app)
    hit = next(each for each in app.button if "statement N15" in each.label)
    hit.click().run()
    assert not app.exception
    assert (app.session_state[POLICY], app.session_state[SECTION]) == ("nia", "Breast Cancer")
    assert 'data-target="statement-N15"' in text_of(app)
    assert app.session_state["choice.policies.at"] == "statement-N15"
    assert any("statement N15" in each.label for each in app.button), "the list stays"
    assert "Back to the list of what was found" in text_of(app)
    next(each for each in app.button if each.label == "Clear the search").click().run()
    assert "Back to the list" not in text_of(app)


@pytest.mark.parametrize("asked", ["qqqq zzzz", "![x](http://example.org/x.png)<script>", "   ", "x" * 5000], ids=repr)
def test_a_search_for_nothing(app: AppTest, asked: str) -> None:
    opened(app, **{SEARCH: asked})
    shown = text_of(app)
    assert "<script>" not in shown
    assert ("Try fewer or shorter words" in shown) == bool(asked.strip())


def test_a_third_payer_has_its_document(app_with_third_payer: AppTest) -> None:
    app = opened(app_with_third_payer, **{POLICY: "acme", VIEW: "document"})
    assert statements(app) == ["A1"]
    opened(app, **{VIEW: "readings"})
    assert "Are children covered, *too*?" in text_of(app) or "acme_reach" in text_of(app)
    for view in ("clauses", "editions", "codes"):
        opened(app, **{VIEW: view})
    opened(app, **{SEARCH: "brain tumors"})
    assert any("Acme Mutual, clause a1" in each.label for each in app.button)


@pytest.mark.parametrize(
    ("place", "policy", "view", "shown"),
    [
        ("statement-N26", "nia", "document", 'data-target="statement-N26"'),
        ("statement-B16", "bcbsaz", "document", 'data-target="statement-B16"'),
        ("clause-n10", "nia", "clauses", 'data-target="clause-n10"'),
        ("reading-nia_site_guideline", "nia", "readings", 'data-target="reading-nia_site_guideline"'),
    ],
)
def test_an_address_with_a_place_alone_opens_it(
    app: AppTest, kb: KnowledgeBase, place: str, policy: str, view: str, shown: str
) -> None:
    opened(app)
    app.query_params["policies.at"] = place
    app.run()
    assert (app.session_state[POLICY], app.session_state[VIEW]) == (policy, view)
    assert shown in text_of(app)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({"policies.at": "statement-N2"}, "there is no statement N2"),
        ({"policies.at": "statement-N26", "policies.policy": "bcbsaz"}, "bcbsaz has no statement N26; it is of nia"),
        (
            {"policies.at": "statement-U09"},
            "it is of another service: add service=lung_screening",
        ),
        ({"policies.at": "nonsense"}, "there is no nonsense"),
    ],
)
def test_an_address_of_no_place_says_so(app: AppTest, address: dict[str, str], says: str) -> None:
    opened(app)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert says in text_of(app)
