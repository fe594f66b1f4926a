"""Regions in sentences: where each is, an example to load, and what decides it at either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from payerlogic.answers.decision import CitedClause
from payerlogic.app.components import badge, cited, first_of, show_load
from payerlogic.app.context import Context
from payerlogic.app.html import escape, items
from payerlogic.comparison.result import Party
from payerlogic.documents.comparison_report import Report
from payerlogic.program.catalog import Catalog
from payerlogic.text.phrases import percent, sentence
from payerlogic.wording.regions import PairReport, RegionReport

FIRST = 8


def show_regions(
    context: Context, report: Report, regions: Sequence[tuple[PairReport, RegionReport]], key: str
) -> None:
    """The first of the regions, and the others when they are asked for."""
    for pair, region in first_of(regions, FIRST, "compare.more", "region", of=key):
        _show_region(context, report, pair, region, key)


def _show_region(context: Context, report: Report, pair: PairReport, region: RegionReport, key: str) -> None:
    rows = [("For example", escape(region.example))]
    rows.append((escape(f"{report.words.left}: {pair.left}"), clauses(region.left)))
    rows.append((escape(f"{report.words.right}: {pair.right}"), clauses(region.right)))
    if region.always:
        rows.append(("Under other readings", escape(region.always)))
    if region.switches:
        ways = items(words for _, words in region.switches)
        rows.append(("On the example, these readings would end it", ways))
    facts = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows)
    with st.container(border=True):
        st.html(
            f'<article class="pl" data-region="{region.number}"><h4>{badge(pair.pair.relation)} {region.number}. '
            f"{escape(sentence(region.where))} <small>({percent(region.share)} of the cells)</small></h4>"
            f'<dl class="pl-facts">{facts}</dl></article>'
        )
        show_loads(context, report, region, f"{key}.{region.number}")


def clauses(deciding: Sequence[CitedClause]) -> str:
    """Clauses with where the text has them."""
    return "<br>".join(cited(each.title, each.citation) for each in deciding) or "no clause"


def show_loads(context: Context, report: Report, region: RegionReport, key: str) -> None:
    """The example for the Case page: once, or as each side sees it where these differ in day or readings."""
    left, right = report.comparison.left, report.comparison.right
    together = readings_together(context.kb.catalog, left, right)
    if together is not None and left.stated.facts == right.stated.facts:
        label = f"Load this case (region {region.number})"
        _show_load(context, region, left, together, f"load.{key}", label)
        return
    with st.container(horizontal=True):
        for side, party, name in (("left", left, report.words.left), ("right", right, report.words.right)):
            label = f"Load this case (region {region.number}) as {name} sees it"
            _show_load(context, region, party, party.settings.readings, f"load.{key}.{side}", label)


def readings_together(catalog: Catalog, left: Party, right: Party) -> Mapping[str, str] | None:
    """Readings under which each side is read as it is here; None where the two read one text in two ways."""
    found: dict[str, str] = {}
    for id_, reading in catalog.readings.items():
        taken = {
            party.settings.readings.get(id_, reading.default)
            for party in (left, right)
            if reading.concerns(party.policy)
        }
        if len(taken) > 1:
            return None
        if taken - {reading.default}:
            [found[id_]] = taken
    return found


def _show_load(
    context: Context, region: RegionReport, party: Party, readings: Mapping[str, str], key: str, label: str
) -> None:
    case = region.region.witness.changed(party.stated.facts)
    show_load(context, case, key, label=label, about=region.example, readings=readings)
