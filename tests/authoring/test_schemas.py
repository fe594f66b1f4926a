"""The schema of a file of tests: valid, true of all stored tests, and of nothing that the reader would refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from payerlogic import KnowledgeBase
from payerlogic.authoring.case_tests import CaseTestError, files_of_tests, read_tests
from payerlogic.authoring.running import run_all
from payerlogic.authoring.schemas import schema_of_tests
from payerlogic.text.yaml_document import read_yaml


@pytest.fixture(scope="module")
def validator(kb: KnowledgeBase) -> Any:
    schema = schema_of_tests(kb)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def stored(kb_folder: Path) -> list[Path]:
    return [path for path in files_of_tests(kb_folder) if "iort" in path.parts]


@pytest.mark.slow
def test_every_stored_file_fits(validator: Any, kb_folder: Path) -> None:
    """As editors read YAML, with numbers and yes or no, and as the reader does, every word as text."""
    files = stored(kb_folder)
    assert len(files) > 10
    for path in files:
        text = path.read_text(encoding="utf-8")
        words = read_yaml(text, str(path)).data
        assert list(validator.iter_errors(words)) == [], path.name
        assert list(validator.iter_errors(_as_an_editor(yaml.safe_load(text)))) == [], path.name


def _as_an_editor(value: Any) -> Any:
    """YAML 1.2, which editors read, has no dates."""
    if isinstance(value, dict):
        return {key: _as_an_editor(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_an_editor(each) for each in value]
    return value if isinstance(value, bool | int | float | str | None) else value.isoformat()


@pytest.mark.parametrize(
    "wrong",
    [
        "{name: x, case: {primary_sight: rectum}, expect: {nia: open}}",
        "{name: x, case: {}, expect: {nai: open}}",
        "{name: x, case: {}, expect: {nia: aproved}}",
        "{name: x, case: {}, expect: {nia: {klass: open}}}",
        "{name: x, case: {}, expect: {nia: {clauses: [n99]}}}",
        "{name: x, case: {}, expect: {nia: {}}}",
        "{name: x, case: {}, expect: {nia: open}, readings: {nia_breast_tis: some}}",
        "{name: x, case: {}, expect: {nia: open}, as_of: yesterday}",
        "{name: x, case: {}, expects: {nia: open}}",
        "{name: x, expect: {nia: open}}",
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(
    validator: Any, kb: KnowledgeBase, tmp_path: Path, wrong: str
) -> None:
    text = f"tests:\n- {wrong}\n"
    assert list(validator.iter_errors(read_yaml(text, "t.yaml").data))
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    assert refused(kb, tmp_path / "t.yaml")


def refused(kb: KnowledgeBase, path: Path) -> bool:
    """By the reader of tests, or by that of cases."""
    try:
        failed = run_all(kb, read_tests([path])).failed
    except CaseTestError:
        return True
    return bool(failed) and failed[0].departures[0].key == "error"
