"""A comparison is a partition of all possible cases, by sheer enumeration and by clingo.

===============================  ======================================================================
``test_small``                   two made-up policies: every cell, box, count and implication, also for
                                 versions, for other readings, with and without presumptions
``test_core_by_site``            NIA and BCBSAZ: every cell of every site, over what bears on it there
``test_core_sample``             NIA and BCBSAZ: 20,000 random cases of the clinical core, by clingo
``test_core_is_readable``        at most 15 regions where the outcomes differ, 45 in all; no device
``test_primes``                  no value can be added to a box, by clingo
``test_versions``                two versions of BCBSAZ, in the core and beyond
``test_canonical``               a new load, another hash seed, another rule order, a further payer, an engine
                                 that has answered before: the same answer
``test_wrong_boxes``             what is wrong in any part is not proved
===============================  ======================================================================
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import pytest

from payerlogic import KnowledgeBase, Settings, StatedCase
from payerlogic.answers.decision import Decider
from payerlogic.comparison.compare import Comparer
from payerlogic.comparison.proof import proved
from payerlogic.comparison.result import Comparison, Pair, Party
from payerlogic.errors import InternalDisagreement
from payerlogic.semantics.case_space import Member
from payerlogic.semantics.solver import Assumptions
from tests.comparison.cells import DAY, Cells, asked, situations
from tests.program.test_rule_order import shuffled
from tests.support.axes import all_axes, sides_of

AS_OF = date(2026, 11, 22)
SITE, MODALITY = "primary_site", "modality"
DIFFERENT = ("conflict", "process")
TIED = {"t_category", "tumor_behavior"}
PRESUMED = {"cpt_codes", "ei_conditions", "fda_status"}  # varied by the random sample instead


@pytest.fixture(scope="module")
def core(kb: KnowledgeBase) -> Comparison:
    return kb.compare("nia", "bcbsaz", kb.settings(as_of=AS_OF))


def random_base(kb: KnowledgeBase, rng: Random, fixed: Mapping[str, Member] | None = None) -> dict[str, Member]:
    """A random value for each attribute, such that they can go together."""
    while True:
        base = {name: rng.choice(rng.choice(axis.classes)) for name, axis in all_axes(kb).items()} | dict(fixed or {})
        if kb.solver.satisfiable(kb.solver.assumptions(Assumptions(base, (), frozenset()))):
            return base


def check_partition(cells: Cells, found: Comparison) -> None:
    """Every possible cell lies in boxes of its pair, and in no others."""
    known = {(pair.left, pair.right): pair for pair in found.pairs}
    assert cells.pairs.keys() <= known.keys()
    for key, pair in known.items():
        covered = 0
        for region in pair.regions:
            covered |= cells.of_region(region)
        assert covered & cells.possible == cells.pairs.get(key, 0), key


def witnesses(kb: KnowledgeBase, found: Comparison) -> Iterator[tuple[Pair, StatedCase, Party, str]]:
    for pair in found.pairs:
        for region in pair.regions:
            for party, class_ in ((found.left, pair.left), (found.right, pair.right)):
                yield pair, region.witness.changed(party.stated.facts), party, class_


def check_witnesses(kb: KnowledgeBase, found: Comparison) -> None:
    """Each witness is in its box, and the solver gives it the pair's classes; the clauses are those that decide it."""
    for _, witness, party, class_ in witnesses(kb, found):
        kb.situations.check_possible(witness)
        situation = kb.situations.situation(kb.view(witness, party.policy, party.settings))
        assert kb.solver.possible(party.policy, situation) == {class_}
    for pair in found.pairs:
        for region in pair.regions:
            for name, positions in sides_of(kb, region).items():
                assert all_axes(kb)[name].position(region.witness.facts[name]) in positions
            for party, clauses in ((found.left, region.left), (found.right, region.right)):
                witness = region.witness.changed(party.stated.facts)
                assert kb.decide(witness, party.policy, party.settings).clauses == clauses


def implications(kb: KnowledgeBase, pairs: set[tuple[str, str]]) -> dict[str, str]:
    """From the definition: left if whatever has the outcome on the left has it on the right."""
    found = {}
    for outcome in kb.catalog.outcomes:
        sides = [tuple(kb.catalog.classes[name].outcome == outcome for name in pair) for pair in pairs]
        if any(map(any, sides)):
            left = not any(a and not b for a, b in sides)
            right = not any(b and not a for a, b in sides)
            found[outcome] = {2: "both", 0: "neither"}.get(left + right, "left" if left else "right")
    return found


def relation(kb: KnowledgeBase, left: str, right: str) -> str:
    """From the contract, in its words."""
    outcomes = [kb.catalog.classes[name].outcome for name in (left, right)]
    if "not_addressed" in outcomes:
        return "silent"
    if left == right:
        return "agree"
    if outcomes[0] == outcomes[1]:
        return "basis"
    return "conflict" if sorted(outcomes) == ["approved", "denied"] else "process"


# --- Made-up policies: everything, by enumeration ------------------------------------------------------

SMALL: list[tuple[str, str, dict[str, Any]]] = [
    ("alder", "rowan", {}),
    ("rowan", "alder", {"readings": {"alder_lacking": "status_only"}}),
    ("alder", "rowan", {"presumptions": False}),
    ("alder", "rowan@2023-06-01", {}),
    ("alder@2025-01-01", "rowan@2022-06-01", {"presumptions": False}),
    ("rowan@2023-06-01", "rowan@2024-06-01", {}),
    ("rowan@2023-06-01", "rowan@2024-06-01", {"presumptions": False}),
    ("alder", "alder", {}),
]


@pytest.mark.parametrize(("left", "right", "how"), SMALL, ids=lambda value: str(value) or "default")
def test_small(small: KnowledgeBase, left: str, right: str, how: dict[str, Any]) -> None:
    found = small.compare(left, right, small.settings(as_of=AS_OF, **how))
    part = small.only(found.left.policy, found.right.policy)
    rng = Random(1)
    cells = Cells(part, found, asked(part, found), random_base(part, rng), rng)
    check_partition(cells, found)
    check_counts(cells, found)
    check_irredundant([cells], found)
    check_wide([cells], found)
    check_witnesses(part, found)
    assert found.complete
    assert found.implies == implications(part, set(cells.pairs))
    assert all(pair.relation == relation(part, pair.left, pair.right) for pair in found.pairs)


def check_counts(cells: Cells, found: Comparison) -> None:
    pairs, gone = cells.without(
        {
            *cells.kb.catalog.unnamed,
            *(each.attribute for each in cells.kb.catalog.presumptions if each.id in presumed(cells)),
        }
    )
    counts, total = cells.count(pairs)
    per_cell = cells.per_cell(total, found.cells)
    assert {(pair.left, pair.right): pair.cells * per_cell for pair in found.pairs} == counts
    for pair in found.pairs:
        assert pair.share == Fraction(pair.cells, found.cells)
        assert not gone & {name for region in pair.regions for name in region.box}
        possible = cells.everything(pairs)
        for region in pair.regions:
            inside = cells.of_region(region) & pairs[pair.left, pair.right]
            assert region.share == Fraction(inside.bit_count(), possible.bit_count())


def presumed(cells: Cells) -> set[str]:
    return {name for each in situations(cells.kb, cells.found) for name in each.presumed}


def check_irredundant(parts: list[Cells], found: Comparison) -> None:
    """Each box has a possible cell that no other box of its pair has."""
    for pair in found.pairs:
        for region in pair.regions:
            assert any(_alone(cells, pair, sides_of(cells.kb, region)) for cells in parts), dict(region.box)


def _alone(cells: Cells, pair: Pair, positions: Mapping[str, frozenset[int]]) -> int:
    alone = cells.box(positions) & cells.possible
    for other in pair.regions:
        if sides_of(cells.kb, other) != positions:
            alone &= ~cells.of_region(other)
    return alone


def check_wide(parts: list[Cells], found: Comparison) -> None:
    """With any further value of one attribute, a box has a possible cell of another pair."""
    for pair in found.pairs:
        for region in pair.regions:
            sides = sides_of(parts[0].kb, region)
            for name, positions in sides.items():
                for further in set(range(len(all_axes(parts[0].kb)[name].classes))) - positions:
                    wider = {**sides, name: frozenset({further})}
                    outside = (
                        cells.box(wider) & cells.possible & ~cells.pairs.get((pair.left, pair.right), 0)
                        for cells in parts
                    )
                    assert any(outside), (dict(region.box), name, further)


# --- The shipped policies ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sites(kb: KnowledgeBase, core: Comparison) -> list[Cells]:
    """For each class of sites all cells over the attributes that bear on it there."""
    found, rng = core, Random(2)
    forest, order = kb.compiler.forest, kb.compiler.order
    result = []
    for at, sites in enumerate(all_axes(kb)[SITE].classes):
        views = [party.view(kb.situations) for party in (found.left, found.right)]
        names = {MODALITY}
        for view in views:
            here = {**view.fixed, kb.compiler.variable[SITE]: at}
            own, table = forest.restricted((view.classes,), here, lambda value: value)
            names |= {order[level] for level in own.support(table)}
        for pair in found.pairs:
            for region in pair.regions:
                if at in region.positions.get(SITE, {at}):
                    names |= region.box.keys() - {SITE}
        fixed = dict(situations(kb, found)[0].known) | {SITE: rng.choice(sites), "device": "other"}
        presumed = tuple(name for each in situations(kb, found) for name in each.presumed)
        while True:
            base = random_base(kb, rng, fixed)
            if kb.solver.satisfiable(kb.solver.assumptions(Assumptions(base, presumed, kb.compiler.default_readings))):
                break
        names -= PRESUMED
        names |= TIED if names & TIED else set()
        result.append(Cells(kb, found, names, base, rng))
    return result


def test_core_by_site(kb: KnowledgeBase, core: Comparison, sites: list[Cells]) -> None:
    total: dict[tuple[str, str], Fraction] = {}
    for cells in sites:
        check_partition(cells, core)
        for pair, where in cells.pairs.items():
            total[pair] = total.get(pair, Fraction(0)) + cells.share(where) / len(sites)
    assert {(pair.left, pair.right): pair.share for pair in core.pairs} == total
    assert {pair: share * core.cells for pair, share in total.items()} == {
        (pair.left, pair.right): pair.cells for pair in core.pairs
    }
    for pair in core.pairs:
        for region in pair.regions:
            shares = [
                cells.share(cells.of_region(region) & cells.pairs.get((pair.left, pair.right), 0)) for cells in sites
            ]
            assert region.share == sum(shares) / len(sites)
    check_irredundant(sites, core)
    assert core.implies == implications(kb, set(total))


def test_matrix(kb: KnowledgeBase, core: Comparison, sites: list[Cells]) -> None:
    """By site and modality, the share of each relation; the same for every site of a class."""
    for members, cells in zip(all_axes(kb)[SITE].classes, sites, strict=True):
        for at, modalities in enumerate(all_axes(kb)[MODALITY].classes):
            here = cells.box({MODALITY: frozenset({at})}) & cells.possible
            shares: dict[str, Fraction] = {}
            for pair, where in cells.pairs.items():
                if where & here:
                    name = relation(kb, *pair)
                    share = Fraction((where & here).bit_count(), here.bit_count())
                    shares[name] = shares.get(name, Fraction(0)) + share
            for site in members:
                for modality in modalities:
                    assert core.matrix[str(site), str(modality)] == shares, (site, modality)
    assert len(core.matrix) == 15 * 6


def random_core_case(kb: KnowledgeBase, found: Comparison, rng: Random) -> dict[str, Member]:
    """A random complete case that agrees with what both sides presume."""
    known = {name: member for each in situations(kb, found) for name, member in each.known.items()}
    presumed = tuple(dict.fromkeys(name for each in situations(kb, found) for name in each.presumed))
    readings = kb.compiler.default_readings
    while True:
        base = {name: rng.choice(rng.choice(axis.classes)) for name, axis in all_axes(kb).items()} | known
        base["tumor_behavior"] = "in_situ" if base["t_category"] == "Tis" else "invasive"
        base["device"] = rng.choice(["other", base["device"]])
        base["cpt_codes"] = frozenset(
            {rng.choice(["77424", "77425"]), rng.choice(sorted(all_axes(kb)["cpt_codes"].atoms))}
        )
        if kb.solver.satisfiable(kb.solver.assumptions(Assumptions(base, presumed, readings))):
            return base


@pytest.mark.parametrize("seed", range(2))
def test_core_sample(kb: KnowledgeBase, core: Comparison, seed: int) -> None:
    rng = Random(seed)
    place = {
        name: {member: at for at, members in enumerate(axis.classes) for member in members}
        for name, axis in all_axes(kb).items()
    }
    boxes = [(pair, sides_of(kb, region)) for pair in core.pairs for region in pair.regions]
    readings = kb.compiler.default_readings
    for _ in range(10_000):
        case = random_core_case(kb, core, rng)
        position = {name: place[name][member] for name, member in case.items()}
        inside = {
            (pair.left, pair.right)
            for pair, box in boxes
            if all(position[name] in positions for name, positions in box.items())
        }
        assert len(inside) == 1
        literals = kb.solver.assumptions(Assumptions(case, (), readings))
        for policy, class_ in zip(("nia", "bcbsaz"), inside.pop(), strict=True):
            atom = kb.compiler.ground_atom("determination", policy, class_)
            assert atom is not None
            assert not kb.solver.satisfiable([*literals, -atom])


def test_core_is_readable(kb: KnowledgeBase, core: Comparison) -> None:
    differing = sum(len(pair.regions) for pair in core.with_relation(*DIFFERENT))
    assert differing <= 15
    assert 40 <= sum(len(pair.regions) for pair in core.pairs) <= 45
    named = {name for pair in core.pairs for region in pair.regions for name in region.box}
    assert not named & {*kb.catalog.unnamed, *PRESUMED, DAY, "service_is_iort", "oncologic", "mandate_applies"}
    assert core.complete


def test_core_witnesses(kb: KnowledgeBase, core: Comparison) -> None:
    check_witnesses(kb, core)


def test_primes(kb: KnowledgeBase, core: Comparison) -> None:
    """Each further value of an attribute brings in a possible case of another pair: clingo shows one."""
    solver, sides = kb.solver, situations(kb, core)
    presumed = tuple(dict.fromkeys(name for each in sides for name in each.presumed))
    for pair in core.pairs:
        for region in pair.regions:
            box = sides_of(kb, region)
            for name, positions in box.items():
                for further in set(range(len(all_axes(kb)[name].classes))) - positions:
                    wider = {**box, name: frozenset({further})}
                    barred = [atom for each, values in wider.items() for atom in outside(kb, each, values)]
                    found = [
                        solver.possible(policy, replace(situation, presumed=presumed), barred)
                        for policy, situation in zip(("nia", "bcbsaz"), sides, strict=True)
                    ]
                    assert found[0] - {pair.left} or found[1] - {pair.right}, (dict(region.box), name, further)


def outside(kb: KnowledgeBase, name: str, positions: frozenset[int]) -> list[int]:
    """Literals that keep an attribute with one value within some positions."""
    axis = all_axes(kb)[name]
    assert axis.attribute.type != "set"
    return [
        -axis.atoms[str(member) if isinstance(member, str) else member]
        for at, members in enumerate(axis.classes)
        if at not in positions
        for member in members
        if not isinstance(member, frozenset)
    ]


# --- Versions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("presumptions", [True, False])
def test_versions(kb: KnowledgeBase, presumptions: bool) -> None:
    """The first two editions differ only where one finding alone is made that the first does not have."""
    settings = kb.settings(presumptions=presumptions, as_of=AS_OF)
    found = kb.compare("bcbsaz@2022-09-19", "bcbsaz@2023-09-21", settings)
    part = kb.only("bcbsaz")
    rng = Random(5)
    names = asked(part, found) - {"oncologic", "service_is_iort", DAY, "device", "modality"}
    base = random_base(part, rng, {"oncologic": "true", "service_is_iort": "true", "device": "other"})
    cells = Cells(part, found, names, base, rng)
    check_partition(cells, found)
    check_witnesses(part, found)
    assert found.complete
    differing = {(pair.left, pair.right) for pair in found.pairs if pair.left != pair.right}
    if presumptions:
        assert not differing
        assert found.implies == {"approved": "both", "denied": "both"}
    else:
        assert ("no_criterion", "experimental_investigational") in differing
        assert found.implies["denied"] == "left" or ("experimental_investigational", "code_not_listed") in differing


def test_versions_before_the_first(kb: KnowledgeBase) -> None:
    """Before its first edition a policy is silent on every case."""
    found = kb.compare("bcbsaz@2022-09-18", "bcbsaz@2023-09-21", kb.settings(as_of=AS_OF))
    assert {(pair.left, pair.relation) for pair in found.pairs} == {("not_in_force", "silent")}


# --- Canonical -----------------------------------------------------------------------------------------


def content(kb: KnowledgeBase, found: Comparison) -> str:
    """Everything that a comparison says, as text."""
    pairs = [
        {
            "classes": [pair.left, pair.right],
            "relation": pair.relation,
            "cells": pair.cells,
            "regions": [{**region.to_dict(kb.vocabulary), "share": str(region.share)} for region in pair.regions],
        }
        for pair in found.pairs
    ]
    matrix = {" ".join(key): {name: str(v) for name, v in value.items()} for key, value in found.matrix.items()}
    whole = {"pairs": pairs, "matrix": matrix, "implies": dict(found.implies), "complete": found.complete}
    return json.dumps(whole, indent=1)  # orders are part of it


def test_canonical(anew: None, kb: KnowledgeBase, core: Comparison, kb_folder: Path, tmp_path: Path) -> None:
    first = content(kb, core)
    assert content(kb, kb.compare("nia", "bcbsaz", kb.settings(as_of=AS_OF))) == first
    fresh = KnowledgeBase.load(kb_folder)
    fresh.compare("bcbsaz", "nia", fresh.settings(as_of=AS_OF))
    fresh.check("bcbsaz")
    assert content(fresh, fresh.compare("nia", "bcbsaz", fresh.settings(as_of=AS_OF))) == first
    (tmp_path / "more").mkdir()
    copytree(kb_folder, tmp_path / "more" / "kb")
    for file in (Path(__file__).parent / "policies").glob("*.lp"):
        (tmp_path / "more" / "kb" / "policies" / file.name).write_bytes(file.read_bytes())
    more = KnowledgeBase.load(tmp_path / "more" / "kb")
    assert content(more, more.compare("nia", "bcbsaz", more.settings(as_of=AS_OF))) == first


@pytest.mark.parametrize("seed", range(2))
def test_rule_order(kb: KnowledgeBase, core: Comparison, tmp_path: Path, seed: int) -> None:
    other = shuffled(kb.program, Random(seed), tmp_path)
    assert content(other, other.compare("nia", "bcbsaz", other.settings(as_of=AS_OF))) == content(kb, core)


def test_hash_seed(kb: KnowledgeBase, core: Comparison) -> None:
    """The order of Python's sets, which changes from run to run, shows nowhere."""
    text = (
        "from tests.comparison.test_partition import *\n"
        "kb = KnowledgeBase.load()\n"
        "print(content(kb, kb.compare('nia', 'bcbsaz', kb.settings(as_of=AS_OF))))\n"
    )
    top = Path(__file__).resolve().parents[2]
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{top}{os.pathsep}{top / 'py'}"}
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=environment, cwd=top)
        assert done.returncode == 0, done.stderr
        assert done.stdout.rstrip() == content(kb, core)


# --- What is wrong is not proved -----------------------------------------------------------------------


def widened(pair: Pair) -> Pair:
    first = pair.regions[0]
    name = next(iter(first.positions))
    less = {key: value for key, value in first.positions.items() if key != name}
    return replace(pair, regions=(replace(first, positions=less), *pair.regions[1:]))


def narrowed(pair: Pair) -> Pair:
    first = pair.regions[0]
    name, values = next((n, v) for n, v in first.positions.items() if len(v) > 1)
    less = {**first.positions, name: values - {min(values)}}
    return replace(pair, regions=(replace(first, positions=less), *pair.regions[1:]))


WRONG = {
    "wider box": widened,
    "narrower box": narrowed,
    "box left out": lambda pair: replace(pair, regions=pair.regions[1:]),
    "wrong class on the left": lambda pair: replace(pair, left="case_by_case"),
    "wrong class on the right": lambda pair: replace(pair, right="physician_review"),
}


@pytest.mark.parametrize("how", WRONG)
def test_wrong_boxes(kb: KnowledgeBase, how: str) -> None:
    settings = kb.settings(as_of=AS_OF)
    parties = Party("nia", AS_OF, settings), Party("bcbsaz", AS_OF, settings)
    right = Comparer(kb.situations, Decider.of(kb)).compare(*parties)
    assert not right.complete
    assert proved(right, kb.program, kb.situations).complete
    conflict = right.with_relation("conflict")[0]
    wrong = replace(right, pairs=tuple(WRONG[how](pair) if pair is conflict else pair for pair in right.pairs))
    with pytest.raises(InternalDisagreement):
        proved(wrong, kb.program, kb.situations)


def test_wrong_readings(kb: KnowledgeBase, core: Comparison) -> None:
    """Boxes that were found under other readings are refused."""
    settings: Settings = kb.settings({"nia_rectal_scope": "any_of_the_three"}, as_of=AS_OF)
    with pytest.raises(InternalDisagreement):
        proved(replace(core, left=replace(core.left, settings=settings)), kb.program, kb.situations)
