"""Ages by the calendar: no day too early, none too late, and no division that could be wrong at a threshold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerlogic import KnowledgeBase
from payerlogic.tables import Mapping, MappingError
from payerlogic.tables.ages import years_between, years_of_days
from tests.tables.test_mapping import meaning

from .conftest import AS_OF, Run, Write, decided

BETWEEN = "columns: {age_years: {years_between: [born, service]}}"

# Born, service, and the age; an age of None is unknown, and text is what is said of a row that is refused.
AGES: list[tuple[Any, Any, Any]] = [
    ("1973-03-01", "2023-03-01", 50),  # 18,262 days, which 365.25 makes 49
    ("1973-03-02", "2023-03-01", 49),
    ("1973-03-01", "2023-02-28", 49),
    ("1972-02-29", "2022-02-28", 49),
    ("1972-02-29", "2022-03-01", 50),
    ("1972-02-29", "2024-02-29", 52),
    ("1900-03-01", "2020-03-01", 120),
    ("19730301", "2023-03-01", 50),
    (date(1973, 3, 1), "20230301", 50),
    (datetime(1973, 3, 1), date(2023, 3, 1), 50),
    ("2023-03-01", "2023-03-01", 0),
    (" 1973-03-01 ", "2023-03-01", 50),
    ("1974-12-31", "2025-01-01", 50),
    ("", "2023-03-01", None),
    ("1973-03-01", "unknown", None),
    (None, None, None),
    ("2023-03-02", "2023-03-01", "2023-03-01 is before 2023-03-02"),
    ("1.3.1973", "2023-03-01", "is not a date"),
    ("1973-02-29", "2023-03-01", "is not a day of the calendar"),
    ("03/01/1973", "2023-03-01", "is not a date"),
    ("1873-03-01", "2023-03-01", "is not a whole number from 0 to 120"),
    (26723, 44986, "is not a date"),  # days since 1900, as a spreadsheet has them
    ("1973-03-01T10:30", "2023-03-01", "is not a date"),
]


@pytest.mark.parametrize(("born", "service", "age"), AGES)
def test_an_age_from_two_dates(kb: KnowledgeBase, born: Any, service: Any, age: Any) -> None:
    found = meaning(kb, BETWEEN, born=born, service=service)
    assert age in found if isinstance(age, str) else found == age


@given(st.dates(date(1900, 3, 1), date(2100, 2, 28)), st.integers(0, 44_000))
def test_an_age_is_the_number_of_birthdays(born: date, days: int) -> None:
    service = born + timedelta(days)
    birthdays = sum(
        (born.month, born.day) == (day.month, day.day) or (born.month, born.day, day.month, day.day) == (2, 29, 3, 1)
        for day in (date(year, *_day_in(born, year)) for year in range(born.year + 1, service.year + 1))
        if day <= service
    )
    assert years_between(born, service) == birthdays
    if service < date(2100, 3, 1):
        least, greatest = years_of_days(days)
        assert least <= birthdays <= greatest <= least + 1


def _day_in(born: date, year: int) -> tuple[int, int]:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (3, 1) if (born.month, born.day) == (2, 29) and not leap else (born.month, born.day)


@pytest.mark.parametrize("years", [1, 2, 3, 4, 5, 18, 49, 50, 51, 65, 70, 100, 120])
def test_days_leave_an_age_open_only_where_two_are_possible(years: int) -> None:
    """Around each birthday: born on any day of four years, so many days old."""
    for days in range(int(years * 365.25) - 2, int(years * 365.25) + 3):
        born = (date(1925, 1, 1) + timedelta(each) for each in range(1461))
        ages = {years_between(day, day + timedelta(days)) for day in born}
        assert {*years_of_days(days)} == ages


@pytest.mark.parametrize(
    ("rule", "written", "age"),
    [
        ("unit: days", "18261", 49),
        ("unit: days", 18263, 50),
        ("unit: days", "18262", "18262 days are 49 or 50 years, depending on the date of birth"),
        ("unit: days", 18263.0, 50),
        ("unit: days", "18263.5", "is not a whole number of days"),
        ("unit: days", "-18263", "is not a whole number of days"),
        ("unit: days", "0", 0),
        ("unit: days", "1461", 4),
        ("unit: days", "", None),
        ("unit: days", True, "is not a whole number of days"),
        ("unit: days, unmapped: unknown", "18262", None),
        ("unit: months", "599", 49),
        ("unit: months", 600, 50),
        ("unit: months", "600.5", "is not a whole number of months"),
        ("divide_by: 12", "599", 49),
        ("divide_by: 12", "1e999", "is not a number"),
        ("divide_by: 12", "6_00", "is not a number"),
        ("divide_by: 12", "٦٠٠", "is not a number"),
        ("divide_by: -12", "-600", 50),
    ],
)
def test_an_age_from_a_count(kb: KnowledgeBase, rule: str, written: Any, age: Any) -> None:
    found = meaning(kb, f"columns: {{age_years: {{column: D, {rule}}}}}", D=written)
    assert age in found if isinstance(age, str) else found == age


@pytest.mark.parametrize(
    "by", ["365", "365.25", "-365.2425", "360", "366", "52.18", "8766", "31557600", "30.44", "10", "2"]
)
def test_a_division_that_can_be_wrong_near_a_birthday(kb: KnowledgeBase, by: str) -> None:
    with pytest.raises(MappingError, match=r"use years_between: \[date of birth, date of service\]"):
        Mapping.parse(f"columns: {{age_years: {{column: D, divide_by: {by}}}}}", kb.vocabulary)


@pytest.mark.parametrize(("by", "refused"), [("365.25", True), ("30.5", True), ("24", False), ("0.01", False)])
def test_a_division_of_something_else(kb: KnowledgeBase, by: str, refused: bool) -> None:
    text = f"columns: {{fractions: {{column: D, divide_by: {by}}}}}"
    if refused:
        with pytest.raises(MappingError):
            Mapping.parse(text, kb.vocabulary)
    else:
        assert meaning(kb, text, D="0.29" if by == "0.01" else "48") == (29 if by == "0.01" else 2)


def test_a_whole_table(run: Run, write: Write, tmp_path: Any) -> None:
    """The threshold of the guideline is met on the fiftieth birthday, from CSV and from Parquet alike."""
    facts = (
        "primary_site: breast, modality: electron_beam, tumor_behavior: invasive, t_category: T1, "
        "clinical_n_category: N0, margin_status: negative, fractions: '1'"
    )
    mapping = write("m.yaml", f"{BETWEEN}\nconstants: {{{facts}}}\n")
    pairs = [(born, service) for born, service, age in AGES if isinstance(born, str) and isinstance(age, int)]
    plain = [(born.strip(), service) for born, service in pairs]
    table = write("t.csv", "born,service\n" + "".join(f"{born},{service}\n" for born, service in plain))
    run("batch", table, "--mapping", mapping, "--out", tmp_path / "a.jsonl", "--as-of", AS_OF, "--payer", "nia")
    days = [(date.fromisoformat(_dashed(born)), date.fromisoformat(service)) for born, service in plain]
    columns = {name: pa.array([pair[at] for pair in days], pa.date32()) for at, name in enumerate(("born", "service"))}
    pyarrow.parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    run(
        "batch",
        tmp_path / "t.parquet",
        "--mapping",
        mapping,
        "--out",
        tmp_path / "b.jsonl",
        "--as-of",
        AS_OF,
        "--payer",
        "nia",
    )
    rows = decided(tmp_path / "a.jsonl")
    ages = [age for born, _, age in AGES if isinstance(born, str) and isinstance(age, int)]
    assert [row["nia_outcome"] for row in rows] == ["approved" if age >= 50 else "denied" for age in ages]
    assert decided(tmp_path / "b.jsonl") == rows


def _dashed(day: str) -> str:
    return day if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:]}"
