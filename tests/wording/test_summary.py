"""The first sentences of a comparison: parts that add up, and nothing of the whole from what is listed alone."""

from __future__ import annotations

import re

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.documents.comparison_report import Report
from payerlogic.wording.stricter import StricterWords
from tests.conftest import AS_OF


@pytest.mark.parametrize(
    ("left", "right", "presumptions"),
    [("acs_ldct", "uspstf_ldct", True), ("nia", "bcbsaz", True), ("bcbsaz", "bcbsaz@2022-09-19", False)],
)
def test_the_parts_hold_every_cell_once(kb: KnowledgeBase, left: str, right: str, presumptions: bool) -> None:
    base = kb.of_policies([left, right.partition("@")[0]])
    settings = base.settings(as_of=AS_OF, presumptions=presumptions)
    first = Report.of(base, base.compare(left, right, settings, regions=1)).summary[0]
    shares = [float(share) for share in re.findall(r"in ([\d.]+) %", first)]
    assert len(shares) > 2
    assert sum(shares) == pytest.approx(100, abs=0.2)


def test_what_is_counted_is_said_of_the_listed_regions_alone(kb: KnowledgeBase, settings: Settings) -> None:
    few, whole = (Report.of(kb, kb.compare("nia", "bcbsaz", settings, regions=count)) for count in (1, None))
    [said] = [line for line in few.summary if " conflict region" in line and "under every reading" in line]
    assert "is listed, not all" in said
    assert not any("is listed, not all" in line for line in whole.summary)
    stricter = kb.stricter("nia@2022-01-01", "nia", settings, regions=1)
    first, _, third, *_ = StricterWords.of(kb, stricter).summary()
    assert "in 1 region" not in first
    assert third.startswith("1 region is listed below, not all: the largest, with ")


def test_silence_of_both_is_said_as_an_answer(kb: KnowledgeBase, settings: Settings) -> None:
    summary = Report.of(kb, kb.compare("nia", "nia@2022-01-01", settings, regions=1)).summary
    assert not any("othing that is not addressed" in line for line in summary)
    assert any("hatever is not addressed by NIA (2022-01-01) is addressed by NIA (" in line for line in summary)
