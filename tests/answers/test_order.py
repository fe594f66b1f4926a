"""No answer depends on the order in which rules, and the conditions of a rule, are written."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from clingo import ast

from payerlogic import KnowledgeBase, Settings
from payerlogic.cases.case import StatedCase
from tests.support.axes import all_axes

from .brute import random_case, random_readings

CASES = 4


def write_shuffled(kb: KnowledgeBase, rng: random.Random, folder: Path) -> None:
    """The same files with their statements, and the literals of each body, in another order."""
    for file in kb.program.files:
        statements = [statement.node for statement in kb.program.statements if statement.file is file]
        rng.shuffle(statements)
        lines = [str(shuffled_body(node, rng)) for node in statements]
        path = folder / file.path.relative_to(kb.program.folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def shuffled_body(node: ast.AST, rng: random.Random) -> ast.AST:
    if node.ast_type != ast.ASTType.Rule:
        return node
    literals = list(node.body)
    rng.shuffle(literals)
    return node.update(body=literals)


def questions(kb: KnowledgeBase, seed: int, as_of: date) -> list[tuple[StatedCase, str, Settings]]:
    rng = random.Random(f"questions {seed}")
    found = []
    for index in range(CASES):
        readings = random_readings(kb, rng, rng.choice([0.0, 0.4]))
        settings = kb.settings(readings, presumptions=rng.random() < 0.8, as_of=as_of)
        sites = {"primary_site": rng.choice(["rectum", "colon", "breast", "pancreas", "soft_tissue", "lung"])}
        case = random_case(kb, rng, all_axes(kb), rng.choice([0.5, 0.8, 1.0]), sites)
        found.append((case, kb.policies[index % len(kb.policies)], settings))
    return found


def answers(kb: KnowledgeBase, case: StatedCase, policy: str, settings: Settings) -> dict[str, object]:
    other = next(name for name in kb.policies if name != policy)
    wants = ["approved", "denied", "review", "not_addressed"]
    contrast = kb.contrast(case, policy, other, settings)
    return {
        **{f"why not {want}": kb.why_not(case, policy, want, settings).to_dict() for want in wants},
        "reasons": kb.reasons(case, policy, settings).to_dict(),
        "ask": kb.ask(case, policy, settings).to_dict(),
        "robustness": kb.robustness(case, policy, settings).to_dict(),
        "contrast": without_digest(contrast.to_dict()),
        "in sentences": kb.text(contrast),
    }


def without_digest(answer: object) -> object:
    """The hash of the files differs, as it should."""
    if isinstance(answer, dict):
        return {key: without_digest(value) for key, value in answer.items() if key != "kb"}
    return [without_digest(each) for each in answer] if isinstance(answer, list) else answer


@pytest.mark.parametrize("seed", range(8))
def test_order_changes_no_answer(kb: KnowledgeBase, tmp_path: Path, as_of: date, seed: int) -> None:
    write_shuffled(kb, random.Random(f"order {seed}"), tmp_path)
    other = KnowledgeBase.load(tmp_path)
    assert other.digest != kb.digest
    for case, policy, settings in questions(kb, seed, as_of):
        before, after = answers(kb, case, policy, settings), answers(other, case, policy, settings)
        for name in before:
            assert after[name] == before[name], (name, case.facts, policy, settings)
