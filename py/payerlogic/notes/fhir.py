"""A FHIR resource or bundle as the lines of a note: what its conditions and observations say, in their own words.

>>> print(note_of_fhir('{"resourceType": "Condition", "code": {"text": "Malignant neoplasm of rectum"}}'))
Malignant neoplasm of rectum
>>> note_of_fhir('{"resourceType": "FamilyMemberHistory", "code": {"text": "Breast cancer"}}')
''
>>> note_of_fhir('{"primary_site": "rectum"}') is None
True

What the lines mean is read as in any note, by the words and codes of the vocabulary. INVARIANT: only what is confirmed
and of this patient now becomes a line: of what is refuted, suspected, resolved or entered in error nothing is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

CONFIRMED = frozenset({"confirmed", ""})
GONE = frozenset({"inactive", "remission", "resolved", "unknown"})
FINAL = frozenset({"final", "amended", "corrected", ""})
MOST = 500
"""So many resources of a bundle are read."""


def note_of_fhir(text: str) -> str | None:
    """The lines of a note; empty where nothing can be said, None where ``text`` is no FHIR."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        return None
    return "\n".join(line for each in _resources(found) for line in _lines(each))


def _resources(found: dict[str, object]) -> Iterator[dict[str, object]]:
    if found["resourceType"] != "Bundle":
        yield found
        return
    for entry in _list(found.get("entry"))[:MOST]:
        resource = entry.get("resource")
        if isinstance(resource, dict):
            yield resource


def _lines(resource: dict[str, object]) -> Iterator[str]:
    kind = resource.get("resourceType")
    if kind == "Condition":
        confirmed, present = _code(resource.get("verificationStatus")), _code(resource.get("clinicalStatus"))
        if confirmed in CONFIRMED and present not in GONE and (said := _words(resource.get("code"))):
            yield said
    elif kind == "Observation" and str(resource.get("status") or "") in FINAL:
        about, value = _words(resource.get("code")), _value(resource)
        if about and value:
            yield f"{about}: {value}"


def _value(resource: dict[str, object]) -> str:
    quantity = resource.get("valueQuantity")
    if isinstance(quantity, dict):
        # "under 5" is not 5
        amount = "" if quantity.get("comparator") else f"{quantity.get('value', '')} {quantity.get('unit', '')}"
        return _line(amount)
    for name in ("valueInteger", "valueString", "valueDateTime"):
        if resource.get(name) is not None:
            return _line(resource[name])
    return _words(resource.get("valueCodeableConcept"))


def _words(concept: object) -> str:
    """The words of a concept, and its codes behind them."""
    if not isinstance(concept, dict):
        return ""
    codings = _list(concept.get("coding"))
    said = next((word for each in (concept, *codings) if (word := _line(each.get("text") or each.get("display")))), "")
    codes = [code for each in codings if (code := _line(each.get("code"))) and code not in said]
    return f"{said} ({', '.join(codes)})" if said and codes else said or ", ".join(codes)


def _code(concept: object) -> str:
    """The code of a status; empty where none is given."""
    codings = _list(concept.get("coding")) if isinstance(concept, dict) else []
    return next((_line(each.get("code")) for each in codings), "")


def _list(found: object) -> list[dict[str, object]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _line(word: object) -> str:
    """One line, whatever is written there."""
    return " ".join(str(word).split()) if isinstance(word, str | int | float) else ""
