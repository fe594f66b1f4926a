"""Repairs of dead and redundant parts, on random small policies, against every declared edit made in a file.

================================  ==========================================================================
``test_against_every_edit``       each single edit is written to a folder, loaded and checked as a user would: the
                                  repairs are those after which ``check`` no longer finds it, nor anything new in
                                  its place (sound, complete; one edit is always minimal)
``is_same`` in it                 a repair says that no determination changes exactly if each case, decided one by
                                  one, has the class that it had
================================  ==========================================================================
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.consistency.baseline import fingerprint
from payerlogic.consistency.finding import Finding
from payerlogic.program.statements import Literal, Term
from payerlogic.repair.declared import PolicyEdit, PolicyText, declared
from payerlogic.repair.edited_text import with_edits
from payerlogic.repair.search import RepairSearch
from tests.repair.test_repairs import condition, drawn, loaded
from tests.tiers import amounts

KINDS = ("dead", "redundant")


CASES = [
    {"urgent": urgent, "referred": referred, "site": site, "visits": visits}
    for urgent, referred, site, visits in product((True, False), (True, False), ("arm", "leg", "hand"), range(7))
]


def classes(kb: KnowledgeBase) -> list[tuple[str, ...]]:
    """The class of every case, one by one."""
    return [kb.decide(case, "ash").possible for case in CASES]


def with_a_part(seed: int) -> str:
    """A random policy in which one clause can be met in a second way: in fewer cases, or in none."""
    text = drawn(seed)
    found = re.search(r"met\(ash, a\) :- (.*)\.", text)
    assert found is not None
    return f"{text}\nmet(ash, a) :- {found[1]}, {condition(Random(seed + 1000))}."


def checked(kb: KnowledgeBase) -> dict[str, Finding]:
    defaults = {name: each.default for name, each in kb.catalog.readings.items()}
    return {fingerprint(each): each for each in kb.check("ash", defaults)}


def about(finding: Finding) -> tuple[object, ...]:
    """What a finding is about: a clause, or a way or condition of the rule on a line, which no edit moves."""
    rule = finding.rule
    if rule is None:
        return finding.kind, finding.clauses[0]
    user = finding.clauses[0] if finding.kind == "dead" else ""
    return finding.kind, user, rule.line, rule.concludes, frozenset(rule.body), rule.condition


def in_place(finding: Finding, before: dict[str, Finding], after: dict[str, Finding]) -> bool:
    """Whether a finding is still there; or, newly, one of the same clause as a whole, or of the same rule."""
    old = {about(each) for each in before.values()}
    for each in after.values():
        if each.kind != finding.kind or (about(each) in old and about(each) != about(finding)):
            continue
        if about(each) == about(finding):
            return True
        if each.rule is None or finding.rule is None:
            if each.clauses[0] == finding.clauses[0]:
                return True
        elif about(each)[:4] == about(finding)[:4] and each.rule.condition in ("", finding.rule.condition):
            return True
    return False


def says_twice(text: PolicyText, finding: Finding) -> bool:
    """Whether the rule of a finding now says, for something that it lists, what another one says."""
    if finding.rule is None:
        return False
    ways: dict[tuple[str, ...], set[int]] = {}
    for each in text.statements:
        for body in product(*(map(str, listed(literal)) for literal in each.rule.body)) if each.rule else ():
            ways.setdefault((*map(str, each.rule.heads), *sorted(body)), set()).add(each.line)
    return any(finding.rule.line in lines and len(lines) > 1 for way, lines in ways.items() if len(way) > 1)


def listed(literal: Literal) -> Iterator[Term | Literal]:
    if literal.atom is None:
        yield literal
        return
    *first, last = literal.atom.parts
    for each in last.alternatives():
        yield Term(literal.atom.kind, literal.atom.name, (*first, each))


@pytest.mark.parametrize("policies", amounts(1, 12))
def test_against_every_edit(kb_folder: Path, tmp_path: Path, policies: int) -> None:
    seen = Counter[str]()
    for seed in range(policies):
        kb = loaded(kb_folder, tmp_path / f"{seed}", with_a_part(seed))
        seen.update(compare(kb, kb.file_of("ash").path))
    assert seen["redundant"], seen
    assert policies < 5 or seen["dead"], seen


def compare(kb: KnowledgeBase, path: Path) -> Iterator[str]:
    """The kinds of the findings whose repairs were compared."""
    wanted = [each for each in kb.check("ash") if each.kind in KINDS and each.by_default]
    search, text, saved = RepairSearch(kb, "ash", listed=1000), PolicyText.of(kb, "ash"), path.read_text("utf-8")
    before, now, made = checked(kb), classes(kb), dict[PolicyEdit, tuple[KnowledgeBase, dict[str, Finding]] | None]()
    for finding in wanted:
        got = search.of(finding)
        meanings = {
            r: [x.name for x in kb.catalog.readings[r].options if x.name not in o] for r, o in finding.under.items()
        }
        edits = declared(text, finding.kind, finding.clauses[:1], part=finding.rule, meanings=meanings).edits
        assert got.complete
        assert (got.declared, got.tried, got.weighed) == (len(edits), len(edits), len(got.repairs))
        ending = set[PolicyEdit]()
        for edit in edits:
            if edit not in made:
                path.write_text(with_edits(text, [edit]), encoding="utf-8")
                loaded_again = _read(path.parent.parent)
                made[edit] = (loaded_again, checked(loaded_again)) if loaded_again is not None else None
            after = made[edit]
            if after is None or says_twice(PolicyText.of(after[0], "ash"), finding):
                continue
            if not in_place(finding, before, after[1]):
                ending.add(edit)
        assert {each for repair in got.repairs for each in repair.edits} == ending
        for repair in got.repairs:
            after = made[repair.edits[0]]
            assert after is not None
            is_same = classes(after[0]) == now
            assert is_same == (not repair.share), repair.edits
        yield finding.kind
    path.write_text(saved, encoding="utf-8")


def _read(folder: Path) -> KnowledgeBase | None:
    try:
        return KnowledgeBase.load(folder)
    except KnowledgeBaseError:
        return None
