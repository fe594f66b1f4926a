"""``batch`` and ``decide --json`` say the same of the same file, however it is written. All cases are made up."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
import yaml

from payerlogic import KnowledgeBase
from payerlogic.tables.columns import Chunk, Names
from payerlogic.tables.readers import TableFiles
from tests.support.random_cases import RandomCases

from .conftest import AS_OF, PAYERS, Run, Write, decided, empty_rows, errors, same

REFUSED = 2
SPELLINGS = Path(__file__).parents[1] / "cases" / "spellings.yaml"


def both(run: Run, path: str | Path, folder: Path, *more: str, ending: str = "jsonl") -> int:
    """Decide a file in both ways and compare; the exit status of ``batch``."""
    answer = run("decide", path, "--json", "--as-of", AS_OF, *more)
    out = folder / f"decided.{ending}"
    batch = run("batch", path, "--out", out, "--as-of", AS_OF, *more)
    assert batch.status == answer.status, batch.errors
    same(answer, decided(out), errors(folder / "decided.errors.csv"))
    return batch.status


def test_every_spelling(run: Run, write: Write, kb: KnowledgeBase, tmp_path: Path) -> None:
    """A row for each spelling of the vocabulary's tables, alone and against a fact that it may contradict."""
    beside = {"t_category_basis": "clinical", "tumor_behavior": "invasive", "margin_status": "close"}
    rows = []
    for attribute, parts in yaml.safe_load(SPELLINGS.read_text(encoding="utf-8")).items():
        for spelling in (str(each) for part in parts.values() for each in part):
            rows.append({attribute: spelling})
            rows += [{other: value, attribute: spelling} for other, value in beside.items() if other != attribute]
    rows.append({"t_category": "T4", "t_category_basis": "post_treatment", "margin_status": "close"})
    text = as_csv(rows, list(kb.vocabulary))
    assert both(run, write("spellings.csv", text), tmp_path) == REFUSED


# --- Hostile files -----------------------------------------------------------------------------------

HEADER = "id,primary_site,t_category,age_years,cpt_codes,ei_conditions,clinical_n_category,oncologic,date_of_service"
PLAIN = [
    "A,rectum,T4,66,77425,[],N0,true,2025-03-03",
    "B,Rectum, cT4b ,66 ,77424;77425,lack_of_final_approval,cN0,TRUE,",
    "C,breast,ypT1c,+7,0735t,,NX,False,2021-01-01",
    ",brain,,,,,,,",
    "E,unknown,UNKNOWN,unknown,unknown,unknown,unknown,unknown,unknown",
    "F,rectim,T9,-1,7742,maybe,pN1,perhaps,2025-02-30",
    "G,rectum,T4,66,[],[],N0,true,03/03/2025",
    "H,rectum,T4,6.5,77425;;77424,lack_of_final_approval;unknown,N0,yes,2025-3-3",
    "I,rectum",
    "J,rectum,T4,66,77425,[],N0,true,2025-03-03,more",
    "=1+1,colon,T4,66,77425,[],N0,true,2025-03-03",
    "K,colon,Tis,66,,,,,",
    " L ,  ,\t,66,,,,,",
    "",
    "ÄÖ 漢,colon,pT3,007,99999,,,,",
    f"{'M' * 500},{'colon' * 30},,,,,,,",
]
QUOTED = [
    '"N, with a comma",colon,"T4",66,"77424;77425",[],N0,true,2025-03-03',
    '"O ""quoted""",colon,T4,66,,,,,',
    '"P\nin two lines",colon,T4,66,,,,,',
    '"Q"x,colon,T4,66,,,,,',
    'R,co"lon,T4,66,,,,,',
    'S,"",T4,66,,,,,',
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("rows", [PLAIN, [*PLAIN, *QUOTED], [*QUOTED, *PLAIN], [PLAIN[0]], []])
def test_csv(run: Run, write: Write, tmp_path: Path, rows: list[str], bom: str, end: str) -> None:
    path = write("cases.csv", bom + end.join([HEADER, *rows]) + end)
    assert both(run, path, tmp_path) == (REFUSED if len(rows) > 1 else 0)


def test_csv_with_a_carriage_return_of_its_own(run: Run, write: Write, tmp_path: Path) -> None:
    path = write("cases.csv", f"{HEADER}\n{PLAIN[0]}\nB,co\rlon,,,,,,,\n{PLAIN[1]}\n")
    assert both(run, path, tmp_path) == REFUSED


def test_one_column_without_a_name_for_the_rows(run: Run, write: Write, tmp_path: Path) -> None:
    assert both(run, write("cases.csv", "PRIMARY_SITE\nrectum\n\nbrain\n \nunknown"), tmp_path) == 0


JSON_LINES = [
    '{"id": "A", "primary_site": "rectum", "age_years": 66, "cpt_codes": ["77425"], "ei_conditions": []}',
    '{"ID": 17, "Primary_Site": "RECTUM", "age_years": "66", "cpt_codes": "77425;77424", "oncologic": true}',
    '{"id": 1.5, "age_years": 66.0, "oncologic": "false", "date_of_service": "2025-03-03"}',
    '{"id": true, "age_years": 66.5}',
    '{"id": ["A"], "age_years": true}',
    '{"primry_site": "rectum", "age_years": -4}',
    '{"primary_site": 5, "t_category": null, "margin_status": ""}',
    '{"age_years": 1, "age_years": 2}',
    '{"age_years": 1, "Age_Years": 2}',
    '{"age_years": NaN}',
    '{"age_years": 1e999}',
    '{"age_years": 12345678901234567890}',
    '{"cpt_codes": [77425, "0735T"], "ei_conditions": ["lack_of_final_approval", 5]}',
    '{"cpt_codes": [], "ei_conditions": [""]}',
    '{"cpt_codes": [[1]]}',
    '{"cpt_codes": {"a": 1}}',
    '{"cpt_codes": [true]}',
    '{"id": "half \\ud800", "primary_site": "half \\ud800"}',
    '{"id": "half \\ud800", "primary_site": "brain"}',
    '{"t_category": "cT4b", "t_category_basis": "unknown"}',
    '{"t_category": "cT4b", "t_category_basis": "pathological"}',
    '{"device": "mobetron", "modality": "proton", "fda_status": "approved"}',
    '{"fda_status": "approved", "ei_conditions": ["lack_of_final_approval", "insufficient_net_improvement"]}',
    "5",
    "null",
    "[1, 2]",
    "not JSON",
    '{"id": "open',
    "{}",
]


def test_json_lines(run: Run, write: Write, tmp_path: Path) -> None:
    assert both(run, write("cases.jsonl", "\n".join(JSON_LINES)), tmp_path) == REFUSED


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_every_format_of_output_says_the_same(run: Run, write: Write, tmp_path: Path, ending: str) -> None:
    assert both(run, write("cases.csv", "\n".join([HEADER, *PLAIN])), tmp_path, ending=ending) == REFUSED


# --- Random files ----------------------------------------------------------------------------------------


def random_rows(kb: KnowledgeBase, seed: int, count: int) -> list[dict[str, Any]]:
    """Partial cases, a tenth of them with a value that is none."""
    cases, rng = RandomCases(kb, seed), Random(seed)
    rows = []
    for number in range(count):
        facts = {name: kb.vocabulary[name].to_dict(value) for name, value in cases.facts().items()}
        if facts and rng.random() < 0.1:
            facts[rng.choice(list(facts))] = rng.choice(["rectim", -1, "2025-02-30", "T9", ["x"], True, 3.5])
        rows.append({**({"id": f"case {number}"} if rng.random() < 0.8 else {}), **facts})
    return rows


def as_csv(rows: list[dict[str, Any]], names: list[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["id", *names])
    writer.writeheader()
    for row in rows:
        lists = {name: ";".join(map(str, value)) or "[]" for name, value in row.items() if isinstance(value, list)}
        writer.writerow({**row, **lists})
    return out.getvalue()


@pytest.mark.parametrize("more", [(), ("--no-presumptions",), ("--reading", "nia_fractions=eligibility")])
def test_random_cases(run: Run, write: Write, kb: KnowledgeBase, tmp_path: Path, more: tuple[str, ...]) -> None:
    rows = random_rows(kb, len(more), 400)
    assert both(run, write("cases.jsonl", "\n".join(map(json.dumps, rows))), tmp_path, *more) == REFUSED
    assert both(run, write("cases.csv", as_csv(rows, list(kb.vocabulary))), tmp_path, *more) == REFUSED


def test_parquet_with_types_of_its_own(run: Run, write: Write, kb: KnowledgeBase, tmp_path: Path) -> None:
    """Numbers, days, truths, lists and categories of a Parquet file are what a case file would state."""
    table = pa.table(
        {
            "id": pa.array(["A", "B", "C", None]),
            "primary_site": pa.array(["rectum", "brain", None, "rectum"]).dictionary_encode(),
            "age_years": pa.array([66, None, 50, 121], pa.int8()),
            "fractions": pa.array([1.0, None, 2.5, 1.0]),
            "oncologic": pa.array([True, False, None, True]),
            "date_of_service": pa.array(["2025-03-03", None, "2021-01-01", None]).cast(pa.timestamp("ns")),
            "cpt_codes": pa.array([["77425"], [], None, ["77424", "0735T"]], pa.list_(pa.string())),
            "ei_conditions": pa.array([None, [], ["lack_of_final_approval", None], []], pa.list_(pa.string())),
        }
    )
    path = tmp_path / "cases.parquet"
    pyarrow.parquet.write_table(table, path)
    rows = table.to_pylist()
    for row in rows:
        row["date_of_service"] = row["date_of_service"] and row["date_of_service"].date().isoformat()
    twin = write("twin.jsonl", "\n".join(map(json.dumps, rows)))
    answer = run("decide", twin, "--json", "--as-of", AS_OF)
    run("batch", path, "--out", tmp_path / "out.parquet", "--as-of", AS_OF)
    same(answer, decided(tmp_path / "out.parquet"), errors(tmp_path / "out.errors.csv"))


# --- Blocks, chunks and folders ------------------------------------------------------------------------------


def columns(chunk: Chunk) -> list[list[Any]]:
    return [each.to_pylist() for each in (chunk.records, chunk.ids, chunk.columns["age_years"].codes)]


@pytest.mark.parametrize("block", [64, 300, 5000])
@pytest.mark.parametrize("odd", [[], ['"T, quoted",colon,T4,66,,,,,'], ["U,short"], ["V,co\rlon,,,,,,,"]])
def test_where_a_block_ends_does_not_matter(
    write: Write, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, block: int, odd: list[str]
) -> None:
    rows = [f"id-{number},colon,T{number % 5},{number},,,,," for number in range(150)]
    path = write("cases.csv", "\n".join([HEADER, *rows[:70], *odd, *rows[70:]]))
    seen = []
    for size in (block, 10**7):
        monkeypatch.setattr("payerlogic.tables.readers.BLOCK", size)
        chunks = list(TableFiles.at(path).chunks(Names(kb.vocabulary), rows=7 if size == block else 10**6))
        read = [
            (record, id_, chunk.columns["age_years"].values[code])
            for chunk in chunks
            for record, id_, code in zip(*columns(chunk), strict=True)
        ]
        seen.append((read, [each for chunk in chunks for each in chunk.refused]))
    assert seen[0] == seen[1]
    assert len(seen[0][0]) + len(seen[0][1]) == 150 + len(odd)


def test_a_folder_is_one_table(run: Run, write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "year"
    folder.mkdir()
    (folder / "_SUCCESS").write_text("")
    (folder / "2.csv").write_text("primary_site,id\nbrain,\nbrian,X\n", encoding="utf-8")
    (folder / "1.csv").write_text(f"{HEADER}\n{PLAIN[0]}\n{PLAIN[8]}\n", encoding="utf-8")
    answer = run("batch", folder, "--out", tmp_path / "out", "--format", "csv", "--json", "--as-of", AS_OF)
    assert answer.status == REFUSED
    assert [(row["record"], row["id"]) for row in decided(tmp_path / "out")] == [(1, "A"), (3, "3")]
    assert set(errors(tmp_path / "out.errors.csv")) == {2, 4}
    found = answer.json
    assert (found["rows"], found["decided"] + found["open"], found["refused"]) == (4, 2, 2)
    assert set(found["classes"]) == set(PAYERS)


@pytest.mark.parametrize("block", [40, 1000, 10**7])
def test_quotes_of_every_kind(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """Random cells of quotes, commas and ends of lines: what is read at once and what row by row is the same."""
    monkeypatch.setattr("payerlogic.tables.readers.BLOCK", block)
    rng = Random(block)
    cells = [
        '"a"',
        "b",
        '""',
        '"c,d"',
        '"e""f"',
        '"',
        'g"h',
        '"i"j',
        '"k\nl"',
        "",
        " ",
        '"m" ',
        ' "n"',
        '""""',
        '"o\r\n"',
    ]
    tidy = [*cells[:5], '""""', ""]
    for trial in range(8):
        chosen = tidy if trial % 2 else cells
        rows = [f"{rng.choice(chosen)},{rng.choice(['brain', *chosen])}" for _ in range(12)]
        path = write("cases.csv", "id,primary_site\n" + rng.choice(["\n", "\r\n"]).join(rows))
        answer = run("decide", path, "--json", "--as-of", AS_OF)
        batch = run("batch", path, "--out", tmp_path / "out.jsonl", "--as-of", AS_OF, "--payer", "nia")
        if "quote may be open" in answer.errors or "unexpected end" in answer.errors:
            said = [each for each in answer.errors.splitlines() if " skipped: " not in each]
            assert said[-1] in batch.errors  # nothing is written where the file breaks off
            continue
        assert re.search(r"\brows? (is|are) refused", batch.errors) if batch.status else not batch.errors, batch.errors
        found = {row["record"]: row["id"] for row in decided(tmp_path / "out.jsonl")}
        refused = errors(tmp_path / "out.errors.csv")
        empty = empty_rows(answer)
        assert empty == empty_rows(batch)
        numbers = (number for number in count(1) if number not in empty)
        for number, each in zip(numbers, answer.json, strict=False):
            assert refused[number] == each["error"] if "error" in each else found[number] == each["id"], path
        assert len(found) + len(refused) == len(answer.json)
