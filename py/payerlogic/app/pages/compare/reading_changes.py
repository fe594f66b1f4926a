"""What the changed readings change: which cases disagree now and did not, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import POLICIES, kept
from payerlogic.app.components import badge, first_of, show_load, table
from payerlogic.app.context import Context
from payerlogic.app.html import escape, items, show_note
from payerlogic.app.pages.compare.citations import clauses
from payerlogic.app.pages.compare.regions import readings_together
from payerlogic.comparison.reading_changes import MovedRegion, Shift
from payerlogic.comparison.result import Comparison, Party
from payerlogic.documents.comparison_report import Report
from payerlogic.text.phrases import number, percent, plural, sentence
from payerlogic.wording.comparison import RELATIONS, Words

FIRST = 6


def is_shown(found: Comparison) -> bool:
    """Whether there is a "before": with one policy under two readings, the comparison itself is the change."""
    sides = (found.left, found.right)
    return any(each.settings.readings for each in sides) and found.left.name != found.right.name


def show_changes(context: Context, report: Report, by_default: Comparison) -> None:
    """What moved between the default readings and those chosen, in shares and in regions."""
    st.header("What the changed readings change", anchor=False)
    parties = report.comparison.left, report.comparison.right
    before, found = by_default, _changed(context.kb, *parties, by_default, report.comparison)
    words = report.words
    st.html(f'<div class="pl">{items(_in_short(before, report.comparison, found))}</div>')
    if not found:
        show_note("No case changes its pair of classes: the conflicts are the same as under the default readings.")
        return
    rows = [
        (
            badge(shift.relation_before),
            (
                badge(shift.relation_after),
                _classes(words, shift.before),
                _classes(words, shift.after),
                f"{percent(shift.share)} ({number(shift.cells)})",
            ),
        )
        for shift in found
    ]
    columns = ("default readings", "readings now", "classes by default", "classes now", "share of the cells")
    st.html(f'<div class="pl">{table("Cases that move, from what to what", columns, rows)}</div>')
    with st.expander(
        f"The {plural(sum(len(each.regions) for each in found), 'region')} that move", key="compare.moved"
    ):
        _show_moved(context, words, report.comparison, found)


@kept(POLICIES, "Comparing both sets of readings")
def _changed(
    kb: KnowledgeBase, left: Party, right: Party, _before: Comparison, _after: Comparison
) -> tuple[Shift, ...]:
    """What moves from the comparison under the default readings to the present one of both sides."""
    return tuple(kb.shifts(_before, _after))


def as_by_default(side: Party) -> Party:
    """A side under the default readings."""
    return replace(side, settings=replace(side.settings, readings={}))


def _in_short(before: Comparison, after: Comparison, found: Sequence[Shift]) -> Iterator[str]:
    """New conflicts, those that are gone, and how many there were and are."""
    gone = sum((each.share for each in found if each.moves[0] == "conflict" != each.moves[1]), Fraction(0))
    new = sum((each.share for each in found if each.moves[1] == "conflict" != each.moves[0]), Fraction(0))
    was, now = (_conflicts(each) for each in (before, after))
    yield f"Conflicts: {percent(was)} of the cells under the default readings, {percent(now)} under the readings now."
    if gone:
        yield f"Gone: {percent(gone)} of the cells were in conflict and no longer are."
    if new:
        yield f"New: {percent(new)} of the cells are in conflict and were not before."


def _conflicts(comparison: Comparison) -> Fraction:
    return sum((each.share for each in comparison.with_relation("conflict")), Fraction(0))


def _classes(words: Words, classes: tuple[str, str]) -> str:
    return "<br>".join(
        f"{escape(name)}: {escape(words.class_(each))}"
        for name, each in zip((words.left, words.right), classes, strict=True)
    )


def _show_moved(context: Context, words: Words, after: Comparison, found: Sequence[Shift]) -> None:
    regions = [(shift, each) for shift in found for each in shift.regions]
    for count, (shift, each) in first_of(list(enumerate(regions, 1)), FIRST, "compare.more.moved", "change"):
        with st.container(border=True):
            st.html(_region(context.kb, words, after, count, shift, each))
            case = each.region.witness.changed(after.left.stated.facts)
            label = f"Load this case (change {count})"
            readings = readings_together(context.kb.catalog, after.left, after.right)
            show_load(context, case, f"load.moved.{count}", label=label, readings=readings)


def _region(kb: KnowledgeBase, words: Words, found: Comparison, count: int, shift: Shift, moved: MovedRegion) -> str:
    region = moved.region
    where = sentence(words.region(region))
    rows = [("For example", escape(words.case(region.witness)))]
    for name, party, was, now, classes in (
        (words.left, found.left, moved.was[0], region.left, (shift.before[0], shift.after[0])),
        (words.right, found.right, moved.was[1], region.right, (shift.before[1], shift.after[1])),
    ):
        before_, now_ = (clauses(kb, party.policy, each) for each in (was, now))
        if classes[0] == classes[1]:
            rows.append((escape(name), f"{escape(words.class_(classes[0]))}, as before: {now_}"))
        else:
            rows.append((f"{escape(name)}, by default", f"{escape(words.class_(classes[0]))}: {before_}"))
            rows.append((f"{escape(name)}, now", f"{escape(words.class_(classes[1]))}: {now_}"))
    facts = "".join(f"<dt>{what}</dt><dd>{text}</dd>" for what, text in rows)
    moves = f"{badge(shift.relation_before)} to {badge(shift.relation_after)}"
    meaning = f"{RELATIONS[shift.relation_before].word} before, {RELATIONS[shift.relation_after].word} now"
    return (
        f'<article class="pl" aria-label="{escape(meaning)}"><h3 class="pl-head">{moves} {count}. {escape(where)} '
        f"<small>({percent(region.share)} of the cells)</small></h3>"
        f'<dl class="pl-facts">{facts}</dl></article>'
    )
