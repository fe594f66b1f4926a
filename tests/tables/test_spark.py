"""Spark gives what DuckDB gives, on two threads and on a master with two processes. All rows are made up."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from payerlogic import KnowledgeBase
from payerlogic.tables import DuckDb, Engine, Mapping, Spark, batch
from tests.sql.conftest import spark_session

from .conftest import Run, Write

MAPPINGS = Path(__file__).resolve().parents[2] / "examples" / "mappings"


@pytest.fixture(params=["local[2]", pytest.param("local-cluster[2,1,1024]", marks=pytest.mark.slow)])
def session(request: pytest.FixtureRequest) -> Iterator[Any]:
    found = spark_session(request.param)
    yield found
    found.stop()


def test_both_engines_write_the_same(kb: KnowledgeBase, tmp_path: Path, session: Any) -> None:
    """The made-up table and rows with sets, days and clashing facts, in the order of the input."""
    mapping = Mapping.load(MAPPINGS / "made_up.yaml", kb.vocabulary)
    written = []
    for name, engine in (("duckdb", DuckDb()), ("spark", Spark(shared=tmp_path, session=session))):
        out = tmp_path / f"{name}.jsonl"
        _decide(kb, MAPPINGS / "made_up.csv", out, mapping, engine)
        written.append((out.read_text(), (tmp_path / f"{name}.errors.csv").read_text()))
    assert written[0] == written[1]
    assert written[0][0].count("\n") == 8
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "duckdb.errors.csv", "duckdb.jsonl", "spark.errors.csv", "spark.jsonl",
    ]  # fmt: skip


def _decide(kb: KnowledgeBase, source: Path, out: Path, mapping: Mapping, engine: Engine) -> None:
    batch(kb, source, out, mapping=mapping, payers=["nia"], engine=engine)


def test_without_pyspark_it_is_said_how_to_get_it(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    table = write("cases.csv", "primary_site\nbrain\n")
    answer = run("batch", table, "--out", tmp_path / "out.csv", "--engine", "spark")
    assert answer.status == 2
    assert answer.problems == [
        "--engine spark: the package pyspark is not installed; it comes with: pip install 'payerlogic[spark]'"
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["cases.csv"]


def test_a_master_that_is_none(run: Run, write: Write, tmp_path: Path) -> None:
    table = write("cases.csv", "primary_site\nbrain\n")
    answer = run("batch", table, "--out", tmp_path / "out.csv", "--engine", "spark", "--master", "nowhere")
    assert answer.status == 2
    assert answer.errors.splitlines()[-1].startswith("--master nowhere: Spark does not start (")
    assert [path.name for path in tmp_path.iterdir()] == ["cases.csv"]
