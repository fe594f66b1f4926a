"""A revision table says for which cases a thing of the text held before a revision, and for which after it."""

from __future__ import annotations

import pytest

from payerlogic import KnowledgeBase
from payerlogic.comparison.result import Comparison
from payerlogic.documents import render
from payerlogic.wording.comparison import Words
from payerlogic.wording.revisions import NEVER, RevisionRow, revision_rows
from tests.conftest import AS_OF


def rows(kb: KnowledgeBase, first: str, last: str) -> tuple[Comparison, list[RevisionRow]]:
    part = kb.of_policies([first.partition("@")[0]])
    found = part.compare(first, last, part.settings(as_of=AS_OF))
    return found, [*revision_rows(Words.of(part, found), found)]


@pytest.mark.parametrize("days", [("2015-02-05", "2022-02-10"), ("2022-02-10", "2015-02-05")], ids=str)
def test_a_moved_threshold_is_two_ranges_whichever_side_is_the_older(kb: KnowledgeBase, days: tuple[str, str]) -> None:
    _, found = rows(kb, *(f"cms_ldct@{day}" for day in days))
    changed = {(each.before, each.after) for each in found if each.change == "changed"}
    assert ("age (years): 55 to 77", "age (years): 50 to 77") in changed
    assert ("smoking history (pack-years): 30 or more", "smoking history (pack-years): 20 or more") in changed
    assert all("February 10, 2022" in each.where for each in found)


def test_what_only_one_edition_has_is_added_or_removed(kb: KnowledgeBase) -> None:
    _, found = rows(kb, "bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    how = {
        each.change: (each.before, each.after) for each in found if "removed" in each.change or each.change == "added"
    }
    assert how["added"][0] == NEVER
    assert how["removed"][1] == NEVER
    assert [each.what for each in found if each.change == "named by the document"][-1].startswith("Statement: ")


def test_a_row_is_about_the_revision_of_its_day_and_not_of_a_later_one(kb: KnowledgeBase) -> None:
    _, near = rows(kb, "bcbsaz@2022-09-19", "bcbsaz@2023-09-21")
    _, far = rows(kb, "bcbsaz@2022-09-19", "bcbsaz@2024-09-03")
    assert set(near) <= set(far)


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_report_has_the_table(kb: KnowledgeBase, format_: str) -> None:
    found, table = rows(kb, "cms_ldct@2015-02-05", "cms_ldct@2022-02-10")
    written = render(found, format_, kb.of_policies(["cms_ldct"])).decode()
    assert "What the text revised" in written
    assert all(each.after in written for each in table if each.change == "changed")
