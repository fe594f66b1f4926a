"""A knowledge base that is saved broken while the app runs is refused with file and line; the server goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import ROOT, Server
from tests.app.visiting import visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.long]
DEEP = b"criterion(acme, " + b"f(" * 100_000 + b"1" + b")" * 100_000 + b")."
BROKEN = {
    "a letter outside of ASCII": "é(a).".encode(),
    "a byte-order mark": b"\xef\xbb\xbfa(1).",
    "a curly quote": "a(“x”).".encode(),
    "a zero byte": b"a(1).\0b(2).",
    "an open string": b'a("x).',
    "an open comment": b"%* open",
    "a file that is included": b'%* %* *% *%\n#include "/etc/passwd".',
    "rules without an end": b"criterion(acme, f(X)) :- criterion(acme, X). criterion(acme, 1).",
    "a range of a billion": b"criterion(acme, 1..1000000000).",
    "a term of great depth": DEEP,
    "no UTF-8": b"a(\xff\xfe).",
    "an empty file": b"",
    "a script that ends the process": b"#script (python)\nimport os; os._exit(7)\n#end.",
    "another policy's name": b"criterion(nia, x).",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(copytree(ROOT / "kb", tmp_path_factory.mktemp("edited") / "kb"))


@pytest.fixture(scope="module")
def edited(folder: Path) -> Iterator[Server]:
    """The app on a folder that is edited while it runs."""
    running = Server(folder.parent / "log.txt", folder)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_the_server_goes_on(browser: Browser, edited: Server, folder: Path, data: bytes) -> None:
    file = folder / "policies" / "acme.lp"
    file.write_bytes(data)
    try:
        with visiting(browser, edited) as visit:
            visit.page.goto(edited.url)
            visit.page.get_by_text("The knowledge base cannot be used").wait_for()
            assert "acme.lp" in visit.page.get_by_role("alert").inner_text()
            file.unlink()
            visit.go()
            visit.page.locator("section[data-outcome]").first.wait_for()
    finally:
        file.unlink(missing_ok=True)


@pytest.mark.parametrize("what", ["a folder", "a pipe", "a link to nowhere"])
def test_what_is_no_file_is_refused(browser: Browser, edited: Server, folder: Path, what: str) -> None:
    file = folder / "policies" / "acme.lp"
    make = {
        "a folder": file.mkdir,
        "a pipe": lambda: os.mkfifo(file),
        "a link to nowhere": lambda: file.symlink_to("no"),
    }
    make[what]()
    try:
        with visiting(browser, edited) as visit:
            visit.page.goto(edited.url)
            visit.page.get_by_text("The knowledge base cannot be used").wait_for()
    finally:
        file.rmdir() if what == "a folder" else file.unlink()


def test_a_changed_fact_is_answered_by_the_files_as_they_are(browser: Browser, edited: Server, folder: Path) -> None:
    """A change runs only the part of the page with the answers; a file that changed meanwhile runs all of it."""
    file = folder / "policies" / "acme.lp"
    with visiting(browser, edited) as visit:
        visit.go("?f.primary_site=brain&f.age_years=60")
        age = visit.page.get_by_role("textbox", name="Age (years)")
        try:
            file.write_bytes("a(“x”).".encode())
            age.fill("61")
            age.press("Enter")
            visit.page.get_by_text("The knowledge base cannot be used").wait_for()
            file.unlink()
            visit.go("?f.primary_site=brain&f.age_years=61")
            visit.page.locator("section[data-outcome]").first.wait_for()
        finally:
            file.unlink(missing_ok=True)
