"""What every answer rests on: each named presumption is dropped, each reading switched, and clingo decides again."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import yaml

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.answer import CaseAnswer
from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.semantics.case_view import View
from tests.support.axes import all_axes

from .brute import random_case, random_readings

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "premises.yaml").read_text("utf-8"))


def by_clingo(kb: KnowledgeBase, view: View) -> set[str]:
    return kb.solver.possible(view.policy, kb.situations.situation(view))


def dropped(view: View, names: Iterable[str]) -> View:
    for name in names:
        view = view.without_presumption(name)
    return view


def of_reason(kb: KnowledgeBase, case: StatedCase, reason: Iterable[str], policy: str, settings: Settings) -> View:
    """What the reason alone states, on what the whole case presumes whatever the facts that are left out."""
    view, kept = kb.view(case, policy, settings), set(reason)
    switched = {each.id: each.switched_by - kept for each in kb.catalog.presumptions}
    view = dropped(view, [name for name, _ in view.made if switched[name] & case.facts.keys()])
    return replace(view, known={name: kb.axes[name].position(case.facts[name]) for name in kept})


def check_premises(
    kb: KnowledgeBase,
    case: StatedCase,
    policy: str,
    settings: Settings,
    premises: Premises,
    reason: Iterable[str] | None = None,
) -> None:
    """What is named changes the answer, by clingo, and what is not named does not; or what a reason alone gives."""

    def seen(under: Settings) -> View:
        return kb.view(case, policy, under) if reason is None else of_reason(kb, case, reason, policy, under)

    view = seen(settings)
    now, asked = by_clingo(kb, view), (dict(case.facts), policy, settings)
    named = {each.id for each in premises.presumptions}
    for name, attribute in view.made:
        less = view.without_presumption(name)
        decides = by_clingo(kb, less) != now or (len(now) > 1 and bool(less.differing_within([attribute])))
        assert decides == (name in named), (name, asked)
    if premises.jointly:
        assert by_clingo(kb, dropped(view, [each.id for each in premises.jointly])) != now, asked
    switches = {(switch.reading, switch.option): switch for each in premises.readings for switch in each.single}
    for reading in kb.catalog.readings.values():
        for option in reading.options:
            if option.name == settings.readings.get(reading.id, reading.default):
                continue
            other = replace(settings, readings={**settings.readings, reading.id: option.name})
            found = by_clingo(kb, seen(other))
            assert (found != now) == ((reading.id, option.name) in switches), (reading.id, option.name, asked)


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["name"])
def test_premises_of_a_determination(kb: KnowledgeBase, as_of: date, row: dict[str, Any]) -> None:
    settings = kb.settings(row.get("taken"), as_of=as_of)
    case = kb.read(row["facts"])
    premises = kb.decide(case, row["policy"], settings, with_readings=True).premises
    names = {each.id for each in premises.presumptions}
    assert set(row.get("needs", ())) <= names
    assert names.isdisjoint(row.get("not", ()))
    assert {each.id for each in premises.jointly} == set(row.get("jointly", ()))
    switches = {f"{s.reading}={s.option}" for each in premises.readings for s in each.single}
    assert set(row.get("readings", ())) <= switches
    assert not {each.partition("=")[0] for each in switches} & set(row.get("without", ()))
    check_premises(kb, case, row["policy"], settings, premises)


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["name"])
def test_every_answer_says_its_premises_where_it_stands(kb: KnowledgeBase, as_of: date, row: dict[str, Any]) -> None:
    settings, policy = kb.settings(row.get("taken"), as_of=as_of), row["policy"]
    determination = kb.decide(row["facts"], policy, settings, with_readings=True)
    own = determination.premises.payers_own_sentence
    for answer in answers(kb, row["facts"], policy, settings):
        text, data = kb.text(answer), answer.to_dict()["premises"]
        assert own in text
        assert {each.partition(":")[0] for each in data["presumptions"]} >= {
            each.id for each in determination.presumptions
        }
        assert data["editions"][determination.policy] == determination.version
        assert data["readings"] is not None
        assert "hangs on" not in text
    reasons = kb.reasons(row["facts"], policy, settings)
    for reason, grounds in zip(reasons.reasons, reasons.grounds, strict=True):
        assert (
            ("force it:" in kb.text(reasons) and grounds.given == "") or not reason or grounds.given in kb.text(reasons)
        )


def answers(kb: KnowledgeBase, facts: dict[str, Any], policy: str, settings: Settings) -> list[CaseAnswer]:
    return [
        kb.reasons(facts, policy, settings),
        kb.ask(facts, policy, settings),
        kb.robustness(facts, policy, settings),
    ]


def test_a_reason_forces_the_class_with_its_presumptions_only(kb: KnowledgeBase, as_of: date) -> None:
    """Each presumption of a reason is dropped from the case that states the reason alone."""
    rng = random.Random("grounds")
    resting = 0
    for _ in range(8):
        policy = rng.choice(kb.policies)
        settings = kb.settings(random_readings(kb, rng, 0.2), as_of=as_of)
        case = random_case(kb, rng, list(all_axes(kb)), 0.3)
        answer = kb.reasons(case, policy, settings)
        for reason, grounds in list(zip(answer.reasons, answer.grounds, strict=True))[:4]:
            check_premises(kb, case, policy, settings, grounds, reason)
            resting += bool(grounds.presumptions)
    assert resting > 4


def test_what_holds_under_every_reading_names_the_presumptions_that_it_needs(kb: KnowledgeBase, as_of: date) -> None:
    """Without one of them some reading gives another class; without any other presumption none does."""
    settings, rng, seen = kb.settings(as_of=as_of), random.Random("robust"), 0
    for _ in range(15):
        case, policy = random_case(kb, rng, list(all_axes(kb)), 0.35), rng.choice(kb.policies)
        answer = kb.robustness(case, policy, settings)
        if not answer.robust:
            continue
        seen += 1
        view = kb.view(case, policy, settings)
        named = {each.id for each in answer.premises.presumptions}
        for name, _ in view.made:
            situation = replace(kb.situations.situation(view.without_presumption(name)), readings=frozenset())
            holds = kb.solver.possible(policy, situation) <= view.possible
            assert (name in named) or holds, (name, dict(case.facts), policy)
    assert seen > 2


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_premises_of_many_cases(kb: KnowledgeBase, as_of: date, seed: int) -> None:
    rng = random.Random(f"premises {seed}")
    for _ in range(120):
        policy = rng.choice(kb.policies)
        settings = kb.settings(random_readings(kb, rng, 0.2), as_of=as_of)
        case = random_case(kb, rng, list(all_axes(kb)), rng.choice([0.1, 0.3, 0.7]))
        check_premises(kb, case, policy, settings, kb.decide(case, policy, settings, with_readings=True).premises)


# --- Answers travel ------------------------------------------------------------------------------------------


def everything(kb: KnowledgeBase, as_of: date) -> list[Any]:
    settings = kb.settings({"nia_fractions": "eligibility"}, as_of=as_of)
    facts = {"primary_site": "rectum", "t_category": "T3", "margin_status": "close", "cpt_codes": ["77424"]}
    return [
        kb.decide(facts, None, settings, with_readings=True),
        kb.decide(facts, "nia", settings),
        kb.explain(facts, "nia", settings),
        kb.contrast(facts, "nia", "bcbsaz", settings),
        *(kb.why_not(facts, policy, want, settings) for policy in kb.policies for want in ("approved", "review")),
        *(answer for policy in kb.policies for answer in answers(kb, facts, policy, settings)),
    ]


def test_answers_can_be_pickled_and_read_elsewhere(kb: KnowledgeBase, as_of: date) -> None:
    """Also what a process sends back to the one that asked; sentences go along."""
    for answer in everything(kb, as_of):
        again = pickle.loads(pickle.dumps(answer))
        assert again.to_dict() == answer.to_dict(), type(answer)
        if isinstance(answer, CaseAnswer):
            assert kb.text(again) == kb.text(answer)
            assert again == answer
            assert kb.text(pickle.loads(pickle.dumps(again))) == kb.text(answer)


def asked_elsewhere(day: date) -> Any:
    kb = KnowledgeBase.load()
    return kb.ask({"primary_site": "rectum"}, "nia", kb.settings(as_of=day))


@pytest.mark.long
def test_answers_come_from_other_processes(kb: KnowledgeBase, as_of: date) -> None:
    here = kb.ask({"primary_site": "rectum"}, "nia", kb.settings(as_of=as_of))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(asked_elsewhere, as_of).result(timeout=120)
    assert there == here
    assert kb.text(there) == kb.text(here)


def test_answers_can_be_keys(kb: KnowledgeBase, as_of: date) -> None:
    again = everything(kb, as_of)
    for answer, other in zip(everything(kb, as_of), again, strict=True):
        assert answer == other, type(answer)
        assert hash(answer) == hash(other), type(answer)
