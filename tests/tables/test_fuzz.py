"""Any table and any mapping: no traceback, no row lost, and one bad row never costs the others.

Rows are counted where they are read: each comes out as a case or as a refusal with its reason. What is found once is
kept in ``corpus.yaml``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payerlogic import CaseError, KnowledgeBase
from payerlogic.tables import Mapping, MappingError
from payerlogic.tables.columns import Names
from payerlogic.tables.normalize import Canonical
from payerlogic.tables.readers import TableFiles

CORPUS = yaml.safe_load((Path(__file__).parent / "corpus.yaml").read_text(encoding="utf-8"))
GOOD = {"id": "the good one", "primary_site": "rectum", "age_years": "62"}
CALM = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(CALM, max_examples=800)


def read(kb: KnowledgeBase, path: Path, mapping: Mapping | None = None) -> tuple[dict[int, str], dict[int, list[str]]]:
    """The ids of the rows that can be decided and the reasons of the others, by number."""
    reader, good, refused = Canonical(kb, mapping), dict[int, str](), dict[int, list[str]]()
    for chunk in TableFiles.at(path).chunks(Names(kb.vocabulary, mapping), rows=7):
        table, wrong = reader.read(chunk)
        for row in table.to_pylist():
            assert row["_record"] not in good
            good[row["_record"]] = row["id"]
        for each in wrong:
            assert each.reason
            assert each.reason.encode()
            refused.setdefault(each.record, []).append(each.reason)
        assert not good.keys() & refused.keys()
    return good, refused


def wrong_with(question: Callable[[], object]) -> str:
    """What is said of a file or mapping that cannot be used; nothing where it can."""
    try:
        question()
    except (CaseError, MappingError) as error:
        return str(error)
    return ""


def no_row_is_lost(kb: KnowledgeBase, path: Path, rows: int, mapping: Mapping | None = None) -> None:
    good, refused = read(kb, path, mapping)
    assert sorted([*good, *refused]) == list(range(1, rows + 1))
    assert GOOD["id"] in good.values(), refused


# --- Values -------------------------------------------------------------------------------------------------------

WORD = st.sampled_from(
    ["rectum", "Rectum", "C20", "C20;C18.7", "T4",
     "cT4b (ruled out)", "ypT3", "50", "50.0", "1e3", "-5", "77424", "77424;",
     "77424-TC", "unknown", "NA", "[]", "none", "true", "yes", "2025-02-30", "20250301", "=1+1", "\u2028", "٣", "９"]
)  # fmt: skip
TEXT = st.one_of(WORD, st.text(max_size=12), st.just("long" * 500))
SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT)
JSON = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=2))
CELL = st.one_of(WORD, st.text(st.characters(blacklist_characters="\0\r\n", blacklist_categories=["Cs"]), max_size=9))


@CALM
@given(data=st.data())
def test_csv(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    csv_is_read(kb, tmp_path_factory, data)


@pytest.mark.long
@LONG
@given(data=st.data())
def test_more_csv(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    csv_is_read(kb, tmp_path_factory, data)


def csv_is_read(kb: KnowledgeBase, folders: pytest.TempPathFactory, data: st.DataObject) -> None:
    names = [*data.draw(st.lists(st.sampled_from(sorted(kb.vocabulary)), unique=True, max_size=4))]
    names = list(dict.fromkeys(["id", "primary_site", "age_years", *names]))
    rows = data.draw(st.lists(st.lists(CELL, min_size=len(names), max_size=len(names)), max_size=5))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    rows.insert(data.draw(st.integers(0, len(rows))), [GOOD.get(name, "") for name in names])
    out = io.StringIO()
    csv.writer(out, lineterminator=data.draw(st.sampled_from(["\n", "\r\n"]))).writerows([names, *rows])
    path = folders.getbasetemp() / "fuzzed.csv"
    path.write_bytes(out.getvalue().encode())
    no_row_is_lost(kb, path, len(rows))


@CALM
@given(
    rows=st.lists(
        st.dictionaries(st.one_of(st.sampled_from(["id", "age_years", "cpt_codes"]), TEXT), JSON, max_size=4),
        max_size=5,
    )
)
def test_json_lines(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, rows: list[Dict[str, Any]]) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in [GOOD, *rows]), encoding="utf-8")
    no_row_is_lost(kb, path, len(rows) + 1)


@CALM
@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_an_error_of_the_file(
    kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    for ending in ("csv", "jsonl", "parquet", "json", "yaml"):
        path = tmp_path_factory.getbasetemp() / f"bytes.{ending}"
        path.write_bytes(data)
        told = wrong_with(lambda path=path: read(kb, path))  # type: ignore[misc]
        assert not told or str(path) in told


TYPES: list[tuple[Any, Any]] = [
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.uint8(), st.integers(0, 255)),
    (pa.float64(), st.floats()),
    (pa.bool_(), st.booleans()),
    (pa.string(), st.text(st.characters(blacklist_categories=["Cs"]), max_size=8)),
    (pa.binary(), st.binary(max_size=6)),
    (pa.date32(), st.dates()),
    (pa.timestamp("us"), st.datetimes(datetime(1, 1, 2), datetime(9999, 1, 1))),
    (pa.timestamp("ns"), st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1))),
    (pa.decimal128(9, 2), st.decimals(0, 999, places=2)),
    (pa.duration("s"), st.timedeltas()),
    (pa.time64("us"), st.times()),
    (pa.list_(pa.string()), st.lists(st.one_of(st.none(), WORD), max_size=3)),
    (pa.list_(pa.int64()), st.lists(st.integers(0, 99999), max_size=3)),
    (pa.struct([("a", pa.int64())]), st.fixed_dictionaries({"a": st.integers(0, 9)})),
    (pa.map_(pa.string(), pa.int64()), st.lists(st.tuples(WORD, st.integers(0, 9)), max_size=2)),
    (pa.dictionary(pa.int32(), pa.string()), WORD),
    (pa.large_string(), WORD),
    (pa.null(), st.none()),
]


@CALM
@given(data=st.data())
def test_parquet_of_any_type(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Columns of any type under the names of attributes; the row that states nothing in them is decided."""
    names = data.draw(st.lists(st.sampled_from(["id", *kb.vocabulary]), min_size=1, max_size=3, unique=True))
    count = data.draw(st.integers(1, 4))
    columns = {}
    for name in names:
        kind, values = data.draw(st.sampled_from(TYPES))
        drawn = data.draw(st.lists(st.one_of(st.none(), values), min_size=count, max_size=count))
        columns[name] = pa.array([*_fitting(kind, drawn), None], kind)
    path = tmp_path_factory.getbasetemp() / "fuzzed.parquet"
    pyarrow.parquet.write_table(pa.table(columns), path)
    good, refused = read(kb, path)
    assert sorted([*good, *refused]) == list(range(1, count + 2))
    assert count + 1 in good, refused


def _fitting(kind: Any, values: Sequence[Any]) -> list[Any]:
    found = []
    for value in values:
        try:
            pa.array([value], kind)
            found.append(value)
        except (pa.ArrowException, OverflowError, ValueError):
            found.append(None)
    return found


# --- Mappings ------------------------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    ["columns", "constants", "id", "unknown", "rest", "column", "first_of",
     "years_between", "value", "values", "prefixes",
     "patterns", "unmapped", "divide_by", "unit", "when", "age_years", "primary_site", "cpt_codes", "any_of", "stated"]
)  # fmt: skip
YAML = st.recursive(
    st.one_of(KEYS, TEXT.filter(lambda text: len(text) < 50), st.integers(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.one_of(KEYS, WORD), inner, max_size=4),
    max_leaves=12,
)


@CALM
@given(written=YAML)
def test_any_mapping_is_used_or_refused_with_its_line(kb: KnowledgeBase, written: object) -> None:
    text = yaml.safe_dump(written, allow_unicode=True)
    for each in (text, f"columns: {{primary_site: {json.dumps(written, default=str)}}}"):
        told = wrong_with(lambda each=each: Mapping.parse(each, kb.vocabulary, "m.yaml"))  # type: ignore[misc]
        assert all("m.yaml" in line for line in told.splitlines())


RULES = [
    "column: S",
    "column: S, values: {C20: rectum, a: unknown}",
    "column: S, prefixes: {C18: colon, C20: rectum}, unmapped: unknown",
    "column: S, patterns: {'C20.*': rectum, '(.*)': '\\1'}",
    "column: S, patterns: {'(a+)+$': rectum}, unmapped: read",
]


@CALM
@given(rule=st.sampled_from(RULES), cells=st.lists(CELL.filter(str.strip), min_size=1, max_size=5))
def test_any_cell_through_a_mapping(
    kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, rule: str, cells: list[str]
) -> None:
    mapping = Mapping.parse(f"{{columns: {{primary_site: {{{rule}}}}}, rest: ignore}}", kb.vocabulary)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["id", "S"], *([str(at), cell] for at, cell in enumerate(cells))])
    path = tmp_path_factory.getbasetemp() / "mapped.csv"
    path.write_bytes(out.getvalue().encode())
    good, refused = read(kb, path, mapping)
    assert sorted([*good, *refused]) == list(range(1, len(cells) + 1))


# --- What was found once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("each", CORPUS, ids=lambda each: each["name"])
def test_the_corpus(kb: KnowledgeBase, tmp_path: Path, each: Dict[str, Any]) -> None:
    mapping = Mapping.parse(each["mapping"], kb.vocabulary) if "mapping" in each else None
    for name, content in each["files"].items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path = tmp_path / "in"
    path = path if len(each["files"]) > 1 else next(path.iterdir())
    if "error" in each:
        assert each["error"] in wrong_with(lambda: read(kb, path, mapping))
        return
    good, refused = read(kb, path, mapping)
    assert (len(good), {number: reasons[0][:60] for number, reasons in refused.items()}) == (
        each["good"],
        {number: reason[:60] for number, reason in each.get("refused", {}).items()},
    )


def test_days_that_python_has_not(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Dates and moments beyond the year 9999, and text that is not UTF-8: their rows are refused, not the table."""
    bad = pa.array([b"\xff\xfe", b"brain", None], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 3, bad.buffers())
    tables = {
        "date32": {"date_of_service": pa.array([2**30, 20000, None], pa.int32()).cast(pa.date32())},
        "moment": {"date_of_service": pa.array([2**62, 20000 * 86400 * 10**6, None]).cast(pa.timestamp("us"))},
        "text": {"primary_site": text},
        "an id": {"id": text},
        "an object": {"primary_site": pa.array([{"a": 1}, None, None])},
    }
    for name, columns in tables.items():
        path = tmp_path / f"{name}.parquet"
        pyarrow.parquet.write_table(pa.table(columns), path)
        good, refused = read(kb, path)
        assert (sorted(good), sorted(refused)) == ([2, 3], [1]), name


@pytest.mark.parametrize("place", range(0, 400, 23))
def test_a_damaged_file_is_named(kb: KnowledgeBase, tmp_path: Path, place: int) -> None:
    path = tmp_path / "damaged.parquet"
    pyarrow.parquet.write_table(pa.table({"primary_site": ["brain", "rectum"] * 50, "age_years": [50, 60] * 50}), path)
    data = bytearray(path.read_bytes())
    data[place : place + 30] = b"\xff" * len(data[place : place + 30])
    path.write_bytes(data)
    told = wrong_with(lambda: read(kb, path))
    assert not told or "damaged.parquet" in told
    if not told:
        no_row = read(kb, path)
        assert sorted([*no_row[0], *no_row[1]]) == list(range(1, 101))
