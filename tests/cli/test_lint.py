"""``payerlogic lint``: what it prints, for people and for programs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.authoring.conftest import SMALL, without_policies

from .conftest import BAD_INPUT, DONE, FINDINGS, Run


@pytest.fixture
def place(kb_folder: Path, tmp_path: Path) -> Path:
    folder = without_policies(kb_folder, tmp_path / "kb")
    (folder / "policies" / "acme.lp").write_text(SMALL.replace("oncologic", "oncologik"), encoding="utf-8")
    return folder


def test_a_problem_for_people_and_for_programs(run: Run, place: Path) -> None:
    answer = run("lint", str(place))
    assert answer.status == FINDINGS
    assert answer.text.splitlines() == [
        f"{place}/policies/acme.lp, line 6: unknown attribute 'oncologik'; did you mean 'oncologic'?",
        "1 problem.",
    ]
    (problem,) = run("lint", str(place), "--json").json["problems"]
    assert problem == {
        "file": f"{place}/policies/acme.lp",
        "hint": "did you mean 'oncologic'?",
        "kind": "policy",
        "line": 6,
        "what": "unknown attribute 'oncologik'",
    }
    assert run("lint", "--kb", str(place), "--sarif").json["runs"][0]["results"][0]["level"] == "error"


def test_fix_lists_each_line(run: Run, place: Path) -> None:
    answer = run("lint", str(place), "--fix")
    assert answer.status == DONE
    assert answer.text.splitlines()[:3] == [
        f"{place}/policies/acme.lp, line 6: changed; oncologik is near nothing but oncologic",
        "  - met(acme, a1) :- case(oncologik, true).",
        "  + met(acme, a1) :- case(oncologic, true).",
    ]


def test_bad_input(run: Run, tmp_path: Path) -> None:
    for words in (["--json", "--sarif"], ["--watch", "--json"], [""], [str(tmp_path / "nowhere")], [str(tmp_path)]):
        assert run("lint", *words).status == BAD_INPUT


@pytest.mark.slow
def test_watch_looks_again_when_a_file_changes(place: Path) -> None:
    command = [sys.executable, "-c", "from payerlogic.cli import main; main()", "lint", str(place), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in range(3)]
        assert "oncologik" in seen[0]
        time.sleep(0.1)
        (place / "policies" / "acme.lp").write_text(SMALL, encoding="utf-8")
        again = [process.stdout.readline() for _ in range(3)]
        assert again[2].startswith("No problems.")
        process.terminate()
