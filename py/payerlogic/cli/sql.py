"""``payerlogic sql``: policies as one SQL statement, to run where the data is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from payerlogic.cli.options import (
    AsOfOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    OutOption,
    ReadingsOption,
    ServiceOption,
    load,
    settings_of,
    to_json,
)
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, save
from payerlogic.errors import Problem, QuestionError, nearest, shown
from payerlogic.sql import DIALECTS, compile_query

PoliciesArgument = Annotated[
    list[str], typer.Argument(metavar="POLICY...", help="The policies, as 'payerlogic policies' names them.")
]
DialectOption = Annotated[str, typer.Option(metavar="NAME", help=f"The SQL dialect: {', '.join(DIALECTS)}.")]
TableOption = Annotated[
    str, typer.Option(metavar="NAME", help="The table of the cases; a dot separates a schema from it.")
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="ATTRIBUTE",
        help="The table has only the attributes given here (repeatable). [default: all]",
    ),
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="COLUMN", help="Copy this column to the output (repeatable). [default: id]"),
]
TablesOnlyOption = Annotated[
    bool,
    typer.Option("--tables-only", help="Leave out the criteria: same results, about twice as fast, harder to read."),
]


def sql(
    policies: PoliciesArgument,
    dialect: DialectOption = "duckdb",
    table: TableOption = "cases",
    column: ColumnOption = None,
    keep: KeepOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    tables_only: TablesOnlyOption = False,
    service: ServiceOption = None,
    out: OutOption = None,
    json: JsonOption = False,
    kb: KbOption = None,
) -> None:
    """Print policies as SQL that decides every row of a table.

    The statement yields one row for each row of the table: the columns that are kept; 'impossible', with the axiom
    that a row breaks or its attribute with a value outside of the vocabulary; and for each policy its class (NULL
    while several are possible), outcome, possible classes, and the ids of the clauses that the class rests on. NULL
    in the table is unknown and never decides. Columns are named as in 'payerlogic vocabulary': text, boolean,
    integer, decimal, date, and arrays of text for sets. With a birth date and a date of service, which --column names,
    an age is worked out.

    \b
    Example:
      payerlogic sql nia --dialect spark --table warehouse.requests
    """
    out = STANDARD_OUTPUT if out is None else out
    check_output(out)
    base = load(kb, policies, reading, service)
    settings = settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)
    if strange := [each for each in column or () if each not in base.vocabulary.stateable]:
        hint = nearest(strange[0], base.vocabulary.stateable, base.vocabulary.called)
        raise QuestionError(Problem(f"unknown attribute {shown(strange[0])}", "--column", hint))
    query = compile_query(
        base,
        policies,
        settings,
        table=table,
        dialect=dialect,
        columns=column,
        keep=keep or ("id",),
        readable=not tables_only,
    )
    text = f"{to_json(asdict(query) | {'kb': base.digest})}\n" if json else query.text
    save(out, text.encode("utf-8", "backslashreplace"))
