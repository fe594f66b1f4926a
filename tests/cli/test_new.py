"""``payerlogic new``: what it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("words", [("new", "policy", "acme_one"), ("new", "service", "acme"), ("lint", "--fix")])
def test_the_knowledge_base_that_comes_with_payerlogic_is_not_written_into(
    run: Run, kb_folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.delenv("PAYERLOGIC_KB", raising=False)
    before = sorted(kb_folder.rglob("*"))
    answer = run(*words)
    assert answer.status == BAD_INPUT
    assert "would change the knowledge base that comes with payerlogic; copy it" in answer.problems[0]
    assert "--kb my-kb" in answer.problems[0]
    assert sorted(kb_folder.rglob("*")) == before


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
