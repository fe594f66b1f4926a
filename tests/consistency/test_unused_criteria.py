"""Criteria, labels and statements that are left over once what used them is gone; what is used is not named."""

from __future__ import annotations

from pathlib import Path

import pytest

from payerlogic import KnowledgeBase
from tests.repair.test_repairs import loaded

CLAUSE = """statement(ash, "S2", "Criteria", "sentence 2", "made up", rule).
clause(ash, a, "Clause a"). cites(ash, a, "S1"). concludes(ash, a, medically_necessary).
clause(ash, rest, "Everything else"). cites(ash, rest, "S1"). concludes(ash, rest, experimental_investigational).
otherwise(ash, rest). met(ash, rest) :- not met(ash, a).
"""
LEFT = """criterion(ash, often) :- at_least(visits, 5).
label(criterion(ash, often), "often"). cites(ash, criterion(ash, often), "S2").
"""
ALONE = "met(ash, a) :- case(urgent, true).\n"
OFTEN, S2 = "no clause uses 'often' (criterion(ash,often))", "statement S2 is to have a rule, but nothing that is used"
UNUSED = {
    "no clause": (ALONE + LEFT, [OFTEN, S2]),
    "used by what is not used": (
        ALONE
        + LEFT
        + "criterion(ash, both) :- criterion(ash, often), case(referred, true).\n"
        + 'label(criterion(ash, both), "both").\n',
        [OFTEN, "no clause uses 'both'", S2],
    ),
    "what another clause cites is used": (ALONE + LEFT + 'cites(ash, a, "S2").\n', [OFTEN]),
    "a predicate of its own": (
        ALONE
        + LEFT
        + "factor(ash, age) :- criterion(ash, often).\n"
        + 'label(factor(ash, age), "age").\ncriterion(ash, two) :- 1 { factor(ash, X) }.\n'
        + 'label(criterion(ash, two), "two or more").\n',
        [OFTEN, "no clause uses 'age'", "no clause uses 'two or more'", S2],
    ),
}
USED = {
    "by a clause": "met(ash, a) :- criterion(ash, often).\n",
    "where it does not hold": "met(ash, a) :- case(urgent, true), not criterion(ash, often).\n",
    "by another criterion": "met(ash, a) :- criterion(ash, b).\ncriterion(ash, b) :- criterion(ash, often).\n"
    'label(criterion(ash, b), "b").\n',
    "among others": "met(ash, a) :- criterion(ash, (often; other)).\ncriterion(ash, other) :- case(urgent, true).\n"
    'label(criterion(ash, other), "other").\n',
    "in a count": "met(ash, a) :- 1 { criterion(ash, often); case(urgent, true) }.\n",
    "by a predicate of its own": "met(ash, a) :- 1 { factor(ash, X) }.\nfactor(ash, o) :- criterion(ash, often).\n"
    'label(factor(ash, o), "o").\n',
    "by a remark": ALONE + "advisory(ash, note) :- criterion(ash, often), determination(ash, medically_necessary).\n"
    'label(advisory(ash, note), "a note"). cites(ash, note, "S1").\n',
    "by a precedence": ALONE + "prevails(ash, a, rest) :- criterion(ash, often).\n",
}


def unused(kb: KnowledgeBase) -> list[str]:
    return [each.message for each in kb.check("ash") if each.kind == "unused"]


@pytest.mark.parametrize("name", UNUSED)
def test_what_is_left_over_is_named(kb_folder: Path, tmp_path: Path, name: str) -> None:
    text, wanted = UNUSED[name]
    found = unused(loaded(kb_folder, tmp_path / "kb", CLAUSE + text))
    assert len(found) == len(wanted), found
    assert all(any(each.startswith(begin) for each in found) for begin in wanted), found


@pytest.mark.parametrize("name", USED)
def test_what_is_used_is_not_named(kb_folder: Path, tmp_path: Path, name: str) -> None:
    assert unused(loaded(kb_folder, tmp_path / "kb", CLAUSE + USED[name] + LEFT)) == []


@pytest.mark.parametrize("left", LEFT.replace(". cites", ".\ncites").splitlines()[1:])
def test_a_label_or_citation_without_a_rule(kb_folder: Path, tmp_path: Path, left: str) -> None:
    found = unused(loaded(kb_folder, tmp_path / "kb", f"{CLAUSE}{ALONE}{left}\n"))
    assert sum(each.startswith("no rule concludes") and "criterion(ash,often)" in each for each in found) == 1, found
    assert sum(each.startswith("statement S2 is to have a rule") for each in found) == 1, found
