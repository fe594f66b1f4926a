"""One finding: what it is, where, an example to load, and, when opened, its clauses as a graph and as rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import settings_panel, url_state
from payerlogic.app.components import code, scroll_to, show_load
from payerlogic.app.context import Context
from payerlogic.app.error_page import faults_shown
from payerlogic.app.findings import name_of
from payerlogic.app.html import escape, items, plain
from payerlogic.app.pages.consistency.clause_graph import graph_of, show_graph
from payerlogic.app.pages.consistency.repairs import is_asked, show_asking, show_repairs
from payerlogic.consistency.finding import Finding
from payerlogic.documents.policy_outline import rules_of_clause
from payerlogic.program.catalog import Catalog
from payerlogic.repair.search import is_repaired
from payerlogic.text.phrases import sentence
from payerlogic.wording.findings import in_lines, level
from payerlogic.wording.mending import who_mends

OPENED = url_state.declare("consistency.finding")
BY_HAND = "consistency.by_hand"
"""The finding that a click opened: the page stays where it is."""
LEVEL_MARKS = {"error": "✗", "warning": "!", "note": "i"}
LEVEL_STYLES = {"error": "pl-error", "warning": "pl-warning", "note": "pl-note-level"}


def show_finding(
    context: Context, finding: Finding, number: int, *, opened: bool, fixed: tuple[tuple[str, str], ...]
) -> None:
    """The card of a finding that was found with some readings ``fixed``. One that a link opened comes into view."""
    kb, name = context.kb, name_of(finding)
    with st.container(border=True):
        st.html(_said(kb, finding, number))
        with st.container(horizontal=True):
            if finding.witness is not None:
                readings = settings_panel.readings_now(kb) | readings_to_take(kb, finding)
                label = f"Load this case (finding {number})"
                about = "Opens the Case page with the readings under which the finding holds."
                show_load(context, finding.witness, f"load.{name}", label=label, about=about, readings=readings)
            words = "Close" if opened else "Show its clauses"
            then = "" if opened else name
            st.button(f"{words} (finding {number})", key=f"open.{name}", on_click=_open, args=(then,))
            if is_repaired(finding):
                show_asking(finding, number)
        if is_repaired(finding) and is_asked(finding):
            with faults_shown():
                show_repairs(context, fixed, finding, number)
        if opened:
            if st.session_state.get(BY_HAND) != name:
                scroll_to(name, f"{BY_HAND}.{name}")
            _show_clauses(kb, finding, name)


def _open(name: str) -> None:
    url_state.remember(OPENED, name)
    st.session_state[BY_HAND] = name


def level_badge(name: str) -> str:
    """How grave a finding is: a mark and a word, colored."""
    mark = f'<span aria-hidden="true">{LEVEL_MARKS[name]}</span>'
    return f'<span class="pl-badge {LEVEL_STYLES[name]}">{mark} {escape(name)}</span>'


def _said(kb: KnowledgeBase, finding: Finding, number: int) -> str:
    first, *details = in_lines(kb, finding)
    proof = (
        "Proved: a solver decided the example again and confirmed it."
        if finding.witness is not None
        else "Proved: a solver found no counterexample among the possible cases."
    )
    lines = [*map(sentence, details), *([proof] if finding.proved else ["Not proved."])]
    kind = "Settled by precedence" if finding.settled else sentence(finding.kind)
    return (
        f'<article class="pl" data-kind="{escape(finding.kind)}" data-target="{name_of(finding)}">'
        f"<h4>{level_badge(level(kb.catalog, finding))} {number}. {escape(kind)}: {escape(first)}</h4>"
        f'<p class="pl-presumed">{escape(who_mends(kb.catalog, finding))}</p>{items(lines)}</article>'
    )


def readings_to_take(kb: KnowledgeBase, finding: Finding) -> dict[str, str]:
    """Readings under which the finding holds and its example shows it: as they are now where these will do."""
    now = settings_panel.readings_now(kb)
    wanted = {**finding.under, **finding.witness_readings}
    return {id_: _option(kb.catalog, id_, options, now) for id_, options in wanted.items()}


def _option(catalog: Catalog, reading: str, options: Iterable[str], now: Mapping[str, str]) -> str:
    default = catalog.readings[reading].default
    offered = list(options)
    return next((each for each in (now.get(reading, default), default) if each in offered), offered[0])


def _show_clauses(kb: KnowledgeBase, finding: Finding, name: str) -> None:
    if not finding.clauses:
        st.html('<p class="pl pl-quiet">No clause is involved: the finding is about what the policy declares.</p>')
        return
    graph, svg = graph_of(kb, finding.policy, (finding,))
    show_graph(graph, svg, f"graph.{name}")
    clauses = kb.catalog.policies[finding.policy].clauses
    for id_ in finding.clauses:
        with st.expander(plain(f"The rules of {id_}: {clauses[id_].title}"), key=f"rules.{name}.{id_}"):
            rules = rules_of_clause(kb, finding.policy, id_)
            st.html(f'<div class="pl">{"".join(code(each.where, each.text) for each in rules)}</div>')
