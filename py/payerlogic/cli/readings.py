"""``payerlogic readings``: the places that can be read in more than one way, and how they are read."""

from __future__ import annotations

from payerlogic.cli.options import JsonOption, KbOption, PayersOption, Screen, ServiceOption, load, to_json, write_utf8
from payerlogic.program.catalog import EVERY_PAYER, Catalog, Interpretation


def readings(
    payer: PayersOption = None, service: ServiceOption = None, kb: KbOption = None, json: JsonOption = False
) -> None:
    """List what can be read in more than one way.

    Where a document can be meant in more than one way, the knowledge base takes one reading by default
    (marked *) and says why; a question can be asked under another one with --reading.

    \b
    Example:
      payerlogic readings --payer bcbsaz
    """
    base = load(kb, payer, service=service)
    names = {base.check_policy(each) for each in payer} | {EVERY_PAYER} if payer else None
    chosen = [each for each in base.catalog.readings.values() if names is None or each.policy in names]
    if json:
        write_utf8(f"{to_json([_as_json(each, base.catalog) for each in chosen])}\n")
        return
    screen = Screen()
    for index, reading in enumerate(chosen):
        if index:
            screen.gap()
        _show(screen, reading, base.catalog)


def _cited(reading: Interpretation, catalog: Catalog) -> str:
    known = reading.policy in catalog.policies
    return catalog.citation(reading.policy, reading.statements) if known else ""


def _as_json(reading: Interpretation, catalog: Catalog) -> dict[str, object]:
    return {
        "id": reading.id,
        "policy": reading.policy,
        "question": reading.question,
        "default": reading.default,
        "options": [
            {"name": each.name, "meaning": each.meaning, "default": each.name == reading.default}
            for each in reading.options
        ],
        "why_default": reading.why_default,
        "statements": list(reading.statements),
        "citation": _cited(reading, catalog),
    }


def _show(screen: Screen, reading: Interpretation, catalog: Catalog) -> None:
    screen.line(f"{reading.id} ({reading.policy.replace('_', ' ')})", "bold")
    screen.line(reading.question, indent=2)
    for option in reading.options:
        mark = "*" if option.name == reading.default else " "
        screen.line(f"{mark} {option.name}: {option.meaning}", indent=4)
    screen.line(f"default because: {reading.why_default}", indent=2)
    if cited := _cited(reading, catalog):
        screen.line(f"concerns: {cited}", indent=2)
