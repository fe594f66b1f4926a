"""The editions of a policy, its history, its codes, and the terms that it leaves undefined."""

from __future__ import annotations

import streamlit as st

from payerlogic.app import url_state
from payerlogic.app.compare_address import CELL, PARTY, READ
from payerlogic.app.components import cited, table
from payerlogic.app.context import Context
from payerlogic.app.html import escape, items, show_note
from payerlogic.app.pages.policies.ambiguities import COMPARE
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
    for (first, _), (second, _) in zip(policy.versions, policy.versions[1:], strict=False):
        _show_link(context, policy, iso_day(first), iso_day(second))
    if policy.history:
        rows = [(escape(iso_day(when)), (escape(what),)) for when, what in policy.history]
        told = table("What the document says of its revisions", ("when", "what"), rows)
        st.html(f'<div class="pl"><h3>Revision history</h3>{told}{_source(catalog, policy, "history")}</div>')
    else:
        show_note("The document gives no history of its revisions.")


def _show_link(context: Context, policy: Policy, first: str, second: str) -> None:
    def put() -> None:
        url_state.remember(PARTY["left"], f"{policy.id}@{first}")
        url_state.remember(PARTY["right"], f"{policy.id}@{second}")
        for key in (*READ.values(), CELL):
            url_state.remember(key, None)

    if st.button(f"Compare {first} with {second}", key=f"policies.editions.{first}", on_click=put):
        context.open_page(COMPARE)


def show_codes(context: Context, policy: Policy) -> None:
    """The procedure codes, and the terms without a definition."""
    catalog = context.kb.catalog
    codes = items(policy.codes) if policy.codes else "<p>It lists no codes.</p>"
    st.html(f'<div class="pl"><h3>Procedure codes</h3>{codes}{_source(catalog, policy, "code_list")}</div>')
    told_terms = [
        cited(f"{term.replace('_', ' ')}: {missing}", _citation(catalog, policy, f"vague({term})"))
        for term, missing in policy.vague.items()
    ]
    terms = "".join(f"<li>{each}</li>" for each in told_terms)
    told = f"<ul>{terms}</ul>" if terms else "<p>None is registered.</p>"
    st.html(f'<div class="pl"><h3>Terms used without a definition</h3>{told}</div>')


def _citation(catalog: Catalog, policy: Policy, thing: str) -> str:
    return catalog.citation(policy.id, policy.cites.get(thing, ()))


def _source(catalog: Catalog, policy: Policy, thing: str) -> str:
    place = _citation(catalog, policy, thing)
    return f'<p class="pl-quiet">{escape(place)}</p>' if place else ""
