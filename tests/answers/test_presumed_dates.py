"""A date that cannot go with the day that is presumed is remarked, whoever asks; with a stated day it is an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from payerlogic import CaseError, KnowledgeBase
from payerlogic.answers.decision import Determination
from payerlogic.program.formula import Formula
from payerlogic.tables import batch
from payerlogic.tables.impact import impact

TODAY = date(2026, 1, 31)
DAY = "date_of_service"
CHECK = "check the dates, or state the date of service"


def remarks(kb: KnowledgeBase, case: dict[str, object], *, presumptions: bool = True) -> list[str]:
    settings = kb.settings(as_of=TODAY, presumptions=presumptions)
    found = kb.decide(case, [kb.policies[0]], settings).determinations[kb.policies[0]]
    assert isinstance(found, Determination)
    return [each.text for each in found.advisories if each.id.startswith("check_")]


def from_a_day() -> Iterator[tuple[KnowledgeBase, Formula, str]]:
    """Whatever is counted from a stated day to the one that is presumed, in every service."""
    whole = KnowledgeBase.load()
    for service in ("iort", "lung_screening"):
        kb = whole.of_service(service)
        for formula in kb.vocabulary.formulas.values():
            first, last = [part.name for part in formula.operation.parts] if formula.is_of_dates else ("", "")
            if last == DAY and formula.in_order:
                yield kb, formula, first


def test_whatever_is_counted_from_a_later_day_is_remarked() -> None:
    asked = 0
    for kb, formula, first in from_a_day():
        asked += 1
        ancient = f"{TODAY.year - formula.attribute.greatest - 2}-01-01"
        for day, odd in ((TODAY, False), (TODAY + timedelta(1), True), (date(9999, 12, 31), True), (ancient, True)):
            (*said,) = remarks(kb, {first: str(day)})
            assert bool(said) is odd, (formula.attribute.name, day)
            assert all(str(TODAY) in each and each.endswith(CHECK) and "presumed" in each for each in said)
            assert remarks(kb, {first: str(day)}, presumptions=False) == []
            stated = {first: str(day), DAY: str(TODAY)}
            if odd:
                with pytest.raises(CaseError, match="cannot be worked out"):
                    kb.read(stated)
            else:
                assert remarks(kb, stated) == []
    assert asked >= 3


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"birth_date": "2026-02-01"}, ["date of service 2026-01-31, which is presumed, is before birth date 2026"]),
        ({"birth_date": "1850-01-01"}, ["age cannot follow from the presumed date of service 2026-01-31, because it"]),
        ({"birth_date": "1980-01-31", "age_years": 45}, ["age 45 years is stated, but with the presumed date"]),
        ({"birth_date": "1980-01-31", "age_years": 46}, []),
        ({"birth_date": "1980-01-31"}, []),
        ({"age_years": 45}, []),
        ({"date_of_service": "2026-03-01", "birth_date": "2026-02-01"}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_what_is_said(case: dict[str, object], expected: list[str]) -> None:
    found = remarks(KnowledgeBase.load(), case)
    assert len(found) == len(expected)
    assert all(each.startswith(words) for each, words in zip(found, expected, strict=True))


def test_cases_of_one_cell_have_their_own_remarks(kb: KnowledgeBase) -> None:
    """Rules tell none of these apart, and so share the rest of the answer."""
    said = [remarks(kb, {"birth_date": f"{year}-01-01", "primary_site": "rectum"}) for year in (1950, 2050, 1960, 2060)]
    assert [len(each) for each in said] == [0, 1, 0, 1]
    assert "2050-01-01" in said[1][0]
    assert "2060-01-01" in said[3][0]


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        (["A,1950-01-01,", "B,,"], None),
        (["A,1950-01-01,", "B,2050-01-01,", "C,2050-01-01,", "D,,"], "2 rows have dates that do not fit, the first in"),
        (["A,2050-01-01,2026-01-01", "B,1850-01-01,"], "1 row has dates that do not fit, the first in row 2"),
        (["A,2050-01-01,2060-01-01"], None),
        (["A,2050-01-01"], "1 row has dates that do not fit, the first in row 1"),
    ],
)  # fmt: skip
def test_a_table_says_so_once(kb: KnowledgeBase, tmp_path: Path, rows: list[str], note: str | None) -> None:
    path, settings = tmp_path / "t.csv", kb.settings(as_of=TODAY)
    header = ",".join(("id", "birth_date", DAY)[: rows[0].count(",") + 1])
    path.write_text("\n".join([header, *rows]) + "\n")
    done = batch(kb, path, tmp_path / "out.csv", payers=["nia"], settings=settings)
    compared = impact(kb, path, "nia", "bcbsaz", settings=settings)
    for notes in (done.notes, compared.notes):
        assert len(notes) == bool(note)
        assert note is None or notes[0].startswith(note)
    bare = batch(kb, path, tmp_path / "bare.csv", payers=["nia"], settings=kb.settings(as_of=TODAY, presumptions=False))
    assert list(bare.notes) == []
