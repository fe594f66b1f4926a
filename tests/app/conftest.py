"""The app in two forms: run without a browser, and served on this computer for a Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "py" / "payerlogic" / "app" / "served" / "script.py"
SERVED = ROOT / "app.py"
SECONDS = 60
THIRD_PAYER = """\
% A made-up payer, for tests only.
payer(acme, "Acme Mutual"). policy(acme, acme, iort, "ACME-7", "A made-up policy").
version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "sentence 1", "tumors of the brain are covered", rule).
clause(acme, a1, "Tumors of the brain").
met(acme, a1) :- case(primary_site, brain), reading(acme_reach, every_age).
met(acme, a1) :- case(primary_site, brain), reading(acme_reach, adults), at_least(age_years, 18).
bound(age_years, at_least, 18).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
ambiguity(acme, acme_reach, "Are children covered, *too*?", "the sentence names no age").
option(acme_reach, 1, every_age, "every age").
option(acme_reach, 2, adults, "adults only").
cites(acme, acme_reach, "A1").
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in a browser that fails is run once more: on a busy machine a click can meet a page that is just being
    drawn anew. The summary tells of each."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


def text_of(app: AppTest) -> str:
    """All HTML that the page shows outside of Streamlit's own widgets."""
    return "\n".join(each.value for each in app.html)


@pytest.fixture(scope="session", autouse=True)
def _installed_components_are_looked_for_once() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package at the first run of each app: a server does so once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def unopened(kb_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on the shipped knowledge base, before its first run: for typed values that are no option of a
    box, which AppTest can hold in the session but not send as a browser would."""
    monkeypatch.setenv("PAYERLOGIC_KB", str(kb_folder))
    return AppTest.from_file(str(APP), default_timeout=SECONDS)


def open_asking(app: AppTest) -> AppTest:
    """Open the panel of readings, presumptions and date, which is made only while it is open."""
    app.session_state["asking"] = True
    return app.run()


def open_form(app: AppTest) -> AppTest:
    """Open the rest of the form, which is made only while it is open."""
    app.session_state["form.rest"] = True
    return app.run()


def open_section(app: AppTest, name: str) -> AppTest:
    """Open one of the sections below the determinations."""
    app.session_state["choice.case.section"] = name
    return app.run()


def open_page(app: AppTest, name: str) -> AppTest:
    """Go to another page, as its name in the navigation does."""
    app._page_hash = calc_hash(name)
    app.query_params.clear()
    return app.run()


@pytest.fixture
def app(unopened: AppTest) -> AppTest:
    """The app after its first run."""
    return unopened.run()


@pytest.fixture
def app_with_third_payer(kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on a folder in which a third payer's file lies beside the two."""
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "acme.lp").write_text(THIRD_PAYER, encoding="utf-8")
    monkeypatch.setenv("PAYERLOGIC_KB", str(folder))
    return AppTest.from_file(str(APP), default_timeout=SECONDS).run()


@pytest.fixture
def load_example() -> Callable[[AppTest, str], AppTest]:
    """Chooses the example whose name begins so."""

    def load(app: AppTest, start: str) -> AppTest:
        box = app.selectbox(key="example")
        name = next(option for option in box.options if option.startswith(start))
        return box.select(name).run()

    return load


class Server:
    """The app as ``make run`` serves it, on the shipped knowledge base or another."""

    def __init__(self, log: Path, kb: Path = ROOT / "kb") -> None:
        with socket.socket() as found:
            found.bind(("localhost", 0))
            self.port = int(found.getsockname()[1])
        self.url = f"http://localhost:{self.port}"
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", str(SERVED)),
                    *("--server.address", "localhost", "--server.port", str(self.port)),
                ],
                cwd=ROOT,
                env={**os.environ, "PAYERLOGIC_KB": str(kb)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5):
                    return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    pytest.fail(f"the app did not start:\n{self.logged}")
                time.sleep(0.1)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=SECONDS)

    @property
    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def served(log: Path, kb: Path = ROOT / "kb") -> Iterator[Server]:
    running = Server(log, kb)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a worker: what it has compared and checked once, it keeps."""
    with served(tmp_path_factory.mktemp("app") / "log.txt") as running:
        yield running
