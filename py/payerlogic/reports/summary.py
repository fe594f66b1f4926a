"""The first thing that a report on a comparison says: how often, in which direction, and how far it hangs on readings.

>>> from payerlogic.knowledge import KnowledgeBase
>>> from payerlogic.reports.model import Report
>>> kb = KnowledgeBase.load()
>>> Report.of(kb, kb.compare("nia", "bcbsaz")).summary[1]
'Whatever is approved by BCBSAZ is approved by NIA too.'
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from payerlogic.compare import Comparison
from payerlogic.reports.mix import Mix
from payerlogic.reports.parts import DIFFER, STANDS, PairTold
from payerlogic.reports.words import RELATIONS, Words, number, percent, plural, ranges


def summary(words: Words, comparison: Comparison, pairs: tuple[PairTold, ...], mix: Mix | None) -> Iterator[str]:
    shares = {name: sum((p.pair.share for p in pairs if p.pair.relation == name), Fraction(0)) for name in RELATIONS}
    same = shares["agree"] + shares["basis"]
    told = [
        f"the same outcome in {percent(same)} of the cells",
        f"conflicting outcomes in {percent(shares['conflict'])}",
    ]
    if shares["process"]:
        told.append(f"outcomes that differ otherwise in {percent(shares['process'])}")
    silent = f"; in {percent(shares['silent'])} at least one is silent" if shares["silent"] else ""
    yield f"{words.left} and {words.right} give {', '.join(told)}{silent}."
    for outcome in words.catalog.outcomes:
        yield from _implied(words, pairs, outcome)
    differ = sum(len(each.regions) for each in pairs if each.pair.relation in DIFFER)
    total = sum(len(each.regions) for each in pairs)
    conflicts = [region for each in pairs if each.pair.relation == "conflict" for region in each.regions]
    if any(region.always for region in conflicts):
        standing = sum(region.always.startswith(STANDS) for region in conflicts)
        yield (
            f"{plural(len(conflicts), 'region')} of conflict; {standing} of them "
            f"hold{'s' if standing == 1 else ''} cases that are in conflict under every reading of both texts."
        )
        removed = sum(bool(region.whole) for region in conflicts)
        if removed:
            yield f"{plural(removed, 'region')} of conflict end as a whole with the readings told there."
    yield (
        f"{plural(total, 'region')} in all, {differ} where the outcomes differ; {number(comparison.cells)} cells "
        "(combinations of values that some rule can tell apart)."
    )
    if comparison.complete:
        yield "Proved by a solver: every possible case of the space lies in these regions, each with its two classes."
    if mix is not None:
        yield _mix_told(mix, pairs)


def _implied(words: Words, pairs: tuple[PairTold, ...], outcome: str) -> Iterator[str]:
    """Whether an outcome at one side entails it at the other, in both directions, with the exceptions."""
    classes = words.catalog.classes
    sides = ((words.right, words.left, False), (words.left, words.right, True))
    for here, there, forward in sides:
        having = [each for each in pairs if classes[each.pair.left if forward else each.pair.right].outcome == outcome]
        if not having:
            continue
        but = [each for each in having if classes[each.pair.right if forward else each.pair.left].outcome != outcome]
        label = words.outcome(outcome)
        having_it = f"is {label} by" if label in DONE else f"ends in '{label}' at"
        if not but:
            yield f"Whatever {having_it} {here} {having_it} {there} too."
            continue
        whole = sum((each.pair.share for each in having), Fraction(0))
        part = sum((each.pair.share for each in but), Fraction(0)) / whole
        numbers = [region.number for each in but for region in each.regions]
        where = f"region{'' if len(numbers) == 1 else 's'} {ranges(numbers)}"
        if len(but) == len(having):
            yield f"Nothing that {having_it} {here} {having_it} {there} ({where})."
        elif part < Fraction(1, 2):
            yield f"Whatever {having_it} {here} {having_it} {there} too, except in {where}: {percent(part)} of it."
        else:
            yield f"Of what {having_it} {here}, {percent(part)} does not have that outcome at {there} ({where})."


DONE = ("approved", "denied", "pended")
"""Outcomes whose label reads as a participle."""


def _mix_told(mix: Mix, pairs: tuple[PairTold, ...]) -> str:
    if not mix.cases:
        return "No case of the mix could be decided."
    counts = {name: sum(p.cases or 0 for p in pairs if p.pair.relation == name) for name in RELATIONS}
    told = ", ".join(f"{RELATIONS[name].word} {number(count)}" for name, count in counts.items() if count)
    elsewhere = mix.cases - mix.open - sum(counts.values())
    more = f", in pairs outside of the compared space {number(elsewhere)}" if elsewhere else ""
    failed = f" {number(mix.failed)} more could not be read." if mix.failed else ""
    return (
        f"Of {plural(mix.cases, 'case')} of the given mix: {told or 'none in these pairs'}{more}, "
        f"open at either side {number(mix.open)}.{failed}"
    )
