"""Random small knowledge bases: whatever they say, four ways to decide agree, and with a fifth that knows no engine.

``tests/support/generated.py`` draws two services with facts of every type (choice, boolean, integer, decimal, date,
set, facts that follow from two others, and lists of records), axioms, presumptions, readings, criteria with ``not``,
counts and sums over sets, records and conditions, an otherwise clause; and says what they mean. A failure shrinks to a
small knowledge base, which is printed.

========================  ===================================================================================
diagrams                  ``decide``: class, possible classes, deciding facts
clingo                    on the same ground rules, and alone on the files
SQL                       DuckDB, with and without the readable criteria
why not                   every change, decided again by the definitions
========================  ===================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from clingo import Control
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from payerlogic import CaseError, KnowledgeBase, KnowledgeBaseError, StatedCase
from payerlogic.sql import compile_query
from tests.conftest import AS_OF
from tests.support.folders import load_plainly
from tests.support.generated import CLASSES, Fact, Library, Policy, Service, libraries, records
from tests.tiers import amounts

CASES = 6
DEAD = ("can never be met", "can never hold")
"""What a random policy may be refused for: a condition that nothing can meet, for a count of two of one, say."""
MOST_COMPLETIONS = 5_000


class Generated:
    """One library in a folder, loaded service by service."""

    def __init__(self, kb_folder: Path, folder: Path, library: Library) -> None:
        if folder.exists():
            rmtree(folder)
        for room in ("core", "run", "house"):
            copytree(kb_folder / room, folder / room)
        library.write(folder)
        self.folder = folder
        self.library = library

    def load(self, service: Service) -> KnowledgeBase | None:
        try:
            return KnowledgeBase.load(self.folder, service=service.name)
        except KnowledgeBaseError as error:
            odd = [str(each) for each in error.problems if not any(words in str(each) for words in DEAD)]
        assert odd == []
        return None


def few(service: Service, stated: dict[str, Any]) -> bool:
    """Whether all completions can be tried."""
    number = 1
    for fact in service.all_facts:
        number *= 1 if fact.name in stated else len(service.representatives(fact))
    return number <= MOST_COMPLETIONS


def by_clingo_alone(kb: KnowledgeBase, policy: str, service: Service, stated: dict[str, Any], reading: str) -> set[str]:
    """From the files, with the defaults for plain clingo."""
    control = Control(["0", "--project=show", "--warn=none"])
    load_plainly(control, kb.program)
    control.load(str(kb.program.folder / "run" / "defaults.lp"))
    written = [f"choose({policy}_r, {reading})."]
    for fact in service.all_facts:
        if fact.name in stated:
            value = stated[fact.name]
            each_of = value if fact.type == "set" else [value]
            written += [f"stated({fact.in_clingo}, {each if fact.places else fact.in_rule(each)})." for each in each_of]
            written += [f"none_stated({fact.name})."] if fact.type == "set" and not value else []
    control.add("base", [], " ".join(written))
    control.ground()
    with control.solve(yield_=True) as models:
        shown = [symbol for model in models for symbol in model.symbols(shown=True)]
    return {str(symbol.arguments[1]) for symbol in shown if str(symbol.arguments[0]) == policy}


def in_sql(kb: KnowledgeBase, policy: Policy, rows: list[StatedCase], reading: str, readable: bool) -> Iterator[Any]:
    """The rows of one query, in the order of the cases."""
    kinds = {"choice": pa.string(), "boolean": pa.bool_(), "integer": pa.int32(), "date": pa.date32()}
    columns: dict[str, Any] = {"id": pa.array(range(len(rows)), pa.int64())}
    for name, attribute in kb.vocabulary.items():
        values = [row.facts.get(name) for row in rows]
        plain = [sorted(value) if isinstance(value, frozenset) else value for value in values]
        kind = pa.decimal128(12, attribute.places) if attribute.type == "decimal" else None
        columns[name] = pa.array(plain, kind or kinds.get(attribute.type, pa.list_(pa.string())))
    cases = pa.table(columns)
    asked = kb.settings({f"{policy.name}_r": reading}, as_of=AS_OF)
    query = compile_query(kb, [policy.name], asked, columns=cases.column_names, readable=readable)
    with duckdb.connect() as connection:
        connection.register("cases", cases)
        found = connection.sql(query.text)
        named = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    yield from sorted(named, key=lambda row: row["id"])


def takes(fact: Fact, to: Any, value: Any) -> bool:
    """Whether the values ``to`` of a change take in a value."""
    if isinstance(to, dict):
        has = set(value)
        some = set(to.get("any_of", has))
        wanted = to.get("exactly")
        return (
            (wanted is None or has == set(wanted))
            and not has & set(to.get("none_of", ()))
            and ("any_of" not in to or bool(has & some))
            and set(to.get("all_of", ())) <= has
        )
    for each in to:
        if isinstance(each, str) and ".." in each and fact.type != "choice":
            low, high = (_units(fact, end) for end in each.split(".."))
            if (low is None or low <= value) and (high is None or value <= high):
                return True
        elif (_units(fact, each) if fact.type in ("integer", "decimal", "date") else each) == value:
            return True
    return False


def _units(fact: Fact, end: Any) -> Any:
    if end == "":
        return None
    if fact.type == "date":
        return date.fromisoformat(str(end))
    return int(Decimal(str(end)) * 10**fact.places)


def changed_cases(service: Service, stated: dict[str, Any], changes: Any) -> Iterator[dict[str, Any]]:
    """What the case may become by one set of changes: for each change the first and the last of its values."""
    made = [dict(stated)]
    for change in changes:
        fact = next(each for each in service.all_facts if each.name == change.attribute)
        fitting = [value for value in service.representatives(fact) if takes(fact, change.to, value)]
        assert fitting, f"{change.attribute}: {change.to} has no value that a rule tells apart"
        made = [{**one, fact.name: value} for one in made for value in {fitting[0], fitting[-1]}]
    yield from made


def agree(kb: KnowledgeBase, service: Service, drawn: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """All ways to decide, on all policies of a service, under both readings."""
    for policy in service.policies:
        for reading in ("one", "two"):
            asked = kb.settings({f"{policy.name}_r": reading}, as_of=AS_OF)
            rows: list[StatedCase] = []
            expected: list[set[str]] = []
            for record, stated in drawn:
                meant = service.classes(policy, stated, reading)
                possible = any(True for _ in service.completions(stated))
                try:
                    case = kb.read(record)
                    found = kb.decide(case, policy.name, asked)
                except CaseError:
                    assert not possible, f"{record} is refused"
                    continue
                assert possible, f"{record} cannot be"
                assert case.facts.keys() == stated.keys(), record
                about = policy.name, reading, record
                assert set(found.possible) == set(meant.values()), about
                assert found.outcome == (
                    outcomes.pop() if len(outcomes := {CLASSES[each] for each in meant.values()}) == 1 else "open"
                ), about
                assert set(found.deciding) == service.deciding(meant, stated), about
                assert kb.solver.possible(policy.name, kb.situation(case, policy.name, asked)) == set(meant.values())
                rows.append(case)
                expected.append(set(meant.values()))
                why_not(kb, service, policy, case, stated, reading)
            if rows:
                case, classes = rows[0], expected[0]
                stated = next(each for record, each in drawn if kb.read(record) == case)
                assert by_clingo_alone(kb, policy.name, service, stated, reading) == classes, case.facts
                for readable in (True, False):
                    answers = list(in_sql(kb, policy, rows, reading, readable))
                    for row, case, classes in zip(answers, rows, expected, strict=True):
                        assert row["impossible"] is None, case.facts
                        assert set(row[f"{policy.name}_possible"]) == classes, (policy.name, reading, case.facts)
                        alone = next(iter(classes)) if len(classes) == 1 else None
                        assert row[f"{policy.name}_class"] == alone, (policy.name, reading, case.facts)


def why_not(
    kb: KnowledgeBase, service: Service, policy: Policy, case: StatedCase, stated: dict[str, Any], reading: str
) -> None:
    asked = kb.settings({f"{policy.name}_r": reading}, as_of=AS_OF)
    free = [each.name for each in service.all_facts]
    for want in ("approved", "denied"):
        answer = kb.why_not(case, policy.name, want, asked, free=free)
        for changes in answer.changes[:8]:
            for after in changed_cases(service, stated, changes):
                found = {CLASSES[each] for each in service.classes(policy, after, reading).values()}
                assert found == {want}, (
                    policy.name,
                    reading,
                    dict(stated),
                    [each.to_dict() for each in changes],
                    found,
                )


@pytest.mark.parametrize("count", [*amounts(2, 6), pytest.param(100, id="long", marks=pytest.mark.long)])
def test_every_way_to_decide_agrees(kb_folder: Path, tmp_path: Path, count: int) -> None:
    tried = []

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(library=libraries(), data=st.data())
    def run(library: Library, data: st.DataObject) -> None:
        made = Generated(kb_folder, tmp_path / "kb", library)
        for service in library.services:
            drawn = [data.draw(records(service)) for _ in range(CASES)]
            drawn = [(record, stated) for record, stated in drawn if few(service, stated)]
            kb = made.load(service)
            assume(kb is not None)
            assert kb is not None
            agree(kb, service, drawn)
        tried.append(len(library.services))

    run()
    assert len(tried) >= count
