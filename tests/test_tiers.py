"""The table of what the short tier leaves out speaks of tests that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiers import SAMPLED, sampled

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("family", SAMPLED)
def test_a_family_exists(family: str) -> None:
    path, _, test = family.partition("::")
    assert f"\ndef {test}(" in f"\n{(ROOT / path).read_text(encoding='utf-8')}" if test else (ROOT / path).is_file()


def test_a_sample_is_spread_evenly() -> None:
    family = next(each for each, kept in SAMPLED.items() if kept == 2 and "::" in each)
    left_out = sampled([f"{family}[{number}]" for number in range(6)])
    assert left_out == {f"{family}[{number}]" for number in (1, 2, 4, 5)}
