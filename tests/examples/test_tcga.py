"""``examples/tcga``: rows of a clinical table become cases. All rows here are invented."""

from __future__ import annotations

import csv
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from payerlogic import KnowledgeBase, Settings

TOP = Path(__file__).resolve().parents[2]
FOLDER = TOP / "examples" / "tcga"
TABLE = Path(__file__).resolve().parent / "made_up_table.csv"


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """The script as a user runs it."""
    command = [sys.executable, str(FOLDER / "decide_table.py"), *words]
    environment = {**os.environ, "COLUMNS": "132", "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=TOP, env=environment, capture_output=True, encoding="utf-8", timeout=120)


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module("table_rules")
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that the script wrote for the invented table, and what it printed."""
    folder = tmp_path_factory.mktemp("results") / "out"
    done = run(str(TABLE), "--as-of", "2026-11-22", "--out", str(folder))
    assert done.returncode == 2, done.stderr  # some rows are refused
    assert not done.stderr
    return folder, done.stdout


def stated(rules: ModuleType, **columns: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The case and the notes of a row with these columns and blanks elsewhere."""
    read = rules.read_row(rules.clean(columns), "1", {"modality": "electron_beam"})
    assert read is not None
    case = dict(read.case.stated)
    assert case.pop("id") == "1"
    assert case.pop("modality") == "electron_beam"
    return case, read.notes


def stated_but_site(rules: ModuleType, **columns: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The same for a row whose cohort tells its site."""
    case, notes = stated(rules, cohort="TCGA-PAAD", **columns)
    assert case.pop("primary_site") == "pancreas"
    return case, notes


@pytest.mark.parametrize(
    ("columns", "site"),
    [
        ({"cohort": "TCGA-BRCA", "icdo3_site": "C50.9"}, "breast"),
        ({"cohort": "TCGA-CESC", "icdo3_site": "C53.9"}, "cervix_uteri"),
        ({"cohort": "TCGA-PAAD", "icdo3_site": "C25.0"}, "pancreas"),
        ({"cohort": "TCGA-SARC", "icdo3_site": "C55.9"}, "soft_tissue"),
        ({"cohort": "TCGA-COAD", "icdo3_site": "C18.2"}, "colon"),
        ({"cohort": "TCGA-COAD", "icdo3_site": "C19.9"}, "rectosigmoid_junction"),
        ({"cohort": "TCGA-READ", "icdo3_site": "C19.9"}, "rectosigmoid_junction"),
        ({"cohort": "TCGA-READ", "icdo3_site": "C20.9"}, "rectum"),
        ({"cohort": "TCGA-READ", "icd10": "C20"}, "rectum"),
    ],
)
def test_site_by_cohort_and_code(rules: ModuleType, columns: dict[str, str], site: str) -> None:
    assert stated(rules, **columns) == ({"primary_site": site}, ())


@pytest.mark.parametrize(
    ("columns", "site"),
    [
        ({"cohort": "TCGA-CESC", "icdo3_site": "C56.9"}, "cervix_uteri"),
        ({"cohort": "TCGA-READ", "icdo3_site": "C18.9"}, "colon"),
        ({"cohort": "TCGA-COAD", "icdo3_site": "C20.9"}, "rectum"),
        ({"cohort": "TCGA-READ", "icdo3_site": "C80.9"}, None),
        ({"cohort": "TCGA-READ"}, None),
        ({"cohort": "TCGA-LUAD", "icdo3_site": "C34.1"}, None),
    ],
)
def test_a_site_that_contradicts_its_cohort_is_noted(
    rules: ModuleType, columns: dict[str, str], site: str | None
) -> None:
    case, notes = stated(rules, age="60", **columns)
    assert case.get("primary_site") == site
    assert len(notes) == 1


@pytest.mark.parametrize(
    ("columns", "margin", "noted"),
    [
        ({"margin_status": "Close"}, "close", False),
        ({"margin_status": "Close", "residual_tumor": "R0"}, "close", False),
        ({"margin_status": "Close", "residual_tumor": "R1"}, "close", True),
        ({"margin_status": "Positive", "residual_tumor": "R0"}, "positive", True),
        ({"margin_status": "Negative", "residual_tumor": "R2"}, "negative", True),
        ({"margin_status": "Positive", "residual_tumor": "RX"}, "positive", False),
        ({"margin_status": "Positive", "margin_reexcision": "Negative"}, "negative", False),
        ({"margin_reexcision": "Close"}, "close", False),
        ({"residual_tumor": "R0"}, "negative", False),
        ({"residual_tumor": "R0", "crm_mm": "0"}, "negative", True),
        ({"residual_tumor": "R0", "crm_mm": "0.5"}, "negative", False),
        ({"residual_tumor": "R1"}, "positive", False),
        ({"residual_tumor": "R2"}, "positive", False),
        ({"residual_tumor": "RX"}, None, False),
        ({"margins_hysterectomy": "Positive vaginal margin"}, "positive", False),
        ({"margins_hysterectomy": "Positive bladder margin"}, "positive", False),
        ({"margins_hysterectomy": "Microscopic parametrial involvement"}, None, True),
        ({"margins_hysterectomy": "Other Location, specify"}, None, True),
        ({"margin_status": "[Not Available]"}, None, False),
    ],
)
def test_margin(rules: ModuleType, columns: dict[str, str], margin: str | None, noted: bool) -> None:
    case, notes = stated_but_site(rules, age="60", **columns)
    assert case.get("margin_status") == margin
    assert bool(notes) is noted


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"pT": "T4b"}, {"t_category": "pT4b"}),
        ({"pT": "T2", "neoadjuvant": "Yes"}, {"t_category": "ypT2"}),
        ({"pT": "pT2", "neoadjuvant": "No"}, {"t_category": "pT2"}),
        ({"icdo3_hist": "8500/3"}, {"tumor_behavior": "invasive"}),
        ({"icdo3_hist": "8500/2"}, {"tumor_behavior": "in_situ"}),
        ({"age": "62"}, {"age_years": "62"}),
    ],
)
def test_tumor_and_patient(rules: ModuleType, columns: dict[str, str], expected: dict[str, str]) -> None:
    assert stated_but_site(rules, **columns) == (expected, ())


@pytest.mark.parametrize("histology", ["8822/1", "8850/0", "8140/6"])
def test_other_behaviors_stay_unknown(rules: ModuleType, histology: str) -> None:
    case, notes = stated_but_site(rules, age="60", icdo3_hist=histology)
    assert "tumor_behavior" not in case
    assert len(notes) == 1


def test_what_came_later_or_is_pathological_is_not_stated(rules: ModuleType) -> None:
    case, _ = stated_but_site(rules, age="60", pN="N2", locoregional_event="YES", rt_types="External")
    assert case == {"age_years": "60"}


def test_every_attribute_has_a_rule_or_a_reason(rules: ModuleType, kb: KnowledgeBase) -> None:
    told = {rule.attribute for rule in rules.RULES} | {"modality"}
    told |= {name for names, _ in rules.NOT_STATED for name in names.split(", ")}
    assert told <= set(kb.vocabulary)
    asked = {"tumor", "patient", "finding", "plan"}
    left = {name for name, each in kb.vocabulary.items() if each.kind in asked and name not in told}
    assert left == {"oncologic", "t_category_basis"}, "one is presumed, the other comes with the prefix"


def test_results_are_what_the_engine_says(results: tuple[Path, str], kb: KnowledgeBase, settings: Settings) -> None:
    lines = (results[0] / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 12
    for record in map(json.loads, lines):
        decided = kb.decide(record["stated"], settings=settings)
        assert record["determinations"] == decided.to_dict()["determinations"]
        assert record["id"].startswith(f"{record['row']} MADE-UP-")
        assert record["stated"]["modality"] == "electron_beam"


def test_one_line_for_each_row_and_payer(results: tuple[Path, str]) -> None:
    with (results[0] / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 12
    first = {row["payer"]: (row["class"], row["clauses"]) for row in rows if row["row"] == "1"}
    assert first == {"nia": ("medically_necessary", "n26"), "bcbsaz": ("medically_necessary", "b16")}


def test_refused_rows_have_reasons(results: tuple[Path, str]) -> None:
    with (results[0] / "refused.csv").open(encoding="utf-8", newline="") as file:
        refused = {row["row"]: row["reasons"] for row in csv.DictReader(file)}
    assert set(refused) == {"6", "9", "15", "16"}
    assert "Tis" in refused["6"]
    assert "162" in refused["9"]
    for number in refused:
        assert f"row {number} refused: " in results[1]


def test_the_terminal_shows_no_barcode_and_states_the_assumption(results: tuple[Path, str]) -> None:
    assert "MADE-UP" not in results[1]
    assert "as if IORT with electron_beam had been requested on 2026-11-22" in results[1]
    assert "margin close beside R1" in results[1]


def test_the_readme_shows_what_is_printed(results: tuple[Path, str]) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(.*?)```", readme, re.DOTALL)
    assert shown
    printed = [line.rstrip() for line in results[1].splitlines()]
    assert [line for line in shown[1].splitlines() if line not in printed] == []


def test_another_modality() -> None:
    done = run(str(TABLE), "--modality", "Electronic_Brachytherapy")
    assert "IORT with electronic_brachytherapy" in done.stdout
    assert "│ experimental_investigational              │      2 │" in done.stdout


def test_rules_are_printed() -> None:
    done = run("--rules")
    assert done.returncode == 0
    assert "tumor_behavior" in done.stdout
    assert "clinical_n_category" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["missing.csv"], "missing.csv: cannot be read"),
        ([str(TABLE), "--modality", "electrons"], "did you mean 'electron_beam'?"),
        ([str(TABLE), "--modality", "unknown"], "a modality has to be assumed"),
        (["pyproject.toml"], "no column patient, cohort"),
        ([], "name a table"),
    ],
)
def test_bad_input_is_one_clear_line(words: list[str], message: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
