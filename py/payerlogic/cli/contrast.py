"""``payerlogic contrast``: where two payers disagree on one case."""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.cli.answers import prepare, print_answer
from payerlogic.cli.options import (
    AsOfOption,
    CaseArgument,
    IdOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    ReadingsOption,
)


def contrast(
    case: CaseArgument,
    left: Annotated[str, typer.Argument(metavar="P", help="One payer.")],
    right: Annotated[str, typer.Argument(metavar="Q", help="The other payer.")],
    id: IdOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Show where two payers disagree on a case, clause by clause, and what would bring them together.

    \b
    Example:
      payerlogic contrast case.yaml nia bcbsaz
    """
    base, stated, settings = prepare(kb, case, id, reading, no_presumptions, as_of)
    answer = base.contrast(stated, left, right, settings)
    print_answer(answer, answer.to_json(), as_json=json)
