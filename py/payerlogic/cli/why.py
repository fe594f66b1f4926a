"""``payerlogic why``: which of the stated facts already force a determination."""

from __future__ import annotations

from payerlogic.cli.answers import prepare, print_answer
from payerlogic.cli.options import (
    AsOfOption,
    CaseArgument,
    IdOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    PayerOption,
    ReadingsOption,
)


def why(
    case: CaseArgument,
    payer: PayerOption,
    id: IdOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Show the minimal sets of stated facts that force the class, and what makes no difference.

    What is presumed besides these facts is named with them. 'payerlogic explain' shows the derivation.

    \b
    Example:
      payerlogic why case.yaml --payer nia
    """
    base, stated, settings = prepare(kb, case, id, reading, no_presumptions, as_of)
    answer = base.reasons(stated, payer, settings)
    print_answer(answer, answer.to_json(), as_json=json)
