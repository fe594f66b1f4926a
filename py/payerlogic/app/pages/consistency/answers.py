"""What the page asks of the knowledge base, kept so that an unchanged question is not asked again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from payerlogic.api import KnowledgeBase
from payerlogic.consistency.baseline import fingerprint
from payerlogic.consistency.clause_graph import Graph, clause_graph
from payerlogic.consistency.finding import Finding
from payerlogic.documents.pictures.clause_graph import clauses_svg

KEPT = 24
Readings = tuple[tuple[str, str], ...]


def findings_of(kb: KnowledgeBase, policy: str, readings: Readings) -> list[Finding]:
    """The findings of one policy, with ``readings`` held fixed."""
    return _check(kb, kb.digest, policy, readings)


@st.cache_resource(max_entries=KEPT, show_spinner="Checking every possible case under every reading, with proofs")
def _check(_kb: KnowledgeBase, digest: str, policy: str, readings: Readings) -> list[Finding]:
    return _kb.check(policy, dict(readings))


def name_of(finding: Finding) -> str:
    """A short name that stays the same while the finding does, for an address.

    >>> name_of(Finding("dead", "acme", ("a1",), ("A1",), "can never be met", None, {}, ""))
    'dead-d2a149da'
    """
    mark = hashlib.sha256(f"{finding.policy}:{fingerprint(finding)}".encode()).hexdigest()[:8]
    return f"{finding.kind}-{mark}"


def graph_of(kb: KnowledgeBase, policy: str, findings: Sequence[Finding]) -> tuple[Graph, str]:
    """How the clauses of these findings stand to each other, and a picture of it."""
    names = tuple(map(name_of, findings))
    return _graph(kb, kb.digest, policy, names, findings)


@st.cache_resource(max_entries=KEPT, show_spinner="Drawing the clauses")
def _graph(
    _kb: KnowledgeBase, digest: str, policy: str, names: tuple[str, ...], _findings: Sequence[Finding]
) -> tuple[Graph, str]:
    graph = clause_graph(_kb, policy, _findings)
    return graph, clauses_svg(graph)
