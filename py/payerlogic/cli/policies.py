"""``payerlogic policies``: the policies, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from payerlogic.api import KnowledgeBase
from payerlogic.cli.options import (
    JsonOption,
    KbOption,
    PayersOption,
    Screen,
    ServiceOption,
    library_of,
    to_json,
    write_utf8,
)
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.catalog import Catalog, Clause, Policy
from payerlogic.program.library import Library
from payerlogic.text.phrases import iso_day


def policies(
    payer: PayersOption = None, service: ServiceOption = None, kb: KbOption = None, json: JsonOption = False
) -> None:
    """List the policies of each service, and their clauses.

    Each policy with its document, versions and procedure codes, and the place of each clause in the text.
    --json adds the ledger: every statement of the document, paraphrased, with what it does.

    \b
    Example:
      payerlogic policies --payer nia --json
    """
    asked = list(_asked(library_of(kb), payer, service))
    if json:
        found = [_as_json(policy, base.catalog) for base, policies in asked for policy in policies]
        write_utf8(f"{to_json({'kb': asked[0][0].digest if asked else '', 'policies': found})}\n")
        return
    screen = Screen()
    begun = False
    for base, policies in asked:
        if len(asked) > 1:
            if begun:
                screen.gap()
            begun = True
            screen.line(f"Service {base.service}: {base.service_label}", "bold")
        for policy in policies:
            if begun:
                screen.gap()
            begun = True
            _show(screen, policy, base.catalog)


def _asked(
    library: Library, payers: Sequence[str] | None, service: str | None
) -> Iterator[tuple[KnowledgeBase, list[Policy]]]:
    """Each service that is asked about, with the policies of these payers, or all."""
    services = [library.check_service(service)] if service is not None else list(library.services or ("",))
    for payer in payers or ():
        if not library.services_of(payer) & set(services):
            there = f"it has one of {', '.join(sorted(library.services_of(payer)))}"
            raise QuestionError(Problem(f"{payer} has no policy of this service", "--service", there))
    for name in services:
        called = [policy for payer in payers or () for policy in library.called(payer, name)]
        if called or not payers:
            base = KnowledgeBase.of_library(library, called or None, name)
            yield base, [base.catalog.policies[policy] for policy in dict.fromkeys(called or base.policies)]


def _as_json(policy: Policy, catalog: Catalog) -> dict[str, object]:
    return {
        "id": policy.id,
        "service": policy.service,
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
