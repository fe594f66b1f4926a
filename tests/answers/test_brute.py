"""The tables that the other tests count in say what ``kb.decide`` and clingo say."""

from __future__ import annotations

import random
from datetime import date

import pytest

from payerlogic import KnowledgeBase
from tests.support.axes import all_axes

from .brute import Brute, places_of, random_case, random_readings


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_tables_agree_with_decide(kb: KnowledgeBase, brute: Brute, as_of: date, policy: str) -> None:
    rng = random.Random(f"tables {policy}")
    for index in range(30):
        settings = kb.settings(
            random_readings(kb, rng, rng.choice([0.0, 0.5])), presumptions=index % 3 > 0, as_of=as_of
        )
        site = places_of(kb, random_case(kb, rng, ["primary_site"], 1.0))
        table = brute.table(policy, settings.readings, site)
        record = {"primary_site": all_axes(kb)["primary_site"].classes[site["primary_site"]][0]}
        for _ in range(10):
            case = random_case(kb, rng, all_axes(kb), rng.choice([0.5, 0.8, 1.0]), record)
            bits = int(brute.after(policy, settings, table, places_of(kb, case), [])[()])
            assert brute.classes(bits) == set(kb.decide(case, policy, settings).possible), (case.facts, settings)


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_changed_cells_agree_with_decide(kb: KnowledgeBase, brute: Brute, as_of: date, policy: str) -> None:
    """Each cell of the answer to "what if these were stated" is one case, decided again."""
    rng = random.Random(f"cells {policy}")
    for index in range(25):
        settings = kb.settings(random_readings(kb, rng, 0.3), presumptions=index % 3 > 0, as_of=as_of)
        case = random_case(
            kb, rng, all_axes(kb), 0.6, {"primary_site": rng.choice(["rectum", "breast", "pancreas", "brain"])}
        )
        stated = places_of(kb, case)
        table = brute.table(policy, settings.readings, {"primary_site": stated["primary_site"]})
        for _ in range(3):
            chosen = rng.sample(table.names, 2)
            found = brute.after(policy, settings, table, stated, chosen)
            for cell in random.Random(index).sample(range(found.size), min(found.size, 12)):
                groups = divmod(cell, found.shape[1])
                tried = {
                    name: brute.value_at(name, rng.choice(table.groups[name][group]))
                    for name, group in zip(chosen, groups, strict=True)
                }
                view = kb.view(case.changed(tried), policy, settings)
                assert brute.classes(int(found[groups])) == view.possible, (case.facts, tried, settings)
