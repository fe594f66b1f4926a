"""Facts that repeat: a list of records in a case, numbered columns or a second file in a table, rules over all of them.

``records/`` has a made-up vocabulary (prior therapies, visits) and a made-up policy. Its meaning is written once more
below, over lists in Python; the engine, clingo, the diagrams and SQL have to agree with that.

=================================  ====================================================================
``test_every_list``                brute force, diagrams and clingo on every list of two therapies, and some of three
``test_plain_clingo``              the files as they are, run by clingo alone
``test_any_order``                 the order of a list changes nothing
``test_sql``, ``test_batch``       numbered columns, lists, and a second file
``test_read``, ``test_refused``    what a case states, and what is wrong with it
``test_why_not`` and the like      answers name the record, and add the next one
``test_not_loaded``                what a knowledge base may not declare or ask
=================================  ====================================================================
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain, permutations, product
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from clingo import Control

from payerlogic import CaseError, KnowledgeBase, QuestionError
from payerlogic.authoring.case_tests import CaseTest
from payerlogic.authoring.coverage import coverage_of
from payerlogic.authoring.running import run_all
from payerlogic.cases.files import read_cases
from payerlogic.sql import DIALECTS, compile_query
from payerlogic.tables import Mapping, batch
from payerlogic.tables.impact import impact
from payerlogic.wording.case_answers import sentences
from payerlogic.wording.explanation import outline
from payerlogic.wording.outline import as_text
from tests.conftest import AS_OF
from tests.support.folders import load_plainly, problems_after, small_folder

RECORDS = Path(__file__).resolve().parent / "records"
MOST = 3
COVERED, REFUSED = "medically_necessary", "experimental_investigational"

Therapy = dict[str, Any]
VALUES: dict[str, Sequence[object]] = {
    "drug": ["methotrexate", "adalimumab", "other"],
    "months": [2, 3],
    "stopped_for_harm": [True, False],
    "dose_mg": [17.4, 17.5],
}
Meaning = tuple[bool, bool, bool]
"""Of one therapy: a long trial, a long trial of a biologic, methotrexate in a high dose."""


def small(kb_folder: Path, folder: Path) -> Path:
    """The core of the knowledge base with the made-up vocabulary and policy."""
    return small_folder(kb_folder, RECORDS, folder, vocabulary="treatments", policies="steps", services="stepping")


@pytest.fixture(scope="module")
def folder(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(kb_folder, tmp_path_factory.mktemp("records") / "kb")


@pytest.fixture(scope="module")
def kb(folder: Path) -> KnowledgeBase:
    return KnowledgeBase.load(folder)


# --- What steps.lp means ---------------------------------------------------------------------------------


def meanings(therapy: Therapy) -> set[Meaning]:
    """What one therapy can come to, whatever is not known of it."""
    rows = product(*([therapy[name]] if name in therapy else every for name, every in VALUES.items()))
    found = set()
    for drug, months, harm, dose in rows:
        long = months >= 3 or harm
        found.add((long, long and drug == "adalimumab", drug == "methotrexate" and dose >= 17.5))
    return found


def by_hand(case: dict[str, Any]) -> set[str]:
    """The possible classes, by trying every list of therapies and of visits, and every value of what is not stated."""
    every = meanings({})
    listed = [[meanings(each) for each in case["therapy"]]] if "therapy" in case else [[every] * n for n in range(4)]
    visits = [case["visit"]] if "visit" in case else [[{}] * n for n in range(5)]
    recent = {
        sum(each) >= 2
        for own in visits
        for each in product(*([v["months_ago"] <= 12] if "months_ago" in v else [True, False] for v in own))
    }
    severe = {case["severe"]} if "severe" in case else {True, False}
    found = set()
    for therapies in chain.from_iterable(product(*own) for own in listed):
        stepped = sum(long for long, _, _ in therapies) >= 2 and any(biologic for _, biologic, _ in therapies)
        high = any(dose for _, _, dose in therapies)
        for is_severe, twice in product(severe, recent):
            found.add(COVERED if stepped or (is_severe and high and twice) else REFUSED)
    return found


def therapies() -> Iterator[Therapy]:
    """Every therapy, with every part of it left out; a dose is left to the random cases."""
    parts = [[None, *VALUES[name]] for name in ("drug", "months", "stopped_for_harm")]
    for row in product(*parts):
        found = zip(("drug", "months", "stopped_for_harm"), row, strict=True)
        yield {name: value for name, value in found if value is not None}


def some_case(rng: Random) -> dict[str, Any]:
    """A random case, with anything left out."""
    case: dict[str, Any] = {}
    if rng.random() < 0.8:
        case["severe"] = rng.random() < 0.7
    if rng.random() < 0.8:
        case["therapy"] = [
            {name: rng.choice(every) for name, every in VALUES.items() if rng.random() < 0.7}
            for _ in range(rng.randrange(MOST + 1))
        ]
    if rng.random() < 0.8:
        recent = [{"months_ago": rng.choice([0, 12, 13, 40])} if rng.random() < 0.7 else {} for _ in range(4)]
        case["visit"] = recent[: rng.randrange(5)]
    return case


def cases() -> Iterator[dict[str, Any]]:
    every = list(therapies())
    yield from ({"severe": False, "therapy": [each]} for each in every)
    yield from ({"severe": False, "therapy": [one, other]} for one in every for other in every[::5])
    rng = Random(5)
    yield from (some_case(rng) for _ in range(250))


# --- Deciding ----------------------------------------------------------------------------------------------


def test_every_list(kb: KnowledgeBase) -> None:
    settings, decided, open_ = kb.settings(as_of=AS_OF), set[str](), 0
    for stated in cases():
        expected = by_hand(stated)
        case = kb.read(stated)
        found = kb.decide(case, "steps", settings)
        assert set(found.possible) == expected, stated
        assert kb.solver.possible("steps", kb.situation(case, "steps", settings)) == expected, stated
        decided |= expected if len(expected) == 1 else set()
        open_ += len(expected) > 1
    assert decided == {COVERED, REFUSED}
    assert open_ > 100


def test_plain_clingo(kb: KnowledgeBase, folder: Path) -> None:
    """Clingo alone, from the files, as kb/run/defaults.lp says: stated(of(drug, therapy, 1), methotrexate)."""
    rng = Random(7)
    for stated in [some_case(rng) for _ in range(15)]:
        control = Control(["0", "--project=show", "--warn=none"])
        load_plainly(control, kb.program)
        control.load(str(folder / "run" / "defaults.lp"))
        facts = kb.read(stated).facts
        for name, value in facts.items():
            attribute = kb.vocabulary[name]
            record, number, field = attribute.slot or ("", 0, "")
            said = f"of({field}, {record}, {number})" if record else name
            counted = attribute.number_of(value) if attribute.is_ordered else str(value).lower()  # type: ignore[arg-type]
            control.add("base", [], f"stated({said}, {counted}).")
        control.ground()
        with control.solve(yield_=True) as models:
            printed = {str(symbol.arguments[1]) for model in models for symbol in model.symbols(shown=True)}
        assert printed == by_hand(stated), stated


def test_any_order(kb: KnowledgeBase) -> None:
    rng, settings = Random(3), kb.settings(as_of=AS_OF)
    for stated in [some_case(rng) for _ in range(100)]:
        turned = {
            name: rng.sample(each, len(each)) if isinstance(each, list) else each for name, each in stated.items()
        }
        assert kb.decide(stated, "steps", settings).possible == kb.decide(turned, "steps", settings).possible


# --- Tables ------------------------------------------------------------------------------------------------


def numbered(kb: KnowledgeBase, stated: dict[str, Any]) -> dict[str, Any]:
    """A case as the row of a table with numbered columns, with a count only where the columns do not say it."""
    facts = dict(kb.read(stated).facts)
    for name in kb.vocabulary.records:
        count = facts.get(name)
        if count and any(each.startswith(f"{name}_{count}_") for each in facts):
            del facts[name]
    return facts


def test_sql(kb: KnowledgeBase) -> None:
    """DuckDB on numbered columns, where the count follows or is stated, against the same cases one by one."""
    settings, rng = kb.settings(as_of=AS_OF), Random(11)
    drawn = [some_case(rng) for _ in range(150)]
    rows = [numbered(kb, each) for each in drawn]
    rows.append({"therapy": 1, "therapy_2_drug": "other"})
    columns = {
        name: pa.array(
            [row.get(name) for row in rows], pa.decimal128(10, 1) if each.type == "decimal" else _TYPES[each.type]
        )
        for name, each in kb.vocabulary.items()
    }
    query = compile_query(kb, ["steps"], settings)
    with duckdb.connect() as connection:
        connection.register("cases", pa.table({"id": pa.array(range(len(rows))), **columns}))
        found = {row[0]: row[1:] for row in connection.execute(query.text).fetchall()}
    for place, stated in enumerate(drawn):
        assert set(found[place][3]) == by_hand(stated), stated
    assert found[len(drawn)][0] == "vocabulary: therapy"
    assert {"therapy", "therapy_3_began"} <= set(query.reads)


_TYPES = {"choice": pa.string(), "boolean": pa.bool_(), "integer": pa.int32(), "date": pa.date32()}


def test_sql_without_a_count(kb: KnowledgeBase) -> None:
    """A table with two numbered therapies and no column therapy: what is filled is the list."""
    columns = ["id", "severe", "therapy_1_drug", "therapy_1_months", "therapy_2_drug", "therapy_2_months"]
    query = compile_query(kb, ["steps"], kb.settings(as_of=AS_OF), columns=columns)
    assert "therapy" not in query.reads
    for dialect in DIALECTS:
        compile_query(kb, ["steps"], kb.settings(as_of=AS_OF), columns=columns, dialect=dialect)
    with duckdb.connect() as connection:
        rows = "(1, FALSE, 'adalimumab', 3, 'other', 3), (2, FALSE, 'adalimumab', 3, NULL, NULL)"
        rows += ", (3, FALSE, NULL, NULL, NULL, NULL)"
        connection.execute(f"CREATE TABLE cases AS SELECT * FROM (VALUES {rows}) t({', '.join(columns)})")
        found = {row[0]: row[2] for row in connection.execute(query.text).fetchall()}
    assert found == {1: COVERED, 2: REFUSED, 3: None}


def decided(kb: KnowledgeBase, source: Path, **more: Any) -> tuple[dict[str, list[str]], list[str]]:
    """What a batch gives each row, and why it refuses others."""
    out, errors = source.with_suffix(".out.jsonl"), source.with_suffix(".errors.jsonl")
    done = batch(kb, source, out, settings=kb.settings(as_of=AS_OF), errors=errors, **more)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    wrong = [json.loads(line)["reason"] for line in errors.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row["steps_possible"] for row in rows}, [*wrong, *done.notes]


@pytest.mark.parametrize("ending", ["csv", "jsonl", pytest.param("parquet", marks=pytest.mark.slow)])
def test_batch(kb: KnowledgeBase, tmp_path: Path, ending: str) -> None:
    """The same cases as numbered columns of a CSV file, and as lists in JSON Lines and Parquet."""
    rng, source = Random(13), tmp_path / f"cases.{ending}"
    drawn = {f"c{at}": some_case(rng) for at in range(120)}
    if ending == "csv":
        names = list(kb.vocabulary)
        rows = [[key, *(str(row.get(name, "")) for name in names)] for key, row in _rows(kb, drawn)]
        source.write_text("\n".join(map(",".join, [["id", *names], *rows])), encoding="utf-8")
    elif ending == "jsonl":
        lines = [json.dumps({"id": key, **stated}) for key, stated in drawn.items()]
        source.write_text("\n".join(lines), encoding="utf-8")
    else:
        rows_ = [{"id": key, **{n: each.get(n) for n in ("severe", "therapy", "visit")}} for key, each in drawn.items()]
        pyarrow.parquet.write_table(pa.Table.from_pylist(rows_), source)
    found, wrong = decided(kb, source)
    assert not wrong
    assert {key: set(each) for key, each in found.items()} == {key: by_hand(each) for key, each in drawn.items()}


def _rows(kb: KnowledgeBase, drawn: dict[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((key, numbered(kb, stated)) for key, stated in drawn.items())


THERAPIES = """id,drug,began,ended,months
a,mtx,2024-01-01,2024-04-01,
a,adalimumab,,,5
b,adalimumab,,,5
z,mtx,,,1
"""


def test_second_file(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A row for each record, by id: a case that has none there has an unknown list, unless the table says 0."""
    source, second = tmp_path / "cases.csv", tmp_path / "therapies.csv"
    source.write_text("id,severe,therapy\na,no,\nb,no,\nc,no,\nd,no,0\n", encoding="utf-8")
    second.write_text(THERAPIES, encoding="utf-8")
    found, notes = decided(kb, source, records={"therapy": second})
    assert found == {"a": [COVERED], "b": [REFUSED], "c": [COVERED, REFUSED], "d": [REFUSED]}
    assert notes == [f"{second}: 1 id is in no row of the table; the first is 'z'"]
    source.write_text("who,bad\na,no\nb,no\n", encoding="utf-8")
    mapping = Mapping.parse("{id: who, columns: {severe: bad}}", kb.vocabulary)
    assert decided(kb, source, records={"therapy": second}, mapping=mapping)[0] == {"a": [COVERED], "b": [REFUSED]}


def test_impact_with_a_second_file(kb: KnowledgeBase, tmp_path: Path) -> None:
    source, second = tmp_path / "cases.csv", tmp_path / "therapies.csv"
    source.write_text("id,severe\na,no\nb,no\nc,no\n", encoding="utf-8")
    second.write_text(THERAPIES, encoding="utf-8")
    settings = kb.settings(as_of=AS_OF)
    found = impact(kb, source, "steps", "steps", records={"therapy": second}, by="severe", settings=settings)
    assert {(each.left.written, each.rows) for each in found.groups} == {(COVERED, 1), (REFUSED, 1), ("open", 1)}
    assert found.notes == (f"{second}: 1 id is in no row of the table; the first is 'z'",)


def test_second_file_refused(kb: KnowledgeBase, tmp_path: Path) -> None:
    source, second = tmp_path / "cases.csv", tmp_path / "therapies.csv"
    source.write_text("id,severe,therapy,therapy_1_drug\na,no,1,\nb,no,,mtx\nc,no,,\n", encoding="utf-8")
    second.write_text("id,drug\na,mtx\nb,mtx\n" + "c,mtx\n" * 4, encoding="utf-8")
    assert decided(kb, source, records={"therapy": second})[1] == [
        f"therapy: stated twice: also in {second}",
        "therapy_1_drug: stated twice: by itself, and in the list",
        "therapy: 4 are listed, and a case takes 3; a list is complete, so leave none out: raise the number in "
        "record(...) of the knowledge base",
    ]
    for text, why in [
        ("id,drog\na,mtx\n", "unknown column 'drog'; did you mean 'drug'"),
        ("id,drug\n,mtx\n", "record 1: there is no id; the column id says whose therapy it is"),
        ("id,drug\na,mtx,b\n", "3 cells, where the header has 2"),
    ]:
        second.write_text(text, encoding="utf-8")
        with pytest.raises(CaseError, match=why):
            decided(kb, source, records={"therapy": second})
    with pytest.raises(QuestionError, match="no facts are called 'therapi'; did you mean 'therapy'"):
        decided(kb, source, records={"therapi": second})


# --- Reading -------------------------------------------------------------------------------------------------


def test_read(kb: KnowledgeBase) -> None:
    """A list is complete; numbered fields are one, too; a number alone says how many there are."""
    listed = kb.read({"therapy": [{"drug": "MTX", "Months": "4"}, {}]})
    assert listed.facts == {"therapy": 2, "therapy_1_drug": "methotrexate", "therapy_1_months": 4}
    assert listed.written == {"therapy_1_drug": "MTX"}
    assert kb.read({"therapy": 2, "therapy_1_drug": "mtx", "therapy_1_months": 4}) == listed
    assert kb.read({"therapy_2_drug": "other"}).facts == {"therapy": 2, "therapy_2_drug": "other"}
    assert kb.read({"therapy": []}).facts == {"therapy": 0}
    assert kb.read({"therapy": None}).facts == {}


def test_derived_within_a_record(kb: KnowledgeBase) -> None:
    """Each record has its own months, from its own days, and a visit its distance from the day of the request."""
    case = kb.read(
        {
            "asked_on": "2024-06-01",
            "therapy": [{"months": 2}, {"began": "2024-01-01", "ended": "2024-04-01"}],
            "visit": [{"day": "2023-06-01"}, {"day": "2023-05-31"}],
        }
    )
    assert [case.facts[f"therapy_{n}_months"] for n in (1, 2)] == [2, 3]
    assert [case.facts[f"visit_{n}_months_ago"] for n in (1, 2)] == [12, 13]
    assert case.derived["therapy_2_months"].words == (
        "whole months from therapy 2: first day 2024-01-01 to therapy 2: last day 2024-04-01"
    )


def test_round_trip(kb: KnowledgeBase) -> None:
    rng = Random(17)
    for stated in [some_case(rng) for _ in range(100)]:
        case = kb.read(stated)
        assert kb.read(case.to_dict(kb.vocabulary)) == case
    assert kb.read({"therapy": [{"drug": "other"}, {}]}).to_dict(kb.vocabulary) == {"therapy": [{"drug": "other"}, {}]}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"therapy": [{}] * 4}, "therapy: 4 are listed, and a case takes 3"),
    ({"therapy": [{"drog": "mtx"}]}, "therapy 1: unknown field 'drog'; did you mean 'drug'"),
    ({"therapy": [{}, "mtx"]}, "therapy 2: 'mtx' is not a record; write its fields: drug: ..., months: ..."),
    ({"therapy": [[]]}, "therapy 1: this is not a record"),
    ({"therapy": {"drug": "mtx"}}, "therapy: one therapy by itself is no list; write a list of records"),
    ({"therapy": [{"drug": "mtx", "Drug": "mtx"}]}, "therapy 1: drug is stated twice"),
    ({"therapy": [{"drug": "mtx"}], "therapy_1_drug": "mtx"}, "therapy_1_drug: stated twice"),
    ({"therapy": [{}, {"drug": "methotrexat"}]}, "therapy_2_drug: unknown value 'methotrexat'"),
    ({"therapy": [{"months": 601}]}, "therapy_1_months: 601 is not a whole number from 0 to 600"),
    ({"therapy": 1, "therapy_2_drug": "mtx"}, "therapy: 1 is stated, but therapy_2_drug is, too; state 2 or more"),
    ({"therapy": 4}, "therapy: 4 is not a whole number from 0 to 3"),
    ({"therapy_4_drug": "mtx"}, "unknown attribute 'therapy_4_drug'"),
    ({"therapies": []}, "unknown attribute 'therapies'; did you mean 'therapy'"),
    ({"therapy": [{"began": "2024-02-01", "ended": "2024-01-01"}]}, "therapy 1: last day 2024-01-01 is before"),
]


@pytest.mark.parametrize(("stated", "why"), WRONG, ids=[why[:50] for _, why in WRONG])
def test_refused(kb: KnowledgeBase, stated: dict[str, Any], why: str) -> None:
    with pytest.raises(CaseError) as caught:
        kb.read(stated)
    assert why in str(caught.value)


def test_schema(kb: KnowledgeBase) -> None:
    """An editor knows the fields of a record; the names of columns are not offered."""
    schema = kb.reader.schema()
    (list_,) = (each for each in schema["properties"]["therapy"]["anyOf"] if each.get("type") == "array")
    assert list_["maxItems"] == MOST
    record = schema["$defs"][list_["items"]["$ref"].rpartition("/")[2]]
    assert {"drug", "months", "stopped_for_harm"} <= record["properties"].keys()
    assert "therapy_1_drug" not in schema["properties"]


# --- Answers -------------------------------------------------------------------------------------------------

ONE_LONG = {
    "severe": False,
    "therapy": [
        {"drug": "mtx", "months": 4, "stopped_for_harm": False},
        {"drug": "adalimumab", "months": 2, "stopped_for_harm": False},
    ],
}


def test_explained(kb: KnowledgeBase) -> None:
    """By the record, without a word on records that are not there."""
    text = as_text(outline(kb.explain(ONE_LONG, "steps", kb.settings(as_of=AS_OF))))
    assert "therapy 1 lasted 3 months or was stopped for harm: met" in text
    assert "therapy 2: duration is 2 months, needs 3 or more: not met" in text
    assert "therapy 3 lasted" not in text
    one = {**ONE_LONG, "therapy": ONE_LONG["therapy"][:1]}  # type: ignore[index]
    text = as_text(outline(kb.explain(one, "steps", kb.settings(as_of=AS_OF))))
    assert "number of prior therapies is 1, needs 2 or more: not met" in text
    assert "therapy 3" not in text


def changes(kb: KnowledgeBase, case: dict[str, Any], **more: Any) -> list[dict[str, object]]:
    found = kb.why_not(case, "steps", "approved", kb.settings(as_of=AS_OF), **more)
    return [{each.attribute: each.to for each in change} for change in found.changes]


def test_why_not(kb: KnowledgeBase) -> None:
    """What there is comes first; a further therapy is the third one, and no list has a gap."""
    assert changes(kb, ONE_LONG, fix=["severe"]) == [
        {"therapy_2_months": ["3.."]},
        {"therapy_2_stopped_for_harm": [True]},
    ]
    found = changes(kb, {**ONE_LONG, "severe": True}, free=["therapy"], fix=["therapy_1_drug", "therapy_2_drug"])
    assert {"therapy": ["3.."], "therapy_3_drug": ["adalimumab"], "therapy_3_months": ["3.."]} in found
    visits = [each for each in found if "visit" in each]
    assert {
        "therapy_1_dose_mg": ["17.5.."],
        "visit": ["2.."],
        "visit_1_months_ago": ["..12"],
        "visit_2_months_ago": ["..12"],
    } in visits
    assert all(each.keys() >= RECENT and "visit_3_months_ago" not in each for each in visits)


def test_every_way_to_fill_a_new_record(kb: KnowledgeBase) -> None:
    """A record that is added is stated as a whole, so a way that says more of it is no larger change than another."""
    drugs = {"therapy": [ONE_LONG["therapy"][0]], "severe": False}  # type: ignore[index]
    added = [{**each} for each in changes(kb, drugs, free=["therapy"], fix=["severe", "therapy_1_drug"])]
    biologic = {"therapy": ["2.."], "therapy_2_drug": ["adalimumab"]}
    assert {**biologic, "therapy_2_months": ["3.."]} in added
    assert {**biologic, "therapy_2_stopped_for_harm": [True]} in added


def test_new_records_of_unlike_length(kb_folder: Path, tmp_path: Path) -> None:
    folder = small(kb_folder, tmp_path / "kb")
    steps = (folder / "policies" / "steps.lp").read_text(encoding="utf-8")
    longer = "given(therapy, I), at_least(of(months, therapy, I), 3), at_least(of(dose_mg, therapy, I), 20)."
    steps = steps.replace("given(therapy, I), at_least(of(months, therapy, I), 3).", longer)
    (folder / "policies" / "steps.lp").write_text(steps, encoding="utf-8")
    found = changes(KnowledgeBase.load(folder), {"severe": False, "therapy": []}, free=["therapy"], fix=["severe"])
    fields = {frozenset(name[10:] for name in each if name.startswith("therapy_1")) for each in found}
    assert fields >= {frozenset({"drug", "stopped_for_harm"}), frozenset({"drug", "months", "dose_mg"})}


RECENT = {"visit_1_months_ago", "visit_2_months_ago"}


@pytest.mark.slow
def test_nothing_is_lost(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all minimal changes, each is kept or differs from one that is kept in the free places that it fills alone."""
    rng, left_out = Random(19), 0
    for stated in [some_case(rng) for _ in range(20)]:
        kept = [change.keys() for change in changes(kb, stated, free=["therapy", "visit"])]
        with monkeypatch.context() as patch:
            patch.setattr("payerlogic.answers.why_not.working_sets.adds_the_next", lambda *_: True)
            every = [change.keys() for change in changes(kb, stated, free=["therapy", "visit"])]
        assert all(each in every for each in kept)
        for change in every:
            turns = product(permutations((1, 2, 3)), permutations((1, 2, 3, 4)))
            orders = ({"therapy": one, "visit": other} for one, other in turns)
            assert any({_turned(name, each) for name in change} in kept for each in orders), (stated, change)
        left_out += len(every) - len(kept)
    assert left_out > 40


def _turned(name: str, orders: dict[str, tuple[int, ...]]) -> str:
    return re.sub(r"^(therapy|visit)_([1-4])", lambda found: f"{found[1]}_{orders[found[1]][int(found[2]) - 1]}", name)


def test_adds_what_is_not_listed(kb: KnowledgeBase) -> None:
    """The empty list: two therapies at once, the first of them the one with more to say."""
    empty = {"severe": False, "therapy": []}
    for change in changes(kb, empty, free=["therapy"], fix=["severe"]):
        assert change["therapy"] in (["2.."], ["3.."])
        assert "therapy_1_drug" in change or "therapy_2_drug" in change
        assert not any(name.startswith("therapy_3") for name in change), change


def test_asked(kb: KnowledgeBase) -> None:
    """How many there are comes first where no list is stated; of a stated one, only what it leaves out is asked."""
    settings = kb.settings(as_of=AS_OF)
    assert kb.ask({"severe": False}, "steps", settings).questions[0].attribute == "therapy"
    settled = "number of prior therapies (with the drug, duration and stopped for harm of each)."
    assert any(line.text.endswith(settled) for line in sentences(kb, kb.ask({"severe": False}, "steps", settings)))
    case = {"severe": False, "therapy": [{"drug": "adalimumab", "months": 3}, {"drug": "other"}]}
    asked = kb.ask(case, "steps", settings)
    assert {each.attribute for each in asked.questions} == {"therapy_2_months", "therapy_2_stopped_for_harm"}
    assert "therapy 2: duration" in "\n".join(line.text for line in sentences(kb, asked))
    # The days from which the duration follows can still change the answer, through it.
    assert not {"therapy_2_began", "therapy_2_ended"} & set(asked.irrelevant)


@pytest.mark.parametrize(
    ("case", "deciding", "wrong"),
    [
        ({"severe": False}, ["therapy"], []),
        ({"severe": False, "therapy": 2}, ["therapy"], []),
        ({"severe": False, "therapy": 2}, ["therapy", "therapy_1_months"], ["therapy_1_drug, therapy_1_months"]),
        ({}, ["therapy"], ["severe, therapy, visit, visit_1_months_ago"]),
        ({}, ["therapy", "severe", "visit"], []),
    ],
)
def test_a_list_stands_for_its_records_in_a_test(
    kb: KnowledgeBase, case: dict[str, Any], deciding: list[str], wrong: list[str]
) -> None:
    test = CaseTest("t.yaml", 1, "open", case, {"steps": {"word": "open", "deciding": deciding}}, as_of=AS_OF)
    failed = run_all(kb, [test]).failed
    assert len(failed) == len(wrong)
    assert all(each.got.startswith(got) for each, got in zip(failed, wrong, strict=True)), failed[0].got


def test_missing(kb: KnowledgeBase) -> None:
    """Of a list that is not stated, the list; of one that is, nothing beyond its end."""
    settings = kb.settings(as_of=AS_OF)
    explained = kb.explain({"severe": False}, "steps", settings)
    assert explained.missing == ("number of prior therapies (therapy)",)
    case = kb.read({"severe": False, "therapy": [{"drug": "adalimumab", "months": 3}, {"drug": "other"}]})
    said = "\n".join(line.text for line in sentences(kb, kb.ask(case, "steps", settings)))
    assert "therapy 1: first day" in said
    assert "therapy 3" not in said


def test_parts(kb: KnowledgeBase) -> None:
    """What a rule says of each record is one part of its policy, and its case is proposed with lists."""
    case = {"severe": False, "therapy": [{"drug": "adalimumab", "months": 3}, {"months": 3}]}
    tests = [CaseTest("t.yaml", 1, "long", case, {"steps": {"word": COVERED}})]
    found = coverage_of(kb, "steps", tests)
    missing = [each.part.words for each in found.missing]
    assert not any("long trial" in each and "therapy 2" in each for each in missing), missing
    assert not any("is there" in words or words == "a count" for words in missing), missing
    proposed = [each.proposal.case for each in found.missing if each.proposal is not None]
    assert proposed
    assert all(kb.read(each).to_dict(kb.vocabulary) == each for each in proposed)
    assert not any("is there" in each.message for each in kb.check("steps"))


GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "policy_in_an_hour.md"
AROUND = """
payer(maple, "Maple"). policy(maple, maple, stepping, "MH-32", "Biologics").
statement(maple, "M1", "All", "1", "x", rule).
clause(maple, stepped, "two trials"). concludes(maple, stepped, medically_necessary). cites(maple, stepped, "M1").
clause(maple, rest, "others"). otherwise(maple, rest). met(maple, rest) :- not met(maple, stepped).
cites(maple, rest, "M1"). concludes(maple, rest, experimental_investigational).
"""


def test_the_guide(kb_folder: Path, tmp_path: Path) -> None:
    """What the guide shows of records loads, and decides its case and another one."""
    section = GUIDE.read_text(encoding="utf-8").partition("## Facts that repeat")[2].partition("\n## ")[0]
    (asked,) = re.findall(r"```prolog\n(.*?)```", section, re.DOTALL)
    (declared,) = re.findall(
        r"^record\(110, therapy.*?(?=```)", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    (stated,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    folder = small(kb_folder, tmp_path / "kb")
    (folder / "policies" / "steps.lp").unlink()
    (folder / "vocabulary" / "treatments.lp").write_text(declared, encoding="utf-8")
    (folder / "policies" / "maple.lp").write_text(AROUND + asked, encoding="utf-8")
    (tmp_path / "case.yaml").write_text(stated, encoding="utf-8")
    kb = KnowledgeBase.load(folder)
    (record,) = read_cases(tmp_path / "case.yaml", ())
    assert kb.decide(dict(record.stated or {}), "maple").class_ == REFUSED
    longer = stated.replace("months: 2", "months: 3")
    (tmp_path / "case.yaml").write_text(longer, encoding="utf-8")
    (record,) = read_cases(tmp_path / "case.yaml", ())
    assert kb.decide(dict(record.stated or {}), "maple").class_ == COVERED


# --- What is refused when loaded ---------------------------------------------------------------------------

GIVEN_ = "given(therapy, I), at_least(of(months, therapy, I), 3)"
BROKEN = [
    (GIVEN_, "at_least(of(months, therapy, I), 3)", "asked whether or not there is a therapy I; add: given(therapy"),
    (GIVEN_, "given(visit, I), at_least(of(months, therapy, I), 3)", "add: given(therapy, I)"),
    (GIVEN_, "given(therapy, I), at_least(of(months, therapy, 1), 3)", "names no therapy by a variable"),
    (GIVEN_, "given(therapy, I), at_least(of(months, therapy), 3)", "is a field of every therapy; write of(months"),
    (GIVEN_, "given(therapy, I), at_least(of(monhts, therapy, I), 3)", "did you mean 'of(months,therapy)'"),
    (GIVEN_, "given(therapy, I), at_least(of(months, therapy, I), 700)", "lies outside of the values"),
    (GIVEN_, "given(therapy, I), case(of(months, therapy, I), 3)", "months,therapy) is a number; write at_least"),
    ("criterion(steps, long_trial(I)), case", "not criterion(steps, long_trial(I)), "
     "slot(therapy, I), case", "add: given(therapy, I)"),
    (GIVEN_, f"{GIVEN_}, I > 1", "looks at the number of a record"),
    (GIVEN_, f"given(therapy, I - 1), {GIVEN_}", "computes with the number of a record"),
    ("case(of(drug, therapy, I), adalimumab)", "case(of(drug, therapy, I), adalimumap)", "did you mean 'adalimumab'"),
    ("case(of(drug, therapy, I), adalimumab)", 'case(of(drug, therapy, I), "adalimumab")', "without quotes"),
    ("case(of(drug, therapy, I), adalimumab)", "case(of(drag, therapy, I), adalimumab)", "'of(drug,therapy)'"),
    (":- slot(therapy, I)", ":- slot(therapie, I)", "unknown record 'therapie'; did you mean 'therapy'"),
    ('dose_mg, therapy, I), "17.5"', 'dose_mg, therapy, I), "17.55"', "has more than 1 decimal place"),
    ("field(therapy, 2, months, integer)", "field(therapi, 2, months, integer)", "an unknown record 'therapi'; did"),
    ("field(therapy, 2, months, integer)", "field(therapy, 2, months, integr)", "unknown type 'integr'; did you mean"),
    ("field(therapy, 2, months, integer)", "field(therapy, 1, months, integer)", "therapy: rank 1 is used twice"),
    ("field(therapy, 6, stopped_for_harm", "field(therapy, 6, drug", "therapy: field drug is used twice"),
    ("range(of(months, therapy), 0, 600).", "", "of(months,therapy) has no range"),
    ('label(of(months, therapy), "duration").', "", 'has no label; add: label(of(months,therapy), "...")'),
    ('label(therapy, "number of prior therapies").', "", 'therapy has no label; add: label(therapy, "...")'),
    ("unit(of(months, therapy)", "unit(of(month, therapy)", "did you mean 'of(months,therapy)'"),
    ("record(103, therapy, 3,", "record(103, therapy, 31,", "a case can have 31 of therapy, not 1 to 30"),
    ("record(103, therapy, 3,", "record(102, therapy, 3,", "rank 102 is used twice"),
    ("record(103, therapy, 3, patient", "record(103, therapy, 3, patent", "unknown kind 'patent'"),
    ("record(103, therapy, 3, patient", "record(103, severe, 3, patient", "name severe is used twice"),
    ("of(began, therapy), of(ended", "of(day, visit), of(ended", "of(day,visit) is no date"),
    ("attribute(101, asked_on,", 'attribute(100, therapy_1_drug, boolean, patient). label(therapy_1_drug, "x"). '
     'help(therapy_1_drug, "x"). attribute(101, asked_on,', "name therapy_1_drug is used twice"),
    ("months_between(of(day, visit), asked_on)", "months_betwen(of(day, visit), asked_on)", "did you mean"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), BROKEN, ids=[why[:60] for *_, why in BROKEN])
def test_not_loaded(kb_folder: Path, tmp_path: Path, old: str, new: str, why: str) -> None:
    """Refused with file and line when loaded."""
    problems = problems_after(small(kb_folder, tmp_path / "kb"), old, new)
    assert any(why in each for each in problems), problems
    assert all(".lp, line" in each for each in problems), problems
