"""What is wrong with a case file is said in one line, with its place and the nearest right thing; never a traceback."""

from __future__ import annotations

import random
import time

import pytest

from .conftest import AS_OF, BAD_INPUT, DONE, Run, Write

ENDINGS = ("json", "jsonl", "yaml", "csv")
GOOD = '{"id": "good", "primary_site": "brain"}'
TEN_MB = 10 * 1024 * 1024
LONG = "7" * 1_000_000


def of_one(value: str, name: str = "primary_site") -> dict[str, str]:
    """A file of each format with a case that states one value."""
    return {
        "json": f'{{"id": "A", "{name}": "{value}"}}',
        "jsonl": f'{{"id": "A", "{name}": "{value}"}}\n',
        "yaml": f'id: A\n{name}: "{value}"\n',
        "csv": f'id,{name}\nA,"{value}"\n',
    }


# --- Values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ('{"primry_site": "rectum"}', ": unknown attribute 'primry_site'; did you mean 'primary_site'?"),
        ('{"primary_site": "rectim"}', ", primary_site: unknown value 'rectim'; did you mean 'rectum'?"),
        ('{"primary_site": 5}', ", primary_site: 5 is not a word; "),
        ('{"primary_site": {"a": 1}}', ", primary_site: an object is not a value"),
        ('{"cpt_codes": [[1]]}', ", cpt_codes: a list of lists or objects is not a value"),
        ('{"age_years": "old"}', ", age_years: 'old' is not a whole number from 0 to 120; it is in years"),
        ('{"age_years": 121}', ", age_years: 121 is not a whole number from 0 to 120"),
        ('{"age_years": -1}', ", age_years: -1 is not a whole number from 0 to 120"),
        ('{"age_years": true}', ", age_years: 'True' is not a whole number"),
        ('{"age_years": 1e999}', ", age_years: '1e999' is not a whole number from 0 to 120"),
        ('{"age_years": NaN}', ": NaN is not a value; an attribute that is not known is left out"),
        ('{"age_years": -Infinity}', ": -Infinity is not a value"),
        ('{"age_years": 1, "age_years": 2}', ": 'age_years' is stated twice"),
        ('{"age_years": 1, "Age_Years": 2}', ", age_years: stated twice"),
        ('{"oncologic": "maybe"}', ", oncologic: 'maybe' is neither true nor false"),
        ('{"date_of_service": "2026-02-30"}', ", date_of_service: '2026-02-30' is not a day of the calendar"),
        ('{"date_of_service": "30.1.2026"}', ", date_of_service: '30.1.2026' is not a date"),
        ('{"clinical_n_category": "pN1"}', ", clinical_n_category: 'pN1' cannot be used"),
        ('{"cpt_codes": []}', ", cpt_codes: the list is empty"),
        ('{"cpt_codes": ["7742"]}', ", cpt_codes: '7742' is not a code"),
        ('{"id": ["A"]}', ", id: "),
        ('5', ": 5 is not a case; a case is an object of attributes and values"),
        ('null', ": null is not a case"),
    ],
)  # fmt: skip
def test_one_bad_record_is_one_line_and_the_others_are_decided(run: Run, write: Write, case: str, problem: str) -> None:
    path = write("cases.jsonl", f"{GOOD}\n{case}\n{GOOD}\n")
    answer = run("decide", path, "--json", "--as-of", AS_OF)
    assert answer.status == BAD_INPUT
    assert len(answer.problems) == 1
    assert answer.problems[0].startswith(f"{path}: record 2 (line 2){problem}")
    first, bad, third = answer.json
    assert (first["id"], set(bad), third["id"]) == ("good", {"id", "error"}, "good")
    assert bad["error"] == [answer.problems[0].removeprefix(f"{path}: record 2 (line 2)").lstrip(":, ")]


def test_facts_that_cannot_go_together_are_both_named(run: Run, write: Write) -> None:
    answer = run("decide", write("c.yaml", "t_category: Tis\ntumor_behavior: invasive\nage_years: 60\n"))
    assert answer.status == BAD_INPUT
    assert "record 1 (line 1): tumor_behavior invasive and t_category Tis cannot go together; " in answer.errors
    assert "age_years" not in answer.errors
    assert answer.text == ""


def test_every_problem_of_a_record_is_told(run: Run, write: Write) -> None:
    answer = run("decide", write("c.json", '{"primary_site": "brian", "age_years": -4, "oncology": true}'), "--json")
    assert len(answer.problems) == 3
    assert len(answer.json[0]["error"]) == 3


@pytest.mark.parametrize("ending", ENDINGS)
def test_text_that_looks_like_a_program_is_a_value(run: Run, write: Write, ending: str) -> None:
    path = write(f"c.{ending}", of_one("rectum). approved(nia")[ending])
    answer = run("decide", path, "--json")
    assert answer.status == BAD_INPUT
    assert "unknown value 'rectum). approved(nia'" in answer.errors
    assert set(answer.json[0]) == {"id", "error"}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("number", [LONG, f"-{LONG}"])
def test_a_number_of_a_million_digits_is_one_short_error(run: Run, write: Write, ending: str, number: str) -> None:
    content = of_one(number, "age_years")[ending].replace(f'"{number}"', number)
    begun = time.process_time()
    answer = run("decide", write(f"c.{ending}", content), "--json")
    assert answer.status == BAD_INPUT
    assert len(answer.problems) == 1
    assert len(answer.errors) < 400
    assert time.process_time() - begun < 5


def test_an_id_cannot_command_a_terminal(run: Run, write: Write) -> None:
    path = write("c.json", '{"id": "[red]R\\u001b]0;x\\u0007\\n\\u202e\\ud800", "primary_site": "brain"}')
    answer = run("decide", path, "--as-of", AS_OF)
    assert answer.status == DONE
    assert answer.text.splitlines()[0] == "Case [red]R\ufffd]0;x\ufffd \ufffd\ufffd"
    bad = run("decide", write("d.json", '{"id": "A", "\\u001b[2Jsite": 1}'))
    assert "\x1b" not in bad.errors


def test_half_a_surrogate_pair_stays_what_json_has(run: Run, write: Write) -> None:
    answer = run("decide", write("c.json", '{"id": "\\ud800", "primary_site": "brain"}'), "--json")
    assert answer.json[0]["id"] == "\ud800"


# --- Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file(run: Run, write: Write, ending: str, content: bytes) -> None:
    answer = run("decide", write(f"c.{ending}", content), "--json")
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)


NONSENSE = {
    "binary": random.Random(1).randbytes(TEN_MB),
    "zeros": bytes(TEN_MB),
    "one long word": b"x" * TEN_MB,
    "brackets": b"[" * TEN_MB,
    "objects in objects": b'{"a":' * (TEN_MB // 5),
    "numbers": b"[" + b"1," * (TEN_MB // 2) + b"1]",
    "lines of text": b"lorem ipsum\n" * (TEN_MB // 12),
    "a list of words": b"- a\n" * (TEN_MB // 4),
    "attributes": b"\n".join(b"k%d: v" % i for i in range(TEN_MB // 10)),
    "an open quote": b'"' + b"a,b\n" * (TEN_MB // 4),
    "commas": b"," * TEN_MB,
    "digits": b"7" * TEN_MB,
    "latin-1": "é\n".encode("latin-1") * (TEN_MB // 2),
    "utf-16": ("id\n" * (TEN_MB // 6)).encode("utf-16"),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", NONSENSE)
def test_ten_megabytes_of_nonsense_are_one_short_error(run: Run, write: Write, ending: str, name: str) -> None:
    path = write(f"nonsense.{ending}", NONSENSE[name])
    begun = time.process_time()
    answer = run("decide", path)
    assert answer.status == BAD_INPUT
    assert answer.text == ""
    assert len(answer.problems) == 1
    assert answer.errors.startswith(path)
    assert len(answer.errors) < len(path) + 400
    assert time.process_time() - begun < 10


def test_a_folder(run: Run, tmp_path: object) -> None:
    answer = run("decide", str(tmp_path))
    hint = "name a file in it; decide a table with 'payerlogic batch FILE --out OUT'"
    assert (answer.status, answer.errors) == (BAD_INPUT, f"{tmp_path}: is a folder, not a case file; {hint}\n")


def test_a_file_that_is_not_there(run: Run) -> None:
    assert run("decide", "nowhere.csv").errors == "nowhere.csv: there is no such file\n"


def test_an_ending_that_is_none_of_ours(run: Run, write: Write) -> None:
    answer = run("decide", write("cases.odt", b"PK"))
    assert answer.status == BAD_INPUT
    assert "cases.odt: is not a case file by its name; it can end in .json, .jsonl, .yaml, .yml, .csv" in answer.errors


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cases.xlsx", "decide a table with 'payerlogic batch FILE --out OUT'"),
        ("cases.parquet", "decide a table with 'payerlogic batch FILE --out OUT'"),
        ("CASES.XLSX", "decide a table with 'payerlogic batch FILE --out OUT'"),
        ("cases.xls", "save the table as CSV UTF-8"),
        ("cases.tsv", "save the table as CSV UTF-8"),
    ],
)
@pytest.mark.parametrize("command", ["decide", "explain", "ask"])
def test_a_table_is_decided_by_another_command(run: Run, write: Write, command: str, name: str, hint: str) -> None:
    path = write(name, b"PK")
    answer = run(command, path, *(() if command == "decide" else ("--payer", "nia")))
    assert (answer.status, answer.text) == (BAD_INPUT, "")
    assert f"{path}: is a table, not a case file; {hint}; a case file ends in .json, " in answer.errors


def test_columns_of_no_case_lead_to_the_command_for_tables(run: Run, write: Write) -> None:
    for header in ("id,Notes", "id,Notes,MRN", "a,b,c,d,e,f,g"):
        answer = run("decide", write("c.csv", f"{header}\n"))
        assert answer.status == BAD_INPUT
        assert "for the Batch page, or 'payerlogic batch' with a mapping (--mapping FILE)" in answer.problems[-1]


# --- JSON --------------------------------------------------------------------------------------------


def test_broken_json_tells_the_place_and_keeps_what_came_before(run: Run, write: Write) -> None:
    path = write("c.json", f"[{GOOD},\n{GOOD}\n{GOOD}]")
    answer = run("decide", path, "--json", "--as-of", AS_OF)
    assert answer.status == BAD_INPUT
    assert [item["id"] for item in answer.json] == ["good", "good"]
    assert answer.errors == f"{path}, line 3, column 1: is not JSON from here on (Expecting ',' or ']')\n"


def test_text_after_the_end_of_json(run: Run, write: Write) -> None:
    assert "Expecting the end after one case" in run("decide", write("c.json", f"{GOOD}\n{GOOD}")).errors


def test_records_of_a_list_have_the_line_on_which_they_begin(run: Run, write: Write) -> None:
    path = write("c.json", f'[{GOOD},\n\n  {{"primary_site":\n "x"}}, 5]')
    problems = run("decide", path).problems
    assert problems[0].startswith(f"{path}: record 2 (line 3), primary_site: unknown value 'x'")
    assert problems[1].startswith(f"{path}: record 3 (line 4): 5 is not a case")


def test_standard_input(run: Run) -> None:
    assert run("decide", "-", "--as-of", AS_OF, stdin=GOOD).status == DONE
    assert run("decide", "-", stdin="").errors == "standard input: is empty\n"
    assert run("decide", "-", stdin="no").errors.startswith("standard input, line 1, column 1: is not JSON")
    assert run("decide", "-", stdin=b"\xff").errors.startswith("standard input, line 1: is not UTF-8 text")


def test_a_line_that_is_not_json_is_a_problem_of_that_record(run: Run, write: Write) -> None:
    path = write("c.jsonl", b'\xef\xbb\xbf{"id": "a"}\r\n\r\n{"id": \r\n{"id": "b"} {}\n\xff\n{"id": "c"}')
    answer = run("decide", path, "--json")
    assert [item["id"] for item in answer.json] == ["a", "2", "3", "4", "c"]
    assert [problem.split(": ", 1)[1].split(" (E")[0] for problem in answer.problems] == [
        "record 2 (line 3): is not JSON",
        "record 3 (line 4): is not JSON",
        "record 4 (line 5): is not UTF-8 text",
    ]


# --- YAML --------------------------------------------------------------------------------------------


def test_yaml_words_are_read_as_they_are_written(run: Run, write: Write) -> None:
    path = write("c.yaml", "- id: 007\n  cpt_codes: [77424, 00100]\n  date_of_service: 2026-01-31\n  age_years: ~\n")
    answer = run("decide", path, "--json", "--as-of", AS_OF)
    assert answer.status == DONE
    assert answer.json[0]["id"] == "007"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: &a [x]\nb: [*a, *a]\n", ", line 1: anchors and aliases (& and *) cannot be used; write the value out"),
        ("id: !!python/object/apply:os.getcwd []\n", ", line 1: the tag 'tag:yaml.org,2002:python/object/apply:os"),
        ("id: A\nid: B\n", ": record 1 (line 1): 'id' is stated twice"),
        ("id: [A\n", ", line 2, column 1: is not YAML from here on ("),
        ("id: \x07\n", ": is not YAML ("),
        ("id: {a: {b: {c: {d: {e: {f: {g: {h: {i: 1}}}}}}}}}", ", line 1: is nested too deeply for a case file"),
    ],
)
def test_yaml_that_is_refused(run: Run, write: Write, content: str, problem: str) -> None:
    path = write("c.yaml", content)
    answer = run("decide", path)
    assert answer.status == BAD_INPUT
    assert answer.errors.startswith(f"{path}{problem}")
    assert len(answer.problems) == 1


def test_yaml_documents_follow_each_other(run: Run, write: Write) -> None:
    path = write("c.yml", "---\nid: a\n---\n- id: b\n- id: c\n---\n")
    assert [item["id"] for item in run("decide", path, "--json").json] == ["a", "b", "c"]


# --- CSV ---------------------------------------------------------------------------------------------


def test_csv_as_spreadsheets_write_it(run: Run, write: Write) -> None:
    text = 'ID,Primary_Site,ei_conditions,cpt_codes,age_years\r\n"A\nB",rectum,[],77424; 77425,\r\n\r\nC,,,,67\r\n'
    answer = run("decide", write("c.csv", b"\xef\xbb\xbf" + text.encode()), "--json", "--as-of", AS_OF)
    assert answer.status == DONE
    first, second = answer.json
    assert (first["id"], second["id"]) == ("A\nB", "C")
    assert first["determinations"]["bcbsaz"]["class"] is None, "no evidence condition is found: it is not denied"


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        ("id,primry_site", ["unknown column 'primry_site'; did you mean 'primary_site'?"]),
        ("id,primary_site,Primary_Site", ["two columns are named 'primary_site'; keep one of them"]),
        ("id,primary_site,", ["a column has no name"]),
        ("id;primary_site", ["unknown column 'id;primary_site'; commas separate the cells"]),
        ("id,primry_site,ages_year", ["unknown column 'primry_site'", "unknown column 'ages_year'", "these 2 columns"]),
    ],
)
def test_a_bad_header_is_told_once(run: Run, write: Write, header: str, problems: list[str]) -> None:
    path = write("c.csv", header + "\nA,rectum,x\nB,rectum,y\n")
    answer = run("decide", path, "--json")
    assert (answer.status, answer.text) == (BAD_INPUT, "")
    assert len(answer.problems) == len(problems)
    for line, problem in zip(answer.problems, problems, strict=True):
        assert line.startswith(f"{path}, line 1: {problem}")


def test_rows_that_do_not_fit_the_header(run: Run, write: Write) -> None:
    path = write("c.csv", 'id,primary_site\nA,rectum,T4\nB\nC,"a"b\nD,brain\n')
    answer = run("decide", path, "--json")
    assert [item["id"] for item in answer.json] == ["A", "B", "3", "D"]
    assert answer.problems == [
        f"{path}: record 1 (line 2): 3 cells, where the header has 2; a comma within a value needs quotes around it",
        f"{path}: record 2 (line 3): 1 cell, where the header has 2",
        f"{path}: record 3 (line 4): is not CSV (',' expected after '\"')",
    ]


def test_a_quote_that_is_never_closed_ends_the_file(run: Run, write: Write) -> None:
    path = write("c.csv", 'id,primary_site\nA,brain\n"B,brain\nC,brain\n')
    answer = run("decide", path, "--json")
    assert [item["id"] for item in answer.json] == ["A"]
    assert answer.errors == f"{path}, line 3: is not CSV (unexpected end of data); a quote may be open\n"


# --- Options -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--payer", "nja"], "unknown payer 'nja'; did you mean 'nia'?"),
        (["--payer", "nja@2023-06-01"], "unknown payer 'nja'; did you mean 'nia'?"),
        (
            ["--payer", "nia@2023-06-01"],
            "'nia@2023-06-01' names an edition, as comparisons do; name nia: its edition follows from the date of "
            "service, or from --as-of 2023-06-01",
        ),
        (["--reading", "nia_fraction=cap"], "unknown reading 'nia_fraction'; did you mean 'nia_fractions'?"),
        (["--reading", "nia_fractions=cup"], "reading nia_fractions: unknown option 'cup'; did you mean 'cap'?"),
        (["--reading", "nia_fractions"], "--reading: 'nia_fractions' names no option; it takes ID=OPTION"),
        (
            ["--reading", "nia_fractions=cap", "--reading", "nia_fractions=eligibility"],
            "--reading: 'nia_fractions' is given twice, with different options",
        ),
        (["--as-of", "2026-02-30"], "--as-of: '2026-02-30' is not a day of the calendar; a date is year-month-day"),
        (["--as-of", "01/31/2026"], "--as-of: '01/31/2026' is not a date"),
        (["--kb", "nowhere"], "nowhere: no such folder"),
    ],
)
def test_a_question_about_what_is_not_there(run: Run, write: Write, words: list[str], problem: str) -> None:
    answer = run("decide", write("c.json", GOOD), *words)
    assert (answer.status, answer.text, len(answer.problems)) == (BAD_INPUT, "", 1)
    assert answer.errors.startswith(problem)
