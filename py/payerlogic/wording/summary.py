"""The first thing that a report on a comparison says: how often, in which direction, depending on which readings.

>>> from payerlogic import KnowledgeBase
>>> from payerlogic.documents.comparison_report import Report
>>> kb = KnowledgeBase.load()
>>> Report.of(kb, kb.compare("nia", "bcbsaz")).summary[1].partition(",")[0]
'Whatever is approved by BCBSAZ is approved by NIA too'
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from payerlogic.comparison.result import Comparison
from payerlogic.semantics.outcomes import CONTRADICTION, NOT_ADDRESSED
from payerlogic.tables.case_counts import Mix
from payerlogic.text.phrases import lowered, number, percent, plural, ranges
from payerlogic.wording.comparison import RELATIONS, Words
from payerlogic.wording.regions import PairReport

DIFFERENCES = {
    "conflict": "approved against denied",
    "process": "with a review, a pending request or a contradiction at one side",
    "silent": "not addressed at one side",
}
"""How outcomes differ, for the count of regions."""


def summary(words: Words, comparison: Comparison, pairs: tuple[PairReport, ...], mix: Mix | None) -> Iterator[str]:
    yield f"{words.left} and {words.right} give {_parts(pairs)}. {CELLS}"
    yield from _implications(words, comparison, pairs)
    if comparison.revised is not None and comparison.revised.hidden:
        yield (
            "A presumption hides part of what the text revised: without it more cases get different classes. See what "
            "was revised, below."
        )
    yield from _contradictions(words, pairs)
    yield from _contested(pairs)
    yield _counted(comparison, pairs)
    all_listed = all(pair.all_listed for pair in comparison.pairs)
    if not all_listed:
        yield "Not all regions are listed: of each pair of classes the largest are, with the share that they hold."
    if comparison.complete:
        where = (
            "these regions, each with its" if all_listed else "one of these pairs of classes, and each region has its"
        )
        yield f"Proved by a solver: every possible case of the space lies in {where} two classes."
    if mix is not None:
        yield mix_in_words(mix, pairs)


def _parts(pairs: tuple[PairReport, ...]) -> str:
    """How the outcomes of the two relate, by share of the cells."""

    # INVARIANT: the parts are disjoint and hold every cell: where neither side addresses a case they do not agree.
    def share(relation: str, *, differ: bool) -> Fraction:
        here = (each.pair for each in pairs if each.pair.relation == relation and each.pair.outcomes_differ == differ)
        return sum((pair.share for pair in here), Fraction(0))

    same = share("agree", differ=False) + share("basis", differ=False)
    said = [
        f"the same outcome in {percent(same)} of the cells",
        f"conflicting outcomes in {percent(share('conflict', differ=True))}",
    ]
    if process := share("process", differ=True):
        said.append(f"different steps (review, pending) in {percent(process)}")
    one, neither = (share("silent", differ=differ) for differ in (True, False))
    silent = (("only one of them addresses the case", one), ("neither of them addresses the case", neither))
    return "; ".join([", ".join(said), *(f"in {percent(part)} {what}" for what, part in silent if part)])


CELLS = (
    "Shares are of the cells (combinations of values that some rule, in whatever edition or reading, can tell apart), "
    "not of patients; regions may overlap."
)


def _counted(comparison: Comparison, pairs: tuple[PairReport, ...]) -> str:
    """How many regions there are, and in how many the outcomes differ, by how they do."""
    counts = {
        name: sum(len(each.regions) for each in pairs if each.pair.relation == name and each.pair.outcomes_differ)
        for name in DIFFERENCES
    }
    how = "; ".join(f"{number(count)} {DIFFERENCES[name]}" for name, count in counts.items() if count)
    differ = f"{number(sum(counts.values()))} where the outcomes differ" + (f" ({how})" if how else "")
    total = plural(sum(len(each.regions) for each in pairs), "region")
    how_many = "in all" if all(pair.all_listed for pair in comparison.pairs) else "listed"
    return f"{total} {how_many}, {differ}; {plural(comparison.cells, 'cell')}."


def _contested(pairs: tuple[PairReport, ...]) -> Iterator[str]:
    """How many conflicts stand under every reading, and how many end under some."""
    conflicting = [each for each in pairs if each.pair.relation == "conflict"]
    conflicts = [region for each in conflicting for region in each.regions]
    if not any(region.always for region in conflicts):
        return
    # Of regions that are not listed nothing is known, so what is counted is said of those that are.
    whole = all(each.pair.all_listed for each in conflicting)
    listed = "" if whole else f" {'is' if len(conflicts) == 1 else 'are'} listed, not all"
    standing = sum(region.stands for region in conflicts)
    yield (
        f"{plural(len(conflicts), 'conflict region')}{listed}; {standing} of them "
        f"hold{'s' if standing == 1 else ''} cases that are in conflict under every reading encoded here."
    )
    removed = sum(bool(region.whole) for region in conflicts)
    if removed:
        ends, it = ("disappears", "it") if removed == 1 else ("disappear", "them")
        region = plural(removed, "conflict region" if whole else "listed conflict region")
        yield f"{region} {ends} under the readings listed with {it}."


def _contradictions(words: Words, pairs: tuple[PairReport, ...]) -> Iterator[str]:
    """Where a policy contradicts itself: two clauses stand and conclude different classes."""
    classes = words.catalog.classes
    for name, left in ((words.left, True), (words.right, False)):
        here = [each for each in pairs if classes[each.pair.left if left else each.pair.right].outcome == CONTRADICTION]
        regions = [region for each in here for region in each.regions]
        if regions:
            share = sum((each.pair.share for each in here), Fraction(0))
            largest = "" if all(each.pair.all_listed for each in here) else "the largest parts are "
            region_s = f"region{'' if len(regions) == 1 else 's'}"
            yield (
                f"{name} contradicts itself in {percent(share)} of the cells ({largest}{region_s} "
                f"{ranges([region.number for region in regions])}): two of its clauses stand there and conclude "
                "different classes. Only the payer, or a precedence between the two clauses, can settle that."
            )


def _implications(words: Words, comparison: Comparison, pairs: tuple[PairReport, ...]) -> Iterator[str]:
    """The universal sentences: the first carries the premises, the others say that they are the same."""
    within, first = words.within(comparison), True
    for outcome in words.catalog.outcomes:
        if outcome == CONTRADICTION:
            continue
        for sentence, more in _implied(words, pairs, outcome):
            if first:
                yield f"{sentence}, {within}.{more}"
            else:
                yield f"On the same premises: {lowered(sentence)}.{more}"
            first = False


def _implied(words: Words, pairs: tuple[PairReport, ...], outcome: str) -> Iterator[tuple[str, str]]:
    """Whether an outcome at one side entails it at the other, in both directions; and the exceptions."""
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
            yield f"Whatever {having_it} {here} {having_it} {there} too", ""
            continue
        whole = sum((each.pair.share for each in having), Fraction(0))
        part = sum((each.pair.share for each in but), Fraction(0)) / whole
        numbers = [region.number for each in but for region in each.regions]
        where, share = f"region{'' if len(numbers) == 1 else 's'} {ranges(numbers)}", f"{percent(part)} of it"
        but_where, see = f"{where} ({share})", f" See {where}."
        if not all(each.pair.all_listed for each in but):
            but_where, see = f"{share}: the largest parts are {where}", f" The largest parts are {where}."
        if len(but) == len(having) and outcome == NOT_ADDRESSED:
            yield f"Whatever {having_it} {here} is addressed by {there}", see
        elif len(but) == len(having):
            yield f"Nothing that {having_it} {here} {having_it} {there}", see
        elif part < Fraction(1, 2):
            yield f"Whatever {having_it} {here} {having_it} {there} too, except in {but_where}", ""
        else:
            yield f"Of what {having_it} {here}, {percent(part)} has another outcome at {there}", see


DONE = ("approved", "denied", "pended", "not addressed")
"""Outcomes whose label reads as a participle."""


def mix_in_words(mix: Mix, pairs: tuple[PairReport, ...]) -> str:
    """How many of the user's own cases lie where."""
    if not mix.cases:
        return "No case of the mix could be decided."
    counts = {name: sum(p.cases or 0 for p in pairs if p.pair.relation == name) for name in RELATIONS}
    said = ", ".join(f"{RELATIONS[name].word} {number(count)}" for name, count in counts.items() if count)
    elsewhere = mix.cases - mix.open - sum(counts.values())
    more = f", in pairs outside of the compared space {number(elsewhere)}" if elsewhere else ""
    failed = f" {number(mix.failed)} more could not be read." if mix.failed else ""
    return (
        f"Of {plural(mix.cases, 'case')} of the given mix: {said or 'none in these pairs'}{more}, "
        f"open at either side {number(mix.open)}.{failed}"
    )
