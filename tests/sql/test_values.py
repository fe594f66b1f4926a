"""Values outside of the vocabulary are marked by the query itself, in every dialect: no row is decided by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.sql import DIALECTS, compile_query
from tests.sql.conftest import Rows
from tests.sql.population import TYPES
from tests.sql.test_dialects import in_duckdbs_words

Run = Callable[..., Rows]

# An attribute, and a value that a table has and no case can.
OUTSIDE: list[tuple[str, Any]] = [
    ("cpt_codes", ["77424-26"]),
    ("cpt_codes", [None]),
    ("cpt_codes", ["77424", None]),
    ("cpt_codes", []),
    ("cpt_codes", [""]),
    ("cpt_codes", ["0735t"]),
    ("cpt_codes", ["77424 "]),
    ("cpt_codes", ["77424\n"]),
    ("cpt_codes", ["x77424"]),
    ("cpt_codes", ["77424;77425"]),
    ("cpt_codes", ["7742477425"]),
    ("cpt_codes", ["77425", "other"]),
    ("cpt_codes", ["٧٧٤٢٤"]),
    ("cpt_codes", ["unknown"]),
    ("ei_conditions", [None]),
    ("ei_conditions", ["lack_of_final_approval", None]),
    ("ei_conditions", ["none"]),
    ("ei_conditions", ["Lack_of_final_approval"]),
    ("ei_conditions", [""]),
    ("primary_site", "rectim"),
    ("primary_site", "Rectum"),
    ("primary_site", ""),
    ("primary_site", "unknown"),
    ("t_category", "cT4b"),
    ("margin_status", " close"),
    ("age_years", -1),
    ("age_years", 121),
    ("fractions", 0),
]
INSIDE: list[tuple[str, Any]] = [
    ("cpt_codes", ["77424"]),
    ("cpt_codes", ["0735T", "99213"]),
    ("cpt_codes", ["0394T"]),
    ("cpt_codes", None),
    ("ei_conditions", []),
    ("ei_conditions", ["lack_of_final_approval", "insufficient_net_improvement"]),
    ("ei_conditions", None),
    ("primary_site", "rectum"),
    ("primary_site", None),
    ("age_years", 0),
    ("age_years", 120),
    ("oncologic", False),
]


def rows_of(kb: KnowledgeBase, values: list[tuple[str, Any]]) -> pa.Table:
    columns: dict[str, Any] = {"id": pa.array(range(len(values)), pa.int64())}
    for name, attribute in kb.vocabulary.items():
        columns[name] = pa.array([value if name == stated else None for stated, value in values], TYPES[attribute.type])
    return pa.table(columns)


@pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if dialect != "spark"])
def test_what_is_outside_of_the_vocabulary(kb: KnowledgeBase, settings: Settings, dialect: str, in_duckdb: Run) -> None:
    empty = dialect == "bigquery"  # for which an empty list is unknown
    outside = [each for each in OUTSIDE if not (empty and each[1] == [])]
    for readable in (True, False):
        query = compile_query(kb, kb.policies, settings, dialect=dialect, readable=readable)
        text = query.text if dialect == "duckdb" else in_duckdbs_words(query.text, dialect)
        asked = [each for each in outside if each[0] in query.reads]
        for row in in_duckdb(text, rows_of(kb, asked)):
            assert row["impossible"] == f"vocabulary: {asked[row['id']][0]}", asked[row["id"]]
            assert row["nia_class"] is None
        assert [row for row in in_duckdb(text, rows_of(kb, INSIDE)) if row["impossible"] is not None] == []


@pytest.mark.long
def test_in_spark(kb: KnowledgeBase, settings: Settings, spark: Any, tmp_path: Any) -> None:
    import pyarrow.parquet

    query = compile_query(kb, kb.policies, settings, dialect="spark")
    asked = [each for each in OUTSIDE if each[0] in query.reads]
    pyarrow.parquet.write_table(rows_of(kb, [*asked, *INSIDE]), tmp_path / "cases.parquet")
    spark.read.parquet(str(tmp_path / "cases.parquet")).createOrReplaceTempView("cases")
    for row in spark.sql(query.text).collect():
        wanted = f"vocabulary: {asked[row['id']][0]}" if row["id"] < len(asked) else None
        assert row["impossible"] == wanted, [*asked, *INSIDE][row["id"]]
