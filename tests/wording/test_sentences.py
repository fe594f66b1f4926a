"""Sentences carry their depth, mark, number and citation as fields, and say each thing in one way."""

from __future__ import annotations

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.consistency.baseline import CheckedPolicy
from payerlogic.consistency.causes import causes
from payerlogic.documents.rendering import as_text
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.wording.comparison import side_names
from payerlogic.wording.findings import in_lines, lines
from payerlogic.wording.outline import Line
from payerlogic.wording.outline import as_text as outlined


@pytest.mark.parametrize(
    ("line", "text", "in_a_list"),
    [
        (Line("Denied"), "Denied", "Denied"),
        (Line("Denied", citation="Criteria [B16]", end="."), "Denied [Criteria [B16]].", "Denied [Criteria [B16]]."),
        (Line("one fraction", 1, "-"), "  - one fraction", "one fraction"),
        (Line("age is 45", 2, "✗"), "    ✗ age is 45", "age is 45"),
        (Line("state the age", 1, number=3), "  3. state the age", "3. state the age"),
    ],
)
def test_what_stands_in_front_of_a_sentence(line: Line, text: str, in_a_list: str) -> None:
    assert outlined([line]) == f"{text}\n"
    assert line.numbered == in_a_list


def test_rules_of_a_proof_are_put_together_by_file(kb: KnowledgeBase) -> None:
    finding = next(each for each in kb.check("bcbsaz") if each.proof is not None and len(each.proof.rules) > 1)
    assert finding.proof is not None
    proved = next(line for line in in_lines(kb, finding) if line.startswith("proved (UNSAT) from "))
    for file in {rule.file for rule in finding.proof.rules}:
        assert proved.count(f"{file} line") == 1
    assert all(str(rule.line) in proved for rule in finding.proof.rules)


def test_the_causes_of_findings_are_numbered_and_the_disclaimer_is_last(kb: KnowledgeBase) -> None:
    findings = kb.check("bcbsaz")
    said = list(lines(kb, CheckedPolicy(tuple(findings))))
    assert sum(line.number > 0 for line in said) == len(causes(findings))
    assert said[-1].text == DISCLAIMER


@pytest.mark.parametrize(
    ("left", "right", "names"),
    [
        ("nia", "bcbsaz", ("NIA", "BCBSAZ")),
        ("bcbsaz@2022-09-19", "bcbsaz@2023-09-21", ("2022-09-19", "2023-09-21")),
    ],
)
def test_two_sides_are_named_by_what_differs(
    kb: KnowledgeBase, settings: Settings, left: str, right: str, names: tuple[str, str]
) -> None:
    found = kb.compare(left, right, settings)
    told = side_names(kb.catalog, found.left, found.right)
    assert all(name in side for name, side in zip(names, told, strict=True))


def test_a_payer_without_a_short_name_is_called_by_its_name(made_up: object) -> None:
    kb = made_up({"acme": (  # type: ignore[operator]
        'payer(acme, "Acme Mutual (made up)"). policy(acme, acme, iort, "A", "A"). version(acme, 20200101, "first").\n'
        'statement(acme, "A1", "Criteria", "sentence 1", "made up", rule).\n'
        'clause(acme, a1, "Brain"). met(acme, a1) :- case(primary_site, brain).\n'
        'concludes(acme, a1, medically_necessary). cites(acme, a1, "A1").\n'
    )})  # fmt: skip
    assert kb.catalog.policies["acme"].payer_short == "Acme Mutual (made up)"
    assert kb.catalog.policies["nia"].payer_short == "NIA"


def test_the_same_answer_is_said_in_the_same_words(kb: KnowledgeBase, settings: Settings) -> None:
    answer = kb.robustness({"primary_site": "brain"}, "bcbsaz", settings)
    assert as_text(answer, kb) == kb.text(answer)
