"""Adding a payer is adding a file: a made-up third policy is decided, explained and checked like the others.

``third/harbor.lp`` has what the shipped policies lack: "two or more of" as an aggregate, an age with a
least and a greatest value, and a criterion that only a later version has. No Python knows of it.
"""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import KnowledgeBase
from payerlogic.authoring.case_tests import CaseTest, read_tests
from payerlogic.authoring.running import run_all
from payerlogic.wording.explanation import outline
from payerlogic.wording.outline import as_text
from tests.support.brute_force import Answers
from tests.support.random_cases import RandomCases
from tests.tiers import amounts

THIRD = Path(__file__).resolve().parent / "third"
CASES = read_tests([THIRD / "cases.yaml"])


@pytest.fixture(scope="module")
def three(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The shipped knowledge base with a third policy file."""
    folder = tmp_path_factory.mktemp("third") / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / "harbor.lp").write_bytes((THIRD / "harbor.lp").read_bytes())
    return KnowledgeBase.load(folder)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(three: KnowledgeBase, case: CaseTest) -> None:
    assert run_all(three, [case]).failed == ()


@pytest.mark.parametrize("count", amounts(200, 800))
def test_random_cases(three: KnowledgeBase, count: int) -> None:
    """Diagrams and clingo agree on the third policy too."""
    draw = RandomCases(three, 700)
    for _ in range(count):
        case, settings = draw.case(), draw.settings()
        view = three.view(case, "harbor", settings)
        assert view.possible == three.solver.possible("harbor", three.situations.situation(view))


@pytest.mark.parametrize("count", amounts(20, 60))
def test_deciding_facts(three: KnowledgeBase, count: int) -> None:
    """And deciding facts follow their definition, the aggregate included."""
    draw = RandomCases(three, 701)
    checked = open_ = 0
    while checked < count:
        case, settings = draw.nearly_complete(draw.rng.randint(2, 6)), draw.settings()
        answers = Answers(three, case, "harbor", settings)
        if answers.size > 20_000 or len(answers.unknown) > 8:
            continue
        checked += 1
        found = three.decide(case, "harbor", settings)
        assert set(found.possible) == answers.space.classes("harbor").keys()
        assert set(found.deciding) == answers.deciding
        open_ += found.class_ is None
    assert open_ > 5


def test_the_others_are_untouched(three: KnowledgeBase, kb: KnowledgeBase) -> None:
    """New cuts of age and date leave every answer of the shipped policies as it was."""
    draw = RandomCases(kb, 702)
    for case, policy, settings in draw.questions(200):
        alone = kb.decide(case, policy, settings).to_dict()
        beside = three.decide(case, policy, settings).to_dict()
        assert {**alone, "kb": ""} == {**beside, "kb": ""}


def test_ledger(three: KnowledgeBase) -> None:
    """What the knowledge base says of the policy: where each clause stands, in which words, from when."""
    book = three.catalog.policies["harbor"]
    assert [(day, what) for day, what in book.versions] == [
        (20210301, "first edition: two of three risk factors"),
        (20240701, "second edition: four risk factors"),
    ]
    assert {id_: (each.effect, each.why) for id_, each in book.statements.items()} == {
        "H1": ("version", ""),
        "H2": ("none", "a mark"),
        "H3": ("rule", ""),
        "H4": ("rule", ""),
        "H5": ("rule", ""),
        "H6": ("rule", ""),
    }
    found = three.decide({"age_years": 60, "margin_status": "close", "t_category": "T4"}, "harbor")
    assert found.policy == "HM_7"
    assert found.clauses[0].title == "Two risk factors at the age named"
    assert found.clauses[0].statements == ("H3", "H4")
    assert "Criteria: first paragraph [H3], list of risk factors [H4]" in found.clauses[0].citation


def test_explanation(kb: KnowledgeBase, three: KnowledgeBase) -> None:
    """The age range and the aggregate are told with what was stated and what was needed."""
    explanation = three.explain({"age_years": 76, "margin_status": "close", "t_category": "T2"}, "harbor")
    text = kb.text(explanation) + as_text(outline(explanation))
    assert "76" in text
    assert "75" in text
    assert "two risk factors or more" in text
