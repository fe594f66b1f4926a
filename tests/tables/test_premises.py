"""Tables say what their answers rest on, and which files lack a column. All rows are made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from payerlogic import KnowledgeBase
from payerlogic.sql import compile_query
from payerlogic.tables.premises import sentences

from .conftest import AS_OF, Run, Write

ROWS = "id,primary_site,cpt_codes\nA,brain,\nB,brain,77425\nC,rectum,\n"


@pytest.mark.parametrize("more", [(), ("--no-presumptions",), ("--reading", "nia_fractions=eligibility")])
def test_batch(run: Run, write: Write, kb: KnowledgeBase, tmp_path: Path, more: tuple[str, ...]) -> None:
    table, presumed = write("cases.csv", ROWS), "--no-presumptions" not in more
    words = ("batch", table, "--out", tmp_path / "out.csv", "--as-of", AS_OF, *more)
    text, premises = run(*words).text, run(*words, "--json").json["premises"]
    made = [each.id for each in kb.catalog.presumptions]
    assert [line.partition(":")[0] for line in premises["presumptions"]] == (made if presumed else [])
    assert premises["readings"] is None, "no reading was switched"
    assert sorted(premises["editions"].values()) == ["2023-01-01", "2024-09-03"]
    assert "rows of this table" in premises["space"]
    assert ("Presumed, where a row does not state it: " in text) is presumed
    assert ("Nothing is presumed" in text) is not presumed
    assert f"Readings not at their default: {'nia_fractions=eligibility' if '--reading' in more else 'none'}." in text
    assert "2022-09-19, 2023-09-21, 2024-09-03" in text


def test_impact_counts_what_depends_on_a_presumption(run: Run, write: Write) -> None:
    table = write("cases.csv", ROWS)
    words = ("impact", table, "nia", "bcbsaz", "--as-of", AS_OF)
    found, text = run(*words, "--json").json, run(*words).text
    assert found["presumed"]["rows"] == sum(found["presumed"]["relations"].values()) == 3
    assert [group["presumed"] for group in found["groups"]] == [group["rows"] for group in found["groups"]]
    assert "3 rows (100 %) would get another answer at either side if nothing were presumed." in text
    bare = run(*words, "--no-presumptions", "--json").json
    assert (bare["presumed"]["rows"], bare["premises"]["presumptions"]) == (0, [])


def test_sql_header(kb: KnowledgeBase) -> None:
    for presumptions, words in ((True, "Presumed, where nothing else is stated:"), (False, "Nothing is presumed.")):
        text = compile_query(kb, ["nia"], kb.settings(presumptions=presumptions)).text
        assert words in text
        assert "No other reading was tried." in text
        assert "the edition in force on its date of service" in text


def test_files_that_lack_a_column_are_named(run: Run, write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "year"
    folder.mkdir()
    (folder / "1.csv").write_text("id,primary_site,age_years\nA,brain,50\n")
    (folder / "2.csv").write_text("id,primary_site\nB,brain\n")
    (folder / "3.csv").write_text("id,primary_site\nC,brain\n")
    note = f"{folder / '2.csv'} and 1 more file: there is no column age_years, which {folder / '1.csv'} has"
    for words in (("batch", folder, "--out", tmp_path / "out.csv"), ("impact", folder, "nia", "bcbsaz")):
        assert [each.partition(";")[0] for each in run(*words, "--json").json["notes"]] == [note]
        assert note in run(*words).text.replace("\n", " ")


def test_only_what_a_class_can_depend_on_is_said_to_be_presumed(kb: KnowledgeBase, as_of: date) -> None:
    """No screening policy asks whether documentation is complete; NIA does, and BCBSAZ does not."""
    lung = KnowledgeBase.load(service="lung_screening")
    for book, policies, presumed in ((lung, lung.policies, False), (kb, ["nia"], True), (kb, ["bcbsaz"], False)):
        line = sentences(book, policies, book.settings(as_of=as_of))[0]
        assert line.startswith("Presumed, where a row does not state it: the date of service is today")
        assert ("documentation is complete" in line) is presumed, policies
