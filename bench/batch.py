"""Whole tables: the policy as SQL against a plain CASE expression, clingo, and other engines on the same rules.

Two threads; processor time of both. Times of a side are told for a fixed number of rows, whatever it was timed on.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np

from made_up_cases import complete_case, partial_case
from measuring import HERE, SEED, InternalDisagreement, Measured, in_turn, other_python, timed
from payerlogic import KnowledgeBase, StatedCase
from payerlogic.program.attribute import Attribute
from payerlogic.program.values import Value
from payerlogic.sql import compile_query
from payerlogic.text.days import number_of
from two_valued import RULES, as_sql, members, rendered

MISSING = 0.2
TOLD = 10_000  # rows for which times are told
POLICIES = tuple(RULES)
PLAIN_WORDS = {"and": "and", "or": "or", "not": "not ", "true": "true", "false": "false"}
NUMPY_WORDS = {"and": "&", "or": "|", "not": "~", "true": "True", "false": "False"}
MEMORY_PROBE = """
import duckdb, resource, sys
source, target, query, limit = sys.argv[1:]
with duckdb.connect() as connection:
    connection.execute("SET threads = 2; SET preserve_insertion_order = false")
    connection.execute(f"SET memory_limit = '{limit}'; SET enable_progress_bar = false")
    connection.execute(f"CREATE VIEW cases AS FROM '{source}'")
    connection.execute(f"COPY ({open(query).read().strip().rstrip(';')}) TO '{target}' (FORMAT parquet)")
    print(connection.sql(f"SELECT count(*) FROM '{target}'").fetchall()[0][0], end=" ")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@dataclass(frozen=True)
class TableSizes:
    """How many rows, and how often."""

    rows: int
    repeats: int
    solved: int
    peers: int
    large: int


FULL = TableSizes(rows=2_000_000, repeats=5, solved=400, peers=20_000, large=20_000_000)
QUICK = TableSizes(rows=20_000, repeats=1, solved=20, peers=500, large=0)


# --- Made-up tables -----------------------------------------------------------------------------------


def drawn(attribute: Attribute, presumed: str | None) -> str:
    """A random value as an expression of DuckDB; what is usually presumed has its presumed value mostly."""
    if attribute.type == "boolean":
        return f"random() < {0.5 if presumed is None else 0.9 if presumed == 'true' else 0.1}"
    if attribute.type == "integer":
        return f"CAST(floor(random() * {attribute.greatest - attribute.least + 1}) AS INTEGER) + {attribute.least}"
    if attribute.type == "date":
        return "DATE '2022-01-01' + CAST(floor(random() * 1800) AS INTEGER)"
    if attribute.type == "set" and attribute.nonempty:
        return "CASE WHEN random() < 0.7 THEN ['77425'] WHEN random() < 0.5 THEN ['77424', '77469'] ELSE ['99213'] END"
    if attribute.type == "set":
        some = ", ".join(f"CASE WHEN random() < 0.4 THEN '{word}' END" for word in attribute.spelled)
        return f"list_filter([{some}], lambda word: word IS NOT NULL)"
    words = ", ".join(f"'{word}'" for word in attribute.spelled)
    return f"[{words}][1 + CAST(floor(random() * {len(attribute.spelled)}) AS INTEGER)]"


def make_table(kb: KnowledgeBase, file: Path, rows: int) -> None:
    presumed = {each.attribute: each.value for each in kb.catalog.presumptions}
    columns = [
        f"CASE WHEN random() >= {MISSING} THEN {drawn(attribute, presumed.get(name))} END AS {name}"
        for name, attribute in kb.vocabulary.items()
    ]
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1; SELECT setseed(0.2026)")
        connection.execute(f"COPY (SELECT i AS id, {', '.join(columns)} FROM range({rows}) AS t(i)) TO '{file}'")


def opened(file: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET preserve_insertion_order = false")
    connection.execute(f"CREATE VIEW cases AS FROM '{file}'")
    return connection


def copied(query: str, target: Path) -> str:
    return f"COPY ({query.strip().rstrip(';')}) TO '{target}' (FORMAT parquet)"


# --- SQL against SQL ----------------------------------------------------------------------------------


def tables(kb: KnowledgeBase, sizes: TableSizes) -> Iterator[Measured]:
    """All lines on whole tables."""
    settings = kb.settings()
    with TemporaryDirectory() as name:
        folder = Path(name)
        make_table(kb, folder / "cases.parquet", sizes.rows)
        make_table(kb, folder / "fourth.parquet", sizes.rows // 4)
        fast = compile_query(kb, POLICIES, settings, readable=False, check_values=False).text
        sides = {
            "fast": (folder / "cases.parquet", fast),
            "plain": (folder / "cases.parquet", as_sql()),
            "readable": (folder / "cases.parquet", compile_query(kb, POLICIES, settings).text),
            "fourth": (folder / "fourth.parquet", fast),
            **{
                policy: (
                    folder / "cases.parquet",
                    compile_query(kb, [policy], settings, readable=False, check_values=False).text,
                )
                for policy in POLICIES
            },
        }
        times: dict[str, list[float]] = {side: [] for side in sides}
        for _ in in_turn(range(sizes.repeats), "whole tables"):
            for side, (file, query) in sides.items():
                with opened(file) as connection:
                    statement = copied(query, folder / "out.parquet")
                    times[side].append(timed(lambda c=connection, s=statement: c.execute(s))[0])
        took = {side: median(each) for side, each in times.items()}
        what = f"decide {sizes.rows:,} rows at {' and '.join(POLICIES)}, Parquet to Parquet"
        alone = ", ".join(f"{policy} alone {took[policy]:.0f} ms" for policy in POLICIES)
        note = f"a quarter of the rows {took['fourth']:.0f} ms; {alone}; {MISSING:.0%} of facts missing"
        yield Measured(what, took["fast"], None, "two-valued CASE", took["plain"], 0.25, note)
        note = "the form that people read, which checks every value as well"
        yield Measured(what, took["readable"], None, "two-valued CASE", took["plain"], note=note)
        ours = took["fast"] * TOLD / sizes.rows
        yield one_by_one(kb, sizes, ours)
        yield from peers(kb, sizes, ours, folder)
        if sizes.large:
            yield memory(kb, sizes, fast, folder)
            yield spark(kb, sizes, fast, folder)


def one_by_one(kb: KnowledgeBase, sizes: TableSizes, ours: float) -> Measured:
    rng = random.Random(SEED)
    cases = [kb.read(partial_case(kb, rng, MISSING)) for _ in range(sizes.solved)]
    asked = [(policy, kb.situation(case, policy)) for case in cases for policy in POLICIES]
    took, _ = timed(lambda: [kb.solver.possible(*question) for question in asked])
    note = "one grounding, every case an assumption; it finds the possible classes only"
    return Measured(f"{TOLD:,} rows by SQL", ours, None, "clingo", took * TOLD / sizes.solved, 500, note)


# --- Other engines ------------------------------------------------------------------------------------


def peers(kb: KnowledgeBase, sizes: TableSizes, ours: float, folder: Path) -> Iterator[Measured]:
    """The same rules, two-valued, on complete cases: none of these can leave a case open."""
    python, why = other_python()
    name = f"{TOLD:,} rows by SQL"
    if python is None:
        yield Measured(name, ours, note=f"no other engines: {why}")
        return
    rng = random.Random(SEED)
    drawn_cases = (kb.read(complete_case(kb, rng)).facts for _ in range(sizes.peers))
    # A T category after treatment leaves the category at presentation unknown, which no two-valued rule can.
    cases = [case for case in drawn_cases if kb.vocabulary.keys() == case.keys()]
    wanted = [{p: kb.decide(StatedCase(None, case), p).class_ for p in POLICIES} for case in cases]
    columns, literal = coded(kb, cases)
    np.savez(folder / "cases.npz", **columns)
    zen = {policy: [(rendered(w, plain_literal, PLAIN_WORDS), then) for w, then in RULES[policy]] for policy in RULES}
    coded_rules = {policy: [(rendered(w, literal, NUMPY_WORDS), then) for w, then in RULES[policy]] for policy in RULES}
    asked = {"zen": zen, "numpy": coded_rules, "cases": [flat(case) for case in cases]}
    (folder / "rules.json").write_text(json.dumps(asked), encoding="utf-8")
    done = subprocess.run([python, HERE / "batch_side.py", folder], capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        yield Measured(name, ours, note=f"no other engines: {done.stderr.strip()[-200:]}")
        return
    for engine, found in json.loads(done.stdout).items():
        if "error" in found:
            yield Measured(name, ours, note=f"{engine}: {found['error'][:200]}")
            continue
        for at, classes in enumerate(wanted):
            theirs = {policy: found["classes"][policy][at] for policy in POLICIES}
            if theirs != classes:
                raise InternalDisagreement(f"{cases[at]}: {classes}, {engine} {theirs}")
        target = 50 if "ZEN" in engine else None
        note = "two-valued, complete cases, in memory: it reads and writes no file"
        yield Measured(name, ours, None, f"{engine} {found['version']}", found["ms"] * TOLD, target, note)


def plain_literal(column: str, value: object) -> str:
    if column == "date_of_service":
        return str(value).replace("-", "")
    return str(value) if str(value).isdigit() else json.dumps(value)


def flat(facts: Mapping[str, Value]) -> dict[str, Any]:
    """A case without dates and sets, which ZEN has no way to compare."""
    found: dict[str, Any] = {name: value for name, value in facts.items() if not isinstance(value, frozenset | date)}
    for name, value in facts.items():
        if isinstance(value, date):
            found[name] = number_of(value)
    for name, member in members():
        stated = facts[name]
        assert isinstance(stated, frozenset)
        found[f"{name}_{member}"] = member in stated
    return found


def coded(kb: KnowledgeBase, cases: list[Mapping[str, Value]]) -> tuple[dict[str, Any], Any]:
    """The cases as columns of numbers, and how a value is written as its number."""
    flats = [flat(case) for case in cases]
    words = {n: {w: at for at, w in enumerate(a.spelled)} for n, a in kb.vocabulary.items() if a.type == "choice"}
    columns = {name: np.array([words[name][f[name]] if name in words else f[name] for f in flats]) for name in flats[0]}

    def literal(column: str, value: object) -> str:
        return str(words[column][str(value)]) if column in words else plain_literal(column, value)

    return columns, literal


# --- Memory and Spark ---------------------------------------------------------------------------------


def memory(kb: KnowledgeBase, sizes: TableSizes, query: str, folder: Path) -> Measured:
    make_table(kb, folder / "large.parquet", sizes.large)
    (folder / "query.sql").write_text(query, encoding="utf-8")
    command = [sys.executable, "-c", MEMORY_PROBE, "large.parquet", "large_out.parquet", "query.sql", "1500MB"]
    start = date.today()
    took, done = timed(lambda: subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8"))
    if done.returncode:
        return Measured(f"{sizes.large:,} rows", None, note=done.stderr.strip()[-200:])
    rows, peak = map(int, done.stdout.split())
    if rows != sizes.large:
        raise InternalDisagreement(f"{rows} rows of {sizes.large} on {start}, after {took:.0f} ms")
    gigabytes = peak / 1e9
    met = "under" if gigabytes < 2 else "NOT under"
    return Measured(f"{sizes.large:,} rows: memory", None, note=f"{gigabytes:.2f} GB at most, {met} 2 GB")


def spark(kb: KnowledgeBase, sizes: TableSizes, fast: str, folder: Path) -> Measured:
    import time

    from pyspark.sql import SparkSession

    name = f"the same {sizes.rows:,} rows in Spark, local[2], by the clock"
    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = (
        session.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate()
    )
    try:
        session.sparkContext.setLogLevel("ERROR")
        query = compile_query(kb, POLICIES, kb.settings(), dialect="spark", readable=False, check_values=False)
        session.read.parquet(str(folder / "cases.parquet")).createOrReplaceTempView("cases")
        clock = []
        for _ in range(2):  # the first warms up
            start = time.perf_counter()
            found = session.sql(query.text.rstrip().rstrip(";"))
            found.write.mode("overwrite").parquet(str(folder / "spark_out"))
            clock.append((time.perf_counter() - start) * 1000)
    finally:
        session.stop()
    with opened(folder / "cases.parquet") as connection:
        start = time.perf_counter()
        connection.execute(copied(fast, folder / "out.parquet"))
        ours = (time.perf_counter() - start) * 1000
    note = f"{clock[-1] / ours:.1f} times DuckDB by the clock: Spark is for data that is on a cluster already"
    return Measured(name, clock[-1], other="DuckDB", other_ms=ours, note=note)


def main() -> int:
    """Only these lines: ``python bench/batch.py [--quick]``."""
    from rich.console import Console

    from run import table

    lines = list(tables(KnowledgeBase.load(), QUICK if "--quick" in sys.argv else FULL))
    Console(width=None if sys.stdout.isatty() else 120).print(table(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
