"""What a newcomer does, in a real browser, with every click counted: the app may take no more than these.

Keys are not counted, and neither is reading. The times are printed (``pytest -s``); they are of this machine.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.app.conftest import Server
from tests.app.visiting import WIDE, Visit, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EARLY_BREAST = (
    "?f.primary_site=breast&f.tumor_behavior=invasive&f.t_category=T1&f.clinical_n_category=N0&f.age_years=60"
    "&f.margin_status=negative&f.modality=electron_beam&f.fractions=1"
)
OPEN = EARLY_BREAST.replace("&f.age_years=60", "")
FOLD = 800


@dataclass
class Person:
    """Someone at the page; counts what they click."""

    visit: Visit
    clicks: int = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1
        self.visit.settle()

    def is_above_the_fold(self, what: Locator) -> bool:
        box = what.bounding_box()
        return box is not None and box["y"] + box["height"] <= FOLD


@pytest.fixture
def person(browser: Browser, server: Server) -> Iterator[Person]:
    with visiting(browser, server, (WIDE[0], FOLD)) as visit:
        yield Person(visit)


def understand(person: Person) -> None:
    person.visit.go()
    page = person.visit.page
    assert page.get_by_role("button", name="Start empty").count() == 1
    assert person.is_above_the_fold(page.get_by_text("Intraoperative radiotherapy: 2 policies"))
    assert person.is_above_the_fold(page.locator("[class*='st-key-open-']").first)


def enter(person: Person) -> None:
    """Typed values are found by label, code and other names, and Enter takes the first."""
    person.visit.go()
    page = person.visit.page
    typed = (
        ("Primary site", "C50", "breast"),
        ("Behavior of the tumor", "inv", "invasive"),
        ("T category", "cT1", "T1"),
        ("Clinical N category", "cN0", "N0"),
        ("Surgical margin", "neg", "negative"),
        ("Modality", "IOERT", "electron beam"),
    )
    for name, words, value in typed:
        box = page.get_by_role("combobox", name=name, exact=True)
        person.click(box)
        box.fill(words)
        box.press("Enter")
        person.visit.settle()
        assert box.input_value().startswith(value)
    for name, value in (("Age (years)", "60"), ("Number of fractions", "1")):
        field = page.get_by_role("textbox", name=name, exact=True)
        field.fill(value)  # by the tab key from the field before
        field.press("Enter")
        person.visit.settle()
    page.locator("section[data-outcome=approved]").wait_for()
    page.locator("section[data-outcome=denied]").wait_for()


def why_denied(person: Person) -> None:
    person.visit.go(EARLY_BREAST)
    assert person.is_above_the_fold(person.visit.page.locator(".pl-because").first)


def what_would_change_it(person: Person) -> None:
    person.visit.go(EARLY_BREAST)
    page = person.visit.page
    person.click(page.get_by_role("tab", name="What would change it"))
    assert person.is_above_the_fold(page.locator("[class*='st-key-whatif-'] button").first)


def ask_and_answer(person: Person) -> None:
    person.visit.go(OPEN)
    page = person.visit.page
    person.click(page.get_by_role("button", name="50 or more"))
    page.locator("section[data-outcome=approved]").wait_for()


def take_word_and_pdf(person: Person) -> None:
    """Two clicks a file: the section, and the button."""
    person.visit.go(EARLY_BREAST)
    page = person.visit.page
    person.click(page.get_by_role("tab", name="Export"))
    for ending, name in (("docx", "Rationale (Word)"), ("pdf", "Rationale (PDF)")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        assert waiting.value.suggested_filename.endswith(f".{ending}")
    person.clicks += 1


def reopen(person: Person) -> None:
    person.visit.go(EARLY_BREAST)
    link = person.visit.page.url
    person.visit.go(link.partition(person.visit.url)[2].lstrip("/"))
    person.visit.page.locator("section[data-outcome=approved]").wait_for()


def keep_a_baseline(person: Person) -> None:
    person.visit.go(EARLY_BREAST)
    page = person.visit.page
    person.click(page.get_by_role("tab", name="What would change it"))
    person.click(page.get_by_role("button", name="49 or less"))
    page.get_by_text("Age: 49 years (was 60 years)").wait_for()


def paste_a_note(person: Person) -> None:
    person.visit.go()
    page = person.visit.page
    page.get_by_role("textbox", name="Paste a note").fill("61-year-old, rectal cancer, cT4b. Margins were close.")
    person.clicks += 1  # into the field
    person.click(page.get_by_role("button", name="Read the text"))
    person.click(page.get_by_role("button", name="Use the checked facts"))
    page.locator("section[data-outcome=approved]").first.wait_for()


def a_finding_by_link(person: Person) -> None:
    """A link lands at its finding, wherever on the page that is, with its clauses opened."""
    person.visit.go("consistency?consistency.policy=nia")
    page = person.visit.page
    folded = page.locator("article[data-target^='vague-']").last.get_attribute("data-target")
    person.visit.go(f"consistency?consistency.policy=nia&consistency.finding={folded}")
    card = page.locator(f"article[data-target='{folded}']")
    page.wait_for_function("at => Math.abs(at.getBoundingClientRect().top - 80) < 400", arg=card.element_handle())
    page.wait_for_timeout(1500)  # it stays there when what is above it has come
    box = card.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < FOLD
    assert page.get_by_role("button", name=re.compile("^Close")).count() == 1


def conflicts_on_which_words(person: Person) -> None:
    """A cell of the heat map shows beside it a typical patient, and the clauses of both sides with their places."""
    person.visit.go("compare")
    page = person.visit.page
    person.click(page.locator("button[data-key='breast.electron_beam']"))
    panel = page.locator(".st-key-compare-panel")
    panel.get_by_text("Typical patient").first.wait_for()
    panel.locator("a[data-cite]").nth(1).wait_for()


def editions(person: Person) -> None:
    person.visit.go("compare")
    page = person.visit.page
    person.click(page.get_by_text("Editions of one", exact=True))
    page.get_by_role("heading", name="What the text revised").wait_for()
    page.get_by_role("slider").first.wait_for()


TASKS: tuple[tuple[Callable[[Person], None], int], ...] = (
    (understand, 0),
    (enter, 7),
    (why_denied, 1),
    (what_would_change_it, 1),
    (ask_and_answer, 2),
    (take_word_and_pdf, 2),
    (reopen, 2),
    (keep_a_baseline, 2),
    (paste_a_note, 3),
    (a_finding_by_link, 0),
    (conflicts_on_which_words, 1),
    (editions, 2),
)


@pytest.mark.parametrize(("task", "most"), TASKS, ids=[task.__name__ for task, _ in TASKS])
def test_a_task_takes_no_more_clicks_than_this(person: Person, task: Callable[[Person], None], most: int) -> None:
    begun = time.monotonic()
    task(person)
    print(f"{task.__name__}: {person.clicks} clicks, {time.monotonic() - begun:.1f} s")
    assert person.clicks <= most
