"""What a case says stays on this computer, and out of the server's log, whatever page shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.app.conftest import ROOT, Server, served
from tests.app.visiting import PAGES, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
NAME = "Zebra-4711"
CASE = urlencode(
    {"id": NAME, "f.primary_site": "breast", "f.age_years": "67", "f.t_category": "T1", "f.modality": "electron_beam"}
)
BROKEN = urlencode({"id": NAME, "f.primary_site": "zebrafish", "f.age_years": "four-thousand", "as_of": "someday"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its own, so that its log is of these tests alone."""
    with served(tmp_path_factory.mktemp("app") / "log.txt") as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def log_is_clean(server: Server) -> Iterator[None]:
    """After everything: no name, no value and no traceback in the log."""
    yield
    logged = server.logged
    assert NAME not in logged
    assert "zebrafish" not in logged
    assert "electron_beam" not in logged
    assert "Traceback" not in logged


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "case")
def test_no_page_asks_anything_of_another_computer(browser: Browser, server: Server, path: str) -> None:
    with visiting(browser, server) as visit:
        visit.go(path)
        visit.page.wait_for_timeout(1500)  # what comes late counts as well
        assert visit.page.evaluate("performance.getEntriesByType('resource').length") > 3


def test_a_case_in_the_address_is_shown_and_not_logged(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go(f"?{CASE}")
        visit.page.get_by_text(NAME).first.wait_for()
        for path in PAGES:
            visit.go(path)


def test_what_is_wrong_with_an_address_is_told_to_the_person_and_not_to_the_log(
    browser: Browser, server: Server
) -> None:
    with visiting(browser, server) as visit:
        visit.go(f"?{BROKEN}")
        visit.page.get_by_role("alert").get_by_text("zebrafish").first.wait_for()
        visit.page.get_by_role("alert").get_by_text("someday").first.wait_for()


def test_telemetry_is_off_and_only_this_computer_is_served() -> None:
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert re.search(r"^gatherUsageStats = false$", config, re.MULTILINE)
    assert re.search(r'^address = "localhost"$', config, re.MULTILINE)
    assert re.search(r'^allowedHosts = \["localhost", "127.0.0.1"\]$', config, re.MULTILINE)


def test_another_host_name_cannot_open_a_session(server: Server) -> None:
    """A page of another site that resolves its own name to this computer gets no session."""
    import http.client

    connection = http.client.HTTPConnection("localhost", server.port, timeout=10)
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    connection.request("GET", "/_stcore/stream", headers={**headers, "Host": "evil.example"})
    assert connection.getresponse().status == 403
    connection.close()
    connection = http.client.HTTPConnection("localhost", server.port, timeout=10)
    connection.request("GET", "/_stcore/stream", headers=headers)
    assert connection.getresponse().status == 101
    connection.close()
