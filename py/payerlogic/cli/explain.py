"""``payerlogic explain``: why a determination is what it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from payerlogic.cli.options import (
    AsOfOption,
    CaseArgument,
    IdOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    OutOption,
    PayerOption,
    ReadingsOption,
    clean,
    load,
    one_case,
    settings_of,
    write,
    write_document,
)
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, save
from payerlogic.errors import Problem, QuestionError, nearest, shown

ENDINGS = {"gv": "dot", "htm": "html", "md": "mermaid", "mmd": "mermaid", "txt": "text"}


def explain(
    case: CaseArgument,
    payer: PayerOption,
    id: IdOption = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="text, json, svg, png, pdf, dot, html or mermaid. [default: by the ending of --out, or text]",
        ),
    ] = None,
    out: OutOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Explain a determination, down to the facts.

    The derivation goes from the determination to the facts, readings and presumptions that it rests on.
    Every clause that is not met is shown with each condition that fails, and by how much.

    \b
    Example:
      payerlogic explain case.yaml --payer nia --out why.svg
    """
    from payerlogic.documents import BINARY, EXPLANATION, render

    out = None if out == STANDARD_OUTPUT else out
    chosen = _format(format, out, json, EXPLANATION)
    if out is not None:
        check_output(out)
    elif chosen in BINARY and sys.stdout.isatty():
        hint = f"give --out FILE, such as --out why.{chosen}"
        raise QuestionError(Problem(f"{chosen} cannot be shown in a terminal", "--format", hint))
    base = load(kb)
    settings = settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)
    name = base.check_policy(payer)
    data = render(base.explain(one_case(base, case, id), name, settings), chosen, base)
    if out is not None:
        save(out, data)
    elif chosen == "text":
        write("".join(f"{clean(line)}\n" for line in data.decode().rstrip("\n").split("\n")))
    else:
        write_document(data)


def _format(asked: str | None, out: str | None, json: bool, formats: tuple[str, ...]) -> str:
    if json and asked not in (None, "json"):
        raise QuestionError(Problem("cannot be combined", "--json and --format"))
    if json or asked is not None:
        wanted = (asked or "json").lower()
        if wanted not in formats:
            raise QuestionError(Problem(f"unknown format {shown(wanted)}", "--format", nearest(wanted, formats)))
        return wanted
    ending = Path(out).suffix.lower().removeprefix(".") if out is not None else "text"
    found = ENDINGS.get(ending, ending)
    return found if found in formats else "text"
