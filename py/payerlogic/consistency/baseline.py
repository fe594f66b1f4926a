"""Findings that are known and accepted, kept in a file.

    >>> from tempfile import TemporaryDirectory
    >>> from payerlogic import KnowledgeBase
    >>> findings = KnowledgeBase.load().check("bcbsaz")
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "accepted.json")
    ...     _ = path.write_bytes(written("bcbsaz", findings))
    ...     accepted = Baseline.read(path, "bcbsaz")
    >>> accepted.new(findings), accepted.gone(findings)
    ([], [])

A finding is known by its kind, clauses, statements and readings, so that a change of words does not
make it new. Where several findings share these, as two terms of one sentence do, its words tell them apart.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from payerlogic.cases.file_kinds import check_is_file
from payerlogic.consistency.finding import Finding
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.vocabulary import Vocabulary
from payerlogic.text.json_text import json_file

WORDS = ("unused", "vague")
"""Kinds of which clauses and readings do not say all: what is unused or vague is named in the message alone."""


def fingerprint(finding: Finding) -> str:
    """What a finding is known by."""
    return f"{finding.key}:{finding.message}" if finding.kind in WORDS else finding.key


@dataclass(frozen=True)
class Baseline:
    """The accepted findings of one policy: fingerprints, with the message that each had."""

    accepted: Mapping[str, str]

    @classmethod
    def read(cls, path: str | Path, policy: str) -> Baseline:
        """QuestionError for a file that is none, or that is another policy's."""
        try:
            check_is_file(path)
            data = json.loads(Path(path).read_text(encoding="utf-8"))
            owner = data["policy"]
            accepted = {str(each["fingerprint"]): str(each["message"]) for each in data["accepted"]}
        except OSError as error:
            raise QuestionError(Problem(f"cannot be read ({error.strerror})", str(path))) from None
        except (ValueError, KeyError, TypeError, RecursionError):
            hint = "--write-baseline writes one"
            raise QuestionError(Problem("is not a baseline", str(path), hint)) from None
        if owner != policy:
            raise QuestionError(Problem(f"is the baseline of {owner!r}, not of {policy!r}", str(path)))
        return cls(accepted)

    def new(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that are not accepted."""
        return [finding for finding in findings if fingerprint(finding) not in self.accepted]

    def gone(self, findings: Iterable[Finding]) -> list[str]:
        """The messages of accepted findings that are no longer found."""
        found = {fingerprint(finding) for finding in findings}
        return [message for key, message in sorted(self.accepted.items()) if key not in found]


@dataclass(frozen=True)
class CheckedPolicy:
    """The findings of a policy beside those that are accepted, if there is a baseline."""

    findings: tuple[Finding, ...]
    baseline: Baseline | None = None

    def is_accepted(self, finding: Finding) -> bool:
        return self.baseline is not None and fingerprint(finding) in self.baseline.accepted

    def to_dict(self, vocabulary: Vocabulary) -> list[dict[str, object]]:
        """The findings as data; with a baseline, each says whether it is accepted."""
        known = self.baseline is not None
        return [
            each.to_dict(vocabulary) | ({"accepted": self.is_accepted(each)} if known else {}) for each in self.findings
        ]


def written(policy: str, findings: Sequence[Finding]) -> bytes:
    """A baseline that accepts these findings."""
    entries = {fingerprint(finding): finding for finding in findings}
    assert max(Counter(map(fingerprint, findings)).values(), default=1) == 1, "two findings share a fingerprint"
    data = {
        "policy": policy,
        "accepted": [{"fingerprint": key, "message": entries[key].message} for key in sorted(entries)],
    }
    return json_file(data)
