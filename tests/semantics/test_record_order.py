"""Regions over facts that repeat: one stands for all that differ from it in the numbers of the records alone.

Two made-up policies ask any two records of a list. A case is in a region that holds in any order if its list can be
brought into an order in which it is in the box; that is worked out below list by list, against what is decided.
"""

from __future__ import annotations

from itertools import permutations
from math import perm
from pathlib import Path
from random import Random
from typing import Any

import pytest

from payerlogic import KnowledgeBase, QuestionError
from payerlogic.comparison.result import Boxed, Comparison
from payerlogic.comparison.space import cases_of
from payerlogic.diagrams.counts import Counts
from payerlogic.documents import render
from tests.conftest import AS_OF
from tests.support.folders import small_folder

RECORDS = Path(__file__).resolve().parent / "records"
THERAPIES = [
    {"drug": drug, "months": months, "stopped_for_harm": harm, "dose_mg": dose}
    for drug in ("methotrexate", "adalimumab", "other")
    for months in (2, 4, 7)
    for harm in (True, False)
    for dose in (10, 20)
]


def made(kb_folder: Path, folder: Path, most: int) -> KnowledgeBase:
    """The policy of ``records/`` over so many records, and a second one that asks for longer trials of another drug."""
    place = small_folder(
        kb_folder, RECORDS, folder / "kb", vocabulary="treatments", policies="steps", services="stepping"
    )
    for path in place.rglob("treatments.lp"):
        path.write_text(path.read_text().replace("record(103, therapy, 3,", f"record(103, therapy, {most},"))
    (steps,) = place.rglob("steps.lp")
    other = steps.read_text().replace("steps", "strides").replace("STEPS", "STRIDES").replace("Steps", "Strides")
    other = other.replace("of(months, therapy, I), 3", "of(months, therapy, I), 6").replace(", adalimumab)", ", other)")
    (steps.parent / "strides.lp").write_text(other)
    return KnowledgeBase.load(place)


@pytest.fixture(scope="module")
def kb(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return made(kb_folder, tmp_path_factory.mktemp("order"), 3)


@pytest.fixture(scope="module")
def compared(kb: KnowledgeBase) -> Comparison:
    return kb.compare("steps", "strides", kb.settings(as_of=AS_OF))


def is_in(kb: KnowledgeBase, region: Boxed, case: dict[str, Any]) -> bool:
    """Whether the list of therapies, as it stands, is in the box; what a record that is not there holds is open."""
    facts = kb.read(case).facts
    for name, positions in region.positions.items():
        axis = kb.compiler.value_axis(name)
        slot = axis.attribute.slot
        if name in facts:
            if axis.position(facts[name]) not in positions:
                return False
        else:
            assert slot is not None, f"{name} is stated"
            assert slot[1] > len(case[slot[0]])
    return True


def test_every_list_is_in_the_regions_of_its_pair(kb: KnowledgeBase, compared: Comparison) -> None:
    rng = Random(4)
    pairs = {(pair.left, pair.right): pair for pair in compared.pairs}
    assert any(region.any_order for pair in compared.pairs for region in pair.regions)
    assert compared.complete
    for _ in range(150):
        therapies = [rng.choice(THERAPIES) for _ in range(rng.randint(0, 3))]
        visits = [{"months_ago": rng.choice([3, 20])} for _ in range(rng.randint(0, 2))]
        rest = {"severe": rng.random() < 0.5, "visit": visits}
        classes = tuple(kb.decide({**rest, "therapy": therapies}, name).class_ for name in ("steps", "strides"))
        orders = [{**rest, "therapy": list(each)} for each in permutations(therapies)]
        for names, pair in pairs.items():
            here = [
                region
                for region in pair.regions
                if any(is_in(kb, region, each) for each in (orders if "therapy" in region.any_order else orders[:1]))
            ]
            if names != classes:
                assert not here, (names, therapies)
            elif pair.all_listed and not visits:
                assert here, (names, therapies)


def test_no_region_is_another_in_another_order(kb: KnowledgeBase, compared: Comparison) -> None:
    for pair in compared.pairs:
        for region in pair.regions:
            numbered = [dict(each) for each in region.numbered]
            assert bool(numbered) == bool(region.any_order)
            assert dict(region.positions) not in numbered
            assert not any(dict(other.positions) in numbered for other in pair.regions)


def test_shares_are_those_of_every_order(kb: KnowledgeBase, compared: Comparison) -> None:
    forest = kb.compiler.forest
    for pair in compared.pairs:
        regions = [cases_of(kb.compiler, region) for region in pair.regions]
        together = forest.disj(*regions)
        part = Counts(forest, together).share_true(together)
        assert all(Counts(forest, one).share_true(one) <= part for one in regions)
        if pair.all_listed:
            assert sum(region.share for region in pair.regions) >= pair.share


@pytest.mark.slow
def test_eight_records(kb_folder: Path, tmp_path: Path) -> None:
    """Two of eight records, asked different things, are 56 boxes; here they are one region, which is proved."""
    large = made(kb_folder, tmp_path, 8)
    found = large.compare("steps", "strides", large.settings(as_of=AS_OF))
    assert found.complete
    (both,) = [pair for pair in found.pairs if pair.left == pair.right == "medically_necessary"]
    assert both.all_listed
    assert len(both.regions) < 15
    assert {len(region.numbered) + 1 for region in both.regions} >= {perm(8, 2)}


def test_it_is_said(kb: KnowledgeBase, compared: Comparison) -> None:
    data = compared.to_dict(kb.vocabulary)
    regions = [region for pair in data["pairs"] for region in pair["regions"]]  # type: ignore[attr-defined]
    assert {"therapy", "visit"} == {name for region in regions for name in region.get("any_order", ())}
    assert any("any_order" not in region for region in regions)
    assert "in any order of the therapy records" in render(compared, "markdown", kb).decode()


def test_regions_of_a_gap(kb_folder: Path, tmp_path: Path) -> None:
    """Without a clause for all others, there is a gap; so many regions of it are listed as are asked for."""
    kb = made(kb_folder, tmp_path, 3)
    (path,) = kb.program.folder.rglob("steps.lp")
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if "(steps, rest" not in line and '"S3"' not in line))
    edited = KnowledgeBase.load(kb.program.folder)
    (gap,) = [each for each in edited.check("steps") if each.kind == "gap"]
    (few,) = [each for each in edited.check("steps", regions=2) if each.kind == "gap"]
    assert any(region.any_order for region in gap.regions)
    assert len(few.regions) == 2 < len(gap.regions)
    assert (few.to_dict(kb.vocabulary)["all_listed"], few.all_listed) == (False, False)


def test_no_regions_are_refused(kb: KnowledgeBase) -> None:
    for ask in (
        lambda: kb.compare("steps", "strides", regions=0),
        lambda: kb.check("steps", regions=0),
        lambda: kb.compare_several(["steps", "strides"], regions=-1),
        lambda: kb.compare("steps", "strides", seconds=-1),
    ):
        with pytest.raises(QuestionError):
            ask()
