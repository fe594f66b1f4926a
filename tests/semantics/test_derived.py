"""Facts that follow from others: worked out exactly, in cases, tables and SQL alike, and never from what is unknown.

``derived/`` has a made-up vocabulary with one attribute for each operation and rounding, and a made-up policy.

==================================  ===================================================================
``test_calendar``                   years and months against counting anniversaries one by one
``test_days``, ``test_numbers``     what a case gets, and how it says where that comes from
``test_refused``                    what disagrees, lies outside of the values or cannot be worked out
``test_unknown``                    nothing from what is unknown or only presumed
``test_sql``                        the calendar of SQL against that of Python, on DuckDB
``test_batch``                      rows of a table, as single cases
``test_not_loaded``                 what a knowledge base may not declare
==================================  ===================================================================
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pytest

from payerlogic import CaseError, KnowledgeBase, QuestionError
from payerlogic.semantics.phrases import read_as
from payerlogic.sql import DIALECTS, compile_query
from payerlogic.sql.derived import derived
from payerlogic.tables import batch
from payerlogic.text.calendar import anniversary, days_between, months_between, years_between
from payerlogic.wording.explanation import outline
from payerlogic.wording.outline import as_text
from tests.conftest import AS_OF
from tests.support.folders import problems_after, small_folder

DERIVED = Path(__file__).resolve().parent / "derived"
OF_DATES = ("age_years", "year_of_life", "age_months", "month_of_life", "age_days")


def small(kb_folder: Path, folder: Path) -> Path:
    """The core of the knowledge base with the made-up vocabulary and policy."""
    return small_folder(kb_folder, DERIVED, folder, vocabulary="bodies", policies="scale", services="weighing")


@pytest.fixture(scope="module")
def bodies(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return KnowledgeBase.load(small(kb_folder, tmp_path_factory.mktemp("derived") / "kb"))


def pairs(seed: int, count: int) -> list[tuple[date, date]]:
    """Pairs of days, most of them at the end of a month, at an anniversary or a day beside one."""
    rng, found = Random(seed), []
    days = [date(1999, 1, 1) + timedelta(days=each) for each in range(2200)]
    odd = [day for day in days if day.day > 27 or day.day == 1]
    while len(found) < count:
        first = rng.choice(rng.choice([days, odd, odd]))
        months = rng.choice([rng.randrange(1, 40), 12 * rng.randrange(1, 25)])
        last = anniversary(first, months) + timedelta(days=rng.choice([-1, 0, 0, 1, rng.randrange(-60, 60)]))
        if last >= first:
            found.append((first, last))
    return found


def test_calendar() -> None:
    """By the definition: so many anniversaries have passed; rounded up, one that has begun counts."""
    for first, last in pairs(1, 4_000):
        for months, between in ((1, months_between), (12, years_between)):
            whole = 0
            while anniversary(first, months * (whole + 1)) <= last:
                whole += 1
            begun = whole + (anniversary(first, months * whole) != last)
            assert (between(first, last), between(first, last, up=True)) == (whole, begun), (first, last)


@pytest.mark.parametrize(
    ("first", "months", "expected"),
    [
        ("2020-02-29", 12, "2021-03-01"),
        ("2020-02-29", 48, "2024-02-29"),
        ("2023-01-31", 1, "2023-03-01"),
        ("2024-01-31", 1, "2024-03-01"),
        ("2024-10-31", 1, "2024-12-01"),
        ("2023-12-31", 2, "2024-03-01"),
        ("1896-02-29", 48, "1900-03-01"),
    ],
)
def test_days_that_a_month_lacks(first: str, months: int, expected: str) -> None:
    assert anniversary(date.fromisoformat(first), months) == date.fromisoformat(expected)


AGES = [
    ("1973-03-02", "2023-03-01", (49, 50, 599, 600, 18261)),
    ("1973-03-02", "2023-03-02", (50, 50, 600, 600, 18262)),
    ("1973-03-02", "2023-03-03", (50, 51, 600, 601, 18263)),
    ("2000-02-29", "2023-02-28", (22, 23, 275, 276, 8400)),
    ("2000-02-29", "2023-03-01", (23, 23, 276, 276, 8401)),
    ("2000-02-29", "2024-02-29", (24, 24, 288, 288, 8766)),
    ("2023-05-05", "2023-05-05", (0, 0, 0, 0, 0)),
]


@pytest.mark.parametrize(("born", "seen", "expected"), AGES)
def test_days(bodies: KnowledgeBase, born: str, seen: str, expected: tuple[int, ...]) -> None:
    case = bodies.read({"born": born, "seen": seen})
    assert tuple(case.facts[name] for name in OF_DATES) == expected
    said = read_as(case, bodies.vocabulary)
    assert said[0] == f"age {expected[0]} years: whole years from birth date {born} to day of the visit {seen}"
    assert said[1].endswith(f"years, counting one that has begun, from birth date {born} to day of the visit {seen}")
    assert said[4] == f"age in days {expected[4]}: days from birth date {born} to day of the visit {seen}"
    assert bodies.read(case.to_dict(bodies.vocabulary)) == case


NUMBERS = [
    ({"weight_kg": 80, "height_m": "1.80"}, "body_mass_index", "24.7"),
    ({"weight_kg": "176.37 lb", "height_m": "70.87 in"}, "body_mass_index", "24.7"),
    ({"weight_kg": "80 kg", "height_m": "180 cm"}, "body_mass_index", "24.7"),
    ({"weight_kg": "102.2", "height_m": "1.71"}, "body_mass_index", "35"),
    ({"weight_kg": "102.1", "height_m": "1.71"}, "body_mass_index", "34.9"),
    ({"weight_kg": "70.5", "height_m": "2.00"}, "body_mass_index", "17.6"),
    ({"weight_kg": "70.6", "height_m": "2.00"}, "body_mass_index", "17.7"),
    ({"weight_kg": "70.25 kg", "height_m": "2"}, "body_mass_index", "17.6"),
    ({"first_weight_kg": "92.2", "weight_kg": "80.4"}, "weight_lost", "12.3"),
    ({"first_weight_kg": "92.2", "weight_kg": "177.3 lb"}, "weight_lost", "12.27"),
]


@pytest.mark.parametrize(("stated", "name", "expected"), NUMBERS, ids=repr)
def test_numbers(bodies: KnowledgeBase, stated: dict[str, object], name: str, expected: str) -> None:
    """Exact fractions until the one rounding that is declared."""
    case = bodies.read(stated)
    assert case.facts[name] == Decimal(expected)
    assert bodies.read(case.to_dict(bodies.vocabulary)) == case


def test_either_order_of_two_days(kb_folder: Path, tmp_path: Path) -> None:
    """Where the range has numbers below zero, a day before the first one counts backward, by the same anniversaries."""
    folder = small(kb_folder, tmp_path / "kb")
    vocabulary = folder / "vocabulary" / "bodies.lp"
    text = vocabulary.read_text(encoding="utf-8")
    for name in OF_DATES:
        text = text.replace(f"range({name}, 0,", f"range({name}, -60000,")
    vocabulary.write_text(text, encoding="utf-8")
    kb = KnowledgeBase.load(folder)
    some = [(last, first) for first, last in pairs(4, 300)] + pairs(5, 20)
    columns = {
        name: derived(formula, "t", "duckdb").sql("duckdb")
        for name, formula in kb.vocabulary.formulas.items()
        if name in OF_DATES
    }
    rows = ", ".join(f"(DATE '{first}', DATE '{last}')" for first, last in some)
    found = duckdb.sql(f"SELECT {', '.join(columns.values())} FROM (VALUES {rows}) t(born, seen)").fetchall()
    for (first, last), row in zip(some, found, strict=True):
        facts = kb.read({"born": first, "seen": last}).facts
        assert tuple(facts[name] for name in columns) == row
        for name, months in (("age_months", 1), ("age_years", 12)):
            whole = facts[name]
            assert isinstance(whole, int)
            assert anniversary(first, months * whole) <= last < anniversary(first, months * (whole + 1))
    text = compile_query(kb, ["scale"], kb.settings(as_of=AS_OF), columns=["id", "born", "seen"]).text
    assert "seen < source.born" not in text


def test_where_it_comes_from(bodies: KnowledgeBase) -> None:
    case = bodies.read({"weight_kg": "176.37 lb", "height_m": "1.80", "first_weight_kg": 100})
    assert read_as(case, bodies.vocabulary) == [
        "body mass index 24.7 kg/m2: weight 176.37 lb / (height 1.8 m × height 1.8 m), rounded to the nearest 0.1",
        "weight lost 20.49 kg: (weight at the first visit 100 kg + 0.5) - weight 176.37 lb, "
        "rounded down to steps of 0.01",
    ]
    text = as_text(outline(bodies.explain(bodies.read({"born": "1973-03-02", "seen": "1990-03-01"}), "scale")))
    assert "age is 16 years (whole years from birth date 1973-03-02 to day of the visit 1990-03-01), needs 18" in text


REFUSED = [
    (
        {"born": "1973-03-02", "seen": "2023-03-01", "age_years": 50},
        "age_years: 50 years is stated, but it is 49 years: whole years from birth date 1973-03-02 to day of the visit "
        "2023-03-01; correct one of them, or leave age_years out",
    ),
    ({"weight_kg": 80, "height_m": "1.80", "body_mass_index": "24.6"}, "24.6 kg/m2 is stated, but it is 24.7 kg/m2"),
    ({"born": "2023-03-02", "seen": "2023-03-01"}, "day of the visit 2023-03-01 is before birth date 2023-03-02"),
    ({"born": "1873-03-02", "seen": "2023-03-01"}, "it comes to 149, which is not from 0 to 120"),
    ({"weight_kg": 500, "height_m": "0.30"}, "it comes to 5555.6, which is not from 5 to 150"),
    ({"weight_kg": "1200 lb"}, "'1200 lb' is not between 1 and 500 kg"),
    ({"weight_kg": "80 stone"}, "'80 stone' is not a number from 1 to 500"),
    ({"weight_kg": "80.55"}, "80.55 has more than one decimal place"),
]


@pytest.mark.parametrize(("stated", "why"), REFUSED, ids=[why[:50] for _, why in REFUSED])
def test_refused(bodies: KnowledgeBase, stated: dict[str, object], why: str) -> None:
    with pytest.raises(CaseError) as caught:
        bodies.read(stated)
    assert why in str(caught.value)


def test_stated_beside_what_agrees(bodies: KnowledgeBase) -> None:
    case = bodies.read({"born": "1973-03-02", "seen": "2023-03-01", "age_years": 49})
    assert case.facts["age_years"] == 49


def test_unknown(bodies: KnowledgeBase) -> None:
    """Unknown in, unknown out."""
    case = bodies.read({"born": "1973-03-02", "weight_kg": 80})
    assert not case.facts
    assert not case.derived
    assert case.inputs == {"born": date(1973, 3, 2), "weight_kg": Decimal(80)}
    assert bodies.decide(case, "scale").class_ is None
    text = as_text(outline(bodies.explain(case, "scale")))
    assert "age: not stated (it would follow, if the case stated the day of the visit)" in text


def test_a_presumed_day_gives_no_age(kb: KnowledgeBase) -> None:
    """That the date of service is today is presumed; what would follow from it is not known, and the answer says so."""
    case = kb.read({"birth_date": "1973-03-02", "primary_site": "breast", "t_category": "T1"})
    assert "age_years" not in case.facts
    settings = kb.settings(as_of=AS_OF)
    assert "age_years" in kb.decide(case, "nia", settings).deciding
    text = as_text(outline(kb.explain(case, "nia", settings)))
    assert "it would follow, if the case stated the date of service, which is only presumed" in text
    first = kb.text(kb.explain(case, "nia", settings))
    assert "age (age_years), which follows once the date of service is stated, too" in first
    asked = kb.text(kb.ask(case, "nia", settings))
    assert "No need to ask for this, once the date of service is stated, too: age." in asked


def test_a_source_stays_as_it_is(kb: KnowledgeBase) -> None:
    """Another date of service would be another age: it is no change to propose, unless it is asked for."""
    case = kb.read({"birth_date": "1973-03-02", "date_of_service": "2020-03-01", "primary_site": "rectum"})
    assert case.facts["age_years"] == 46
    for change in kb.why_not(case, "nia", "approved").changes:
        assert "date_of_service" not in [each.attribute for each in change]
    freed = kb.why_not(case, "nia", "approved", free=["date_of_service"])
    assert any("date_of_service" in [each.attribute for each in change] for change in freed.changes)


def test_changed(bodies: KnowledgeBase) -> None:
    """A case with another day keeps its facts, and no longer says that they follow from that day."""
    case = bodies.read({"born": "1973-03-02", "seen": "2023-03-01"}).changed({"seen": date(2020, 1, 1)})
    assert not case.derived
    assert not case.inputs
    assert case.facts["age_years"] == 49


@pytest.mark.parametrize("name", OF_DATES)
def test_sql(bodies: KnowledgeBase, name: str) -> None:
    """The SQL of each operation and rounding, on DuckDB, against Python."""
    formula = bodies.vocabulary.formulas[name]
    between = {"years": years_between, "months": months_between, "days": days_between}
    days = pairs(2, 6_000)
    table = pa.table({"born": [first for first, _ in days], "seen": [last for _, last in days]})
    with duckdb.connect() as connection:
        connection.register("t", table)
        query = f"SELECT born, seen, {derived(formula, 't', 'duckdb').sql('duckdb')} FROM t"
        rows = connection.execute(query).fetchall()
    expected = between[formula.operation.name.partition("_")[0]]
    for born, seen, found in rows:
        assert found == expected(born, seen, up=formula.rounding == "up"), (born, seen)
    assert len(rows) == len(days)


def test_a_table_of_days(bodies: KnowledgeBase) -> None:
    """A whole query: an age is worked out where it is not stated, and a row with another one is refused."""
    rows = [
        ("a", "1980-03-02", "2023-03-01", None),
        ("b", "1980-03-02", "2023-03-01", 42),
        ("c", "1980-03-02", "2023-03-01", 43),
        ("d", "2023-03-02", "2023-03-01", None),
        ("e", None, "2023-03-01", 17),
        ("f", None, "2023-03-01", None),
        ("g", "2005-03-02", "2023-03-01", None),
        ("h", "1853-03-02", "2023-03-01", None),
    ]
    with duckdb.connect() as connection:
        types = "born DATE, seen DATE, age_years INT, body_mass_index DECIMAL(10, 1), weight_lost DECIMAL(10, 2)"
        connection.execute(f"CREATE TABLE cases (id TEXT, {types}, heavy BOOLEAN)")
        connection.executemany("INSERT INTO cases VALUES (?, ?, ?, ?, 40, 0, FALSE)", rows)
        columns = ["id", "born", "seen", "age_years", "body_mass_index", "weight_lost", "heavy"]
        query = compile_query(bodies, ["scale"], bodies.settings(as_of=AS_OF), columns=columns)
        found = {row[0]: row[1:3] for row in connection.execute(query.text).fetchall()}
    assert set(query.reads) == set(columns[1:])
    approved, denied = (None, "medically_necessary"), (None, "experimental_investigational")
    refused = ("vocabulary: age_years", None)
    assert found == {
        **dict.fromkeys("ab", approved),
        **dict.fromkeys("cdh", refused),
        **dict.fromkeys("eg", denied),
        "f": (None, None),
    }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect(bodies: KnowledgeBase, dialect: str) -> None:
    """In every dialect it is arithmetic on the parts of two days."""
    settings = bodies.settings(as_of=AS_OF)
    text = compile_query(bodies, ["scale"], settings, dialect=dialect, columns=["id", "born", "seen"]).text
    assert "born" in text
    assert "YEAR" in text.upper()


def test_sql_divides_nothing(bodies: KnowledgeBase) -> None:
    """No two dialects divide decimals alike, so a column is asked for."""
    settings = bodies.settings(as_of=AS_OF)
    with pytest.raises(QuestionError, match="cannot be worked out from weight_kg, height_m exactly in SQL"):
        compile_query(bodies, ["scale"], settings, columns=["id", "weight_kg", "height_m"])
    given = compile_query(bodies, ["scale"], settings, columns=["id", "weight_kg", "height_m", "body_mass_index"])
    assert given.reads[0] == "body_mass_index"


def test_batch(bodies: KnowledgeBase, tmp_path: Path) -> None:
    """Each row as the same case by itself: decided alike, or refused with the same words."""
    header = "id,born,seen,age_years,weight_kg,height_m,body_mass_index"
    rows = [
        "a,1980-03-02,2023-03-01,,231.5 lb,1.71,",
        "b,2005-03-02,2023-03-01,,120,1.71,",
        "c,1980-03-02,2023-03-01,43,120,1.71,",
        "d,1980-03-02,2023-03-01,42,80,1.80,24.7",
        "e,1980-03-02,2023-03-01,42,80,1.80,24.8",
        "f,2023-03-02,2023-03-01,,,,",
        "g,1980-03-02,,,120,1.71,",
        "h,,2023-03-01,40,120,1.71,",
        "i,1980-02-30,2023-03-01,,,,",
    ]
    source = tmp_path / "cases.csv"
    source.write_text("\n".join([header, *rows]), encoding="utf-8")
    settings = bodies.settings(as_of=AS_OF)
    batch(bodies, source, tmp_path / "out.jsonl", settings=settings, errors=tmp_path / "errors.jsonl")
    out = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    refused = map(json.loads, (tmp_path / "errors.jsonl").read_text(encoding="utf-8").splitlines())
    found = {row["id"]: row["scale_possible"] for row in out}
    for row in refused:  # one line for each problem
        found.setdefault(row["id"], row["reason"])
    for line in rows:
        record = {name: cell for name, cell in zip(header.split(","), line.split(","), strict=True) if cell}
        try:
            expected: object = list(bodies.decide(bodies.read(record), "scale", settings).possible)
        except CaseError as error:
            expected = str(error.problems[0])
        assert found[record["id"]] == expected, line


BROKEN = [
    ("years_between(born, seen), down", "years_between(born, seen), nearest", "are counted down or up"),
    ("years_between(born, seen), down", "years_between(born, seen), dawn", "'dawn'; did you mean 'down'"),
    ("years_between(born, seen), down", "years_betwen(born, seen), down", "did you mean 'years_between'"),
    (
        "years_between(born, seen), down",
        "years_between(born), down",
        "takes two dates; write years_between(First, Last)",
    ),
    ("years_between(born, seen), down", "years_between(borm, seen), down", "borm is no date; did you mean 'born'"),
    ("years_between(born, seen), down", "born, down", "born is no operation"),
    ("quotient(weight_kg,", "quotient(born,", "born is no number"),
    ("quotient(weight_kg,", "quotient(age_years,", "body_mass_index follows from age_years, which is derived itself"),
    ("derived(age_years,", "derived(heavy,", "heavy is no attribute that is a number"),
    ('"0.45359237"', '"-1"', "'-1' is no factor"),
    ("converted(height_m", "converted(born", "converted: born is no decimal input"),
    ("sum(first_weight_kg", "sum(weight_kg", "nothing is derived from input first_weight_kg"),
    ("input(1, born, date", "input(1, born, boolean", "born: an input cannot be of type 'boolean'"),
    ("input(1, born, date", "input(1, seen, date", "seen is an attribute and an input"),
    ("places(weight_kg, 1).", "", "weight_kg is a decimal without places"),
    ('label(born, "birth date").', "", "born has no label"),
    ("derived(year_of_life,", "derived(age_years,", "age_years is derived twice"),
    ("at_least(age_years, 18)", "at_least(born, 20000101)", "born is an input, which no rule asks"),
    ("case(heavy, true)", "case(born, 20000101)", "unknown attribute 'born'"),
]


@pytest.mark.parametrize(("old", "new", "why"), BROKEN, ids=[why[:60] for *_, why in BROKEN])
def test_not_loaded(kb_folder: Path, tmp_path: Path, old: str, new: str, why: str) -> None:
    """Refused with file and line when loaded."""
    problems = problems_after(small(kb_folder, tmp_path / "kb"), old, new)
    assert any(why in each for each in problems), problems
    assert all(".lp, line" in each for each in problems), problems
