"""One finding about the consistency of a policy.

>>> Finding("dead", "acme", ("a1",), ("A1",), "can never be met", None, {"r": ("x",)}, "").key
'dead:a1:A1:r=x'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from payerlogic.case import StatedCase
from payerlogic.vocabulary import Vocabulary

KINDS = ("conflict", "gap", "dead", "redundant", "overlap", "unused", "vague")


@dataclass(frozen=True)
class Finding:
    """One finding. ``under`` are the readings under which it holds (empty: under all); ``share`` is, for a
    vague term, the share of the cases past the gates whose class rests on a clause that uses it.
    ``witness_readings`` are the readings that the witness needs besides, where no one case serves them all."""

    kind: str
    policy: str
    clauses: tuple[str, ...]
    statements: tuple[str, ...]
    message: str
    witness: StatedCase | None
    under: Mapping[str, tuple[str, ...]]
    citation: str
    proved: bool = True
    axioms: tuple[str, ...] = ()
    share: float | None = None
    witness_readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self, vocabulary: Vocabulary) -> dict[str, object]:
        found: dict[str, object] = {
            "kind": self.kind,
            "clauses": list(self.clauses),
            "statements": list(self.statements),
            "message": self.message,
            "witness": self.witness.to_json(vocabulary) if self.witness is not None else None,
            "under": {reading: list(options) for reading, options in self.under.items()},
            "citation": self.citation,
            "proved": self.proved,
        }
        if self.witness_readings:
            found["witness_readings"] = {name: options[0] for name, options in self.witness_readings.items()}
        if self.axioms:
            found["axioms"] = list(self.axioms)
        if self.share is not None:
            found["share"] = round(self.share, 4)
        return found

    @property
    def key(self) -> str:
        """What names the finding in a baseline: everything but its words and its witness."""
        under = ";".join(f"{reading}={'|'.join(options)}" for reading, options in sorted(self.under.items()))
        return f"{self.kind}:{','.join(self.clauses)}:{','.join(self.statements)}:{under}"
