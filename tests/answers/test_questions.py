"""What to ask next, against counting: every completion of a case is a cell of a table.

Attributes that neither the class nor an axiom asks are left out of the table: each of their values
goes with every cell, so they multiply all counts alike and cancel in every share. What a
presumption speaks for is not unknown, but where it only restricts the values (some listed code,
some finding) these are counted as completions too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, reduce
from math import log2
from typing import Any

import numpy as np
import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.next_questions import Question, Questions
from payerlogic.answers.relevance import switching, withholding
from payerlogic.cases.case import StatedCase
from tests.support.axes import all_axes
from tests.tiers import amounts

from .brute import Brute, Table, places_of, random_case, random_readings, subsets, told

FEW, MANY, MOST_CELLS, MOST_UNKNOWN = 25, 200, 60000, 8


@dataclass(frozen=True)
class Asked:
    """One case with its questions, and all of its completions."""

    whole: KnowledgeBase
    kb: KnowledgeBase
    brute: Brute
    case: StatedCase
    policy: str
    settings: Settings
    table: Table
    stated: dict[str, int]
    answer: Questions

    def __str__(self) -> str:
        how = f"readings {dict(self.settings.readings)}, presumptions {self.settings.presumptions}"
        return f"{dict(self.case.facts)} at {self.policy}, {how}"

    @cached_property
    def presumed(self) -> set[str]:
        plain, conditional = self.brute.presumed(self.policy, self.settings, self.stated)
        return {*plain, *(each.attribute for each in conditional)}

    @cached_property
    def unknown(self) -> list[str]:
        """What is neither stated nor presumed, nor follows from what is stated by an axiom."""
        open_ = [name for name in all_axes(self.kb) if name not in self.stated and name not in self.presumed]
        return [name for name in open_ if name not in self._implied(open_)]

    def _implied(self, names: list[str]) -> set[str]:
        found = set()
        limits = self.brute.cells(self.table, self.stated, self.table.limits) != 0
        for name in names:
            if name in self.table.names:
                axis = self.table.names.index(name)
                left = limits.any(axis=tuple(other for other in range(limits.ndim) if other != axis))
                groups = [group for group, some in zip(self.table.groups[name], left, strict=True) if some]
                if sum(map(len, groups)) == 1 and self._is_one_place(name, groups[0][0]):
                    found.add(name)
        return found

    def _is_one_place(self, name: str, place: int) -> bool:
        """Whether what one policy does not tell apart is one place for all of them, too."""
        members = all_axes(self.kb)[name].classes[place]
        return any(set(members) <= set(each) for each in all_axes(self.whole)[name].classes)

    @cached_property
    def cells(self) -> Any:
        """The class bit of each completion, zero where a cell is not possible."""
        known, limits = self.brute.known(self.policy, self.settings, self.table, self.stated)
        return self.brute.cells(self.table, known, limits)

    @cached_property
    def weights(self) -> Any:
        """How many cells between cut points each cell of the table stands for."""
        sides = []
        for axis, name in enumerate(self.table.names):
            sizes = [len(group) for group in self.table.groups[name]]
            shape = [1] * len(self.table.names)
            shape[axis] = -1
            sides.append(np.array(sizes if self.cells.shape[axis] > 1 else [1], dtype=np.int64).reshape(shape))
        return reduce(np.multiply, sides)

    def counted(self, name: str, group: int) -> dict[int, int]:
        """For one answer to a question: how often each class follows."""
        at: list[Any] = [slice(None)] * self.cells.ndim
        at[self.table.names.index(name)] = slice(group, group + 1)
        cells, weights = self.cells[tuple(at)], np.broadcast_to(self.weights, self.cells.shape)[tuple(at)]
        size = len(self.table.groups[name][group])
        counts = {int(bit): int(weights[cells == bit].sum()) for bit in np.unique(cells) if bit}
        return {bit: count // size for bit, count in counts.items()}


@pytest.fixture(scope="module", params=amounts(FEW, MANY))
def count(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def asked(kb: KnowledgeBase, as_of: date, count: int) -> list[Asked]:
    return list(cases(kb, as_of, ["nia", "bcbsaz"], count))


def cases(whole: KnowledgeBase, as_of: date, policies: Sequence[str], count: int) -> Iterator[Asked]:
    """Made-up cases, as many of them open as asked for, and some that are decided.

    The knowledge base of all policies is asked; what it says of one is held against brute force over that one alone.
    """
    rng = random.Random("questions")
    alone = {policy: whole.only(policy) for policy in policies}
    tables = {policy: Brute(kb, as_of) for policy, kb in alone.items()}
    while_open = 0
    for index in range(10 * count):
        policy = policies[index % len(policies)]
        kb, brute = alone[policy], tables[policy]
        readings = random_readings(kb, rng, rng.choice([0.0, 0.4]))
        settings = kb.settings(readings, presumptions=rng.random() < 0.7, as_of=as_of)
        likely = ["rectum", "rectosigmoid_junction"] if policy == "bcbsaz" and rng.random() < 0.6 else None
        site = {"primary_site": rng.choice(likely)} if likely else random_case(kb, rng, ["primary_site"], 1.0).facts
        table = brute.table(policy, settings.readings, places_of(kb, StatedCase(None, site)))
        case = random_case(kb, rng, table.names, rng.choice([0.4, 0.6, 0.8]), site)
        stated = places_of(kb, case)
        each = Asked(whole, kb, brute, case, policy, settings, table, stated, whole.ask(case, policy, settings))
        open_ = [name for name in each.unknown if name in table.names]
        if each.cells.size > MOST_CELLS or len(open_) > MOST_UNKNOWN:
            continue
        while_open += len(each.answer.possible) > 1
        if len(each.answer.possible) > 1 or rng.random() < 0.1:
            yield each
        if while_open == count:
            return


def several(bits: Any) -> Any:
    """Where more than one class bit is set."""
    return (bits & (bits - np.uint16(1))) != 0


def test_there_is_something_to_ask(asked: list[Asked], count: int) -> None:
    assert sum(len(each.answer.possible) > 1 for each in asked) == count
    assert sum(len(each.answer.questions) > 2 for each in asked) > count / 10
    assert sum(any(len(settling) > 1 for settling in each.answer.settling) for each in asked) > count / 10


def test_possible_classes(kb: KnowledgeBase, asked: list[Asked]) -> None:
    for each in asked:
        assert each.brute.classes(int(np.bitwise_or.reduce(each.cells, axis=None))) == set(each.answer.possible)
        assert each.answer.possible == kb.decide(each.case, each.policy, each.settings).possible


def test_deciding_and_irrelevant(kb: KnowledgeBase, asked: list[Asked]) -> None:
    """A fact decides if it is in a minimal set within which two completions can differ and so differ in class."""
    for each in asked:
        found: list[frozenset[str]] = []
        for apart in subsets(name for name in each.unknown if name in each.table.names):
            if apart and not any(smaller <= apart for smaller in found):
                axes = tuple(each.table.names.index(name) for name in apart)
                if several(np.bitwise_or.reduce(each.cells, axis=axes)).any():
                    found.append(apart)
        deciding = frozenset().union(*found)
        assert set(kb.decide(each.case, each.policy, each.settings).deciding) == deciding, str(each)
        questions = {question.attribute for question in each.answer.questions}
        assert deciding <= questions, str(each)
        matters = questions | {*each.answer.together}
        matters |= withholding(kb.situations, kb.view(each.case, each.policy, each.settings))
        assert list(each.answer.irrelevant) == [name for name in each.unknown if name not in matters], str(each)


def test_settling_sets(asked: list[Asked]) -> None:
    """A set settles if the case is decided whatever it is stated as; presumptions are made anew."""
    for each in asked:
        found: list[frozenset[str]] = []
        for chosen in subsets(name for name in each.unknown if name in each.table.names):
            if not any(smaller <= chosen for smaller in found):
                bits = each.brute.after(each.policy, each.settings, each.table, each.stated, sorted(chosen))
                if not several(bits).any():
                    found.append(chosen)
        expected = {frozenset(chosen) for chosen in found if chosen}
        assert set(map(frozenset, each.answer.settling)) == expected, str(each)
        assert [len(names) for names in each.answer.settling] == sorted(map(len, each.answer.settling))


def measured(each: Asked) -> list[Question]:
    """The questions whose answers no presumption waits for: what follows is what the cells of today say."""
    waited_for = switching(each.kb.situations, each.policy)
    return [question for question in each.answer.questions if question.attribute not in waited_for]


def test_measures(asked: list[Asked]) -> None:
    for each in asked:
        for question in measured(each):
            groups = range(len(each.table.groups[question.attribute]))
            after = [each.counted(question.attribute, group) for group in groups]
            sizes = [len(each.table.groups[question.attribute][group]) for group in groups]
            weight = [sum(counts.values()) * size for counts, size in zip(after, sizes, strict=True)]
            settled = sum(w for w, counts in zip(weight, after, strict=True) if len(counts) == 1)
            assert question.settles == Fraction(settled, sum(weight)), str(each)
            bits = sum(w * entropy(counts) for w, counts in zip(weight, after, strict=True)) / sum(weight)
            assert question.remaining_bits == pytest.approx(bits, abs=1e-9), str(each)


def entropy(counts: dict[int, int]) -> float:
    whole = sum(counts.values())
    return -sum(count / whole * log2(count / whole) for count in counts.values())


def test_an_answer_that_settles_by_the_measure_settles_when_it_is_stated(asked: list[Asked]) -> None:
    for each in asked:
        for question in measured(each):
            name = question.attribute
            bits = each.brute.after(each.policy, each.settings, each.table, each.stated, [name])
            for group in range(len(each.table.groups[name])):
                assert int(bits[group]) == sum(each.counted(name, group)), (str(each), name, group)


def test_answers(asked: list[Asked]) -> None:
    """Each answer: which values, their share of all completions, and what then is possible."""
    for each in asked:
        for question in measured(each):
            whole = sum(weight for _, weight, _ in by_place(each, question))
            covered: list[int] = []
            for answer in question.answers:
                places = [
                    row for row in by_place(each, question) if told(each.kb, question.attribute, answer.values, row[0])
                ]
                assert places, str(each)
                assert answer.share == Fraction(sum(weight for _, weight, _ in places), whole), str(each)
                assert {possible for _, _, possible in places} == {frozenset(answer.possible)}, str(each)
                covered += [place for place, _, _ in places]
            possible = [place for place, weight, _ in by_place(each, question) if weight]
            assert set(covered) == set(possible), str(each)
            assert len(covered) == len(possible)
            assert sum(answer.share for answer in question.answers) == 1
            assert [answer.share for answer in question.answers] == sorted(
                (answer.share for answer in question.answers), reverse=True
            )


def by_place(each: Asked, question: Question) -> list[tuple[int, int, frozenset[str]]]:
    """The places of an attribute that are possible, each with its weight and the classes that follow."""
    rows = []
    for group, places in enumerate(each.table.groups[question.attribute]):
        counts = each.counted(question.attribute, group)
        if counts:
            rows += [(place, sum(counts.values()), each.brute.classes(sum(counts))) for place in places]
    return sorted(rows, key=lambda row: row[0])


def test_the_best_question_is_first(kb: KnowledgeBase, asked: list[Asked]) -> None:
    for each in asked:
        keys = [
            (-question.settles, round(question.remaining_bits, 9), kb.vocabulary[question.attribute].rank)
            for question in each.answer.questions
        ]
        assert keys == sorted(keys), str(each)


def test_over_several_payers(kb: KnowledgeBase, settings: Settings) -> None:
    asked = [kb.ask({"primary_site": "rectum", "t_category": "T4"}, policy, settings) for policy in kb.policies]
    best = kb.best_questions(asked)
    assert best[0][0] == "margin_status"
    for name, share in best:
        shares = [question.settles for each in asked for question in each.questions if question.attribute == name]
        assert share == sum(shares) / len(asked)
    decided = kb.ask({"primary_site": "brain"}, "bcbsaz", settings)
    assert kb.best_questions([asked[0], decided]) == kb.best_questions([asked[0]])


@pytest.mark.parametrize("policy", ["nia", "bcbsaz"])
def test_a_decided_case_has_no_questions(kb: KnowledgeBase, settings: Settings, policy: str) -> None:
    answer = kb.ask({"primary_site": "rectum", "t_category": "T4", "margin_status": "close"}, policy, settings)
    assert (answer.possible, answer.questions, answer.settling) == (("medically_necessary",), (), ())
    assert "age_years" in answer.irrelevant


def test_one_question_settles(kb: KnowledgeBase, settings: Settings) -> None:
    answer = kb.ask({"primary_site": "rectum", "disease_status": "local_recurrence"}, "bcbsaz", settings)
    assert answer.settling == (("margin_status",),)
    assert answer.to_dict()["questions"] == [
        {
            "attribute": "margin_status", "settles": 1.0, "remaining_bits": 0.0,
            "answers": [
                {"values": ["close", "positive"], "share": 0.6667, "possible": ["medically_necessary"]},
                {"values": ["negative", "intermediate"], "share": 0.3333, "possible": ["experimental_investigational"]},
            ],
        }
    ]  # fmt: skip


def test_facts_that_an_axiom_ties_together(acme: KnowledgeBase, as_of: date) -> None:
    """Where only Tis counts, no single fact can change: the T category goes with the behavior of the tumor."""
    settings = acme.settings(as_of=as_of)
    answer = acme.ask({"resection": "done", "high_recurrence_risk": False}, "acme", settings)
    assert [question.attribute for question in answer.questions] == ["tumor_behavior", "t_category"]
    assert answer.settling == (("t_category",), ("tumor_behavior",))
    asked = list(cases(acme, as_of, ["acme"], 40))
    assert any(len(each) > 1 for one in asked for each in acme.view(one.case, "acme", one.settings).differing_sets)
    test_possible_classes(acme, asked)
    test_deciding_and_irrelevant(acme, asked)
    test_settling_sets(asked)
    test_measures(asked)
    test_answers(asked)
