"""Two comparisons prepared for reports: the shipped policies, and made-up ones whose texts are hostile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payerlogic import KnowledgeBase, Settings
from payerlogic.documents.comparison_report import Report

# What a page, a spreadsheet, a terminal or Markdown could take for something else than text.
MARKUP = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK(\\"http://x.example\\";\\"a\\")'
HOSTILE = f"""\
payer(acme, "{FORMULA}"). policy(acme, acme, iort, "@SUM(1+1)", "{MARKUP}").
version(acme, 20200101, "-2+3 {MARKUP}").
statement(acme, "A1", "+Criteria|*x*", "{MARKUP}", "tumors of the brain are covered", rule).
clause(acme, a1, "{FORMULA}").
met(acme, a1) :- case(primary_site, brain).
concludes(acme, a1, medically_necessary).
cites(acme, a1, "A1").
vague(acme, brain_tumor, "`code` {MARKUP} [a](javascript:alert(1))").
cites(acme, vague(brain_tumor), "A1").
"""


@pytest.fixture(scope="session")
def report(kb: KnowledgeBase, settings: Settings) -> Report:
    """The two shipped policies."""
    return Report.of(kb, kb.compare("nia", "bcbsaz", settings))


@pytest.fixture
def hostile(made_up: Callable[..., KnowledgeBase], settings: Settings) -> Report:
    """A made-up payer whose every text is hostile, against a shipped one."""
    base = made_up({"acme": HOSTILE})
    return Report.of(base, base.compare("acme", "nia", settings))
