"""Databases for the tests: DuckDB in memory, and one Spark session of two threads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from payerlogic import KnowledgeBase

Rows = list[dict[str, Any]]
THIRD = Path(__file__).resolve().parents[1] / "policies" / "third" / "harbor.lp"


@pytest.fixture(scope="session")
def three(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The shipped knowledge base with a made-up third payer."""
    folder = tmp_path_factory.mktemp("third") / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / "harbor.lp").write_bytes(THIRD.read_bytes())
    return KnowledgeBase.load(folder)


@pytest.fixture
def in_duckdb() -> Callable[..., Rows]:
    """Runs a query on a table called ``cases``."""

    def run(query: str, cases: pa.Table, threads: int = 2, name: str = "cases") -> Rows:
        with duckdb.connect() as connection:
            connection.execute(f"SET threads = {threads}")
            connection.register("registered", cases)
            connection.execute(f"CREATE TABLE {name} AS FROM registered")
            found = connection.sql(query)
            return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    return run


def spark_session(master: str) -> Any:
    """A Spark session; where there is no Java, the test is skipped, except in CI, where it fails."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ and os.environ.get("CI") != "true":
        pytest.skip("there is no Java for Spark; tools/get_java.py installs one")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("payerlogic tests")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    session = spark_session("local[2]")
    yield session
    session.stop()
