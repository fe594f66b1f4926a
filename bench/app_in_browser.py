"""The app in a Chromium: the first visit, the answer to a changed fact, and ten people at once.

A person changes one fact after the other, each so that some payer's answer changes, and thinks in between. The
time of a change runs in the browser, from the click or key that makes it until the cards show the outcomes and
classes that ``decide`` gives for that very case; a card that never does is a difference, and ends the benchmark.
So two people who were shown each other's answers would be noticed.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from measuring import SEED, TOP, InternalDisagreement, Measured
from payerlogic import KnowledgeBase

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

SECONDS = 60
PEOPLE = 10
FIRST_VISIT, ANSWER, TIMES = 4000.0, 400.0, 3
TRIES = 5
THINKING = (5.0, 10.0)  # seconds between two changes of a person
START = {"primary_site": "breast", "tumor_behavior": "invasive", "t_category": "T1", "clinical_n_category": "N0",
         "margin_status": "negative", "age_years": 67, "modality": "electron_beam", "fractions": 1}  # fmt: skip
# What a person changes, each to values between which answers differ.
VALUES: dict[str, list[Any]] = {
    "primary_site": ["breast", "rectum", "colon", "pancreas", "brain"],
    "t_category": ["T1", "T3", "T4"],
    "margin_status": ["negative", "close", "positive"],
    "modality": ["electron_beam", "electronic_brachytherapy"],
    "age_years": [45, 52, 67],
    "fractions": [1, 2],
}
# In the page: when the last click or key was, and when the cards came to say what is expected.
WATCH = """
window.acted = 0;
for (const kind of ["click", "keydown"]) {
  window.addEventListener(kind, () => { window.acted = performance.now(); }, { capture: true });
}
window.cards = () => JSON.stringify([...document.querySelectorAll("section[data-outcome]")].map(
  (card) => [card.dataset.outcome, card.querySelector(".pl-class")?.title ?? ""]));
window.answered = (expected) => new Promise((resolve) => {
  const look = () => {
    if (window.cards() !== expected) return false;
    observer.disconnect();
    resolve(performance.now() - window.acted);
    return true;
  };
  const observer = new MutationObserver(look);
  if (look()) return;
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
});
"""


def browsing(kb: KnowledgeBase, changes: int) -> Iterator[Measured]:
    """The lines of the table; without a Chromium, what is missing."""
    names = ("first visit to the app", "answer to a changed fact", f"the same, {PEOPLE} people at once")
    path = _chromium()
    if path is None:
        for name, target in zip(names, (FIRST_VISIT, ANSWER, None), strict=True):
            yield Measured(name, None, target, note="there is no Chromium: see `make browser`")
        return
    with TemporaryDirectory() as folder, _server(Path(folder) / "log.txt") as url:
        first, alone, together = asyncio.run(_measure(kb, url, path, changes))
    yield Measured(f"{names[0]}, on a server just started", first, FIRST_VISIT, note="until the cards stand")
    p90, p90_together = _p90(alone), _p90(together)
    note = f"p90 of {len(alone)} changes, median {median(alone):.0f} ms; from click or key to the new cards"
    yield Measured(names[1], p90, ANSWER, note=note)
    low, high = THINKING
    note = (
        f"p90 of {len(together)} changes, median {median(together):.0f} ms; each thinks {low:.0f} to {high:.0f} s; "
        "their browsers share the processors with the server"
    )
    yield Measured(names[2], p90_together, TIMES * p90, note=note)


def _p90(times: list[float]) -> float:
    return quantiles(times, n=10, method="inclusive")[-1] if len(times) > 1 else times[0]


# --- One person and ten -------------------------------------------------------------------------------------


async def _measure(kb: KnowledgeBase, url: str, path: str, changes: int) -> tuple[float, list[float], list[float]]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox"])
        try:
            person = await _arrive(kb, browser, url, 0)
            alone = await person.change(changes, thinking=False)
            await person.leave()
            people = [await _arrive(kb, browser, url, number) for number in range(1, PEOPLE + 1)]
            each = max(2, changes // PEOPLE)
            found = await asyncio.gather(*(one.change(each, thinking=True) for one in people))
            return person.waited, alone, [ms for times in found for ms in times]
        finally:
            await browser.close()


async def _arrive(kb: KnowledgeBase, browser: Browser, url: str, number: int) -> _Person:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SECONDS * 1000)
    await context.add_init_script(WATCH)
    page = await context.new_page()
    person = _Person(kb, page, random.Random(SEED + number), dict(START))
    start = time.perf_counter()
    stated = {f"f.{name}": str(value) for name, value in START.items()}
    await page.goto(f"{url}/?{urlencode({'id': f'person {number}', **stated})}")
    await person.answered()
    person.waited = (time.perf_counter() - start) * 1000
    await person.form_stands()
    return person


@dataclass
class _Person:
    """One person at one page."""

    kb: KnowledgeBase
    page: Page
    rng: random.Random
    case: dict[str, Any]
    waited: float = 0.0
    settings: Any = field(init=False)

    def __post_init__(self) -> None:
        self.settings = self.kb.settings()

    def expected(self, case: dict[str, Any]) -> str:
        """What the cards say of a case, as the page gives it."""
        import json

        found = self.kb.decide(case, None, self.settings).determinations.values()
        cards = [[d.outcome, " or ".join(self.kb.catalog.classes[c].label for c in d.possible)] for d in found]
        return json.dumps(cards, separators=(",", ":"), ensure_ascii=False)

    async def answered(self) -> float:
        """Milliseconds from the last click or key until the cards are right."""
        expected = self.expected(self.case)
        try:
            return float(
                await asyncio.wait_for(self.page.evaluate("expected => window.answered(expected)", expected), SECONDS)
            )
        except TimeoutError:
            shown = await self.page.evaluate("window.cards()")
            raise InternalDisagreement(f"{self.case}: the page shows {shown}, decide gives {expected}") from None

    async def form_stands(self) -> None:
        """Until the form has every fact that is changed; they are stated, so it shows them."""
        await self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        for name in VALUES:
            await self._field(name).wait_for()

    async def change(self, times: int, *, thinking: bool) -> list[float]:
        """Change a fact so many times; how long each answer took."""
        found = []
        for _ in range(times):
            if thinking:
                await asyncio.sleep(self.rng.uniform(*THINKING))
            now = self.expected(self.case)
            moves = [
                (name, value)
                for name, values in VALUES.items()
                for value in values
                if value != self.case[name] and self.expected({**self.case, name: value}) != now
            ]
            name, value = self.rng.choice(moves)
            self.case[name] = value
            await self._set(name, value)
            found.append(await self.answered())
            await self.page.wait_for_timeout(300)
        return found

    def _field(self, name: str) -> Any:
        attribute = self.kb.vocabulary[name]
        role = "textbox" if attribute.type == "integer" else "combobox"
        label = attribute.label[:1].upper() + attribute.label[1:]
        unit = f" ({attribute.unit})" if attribute.unit and attribute.unit not in attribute.label else ""
        return self.page.get_by_role(role, name=f"{label}{unit}", exact=True)  # type: ignore[arg-type]

    async def _set(self, name: str, value: Any) -> None:
        attribute, box = self.kb.vocabulary[name], self._field(name)
        if attribute.type == "integer":
            await box.fill(str(value))
            await box.press("Enter")
            return
        from playwright.async_api import TimeoutError as TooLate

        label = attribute.by_folded[value.lower()].label
        # Its codes and other names stand behind the label.
        option = self.page.get_by_role("option", name=re.compile(rf"{re.escape(label)}( \(|$)"))
        for _ in range(TRIES):  # a list closes when the form moves under it, as after the last answer
            await box.click()
            try:
                await option.click(timeout=3000)
                return
            except TooLate:
                await self.page.keyboard.press("Escape")
        raise InternalDisagreement(f"{attribute.label} does not offer {label}")

    async def leave(self) -> None:
        await self.page.context.close()


# --- The server and the browser ------------------------------------------------------------------------------


@contextmanager
def _server(log: Path) -> Iterator[str]:
    """The app as ``make run`` serves it, at its address."""
    with socket.socket() as found:
        found.bind(("localhost", 0))
        port = int(found.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(TOP / "app.py")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.address", "localhost", "--server.port", str(port)],
            cwd=TOP,
            env={**os.environ, "PAYERLOGIC_KB": str(TOP / "kb")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        end = time.monotonic() + SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5):
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")) from None
                time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)


def _chromium() -> str | None:
    """What tools/get_browser.py finds."""
    sys.path.insert(0, str(TOP / "tools"))
    try:
        from get_browser import find
    finally:
        sys.path.pop(0)
    found: str | None = find()
    return found


if __name__ == "__main__":
    for line in browsing(KnowledgeBase.load(), int(sys.argv[1]) if len(sys.argv) > 1 else 50):
        print(f"{line.name}: {line.ms:.0f} ms, target {line.target_ms:.0f}, {line.note}")
