"""What the keyboard does on every page: the list of commands, the links past the head, no stop on help icons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase
from payerlogic.app.keyboard.palette import commands
from payerlogic.app.main import PAGES
from tests.app.conftest import Server
from tests.app.test_accessibility import violations
from tests.app.test_tasks import EARLY_BREAST
from tests.app.visiting import visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TITLES = {name: title for name, (title, _) in PAGES.items()}


def test_every_page_policy_value_and_example_is_a_command(kb: KnowledgeBase) -> None:
    found = {each.name for each in commands(kb, TITLES, ["An example"])}
    assert {f"page|{name}" for name in PAGES} <= found
    assert {f"policy|{name}" for name in kb.policies} <= found
    assert "example|An example" in found
    for name, attribute in kb.vocabulary.stateable.items():
        if attribute.type in ("choice", "boolean"):
            assert {f"fact|{name}|{value}" for value in attribute.spelled} <= found


def test_every_page_has_the_drawer_and_the_keys(app: AppTest) -> None:
    names = {each.proto.component_name for each in app.get("bidi_component")}
    assert {"payerlogic.drawer", "payerlogic.keyboard"} <= names


@pytest.mark.browser
@pytest.mark.slow
def test_the_keys_lead_where_they_say(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go(EARLY_BREAST)
        page = visit.page
        page.locator("section[data-outcome=approved]").wait_for()
        page.locator(".pl-skips").wait_for(state="attached")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.dataset.testid") == "stMain"
        assert page.locator("[data-testid=stTooltipIcon] button:not([tabindex='-1'])").count() == 0
        page.keyboard.press("?")
        page.get_by_role("heading", name="Keys").wait_for()
        assert violations(visit) == []
        page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.keyboard.type("margin pos")
        assert violations(visit) == []
        page.keyboard.press("Enter")
        page.wait_for_url("**margin_status=positive**")
        page.keyboard.press("/")
        page.keyboard.type("compare")
        page.keyboard.press("Enter")
        page.wait_for_url("**/compare**")
