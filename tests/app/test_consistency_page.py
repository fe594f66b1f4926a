"""The Consistency page without a browser: the findings of ``check``, filtered, with their cases and clauses."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase
from payerlogic.app.draft_address import OFFERED
from payerlogic.app.pages.consistency import repairs
from payerlogic.app.pages.consistency.finding_card import name_of
from payerlogic.consistency.finding import Finding
from payerlogic.repair.search import LISTED
from payerlogic.wording.findings import level
from tests.app.conftest import open_page, text_of

POLICY, KIND, LEVEL = "choice.consistency.policy", "choice.consistency.kind", "choice.consistency.level"
BY_DEFAULT, FIXED = "choice.consistency.by_default", "choice.consistency.as_read"
SEARCH, OPENED = "choice.consistency.search", "choice.consistency.finding"


@pytest.fixture(scope="module")
def found(kb: KnowledgeBase) -> list[Finding]:
    return kb.check("nia")


def opened(app: AppTest, **chosen: object) -> AppTest:
    for name, value in chosen.items():
        app.session_state[name] = value
    open_page(app, "consistency")
    assert not app.exception, app.exception
    return app


def nia(app: AppTest, **chosen: object) -> AppTest:
    return opened(app, **{POLICY: "nia", "consistency.more": "nia", "consistency.others": True, **chosen})


def kinds(app: AppTest) -> list[str]:
    return re.findall(r'data-kind="(\w+)"', text_of(app))


def test_what_holds_by_default_comes_first_the_gravest_before(
    app: AppTest, kb: KnowledgeBase, found: list[Finding]
) -> None:
    nia(app, **{"consistency.others": False})
    default = [each for each in found if each.by_default]
    assert sorted(kinds(app)) == sorted(each.kind for each in default)
    marks = re.findall(r"<article.*?</span> (error|warning|note)</span>", text_of(app))
    assert marks == sorted(marks, key=["error", "warning", "note"].index)
    assert [each.value for each in app.subheader][1:] == [
        f"By default: {len(default)} findings",
        f"Only under other readings: {len(found) - len(default)} findings",
    ]
    nia(app)
    assert sorted(kinds(app)) == sorted(each.kind for each in found)
    assert f"{len(found)} findings" in [each.value for each in app.header]


def test_each_finding_says_who_should_mend_what(app: AppTest, found: list[Finding]) -> None:
    nia(app)
    said = re.findall(r'<p class="pl-presumed">([^<]+)</p>', text_of(app))
    assert len(said) == len(found)
    assert any(each.startswith("NIA: drop or correct what can never be met.") for each in said)
    assert any(each.startswith("Nobody has to mend this: stated precedence decides.") for each in said)


def test_a_link_opens_a_finding_that_is_folded(app: AppTest, found: list[Finding]) -> None:
    other = next(each for each in found if not each.by_default)
    opened(app, **{POLICY: "nia", OPENED: name_of(other)})
    assert f'data-target="{name_of(other)}"' in text_of(app)
    assert app.session_state["consistency.others"] is True


def test_filters(app: AppTest, kb: KnowledgeBase, found: list[Finding]) -> None:
    assert set(kinds(nia(app, **{KIND: ["redundant"]}))) == {"redundant"}
    graver = kinds(nia(app, **{KIND: [], LEVEL: ["error"]}))
    assert len(graver) == sum(level(kb.catalog, each) == "error" for each in found)
    words = kinds(nia(app, **{LEVEL: [], SEARCH: "N33 Everything"}))
    assert 0 < len(words) < len(found)
    by_default = kinds(nia(app, **{SEARCH: "", BY_DEFAULT: True}))
    defaults = {each.id: each.default for each in kb.catalog.readings.values()}
    assert len(by_default) == sum(all(defaults[i] in o for i, o in each.under.items()) for each in found)


def test_nothing_left_says_what_to_do(app: AppTest) -> None:
    nia(app, **{SEARCH: "no such words"})
    assert "Choose fewer filters, or clear the words" in text_of(app)


def test_a_finding_loads_its_case_with_the_readings_it_needs(app: AppTest, found: list[Finding]) -> None:
    finding = next(each for each in found if each.kind == "conflict" and "nia_site_guideline" in each.under)
    nia(app, **{KIND: ["conflict"]})
    app.button(key=f"load.{name_of(finding)}").click().run()
    assert not app.exception
    assert finding.witness is not None
    assert app.session_state["fact.primary_site"] == finding.witness.facts["primary_site"]
    assert app.session_state["reading.nia_site_guideline"] == "delegation"


def test_an_opened_finding_shows_its_clauses_and_their_rules(app: AppTest, found: list[Finding]) -> None:
    finding = next(each for each in found if each.clauses == ("n08", "n33"))
    nia(app, **{OPENED: name_of(finding)})
    shown = text_of(app)
    assert "n33 prevails over n08, under some readings, the default ones among them" in shown
    assert "met(nia, n08) :- case(oncologic, true), not criterion(nia, named_cancer)." in shown
    assert "nia.lp, line " in shown
    next(each for each in app.button if each.label.startswith("Close")).click().run()
    assert app.session_state[OPENED] == ""
    assert "n33 prevails over n08" not in text_of(app)


def test_an_opened_finding_stays_when_the_filters_leave_it_out(app: AppTest, found: list[Finding]) -> None:
    finding = next(each for each in found if each.clauses == ("n08", "n33"))
    nia(app, **{OPENED: name_of(finding), KIND: ["dead"]})
    assert sorted(kinds(app)) == ["conflict", *(each.kind for each in found if each.kind == "dead")]


def test_only_as_the_texts_are_read_now(app: AppTest, kb: KnowledgeBase) -> None:
    defaults = {e.id: e.default for e in kb.catalog.readings.values() if e.policy in ("nia", "every_payer")}
    nia(app, **{FIXED: True})
    assert len(kinds(app)) == len(kb.check("nia", defaults))
    nia(app, **{FIXED: True, "reading.nia_site_guideline": "delegation"})
    read = kb.check("nia", {**defaults, "nia_site_guideline": "delegation"})
    assert sorted(kinds(app)) == sorted(each.kind for each in read)


def test_an_address_of_nothing_is_told(app: AppTest) -> None:
    nia(app, **{OPENED: "conflict-<b>", KIND: ["joke"]})
    assert "there is no &#x27;conflict-&lt;b&gt;&#x27;" in text_of(app)
    assert "there is no &#x27;joke&#x27;" in text_of(app)
    assert kinds(app)


def test_a_third_payer_is_checked(app_with_third_payer: AppTest) -> None:
    app = opened(app_with_third_payer, **{POLICY: "acme"})
    assert "gap" in kinds(app)
    assert "although a1 could have" in text_of(app)


def test_a_finding_has_repairs_that_open_as_drafts(app: AppTest) -> None:
    opened(app, **{POLICY: "bcbsaz", KIND: ["gap"]})
    app.button(key=f"repair.{ending(app)}").click().run(timeout=120)
    assert not app.exception, app.exception
    text = text_of(app)
    assert "declared edits, up to 2 together" in text
    assert "of the cells over " in text
    offers = [each for each in app.button if each.label.startswith("Open as a draft (finding 1, repair ")]
    assert 1 <= len(offers) <= LISTED, "as many as the time allows"
    offers[0].click().run(timeout=120)
    assert not app.exception, app.exception
    assert app.session_state[OFFERED]["policy"] == "bcbsaz"
    assert "added_clause" in app.session_state[OFFERED]["text"]


def test_a_search_that_takes_too_long_is_said(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairs, "STOPPED", 0.01)
    opened(app, **{POLICY: "nia", KIND: ["dead"]})
    app.button(key=f"repair.{ending(app)}").click().run(timeout=120)
    assert not app.exception, app.exception
    assert "The search: was stopped after 0.01 seconds" in text_of(app)


def ending(app: AppTest) -> str:
    """The name of the first finding of which a repair can be suggested."""
    return next(each.key.partition(".")[2] for each in app.button if str(each.key).startswith("repair."))


@pytest.mark.parametrize("failing", ["_said", "repairs_of"])
def test_a_repair_that_fails_costs_nothing_else(app: AppTest, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    def fail(*_: object) -> str:
        raise ValueError("a fault")

    opened(app, **{POLICY: "bcbsaz"})
    findings = kinds(app)
    monkeypatch.setattr(repairs, failing, fail)
    app.button(key=f"repair.{ending(app)}").click().run(timeout=120)
    assert not app.exception, app.exception
    assert "Something went wrong" in text_of(app)
    assert kinds(app) == findings, "the findings below stand"
