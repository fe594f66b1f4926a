"""Compare, Consistency and Policies in a Chromium: their main paths, by mouse and keys, and their downloads."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from payerlogic import KnowledgeBase
from payerlogic.documents.comparison_report import Report
from payerlogic.text.phrases import percent
from tests.app.conftest import Server
from tests.app.test_accessibility import open_all, violations
from tests.app.visiting import NARROW, WIDE, Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
LOOKS = {"wide": (WIDE, "light"), "narrow": (NARROW, "dark")}
BOTH = "compare?compare.left=nia&compare.right=bcbsaz"


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def visit(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    with visiting(browser, server, *request.param) as opened:
        yield opened
        fits = opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert fits, "the page itself does not scroll sideways"


@pytest.fixture
def wide(browser: Browser, server: Server) -> Iterator[Visit]:
    with visiting(browser, server) as opened:
        yield opened


def chosen(page: Page, name: str, value: str) -> None:
    """Wait until the address says so."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get(name, [""]) == [value])


def cell(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def focused(page: Page) -> str:
    found: str = page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          return at?.dataset?.key ?? "";
        }"""
    )
    return found


def download(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


# Every view besides the one with which a page opens, which tests.app.test_accessibility looks at.
VIEWS = {
    "a cell and switched readings": f"{BOTH}&compare.cell=rectum.electron_beam&r.bcbsaz_rectal_scope=any_of_the_three",
    "one policy in two readings": "compare?compare.left=nia&compare.right=nia"
    "&compare.right_reading=nia_breast_tis%3Dtis_as_alternative",
    "the same twice": "compare?compare.left=nia&compare.right=nia",
    "findings of NIA": "consistency?consistency.policy=nia&consistency.kind=conflict&consistency.as_read=on",
    "no finding": "consistency?consistency.search=zzz",
    "clauses": "policies?policies.policy=nia&policies.view=clauses&policies.search=margin",
    "ambiguities": "policies?policies.policy=nia&policies.view=readings&r.nia_fractions=eligibility",
    "editions": "policies?policies.policy=bcbsaz&policies.view=editions",
    "codes": "policies?policies.policy=nia&policies.view=codes",
}


@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS)
def test_axe_finds_nothing(visit: Visit, path: str) -> None:
    visit.go(path)
    open_all(visit)
    visit.page.wait_for_timeout(700)  # what fades in has its colors only then
    assert violations(visit) == []


def test_a_link_restores_the_page(wide: Visit) -> None:
    page = wide.page
    wide.go(f"{BOTH}&compare.cell=rectum.proton&r.nia_closure=own_section_only")
    page.get_by_text("A link to this page as it stands").click()
    link = page.get_by_test_id("stCode").inner_text()
    wide.go(link.strip().removeprefix(f"{wide.url}/"))
    page.get_by_role("heading", name="Rectum: protons").wait_for()
    page.get_by_role("heading", name="What the changed readings change").wait_for()


# --- Compare ------------------------------------------------------------------------------------------------


def test_a_cell_opens_its_regions_and_one_becomes_the_case(visit: Visit) -> None:
    page = visit.page
    visit.go(BOTH)
    cell(page, "breast, electron beam: conflict").click()
    chosen(page, "compare.cell", "breast.electron_beam")
    page.get_by_role("heading", name="Breast: electron beam").wait_for()
    card = page.locator("article[data-region]").first
    card.get_by_text("[N10]").first.wait_for()
    card.get_by_text("[B18]").first.wait_for()
    page.get_by_role("button", name="Load this case (region").first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/" and "f.primary_site=breast" in url)
    page.locator("section[data-outcome=approved]").wait_for()
    page.locator("section[data-outcome=denied]").wait_for()


SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"


@pytest.mark.slow
def test_on_a_narrow_screen_a_cell_leads_to_its_panel_and_back(browser: Browser, server: Server) -> None:
    with visiting(browser, server, NARROW) as visit:
        page = visit.page
        visit.go(BOTH)
        cell(page, "breast, electron beam: conflict").click()
        heading = page.get_by_role("heading", name="Breast: electron beam")
        heading.wait_for()
        page.wait_for_function("document.activeElement.tagName === 'H3'")
        page.wait_for_timeout(500)
        box = heading.bounding_box()
        assert box is not None
        assert 0 < box["y"] < 200, "the panel begins below the bar"
        page.get_by_role("button", name="Close this cell").click()
        heading.wait_for(state="hidden")
        for _ in range(50):
            if focused(page) == "breast.electron_beam":
                break
            page.wait_for_timeout(100)
        assert focused(page) == "breast.electron_beam"
        assert cell(page, "breast, electron beam: conflict").is_visible()


@pytest.mark.slow
def test_on_a_wide_screen_nothing_moves(wide: Visit) -> None:
    page = wide.page
    wide.go(BOTH)
    opened = cell(page, "breast, electron beam: conflict")
    opened.scroll_into_view_if_needed()
    before = page.evaluate(SCROLLED)
    opened.click()
    page.get_by_role("heading", name="Breast: electron beam").wait_for()
    wide.settle()
    page.wait_for_timeout(1000)
    assert page.evaluate(SCROLLED) == before


def test_the_matrix_by_keys(wide: Visit) -> None:
    page = wide.page
    wide.go(BOTH)
    cell(page, "breast, electron beam: conflict").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "cervix_uteri.electronic_brachytherapy"
    page.keyboard.press("End")
    assert focused(page) == "cervix_uteri.proton"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "cervix_uteri.proton", "there is nothing beyond the last"
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    chosen(page, "compare.cell", "cervix_uteri.electron_beam")
    wide.settle()
    assert focused(page) == "cervix_uteri.electron_beam"
    assert cell(page, "uterine cervix, electron beam:").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "compare.cell" not in url)


def in_conflict(kb: KnowledgeBase, readings: dict[str, str]) -> Fraction:
    """The share of the cells on which NIA, read so, and BCBSAZ are in conflict."""
    found = kb.compare("nia", "bcbsaz", left_settings=kb.settings(readings))
    return sum((each.share for each in found.with_relation("conflict")), Fraction())


def test_an_address_restores_parties_filter_cell_and_readings(visit: Visit, kb: KnowledgeBase) -> None:
    page = visit.page
    was, now = (in_conflict(kb, readings) for readings in ({}, {"nia_closure": "own_section_only"}))
    visit.go(f"{BOTH}&compare.relation=basis&compare.cell=rectum.proton&r.nia_closure=own_section_only")
    page.get_by_role("heading", name="NIA and BCBSAZ compared").wait_for()
    page.get_by_role("heading", name="What the changed readings change").wait_for()
    page.get_by_text(f"Gone: {percent(was - now)} of the cells").wait_for()
    page.get_by_role("heading", name="Rectum: protons").wait_for()
    marks = page.locator("article[data-region] .pl-badge").all_inner_texts()
    assert marks
    assert all("other basis" in each for each in marks)


def test_a_relation_is_filtered_everywhere(wide: Visit) -> None:
    page = wide.page
    wide.go(BOTH)
    page.get_by_role("button", name="process").first.click()
    chosen(page, "compare.relation", "process")
    page.get_by_role("heading", name="All 1 region of these relations").wait_for()
    assert cell(page, "pancreas, electron beam: process").count() == 1
    assert cell(page, "breast, electron beam").count() == 0
    assert page.locator("article[data-region]").count() == 1


def test_the_downloads_of_a_comparison(wide: Visit, kb: KnowledgeBase) -> None:
    from openpyxl import load_workbook

    page = wide.page
    wide.go(f"{BOTH}&as_of=2026-11-22")
    report = Report.of(kb, kb.compare("nia", "bcbsaz"))
    count = sum(len(pair.regions) for pair in report.pairs)

    name, data = download(page, "Page (HTML)")
    assert name == "compare-nia@2026-11-22-bcbsaz@2026-11-22.html"
    assert b"NIA and BCBSAZ compared" in data
    assert b"<script" not in data

    name, data = download(page, "Workbook (XLSX)")
    assert name.endswith(".xlsx")
    book = load_workbook(BytesIO(data))
    sheet = next(each for each in book if each["A1"].value == "Region")
    assert sheet.max_row == count + 1
    assert all(each.data_type != "f" for page_ in book for row in page_.iter_rows() for each in row)

    name, data = download(page, "Rows (CSV)")
    rows = list(csv.DictReader(StringIO(data.decode(), newline="")))
    assert len(rows) == count
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())

    name, data = download(page, "Markdown")
    assert data.decode().startswith("# NIA and BCBSAZ compared")

    name, data = download(page, "Data (JSON)")
    found = json.loads(data)
    assert found["complete"] is True
    assert len(found["contested"]) == found["counts"]["regions_where_outcomes_differ"] - 1
    assert found["kb"] == kb.digest


def test_own_cases_are_counted_and_what_is_wrong_is_told(wide: Visit) -> None:
    page = wide.page
    wide.go(BOTH)
    page.get_by_text("Count your own cases").click()
    text = "id,primary_site,t_category,margin_status\n=1+1,rectum,T4,close\nb,rectum,T4,close\nc,rectim,T4,close\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "cases.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_text("Of 2 cases of the given mix: agree 2").locator("visible=true").first.wait_for()
    page.get_by_role("alert").get_by_text("did you mean 'rectum'?").wait_for()
    page.get_by_role("columnheader", name="own cases").wait_for()
    _, data = download(page, "Markdown")
    assert "Of 2 cases of the given mix" in data.decode()


def test_a_file_that_is_none_is_refused(wide: Visit) -> None:
    page = wide.page
    wide.go(BOTH)
    page.get_by_text("Count your own cases").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "cases.json", "mimeType": "application/json", "buffer": b"[{<script>alert(1)</script>"}
    )
    page.get_by_role("alert").get_by_text("cases.json").first.wait_for()
    page.get_by_text("No case of the mix could be decided").locator("visible=true").first.wait_for()


# --- Consistency ---------------------------------------------------------------------------------------------


def test_a_finding_is_opened_drawn_and_loaded(visit: Visit, kb: KnowledgeBase) -> None:
    page = visit.page
    number = next(i for i, each in enumerate(kb.check("nia"), 1) if each.clauses == ("n08", "n33"))
    visit.go("consistency?consistency.policy=nia")
    page.get_by_role("heading", name="findings", exact=False).first.wait_for()
    page.get_by_role("button", name=f"Show its clauses (finding {number})").click()
    picture = page.get_by_role("img", name="clauses and how they stand to each other")
    picture.wait_for()
    box = picture.bounding_box()
    assert box is not None
    assert box["height"] > 40
    page.get_by_text("The same in words").first.click()
    page.locator("li", has_text="n33 prevails over n08, under some readings, the default ones").wait_for()
    page.wait_for_url(lambda url: "consistency.finding=" in url)
    address = page.url
    visit.go(address.removeprefix(f"{visit.url}/"))
    page.get_by_role("img", name="clauses and how they stand to each other").wait_for()
    page.get_by_role("button", name=f"Load this case (finding {number})").click()
    page.locator(".pl").get_by_text("primary site is brain").first.wait_for()


def test_findings_are_filtered(wide: Visit, kb: KnowledgeBase) -> None:
    page = wide.page
    count = sum(each.kind == "dead" for each in kb.check("nia"))
    wide.go("consistency?consistency.policy=nia")
    page.get_by_role("button", name=f"Dead {count}").click()
    chosen(page, "consistency.kind", "dead")
    page.get_by_role("heading", name=f"{count} of").wait_for()
    page.get_by_text("a tumor is in situ if and only if its T category is Tis").wait_for()


def test_the_downloads_of_a_check(wide: Visit, kb: KnowledgeBase) -> None:
    page = wide.page
    wide.go("consistency?consistency.policy=bcbsaz")
    count = len(kb.check("bcbsaz"))
    name, data = download(page, "All findings (JSON)")
    assert (name, len(json.loads(data)["findings"])) == ("check-bcbsaz.json", count)
    name, data = download(page, "For code scanning (SARIF)")
    log = json.loads(data)
    assert (name, log["version"]) == ("check-bcbsaz.sarif", "2.1.0")
    assert len(log["runs"][0]["results"]) == count
    page.get_by_role("button", name="Show its clauses (finding 1)").click()
    name, data = download(page, "Graph (SVG)")
    assert name == "clauses-bcbsaz.svg"
    assert data.startswith(b"<svg")


# --- Policies -------------------------------------------------------------------------------------------------


def test_what_is_searched_is_found_and_opened(visit: Visit) -> None:
    page = visit.page
    visit.go("policies")
    field = page.get_by_role("textbox", name="Search all policies")
    field.fill("pancreatic physician review")
    field.press("Enter")
    page.get_by_role("button", name="NIA, clause n23").wait_for()
    chosen(page, "policies.search", "pancreatic physician review")
    page.get_by_role("button", name="NIA, statement N23").click()
    chosen(page, "policies.section", "Pancreatic Cancer")
    entry = page.locator('[data-statement="N23"]')
    entry.get_by_text("Clause: Pancreatic cancer: a physician reviews").click()
    entry.get_by_text("met(nia, n23) :-").wait_for()


def test_a_reading_switched_here_is_switched_on_every_page(wide: Visit) -> None:
    page = wide.page
    wide.go("policies?policies.policy=nia&policies.view=readings")
    page.get_by_text("invasive T1, or Tis", exact=True).first.click()
    chosen(page, "r.nia_breast_tis", "tis_as_alternative")
    page.get_by_role("link", name="Case").click()
    chosen(page, "r.nia_breast_tis", "tis_as_alternative")
    page.get_by_role("link", name="Compare").click()
    chosen(page, "r.nia_breast_tis", "tis_as_alternative")
    page.get_by_role("heading", name="What the changed readings change").wait_for()


def test_what_a_reading_changes_is_a_comparison_of_the_policy_with_itself(wide: Visit) -> None:
    page = wide.page
    wide.go("policies?policies.policy=nia&policies.view=readings")
    page.get_by_role("button", name="See which outcomes change: invasive T1, or Tis").click()
    page.get_by_role("heading", name="nia_breast_tis=tis_as_alternative").wait_for()
    page.wait_for_url(lambda url: "compare.right_reading=nia_breast_tis%3Dtis_as_alternative" in url)
    page.locator("article[data-region]").first.wait_for()


def test_the_downloads_of_a_policy(wide: Visit, kb: KnowledgeBase) -> None:
    page = wide.page
    wide.go("policies?policies.policy=nia")
    name, data = download(page, "Statements (CSV)")
    rows = list(csv.DictReader(StringIO(data.decode(), newline="")))
    assert name == "statements-nia.csv"
    assert {row["statement"] for row in rows} == set(kb.catalog.policies["nia"].statements)
    name, data = download(page, "Ambiguities (CSV)")
    rows = list(csv.DictReader(StringIO(data.decode(), newline="")))
    assert {row["reading"] for row in rows} >= {"nia_breast_tis", "rectosigmoid"}


def test_a_link_to_a_cell_lands_there_and_a_switch_beside_it_moves_nothing(wide: Visit) -> None:
    page = wide.page
    wide.go(f"{BOTH}&compare.cell=rectum.electron_beam")
    shown = page.locator(".st-key-compare-panel").get_by_text("Conflict here:")
    shown.wait_for()
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 500")
    switch = page.locator(".st-key-compare-panel [data-testid=stCheckbox] label").first
    before = switch.bounding_box()
    switch.click()
    page.wait_for_url(lambda url: "r.nia_closure=own_section_only" in url)
    wide.settle()
    page.locator(".st-key-compare-panel").get_by_text("28.6 % to 0 %").wait_for()
    after = switch.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2
