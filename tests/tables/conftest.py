"""What the tests of tables share: commands as a user types them, and how an output is read back."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet

from tests.cli.conftest import AS_OF, Answer, Run, Write, run, write

__all__ = ["AS_OF", "Answer", "Run", "Write", "decided", "errors", "run", "same", "write"]

PAYERS = ("bcbsaz", "nia")
COLUMNS = ("outcome", "class", "possible", "clauses")


def decided(path: str | Path) -> list[dict[str, Any]]:
    """The rows of an output of any format, with lists as lists and None for nothing."""
    path = Path(path)
    if path.is_dir():
        return [row for part in sorted(path.iterdir()) for row in decided(part)]
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".parquet":
        return list(pyarrow.parquet.read_table(path).to_pylist())
    with path.open(encoding="utf-8", newline="") as file:
        return [_of_cells(row) for row in csv.DictReader(file)]


def _of_cells(row: dict[str, str]) -> dict[str, Any]:
    """The cells of a CSV file, without the apostrophe that keeps a spreadsheet from calculating."""
    found: dict[str, Any] = {"record": int(row["record"]), "id": plain(row["id"])}
    for name, cell in list(row.items())[2:]:
        is_list = name.endswith(("_possible", "_clauses"))
        found[name] = (cell.split(";") if cell else []) if is_list else (cell or None)
    return found


def plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def errors(path: str | Path) -> dict[int, list[str]]:
    """The reasons of the refused rows by their number."""
    found: dict[int, list[str]] = {}
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(int(row["record"]), []).append(plain(row["reason"]))
    return found


def escaped(text: str) -> str:
    """Half of a surrogate pair, which no file can hold, as it is told in its place."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def empty_rows(answer: Answer) -> set[int]:
    """The rows that a command says it skipped, since every cell of them is blank."""
    said = re.findall(r"empty rows? (?:is|are) skipped: rows? ([0-9, to]+)", answer.errors + answer.text)
    parts = [each.split(" to ") for each in said[0].split(", ")] if said else []
    return {number for first, *last in parts for number in range(int(first), int((last or [first])[0]) + 1)}


def same(decide: Answer, rows: list[dict[str, Any]], refused: dict[int, list[str]]) -> None:
    """``batch`` has to say of every record what ``decide --json`` says."""
    answers, empty = decide.json, empty_rows(decide)
    numbers = [number for number in range(1, len(answers) + len(empty) + 1) if number not in empty]
    assert sorted([row["record"] for row in rows] + list(refused)) == numbers
    by_record = {row["record"]: row for row in rows}
    for number, answer in zip(numbers, answers, strict=True):
        if "error" in answer:
            said = [re.sub(r"; to pass over (it|them), write .*", "", each) for each in refused[number]]
            assert said == list(map(escaped, answer["error"])), number
            continue
        row = by_record[number]
        assert row["id"] == escaped(answer["id"])
        for payer, found in answer["determinations"].items():
            expected = {name: found[name] for name in COLUMNS}
            expected["clauses"] = [clause["id"] for clause in found["clauses"]]
            assert {name: row[f"{payer}_{name}"] for name in COLUMNS} == expected, number
