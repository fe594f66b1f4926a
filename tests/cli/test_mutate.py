"""``payerlogic mutate``: what it prints, what is accepted, and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.conftest import SMALL, without_policies

from .conftest import BAD_INPUT, DONE, FINDINGS, Run, Write

ACCEPTED = "- {mutant: 'acme.lp: drop case(oncologic,true) in met(acme,a1) :- case(oncologic,true).', why: so}\n"


@pytest.fixture
def place(kb_folder: Path, tmp_path: Path) -> Path:
    folder = without_policies(kb_folder, tmp_path / "kb")
    (folder / "policies" / "tests").mkdir()
    (folder / "policies" / "acme.lp").write_text(SMALL, encoding="utf-8")
    (folder / "policies" / "tests" / "acme.yaml").write_text(
        "tests:\n- {name: cancer, case: {oncologic: yes}, expect: {acme: approved}}\n", encoding="utf-8"
    )
    return folder


@pytest.mark.slow
def test_survivors_for_people_and_for_programs(run: Run, place: Path, write: Write) -> None:
    words = ("mutate", "acme", "--kb", place, "--only", "oncologic")
    answer = run(*words)
    assert answer.status == FINDINGS
    assert answer.text.splitlines()[0] == "acme.lp: drop case(oncologic,true) in met(acme,a1) :- case(oncologic,true)."
    assert answer.text.splitlines()[-1].startswith("3 changes: ")
    found = run(*words, "--json").json
    assert found["counts"] == {"killed": 1, "refused": 1, "survived": 1}
    assert {each["fate"] for each in found["mutants"]} == found["counts"].keys()
    accepted = run(*words, "--accepted", write("accepted.yaml", ACCEPTED))
    assert accepted.status == DONE
    assert accepted.text.splitlines()[-1].startswith("Every change that means something else")


def test_bad_input(run: Run, place: Path, write: Write) -> None:
    assert run("mutate", "acne", "--kb", place).problems == ["unknown policy 'acne'; did you mean 'acme'?"]
    assert run("mutate", "--kb", place, "--accepted", write("a.yaml", "a: b")).status == BAD_INPUT
    assert run("mutate", "--kb", place, "--accepted", "nowhere.yaml").status == BAD_INPUT
    (place / "policies" / "tests" / "acme.yaml").unlink()
    assert run("mutate", "--kb", place).status == BAD_INPUT
