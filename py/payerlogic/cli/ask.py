"""``payerlogic ask``: what to ask next."""

from __future__ import annotations

from payerlogic.cli.answers import prepare
from payerlogic.cli.options import (
    AsOfOption,
    CaseArgument,
    IdOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    PayersOption,
    ReadingsOption,
    clean,
    to_json,
    write,
    write_utf8,
)


def ask(
    case: CaseArgument,
    payer: PayersOption = None,
    id: IdOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Show the unknown facts that still matter, the best question first.

    A question is the better, the larger the share of the remaining possibilities that its answer
    settles, counted exactly. Without --payer all payers are asked, and the questions are also ranked
    over them together.

    \b
    Example:
      payerlogic ask case.yaml --payer nia
    """
    base, stated, settings = prepare(kb, case, id, reading, no_presumptions, as_of)
    names = [base.check_policy(name) for name in payer] if payer else list(base.policies)
    answers = [base.ask(stated, name, settings) for name in names]
    together = base.best_questions(answers)
    if json:
        ranked = [{"attribute": name, "settles": round(float(share), 4)} for name, share in together]
        found = {"payers": [answer.to_json() for answer in answers], "together": ranked}
        write_utf8(f"{to_json(found)}\n")
        return
    lines = [line for answer in answers for line in answer.tell()]
    if len(answers) > 1 and together:
        best = ", ".join(f"{base.vocabulary[name].label} ({round(float(share) * 100)} %)" for name, share in together)
        lines.insert(-1, f"Over all payers, best first: {best}.")
    ending = lines[-1]
    write("".join(f"{clean(line)}\n" for line in [*(line for line in lines if line != ending), ending]))
