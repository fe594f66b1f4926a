"""``payerlogic rationale``: the determinations of a case as a document."""

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
    PayersOption,
    ReadingsOption,
    load,
    one_case,
    settings_of,
    to_json,
    write_document,
)
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, save
from payerlogic.errors import Problem, QuestionError, nearest, shown

ENDINGS = {"markdown": "md", "word": "docx"}


def rationale(
    case: CaseArgument,
    payer: PayersOption = None,
    id: IdOption = None,
    want: Annotated[
        str | None,
        typer.Option("--want", metavar="OUTCOME", help="Add the smallest changes that would give this outcome."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="md, docx or pdf. [default: by the ending of --out, or md]"),
    ] = None,
    out: OutOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Write the rationale of a case as a document.

    The facts as they are stated, implied, presumed or open; of each payer the
    determination with the statements to cite, why it holds and why the other
    clauses do not decide, its readings, presumptions, limits and advisories;
    and when and from which knowledge base it was made.

    \b
    Example:
      payerlogic rationale case.yaml --payer nia --out rationale.docx
    """
    from payerlogic.documents import BINARY, RATIONALE, render
    from payerlogic.documents.rationale import rationale as document_of

    out = None if out == STANDARD_OUTPUT else out
    chosen = _format(format, out, json, RATIONALE)
    if out is not None:
        check_output(out)
    elif chosen in BINARY and sys.stdout.isatty():
        hint = f"give --out FILE, such as --out rationale.{chosen}"
        raise QuestionError(Problem(f"{chosen} cannot be shown in a terminal", "--format", hint))
    base = load(kb)
    settings = settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)
    names = [base.check_policy(each) for each in payer or ()]
    document = document_of(base, one_case(base, case, id), names, settings, want=want)
    data = f"{to_json(document.to_dict())}\n".encode() if json else render(document, chosen, base)
    if out is not None:
        save(out, data)
    else:
        write_document(data)


def _format(asked: str | None, out: str | None, json: bool, formats: tuple[str, ...]) -> str:
    if json:
        if asked is not None:
            raise QuestionError(Problem("cannot be combined", "--json and --format"))
        return "json"
    if asked is not None:
        wanted = ENDINGS.get(asked.lower(), asked.lower())
        if wanted not in formats:
            raise QuestionError(Problem(f"unknown format {shown(wanted)}", "--format", nearest(wanted, formats)))
        return wanted
    if out is None:
        return formats[0]
    ending = Path(out).suffix.lower().removeprefix(".")
    wanted = ENDINGS.get(ending, ending)
    if wanted not in formats:
        hint = f"give --format, or a name that ends in {', '.join('.' + each for each in formats)}"
        raise QuestionError(Problem(f"{shown(out)} does not say which format is wanted", "--out", hint))
    return wanted
