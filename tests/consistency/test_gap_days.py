"""The days of a gap: a region names none on which a gate decides all of it, and leaves out none that is a gap."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase
from payerlogic.consistency.finding import Gap
from tests.repair.dated import FIRST, SECOND, dated

CLAUSE = """clause(ash, a, "Clause a"). cites(ash, a, "S1"). concludes(ash, a, medically_necessary).
{rules}
"""
FIRST_DAY, SECOND_DAY = (date.fromisoformat(str(each)) for each in (FIRST, SECOND))
ONE = timedelta(1)
DAYS = (FIRST_DAY - ONE, FIRST_DAY, SECOND_DAY - ONE, SECOND_DAY)
POLICIES = {
    "the first asks for more": f"met(ash, a) :- in_force(ash, {FIRST}), case(urgent, true).\n"
    f"met(ash, a) :- in_force(ash, {SECOND}).",
    "the second asks for more": f"met(ash, a) :- in_force(ash, {FIRST}).\n"
    f"met(ash, a) :- in_force(ash, {SECOND}), case(urgent, true).",
    "each asks for another": f"met(ash, a) :- in_force(ash, {FIRST}), case(urgent, true).\n"
    f"met(ash, a) :- in_force(ash, {SECOND}), at_least(visits, 5).",
    "both ask for the same": "met(ash, a) :- case(urgent, true).",
    "the second alone": f"met(ash, a) :- in_force(ash, {SECOND}).",
}


def holds(region: Gap, facts: dict[str, object]) -> bool:
    """Whether a case lies in a region, by what the region's data say."""
    for name, values in region.box.items():
        assert isinstance(values, list)
        if not any(_is(str(each), facts[name]) for each in values):
            return False
    return True


def _is(written: str, value: object) -> bool:
    if ".." not in written:
        return written.lower() == str(value).lower()
    least, most = written.split("..")
    if isinstance(value, int):
        return (not least or int(least) <= value) and (not most or value <= int(most))
    return (not least or least <= str(value)) and (not most or str(value) <= most)


@pytest.mark.parametrize("name", POLICIES)
def test_days(kb_folder: Path, tmp_path: Path, name: str) -> None:
    kb: KnowledgeBase = dated(kb_folder, tmp_path / "kb", CLAUSE.format(rules=POLICIES[name]))
    [gap] = [each for each in kb.check("ash") if each.kind == "gap"]
    assert gap.regions
    for day in DAYS:
        for urgent in (True, False):
            for visits in (2, 7):
                facts: dict[str, object] = {"day": day.isoformat(), "urgent": urgent, "visits": visits, "site": "arm"}
                inside = [each for each in gap.regions if holds(each, facts)]
                class_ = kb.decide(facts, "ash").class_
                assert bool(inside) == (class_ == "no_criterion") or day < FIRST_DAY, facts
                assert day >= FIRST_DAY or not any("day" in each.box for each in inside), "a gate decides there"
