"""A command loads only what it needs: each is run in an interpreter of its own, and the modules there are looked at."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from payerlogic.cli import COMMANDS

CASE = str(Path(__file__).parents[2] / "examples" / "cases" / "02-rectum-t3-boost.yaml")
KB = str(Path(__file__).parents[2] / "kb")
REVISION = ("compare", "bcbsaz", "bcbsaz@2022-09-19")
OF_THE_APP = ("streamlit",)
OF_TABLES = ("duckdb", "pyarrow", "pyspark")
OF_SQL = ("sqlglot",)
OF_DOCUMENTS = ("docx", "reportlab", "pygraphviz", "xlsxwriter")
OF_GRAPHS = ("networkx",)
LARGE = (*OF_THE_APP, *OF_TABLES, *OF_SQL, *OF_DOCUMENTS, *OF_GRAPHS)
NOT_FOR_A_LINE = (*LARGE, "rich", "pydantic", "payerlogic.documents", "payerlogic.comparison", "payerlogic.consistency")
NOT_LOADED = {
    ("decide", CASE): NOT_FOR_A_LINE,
    ("decide", CASE, "--payer", "nia", "--json"): NOT_FOR_A_LINE,
    ("why", CASE, "--payer", "nia", "--json"): NOT_FOR_A_LINE,
    ("whynot", CASE, "--payer", "nia", "--want", "approved", "--json"): NOT_FOR_A_LINE,
    ("ask", CASE, "--payer", "nia", "--json"): NOT_FOR_A_LINE,
    ("robust", CASE, "--payer", "nia", "--json"): NOT_FOR_A_LINE,
    ("contrast", CASE, "nia", "bcbsaz", "--json"): (*OF_THE_APP, *OF_TABLES, *OF_SQL),
    ("explain", CASE, "--payer", "nia"): (*OF_THE_APP, *OF_TABLES, *OF_SQL, "docx", "reportlab", "xlsxwriter"),
    ("rationale", CASE, "--out", "-"): (*OF_THE_APP, *OF_SQL, "duckdb", "pyspark", "docx", "reportlab", "xlsxwriter"),
    (*REVISION, "--json"): (*OF_THE_APP, *OF_SQL, "duckdb", "pyspark", "docx", "reportlab"),
    ("stricter", "nia", "bcbsaz", "--json"): (*OF_THE_APP, *OF_TABLES, *OF_SQL, *OF_DOCUMENTS, *OF_GRAPHS),
    ("diff", KB, KB, "--json"): (*OF_THE_APP, *OF_TABLES, *OF_SQL, *OF_DOCUMENTS, *OF_GRAPHS),
    ("check", "bcbsaz", "--json"): (*OF_THE_APP, *OF_TABLES, *OF_SQL, *OF_DOCUMENTS),
    ("batch", "--help"): LARGE,
    ("impact", "--help"): LARGE,
    ("sql", "nia"): (*OF_THE_APP, *OF_TABLES, *OF_DOCUMENTS, *OF_GRAPHS),
    ("services", "--json"): NOT_FOR_A_LINE,
    ("vocabulary", "--json"): NOT_FOR_A_LINE,
    ("policies", "--json"): NOT_FOR_A_LINE,
    ("readings", "--json"): NOT_FOR_A_LINE,
    ("lint",): (*OF_THE_APP, *OF_TABLES, *OF_SQL, *OF_DOCUMENTS, *OF_GRAPHS),
    ("test",): (*OF_THE_APP, *OF_TABLES, *OF_SQL, *OF_DOCUMENTS, *OF_GRAPHS),
    ("mutate", "--help"): LARGE,
    ("new", "--help"): LARGE,
    ("schema", "test"): LARGE,
    ("--help",): LARGE,
}
RUN = """
import json, sys
from payerlogic.cli import main
sys.argv[0] = "payerlogic"
try:
    main()
except SystemExit as end:
    status = end.code
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.mark.parametrize("command", NOT_LOADED, ids=" ".join)
def test_a_command_loads_only_what_it_needs(command):
    without = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "TTY_COMPATIBLE")}
    done = subprocess.run([sys.executable, "-c", RUN, *command], capture_output=True, text=True, env=without)
    status, loaded = json.loads(done.stderr.splitlines()[-1])
    assert status in (0, 1, None), done.stderr.splitlines()[:-1]
    there = {name for name in NOT_LOADED[command] for each in loaded if each == name or each.startswith(f"{name}.")}
    assert not there


def test_every_command_is_in_the_table():
    assert {command[0] for command in NOT_LOADED} == {*COMMANDS, "--help"}
