"""``payerlogic policies``: the policies, and what they are made of."""

from __future__ import annotations

from payerlogic.cli.options import JsonOption, KbOption, PayersOption, Screen, load, to_json, write_utf8
from payerlogic.program.catalog import Catalog, Clause, Policy
from payerlogic.text.phrases import iso_day


def policies(payer: PayersOption = None, kb: KbOption = None, json: JsonOption = False) -> None:
    """List the policies and their clauses.

    Each policy with its document, versions and procedure codes, and the place of each clause in the text.
    --json adds the ledger: every statement of the document, paraphrased, with what it does.

    \b
    Example:
      payerlogic policies --payer nia --json
    """
    base = load(kb)
    asked = [base.check_policy(each) for each in payer] if payer else base.policies
    chosen = [base.catalog.policies[name] for name in dict.fromkeys(asked)]
    if json:
        found = {"kb": base.digest, "policies": [_as_json(each, base.catalog) for each in chosen]}
        write_utf8(f"{to_json(found)}\n")
        return
    screen = Screen()
    for index, policy in enumerate(chosen):
        if index:
            screen.gap()
        _show(screen, policy, base.catalog)


def _as_json(policy: Policy, catalog: Catalog) -> dict[str, object]:
    return {
        "id": policy.id,
        "document": policy.document,
        "payer": policy.payer,
        "title": policy.title,
        "versions": [{"from": iso_day(number) if number else None, "what": what} for number, what in policy.versions],
        "history": [{"when": iso_day(number), "what": what} for number, what in policy.history],
        "codes": list(policy.codes),
        "clauses": [
            {
                "id": each.id,
                "title": each.title,
                "classes": list(each.classes),
                "gate": each.gate,
                "otherwise": each.otherwise,
                "statements": list(each.statements),
                "citation": catalog.citation(policy.id, each.statements),
            }
            for each in policy.clauses.values()
        ],
        "statements": [
            {
                "id": each.id,
                "section": each.section,
                "place": each.place,
                "paraphrase": each.paraphrase,
                "effect": each.effect,
                "why_none": each.why if each.effect == "none" else None,
                "elsewhere": each.why if each.effect == "elsewhere" else None,
            }
            for each in policy.statements.values()
        ],
        "vague": [{"term": term, "what": what} for term, what in policy.vague.items()],
    }


def _show(screen: Screen, policy: Policy, catalog: Catalog) -> None:
    screen.line(f"{policy.id}: {policy.payer}, {policy.title}", "bold")
    screen.line(f"document: {policy.document}", indent=2)
    for number, what in policy.versions:
        screen.line(f"from {iso_day(number)}: {what}", indent=2)
    screen.line(f"codes: {', '.join(policy.codes)}", indent=2)
    screen.line(f"statements: {len(policy.statements)} (--json lists them)", indent=2)
    rows = [
        (each.id, each.title, _concludes(each, catalog), catalog.citation(policy.id, each.statements))
        for each in policy.clauses.values()
    ]
    screen.table("Clauses", ("clause", "title", "concludes", "where the text says so"), rows)


def _concludes(clause: Clause, catalog: Catalog) -> str:
    classes = catalog.classes_in_words(clause.classes)
    if clause.gate is not None:
        return f"{classes} (gate {clause.gate})"
    if clause.otherwise:
        return f"{classes} (otherwise)"
    return classes or "nothing; it bars"
