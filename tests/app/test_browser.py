"""The Case page in a Chromium, as a person uses it; nothing that it does may leave this computer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import Server
from tests.app.visiting import NARROW, WIDE, Visit, choose, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SECRET = "Zebra 4711"
EARLY_BREAST = "Early breast cancer, electron beam (made up)"


@pytest.fixture(params=[(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow"])
def visit(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    """The page, opened; a request that leaves this computer, or an error of a script, fails the test."""
    size, theme = request.param
    with visiting(browser, server, size, theme) as opened:
        opened.go()
        yield opened


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.page


def verdicts(page: Page, *outcomes: str) -> None:
    """Wait until the cards show these outcomes, in their order."""
    cards = [f"section[data-outcome={each}]" for each in outcomes]
    page.locator(" + ".join(cards)).wait_for()


def test_an_example_is_determined_explained_and_changed(visit: Visit, server: Server) -> None:
    page = visit.page
    choose(page, "Start from an example (all made up)", "Rectum, T4, close margin (made up)")
    verdicts(page, "approved", "approved")
    assert page.locator("section[data-outcome]").count() == 2
    page.get_by_role("region", name="Rationale").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page itself does not scroll sideways"
    )
    choose(page, "Surgical margin", "negative")
    name = page.get_by_role("textbox", name="Name of the case", exact=True)
    name.fill(SECRET)
    name.press("Enter")
    page.locator("section[data-outcome=denied]").first.wait_for()
    page.get_by_text(SECRET, exact=True).wait_for()
    visit.settle()
    assert SECRET not in server.logged
    assert "Traceback" not in server.logged


def test_the_verdicts_stay_in_view_however_far_one_scrolls(visit: Visit) -> None:
    visit.go("?f.primary_site=breast&f.age_years=62")
    visit.page.get_by_text("Words used here").scroll_into_view_if_needed()
    strip = visit.page.get_by_role("status", name="Determinations")
    box, size = strip.bounding_box(), visit.page.viewport_size
    assert box is not None
    assert size is not None
    assert 0 <= box["y"] < size["height"] / 4


def test_where_the_form_stands_below_the_answers_a_link_leads_there_and_back(visit: Visit) -> None:
    from playwright.sync_api import expect

    page = visit.page
    visit.go("?f.primary_site=breast&f.modality=electron_beam")
    there, back = (page.get_by_role("link", name=name) for name in ("Edit the facts", "Back to the answer"))
    if page.viewport_size == {"width": WIDE[0], "height": WIDE[1]}:
        assert (there.count(), back.count()) == (0, 0), "beside the answers no link is needed"
        return
    for link, shown in ((there, page.get_by_role("heading", name="The case")), (back, page.locator("#answers"))):
        link.click()
        expect(shown).to_be_in_viewport()
    page.locator("section[data-outcome]").first.wait_for()


def test_what_is_typed_finds_a_value_and_what_cannot_be_read_is_corrected_by_a_click(visit: Visit) -> None:
    page = visit.page
    visit.go("?typed.primary_site=rectim&f.t_category=T4")
    form = page.locator(".st-key-form")
    form.get_by_role("alert").get_by_text("did you mean 'rectum'?").wait_for()
    page.get_by_text("Fix these facts").wait_for()
    assert page.locator("section[data-outcome]").count() == 0
    page.get_by_role("button", name="Use rectum", exact=True).click()
    page.locator("section[data-outcome]").first.wait_for()
    margin = page.get_by_role("combobox", name="Surgical margin", exact=True)
    margin.click()
    margin.fill("neg")
    margin.press("Enter")
    page.locator("section[data-outcome=denied]").first.wait_for()
    assert margin.input_value().startswith("negative")


def test_a_reading_can_be_switched_and_its_list_stays_open(visit: Visit) -> None:
    page = visit.page
    visit.go("?case.begun=on")
    page.get_by_text("Readings, assumptions and date").click()
    page.get_by_text("a positive margin; or a close one with T4; or recurrent").first.click()
    page.get_by_text("1 of 27 readings changed").wait_for()
    page.get_by_role("button", name="Reset all readings to their defaults").click()
    page.get_by_text("All readings are at their defaults").wait_for()
    assert page.get_by_role("button", name="Reset all readings to their defaults").is_visible()


def test_why_one_denies_what_the_other_approves_and_what_unites_them(visit: Visit) -> None:
    """What a newcomer should find within two minutes, without reading anything first."""
    page = visit.page
    choose(page, "Start from an example (all made up)", EARLY_BREAST)
    verdicts(page, "denied", "approved")
    page.get_by_role("tab", name="Why they disagree").click()
    none = "BCBSAZ has no clause with the same outcome for any of these cases."
    page.get_by_role("listitem").filter(has_text=none).wait_for()
    page.get_by_text("1. Number of fractions: 2 or more (now 1)").wait_for()
    visit.settle()
    page.wait_for_timeout(500)
    tabs = page.get_by_role("tablist").bounding_box()
    assert tabs is not None
    if page.viewport_size == {"width": WIDE[0], "height": WIDE[1]}:
        assert 0 < tabs["y"] < 420, "the way to every answer is above the fold"
    page.get_by_role("button", name="Apply this change: number of fractions: 2", exact=True).click()
    verdicts(page, "denied", "denied")
    page.get_by_role("status", name="Determinations").get_by_text("(was: Approved)").wait_for()
    page.get_by_role("button", name="Go back to the baseline").click()
    verdicts(page, "denied", "approved")


def test_a_link_restores_the_whole_page(visit: Visit, browser: Browser, server: Server) -> None:
    page = visit.page
    choose(page, "Start from an example (all made up)", EARLY_BREAST)
    verdicts(page, "denied", "approved")
    page.get_by_role("button", name="Keep as baseline").click()
    page.get_by_text("This is the baseline").wait_for()
    choose(page, "Surgical margin", "close")
    verdicts(page, "denied", "denied")
    page.get_by_role("tab", name="What would change it", exact=True).click()
    page.get_by_text("Which outcome do you want?").wait_for()
    visit.settle()
    link = page.url
    assert "f.margin_status=close" in link
    assert "b.margin_status=negative" in link
    with visiting(browser, server) as other:
        other.go(link.partition(server.url)[2].lstrip("/"))
        verdicts(other.page, "denied", "denied")
        other.page.get_by_text("Surgical margin: close (was negative)").wait_for()
        assert (
            other.page.get_by_role("tab", name="What would change it", exact=True).get_attribute("aria-selected")
            == "true"
        )
        assert other.page.url == link


def test_the_browsers_back_undoes_a_change(visit: Visit) -> None:
    page = visit.page
    visit.go("?f.primary_site=rectum&f.t_category=T4&f.margin_status=close")
    verdicts(page, "approved", "approved")
    choose(page, "Surgical margin", "negative")
    page.wait_for_url("**f.margin_status=negative**")
    visit.settle()
    page.wait_for_timeout(1000)  # nobody is quicker, and a stale address is not mistaken for going back
    page.go_back()
    verdicts(page, "approved", "approved")
    assert page.get_by_role("combobox", name="Surgical margin", exact=True).input_value().startswith("close")


def test_files_are_uploaded_and_what_is_wrong_with_one_is_told(visit: Visit, server: Server) -> None:
    page = visit.page
    visit.go("?case.begun=on")

    def upload(name: str, text: str, told: str) -> None:
        page.get_by_role("button", name="Paste or upload a case").click()
        files = [{"name": name, "mimeType": "text/plain", "buffer": text.encode()}]
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)
        page.get_by_text(told).first.wait_for()
        visit.settle()
        page.keyboard.press("Escape")

    which = "Which of the 2 cases of cases.csv?"
    upload("cases.csv", f"id,primary_site,age_years\n{SECRET},rectim,50\nB,rectum,61\n", which)
    choose(page, which, f"1: {SECRET}")
    page.get_by_text("record 1 (line 2), primary_site: unknown value 'rectim'; did you mean 'rectum'?").wait_for()
    choose(page, which, "2: B")
    page.get_by_text("Loaded: 2: B, of cases.csv.").wait_for()
    page.get_by_text("primary site is rectum; age is 61 years").wait_for()
    upload("case.yaml", "primary_site: [", "is not YAML from here on")
    page.get_by_text("primary site is rectum; age is 61 years").wait_for()
    upload("case.json", json.dumps({"id": "C", "primary_site": "colon"}), "primary site is colon")
    visit.settle()
    assert SECRET not in server.logged


def test_two_people_at_once_see_each_their_own_case(visit: Visit, browser: Browser, server: Server) -> None:
    one = visit
    with visiting(browser, server) as two:
        one.go("?id=One&f.primary_site=rectum&f.t_category=T4&f.margin_status=close")
        two.go("?id=Two&f.primary_site=breast&f.margin_status=negative")
        for margin, mine in (("negative", "denied"), ("close", "approved"), ("negative", "denied")):
            choose(two.page, "Surgical margin", "positive" if margin == "close" else "close")
            choose(one.page, "Surgical margin", margin)
            one.page.locator(f"section[data-outcome={mine}]").first.wait_for()
            one.settle()
            two.settle()
            one.page.get_by_text("One: primary site is rectum").wait_for()
            two.page.get_by_text("Two: primary site is breast").wait_for()
            assert "f.primary_site=rectum" in one.page.url
            assert "f.primary_site=breast" in two.page.url
