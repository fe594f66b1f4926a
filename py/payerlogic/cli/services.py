"""``payerlogic services``: the service lines of the knowledge base, and the policies of each."""

from __future__ import annotations

from payerlogic.cli.options import JsonOption, KbOption, Screen, library_of, to_json, write_utf8
from payerlogic.program.library import Library


def services(kb: KbOption = None, json: JsonOption = False) -> None:
    """List the service lines, and the policies of each.

    A policy belongs to one service, and a case is put to the policies of its service. A case may state its
    'service'; where it does not, the service is the one whose facts it states, or the default one (marked *).

    \b
    Example:
      payerlogic services
    """
    library = library_of(kb)
    if json:
        write_utf8(f"{to_json(_as_json(library))}\n")
        return
    rows = [
        (f"{name} *" if name == library.default else name, each.label, ", ".join(library.policies_of(name)) or "none")
        for name, each in library.services.items()
    ]
    Screen().table("Services", ("service", "label", "policies"), rows)


def _as_json(library: Library) -> list[dict[str, object]]:
    return [
        {
            "id": name,
            "label": each.label,
            "default": name == library.default,
            "policies": [
                {"id": policy, "payer": library.policies[policy].payer} for policy in library.policies_of(name)
            ],
            "vocabulary": sorted(each.subjects),
        }
        for name, each in library.services.items()
    ]
