"""``payerlogic schema``: the JSON schema of a case or of a file of tests."""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cli.options import JsonOption, KbOption, folder_of, load, to_json, write_utf8
from payerlogic.errors import Problem, QuestionError, nearest, shown

OF = ("case", "test")


def schema(
    of: Annotated[str, typer.Argument(metavar="case|test", help="A case, or a file of tests.")],
    service: Annotated[
        str | None, typer.Option("--service", metavar="S", help="The service line. [default: the usual one]")
    ] = None,
    json: JsonOption = False,
    kb: KbOption = None,
) -> None:
    """Print the JSON schema of a case, or of a file of tests, for editors that check while one types.

    It is made from the vocabulary, the policies and the readings of the knowledge base. It is JSON with or without
    --json.

    \b
    Example:
      payerlogic schema test > tests.schema.json
    """
    if of not in OF:
        raise QuestionError(Problem(f"no schema of {shown(of)}", hint=nearest(of, OF)))
    folder_of(kb)
    base = KnowledgeBase.load(kb, service=service) if service is not None else load(kb)
    if of == "case":
        write_utf8(f"{to_json(base.reader.schema())}\n")
        return
    from payerlogic.authoring.schemas import schema_of_tests

    write_utf8(f"{to_json(schema_of_tests(base))}\n")
