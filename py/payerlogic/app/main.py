"""The shell around every page: what they share at the top and at the foot, and the way between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from payerlogic.app import keyboard, service_picker, url_state
from payerlogic.app.cache import knowledge_base, library
from payerlogic.app.citations import show_drawer
from payerlogic.app.context import Context
from payerlogic.app.draft_address import DRAFT_PAGE
from payerlogic.app.error_page import faults_shown, keep_contents_out_of_the_log, show_fault
from payerlogic.app.html import PRODUCT, STYLE, asset, escape, show_page_title, show_problems
from payerlogic.app.pages import case, compare, consistency, drafts, policies, tables
from payerlogic.errors import KnowledgeBaseError
from payerlogic.semantics.outcomes import DISCLAIMER

Show = Callable[[Context], None]
PAGES: Mapping[str, tuple[str, Show]] = {
    url_state.CASE_PAGE: ("Case", case.show),
    "compare": ("Compare", compare.show),
    "consistency": ("Consistency", consistency.show),
    "policies": ("Policies", policies.show),
    DRAFT_PAGE: ("Try a change", drafts.show),
    "batch": ("Batch", tables.show),
}


def show_app(examples: Path) -> None:
    """The app; ``examples`` is the folder of the example cases."""
    st.set_page_config(page_title=PRODUCT, page_icon=asset(__package__, "icon.svg"), layout="wide")
    st.logo(asset(__package__, "logo.svg"))
    st.html(STYLE)
    keep_contents_out_of_the_log()
    pages: dict[str, st.Page] = {}

    def body(name: str, show: Show) -> Callable[[], None]:
        return lambda: _show_page(name, show, examples, pages)

    for name, (title, show) in PAGES.items():
        is_first = name == url_state.CASE_PAGE
        pages[name] = st.Page(body(name, show), title=title, url_path=None if is_first else name, default=is_first)
    st.navigation(list(pages.values()), position="top").run()


def _show_page(name: str, show: Show, examples: Path, pages: Mapping[str, st.Page]) -> None:
    """One page: the address is read before it and written after it."""
    try:
        books = library()
        moved = service_picker.follow_address(books)
        kb = knowledge_base(service_picker.service_now(books))
    except KnowledgeBaseError as error:
        st.title("payerlogic", anchor=False)
        show_problems(error.problems, "The knowledge base cannot be used")
        return
    except Exception as error:  # a fault of loading ends this run, and no one's session
        show_fault(error)
        return
    url_state.begin(kb, name, moved=moved)
    show_page_title(PAGES[name][0])
    head = st.container(horizontal=True, vertical_alignment="center", key="head")
    with head:
        service_picker.show(books)
    notes = st.container()
    context = Context(kb, examples, pages, head)
    keyboard.follow(context)
    with faults_shown():
        show(context)
    if found := url_state.notes():
        with notes:
            show_problems(found, "Not everything in the address could be used; the rest is shown")
    st.html(
        f'<footer class="pl pl-foot"><p><strong>{escape(DISCLAIMER)}</strong></p>'
        f"<p>Knowledge base {escape(kb.digest)}. Nothing leaves this computer; no case is stored or logged.</p>"
        "</footer>"
    )
    show_drawer(kb)
    keyboard.show_keyboard(context, {each: title for each, (title, _) in PAGES.items()})
    url_state.finish(kb, name)
