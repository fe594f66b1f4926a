"""A case from Python may hold what Python's libraries hold; how to ask may be written as text. Nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from payerlogic import Case, CaseError, KnowledgeBase, QuestionError, Settings

DAY = date(2026, 1, 31)


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase.load()


@pytest.mark.parametrize(
    ("attribute", "written", "value"),
    [
        ("age_years", np.int64(62), 62),
        ("age_years", np.float64(62.0), 62),
        ("age_years", Decimal("62.0"), 62),
        ("age_years", Fraction(62), 62),
        ("age_years", pd.Series([62])[0], 62),
        ("oncologic", np.bool_(True), True),
        ("oncologic", "yes", True),
        ("date_of_service", np.datetime64("2026-01-31"), DAY),
        ("date_of_service", pd.Timestamp("2026-01-31"), DAY),
        ("date_of_service", datetime(2026, 1, 31), DAY),
        ("date_of_service", 20260131, DAY),
        ("primary_site", np.str_("Rectum"), "rectum"),
        ("primary_site", pd.Categorical(["C20"])[0], "rectum"),
        ("cpt_codes", 77424, frozenset({"77424"})),
        ("cpt_codes", [77424, np.int64(77425)], frozenset({"77424", "77425"})),
        ("cpt_codes", np.array(["77424", "0735t"]), frozenset({"77424", "0735T"})),
        ("cpt_codes", pd.Series(["77424"]), frozenset({"77424"})),
        ("cpt_codes", 77424.0, frozenset({"77424"})),
        ("ei_conditions", np.array([], dtype=str), frozenset()),
        ("ei_conditions", (), frozenset()),
    ],
)
def test_values_of_libraries(kb: KnowledgeBase, attribute: str, written: Any, value: Any) -> None:
    found = kb.read({attribute: written}).facts[attribute]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "missing",
    [None, "", "unknown", float("nan"), np.nan, pd.NA, pd.NaT, np.datetime64("NaT"), Decimal("NaN")],
    ids=repr,
)
def test_missing_values_are_unknown(kb: KnowledgeBase, missing: Any) -> None:
    assert kb.read(dict.fromkeys(kb.vocabulary, missing)).facts == {}
    assert kb.read({"id": missing}).id in (None, "unknown")


def test_a_row_of_a_data_frame(kb: KnowledgeBase) -> None:
    frame = pd.DataFrame(
        {"id": ["a", "b"], "age_years": [62, None], "date_of_service": pd.to_datetime(["2026-01-31", None])}
    )
    first, second = (kb.read(row) for row in frame.to_dict("records"))
    assert first.facts == {"date_of_service": DAY, "age_years": 62}
    assert (second.id, second.facts) == ("b", {})


@pytest.mark.parametrize(
    ("attribute", "written"),
    [
        ("age_years", 49.9),
        ("age_years", np.float64(49.9)),
        ("age_years", Decimal("49.9")),
        ("age_years", np.bool_(True)),
        ("age_years", float("inf")),
        pytest.param("age_years", 10**5000, id="5,000 digits"),
        ("age_years", 1j),
        ("age_years", b"62"),
        ("oncologic", np.int64(1)),
        ("oncologic", 1.0),
        ("date_of_service", datetime(2026, 1, 31, 8)),
        ("date_of_service", datetime(2026, 1, 31, tzinfo=UTC)),
        ("date_of_service", np.datetime64("2026-01")),
        ("primary_site", np.array(["rectum", "colon"])),
        ("primary_site", object()),
        ("primary_site", b"rectum"),
        ("cpt_codes", {"77424": True}),
        ("cpt_codes", [None]),
        ("cpt_codes", [["77424"]]),
        ("cpt_codes", [77424.5]),
        ("cpt_codes", iter(["77424"])),
        ("id", ["A"]),
    ],
)
def test_what_is_refused(kb: KnowledgeBase, attribute: str, written: Any) -> None:
    with pytest.raises(CaseError) as refused:
        kb.read({attribute: written})
    (problem,) = refused.value.problems
    assert problem.where == attribute
    assert len(str(problem)) < 400


# --- How to ask ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_of", ["2026-01-31", "20260131", datetime(2026, 1, 31), pd.Timestamp("2026-01-31"), DAY])
def test_today_in_any_spelling(kb: KnowledgeBase, as_of: Any) -> None:
    assert kb.settings(as_of=as_of).as_of == Settings(as_of=as_of).as_of == DAY


@pytest.mark.parametrize("as_of", ["yesterday", "2026-02-30", datetime(2026, 1, 31, 8), 5, [DAY]])
def test_today_that_is_no_day(kb: KnowledgeBase, as_of: Any) -> None:
    with pytest.raises(QuestionError, match="as_of"):
        kb.settings(as_of=as_of)


QUESTIONS: dict[str, Any] = {
    "decide": lambda kb, case, settings: kb.decide(case, "nia", settings),
    "explain": lambda kb, case, settings: kb.explain(case, "nia", settings),
    "why_not": lambda kb, case, settings: kb.why_not(case, "nia", "denied", settings),
    "reasons": lambda kb, case, settings: kb.reasons(case, "nia", settings),
    "ask": lambda kb, case, settings: kb.ask(case, "nia", settings),
    "robustness": lambda kb, case, settings: kb.robustness(case, "nia", settings),
    "contrast": lambda kb, case, settings: kb.contrast(case, "nia", "bcbsaz", settings),
    "compare": lambda kb, case, settings: kb.compare("nia", "bcbsaz", settings),
    "compare, left": lambda kb, case, settings: kb.compare("nia", "nia", left_settings=settings),
    "view": lambda kb, case, settings: kb.view(kb.read(case), "nia", settings),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("readings", "words"),
    [({"nia_fraction": "cap"}, "unknown reading 'nia_fraction'"), ({"nia_fractions": "cup"}, "unknown option 'cup'")],
)
def test_settings_with_an_unknown_reading(
    kb: KnowledgeBase, question: str, readings: dict[str, str], words: str
) -> None:
    with pytest.raises(QuestionError, match=words):
        QUESTIONS[question](kb, Case(primary_site="rectum"), Settings(readings))


def test_settings_that_name_a_default_are_the_usual_ones(kb: KnowledgeBase) -> None:
    default = {"nia_fractions": "cap"}
    found = kb.decide(Case(primary_site="rectum"), "nia", Settings(default, as_of=DAY))
    assert found.readings == {}
