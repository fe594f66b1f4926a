"""``payerlogic whynot``: what would change a determination."""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.cli.answers import prepare, print_answer
from payerlogic.cli.options import (
    FINDINGS,
    AsOfOption,
    CaseArgument,
    IdOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    PayerOption,
    ReadingsOption,
)


def whynot(
    case: CaseArgument,
    payer: PayerOption,
    want: Annotated[
        str, typer.Option("--want", metavar="OUTCOME", help="approved, denied, review, or a class by name.")
    ],
    fix: Annotated[
        list[str] | None, typer.Option("--fix", metavar="ATTR", help="Leave this as it is; can be repeated.")
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option("--free", metavar="ATTR", help="Allow this fixed fact to change; can be repeated."),
    ] = None,
    id: IdOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Show every minimal set of changes that would give the wanted outcome.

    What is only unknown comes first, then the provider's plan, findings, staging, the payer's findings
    and paperwork. Each answer has been decided again by the solver. Exit status 1 if no permitted
    change of facts gives it; then the facts that block it, and a reading that would give it, are named.

    \b
    Example:
      payerlogic whynot case.yaml --payer nia --want approved
    """
    base, stated, settings = prepare(kb, case, id, reading, no_presumptions, as_of)
    answer = base.why_not(stated, payer, want.lower(), settings, fix=fix or (), free=free or ())
    print_answer(answer, answer.to_json(), as_json=json)
    if not answer.reachable:
        raise typer.Exit(FINDINGS)
