"""The derivation graph in a Chromium: by mouse, by keys, in both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.app.conftest import Server
from tests.app.test_accessibility import violations
from tests.app.visiting import NARROW, WIDE, Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
CASE = {
    "f.primary_site": "breast",
    "f.tumor_behavior": "invasive",
    "f.t_category": "T1",
    "f.clinical_n_category": "N0",
    "f.age_years": "62",
    "f.margin_status": "negative",
    "f.modality": "electron_beam",
    "f.fractions": "1",
    "case.payer": "nia",
    "as_of": "2026-01-31",
}
LOOKS = {"wide": (WIDE, "light"), "narrow": (NARROW, "dark")}
CLAUSE, FAILING, MARGIN = "met(nia,n10)", "met(nia,n26)", "case(margin_status,negative)"


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    with visiting(browser, server) as opened:
        yield opened


@pytest.fixture
def page(visit: Visit) -> Page:
    """The graph of a case."""
    show(visit)
    return visit.page


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def any_page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """The graph of a case, in a wide and in a narrow window."""
    with visiting(browser, server, *request.param) as opened:
        show(opened)
        yield opened.page


def show(visit: Visit, **more: str) -> None:
    visit.go(f"?{urlencode({**CASE, **more})}")
    picture(visit.page).wait_for()


def picture(page: Page) -> Locator:
    return page.locator(".frame").get_by_role("tree", name="Derivation graph of")


def outline(page: Page) -> Locator:
    return page.get_by_role("tree", name="as text")


def in_picture(page: Page, node: str) -> Locator:
    return page.locator(f'.frame [data-node="{node}"]')


def rule(page: Page) -> Locator:
    return page.get_by_role("region", name="Rule")


def focused(page: Page) -> str | None:
    """The node that has the focus."""
    found: str | None = page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return at?.dataset?.node ?? at?.className ?? null;
        }"""
    )
    return found


def expect_focus(page: Page, node: str) -> None:
    for _ in range(50):
        if focused(page) == node:
            return
        page.wait_for_timeout(50)
    assert focused(page) == node


def scale(page: Page) -> float:
    return float(page.locator(".derivation").get_attribute("data-scale") or 0)


def test_a_click_on_a_node_opens_its_rule(any_page: Page) -> None:
    page = any_page
    in_picture(page, CLAUSE).locator("text").first.click()
    rule(page).get_by_role("heading", name="Early breast cancer: electron beam in one fraction").wait_for()
    box, window = rule(page).bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    assert 0 <= box["y"] < window["height"] - 60, "it is in the window"
    told = rule(page).inner_text()
    assert "Clause, met" in told
    assert "NIA_CG_226 (2023-01-01), Breast Cancer: first bullet [N10]" in told
    assert "age is 62 years" in told
    assert "nia.lp, line" in told
    assert "met(nia, n10) :-" in told
    page.wait_for_function("location.search.includes('case.node')")  # an address leads back to the opened rule
    rule(page).get_by_role("button", name="Close this rule (Escape)").click()
    rule(page).get_by_text("Choose a node in the picture").wait_for()
    page.wait_for_function("!location.search.includes('case.node')")


def test_an_address_opens_a_rule_and_a_fold(visit: Visit) -> None:
    show(visit, **{"case.node": FAILING, "case.folds": f"+{FAILING}"})
    rule(visit.page).get_by_role("heading", name="Rectal cancer with a positive or close margin").wait_for()
    assert in_picture(visit.page, "criterion(nia,rectal_findings)").count() == 1
    frame, node = visit.page.locator(".frame").bounding_box(), in_picture(visit.page, FAILING).bounding_box()
    assert frame is not None
    assert node is not None
    assert frame["y"] <= node["y"] <= frame["y"] + frame["height"] - node["height"], "it is in sight in its frame"


def test_a_folded_branch_is_opened_and_folded_in_the_picture(page: Page) -> None:
    beneath = in_picture(page, "criterion(nia,rectal_findings)")
    assert beneath.count() == 0
    assert in_picture(page, FAILING).get_attribute("aria-expanded") == "false"
    assert "9 folded" in (in_picture(page, FAILING).get_attribute("aria-label") or "")
    in_picture(page, FAILING).scroll_into_view_if_needed()
    in_picture(page, FAILING).locator(".fold").click()
    beneath.wait_for()
    assert in_picture(page, FAILING).get_attribute("aria-expanded") == "true"
    assert outline(page).locator('[data-node="criterion(nia,rectal_findings)"]').count() >= 1, "the outline goes along"
    in_picture(page, FAILING).locator(".fold").click()
    beneath.wait_for(state="detached")


def test_a_walk_by_keys(any_page: Page) -> None:
    page = any_page
    in_picture(page, "determination(nia)").focus()
    page.keyboard.press("ArrowRight")
    expect_focus(page, CLAUSE)
    page.keyboard.press("ArrowDown")
    expect_focus(page, "other clauses of nia")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    first = focused(page)
    page.keyboard.press("ArrowDown")
    assert focused(page) != first, "to the next of the neighbors"
    page.keyboard.press("ArrowLeft")
    expect_focus(page, CLAUSE)
    page.keyboard.press("Enter")
    rule(page).get_by_role("heading", name="Early breast cancer").wait_for()
    expect_focus(page, CLAUSE)
    page.keyboard.press("Escape")
    rule(page).get_by_text("Choose a node in the picture").wait_for()
    expect_focus(page, CLAUSE)
    page.keyboard.press("Escape")
    expect_focus(page, "after-picture")
    assert page.locator(".derivation.marked").count() == 0, "the marks are gone"


def test_keys_fold_and_unfold(page: Page) -> None:
    in_picture(page, FAILING).focus()
    page.keyboard.press("ArrowRight")
    in_picture(page, "criterion(nia,rectal_findings)").wait_for()
    expect_focus(page, FAILING)
    page.keyboard.press("ArrowRight")
    assert focused(page) != FAILING
    page.keyboard.press("ArrowLeft")
    expect_focus(page, FAILING)
    page.keyboard.press("Space")
    in_picture(page, "criterion(nia,rectal_findings)").wait_for(state="detached")
    expect_focus(page, FAILING)


def test_tab_reaches_the_picture_once_and_goes_on(page: Page) -> None:
    page.get_by_role("button", name="Full screen").focus()
    page.keyboard.press("Tab")
    expect_focus(page, "determination(nia)")
    assert page.locator(".frame [tabindex='0']").count() == 1
    assert page.locator(".outline [tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.shadowRoot?.activeElement?.closest('.frame')")


def test_the_outline_is_walked_by_keys(page: Page) -> None:
    first = outline(page).get_by_role("treeitem").first
    first.focus()
    page.keyboard.press("ArrowDown")
    expect_focus(page, CLAUSE)
    page.keyboard.press("Enter")
    rule(page).get_by_role("heading", name="Early breast cancer").wait_for()
    expect_focus(page, CLAUSE)
    page.keyboard.press("End")
    last = focused(page)
    assert last is not None
    assert outline(page).get_by_role("treeitem").last.get_attribute("data-node") == last
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => true")
    page.keyboard.press("Home")
    expect_focus(page, "determination(nia)")


def test_what_a_node_rests_on_and_serves_is_marked(page: Page) -> None:
    in_picture(page, "criterion(nia,breast_cancer)").focus()
    kin = page.locator(".frame .node.kin").evaluate_all("nodes => nodes.map(node => node.dataset.node)")
    assert set(kin) == {
        "determination(nia)",
        CLAUSE,
        "criterion(nia,breast_cancer)",
        "oncologic: yes",
        "primary_site: breast",
    }


def test_the_picture_starts_at_its_root_with_text_that_can_be_read(any_page: Page) -> None:
    page = any_page
    size = picture(page).locator("text").first.evaluate("text => text.getBoundingClientRect().height")
    assert scale(page) * 11 >= 11
    assert size >= 11
    frame, root = page.locator(".frame").bounding_box(), in_picture(page, "determination(nia)").bounding_box()
    assert frame is not None
    assert root is not None
    assert frame["x"] <= root["x"] < frame["x"] + 40
    assert frame["y"] <= root["y"] < frame["y"] + frame["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page does not scroll sideways"


def test_the_picture_is_zoomed_by_buttons_keys_and_wheel(page: Page) -> None:
    before = scale(page)
    page.get_by_role("button", name="Larger").click()
    assert scale(page) > before
    page.get_by_role("button", name="Start", exact=True).click()
    assert scale(page) == before
    in_picture(page, CLAUSE).focus()
    page.keyboard.press("-")
    assert scale(page) < before
    page.keyboard.press("0")
    whole = page.locator(".frame").evaluate("frame => [frame.scrollHeight - frame.clientHeight]")
    assert scale(page) < before
    assert whole[0] <= 8 or scale(page) == 0.25
    frame = page.locator(".frame").bounding_box()
    assert frame is not None
    smaller = scale(page)
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + 60)
    page.mouse.wheel(0, -200)
    page.locator(f".derivation:not([data-scale='{smaller:.2f}'])").wait_for()
    assert scale(page) > smaller


def test_the_picture_is_dragged_and_that_opens_nothing(page: Page) -> None:
    page.get_by_role("button", name="Larger").click()
    frame = page.locator(".frame")
    box = in_picture(page, CLAUSE).bounding_box()
    assert box is not None
    before = frame.evaluate("frame => frame.scrollLeft")
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] - 30, box["y"], steps=4)
    page.mouse.move(box["x"] - 60, box["y"], steps=4)
    page.mouse.up()
    assert frame.evaluate("frame => frame.scrollLeft") > before
    page.wait_for_timeout(300)
    assert rule(page).get_by_role("heading").count() == 0
    assert "case.node" not in page.url


def test_views_are_chosen(any_page: Page) -> None:
    page = any_page
    nodes = page.locator(".frame .node")
    context = nodes.count()
    page.get_by_text("Met only", exact=True).click()
    page.locator(".frame [data-node='other clauses of nia']").wait_for(state="detached")
    met = nodes.count()
    page.get_by_text("All", exact=True).click()
    in_picture(page, "criterion(nia,rectal_findings)").wait_for()
    assert met < context < nodes.count()
    assert nodes.count() > 80
    assert scale(page) * 11 >= 11
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_reason_in_an_opened_rule_leads_to_its_own(page: Page) -> None:
    in_picture(page, CLAUSE).locator("text").first.click()
    rule(page).get_by_role("button", name="breast cancer", exact=True).click()
    rule(page).get_by_role("heading", name="Breast cancer", exact=True).wait_for()
    rule(page).get_by_role("button", name="Fold it in the picture").click()
    in_picture(page, "criterion(nia,breast_cancer)").and_(page.locator("[aria-expanded=false]")).wait_for()
    rule(page).get_by_role("button", name="Show the 2 that the picture hides").click()
    in_picture(page, "criterion(nia,breast_cancer)").and_(page.locator("[aria-expanded=true]")).wait_for()
    page.keyboard.press("Escape")
    rule(page).get_by_text("Choose a node in the picture").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_whole_graph_with_a_rule_opened(browser: Browser, server: Server, theme: str) -> None:
    with visiting(browser, server, WIDE, theme) as visit:
        show(visit, **{"case.view": "all", "case.node": CLAUSE})
        rule(visit.page).get_by_role("heading", name="Early breast cancer").wait_for()
        visit.page.wait_for_timeout(500)
        assert violations(visit) == []


def test_the_dark_theme_has_no_white_box(browser: Browser, server: Server) -> None:
    with visiting(browser, server, WIDE, "dark") as visit:
        show(visit)
        visit.page.wait_for_timeout(300)
        shown = visit.page.locator(".frame").evaluate(
            """frame => [getComputedStyle(frame.closest('.picture')).backgroundColor,
                         ...[...frame.querySelectorAll('.node > path')].map(path => getComputedStyle(path).fill)]"""
        )
        for color in shown:
            red, green, blue = (int(part) for part in color.partition("(")[2].rstrip(")").split(",")[:3])
            assert max(red, green, blue) < 100, color


@pytest.mark.parametrize("by_link", [False, True], ids=["by keys", "by link"])
def test_a_row_of_the_checklist_leads_to_its_place_in_the_graph(visit: Visit, by_link: bool) -> None:
    page = visit.page
    visit.go(f"?{urlencode({**CASE, 'f.margin_status': 'positive', 'case.section': 'Checklist', 'case.view': 'met'})}")
    row = page.locator("details.pl-check").filter(has_text="not met: needs negative").first
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    jump = row.get_by_role("link", name="Show it in the graph").first
    if by_link:
        visit.go(jump.get_attribute("href") or "")
    else:
        jump.focus()
        page.keyboard.press("Enter")
    picture(page).wait_for()
    expect_focus(page, MARGIN)
    rule(page).get_by_role("heading", name="Surgical margin is positive, needs negative").wait_for()
    node = in_picture(page, MARGIN)
    assert "open" in (node.get_attribute("class") or "").split(), "it is marked"
    page.wait_for_function("node => node.getBoundingClientRect().top < innerHeight - 40", arg=node.element_handle())
    box = node.bounding_box()
    assert box is not None
    assert box["y"] > 60, "it is below the verdicts"


def test_both_derivations_stand_on_one_canvas_with_the_way_between_them_in_bold(visit: Visit) -> None:
    page = visit.page
    visit.go(f"?{urlencode({**CASE, 'case.section': 'Why the payers disagree'})}")
    canvas = page.locator(".zoomed .frame")
    way = canvas.locator(".node.way")
    way.first.wait_for()
    assert page.locator(".zoomed .map").is_visible(), "not all of it is in view"
    gap = canvas.locator(".node.start")
    assert "BCBSAZ has no clause with the same outcome" in " ".join((gap.text_content() or "").split())
    frame, middle = canvas.bounding_box(), gap.bounding_box()
    assert frame is not None
    assert middle is not None
    assert frame["x"] < middle["x"] < frame["x"] + frame["width"] - middle["width"], "it starts in the middle"
    left, right = (way.filter(has_text=each).first.bounding_box() for each in ("BCBSAZ: exp", "NIA_CG_226: med"))
    assert left is not None
    assert right is not None
    assert left["x"] < middle["x"] < right["x"], "a payer at each side"
    page.get_by_role("button", name="Whole").click()
    assert canvas.evaluate("frame => frame.scrollWidth <= frame.clientWidth + 1")
    canvas.get_by_role("link", name="Early breast cancer").focus()
    page.keyboard.press("Enter")
    picture(page).wait_for()
    expect_focus(page, CLAUSE)
