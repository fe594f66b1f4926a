"""The answers of the sections below the determinations, kept as long as the question stays the same.

The sentences are those of the API; an answer keeps them ready, with the changes beside each that can be tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from payerlogic.answers.why_not.search import Change, WhyNot
from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import KEPT, Question
from payerlogic.wording.case_answers import ChangesInWords, Sentences
from payerlogic.wording.outline import Line


@dataclass(frozen=True)
class Option:
    """One minimal set of changes, and its words."""

    changes: tuple[Change, ...]
    words: ChangesInWords


@dataclass(frozen=True)
class Changes:
    """What would give ``want``: the options, the smallest first, or none.

    ``sentences`` are those below the options (assumptions, readings that need no change, and readings on which the
    options depend), or those that say why there are none.
    """

    want: str
    already: bool
    options: tuple[Option, ...] = ()
    sentences: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Parting:
    """Why two policies disagree: the sentences about the clauses, and for each outcome what would unite them."""

    agree: bool
    sentences: tuple[Line, ...]
    unite: tuple[Changes, ...]


@dataclass(frozen=True)
class ToAsk:
    """What to ask: for each policy its sentences, and over all of them the share that each fact settles."""

    sentences: tuple[tuple[str, tuple[Line, ...]], ...]
    together: tuple[tuple[str, int], ...]


def why_not(
    kb: KnowledgeBase, question: Question, policy: str, want: str, fix: Sequence[str], free: Sequence[str]
) -> Changes:
    """Every minimal set of changes after which ``policy`` gives ``want``."""
    return _why_not(kb, kb.digest, question, policy, want, tuple(fix), tuple(free))


@st.cache_data(max_entries=KEPT, show_spinner="Looking for the smallest changes")
def _why_not(
    _kb: KnowledgeBase,
    digest: str,
    question: Question,
    policy: str,
    want: str,
    fix: tuple[str, ...],
    free: tuple[str, ...],
) -> Changes:
    found = _kb.why_not(question.case, policy, want, question.settings, fix=fix, free=free)
    sentences = Sentences(_kb, question.case, question.settings)
    if found.changes:
        return _changes(sentences, found, [policy])
    return Changes(want, found.already, sentences=tuple(sentences.why_not(found)))


def parting(kb: KnowledgeBase, question: Question, left: str, right: str) -> Parting:
    """Why two policies disagree on the case."""
    return _parting(kb, kb.digest, question, left, right)


@st.cache_data(max_entries=KEPT, show_spinner="Setting clause against clause")
def _parting(_kb: KnowledgeBase, digest: str, question: Question, left: str, right: str) -> Parting:
    found = _kb.contrast(question.case, left, right, question.settings)
    sentences = Sentences(_kb, question.case, question.settings)
    unite = tuple(_changes(sentences, each, [left, right]) for each in found.unite)
    return Parting(found.agree, (*sentences.sides(found), *map(Line, found.premises.usual_sentences)), unite)


def to_ask(kb: KnowledgeBase, question: Question) -> ToAsk:
    """What to ask at every policy."""
    return _to_ask(kb, kb.digest, question)


@st.cache_data(max_entries=KEPT, show_spinner="Weighing the questions")
def _to_ask(_kb: KnowledgeBase, digest: str, question: Question) -> ToAsk:
    asked = [_kb.ask(question.case, policy, question.settings) for policy in _kb.policies]
    together = _kb.best_questions(asked)
    sentences = Sentences(_kb, question.case, question.settings)
    return ToAsk(
        tuple((each.policy, tuple(sentences.questions(each))) for each in asked),
        tuple((name, round(float(share) * 100)) for name, share in together),
    )


def _changes(sentences: Sentences, found: WhyNot, policies: Sequence[str]) -> Changes:
    """The options, each with what it rests on, or why there are none."""
    options = tuple(
        Option(each, sentences.changes(each, policies, grounds))
        for each, grounds in zip(found.changes, found.grounds, strict=True)
    )
    below = sentences.below_changes(found) if options else sentences.unreachable(found)
    return Changes(found.want, found.already, options, tuple(below))
