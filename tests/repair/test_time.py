"""A search whose time ends says exactly what was tried, and "none" only where all was.

=========================================  ==================================================================
``test_every_moment``                      wherever the time ends, what is counted is what was asked, in order
``test_no_time_at_all``                    nothing was searched, and that is what is said
``test_what_was_found_is_still_checked``   a repair that was found in time is listed, with a warning of others
=========================================  ==================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from payerlogic.diagrams.budget import Budget
from payerlogic.repair.declared import DeclaredEdits, PolicyEdit
from payerlogic.repair.result import Repairs
from payerlogic.repair.search import RepairSearch
from payerlogic.repair.trying import Edits, minimal_sets
from payerlogic.wording.repairs import lines, tried
from tests.repair.test_repairs import CONFLICT, loaded

FOUR = DeclaredEdits(tuple(PolicyEdit("strike_rule", (number,)) for number in range(4)), 2)


@dataclass(frozen=True)
class Asks(Budget):
    """A time that is over once it was asked for so often."""

    left: list[int] | None = None

    @property
    def spent(self) -> bool:
        assert self.left is not None
        self.left[0] -= 1
        return self.left[0] < 0


@pytest.mark.parametrize("moment", range(12))
def test_every_moment(moment: int) -> None:
    asked: list[Edits] = []

    def ends(edits: Edits) -> bool:
        asked.append(edits)
        return False

    found = minimal_sets(FOUR, ends, lambda edits: edits, budget=Asks(left=[moment]))
    every = [each for size in (1, 2) for each in combinations(FOUR.edits, size)]
    assert asked == every[:moment]
    assert found.sets == min(moment, len(every))
    assert found.all_up_to == (2 if moment >= len(every) else 1 if moment >= 4 else 0)
    said = tried(Repairs(None, 4, 2, found.sets, 0, 0, (), 0, found.all_up_to))
    assert ("in vain" in said) == (moment >= len(every))
    assert ("the time ended" in said) == (moment < len(every))


def test_no_time_at_all(kb_folder: Path, tmp_path: Path) -> None:
    kb = loaded(kb_folder, tmp_path / "kb", CONFLICT)
    [found] = [
        each for each in kb.repairs("ash", seconds=0).repairs if each.finding and each.finding.kind == "conflict"
    ]
    assert (found.complete, found.tried, found.found, found.repairs) == (False, 0, 0, ())
    assert tried(found).startswith("not searched: the time ended before")
    assert found.to_dict()["complete"] is False
    said = "\n".join(map(str, lines(kb, kb.repairs("ash", seconds=0))))
    assert "end 0 of them so far; the time ended for 1, and 1 of these may have one not tried yet" in said


def test_what_was_found_is_still_checked(kb_folder: Path, tmp_path: Path) -> None:
    kb = loaded(kb_folder, tmp_path / "kb", CONFLICT)
    finding = next(each for each in kb.check("ash") if each.kind == "conflict")
    whole = RepairSearch(kb, "ash", listed=100).of(finding)
    part = RepairSearch(kb, "ash", listed=100).of(finding, Asks(left=[4]))
    assert whole.complete
    assert not part.complete
    assert len(part.repairs) == 1, "once the time is over, one is checked"
    assert {each.edits for each in part.repairs} < {each.edits for each in whole.repairs}
    assert "there may be other repairs" in tried(part)
