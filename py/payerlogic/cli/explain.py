"""``payerlogic explain``: why a determination is what it is."""

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
    PayerOption,
    ReadingsOption,
    clean,
    load_for,
    settings_of,
    write,
)
from payerlogic.cli.output import STANDARD_OUTPUT, chosen_format, save
from payerlogic.semantics.settings import Settings


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
    from payerlogic.documents import render

    out = None if out == STANDARD_OUTPUT else out
    chosen = chosen_format("Explanation", format, out, as_json=json)

    def settings(base: KnowledgeBase) -> Settings:
        return settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)

    base, stated, asked = load_for(kb, case, id, [payer], reading, settings)
    data = render(base.explain(stated, payer, asked), chosen, base)
    if out is None and chosen == "text":
        write("".join(f"{clean(line)}\n" for line in data.decode().rstrip("\n").split("\n")))
    else:
        save(out or STANDARD_OUTPUT, data)
