"""Why-not answers that are a reading or a group of values; what blocks; and what each change rests on."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from payerlogic import KnowledgeBase, Settings
from payerlogic.answers.why_not.search import WhyNot, WhyNotSearch
from payerlogic.errors import CaseError
from payerlogic.semantics.value_sets import example_of
from tests.support.axes import all_axes, example_at

from .brute import random_case

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "remedies.yaml").read_text("utf-8"))


@pytest.mark.parametrize("row", CASES, ids=lambda row: row["name"])
def test_remedies(kb: KnowledgeBase, settings: Settings, row: dict[str, Any]) -> None:
    answer = kb.why_not(row["facts"], row["policy"], row["want"], settings)
    if "readings" in row:
        found = {reading: list(options) for switches in answer.readings[:1] for reading, options in switches.options}
        assert found == row["readings"]
    if "group" in row:
        groups = {c.attribute: {c.group[0]: c.group[1]} for entry in answer.changes for c in entry if c.group}
        assert groups == row["group"]
    if "blocked" in row:
        assert [list(each) for each in answer.blocked_by] == row["blocked"]
        assert not answer.reachable
    said = kb.text(answer)
    assert row.get("says", "") in said
    assert row.get("not_said", "nothing of that") not in said
    assert said.count("makes it") == said.count("No permitted change") + said.count("With no change of facts"), "once"
    check(kb, row["facts"], row["policy"], settings, answer)


def test_a_reading_together_with_changes_is_all_that_another_reading_opens(
    kb: KnowledgeBase, settings: Settings
) -> None:
    """Where nothing permitted gives what is wanted, every single switch of a reading is asked again."""
    facts = {"primary_site": "breast", "tumor_behavior": "in_situ", "margin_status": "negative"}
    answer = kb.why_not(facts, "nia", "approved", settings)
    assert not answer.reachable
    opened = {each.switches.options[0]: each for each in answer.reread}
    for reading in kb.situations.mattering("nia"):
        for option in reading.options:
            other = kb.why_not(facts, "nia", "approved", replace(settings, readings={reading.id: option.name}))
            each = opened.pop((reading.id, (option.name,)), None)
            assert (each is not None) == (other.reachable and not other.already), (reading.id, option.name)
            if each is not None:
                assert each.changes == other.changes
                assert each.switches.in_ids == f"{reading.id}={option.name}"
                assert each.switches.in_ids in kb.text(answer)
    assert not opened
    assert answer.reread
    assert answer.to_dict()["reread"]
    assert "Usual assumptions:" in kb.text(answer)
    assert "reread" not in kb.why_not(facts, "nia", "pended", settings).to_dict()


def test_remedies_of_made_up_cases(kb: KnowledgeBase, settings: Settings) -> None:
    rng, seen = random.Random("remedies"), 0
    for _ in range(30):
        case, policy = random_case(kb, rng, list(all_axes(kb)), 0.6), rng.choice(kb.policies)
        answer = kb.why_not(case, policy, rng.choice(["approved", "denied", "review"]), settings)
        seen += check(kb, case, policy, settings, answer)
    assert seen > 2


def check(kb: KnowledgeBase, facts: Any, policy: str, settings: Settings, answer: WhyNot) -> int:
    """Each reading is switched, each value of a group tried, each presumption of a change dropped: clingo decides."""
    case, seen = kb.read(facts), len(answer.readings)
    wanted = WhyNotSearch.of(kb).wanted_classes(answer.want)
    for switches in answer.readings:
        taken = {reading: options[0] for reading, options in switches.options}
        assert possible(kb, case, policy, replace(settings, readings={**settings.readings, **taken})) <= wanted
    for each in answer.reread:
        seen += 1
        taken = {reading: options[0] for reading, options in each.switches.options}
        for entry in each.changes[:4]:
            changed = case.changed(
                {change.attribute: example_of(kb.axes[change.attribute], change.to) for change in entry}
            )
            other = replace(settings, readings={**settings.readings, **taken})
            assert possible(kb, changed, policy, other) <= wanted
    for entry, grounds in list(zip(answer.changes, answer.grounds, strict=True))[:4]:
        examples = {change.attribute: example_of(kb.axes[change.attribute], change.to) for change in entry}
        changed = case.changed(examples)
        assert possible(kb, changed, policy, settings) <= wanted
        view, named = kb.view(changed, policy, settings), {each.id for each in grounds.presumptions}
        assert set(view.relied_on) <= named
        for change in entry:
            if change.group is not None:
                seen += 1
                tied = {change.group[0]: example_of(kb.axes[change.group[0]], change.group[1])}
                for position in range(len(all_axes(kb)[change.attribute].classes)):
                    value = example_at(all_axes(kb)[change.attribute], position)
                    tried = case.changed({**examples, **tied, change.attribute: value})
                    try:
                        kb.situations.check_possible(tried)
                    except CaseError:
                        continue
                    assert possible(kb, tried, policy, settings) <= wanted
    return seen


def possible(kb: KnowledgeBase, case: Any, policy: str, settings: Settings) -> set[str]:
    return kb.solver.possible(policy, kb.situation(case, policy, settings))


def test_a_category_after_treatment_gives_way_to_one_at_presentation(kb: KnowledgeBase, settings: Settings) -> None:
    """What is stated besides must not take the new category back when the case is read again."""
    case = {"primary_site": "rectum", "t_category": "ypT4", "margin_status": "close", "disease_status": "primary"}
    answer = kb.why_not(case, "bcbsaz", "approved", settings)
    (entry,) = (each for each in answer.changes if each[0].attribute == "t_category")
    assert {change.attribute: change.to for change in entry} == {
        "t_category": ["T4"], "t_category_basis": ["clinical", "pathological", "recurrence"],
    }  # fmt: skip
    changed = kb.read(case).changed({c.attribute: example_of(kb.axes[c.attribute], c.to) for c in entry})
    again = kb.read(changed.to_dict(kb.vocabulary))
    assert kb.decide(again, "bcbsaz", settings).outcome == "approved"
    kept = kb.why_not(case, "bcbsaz", "approved", settings, fix=["t_category_basis"])
    assert all(change.attribute != "t_category" for entry in kept.changes for change in entry)


# --- A policy that contradicts itself ------------------------------------------------------------------------

CLASHING = """
payer(clash, "Clash Mutual"). policy(clash, clash, iort, "CLASH-1", "A made-up policy that contradicts itself.").
version(clash, 20200101, "first edition").
statement(clash, "C1", "Criteria", "sentence 1", "positive margins are covered", rule).
statement(clash, "C2", "Criteria", "sentence 2", "recurrent disease is investigational", rule).
clause(clash, no_edition, "No edition in force").
gate(clash, 1, no_edition).
met(clash, no_edition) :- not in_force(clash).
concludes(clash, no_edition, not_in_force).
cites(clash, no_edition, "C1").
clause(clash, c1, "Positive margins").
met(clash, c1) :- case(margin_status, positive).
concludes(clash, c1, medically_necessary).
cites(clash, c1, "C1").
clause(clash, c2, "Recurrent disease").
met(clash, c2) :- criterion(clash, recurrent).
concludes(clash, c2, experimental_investigational).
cites(clash, c2, "C2").
criterion(clash, recurrent) :- case(disease_status, local_recurrence).
criterion(clash, recurrent) :- reading(clash_recurrent, any), case(disease_status, distant_recurrence).
label(criterion(clash, recurrent), "recurrent disease").
ambiguity(clash, clash_recurrent, "Does a distant recurrence count?", "any recurrence has recurred").
option(clash_recurrent, 1, any, "it counts").
option(clash_recurrent, 2, local, "it does not").
cites(clash, clash_recurrent, "C2").
"""


@pytest.fixture(scope="module")
def clash(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    from shutil import copytree

    folder = tmp_path_factory.mktemp("clash") / "kb"
    copytree(kb_folder, folder)
    (folder / "policies" / "clash.lp").write_text(CLASHING, encoding="utf-8")
    return KnowledgeBase.load(folder).only("clash")


LOCAL = {"margin_status": "positive", "disease_status": "local_recurrence", "primary_site": "rectum"}
DISTANT = {**LOCAL, "disease_status": "distant_recurrence"}
BOTH = ("“Positive margins” [C1] concludes medically necessary", "“Recurrent disease” [C2] concludes experimental")


@pytest.mark.parametrize("facts", [LOCAL, DISTANT, {**LOCAL, "age_years": 50}, {**LOCAL, "t_category": "T4"}])
def test_every_answer_says_that_the_policy_contradicts_itself(
    clash: KnowledgeBase, as_of: date, facts: dict[str, Any]
) -> None:
    settings = clash.settings(as_of=as_of)
    decided = clash.decide(facts, "clash", settings, with_readings=True)
    assert (decided.class_, decided.outcome, [c.id for c in decided.clauses]) == ("contradiction",) * 2 + (
        ["c1", "c2"],
    )
    assert decided.to_dict()["contradiction"] == [
        {"clause": "c1", "classes": ["medically_necessary"]},
        {"clause": "c2", "classes": ["experimental_investigational"]},
    ]
    answers = {
        "why": clash.reasons(facts, "clash", settings),
        "ask": clash.ask(facts, "clash", settings),
        "robust": clash.robustness(facts, "clash", settings),
        "whynot": clash.why_not(facts, "clash", "approved", settings),
        "contrast": clash.contrast(facts, "clash", "clash", settings),
    }
    for name, answer in answers.items():
        text = clash.text(answer)
        assert all(clause in text for clause in BOTH), name
        assert "which of them prevails" in text, name
        assert "date of service" not in text.split("It would be settled by a fact")[1].split("\n")[0], name
        assert "Nothing more needs to be asked" not in text, name
        assert "It would be settled by a fact under which one of them does not apply: surgical margin:" in text, name
        by_reading = "It would be settled by a reading: Does a distant recurrence count? If 'it does not'" in text
        assert by_reading == (facts == DISTANT), name
    assert answers["why"].reasons == (("disease_status", "margin_status"),)
    assert {"margin_status", "disease_status"}.isdisjoint(answers["why"].irrelevant)


@pytest.mark.parametrize("missing", ["margin_status", "disease_status"])
def test_a_fact_that_may_bring_the_contradiction_is_asked_for(clash: KnowledgeBase, as_of: date, missing: str) -> None:
    settings = clash.settings(as_of=as_of)
    facts = {name: value for name, value in LOCAL.items() if name != missing}
    asked = clash.ask(facts, "clash", settings)
    assert "contradiction" in asked.possible
    assert asked.questions[0].attribute == missing
    assert "the policy contradicts itself" in clash.text(asked)
