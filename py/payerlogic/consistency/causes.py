"""Findings by what they come from, so that a reader sees few things and not many.

    >>> from payerlogic import KnowledgeBase
    >>> found = causes(KnowledgeBase.load().check("bcbsaz"))
    >>> [(cause.id, len(cause.findings)) for cause in found if cause.kind == "conflict"]
    [('conflict:b12,b16', 1), ('conflict:b12,b18', 1)]

What holds by default comes from the text: from two clauses that contradict, from the clause that overlaps others, from
the clause that has a dead or redundant part, from one gap. What holds under other readings alone comes from these
readings, however many clauses it is about: whoever settles the reading settles all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from payerlogic.consistency.finding import Finding
from payerlogic.program.catalog import Catalog

READING = "reading"


@dataclass(frozen=True)
class Cause:
    """One cause with its findings. ``kind`` is theirs, or "reading" where readings bring them, which ``readings``
    names with their options; ``settled`` says that stated precedence decides all of it."""

    id: str
    kind: str
    by_default: bool
    settled: bool
    readings: tuple[tuple[str, tuple[str, ...]], ...]
    findings: tuple[Finding, ...]

    def to_dict(self, order: Sequence[Finding]) -> dict[str, object]:
        """``findings`` are their places in ``order``."""
        return {
            "id": self.id,
            "kind": self.kind,
            "by_default": self.by_default,
            "settled": self.settled,
            "readings": {reading: list(options) for reading, options in self.readings},
            "findings": [order.index(each) for each in self.findings],
        }


def with_causes(catalog: Catalog, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, each with the id of its cause."""
    findings = list(findings)
    overlapping = Counter(name for each in findings if each.kind == "overlap" for name in each.clauses)
    return [replace(each, cause=_id(catalog, each, overlapping)) for each in findings]


def causes(findings: Iterable[Finding]) -> tuple[Cause, ...]:
    """The causes of some findings, in the order of the findings."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.cause, []).append(finding)
    return tuple(_cause(id_, found) for id_, found in groups.items())


def _cause(id_: str, findings: Sequence[Finding]) -> Cause:
    first = findings[0]
    readings = tuple((name, first.under[name]) for name in _named(id_)) if not first.by_default else ()
    return Cause(
        id_,
        first.kind if first.by_default else READING,
        first.by_default,
        all(each.settled for each in findings),
        readings,
        tuple(findings),
    )


def _named(id_: str) -> list[str]:
    """The readings in the id of a cause."""
    return [each.partition("=")[0] for each in id_.partition(":")[2].split(";")]


def _id(catalog: Catalog, finding: Finding, overlapping: Counter[str]) -> str:
    if not finding.by_default:
        others = sorted((r, o) for r, o in finding.under.items() if catalog.readings[r].default not in o)
        written = (f"{reading}={'|'.join(options)}" for reading, options in others)
        return f"{READING}:{';'.join(written)}"
    match finding.kind:
        case "conflict":
            about = ",".join(finding.clauses)
        case "overlap":
            about = max(finding.clauses, key=lambda name: overlapping[name])
        case "dead" | "redundant":
            about = finding.clauses[0]
        case "gap":
            about = finding.policy
        case _:
            about = ",".join(finding.statements)
    return f"{finding.kind}:{about}"
