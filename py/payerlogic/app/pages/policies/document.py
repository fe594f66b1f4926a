"""The document of a policy: its sections with their statements, and its clauses, each with what rests on them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.cache import POLICIES, kept
from payerlogic.app.components import code, table
from payerlogic.app.context import Context
from payerlogic.app.html import escape, show_note
from payerlogic.documents.policy_outline import (
    EFFECTS,
    KIND_WORDS,
    Entry,
    OutlineSection,
    Use,
    concluding,
    over,
    rules_of_clause,
    sections,
)
from payerlogic.program.catalog import Policy
from payerlogic.text.phrases import listed, plural, sentence

SECTION = url_state.declare("policies.section")
ALL = "all"


def show_document(context: Context, policy: Policy) -> None:
    """Section by section, in the order of the document."""
    kb = context.kb
    parts = _sections(kb, policy.id)
    if not parts:
        show_note("The file of this policy declares no statements of its document.")
        return
    names = [each.name for each in parts]
    chosen = st.selectbox(
        "Section",
        [ALL, *names],
        format_func=lambda name: "All sections" if name == ALL else name,
        key=url_state.choice(SECTION, [ALL, *names], ALL, _every_section(kb)),
        persist_state="session",
    )
    show_note(
        "Each statement is in our words, with its place in the document. Open what is based on it to see the rules "
        "in the knowledge base."
    )
    for part in parts:
        if chosen in (ALL, part.name):
            _show_section(part)


@kept(POLICIES, "Reading the document's structure")
def _sections(kb: KnowledgeBase, policy: str) -> tuple[OutlineSection, ...]:
    """The document of a policy, section by section."""
    return sections(kb, policy)


def _every_section(kb: KnowledgeBase) -> set[str]:
    return {each.section for book in kb.catalog.policies.values() for each in book.statements.values()}


def _show_section(part: OutlineSection) -> None:
    entries = "".join(_entry(each) for each in part.entries)
    st.html(
        f'<section class="pl" aria-label="{escape(part.name)}"><h3>{escape(part.name)} '
        f"<small>({plural(len(part.entries), 'statement')})</small></h3>{entries}</section>"
    )


def _entry(entry: Entry) -> str:
    each = entry.statement
    word, meaning = EFFECTS.get(each.effect, (each.effect, ""))
    why = f": {each.why}" if each.why else ""
    uses = "".join(_use(use) for use in entry.uses)
    return (
        f'<div class="pl-entry" data-statement="{escape(each.id)}" data-target="statement-{escape(each.id)}">'
        f"<p><strong>{escape(each.id)}</strong> "
        f'<span class="pl-quiet">{escape(each.place)}</span> '
        f'<span class="pl-badge" title="{escape(meaning)}">{escape(word)}</span>{escape(why)}</p>'
        f"<p>{escape(sentence(each.paraphrase))}.</p>{uses}</div>"
    )


def _use(use: Use) -> str:
    title = f"{KIND_WORDS[use.kind]}: {use.title}"
    name = "" if use.title == use.name else f' <span class="pl-quiet">({escape(use.name)})</span>'
    if not use.rules:
        return f"<p>{escape(sentence(title))}{name}</p>"
    rules = "".join(code(each.where, each.text) for each in use.rules)
    return f"<details><summary>{escape(sentence(title))}{name}</summary>{rules}</details>"


# --- Clauses ------------------------------------------------------------------------------------------------


def show_clauses(context: Context, policy: Policy) -> None:
    """The clauses with what they conclude and over which others they prevail."""
    kb = context.kb
    prevails = over(kb, policy.id)
    ranked = sorted(policy.clauses.values(), key=lambda each: (each.gate is None, each.gate or 0))
    if not ranked:
        show_note("The file of this policy has no clauses.")
        return
    rows = [
        (
            f'<span data-target="clause-{escape(each.id)}">{escape(each.id)}</span>',
            (
                escape(each.title),
                escape(concluding(kb.catalog, each)),
                "everything checked after it" if each.gate is not None else _precedence(*prevails[each.id]),
                escape(kb.catalog.citation(policy.id, each.statements)),
            ),
        )
        for each in ranked
    ]
    columns = ("clause", "title", "concludes", "prevails over", "where the text says so")
    st.html(f'<div class="pl">{table("Clauses: first those checked before the criteria", columns, rows)}</div>')
    rules = "".join(
        f"<details><summary>{escape(each.id)}: {escape(each.title)}</summary>"
        f"{''.join(code(rule.where, rule.text) for rule in rules_of_clause(kb, policy.id, each.id))}</details>"
        for each in ranked
    )
    st.html(f'<div class="pl"><h3>Their rules</h3>{rules}</div>')


def _precedence(always: Sequence[str], some: Sequence[str]) -> str:
    shown = [escape(listed(always))] if always else []
    shown += [f"{escape(listed(some))} <small>(under some readings)</small>"] if some else []
    return "; ".join(shown) or "none"
