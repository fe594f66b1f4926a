"""What the pages on policies share: the style of their tables and cards, badges, code, and the way to the Case page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import settings_panel, url_state
from payerlogic.app.context import Context
from payerlogic.app.html import escape, items, plain, show_note
from payerlogic.cases.case import StatedCase
from payerlogic.wording.comparison import RELATIONS

# Colors never stand alone: each goes with a mark and a word. Tables become lists of cells on a narrow screen.
STYLE = """<style>
.pl-badge { display: inline-block; border: 1px solid currentColor; border-radius: .3rem; padding: 0 .4rem;
  font-weight: 600; font-size: .85rem; line-height: 1.5; white-space: nowrap; }
.pl-conflict, .pl-error { color: light-dark(#a3271c, #ff9a8f); }
.pl-process, .pl-warning { color: light-dark(#7a5200, #f2c464); }
.pl-basis, .pl-note-level { color: light-dark(#2a4d8f, #a9c4ff); }
.pl-silent { color: light-dark(#50535e, #bdbdbd); } .pl-agree { color: light-dark(#1b6e35, #83d69b); }
.pl-table { border-collapse: collapse; width: 100%; margin: .3rem 0 .6rem; }
.pl-table caption { text-align: left; font-size: .9rem; padding-bottom: .3rem; color: inherit; }
.pl-table th, .pl-table td { border: 1px solid light-dark(#b9bcc6, #5a5e6b); padding: .35rem .5rem; text-align: left;
  vertical-align: top; }
.pl-table thead th { background: light-dark(#f0f1f4, #23262d); }
.pl-table tbody th { overflow-wrap: normal; }
.st-key-policies-hits button p { text-decoration: underline; text-align: left; }
.pl-sides { table-layout: fixed; } .pl-sides th:first-child { width: 16%; }
.pl-legend { list-style: none; padding: 0 !important; display: grid; gap: .2rem 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); font-size: .9rem; }
.pl-facts { margin: 0 !important; padding: 0; display: grid; gap: .2rem .8rem;
  grid-template-columns: 11rem minmax(0, 1fr); }
.pl-facts dt { font-weight: 600; font-size: .92rem; }
.pl-facts dt, .pl-facts dd { margin: 0 !important; padding: 0 !important; }
.pl-code { white-space: pre-wrap; overflow-wrap: anywhere; font: .82rem/1.45 "Source Code Pro", monospace;
  margin: .2rem 0 .5rem; padding: .4rem .6rem; border-left: 3px solid light-dark(#b9bcc6, #5a5e6b);
  background: light-dark(#f4f5f7, #1c1f26); color: inherit; }
.pl h3, .pl h4, .pl h5 { padding: 0; } .pl h4, .pl .pl-head { font-size: 1rem; margin: .6rem 0 .2rem; }
.pl summary { cursor: pointer; font-weight: 600; }
.pl details { margin: .2rem 0; }
.pl-entry { border-top: 1px solid light-dark(#d5d7de, #43464f); padding: .5rem 0; }
@media (max-width: 60rem) {
  .pl-table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .pl-table, .pl-table tbody, .pl-table tr, .pl-table th, .pl-table td, .pl-table caption { display: block; }
  .pl-table tr { border: 1px solid light-dark(#b9bcc6, #5a5e6b); border-radius: .4rem; margin: .6rem 0;
    padding: .3rem .6rem; }
  .pl-table tbody th, .pl-table td { border: 0; padding: .2rem 0; width: auto !important; }
  .pl-table td::before { content: attr(data-of) ": "; font-weight: 600; }
}
@media (max-width: 40rem) {
  .pl-facts { grid-template-columns: minmax(0, 1fr); } .pl-facts dd { margin-bottom: .3rem; }
}
</style>"""


def show_intro(text: str) -> None:
    """What a page is for, under its title."""
    st.html(f'<p class="pl pl-quiet">{escape(text)}</p>')


def badge(relation: str, share: str = "") -> str:
    """How two classes relate: a mark and a word, colored."""
    told = RELATIONS[relation]
    return (
        f'<span class="pl-badge pl-{relation}"><span aria-hidden="true">{told.mark}</span> {escape(told.word)}'
        f"{f' {escape(share)}' if share else ''}</span>"
    )


def table(caption: str, columns: Iterable[str], rows: Iterable[tuple[str, Iterable[str]]], kind: str = "") -> str:
    """A table that becomes a list on a narrow screen. Cells are HTML; the caption and the columns are text."""
    names = list(columns)
    head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in names)
    body = []
    for first, cells in rows:
        data = "".join(
            f'<td role="cell" data-of="{escape(name)}">{cell}</td>' for name, cell in zip(names[1:], cells, strict=True)
        )
        body.append(f'<tr role="row"><th scope="row" role="rowheader">{first}</th>{data}</tr>')
    return (
        f'<table class="pl-table {kind}" role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(body)}</tbody></table>'
    )


def cited(text: str, citation: str) -> str:
    """What is said, and where."""
    place = f' <span class="pl-quiet">[{escape(citation)}]</span>' if citation else ""
    return f"{escape(text)}{place}"


def code(where: str, text: str) -> str:
    """Rules as they are written, and where."""
    return f'<p class="pl-quiet">{escape(where)}</p><pre class="pl-code"><code>{escape(text)}</code></pre>'


def show_premises(lines: Sequence[str]) -> None:
    """What an answer rests on: assumptions, readings, editions, and of which cases it speaks."""
    if lines:
        st.html(f'<section class="pl" aria-label="Premises"><h3>Premises</h3>{items(lines)}</section>')


def show_load(
    context: Context,
    case: StatedCase,
    key: str,
    *,
    label: str = "Load this case",
    about: str = "",
    readings: Mapping[str, str] | None = None,
) -> None:
    """A button that goes to the Case page with this case, and, if they are given, with the texts read like this."""
    kb = context.kb

    def read_so() -> None:
        if readings is not None:
            typed = str(st.session_state.get(settings_panel.AS_OF_KEY) or "")
            settings_panel.put(kb, readings, presumptions=settings_panel.presuming(), as_of=typed)

    if st.button(plain(label), key=key, on_click=read_so, help=plain(about) or None):
        context.open_case(case)


def show_link(kb: KnowledgeBase, page: str) -> None:
    """The address of a page as it stands, to copy."""
    here = urlsplit(st.context.url or "http://localhost")
    with st.expander("A link to this page as it stands", key=f"{page}.link"):
        show_note("It restores what is chosen here and how the texts are read. No case is in it.")
        st.code(
            urlunsplit((here.scheme, here.netloc, "/", "", "")) + url_state.link(kb, page),
            language=None,
            wrap_lines=True,
        )


def choose_policy(kb: KnowledgeBase, key: str) -> str:
    """The policy that a page is about; ``key`` is what the address calls the choice."""
    return st.radio(
        "Policy",
        kb.policies,
        format_func=lambda id_: plain(kb.catalog.policies[id_].payer),
        key=url_state.choice(key, kb.policies, kb.policies[0]),
        persist_state="session",
        horizontal=True,
    )
