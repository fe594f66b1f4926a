"""The order of the attributes is a matter of size: whatever it is, a comparison says the same of the cases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.comparison import space
from payerlogic.comparison.result import Party
from payerlogic.semantics.presumptions import Situations
from tests.comparison.test_undivided import undivided

Order = Callable[[Situations, tuple[Party, ...]], Situations]


@pytest.fixture
def made(kb_folder: Path, tmp_path: Path) -> Callable[[int], KnowledgeBase]:
    def make(seed: int) -> KnowledgeBase:
        folder = tmp_path / "kb"
        copytree(kb_folder, folder)
        undivided.write(folder, 5, 2, seed)
        return KnowledgeBase.load(folder, service=undivided.SERVICE)

    return make


def said(kb: KnowledgeBase) -> tuple[object, ...]:
    """All that does not depend on which boxes are listed; witnesses are decided."""
    found = kb.compare(*kb.policies, regions=1)
    assert found.complete

    def decided(case: StatedCase) -> list[str | None]:
        return [kb.decide(case, name).class_ for name in kb.policies]

    pairs = [(pair.left, pair.right, pair.relation, pair.cells, pair.share) for pair in found.pairs]
    assert [decided(pair.regions[0].witness) for pair in found.pairs] == [[left, right] for left, right, *_ in pairs]
    rows = [
        (row.side, row.clause, row.relation, row.share, row.differs, row.instead, [each.id for each in row.by])
        for row in kb.clause_differences(found)
    ]
    return pairs, dict(found.implies), found.matrix, found.cells, rows


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_no_order_changes_what_is_said(
    made: Callable[[int], KnowledgeBase], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    kb = made(seed)
    expected = said(kb)

    def shuffled(situations: Situations, parties: tuple[Party, ...]) -> Situations:
        names = list(situations.compiler.attribute_order)
        return situations.in_order(tuple(Random(seed).sample(names, len(names))))

    monkeypatch.setattr(space, "LARGE", 1)
    orders: tuple[Order, ...] = (space._reordered, shuffled)
    for order in orders:
        monkeypatch.setattr(space, "_reordered", order)
        again = kb.of_policies(kb.policies)
        again.situations.reordered = {}
        assert said(again) == expected


def test_a_better_order_follows_from_the_rules_alone(made: Callable[[int], KnowledgeBase]) -> None:
    kb = made(1)
    asked = tuple(space.Party(name, kb.settings().as_of, kb.settings()) for name in kb.policies)
    found = [space._reordered(situations, asked).compiler for situations in (kb.situations, kb.situations)]
    assert found[0].attribute_order == found[1].attribute_order
    assert sorted(found[0].attribute_order) == sorted(kb.compiler.attribute_order)


def test_regions_within_a_time(kb: KnowledgeBase, anew: None) -> None:
    whole, hasty = kb.compare("nia", "bcbsaz"), kb.compare("nia", "bcbsaz", seconds=0)
    assert hasty.complete
    assert [(pair.left, pair.right, pair.cells) for pair in hasty.pairs] == [
        (pair.left, pair.right, pair.cells) for pair in whole.pairs
    ]
    assert {len(pair.regions) for pair in hasty.pairs} == {1}
    assert all(0 < pair.listed <= 1 for pair in hasty.pairs)
    assert not all(pair.all_listed for pair in hasty.pairs)
    assert kb.compare("nia", "bcbsaz", seconds=600).pairs == whole.pairs
    assert len(list(kb.stricter("bcbsaz", "nia", seconds=0).regions)) == 1
    assert all(len(each.regions) == 1 for each in kb.compare_several(["nia", "bcbsaz"], seconds=0).vectors)
