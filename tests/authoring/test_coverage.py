"""What tests cover: decided by diagrams, and here by clingo and by editing the files."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from payerlogic import KnowledgeBase
from payerlogic.authoring.case_tests import CaseTest, read_tests, stored_tests
from payerlogic.authoring.coverage import Coverage, coverage_of
from payerlogic.authoring.parts import parts_of
from payerlogic.authoring.running import run_all
from payerlogic.authoring.struck_out import StruckOut
from payerlogic.consistency.policy_copy import PolicyCopy
from tests.authoring.conftest import SMALL, Folder
from tests.support.random_cases import RandomCases

HARBOR = Path(__file__).resolve().parents[1] / "policies" / "third"
AGES = SMALL.replace(
    "met(acme, a1) :- case(oncologic, true).",
    "met(acme, a1) :- criterion(acme, old), case(primary_site, (rectum; colon)).\n"
    "met(acme, a1) :- case(intent, boost).\n"
    "criterion(acme, old) :- at_least(age_years, 65). criterion(acme, old) :- at_least(age_years, 80).\n"
    'label(criterion(acme, old), "old").',
)


def test(case: dict[str, Any], **more: Any) -> CaseTest:
    return CaseTest("t.yaml", 1, "some", case, {"acme": {"word": "open"}}, **more)


test.__test__ = False  # type: ignore[attr-defined]


def seen(coverage: Coverage) -> set[tuple[str, str]]:
    return {(each.part.kind, each.part.words) for each in coverage.missing}


@pytest.fixture
def ages(folder: Folder) -> KnowledgeBase:
    return KnowledgeBase.load(folder(acme=AGES))


def test_the_parts_of_a_policy(ages: KnowledgeBase) -> None:
    found = [(each.kind, each.words, each.line) for each in parts_of(ages, "acme")]
    assert found == [
        ("clause", "Cancer", 6),
        ("alternative", "primary site is colon and old", 6),
        ("alternative", "primary site is rectum and old", 6),
        ("alternative", "intent of the radiation is boost to external-beam radiation", 7),
        ("alternative", "age at least 65 years", 8),
        ("alternative", "age at least 80 years", 8),
        ("threshold", "age that just misses 'at least 65 years'", 8),
        ("threshold", "age that just meets 'at least 65 years'", 8),
        ("threshold", "age that just misses 'at least 80 years'", 8),
        ("threshold", "age that just meets 'at least 80 years'", 8),
    ]


def test_a_part_is_covered_where_it_makes_the_difference(ages: KnowledgeBase) -> None:
    """At 70 the rectum is decided by one alternative alone; at 85 either bound would do."""
    rectum = {"primary_site": "rectum", "oncologic": True, "intent": "sole_modality"}
    nothing = coverage_of(ages, "acme", [])
    assert (nothing.covered, nothing.total) == (0, 10)
    at_70 = coverage_of(ages, "acme", [test({**rectum, "age_years": 70})])
    assert ("alternative", "primary site is rectum and old") not in seen(at_70)
    assert ("alternative", "primary site is colon and old") in seen(at_70)
    assert ("alternative", "intent of the radiation is boost to external-beam radiation") in seen(at_70)
    at_85 = coverage_of(ages, "acme", [test({**rectum, "age_years": 85})])
    assert at_70.covered == at_85.covered + 2  # the alternative of 65, and its bound
    boost = coverage_of(ages, "acme", [test({**rectum, "age_years": 70, "intent": "boost"})])
    assert boost.covered == 1  # either rule would do, so the clause alone


def test_a_test_that_cannot_be_read_covers_nothing(ages: KnowledgeBase) -> None:
    assert coverage_of(ages, "acme", [test({"primary_sight": "rectum"})]).covered == 0


def test_what_can_make_no_difference_is_said(ages: KnowledgeBase) -> None:
    """Whoever is 80 is 65: the second rule could go. Were its bound dropped, everybody would be old."""
    missing = coverage_of(ages, "acme", []).missing
    assert [each.part.words for each in missing if each.proposal is None] == [
        "age at least 80 years",
        "age that just meets 'at least 80 years'",
    ]
    for each in missing:
        as_json = each.to_dict()
        assert (as_json["example"] is None) == (as_json["note"] is not None)


def test_thresholds_are_proposed_at_their_edge(ages: KnowledgeBase) -> None:
    found = {
        each.part.words: each.proposal.case["age_years"]
        for each in coverage_of(ages, "acme", []).missing
        if each.part.kind == "threshold" and each.proposal is not None
    }
    assert found["age that just misses 'at least 65 years'"] == 64
    assert found["age that just meets 'at least 65 years'"] == 65


COUNTS = SMALL.replace(
    "met(acme, a1) :- case(oncologic, true).",
    "met(acme, a1) :- #count { F : factor(acme, F) } >= 2, case(oncologic, true).\n"
    'met(acme, a1) :- #sum { 3, site : case(primary_site, rectum); 2, T : case(t_category, T), T != "T1" } >= 4.\n'
    "factor(acme, age) :- at_least(age_years, 65).\n"
    "factor(acme, site) :- case(primary_site, rectum).\n"
    "factor(acme, boost) :- case(intent, boost).",
)


@pytest.fixture
def counts(folder: Folder) -> KnowledgeBase:
    return KnowledgeBase.load(folder(acme=COUNTS))


def test_what_a_count_counts_are_parts(counts: KnowledgeBase) -> None:
    """With two of the three factors each of them makes the difference; with all three, none does."""
    members = [each.words.split(", where")[0] for each in parts_of(counts, "acme") if each.kind == "member"]
    assert members[:3] == ["factor(acme,age)", "factor(acme,boost)", "factor(acme,site)"]
    assert len(members) == 3 + 1 + len(counts.vocabulary["t_category"].choices) - 1
    two = {"oncologic": True, "age_years": 65, "primary_site": "rectum", "intent": "sole_modality", "t_category": "T1"}
    for case, factors in ((two, {"age", "site"}), ({**two, "intent": "boost"}, set())):
        left = {words for kind, words in seen(coverage_of(counts, "acme", [test(case)])) if kind == "member"}
        assert {
            each for each in ("age", "site", "boost") if f"factor(acme,{each}), where it is counted" not in left
        } == factors
    one = coverage_of(counts, "acme", [test({**two, "age_years": 64})])
    assert not any(words.startswith("a count that just misses 2 of 3") for _, words in seen(one))


def test_what_is_proposed_for_a_count_covers_it(counts: KnowledgeBase, tmp_path: Path) -> None:
    """In the diagrams and in clingo; and the sum too, of which one part alone never reaches the 4."""
    first = coverage_of(counts, "acme", [])
    proposed = as_tests(first, tmp_path)
    assert run_all(counts, proposed).failed == ()
    again = coverage_of(counts, "acme", proposed)
    assert [each.part for each in again.missing if each.proposal is not None] == []
    assert again.missing == tuple(each for each in first.missing if each.proposal is None)


def test_a_whole_number_of_a_decimal_is_no_number_of_its_last_places(kb_folder: Path) -> None:
    """20 pack-years, with one place, are not 20 tenths."""
    kb = KnowledgeBase.load(kb_folder, ["cms_ldct"])
    found = {each.boundary for each in parts_of(kb, "cms_ldct") if each.boundary}
    assert {("pack_years", 200, -1), ("pack_years", 200, 0)} <= found


def as_tests(coverage: Coverage, folder: Path) -> list[CaseTest]:
    """What is proposed, as somebody would copy it into a file."""
    lines = [f"as_of: {next(each.proposal.as_of for each in coverage.missing if each.proposal)}", "tests:"]
    for each in coverage.missing:
        if each.proposal is not None:
            lines += each.proposal.as_test(coverage.policy, each.part.words)
    path = folder / "proposed.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_tests([path])


@pytest.mark.parametrize("policy", ["harbor", "bcbsaz", pytest.param("nia", marks=pytest.mark.slow)])
def test_the_proposals_cover_everything_that_can_be_covered(kb_folder: Path, tmp_path: Path, policy: str) -> None:
    """Written into a file they pass, and nothing is left to propose."""
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "harbor.lp").write_bytes((HARBOR / "harbor.lp").read_bytes())
    kb = KnowledgeBase.load(folder, [policy])
    proposed = as_tests(coverage_of(kb, policy, []), tmp_path)
    assert run_all(kb, proposed).failed == ()
    again = coverage_of(kb, policy, proposed)
    assert [each.part for each in again.missing if each.proposal is not None] == []
    assert again.covered > 10


@pytest.mark.slow
def test_the_shipped_policies_are_covered(kb: KnowledgeBase, kb_folder: Path) -> None:
    tests = [each for each in stored_tests(kb_folder) if each.error is None]
    for policy in kb.policies:
        missing = coverage_of(kb, policy, tests).missing
        assert [each.part for each in missing if each.proposal is not None] == []


@pytest.mark.slow
def test_without_the_rule_in_its_file_the_proposed_case_is_decided_otherwise(kb_folder: Path, tmp_path: Path) -> None:
    """The rules are deleted from the text: a part of one rule with one way to hold is just that line."""
    folder = copytree(kb_folder, tmp_path / "kb")
    for each in (folder / "policies" / "iort").glob("*.lp"):
        each.unlink()
    place, text = folder / "policies" / "harbor.lp", (HARBOR / "harbor.lp").read_text(encoding="utf-8")
    place.write_text(text, encoding="utf-8")
    kb = KnowledgeBase.load(folder)
    statements = {each.line: each for each in kb.program.statements if each.file.path == place}
    tried = 0
    for each in coverage_of(kb, "harbor", []).missing:
        statement = statements.get(each.part.line)
        if each.part.kind != "alternative" or each.proposal is None or statement is None or ";" in statement.text:
            continue
        lines = text.split("\n")
        lines[statement.line - 1 : statement.last_line] = [""] * (statement.last_line - statement.line + 1)
        place.write_text("\n".join(lines), encoding="utf-8")
        settings = kb.settings(each.proposal.readings, as_of=each.proposal.as_of)
        try:
            other = KnowledgeBase.load(folder)
        except Exception:
            continue  # without its only rule a criterion is undefined, which is refused
        assert kb.decide(dict(each.proposal.case), "harbor", settings).class_ == each.proposal.expect
        assert other.decide(dict(each.proposal.case), "harbor", settings).class_ != each.proposal.expect, each.part
        tried += 1
    assert tried > 0


def test_diagrams_and_clingo_agree_on_what_a_count_changes(counts: KnowledgeBase) -> None:
    """On cases that state everything that the counts look at."""
    agree(counts, "acme", RandomCases(counts, 72), 20)


@pytest.mark.parametrize("policy", [pytest.param("nia", marks=pytest.mark.slow), "bcbsaz"])
def test_diagrams_and_clingo_agree_on_what_a_part_changes(kb: KnowledgeBase, policy: str) -> None:
    """For random cases that state everything, under random readings."""
    agree(kb.only(policy), policy, RandomCases(kb, 71), 25)


def agree(part: KnowledgeBase, policy: str, draw: RandomCases, most: int) -> None:
    """The diagrams of a policy without each of some parts, and clingo, on random cases."""
    omissions = list(dict.fromkeys(each for one in parts_of(part, policy) for each in one.omissions))
    chosen = draw.rng.sample(omissions, min(most, len(omissions)))
    copy = PolicyCopy(part.ground, part.compiler, policy, chosen)
    struck = [StruckOut(part.compiler, policy, each) for each in chosen]
    changing = 0
    for _ in range(60):
        case, readings = draw.case(stated=1.0), draw.readings()
        readings = {id_: each for id_, each in readings.items() if id_ in part.catalog.readings}
        view = part.situations.view(case, policy, part.settings(readings, presumptions=False))
        if view.unknown:
            continue
        stated = []
        for name, value in case.facts.items():
            axis = part.axes[name]
            true = axis.true_atoms(axis.member(value))
            others = axis.atoms.values() if axis.attribute.type == "set" else ()
            stated += [*true, *(-atom for atom in others if atom not in true)]
        taken = {id_: (readings.get(id_, each.default),) for id_, each in part.catalog.readings.items()}
        for omission, without in zip(chosen, struck, strict=True):
            expected = copy.satisfiable([*stated, *copy.under(taken), *copy.without_only(omission)])
            assert without.changes(view) == expected
            changing += expected
    assert changing > 5
