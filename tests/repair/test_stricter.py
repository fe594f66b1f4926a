"""Repairs of a plan that is stricter than a base, against every set of edits asked one by one."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.repair.declared import PolicyEdit, PolicyText
from payerlogic.repair.edited_text import with_edits
from payerlogic.repair.stricter import PlanRepairSearch
from tests.repair.test_repairs import loaded

PLAN = """clause(ash, a, "Often"). cites(ash, a, "S1"). concludes(ash, a, medically_necessary).
met(ash, a) :- at_least(visits, 5), case(referred, true).
clause(ash, b, "Urgent"). cites(ash, b, "S1"). concludes(ash, b, experimental_investigational).
met(ash, b) :- case(urgent, true), case(site, arm).
prevails(ash, b, a).
"""
BASE = """payer(elm, "Elm (made up)"). policy(elm, elm, limbs, "ELM_1", "Made up").
statement(elm, "S1", "Criteria", "sentence 1", "made up", rule).
clause(elm, a, "Often"). cites(elm, a, "S1"). concludes(elm, a, medically_necessary).
met(elm, a) :- at_least(visits, 4), case(referred, true).
"""


def test_against_every_set_of_edits(kb_folder: Path, tmp_path: Path) -> None:
    loaded(kb_folder, tmp_path / "kb", PLAN)
    (tmp_path / "kb" / "policies" / "elm.lp").write_text(BASE, encoding="utf-8")
    kb = KnowledgeBase.load(tmp_path / "kb")
    strictness = kb.stricter("ash", "elm")
    search = PlanRepairSearch(kb, strictness, 1000, None)
    got = search.repairs()
    text, wanted = PolicyText.of(kb, "ash"), set[frozenset[PolicyEdit]]()
    for size in range(1, got.most + 1):
        for edits in combinations(search.declared.edits, size):
            if len({each.at for each in edits}) < size or any(less <= set(edits) for less in wanted):
                continue
            try:
                after = kb.with_draft("ash", with_edits(text, edits))
            except KnowledgeBaseError:
                continue
            if not after.stricter("ash", "elm").stricter:
                wanted.add(frozenset(edits))
    assert wanted, "some repair is there to be found"
    assert {frozenset(each.edits) for each in got.repairs} == wanted
    assert any(each.kind == "strike_clause" for edits in wanted for each in edits)
