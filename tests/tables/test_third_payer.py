"""A new payer is a new file: tables are decided and compared at it without a line of code. All rows are made up."""

from __future__ import annotations

import csv
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import CaseError, KnowledgeBase
from payerlogic.tables import batch
from payerlogic.tables.impact import impact
from tests.support.random_cases import RandomCases

from .conftest import COLUMNS, decided

THIRD = Path(__file__).resolve().parents[1] / "policies" / "third" / "harbor.lp"
PAYERS = ["bcbsaz", "harbor", "nia"]


@pytest.fixture(scope="module")
def third(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder = tmp_path_factory.mktemp("third") / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / "harbor.lp").write_bytes(THIRD.read_bytes())
    return KnowledgeBase.load(folder)


def test_a_table_at_three_payers(third: KnowledgeBase, tmp_path: Path) -> None:
    cases, rows = RandomCases(third, 5), []
    names = ["id", *third.vocabulary]
    with (tmp_path / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for number in range(200):
            facts = {"id": f"case {number}", **cases.facts()}
            rows.append(facts)
            writer.writerow(
                {
                    name: ";".join(sorted(value)) or "[]" if isinstance(value, (list, set, frozenset)) else value
                    for name, value in facts.items()
                }
            )
    settings = third.settings()
    done = batch(third, tmp_path / "cases.csv", tmp_path / "out.jsonl", settings=settings)
    found = {row["record"]: row for row in decided(tmp_path / "out.jsonl")}
    assert done.policies == tuple(PAYERS)
    for number, facts in enumerate(rows, 1):
        try:
            expected = third.decide(facts, settings=settings)
        except CaseError:
            assert number not in found
            continue
        for payer, told in expected.determinations.items():
            answer = [told.outcome, told.class_, list(told.possible), [clause.id for clause in told.clauses]]
            assert [found[number][f"{payer}_{name}"] for name in COLUMNS] == answer, facts
    counted = impact(third, tmp_path / "cases.csv", "harbor", "nia", settings=settings)
    assert counted.compared == len(found) > 50
    classes = done.counts.classes["harbor"]
    by_class = {name: sum(g.rows for g in counted.groups if g.left.written == name) for name in classes}
    assert by_class == dict(classes)
