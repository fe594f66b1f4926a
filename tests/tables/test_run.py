"""Whole runs: what adds up, what a run that ends early leaves, how little memory it takes. All rows are made up."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from payerlogic import KnowledgeBase
from payerlogic.tables import DuckDb, batch

from .conftest import AS_OF, Run, Write, decided, errors

TOP = Path(__file__).resolve().parents[2]
ROW = "rectum,T4,66\n"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- Counts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_every_row_is_decided_open_or_refused(run: Run, write: Write, tmp_path: Path, ending: str) -> None:
    rows = ["rectum,T4,66", "rectim,T4,66", "brain,,", ",,", "colon,Tis", "rectum,T4,121"] * 50
    table = write("cases.csv", "\n".join(["primary_site,t_category,age_years", *rows]))
    out = tmp_path / f"out.{ending}"
    found = run("batch", table, "--out", out, "--json", "--as-of", AS_OF).json
    assert found["rows"] == 250 == found["decided"] + found["open"] + found["refused"]
    written, refused = decided(out), errors(tmp_path / "out.errors.csv")
    assert len(written) == found["decided"] + found["open"]
    assert len(refused) == found["refused"] == 150
    assert [row["record"] for row in written] == sorted(set(range(1, 301)) - set(range(4, 301, 6)) - set(refused))
    assert found["notes"][0].startswith("50 empty rows are skipped: rows 4, 10, 16, ")
    is_open = [row for row in written if "open" in (row["nia_outcome"], row["bcbsaz_outcome"])]
    assert len(is_open) == found["open"] > 0
    for payer, classes in found["classes"].items():
        assert sum(classes.values()) == len(written), payer
    assert {each["value"]: each["rows"] for each in found["unread"]} == {"rectim": 50, "121": 50}


def test_what_is_printed(run: Run, write: Write, tmp_path: Path) -> None:
    table = write("cases.csv", f"primary_site,t_category,age_years\n{ROW}rectim,T4,66\n")
    answer = run("batch", table, "--out", tmp_path / "out.csv", "--as-of", AS_OF, "--payer", "NIA")
    assert answer.status == 2
    assert answer.text.startswith("2 rows: 0 decided, 1 open at some payer, 1 refused\n")
    assert "as of 2026-11-22; knowledge base" in answer.text
    assert answer.text.endswith("This explains a policy. It is not a coverage decision or medical advice.\n")
    assert answer.problems == [
        f"{table}: record 2: primary_site: unknown value 'rectim'; did you mean 'rectum'?",
        f"{tmp_path / 'out.errors.csv'}: 1 row is refused; all reasons",
    ]


def test_an_outcome_of_which_only_the_class_is_open_is_not_called_open(run: Run, write: Write, tmp_path: Path) -> None:
    """The table of classes and the line above it count the same rows as open."""
    text = "primary_site,tumor_behavior,margin_status\nbreast,in_situ,negative\nbreast,,\nbrain,,\n"
    answer = run("batch", write("cases.csv", text), "--out", tmp_path / "o.csv", "--as-of", AS_OF, "--payer", "nia")
    assert answer.text.startswith("3 rows: 2 decided, 1 open at some payer, 0 refused\n")
    rows = [[cell.strip() for cell in re.split(r"[|│]|  +", line) if cell.strip()] for line in answer.text.splitlines()]
    assert ["nia", "denied, class open", "1"] in rows
    assert ["nia", "open", "1"] in rows


def test_no_cell_is_a_formula(run: Run, write: Write, tmp_path: Path) -> None:
    table = write("cases.csv", 'id,primary_site\n=1+1,brain\n-2,"=HYPERLINK(1)"\n')
    run("batch", table, "--out", tmp_path / "out.csv")
    text = (tmp_path / "out.csv").read_text() + (tmp_path / "out.errors.csv").read_text()
    cells = [cell.strip('"') for line in text.splitlines() for cell in line.split(",")]
    assert "'=1+1" in cells
    assert "'=HYPERLINK(1)" in cells
    assert "-2" in cells, "a number is no formula"
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_a_parquet_file_tells_how_it_was_made(run: Run, write: Write, tmp_path: Path, kb: KnowledgeBase) -> None:
    table = write("cases.csv", f"primary_site,t_category,age_years\n{ROW}")
    run("batch", table, "--out", tmp_path / "out.parquet", "--as-of", AS_OF, "--reading", "nia_fractions=eligibility")
    about = pyarrow.parquet.read_schema(tmp_path / "out.parquet").metadata
    assert about[b"payerlogic.kb"].decode() == kb.digest
    assert (about[b"payerlogic.as_of"], about[b"payerlogic.readings"]) == (b"2026-11-22", b"nia_fractions=eligibility")


def test_threads_and_chunks_do_not_matter(
    kb: KnowledgeBase, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{site},T{number % 5},{number % 120}" for number in range(400) for site in ("rectum", "breast", "rectim")]
    table = write("cases.csv", "\n".join(["primary_site,t_category,age_years", *rows]))
    found = []
    for threads, block in ((1, 10**7), (2, 500)):
        monkeypatch.setattr("payerlogic.tables.readers.BLOCK", block)
        batch(kb, table, tmp_path / "out.jsonl", engine=DuckDb(threads=threads), payers=["nia"])
        found.append(((tmp_path / "out.jsonl").read_bytes(), (tmp_path / "out.errors.csv").read_bytes()))
    assert found[0] == found[1]


# --- What cannot be done is said, and nothing is written -----------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no.csv", "--out", "o.csv"], "no.csv: there is no such file"),
        (["cases.txt", "--out", "o.csv"], "cases.txt: is not a table by its name; it can end in .csv, .parquet"),
        (["empty", "--out", "o.csv"], "empty: has no table; tables end in .csv"),
        (["mixed", "--out", "o.csv"], "mixed: has tables of several formats (.csv, .jsonl)"),
        (["cases.csv", "--out", "cases.csv"], "cases.csv: is read or written as something else too"),
        (["cases.csv", "--out", "o.csv", "--errors", "cases.csv"], "cases.csv: is the input"),
        (["cases.csv", "--out", "o.csv", "--errors", "errors.txt"], "errors.txt: is no place for the errors"),
        (["one", "--out", "one/o.csv"], "one/o.csv: is within the folder that is read"),
        (["cases.csv", "--out", "mixed"], "mixed: is there already, and not empty; name a new or empty folder"),
        (["cases.csv", "--out", "no/such/o.csv"], "cannot be written (No such file or directory)"),
        (["cases.csv", "--out", "o.csv", "--format", "xml"], "--format: unknown format 'xml'"),
        (["cases.csv", "--out", "o.csv", "--format", "jsonl"], "--format jsonl: differs from the ending of the file"),
        (
            ["cases.csv", "--out", "o.csv", "--engine", "duck"],
            "--engine: unknown engine 'duck'; did you mean",
        ),
        (["cases.csv", "--out", "o.csv", "--master", "local"], "--master: applies to Spark only; add --engine spark"),
        (["cases.csv", "--out", "o.csv", "--memory", "much"], "--memory: 'much' is not a size; it takes one such as"),
        (["cases.csv", "--out", "o.csv", "--payer", "nai"], "unknown payer 'nai'; did you mean 'nia'?"),
        (["odd.csv", "--out", "o.csv"], "odd.csv, line 1: unknown column 'primry_site'; did you mean 'primary_site'?"),
        (["twice.csv", "--out", "o.csv"], "twice.csv, line 1: two columns are named 'age_years'; keep one of them"),
        (["none.csv", "--out", "o.csv"], "none.csv: is empty"),
        (["open.csv", "--out", "o.csv"], "open.csv, line 2: is not CSV (unexpected end of data); a quote may be open"),
        (["latin.csv", "--out", "o.csv"], "latin.csv, line 2: is not UTF-8 text; save it with the encoding UTF-8"),
        (["binary.csv", "--out", "o.csv"], "binary.csv: is not UTF-8 text"),
        (["text.parquet", "--out", "o.csv"], "text.parquet: cannot be read as Parquet ("),
        (["odd.parquet", "--out", "o.csv"], "odd.parquet: unknown column 'site'"),
    ],
)
def test_bad_input(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    files = {
        "cases.csv": b"age_years\n1\n",
        "cases.txt": b"age_years\n1\n",
        "odd.csv": b"primry_site\n1\n",
        "twice.csv": b"age_years,Age_Years\n1,2\n",
        "none.csv": b"",
        "open.csv": b'age_years\n"1\n2\n',
        "latin.csv": b"primary_site\n\xe4\n",
        "binary.csv": b"age_years\n\0\1\2\n",
        "text.parquet": b"age_years\n1\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    pyarrow.parquet.write_table(pa.table({"site": ["rectum"]}), tmp_path / "odd.parquet")
    (tmp_path / "empty").mkdir()
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.csv").write_text("age_years\n")
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "a.csv").write_text("age_years\n")
    (tmp_path / "mixed" / "b.jsonl").write_text("{}\n")
    before = left_in(tmp_path), left_in(tmp_path / "mixed")
    answer = run("batch", *words)
    assert answer.status == 2
    assert message in answer.errors
    assert not answer.output
    assert (left_in(tmp_path), left_in(tmp_path / "mixed")) == before


# --- Ends before the end -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["out.csv", "out.parquet", "parts"])
def test_a_run_that_fails_leaves_what_was_there(kb: KnowledgeBase, write: Write, tmp_path: Path, out: str) -> None:
    table = write("cases.csv", "primary_site,t_category,age_years\n" + ROW * 10)
    if out != "parts":
        (tmp_path / out).write_text("the output of another day")
    before = left_in(tmp_path)

    def stop(share: float, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch(kb, table, tmp_path / out, progress=stop)
    assert left_in(tmp_path) == before
    if out != "parts":
        assert (tmp_path / out).read_text() == "the output of another day"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("out", ["out.parquet", "parts"])
def test_an_interrupted_command_leaves_nothing(write: Write, tmp_path: Path, number: int, out: str) -> None:
    table = write("cases.csv", "primary_site,t_category,age_years\n" + ROW * 3_000_000)
    script = "from payerlogic.cli import main; main()"
    command = [sys.executable, "-c", script, "batch", table, "--out", str(tmp_path / out)]
    environment = {**os.environ, "PYTHONPATH": str(TOP / "py"), "TMPDIR": str(tmp_path)}
    # A shell's background job inherits that it ignores an interrupt; a person's terminal does not.
    heard = signal.signal(number, signal.SIG_DFL)
    try:
        run = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(number, heard)
    with run:
        deadline = time.monotonic() + 60
        while (
            not any(name.startswith(".payerlogic-") and name.endswith(".part") for name in left_in(tmp_path))
            and time.monotonic() < deadline
        ):
            time.sleep(0.02)
        run.send_signal(number)
        printed, told = run.communicate(timeout=60)
    assert run.returncode == 128 + number, told
    assert (printed, told) == ("", "interrupted: nothing was written\n")
    assert left_in(tmp_path) == ["cases.csv"]


def test_more_rows_than_memory_holds(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A table several times larger than what the engine may use goes through it, in order, chunk by chunk."""
    count = 400_000
    sites = pa.array(["rectum", "breast", None, "pancreas"] * (count // 4))
    notes = pa.array([f"MADE-UP-{number:064}" for number in range(count)])
    table = pa.table({"id": notes, "primary_site": sites, "age_years": pa.array(range(count)).cast(pa.int64())})
    table = table.set_column(2, "age_years", pa.array([number % 121 for number in range(count)], pa.int8()))
    assert table.nbytes > 30_000_000
    pyarrow.parquet.write_table(table, tmp_path / "cases.parquet")
    done = batch(kb, tmp_path / "cases.parquet", tmp_path / "out.parquet", engine=DuckDb(memory="64MB", threads=2))
    assert (done.counts.rows, done.counts.refused) == (count, 0)
    found = pyarrow.parquet.read_table(tmp_path / "out.parquet", columns=["record", "id"])
    assert found["record"].to_pylist() == list(range(1, count + 1))
    assert found["id"].combine_chunks() == notes
