"""``payerlogic new``: a new policy or service line, with tests."""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.cli.options import JsonOption, KbOption, Screen, own_folder_of, to_json, write_utf8
from payerlogic.errors import Problem, QuestionError, nearest, shown
from payerlogic.program.library import Library

WHAT = ("policy", "service")


def new(
    what: Annotated[str, typer.Argument(metavar="policy|service", help="What to begin.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name: small letters, digits and _.")],
    service: Annotated[
        str | None, typer.Option("--service", metavar="S", help="The service line. [default: the usual one]")
    ] = None,
    payer: Annotated[
        str | None, typer.Option("--payer", metavar="P", help="Who issues the policy. [default: a payer of its name]")
    ] = None,
    uses: Annotated[
        list[str] | None,
        typer.Option("--uses", metavar="SUBJECT", help="Of a service: a subject of the vocabulary (repeatable)."),
    ] = None,
    json: JsonOption = False,
    kb: KbOption = None,
) -> None:
    """Write a commented file that loads, and tests that pass, to be filled in.

    A new service line comes with a first policy. It is written into your own knowledge base, a copy of the one that
    comes with payerlogic: --kb or PAYERLOGIC_KB names it.

    \b
    Example:
      payerlogic new policy acme_iort --service iort --payer acme --kb my-kb
      payerlogic new service home_oxygen --uses patient --kb my-kb
    """
    if what not in WHAT:
        raise QuestionError(Problem(f"cannot begin {shown(what)}", hint=nearest(what, WHAT)))
    if what == "service" and service is not None:
        raise QuestionError(Problem("is for a policy", "--service", f"write: new service {name}"))
    if what == "policy" and uses:
        raise QuestionError(Problem("is for a service", "--uses", "the service of a policy says what it uses"))
    from payerlogic.authoring.skeletons import new_service, policy_draft, written

    folder = own_folder_of(kb, "new")
    if what == "service":
        made = new_service(folder, name, uses or (), payer)
    else:
        library = Library.read(folder)
        made = written(library, policy_draft(library, name, service, payer), name)
    if json:
        write_utf8(f"{to_json({'written': list(map(str, made))})}\n")
        return
    screen = Screen()
    for path in made:
        screen.line(f"wrote {path}")
    screen.line(
        "It loads, and its tests pass. Fill it in from the document, with 'payerlogic lint' and 'payerlogic test'."
    )
