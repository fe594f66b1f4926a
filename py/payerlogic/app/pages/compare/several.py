"""Several policies compared: who approves what, two by two, who is stricter than whom, and who never disagrees."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import POLICIES as KEPT
from payerlogic.app.cache import kept
from payerlogic.app.compare_address import POLICIES, put_sides
from payerlogic.app.components import show_load, svg_frame, table
from payerlogic.app.context import Context
from payerlogic.app.downloads.buttons import show_formats
from payerlogic.app.grid import GridRow, heat, part, show_grid
from payerlogic.app.html import asset, escape, items, plain, show_note
from payerlogic.app.pages.compare.citations import clauses
from payerlogic.app.settings_panel import show_asking
from payerlogic.app.side_picker import offered, side_in_words
from payerlogic.comparison.several import SeveralPolicies, Vector
from payerlogic.documents import render
from payerlogic.documents.pictures.strictness import TITLE, strictness_svg
from payerlogic.semantics.settings import Settings
from payerlogic.text.json_text import json_file
from payerlogic.text.phrases import number, percent, sentence
from payerlogic.wording.several import RELATIONS, SeveralWords

LEAST = 3
REGIONS = 8
"""Regions of each combination that are listed; the command lists all."""
FORMATS = {
    "html": "Report (HTML)",
    "xlsx": "Workbook (XLSX)",
    "markdown": "Markdown",
    "csv": "Rows (CSV)",
    "json": "Data (JSON)",
}
YES: dict[str, Any] = {"parts": [], "mark": "●", "word": "approves", "kind": "in"}
NO: dict[str, Any] = {"parts": [], "mark": "○", "word": "does not", "kind": "out"}
WHO = url_state.declare("compare.who")
_picture = svg_frame("strictness", asset(__package__, "strictness.css"))


def show_several(context: Context) -> None:
    """All of it."""
    kb = context.kb
    choices = offered(kb)
    names = st.multiselect(
        "Policies",
        list(choices),
        format_func=lambda name: plain(side_in_words(kb, choices[name])),
        key=url_state.choice(POLICIES, choices, _usual(kb)),
        persist_state="session",
        help="Three or more, in their current or an earlier edition.",
    )
    settings = show_asking(kb)
    if settings is None:
        return
    if len(names) < LEAST:
        show_note("Choose three or more, or compare two policies or two editions.")
        return
    found = _compared(kb, tuple(names), settings)
    words = SeveralWords.of(kb, found)
    st.header(plain(words.title()), anchor=False)
    premises = items(found.premises.sentences())
    st.html(
        f'<div class="pl">{items(words.summary())}'
        f"<details><summary>What this rests on</summary>{premises}</details></div>"
    )
    _show_files(kb, found)
    _show_approvers(context, words)
    _show_pairs(words)
    _show_order(words)
    _show_vectors(words)
    with st.expander("How this was made, and what is proved", key="compare.several.method"):
        st.html(f'<div class="pl">{items(words.method())}</div>')


def _usual(kb: KnowledgeBase) -> list[str]:
    """All policies; where there are two, their earlier editions, too."""
    names = list(kb.policies)
    return names if len(names) >= LEAST else list(offered(kb))[: LEAST + 1]


@kept(KEPT, "Comparing every possible case, with the proof")
def _compared(kb: KnowledgeBase, names: tuple[str, ...], settings: Settings) -> SeveralPolicies:
    return kb.compare_several(list(names), settings, regions=REGIONS)


def _show_files(kb: KnowledgeBase, found: SeveralPolicies) -> None:
    name = f"compare-{'-'.join(found.names)}"
    show_formats(name, FORMATS, partial(_file, kb, found), "several-files")


def _file(kb: KnowledgeBase, found: SeveralPolicies, format_: str) -> bytes:
    if format_ != "json":
        return render(found, format_, kb)
    return json_file({**found.to_dict(kb.vocabulary), "kb": kb.digest})


# --- Who approves what ---------------------------------------------------------------------------------------


def _show_approvers(context: Context, words: SeveralWords) -> None:
    """A row a set of policies that approve together: a dot for each, and how large a share of the cells is theirs."""
    st.header("Who approves what", anchor=False)
    sets = {"+".join(who) or "none": vectors for who, vectors in words.found.approvers}
    described = [*zip(sets, words.approvers(), strict=True)]
    most = max((share for key, (_, _, share, _) in described if key != "none"), default=Fraction(1))
    rows = []
    for key, (name, approving, share, _) in described:
        bar = {"bar": float(share / most)} if key != "none" else {}
        cell = {"key": key, "parts": [part("approved", "", "of the cells", share)], **bar}
        rows.append(GridRow(name, [*(YES if each else NO for each in approving), cell]))
    chosen = url_state.recall(WHO, [*sets, ""], "", [st.session_state.get(WHO) or ""])
    caption = "Which policies approve the same cases, with the share of cells. Open one for its cases."
    show_grid("compare.who", caption, ["approved by", *words.names, "share of cells"], rows, chosen, _choose_who)
    for vector in sets.get(chosen, ()):
        _show_vector(context, words, vector)


def _choose_who(key: str) -> None:
    url_state.remember(WHO, "" if key == st.session_state.get(WHO) else key)


def _show_vector(context: Context, words: SeveralWords, vector: Vector) -> None:
    """One combination of outcomes: a typical patient, and the clauses at each policy."""
    rows = [("Typical patient", escape(words.words.case(vector.witness)))]
    for name, party, deciding in zip(words.names, words.found.parties, vector.clauses, strict=True):
        rows.append((escape(name), clauses(context.kb, party.policy, deciding)))
    facts = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in rows)
    where = items(words.words.region(each) for each in vector.regions)
    relation = RELATIONS[vector.relation]
    with st.container(border=True):
        st.html(
            f'<article class="pl"><h3 class="pl-head"><span class="pl-badge pl-{vector.relation}">{relation.mark} '
            f"{escape(relation.word)}</span> {escape(sentence(words.outcomes(vector.outcomes)))} "
            f'<small>({percent(vector.share)} of the cells)</small></h3><dl class="pl-facts">{facts}</dl>'
            f"<details><summary>Where</summary>{where}<p>{escape(words.listed(vector))}</p></details></article>"
        )
        key = "load.several." + ".".join(vector.outcomes)
        show_load(context, vector.witness, key, about=words.words.case(vector.witness))


# --- Two by two, and in order --------------------------------------------------------------------------------


def _show_pairs(words: SeveralWords) -> None:
    """The pairwise matrix; a cell opens the comparison of the two."""
    st.header("Two by two", anchor=False)
    names, found = words.found.names, words.found
    rows = []
    for at, left in enumerate(names):
        cells: list[dict[str, Any]] = []
        for other, right in enumerate(names):
            if at == other:
                cells.append({"parts": [], "mark": "·", "word": "the same policy"})
                continue
            shares = {relation: found.share_where(left, right, relation) for relation in RELATIONS}
            parts = [
                part(name, RELATIONS[name].mark, RELATIONS[name].word, share, seen=name == "conflict")
                for name, share in shares.items()
                if share or name == "conflict"
            ]
            cells.append({"key": f"{left} {right}", "parts": parts, "heat": heat(shares["conflict"])})
        rows.append(GridRow(words.names[at], cells))
    caption = "Share of the cells in conflict: one approves, the other denies. Open one to compare the two."
    show_grid("compare.pairs", caption, ["policy", *words.names], rows, "", _open_pair, heated="conflict")


def _open_pair(key: str) -> None:
    if key:
        put_sides(key.split())


def _show_order(words: SeveralWords) -> None:
    """Who is stricter than whom as a graph, what is missing in it with a case, and who never disagrees."""
    st.header("Who is stricter than whom", anchor=False)
    st.html(f'<div class="pl">{items(words.order())}</div>')
    if words.found.order.steps:
        _picture(data={"svg": strictness_svg(words), "label": f"{TITLE}; it scrolls"}, key="compare.strictness")
        show_note("An arrow leads to a policy that approves all of that and more. Each is proved, and none is missing.")
    rows = [
        (escape(f"Of what {left} approves"), (escape(right), escape(how), escape(example)))
        for left, right, how, example in words.approvals()
    ]
    caption = "What is approved elsewhere too, and where not, a case that shows it"
    st.html(f'<div class="pl">{table(caption, ("what", "approved by", "how much", "for example not"), rows)}</div>')


def _show_vectors(words: SeveralWords) -> None:
    st.header("Every combination of outcomes", anchor=False)
    rows = []
    for each in words.found.vectors:
        relation = RELATIONS[each.relation]
        mark = f'<span class="pl-badge pl-{each.relation}">{relation.mark} {escape(relation.word)}</span>'
        outcomes = [escape(words.words.outcome(outcome)) for outcome in each.outcomes]
        rows.append((mark, (*outcomes, f"{percent(each.share)} ({number(each.cells)})")))
    shown = table("Shares are of the cells", ("relation", *words.names, "share of cells"), rows)
    st.html(f'<div class="pl">{shown}</div>')
