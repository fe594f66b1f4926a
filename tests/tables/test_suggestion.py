"""What a table's columns may be: a mapping to start from, which is a mapping like any other. All tables are made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from payerlogic import KnowledgeBase
from payerlogic.tables.decide_table import batch
from payerlogic.tables.mapping import Mapping
from payerlogic.tables.mapping_rules import compiled
from payerlogic.tables.readers import TableFiles
from payerlogic.tables.suggestion import (
    SeenColumn,
    is_as_written,
    odd_values,
    rule_of,
    seen_columns,
    suggest,
    ways_of,
)

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mappings"


def what(kb: KnowledgeBase, name: str, *values: object) -> str | None:
    """What a single column is taken for."""
    return next(iter(suggest(kb, [SeenColumn(name, dict.fromkeys(values, 1))]).columns), None)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("primary_site", ["brain"], "primary_site"),
        ("Primary Site", ["brain"], "primary_site"),
        ("diagnosis", ["C50.1", "C20"], "primary_site"),
        ("T", ["cT2", "cT4b"], "t_category"),
        ("pat_age", [45, 67], "age_years"),
        ("Margins", ["clear", "positive"], "margin_status"),
        ("DOS", ["2025-01-31"], "date_of_service"),
        ("procedure", ["77425"], "cpt_codes"),
        ("technique", ["IOERT"], "modality"),
        ("zip", ["85001", "10001"], None),
        ("number", [1, 2, 3], None),
        ("answer", ["yes", "no"], None),
        ("note", ["=1+1", "<b>x</b>"], None),
        ("empty", [], None),
        ("DOB", ["1950-01-31", "1961-11-02"], "birth_date"),
        ("dob", ["1/31/1950"], "birth_date"),
        ("born", ["1950-01-31"], "birth_date"),
        ("Date of Birth", ["1950-01-31"], "birth_date"),
        ("birth date", ["1950-01-31"], "birth_date"),
        ("BirthDate", ["1950-01-31"], "birth_date"),
        ("age", [61, 45], "age_years"),
        ("Age (years)", [61], "age_years"),
        ("T stage", ["T1", "T4"], "t_category"),
        ("T Stage", [], "t_category"),
        ("service_date", ["2025-01-31"], "date_of_service"),
        ("sex", ["F", "M"], None),
        ("gender", ["female"], None),
        ("\u202e\x07", ["\ud800"], None),
    ],
)
def test_a_column_is_recognized_by_its_name_or_its_values(
    kb: KnowledgeBase, name: str, values: list[object], expected: str | None
) -> None:
    assert what(kb, name, *values) == expected


def test_a_column_is_recognized_by_every_name_of_an_attribute(kb: KnowledgeBase) -> None:
    for name, attribute in kb.vocabulary.stateable.items():
        for words in (name, attribute.label, *attribute.also_labeled):
            assert what(kb, words) == what(kb, words.upper() if " " in words else words) == name, words


def test_one_column_is_one_attribute(kb: KnowledgeBase) -> None:
    both = [SeenColumn("site", {"brain": 2}), SeenColumn("primary_site", {"brain": 2})]
    found = suggest(kb, both)
    assert {name: rules[0].column for name, rules in found.columns.items()} == {"primary_site": "primary_site"}
    assert found.ignore == ["site"]


def test_an_order_of_day_and_month_is_never_guessed(kb: KnowledgeBase) -> None:
    def order(*days: str) -> object:
        found = suggest(kb, [SeenColumn("date of service", dict.fromkeys(days, 1))])
        return found.columns["date_of_service"][0]

    assert order("3/14/2025", "12/1/2024") == rule_of("date of service", "month_first")
    assert order("14.3.2025") == rule_of("date of service", "day_first")
    assert order("3/4/2025") == rule_of("date of service")


@pytest.mark.parametrize(("way", "written"), [("month_first", "{1}/{2}/{0}"), ("day_first", "{2}.{1}.{0}")])
def test_every_day_is_read_in_its_order(kb: KnowledgeBase, way: str, written: str) -> None:
    (reader,) = compiled(Mapping(columns={"date_of_service": [rule_of("d", way)]}), kb.vocabulary)
    for number in range(date(2024, 1, 1).toordinal(), date(2025, 1, 1).toordinal()):
        day = date.fromordinal(number)
        for parts in ((day.year, day.month, day.day), (day.year, f"{day.month:02}", f"{day.day:02}")):
            assert reader.read((written.format(*parts),)).value == day
    assert reader.read(("2024-02-03",)).value == date(2024, 2, 3)
    assert reader.read(("13/13/2024",)).problem is not None
    assert reader.read(("1/2/24",)).problem is not None


def test_a_suggestion_is_read_back_as_it_is(kb: KnowledgeBase) -> None:
    random = Random(7)
    words = kb.vocabulary.stateable
    pool = ["no", "0735", "2025-01-31", "a: b", "# x", "'", "\x07", "ü\u202e", "", "x  y", "null", "[]", "{", "&a"]
    for _ in range(200):
        columns = {}
        for name in random.sample(list(words), 4):
            way = random.choice(["", *ways_of(words[name])])
            codes = {} if way in ("days", "months") else dict.fromkeys(random.sample(pool[:-3], 3), "unknown")
            columns[name] = [rule_of(random.choice(pool) or "x", way, codes)]
        id_ = random.choice(pool) or None
        read = {id_, *(rules[0].column for rules in columns.values())}
        ignored = [each for each in pool if each not in read]
        made = Mapping(id=id_, columns=columns, unknown=random.sample(pool, 2), ignore=ignored)
        assert Mapping.parse(made.to_yaml(), kb.vocabulary) == made


@pytest.mark.parametrize("name", ["made_up.yaml", "tcga.yaml"])
def test_the_examples_are_written_as_they_are_read(kb: KnowledgeBase, name: str) -> None:
    found = Mapping.load(EXAMPLES / name, kb.vocabulary)
    assert Mapping.parse(found.to_yaml(), kb.vocabulary) == found


def test_odd_values_are_those_that_a_run_refuses(kb: KnowledgeBase, tmp_path: Path) -> None:
    table = EXAMPLES / "made_up.csv"
    columns = seen_columns(kb, TableFiles.at(table))
    suggested = suggest(kb, columns)
    odd = {(each.name, value.value): value.rows for each in columns for value in odd_values(kb, suggested, each)}
    done = batch(kb, table, tmp_path / "out.csv", mapping=suggested)
    assert odd == {(each["column"], each["value"]): each["rows"] for each in done.unread}
    assert odd["resection_margin", "within 1 mm"] == 1


def test_a_table_of_attributes_needs_no_mapping(kb: KnowledgeBase) -> None:
    own = [SeenColumn("id", {"A": 1}), SeenColumn("primary_site", {"brain": 1})]
    assert is_as_written(kb, suggest(kb, own), own)
    with_more = [*own, SeenColumn("remark", {"x": 1})]
    assert not is_as_written(kb, suggest(kb, with_more), with_more)


def test_columns_without_a_name_of_their_own_are_passed_over(kb: KnowledgeBase, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,primary_site,Note,note,\nA,brain,x,y,z\n")
    columns = seen_columns(kb, TableFiles.at(table))
    assert [each.name for each in columns] == ["id", "primary_site"]
    suggested = suggest(kb, columns, "ignore")
    assert batch(kb, table, tmp_path / "out.csv", mapping=suggested).counts.refused == 0


def test_records_are_looked_at_beyond_the_first(kb: KnowledgeBase, tmp_path: Path) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text('{"id": "A"}\n{"site": "C20", "codes": ["77425"]}\n')
    columns = seen_columns(kb, TableFiles.at(table))
    assert [each.name for each in columns] == ["id", "site", "codes"]
    assert columns[2].values == {"77425": 1}
