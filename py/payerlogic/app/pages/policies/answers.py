"""What the page asks of the knowledge base, kept so that an unchanged question is not asked again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.comparison.reading_changes import Effect
from payerlogic.documents.policy_outline import OutlineSection, readings_of, sections
from payerlogic.documents.search_index import Index

KEPT = 24


def sections_of(kb: KnowledgeBase, policy: str) -> tuple[OutlineSection, ...]:
    """The document of a policy, section by section."""
    return _sections(kb, kb.digest, policy)


@st.cache_resource(max_entries=KEPT, show_spinner="Reading the document's structure")
def _sections(_kb: KnowledgeBase, digest: str, policy: str) -> tuple[OutlineSection, ...]:
    return sections(_kb, policy)


def index_of(kb: KnowledgeBase) -> Index:
    """What can be searched."""
    return _index(kb, kb.digest)


@st.cache_resource(max_entries=2, show_spinner=False)
def _index(_kb: KnowledgeBase, digest: str) -> Index:
    return Index.of(_kb)


def effects_of(kb: KnowledgeBase, policy: str, as_of: date) -> Mapping[tuple[str, str], Effect]:
    """For each option of each reading that is no default: how much of the policy's space it alone moves."""
    return _effects(kb, kb.digest, policy, as_of)


@st.cache_resource(max_entries=KEPT, show_spinner="Working out what each reading changes")
def _effects(_kb: KnowledgeBase, digest: str, policy: str, as_of: date) -> Mapping[tuple[str, str], Effect]:
    settings = _kb.settings(as_of=as_of)
    return {
        (reading.id, option.name): _kb.effect_of(policy, {reading.id: option.name}, settings)
        for reading in readings_of(_kb, policy)
        for option in reading.options[1:]
    }
