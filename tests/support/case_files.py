"""The stored cases: what they state, what each policy should say of them, and how to compare.

A file of ``cases/`` is a document: ``about`` says what it is for, ``cases`` lists the cases::

    - name: fifty years is old enough
      facts: {primary_site: breast, age_years: 50}     what is stated; null takes a fact of a base back
      readings: {nia_breast_tis: tis_as_alternative}   those that are not at their default
      presumptions: false                              as with --no-presumptions
      as_of: 2025-10-01                                the day, if it is not 2026-11-22
      expect:
        nia: {class: medically_necessary, clauses: [n10]}
        bcbsaz: {open: [no_criterion, experimental_investigational], deciding: [fda_status]}

What a policy's expectation does not mention is not compared; what it may mention is in ``EXPECTABLE``.
``expect: {error: [words]}`` is for facts that cannot go together. Keys that begin with a dot hold
YAML anchors and are not read. All patients are made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from payerlogic import Determination, KnowledgeBase, Settings

FOLDER = Path(__file__).resolve().parent.parent / "policies" / "cases"
AS_OF = date(2026, 11, 22)
CASE_KEYS = {"name", "facts", "readings", "presumptions", "as_of", "expect"}
EXPECTABLE = {
    "class": "the class, when decided",
    "open": "the possible classes, when not",
    "outcome": "the outcome",
    "clauses": "exactly the clauses that the class rests on",
    "deciding": "exactly the unknown facts that can still change the class",
    "version": "the first day of the version in force, or null",
    "limits": "exactly the limits",
    "advisories": "exactly the advisories",
    "has": "advisories that are among those given",
    "hasnt": "advisories that are not",
    "presumptions": "exactly the presumptions that the class rests on",
    "relies_on": "presumptions that are among those",
    "relies_not_on": "presumptions that are not",
    "met": "clauses whose own conditions hold, whether or not another prevails",
}


@dataclass(frozen=True)
class StoredCase:
    """One case of a file, with the determinations that it should get."""

    file: str
    name: str
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]
    readings: Mapping[str, str] = field(default_factory=dict)
    presumptions: bool = True
    as_of: date = AS_OF

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    def settings(self, kb: KnowledgeBase) -> Settings:
        return kb.settings(self.readings, presumptions=self.presumptions, as_of=self.as_of)

    @property
    def error(self) -> list[str] | None:
        """The words that the error should contain, if the facts cannot go together."""
        return self.expect.get("error")


def read(path: Path) -> list[StoredCase]:
    """The cases of one file. What the format does not know is an error, not a silence."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    unknown = {key for key in document if not key.startswith(".")} - {"about", "cases", "gates", "clauses"}
    assert not unknown, f"{path.name}: {unknown}"
    found = [_case(path.stem, record) for record in document.get("cases", [])]
    found += _gates_and_clauses(path.stem, document)
    return found


def _case(file: str, record: dict[str, Any]) -> StoredCase:
    assert record.keys() <= CASE_KEYS, f"{file}: {record.keys() - CASE_KEYS}"
    for policy, expected in record["expect"].items():
        if policy != "error":
            assert expected, f"{file}, {record['name']}: {expected}"
            assert expected.keys() <= EXPECTABLE.keys(), f"{file}, {record['name']}: {expected}"
    return StoredCase(**{"file": file, **record})


def _gates_and_clauses(file: str, document: dict[str, Any]) -> Iterator[StoredCase]:
    """Every gate before every later gate, and before every clause (see ``cases/order_of_decision.yaml``)."""
    for policy, clauses in document.get("clauses", {}).items():
        gates = document["gates"][policy]
        for clause, base in clauses.items():
            facts, readings = base["facts"], base.get("readings", {})
            alone = {"clauses": [clause], **base.get("expect", {})}
            yield StoredCase(file, f"{policy} {clause} by itself", facts, {policy: alone}, readings)
            for gate, trouble in gates.items():
                expected = {"class": trouble["class"], "clauses": [gate], "met": [gate, clause]}
                both = {**facts, **trouble["facts"]}
                yield StoredCase(file, f"{policy} {gate} before {clause}", both, {policy: expected}, readings)
        for index, (gate, trouble) in enumerate(gates.items()):
            for later, more in list(gates.items())[index + 1 :]:
                if gate in more.get("not_with", ()):
                    continue
                expected = {"class": trouble["class"], "clauses": [gate], "met": [gate, later]}
                both = {**more["facts"], **trouble["facts"]}
                yield StoredCase(file, f"{policy} {gate} before {later}", both, {policy: expected})


def all_cases() -> list[StoredCase]:
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in read(path)]


def differences(kb: KnowledgeBase, policy: str, expected: Mapping[str, Any], found: Determination) -> list[str]:
    """How ``found`` departs from what was expected, one line for each departure."""
    plain: dict[str, Any] = {
        "class": found.class_,
        "open": sorted(found.possible) if found.class_ is None else None,
        "outcome": found.outcome,
        "clauses": sorted(clause.id for clause in found.clauses),
        "deciding": sorted(found.deciding),
        "version": found.version,
        "limits": sorted(each.id for each in found.limits),
        "advisories": sorted(each.id for each in found.advisories),
        "presumptions": sorted(each.id for each in found.presumptions),
    }
    subsets = {"has": "advisories", "relies_on": "presumptions"}
    disjoint = {"hasnt": "advisories", "relies_not_on": "presumptions"}
    lines = []
    for key, wanted in expected.items():
        if key in subsets:
            if missing := set(wanted) - set(plain[subsets[key]]):
                lines.append(f"{policy}: {subsets[key]} lack {sorted(missing)}")
        elif key in disjoint:
            if extra := set(wanted) & set(plain[disjoint[key]]):
                lines.append(f"{policy}: {disjoint[key]} have {sorted(extra)}")
        elif key != "met":
            want = sorted(wanted) if isinstance(wanted, list) else wanted
            want = want.isoformat() if isinstance(want, date) else want
            if plain[key] != want:
                lines.append(f"{policy}: {key} is {plain[key]}, should be {want}")
    return lines
