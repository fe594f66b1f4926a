"""A knowledge base as a library: which files belong to which service, and what is wrong with a service."""

from __future__ import annotations

from pathlib import Path

import pytest

from payerlogic import KnowledgeBase, KnowledgeBaseError, QuestionError
from payerlogic.program.files import Program
from payerlogic.program.library import Library
from tests.support.second_service import with_second_service


@pytest.fixture
def two(kb_folder: Path, tmp_path: Path) -> Path:
    return with_second_service(kb_folder, tmp_path / "kb")


def test_the_services_of_the_shipped_library_pass_every_check(kb_folder: Path) -> None:
    """Those that loading leaves out for files that have not changed."""
    library = Library.read(kb_folder)
    assert library.default in library.services
    for service in library.services:
        assert KnowledgeBase(Program.of(library, service=service)).service == service


def test_a_service_is_its_own_program(two: Path) -> None:
    program = Program.read(two, service="home_oxygen")
    read = {file.path.relative_to(two).as_posix() for file in program.files if file.room != "core"}
    assert read == {
        "policies/home_oxygen/coastal_oxygen.lp",
        "policies/home_oxygen/nia_oxygen.lp",
        "services/home_oxygen.lp",
        "vocabulary/patient.lp",
        "vocabulary/request.lp",
    }


def test_what_another_service_states_is_no_axis_and_no_class(two: Path) -> None:
    oxygen, default = KnowledgeBase.load(two, service="home_oxygen"), KnowledgeBase.load(two)
    assert oxygen.policies == ("coastal_oxygen", "nia_oxygen")
    assert {"saturation", "age_years"} <= oxygen.axes.keys()
    assert not {"primary_site", "service_is_iort"} & oxygen.vocabulary.keys()
    assert "saturation" not in default.vocabulary
    assert "trial_period" in oxygen.catalog.classes
    assert "trial_period" not in default.catalog.classes
    assert oxygen.catalog.matrix == ("smoker", "documentation_complete")
    assert oxygen.digest == default.digest


def test_a_second_service_changes_no_answer_of_the_first(kb: KnowledgeBase, two: Path) -> None:
    case, settings = {"primary_site": "rectum", "t_category": "T4", "age_years": 60}, kb.settings(as_of="2026-01-01")  # type: ignore[arg-type]
    found = [each.decide(case, None, settings).to_dict("1") for each in (kb, KnowledgeBase.load(two))]
    for answer in found:
        for policy in answer["determinations"].values():  # type: ignore[attr-defined]
            del policy["kb"]
    assert found[0] == found[1]


def test_policies_say_which_service_is_meant(two: Path) -> None:
    assert KnowledgeBase.load(two, ["coastal_oxygen"]).policies == ("coastal_oxygen",)
    assert KnowledgeBase.load(two, service="Home_Oxygen").service == "home_oxygen"
    with pytest.raises(QuestionError, match="unknown service 'home_oxigen'; did you mean 'home_oxygen'"):
        KnowledgeBase.load(two, service="home_oxigen")


def test_where_a_policy_says_of_which_service_it_is_does_not_matter(two: Path) -> None:
    """Laid out over lines, with a comment that says something else, and in any folder."""
    text = (two / "policies" / "home_oxygen" / "coastal_oxygen.lp").read_text()
    (two / "policies" / "home_oxygen" / "coastal_oxygen.lp").unlink()
    comments = '%* policy(odd, odd, iort, "A", "B"). *%\n% no_policy(odd, odd, iort, x)\n'
    text = text.replace("coastal_oxygen", "odd")
    odd = comments + text.replace("policy(odd, coastal, home_oxygen,", "policy(odd,\n coastal,  home_oxygen ,")
    (two / "policies" / "odd.lp").write_text(odd)
    library = Library.read(two)
    assert library.policies["odd"].service == "home_oxygen"
    assert "odd" in KnowledgeBase.load(two, service="home_oxygen").policies


WRONG = {
    "a name that is not the file's": (
        'service(home_oxigen, "x").\n',
        ["line 1: declares the service 'home_oxigen'; a service line is a file of its name", "declares no service"],
    ),
    "no service": ("% Nothing.\n", ["declares no service 'home_oxygen'; add: service(home_oxygen,"]),
    "a subject that is not there": (
        'service(home_oxygen, "x").\nuses(home_oxygen, (request; patience)).\n',
        ["line 2: uses: there is no vocabulary/patience.lp; did you mean 'patient'?"],
    ),
    "what another service uses": (
        'service(home_oxygen, "x").\nuses(iort, request).\n',
        ["line 2: uses of 'iort'; the first argument has to be home_oxygen"],
    ),
    "a second default": (
        'service(home_oxygen, "x").\ndefault_service(home_oxygen).\n',
        ["a second default service; one service of a library is the default"],
    ),
    "an unknown default": (
        'service(home_oxygen, "x").\ndefault_service(home_oxigen).\n',
        ["line 2: default_service: unknown service 'home_oxigen'; did you mean 'home_oxygen'?", "a second default"],
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_service_file_that_is_wrong(two: Path, kind: str) -> None:
    text, expected = WRONG[kind]
    (two / "services" / "home_oxygen.lp").write_text(text)
    with pytest.raises(KnowledgeBaseError) as caught:
        Library.read(two)
    assert len(caught.value.problems) == len(expected)
    for problem, words in zip(map(str, caught.value.problems), expected, strict=True):
        assert words in problem


def test_one_service_of_several_is_the_default(two: Path) -> None:
    file = two / "services" / "iort.lp"
    file.write_text(file.read_text().replace("default_service(iort).", ""))
    with pytest.raises(KnowledgeBaseError, match="no service is the default; add default_service"):
        Library.read(two)


def test_a_policy_of_an_unknown_service(two: Path) -> None:
    file = two / "policies" / "home_oxygen" / "coastal_oxygen.lp"
    file.write_text(file.read_text().replace(" home_oxygen,", " home_oxigen,"))
    with pytest.raises(KnowledgeBaseError, match="line 3: unknown service 'home_oxigen'; did you mean 'home_oxygen'"):
        KnowledgeBase.load(two)


def test_a_knowledge_base_without_services_is_one_program(kb_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "some.lp").write_text("a(1).\n")
    assert (Library.read(tmp_path).services, Program.read(tmp_path).service) == ({}, "")
