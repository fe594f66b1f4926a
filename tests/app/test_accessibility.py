"""No violation of WCAG 2.2 at level A or AA that axe can find: every page, both themes, wide and narrow."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from payerlogic.app.pages.case.sections import ASK, CHECKLIST, EXPORT, LABELS, PART, WHY_NOT
from tests.app.conftest import ROOT, Server
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
TABLE = ROOT / "examples" / "mappings" / "made_up.csv"
# What has the focus: where it stands among all that can have it, through shadow roots, and whether it is in view.
STOP = """() => {
  const all = [];
  const walk = (node) => {
    for (const each of node.children ?? []) { all.push(each); if (each.shadowRoot) walk(each.shadowRoot); walk(each); }
  };
  walk(document.body);
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  if (!found || found === document.body) return null;
  const box = found.getBoundingClientRect();
  const seen = box.bottom > 0 && box.top < innerHeight && box.width + box.height > 0;
  return { at: all.indexOf(found), seen, text: found.outerHTML.slice(0, 200) };
}"""
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


def _drawer(visit: Visit) -> None:
    visit.go(f"?{CASE}")
    visit.page.locator("dialog.drawer[data-ready]").wait_for(state="attached")
    visit.page.locator("[data-cite]").first.click()
    visit.page.locator("dialog.drawer .statement").first.wait_for()


def _palette(visit: Visit) -> None:
    visit.go("compare")
    visit.page.locator(".pl-skips").wait_for(state="attached")
    visit.page.keyboard.press("Control+k")
    visit.page.keyboard.type("margin")
    visit.page.get_by_role("option").first.wait_for()


def _draft_with_an_error(visit: Visit) -> None:
    visit.go("draft?service=lung_screening&draft.policy=uspstf_ldct")
    field = visit.page.get_by_label(re.compile("as a draft$"))
    field.fill(f"{field.input_value()}cites(uspstf_ldct, at_lest(age_years, 50), x).\n")
    field.press("Control+Enter")
    visit.page.get_by_role("button", name=re.compile(r"^Line \d+$")).first.wait_for()


def _finding(visit: Visit) -> None:
    visit.go("consistency?consistency.policy=nia")
    visit.page.get_by_role("button", name=re.compile("^Show its clauses")).first.click()


def _columns(visit: Visit) -> None:
    visit.go("batch")
    visit.page.locator("input[type=file]").first.set_input_files(TABLE)
    visit.page.get_by_text("not understood").first.wait_for()
    open_all(visit)


def _results(visit: Visit) -> None:
    _columns(visit)
    visit.page.get_by_role("button", name="Decide the table").click()
    visit.page.get_by_role("heading", name="What to collect first").wait_for()
    visit.page.locator(".st-key-batch-results button[data-key]").first.click()
    visit.page.locator(".st-key-batch-results button[aria-pressed=true]").wait_for()


def _cell(visit: Visit) -> None:
    visit.go("compare?compare.left=nia&compare.right=bcbsaz")
    visit.page.locator("button[data-key='breast.electron_beam']").click()
    visit.page.get_by_role("button", name="Close this cell").wait_for()


def _statement(visit: Visit) -> None:
    visit.go("policies?policies.policy=nia&policies.at=statement-N26")
    visit.page.locator("[data-target='statement-N26']:focus").wait_for()


STATES = {
    "drawer": _drawer,
    "list of commands": _palette,
    "draft with an error": _draft_with_an_error,
    "a finding drawn": _finding,
    "columns of a table": _columns,
    "results of a table": _results,
    "a cell opened": _cell,
    "a statement opened": _statement,
}


@pytest.mark.slow
@pytest.mark.parametrize("look", ["wide, light", "narrow, dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_a_state(browser: Browser, server: Server, state: str, look: str) -> None:
    with visiting(browser, server, *LOOKS[look]) as visit:
        STATES[state](visit)
        visit.settle()
        visit.page.wait_for_timeout(700)
        assert violations(visit) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "case")
def test_tab_walks_through_a_page_and_out_of_it(browser: Browser, server: Server, path: str) -> None:
    """In the order of the page, each stop in view, and nothing holds the focus."""
    with visiting(browser, server) as visit:
        visit.go(path)
        visit.page.locator(".pl-skips").wait_for(state="attached")
        stops: list[int] = []
        for _ in range(400):
            visit.page.keyboard.press("Tab")
            stop = visit.page.evaluate(STOP)
            if stop is None or stop["at"] in stops[-3:] or (stop["at"] == 0 and stops):
                break
            assert stop["seen"], stop["text"]
            stops.append(stop["at"])
        else:
            pytest.fail("the page does not end")
        assert stops == sorted(stops), "in the order of the page"
        assert len(stops) > 8
        assert visit.page.locator("[tabindex]:not([tabindex='0']):not([tabindex='-1'])").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("path", ["policies?policies.policy=nia&policies.search=margin", "results"])
def test_a_page_prints_without_its_controls(browser: Browser, server: Server, path: str) -> None:
    with visiting(browser, server) as visit:
        if path == "results":
            _results(visit)
        else:
            visit.go(path)
        page = visit.page
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 740, "height": 900})
        page.wait_for_timeout(700)
        controls = "input, select, textarea, button, summary"
        left = page.evaluate(
            "(of) => [...document.querySelectorAll(of)].filter(e => e.checkVisibility() && !e.closest('.pl'))"
            ".map(e => e.outerHTML.slice(0, 120))",
            controls,
        )
        assert left == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        heading = "Results" if path == "results" else "NIA_CG_226: Intraoperative Radiation Therapy"
        assert page.get_by_role("heading", name=heading).is_visible()
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


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
