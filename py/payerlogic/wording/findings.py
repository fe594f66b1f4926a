"""Findings for people: what each kind means, how grave it is, and a finding in sentences.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> [finding, *_] = kb.check("bcbsaz")
>>> list(in_lines(kb, finding))[-1].startswith("holds ")
True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from payerlogic.consistency.baseline import CheckedPolicy
from payerlogic.consistency.finding import KINDS as ORDER
from payerlogic.consistency.finding import Finding
from payerlogic.consistency.unsat_premises import RulePlace
from payerlogic.program.catalog import Catalog
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import lowered, number, percent, plural
from payerlogic.wording.outline import Line

EVERY_READING = "holds under every reading encoded here"
LOWER = {"error": "warning", "warning": "note", "note": "note"}


@dataclass(frozen=True)
class FindingKind:
    """A kind of finding: its heading, what it means, and its level for a code scanner."""

    title: str
    meaning: str
    level: str


KINDS: Mapping[str, FindingKind] = {
    "conflict": FindingKind("Conflicts", "two clauses conclude different classes on one possible case", "error"),
    "gap": FindingKind("Gaps", "cases for which no clause concludes a class", "error"),
    "dead": FindingKind("Dead", "a clause, or an alternative in one, that no possible case can meet", "warning"),
    "redundant": FindingKind(
        "Redundant", "a clause, an alternative or a condition whose removal changes no determination", "warning"
    ),
    "overlap": FindingKind("Overlaps", "different clauses that conclude the same class on one case", "note"),
    "unused": FindingKind("Unused", "something the policy declares that can change no determination", "note"),
    "vague": FindingKind("Vague", "a term that the policy uses without defining it", "note"),
}
LEVELS = (
    "Conflicts and gaps are errors: there the text gives two answers or none. What is dead or redundant is a warning: "
    "it reads as if it decided something. The rest are notes. A finding that the default readings rule out is one "
    "level lower."
)


def level(catalog: Catalog, finding: Finding) -> str:
    """How grave a finding is: error, warning or note (see LEVELS)."""
    found = KINDS[finding.kind].level
    return found if finding.by_default else LOWER[found]


def in_lines(kb: Model, finding: Finding) -> Iterator[str]:
    """The sentence, the place in the text, an example, and the readings under which it holds."""
    yield finding.sentence
    if finding.share:
        share = percent(Fraction(finding.share))
        yield f"clauses that use it decide the class in {share} of the cells, not of patients, by default"
    elif finding.share is not None:
        yield "no class depends on a clause that uses it, by default"
    if finding.citation:
        yield f"text: {finding.citation}"
    for index, region in enumerate(finding.regions, 1):
        why = "; ".join(f"{clause}: {reason}" for clause, reason in region.barred)
        yield f"region {index}: {region.where} ({why})"
    if finding.axioms:
        yield f"because: {'; '.join(kb.catalog.axioms[name].sentence for name in finding.axioms)}"
    if finding.proof is not None:
        yield f"proved (UNSAT) from {', '.join(_places(finding.proof.rules))}"
    if finding.witness is not None:
        facts = finding.witness.facts
        facts_said = "; ".join(kb.vocabulary[name].describe(facts[name]) for name in kb.vocabulary if name in facts)
        yield f"example: {facts_said or 'any case'}"
    if finding.witness_readings:
        yield f"the example needs: {readings(kb.catalog, finding.witness_readings)}"
    yield where_it_holds(kb.catalog, finding)


def where_it_holds(catalog: Catalog, finding: Finding) -> str:
    """Under which of the readings encoded here a finding holds."""
    if not finding.under:
        return EVERY_READING if finding.premises.tried == "every" else "holds under the readings chosen here"
    default = "holds by default, and as long as" if finding.by_default else "does not hold by default; holds where"
    return f"{default}: {readings(catalog, finding.under)}"


def _places(rules: tuple[RulePlace, ...]) -> Iterator[str]:
    """Rules by file, with their lines: "nia.lp lines 12, 15"."""
    lines: dict[str, list[str]] = {}
    for name, line in rules:
        lines.setdefault(name, []).append(str(line))
    for name, numbers in lines.items():
        yield f"{name} line{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def readings(catalog: Catalog, under: Mapping[str, tuple[str, ...]]) -> str:
    """Readings with the options that each may have, in words and as they are written."""
    said = []
    for id_, options in under.items():
        reading = catalog.readings[id_]
        meanings = "' or '".join(reading.meaning(option) for option in options)
        said.append(f"{reading.question} '{meanings}' ({id_}={'|'.join(options)})")
    return "; and: ".join(said)


# --- All findings of a policy --------------------------------------------------------------------------------

GAP = Line("")


def _groups(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    for kind in ORDER:
        group = [each for each in findings if each.kind == kind]
        if group:
            yield kind, group


def _by_default(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """The findings by default first, then those that need other readings."""
    default = [each for each in findings if each.by_default]
    others = [each for each in findings if not each.by_default]
    for heading, part in (("By default", default), ("Only under other readings", others)):
        if part:
            yield heading, part


def _count(checked: CheckedPolicy) -> str:
    findings = checked.findings

    if not findings:
        return "No findings."
    counts = "; ".join(f"{number(len(part))} {lowered(heading)}" for heading, part in _by_default(findings))
    accepted = f"; {sum(map(checked.is_accepted, findings))} accepted" if checked.baseline is not None else ""
    return f"{plural(len(findings), 'finding')}: {counts}{accepted}."


def lines(kb: Model, checked: CheckedPolicy) -> Iterator[Line]:
    """The findings, those by default first, grouped by kind; a line without text is a gap."""

    findings = checked.findings
    yield Line(_count(checked))
    for heading, part in _by_default(findings):
        counts = ", ".join(f"{kind} {len(group)}" for kind, group in _groups(part))
        yield from (GAP, Line(f"{heading}: {counts}"))
        for kind, group in _groups(part):
            yield from (GAP, Line(f"{KINDS[kind].title} ({len(group)}): {KINDS[kind].meaning}"))
            for index, finding in enumerate(group, 1):
                sentence, *details = in_lines(kb, finding)
                accepted = " (accepted)" if checked.is_accepted(finding) else ""
                yield Line(f"{sentence}{accepted}", 1, number=index)
                yield from (Line(detail, 2) for detail in details)
    yield from (GAP, Line(DISCLAIMER))
