"""The Batch page: what it says before, after and instead of a run. All tables are made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from payerlogic import KnowledgeBase, PayerlogicError
from payerlogic.app.examples import read_examples
from payerlogic.app.pages.tables.run import (
    Upload,
    compare_table,
    decide_table,
    pasted_table,
    read_mapping,
    sample_table,
)
from payerlogic.comparison.result import party
from payerlogic.tables import Mapping, batch
from payerlogic.tables.decided_rows import AGREE, DIFFER, DecidedRows
from tests.app.conftest import Server
from tests.app.visiting import visiting

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MAPPINGS = Path(__file__).resolve().parents[2] / "examples" / "mappings"
EXAMPLES = MAPPINGS.parent / "cases"
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
    done = decide_table(kb, table, mapped, list(kb.policies), settings, lambda share, rows: seen.append((share, rows)))
    assert seen[-1] == (1.0, 10)
    assert (done.batch.counts.rows, done.rows.written("jsonl").count(b"\n"), done.batch.counts.refused) == (10, 8, 2)
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
        decide_table(kb, Upload(name, data), None, ["nia"], kb.settings())
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


def given(monkeypatch: pytest.MonkeyPatch, *uploads: Upload | None) -> None:
    """These files are uploaded; AppTest itself cannot upload."""
    monkeypatch.setattr("payerlogic.app.pages.tables.page._show_uploads", lambda: uploads)


def what_columns_are(app: AppTest) -> list[Any]:
    return [each.value for each in app.selectbox if each.label.startswith("What ")]


def shown_rows(app: AppTest) -> dict[str, Any]:
    """What the table of the rows shows."""
    grids = [
        json.loads(each.proto.json)
        for each in app.get("bidi_component")
        if each.proto.component_name == "payerlogic.grid"
    ]
    found: dict[str, Any] = next(each for each in grids if each["caption"].startswith("Rows "))
    return found


def run(app: AppTest, monkeypatch: pytest.MonkeyPatch, *uploads: Upload | None) -> AppTest:
    """The page with these files uploaded, after a click on the button."""
    given(monkeypatch, *uploads)
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


def test_what_is_wrong_with_a_mapping_is_said_at_once(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, made_up()[0], Upload("m.yaml", b"columns: {site: S}"))
    app.run()
    assert not app.exception
    assert "m.yaml, line 1, columns.site: there is no such attribute" in shown(app)
    assert app.button(key="batch.run").disabled


def test_columns_are_suggested_and_what_is_chosen_becomes_the_mapping(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, kb: KnowledgeBase
) -> None:
    table = Upload("t.csv", b"Pt ID,Site,Margins,Note\nA,C20,involvd,x\nB,C20,involvd,y\nC,C20,zzz,z\nD,C20,close,z\n")
    given(monkeypatch, table, None)
    app.run()
    assert what_columns_are(app) == ["id", "primary_site", "margin_status", "unused"]
    assert "2 values not understood, in 3 rows" in shown(app)
    odd = [each for each in app.selectbox if "means" in each.label]
    assert [each.label for each in odd] == ["“involvd” (2 rows), nearest to positive, means", "“zzz” (1 row) means"]
    odd[0].select("positive").run()
    next(each for each in app.selectbox if "“zzz”" in each.label).select("unknown").run()
    text = app.code[0].value
    found = Mapping.parse(text, kb.vocabulary)
    assert found.columns["margin_status"][0].values == {"involvd": "positive", "zzz": "unknown"}
    assert (found.id, found.ignore) == ("Pt ID", ["Note"])
    app.button(key="batch.run").click().run()
    assert [each.value for each in app.metric] == ["4", "0", "4", "0"]

    given(monkeypatch, table, Upload("mapping.yaml", text.encode()))  # and back again
    app.run()
    assert app.code[0].value == text
    assert "not understood" not in shown(app)


def test_a_mapping_that_drop_downs_cannot_show_is_kept(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, kb: KnowledgeBase
) -> None:
    table, mapping = made_up()
    given(monkeypatch, table, mapping)
    app.run()
    assert Mapping.parse(app.code[0].value, kb.vocabulary) == Mapping.parse(mapping.data, kb.vocabulary)
    born = next(each for each in app.selectbox if each.label == "What born is")
    born.select("birth_date").run()
    found = Mapping.parse(app.code[0].value, kb.vocabulary)
    assert "age_years" not in found.columns, "what was read from the column goes"
    assert found.columns["birth_date"][0].column == "born"
    assert found.columns["date_of_service"][0].column == "service", "and what another one gives stays"


@pytest.mark.parametrize("name", ["made_up", "sample"])
def test_the_sums_of_every_view_agree(kb: KnowledgeBase, name: str) -> None:
    cases = list(read_examples(kb, EXAMPLES).values())
    table, mapping = made_up() if name == "made_up" else (sample_table(kb, cases), None)
    assert table is not None
    done = decide_table(kb, table, read_mapping(kb, mapping), list(kb.policies), kb.settings())
    rows, counts, policies = done.rows, done.batch.counts, kb.policies
    assert len(rows) == counts.decided + counts.open == counts.rows - counts.refused
    assert len(rows.only(agreement=AGREE, among=policies)) + len(rows.only(agreement=DIFFER, among=policies)) == len(
        rows
    )
    matrix = rows.outcomes(*policies)
    assert sum(matrix.values()) == len(rows)
    for place, policy in enumerate(policies):
        bars, outcomes = rows.classes(policy), rows.outcomes(policy)
        assert sum(bars.values()) == len(rows)
        for (outcome,), count in outcomes.items():
            assert sum(n for (each, _), n in bars.items() if each == outcome) == count
            assert sum(n for pair, n in matrix.items() if pair[place] == outcome) == count
            assert len(rows.only({policy: outcome})) == count
        without_class = sum(n for (_, class_), n in bars.items() if class_ is None)
        assert counts.classes[policy].get("open", 0) == without_class
        assert all(each.would_settle <= each.leaves_open <= without_class for each in done.missing(kb)[policy])
    found = [row["record"] for page in range(0, len(rows), 3) for row in rows.page(page, 3)]
    assert found == sorted(set(found))
    assert len(found) == len(rows)


def test_what_open_rows_lack_is_what_a_comparison_of_the_table_says(kb: KnowledgeBase) -> None:
    table, mapping = made_up()
    mapped, settings = read_mapping(kb, mapping), kb.settings()
    missing = decide_table(kb, table, mapped, ["nia", "bcbsaz"], settings).missing(kb)
    compared = compare_table(kb, table, mapped, party(kb, "nia", settings), party(kb, "bcbsaz", settings))
    assert (missing["nia"], missing["bcbsaz"]) == (compared.impact.costs["left"], compared.impact.costs["right"])


@pytest.mark.parametrize("name", ["made_up", "sample"])
def test_a_row_opens_as_the_case_that_was_decided(kb: KnowledgeBase, name: str) -> None:
    cases = list(read_examples(kb, EXAMPLES).values())
    table, mapping = made_up() if name == "made_up" else (sample_table(kb, cases), None)
    assert table is not None
    done = decide_table(kb, table, read_mapping(kb, mapping), list(kb.policies), kb.settings())
    for row in done.rows.page(0, 100):
        case = done.case_of(kb, row["record"])
        assert case.id == row["id"]
        for policy, found in kb.decide(case).determinations.items():
            assert (found.outcome, found.class_) == (row[f"{policy}_outcome"], row[f"{policy}_class"])


@pytest.mark.parametrize("format_", ["csv", "jsonl", "parquet"])
def test_a_download_is_what_the_command_writes(kb: KnowledgeBase, tmp_path: Path, format_: str) -> None:
    table, mapping = made_up()
    mapped, settings = read_mapping(kb, mapping), kb.settings()
    done = decide_table(kb, table, mapped, list(kb.policies), settings)
    batch(kb, MAPPINGS / "made_up.csv", tmp_path / f"out.{format_}", mapping=mapped, settings=settings)
    if format_ == "parquet":
        (tmp_path / "page.parquet").write_bytes(done.rows.written(format_))
        assert DecidedRows.read(tmp_path / "page.parquet").table.equals(
            DecidedRows.read(tmp_path / "out.parquet").table
        )
    else:
        assert done.rows.written(format_) == (tmp_path / f"out.{format_}").read_bytes()


def test_rows_are_filtered_and_one_is_opened(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    run(app, monkeypatch, *made_up())
    grid = shown_rows(app)
    assert "of 8" in grid["caption"]
    app.selectbox(key="batch.rows.agreement").select("differ").run()
    differing = len(shown_rows(app)["rows"])
    app.selectbox(key="batch.rows.agreement").select("agree").run()
    assert differing + len(shown_rows(app)["rows"]) == 8
    app.selectbox(key="batch.rows.agreement").select("").run()
    app.text_input(key="batch.rows.text").input("up-10").run()
    assert [each["label"] for each in shown_rows(app)["rows"]] == ["MADE-UP-10"]
    app.text_input(key="batch.rows.text").input("nothing like it").run()
    assert "No row is left by these filters." in shown(app)
    app.button(key="batch.clear").click().run()
    assert not app.metric


def test_hostile_cells_stay_text_in_what_is_downloaded(kb: KnowledgeBase) -> None:
    table = Upload("t.csv", "id,primary_site\n=1+1,brain\n@SUM(A1),brain\n‮a,brain\n<b>x</b>,zz\n".encode())
    done = decide_table(kb, table, None, list(kb.policies), kb.settings())
    text = done.rows.written("csv").decode()
    assert '"\'=1+1"' in text
    assert '"\'@SUM(A1)"' in text
    assert [row["id"] for row in done.rows.page(0, 9)] == ["=1+1", "@SUM(A1)", "‮a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id\tprimary_site\nA\tbrain, left\n", b'id,primary_site\nA,"brain, left"\n'),
        ("id,primary_site\nA,brain\n", b"id,primary_site\nA,brain\n"),
        ("  \n", None),
    ],
)
def test_cells_are_pasted_from_a_spreadsheet_or_as_csv(text: str, expected: bytes | None) -> None:
    found = pasted_table(text)
    assert (found.data if found else None) == expected


@pytest.mark.browser
@pytest.mark.slow
def test_a_row_opens_in_case_and_the_results_are_still_there(browser: Browser, server: Server) -> None:
    with visiting(browser, server) as visit:
        visit.go("batch")
        page = visit.page
        page.get_by_role("button", name="Try the sample").click()
        page.get_by_role("button", name="Decide the table").click()
        page.get_by_role("heading", name="How the outcomes agree").wait_for()
        cell = page.locator(".st-key-batch-results button[data-key]").first
        cell.click()
        visit.settle()
        page.locator(".st-key-batch-results button[aria-pressed=true]").wait_for()
        page.locator(".st-key-batch-results button:not([aria-pressed])[data-key]").first.click()
        page.wait_for_url("**primary_site=**")
        visit.settle()
        page.get_by_role("link", name="Batch", exact=True).first.click()
        page.get_by_role("heading", name="Results").wait_for()
    assert "primary_site" not in server.logged


def test_what_a_table_says_is_never_markup(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    run(app, monkeypatch, Upload("t.csv", b"id,primary_site\n<b>A</b>,<img src=x>\n"), None)
    assert not app.exception
    assert "<img" not in shown(app)
    assert "<b>A" not in shown(app)
    assert "&lt;img src=x&gt;" in shown(app)
    assert "&lt;b&gt;A" in shown(app)


@pytest.mark.browser
@pytest.mark.slow
def test_a_table_of_some_megabytes_is_taken(browser: Browser, server: Server, tmp_path: Path) -> None:
    table = tmp_path / "large.csv"
    rows = "".join(f"R{number},C20,{'x' * 60}\n" for number in range(100_000))
    table.write_text(f"id,site,remark\n{rows}")
    assert table.stat().st_size > 6_000_000
    with visiting(browser, server) as visit:
        visit.go("batch")
        page = visit.page
        page.locator("input[type=file]").first.set_input_files(table)
        page.get_by_text("Suggested for 1 of 3 columns").wait_for()
        page.get_by_role("button", name="Decide the table").click()
        page.get_by_text("Rows 1 to 25 of 100,000").wait_for()
        page.get_by_role("button", name="Next rows").click()
        page.get_by_text("Rows 26 to 50 of 100,000").wait_for()
        page.get_by_label("Text").fill("r99999")
        page.get_by_label("Text").press("Enter")
        page.get_by_text("Rows 1 to 1 of 1").wait_for()
