"""No session for pages of other sites, no look-up of any name while they are refused, and no page in a frame."""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import Server, served

# A resolver that notes every name that is looked up, and finds none but this computer.
BLOCKED = """
import os, socket
find, connect = socket.getaddrinfo, socket.socket.connect
HERE = ("localhost", "127.0.0.1", "::1", "", None, b"localhost")
def note(what):
    with open(os.environ["LOOKED_UP"], "a") as file:
        file.write(f"{what}\\n")
def getaddrinfo(host, *rest, **more):
    if host not in HERE:
        note(host)
        raise socket.gaierror(-2, "blocked")
    return find(host, *rest, **more)
def blocked(self, address):
    if isinstance(address, tuple) and address[0] not in HERE:
        note(address[0])
        raise OSError("blocked")
    return connect(self, address)
socket.getaddrinfo, socket.socket.connect = getaddrinfo, blocked
"""
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
FOREIGN = (
    "http://evil.example",
    "https://evil.example:8501",
    "http://localhost.evil.example",
    "http://localhost:1",
    "http://127.0.0.1:1",
    "http://127.0.0.1.evil.example",
    "http://0.0.0.0:{port}",
    "http://[::1]:{port}",
    "http://user@evil.example",
    "http://localhost:{port}@evil.example",
    "http://evil.example/localhost:{port}",
    "null",
    "file://",
    "",
    "http://[",
    "chrome-extension://abcdefgh",
)


@pytest.fixture(scope="module")
def looked_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("network") / "names.txt"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, looked_up: Path) -> Iterator[Server]:
    """The app under a resolver that finds nothing outside."""
    folder = tmp_path_factory.mktemp("blocked")
    (folder / "sitecustomize.py").write_text(BLOCKED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKED_UP", str(looked_up))
        path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")]), *sys.path[1:]])
        patch.setenv("PYTHONPATH", path)
        with served(tmp_path_factory.mktemp("app") / "log.txt") as running:
            yield running


def answer(server: Server, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("localhost", server.port, timeout=30)
    connection.request("GET", path, headers=headers)
    found = connection.getresponse()
    connection.close()
    return found


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_site_gets_no_session(server: Server, looked_up: Path, origin: str) -> None:
    headers = {**UPGRADE, "Origin": origin.format(port=server.port)}
    assert answer(server, "/_stcore/stream", headers).status == 403
    assert not looked_up.exists(), looked_up.read_text(encoding="utf-8")


def test_a_page_of_the_app_gets_one(server: Server, looked_up: Path) -> None:
    headers = {**UPGRADE, "Origin": f"http://localhost:{server.port}"}
    assert answer(server, "/_stcore/stream", headers).status == 101
    assert not looked_up.exists(), looked_up.read_text(encoding="utf-8")


def test_the_resolver_is_blocked(tmp_path: Path) -> None:
    """Or the tests above could not fail."""
    import subprocess

    (tmp_path / "sitecustomize.py").write_text(BLOCKED, encoding="utf-8")
    names = tmp_path / "names.txt"
    ask = "from streamlit import net_util; net_util.get_external_ip(); net_util.get_internal_ip()"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "LOOKED_UP": str(names)}
    subprocess.run([sys.executable, "-c", ask], env=environment, check=True, capture_output=True, timeout=60)
    assert "checkip.amazonaws.com" in names.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["/", "/compare", "/_stcore/health", "/static/none.js"])
def test_no_page_can_be_framed(server: Server, path: str) -> None:
    found = answer(server, path, {})
    assert found.getheader("X-Frame-Options") == "DENY"
    assert found.getheader("Content-Security-Policy") == "frame-ancestors 'none'"
    assert found.getheader("X-Content-Type-Options") == "nosniff"
    assert found.getheader("Referrer-Policy") == "no-referrer"
