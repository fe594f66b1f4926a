"""Files of tests: what they may say, what is refused with its line, and what a run finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from payerlogic import KnowledgeBase
from payerlogic.authoring.case_tests import (
    CaseTest,
    CaseTestError,
    by_service,
    files_of_tests,
    read_tests,
    stored_tests,
)
from payerlogic.authoring.lint import lint
from payerlogic.authoring.running import RunReport, run_all
from payerlogic.documents.writers.junit import junit
from payerlogic.program.library import Library
from tests.authoring.conftest import SMALL, Folder
from tests.support.second_service import with_second_service

Read = Callable[[str], list[CaseTest]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def from_text(text: str) -> list[CaseTest]:
        path = tmp_path / "some.yaml"
        path.write_text(text, encoding="utf-8")
        return read_tests([path])

    return from_text


def outcome(kb: KnowledgeBase, tests: list[CaseTest]) -> list[tuple[str, str, str, str]]:
    failed = run_all(kb, tests).failed
    return [(each.test.name, each.policy, each.expected, each.got) for each in failed]


def test_a_word_is_a_class_an_outcome_or_open(kb: KnowledgeBase, read: Read) -> None:
    right = """
tests:
- {name: class, case: {primary_site: brain}, expect: {nia: investigational_not_medically_necessary}}
- {name: outcome, case: {primary_site: brain}, expect: {nia: denied, bcbsaz: denied}}
- {name: open, case: {primary_site: breast}, expect: {nia: open}}
"""
    assert outcome(kb, read(right)) == []
    wrong = right.replace("investigational_not_medically_necessary", "medically_necessary").replace("denied", "review")
    assert outcome(kb, read(wrong.replace("nia: open", "nia: approved"))) == [
        ("class", "nia", "medically_necessary", "investigational_not_medically_necessary"),
        ("outcome", "nia", "review", "denied"),
        ("outcome", "bcbsaz", "review", "denied"),
        ("open", "nia", "approved", "open"),
    ]


def test_more_may_be_expected(kb: KnowledgeBase, read: Read) -> None:
    text = """
as_of: 2026-01-31
.base: &base {primary_site: rectum, t_category: T4}
tests:
- name: clauses beside expect
  case: {<<: *base, margin_status: close}
  expect: {nia: approved}
  clauses: [n26]
  deciding: []
- name: an edition, on another day
  case: *base
  as_of: 2022-06-01
  presumptions: yes
  expect: {nia: {class: not_in_force, version: null}}
- name: facts that clash
  case: {tumor_behavior: in_situ, t_category: T4}
  expect: {error: [cannot go together]}
"""
    tests = read(text)
    assert outcome(kb, tests) == []
    assert [test.line for test in tests] == [5, 10, 15]
    changed = text.replace("[n26]", "[n33]").replace("deciding: []", "deciding: [device]").replace("together", "apart")
    report = run_all(kb, read(changed))
    first, last = report.failed
    assert [each.in_words for each in first.departures] == [
        "clauses is n26, should be n33",
        "deciding is none, should be device",
    ]
    assert (last.policy, last.expected) == ("", "an error with 'cannot go apart'")
    assert (report.passed, len(report.tests)) == (1, 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "tests:\n- {name: x, case: {}, expects: {nia: open}}",
            "line 2: unknown key 'expects' of a test; did you mean",
        ),
        ("tests:\n- {name: x, case: {}}", "line 2: a test without expect; add expect: ..."),
        ("tests:\n- name: x\n  case: {}\n  expect: {nia: {klass: x}}", "line 4: unknown key 'klass' of an expectation"),
        (
            "tests:\n- {name: x, case: {}, expect: {nia: {clauses: n10}}}",
            "line 2: clauses is no list; write clauses: [...]",
        ),
        ("tests:\n- {name: x, case: [], expect: {nia: open}, as_of: 3}", "line 2: '3' is not a date"),
        ("tests:\n- {name: x, case: 3, expect: {nia: open}}", "line 2: case is no mapping"),
        ("tests:\n- {name: x, case: {}, expect: {nia: {}}}", "line 2: nothing is expected of nia"),
        ("tests:\n- {name: x, case: {}, expect: {a: open, b: open}, clauses: [c]}", "clauses beside several policies"),
        ("tests:\n- {name: x, name: y}", "line 2: 'name' is named twice"),
        ("tests: 3", "line 1: tests is no list"),
        ("3", "line 1: holds no tests"),
        ("tests: [", "is not YAML from here on"),
        ("a: &a [*a]\ntests: *a", "is too large, or nested too deeply"),
        ("tested: []", "line 1: unknown key 'tested' of a file of tests; did you mean 'tests'?"),
    ],
)
def test_what_cannot_be_read(read: Read, text: str, problem: str) -> None:
    with pytest.raises(CaseTestError) as caught:
        read(text)
    assert problem in str(caught.value)


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("tests:\n- {name: x, case: {}}\n- {case: {}, expect: {nia: open}}\n")
    with pytest.raises(CaseTestError) as caught:
        read_tests(sorted(tmp_path.iterdir()))
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ("{nai: approved}", "line 2: unknown policy 'nai'; did you mean 'nia'?"),
        ("{nia: aproved}", "line 2: unknown class or outcome 'aproved'; did you mean 'approved'?"),
        ("{nia: {clauses: [n99]}}", "line 2: unknown clause 'n99'"),
        ("{nia: open}, deciding: [age]", "line 2: unknown attribute 'age'"),
        ("{nia: open}, readings: {nia_breast_tsi: x}", "line 2: unknown reading 'nia_breast_tsi'; did you mean"),
    ],
)
def test_names_that_are_not_there(kb: KnowledgeBase, read: Read, expect: str, problem: str) -> None:
    tests = read(f"tests:\n- {{name: x, case: {{}}, expect: {expect}}}")
    with pytest.raises(CaseTestError) as caught:
        run_all(kb, tests)
    assert problem in str(caught.value)


def test_files_beside_policies_and_services_are_found(folder: Folder) -> None:
    place = folder(acme=SMALL)
    for where in ("tests/deep", "policies/tests", "policies/other/tests", "services/tests", "policies/elsewhere"):
        (place / where).mkdir(parents=True)
        (place / where / "some.yaml").write_text("tests: []\n")
    found = [str(path.relative_to(place)) for path in files_of_tests(place)]
    assert found == [
        f"{where}/some.yaml" for where in ("policies/other/tests", "policies/tests", "services/tests", "tests/deep")
    ]
    assert stored_tests(place) == []


def test_tests_belong_to_the_service_of_their_policies(kb_folder: Path, tmp_path: Path) -> None:
    """A second service line with a policy; facts that clash go with their folder, or with the rest of their file."""
    place = with_second_service(kb_folder, tmp_path / "kb")
    library = Library.read(place)
    (other,) = library.services.keys() - Library.read(kb_folder).services.keys()
    policy = library.policies_of(other)[0]

    def of(file: str, *policies: str) -> CaseTest:
        error = None if policies else ("clash",)
        return CaseTest(file, 1, "some", {}, {each: {"word": "open"} for each in policies}, error=error)

    tests = [
        of("a.yaml", "nia"),
        of("b.yaml", policy),
        of("b.yaml"),
        of("c.yaml"),
        of(f"policies/{other}/tests/d.yaml"),
    ]
    assert by_service(library, tests) == {library.default: [tests[0], tests[3]], other: [tests[1], tests[2], tests[4]]}


def test_lint_sees_what_is_tested(folder: Folder) -> None:
    more = (
        'ambiguity(acme, acme_any, "Any?", "so"). option(acme_any, 1, one, "one"). option(acme_any, 2, two, "two").\n'
        'cites(acme, acme_any, "A1"). met(acme, a1) :- reading(acme_any, two), case(intent, boost).\n'
    )
    place = folder(acme=SMALL + more)

    def said() -> list[str]:
        return [each.problem.what for each in lint(place).advice]

    assert said() == ["policy acme has no test"]
    (place / "tests").mkdir()
    test = place / "tests" / "acme.yaml"
    test.write_text("tests:\n- {name: x, case: {oncologic: no}, expect: {acme: no_criterion}}\n")
    assert said() == ["no test expects clause a1 to decide", "no test takes the reading acme_any=two"]
    test.write_text(
        "tests:\n- {name: x, case: {oncologic: no}, readings: {acme_any: two}, expect: {acme: {clauses: [a1]}}}\n"
    )
    assert said() == []
    test.write_text("tests: {}\n")
    (problem,) = lint(place).problems
    assert (problem.kind, problem.line, problem.problem.what) == ("test", 1, "tests is no list")


def test_junit_names_each_test_and_failure() -> None:
    one = CaseTest("kb/tests/a.yaml", 3, "one <\x1b>", {}, {})
    other = CaseTest("kb/tests/a.yaml", 4, "other", {}, {})
    from payerlogic.authoring.running import Departure, FailedTest

    failed = FailedTest(one, "acme", (Departure("class", "approved", "denied"),))
    root = ElementTree.fromstring(junit(RunReport((one, other), (failed,))))
    assert root.attrib == {"tests": "2", "failures": "1"}
    cases = root.findall("./testsuite/testcase")
    assert [each.get("name") for each in cases] == ["one <\N{REPLACEMENT CHARACTER}>", "other"]
    failure = cases[0].find("failure")
    assert failure is not None
    assert failure.get("message") == "acme: class is denied, should be approved"
