"""The Batch page: what it says before, after and instead of a run. All tables are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase, PayerlogicError
from payerlogic.app.pages.tables.run import Upload, compare_table, decide_table, read_mapping
from payerlogic.comparison.result import party

MAPPINGS = Path(__file__).resolve().parents[2] / "examples" / "mappings"
SECONDS = 120


def made_up() -> tuple[Upload, Upload]:
    return tuple(Upload(f"made_up.{each}", (MAPPINGS / f"made_up.{each}").read_bytes()) for each in ("csv", "yaml"))


@pytest.fixture
def no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """What is left in the folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return lambda: [path.name for path in tmp_path.iterdir()]


def test_a_table_is_decided_and_compared_and_nothing_is_left(
    kb: KnowledgeBase, no_trace: Callable[[], list[str]]
) -> None:
    table, mapping = made_up()
    mapped, settings, seen = read_mapping(kb, mapping), kb.settings(), []
    done = decide_table(
        kb, table, mapped, list(kb.policies), settings, "jsonl", lambda share, rows: seen.append((share, rows))
    )
    assert seen[-1] == (1.0, 10)
    assert (done.batch.counts.rows, done.results.count(b"\n"), done.batch.counts.refused) == (10, 8, 2)
    assert b"MADE-UP-8" in done.errors
    compared = compare_table(kb, table, mapped, party(kb, "nia", settings), party(kb, "bcbsaz", settings))
    assert (compared.impact.source, compared.impact.compared) == ("made_up.csv", 8)
    assert b"MADE-UP" in compared.changed
    assert b"MADE-UP" not in compared.html
    assert no_trace() == []


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("table.csv", b"site\nx\n", "table.csv, line 1: unknown column 'site'"),
        ("table.csv", b"", "table.csv: is empty"),
        ("table.parquet", b"PAR1", "table.parquet: cannot be read as Parquet"),
        ("table.jsonl", b"\n", "table.jsonl: is empty"),
        ("table.xls", b"x", "table.xls: is not a table by its name"),
    ],
)
def test_a_table_that_cannot_be_read_is_told_by_its_own_name(
    kb: KnowledgeBase, no_trace: Callable[[], list[str]], name: str, data: bytes, message: str
) -> None:
    with pytest.raises(PayerlogicError) as error:
        decide_table(kb, Upload(name, data), None, ["nia"], kb.settings(), "csv")
    assert str(error.value).startswith(message)
    assert no_trace() == []


def page() -> None:
    """What the app runs for this page; AppTest takes its source."""
    from pathlib import Path

    import streamlit as st

    from payerlogic.app.cache import knowledge_base
    from payerlogic.app.context import Context
    from payerlogic.app.pages.tables import show

    show(Context(knowledge_base(), Path("examples/cases"), {}, st.container()))


def shown(app: AppTest) -> str:
    return "\n".join(each.value for each in app.html)


def run(app: AppTest, monkeypatch: pytest.MonkeyPatch, *uploads: Upload | None) -> AppTest:
    """The page with these files uploaded, after a click on the button; AppTest itself cannot upload."""
    sent: list[Any] = list(uploads)
    monkeypatch.setattr("payerlogic.app.pages.tables.page._show_uploads", lambda: tuple(sent))
    return app.run().button(key="batch.run").click().run()


@pytest.fixture
def app(kb_folder: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("PAYERLOGIC_KB", str(kb_folder))
    return AppTest.from_function(page, default_timeout=SECONDS)


def test_before_a_table_is_chosen(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "Choose a table first." in shown(app)
    assert app.button(key="batch.run").disabled
    assert "It is not a coverage decision" in shown(app)


def test_the_sample_is_a_table_of_the_made_up_cases(app: AppTest) -> None:
    app.run().button(key="batch.try_sample").click().run()
    app.button(key="batch.run").click().run()
    assert not app.exception
    assert [each.value for each in app.metric] == ["9", "8", "1", "0"], "every row is read; one case is open"
    app.button(key="batch.no_sample").click().run()
    assert not app.metric
    assert app.button(key="batch.run").disabled


def test_results_are_shown_and_cleared(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run().toggle(key="batch.compare").set_value(True)
    run(app, monkeypatch, *made_up())
    assert not app.exception
    assert [each.value for each in app.metric] == ["10", "8", "0", "2"]
    assert "Values that could not be mapped or read" in shown(app)
    assert "Pairs of classes" in shown(app)
    assert "C61" in shown(app)
    app.button(key="batch.clear").click().run()
    assert not app.metric


def test_what_is_wrong_with_a_mapping_is_told(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    run(app, monkeypatch, made_up()[0], Upload("m.yaml", b"columns: {site: S}"))
    assert not app.exception
    assert "m.yaml, line 1, columns.site: there is no such attribute" in shown(app)
    assert not app.metric


def test_what_a_table_says_is_never_markup(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    run(app, monkeypatch, Upload("t.csv", b"id,primary_site\n<b>A</b>,<img src=x>\n"), None)
    assert not app.exception
    assert "<img" not in shown(app)
    assert "<b>A" not in shown(app)
    assert "&lt;img src=x&gt;" in shown(app)
