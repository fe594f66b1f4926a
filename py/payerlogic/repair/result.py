"""Repairs as data: which edits, whether the check confirms them, and what they change elsewhere.

>>> from fractions import Fraction
>>> Repair((PolicyEdit("state_precedence", ("a", "b")),), Fraction(1, 8), (), (), ()).to_dict()["share"]
0.125
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from payerlogic.comparison.edits import Edit
from payerlogic.comparison.stricter import Strictness
from payerlogic.consistency.finding import Finding
from payerlogic.repair.declared import PolicyEdit


@dataclass(frozen=True)
class Repair:
    """Edits that end a finding, no fewer of them do. ``share`` is the share of the cells (of every possible case, with
    nothing presumed) that get another class, ``changes`` from which class to which; ``ends`` are the messages of the
    other findings that end with it, ``brings`` of those that it brings. ``text`` is the text before and after;
    ``as_of`` is the day of the cells, where what is usual is presumed of them, None where they are of every day.

    INVARIANT: the edited policy was loaded with the house rules, and checked: the finding is no longer found there."""

    edits: tuple[PolicyEdit, ...]
    share: Fraction
    changes: tuple[tuple[str | None, str | None, Fraction], ...]
    ends: tuple[str, ...]
    brings: tuple[str, ...]
    text: tuple[Edit, ...] = ()
    as_of: date | None = None

    def to_dict(self) -> dict[str, object]:
        return {
            "edits": [{"kind": each.kind, "arguments": list(each.arguments)} for each in self.edits],
            "share": round(float(self.share), 9),
            "changes": [{"old": old, "new": new, "share": round(float(share), 9)} for old, new, share in self.changes],
            "ends": list(self.ends),
            "brings": list(self.brings),
            "text": [each.to_dict() for each in self.text],
            "as_of": self.as_of.isoformat() if self.as_of is not None else None,
        }


@dataclass(frozen=True)
class Repairs:
    """The repairs of one finding (None: of a plan that is stricter than a base), those first that change least.

    ``declared`` edits were tried, up to ``most`` of them together: ``tried`` sets, all of those of up to ``all_up_to``
    edits. ``found`` of these end it, with no fewer edits; of ``weighed`` it is known what they change, ``repairs`` are
    those that were checked on the edited text, ``refused`` how many the house rules or the check turned down.

    INVARIANT: "there is no repair" is said where ``complete`` holds, and nowhere else.
    """

    finding: Finding | None
    declared: int
    most: int
    tried: int
    found: int
    refused: int
    repairs: tuple[Repair, ...]
    weighed: int
    all_up_to: int

    @property
    def complete(self) -> bool:
        """Whether every set was tried: the time did not end before."""
        return self.all_up_to == self.most

    @property
    def all_listed(self) -> bool:
        return self.found == len(self.repairs) + self.refused

    def to_dict(self) -> dict[str, object]:
        finding = self.finding
        about = (
            None if finding is None else {"kind": finding.kind, "clauses": list(finding.clauses), "key": finding.key}
        )
        return {
            "finding": about,
            "declared": self.declared,
            "most": self.most,
            "tried": self.tried,
            "found": self.found,
            "refused": self.refused,
            "complete": self.complete,
            "all_up_to": self.all_up_to,
            "weighed": self.weighed,
            "all_listed": self.all_listed,
            "repairs": [each.to_dict() for each in self.repairs],
        }


@dataclass(frozen=True)
class PolicyRepairs:
    """What ``check --repair`` answers: all findings of a policy, and the repairs of those that are of the first rank
    and hold by default. ``readings`` are those that were chosen."""

    policy: str
    findings: tuple[Finding, ...]
    repairs: tuple[Repairs, ...]
    readings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StrictnessRepairs:
    """What ``stricter --repair`` answers. ``repairs`` is None where there is nothing to search."""

    strictness: Strictness
    repairs: Repairs | None
