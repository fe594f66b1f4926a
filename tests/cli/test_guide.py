"""The guide is carried out: its files are written, its commands run, and what they print is what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from shutil import copytree

import pytest

from .conftest import Run

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "policy_in_an_hour.md"
STEP = re.compile(
    r"^(?:<!-- (?P<how>write|append|replace) (?P<file>\S+) -->\n```\w+\n(?P<text>.*?)^```$"
    r"|```console\n(?P<console>.*?)^```$)",
    re.MULTILINE | re.DOTALL,
)


def steps() -> list[re.Match[str]]:
    return list(STEP.finditer(GUIDE.read_text(encoding="utf-8")))


def commands(console: str) -> list[tuple[str, list[str]]]:
    """Each command of a block, with the lines that it prints."""
    found: list[tuple[str, list[str]]] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def test_the_guide_has_steps() -> None:
    asked = [command for step in steps() if step["console"] for command, _ in commands(step["console"])]
    assert {command.split()[1] for command in asked if command.startswith("payerlogic")} == {
        *("new", "lint", "test", "mutate", "check"),
    }
    assert len(steps()) >= 15


@pytest.mark.slow
def test_the_guide_is_true(run: Run, kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    copytree(kb_folder, tmp_path / "kb")
    for step in steps():
        if step["console"] is None:
            _edit(tmp_path / step["file"], step["how"], step["text"])
            continue
        for command, expected in commands(step["console"]):
            words = shlex.split(command)
            if words[0] == "cp":
                copytree(tmp_path / words[2], tmp_path / words[3])
            elif words[0] == "export":
                monkeypatch.setenv(*words[1].split("="))
            else:
                _compare(command, run(*words[1:]).text.rstrip("\n").split("\n"), expected)


def _edit(path: Path, how: str, text: str) -> None:
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if how == "replace":  # the last line
        before = "".join(before.splitlines(keepends=True)[:-1])
    path.write_text(text if how == "write" else before + text, encoding="utf-8")


def _compare(command: str, printed: list[str], expected: list[str]) -> None:
    if expected and expected[-1] == "...":
        printed, expected = printed[: len(expected) - 1], expected[:-1]
    assert printed == expected, command
