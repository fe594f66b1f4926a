"""The command as a whole: help, version, exit status, pipes, terminals, other knowledge bases."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase, __version__
from payerlogic.cli import COMMANDS as MODULE_OF

from .conftest import AS_OF, BAD_INPUT, DONE, Run, Write

COMMANDS = list(MODULE_OF)
CASE = '{"id": "A", "primary_site": "brain"}'
PAYERLOGIC = [sys.executable, "-c", "from payerlogic.cli import main; main()"]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(run: Run, command: str) -> None:
    answer = run(command, "--help")
    assert answer.status == DONE
    assert "Example:" in answer.text
    assert f"    payerlogic {command}" in answer.text
    assert "--json" in answer.text
    assert "--kb" in answer.text or command == "diff"  # it names two folders


def test_no_arguments_print_the_help(run: Run) -> None:
    answer = run()
    assert answer.status == DONE
    assert all(f"  {command} " in answer.text for command in COMMANDS)
    assert "--install-completion" not in answer.text


def test_the_version(run: Run) -> None:
    assert run("--version").text == f"payerlogic {__version__}\n"


@pytest.mark.parametrize("words", [["decid"], ["decide"], ["decide", "--jsn"], ["explain", "x.json"]])
def test_what_cannot_be_understood_is_bad_input(run: Run, words: list[str]) -> None:
    answer = run(*words)
    assert (answer.status, answer.text) == (BAD_INPUT, "")
    assert "Traceback" not in answer.errors


def test_another_knowledge_base_by_option_or_environment(
    run: Run, kb: KnowledgeBase, kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(kb_folder, folder)
    with (folder / "policies" / "iort" / "nia.lp").open("a", encoding="utf-8") as file:
        file.write("% another edition of the knowledge base\n")
    by_option = run("policies", "--json", "--kb", folder).json["kb"]
    assert by_option != kb.digest
    monkeypatch.setenv("PAYERLOGIC_KB", str(folder))
    assert run("policies", "--json").json["kb"] == by_option


def test_a_knowledge_base_with_an_error_tells_file_and_line(
    run: Run, write: Write, kb_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(kb_folder, folder)
    (folder / "policies" / "acme.lp").write_text("policy(acme, .\n", encoding="utf-8")
    answer = run("decide", write("c.json", CASE), "--kb", folder)
    assert answer.status == BAD_INPUT
    assert f"{folder / 'policies' / 'acme.lp'}, line 1" in answer.errors


# --- As a process ----------------------------------------------------------------------------------


def process(*words: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PAYERLOGIC, *words], capture_output=True, timeout=60, **more)  # type: ignore[call-overload, no-any-return]


def test_the_process_ends_with_the_status_and_without_a_traceback(write: Write, tmp_path: Path) -> None:
    good, bad = write("good.json", CASE), write("bad.json", '{"primary_site": "x"}')
    done = process("decide", good, "--json")
    assert (done.returncode, done.stderr) == (DONE, b"")
    done = process("decide", bad)
    assert (done.returncode, done.stdout) == (BAD_INPUT, b"")
    assert done.stderr.count(b"\n") == 1
    done = process("decide", str(tmp_path))
    assert (done.returncode, done.stdout) == (BAD_INPUT, b"")


def test_a_reader_that_has_had_enough_is_no_error(write: Write) -> None:
    path = write("c.csv", "id,primary_site\n" + "A,brain\n" * 3000)
    command = [*PAYERLOGIC, "decide", path, "--json", "--as-of", AS_OF]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        assert started.stdout.readline() == b"[\n"
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(60) == DONE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_full_disk_is_one_line(write: Write) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*PAYERLOGIC, "decide", write("c.json", CASE)], stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert done.returncode == BAD_INPUT
    assert done.stderr == b"input or output failed (No space left on device)\n"


def test_an_output_that_lacks_letters(write: Write) -> None:
    done = process("decide", write("c.json", CASE), env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == DONE
    assert b"  ? nia, NIA_CG_226" in done.stdout


def on_a_terminal(columns: int, *words: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI")}
    env |= {"COLUMNS": str(columns), "TERM": "xterm-256color", **environment}
    with subprocess.Popen([*PAYERLOGIC, *words], stdout=theirs, stderr=theirs, env=env) as started:
        os.close(theirs)
        found = b""
        try:
            while part := os.read(ours, 65536):
                found += part
        except OSError:  # the other side is closed
            pass
        started.wait(60)
    os.close(ours)
    return found.decode()


def test_color_and_wrapping_only_on_a_terminal(write: Write) -> None:
    path = write("c.json", '{"id": "[red]A\\u001b[2J", "primary_site": "brain"}')
    colored = on_a_terminal(60, "decide", path)
    assert "\x1b[31m" in colored
    assert "[red]A\ufffd[2J" in colored
    assert "\x1b[2J" not in colored
    assert all(
        len(line) <= 60 for line in on_a_terminal(60, "decide", path, NO_COLOR="1").splitlines() if "\x1b" not in line
    )
    assert "\x1b[31m" not in on_a_terminal(60, "decide", path, NO_COLOR="1")
    assert b"\x1b" not in process("decide", path).stdout
