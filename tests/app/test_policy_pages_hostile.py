"""A knowledge base whose every text is hostile: Compare, Consistency and Policies show it as text."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import APP, SECONDS, open_page, text_of
from tests.documents.conftest import HOSTILE

VIEWS = ("document", "clauses", "readings", "editions", "codes")


@pytest.fixture
def app(kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "acme.lp").write_text(HOSTILE, encoding="utf-8")
    monkeypatch.setenv("PAYERLOGIC_KB", str(folder))
    return AppTest.from_file(str(APP), default_timeout=SECONDS).run()


def check(app: AppTest) -> None:
    assert not app.exception
    shown = text_of(app)
    assert "<script" not in shown
    assert "<a href" not in shown
    read_as_markdown = [*app.header, *app.subheader, *app.title]
    assert not any("](javascript" in each.value for each in read_as_markdown)


def test_compare(app: AppTest) -> None:
    app.session_state["choice.compare.left"], app.session_state["choice.compare.right"] = "acme", "nia"
    open_page(app, "compare")
    check(app)
    assert "=HYPERLINK" in text_of(app)


def test_consistency(app: AppTest) -> None:
    app.session_state["choice.consistency.policy"] = "acme"
    open_page(app, "consistency")
    check(app)
    assert "&lt;script&gt;" in text_of(app)


@pytest.mark.parametrize("view", VIEWS)
def test_policies(app: AppTest, view: str) -> None:
    app.session_state["choice.policies.policy"], app.session_state["choice.policies.view"] = "acme", view
    app.session_state["choice.policies.search"] = "alert"
    open_page(app, "policies")
    check(app)
