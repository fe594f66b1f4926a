"""Dates of a case that cannot go with the day that is presumed, such as a birth date after today.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> day = {"date_of_service": date(2026, 1, 31)}
    >>> list(beyond_presumed(kb.read({"birth_date": "2050-01-01"}), kb.vocabulary, day))[0][1][:73]
    'date of service 2026-01-31, which is presumed, is before birth date 2050-'

Nothing follows from a day that is only presumed, so no fact is derived here: what would follow is looked at, and a
person reads what is wrong with it. With a stated day the same is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from payerlogic.answers.premises import Remark
from payerlogic.cases.case import StatedCase
from payerlogic.program.catalog import Catalog
from payerlogic.program.formula import Formula, NotDerived
from payerlogic.program.values import Value
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.presumptions import TODAY
from payerlogic.semantics.settings import Settings


def presumed_days(catalog: Catalog, settings: Settings) -> dict[str, date]:
    """The attributes that are presumed to be today where nobody states them."""
    if not settings.presumptions:
        return {}
    return {each.attribute: settings.as_of for each in catalog.presumptions if each.value == TODAY}


def date_remarks(case: StatedCase, vocabulary: Vocabulary, presumed: Mapping[str, date]) -> tuple[Remark, ...]:
    """What a determination says of such dates."""
    return tuple(Remark(f"check_{name}", words) for name, words in beyond_presumed(case, vocabulary, presumed))


def beyond_presumed(
    case: StatedCase, vocabulary: Vocabulary, presumed: Mapping[str, date]
) -> Iterator[tuple[str, str]]:
    """The facts that would follow with the presumed days and cannot, each with the reason."""
    stated = {**case.facts, **case.inputs}
    days = {name: day for name, day in presumed.items() if name not in stated}
    values: dict[str, Value] = {**stated, **days}
    for name, formula in vocabulary.formulas.items():
        follows = days.keys() & formula.sources.keys() and formula.sources.keys() <= values.keys()
        if follows and (why := odd_with(formula, values, days, stated.get(name))):
            yield name, why


def odd_with(formula: Formula, values: Mapping[str, Value], days: Mapping[str, date], stated: Value | None) -> str:
    """What is wrong with a fact that would follow from these values, some of them presumed; empty if nothing is."""
    attribute = formula.attribute
    labels = {name: each.label for name, each in formula.sources.items() if name in days}
    day = " and ".join(f"{label} {days[name].isoformat()}" for name, label in labels.items())
    check = f"check the dates, or state the {' and the '.join(labels.values())}"
    try:
        value = formula.value(values)
    except NotDerived as error:
        if day in str(error):
            return f"{str(error).replace(day, f'{day}, which is presumed,', 1)}: {check}"
        return f"{attribute.label} cannot follow from the presumed {day}, because {error}: {check}"
    if stated is None or stated == value:
        return ""
    said, found = attribute.in_words(stated), attribute.in_words(value)
    return f"{attribute.label} {said} is stated, but with the presumed {day} it is {found}: {check}"
