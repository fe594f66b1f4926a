"""``payerlogic schema``."""

from __future__ import annotations

from .conftest import BAD_INPUT, Run


def test_a_schema_of_a_case_and_of_tests(run: Run) -> None:
    assert run("schema", "case").json == run("vocabulary", "--schema").json
    found = run("schema", "test").json
    assert found["$defs"]["case"]["properties"].keys() == run("schema", "case").json["properties"].keys()
    assert run("schema", "test", "--json").json == found
    assert run("schema", "tset").problems == ["no schema of 'tset'; did you mean 'test'?"]
    assert run("schema", "case", "--kb", "").status == BAD_INPUT
