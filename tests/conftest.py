"""What every test may ask for: the shipped knowledge base, and the day that answers are given for.

No test depends on the day on which it runs: the date of service is presumed to be ``AS_OF`` unless
a case states one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as hypothesis_settings

import get_browser
from payerlogic import KnowledgeBase, Settings
from payerlogic.comparison import conflicts
from payerlogic.comparison.conflicts import contested
from payerlogic.comparison.result import Comparison
from payerlogic.documents import comparison_report
from payerlogic.program.files import Program

from .tiers import sampled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

AS_OF = date(2026, 11, 22)
KB = Path(__file__).resolve().parent.parent / "kb"

# The same examples at every run, and no failure because a computer is busy.
hypothesis_settings.register_profile("same", derandomize=True, deadline=None, max_examples=50)
hypothesis_settings.load_profile("same")

# Nothing here may leave this computer, the browser's own housekeeping included.
CHROMIUM_ARGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def kb() -> KnowledgeBase:
    """The knowledge base of this checkout, loaded once for all tests that only ask."""
    return KnowledgeBase.load(KB)


@pytest.fixture(scope="session", autouse=True)
def _worked_out_once() -> Iterator[list[tuple[Any, str, Any]]]:
    """What is compared, contested or checked in the shipped knowledge base is worked out once for all tests of a
    worker, whether they ask Python, a command or a page. Gives what works it out each time, and where it stands."""
    digest = Program.read(KB).digest
    kept: dict[tuple[object, ...], Any] = {}

    def once(method: Callable[..., Any]) -> Callable[..., Any]:
        def answered(self: KnowledgeBase, *words: Any, **more: Any) -> Any:
            if self.digest != digest:
                return method(self, *words, **more)
            said = (
                [each for each in words if each not in (None, {})],
                {name: each for name, each in more.items() if each},
            )
            key = (method.__name__, repr(said))
            if key not in kept:
                kept[key] = method(self, *words, **more)
            return kept[key]

        return answered

    def contested_once(comparison: Comparison, *parts: Any) -> Any:
        if all(comparison is not each for each in kept.values()):  # not one of those that were worked out once
            return contested(comparison, *parts)
        key = ("contested", id(comparison))
        if key not in kept:
            kept[key] = contested(comparison, *parts)
        return kept[key]

    places: list[tuple[Any, str, Any]] = [
        (KnowledgeBase, "compare", once(KnowledgeBase.compare)),
        (KnowledgeBase, "check", once(KnowledgeBase.check)),
        (conflicts, "contested", contested_once),
        (comparison_report, "contested", contested_once),
    ]
    each_time = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    with pytest.MonkeyPatch.context() as patch:
        for place in places:
            patch.setattr(*place)
        yield each_time


@pytest.fixture
def anew(_worked_out_once: list[tuple[Any, str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that asks twice and wants it worked out twice."""
    for owner, name, method in _worked_out_once:
        monkeypatch.setattr(owner, name, method)


@pytest.fixture(scope="session")
def kb_folder() -> Path:
    """Where the files of the knowledge base are."""
    return KB


@pytest.fixture
def made_up(tmp_path: Path) -> Callable[..., KnowledgeBase]:
    """Loads a copy of the knowledge base to which made-up files are added: ``made_up(policies={"acme": text})``."""

    def load(policies: dict[str, str] | None = None, *, only: bool = False) -> KnowledgeBase:
        folder = tmp_path / "kb"
        copytree(KB, folder, ignore=(lambda _folder, _names: {"policies"}) if only else None)
        (folder / "policies").mkdir(exist_ok=True)
        for name, text in (policies or {}).items():
            (folder / "policies" / f"{name}.lp").write_text(text, encoding="utf-8")
        return KnowledgeBase.load(folder)

    return load


@pytest.fixture(scope="session")
def as_of() -> date:
    return AS_OF


@pytest.fixture(scope="session")
def settings(kb: KnowledgeBase) -> Settings:
    """The default readings and presumptions, on the day of the tests."""
    return kb.settings(as_of=AS_OF)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker; without one the test is skipped, or fails where CI=true."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        path = get_browser.find()
        if path is None and Path(playwright.chromium.executable_path).is_file():
            path = playwright.chromium.executable_path
        if path is None:
            _do_without("there is no Chromium: see `make browser`")
        try:
            running = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
        except Error as error:
            _do_without(f"Chromium does not start: {error.message.splitlines()[0]}")
        yield running
        running.close()


def _do_without(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the short tier leaves out is marked as slow (see ``tiers``)."""
    left_out = sampled([each.nodeid for each in items if each.get_closest_marker("slow") is None])
    for item in items:
        if item.nodeid in left_out:
            item.add_marker(pytest.mark.slow)
    # A few cases of what only the full tier runs: there the same test has its many.
    items[:] = [each for each in items if each.nodeid not in left_out or "few" not in ids_of(each)]


def ids_of(item: pytest.Item) -> list[str]:
    """The ids of a test's parameters."""
    return item.callspec.id.split("-") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Stored expectations are written anew only when asked for."""
    parser.addoption("--regenerate", action="store_true", help="write the stored expectations anew")
