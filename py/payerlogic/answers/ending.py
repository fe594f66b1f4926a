"""Which facts a disagreement is about: the minimal sets of facts of which some change ends it.

    >>> from payerlogic import KnowledgeBase
    >>> kb = KnowledgeBase.load()
    >>> case = kb.read({"primary_site": "rectum", "t_category": "T3", "margin_status": "close",
    ...                 "disease_status": "primary", "modality": "electron_beam", "completely_removable": True,
    ...                 "high_recurrence_risk": True, "intent": "boost"})
    >>> asked = [frozenset({"t_category", "disease_status", "margin_status"})]
    >>> sorted(map(sorted, endings(kb.situations, case, ("nia", "bcbsaz"), kb.settings(), asked)))
    [['disease_status'], ['t_category']]

A disagreement has ended where both are decided with the same outcome. A fact that nobody can change counts like any
other: what matters is on which facts the two determinations part. Whatever is in no such set changes nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from payerlogic.answers.why_not.working_sets import WorkingSets
from payerlogic.cases.case import StatedCase
from payerlogic.diagrams.minimal_sets import minimal
from payerlogic.semantics.presumptions import Situations
from payerlogic.semantics.settings import Settings


def endings(
    situations: Situations,
    case: StatedCase,
    policies: Iterable[str],
    settings: Settings,
    within: Iterable[frozenset[str]],
) -> tuple[frozenset[str], ...]:
    """The minimal sets among the first facts of ``within`` that have any, else among all facts but the day; the
    smallest first. Nothing where no change of facts ends it. Facts that follow from others stand for these."""
    kept, names = case.giving(situations.vocabulary), frozenset(situations.vocabulary)
    for free in (*within, names - {situations.catalog.version_day}, names):
        if found := minimal(_sets(situations, case, tuple(policies), settings, kept | (names - free))):
            return tuple(sorted(found, key=lambda each: (len(each), sorted(each))))
    return ()


def _sets(
    situations: Situations, case: StatedCase, policies: tuple[str, ...], settings: Settings, kept: frozenset[str]
) -> Iterator[frozenset[str]]:
    """For each outcome the sets of facts of which a change gives it at all policies."""
    classes = situations.catalog.classes
    for outcome in situations.catalog.outcomes:
        wanted = frozenset(name for name, each in classes.items() if each.outcome == outcome)
        targets = dict.fromkeys(policies, wanted)
        yield from (each.names for each in WorkingSets(situations, case, targets, settings, kept).least())
