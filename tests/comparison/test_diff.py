"""What an edit changes: by the text, and case by case against what the two knowledge bases decide.

===================================  ==================================================================
``test_every_cell``                  one edit of a made-up policy: the regions hold exactly the cases that
                                     both decide, and decide differently
``test_a_new_value``                 a value that only one side knows: its cases are named apart
``test_edits``                       what is said of the text
``test_cases``                       the user's own cases
``test_a_wrong_claim``               a region with another class than it has is not proved
===================================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import chain, combinations, product
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest

from payerlogic import KnowledgeBase
from payerlogic.comparison.diff_search import difference
from payerlogic.comparison.knowledge_diff import ClassChange, KnowledgeDiff, PolicySearch
from payerlogic.comparison.revision_space import RevisionSpace
from payerlogic.comparison.shared_axes import SharedAxes
from payerlogic.errors import CaseError, InternalDisagreement, QuestionError

AS_OF = date(2026, 11, 22)
POLICIES = Path(__file__).resolve().parent / "policies"
ALDER = "policies/alder.lp"
FINDINGS = ("insufficient_net_improvement", "lack_of_final_approval")
Edits = tuple[tuple[str, str, str], ...]

MOVED: Edits = (
    (ALDER, "at_least(age_years, 40)", "at_least(age_years, 45)"),
    (ALDER, "bound(age_years, at_least, 40)", "bound(age_years, at_least, 45)"),
)
DROPPED: Edits = (
    (ALDER, "concludes(alder, a3, physician_review).\n", ""),
    (ALDER, 'clause(alder, a3, "In situ").\n', ""),
    (ALDER, 'met(alder, a3) :- case(t_category, "Tis").\n', ""),
    (ALDER, "prevails(alder, a3, a1).\n", ""),
    (ALDER, 'cites(alder, a3, "A3").\n', ""),
    (ALDER, "prevails(alder, a2, (a1; a3)).", "prevails(alder, a2, a1)."),
    (ALDER, ", not met(alder, a3)", ""),
    (ALDER, '"in situ tumors are reviewed", rule)', '"in situ tumors are reviewed", none("no rule yet"))'),
)
ADDED: Edits = ((ALDER, "case(fda_status, none).", "case(fda_status, none), case(margin_status, positive)."),)
READ: Edits = (
    (ALDER, "option(alder_lacking, 1, finding_counts", "option(alder_lacking, 3, finding_counts"),
    (ALDER, "option(alder_lacking, 2, status_only", "option(alder_lacking, 1, status_only"),
    (ALDER, "option(alder_lacking, 3, finding_counts", "option(alder_lacking, 2, finding_counts"),
)
REWORDED: Edits = ((ALDER, "the rest case by case", "all other cases one by one"),)
COMMENT: Edits = ((ALDER, "Everything in it is made up.", "All of it is made up."),)
UNPRESUMED: Edits = (
    (ALDER, "presumption(20, alder_resected, alder, resection).\n", ""),
    (ALDER, "presumed_value(alder_resected, done).\n", ""),
    (ALDER, 'label(alder_resected, "the tumor is resected").\n', ""),
    (ALDER, 'cites(alder, alder_resected, "A1").\n', ""),
)
VALUE = "value(ei_conditions, 1, "
JOINED: Edits = (
    *ADDED,
    ("vocabulary/regulation.lp", VALUE, f'value(ei_conditions, 99, shortage, "a shortage").\n{VALUE}'),
)
ALL = {
    "joined": JOINED,
    "moved": MOVED,
    "dropped": DROPPED,
    "added": ADDED,
    "read": READ,
    "reworded": REWORDED,
    "comment": COMMENT,
    "unpresumed": (*UNPRESUMED, *MOVED),
    "several": (*MOVED, *ADDED, *READ),
}


@pytest.fixture(scope="module")
def edited(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The made-up knowledge base after some edits."""

    @cache
    def make(edits: Edits) -> KnowledgeBase:
        folder = tmp_path_factory.mktemp("edited") / "kb"
        copytree(kb_folder, folder, ignore=ignore_patterns("policies"))
        copytree(POLICIES, folder / "policies")
        for name, old, new in edits:
            text = (folder / name).read_text(encoding="utf-8")
            assert old in text, old
            (folder / name).write_text(text.replace(old, new), encoding="utf-8")
        return KnowledgeBase.load(folder)

    return make


# --- Determinations ------------------------------------------------------------------------------------------


def all_cases(kb: KnowledgeBase) -> Iterator[dict[str, Any]]:
    """Every value of what alder asks, ages at either side of each threshold, sets of two findings and another."""
    findings = [*FINDINGS, next(c.value for c in kb.vocabulary["ei_conditions"].choices if c.value not in FINDINGS)]
    subsets = chain.from_iterable(combinations(findings, size) for size in range(4))
    values: dict[str, list[Any]] = {
        "age_years": [39, 40, 44, 45],
        "margin_status": [each.value for each in kb.vocabulary["margin_status"].choices],
        "fda_status": ["approved", "cleared_510k", "none"],
        "t_category": ["Tis", "T1"],
        "ei_conditions": [list(each) for each in subsets if set(each) & set(FINDINGS)],
        "resection": ["done"],
    }
    for cell in product(*values.values()):
        case = dict(zip(values, cell, strict=True))
        yield case | {"tumor_behavior": "in_situ" if case["t_category"] == "Tis" else "invasive"}


def within(box: Mapping[str, Any], case: Mapping[str, Any]) -> bool:
    return all(_is_in(case[name], values) for name, values in box.items())


def _is_in(value: Any, to: Any) -> bool:
    if isinstance(to, dict):
        chosen, parts = set(value), []
        if "any_of" in to:
            parts.append(bool(chosen & set(to["any_of"])))
        if "all_of" in to:
            parts.append(chosen >= set(to["all_of"]))
        if "none_of" in to:
            parts.append(not chosen & set(to["none_of"]))
        if "not" in to:
            parts.append(not _is_in(value, to["not"]))
        assert to.keys() <= {"any_of", "all_of", "none_of", "not"}, to
        return all(parts)
    if any(isinstance(each, dict) for each in to):
        return any(_is_in(value, each) for each in to)
    for each in to:
        low, is_range, high = str(each).partition("..")
        if is_range and (not low or value >= int(low)) and (not high or value <= int(high)):
            return True
        if not is_range and value == each:
            return True
    return False


SLOW = ("added", "unpresumed", "several")


@pytest.mark.parametrize("name", [pytest.param(each, marks=[pytest.mark.slow] * (each in SLOW)) for each in ALL])
def test_every_cell(small: KnowledgeBase, edited: Any, name: str) -> None:
    new, settings = edited(ALL[name]), small.settings(as_of=AS_OF)
    found, back = (difference(*sides, ["alder"], as_of=AS_OF) for sides in ((small, new), (new, small)))
    seen = 0
    for case in all_cases(small):
        try:
            old_class, new_class = (kb.decide(case, "alder", settings).class_ for kb in (small, new))
        except CaseError:
            continue
        seen += 1
        differ = old_class != new_class
        assert changes_at(found, case) == ({(old_class, new_class)} if differ else set()), case
        assert changes_at(back, case) == ({(new_class, old_class)} if differ else set()), case
    assert seen > 100
    for each in (found, back):
        (alder,) = each.policies
        assert each.changed == bool(alder.changes) == (name not in ("reworded", "comment"))
        assert alder.proof == ("diagrams" if name == "joined" else "solver")


def changes_at(found: KnowledgeDiff, case: Mapping[str, Any]) -> set[tuple[str | None, str | None]]:
    changes = found.policies[0].changes
    return {(each.old, each.new) for each in changes if any(within(region.box, case) for region in each.regions)}


def test_nothing_is_edited(small: KnowledgeBase) -> None:
    found = difference(small, small, as_of=AS_OF)
    assert (found.changed, found.edits) == (False, ())
    assert {each.proof for each in found.policies} == {"text"}


def test_a_wrong_claim(small: KnowledgeBase, edited: Any) -> None:
    search = PolicySearch(small.only("alder"), edited(MOVED).only("alder"), "alder", AS_OF)
    found = search.find()
    shared = SharedAxes.of(*search.models)
    space = RevisionSpace(shared, (search.parties[0], search.parties[1]))
    assert search._prove(space, found.changes)
    (change, *_) = found.changes
    wrong: ClassChange = replace(change, new=change.old, old=change.new)
    with pytest.raises(InternalDisagreement):
        search._prove(space, (wrong,))


# --- What only one side knows --------------------------------------------------------------------------------


def test_a_new_value(small: KnowledgeBase, edited: Any) -> None:
    vocabulary = next(each for each in small.program.files if "value(margin_status," in each.text)
    line = next(each for each in vocabulary.text.splitlines() if "value(margin_status," in each)
    place = vocabulary.path.relative_to(small.program.folder).as_posix()
    new = edited(((place, line, f'{line}\nvalue(margin_status, 99, unclear, "unclear").'),))
    found = difference(small, new, ["alder"], as_of=AS_OF)
    (alder,) = found.policies
    assert not found.changed
    assert alder.changes
    assert {change.old for change in alder.changes} == {None}
    assert {tuple(region.box["margin_status"]) for c in alder.changes for region in c.regions} == {("unclear",)}
    (back,) = difference(new, small, ["alder"], as_of=AS_OF).policies
    assert {change.new for change in back.changes} == {None}
    assert back.changed


# --- Text ----------------------------------------------------------------------------------------------------


def said(found: KnowledgeDiff) -> set[tuple[str, str, str]]:
    return {(each.kind, each.id, each.change) for each in found.edits}


def test_edits(small: KnowledgeBase, edited: Any) -> None:
    found = difference(small, edited(REWORDED), as_of=AS_OF)
    assert said(found) == {("statement", "A4", "changed")}
    assert "the rest case by case" in str(found.edits[0].before)
    assert "all other cases one by one" in str(found.edits[0].after)
    read = difference(small, edited(READ), as_of=AS_OF)
    assert said(read) == {("reading", "alder_lacking", "changed")}
    assert "By default status_only" in str(read.edits[0].after)


def test_a_threshold_is_one_rule_before_and_after(small: KnowledgeBase, edited: Any) -> None:
    found = difference(small, edited(MOVED), as_of=AS_OF)
    edit = next(each for each in found.edits if each.id.startswith("met"))
    assert (edit.kind, edit.id, edit.change) == ("rule", "met(alder,a1)", "changed")
    assert "at_least(age_years,40)" in str(edit.before)
    assert "at_least(age_years,45)" in str(edit.after)
    assert edit.where.startswith("policies/alder.lp, line ")


def test_a_dropped_clause(small: KnowledgeBase, edited: Any) -> None:
    found = said(difference(small, edited(DROPPED), as_of=AS_OF))
    assert {("clause", "a3", "removed"), ("rule", "met(alder,a3)", "removed"), ("statement", "A3", "changed")} <= found


def test_a_comment_is_no_edit(small: KnowledgeBase, edited: Any) -> None:
    assert difference(small, edited(COMMENT), as_of=AS_OF).edits == ()


def test_a_policy_that_only_one_has(small: KnowledgeBase, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    copytree(small.program.folder, folder, ignore=ignore_patterns("rowan.lp"))
    new = KnowledgeBase.load(folder)
    found = difference(small, new, as_of=AS_OF)
    assert ("policy", "rowan", "removed") in said(found)
    assert found.changed
    back = difference(new, small, as_of=AS_OF)
    assert ("policy", "rowan", "added") in said(back)
    assert not back.changed
    with pytest.raises(QuestionError, match="rowan: there is no such policy after the edit"):
        difference(small, new, ["rowan"])
    with pytest.raises(QuestionError, match="aldre: no such policy, before or after the edit; did you mean 'alder'"):
        difference(small, new, ["aldre"])


# --- Cases ---------------------------------------------------------------------------------------------------


def test_cases(small: KnowledgeBase, edited: Any) -> None:
    new = edited(MOVED)
    stated = {"margin_status": "negative", "fda_status": "cleared_510k", "t_category": "T1", "resection": "done"}
    stated |= {"ei_conditions": FINDINGS[0]}
    cases = [{"id": str(age), "age_years": age, **stated} for age in range(38, 48)]
    found = difference(small, new, ["alder"], as_of=AS_OF, cases=[*cases, {"id": "bad", "age_years": -1}]).cases
    assert found is not None
    settings = small.settings(as_of=AS_OF)
    differ = [
        case["id"]
        for case in cases
        if small.decide(case, "alder", settings).class_ != new.decide(case, "alder", settings).class_
    ]
    assert (found.decided, found.changed, [each.id for each in found.examples]) == (10, len(differ), differ)
    assert differ
    assert len(found.refused) == 1
    assert (found.refused[0].number, str(found.refused[0])[:5]) == (11, "bad: ")
