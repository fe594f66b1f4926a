"""``payerlogic new``: what it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from tests.authoring.conftest import without_policies

from .conftest import BAD_INPUT, DONE, Run


def test_a_new_policy(run: Run, kb_folder: Path, tmp_path: Path) -> None:
    place = without_policies(kb_folder, tmp_path / "kb")
    answer = run("new", "policy", "acme_one", "--payer", "acme", "--kb", place)
    assert answer.status == DONE
    assert answer.text.splitlines()[:2] == [
        f"wrote {place}/policies/iort/acme_one.lp",
        f"wrote {place}/policies/iort/tests/acme_one.yaml",
    ]
    assert run("lint", place).status == DONE
    assert run("test", "--kb", place).text == "3 tests: 3 passed, 0 failed.\n"
    assert run("new", "policy", "acme_one", "--kb", place).status == BAD_INPUT
    assert run("new", "polici", "acme_two", "--kb", place).problems == ["cannot begin 'polici'; did you mean 'policy'?"]
    assert run("new", "policy", "acme_two", "--kb", place, "--json").json == {
        "written": [f"{place}/policies/iort/acme_two.lp", f"{place}/policies/iort/tests/acme_two.yaml"]
    }


def test_a_new_service(run: Run, kb_folder: Path, tmp_path: Path) -> None:
    place = without_policies(kb_folder, tmp_path / "kb")
    answer = run("new", "service", "home_oxygen", "--uses", "patient", "--kb", place)
    assert [line.removeprefix(f"wrote {place}/") for line in answer.text.splitlines()[:3]] == [
        "services/home_oxygen.lp",
        "policies/home_oxygen/home_oxygen_policy.lp",
        "policies/home_oxygen/tests/home_oxygen_policy.yaml",
    ]
    assert run("test", "--kb", place).text == "3 tests: 3 passed, 0 failed.\n"
    assert run("new", "service", "other", "--service", "iort", "--kb", place).status == BAD_INPUT
    assert run("new", "policy", "other", "--uses", "patient", "--kb", place).status == BAD_INPUT
