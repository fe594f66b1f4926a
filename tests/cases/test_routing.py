"""Which service a case is put to: what it states, else whose facts it uses, else the default one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from payerlogic import Case, CaseError, KnowledgeBase, QuestionError
from payerlogic.cases.routing import service_of
from payerlogic.program.library import Library
from tests.support.second_service import with_second_service


@pytest.fixture(scope="module")
def folder(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_second_service(kb_folder, tmp_path_factory.mktemp("kb") / "two")


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return Library.read(folder)


@pytest.fixture(scope="module")
def two(folder: Path) -> KnowledgeBase:
    return KnowledgeBase.load(folder)


ROUTED: list[tuple[dict[str, Any], str]] = [
    ({}, "iort"),
    ({"age_years": 70}, "iort"),
    ({"primary_site": "rectum", "age_years": 70}, "iort"),
    ({"saturation": 87, "age_years": 70}, "home_oxygen"),
    ({"Saturation ": 87}, "home_oxygen"),
    ({"saturation": None, "age_years": 70}, "iort"),
    ({"saturation": "unknown", "primary_site": "rectum"}, "iort"),
    ({"service": "home_oxygen", "age_years": 70}, "home_oxygen"),
    ({"SERVICE": "Home_Oxygen"}, "home_oxygen"),
    ({"service": "", "age_years": 70}, "iort"),
    ({"saturatoin": 87}, "iort"),
]


@pytest.mark.parametrize(("stated", "service"), ROUTED)
def test_routed(library: Library, two: KnowledgeBase, stated: dict[str, Any], service: str) -> None:
    assert service_of(library, stated) == service
    if "saturatoin" not in stated:
        assert two.decide(Case(stated)).service == service


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"saturation": 87, "age_years": 70, "primary_site": "rectum"},
        "facts of two services together: primary_site of iort, and saturation of home_oxygen; a case is of one service",
    ),
    ({"service": "home_oxigen"}, "service: unknown service 'home_oxigen'; did you mean 'home_oxygen'?"),
    ({"service": 3}, "service: 3 is not the name of a service"),
    ({"service": "iort", "saturation": 87}, "unknown attribute 'saturation'"),
    ({"saturatoin": 87}, "unknown attribute 'saturatoin'"),
]


@pytest.mark.parametrize(("stated", "words"), WRONG)
def test_refused(two: KnowledgeBase, stated: dict[str, Any], words: str) -> None:
    with pytest.raises(CaseError) as caught:
        two.decide(stated)
    assert words in str(caught.value)


def test_the_policies_that_are_asked_say_which_service(two: KnowledgeBase) -> None:
    """A case of shared facts goes to the service of its policy; nia is a policy of one, and a payer of the other."""
    assert two.decide({"age_years": 70}, "coastal_oxygen").policy == "CH_2"
    assert two.decide({"age_years": 70}, "nia").policy == "NIA_CG_226"
    assert two.decide({"saturation": 87, "age_years": 70}, "nia").policy == "NIA_OX_1"
    assert two.decide({"saturation": 87, "age_years": 70}, "Coastal Health (made up)").policy == "CH_2"
    with pytest.raises(CaseError, match="primary_site is a fact of iort; the policies that are asked"):
        two.decide({"primary_site": "rectum"}, "coastal_oxygen")
    with pytest.raises(CaseError, match="service: the case is of iort, and the policies are of home_oxygen"):
        two.decide({"service": "iort"}, "coastal_oxygen")


def test_policies_of_two_services_are_not_compared(two: KnowledgeBase) -> None:
    with pytest.raises(QuestionError) as caught:
        two.compare("bcbsaz", "coastal_oxygen")
    assert "policies of different services: bcbsaz is of iort, coastal_oxygen is of home_oxygen" in str(caught.value)
    with pytest.raises(QuestionError, match="different services"):
        two.contrast({}, "bcbsaz", "coastal_oxygen")
    with pytest.raises(QuestionError, match="unknown payer 'costal_oxygen'; did you mean 'coastal_oxygen'"):
        two.compare("nia", "costal_oxygen")


def test_every_question_goes_to_the_service(two: KnowledgeBase) -> None:
    case = {"saturation": 87, "age_years": 70}
    alone = two.of_service("home_oxygen")
    settings = alone.settings(as_of="2026-01-01")  # type: ignore[arg-type]
    for name in ("explain", "reasons", "ask", "robustness"):
        here, there = (getattr(kb, name)(case, "coastal_oxygen", settings) for kb in (two, alone))
        assert here == there
    for kb in (two, alone):
        assert kb.why_not(case, "coastal_oxygen", "approved", settings).reachable
        contrast = kb.contrast(case, "nia", "coastal_oxygen", settings)
        assert (contrast.left.policy, contrast.right.policy) == ("nia_oxygen", "coastal_oxygen")
        assert {pair.left for pair in kb.compare("nia_oxygen", "coastal_oxygen", settings).pairs} == {
            "medically_necessary",
            "investigational_not_medically_necessary",
        }
        assert kb.check("coastal_oxygen") == alone.check("coastal_oxygen")


def test_a_case_that_was_read_stays_with_its_service(two: KnowledgeBase) -> None:
    """Also where nothing that it states says so any more."""
    read = two.read({"service": "home_oxygen", "age_years": 70})
    assert read.service == "home_oxygen"
    assert two.decide(read).service == "home_oxygen"
    assert two.decide(read.changed({"age_years": None})).service == "home_oxygen"
    stated = read.to_dict(two.of_service("home_oxygen").vocabulary)
    assert stated == {"service": "home_oxygen", "age_years": 70}
    assert two.read({"service": "iort", "age_years": 70}).to_dict(two.vocabulary) == {"age_years": 70}


def test_another_service_keeps_its_own_cases(two: KnowledgeBase) -> None:
    alone = two.of_service("home_oxygen")
    assert alone.of_service("home_oxygen") is alone
    assert alone.decide({"age_years": 70}).service == "home_oxygen"
    assert alone.decide({"primary_site": "rectum"}).service == "iort"
    assert alone.of_service("iort").service == "iort"
    assert two.turns is alone.turns


def test_a_payer_with_two_policies_of_a_service_is_ambiguous(folder: Path, tmp_path: Path) -> None:
    from shutil import copytree

    place = copytree(folder, tmp_path / "kb")
    text = (place / "policies" / "home_oxygen" / "coastal_oxygen.lp").read_text()
    (place / "policies" / "coastal_two.lp").write_text(text.replace("coastal_oxygen", "coastal_two"))
    kb = KnowledgeBase.load(place)
    with pytest.raises(QuestionError, match="payer 'coastal' has 2 policies; name one: coastal_oxygen, coastal_two"):
        kb.decide({"saturation": 80}, "coastal")
