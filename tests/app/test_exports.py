"""Every download of the Case page is opened by what would open it, and says what the page says."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from docx import Document
from pypdf import PdfReader

from payerlogic import DISCLAIMER, KnowledgeBase
from payerlogic.app.downloads import file_stem
from tests.app.conftest import Server
from tests.app.visiting import HOSTILE, choose, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CASE = {"id": "<b>R-1</b> ✓", "f.primary_site": "breast", "f.t_category": "T1", "f.modality": "electron_beam"}
TAKE = {"case.section": "Export", "r.nia_fractions": "eligibility"}


def downloaded(page: Page, button: str) -> tuple[str, bytes]:
    """The name and content of the file that a button gives."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_the_rationale_is_the_same_in_word_pdf_and_markdown(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go(f"?{urlencode(CASE | TAKE)}")
        name, data = downloaded(visit.page, "Rationale (Word)")
        assert name == "rationale-b-R-1-b-BCBSAZ-NIA.docx"
        word = Document(BytesIO(data))
        told = "\n".join(each.text for each in word.paragraphs)
        assert "<b>R-1</b> ✓" in told
        assert DISCLAIMER in told
        name, data = downloaded(visit.page, "Rationale (PDF)")
        assert name == "rationale-b-R-1-b-BCBSAZ-NIA.pdf"
        pages = "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
        assert "<b>R-1</b> ✓" in pages
        assert DISCLAIMER in pages
        name, data = downloaded(visit.page, "Rationale (Markdown)")
        assert name == "rationale-b-R-1-b-BCBSAZ-NIA.md"
        text = data.decode("utf-8")
        assert "nia\\_fractions = eligibility" in text
        assert "<b>" not in text


def test_one_payer_and_what_would_change_it(browser: Browser, server: Server, kb: KnowledgeBase) -> None:
    with visiting(browser, server) as visit:
        page = visit.page
        visit.go(f"?{urlencode(CASE | TAKE)}")
        for box, option in (
            ("Payers in the rationale", kb.catalog.policies["nia"].payer),
            ("Add the smallest changes that would make it", kb.catalog.outcomes["denied"]),
        ):
            choose(page, box, option, exact=False)
            visit.settle()
        page.get_by_role("button", name="Graph of BCBSAZ (SVG)").wait_for(state="detached")
        text = downloaded(page, "Rationale (Markdown)")[1].decode("utf-8")
        assert "What would make it: denied" in text
        assert kb.catalog.policies["bcbsaz"].title not in text


def test_the_graph_is_a_picture_in_the_view_that_is_shown(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        sizes = {}
        for view in ("met", "all"):
            visit.go(f"?{urlencode(CASE | TAKE | {'case.view': view})}")
            _, data = downloaded(visit.page, "Graph of NIA (SVG)")
            svg = ElementTree.fromstring(data)
            assert svg.tag.endswith("svg")
            assert svg.get("role") == "img"
            sizes[view] = len(list(svg.iter()))
        assert sizes["met"] < sizes["all"]
        assert downloaded(visit.page, "Graph of NIA (PNG)")[1].startswith(b"\x89PNG")
        assert len(PdfReader(BytesIO(downloaded(visit.page, "Graph of NIA (PDF)")[1])).pages) == 1


def test_the_case_can_be_read_again_and_decides_the_same(browser: Browser, server: Server, kb: KnowledgeBase) -> None:
    with visiting(browser, server) as visit:
        visit.go(f"?{urlencode(CASE | TAKE)}")
        name, data = downloaded(visit.page, "The case (JSON)")
        assert name == "case-b-R-1-b.json"
        assert json.loads(data) == {name.removeprefix("f."): value for name, value in CASE.items()}
        assert kb.read(json.loads(data)).id == CASE["id"]


def test_the_link_restores_facts_readings_and_section(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go(f"?{urlencode(CASE | TAKE)}")
        link = visit.page.get_by_test_id("stCode").inner_text().strip()
        assert link.startswith(f"{server.url}/?")
    with visiting(browser, server) as visit:
        visit.page.goto(link)
        visit.settle()
        visit.page.get_by_text("<b>R-1</b> ✓").first.wait_for()
        assert visit.page.get_by_test_id("stCode").inner_text().strip() == link


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_file_name_has_letters_and_digits_alone(name: str) -> None:
    stem = file_stem(name, "case")
    assert all(char.isalnum() or char == "-" for char in stem)
    assert len(stem) <= 45
