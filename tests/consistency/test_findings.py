"""Each kind of finding on a pair of made-up policies: ``bad/<what>.lp`` has it, ``good/<what>.lp`` does not.

``bad/<what>.yaml`` lists all findings of the bad policy, the one it is an example of first. The good
policies have no finding at all, which is a test against false alarms.
"""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest
import yaml

from payerlogic import KnowledgeBase
from payerlogic.consistency.causes import causes
from payerlogic.consistency.finding import KINDS, Finding
from payerlogic.wording.findings import level

HERE = Path(__file__).resolve().parent
NAMES = sorted(path.stem for path in (HERE / "bad").glob("*.lp"))


def load(kb_folder: Path, folder: Path, policy: Path) -> KnowledgeBase:
    """The shared files with one made-up policy alone."""
    copytree(kb_folder, folder / "kb", ignore=ignore_patterns("policies"))
    (folder / "kb" / "policies").mkdir()
    (folder / "kb" / "policies" / "oak.lp").write_bytes(policy.read_bytes())
    return KnowledgeBase.load(folder / "kb")


def expected(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((HERE / "bad" / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def told(finding: Finding, keys: set[str]) -> dict[str, Any]:
    """A finding as the YAML file has it, with those of its parts that are asked for."""
    parts: dict[str, Any] = {
        "kind": finding.kind,
        "clauses": list(finding.clauses),
        "statements": list(finding.statements),
        "under": {reading: list(options) for reading, options in finding.under.items()},
        "axioms": list(finding.axioms),
        "part": finding.part,
        "settled": finding.settled,
        "cause": finding.cause,
        "regions": [dict(region.box) for region in finding.regions],
        "share": None if finding.share is None else round(finding.share, 4),
    }
    return {key: parts[key] for key in parts if key in keys}


@pytest.mark.parametrize("name", NAMES)
def test_bad(kb_folder: Path, tmp_path: Path, name: str) -> None:
    kb = load(kb_folder, tmp_path, HERE / "bad" / f"{name}.lp")
    found, wanted = kb.check("oak"), expected(name)
    assert len(found) == len(wanted), [finding.message for finding in found]
    for want in wanted:
        assert want in [told(finding, want.keys()) for finding in found]
    for finding in found:
        assert finding.proved
        assert finding.message
        assert finding.citation.startswith("OAK_1")
        if finding.kind in ("dead", "redundant") or finding.message.startswith("reading "):
            assert finding.proof is not None
            assert any(rule.file == "oak.lp" for rule in finding.proof.rules)
        if finding.witness is not None:
            readings = {k: v[0] for k, v in {**finding.under, **finding.witness_readings}.items()}
            settings = kb.settings(readings, presumptions=False)
            decided = kb.decide(finding.witness, "oak", settings)
            view = kb.view(kb.read(finding.witness), "oak", settings)
            if finding.kind == "gap":
                assert decided.class_ == "no_criterion"
            else:
                met = [kb.compiler.ground_atom("met", "oak", clause) for clause in finding.clauses]
                assert all(atom is not None and view.status(atom) for atom in met)


@pytest.mark.parametrize("name", NAMES)
def test_good(kb_folder: Path, tmp_path: Path, name: str) -> None:
    kb = load(kb_folder, tmp_path, HERE / "good" / f"{name}.lp")
    assert [finding.message for finding in kb.check("oak")] == []


def test_every_kind_has_its_examples() -> None:
    assert {expected(name)[0]["kind"] for name in NAMES} == set(KINDS)
    assert {path.stem for path in (HERE / "good").glob("*.lp")} == set(NAMES)


def test_stated_precedence_makes_a_note(kb_folder: Path, tmp_path: Path) -> None:
    """Without precedence a conflict is of the first rank; with precedence under some readings it is two findings."""
    text = (HERE / "bad" / "conflict.lp").read_text(encoding="utf-8").replace("every_margin,    ", "every_margin, ")
    stated = "prevails(oak, o2, o1)."
    more = """ambiguity(oak, oak_order, "Which rule comes first?", "it says so").
option(oak_order, 1, none_first, "neither").
option(oak_order, 2, second_first, "the second").
cites(oak, oak_order, "O2").
"""
    found = {}
    for name, instead in (
        ("settled", stated),
        ("open", ""),
        ("by_reading", f"prevails(oak, o2, o1) :- reading(oak_order, second_first).\n{more}"),
    ):
        policy = tmp_path / f"{name}.lp"
        policy.write_text(text.replace(stated, instead), encoding="utf-8")
        kb = load(kb_folder, tmp_path / name, policy)
        conflicts = [each for each in kb.check("oak") if each.kind == "conflict"]
        found[name] = [(each.settled, dict(each.under), level(kb.catalog, each)) for each in conflicts]
    every = {"oak_reach": ("every_margin",)}
    assert found["settled"] == [(True, every, "note")]
    fixed = [each.message for each in kb.check("oak", {"oak_order": "second_first"}) if each.kind == "conflict"]
    assert len(fixed) == 1
    assert fixed[0].endswith("o2 overrides o1")
    assert found["open"] == [(False, every, "warning")]
    assert sorted(found["by_reading"], key=str) == [
        (False, {**every, "oak_order": ("none_first",)}, "warning"),
        (True, {**every, "oak_order": ("second_first",)}, "note"),
    ]


def test_a_clause_on_which_no_class_depends_is_read_both_ways(kb_folder: Path, tmp_path: Path) -> None:
    """The reading moves whether clause o2 can be met, but no class: another clause always gives the same one."""
    text = (HERE / "bad" / "conflict.lp").read_text(encoding="utf-8")
    head = text[: text.index("clause(")]
    policy = tmp_path / "idle.lp"
    policy.write_text(
        head
        + """clause(oak, o1, "Everybody"). cites(oak, o1, "O1"). concludes(oak, o1, medically_necessary).
met(oak, o1).
clause(oak, o2, "Some"). cites(oak, o2, "O2"). concludes(oak, o2, medically_necessary).
met(oak, o2) :- case(margin_status, close), criterion(oak, reached).
criterion(oak, reached) :- reading(oak_reach, wide), case(margin_status, close).
criterion(oak, reached) :- case(margin_status, positive).
label(criterion(oak, reached), "a margin that the second rule reaches").
ambiguity(oak, oak_reach, "Whom does it reach?", "it does not say").
option(oak_reach, 1, wide, "some").
option(oak_reach, 2, narrow, "nobody").
cites(oak, oak_reach, "O2").
""",
        encoding="utf-8",
    )
    found = {(each.kind, each.clauses): dict(each.under) for each in load(kb_folder, tmp_path, policy).check("oak")}
    assert found["dead", ("o2",)] == {"oak_reach": ("narrow",)}
    assert found["overlap", ("o1", "o2")] == {"oak_reach": ("wide",)}


def test_causes_divide_the_findings(kb: KnowledgeBase) -> None:
    """Each finding has one cause; what other readings bring comes after, by the readings that bring it."""
    findings = kb.check("nia")
    found = causes(findings)
    assert sorted((each for cause in found for each in cause.findings), key=findings.index) == findings
    assert [cause.by_default for cause in found] == sorted((cause.by_default for cause in found), reverse=True)
    for cause in found:
        assert {each.by_default for each in cause.findings} == {cause.by_default}
        for reading, options in cause.readings:
            assert kb.catalog.readings[reading].default not in options
            assert all(each.under[reading] == options for each in cause.findings)
    assert sum(not cause.by_default for cause in found) == 5, "of 38 findings"
