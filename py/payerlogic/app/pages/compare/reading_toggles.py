"""Readings beside a cell of the heat map that would end its conflicts, as switches: what each comes to is live."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app.compare_address import READ
from payerlogic.app.html import plain, show_note
from payerlogic.app.settings_panel import reading_key_of
from payerlogic.documents.comparison_report import Report
from payerlogic.documents.matrix import Cell
from payerlogic.text.phrases import are, percent, plural
from payerlogic.wording.regions import RegionReport

MOST = 6
Option = tuple[str, str]


def show_toggles(kb: KnowledgeBase, now: tuple[Report, Cell], by_default: tuple[Report, Cell | None]) -> None:
    """The switches; those of the default readings, too, so that one that ended a conflict stays in its place."""
    cells = [cell for cell in (by_default[1], now[1]) if cell is not None]
    # First those of the default readings, in their order, whatever is switched: what is clicked stays where it is.
    found = (_offered(kb, (region for _, region in cell.regions)) for cell in cells)
    offered = list(dict.fromkeys(option for options in found for option in options))
    if not offered:
        return
    st.html('<div class="pl"><h4>Readings that would remove the conflict</h4></div>')
    for reading, option in offered[:MOST]:
        _show_toggle(kb, reading, option)
    st.html(f'<div class="pl" role="status"><p>{_effect(now, by_default)}</p></div>')
    if len(offered) > MOST:
        more = len(offered) - MOST
        end = f"{plural(more, 'more reading')} {are(more, 'ends', 'end')} it on single examples"
        show_note(f"{end}; see “Readings, assumptions and date”.")


def _offered(kb: KnowledgeBase, regions: Iterable[RegionReport]) -> list[Option]:
    """Single options that end a conflict somewhere, those first that end it in whole regions; in a fixed order."""
    whole: dict[Option, int] = {}
    some: dict[Option, int] = {}
    for region in regions:
        found = region.contested
        if found is None:
            continue
        for options in found.whole or ():
            for reading, taken in options:
                whole[reading, taken[0]] = whole.get((reading, taken[0]), 0) + 1
        for switch in (*found.left, *found.right):
            for reading, taken in switch.options:
                some[reading, taken[0]] = some.get((reading, taken[0]), 0) + 1
    own = {each.partition("=")[0] for key in READ.values() for each in st.session_state.get(key) or ()}
    ranked = sorted({*whole, *some}, key=lambda each: (-whole.get(each, 0), -some.get(each, 0), each))
    readings = kb.catalog.readings
    return [each for each in ranked if each[0] not in own and each[1] != readings[each[0]].default]


def _show_toggle(kb: KnowledgeBase, reading: str, option: str) -> None:
    book = kb.catalog.readings[reading]
    who = kb.catalog.called(book.policy) if book.policy in kb.catalog.policies else "Every payer"
    key, held = f"toggle.{reading}.{option}", reading_key_of(reading)
    st.session_state[key] = st.session_state.get(held) == option

    def switch() -> None:
        st.session_state[held] = option if st.session_state[key] else book.default

    question = f"{book.question} By default: {book.meaning(book.default)}."
    st.toggle(plain(f"{who}: {book.meaning(option)}"), key=key, on_change=switch, help=plain(question))


def _effect(now: tuple[Report, Cell], by_default: tuple[Report, Cell | None]) -> str:
    """Which share of the cells is in conflict: by default, and as the texts are read now."""
    everywhere = [_conflict(report) for report in (by_default[0], now[0])]
    cells = (by_default[1], now[1])
    here = [percent(dict(cell.shares if cell is not None else ()).get("conflict", Fraction(0))) for cell in cells]
    if by_default[0] is now[0]:
        return f"Conflict here: <strong>{here[1]}</strong> of the cells ({everywhere[1]} of all). Switch a reading."
    return (
        f"Conflict here: <strong>{here[0]} to {here[1]}</strong> of the cells; of all cells "
        f"<strong>{everywhere[0]} to {everywhere[1]}</strong>."
    )


def _conflict(report: Report) -> str:
    return percent(sum((each.pair.share for each in report.conflicts), Fraction(0)))
