"""Every test of ``kb/`` passes, by the diagrams and by clingo: what ``payerlogic test`` says, case by case.

The last tests look at the stored cases as a whole: that together they reach every clause, option,
version, remark, presumption and pair of clauses of which one prevails. A new rule in ``kb/`` without
a case that shows what it does fails here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from clingo import Control

from payerlogic import KnowledgeBase
from payerlogic.authoring.case_tests import CaseTest, by_service, stored_tests
from payerlogic.authoring.running import run_all
from payerlogic.program.files import shipped_folder
from payerlogic.program.library import Library
from tests.support.folders import load_plainly

LIBRARY = Library.read(shipped_folder())
BY_SERVICE = by_service(LIBRARY, stored_tests(shipped_folder()))
CASES = BY_SERVICE[LIBRARY.default]
DECIDED = [case for case in CASES if case.error is None]


@pytest.mark.parametrize(
    ("service", "case"),
    [pytest.param(service, case, id=str(case)) for service, cases in BY_SERVICE.items() for case in cases],
)
def test_case(asked: Callable[[str], KnowledgeBase], service: str, case: CaseTest) -> None:
    """The determination is what the file expects, and clingo finds the same possible classes."""
    assert run_all(asked(service), [case]).failed == ()


@pytest.fixture(scope="module")
def asked(kb: KnowledgeBase) -> Callable[[str], KnowledgeBase]:
    """The knowledge base of each service, loaded once."""
    loaded = {LIBRARY.default: kb}

    def of(service: str) -> KnowledgeBase:
        if service not in loaded:
            loaded[service] = KnowledgeBase.load(service=service)
        return loaded[service]

    return of


def test_names_are_unique() -> None:
    names = [str(case) for cases in BY_SERVICE.values() for case in cases]
    assert sorted(set(names)) == sorted(names)


def expectations() -> Iterator[tuple[CaseTest, str, dict[str, object]]]:
    for case in DECIDED:
        for policy, expected in case.expect.items():
            yield case, policy, dict(expected)


def test_every_clause_decides_some_case(kb: KnowledgeBase) -> None:
    decided = {(policy, clause) for _, policy, expected in expectations() for clause in expected.get("clauses", [])}
    declared = {(policy, clause) for policy in kb.policies for clause in kb.catalog.policies[policy].clauses}
    assert declared - decided == set()


def test_every_version_is_in_force_in_some_case(kb: KnowledgeBase) -> None:
    named = {(policy, str(expected.get("version"))) for _, policy, expected in expectations() if "version" in expected}
    declared = {
        (policy, f"{day // 10000}-{day // 100 % 100:02}-{day % 100:02}")
        for policy in kb.policies
        for day, _ in kb.catalog.policies[policy].versions
    }
    assert declared | {(policy, "None") for policy in kb.policies} == named


def test_every_threshold_has_a_case_on_either_side(kb: KnowledgeBase) -> None:
    """The last value below each bound and the first one that reaches it are stated by some case."""
    stated: dict[str, set[int]] = {}
    for case in DECIDED:
        for name, value in kb.read(case.case).facts.items():
            if kb.vocabulary[name].type in ("integer", "date"):
                stated.setdefault(name, set()).add(_ordinal(value))
    for name, how, number in kb.ground.rows("bound", 3):
        least = int(number) + (how == "at_most")
        first = _ordinal(_day(least)) if kb.vocabulary[str(name)].type == "date" else least
        assert {first - 1, first} <= stated[str(name)], f"bound({name}, {how}, {number})"


def _day(number: int):
    from payerlogic.text.days import date_of

    return date_of(number)


def _ordinal(value) -> int:
    return value if isinstance(value, int) else value.toordinal()


@pytest.mark.parametrize("name", ["advisory", "limit"])
def test_every_remark_is_made_and_withheld(kb: KnowledgeBase, name: str) -> None:
    kinds = {"advisory": ("advisories", "has", "hasnt"), "limit": ("limits", "limits", "")}[name]
    made, withheld = set(), set()
    every = {(str(s.arguments[0]), str(s.arguments[1])) for _, s in kb.ground.atoms(name, 2)}
    for _, policy, expected in expectations():
        given = {*expected.get(kinds[0], []), *expected.get(kinds[1], [])}
        made |= {(policy, each) for each in given}
        withheld |= {(policy, each) for each in expected.get(kinds[2], [])}
        if kinds[0] in expected:
            withheld |= {(policy, each) for of, each in every if of == policy and each not in given}
    assert every - made == set()
    assert every - withheld == set()


def test_every_presumption_decides_some_case(kb: KnowledgeBase) -> None:
    relied = {
        each
        for _, _, expected in expectations()
        for key in ("presumptions", "relies_on")
        for each in expected.get(key, [])
    }
    assert {presumption.id for presumption in kb.catalog.presumptions} - relied == set()


def test_every_option_changes_some_case(kb: KnowledgeBase) -> None:
    """For each option but the defaults a case that says what it gives, where the default gives something else.

    Other readings of the case stay as they are: an option may matter only together with another.
    """
    shown = set()
    for case in DECIDED:
        for reading, option in case.readings.items():
            others = {name: taken for name, taken in case.readings.items() if name != reading}
            default = kb.settings(others, presumptions=case.presumptions, as_of=case.as_of)
            for policy, expected in case.expect.items():
                given = sorted(expected.get("open", [expected.get("class")]))
                if None not in given and given != sorted(kb.decide(case.case, policy, default).possible):
                    shown.add((reading, option))
    options = {(reading.id, option.name) for reading in kb.catalog.readings.values() for option in reading.options[1:]}
    assert options - shown == set()


def test_every_pair_of_which_one_prevails_meets_in_some_case(
    kb: KnowledgeBase, meet: Callable[..., set[tuple[str, str, str]]]
) -> None:
    """Wherever one clause prevails over another that is met as well, a case shows it; clingo finds the pairs."""
    shown = set()
    for _, policy, expected in expectations():
        for winner in expected.get("clauses", []):
            shown |= {(policy, winner, other) for other in expected.get("met", []) if other != winner}
    assert meet() - shown == set()


@pytest.fixture(scope="module")
def meet(kb: KnowledgeBase) -> Callable[..., set[tuple[str, str, str]]]:
    """The pairs (policy, winner, loser) that are both met, the one prevailing, in some case under some readings."""

    def pairs() -> set[tuple[str, str, str]]:
        control = Control(["--warn=no-atom-undefined"])
        load_plainly(control, kb.program)
        control.add("base", [], "meet(P, C, D) :- prevails(P, C, D), met(P, C), met(P, D), stands(P, C).")
        control.ground([("base", [])])
        found = set()
        for atom in control.symbolic_atoms.by_signature("meet", 3):
            if control.solve(assumptions=[atom.literal]).satisfiable:
                policy, winner, loser = map(str, atom.symbol.arguments)
                found.add((policy, winner, loser))
        return found

    return pairs
