"""The list of commands: pages, policies, facts, examples and downloads, found by their words.

>>> from payerlogic.api import KnowledgeBase
>>> entries = commands(KnowledgeBase.load(), {"case": "Case"}, ["A made-up case"])
>>> entries[0].name, entries[0].words
('page|case', 'Case')
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.app import url_state
from payerlogic.app.case_form_state import has_place, put_facts, put_written
from payerlogic.app.context import Context
from payerlogic.app.examples import read_examples
from payerlogic.app.html import asset
from payerlogic.app.pages.case.sections import EXPORT, LABELS, SECTION, SECTIONS
from payerlogic.app.pages.policies.search import POLICY
from payerlogic.cases.case import StatedCase
from payerlogic.text.phrases import sentence

COMPONENT = "keyboard"
_GO = "keyboard.go"
SEPARATOR = "|"
LONGEST_LIST = 60
"""A fact with more values is stated in the form."""

_component = st.components.v2.component(
    "payerlogic.keyboard",
    html=asset(__package__, "keyboard.html"),
    css=asset(__package__, "keyboard.css"),
    js=asset(__package__, "keyboard.js"),
)


@dataclass(frozen=True)
class KeyCommand:
    """What can be done: its name, what kind of thing it is, its words, and by what else it is found."""

    name: str
    kind: str
    words: str
    more: str = ""


def show_keyboard(context: Context, titles: Mapping[str, str]) -> None:
    """The keys of the page and the list of commands; ``titles`` has the pages. What was chosen is done first."""
    examples = read_examples(context.kb, context.examples)
    entries = commands(context.kb, titles, list(examples))
    rows = [(each.name, each.kind, each.words, each.more) for each in entries]
    names = frozenset(each.name for each in entries)
    _component(data={"entries": rows}, key=COMPONENT, on_act_change=partial(_act, context.kb, names, examples))


def follow(context: Context) -> None:
    """Go to the page that a command needs. In the body of a page, not in a callback."""
    page = st.session_state.pop(_GO, None)
    if page in context.pages:
        context.open_page(page)


def commands(kb: KnowledgeBase, titles: Mapping[str, str], examples: Iterable[str]) -> list[KeyCommand]:
    """All that can be done, pages first."""
    return [
        *(KeyCommand(f"page|{name}", "page", title) for name, title in titles.items()),
        *(KeyCommand(f"section|{name}", "section of the case", LABELS.get(name, name)) for name in SECTIONS),
        KeyCommand(f"section|{EXPORT}", "download", "Word, PDF, pictures and the case itself", "docx rationale export"),
        *(
            KeyCommand(f"policy|{each.id}", "policy", f"{each.document}: {each.title}", each.payer)
            for each in (kb.catalog.policies[name] for name in kb.policies)
        ),
        *_facts(kb),
        *(KeyCommand(f"example|{name}", "example", name) for name in examples),
    ]


def _facts(kb: KnowledgeBase) -> Iterator[KeyCommand]:
    for name, attribute in kb.vocabulary.stateable.items():
        if attribute.type in ("choice", "boolean") and len(attribute.spelled) <= LONGEST_LIST:
            for value in attribute.spelled:
                words = f"{sentence(attribute.label)}: {attribute.in_words(value)}"
                called = " ".join((*attribute.called[value], *attribute.also_labeled))
                yield KeyCommand(f"fact|{name}|{value}", "fact", words, f"{name} {value} {called}")


def _act(kb: KnowledgeBase, names: frozenset[str], examples: Mapping[str, StatedCase]) -> None:
    """Do what was chosen. Only a command of the list is ever taken."""
    wanted = st.session_state[COMPONENT].act
    if not isinstance(wanted, str) or wanted not in names:
        return
    kind, _, rest = wanted.partition(SEPARATOR)
    page = url_state.CASE_PAGE
    if kind == "page":
        page = rest
    elif kind == "policy":
        url_state.remember(POLICY, rest)
        page = "policies"
    elif kind == "section":
        url_state.remember(SECTION, rest)
    elif kind == "example":
        url_state.load_case(kb, examples[rest])
    else:
        name, _, value = rest.partition(SEPARATOR)
        attribute = kb.vocabulary.stateable[name]
        if has_place(attribute, kb.vocabulary):
            put_facts({name: attribute}, {name: None})
            put_written(attribute, value)
    st.session_state[_GO] = page
