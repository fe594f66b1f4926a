"""Lung cancer screening, the second service line: it is shipped, and no Python knows of it.

===================================  =================================================================
``test_the_vocabulary``              the names and types that users rely on
``test_ledger``                      every statement has its place in the text, and an effect or a reason
``test_meaning``                     the three texts written once more, against every case around the numbers
``test_agreements``                  what is proved of the texts side by side
``test_examples``                    the made-up example cases, and what the texts say of them
===================================  =================================================================

The stored cases lie beside the policies, in ``kb/policies/lung_screening/tests``.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import yaml

from payerlogic import KnowledgeBase
from payerlogic.authoring.mutation import Trial, sample
from payerlogic.cases.files import read_cases
from payerlogic.program.files import Program
from payerlogic.program.mutants import mutants
from payerlogic.program.source_files import shipped_folder
from payerlogic.sql import compile_query
from tests.conftest import AS_OF

HERE = Path(__file__).resolve().parent
LEDGER: dict[str, dict[str, Any]] = yaml.safe_load(
    (HERE / "ledger" / "lung_screening.yaml").read_text(encoding="utf-8")
)
EXAMPLES = HERE.parents[1] / "examples" / "cases"
ELEMENTS = ["eligibility_determined", "decision_aid_used", "adherence_counseled", "tobacco_counseled"]
OWN = {
    "pack_years": "decimal",
    "smoking_status": "choice",
    "years_since_quit": "integer",
    "symptoms_of_lung_cancer": "boolean",
    "order_received": "boolean",
    "order_written_at_visit": "boolean",
    "first_screening": "boolean",
    "visit_elements": "set",
    "limited_life_expectancy": "boolean",
    "able_and_willing_for_surgery": "boolean",
}


@pytest.fixture(scope="module")
def lung() -> KnowledgeBase:
    return KnowledgeBase.load(service="lung_screening")


def test_the_vocabulary(lung: KnowledgeBase, kb: KnowledgeBase) -> None:
    words = lung.vocabulary
    assert {name: words[name].type for name in OWN} == OWN
    assert not OWN.keys() & kb.vocabulary.keys()
    assert (words["pack_years"].places, words["pack_years"].values_in_words) == (
        1,
        "0 to 300 pack-years, with one decimal place",
    )
    assert words["smoking_status"].spelled == ("current", "former", "never")
    assert list(words["visit_elements"].spelled) == ELEMENTS
    assert {name: list(each.sources) for name, each in words.formulas.items()} == {
        "age_years": ["birth_date", "date_of_service"],
        "pack_years": ["packs_per_day", "years_smoked"],
        "years_since_quit": ["quit_date", "date_of_service"],
    }
    outcomes = {name: lung.catalog.classes[name].outcome for name in lung.catalog.classes}
    assert {name: outcomes[name] for name in ("covered", "not_covered", "recommended", "screening_should_stop")} == {
        "covered": "approved",
        "not_covered": "denied",
        "recommended": "approved",
        "screening_should_stop": "denied",
    }


@pytest.mark.parametrize("policy", LEDGER)
def test_ledger(lung: KnowledgeBase, policy: str) -> None:
    """Each statement is in the ledger; one with an effect is cited, one without says why and is cited by nothing."""
    book, ledger = lung.catalog.policies[policy], LEDGER[policy]
    assert list(book.statements) == list(ledger["statements"])
    cited = {id_ for ids in book.cites.values() for id_ in ids}
    silent = {each.id for each in book.statements.values() if each.effect == "none"}
    assert silent == set(ledger["not_encoded"])
    assert cited == set(book.statements) - silent
    for statement in book.statements.values():
        assert statement.section, statement
        assert statement.place, statement
        assert bool(statement.why) == (statement.id in silent), statement
    for clause in book.clauses.values():
        assert clause.statements, clause.id


def test_readings(lung: KnowledgeBase) -> None:
    """The ambiguities that are registered, the letter of the text first."""
    assert {id_: each.default for id_, each in lung.catalog.readings.items()} == {
        "cms_missing_element": "denies",
        "cms_within_15_years": "fifteen_is_within",
        "uspstf_15_years": "stop_after_fifteen",
        "uspstf_symptoms_2013": "population_counts",
        "uspstf_symptoms_2021": "recommendation_alone",
    }
    for policy in LEDGER:
        assert "unknown_pack_years" in lung.catalog.policies[policy].vague


# --- The meaning, once more -------------------------------------------------------------------------


Facts = dict[str, Any]
DAYS = ("2014-06-01", "2016-06-01", "2021-06-01", "2024-06-01")
AGES = (49, 50, 54, 55, 77, 78, 80, 81)
PACKS = tuple(map(Decimal, ("19.9", "20.0", "29.9", "30.0")))
SMOKING = (("current", 0), ("former", 1), ("former", 14), ("former", 15), ("former", 16), ("former", 40))


def cms(case: Facts) -> str:
    if case["date_of_service"] < "2015-02-05":
        return "not_in_force"
    later = case["date_of_service"] >= "2022-02-10"
    person = (50 if later else 55) <= case["age_years"] <= 77 and case["pack_years"] >= (20 if later else 30)
    person = (
        person and not case["symptoms_of_lung_cancer"] and case["years_since_quit"] <= 15 and case["order_received"]
    )
    visit = set(case["visit_elements"]) == set(ELEMENTS) and (later or case["order_written_at_visit"])
    return "covered" if person and (visit or not case["first_screening"]) else "not_covered"


def uspstf(case: Facts) -> str:
    if case["date_of_service"] < "2013-12-31":
        return "not_in_force"
    later = case["date_of_service"] >= "2021-03-09"
    person = (50 if later else 55) <= case["age_years"] <= 80 and case["pack_years"] >= (20 if later else 30)
    if not person or (not later and case["symptoms_of_lung_cancer"]):
        return "no_criterion"
    healthy = not case["limited_life_expectancy"] and case["able_and_willing_for_surgery"]
    return "recommended" if case["years_since_quit"] <= 15 and healthy else "screening_should_stop"


def acs(case: Facts) -> str:
    if case["date_of_service"] < "2023-11-01":
        return "not_in_force"
    if not 50 <= case["age_years"] <= 80 or case["pack_years"] < 20 or case["symptoms_of_lung_cancer"]:
        return "no_criterion"
    healthy = not case["limited_life_expectancy"] and case["able_and_willing_for_surgery"]
    return "recommended" if healthy else "screening_should_stop"


MEANT = {"cms_ldct": cms, "uspstf_ldct": uspstf, "acs_ldct": acs}


def complete_cases(count: int, seed: int) -> list[Facts]:
    """A sample of the product of all values around the numbers, most of them with few obstacles."""
    rng, found = Random(seed), []
    every = list(product(DAYS, AGES, PACKS, SMOKING))
    for day, age, packs, (status, years) in rng.sample(every, count):
        case: Facts = {"date_of_service": day, "age_years": age, "pack_years": packs, "smoking_status": status}
        case["years_since_quit"] = years
        case["order_received"] = rng.random() < 0.8
        case["order_written_at_visit"] = case["order_received"] and rng.random() < 0.7
        case["visit_elements"] = [each for each in ELEMENTS if rng.random() < 0.9]
        case["first_screening"] = rng.random() < 0.5
        case["able_and_willing_for_surgery"] = rng.random() < 0.8
        case["symptoms_of_lung_cancer"], case["limited_life_expectancy"] = rng.random() < 0.2, rng.random() < 0.2
        found.append(case)
    return found


def test_meaning(lung: KnowledgeBase) -> None:
    """Decided as the texts say, by the diagrams, by clingo and by SQL."""
    cases, settings = complete_cases(120, 1), lung.settings(as_of=AS_OF)
    for facts in cases:
        case = lung.read(facts)
        for policy, found in lung.decide(case, settings=settings).determinations.items():
            expected = MEANT[policy](facts)
            assert found.class_ == expected, (policy, facts)
            assert lung.solver.possible(policy, lung.situation(case, policy, settings)) == {expected}
    rows = [lung.read(facts).facts for facts in cases]
    columns = {name: [row.get(name) for row in rows] for name in lung.vocabulary if name in rows[0]}
    columns["visit_elements"] = [sorted(each) for each in columns["visit_elements"]]  # type: ignore[arg-type]
    kinds = {"pack_years": pa.decimal128(10, 1), "visit_elements": pa.list_(pa.string())}
    table = pa.table({"id": range(len(rows)), **{n: pa.array(each, kinds.get(n)) for n, each in columns.items()}})
    query = compile_query(lung, list(MEANT), settings, columns=table.column_names)
    with duckdb.connect() as connection:
        connection.register("cases", table)
        for answer in connection.sql(query.text).to_arrow_table().to_pylist():
            expected_of = {policy: meant(cases[answer["id"]]) for policy, meant in MEANT.items()}
            assert {policy: answer[f"{policy}_class"] for policy in MEANT} == expected_of


def test_agreements(lung: KnowledgeBase) -> None:
    """Side by side on their latest editions: complete, and what one approves the other need not."""
    found = lung.compare("uspstf_ldct", "acs_ldct")
    assert found.complete
    pairs = {(pair.left, pair.right) for pair in found.pairs}
    assert ("screening_should_stop", "recommended") in pairs, "ACS does not ask for the years since quitting"
    assert ("no_criterion", "recommended") not in pairs, "what ACS recommends, USPSTF speaks of"
    revised = lung.compare("cms_ldct@2016-01-01", "cms_ldct@2024-01-01")
    pairs = {(pair.left, pair.right) for pair in revised.pairs}
    assert pairs == {("covered", "covered"), ("not_covered", "covered"), ("not_covered", "not_covered")}


def test_examples(lung: KnowledgeBase) -> None:
    expected = {
        "10-lung-quit-nine-years-ago": {"cms_ldct": "covered", "uspstf_ldct": "recommended", "acs_ldct": "recommended"},
        "11-lung-quit-long-ago": {
            "cms_ldct": "not_covered",
            "uspstf_ldct": "screening_should_stop",
            "acs_ldct": "recommended",
        },
        "12-lung-pack-years-unknown": dict.fromkeys(MEANT, None),
    }
    found = {}
    for path in sorted(EXAMPLES.glob("*-lung-*.yaml")):
        (record,) = read_cases(path, lung.vocabulary.stateable)
        assert "(made up)" in str(record.id)
        assert record.stated is not None
        determinations = lung.decide(record.stated).determinations
        found[path.stem] = {policy: each.class_ for policy, each in determinations.items()}
    assert found == expected


# --- Mutation ---------------------------------------------------------------------------------------


def test_a_sample_of_mutants_is_noticed(tmp_path: Path) -> None:
    """A changed rule is refused, noticed by a stored case, proved to mean the same, or was looked at."""
    fates = mutated(tmp_path, 4)
    assert not [each for each in fates.items() if each[1] == "survived"]


@pytest.mark.slow
def test_more_mutants_are_noticed(tmp_path: Path) -> None:
    fates = mutated(tmp_path, 120)
    assert not [each for each in fates.items() if each[1] == "survived"]
    assert sum(fate == "killed" for fate in fates.values()) > 80


def mutated(place: Path, count: int) -> dict[str, str]:
    """What becomes of a sample of the mutants of the three policies."""
    rows = yaml.safe_load((HERE / "mutation" / "lung_screening.yaml").read_text(encoding="utf-8"))
    accepted = {row["mutant"] for row in rows}
    every = mutants(Program.read(shipped_folder(), service="lung_screening"))
    assert accepted <= {mutant.id for mutant in every}
    own = [each for each in every if each.file.removesuffix(".lp") in LEDGER and each.id not in accepted]
    trial = Trial(shipped_folder(), place, "lung_screening", whole_answers=True)
    return {mutant.id: trial(mutant)[0] for mutant in sample(own, count, 1)}
