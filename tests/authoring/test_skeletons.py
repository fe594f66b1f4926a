"""What 'payerlogic new' writes loads, has tests that pass, and lint has nothing against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError, QuestionError
from payerlogic.authoring.case_tests import by_service, stored_tests
from payerlogic.authoring.lint import lint
from payerlogic.authoring.running import run_all
from payerlogic.authoring.skeletons import new_service, policy_draft, written
from payerlogic.program.library import Library
from tests.authoring.conftest import SMALL, Folder


def new_policy(place: Path, name: str, payer: str | None = None) -> list[Path]:
    library = Library.read(place)
    return written(library, policy_draft(library, name, None, payer), name)


def test_a_new_policy_loads_and_its_tests_pass(folder: Folder) -> None:
    place = folder(acme=SMALL)
    made = new_policy(place, "acme_two", "acme")
    assert [path.relative_to(place).as_posix() for path in made] == [
        "policies/iort/acme_two.lp",
        "policies/iort/tests/acme_two.yaml",
    ]
    kb = KnowledgeBase.load(place)
    assert kb.catalog.policies["acme_two"].payer == "Acme Health"  # as the payer is called in the other file
    tests = stored_tests(place)
    assert (len(tests), run_all(kb, tests).failed) == (3, ())
    report = lint(place)
    assert report.problems == ()
    assert [each.problem.what for each in report.advice] == [
        "policy acme has no test",
        "no test expects clause not_in_force to decide",
    ]


@pytest.mark.parametrize("name", ["Acme", "2acme", "", "ac me", "../acme"])
def test_names_that_cannot_be(kb_folder: Path, name: str) -> None:
    with pytest.raises(QuestionError, match="a policy cannot be called"):
        policy_draft(Library.read(kb_folder), name)


def test_what_is_there_stays(folder: Folder) -> None:
    """A policy of the name, a file of the name, or a name that the shared files use: nothing is written."""
    place = folder(acme=SMALL)
    with pytest.raises(QuestionError, match="there is a policy 'acme'"):
        new_policy(place, "acme")
    (place / "policies" / "iort" / "tests").mkdir(parents=True)
    kept = place / "policies" / "iort" / "tests" / "bolt.yaml"
    kept.write_text("tests: []\n", encoding="utf-8")
    with pytest.raises(QuestionError, match="is there already"):
        new_policy(place, "bolt")
    with pytest.raises(KnowledgeBaseError, match="a policy cannot be called 'met'"):
        new_policy(place, "met")
    assert sorted(path.name for path in (place / "policies").rglob("*.*")) == ["acme.lp", "bolt.yaml"]


def test_an_unknown_service(kb_folder: Path) -> None:
    with pytest.raises(QuestionError, match="unknown service 'iorp'"):
        policy_draft(Library.read(kb_folder), "acme", "iorp")


@pytest.mark.slow
def test_a_new_service_has_a_policy_whose_tests_pass(folder: Folder) -> None:
    place = folder(acme=SMALL)
    made = new_service(place, "home_oxygen", ["patient"], "acme")
    assert [path.relative_to(place).as_posix() for path in made] == [
        "services/home_oxygen.lp",
        "policies/home_oxygen/home_oxygen_policy.lp",
        "policies/home_oxygen/tests/home_oxygen_policy.yaml",
    ]
    library = Library.read(place)
    assert library.services["home_oxygen"].subjects == {"request", "patient"}
    assert library.default != "home_oxygen"
    kb = KnowledgeBase.load(place, service="home_oxygen")
    assert kb.catalog.policies["home_oxygen_policy"].payer == "Acme Health"
    assert run_all(kb, by_service(library, stored_tests(place))["home_oxygen"]).failed == ()
    assert lint(place).problems == ()


def test_a_service_that_cannot_be_leaves_nothing_behind(folder: Folder) -> None:
    place = folder(acme=SMALL)
    before = sorted(place.rglob("*"))
    for name, subjects in (("iort", []), ("Oxygen", []), ("oxygen", ["pateint"])):
        with pytest.raises(QuestionError):
            new_service(place, name, subjects)
    with pytest.raises(QuestionError, match="a payer cannot be called"):
        new_service(place, "oxygen", [], "No Name")
    assert sorted(place.rglob("*")) == before
