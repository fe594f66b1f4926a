"""Outputs: whole or not at all, whoever writes beside them, and with every id as it is. All rows are made up."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pyarrow.parquet
import pytest

from payerlogic import QuestionError
from payerlogic.runtime import atomic
from payerlogic.sql.expressions import plain_table
from payerlogic.tables import DuckDb
from payerlogic.tables.engines import LEAST_MEMORY, memory_size
from payerlogic.tables.writers import KeptAll, Output, keep_together

from .conftest import Run, Write

TOP = Path(__file__).resolve().parents[2]
SCHEMA = pa.schema([("id", pa.string())])


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- Ids ---------------------------------------------------------------------------------------------------------

# An id, and what a CSV file says of it: a number stays, a formula gets an apostrophe.
IDS = [
    ("-5", "-5"),
    ("+5", "+5"),
    ("-5.25", "-5.25"),
    ("-.5", "-.5"),
    ("1e5", "1e5"),
    ("-1E+5", "-1E+5"),
    ("007", "007"),
    ("A-5", "A-5"),
    ("'-5", "'-5"),
    ("=1+1", "'=1+1"),
    ("-5+1", "'-5+1"),
    ("-A5", "'-A5"),
    ("+A1", "'+A1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("-", "'-"),
    ("\n=1+1", "'\n=1+1"),
    ("\n1", "'\n1"),
    ("\t=1", "'\t=1"),
    (" =1+1", "' =1+1"),
    ("＝1+1", "'＝1+1"),
    ("＋1", "'＋1"),
    ("﹣1", "'﹣1"),
    ("\ufeff=1", "'\ufeff=1"),
    ("\u200b=1", "'\u200b=1"),
    ("\u00a0=1", "'\u00a0=1"),
    ("A\u2028B", "A\u2028B"),
]


@pytest.mark.parametrize(("id_", "cell"), IDS)
def test_an_id_in_a_csv_file(tmp_path: Path, id_: str, cell: str) -> None:
    with Output(tmp_path / "out.csv", SCHEMA) as output:
        output.begin()
        output.write(pa.table({"id": [id_]}, schema=SCHEMA))
        output.keep()
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [cell]


# --- Names --------------------------------------------------------------------------------------------------------

NAMES = [
    ("x.xlsx", "cannot be written as '.xlsx'; a file ends in .csv, .parquet, .jsonl"),
    ("x.XLSX", "cannot be written as '.XLSX'"),
    ("x.csv.gz", "cannot be written as '.gz'"),
    ("x.json", "cannot be written as '.json'"),
    ("x.v2", "cannot be written as '.v2'"),
    ("", "is no name for an output"),
    (".", "is no name for an output"),
    ("/", "is no name for an output"),
    ("..", "is no name for an output"),
    (".csv", "is no name for an output"),
    ("./", "is no name for an output"),
    ("x\0.csv", "is no name for an output"),
]


@pytest.mark.parametrize(("out", "message"), NAMES)
def test_a_name_that_is_none(run: Run, write: Write, tmp_path: Path, out: str, message: str) -> None:
    table = write("cases.csv", "primary_site\nbrain\n")
    os.chdir(tmp_path)
    answer = run("batch", table, "--out", out)
    assert (answer.status, answer.output) == (2, b"")
    assert message in answer.errors
    assert left_in(tmp_path) == ["cases.csv"]


@pytest.mark.parametrize(
    ("out", "more"), [("parts", ()), ("year.2026", ()), ("parts.v2/", ()), ("parts.v2", ("--format", "csv"))]
)
def test_a_folder_by_its_name(run: Run, write: Write, tmp_path: Path, out: str, more: tuple[str, ...]) -> None:
    table = write("cases.csv", "primary_site\nbrain\n")
    assert run("batch", table, "--out", f"{tmp_path}/{out}", *more).status == 0
    assert (tmp_path / out).is_dir()


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_names_that_are_not_utf_8(run: Run, tmp_path: Path, ending: str) -> None:
    """A folder and files whose names are bytes of another encoding, as an old disk has them."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    (folder / "a.csv").write_text("primary_site\nbrain\n")
    first = run("batch", folder / "a.csv", "--out", folder / f"b\udcfe.{ending}", "--json")
    assert (first.status, first.json["decided"]) == (0, 1)
    if ending == "parquet":
        pyarrow.parquet.write_table(pa.table({"primary_site": ["brain"]}), tmp_path / "c.parquet")
        (tmp_path / "c.parquet").rename(folder / "c\udcfd.parquet")
        assert run("batch", folder / "c\udcfd.parquet", "--out", folder / "d.csv").status == 0


def test_standard_output(run: Run, write: Write, tmp_path: Path) -> None:
    table = write("cases.csv", "id,primary_site\nA,brain\nB,brian\n")
    answer = run("batch", table, "--out", "-", "--payer", "nia")
    assert answer.status == 2
    assert answer.text.splitlines()[1].startswith('1,"A","denied"')
    assert answer.problems[-1] == "--errors FILE keeps them: 1 row is refused; all reasons"
    assert run("batch", table, "--out", "-", "--format", "jsonl").text.startswith('{"record": 1, "id": "A"')
    assert run("batch", table, "--out", "-", "--json").status == 2
    assert left_in(tmp_path) == ["cases.csv"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--memory", "0.0001MB", f"'0.0001MB' is too little; it takes {LEAST_MEMORY}MB or more"),
        ("--memory", "31MB", "is too little"),
        ("--memory", "0GB", "is too little"),
        ("--memory", "1", "'1' is not a size"),
        ("--memory", "-1GB", "is not a size"),
        ("--memory", "1e9GB", "is not a size"),
        ("--memory", "9999999GB", "is not a size"),
        ("--threads", str(10**20), "is no number of threads; 1 to 1024"),
        ("--threads", "0", "is no number of threads"),
        ("--threads", "-1", "is no number of threads"),
        ("--threads", "1025", "is no number of threads"),
    ],
)
def test_a_size_that_is_none(run: Run, write: Write, tmp_path: Path, option: str, value: str, message: str) -> None:
    table = write("cases.csv", "primary_site\nbrain\n")
    answer = run("batch", table, "--out", tmp_path / "o.csv", option, value)
    assert answer.status == 2
    assert message in answer.errors
    assert left_in(tmp_path) == ["cases.csv"]


def test_the_largest_sizes() -> None:
    with DuckDb(memory=memory_size("999999TB"), threads=1024) as engine:
        assert engine._connected().sql("select 1").fetchall() == [(1,)]


@pytest.mark.parametrize("name", ["a.b.c.d", "a.b.c.d.e", "", ".", "a.", ".a", "a..b", '"a', 'a."b', '""', " "])
def test_a_table_that_is_none(name: str) -> None:
    with pytest.raises(QuestionError, match=r"catalog\.schema\.name"):
        plain_table(name)


# --- Writers beside each other ------------------------------------------------------------------------------------


def test_hidden_names_are_unique_in_one_process() -> None:
    assert len({atomic.hidden_name() for _ in range(10_000)}) == 10_000


def test_two_threads_write_the_same_file(tmp_path: Path) -> None:
    """Each writes a whole file; whichever comes last is there, and nothing else."""
    path, failed = tmp_path / "out.csv", list[BaseException]()

    def written(word: str) -> None:
        try:
            with Output(path, SCHEMA) as output:
                output.begin()
                for _ in range(50):
                    output.write(pa.table({"id": [word] * 100}, schema=SCHEMA))
                output.keep()
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=written, args=(word,)) for word in "AB"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    lines = path.read_text().splitlines()
    assert len(lines) == 5001
    assert len({*lines[1:]}) == 1
    assert left_in(tmp_path) == ["out.csv"]


def test_a_folder_that_somebody_has_finished_is_not_overwritten(tmp_path: Path) -> None:
    with Output(tmp_path / "parts", SCHEMA) as output:
        output.begin()
        output.write(pa.table({"id": ["A"]}, schema=SCHEMA))
        (tmp_path / "parts").mkdir()
        (tmp_path / "parts" / "theirs").touch()
        with pytest.raises(QuestionError, match="cannot be written"):
            output.keep()
    assert left_in(tmp_path) == ["parts"]
    assert left_in(tmp_path / "parts") == ["theirs"]


def test_a_link_and_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("before")
    (tmp_path / "real.csv").chmod(0o640)
    (tmp_path / "link.csv").symlink_to("real.csv")
    with Output(tmp_path / "link.csv", SCHEMA) as output:
        output.begin()
        output.keep()
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == '"id"\n'
    assert (tmp_path / "real.csv").stat().st_mode & 0o777 == 0o640


def test_a_failed_write_keeps_the_previous_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    atomic.replace_file(path, b"before")
    for name in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, _full)
            with pytest.raises(OSError, match="No space"):
                atomic.replace_file(path, b"after")
        assert path.read_bytes() == b"before"
        assert left_in(tmp_path) == ["report.txt"]


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


# --- What was ended ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_end_waits_for_both_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    rename: Callable[[Path, Path], None] = atomic.rename

    def interrupted(hidden: Path, path: Path) -> None:
        rename(hidden, path)
        signal.raise_signal(number)

    monkeypatch.setattr("payerlogic.tables.writers.rename", interrupted)
    before = signal.signal(number, _interrupt)
    try:
        with Output(tmp_path / "a.csv", SCHEMA) as one, Output(tmp_path / "b.csv", SCHEMA) as other:
            one.begin()
            other.begin()
            with pytest.raises(KeptAll):
                keep_together(one, other)
    finally:
        signal.signal(number, before)
    assert left_in(tmp_path) == ["a.csv", "b.csv"]


LEAVES = """
import sys, time
from pathlib import Path
import pyarrow as pa
from payerlogic.tables.writers import Output
with Output(Path(sys.argv[1]), pa.schema([("id", pa.string())])) as output:
    output.begin()
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("out", ["out.csv", "parts"])
def test_what_a_killed_process_left_goes_away_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(TOP / "py")}
    command = [sys.executable, "-c", LEAVES, str(tmp_path / out)]
    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    killed = runs[0]
    try:
        for each in runs:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        assert len(left_in(tmp_path)) == 2
        killed.kill()
        killed.wait()
        atomic.clean_up(tmp_path)
        assert len(left_in(tmp_path)) == 2, "too young to be told from one that is being made"
        (tmp_path / ".payerlogic-notes").touch()
        monkeypatch.setattr(atomic, "YOUNG", -1.0)
        atomic.clean_up(tmp_path)
        assert len(left_in(tmp_path)) == 2, "one is being written, one is of somebody else"
        assert ".payerlogic-notes" in left_in(tmp_path)
    finally:
        for each in runs:
            each.kill()
            each.communicate()
    atomic.clean_up(tmp_path)
    assert left_in(tmp_path) == [".payerlogic-notes"]


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def test_an_interruption_while_the_engine_computes(tmp_path: Path) -> None:
    """DuckDB tells an interruption as an error of its own; it stays an interruption."""
    with DuckDb() as engine:
        connection = engine._connected()
        before = signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        query = type("Query", (), {"text": "select sum(sqrt(range)) from range(50000000)"})()
        try:
            with pytest.raises(KeyboardInterrupt):
                engine._decided(connection, query, pa.table({"x": [1]}))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
