"""Mappings: what they make of codes, what is wrong with some of them, and where. All tables are made up."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from openpyxl import Workbook

from payerlogic import KnowledgeBase
from payerlogic.tables import Mapping, MappingError, schema
from payerlogic.tables.mapping_rules import compiled

from .conftest import AS_OF, Run, Write, decided, errors

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "mappings"


def meaning(kb: KnowledgeBase, text: str, **row: Any) -> Any:
    """What a mapping of one attribute makes of a row: a value, None for unknown, or the problem in words."""
    (rules,) = compiled(Mapping.parse(text, kb.vocabulary), kb.vocabulary)
    found = rules.read([row.get(source) for source in rules.sources])
    return str(found.problem) if found.problem else found.value


# --- Codes -----------------------------------------------------------------------------------------------

SITE = "columns: {primary_site: {column: S, values: {X9: other}, prefixes: {C1: stomach, C18: colon}, unmapped: %s}}"
NOT_MAPPED = "S: %r is not mapped; map it to primary_site, or take it as unknown (unmapped: unknown)"


@pytest.mark.parametrize(
    ("unmapped", "written", "expected"),
    [
        ("error", "C18.7", "colon"),
        ("error", " c18 ", "colon"),
        ("error", "C16.0", "stomach"),
        ("error", "x9", "other"),
        ("error", "C50", NOT_MAPPED % "C50"),
        ("error", "rectum", NOT_MAPPED % "rectum"),
        ("error", "", None),
        ("error", "Unknown", None),
        ("error", None, None),
        ("unknown", "C50", None),
        ("read", "C50.911", "breast"),
        ("read", "Rectum", "rectum"),
    ],
)
def test_codes_by_value_and_by_their_beginning(kb: KnowledgeBase, unmapped: str, written: Any, expected: Any) -> None:
    found = meaning(kb, SITE % unmapped, S=written)
    assert found == expected or (expected is not None and str(found).startswith(expected))


@pytest.mark.parametrize(
    ("written", "expected"),
    [("8500/3", "invasive"), ("8500/2", "in_situ"), ("8500/1", "B: '8500/1' is not mapped")],
)
def test_patterns_fit_the_whole_code(kb: KnowledgeBase, written: str, expected: str) -> None:
    text = "columns: {tumor_behavior: {column: B, patterns: {'[0-9]{4}/2': in_situ, '[0-9]{4}/3': invasive}}}"
    assert str(meaning(kb, text, B=written)).startswith(expected)


def test_a_group_of_a_pattern_goes_into_the_value(kb: KnowledgeBase) -> None:
    text = r"columns: {t_category: {column: T, patterns: {'stage (\d)[a-c]?': 'pT\1'}}}"
    assert meaning(kb, text, T="Stage 4b") == "T4"


FIRST = (
    "{unknown: [NA, '999'], unknown_patterns: ['[[].*[]]'], columns: {age_years: {first_of: [A, B], unknown: '-1'}}}"
)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [("50", "60", 50), ("NA", "60", 60), ("", 60, 60), (999, "60", 60), (-1, 60, 60), ("[n/a]", "na", None)],
)
def test_the_first_column_that_is_not_unknown(kb: KnowledgeBase, a: Any, b: Any, expected: int | None) -> None:
    assert meaning(kb, FIRST, A=a, B=b) == expected


RULES = """
columns:
  margin_status:
    - {when: {again: {stated: true}, kind: [re-excision, second]}, column: again, values: {R0: negative, R1: positive}}
    - {when: {kind: {pattern: 'biop.*'}}, value: unknown}
    - {column: first, values: {clear: negative}, unmapped: unknown}
    - {when: {depth: "0"}, value: positive}
"""


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"again": "R1", "kind": "Second", "first": "clear"}, "positive"),
        ({"again": "R1", "kind": "other", "first": "clear"}, "negative"),
        ({"again": "R9", "kind": "second", "first": "clear"}, "again: 'R9' is not mapped"),
        ({"kind": "second", "first": "clear"}, "negative"),
        ({"kind": "biopsy", "first": "clear"}, "negative"),
        ({"first": "burnt", "depth": 0}, "positive"),
        ({"first": "burnt", "depth": 1}, None),
    ],
)
def test_the_first_rule_that_gives_a_value(kb: KnowledgeBase, row: dict[str, Any], expected: str | None) -> None:
    found = meaning(kb, RULES, **row)
    assert found == expected or (expected and str(found).startswith(expected))


CODES = "columns: {cpt_codes: {column: P, values: {IORT: '77424;77425', none: unknown, e: '77425'}, unmapped: %s}}"


@pytest.mark.parametrize(
    ("unmapped", "written", "expected"),
    [
        ("error", "iort", {"77424", "77425"}),
        ("error", ["e", "iort"], {"77424", "77425"}),
        ("error", "e;none", {"77425"}),
        ("error", "none", None),
        ("read", "e;0735t", {"77425", "0735T"}),
        ("unknown", "e;0735T", None),
    ],
)
def test_each_item_of_a_list_is_mapped(kb: KnowledgeBase, unmapped: str, written: Any, expected: Any) -> None:
    assert meaning(kb, CODES % unmapped, P=written) == expected


# --- What is wrong -----------------------------------------------------------------------------------------


BAD = yaml.safe_load((Path(__file__).parent / "bad_mappings.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad["message"][:60])
def test_a_mapping_that_cannot_be_used(kb: KnowledgeBase, bad: dict[str, str]) -> None:
    with pytest.raises(MappingError) as found:
        Mapping.parse(bad["mapping"], kb.vocabulary, "m.yaml")
    assert bad["message"] in str(found.value)
    assert len(found.value.problems) == 1


def test_words_stay_words(kb: KnowledgeBase) -> None:
    """YAML takes no for false, and 0735 for a number of another base; a mapping does not."""
    text = "columns: {oncologic: {column: N, values: {no: false, 0735: true}}}"
    assert meaning(kb, text, N="No") is False
    assert meaning(kb, text, N="0735") is True


# --- The command ------------------------------------------------------------------------------------------------


def test_the_made_up_table(run: Run, tmp_path: Path) -> None:
    answer = run("batch", EXAMPLES / "made_up.csv", "--mapping", EXAMPLES / "made_up.yaml",
                 "--out", tmp_path / "out.jsonl", "--as-of", AS_OF, "--json")  # fmt: skip
    assert answer.status == 2
    found = answer.json
    assert (found["rows"], found["decided"], found["open"], found["refused"]) == (10, 8, 0, 2)
    assert [(each["column"], each["value"], each["rows"], each["treated"]) for each in found["unread"]] == [
        ("site_icd10", "C61", 1, "refused"),
        ("stage_t", "pN1", 1, "refused"),
    ]
    rows = {row["id"]: row for row in decided(tmp_path / "out.jsonl")}
    assert rows["MADE-UP-4"]["nia_clauses"] == ["n26", "n28"], "recurrent, by the r before its category"
    assert rows["MADE-UP-6"]["nia_class"] == "physician_review"
    assert set(errors(tmp_path / "out.errors.csv")) == {8, 9}


@pytest.mark.parametrize(
    ("mapping", "header", "message"),
    [
        (
            "columns: {age_years: AGE}",
            "age,extra",
            "line 1: unknown column 'extra'; it can be id, AGE; to pass over it, write ignore: [extra] in the mapping",
        ),
        (
            "{columns: {age_years: AGE}, ignore: old}",
            "age,modality",
            "; to read 'modality', add it under 'columns:'; to pass over it, write ignore: [old, modality] in the",
        ),
        ("ignore: a", "age_years,b", "line 1: unknown column 'b'; to pass over it, write ignore: [a, b] in the"),
        ("{constants: {age_years: 9}}", "age_years,modality", "line 1: unknown column 'age_years'"),
        ("{id: NR, ignore: b}", "age_years,b", "line 1: there is no column 'NR'"),
        ("{columns: {age_years: AGES}, rest: ignore}", "age", "line 1: there is no column 'AGES'; did you mean 'age'?"),
        ("{columns: {age_years: AGE}, id: NR, rest: ignore}", "age", "line 1: there is no column 'NR'"),
        ("columns: {age_years: AGE}", "age,AGE", "line 1: two columns are named 'AGE'; keep one of them"),
    ],
)  # fmt: skip
def test_columns_and_mapping_have_to_fit(
    run: Run, write: Write, tmp_path: Path, mapping: str, header: str, message: str
) -> None:
    table, file = write("cases.csv", f"{header}\n1,2\n"), write("m.yaml", mapping)
    answer = run("batch", table, "--mapping", file, "--out", tmp_path / "out.csv")
    assert answer.status == 2
    assert message in answer.errors
    assert not list(tmp_path.glob("*out*"))


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
@pytest.mark.parametrize(
    ("extra", "line"),
    [
        (["Notes"], "to pass over it, write ignore: [Notes] in a file and add --mapping FILE"),
        (["Notes", "a, b"], 'to pass over them, write ignore: [Notes, "a, b"] in a file and add --mapping FILE'),
        ([f"x{n}" for n in range(8)], "write ignore: [x0, x1, x2, x3, x4, x5, x6, x7] in a file"),
        ([f"x{n}" for n in range(20)], "'rest: ignore' in a mapping (--mapping FILE) passes over all of them"),
    ],
)
def test_what_an_error_says_to_write_is_enough(
    run: Run, tmp_path: Path, ending: str, extra: list[str], line: str
) -> None:
    """The mapping that an error on unknown columns asks for leaves the rest to be read as without one."""
    names, row = ["id", "primary_site", "Age_Years", *extra], ["A", "C20", "61", *(["x"] * len(extra))]
    table, out = tmp_path / f"cases.{ending}", tmp_path / "out.jsonl"
    if ending == "jsonl":
        table.write_text(json.dumps(dict(zip(names, row, strict=True))) + "\n")
    elif ending == "csv":
        with table.open("w", newline="") as file:
            csv.writer(file).writerows([names, row])
    else:
        book = Workbook()
        for each in (names, row):
            book.active.append(each)
        book.save(table)
    answer = run("batch", table, "--out", out, "--payer", "nia")
    said = "".join(errors(tmp_path / "out.errors.csv")[1]) if ending == "jsonl" else answer.errors
    assert answer.status == 2
    assert line in said
    (asked,) = re.findall(r"ignore: \[.*?\]|rest: ignore", line)
    mapping = tmp_path / "m.yaml"
    mapping.write_text(asked)
    answer = run("batch", table, "--out", out, "--payer", "nia", "--mapping", mapping)
    assert answer.status == 0
    assert answer.errors == ""
    plain = run("decide", "-", "--payer", "nia", "--json", stdin=json.dumps(dict(zip(names[:3], row, strict=False))))
    (found,) = decided(out)
    assert found["nia_possible"] == plain.json[0]["determinations"]["nia"]["possible"]


def test_a_mapping_without_columns_reads_values_as_it_says(run: Run, write: Write, tmp_path: Path) -> None:
    mapping = write("m.yaml", "{ignore: note, unknown: [NA], constants: {modality: electron_beam}}")
    table = write("cases.csv", "id,note,margin_status,primary_site\n1,a,NA,rectum\n2,b,close,rectum\n")
    answer = run("batch", table, "--mapping", mapping, "--out", tmp_path / "out.csv", "--json")
    assert (answer.status, answer.json["rows"], answer.json["refused"]) == (0, 2, 0)


def test_a_table_with_a_mapping_without_columns_is_of_its_service(run: Run, write: Write, tmp_path: Path) -> None:
    mapping = write("m.yaml", "ignore: [note, primary_site]")
    table = write("cases.csv", "id,note,pack_years,primary_site\n1,a,30,rectum\n")
    answer = run("batch", table, "--mapping", mapping, "--out", tmp_path / "out.csv", "--json")
    assert set(answer.json["classes"]) == {"acs_ldct", "cms_ldct", "uspstf_ldct"}


def test_columns_that_are_ignored_may_be_anything(run: Run, write: Write, tmp_path: Path) -> None:
    mapping = write("m.yaml", "{columns: {age_years: AGE}, ignore: note, rest: ignore}")
    table = write("cases.csv", ",AGE,note,x,x\n7,50,a,b,c\n")
    answer = run("batch", table, "--mapping", mapping, "--out", tmp_path / "out.csv", "--json")
    assert (answer.status, answer.json["rows"]) == (0, 1)


def test_a_file_that_is_not_there(run: Run, write: Write, tmp_path: Path) -> None:
    answer = run("batch", write("c.csv", "id\n1\n"), "--mapping", tmp_path / "no.yaml", "--out", tmp_path / "o.csv")
    assert (answer.status, answer.problems) == (2, [f"{tmp_path / 'no.yaml'}: there is no such file"])


def test_the_schema_is_one_and_the_examples_keep_to_it(run: Run, kb: KnowledgeBase) -> None:
    printed = run("batch", "--mapping-schema").json
    assert printed == json.loads(json.dumps(schema()))
    jsonschema.Draft202012Validator.check_schema(printed)
    for path in EXAMPLES.glob("*.yaml"):
        assert Mapping.load(path, kb.vocabulary).about
