"""The engine against clingo and against sheer enumeration, on random cases under random readings.

==========================  ===========================================================================
``test_possible``           diagrams and clingo find the same possible classes (10,000 cases)
``test_one_model``          the condition graph computes clingo's one stable model of a complete case
``test_clashes``            facts are refused exactly when clingo finds no completion of them
``test_partial_cases``      class, deciding facts, presumptions relied on, clauses, remarks, version and the
                            status of every condition follow their definitions over all completions
``test_tied_facts``         the same where axioms and presumptions tie unknown facts together
``test_open_cases``         an open case has a deciding fact, and a fact that does not decide never matters
==========================  ===========================================================================

Seeds are fixed: a failure names the question and can be asked again.
"""

from __future__ import annotations

import pytest

from payerlogic import CaseError, KnowledgeBase, Settings, StatedCase
from payerlogic.semantics.case_space import OUTPUTS
from payerlogic.semantics.solver import Assumptions
from payerlogic.text.days import date_of
from tests.support.axes import all_axes
from tests.support.brute_force import Answers
from tests.support.random_cases import RandomCases
from tests.tiers import amounts

SHARES = 4  # each a test of its own, so that two workers can split the work


def question(case: StatedCase, policy: str, settings: Settings, kb: KnowledgeBase) -> str:
    """What to paste to ask a failed question again."""
    how = f"readings={dict(settings.readings)}, presumptions={settings.presumptions}, as_of={settings.as_of}"
    return f"{case.to_dict(kb.vocabulary)} at {policy}, {how}"


@pytest.mark.parametrize("seed", range(SHARES))
def test_possible(kb: KnowledgeBase, seed: int) -> None:
    draw = RandomCases(kb, seed)
    decided = 0
    for case, policy, settings in draw.questions(10_000 // SHARES):
        view = kb.view(case, policy, settings)
        asked = kb.solver.possible(policy, kb.situations.situation(view))
        assert view.possible == asked, question(case, policy, settings, kb)
        decided += len(asked) == 1
    assert 0.2 < decided / (10_000 // SHARES) < 0.8  # neither kind of case is rare


def test_one_model(kb: KnowledgeBase) -> None:
    """Clark's completion is exact here: an atom is true in the stable model exactly if a rule for it fires."""
    draw = RandomCases(kb, 100)
    for _ in range(400):
        case = draw.case(stated=1.0)
        known = {name: all_axes(kb)[name].member(value) for name, value in case.facts.items()}
        for name, axis in all_axes(kb).items():  # what was taken back to mend a clash, or left to a stored case
            if name not in known:
                for value in (member for members in axis.classes for member in members):
                    trial = Assumptions({**known, name: value}, (), frozenset())
                    if kb.solver.satisfiable(kb.solver.assumptions(trial)):
                        known[name] = value
                        break
        readings = kb.compiler.readings(draw.readings())
        literals = kb.solver.assumptions(Assumptions(known, (), readings))
        model = kb.solver.model(literals)
        assert model is not None
        computed = kb.graph.evaluate(literal for literal in literals if literal > 0)
        assert computed & kb.ground.symbol_of.keys() == model


def test_clashes(kb: KnowledgeBase) -> None:
    draw = RandomCases(kb, 200)
    refused = 0
    for _ in range(1_500):
        try:
            case = kb.reader.read(draw.facts())
        except CaseError:  # one spelling contradicts another: refused before any axiom is asked
            continue
        known = {name: all_axes(kb)[name].member(value) for name, value in case.facts.items()}
        possible = kb.solver.satisfiable(kb.solver.assumptions(Assumptions(known, (), frozenset())))
        problems = clash(kb, case)
        assert bool(problems) != possible, f"{case.to_dict(kb.vocabulary)}: {problems}"
        refused += not possible
    assert refused > 100


def clash(kb: KnowledgeBase, case: StatedCase) -> list[str]:
    """The problems for which a case is refused; none when it is taken."""
    try:
        kb.situations.check_possible(case)
    except CaseError as error:
        return [str(problem) for problem in error.problems] or ["refused without a reason"]
    return []


def check(kb: KnowledgeBase, case: StatedCase, policy: str, settings: Settings, answers: Answers) -> int:
    """Everything that a determination says, against the definitions; how many classes are possible."""
    asked = question(case, policy, settings, kb)
    view = kb.view(case, policy, settings)
    found = kb.decide(case, policy, settings)
    space = answers.space
    classes = answers.space.classes(policy)
    assert set(found.possible) == classes.keys(), asked
    assert found.class_ == (next(iter(classes)) if len(classes) == 1 else None), asked
    assert set(found.deciding) == answers.deciding, asked
    outcomes = {kb.catalog.classes[name].outcome for name in classes}
    assert found.outcome == (outcomes.pop() if len(outcomes) == 1 else "open"), asked
    if len(classes) == 1:
        assert {each.id for each in found.presumptions} == answers.relied_on, asked
        assert {clause.id for clause in found.clauses} == standing(kb, policy, next(iter(classes)), answers), asked
    else:
        assert {each.id for each in found.presumptions} <= {*answers.plain, *answers.conditional}, asked
        assert found.clauses == (), asked
    for name in ("limit", "advisory"):
        remarks = found.limits if name == "limit" else found.advisories
        assert {each.id for each in remarks} == answers.remarks(name), asked
    days = [date_of(int(day)) for day in answers.remarks("in_force")]
    assert found.version == (days[0].isoformat() if days and days[0] else None), asked
    for atom in watched(kb):
        assert view.status(atom) is space.status(space.atom(atom)), f"{kb.ground.symbol_of[atom]}: {asked}"
    return len(classes)


def watched(kb: KnowledgeBase) -> list[int]:
    """The named conditions that some answer rests on; of others (no rule asks for them) an axis tells nothing."""
    cone = kb.graph.cone(
        atom for atom, symbol in kb.ground.symbol_of.items() if (symbol.name, len(symbol.arguments)) in OUTPUTS
    )
    named = [atom for atom in sorted(cone) if atom in kb.ground.symbol_of]
    return [atom for atom in named if kb.ground.symbol_of[atom].name not in ("case", "presume", "reading")]


def standing(kb: KnowledgeBase, policy: str, class_: str, answers: Answers) -> set[str]:
    """What a decided class rests on: the clauses concluding it that stand whatever is unknown; if there
    is none, those that can stand; if none concludes it, what bars the clauses that would have."""
    clauses = kb.catalog.policies[policy].clauses
    space = answers.space
    for candidates in (
        [name for name, clause in clauses.items() if class_ in clause.classes],
        [name for name, clause in clauses.items() if not clause.classes],
    ):
        status = {name: space.status(space.of("stands", policy, name)) for name in candidates}
        certain = {name for name, value in status.items() if value is True}
        if chosen := certain or {name for name, value in status.items() if value is None}:
            return chosen
    return set()


@pytest.mark.parametrize("count", amounts(60, 250))
@pytest.mark.parametrize("seed", range(SHARES))
def test_partial_cases(kb: KnowledgeBase, seed: int, count: int) -> None:
    draw = RandomCases(kb, 300 + seed)
    checked = open_ = 0
    while checked < count:
        case, policy = draw.nearly_complete(draw.rng.randint(1, 8)), draw.rng.choice(kb.policies)
        settings = draw.settings()
        answers = Answers(kb, case, policy, settings)
        if answers.size > 20_000 or len(answers.unknown) > 8:
            continue
        checked += 1
        open_ += check(kb, case, policy, settings, answers) > 1
    assert open_ > count / 5


TIED = [
    ["device", "modality"],
    ["device", "fda_status"],
    ["device", "fda_status", "ei_conditions"],
    ["device", "modality", "fda_status"],
    ["t_category", "tumor_behavior"],
    ["fda_status", "ei_conditions"],
    ["fda_status", "ei_conditions", "mandate_applies"],
    ["date_of_service", "ei_conditions"],
    ["date_of_service", "ei_conditions", "fda_status"],
    ["t_category", "tumor_behavior", "margin_status"],
]


@pytest.mark.parametrize("unknown", TIED, ids=" ".join)
def test_tied_facts(kb: KnowledgeBase, unknown: list[str]) -> None:
    """Exactly these facts are unknown, so that a minimal set of deciding facts may need several of them."""
    draw = RandomCases(kb, 400 + TIED.index(unknown))
    checked = 0
    while checked < 25:
        case, policy, settings = next(draw.questions(1, stated=1.0))
        case = case.changed(
            {
                **{
                    name: kb.vocabulary[name].read(draw.value(kb.vocabulary[name])).value
                    for name in kb.vocabulary
                    if name not in case.facts
                },
                **dict.fromkeys(unknown),
            }
        )
        if clash(kb, case):
            continue
        answers = Answers(kb, case, policy, settings)
        checked += 1
        check(kb, case, policy, settings, answers)


def test_open_cases(kb: KnowledgeBase) -> None:
    """Stating every deciding fact of an open case decides it, whatever the other facts are."""
    draw = RandomCases(kb, 500)
    checked = 0
    while checked < 300:
        case, policy, settings = next(draw.questions(1))
        found = kb.decide(case, policy, settings)
        if found.class_ is not None:
            continue
        checked += 1
        asked = question(case, policy, settings, kb)
        assert found.deciding, asked
        values = {name: kb.vocabulary[name].read(draw.value(kb.vocabulary[name])).value for name in found.deciding}
        try:
            more = kb.read(case.changed(values))
        except CaseError:
            continue
        known = kb.view(more, policy, settings).known
        after = kb.decide(more, policy, settings)
        assert after.class_ is not None or not set(found.deciding) - known.keys(), asked
