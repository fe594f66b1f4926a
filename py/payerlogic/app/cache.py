"""What the app asks of the knowledge base, kept so that an unchanged question is not asked again.

>>> key_of(frozenset({"b", "a"})), key_of({"site": "brain", "age": 60})
("{'a', 'b'}", "{'age': 60, 'site': 'brain'}")

The knowledge base is read again when a file of it changes. Answers are frozen data, so that sessions can share one;
they stay in the memory of this process.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import ParamSpec, TypeVar

import streamlit as st

from payerlogic.answers.decision import Determination
from payerlogic.answers.derivation.explanation import Explanation
from payerlogic.answers.fact_status import FactStatus, standings
from payerlogic.answers.premises import Switches
from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.comparison.result import Party
from payerlogic.consistency.finding import Finding
from payerlogic.program.files import shipped_folder
from payerlogic.program.library import Library
from payerlogic.program.source_files import program_files
from payerlogic.semantics.settings import Settings
from payerlogic.wording.explanation import rationale
from payerlogic.wording.outline import Line

FOLDER_VARIABLE = "PAYERLOGIC_KB"
SERVICES = 8
"""So many services stay loaded; another one is read again in a fraction of a second."""
CASES, POLICIES = 256, 24
"""So many answers are kept of one question about cases, a few kilobytes each, and of one about policies, which has up
to some megabytes."""

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def kept(most: int, spinner: str | bool = False) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Keep the latest ``most`` answers of a function, each under all that it was asked with.

    INVARIANT: the key of a case has its name and what was written beside its facts, though two cases are equal without
    these: an answer may repeat them, and must not do so to someone else. Pages leave out the name.
    """
    data: tuple[str | type, ...] = (KnowledgeBase, StatedCase, Settings, Party, Finding)
    return st.cache_resource(max_entries=most, show_spinner=spinner, hash_funcs=dict.fromkeys(data, key_of))


def key_of(value: object) -> str:
    """Frozen data as a text, the same for equal data. A knowledge base is known by its service and its fingerprint."""
    if isinstance(value, KnowledgeBase):
        return f"{value.service} {value.digest}"
    if is_dataclass(value):
        return f"{type(value).__name__}({', '.join(key_of(getattr(value, each.name)) for each in fields(value))})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(sorted(f'{key_of(name)}: {key_of(each)}' for name, each in value.items()))}}}"
    if isinstance(value, Set):
        return f"{{{', '.join(sorted(map(key_of, value)))}}}"
    return f"({', '.join(map(key_of, value))})" if isinstance(value, tuple | list) else repr(value)


def library() -> Library:
    """The shipped library, or the one in the folder that PAYERLOGIC_KB names.

    Raises KnowledgeBaseError for one that cannot be used.
    """
    return _read(*_files())


def knowledge_base(service: str = "") -> KnowledgeBase:
    """One service of the library, the default one where none is named.

    Raises KnowledgeBaseError for one that cannot be used.
    """
    found = _files()
    return _load(*found, service or _read(*found).default)


def _files() -> tuple[str, int]:
    """The folder, and in one number which files it has and when each was saved."""
    folder = Path(os.environ.get(FOLDER_VARIABLE) or shipped_folder())
    files = (each for part in program_files(folder) for each in part)
    return str(folder), hash(tuple((str(file), *_state(file)) for file in files))


def _state(file: Path) -> tuple[int, int]:
    """When a file was saved, and its size. One that is gone meanwhile, or leads nowhere, is left to loading."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(folder: str, files: int) -> Library:
    return Library.read(Path(folder))


@st.cache_resource(max_entries=SERVICES, show_spinner="Reading the knowledge base")
def _load(folder: str, files: int, service: str) -> KnowledgeBase:
    """What is loaded stays, so the garbage collector does not look through it after every run of a page, as Streamlit
    has it do: that took longer than most answers."""
    found = KnowledgeBase.of_library(_read(folder, files), service=service or None)
    gc.unfreeze()
    gc.collect()  # an earlier state of the files, if nobody uses it
    gc.freeze()
    return found


@dataclass(frozen=True)
class Answered:
    """What stays in view of a case. ``best`` is the attribute to ask next and the share of what is open that its
    answer settles, if any is open."""

    determinations: Mapping[str, Determination]
    standings: Mapping[str, FactStatus]
    best: tuple[tuple[str, Fraction], ...]


@kept(CASES)
def answered(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> Answered:
    """What stays in view of a case: the determinations, and what still matters."""
    found = kb.decide(case, None, settings).determinations
    open_ = [policy for policy, each in found.items() if len(each.possible) > 1]
    best = kb.best_questions([kb.ask(case, policy, settings) for policy in open_])
    return Answered(found, standings(kb, case, settings, found), best[:1])


@kept(CASES)
def switches(kb: KnowledgeBase, case: StatedCase, settings: Settings) -> Mapping[str, tuple[Switches, ...]]:
    """For every policy the minimal sets of readings that would change its determination; none if it is robust.

    It takes longer than deciding, so a page asks for it once the determinations are shown.
    """
    return {policy: kb.robustness(case, policy, settings).switches for policy in kb.policies}


@kept(POLICIES)
def explained(kb: KnowledgeBase, case: StatedCase, settings: Settings, policy: str) -> Explanation:
    """Why ``policy`` determines as it does. Those who are given it share it, and change nothing in it."""
    return kb.explain(case, policy, settings)


@kept(CASES)
def why(kb: KnowledgeBase, case: StatedCase, settings: Settings, policy: str) -> tuple[Line, ...]:
    """Why ``policy`` determines as it does, in words."""
    return tuple(rationale(explained(kb, case, settings, policy)))
