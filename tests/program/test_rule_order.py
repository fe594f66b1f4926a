"""The order in which rules and their conditions are written changes nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from clingo import ast

from payerlogic import KnowledgeBase
from payerlogic.program.files import Program
from tests.support.axes import all_axes
from tests.support.random_cases import RandomCases


def shuffled(program: Program, rng: Random, folder: Path) -> KnowledgeBase:
    """The same program with all statements of each file, and the literals of each body, in another order."""
    for file in program.files:
        nodes = [statement.node for statement in program.statements if statement.file is file]
        rng.shuffle(nodes)
        lines = [f"{_shuffled_body(node, rng)}\n" for node in nodes]
        place = folder / file.path.relative_to(program.folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("".join(lines), encoding="utf-8")
    return KnowledgeBase.load(folder)


def _shuffled_body(node: ast.AST, rng: Random) -> ast.AST:
    if node.ast_type != ast.ASTType.Rule:
        return node
    body = list(node.body)
    rng.shuffle(body)
    return node.update(body=body)


@pytest.mark.parametrize("seed", range(2))
def test_order_changes_no_determination(kb: KnowledgeBase, tmp_path: Path, seed: int) -> None:
    other = shuffled(kb.program, Random(seed), tmp_path)
    assert other.digest != kb.digest
    draw = RandomCases(kb, 600 + seed)
    for case, policy, settings in draw.questions(100):
        before = kb.decide(case, policy, settings).to_dict()
        after = other.decide(case, policy, settings).to_dict()
        assert {**before, "kb": ""} == {**after, "kb": ""}


def test_order_changes_no_catalog(kb: KnowledgeBase, tmp_path: Path) -> None:
    """Labels, citations, versions, readings and their defaults come from facts with ranks, not from places."""
    other = shuffled(kb.program, Random(7), tmp_path)
    assert other.catalog == kb.catalog
    assert other.vocabulary.attributes == kb.vocabulary.attributes
    assert {name: axis.classes for name, axis in all_axes(other).items()} == {
        name: axis.classes for name, axis in all_axes(kb).items()
    }


def test_digest_tells_editions_apart(kb: KnowledgeBase, kb_folder: Path) -> None:
    assert KnowledgeBase.load(kb_folder).digest == kb.digest
