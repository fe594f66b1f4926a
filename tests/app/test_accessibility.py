"""No violation of WCAG 2.2 at level A or AA that axe can find: every page, both themes, wide and narrow."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from payerlogic.app.pages.case.sections import ASK, CHECKLIST, EXPORT, LABELS, PART, WHY_NOT
from tests.app.conftest import Server
from tests.app.visiting import NARROW, PAGES, WIDE, Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CASE = urlencode(
    {
        "id": "A made-up case",
        "f.primary_site": "breast",
        "f.t_category": "T1",
        "f.clinical_n_category": "N0",
        "f.age_years": "67",
        "f.margin_status": "negative",
        "f.modality": "electron_beam",
        "f.fractions": "1",
        "b.primary_site": "rectum",
        "r.nia_fractions": "eligibility",
    }
)
WRONG = urlencode({"f.primary_site": "brian", "f.nothing": "x", "as_of": "someday"})
EDITIONS = "compare?compare.left=bcbsaz%402022-09-19&compare.right=bcbsaz%402023-09-21"
SEVERAL = "compare?service=lung_screening&compare.mode=several&compare.who=uspstf_ldct"
VISITS = {
    **{path or "case": path for path in PAGES},
    "case with facts": f"?{CASE}",
    "wrong address": f"?{WRONG}",
    "a cell": "compare?compare.left=nia&compare.right=bcbsaz&compare.cell=rectum.electron_beam",
    "editions": EDITIONS,
    "several policies": SEVERAL,
}
# Of the Case page one section is open at a time.
SECTIONS = (WHY_NOT, ASK, PART, CHECKLIST, EXPORT)
LOOKS = {
    "wide, light": (WIDE, "light"),
    "wide, dark": (WIDE, "dark"),
    "narrow, light": (NARROW, "light"),
    "narrow, dark": (NARROW, "dark"),
}


def violations(visit: Visit) -> list[str]:
    """What axe finds, in a line for each element."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(visit.page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def open_all(visit: Visit) -> None:
    """Open what is folded, so that it is looked at too."""
    page = visit.page
    for _ in range(3):
        closed = page.locator("[data-testid='stMain'] details:not([open]) > summary")
        for index in reversed(range(min(closed.count(), 12))):
            if closed.nth(index).is_visible():
                closed.nth(index).click()
        visit.settle()
        page.wait_for_timeout(300)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("path", VISITS.values(), ids=VISITS)
def test_axe_finds_nothing(browser: Browser, server: Server, path: str, look: tuple[tuple[int, int], str]) -> None:
    size, theme = look
    with visiting(browser, server, size, theme) as visit:
        visit.go(path)
        visit.page.wait_for_timeout(700)  # what fades in has its colors only then
        assert violations(visit) == []
        open_all(visit)
        assert violations(visit) == []
        fits = visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert fits, "the page itself does not scroll sideways"


@pytest.mark.parametrize("look", ["wide, light", "narrow, dark"])
@pytest.mark.parametrize("section", SECTIONS)
def test_axe_finds_nothing_in_a_section_of_the_case(browser: Browser, server: Server, section: str, look: str) -> None:
    with visiting(browser, server, *LOOKS[look]) as visit:
        visit.go(f"?{CASE}&{urlencode({'case.section': section})}")
        visit.page.get_by_role("tab", name=LABELS.get(section, section), exact=True, selected=True).wait_for()
        visit.page.wait_for_timeout(700)
        assert violations(visit) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "case")
def test_a_page_has_one_first_heading_and_none_skips_a_level(browser: Browser, server: Server, path: str) -> None:
    with visiting(browser, server) as visit:
        visit.go(path)
        levels = visit.page.locator("[data-testid='stMain'] :is(h1, h2, h3, h4, h5, h6)").evaluate_all(
            "all => all.filter(e => e.checkVisibility()).map(e => Number(e.tagName[1]))"
        )
        assert levels[:1] == [1]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
