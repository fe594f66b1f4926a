"""SQL gives what the program means, on every kind of case.

=======================  ================================================================================
``test_product``         every combination of the values that a policy tells apart at a site, against clingo
``test_random``          100,000 random partial cases at each policy, on DuckDB and on Spark, against clingo
``test_third_payer``     the same for a made-up payer with counts and an age range
``test_order``           the order of rows and the number of threads change nothing
``test_unrecorded``      a column that the table lacks is unknown in every row
``test_impossible``      a case that breaks an axiom is told so, and never decided
=======================  ================================================================================

Readings, presumptions, the day and the form of the query (with or without its criteria) differ from batch to batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.program.values import Value
from payerlogic.semantics.solver import Assumptions
from payerlogic.sql import compile_query
from tests.sql.conftest import Rows
from tests.sql.population import answers, classes_by_clingo, differences, expected, random_facts, table, value_in
from tests.support.axes import all_axes, place_of
from tests.support.random_cases import RandomCases

Run = Callable[..., Rows]
SHARES = 4  # each a test of its own, so that two workers can split the work
BATCHES = 3
OF_A_POLICY = 100_000


# --- The whole product --------------------------------------------------------------------------------


def told_apart(kb: KnowledgeBase, policy: str, site: int) -> dict[str, list[int]]:
    """For each attribute that can matter at a site, one class of values of each kind that matters there."""
    compiler, readings = kb.compiler, kb.compiler.default_readings
    forest = compiler.forest
    asked = [compiler.classes(policy, readings)]
    asked += [compiler.named("stands", policy, name, readings=readings) for name in kb.catalog.policies[policy].clauses]
    here = [forest.cofactor(node, compiler.variable["primary_site"], site) for node in asked]
    found: dict[str, list[int]] = {}
    for name in all_axes(kb):
        kinds: dict[tuple[int, ...], int] = {}
        for place in range(len(all_axes(kb)[name].classes)):
            at = compiler.at(name, place_of(kb, name, place))
            kinds.setdefault(
                tuple(forest.restricted((node,), at, lambda each: each, forest)[1] for node in here), place
            )
        if len(kinds) > 1:
            found[name] = list(kinds.values())
    return found


@pytest.mark.parametrize("policy", ["bcbsaz", "nia"])
def test_product(kb: KnowledgeBase, settings: Settings, policy: str, in_duckdb: Run) -> None:
    bare = kb.settings(presumptions=False, as_of=settings.as_of)
    rng, count = Random(1), 0
    rows: list[dict[str, Value]] = []
    classes: list[set[str]] = []
    for site in range(len(all_axes(kb)["primary_site"].classes)):
        kinds = told_apart(kb, policy, site)
        for places in product(*kinds.values()):
            known = {"primary_site": site, **dict(zip(kinds, places, strict=True))}
            members = {name: all_axes(kb)[name].classes[place][0] for name, place in known.items()}
            rows.append({name: value_in(all_axes(kb)[name], place, rng) for name, place in known.items()})
            classes.append(classes_by_clingo(kb, policy, Assumptions(members, (), kb.compiler.default_readings)))
            count += 1
    assert count == {"bcbsaz": 6_624, "nia": 52_288}[policy]
    query = compile_query(kb, [policy], bare)
    for row in in_duckdb(query.text, table(kb, rows)):
        wanted = classes[row["id"]]
        assert (row["impossible"] is None) == bool(wanted), rows[row["id"]]
        if wanted:
            assert len(wanted) == 1
            assert row[f"{policy}_class"] == next(iter(wanted)), rows[row["id"]]
            assert row[f"{policy}_possible"] == list(wanted)
            assert row[f"{policy}_clauses"] or row[f"{policy}_class"] == "no_criterion"
        else:
            assert row[f"{policy}_class"] is None
            assert row[f"{policy}_possible"] is None


# --- Random cases -------------------------------------------------------------------------------------


def in_spark(spark: Any, query: str, cases: pa.Table, folder: Path) -> Rows:
    pq.write_table(cases, folder / "cases.parquet", row_group_size=2000)
    spark.read.parquet(str(folder / "cases.parquet")).createOrReplaceTempView("cases")
    return [row.asDict() for row in spark.sql(query.rstrip().rstrip(";")).collect()]


def check(
    kb: KnowledgeBase, policies: Sequence[str], settings: Settings, cases: int, seed: int, runs: Mapping[str, Run]
) -> int:
    """One batch in every database of ``runs``; how many determinations are of one class."""
    rng = Random(seed)
    facts = [random_facts(kb, rng) for _ in range(cases)]
    wanted = {policy: [expected(kb, each, policy, settings) for each in facts] for policy in policies}
    filled = table(kb, facts)
    for dialect, run in runs.items():
        readable = bool(rng.randrange(2))
        query = compile_query(kb, policies, settings, dialect=dialect, readable=readable, check_values=readable)
        assert list(differences(kb, facts, run(query.text, filled), wanted))[:3] == [], f"{dialect}, {settings}"
    return sum(each.class_ is not None for column in wanted.values() for each in column)


@pytest.mark.parametrize("share", range(SHARES))
def test_random(kb: KnowledgeBase, share: int, in_duckdb: Run, spark: Any, tmp_path: Path) -> None:
    draw = RandomCases(kb, 900 + share)
    runs = {"duckdb": in_duckdb, "spark": lambda query, cases: in_spark(spark, query, cases, tmp_path)}
    size = -(-OF_A_POLICY // SHARES // BATCHES)
    decided = 0
    for batch in range(BATCHES):
        settings = draw.settings() if batch else kb.settings(as_of=draw.day())
        decided += check(kb, kb.policies, settings, size, 10 * share + batch, runs)
    assert 0.2 < decided / (BATCHES * size * len(kb.policies)) < 0.9  # neither kind is rare


def test_third_payer(three: KnowledgeBase, in_duckdb: Run) -> None:
    draw = RandomCases(three, 950)
    for batch in range(4):
        settings = draw.settings() if batch else three.settings(as_of=draw.day())
        assert check(three, ["harbor", "nia"], settings, 1_500, 950 + batch, {"duckdb": in_duckdb})


def test_order(kb: KnowledgeBase, settings: Settings, in_duckdb: Run) -> None:
    rng = Random(5)
    facts = [random_facts(kb, rng) for _ in range(3_000)]
    filled = table(kb, facts)
    shuffled = filled.take(rng.sample(range(len(facts)), len(facts)))
    query = compile_query(kb, kb.policies, settings).text
    for policy in kb.policies:
        one = answers(in_duckdb(query, filled, threads=1), policy)
        assert one == answers(in_duckdb(query, filled, threads=2), policy)
        assert one == answers(in_duckdb(query, shuffled, threads=2), policy)


def test_unrecorded(kb: KnowledgeBase, settings: Settings, in_duckdb: Run) -> None:
    """The tables of such a query are smaller; the answers are those to a column of NULL."""
    rng = Random(6)
    facts = [random_facts(kb, rng) for _ in range(1_000)]
    for kept in (["primary_site", "age_years", "modality"], ["device"], []):
        fewer = [{name: value for name, value in row.items() if name in kept} for row in facts]
        wanted = {policy: [expected(kb, each, policy, settings) for each in fewer] for policy in kb.policies}
        filled = table(kb, fewer).select(["id", *kept])
        for readable in (True, False):
            query = compile_query(kb, kb.policies, settings, columns=["id", *kept], readable=readable)
            assert set(query.reads) <= set(kept)
            assert list(differences(kb, fewer, in_duckdb(query.text, filled), wanted))[:3] == []


IMPOSSIBLE: list[tuple[dict[str, Value], str | None]] = [
    ({"t_category": "Tis", "tumor_behavior": "invasive"}, "in_situ_is_tis"),
    ({"t_category": "T1", "tumor_behavior": "in_situ"}, "in_situ_is_tis"),
    ({"t_category": "Tis"}, None),
    ({"device": "mobetron", "modality": "proton"}, "device_has_its_modality"),
    ({"fda_status": "approved", "ei_conditions": frozenset({"lack_of_final_approval"})}, "approval_is_not_lacking"),
    ({"fda_status": "approved"}, None),
    ({"t_category": "T5"}, "vocabulary: t_category"),
    ({"primary_site": "rectum'; DROP TABLE cases; --"}, "vocabulary: primary_site"),
    ({"age_years": 121}, "vocabulary: age_years"),
    ({"fractions": 0}, "vocabulary: fractions"),
    ({"cpt_codes": frozenset()}, "vocabulary: cpt_codes"),
    ({"ei_conditions": frozenset({"no such finding"})}, "vocabulary: ei_conditions"),
    ({"ei_conditions": frozenset()}, None),
    ({}, None),
]


def test_impossible(kb: KnowledgeBase, settings: Settings, in_duckdb: Run, spark: Any, tmp_path: Path) -> None:
    filled = table(kb, [facts for facts, _ in IMPOSSIBLE])
    for readable in (True, False):
        for dialect in ("duckdb", "spark"):
            query = compile_query(kb, kb.policies, settings, dialect=dialect, readable=readable)
            found = (
                in_duckdb(query.text, filled) if dialect == "duckdb" else in_spark(spark, query.text, filled, tmp_path)
            )
            assert {row["id"]: row["impossible"] for row in found} == {
                at: why for at, (_, why) in enumerate(IMPOSSIBLE)
            }
            for row in found:
                for policy in kb.policies:
                    assert (row[f"{policy}_possible"] is None) == (row["impossible"] is not None)
                    assert (row[f"{policy}_outcome"] is None) == (row["impossible"] is not None)
