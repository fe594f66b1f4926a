"""``payerlogic rationale``: the determinations of a case as a document."""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.api import KnowledgeBase
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
    load_for,
    settings_of,
)
from payerlogic.cli.output import STANDARD_OUTPUT, chosen_format, save
from payerlogic.semantics.settings import Settings


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
    from payerlogic.documents import render
    from payerlogic.documents.rationale import rationale as document_of

    out = None if out == STANDARD_OUTPUT else out
    chosen = chosen_format("Document", format, out, as_json=json)

    def settings(base: KnowledgeBase) -> Settings:
        return settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)

    base, stated, asked = load_for(kb, case, id, payer or (), reading, settings)
    document = document_of(base, stated, payer or (), asked, want=want)
    save(out or STANDARD_OUTPUT, render(document, chosen, base))
