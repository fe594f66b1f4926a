"""Every dialect gets a statement of its own, which parses, names its sources and can be read.

========================  =======================================================================================
``test_parses``           one statement in each dialect, with and without criteria, presumptions, other readings
``test_in_their_words``   what databases that are not at hand are told means the same, by the words of DuckDB
``test_names``            tables and columns with odd names are quoted, and cannot end the statement
``test_told``             policy, versions, readings, presumptions, day, clauses with their citations are in comments
``test_settled``          the criteria alone settle most rows, and never otherwise than the tables
``test_cluster``          Spark with several processes gives what DuckDB gives
``test_wrong``            what is asked wrongly is told with the nearest right thing
========================  =======================================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from payerlogic import KnowledgeBase, QuestionError, Settings
from payerlogic.sql import DIALECTS, compile_query
from tests.sql.conftest import Rows, spark_session
from tests.sql.population import answers, random_facts, table
from tests.sql.test_exact import in_spark
from tests.support.random_cases import RandomCases
from tests.tiers import amounts

Run = Callable[..., Rows]


@pytest.mark.parametrize("count", amounts(1, 4))
@pytest.mark.parametrize("dialect", DIALECTS)
def test_parses(three: KnowledgeBase, dialect: str, count: int) -> None:
    draw = RandomCases(three, 40)
    for number in range(count):
        settings = draw.settings() if number else three.settings()
        query = compile_query(three, three.policies, settings, dialect=dialect, readable=number % 2 == 0)
        (parsed,) = sqlglot.parse(query.text, read=dialect)
        assert isinstance(parsed, exp.Select)
        assert tuple(parsed.named_selects) == query.output
        assert query.output[:2] == ("id", "impossible")


def in_duckdbs_words(query: str, dialect: str) -> str:
    """The statement of another database as DuckDB would say it, where the parser's own translation is not exact."""

    tree = sqlglot.parse_one(query, read=dialect)
    for found in list(tree.find_all(exp.Bracket)):
        if isinstance(found.this.unnest(), exp.Array) and dialect != "postgres":  # the others count from 0
            found.set("expressions", [exp.Add(this=each, expression=exp.convert(1)) for each in found.expressions])
            found.set("offset", 1)
    for found in list(tree.find_all(exp.EQ)):
        if isinstance(found.expression, exp.Any):  # DuckDB's ANY takes a list that is NULL for an empty one
            words = found.expression.this.unnest()
            found.replace(exp.Anonymous(this="LIST_CONTAINS", expressions=[words, found.this]))
    return tree.sql("duckdb")


@pytest.mark.parametrize("dialect", ["postgres", "bigquery", "snowflake"])
def test_in_their_words(kb: KnowledgeBase, settings: Settings, dialect: str, in_duckdb: Run) -> None:
    rng = Random(7)
    facts = [random_facts(kb, rng) for _ in range(600)]
    if dialect == "bigquery":  # for which an empty list is unknown
        facts = [{name: value for name, value in row.items() if value != frozenset()} for row in facts]
    filled = table(kb, facts)
    for presumptions in (True, False):
        asked = kb.settings(presumptions=presumptions, as_of=settings.as_of)
        here = in_duckdb(compile_query(kb, kb.policies, asked).text, filled)
        for readable in (True, False):
            query = compile_query(kb, kb.policies, asked, dialect=dialect, readable=readable).text
            there = in_duckdb(in_duckdbs_words(query, dialect), filled)
            for policy in kb.policies:
                assert answers(here, policy) == answers(there, policy)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names(kb: KnowledgeBase, settings: Settings, dialect: str) -> None:
    names = ('odd"; DROP TABLE x; --', "Select", "a.b", "naïve")
    query = compile_query(
        kb, ["nia"], settings, dialect=dialect, table='my schema."Cases; of 2026 -- all"', keep=names, columns=[]
    )
    (parsed,) = sqlglot.parse(query.text, read=dialect)
    assert isinstance(parsed, exp.Select)
    assert tuple(parsed.named_selects)[:4] == names
    tables = {(found.db, found.name) for found in parsed.find_all(exp.Table) if found.db}
    assert tables == {("my schema", "Cases; of 2026 -- all")}


def test_odd_table(kb: KnowledgeBase, settings: Settings, in_duckdb: Run) -> None:
    """The same, run."""
    cases = pa.table({"an id": ["it's", 'a "b"'], "primary_site": ["rectum", None]})
    query = compile_query(kb, ["nia"], settings, table="order by", keep=["an id"], columns=["primary_site"])
    found = in_duckdb(query.text, cases, name='"order by"')
    assert sorted(row["an id"] for row in found) == ['a "b"', "it's"]


def test_told(kb: KnowledgeBase, settings: Settings) -> None:
    chosen = kb.settings({"nia_rectal_scope": "any_of_the_three"}, as_of=settings.as_of)
    text = compile_query(kb, kb.policies, chosen).text
    for words in (
        "It is not a coverage decision or medical advice.",
        f"Knowledge base {kb.digest}",
        "Today is 2026-11-22.",
        "nia_rectal_scope = any_of_the_three (not the default)",
        "bcbsaz_evidence_finding: the payer finds one of its evidence conditions for this use",
        "from 2023-09-21: revised criteria",
    ):
        assert words in text
    for policy in kb.policies:
        for name, clause in kb.catalog.policies[policy].clauses.items():
            if f"{policy}_{name}_met" in text:
                assert (
                    f"AS {policy}_{name}_met, /* {clause.title}: " in text or f"_{name}_met /* {clause.title}" in text
                )
    assert "NIA_CG_226, Rectal Cancer: sentence 2 [N26]" in text
    bare = compile_query(kb, ["nia"], kb.settings(presumptions=False)).text
    assert "Nothing is presumed." in bare
    assert "BCBSAZ" not in bare


def test_settled(kb: KnowledgeBase, settings: Settings, in_duckdb: Run) -> None:
    """Without the tables, the criteria leave some rows open, and agree on all others."""
    rng = Random(8)
    facts = [random_facts(kb, rng) for _ in range(4_000)]
    filled = table(kb, facts)
    for presumptions in (True, False):
        asked = kb.settings(presumptions=presumptions, as_of=settings.as_of)
        query = compile_query(kb, kb.policies, asked).text
        tree = sqlglot.parse_one(query, read="duckdb")
        for case in [each for each in tree.find_all(exp.Alias) if each.alias.endswith("_verdict")]:
            case.this.set("default", exp.null())
        alone = in_duckdb(tree.sql("duckdb"), filled)
        exact = in_duckdb(compile_query(kb, kb.policies, asked, readable=False).text, filled)
        for policy in kb.policies:
            full, part = answers(exact, policy), answers(alone, policy)
            settled = {id_ for id_, cells in part.items() if cells[1] is not None}
            assert all(part[id_] == full[id_] for id_ in settled)
            decided = {id_ for id_, cells in full.items() if cells[0] is not None}
            assert settled <= decided
            assert len(settled) > 0.6 * len(decided)


def test_cluster(kb: KnowledgeBase, settings: Settings, in_duckdb: Run, tmp_path: Path) -> None:
    rng = Random(9)
    facts = [random_facts(kb, rng) for _ in range(8_000)]
    filled = table(kb, facts)
    here = in_duckdb(compile_query(kb, kb.policies, settings).text, filled)
    session = spark_session("local-cluster[2,1,1024]")
    try:
        query = compile_query(kb, kb.policies, settings, dialect="spark", readable=False)
        there = in_spark(session, query.text, filled, tmp_path)
    finally:
        session.stop()
    for policy in kb.policies:
        assert answers(here, policy) == answers(there, policy)


def test_wrong(kb: KnowledgeBase, settings: Settings) -> None:
    for asked, told in (
        ({"policies": ["nai"]}, "unknown payer 'nai'; did you mean 'nia'?"),
        ({"policies": []}, "no policy is named"),
        ({"dialect": "duckdbb"}, "unknown dialect 'duckdbb'; did you mean 'duckdb'?"),
        ({"keep": ["nia_class"]}, "two columns of the output would be named 'nia_class'"),
    ):
        with pytest.raises(QuestionError) as error:
            compile_query(**{"kb": kb, "policies": ["nia"], "settings": settings, **asked})
        assert [str(problem) for problem in error.value.problems] == [told]
