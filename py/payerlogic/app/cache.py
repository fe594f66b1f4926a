"""What the page asks of the knowledge base, kept so that an unchanged question is not asked again.

The knowledge base is read again when a file of it changes; answers are keyed on the facts alone (never on
the name of the case) and stay in the memory of this process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import streamlit as st

from payerlogic.answers.decision import Determination
from payerlogic.answers.fact_status import FactStatus, standings
from payerlogic.answers.premises import Switches
from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.program.attribute import Value
from payerlogic.program.files import program_files, shipped_folder
from payerlogic.semantics.settings import Settings
from payerlogic.wording.explanation import rationale as rationale_of
from payerlogic.wording.outline import Line

FOLDER_VARIABLE = "PAYERLOGIC_KB"
KEPT = 256

Frozen = str | bool | int | date | tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A case and how to ask about it, in values that can be a key."""

    facts: tuple[tuple[str, Frozen], ...]
    written: tuple[tuple[str, str], ...]
    readings: tuple[tuple[str, str], ...]
    presumptions: bool
    as_of: date

    @classmethod
    def of(cls, case: StatedCase, settings: Settings) -> Question:
        return cls(
            tuple(sorted((name, _frozen(value)) for name, value in case.facts.items())),
            tuple(sorted(case.written.items())),
            tuple(sorted(settings.readings.items())),
            settings.presumptions,
            settings.as_of,
        )

    @property
    def case(self) -> StatedCase:
        facts: dict[str, Value] = {
            name: frozenset(value) if isinstance(value, tuple) else value for name, value in self.facts
        }
        return StatedCase(None, facts, dict(self.written))

    @property
    def settings(self) -> Settings:
        return Settings(dict(self.readings), self.presumptions, self.as_of)


@dataclass(frozen=True)
class Answered:
    """What stays in view of a case. ``best`` is the attribute to ask next and the share of what is open that its
    answer settles, if any is open."""

    determinations: Mapping[str, Determination]
    standings: Mapping[str, FactStatus]
    best: tuple[tuple[str, Fraction], ...]


def _frozen(value: Value) -> Frozen:
    return tuple(sorted(value)) if isinstance(value, frozenset) else value


def knowledge_base() -> KnowledgeBase:
    """The shipped knowledge base, or the one in the folder that PAYERLOGIC_KB names.

    Raises KnowledgeBaseError for one that cannot be used.
    """
    folder = Path(os.environ.get(FOLDER_VARIABLE) or shipped_folder())
    files = [each for part in program_files(folder) for each in part]
    return _load(str(folder), tuple((str(file), *_state(file)) for file in files))


def _state(file: Path) -> tuple[int, int]:
    """When a file was saved, and its size. One that is gone meanwhile, or leads nowhere, is left to loading."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@st.cache_resource(max_entries=2, show_spinner="Reading the knowledge base")
def _load(folder: str, files: tuple[tuple[str, int, int], ...]) -> KnowledgeBase:
    return KnowledgeBase.load(folder)


def determinations(kb: KnowledgeBase, question: Question) -> Mapping[str, Determination]:
    """Every policy's determination."""
    return answered(kb, question).determinations


def answered(kb: KnowledgeBase, question: Question) -> Answered:
    """What stays in view of a case: the determinations, and what still matters."""
    return _answer(kb, kb.digest, question)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _answer(_kb: KnowledgeBase, digest: str, question: Question) -> Answered:
    case, settings = question.case, question.settings
    found = dict(_kb.decide(case, None, settings).determinations)
    open_ = [policy for policy, each in found.items() if len(each.possible) > 1]
    best = _kb.best_questions([_kb.ask(case, policy, settings) for policy in open_])
    return Answered(
        found,
        standings(_kb, case, settings, found),
        best[:1],
    )


def switches(kb: KnowledgeBase, question: Question) -> Mapping[str, tuple[Switches, ...]]:
    """For every policy the minimal sets of readings that would change its determination; none if it is robust.

    It takes longer than deciding, so a page asks for it once the determinations are shown.
    """
    return _switches(kb, kb.digest, question)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _switches(_kb: KnowledgeBase, digest: str, question: Question) -> dict[str, tuple[Switches, ...]]:
    case, settings = question.case, question.settings
    return {policy: _kb.robustness(case, policy, settings).switches for policy in _kb.policies}


def rationale(kb: KnowledgeBase, question: Question, policy: str) -> list[Line]:
    """Why ``policy`` determines as it does, in words."""
    return _rationale(kb, kb.digest, question, policy)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _rationale(_kb: KnowledgeBase, digest: str, question: Question, policy: str) -> list[Line]:
    return rationale_of(_kb.explain(question.case, policy, question.settings))
