"""One finding about the consistency of a policy.

>>> Finding("dead", "acme", ("a1",), ("A1",), "can never be met", None, {"r": ("x",)}, "").key
'dead:a1:A1:r=x'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from payerlogic.answers.premises import Premises
from payerlogic.cases.case import StatedCase
from payerlogic.consistency.rule_part import RulePart
from payerlogic.consistency.unsat_premises import Proof
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.semantics.value_sets import BoxValues
from payerlogic.text.frozen import freeze

KINDS = ("conflict", "gap", "dead", "redundant", "overlap", "unused", "vague")
UNIVERSAL = ("dead", "redundant", "unused")
"""Kinds that say something of every case; the others show a case, or count cases."""


@dataclass(frozen=True)
class Gap:
    """A maximal box of cases without a class, but for days on which a gate decides: the values that make it, and in
    words, and why each clause that could have concluded does not. It stands for all that differ from it in the order of
    the records of ``any_order``.
    """

    box: Mapping[str, BoxValues] = field(hash=False)
    barred: tuple[tuple[str, str], ...]
    where: str
    any_order: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        barred = [{"clause": clause, "why": why} for clause, why in self.barred]
        orders = {"any_order": list(self.any_order)} if self.any_order else {}
        return {"box": dict(self.box), **orders, "barred": barred}


@dataclass(frozen=True)
class Finding:
    """One finding. ``under`` are the readings under which it holds (empty: under all that are encoded), and
    ``by_default`` says whether the default readings are among them; ``share`` is, for a vague term, the share of the
    cases past the gates that would get another class if no clause that uses it were met.
    ``witness_readings`` are the readings that the witness needs besides, where no one case serves them all.
    ``settled`` says of a conflict that stated precedence decides it on every case, under each of these readings.
    ``cause`` names what it comes from (see consistency.causes).
    ``part`` names the alternative or condition that it is about, if it is not about whole clauses;
    ``rule`` is the rule that has it;
    ``regions`` are, for a gap, the boxes that cover it exactly, or if not ``all_listed``, the largest;
    ``proof`` is, for a universal claim, a minimal set of rules and axioms that it follows from."""

    kind: str
    policy: str
    clauses: tuple[str, ...]
    statements: tuple[str, ...]
    message: str
    witness: StatedCase | None
    under: Mapping[str, tuple[str, ...]]
    citation: str
    proved: bool = True
    share: float | None = None
    witness_readings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    part: str = ""
    regions: tuple[Gap, ...] = ()
    proof: Proof | None = None
    all_listed: bool = True
    by_default: bool = True
    settled: bool = False
    cause: str = ""
    rule: RulePart | None = field(default=None, compare=False)
    premises: Premises = field(default=Premises(), compare=False)

    def __post_init__(self) -> None:
        freeze(self, "under", "witness_readings")

    @property
    def sentence(self) -> str:
        """The message; if it is universal, with what it takes for granted."""
        if self.kind not in UNIVERSAL:
            return f"{self.message}."
        return f"For any complete case past the policy's gates, {self._readings}: {self.message}."

    @property
    def _readings(self) -> str:
        if self.under:
            return "under the readings named here"
        return (
            "under every reading encoded here" if self.premises.tried == "every" else "under the readings chosen here"
        )

    @property
    def axioms(self) -> tuple[str, ...]:
        """The axioms that a universal claim needs."""
        return self.proof.axioms if self.proof is not None else ()

    def to_dict(self, vocabulary: Vocabulary) -> dict[str, object]:
        found: dict[str, object] = {
            "kind": self.kind,
            "clauses": list(self.clauses),
            "statements": list(self.statements),
            "message": self.message,
            "witness": self.witness.to_dict(vocabulary) if self.witness is not None else None,
            "under": {reading: list(options) for reading, options in self.under.items()},
            "citation": self.citation,
            "proved": self.proved,
            "by_default": self.by_default,
            "settled": self.settled,
            "cause": self.cause,
            "premises": self.premises.to_dict(),
        }
        if self.witness_readings:
            found["witness_readings"] = {name: options[0] for name, options in self.witness_readings.items()}
        if self.part:
            found["part"] = self.part
        if self.rule is not None and self.rule.line:
            found["rule"] = {"file": self.rule.file, "line": self.rule.line}
        if self.proof is not None:
            found["axioms"] = list(self.axioms)
            found["rules"] = [str(rule) for rule in self.proof.rules]
        if self.regions:
            found["regions"] = [region.to_dict() for region in self.regions]
        if not self.all_listed:
            found["all_listed"] = False
        if self.share is not None:
            found["share"] = round(self.share, 4)
        return found

    @property
    def key(self) -> str:
        """What names the finding in a baseline: everything but its words and its witness."""
        under = ";".join(f"{reading}={'|'.join(options)}" for reading, options in sorted(self.under.items()))
        part = f":{self.part}" if self.part else ""
        return f"{self.kind}:{','.join(self.clauses)}:{','.join(self.statements)}:{under}{part}"
