"""What is counted of one policy does not depend on which others are loaded.

Each question is asked of a knowledge base with all policies of a service and of one with that policy alone.
"""

from __future__ import annotations

import random
from pathlib import Path
from shutil import copytree

import pytest

import synthetic
from payerlogic import KnowledgeBase
from payerlogic.answers.next_questions import Questions
from payerlogic.semantics.case_space import ValueAxis
from payerlogic.semantics.own_cells import OwnCells
from tests.answers.brute import random_case
from tests.tiers import amounts

FEW, MANY = 60, 1000

# A policy that asks for what no other does: a member of a set that is never empty, and ages.
OTHER = """
payer(other, "Another payer (made up)").
policy(other, other, iort, "OTHER", "Made-up policy").
statement(other, "V", "Header", "date", "in force from 2024", version).
version(other, 20240305, "first edition").
cites(other, version, "V").
clause(other, not_in_force, "No edition in force").
gate(other, 1, not_in_force).
met(other, not_in_force) :- not in_force(other).
concludes(other, not_in_force, not_in_force).
cites(other, not_in_force, "V").
statement(other, "S1", "Criteria", "clause 1", "made-up criterion", rule).
clause(other, c1, "Made-up criterion").
met(other, c1) :- case(cpt_codes, "other"), at_least(age_years, 33), case(margin_status, close).
met(other, c1) :- value(cpt_codes, _, C, _), C != "other", case(cpt_codes, C), at_least(age_years, 44).
concludes(other, c1, medically_necessary).
cites(other, c1, "S1").
statement(other, "S2", "Criteria", "otherwise", "anything else", rule).
clause(other, rest, "Anything else").
met(other, rest) :- not met(other, not_in_force), not met(other, c1).
concludes(other, rest, experimental_investigational).
cites(other, rest, "S2").
"""


@pytest.fixture(scope="module", params=["iort", "iort and another", "lung_screening"])
def service(request: pytest.FixtureRequest, kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    name, _, another = str(request.param).partition(" and ")
    if not another:
        return KnowledgeBase.load(service=name)
    folder = tmp_path_factory.mktemp("own") / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / name / "other.lp").write_text(OTHER, encoding="utf-8")
    synthetic.write(folder / "policies" / name, 3)
    return KnowledgeBase.load(folder, service=name)


def test_the_cells_are_those_of_the_policy_alone(service: KnowledgeBase) -> None:
    for policy in service.policies:
        own, alone = OwnCells(service.compiler, policy), service.only(policy)
        for name, axis in alone.axes.items():
            if isinstance(axis, ValueAxis):
                assert len(own.cells(name)) == len(axis.classes), (policy, name)
                whole = service.compiler.value_axis(name).classes
                for cell in own.cells(name):
                    members = [member for at in cell for member in whole[at]]
                    places = {axis.place(each) for each in members if isinstance(each, str) or each in axis.atoms}
                    assert len(places) == 1, (policy, name)


def shares(asked: Questions) -> list[object]:
    """All but the words for a set: "none of these five" is "exactly the sixth" where each of six is asked for."""
    return [
        (
            each.attribute,
            each.settles,
            each.remaining_bits,
            [
                (answer.share, answer.possible, None if isinstance(answer.values, dict) else answer.values)
                for answer in each.answers
            ],
        )
        for each in asked.questions
    ]


@pytest.mark.parametrize("amount", amounts(FEW, MANY))
def test_no_share_depends_on_which_other_policies_are_loaded(service: KnowledgeBase, amount: int) -> None:
    rng, different = random.Random("own cells"), 0
    for index in range(amount):
        policy = service.policies[index % len(service.policies)]
        alone = service.only(policy)
        case = random_case(service, rng, list(service.vocabulary), rng.choice([0.1, 0.3, 0.6, 0.8])).facts
        presumptions = rng.random() < 0.7
        whole, part = (
            each.ask(dict(case), policy, each.settings(presumptions=presumptions)) for each in (service, alone)
        )
        assert shares(whole) == shares(part), case
        assert (whole.settling, whole.together) == (part.settling, part.together), case
        different += len(whole.questions) > 1
    assert different > amount / 4
