"""The editions of a policy, its history, its codes, and the terms that it leaves undefined."""

from __future__ import annotations

from itertools import pairwise

import streamlit as st

from payerlogic.app.compare_address import COMPARE_PAGE, put_sides
from payerlogic.app.components import cited, table
from payerlogic.app.context import Context
from payerlogic.app.html import escape, items, show_note
from payerlogic.program.catalog import Catalog, Policy
from payerlogic.text.phrases import iso_day


def show_editions(context: Context, policy: Policy) -> None:
    """When which edition applies, and what was changed."""
    catalog = context.kb.catalog
    rows = [(escape(iso_day(first)), (escape(what),)) for first, what in policy.versions]
    st.html(
        f'<div class="pl"><h3>Editions</h3>{table("Editions by their first day", ("from", "what"), rows)}'
        f"{_source(catalog, policy, 'version')}</div>"
    )
    days = [iso_day(first) for first, _ in policy.versions if first]
    for first, second in pairwise(days):
        sides = [f"{policy.id}@{first}", f"{policy.id}@{second}"]
        label, key = f"Compare {first} with {second}", f"policies.editions.{first}"
        if st.button(label, key=key, on_click=put_sides, args=(sides,)):
            context.open_page(COMPARE_PAGE)
    if policy.history:
        rows = [(escape(iso_day(when)), (escape(what),)) for when, what in policy.history]
        history = table("What the document says of its revisions", ("when", "what"), rows)
        st.html(f'<div class="pl"><h3>Revision history</h3>{history}{_source(catalog, policy, "history")}</div>')
    else:
        show_note("The document gives no history of its revisions.")


def show_codes(context: Context, policy: Policy) -> None:
    """The procedure codes, and the terms without a definition."""
    catalog = context.kb.catalog
    codes = items(policy.codes) if policy.codes else "<p>It lists no codes.</p>"
    st.html(f'<div class="pl"><h3>Procedure codes</h3>{codes}{_source(catalog, policy, "code_list")}</div>')
    terms = [
        cited(f"{term.replace('_', ' ')}: {missing}", _citation(catalog, policy, f"vague({term})"))
        for term, missing in policy.vague.items()
    ]
    shown = f"<ul>{''.join(f'<li>{each}</li>' for each in terms)}</ul>" if terms else "<p>None is registered.</p>"
    st.html(f'<div class="pl"><h3>Terms used without a definition</h3>{shown}</div>')


def _citation(catalog: Catalog, policy: Policy, thing: str) -> str:
    return catalog.citation(policy.id, policy.cites.get(thing, ()))


def _source(catalog: Catalog, policy: Policy, thing: str) -> str:
    place = _citation(catalog, policy, thing)
    return f'<p class="pl-quiet">{escape(place)}</p>' if place else ""
