"""Sets with many members: each is asked for by itself, counted, and named in answers as people would.

A made-up policy about 30 findings: two or more of the first twelve, all of the next fifteen, none of the thirteenth
from the end; the others do not matter. Its meaning is written once more in ``meant``.

============================  ======================================================================================
``test_every_answer``         diagrams, clingo and the meaning agree on random cases
``test_in_tables``            DuckDB agrees on the same cases, and asks for a count as a count
``test_points``               the same of a weighted sum
``test_why_not``              one answer, which says what to add; clingo has confirmed it for all of its sets
``test_questions``            the two answers that lead to different classes, with their exact shares
``test_explained``            the count is a condition with the number that it needs
``test_compared``             "at least 2 of" is one side of a box, and proved
============================  ======================================================================================
"""

from __future__ import annotations

from fractions import Fraction
from math import comb
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import pytest

from payerlogic import KnowledgeBase
from payerlogic.sql import compile_query
from payerlogic.wording.case_answers import sentences
from tests.conftest import AS_OF
from tests.support.folders import small_folder

ALL = [f"f{number}" for number in range(1, 31)]
COUNTED, NEEDED, BARRED = ALL[:12], ALL[12:17], ALL[17]
SOURCE = {
    "signs.lp": """
        attribute(101, findings, set, finding).
        label(findings, "findings").
        help(findings, "Made-up findings.").
        attribute(102, age_years, integer, patient).
        range(age_years, 0, 120).
        unit(age_years, "years").
        label(age_years, "age").
        help(age_years, "Made-up.").
        """
    + "\n".join(f'value(findings, {number}, f{number}, "finding {number}").' for number in range(1, 31)),
    "checklist.lp": """
        service(checklist, "made-up checklists").
        uses(checklist, signs).
        default_service(checklist).
        """,
}
POLICY = """
    payer(NAME, "NAME Health (made up)").
    policy(NAME, NAME, checklist, "NAME-1", "Findings").
    statement(NAME, "H1", "Criteria", "a", "some of twelve findings", rule).
    statement(NAME, "H2", "Criteria", "b", "all of five, and not one other", rule).
    statement(NAME, "H3", "Criteria", "c", "everything else", rule).
    clause(NAME, enough, "enough findings").
    met(NAME, enough) :- criterion(NAME, some), criterion(NAME, all), not case(findings, f18).
    concludes(NAME, enough, medically_necessary).
    cites(NAME, enough, ("H1"; "H2")).
    criterion(NAME, some) :- NUMBER <= #count { F : case(findings, F), counted(NAME, F) }.
    label(criterion(NAME, some), "findings that are counted").
    counted(NAME, (COUNTED)).
    criterion(NAME, all) :- NEEDED.
    label(criterion(NAME, all), "all that are needed").
    clause(NAME, rest, "all others").
    otherwise(NAME, rest).
    met(NAME, rest) :- not met(NAME, enough).
    concludes(NAME, rest, experimental_investigational).
    cites(NAME, rest, "H3").
    """


SCORED = """
    points(NAME, (f1; f2; f3), 3). points(NAME, (f4; f5; f6; f7; f8), 2). points(NAME, (f9; f10; f11; f12), 1).
    criterion(NAME, some) :- 7 <= #sum { W, F : case(findings, F), points(NAME, F, W) }.
"""
POINTS = {**dict.fromkeys(COUNTED[:3], 3), **dict.fromkeys(COUNTED[3:8], 2), **dict.fromkeys(COUNTED[8:], 1)}


def scored(name: str) -> str:
    """The same with points instead of a count."""
    kept = (line for line in policy(name, 2).splitlines() if "#count" not in line and "counted(" not in line)
    return "\n".join(kept) + SCORED.replace("NAME", name)


def policy(name: str, number: int) -> str:
    text = POLICY.replace("NAME", name).replace("NUMBER", str(number)).replace("COUNTED", "; ".join(COUNTED))
    return text.replace("NEEDED", ", ".join(f"case(findings, {each})" for each in NEEDED))


@pytest.fixture(scope="module")
def kb(kb_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    source, folder = (tmp_path_factory.mktemp("sets") / name for name in ("source", "kb"))
    source.mkdir()
    for name, text in {**SOURCE, "heron.lp": policy("heron", 2)}.items():
        (source / name).write_text(text, encoding="utf-8")
    small_folder(kb_folder, source, folder, vocabulary="signs", services="checklist", policies="heron")
    (folder / "policies" / "egret.lp").write_text(policy("egret", 3), encoding="utf-8")
    (folder / "policies" / "ibis.lp").write_text(scored("ibis"), encoding="utf-8")
    return KnowledgeBase.load(folder)


def meant(findings: frozenset[str], number: int = 2) -> str:
    enough = len(findings & set(COUNTED)) >= number and findings.issuperset(NEEDED) and BARRED not in findings
    return "medically_necessary" if enough else "experimental_investigational"


def some_sets(count: int) -> list[frozenset[str]]:
    """Random sets of findings, of which about half are nearly enough."""
    rng, found = Random(4), []
    for at in range(count):
        chosen = set(rng.sample(ALL, rng.randint(0, 30)))
        if at % 2:
            chosen = {*NEEDED, *rng.sample(COUNTED, rng.randint(0, 4)), *rng.sample(ALL[17:], rng.randint(0, 2))}
        found.append(frozenset(chosen))
    return found


def test_every_answer(kb: KnowledgeBase) -> None:
    settings, seen = kb.settings(as_of=AS_OF), set()
    for findings in some_sets(150):
        case = kb.read({"findings": sorted(findings)})
        for name, number in (("heron", 2), ("egret", 3)):
            expected = meant(findings, number)
            assert kb.decide(case, name, settings).class_ == expected
            assert kb.solver.possible(name, kb.situation(case, name, settings)) == {expected}
            seen.add(expected)
    assert len(seen) == 2
    assert len(kb.decide({}, "heron", settings).possible) == 2


def test_in_tables(kb: KnowledgeBase) -> None:
    rows = [None, *some_sets(150)]
    lists = [None if each is None else sorted(each) for each in rows]
    cases = pa.table({"id": pa.array(range(len(rows))), "findings": pa.array(lists, pa.list_(pa.string()))})
    query = compile_query(kb, ["heron", "egret"], kb.settings(as_of=AS_OF), columns=cases.column_names)
    assert ">= 2" in query.text
    assert ">= 3" in query.text
    with duckdb.connect() as connection:
        connection.register("cases", cases)
        answers = connection.sql(query.text).to_arrow_table().to_pylist()
    for answer in answers:
        findings = rows[answer["id"]]
        for name, number in (("heron", 2), ("egret", 3)):
            expected = 2 if findings is None else {meant(findings, number)}
            found = set(answer[f"{name}_possible"])
            assert (len(found) if findings is None else found) == expected


def test_points(kb: KnowledgeBase) -> None:
    """A weighted sum: decided as it is meant, by SQL too; one answer says how many points are missing, and of what."""
    settings, sets = kb.settings(as_of=AS_OF), some_sets(150)
    for findings in sets:
        enough = sum(POINTS.get(each, 0) for each in findings) >= 7
        expected = enough and findings.issuperset(NEEDED) and BARRED not in findings
        case = kb.read({"findings": sorted(findings)})
        assert (kb.decide(case, "ibis", settings).class_ == "medically_necessary") == expected
    cases = pa.table({"id": range(150), "findings": pa.array(map(sorted, sets), pa.list_(pa.string()))})
    query = compile_query(kb, ["ibis"], settings, columns=cases.column_names)
    assert ">= 7" in query.text
    with duckdb.connect() as connection:
        connection.register("cases", cases)
        for answer in connection.sql(query.text).to_arrow_table().to_pylist():
            case = kb.read({"findings": sorted(sets[answer["id"]])})
            assert answer["ibis_class"] == kb.decide(case, "ibis", settings).class_
    answer = kb.why_not(kb.read({"findings": [*NEEDED, "f1", "f4"]}), "ibis", "approved", settings)
    ((change,),) = answer.changes
    assert change.to == {"points_at_least": 7, "points": POINTS, "all_of": NEEDED, "none_of": [BARRED]}
    said = "\n".join(line.text for line in sentences(kb, answer))
    assert "add 2 points of: finding 2 counts 3; finding 3 counts 3; finding 5 counts 2" in said


def test_why_not(kb: KnowledgeBase) -> None:
    settings = kb.settings(as_of=AS_OF)
    case = kb.read({"findings": [COUNTED[0], *NEEDED[1:], BARRED]})
    ((change,),) = kb.why_not(case, "heron", "approved", settings).changes
    assert change.to == {"at_least": 2, "of": COUNTED, "all_of": NEEDED, "none_of": [BARRED]}
    answer = kb.why_not(case, "heron", "approved", settings)
    said = "\n".join(line.text for line in sentences(kb, answer))
    assert "add finding 13" in said
    assert "add 1 of: finding 2; finding 3" in said
    assert "take out finding 18" in said


def test_questions(kb: KnowledgeBase) -> None:
    (question,) = kb.ask({}, "heron", kb.settings(as_of=AS_OF)).questions
    enough = {"at_least": 2, "of": COUNTED, "all_of": NEEDED, "none_of": [BARRED]}
    shares = {str(reply.values): reply.share for reply in question.answers}
    share = Fraction(2**12 - 1 - comb(12, 1), 2**12) / 2 ** len([*NEEDED, BARRED])
    assert shares == {str(enough): share, str({"not": enough}): 1 - share}
    assert question.settles == 1


def test_explained(kb: KnowledgeBase) -> None:
    graph = kb.explain({"findings": [*NEEDED, COUNTED[3]]}, "heron", kb.settings(as_of=AS_OF)).graph
    node = graph.nodes["criterion(heron,some)"]
    assert node["status"] == "unmet"
    assert node["needed"].startswith("at least 2 of: finding 1; finding 2")


def test_compared(kb: KnowledgeBase) -> None:
    found = kb.compare("heron", "egret", kb.settings(as_of=AS_OF))
    assert found.complete
    assert found.implies["approved"] == "right"
    parted, same = (pair for pair in found.pairs if pair.left == "medically_necessary")
    assert (same.right, parted.right) == ("medically_necessary", "experimental_investigational")
    (region,) = same.regions
    assert region.box == {"findings": {"at_least": 3, "of": COUNTED, "all_of": NEEDED, "none_of": [BARRED]}}
    (region,) = parted.regions
    assert region.box["findings"] == {
        "at_least": 2, "at_most": 2, "of": COUNTED, "all_of": NEEDED, "none_of": [BARRED]
    }  # fmt: skip
    assert region.share == parted.share == Fraction(comb(12, 2), 2**12) / 2**6
    assert all(meant(each.witness.facts["findings"]) == "medically_necessary" for each in parted.regions)


def test_consistent(kb: KnowledgeBase) -> None:
    """Nothing in the policy is dead, redundant or in conflict; the search does not list the sets."""
    assert {each.kind for each in kb.check("heron")} == set()
