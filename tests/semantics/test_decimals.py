"""Decimals: exact wherever they are read, compared, counted and shown.

``decimals/`` has a made-up vocabulary (a size with one place, an uptake with two) and a made-up policy. Its meaning is
written once more below, in Python's exact decimals; the engine, clingo, the diagrams and SQL have to agree with that
on every combination of values around the thresholds.

=================================  ====================================================================
``test_every_case``                brute force, diagrams and clingo on all cases around the thresholds
``test_plain_clingo``              the files as they are, run by clingo alone
``test_sql``                       DuckDB on the same cases, as decimals and as binary floats
``test_batch``                     CSV, JSON Lines and Parquet, refused cells with their advice
``test_read``, ``test_shown``      what is read, refused and shown, and that showing reads back
``test_not_loaded``                what a knowledge base may not declare or compare
=================================  ====================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from clingo import Control
from hypothesis import given, strategies

from payerlogic import CaseError, KnowledgeBase
from payerlogic.cases.case import CaseReader
from payerlogic.semantics.value_sets import ends_of, range_in_words, values_at
from payerlogic.sql import DIALECTS, compile_query
from payerlogic.tables import batch
from tests.conftest import AS_OF
from tests.support.axes import all_axes
from tests.support.folders import load_plainly, problems_after, small_folder

DECIMALS = Path(__file__).resolve().parent / "decimals"
SIZES = [None, *map(Decimal, ("0.0", "2.4", "2.5", "2.6", "4.9", "5.0", "5.1", "20.0", "20.1", "50.0"))]
UPTAKES = [None, *map(Decimal, ("0.00", "0.50", "0.51", "3.24", "3.25", "40.00"))]
NODES = [None, 0, 3, 4]
SPREAD = [None, True, False]
Facts = dict[str, Decimal | int | bool]
NAMES = ("tumor_size_cm", "uptake", "nodes", "spread")


def small(kb_folder: Path, folder: Path) -> Path:
    """The core of the knowledge base with the made-up vocabulary and policy."""
    return small_folder(kb_folder, DECIMALS, folder, vocabulary="tumors", policies="marsh", services="ablation")


@pytest.fixture(scope="module")
def folder(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(kb_folder, tmp_path_factory.mktemp("decimals") / "kb")


@pytest.fixture(scope="module")
def kb(folder: Path) -> KnowledgeBase:
    return KnowledgeBase.load(folder)


def meant(size: Decimal, uptake: Decimal, nodes: int, spread: bool) -> str | None:
    """The class of a complete case, as marsh.lp means it; None where the axiom forbids the case."""
    if size > 20 and uptake <= Decimal("0.5"):
        return None
    if size <= Decimal("2.5") and uptake < Decimal("3.25") and nodes <= 3:
        return "medically_necessary"
    if Decimal("2.6") <= size <= 5 and not spread:
        return "physician_review"
    return "experimental_investigational"


def all_facts() -> Iterator[Facts]:
    for row in product(SIZES, UPTAKES, NODES, SPREAD):
        yield {name: value for name, value in zip(NAMES, row, strict=True) if value is not None}


def by_hand(facts: Mapping[str, Decimal | int | bool]) -> set[str]:
    """The possible classes, by trying every value of what is not stated."""
    offered = zip(NAMES, (SIZES, UPTAKES, NODES, SPREAD), strict=True)
    rows = product(*([facts[name]] if name in facts else each[1:] for name, each in offered))
    return {found for row in rows if (found := meant(*row)) is not None}  # type: ignore[arg-type]


def test_every_case(kb: KnowledgeBase) -> None:
    settings, decided = kb.settings(as_of=AS_OF), 0
    for facts in all_facts():
        expected = by_hand(facts)
        if not expected:
            with pytest.raises(CaseError, match="cannot go together"):
                kb.read(facts)
            continue
        case = kb.read(facts)
        found = kb.decide(case, "marsh", settings)
        assert set(found.possible) == expected, facts
        assert kb.solver.possible("marsh", kb.situation(case, "marsh", settings)) == expected, facts
        decided += found.class_ is not None
    assert decided > 200


def test_plain_clingo(kb: KnowledgeBase, folder: Path) -> None:
    """Clingo alone, from the files: a decimal is stated in units of its last place."""
    cases = [facts for facts in all_facts() if by_hand(facts)][::23]
    assert len(cases) > 20
    for facts in cases:
        control = Control(["0", "--project=show", "--warn=none"])
        load_plainly(control, kb.program)
        control.load(str(folder / "run" / "defaults.lp"))
        numbers = {
            name: kb.vocabulary[name].number_of(value) if isinstance(value, Decimal) else value
            for name, value in facts.items()
        }
        control.add("base", [], " ".join(f"stated({name}, {str(each).lower()})." for name, each in numbers.items()))
        control.ground()
        with control.solve(yield_=True) as models:
            printed = {str(symbol.arguments[1]) for model in models for symbol in model.symbols(shown=True)}
        assert printed == by_hand(facts), facts


def test_presumed_numbers_that_no_rule_compares_with(kb_folder: Path, tmp_path: Path) -> None:
    """Clingo alone has a value for them, and decides as the engine does."""
    folder = small(kb_folder, tmp_path / "kb")
    with (folder / "vocabulary" / "tumors.lp").open("a", encoding="utf-8") as file:
        for rank, (name, presumed) in enumerate({"tumor_size_cm": '"2.4"', "uptake": 3, "nodes": 2}.items(), 90):
            file.write(f"presumption({rank}, usual_{name}, every_payer, {name}).\n")
            file.write(f'presumed_value(usual_{name}, {presumed}). label(usual_{name}, "usual").\n')
    kb = KnowledgeBase.load(folder)
    control = Control(["0", "--project=show", "--warn=none"])
    load_plainly(control, kb.program)
    control.load(str(folder / "run" / "defaults.lp"))
    control.ground()
    with control.solve(yield_=True) as models:
        printed = {str(symbol.arguments[1]) for model in models for symbol in model.symbols(shown=True)}
    assert printed == set(kb.decide({}, "marsh").possible) == {"medically_necessary"}


def test_thresholds_for_clingo_alone(kb: KnowledgeBase) -> None:
    """What the loader works out is what run/thresholds.lp would hold."""
    counted = {str(each) for each in kb.program.counted}
    assert 'counts_as(tumor_size_cm,"2.5",25)' in counted
    assert {'counts_as(uptake,"3.25",325)', "counts_as(tumor_size_cm,5,50)"} <= counted


@pytest.mark.parametrize("floats", [False, True], ids=["decimals", "floats"])
def test_sql(kb: KnowledgeBase, floats: bool) -> None:
    """Exact even where the table has binary floats: a 2.6 of the table is the 2.6 of the rule."""
    rows = list(all_facts())
    columns = {name: [row.get(name) for row in rows] for name in NAMES}
    kinds = {"tumor_size_cm": pa.decimal128(10, 1), "uptake": pa.decimal128(10, 2), "nodes": pa.int32()}
    arrays = {name: pa.array(each, kinds.get(name, pa.bool_())) for name, each in columns.items()}
    for name in ("tumor_size_cm", "uptake") if floats else ():
        arrays[name] = pa.array([None if each is None else float(each) for each in columns[name]], pa.float64())
    cases = pa.table({"id": pa.array(range(len(rows))), **arrays})
    query = compile_query(kb, ["marsh"], kb.settings(as_of=AS_OF), columns=cases.column_names)
    with duckdb.connect() as connection:
        connection.register("cases", cases)
        answers = connection.sql(query.text).to_arrow_table().to_pylist()
    assert len(answers) == len(rows)
    for answer in answers:
        expected = by_hand(rows[answer["id"]])
        assert (answer["impossible"] is None) == bool(expected)
        assert set(answer["marsh_possible"] or ()) == expected, rows[answer["id"]]


def test_sql_refuses_values_between_two_places(kb: KnowledgeBase) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE cases AS SELECT * FROM (VALUES (1, 2.55), (2, 2.50), (3, 60.00)) t(id, tumor_size_cm)"
        )
        query = compile_query(kb, ["marsh"], kb.settings(as_of=AS_OF), columns=["id", "tumor_size_cm"])
        found = dict(connection.execute(f"SELECT id, impossible FROM ({query.text.rstrip().rstrip(';')})").fetchall())
    assert found == {1: "vocabulary: tumor_size_cm", 2: None, 3: "vocabulary: tumor_size_cm"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_sql_writes_no_binary_number(kb: KnowledgeBase, dialect: str) -> None:
    """In every dialect a threshold is cast from its text: a bare 2.6 is a binary float in some of them."""
    text = compile_query(kb, ["marsh"], kb.settings(as_of=AS_OF), dialect=dialect).text
    code = "\n".join(line.split("/*")[0] for line in text.splitlines() if not line.startswith("--"))
    assert "'2.6'" in code
    assert "2.6" not in code.replace("'2.6'", "")


CELLS = [
    ("2.5", "medically_necessary"),
    ("2.50", "medically_necessary"),
    ("2", "medically_necessary"),
    ("2.6", "physician_review"),
    ("2,5", "write a decimal point: 2.5"),
    ("2.55", "2.55 has more than one decimal place"),
    ("51", "51 is not a number from 0 to 50"),
    ("about 2", "'about 2' is not a number from 0 to 50"),
]


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet", "float32"])
def test_batch(kb: KnowledgeBase, tmp_path: Path, ending: str) -> None:
    """Rows are decided as cases are; a cell that cannot be read is refused with advice."""
    source = tmp_path / f"cases{'.parquet' if ending == 'float32' else ending}"
    rest = {"uptake": "3.24", "nodes": 0, "spread": False}
    cells = [(cell, found) for cell, found in CELLS if ending == ".csv" or cell.replace(".", "").isdigit()]
    if ending == ".csv":
        lines = [f'"{cell}",3.24,0,no' for cell, _ in cells]
        source.write_text("tumor_size_cm,uptake,nodes,spread\n" + "\n".join(lines), encoding="utf-8")
    elif ending == ".jsonl":
        rows = [{"tumor_size_cm": float(cell), **rest, "uptake": 3.24} for cell, _ in cells]
        source.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        kind = pa.float32() if ending == "float32" else pa.float64()
        sizes = pa.array([float(cell) for cell, _ in cells], kind)
        table = pa.table({"tumor_size_cm": sizes, **{name: [value] * len(cells) for name, value in rest.items()}})
        pyarrow.parquet.write_table(table, source)
    batch(kb, source, tmp_path / "out.jsonl", settings=kb.settings(as_of=AS_OF), errors=tmp_path / "errors.jsonl")
    out = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    refused = [json.loads(line) for line in (tmp_path / "errors.jsonl").read_text(encoding="utf-8").splitlines()]
    said = {row["record"]: row["marsh_class"] for row in out} | {row["record"]: row["reason"] for row in refused}
    assert len(said) == len(cells)
    for record, (cell, expected) in enumerate(cells, 1):
        assert expected in said[record], cell


READ = [
    *((each, "2.5") for each in ("2.5", " 2.50 ", "+2.5", 2.5, Decimal("2.500"), Fraction(5, 2), np.float32(2.5))),
    *((each, "2.6") for each in (2.6, "2.6", np.float64(2.6), np.float32(2.6), Decimal("2.6"))),
    *((each, "3") for each in (3, "3", "3.", 3.0, "03.0", np.int64(3))),
    (0.1, "0.1"),
    (".5", "0.5"),
]


@pytest.mark.parametrize(("written", "shown"), READ, ids=repr)
def test_read(kb: KnowledgeBase, written: object, shown: str) -> None:
    size = kb.vocabulary["tumor_size_cm"]
    value = kb.read({"tumor_size_cm": written}).facts["tumor_size_cm"]
    assert isinstance(value, Decimal)
    assert size.describe(value) == f"tumor size is {shown} cm"
    assert json.dumps(size.to_dict(value)) == shown


REFUSED = [
    (0.1 + 0.2, "more than one decimal place"),
    (2.55, "2.55 has more than one decimal place; state it with one decimal place"),
    ("2.55", "2.55 has more than one decimal place"),
    ("2,5", "write a decimal point: 2.5"),
    ("1e1", "not a number"),
    ("2.5 cm", "not a number"),
    (True, "not a number"),
    (float("inf"), "not a number"),
    (Fraction(1, 3), "not a number"),
    (50.1, "50.1 is not a number from 0 to 50; it is in cm"),
    (-0.1, "-0.1 is not a number"),
    (10**30, "not a number"),
    ([2.5], "not a number"),
]


@pytest.mark.parametrize(("written", "why"), REFUSED, ids=repr)
def test_refused(kb: KnowledgeBase, written: object, why: str) -> None:
    with pytest.raises(CaseError, match="tumor_size_cm") as caught:
        kb.read({"tumor_size_cm": written})
    assert why in str(caught.value)


@given(units=strategies.integers(0, 4000))
def test_shown(units: int) -> None:
    """Whatever is shown, in words, as JSON or in an address, is read as the same number again."""
    uptake = _kept().vocabulary["uptake"]
    value = uptake.value_of(units)
    assert isinstance(value, Decimal)
    assert uptake.number_of(value) == units
    for written in (
        value,
        uptake.to_dict(value),
        uptake.written_number(units),
        json.loads(json.dumps(uptake.to_dict(value))),
    ):
        assert uptake.read(written).value == value
    assert uptake.read(float(value)).value == value


@given(positions=strategies.sets(strategies.integers(0, 3), min_size=1))
def test_ranges(positions: set[int]) -> None:
    """The ends of a range are values of the axis, and name exactly the positions that they were made of."""
    axis = _kept().axes["tumor_size_cm"]
    size, found = axis.attribute, set[int]()
    for part in values_at(axis, positions):
        low, high = (size.read(end).value for end in ends_of(part))
        first = size.number_of(low) if isinstance(low, Decimal) else size.least
        last = size.number_of(high) if isinstance(high, Decimal) else size.greatest
        for units in range(first, last + 1):
            value = size.value_of(units)
            assert value is not None
            found.add(axis.position(value))
        assert range_in_words(part) == "any" or range_in_words(part)[0].isdigit()
    assert found == positions


_KEPT: list[KnowledgeBase] = []


@pytest.fixture(autouse=True)
def _keep(kb: KnowledgeBase) -> None:
    _KEPT[:] = [kb]


def _kept() -> KnowledgeBase:
    return _KEPT[0]


def test_boxes_and_changes(kb: KnowledgeBase) -> None:
    """Ranges of JSON are in units of the last place: "..2.5" beside "2.6..5"; words have "2.5 or less"."""
    found = kb.why_not({"tumor_size_cm": 2.6, "uptake": 3.24, "nodes": 0, "spread": True}, "marsh", "approved")
    (change,) = found.to_dict()["changes"]  # type: ignore[misc]
    assert change == [{"attribute": "tumor_size_cm", "from": 2.6, "to": ["..2.5"], "kind": "tumor"}]
    axis = all_axes(kb)["tumor_size_cm"]
    assert values_at(axis, {1}) == ["2.6..5"]
    assert [range_in_words(each) for each in ("..2.5", "2.6..", 2.5)] == ["2.5 or less", "2.6 or more", "2.5"]


def test_schema(kb: KnowledgeBase) -> None:
    size = CaseReader(kb.vocabulary).schema()["properties"]["tumor_size_cm"]["anyOf"][0]
    assert size == {"type": "number", "minimum": 0, "maximum": 50}


BROKEN = [
    ("places(tumor_size_cm, 1).", "", "tumor_size_cm is a decimal without places; add: places(tumor_size_cm, 1)."),
    (
        'range(tumor_size_cm, "0.0", "50.0").',
        "",
        "tumor_size_cm has no range; add: range(tumor_size_cm, Least, Greatest).",
    ),
    ("places(tumor_size_cm, 1).", "places(tumor_size_cm, 5).", "tumor_size_cm has 5 places, not 1 to 4"),
    ("range(nodes, 0, 60).", "range(nodes, 0, 60). places(nodes, 1).", "nodes has places and is no decimal"),
    ("range(nodes, 0, 60).", 'range(nodes, "0", "60").', "range(nodes, 0, 60) is not of whole numbers"),
    ('"50.0")', '"50.05")', "50.05 has more than 1 decimal place"),
    ('"50.0")', '"300000000.0")', "300000000.0 is too large with 1 decimal place; use a larger unit, or fewer places"),
    ('"50.0")', '"fifty")', "'fifty' is not a number"),
    ('"0.0", "50.0")', '"50.0", "0.0")', "holds no two values; the least comes first"),
    ('typical(tumor_size_cm, "2.0")', 'typical(tumor_size_cm, "2.05")', "2.05 has more than one decimal place"),
    ('"2.5").', '"2.55").', "at_most(tumor_size_cm, 2.55): 2.55 has more than 1 decimal place"),
    ('"2.5").', '"60").', "at_most(tumor_size_cm, 60) lies outside of the values: tumor_size_cm goes from 0 to 50"),
    ('"2.5").', '"50.0").', "at_most(tumor_size_cm, 50.0) holds for every value"),
    ('"2.5").', '"2,5").', "'2,5' is not a number"),
    ("at_most(nodes, 3)", 'at_most(nodes, "3")', "is not compared with a number"),
    ('at_most(tumor_size_cm, "2.5")', "case(tumor_size_cm, V), V > 2", 'write at_least(tumor_size_cm, "2.1")'),
]


@pytest.mark.parametrize(("old", "new", "why"), BROKEN, ids=[why[:60] for *_, why in BROKEN])
def test_not_loaded(kb_folder: Path, tmp_path: Path, old: str, new: str, why: str) -> None:
    """Refused with file and line when loaded."""
    problems = problems_after(small(kb_folder, tmp_path / "kb"), old, new)
    assert any(why in each for each in problems), problems
    assert all(".lp, line" in each or "typical value" in each for each in problems), problems
