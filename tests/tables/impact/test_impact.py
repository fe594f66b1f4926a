"""What a change comes to in a population: what deciding each case at both sides comes to. All cases are made up."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from payerlogic import CaseError, KnowledgeBase, StatedCase
from payerlogic.comparison.result import party
from payerlogic.documents import render
from payerlogic.documents.pictures.chart import svg
from payerlogic.tables.impact import impact
from payerlogic.text.phrases import are, plural
from tests.cli.conftest import AS_OF, Run, Write, run, write
from tests.support.axes import all_axes, example_at
from tests.support.random_cases import RandomCases

__all__ = ["run", "write"]

SIDES = [
    ("nia", "bcbsaz", {}, {}),
    ("bcbsaz@2022-09-19", "bcbsaz@2024-12-01", {}, {}),
    ("nia", "nia", {}, {"nia_fractions": "eligibility"}),
]


def population(kb: KnowledgeBase, count: int = 150) -> list[dict[str, Any]]:
    """Partial cases, some of them with a value that is none, and some that cannot be."""
    cases = RandomCases(kb, 11)
    rows: list[dict[str, Any]] = []
    for number in range(count):
        facts = {name: kb.vocabulary[name].to_dict(value) for name, value in cases.facts().items()}
        rows.append({"id": f"case {number}", **facts})
    rows[3]["primary_site"] = "rectim"
    rows[4] |= {"t_category": "Tis", "tumor_behavior": "invasive"}
    return rows


@pytest.fixture(scope="module")
def rows(kb: KnowledgeBase) -> list[dict[str, Any]]:
    return population(kb)


@pytest.fixture
def table(rows: list[dict[str, Any]], tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("left", "right", "left_readings", "right_readings"), SIDES)
def test_it_counts_what_deciding_each_case_counts(
    kb: KnowledgeBase,
    rows: list[dict[str, Any]],
    table: Path,
    left: str,
    right: str,
    left_readings: dict[str, str],
    right_readings: dict[str, str],
) -> None:
    settings = kb.settings(as_of=_day())
    asked = [replace(settings, readings=readings) for readings in (left_readings, right_readings)]
    found = impact(kb, table, left, right, left_settings=asked[0], right_settings=asked[1])
    expected: Counter[tuple[Any, ...]] = Counter()
    leaves: list[Counter[str]] = [Counter(), Counter()]
    settles: list[Counter[str]] = [Counter(), Counter()]
    refused = 0
    for row in rows:
        try:
            case = kb.read(row)
        except CaseError:
            refused += 1
            continue
        answers = []
        for side, (name, how) in enumerate(zip((left, right), asked, strict=True)):
            side_ = party(kb, name, how)
            here = case.changed(side_.stated.facts)
            told = kb.decide(here, side_.policy, how.on(side_.day))
            answers.append((told.class_, told.possible, tuple(sorted(clause.id for clause in told.clauses))))
            for attribute in told.deciding:
                leaves[side][attribute] += 1
                settles[side][attribute] += _settles(kb, here, side_.policy, how.on(side_.day), attribute)
        expected[(case.facts.get("primary_site"), *answers)] += 1
    counted = Counter(
        {
            (
                group.by,
                *((each.class_, each.possible, tuple(sorted(each.clauses))) for each in (group.left, group.right)),
            ): group.rows
            for group in found.groups
        }
    )
    assert counted == expected
    assert (found.refused, found.rows) == (refused, len(rows))
    assert refused >= 2
    for side, name in enumerate(("left", "right")):
        assert {cost.attribute: cost.leaves_open for cost in found.costs[name]} == dict(leaves[side])
        assert {cost.attribute: cost.would_settle for cost in found.costs[name]} == {
            attribute: settles[side][attribute] for attribute in leaves[side]
        }


def _day() -> date:
    return date.fromisoformat(AS_OF)


def _settles(kb: KnowledgeBase, case: StatedCase, policy: str, settings: Any, attribute: str) -> bool:
    """Whether each value that the case can have settles it, by deciding it with each."""
    axis = all_axes(kb)[attribute]
    for place in range(len(axis.classes)):
        try:
            told = kb.decide(
                kb.read(StatedCase(None, {**case.facts, attribute: example_at(axis, place)})), policy, settings
            )
        except CaseError:
            continue
        if told.class_ is None:
            return False
    return True


def test_relations_are_those_of_compare(kb: KnowledgeBase, table: Path) -> None:
    found = impact(kb, table, "nia", "bcbsaz")
    assert sum(found.relations().values()) == found.compared
    for group in found.groups:
        classes = group.left.class_, group.right.class_
        assert (group.relation == "open") is (None in classes)
        assert group.relation in ("agree", "silent") or classes[0] != classes[1] or None in classes
    assert found.relations()["conflict"] > 0


def test_ids_and_the_file_of_changed_rows(kb: KnowledgeBase, table: Path, tmp_path: Path) -> None:
    found = impact(kb, table, "nia", "bcbsaz", csv=tmp_path / "changed.csv")
    with (tmp_path / "changed.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    changed = [group for group in found.groups if group.relation != "agree"]
    assert Counter(row["relation"] for row in written) == Counter(
        {name: rows for name, rows in found.relations().items() if rows and name != "agree"}
    )
    assert {row["id"] for row in written} == {id_ for group in changed for id_ in group.ids}
    assert all(len(group.ids) == group.rows for group in changed)
    assert not [id_ for group in found.groups if group.relation == "agree" for id_ in group.ids]


def test_the_command_in_json_is_the_same_and_counts_the_refused(run: Run, kb: KnowledgeBase, table: Path) -> None:
    answer = run("impact", table, "nia", "bcbsaz", "--json", "--as-of", AS_OF)
    assert answer.status == 2
    found = impact(kb, table, "nia", "bcbsaz", settings=kb.settings(as_of=_day()))
    assert answer.problems == [
        f"{table}: {plural(found.refused, 'row')} {are(found.refused)} refused; 'payerlogic batch' lists the reasons"
    ]
    assert answer.json == json.loads(json.dumps(found.to_dict()))


def test_the_command_for_people(run: Run, table: Path, tmp_path: Path) -> None:
    answer = run("impact", table, "nia", "bcbsaz", "--html", tmp_path / "i.html", "--as-of", AS_OF)
    assert "What unknown facts cost at NIA" in answer.text
    assert "This explains a policy. It is not a coverage decision or medical advice." in answer.text
    text = (tmp_path / "i.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert "case 17" not in text, "the page has counts only"


def test_the_same_twice_agrees_or_is_open(kb: KnowledgeBase, table: Path) -> None:
    relations = impact(kb, table, "nia", "nia").relations()
    assert {name for name, rows in relations.items() if rows} <= {"agree", "open", "silent"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nai", "bcbsaz"], "unknown payer 'nai'; did you mean 'nia'?"),
        (["nia@yesterday", "bcbsaz"], "nia@yesterday: 'yesterday' is not a date"),
        (["nia", "nia", "--right-reading", "nia_fraction=x"], "unknown reading 'nia_fraction'; did you mean"),
        (["nia", "bcbsaz", "--by", "site"], "--by: unknown attribute 'site'"),
        (["nia", "bcbsaz", "--by", "age_years"], "--by: age_years has too many values to group by"),
        (["nia", "bcbsaz", "--csv", "changed"], "changed: is no table by its name"),
    ],
)
def test_bad_questions(run: Run, write: Write, words: list[str], message: str) -> None:
    answer = run("impact", write("cases.csv", "primary_site\nbrain\n"), *words)
    assert answer.status == 2
    assert message in answer.errors
    assert not answer.output


def test_no_rows_at_all(run: Run, kb: KnowledgeBase, write: Write) -> None:
    table = write("cases.csv", "primary_site\n")
    answer = run("impact", table, "nia", "bcbsaz")
    assert (answer.status, "0 rows: 0 compared, 0 refused." in answer.text) == (0, True)
    assert "No rows." in render(impact(kb, table, "nia", "bcbsaz"), "html", kb).decode()


def test_the_chart_tells_itself_in_words() -> None:
    picture = ElementTree.fromstring(svg("Rows & <sites>", [("all rows", {"agree": 2, "open": 1}), ("none", {})]))
    title, words = picture[0], picture[1]
    assert title.text == "Rows & <sites>"
    assert words.text == "all rows: 3 rows; agree 2 (66.7 %), open 1 (33.3 %)."
    labels = {picture.get("role"), *(each.text for each in picture.iter("{http://www.w3.org/2000/svg}text"))}
    assert {"img", "= agree", "? open", "all rows", "3"} <= labels
