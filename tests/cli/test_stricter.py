"""``payerlogic stricter``: what it prints, writes and ends with."""

from __future__ import annotations

from pathlib import Path

import pytest

from payerlogic import DISCLAIMER

from .conftest import AS_OF, BAD_INPUT, DONE, Run

FINDINGS = 1


def test_never_stricter_is_proved(run: Run) -> None:
    answer = run("stricter", "nia", "bcbsaz", "--as-of", AS_OF, "--json")
    assert answer.status == DONE
    assert {name: answer.json[name] for name in ("stricter", "regions", "proved")} == {
        "stricter": False,
        "regions": [],
        "proved": True,
    }
    text = run("stricter", "nia", "bcbsaz", "--as-of", AS_OF).text
    assert "NIA is never stricter than BCBSAZ: whatever BCBSAZ approves, NIA approves too" in text
    assert text.rstrip().endswith(DISCLAIMER)


def test_where_it_is_stricter(run: Run) -> None:
    words = ("stricter", "acs_ldct", "cms_ldct", "--as-of", AS_OF)
    answer = run(*words, "--json")
    assert answer.status == FINDINGS
    assert (answer.json["stricter"], answer.json["proved"]) == (True, True)
    for region in answer.json["regions"]:
        assert region["clauses"] == {"plan": ["stop"], "base": ["covered"]}
        assert region["classes"] == {"plan": "screening_should_stop", "base": "covered"}
        assert region["witness"]
    text = run(*words).text
    assert "ACS is stricter than Medicare: of what Medicare approves, ACS does not approve 75 %" in text
    assert "ACS: Not for people whose health limits what screening can do" in text


def test_files(run: Run, tmp_path: Path) -> None:
    page, text = tmp_path / "a.html", tmp_path / "a.md"
    answer = run("stricter", "bcbsaz", "nia", "--as-of", AS_OF, "--html", str(page), "--markdown", str(text))
    assert (answer.status, answer.text) == (FINDINGS, "")
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert text.read_text().startswith("# Is BCBSAZ ever stricter than NIA?\n")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("stricter", "nia", "acs_ldct"), "policies of different services: nia is of iort"),
        (("stricter", "mia", "nia"), "unknown payer 'mia'"),
        (("stricter", "nia", "nia@yesterday"), "nia@yesterday: 'yesterday' is not a date"),
        (("stricter", "nia", "bcbsaz", "--json", "--html", "-"), "-: only one output can go to standard output"),
    ],
)
def test_what_cannot_be_asked(run: Run, words: tuple[str, ...], problem: str) -> None:
    answer = run(*words)
    assert answer.status == BAD_INPUT
    assert answer.errors.startswith(problem)


def test_repairs_stand_beside_the_answer(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "found.md"
    answer = run("stricter", "acs_ldct", "cms_ldct", "--repair", "--json", "--markdown", page)
    assert answer.status == FINDINGS
    found = answer.json["repairs"]
    assert found["finding"] is None
    assert found["repairs"]
    assert all(each["edits"] for each in found["repairs"])
    assert "## Repairs" in page.read_text(encoding="utf-8")
    assert "repairs" not in run("stricter", "acs_ldct", "cms_ldct", "--json").json
