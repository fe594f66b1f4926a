"""What the benchmark compares is the same policy on both sides. Times are not tested. All cases are made up."""

from __future__ import annotations

import random

import clingo
import pytest

from made_up_cases import complete_case, partial_case
from payerlogic import KnowledgeBase
from run import Measured
from xclingo_program import facts, program

SEEDS = range(25)


@pytest.fixture(scope="module")
def text(kb: KnowledgeBase) -> str:
    return program(kb, "nia")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_annotated_program_gives_the_same_class(kb: KnowledgeBase, text: str, seed: int) -> None:
    case = kb.read(complete_case(kb, random.Random(seed)))
    control = clingo.Control(["--warn=none"])  # to plain clingo the annotations are comments
    control.add(text)
    control.add(facts(kb, case.facts))
    control.ground()
    with control.solve(yield_=True) as handle:
        symbols = [symbol for model in handle for symbol in model.symbols(atoms=True)]
    found = {str(symbol.arguments[1]) for symbol in symbols if symbol.name == "determination"}
    assert found == {kb.decide(case, "nia").class_}


def test_the_annotated_program_has_its_annotations(text: str) -> None:
    assert "%!show_trace determination(P,K)." in text
    assert '%!trace {"recurrent disease"} criterion(nia,recurrent).' in text
    assert "{ case(" not in text
    assert "bcbsaz" not in text


def test_cases_are_complete_possible_and_the_same_for_the_same_seed(kb: KnowledgeBase) -> None:
    case = complete_case(kb, random.Random(1))
    assert set(case) == set(kb.vocabulary)
    assert case == complete_case(kb, random.Random(1))
    assert kb.read(case)


def test_the_wanted_share_of_facts_is_missing(kb: KnowledgeBase) -> None:
    rng = random.Random(2)
    stated = sum(len(partial_case(kb, rng, 0.2)) for _ in range(50))
    assert 0.75 < stated / (50 * len(kb.vocabulary)) < 0.85


@pytest.mark.parametrize(
    ("measured", "met"),
    [
        (Measured("x", 1.0), None),
        (Measured("x", 1.0, 2.0), True),
        (Measured("x", 3.0, 2.0), False),
        (Measured("x", 1.0, 2.0, "y", 9.0, 10), False),
        (Measured("x", 1.0, 2.0, "y", 10.0, 10), True),
        (Measured("x", 1.0, None, "y", None, 10), None),
        (Measured("x", None, 2.0), None),
    ],
)
def test_targets(measured: Measured, met: bool | None) -> None:
    assert measured.met is met
