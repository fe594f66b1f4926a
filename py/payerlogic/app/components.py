"""What the pages on policies share: the style of their tables and cards, badges, code, and the way to the Case page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import settings_panel, url_state
from payerlogic.app.context import Context
from payerlogic.app.html import asset, escape, items, plain, show_note
from payerlogic.app.url_state import CASE_PAGE
from payerlogic.cases.case import StatedCase
from payerlogic.text.phrases import plural
from payerlogic.wording.comparison import RELATIONS

Item = TypeVar("Item")
CASE_MEGABYTES = 5
"""A file of cases has kilobytes; so much is taken."""

STYLE = f"<style>{asset(__package__, 'components.css')}</style>"


def show_intro(text: str) -> None:
    """What a page is for, under its title."""
    st.html(f'<p class="pl pl-quiet">{escape(text)}</p>')


def badge(relation: str) -> str:
    """How two classes relate: a mark and a word, colored."""
    words = RELATIONS[relation]
    return (
        f'<span class="pl-badge pl-{relation}"><span aria-hidden="true">{words.mark}</span> {escape(words.word)}</span>'
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
    path = here.path if page == CASE_PAGE else "/"
    link = urlunsplit((here.scheme, here.netloc, path or "/", "", "")) + url_state.link(kb, page).removeprefix("./")
    holds = (
        "It holds the facts of the case: share it as you would the case." if page == CASE_PAGE else "It has no case."
    )
    with st.expander("A link to this page as it stands", expanded=page == CASE_PAGE, key=f"{page}.link"):
        show_note(f"It restores what is chosen here. {holds}")
        st.code(link, language=None, wrap_lines=True)


def choose_policy(kb: KnowledgeBase, key: str, default: str = "", label: str = "Policy") -> str:
    """The policy that a page or a part of it is about; ``key`` is what the address calls the choice."""
    return st.selectbox(
        label,
        kb.policies,
        format_func=payer_of(kb),
        key=url_state.choice(key, kb.policies, default or kb.policies[0]),
        persist_state="session",
    )


def payer_of(kb: KnowledgeBase) -> Callable[[str], str]:
    """How a list calls a policy."""
    return lambda policy: plain(kb.catalog.titled(policy))


def choose_some(
    label: str, options: Mapping[str, str], key: str, help_: str, elsewhere: Collection[str] = ()
) -> list[str]:
    """A filter: which of the options, by their words, a list is to keep to; none for all of it."""
    return st.pills(
        label,
        list(options),
        selection_mode="multi",
        format_func=lambda name: options[name],
        key=url_state.choice(key, options, [], elsewhere),
        persist_state="session",
        help=help_,
    )


def first_of(all_: Sequence[Item], most: int, key: str, what: str, of: str = "all") -> Iterator[Item]:
    """The first of a list, and below them a button that shows the others too, until the list is another one."""
    yield from all_ if is_opened(key, of) else all_[:most]
    if not is_opened(key, of) and len(all_) > most:
        st.button(
            f"Show all {plural(len(all_), what)}", key=f"{key}.button", on_click=url_state.remember, args=(key, of)
        )


def is_opened(key: str, of: str = "all") -> bool:
    """Whether ``first_of`` shows the whole of a list."""
    return bool(st.session_state.get(key) == of)


def zoomed_svg(name: str, css: str) -> Callable[..., object]:
    """As svg_frame, with buttons that make the picture larger and smaller and fit it into the frame."""
    graph = "payerlogic.app.derivation_graph"
    return st.components.v2.component(
        f"payerlogic.{name}",
        html=asset(__package__, "zoomed_svg.html").replace("<!-- tools -->", asset(graph, "camera.html")),
        css=f"{css}\n{asset(__package__, 'zoomed_svg.css')}",
        js=f"{asset(graph, 'camera.js')}\n{asset(__package__, 'zoomed_svg.js')}",
    )


_scroll = st.components.v2.component("payerlogic.scroll", js=asset(__package__, "scroll_to.js"))


def scroll_to(target: str, key: str) -> None:
    """Bring what has ``data-target="target"`` into view, once: where a link landed, and never while a person works."""
    _scroll(data={"target": target}, key=key)


def svg_frame(name: str, css: str) -> Callable[..., object]:
    """A component that shows ``svg`` in a frame which scrolls and has ``label`` for those who cannot see it.

    Streamlit's own HTML takes no SVG.
    """
    return st.components.v2.component(
        f"payerlogic.{name}",
        html='<div class="frame" role="region" tabindex="0"></div>',
        css=css,
        js=asset(__package__, "svg_frame.js"),
    )
