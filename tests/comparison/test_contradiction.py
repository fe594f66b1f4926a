"""A policy that contradicts itself, compared: a class of its own, with both clauses and what would settle it."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase
from payerlogic.documents.comparison_report import Report

ELM = """
payer(elm, "Elm Health (made up)"). policy(elm, elm, iort, "ELM_1", "Radiation at Surgery").
statement(elm, "E1", "Criteria", "first",  "the first rule", rule).
statement(elm, "E2", "Criteria", "second", "the second rule", rule).
clause(elm, e1, "A close margin").
met(elm, e1) :- case(margin_status, close).
concludes(elm, e1, medically_necessary).
cites(elm, e1, "E1").
clause(elm, e2, "Electron beam").
met(elm, e2) :- case(modality, electron_beam).
concludes(elm, e2, experimental_investigational).
cites(elm, e2, "E2").
clause(elm, rest, "Everything else").
otherwise(elm, rest).
met(elm, rest) :- not criterion(elm, addressed).
criterion(elm, addressed) :- met(elm, (e1; e2)).
label(criterion(elm, addressed), "a rule applies").
concludes(elm, rest, {closing}).
cites(elm, rest, "E2").
"""


def with_elm(kb_folder: Path, folder: Path, closing: str) -> KnowledgeBase:
    copytree(kb_folder, folder / "kb")
    text = ELM.replace("{closing}", closing)
    (folder / "kb" / "policies" / "elm.lp").write_text(text, encoding="utf-8")
    return KnowledgeBase.load(folder / "kb")


@pytest.fixture(scope="module")
def elm(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return with_elm(kb_folder, tmp_path_factory.mktemp("elm"), "case_by_case")


@pytest.mark.parametrize("other", ["nia", "bcbsaz", "bcbsaz@2022-01-01", "nia@2020-01-01"])
def test_it_is_process_unless_one_is_silent(elm: KnowledgeBase, other: str) -> None:
    found = elm.compare("elm", other)
    assert found.complete
    contradicted = [pair for pair in found.pairs if pair.left == "contradiction"]
    assert contradicted
    for pair in contradicted:
        silent = elm.catalog.classes[pair.right].outcome == "not_addressed"
        assert pair.relation == ("silent" if silent else "process")
        assert pair.outcomes_differ
        for region in pair.regions:
            assert {clause.id for clause in region.left} == {"e1", "e2"}
            assert region.box["margin_status"] == ["close"]
            assert region.box["modality"] == ["electron_beam"]


def test_a_report_says_so_with_both_clauses_and_what_would_settle_it(elm: KnowledgeBase) -> None:
    report = Report.of(elm, elm.compare("elm", "bcbsaz"))
    (told,) = [line for line in report.summary if "contradicts itself" in line]
    assert told.startswith("Elm Health (made up) contradicts itself in ")
    assert "a precedence between the two clauses" in told
    assert not any("'contradiction'" in line for line in report.summary)


def test_check_names_both_clauses_and_what_would_settle_it(elm: KnowledgeBase) -> None:
    (finding,) = [each for each in elm.check("elm") if each.kind == "conflict"]
    assert finding.clauses == ("e1", "e2")
    assert "the policy contradicts itself there" in finding.message
    assert "a precedence between the two" in finding.message
    assert finding.by_default
