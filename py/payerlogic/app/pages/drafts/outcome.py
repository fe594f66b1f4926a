"""What a draft changes: in short, at the case that is entered, region by region, and in the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

import streamlit as st

from payerlogic.answers.decision import CitedClause
from payerlogic.api import KnowledgeBase
from payerlogic.app.components import cited, first_of, show_load, table
from payerlogic.app.context import Context
from payerlogic.app.downloads.buttons import Download, show_downloads
from payerlogic.app.html import escape, items, plain, show_note
from payerlogic.comparison.knowledge_diff import ClassChange, KnowledgeDiff, PolicyDiff
from payerlogic.documents import render
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import number, sentence
from payerlogic.wording.diff import AFTER, BEFORE, DiffWords, RegionWords

FIRST = 6


def show_outcome(context: Context, found: KnowledgeDiff, case: Mapping[str, object]) -> None:
    """All of it. ``case`` is what the Case page holds."""
    words = DiffWords(found)
    st.header("What the draft changes", anchor=False)
    st.html(f'<div class="pl">{items(words.summary())}</div>')
    name = found.policies[0].policy
    files = [
        Download("For a pull request (Markdown)", f"change-{name}.md", partial(_file, context.kb, found, "markdown")),
        Download("Report (HTML)", f"change-{name}.html", partial(_file, context.kb, found, "html")),
    ]
    show_downloads(files, "draft.files")
    _show_own_case(context.kb, words, name, case)
    for each in found.policies:
        for count, change in enumerate(each.changes, 1):
            _show_change(context, words, each, change, f"draft.{each.policy}.{count}")
    _show_edits(words)
    checks = items(words.proof(each) for each in found.policies)
    st.html(f'<section class="pl" aria-label="How this was checked"><h3>How this was checked</h3>{checks}</section>')


def _file(kb: KnowledgeBase, found: KnowledgeDiff, format_: str) -> bytes:
    return render(found, format_, kb)


def _show_own_case(kb: KnowledgeBase, words: DiffWords, policy: str, case: Mapping[str, object]) -> None:
    st.subheader("Your case", anchor=False)
    cases = words.found.cases
    if not case or cases is None:
        show_note("No case is entered. What you enter on the Case page is decided here by both.")
        return
    if cases.refused:
        said = f"Your case cannot be decided by both: {cases.refused[0]}"
    elif cases.changed:
        said = f"Your case: {words.case(cases.examples[0]).partition(': ')[2]}."
    else:
        found = kb.decide(dict(case), policy, Settings(as_of=words.found.as_of))
        outcome = kb.catalog.outcomes.get(found.outcome, found.outcome).lower()
        said = f"Your case: {outcome}, before and after."
    st.html(f'<p class="pl"><strong>{escape(said)}</strong></p>')


def _show_change(context: Context, words: DiffWords, each: PolicyDiff, change: ClassChange, key: str) -> None:
    st.subheader(plain(words.change(each, change)), anchor=False)
    regions = list(zip(words.regions(each, change), change.regions, strict=True))
    for shown, region in first_of(regions, FIRST, f"{key}.more", "region", of=str(id(words.found))):
        with st.container(border=True):
            st.html(_region(shown))
            label = f"Load this case (change {key.rpartition('.')[2]}, region {number(shown.number)})"
            show_load(context, region.witness, f"{key}.load.{shown.number}", label=label)


def _region(region: RegionWords) -> str:
    rows = [(BEFORE, (_clauses(region.old),)), (AFTER, (_clauses(region.new),))]
    return (
        f'<article class="pl"><h4>{number(region.number)}. {escape(sentence(region.where))}</h4>'
        f"<p>{escape(sentence(region.share))} of the cells. For example: {escape(region.example)}.</p>"
        f"{table('What decides', ('', 'clauses'), rows)}</article>"
    )


def _clauses(clauses: Iterable[CitedClause]) -> str:
    return "".join(f"<p>{cited(each.title, each.citation)}</p>" for each in clauses) or "no clause"


def _show_edits(words: DiffWords) -> None:
    edits = words.found.edits
    if not edits:
        return
    rows = [(escape(words.edit(each)), (_code(each.before), _code(each.after))) for each in edits]
    shown = table("In the text", ("edit", BEFORE, AFTER), rows)
    st.html(f'<section class="pl" aria-label="Edits"><h3>Edits</h3>{shown}</section>')


def _code(text: str | None) -> str:
    return f'<pre class="pl-code"><code>{escape(text)}</code></pre>' if text is not None else "not there"
