"""Thousands of random partial cases in random order: ``decide``, DuckDB, Spark and plain clingo say the same.

The shipped policies, policies whose presumptions name values that no rule tells apart, and one that contradicts
itself. All cases are made up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from payerlogic import KnowledgeBase, Settings, StatedCase
from payerlogic.errors import CaseError
from payerlogic.tables import DuckDb, Spark, batch
from tests.conftest import AS_OF
from tests.program.test_conflicts import CONTRADICTORY
from tests.semantics.test_presumed_values import POLICY, ROWS, by_plain_clingo, cases
from tests.sql.conftest import spark_session
from tests.sql.population import classes_by_clingo
from tests.support.random_cases import RandomCases

from .conftest import COLUMNS, decided

SHIPPED, MADE_UP, BY_CLINGO, BY_PLAIN_CLINGO, IN_SPARK = 14_000, 400, 1_500, 40, 2_000


def distinct(kb: KnowledgeBase, seed: int, count: int) -> list[StatedCase]:
    """Partial cases of all attributes; some of them are stated several times over."""
    draw, rng, found = RandomCases(kb, seed), Random(seed), list[StatedCase]()
    while len(found) < count:
        if found and rng.random() < 0.3:
            found.append(rng.choice(found))
            continue
        try:
            found.append(kb.read(draw.facts()))
        except CaseError:
            continue
    rng.shuffle(found)
    return found


def written(kb: KnowledgeBase, some: Sequence[StatedCase], path: Path) -> Path:
    rows = [{"id": str(number), **case.to_dict(kb.vocabulary)} for number, case in enumerate(some)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def by_decide(kb: KnowledgeBase, some: Sequence[StatedCase], settings: Settings) -> list[dict[str, Any]]:
    """What ``decide`` says of each case; the same case is asked once."""
    kept: dict[Any, dict[str, Any]] = {}
    rows = []
    for case in some:
        key = tuple(sorted((name, str(sorted(v) if isinstance(v, frozenset) else v)) for name, v in case.facts.items()))
        if key not in kept:
            found = {policy: kb.decide(case, policy, settings) for policy in kb.policies}
            kept[key] = {
                f"{policy}_{name}": value
                for policy, each in found.items()
                for name, value in zip(
                    COLUMNS,
                    (each.outcome, each.class_, list(each.possible), [clause.id for clause in each.clauses]),
                    strict=True,
                )
            }
        rows.append(kept[key])
    return rows


def in_a_table(path: Path) -> list[dict[str, Any]]:
    rows = decided(path)
    assert [int(row["id"]) for row in rows] == list(range(len(rows))), "a row is lost or out of order"
    return [{name: value for name, value in row.items() if name not in ("record", "id")} for row in rows]


@pytest.mark.long
def test_shipped_policies(kb: KnowledgeBase, tmp_path: Path) -> None:
    settings = kb.settings(as_of=AS_OF)
    some = distinct(kb, 26, SHIPPED)
    expected = by_decide(kb, some, settings)
    batch(kb, written(kb, some, tmp_path / "cases.jsonl"), tmp_path / "out.jsonl", settings=settings)
    for case, row, wanted in zip(some, in_a_table(tmp_path / "out.jsonl"), expected, strict=True):
        assert row == wanted, case.facts
    for index in Random(1).sample(range(len(some)), BY_CLINGO):
        for policy in kb.policies:
            asked = classes_by_clingo(kb, policy, kb.situation(some[index], policy, settings))
            assert asked == set(expected[index][f"{policy}_possible"]), some[index].facts


@pytest.mark.long
@pytest.mark.parametrize(
    "policy", [*(POLICY + rows for rows in ROWS.values()), CONTRADICTORY], ids=[*ROWS, "two classes"]
)
def test_made_up_policies(made_up: Callable[..., KnowledgeBase], tmp_path: Path, policy: str) -> None:
    kb, rng = made_up({"acme": policy}, only=True), Random(policy)
    settings = kb.settings(as_of=AS_OF)
    some = cases(kb, MADE_UP, rng)
    rng.shuffle(some)
    expected = by_decide(kb, some, settings)
    batch(kb, written(kb, some, tmp_path / "cases.jsonl"), tmp_path / "out.jsonl", settings=settings)
    for case, row, wanted in zip(some, in_a_table(tmp_path / "out.jsonl"), expected, strict=True):
        assert row == wanted, case.facts
    for index in rng.sample(range(len(some)), BY_PLAIN_CLINGO):
        assert by_plain_clingo(kb, some[index]) == set(expected[index]["acme_possible"]), some[index].facts


@pytest.mark.long
def test_a_sample_in_spark(kb: KnowledgeBase, tmp_path: Path) -> None:
    settings = kb.settings(as_of=AS_OF)
    path = written(kb, distinct(kb, 27, IN_SPARK), tmp_path / "cases.jsonl")
    session = spark_session("local[2]")
    try:
        for name, engine in (("duckdb", DuckDb()), ("spark", Spark(shared=tmp_path, session=session))):
            batch(kb, path, tmp_path / f"{name}.jsonl", settings=settings, engine=engine)
    finally:
        session.stop()
    assert (tmp_path / "spark.jsonl").read_bytes() == (tmp_path / "duckdb.jsonl").read_bytes()
