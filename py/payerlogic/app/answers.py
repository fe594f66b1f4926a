"""What the page asks of the knowledge base, kept so that an unchanged question is not asked again.

The knowledge base is read again when a file of it changes; answers are keyed on the facts alone (never on
the name of the case) and stay in the memory of this process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from payerlogic.case import StatedCase
from payerlogic.decide import Determination
from payerlogic.knowledge import KnowledgeBase
from payerlogic.situations import Settings
from payerlogic.source import POLICIES, shipped_folder
from payerlogic.vocabulary import Value

FOLDER_VARIABLE = "PAYERLOGIC_KB"
KEPT = 256

Frozen = str | bool | int | date | tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A case and how to ask about it, in values that can be a key."""

    facts: tuple[tuple[str, Frozen], ...]
    readings: tuple[tuple[str, str], ...]
    presumptions: bool
    as_of: date

    @classmethod
    def of(cls, case: StatedCase, settings: Settings) -> Question:
        return cls(
            tuple(sorted((name, _frozen(value)) for name, value in case.facts.items())),
            tuple(sorted(settings.readings.items())),
            settings.presumptions,
            settings.as_of,
        )

    @property
    def case(self) -> StatedCase:
        facts: dict[str, Value] = {
            name: frozenset(value) if isinstance(value, tuple) else value for name, value in self.facts
        }
        return StatedCase(None, facts)

    @property
    def settings(self) -> Settings:
        return Settings(dict(self.readings), self.presumptions, self.as_of)


@dataclass(frozen=True)
class Derivation:
    """Why a determination holds: drawn, and in words."""

    svg: str
    text: str


def _frozen(value: Value) -> Frozen:
    return tuple(sorted(value)) if isinstance(value, frozenset) else value


def knowledge_base() -> KnowledgeBase:
    """The shipped knowledge base, or the one in the folder that PAYERLOGIC_KB names.

    Raises KnowledgeBaseError for one that cannot be used.
    """
    folder = Path(os.environ.get(FOLDER_VARIABLE) or shipped_folder())
    files = sorted([*folder.glob("*.lp"), *(folder / POLICIES).glob("*.lp")])
    return _load(str(folder), tuple((str(file), file.stat().st_mtime_ns) for file in files))


@st.cache_resource(max_entries=2, show_spinner="Reading the knowledge base")
def _load(folder: str, files: tuple[tuple[str, int], ...]) -> KnowledgeBase:
    return KnowledgeBase.load(folder)


def determinations(kb: KnowledgeBase, question: Question) -> Mapping[str, Determination]:
    """Every policy's determination, with the single readings that would change it."""
    return _decide(kb, kb.digest, question)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _decide(_kb: KnowledgeBase, digest: str, question: Question) -> dict[str, Determination]:
    return dict(_kb.decide(question.case, None, question.settings, with_readings=True).determinations)


def derivation(kb: KnowledgeBase, question: Question, policy: str) -> Derivation:
    """Why ``policy`` determines as it does."""
    return _explain(kb, kb.digest, question, policy)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _explain(_kb: KnowledgeBase, digest: str, question: Question, policy: str) -> Derivation:
    explanation = _kb.explain(question.case, policy, question.settings)
    return Derivation(explanation.svg(), explanation.text())
