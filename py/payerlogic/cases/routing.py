"""Which service a case is put to.

    >>> from payerlogic.program.source_files import shipped_folder
    >>> library = Library.read(shipped_folder())
    >>> service_of(library, {"primary_site": "rectum"}), service_of(library, {"Service": "IORT"})
    ('iort', 'iort')

A case may state its service. Where it does not, the service is the one whose attributes it uses; a case that uses only
what several services share goes to the default service, if that is one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from payerlogic.cases.case import SERVICE
from payerlogic.errors import CaseError, Problem, QuestionError, shown
from payerlogic.program.attribute import is_unknown
from payerlogic.program.library import Library


def service_of(
    library: Library, stated: Mapping[str, object], home: str = "", among: Collection[str] | None = None
) -> str:
    """The service of a case, by what it states. ``home`` is preferred to other services, then the default one.

    ``among`` are the services of the policies that are asked, if any are named. CaseError for facts of two services
    together, for an unknown service, and for a case of a service of which no policy is asked.
    """
    if len(library.services) < 2:
        return library.default
    names = {str(name).strip().lower(): value for name, value in stated.items()}
    said = names.get(SERVICE)
    used = [name for name, value in names.items() if not is_unknown(value) and name in library.stated]
    if said is not None and not is_unknown(said):
        service = _named(library, said)
        if among is not None and service not in among:
            raise CaseError(Problem(f"the case is of {service}, and the policies are of {_words(among)}", SERVICE))
        return service
    fitting = [name for name, attributes in library.attributes.items() if attributes.issuperset(used)]
    if not fitting:
        raise CaseError(_of_two_services(library, used))
    asked = [name for name in fitting if among is None or name in among]
    if not asked:
        own = [name for name in used if not any(name in library.attributes[each] for each in among or ())]
        what = f"{', '.join(own)} {'is a fact' if len(own) == 1 else 'are facts'} of {_words(fitting)}"
        raise CaseError(Problem(what, hint=f"the policies that are asked are of {_words(among or ())}"))
    for preferred in (home, library.default):
        if preferred in asked:
            return preferred
    if len(asked) > 1:
        hint = f"state it, as in {SERVICE}: {asked[0]}"
        raise CaseError(Problem(f"the case may be of {_words(asked)}", SERVICE, hint))
    return asked[0]


def without_others(library: Library, service: str, stated: Mapping[str, object]) -> dict[str, object]:
    """A record without the facts of other services that it leaves unknown, such as the empty cells of a table."""
    own = library.attributes.get(service, frozenset())
    return {
        name: value
        for name, value in stated.items()
        if not is_unknown(value) or (key := str(name).strip().lower()) in own or key not in library.stated
    }


def _named(library: Library, said: object) -> str:
    if not isinstance(said, str):
        raise CaseError(Problem(f"{shown(said)} is not the name of a service", SERVICE))
    try:
        return library.check_service(said.strip())
    except QuestionError as error:
        raise CaseError(problem.at(SERVICE) for problem in error.problems) from None


def _of_two_services(library: Library, used: Collection[str]) -> Problem:
    """Which facts belong to which service, those apart that all of these services share."""
    of = library.attributes
    most = max(of, key=lambda each: (len(of[each] & set(used)), each == library.default))
    strange = next(name for name in used if name not in of[most])
    other = next(each for each, attributes in of.items() if strange in attributes)
    sides = (most, of[most] - of[other]), (other, of[other] - of[most])
    said = [f"{', '.join(name for name in used if name in own)} of {service}" for service, own in sides]
    return Problem(f"facts of two services together: {', and '.join(said)}", hint="a case is of one service")


def _words(services: Collection[str]) -> str:
    return " or ".join(sorted(services))
