"""The order of rows never matters, in batch and in impact, whatever values a presumption names; and a policy that
contradicts itself says so as ``decide`` does. All policies and rows are made up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from payerlogic import KnowledgeBase, Settings, StatedCase
from payerlogic.tables import batch
from payerlogic.tables.impact import impact
from tests.conftest import AS_OF
from tests.program.test_conflicts import CONTRADICTORY
from tests.semantics.test_presumed_values import POLICY, ROWS, cases

from .conftest import COLUMNS, decided

PRECEDENCE = "prevails(acme, a2, a1)."
AGES = CONTRADICTORY.replace("case(intent, boost)", "at_least(age_years, 50)") + "bound(age_years, at_least, 50)."
POLICIES = {name: POLICY + rows for name, rows in ROWS.items()} | {
    "a contradiction": CONTRADICTORY,
    "a contradiction from an age on": AGES,
    "a contradiction that a precedence settles": CONTRADICTORY + PRECEDENCE,
}


def written(kb: KnowledgeBase, some: Sequence[StatedCase], path: Path) -> Path:
    rows = [{"id": str(number), **case.to_dict(kb.vocabulary)} for number, case in enumerate(some)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def by_decide(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> dict[str, Any]:
    found = kb.decide(case, "acme", settings)
    return {
        "outcome": found.outcome,
        "class": found.class_,
        "possible": list(found.possible),
        "clauses": [clause.id for clause in found.clauses],
    }


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_every_order_gives_every_row_its_answer(
    made_up: Callable[..., KnowledgeBase], tmp_path: Path, policy: str
) -> None:
    kb, rng = made_up({"acme": policy}, only=True), Random(policy)
    settings, bare = kb.settings(as_of=AS_OF), kb.settings(presumptions=False, as_of=AS_OF)
    some = cases(kb, 60, rng)
    left, right = ([by_decide(kb, case, each) for case in some] for each in (settings, bare))
    pairs = Counter(
        (json.dumps(one["class"]), json.dumps(other["class"])) for one, other in zip(left, right, strict=True)
    )
    deciding = Counter(name for case in some for name in kb.decide(case, "acme", settings).deciding)
    for _ in range(2):
        order = rng.sample(range(len(some)), len(some))
        path = written(kb, [some[index] for index in order], tmp_path / "cases.jsonl")
        batch(kb, path, tmp_path / "out.jsonl", settings=settings)
        rows = {int(row["id"]): row for row in decided(tmp_path / "out.jsonl")}
        for place, index in enumerate(order):
            assert {name: rows[place][f"acme_{name}"] for name in COLUMNS} == left[index], some[index].facts
        counted = impact(kb, path, "acme", "acme", left_settings=settings, right_settings=bare)
        found = Counter[tuple[str, str]]()
        for group in counted.groups:
            found[json.dumps(group.left.class_), json.dumps(group.right.class_)] += group.rows
        assert found == pairs
        differ = sum(one["possible"] != other["possible"] for one, other in zip(left, right, strict=True))
        assert counted.presumed == differ
        assert sum(counted.to_dict()["presumed"]["relations"].values()) == differ
        assert {cost.attribute: cost.leaves_open for cost in counted.costs["left"]} == dict(deciding)


def test_a_contradiction_is_a_class_of_its_own(made_up: Callable[..., KnowledgeBase], tmp_path: Path) -> None:
    kb = made_up({"acme": CONTRADICTORY}, only=True)
    rows = [{"oncologic": True, "intent": "boost"}, {"intent": "boost"}, {"oncologic": False, "intent": "boost"}]
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    done = batch(kb, path, tmp_path / "out.jsonl", settings=kb.settings(presumptions=False, as_of=AS_OF))
    assert [
        (row["acme_outcome"], row["acme_class"], row["acme_clauses"]) for row in decided(tmp_path / "out.jsonl")
    ] == [
        ("contradiction", "contradiction", ["a1", "a2"]),
        ("open", None, []),
        ("denied", "experimental_investigational", ["a2"]),
    ]
    assert done.counts.classes["acme"]["contradiction"] == 1
