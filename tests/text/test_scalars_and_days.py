"""Scalars of files, tables and libraries are read in one place: numbers, days, missing values.

Nothing is guessed: what is not exactly a whole number or a day is refused.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerlogic.text.csv_cells import FORMULA, NUMBER, guarded
from payerlogic.text.days import day_of, read_day
from payerlogic.text.scalars import plain, whole_number

DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("50", 50), (" 50 ", 50), ("50.0", 50), ("50.", 50), ("050", 50), ("+5", 5), ("-5", -5), (50.0, 50), (50, 50),
        (Decimal("50.00"), 50), (Fraction(100, 2), 50), (np.int64(62), 62), (np.float32(62), 62), (np.uint8(7), 7),
        ("49.9", None), (">89", None), ("1e1", None), ("5 0", None), ("5,0", None), ("\u0665\u0660", None), ("", None),
        ("0x32", None), ("5_0", None), (49.9, None), (float("inf"), None), (Decimal("1e999999"), None), (True, None),
        (np.bool_(True), None), (Fraction(1, 2), None), (1j, None), ([50], None), ("9" * 10_000, None), (1e300, None),
    ],
)  # fmt: skip
def test_whole_numbers(written: Any, number: int | None) -> None:
    assert whole_number(plain(written)) == number


@given(st.integers(-(10**8), 10**8), st.sampled_from(["{}", "{}.0", " {}", "{}.000 ", "{}."]))
def test_a_whole_number_survives_being_written(number: int, how: str) -> None:
    assert whole_number(how.format(number)) == number
    assert whole_number(Decimal(number)) == whole_number(float(number)) == number


@given(st.text(max_size=12))
def test_any_other_text_is_no_number(text: str) -> None:
    found = whole_number(text)
    assert found is None or int(float(text)) == found == float(text)


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-31", "20260131", " 2026-01-31\n", 20260131, 20260131.0, DAY, datetime(2026, 1, 31),
        np.datetime64("2026-01-31"), np.datetime64("2026-01-31T00:00:00", "ns"), pd.Timestamp("2026-01-31"),
        np.str_("2026-01-31"),
    ],
)  # fmt: skip
def test_days(written: Any) -> None:
    assert day_of(written) == DAY


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30", "20260230", "0000-01-01", "31.1.2026", "01/31/2026", "2026-1-31", "2026-0131", "202601-31",
        "2026-W05-6", "2026-031", "2026-01", "2026-01-31T00:00", "\u0662026-01-31", "today", "", 2026, 202601, True,
        datetime(2026, 1, 31, 8), datetime(2026, 1, 31, tzinfo=UTC), np.datetime64("2026-01"),
        np.datetime64("2026-01-31T08:00"), pd.Timestamp("2026-01-31 08:00"), None, [DAY],
    ],
)  # fmt: skip
def test_what_is_no_day(written: Any) -> None:
    with pytest.raises(ValueError, match=r"is not a (date|day of the calendar)|has a time of day"):
        day_of(written)


@given(st.dates())
def test_a_day_survives_being_written(day: date) -> None:
    assert read_day(day.isoformat()) == read_day(f"{day:%Y}".zfill(4) + f"{day:%m%d}") == day


@pytest.mark.parametrize(
    "missing", [None, float("nan"), Decimal("NaN"), Decimal("sNaN"), np.nan, np.float64("nan"), pd.NA, pd.NaT,
                np.datetime64("NaT"), np.float32("nan")],
)  # fmt: skip
def test_missing_values(missing: Any) -> None:
    assert plain(missing) is None


# --- CSV cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\nA", " =1", "\u00a0=1", "\u3000=1", "\ufeff=1",
     "\u200b=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20A", "- 5", "-5%", "+", "--5", "-5e", "-5\n=1", "-0x5"],
)  # fmt: skip
def test_a_formula_is_guarded(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    ["-5", "+5", "-5.0", "-.5", "-5.", "-1e-9", "+1E5", " -5", "5", "A-5", "a=1", "'=1", "", "77424", "2026-01-31"],
)
def test_a_number_and_a_word_are_not_changed(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n 5.eE'A\uff1d\u200b\ufeff\u3000"), max_size=8) | st.text(max_size=8))
def test_python_and_re2_guard_the_same(cell: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        column = pa.array([cell])
    except pa.ArrowInvalid:
        return  # half of a surrogate pair is in no file
    formula, number = (pc.match_substring_regex(column, each)[0].as_py() for each in (FORMULA, NUMBER))
    assert (formula and not number) == (guarded(cell) != cell)
