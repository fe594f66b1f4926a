"""The findings about a policy, kept for every page that speaks of them, and what an address calls one."""

from __future__ import annotations

import hashlib

from payerlogic.api import KnowledgeBase
from payerlogic.app.cache import POLICIES, kept
from payerlogic.consistency.baseline import fingerprint
from payerlogic.consistency.finding import Finding


@kept(POLICIES, "Checking every possible case under every reading, with proofs")
def findings(kb: KnowledgeBase, policy: str, readings: tuple[tuple[str, str], ...] = ()) -> tuple[Finding, ...]:
    """The findings of one policy, with ``readings`` held fixed."""
    return tuple(kb.check(policy, dict(readings)))


def name_of(finding: Finding) -> str:
    """A short name that stays the same while the finding does, for an address.

    >>> name_of(Finding("dead", "acme", ("a1",), ("A1",), "can never be met", None, {}, ""))
    'dead-d2a149da'
    """
    mark = hashlib.sha256(f"{finding.policy}:{fingerprint(finding)}".encode()).hexdigest()[:8]
    return f"{finding.kind}-{mark}"
