"""The page in a Chromium, as a person uses it; nothing that it does may leave this computer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.app.conftest import SECONDS, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser
HERE = ("localhost", "127.0.0.1", "")  # no host: data and blob addresses
SECRET = "Zebra 4711"


@pytest.fixture(params=[(1280, 900, "light"), (390, 844, "dark")], ids=["wide", "narrow"])
def page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """The page, opened; a request that leaves this computer, or an error of a script, fails the test."""
    width, height, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.set_default_timeout(SECONDS * 1000)
    outside: list[str] = []
    errors: list[str] = []

    def check(route: Route) -> None:
        if urlsplit(route.request.url).hostname in (*HERE, None):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", check)
    opened = context.new_page()
    opened.on("websocket", lambda socket: None if urlsplit(socket.url).hostname in HERE else outside.append(socket.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(server.url)
    opened.get_by_role("heading", name="What each payer's policy says").wait_for()
    opened.get_by_role("region", name="Rationale").wait_for()
    yield opened
    context.close()
    assert outside == []
    assert errors == []


def open_form(page: Page) -> None:
    """On a narrow screen the form lies behind a button."""
    button = page.get_by_test_id("stExpandSidebarButton")
    if button.is_visible():
        button.click()


def close_form(page: Page) -> None:
    width = page.viewport_size
    if width and width["width"] < 700:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()


def choose(page: Page, field: str, option: str) -> None:
    """A list closes when the form scrolls under it, as it does on the way to the field: then open it again."""
    from playwright.sync_api import TimeoutError as TooLate

    box = page.get_by_role("combobox", name=field, exact=True)
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(5):
        box.click()
        try:
            wanted.click(timeout=3000)
            return
        except TooLate:
            continue
    pytest.fail(f"{field} does not offer {option}")


def test_an_example_is_determined_explained_and_changed(page: Page, server: Server) -> None:
    open_form(page)
    choose(page, "Start from an example (all made up)", "Rectum, T4, close margin (made up)")
    close_form(page)
    cards = page.locator("section[data-outcome]")
    page.locator("section[data-outcome=approved]").nth(1).wait_for()
    assert cards.count() == 2
    graph = page.get_by_role("region", name="Derivation graph of")
    graph.scroll_into_view_if_needed()
    picture = graph.get_by_role("img", name="Derivation:")
    picture.wait_for()
    size = picture.bounding_box()
    frame = graph.bounding_box()
    assert size is not None
    assert frame is not None
    assert size["width"] > frame["width"], "the graph scrolls in its frame"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page itself does not scroll sideways"
    )

    open_form(page)
    choose(page, "Surgical margin", "negative")
    page.get_by_role("textbox", name="Name of the case", exact=True).fill(SECRET)
    page.get_by_role("textbox", name="Name of the case", exact=True).press("Enter")
    close_form(page)
    page.locator("section[data-outcome=denied]").first.wait_for()
    page.get_by_text(SECRET, exact=True).wait_for()
    assert SECRET not in server.logged
    assert "Traceback" not in server.logged


def test_what_is_typed_wrong_is_told_where_it_stands(page: Page) -> None:
    open_form(page)
    field = page.get_by_role("combobox", name="Primary site", exact=True)
    field.click()
    field.fill("rectim")
    page.get_by_role("option", name="Add: rectim").wait_for()
    field.press("Enter")
    page.get_by_test_id("stSidebar").get_by_role("alert").get_by_text("did you mean 'rectum'?").wait_for()
    close_form(page)
    page.get_by_text("Mend these facts first").wait_for()
    assert page.locator("section[data-outcome]").count() == 0


def test_the_picture_can_be_downloaded(page: Page) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the graph (SVG)").click()
    download = waiting.value
    assert download.suggested_filename.endswith(".svg")
    with open(download.path(), encoding="utf-8") as file:
        assert file.read().startswith("<svg")


def test_a_reading_can_be_switched_and_its_list_stays_open(page: Page) -> None:
    head = page.get_by_text("Readings, presumptions and date:")
    head.click()
    page.get_by_text("a positive margin; or a close one with T4; or recurrent").first.click()
    page.get_by_text("1 of 25 readings changed").wait_for()
    page.get_by_text("Read otherwise than by default").first.wait_for()
    page.get_by_role("button", name="All readings to their defaults").click()
    page.get_by_text("all at their defaults").wait_for()
    assert page.get_by_role("button", name="All readings to their defaults").is_visible()
