"""Commands in a library of two services: each follows the service of its case or policy, and of no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from payerlogic.program.files import Program
from payerlogic.program.grounding import GroundProgram
from tests.support.second_service import many_services, with_second_service

from .conftest import BAD_INPUT, DONE, FINDINGS, Run, Write


@pytest.fixture(scope="module")
def folder(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(with_second_service(kb_folder, tmp_path_factory.mktemp("kb") / "two"))


LOW = {"id": "low", "saturation": 80, "age_years": 70}
BRAIN = {"id": "brain", "primary_site": "brain"}


def test_services_are_listed_with_their_policies(run: Run, folder: str) -> None:
    found = run("services", "--kb", folder, "--json").json
    assert [(each["id"], each["default"]) for each in found] == [("home_oxygen", False), ("iort", True)]
    assert found[0]["policies"] == [{"id": "coastal_oxygen", "payer": "coastal"}, {"id": "nia_oxygen", "payer": "nia"}]
    assert found[0]["vocabulary"] == ["patient", "request"]
    text = run("services", "--kb", folder).text
    assert "iort *" in text
    assert "home oxygen (made up)" in text


def test_each_record_of_a_file_goes_to_its_service(run: Run, write: Write, folder: str) -> None:
    records = [LOW, BRAIN, {"id": "shared", "age_years": 50}, {"id": "said", "age_years": 50, "service": "home_oxygen"}]
    both = {"id": "both", **LOW, **BRAIN}
    answer = run("decide", write("cases.json", json.dumps([*records, both])), "--kb", folder, "--json")
    assert answer.status == BAD_INPUT
    assert [each.get("service") for each in answer.json] == ["home_oxygen", "iort", "iort", "home_oxygen", None]
    assert set(answer.json[0]["determinations"]) == {"coastal_oxygen", "nia_oxygen"}
    assert set(answer.json[1]["determinations"]) == {"bcbsaz", "nia"}
    assert "facts of two services together: primary_site of iort, and saturation of home_oxygen" in answer.problems[0]


@pytest.mark.parametrize("ending", ["csv", "yaml", "jsonl"])
def test_every_format_may_mix_services(run: Run, write: Write, folder: str, ending: str) -> None:
    text = {
        "csv": "id,saturation,age_years,primary_site,service\nlow,80,70,,\nbrain,,,brain,\nsaid,,50,,home_oxygen\n",
        "yaml": "- {id: low, saturation: 80, primary_site: unknown}\n- {id: brain, primary_site: brain}\n"
        "- {id: said, age_years: 50, service: home_oxygen}\n",
        "jsonl": "\n".join(json.dumps(each) for each in (LOW, BRAIN, {"id": "said", "service": "home_oxygen"})),
    }[ending]
    answer = run("decide", write(f"cases.{ending}", text), "--kb", folder, "--json", "--no-readings")
    assert answer.status == DONE, answer.problems
    assert [each["service"] for each in answer.json] == ["home_oxygen", "iort", "home_oxygen"]


def test_people_see_a_service_that_is_not_the_default_one(run: Run, write: Write, folder: str) -> None:
    path = write("case.json", json.dumps(LOW))
    assert "Case low (home oxygen (made up))" in run("decide", path, "--kb", folder).text
    assert "Case brain\n" in run("decide", write("b.json", json.dumps(BRAIN)), "--kb", folder).text


def test_payers_mean_their_policy_of_the_service(run: Run, write: Write, folder: str) -> None:
    path = write("cases.json", json.dumps([LOW, BRAIN]))
    answer = run("decide", path, "--payer", "nia", "--kb", folder, "--json")
    assert [list(each["determinations"]) for each in answer.json] == [["nia_oxygen"], ["nia"]]
    answer = run("decide", path, "--payer", "coastal", "--kb", folder, "--json")
    assert answer.status == BAD_INPUT
    assert list(answer.json[0]["determinations"]) == ["coastal_oxygen"]
    assert answer.json[1]["error"] == ["primary_site is a fact of iort; the policies that are asked are of home_oxygen"]


def test_a_reading_of_one_service_is_not_put_to_another(run: Run, write: Write, folder: str) -> None:
    path = write("cases.json", json.dumps([LOW, BRAIN]))
    answer = run("decide", path, "--reading", "rectosigmoid=colon", "--kb", folder, "--json")
    assert answer.status == DONE
    answer = run("decide", path, "--reading", "rectosigmoit=colon", "--kb", folder, "--json")
    assert (answer.status, answer.text) == (BAD_INPUT, "")
    assert answer.problems == ["unknown reading 'rectosigmoit'; did you mean 'rectosigmoid'?"]


QUESTIONS = {
    "explain": ("--payer", "coastal_oxygen", "--json"),
    "why": ("--payer", "coastal", "--json"),
    "ask": ("--json",),
    "whynot": ("--payer", "coastal", "--want", "denied", "--json"),
    "robust": ("--payer", "nia", "--json"),
    "rationale": ("--payer", "coastal"),
    "contrast": ("nia", "coastal", "--json"),
}


@pytest.mark.parametrize("command", QUESTIONS)
def test_a_question_goes_to_the_service_of_its_case(run: Run, write: Write, folder: str, command: str) -> None:
    path = write("case.json", json.dumps(LOW))
    answer = run(command, path, *QUESTIONS[command], "--kb", folder)
    assert answer.status == DONE, answer.problems
    assert any(name in answer.text for name in ("Coastal", "coastal_oxygen", "nia_oxygen"))
    assert "NIA_CG_226" not in answer.text


def test_policies_of_two_services_are_not_compared(run: Run, folder: str) -> None:
    answer = run("compare", "bcbsaz", "coastal_oxygen", "--kb", folder)
    assert answer.status == BAD_INPUT
    assert answer.problems[0].startswith(
        "policies of different services: bcbsaz is of iort, coastal_oxygen is of home_oxygen; a question is about one"
    )
    found = run("compare", "nia", "coastal", "--kb", folder, "--json").json
    assert (found["left"]["policy"], found["right"]["policy"]) == ("nia_oxygen", "coastal_oxygen")
    assert run("check", "coastal_oxygen", "--kb", folder, "--json").status in (DONE, FINDINGS)


def test_lists_follow_the_service(run: Run, folder: str) -> None:
    def names(*words: str) -> set[str]:
        return {each["name"] for each in run("vocabulary", *words, "--kb", folder, "--json").json["attributes"]}

    assert "saturation" in names("--service", "home_oxygen")
    assert "saturation" not in names()
    assert not names("--service", "home_oxygen") & {"primary_site", "service_is_iort"}
    assert run("readings", "--payer", "coastal", "--kb", folder, "--json").json == []
    found = run("policies", "--kb", folder, "--json").json["policies"]
    assert [(each["service"], each["id"]) for each in found] == [
        ("home_oxygen", "coastal_oxygen"),
        ("home_oxygen", "nia_oxygen"),
        ("iort", "bcbsaz"),
        ("iort", "nia"),
    ]
    assert "Service home_oxygen: home oxygen (made up)" in run("policies", "--kb", folder).text
    only = run("policies", "--service", "iort", "--kb", folder, "--json").json["policies"]
    assert [each["id"] for each in only] == ["bcbsaz", "nia"]
    answer = run("vocabulary", "--service", "home_oxigen", "--kb", folder)
    assert answer.problems == ["unknown service 'home_oxigen'; did you mean 'home_oxygen'?"]


def test_a_table_is_of_the_service_of_its_columns(run: Run, write: Write, folder: str, tmp_path: Path) -> None:
    path = write("cases.csv", "id,saturation,age_years\nlow,80,70\nhigh,95,70\n")
    out = tmp_path / "out.csv"
    answer = run("batch", path, "--out", out, "--kb", folder, "--json")
    assert answer.status == DONE, answer.problems
    assert answer.json["classes"]["coastal_oxygen"] == {
        "investigational_not_medically_necessary": 1,
        "medically_necessary": 1,
    }
    mapping = write("mapping.yaml", "columns: {saturation: SAT}\n")
    answer = run(
        "batch", write("m.csv", "id,SAT\nlow,80\n"), "--mapping", mapping, "--out", out, "--kb", folder, "--json"
    )
    assert set(answer.json["classes"]) == {"coastal_oxygen", "nia_oxygen"}
    shared = write("shared.csv", "id,age_years\nlow,10\n")
    found = [
        set(run("batch", shared, "--out", out, "--kb", folder, "--json", *more).json["classes"])
        for more in ((), ("--service", "home_oxygen"), ("--payer", "coastal"))
    ]
    assert found == [{"bcbsaz", "nia"}, {"coastal_oxygen", "nia_oxygen"}, {"coastal_oxygen"}]
    both = write("both.csv", "id,saturation,primary_site\nlow,80,\n")
    answer = run("batch", both, "--out", out, "--kb", folder)
    assert "facts of two services together" in answer.problems[0]


def test_impact_and_sql_follow_their_policies(run: Run, write: Write, folder: str) -> None:
    path = write("cases.csv", "id,saturation,age_years\nlow,87,70\nhigh,95,70\n")
    found = run("impact", path, "nia_oxygen", "coastal_oxygen", "--kb", folder, "--json").json
    assert found["rows"] == 2
    assert "saturation" in run("sql", "coastal_oxygen", "--kb", folder).text
    assert run("sql", "coastal_oxygen", "bcbsaz", "--kb", folder).status == BAD_INPUT


def test_of_a_large_library_only_what_is_asked_is_grounded(
    run: Run, write: Write, kb_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """50 policies in 20 services: deciding one case at one policy grounds one service, with that policy alone."""
    folder = str(many_services(kb_folder, tmp_path / "kb", services=20, policies=50))
    grounded: list[list[str]] = []
    of = GroundProgram.of

    def noted(program: Program) -> GroundProgram:
        grounded.append([file.path.name for file in program.files if file.room != "core"])
        return of(program)

    monkeypatch.setattr(GroundProgram, "of", noted)
    path = write("case.json", json.dumps({"saturation_7": 80, "age_years": 70}))
    answer = run("decide", path, "--kb", folder, "--payer", "oxygen_7_a", "--json")
    assert list(answer.json[0]["determinations"]) == ["oxygen_7_a"]
    assert grounded == [["oxygen_7.lp", "patient.lp", "request.lp", "oxygen_7_a.lp"]]
    grounded.clear()
    answer = run("decide", path, "--kb", folder, "--json")
    assert list(answer.json[0]["determinations"]) == ["oxygen_7_a", "oxygen_7_b", "oxygen_7_c"]
    assert len(grounded) == 1
    assert len(run("services", "--kb", folder, "--json").json) == 21
    assert len(grounded) == 1
