"""Visits to the running app in a Chromium that notice what must never happen.

No request may leave this computer, no script may fail, and nothing that was typed, uploaded or linked may run:
hostile text calls ``alert`` or sets ``window.owned``, in every way that a browser would follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest

from tests.app.conftest import SECONDS, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page

# Every page by the path of its address.
PAGES = ("", "compare", "consistency", "policies", "draft", "batch")
HERE = ("localhost", "127.0.0.1", "", None)  # no host: data and blob addresses
_CONTEXTS: WeakKeyDictionary[Browser, dict[tuple[tuple[int, int], str], BrowserContext]] = WeakKeyDictionary()
WIDE, NARROW = (1280, 900), (390, 844)
HOSTILE = {
    "script": "<script>window.owned=1;alert(1)</script>",
    "image": '<img src=x onerror="window.owned=1;alert(1)">',
    "svg": '<svg onload=window.owned=1><a href="javascript:window.owned=1">x</a></svg>',
    "markdown image": "![x](http://example.org/x.png)",
    "markdown link": "[x](javascript:window.owned=1) :material/home: :red[x] $x^2$",
    "bare address": "http://example.org/x HTTPS://example.org www.example.org a.b@example.org mailto:a@example.org",
    "style": "</style><style>*{display:none}</style>{{7*7}} ${7*7}",
    "asp": "breast). #script(python) import os #end. :- not case(a, b). %",
    "formula": "=1+1",
    "command": "=cmd|' /C calc'!A0",
    "controls": "a\u202eb\u200bc\x07d\x1b[31me",
    "long": "long " * 150,
    "quote": "\"'`;--\\",
}


@dataclass
class Visit:
    """A page that is open, with all that went wrong on it."""

    page: Page
    url: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def go(self, path: str = "") -> None:
        """Open a page of the app and wait until it has come to rest."""
        self.page.goto(f"{self.url}/{path}")
        self.settle()

    def settle(self) -> None:
        """Until the run of the page has ended and its last line stands."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        self.page.locator(".pl-foot").last.wait_for()

    def check(self) -> None:
        """Nothing left this computer, failed or ran."""
        assert self.outside == []
        assert self.errors == []
        assert self.dialogs == []
        assert self.page.evaluate("window.owned === undefined")
        assert self.page.locator('a[href*="example.org"]').count() == 0


def _context(browser: Browser, size: tuple[int, int], theme: str) -> BrowserContext:
    """The context of a browser for this look. It is kept: loading all of Streamlit's scripts anew takes seconds,
    and each page is a session of its own anyway."""
    kept = _CONTEXTS.setdefault(browser, {})
    if (size, theme) not in kept:
        width, height = size
        kept[size, theme] = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
        )
        kept[size, theme].set_default_timeout(SECONDS * 1000)
    return kept[size, theme]


@contextmanager
def visiting(browser: Browser, server: Server, size: tuple[int, int] = WIDE, theme: str = "light") -> Iterator[Visit]:
    """A visit by someone new; what went wrong fails the test at its end."""
    page = _context(browser, size, theme).new_page()
    visit = Visit(page, server.url)

    def answer(dialog: Dialog) -> None:
        visit.dialogs.append(dialog.message)
        dialog.dismiss()

    # Listened to, not routed: a route would keep the browser from caching the app's own scripts.
    page.on("request", lambda each: None if urlsplit(each.url).hostname in HERE else visit.outside.append(each.url))
    page.on("websocket", lambda ws: None if urlsplit(ws.url).hostname in HERE else visit.outside.append(ws.url))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("dialog", answer)
    try:
        yield visit
        visit.check()
    finally:
        page.close()


def choose(page: Page, name: str, option: str, *, exact: bool = True) -> None:
    """A list closes when the form scrolls under it, as it does on the way to the field: then open it again."""
    from playwright.sync_api import TimeoutError as TooLate

    box = page.get_by_role("combobox", name=name, exact=exact)
    wanted = page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}( \(|$)"))  # then its other names
    for _ in range(5):
        box.click()
        try:
            wanted.click(timeout=3000)
            return
        except TooLate:
            continue
    pytest.fail(f"{name} does not offer {option}")
