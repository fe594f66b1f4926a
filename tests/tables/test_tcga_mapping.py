"""``examples/mappings/tcga.yaml`` gives the cases that the rules of ``examples/tcga`` give. All rows are invented."""

from __future__ import annotations

import csv
import importlib
import itertools
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from payerlogic import CaseError, KnowledgeBase
from payerlogic.tables import Mapping
from payerlogic.tables.columns import Names
from payerlogic.tables.normalize import Canonical
from payerlogic.tables.readers import TableFiles

TOP = Path(__file__).resolve().parents[2]
TABLE = TOP / "tests" / "examples" / "made_up_table.csv"


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    folder = str(TOP / "examples" / "tcga")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("table_rules")
    finally:
        sys.path.remove(folder)


def by_rules(rules: ModuleType, kb: KnowledgeBase, path: Path) -> dict[int, dict[str, Any] | None]:
    """The case of each row by its number; None for one that is refused before its facts are compared."""
    found: dict[int, dict[str, Any] | None] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            read = rules.read_row(rules.clean(row), str(number), {"modality": "electron_beam"})
            try:
                found[number] = dict(kb.reader.read(read.case).facts) if read is not None else None
            except CaseError:
                found[number] = None
    return found


def by_mapping(kb: KnowledgeBase, path: Path) -> dict[int, dict[str, Any] | None]:
    mapping = Mapping.load(TOP / "examples" / "mappings" / "tcga.yaml", kb.vocabulary)
    reader = Canonical(kb, mapping)
    found: dict[int, dict[str, Any] | None] = {}
    for chunk in TableFiles.at(path).chunks(Names(kb.vocabulary, mapping)):
        rows, refused = reader.read(chunk)
        found |= {each.record: None for each in refused}
        for row in rows.to_pylist():
            found[row["_record"]] = {name: row[name] for name in kb.vocabulary if row.get(name) is not None}
    return found


def test_the_invented_table(rules: ModuleType, kb: KnowledgeBase) -> None:
    assert by_mapping(kb, TABLE) == by_rules(rules, kb, TABLE)


COLUMNS = {
    "cohort": ["TCGA-BRCA", "tcga-coad", "TCGA-READ", "TCGA-LUAD", ""],
    "icdo3_site": ["C18.2", "C19", "c20.9", "C80.9", "[Not Available]"],
    "icd10": ["C20", ""],
    "icdo3_hist": ["8500/2", "8500/3", "8821/1", ""],
    "pT": ["T4b", "pTX", "Tis", "", "T9"],
    "neoadjuvant": ["Yes, chemo", "No", "--"],
    "age": ["50", "[Not Available]", "162"],
    "margin_status": ["Close", "Positive", "[Unknown]", ""],
    "margin_reexcision": ["Negative", "", "indeterminate"],
    "margins_hysterectomy": ["Positive vaginal margin", "Macroscopic parametrial involvement", ""],
    "residual_tumor": ["R0", "R1", "RX", ""],
    "crm_mm": ["0", ""],
}


def test_every_pair_of_codes(rules: ModuleType, kb: KnowledgeBase, tmp_path: Path) -> None:
    """Whatever two columns hold, the others at their first value or blank, both ways give the same case."""
    names = list(COLUMNS)
    rows = []
    for first, second in itertools.combinations(names, 2):
        for one, two in itertools.product(COLUMNS[first], COLUMNS[second]):
            for others in ("", "first"):
                row = {name: COLUMNS[name][0] if others else "" for name in names}
                rows.append({"patient": f"MADE-UP-{len(rows)}", **row, first: one, second: two})
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["patient", *names])
        writer.writeheader()
        writer.writerows(rows)
    expected = by_rules(rules, kb, path)
    assert len(expected) == len(rows) > 1500
    # A row whose only entry says that the category could not be assessed states nothing: the rules still ask about
    # it, and the mapping refuses it as blank.
    nothing = {"modality": "electron_beam"}
    assert by_mapping(kb, path) == {number: None if case == nothing else case for number, case in expected.items()}
