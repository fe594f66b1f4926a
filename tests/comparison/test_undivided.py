"""Policies that no attribute divides: the made-up service of ``tools/undivided.py``, which a comparison has to answer.

A small one is counted case by case with clingo; a larger one is compared with a budget of regions, where a whole
cover would take minutes, and its counts and proofs are exact all the same.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import undivided

Made = Callable[[int, int], tuple[KnowledgeBase, tuple[str, ...]]]


@pytest.fixture
def made(kb_folder: Path, tmp_path: Path) -> Made:
    def make(attributes: int, policies: int) -> tuple[KnowledgeBase, tuple[str, ...]]:
        folder = tmp_path / "kb"
        copytree(kb_folder, folder)
        names = undivided.write(folder, attributes, policies)
        return KnowledgeBase.load(folder, service=undivided.SERVICE), names

    return make


def test_every_cell_of_a_small_one(made: Made) -> None:
    kb, names = made(5, 3)
    found = kb.compare_several(names)
    facts = [f"fact_{number}" for number in range(1, 6)]
    asked = [name for name in facts if len(kb.axes[name].classes) > 1]
    counted: Counter[tuple[str, ...]] = Counter()
    for members in product(*([cell[0] for cell in kb.axes[name].classes] for name in asked)):
        values = {
            name: member == "true" if kb.vocabulary[name].type == "boolean" else member
            for name, member in zip(asked, members, strict=True)
        }
        stated = kb.read({name: int(v) if kb.vocabulary[name].type == "integer" else v for name, v in values.items()})
        outcomes = []
        for name in names:
            (class_,) = kb.solver.possible(name, kb.situation(stated, name))
            outcomes.append(kb.catalog.classes[class_].outcome)
        counted[tuple(outcomes)] += 1
    assert {vector.outcomes: vector.cells for vector in found.vectors} == counted
    assert found.complete


@pytest.mark.slow
def test_a_larger_one_is_answered_within_a_budget(made: Made) -> None:
    kb, names = made(12, 2)
    found = kb.compare(*names, regions=1)
    assert found.complete
    assert sum(pair.cells for pair in found.pairs) == found.cells
    assert {len(pair.regions) for pair in found.pairs} == {1}
    assert any(0 < pair.listed < 1 for pair in found.pairs)
    for pair in found.pairs:
        (region,) = pair.regions
        classes = [kb.decide(region.witness, name).class_ for name in names]
        assert classes == [pair.left, pair.right]
        assert region.share == pair.listed * pair.share


def test_the_same_every_time(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        (tmp_path / name / "services").mkdir(parents=True)
        undivided.write(tmp_path / name, 12, 2)
        texts.append([path.read_text() for path in sorted((tmp_path / name).rglob("*.lp"))])
    assert texts[0] == texts[1]
    assert len(texts[0]) == 3
