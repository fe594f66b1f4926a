"""What the README shows is what the commands print today; ``pytest --regenerate`` writes it anew."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```console\n\$ (payerlogic .*)\n((?:.*\n)*?)```$", README, re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_shown_command_prints_what_is_shown(command: str, shown: str, request: pytest.FixtureRequest) -> None:
    printed, expected = printed_by(command), shown.rstrip("\n").split("\n")
    shortened = expected[-1] == "..."
    if request.config.getoption("--regenerate"):
        anew = [*printed[: len(expected) - 1], "..."] if shortened else printed
        block = f"$ {command}\n{{}}```"
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        text = text.replace(block.format(shown), block.format("".join(f"{line}\n" for line in anew)))
        (ROOT / "README.md").write_text(text, encoding="utf-8")
    elif shortened:
        assert printed[: len(expected) - 1] == expected[:-1]
    else:
        assert printed == expected


def printed_by(command: str) -> list[str]:
    """What a command prints, line by line, without the digest of the knowledge base."""
    program = [sys.executable, "-c", "from payerlogic.cli import main; main()"]
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "FORCE_COLOR")}
    found = subprocess.run(
        [*program, *shlex.split(command)[1:]],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=plain | {"PYTHONIOENCODING": "utf-8"},
    )
    assert found.stderr == ""
    return re.sub(r"knowledge base [0-9a-f]{12}", "knowledge base ...", found.stdout).rstrip("\n").split("\n")


def test_there_are_commands_to_compare() -> None:
    assert len(SHOWN) >= 6


def test_the_python_example_runs() -> None:
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert example is not None
    exec(example[1], {})


def test_every_file_that_is_named_exists() -> None:
    for path in re.findall(r"`((?:kb|examples|tests|docs|tools)/[\w./]+?)`", README):
        assert (ROOT / path).exists(), path
