"""Edits in words: every edit that can be declared has some, whatever is left of a rule without its edition or reading.

A rule may ask for nothing but an edition or a reading. Then these are what makes it one way among others, and what the
words name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase
from payerlogic.repair.declared import PolicyEdit, PolicyText, choices
from payerlogic.repair.result import Repair
from payerlogic.text.phrases import joined
from payerlogic.wording.repairs import EditWords, by_edits, consequences, group_lines, lines
from tests.repair.dated import FIRST, SECOND, dated

READ = """ambiguity(ash, ash_r, "How wide?", "-"). cites(ash, ash_r, "S1").
option(ash_r, 1, wide, "taken widely"). option(ash_r, 2, narrow, "taken narrowly").
"""
TEXT = """clause(ash, a, "Clause a"). cites(ash, a, "S1"). concludes(ash, a, medically_necessary).
met(ash, a) :- criterion(ash, shared), at_least(visits, 2).
{read}criterion(ash, shared) :- {asked}.
criterion(ash, shared) :- case(urgent, true), case(site, (arm; leg)).
label(criterion(ash, shared), "the shared criterion").
"""
ALONE = (
    (f"in_force(ash, {FIRST})", "first edition"),
    (f"in_force(ash, ({FIRST}; {SECOND}))", "first edition or second edition"),
    ("reading(ash_r, wide)", "taken widely"),
    ("reading(ash_r, (wide; narrow))", "taken widely or taken narrowly"),
    (f"in_force(ash, {SECOND}), reading(ash_r, narrow)", "taken narrowly"),
    (f"in_force(ash, {SECOND}), case(site, hand)", "site is hand"),
    (f"not in_force(ash, {FIRST})", "not: first edition"),
)


def loaded(kb_folder: Path, tmp_path: Path, asked: str) -> KnowledgeBase:
    read = READ if "ash_r" in asked else ""
    return dated(kb_folder, tmp_path / "kb", TEXT.format(asked=asked, read=read))


def every_edit(text: PolicyText) -> Iterator[PolicyEdit]:
    """Each edit of a rule that could be declared."""
    for number, statement in enumerate(text.statements):
        conditions = text.conditions(number)
        if conditions:
            yield PolicyEdit("strike_rule", (number,))
        for at in range(len(conditions)):
            yield PolicyEdit("strike_condition", (number, at))
            yield PolicyEdit("drop_condition", (number, at))
            yield PolicyEdit("add_condition", ("a", number, at))
        yield from (PolicyEdit("strike_choice", (number, at)) for at in range(len(choices(statement))))
        yield from (PolicyEdit("move_threshold", (number, at, bound)) for at, _, bound in text.compared(number))


@pytest.mark.parametrize(("asked", "named"), ALONE)
def test_every_edit_has_words(kb_folder: Path, tmp_path: Path, asked: str, named: str) -> None:
    kb = loaded(kb_folder, tmp_path, asked)
    words = EditWords.of(kb, "ash")
    said = {edit: words.edit(edit) for edit in every_edit(words.text)}
    assert all(said.values())
    struck = [each for edit, each in said.items() if edit.kind == "strike_rule"]
    assert len(set(struck)) == len(struck)
    assert all(each.partition("): ")[2] for each in struck), "each says which way"
    assert any(named in each for each in struck)


@pytest.mark.parametrize(("asked", "named"), ALONE)
def test_every_finding_has_its_repairs_in_words(kb_folder: Path, tmp_path: Path, asked: str, named: str) -> None:
    kb = loaded(kb_folder, tmp_path, asked)
    found = kb.repairs("ash", listed=100, most=1)
    said = "\n".join(map(str, lines(kb, found)))
    assert said.count("one at a time") >= len([each for each in found.repairs if each.most == 1]), named


DAY = date(2023, 5, 6)
MOVED = (PolicyEdit("state_precedence", ("a", "b")),)
SHARES = (
    (MOVED, Fraction(1, 10), None, "10 % of the cells over every day, not of patients", False),
    (MOVED, Fraction(1, 10), DAY, "10 % of the cells on May 6, 2023, not of patients", False),
    (MOVED, Fraction(9, 10), None, "90 % of the cells over every day, not of patients", True),
    ((PolicyEdit("add_clause", ("a",)),), Fraction(9, 10), DAY, "90 % of the cells on May 6, 2023", False),
    (MOVED, Fraction(0), DAY, "changes no determination", False),
)


@pytest.mark.parametrize(("edits", "share", "day", "said", "warned"), SHARES)
def test_a_share_says_of_what_it_is(
    kb_folder: Path, tmp_path: Path, edits: tuple[PolicyEdit, ...], share: Fraction, day: date, said: str, warned: bool
) -> None:
    words = EditWords.of(loaded(kb_folder, tmp_path, ALONE[0][0]), "ash")
    first, *others = consequences(words, Repair(edits, share, ((None, None, share),), (), (), (), day))
    assert said in first
    assert any("replaces the policy" in each for each in others) == warned


def test_repairs_that_differ_in_a_number_alone_are_one_line(kb_folder: Path, tmp_path: Path) -> None:
    words = EditWords.of(loaded(kb_folder, tmp_path, ALONE[0][0]), "ash")
    [number] = words.text.used_by("a")[:1]
    strike = (PolicyEdit("strike_rule", (number,)),)

    def move(bound: int, *then: PolicyEdit) -> Repair:
        return Repair((PolicyEdit("move_threshold", (number, 1, bound)), *then), Fraction(bound, 100), (), (), ())

    groups = by_edits(
        [move(3), move(4, *strike), move(5), Repair(strike, Fraction(1, 2), (), (), ()), move(6, *strike)]
    )
    assert [[each.share * 100 for each in group] for group in groups] == [[3, 5], [4, 6], [50]]
    said = [list(group_lines(words, group)) for group in groups]
    assert "'visits is 5 or more' (5 % of the cells)" in said[0][-1]
    assert "'visits is 6 or more' (6 % of the cells)" in said[1][-1]
    assert not any("another number" in each for each in said[2])


def test_what_a_clause_excludes_is_quoted(kb_folder: Path, tmp_path: Path) -> None:
    """The label of a criterion is a phrase of any kind, so no sentence can take it in."""
    words = EditWords.of(loaded(kb_folder, tmp_path, ALONE[0][0]), "ash")
    number = words.text.used_by("a")[0]
    excluded = [words.edit(PolicyEdit("add_condition", ("a", number, at))) for at in words.text.excludable(number)]
    assert excluded
    assert all(each.endswith("'") and "exclude the cases that meet '" in each for each in excluded)


def test_a_list_of_nothing() -> None:
    assert joined([]) == ""
