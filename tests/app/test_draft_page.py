"""The page for drafts: a policy is edited in the browser, checked and compared, and saved nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from payerlogic import KnowledgeBase
from payerlogic.app.pages.drafts import trial
from payerlogic.app.pages.drafts.trial import MOST_CHARACTERS, TriedDraft, try_draft
from tests.app.conftest import ROOT, Server, served
from tests.app.test_accessibility import violations
from tests.app.visiting import HOSTILE, NARROW, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

POLICY = "uspstf_ldct"
MARK = "zebra_4711"
PATH = "draft?service=lung_screening&draft.policy=uspstf_ldct"


@pytest.fixture(scope="module")
def screening(kb: KnowledgeBase) -> KnowledgeBase:
    return kb.of_policies([POLICY])


def tried(kb: KnowledgeBase, text: str, case: dict[str, object] | None = None) -> TriedDraft:
    return try_draft(kb, POLICY, text, "mark", case or {}, date(2026, 11, 28), lambda step: None)


def test_a_draft_is_compared_and_the_case_decided_by_both(screening: KnowledgeBase) -> None:
    text = screening.file_of(POLICY).text.replace("at_least(age_years, 50)", "at_least(age_years, 60)")
    found = tried(screening, text, {"age_years": 55})
    assert found.diff is not None
    assert found.diff.changed
    assert found.diff.cases is not None
    assert found.diff.cases.decided == 1
    assert [each for each in found.notes if each.is_problem] == []


def test_a_problem_has_its_line_and_the_nearest_word(kb: KnowledgeBase) -> None:
    saved = kb.file_of("nia").text
    line = saved.count("\n", 0, saved.index("at_least(age_years, 50)")) + 1
    text = saved.replace("at_least(age_years, 50)", "at_least(age_yers, 50)", 1)
    found = try_draft(kb, "nia", text, "mark", {}, date(2026, 11, 28), lambda step: None)
    assert found.diff is None
    [note] = found.notes
    assert (note.is_problem, note.place, note.wrong, note.right) == (True, "", "age_yers", "age_years")
    assert note.line is not None
    assert note.line <= line


def test_what_is_too_long_or_takes_too_long_is_said(screening: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    [problem] = tried(screening, "%" * (MOST_CHARACTERS + 1)).problems
    assert f"at most {MOST_CHARACTERS:,} can be checked" in problem.what
    monkeypatch.setattr(trial, "SECONDS", 0.01)
    [problem] = tried(screening, screening.file_of(POLICY).text).problems
    assert str(problem) == "The draft: was stopped after 0.01 seconds"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its own, so that its log and its temporary files are of these tests alone."""
    with served(tmp_path_factory.mktemp("app") / "log.txt") as running:
        yield running


@pytest.mark.browser
def test_an_analyst_tries_a_change(browser: Browser, server: Server) -> None:
    path = ROOT / "kb" / "policies" / "lung_screening" / "uspstf_ldct.lp"
    before = path.read_bytes()
    with visiting(browser, server, NARROW, "dark") as visit:
        visit.go(PATH)
        page = visit.page
        field = page.get_by_label(re.compile("as a draft$"))
        saved = field.input_value()
        field.fill(f"{saved}% {MARK}\ncites(uspstf_ldct, at_lest(age_years, 50), x).\n")
        field.press("Control+Enter")
        page.get_by_role("button", name=re.compile(r"^Line \d+$")).first.click()
        assert page.evaluate("getSelection().toString()").startswith("cites(uspstf_ldct, at_lest")
        field.fill(saved.replace("at_least(age_years, 50)", "at_least(age_years, 60)") + f"% {MARK}\n")
        page.get_by_role("button", name="Check and compare").click()
        page.get_by_role("heading", name="What the draft changes").wait_for()
        visit.settle()
        assert violations(visit) == []
        assert page.get_by_role("button", name="Load this case").count()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the draft").click()
        assert MARK in Path(download.value.path()).read_text(encoding="utf-8")
        assert MARK not in page.url
        visit.go(PATH)  # a reload: the tab keeps the draft
        assert MARK in field.input_value()
        page.get_by_role("button", name="Check and compare").click()
        page.get_by_role("heading", name="What the draft changes").wait_for()
        page.get_by_role("button", name="Back to the saved text").click()
        assert field.input_value() == before.decode()
        page.get_by_role("heading", name="What the draft changes").wait_for(state="detached")
        page.get_by_text("What changes is shown here").wait_for()
        page.emulate_media(media="print")
        assert not field.is_visible()
        page.emulate_media(media="screen")
    assert path.read_bytes() == before
    assert MARK not in server.logged


@pytest.mark.browser
@pytest.mark.slow
def test_a_hostile_draft_stays_text(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go(PATH)
        field = visit.page.get_by_label(re.compile("as a draft$"))
        for text in HOSTILE.values():
            field.fill(f'label(uspstf_ldct, "{text}").\n{text}')
            visit.page.get_by_role("button", name="Check and compare").click()
            visit.page.get_by_text("Checked as it stands").wait_for()
            visit.settle()
            visit.check()


@pytest.mark.browser
def test_a_repair_of_a_finding_opens_as_a_draft(browser: Browser, server: Server) -> None:
    """By keys alone, on a narrow screen in the dark; the tab's earlier draft comes back with undo."""
    policy = ROOT / "kb" / "policies" / "lung_screening" / "acs_ldct.lp"
    before = policy.read_text(encoding="utf-8")
    with visiting(browser, server, NARROW, "dark") as visit:
        page = visit.page
        page.set_default_timeout(60_000)
        visit.go("draft?service=lung_screening&draft.policy=acs_ldct")
        field = page.get_by_label(re.compile("as a draft$"))
        field.fill(f"{before}% {MARK}\n")
        visit.go("consistency?service=lung_screening&consistency.policy=acs_ldct")
        page.get_by_role("button", name="Suggest a repair (finding 1)").press("Enter")
        page.get_by_role("heading", name="Repairs of finding 1").wait_for()
        opening = page.get_by_role("button", name="Open as a draft (finding 1, repair 1)")
        opening.wait_for()
        visit.settle()
        assert violations(visit) == []
        opening.press("Enter")
        field.wait_for()
        page.get_by_text("undo brings back your earlier draft").wait_for()
        assert field.input_value().startswith(before.rstrip("\n"))
        assert "added_clause" in field.input_value()
        field.press("Control+z")
        assert MARK in field.input_value()
    assert policy.read_text(encoding="utf-8") == before
