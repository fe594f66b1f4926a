"""A citation is a link that opens a drawer, wherever a page cites; what it names is looked up and never trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payerlogic import KnowledgeBase
from payerlogic.app.citations.drawer import contents
from payerlogic.app.citations.links import link, statements_cited
from payerlogic.program.checks.schema import shape_problems
from payerlogic.program.statements import fact
from tests.app.conftest import Server
from tests.app.test_accessibility import violations
from tests.app.test_tasks import EARLY_BREAST
from tests.app.visiting import visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_every_citation_of_the_catalog_leads_back_to_its_statements(kb: KnowledgeBase) -> None:
    for policy, book in kb.catalog.policies.items():
        for ids in book.cites.values():
            known = tuple(each for each in ids if each in book.statements)
            if known and policy in kb.policies:
                assert statements_cited(kb, kb.catalog.citation(policy, ids)) == (policy, known)


def test_what_cites_nothing_stays_a_text(kb: KnowledgeBase) -> None:
    assert link(kb, "<b> [B99999]") == "&lt;b&gt; [B99999]"


def test_a_hostile_citation_is_text_in_its_link(kb: KnowledgeBase) -> None:
    shown = link(kb, 'NIA_CG_226, "><script>alert(1)</script> [N08]')
    assert "<script>" not in shown
    assert 'data-cite="nia|N08"' in shown


def test_the_drawer_has_what_the_text_says_where_and_what_rests_on_it(kb: KnowledgeBase) -> None:
    shown = "".join(contents(kb, "bcbsaz|B16"))
    statement = kb.catalog.policies["bcbsaz"].statements["B16"]
    for part in (statement.paraphrase[1:], statement.section, "bcbsaz.lp, line ", 'data-act="copy"', "Edition of"):
        assert part in shown


def test_the_drawer_has_the_findings_about_the_clauses_when_asked(kb: KnowledgeBase) -> None:
    shown = "".join(contents(kb, "bcbsaz|B16", with_findings=True))
    assert "consistency?consistency.policy=bcbsaz&amp;consistency.finding=" in shown


@pytest.mark.parametrize("cite", ["", "nobody|B16", "bcbsaz", "bcbsaz|<b>", "every|B16", "None"])
def test_what_is_not_there_is_said_to_be_missing(kb: KnowledgeBase, cite: str) -> None:
    assert "".join(contents(kb, cite)) == "<p>These statements are not in this knowledge base.</p>"


def test_a_policy_names_where_it_is_published() -> None:
    screening = KnowledgeBase.load(service="lung_screening")
    for policy, book in screening.catalog.policies.items():
        if book.published:
            first = next(iter(book.statements))
            assert f'href="{book.published}"' in "".join(contents(screening, f"{policy}|{first}"))


@pytest.mark.parametrize("address", ["http://example.org", "javascript:alert(1)", "https://a b", 'https://a\\"b', "x"])
def test_an_address_begins_with_https_and_has_nothing_odd(address: str) -> None:
    assert [each.what for each in shape_problems(fact(f'published(acme,"{address}").'))]


@pytest.mark.browser
@pytest.mark.slow
def test_a_click_opens_the_drawer_and_escape_gives_the_place_back(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go(EARLY_BREAST)
        page = visit.page
        page.locator("dialog.drawer[data-ready]").wait_for(state="attached")
        cited = page.locator("[data-cite]").first
        for _ in range(2):  # the second time, it still shows what it showed
            cited.click()
            page.locator("dialog.drawer .statement").first.wait_for()
            assert violations(visit) == []
            page.keyboard.press("Escape")
            page.locator("dialog.drawer .statement").first.wait_for(state="hidden")
            assert cited.evaluate("each => each === document.activeElement")
        assert page.url.startswith(f"{visit.url}/?")
