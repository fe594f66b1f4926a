"""What the answers about a whole table rest on: presumptions, readings, editions, and of which rows they speak.

>>> from datetime import date
>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> settings = kb.settings({"nia_fractions": "eligibility"}, presumptions=False, as_of=date(2026, 1, 31))
>>> for line in sentences(kb, ["nia"], settings):
...     print(line)
Nothing is presumed: what a row does not state is unknown.
Readings not at their default: nia_fractions=eligibility. No other reading was tried.
Editions, by the date of service of each row: NIA_CG_226 from 2023-01-01.
Speaks of the rows of this table, each with every possible value of the facts that it does not state.
"""

from __future__ import annotations

from collections.abc import Sequence

from payerlogic.answers.decision import Decider
from payerlogic.answers.premises import Premises
from payerlogic.semantics.model import Model
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import iso_day

SPACE = "Speaks of the rows of this table, each with every possible value of the facts that it does not state."


def premises_of(kb: Model, policies: Sequence[str], settings: Settings) -> Premises:
    """The premises of the answers of some policies about a table: what is presumed that a class of one of them can
    depend on. The editions are those of today."""
    nothing = kb.read({})
    views = {policy: kb.situations.view(nothing, policy, settings) for policy in policies}
    made = [
        each.id
        for each in kb.catalog.presumptions
        if settings.presumptions
        and any(each.concerns(policy) and view.bears_on_class(each.attribute) for policy, view in views.items())
    ]
    today = [(kb.catalog.policies[policy].document, _latest(kb, policy, settings)) for policy in policies]
    return Premises(Decider.of(kb).premises.remarks(made, settings), editions=tuple(today), space=SPACE)


def sentences(kb: Model, policies: Sequence[str], settings: Settings) -> list[str]:
    """The premises in plain words."""
    presumed = [each.text for each in premises_of(kb, policies, settings).presumptions]
    readings = ", ".join(f"{id_}={option}" for id_, option in sorted(settings.readings.items()))
    editions = [
        f"{kb.catalog.policies[policy].document} from {', '.join(day for day in _days(kb, policy))}"
        for policy in policies
        if _days(kb, policy)
    ]
    return [
        f"Presumed, where a row does not state it: {'; '.join(presumed)}."
        if presumed
        else "Nothing is presumed: what a row does not state is unknown.",
        f"Readings not at their default: {readings or 'none'}. No other reading was tried.",
        *([f"Editions, by the date of service of each row: {'; '.join(editions)}."] if editions else []),
        SPACE,
    ]


def _days(kb: Model, policy: str) -> list[str]:
    """The first days of the editions of a policy."""
    return [iso_day(first) for first, _ in sorted(kb.catalog.policies[policy].versions)]


def _latest(kb: Model, policy: str, settings: Settings) -> str | None:
    return kb.catalog.policies[policy].edition_on(settings.as_of)
