"""Where a command reads and writes at the edge: odd files, odd names, closed streams, and faults of its own.

``test_standard_output_is_a_dash``   ``-`` as an output is standard output in every command
``test_outputs_that_are_no_file``    a name that no file can have is refused before anything is computed
``test_files_that_are_not_text``     a workbook, an archive or a pipe is named as what it is
``test_a_bug_*``                     exit status 3, and a line to report, never a traceback
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from payerlogic import KnowledgeBase
from payerlogic.errors import InternalDisagreement

from .conftest import AS_OF, BAD_INPUT, BUG, DONE, Run, Write
from .test_command import on_a_terminal, process

CASE = '{"id": "A", "primary_site": "brain"}'
WRITING = [
    ["explain", "CASE", "--payer", "nia", "--as-of", AS_OF, "--out"],
    ["explain", "CASE", "--payer", "nia", "--as-of", AS_OF, "--format", "svg", "--out"],
    ["rationale", "CASE", "--payer", "nia", "--as-of", AS_OF, "--out"],
    ["compare", "nia", "nia", "--as-of", AS_OF, "--csv"],
    ["compare", "nia", "nia", "--as-of", AS_OF, "--markdown"],
    ["check", "bcbsaz", "--json", "--out"],
    ["sql", "nia", "--as-of", AS_OF, "--out"],
]


@pytest.mark.parametrize("words", WRITING, ids=lambda words: " ".join(words))
def test_standard_output_is_a_dash(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = [write("c.json", CASE) if word == "CASE" else word for word in words]
    answer = run(*typed, "-")
    assert answer.status in (DONE, 1)
    assert answer.output
    assert not Path("-").exists()
    answer_in_file = run(*typed, "out.file") if "--format" in words or "sql" in words else None
    assert answer_in_file is None or Path("out.file").read_bytes() == answer.output


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "'': names no file; name one, or - for standard output"),
        (".", ".: is a folder; name a file in it"),
        ("/", "/: is a folder; name a file in it"),
        ("new/", "new/: is a folder; name a file in it"),
        ("a\0b", "a\ufffdb: cannot be written (embedded null byte)"),
        ("nowhere/out", "nowhere/out: cannot be written (No such file or directory)"),
        ("x" * 300, "cannot be written (File name too long)"),
    ],
)
@pytest.mark.parametrize("words", [WRITING[0], [*WRITING[2][:-1], "--format", "md", "--out"], WRITING[-1]])
def test_outputs_that_are_no_file(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], name: str, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = [write("c.json", CASE) if word == "CASE" else word for word in words]
    before = sorted(tmp_path.iterdir())
    answer = run(*typed, name)
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)
    assert problem in answer.errors
    assert sorted(tmp_path.iterdir()) == before, "nothing is left behind"


def test_a_file_that_cannot_be_written_is_as_it_was(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "nia.sql"
    path.write_text("before")

    def fails(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    answer = run("sql", "nia", "--out", path)
    assert (answer.status, answer.errors) == (BAD_INPUT, f"{path}: cannot be written (No space left on device)\n")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_link_and_its_rights(run: Run, tmp_path: Path) -> None:
    path, link = tmp_path / "nia.sql", tmp_path / "link.sql"
    path.write_text("before")
    path.chmod(0o640)
    link.symlink_to(path)
    assert run("sql", "nia", "--out", link).status == DONE
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.read_text() != "before"
    assert run("sql", "nia", "--out", os.devnull).status == DONE
    assert not Path(os.devnull).is_file()


# --- Case files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"PK\x03\x04\x14\0\6\0",
            "is an Excel workbook or another zip archive, not a case file; save the sheet as CSV",
        ),
        (gzip.compress(b"id,primary_site\n", mtime=0), "is compressed by gzip, not a case file; decompress it first"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "is an old Excel workbook"),
        (
            b"PAR1\x15\x04\x15\0",
            "is a Parquet file, not a case file; name it .parquet, and decide it with 'payerlogic batch",
        ),
        (b"BZh91AY&SY\0", "is compressed by bzip2"),
        (b"\xfd7zXZ\0", "is compressed by xz"),
        (b"SQLite format 3\0", "is an SQLite database"),
        ("id,primary_site\n".encode("utf-16"), "is in the encoding UTF-16, not a case file; save it as text"),
        (b"\0\0\0", "is not UTF-8 text"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "json", "yaml", "jsonl"])
def test_files_that_are_not_text(run: Run, write: Write, ending: str, content: bytes, problem: str) -> None:
    path = write(f"c.{ending}", content)
    answer = run("decide", path)
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)
    assert answer.errors.startswith(f"{path}: {problem}")


def test_a_table_that_begins_with_such_a_word_is_text(run: Run, write: Write) -> None:
    assert run("decide", write("c.csv", "PAR1,id\nrectum,A\n")).errors.count("unknown column 'PAR1'") == 1


@pytest.mark.parametrize("header", ["", "Unnamed: 0", "index", "__index_level_0__"])
def test_the_index_of_a_data_frame(run: Run, write: Write, header: str) -> None:
    answer = run("decide", write("c.csv", f"{header},primary_site\n0,rectum\n"))
    assert answer.status == BAD_INPUT
    assert "if it is the index of a data frame, write the file without it (index=False)" in answer.errors


def test_a_pipe_and_an_endless_device_are_never_opened(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    for name, what in (("pipe.csv", "a pipe"), ("zero.json", "a device")):
        answer = run("decide", tmp_path / name)
        assert answer.errors.startswith(f"{tmp_path / name}: is {what}, not a file; pipe JSON to standard input")
        assert answer.status == BAD_INPUT


@pytest.mark.parametrize(
    "words",
    [
        ["batch", "PIPE", "--out", "out.csv"],
        ["batch", "CASES", "--out", "out.csv", "--mapping", "PIPE"],
        ["check", "nia", "--baseline", "PIPE"],
        ["compare", "nia", "nia", "--mix", "PIPE"],
        ["impact", "PIPE", "nia", "bcbsaz"],
        ["explain", "PIPE", "--payer", "nia"],
    ],
    ids=lambda words: " ".join(words),
)
def test_no_command_waits_for_a_pipe(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.csv")
    names = {"PIPE": "pipe.csv", "CASES": write("cases.csv", "id,primary_site\nA,brain\n")}
    answer = run(*[names.get(word, word) for word in words])
    assert (answer.status, len(answer.problems)) == (BAD_INPUT, 1)
    assert answer.errors.startswith("pipe.csv: ")
    assert "is a pipe, not a file" in answer.errors
    assert not Path("out.csv").exists()


def test_rows_of_a_table_on_standard_output(run: Run, write: Write) -> None:
    table = write("t.csv", 'id,primary_site,t_category\n-5,C20,T4\n"\n=1",brain,\n')
    rows = list(csv.reader(io.StringIO(run("batch", table, "--out", "-", "--as-of", AS_OF).text)))
    assert [row[:2] for row in rows] == [["record", "id"], ["1", "-5"], ["2", "'\n=1"]]
    found = run("impact", table, "nia", "bcbsaz", "--csv", "-", "--as-of", AS_OF)
    assert found.status == DONE
    assert found.text.startswith('"record","id","group","relation"')
    assert run("impact", table, "nia", "bcbsaz", "--csv", "-", "--json").status == BAD_INPUT


def test_a_file_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    Path(os.fsdecode(path)).write_text("id,primary_site\nA,brain\nB,brian\n")
    done = process("decide", os.fsdecode(path), "--json", "--as-of", AS_OF)
    assert done.returncode == BAD_INPUT
    assert b"record 2 (line 3), primary_site: unknown value 'brian'" in done.stderr
    assert b"Traceback" not in done.stderr
    out = tmp_path / "\udcfe.svg"
    assert process("explain", os.fsdecode(path), "--id", "A", "--payer", "nia", "--out", str(out)).returncode == DONE
    assert out.read_text().startswith("<svg")


ODD_IDS = [
    "A\u2028B", "A\u2029B", "A\x85B", "A\x0bB\x0cC", "A\x1cB\x1dC\x1eD", "\n=1+1", "A\r\nB", "\uff1d1+1",
    "\x9b2J", "\u202eA", "\x7f", "  A  ", "\ufeffA", '"', "\\", "{}", "A\tB", "\U000e0041",
]  # fmt: skip


@pytest.mark.parametrize("id_", ODD_IDS, ids=ascii)
def test_an_id_survives_as_it_is(run: Run, write: Write, id_: str) -> None:
    answer = run("decide", write("c.json", json.dumps({"id": id_, "primary_site": "brain"})), "--json")
    assert answer.json[0]["id"] == id_
    bad = run("decide", write("d.json", json.dumps({"id": id_, "primary_site": "brian"})), "--json")
    assert bad.json[0]["id"] == id_
    for text in (answer.text, bad.text):
        assert len(text.splitlines()) == text.count("\n"), "nothing but a line feed ends a line"
        assert all(each.isprintable() or each == "\n" for each in text), "a terminal obeys nothing of it"


@pytest.mark.parametrize(
    "words",
    [
        ["decide"],
        ["decide", "--json"],
        ["explain", "--payer", "nia"],
        ["explain", "--payer", "nia", "--format", "html"],
        ["explain", "--payer", "nia", "--format", "mermaid"],
        ["rationale", "--payer", "nia"],
        ["rationale", "--payer", "nia", "--json"],
    ],
    ids=" ".join,
)
def test_a_terminal_obeys_no_document(write: Write, words: list[str]) -> None:
    path = write("c.json", json.dumps({"id": "A\x1b[2J\x9b2J\u202eB", "primary_site": "brain"}))
    shown = on_a_terminal(80, words[0], path, *words[1:], "--as-of", AS_OF)
    assert "B" in shown
    assert not any(each in shown for each in ("\x1b[2J", "\x9b", "\u202e"))


# --- Streams and options ----------------------------------------------------------------------------


def shell(line: str, write: Write) -> subprocess.CompletedProcess[bytes]:
    command = f"'{sys.executable}' -c 'from payerlogic.cli import main; main()'"
    path = write("c.json", CASE)
    return subprocess.run(
        ["/bin/sh", "-c", line.format(payerlogic=command, case=path)], capture_output=True, timeout=60
    )


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        ("{payerlogic} decide {case} >&-", BAD_INPUT, b"input or output failed"),
        ("{payerlogic} decide {case} >/dev/full", BAD_INPUT, b"input or output failed (No space left on device)"),
        ("{payerlogic} decide - <&-", BAD_INPUT, b"standard input"),
        ("{payerlogic} decide {case} 2>&-", DONE, b""),
        ("{payerlogic} decide {case} <&- >&- 2>&-", BAD_INPUT, b""),
    ],
)
def test_closed_streams(write: Write, line: str, status: int, words: bytes) -> None:
    done = shell(line, write)
    assert (done.returncode, words in done.stderr) == (status, True), done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_a_file_is_whole_when_standard_output_is_closed(write: Write, tmp_path: Path) -> None:
    done = shell(f"{{payerlogic}} explain {{case}} --payer nia --out '{tmp_path}/why.svg' >&-", write)
    assert (done.returncode, done.stderr) == (DONE, b"")
    assert (tmp_path / "why.svg").read_text().startswith("<svg")


def test_open_cannot_be_wanted(run: Run, write: Write) -> None:
    answer = run("whynot", write("c.json", CASE), "--payer", "nia", "--want", "open")
    assert answer.status == BAD_INPUT
    assert "'payerlogic ask' lists the missing facts; choose approved, denied, review" in answer.errors


def test_an_empty_name_of_a_knowledge_base(run: Run) -> None:
    assert run("policies", "--kb", "").errors == "--kb '': is empty; name a folder, or leave --kb out\n"


# --- Faults of the program --------------------------------------------------------------------------

QUESTIONS = [
    (["whynot", "CASE", "--payer", "nia", "--want", "denied"], "why_not"),
    (["robust", "CASE", "--payer", "nia"], "robustness"),
    (["ask", "CASE", "--payer", "nia"], "ask"),
    (["why", "CASE", "--payer", "nia"], "reasons"),
    (["contrast", "CASE", "nia", "bcbsaz"], "contrast"),
    (["explain", "CASE", "--payer", "nia"], "explain"),
    (["compare", "nia", "bcbsaz"], "compare"),
    (["check", "nia"], "check"),
    (["decide", "CASE"], "decide"),
]


@pytest.mark.parametrize(("words", "method"), QUESTIONS, ids=lambda each: each if isinstance(each, str) else "")
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InternalDisagreement("not confirmed: a claim"), "two engines disagree: not confirmed: a claim"),
        (KeyError("secret of a case"), "failed (KeyError, test_edges.py, line "),
    ],
)
def test_a_bug_is_said_as_one(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch, words: list[str], method: str, error: Exception, said: str
) -> None:
    def fails(*_arguments: Any, **_more: Any) -> None:
        raise error

    monkeypatch.setattr(KnowledgeBase, method, fails)
    answer = run(*[write("c.json", CASE) if word == "CASE" else word for word in words])
    assert answer.status == BUG
    assert f"a bug in payerlogic, not in your input: {said}" in answer.errors
    assert "please report this line (payerlogic " in answer.errors
    assert "secret" not in answer.errors
    assert "Traceback" not in answer.errors
