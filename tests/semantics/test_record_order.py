"""Regions over facts that repeat: one stands for all that differ from it in the numbers of the records alone.

Two made-up policies ask any two records of a list. A case is in a region that holds in any order if its list can be
brought into an order in which it is in the box; that is worked out below list by list, against what is decided.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import permutations
from math import perm
from pathlib import Path
from random import Random
from typing import Any

import pytest

from payerlogic import KnowledgeBase, QuestionError
from payerlogic.comparison.diff_search import difference
from payerlogic.comparison.result import Boxed, Comparison
from payerlogic.comparison.space import cases_of
from payerlogic.diagrams.counts import Counts
from payerlogic.documents import render
from payerlogic.semantics.case_space import AnyAxis, ValueAxis
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


def is_in(kb: KnowledgeBase, region: Boxed, case: dict[str, Any], axes: Mapping[str, AnyAxis] | None = None) -> bool:
    """Whether the list of therapies, as it stands, is in the box; what a record that is not there holds is open."""
    facts = kb.read(case).facts
    for name, positions in region.positions.items():
        axis = (axes or kb.axes)[name]
        assert isinstance(axis, ValueAxis)
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


EDITS = {
    "a threshold of two rules, with more regions than are listed": (
        "of(months, therapy, I), 3",
        "of(months, therapy, I), 6",
    ),
    "a threshold of one": ('of(dose_mg, therapy, I), "17.5"', 'of(dose_mg, therapy, I), "25"'),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_every_list_is_in_the_regions_of_its_change(
    kb: KnowledgeBase, kb_folder: Path, tmp_path: Path, edit: tuple[str, str]
) -> None:
    """An edit of a rule that asks any record: a change is listed once, not once for each record."""
    old, place = kb.only("steps"), made(kb_folder, tmp_path, 3).program.folder
    (steps,) = place.rglob("steps.lp")
    steps.write_text(steps.read_text().replace(*edit))
    new = KnowledgeBase.load(place).only("steps")
    found = difference(old, new, ["steps"], as_of=AS_OF)
    (policy,) = found.policies
    changes = {(change.old, change.new): change for change in policy.changes}
    assert policy.proof == "solver"
    assert any(region.any_order for change in policy.changes for region in change.regions)
    assert '"any_order": ["therapy"' in json.dumps(found.to_dict())
    assert "in any order of the therapy records" in render(found, "markdown", new).decode()
    rng, listed = Random(7), 0
    for _ in range(200):
        therapies = [rng.choice(THERAPIES) for _ in range(rng.randint(0, 3))]
        rest = {"severe": rng.random() < 0.8, "visit": [{"months_ago": 3}] * rng.choice([0, 2])}
        classes = tuple(each.decide({**rest, "therapy": therapies}, "steps").class_ for each in (old, new))
        orders = [{**rest, "therapy": list(each)} for each in permutations(therapies)]
        for pair, change in changes.items():
            here = any(
                is_in(old, region, each, policy.axes)
                for region in change.regions
                for each in (orders if "therapy" in region.any_order else orders[:1])
            )
            assert pair == classes or not here, (pair, therapies)
            assert here or pair != classes or not change.all_listed, (pair, therapies)
            listed += here
    assert listed
