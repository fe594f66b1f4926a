"""Regions in sentences: where each is, a typical patient to load, and what decides it at either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from payerlogic.app.components import badge, first_of, show_load
from payerlogic.app.context import Context
from payerlogic.app.html import escape, items
from payerlogic.app.pages.compare.citations import clauses
from payerlogic.comparison.result import Party
from payerlogic.documents.comparison_report import Report
from payerlogic.program.catalog import Catalog
from payerlogic.text.phrases import percent, sentence
from payerlogic.wording.regions import PairReport, RegionReport

FIRST = 8


def show_regions(
    context: Context, report: Report, regions: Sequence[tuple[PairReport, RegionReport]], key: str, first: int = FIRST
) -> None:
    """The first of the regions, and the others when they are asked for."""
    for pair, region in first_of(regions, first, "compare.more", "region", of=key):
        _show_region(context, report, pair, region, key)


def _show_region(context: Context, report: Report, pair: PairReport, region: RegionReport, key: str) -> None:
    rows = [("Typical patient", escape(region.example))]
    for name, class_, party, deciding in (
        (report.words.left, pair.left, report.comparison.left, region.left),
        (report.words.right, pair.right, report.comparison.right, region.right),
    ):
        rows.append((escape(f"{name}: {class_}"), clauses(context.kb, party.policy, deciding)))
    facts = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows)
    with st.container(border=True):
        st.html(
            f'<article class="pl" data-region="{region.number}"><h4>{badge(pair.pair.relation)} {region.number}. '
            f"{escape(sentence(region.where))} <small>({percent(region.share)} of the cells)</small></h4>"
            f'<dl class="pl-facts">{facts}</dl>{_readings(region)}</article>'
        )
        show_loads(context, report, region, f"{key}.{region.number}")


def _readings(region: RegionReport) -> str:
    """Of a conflict, what other readings come to."""
    if not region.always:
        return ""
    found = [f"<p>{escape(region.always)}</p>"]
    for name, ways in (
        ("On the example, these readings would end it:", region.switches),
        ("In the whole region, these would:", region.whole),
    ):
        if ways:
            found.append(f"<p>{name}</p>{items(words for _, words in ways)}")
    return f"<details><summary>Under other readings</summary>{''.join(found)}</details>"


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
