"""``payerlogic robust``: does a determination hold under every reading encoded here?"""

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


def robust(
    case: CaseArgument,
    payer: PayerOption,
    id: IdOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Show whether the class holds under every reading encoded here, or which readings change it.

    Where no single switch does, the smallest combinations that do are shown.

    \b
    Example:
      payerlogic robust case.yaml --payer nia
    """
    base, stated, settings = prepare(kb, case, id, reading, no_presumptions, as_of)
    answer = base.robustness(stated, payer, settings)
    print_answer(answer, answer.to_json(), as_json=json)
