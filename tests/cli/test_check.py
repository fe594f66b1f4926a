"""``payerlogic check``: findings for people and programs, and what is accepted."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

from payerlogic import DISCLAIMER
from payerlogic.cli.options import to_json
from payerlogic.consistency.finding import KINDS

from .conftest import BAD_INPUT, DONE, FINDINGS, Run, Write

KEYS = {"kind", "clauses", "statements", "message", "witness", "under", "proved"}


def test_json_has_the_keys_of_the_contract(run: Run) -> None:
    answer = run("check", "nia", "--json")
    assert answer.status == FINDINGS
    found = answer.json["findings"]
    assert all(set(each) >= KEYS for each in found)
    assert {each["kind"] for each in found} <= set(KINDS)
    assert all(each["proved"] is True for each in found)
    grouped = answer.json["causes"]
    assert sorted(at for cause in grouped for at in cause["findings"]) == [*range(len(found))]
    assert all(found[at]["cause"] == cause["id"] for cause in grouped for at in cause["findings"])
    assert answer.text == f"{to_json(answer.json)}\n"


@pytest.mark.parametrize("policy", ["bcbsaz", pytest.param("nia", marks=pytest.mark.slow)])
def test_two_runs_are_the_same_to_the_byte(anew: None, run: Run, policy: str) -> None:
    assert run("check", policy, "--json").output == run("check", policy, "--json").output


def test_people_read_groups_with_citations_readings_and_examples(run: Run) -> None:
    answer = run("check", "nia")
    assert answer.status == FINDINGS
    assert "\nSettled by precedence (2): " in answer.text
    assert answer.text.index("\nBy default: ") < answer.text.index("\nOnly under other readings: ")
    assert "\n    text: NIA_CG_226, " in answer.text
    assert "\n    example: " in answer.text
    assert "\n    holds under every reading encoded here\n" in answer.text
    assert "from 5 causes." in answer.text.partition("\n")[0]
    assert "(nia_site_guideline=delegation)" in answer.text
    assert answer.text.rstrip().endswith(DISCLAIMER)


def test_given_readings_leave_fewer_findings(run: Run) -> None:
    whole = run("check", "nia", "--json").json["findings"]
    some = run("check", "nia", "--json", "--reading", "nia_site_guideline=pointer").json["findings"]
    assert 0 < len(some) < len(whole)
    assert not any("nia_site_guideline" in each["under"] for each in some)


def test_a_baseline_accepts_what_it_has(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "accepted.json"
    assert run("check", "nia", "--write-baseline", path, "--json").status == DONE
    written = path.read_bytes()
    again = run("check", "nia", "--baseline", path, "--json")
    assert (again.status, again.errors) == (DONE, "")
    assert all(each["accepted"] for each in again.json["findings"])
    run("check", "nia", "--write-baseline", path)
    assert path.read_bytes() == written
    data = json.loads(written)
    dropped = data["accepted"].pop()
    data["accepted"].append({"fingerprint": "conflict:x1,x2:X1:", "message": "x1 and x2 part"})
    path.write_text(json.dumps(data), encoding="utf-8")
    answer = run("check", "nia", "--baseline", path, "--json")
    assert answer.status == FINDINGS
    assert [each["message"] for each in answer.json["findings"] if not each["accepted"]] == [dropped["message"]]
    assert answer.problems == [f"{path}: is no longer found; x1 and x2 part"]
    assert f"{len(data['accepted']) - 1} accepted" in run("check", "nia", "--baseline", path).text


def test_output_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    for option, start in (("--json", "{\n"), ("--sarif", "{\n"), (None, "")):
        path = tmp_path / "found"
        answer = run("check", "bcbsaz", "--out", path, *([option] if option else []))
        assert (answer.status, answer.text) == (FINDINGS, "")
        assert path.read_text("utf-8").startswith(start)
    assert DISCLAIMER in path.read_text("utf-8")


def test_sarif_is_sorted_and_stable(anew: None, run: Run) -> None:
    answer = run("check", "nia", "--sarif")
    assert (answer.status, answer.json["version"]) == (FINDINGS, "2.1.0")
    assert answer.text == f"{to_json(answer.json)}\n"
    assert run("check", "nia", "--sarif").output == answer.output


def test_a_policy_without_findings(run: Run, kb_folder: Path, tmp_path: Path) -> None:
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "acme.lp").write_text(
        'payer(acme, "Acme Mutual"). policy(acme, acme, iort, "ACME-7", "Made up").\n'
        'version(acme, 20200101, "first edition").\n'
        'statement(acme, "A1", "Criteria", "sentence 1", "everything is covered", rule).\n'
        'clause(acme, a1, "Everything").\n'
        "otherwise(acme, a1).\n"
        "met(acme, a1).\n"
        "concludes(acme, a1, medically_necessary).\n"
        'cites(acme, a1, "A1").\n',
        encoding="utf-8",
    )
    answer = run("check", "acme", "--kb", folder)
    assert (answer.status, answer.text.splitlines()[0]) == (DONE, "No findings.")
    assert run("check", "acme", "--kb", folder, "--json").json["findings"] == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["mia"], "unknown payer 'mia'; did you mean 'nia'?"),
        (["nia", "--json", "--sarif"], "--json and --sarif: cannot be combined"),
        (["nia", "--reading", "nia_fractions=none"], "reading nia_fractions: unknown option 'none'"),
        (["nia", "--baseline", "/nowhere.json"], "/nowhere.json: cannot be read (No such file"),
        (["nia", "--out", "/nowhere/x", "--json"], "/nowhere/x: cannot be written (No such file"),
    ],
)
def test_what_cannot_be_checked(run: Run, words: list[str], problem: str) -> None:
    answer = run("check", *words)
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)
    assert answer.errors.startswith(problem)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"policy": "nia", "accepted": [1]}', "[" * 100_000])
def test_what_is_no_baseline(run: Run, write: Write, content: str) -> None:
    path = write("b.json", content)
    answer = run("check", "nia", "--baseline", path)
    assert (answer.status, answer.problems) == (
        BAD_INPUT,
        [f"{path}: is not a baseline; --write-baseline writes one"],
    )


def test_the_baseline_of_another_policy(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    run("check", "bcbsaz", "--write-baseline", path)
    assert run("check", "nia", "--baseline", path).errors.startswith(f"{path}: is the baseline of 'bcbsaz', not of")


MADE_UP = """payer(acme, "Acme Mutual"). policy(acme, acme, iort, "ACME-7", "Made up").
version(acme, 20200101, "first edition").
statement(acme, "A1", "Criteria", "sentence 1", "two rules", rule).
clause(acme, a1, "Often"). met(acme, a1) :- at_least(fractions, 2).
concludes(acme, a1, medically_necessary). cites(acme, a1, "A1").
clause(acme, a2, "Seldom"). met(acme, a2) :- at_most(fractions, 2).
concludes(acme, a2, experimental_investigational). cites(acme, a2, "A1").
"""


def test_repairs_as_text_data_and_files(run: Run, kb_folder: Path, tmp_path: Path) -> None:
    folder = copytree(kb_folder, tmp_path / "kb")
    (folder / "policies" / "acme.lp").write_text(MADE_UP, encoding="utf-8")
    page = tmp_path / "repairs.md"
    shown = run("check", "acme", "--kb", folder, "--repair", "--edits", "1", "--markdown", page, "--json")
    assert shown.status == FINDINGS
    [found] = shown.json["repairs"]
    assert found["finding"]["clauses"] == ["a1", "a2"]
    assert found["tried"] == found["declared"]
    assert shown.json["findings"][0]["settled"] is False
    made = [[edit["kind"] for edit in each["edits"]] for each in found["repairs"]]
    assert ["state_precedence"] in made
    assert ["move_threshold"] in made
    assert all(each["share"] > 0 for each in found["repairs"])
    text = page.read_text(encoding="utf-8")
    assert "tate that 'Often' (a1) comes before 'Seldom' (a2)" in text
    assert (folder / "policies" / "acme.lp").read_text(encoding="utf-8") == MADE_UP, "nothing is written there"
    log = run("check", "acme", "--kb", folder, "--repair", "--edits", "1", "--sarif").json
    result = log["runs"][0]["results"][0]
    assert [each["description"]["text"] for each in result["fixes"]]
    none = run("check", "acme", "--kb", folder, "--repair", "--time", "0")
    assert "Not searched: the time ended before" in none.text


def test_the_largest_regions_of_a_gap(run: Run) -> None:
    def gap(*words: str) -> dict[str, object]:
        found = run("check", "bcbsaz", "--json", *words).json["findings"]
        return next(each for each in found if each["kind"] == "gap")

    whole, few = gap(), gap("--regions", "1")
    assert few["regions"] == whole["regions"][:1]  # type: ignore[index]
    assert "all_listed" not in whole
    assert ("all_listed" in few) == (len(whole["regions"]) > 1)  # type: ignore[arg-type]
    assert run("check", "bcbsaz", "--regions", "0").status == BAD_INPUT


@pytest.mark.parametrize(
    "words",
    [
        ("--time", "2"),
        ("--repair", "--baseline", "x.json"),
        ("--repair", "--regions", "2"),
        ("--edits", "2"),
        ("--markdown", "x.md"),
    ],
)
def test_what_goes_with_repairs(run: Run, words: tuple[str, ...]) -> None:
    answer = run("check", "bcbsaz", *words)
    assert (answer.status, len(answer.problems)) == (BAD_INPUT, 1)
    assert "--repair" in answer.problems[0]
