"""The first sentences of a comparison: parts that add up, and nothing of the whole from what is listed alone."""

from __future__ import annotations

import re

import pytest

from payerlogic import KnowledgeBase
from payerlogic.documents.comparison_report import Report
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
