"""What can still change an answer and what cannot, against stating it and asking clingo.

A fact cannot change the answer if, whatever else is stated besides, stating it leaves the same classes possible.
A question that is asked can: some answer to it changes what is possible, or it is one of a set of facts within
which two completions differ in class.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.next_questions import Questions
from payerlogic.cases.case import StatedCase
from payerlogic.errors import CaseError
from tests.support.axes import all_axes, example_at
from tests.tiers import amounts

from .brute import random_case, random_readings


@dataclass(frozen=True)
class Asked:
    """One case at one policy, and the questions about it."""

    kb: KnowledgeBase
    case: StatedCase
    policy: str
    settings: Settings
    answer: Questions

    def __str__(self) -> str:
        how = f"readings {dict(self.settings.readings)}, presumptions {self.settings.presumptions}"
        return f"{dict(self.case.facts)} at {self.policy}, {how}"

    def with_(self, facts: dict[str, int]) -> StatedCase | None:
        """The case with these positions stated besides; None if that cannot be."""
        values = {name: example_at(all_axes(self.kb)[name], position) for name, position in facts.items()}
        changed = self.case.changed(values)
        try:
            return self.kb.read(changed)
        except CaseError:
            return None

    def possible(self, case: StatedCase) -> set[str]:
        """What clingo finds possible."""
        return self.kb.solver.possible(self.policy, self.kb.situation(case, self.policy, self.settings))

    def positions(self, name: str) -> range:
        return range(len(all_axes(self.kb)[name].classes))


def some_cases(kb: KnowledgeBase, as_of: date, count: int, seed: str) -> Iterator[Asked]:
    rng = random.Random(seed)
    while count:
        policy = rng.choice(kb.policies)
        settings = kb.settings(random_readings(kb, rng, 0.2), presumptions=rng.random() < 0.8, as_of=as_of)
        case = random_case(kb, rng, list(all_axes(kb)), rng.choice([0.1, 0.2, 0.4, 0.7]))
        answer = kb.ask(case, policy, settings)
        if len(answer.possible) > 1 or rng.random() < 0.3:
            count -= 1
            yield Asked(kb, case, policy, settings, answer)


def check_irrelevant(asked: Asked, rng: random.Random, tries: int) -> None:
    """Whatever is stated besides, an irrelevant fact changes nothing."""
    unknown = [*asked.answer.irrelevant, *asked.answer.together, *(q.attribute for q in asked.answer.questions)]
    for name in asked.answer.irrelevant:
        others = [each for each in unknown if each != name]
        for _ in range(tries):
            besides = rng.sample(others, min(len(others), rng.choice([0, 0, 1, 2, 4])))
            facts = {each: rng.choice(asked.positions(each)) for each in besides}
            before = asked.with_(facts)
            after = asked.with_({**facts, name: rng.choice(asked.positions(name))})
            if before is not None and after is not None:
                assert asked.possible(before) == asked.possible(after), f"{asked}: {name}, with {after.facts}"


def check_questions(asked: Asked) -> None:
    """What is asked can change the answer; each answer says what is then possible."""
    view = asked.kb.view(asked.case, asked.policy, asked.settings)
    now = set(asked.answer.possible)
    for question in asked.answer.questions:
        after = {}
        for position in asked.positions(question.attribute):
            if (stated := asked.with_({question.attribute: position})) is not None:
                after[position] = frozenset(asked.possible(stated))
        in_a_set = any(question.attribute in each for each in view.differing_sets)
        assert in_a_set or any(found != now for found in after.values()), f"{asked}: {question.attribute}"
        assert {frozenset(answer.possible) for answer in question.answers} == set(after.values()), (
            f"{asked}: {question}"
        )
        assert sum((answer.share for answer in question.answers), Fraction(0)) == 1, f"{asked}: {question}"
        settled = sum((a.share for a in question.answers if len(a.possible) == 1), Fraction(0))
        assert question.settles == settled, f"{asked}: {question}"


def check(kb: KnowledgeBase, as_of: date, count: int, tries: int, seed: str) -> int:
    rng, through_another = random.Random(seed), 0
    for asked in some_cases(kb, as_of, count, seed):
        check_irrelevant(asked, rng, tries)
        check_questions(asked)
        deciding = kb.decide(asked.case, asked.policy, asked.settings).deciding
        assert set(deciding) <= {question.attribute for question in asked.answer.questions}, str(asked)
        assert asked.answer.possible == kb.decide(asked.case, asked.policy, asked.settings).possible
        through_another += any(question.attribute not in deciding for question in asked.answer.questions)
    return through_another


@pytest.mark.parametrize("seed", ["a", "b"])
@pytest.mark.parametrize("count", amounts(6, 12))
def test_what_can_and_what_cannot_change_an_answer(kb: KnowledgeBase, as_of: date, seed: str, count: int) -> None:
    assert check(kb, as_of, count, 1, seed) > 0


@pytest.mark.parametrize("count", amounts(3, 12))
def test_the_same_of_contrived_presumptions(acme: KnowledgeBase, as_of: date, count: int) -> None:
    check(acme, as_of, count, 1, "acme")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_the_same_of_many_cases(kb: KnowledgeBase, acme: KnowledgeBase, as_of: date, seed: int) -> None:
    check(kb, as_of, 60, 2, f"many {seed}")
    check(acme, as_of, 30, 2, f"acme {seed}")


BREAST = {
    "primary_site": "breast", "t_category": "T1", "clinical_n_category": "N0", "age_years": 60,
    "margin_status": "negative", "fractions": 1,
}  # fmt: skip
THROUGH_ANOTHER = [
    ("nia", BREAST, "device", "modality"),
    ("nia", {"primary_site": "breast"}, "device", "modality"),
    ("nia", {"primary_site": "breast", "modality": "electron_beam", "age_years": 70}, "tumor_behavior", "t_category"),
    ("nia", {"primary_site": "soft_tissue", "intent": "boost", "high_recurrence_risk": True}, "device", "modality"),
    ("nia", {"primary_site": "rectum", "t_category": "T3", "disease_status": "primary", "intent": "boost",
             "margin_status": "positive"}, "device", "modality"),
    ("bcbsaz", {"primary_site": "brain", "mandate_applies": True}, "device", "fda_status"),
    ("bcbsaz", {"primary_site": "brain", "ei_conditions": []}, "device", "fda_status"),
    ("bcbsaz", {"primary_site": "lung", "ei_conditions": []}, "device", "fda_status"),
    ("bcbsaz", {"primary_site": "breast", "mandate_applies": True}, "device", "fda_status"),
    ("bcbsaz", {"primary_site": "rectum", "margin_status": "negative", "mandate_applies": True},
     "device", "fda_status"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "case", "attribute", "through"), THROUGH_ANOTHER)
def test_a_fact_that_changes_the_answer_through_another(
    kb: KnowledgeBase, settings: Settings, policy: str, case: dict[str, object], attribute: str, through: str
) -> None:
    """No rule asks for it, but an axiom or a presumption ties it to a fact that a rule does ask for."""
    answer = kb.ask(case, policy, settings)
    asked = {question.attribute for question in answer.questions}
    assert {attribute, through} <= asked | {*answer.together}
    assert not {attribute, through} & {*answer.irrelevant}
