"""The page in a real Chromium: nothing to scroll sideways, nothing fetched, in either color scheme."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from payerlogic.documents.comparison_report import Report
from tests.documents.test_formats import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_site_needs_scrolling_sideways(
    browser: Browser,
    report: Report,
    tmp_path: Path,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(report), encoding="utf-8")
    requests: list[str] = []
    shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    shown.on("request", lambda request: requests.append(request.url))
    shown.goto(file.as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    assert shown.locator("article:visible").count() > len(report.stories)
    assert requests == [file.as_uri()]
    shown.close()


def test_printed_tables_fit_the_paper(browser: Browser, report: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(report), encoding="utf-8")
    shown = browser.new_page(viewport={"width": 700, "height": 900})
    shown.emulate_media(media="print")
    shown.goto(file.as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") == 700
    assert shown.pdf(format="A4").startswith(b"%PDF")
    shown.close()
