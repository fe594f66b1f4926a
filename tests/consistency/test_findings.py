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
from payerlogic.consistency.finding import KINDS, Finding

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
