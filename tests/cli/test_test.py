"""``payerlogic test``: what it prints, and its exit status."""

from __future__ import annotations

import pytest

from .conftest import BAD_INPUT, DONE, FINDINGS, Run, Write

TESTS = """\
as_of: 2026-01-31
tests:
- {name: brain, case: {primary_site: brain}, expect: {nia: approved}}
- {name: breast, case: {primary_site: breast}, expect: {nia: open}}
"""


@pytest.fixture
def file(write: Write) -> str:
    return write("some.yaml", TESTS)


def test_a_failure_for_people_and_for_programs(run: Run, file: str) -> None:
    answer = run("test", file)
    assert answer.status == FINDINGS
    assert answer.text.splitlines() == [
        f"{file}, line 3: brain",
        "  nia: outcome is denied, should be approved",
        "2 tests: 1 passed, 1 failed.",
    ]
    assert run("test", file, "--json").json == {
        "failed": [
            {
                "differences": ["outcome is denied, should be approved"],
                "expected": "approved",
                "file": file,
                "got": "denied",
                "line": 3,
                "name": "brain",
                "policy": "nia",
            }
        ],
        "passed": 1,
    }


def test_all_pass(run: Run, write: Write) -> None:
    answer = run("test", write("good.yaml", TESTS.replace("approved", "denied")))
    assert (answer.status, answer.text) == (DONE, "2 tests: 2 passed, 0 failed.\n")


def test_junit_goes_to_a_file_or_is_printed(run: Run, file: str, write: Write) -> None:
    out = write("out.xml", "")
    assert run("test", file, "--junit", out).text.endswith("1 failed.\n")
    printed = run("test", file, "--junit", "-").output
    with open(out, "rb") as written:
        assert written.read() == printed
    assert b"<failure" in printed


def test_bad_input(run: Run, file: str, write: Write) -> None:
    assert run("test", file, "--json", "--junit", "-").status == BAD_INPUT
    assert run("test", write("none.yaml", "tests: []")).status == BAD_INPUT
    assert run("test", "nowhere.yaml").problems == ["nowhere.yaml: cannot be read (No such file or directory)"]
    assert run("test", write("bad.yaml", "tests:\n- {name: x}")).problems[0].endswith("add case: ...")


def test_coverage_for_people_and_for_programs(run: Run, file: str, write: Write) -> None:
    """Of the policies that the named files test; what is missing comes as a test to copy."""
    one = write("one.yaml", TESTS.replace("nia", "bcbsaz").replace("approved", "denied").replace(": open", ": denied"))
    lines = run("test", one, "--coverage").text.splitlines()
    assert lines[0] == "2 tests: 2 passed, 0 failed."
    assert lines[1] == "bcbsaz: 14 of 47 parts covered."
    at = next(number for number, line in enumerate(lines) if "clause of b16" in line)
    assert lines[at + 1 : at + 4] == [
        '    - name: "b16: Rectal cancer with a positive or close margin"',
        "      case: {primary_site: rectum, disease_status: local_recurrence, margin_status: close}",
        "      expect: {bcbsaz: medically_necessary}",
    ]
    found = run("test", one, "--coverage", "--json").json["coverage"]
    assert found.keys() == {"bcbsaz"}
    assert found["bcbsaz"]["total"] == found["bcbsaz"]["covered"] + len(found["bcbsaz"]["missing"]) == 47
    missing = next(each for each in found["bcbsaz"]["missing"] if (each["kind"], each["clause"]) == ("clause", "b16"))
    assert missing["example"] == {
        "disease_status": "local_recurrence",
        "margin_status": "close",
        "primary_site": "rectum",
    }
    assert missing["file"].endswith("bcbsaz.lp")
    assert missing["line"] > 100
