"""Findings for people: what each kind means, how grave it is, and a finding in sentences.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> [finding, *_] = kb.check("bcbsaz")
>>> list(in_lines(kb, finding))[-1].startswith("holds ")
True
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from payerlogic.consistency.baseline import CheckedPolicy
from payerlogic.consistency.causes import Cause, causes
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
    "it reads as if it decided something. The rest are notes, and so is a conflict that stated precedence settles. A "
    "finding that the default readings rule out is one level lower."
)


def level(catalog: Catalog, finding: Finding) -> str:
    """How grave a finding is: error, warning or note (see LEVELS)."""
    found = kind_of(finding).level
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
    if not finding.all_listed:
        yield "these are the largest regions; not all are listed"
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
SETTLED = FindingKind(
    "Settled by precedence", "two clauses conclude different classes on one case, and stated precedence decides", "note"
)


def kind_of(finding: Finding) -> FindingKind:
    """What a finding is: its kind, or a conflict that stated precedence settles."""
    return SETTLED if finding.settled else KINDS[finding.kind]


def _groups(items: Iterable[Finding]) -> dict[FindingKind, list[Finding]]:
    """In the order of the findings, by what they are."""
    found: dict[FindingKind, list[Finding]] = {}
    for each in items:
        found.setdefault(kind_of(each), []).append(each)
    return found


def _counts(findings: Iterable[Finding]) -> str:
    return ", ".join(f"{lowered(kind.title)} ({len(group)})" for kind, group in _groups(findings).items())


def title(catalog: Catalog, cause: Cause) -> str:
    """A cause of several findings in words.

    >>> from payerlogic import KnowledgeBase
    >>> from payerlogic.consistency.causes import causes
    >>> kb = KnowledgeBase.load()
    >>> title(kb.catalog, [each for each in causes(kb.check("bcbsaz")) if each.kind == "conflict"][0])
    "'A mandate leaves medical necessity alone to be judged' (b12)"
    """
    if cause.readings:
        return f"If read otherwise: {readings(catalog, dict(cause.readings))}"
    first = cause.findings[0]
    id_ = cause.id.partition(":")[2] if cause.kind == "overlap" else next(iter(first.clauses), "")
    clause = catalog.policies[first.policy].clauses.get(id_)
    return f"{clause.title!r} ({id_})" if clause is not None else first.citation


def _count(checked: CheckedPolicy) -> str:
    findings = checked.findings
    if not findings:
        return "No findings."
    found = causes(findings)
    default = [each for each in found if each.by_default]
    said = []
    for heading, part in (
        ("by default", default),
        ("only under other readings", [c for c in found if c not in default]),
    ):
        if part:
            number_of = sum(len(each.findings) for each in part)
            said.append(f"{number(number_of)} {heading}, from {plural(len(part), 'cause')}")
    accepted = f"; {sum(map(checked.is_accepted, findings))} accepted" if checked.baseline is not None else ""
    return f"{plural(len(findings), 'finding')}: {'; '.join(said)}{accepted}."


def lines(kb: Model, checked: CheckedPolicy) -> Iterator[Line]:
    """The findings by cause: those by default first, by kind, then what only other readings bring, by reading; a line
    without text is a gap."""
    yield Line(_count(checked))
    found = causes(checked.findings)
    default = [each for cause in found if cause.by_default for each in cause.findings]
    if default:
        yield from (GAP, Line(f"By default: {_counts(default)}"))
    for kind, group in _groups(default).items():
        yield from (GAP, Line(f"{kind.title} ({len(group)}): {kind.meaning}"))
        for index, cause in enumerate(causes(group), 1):
            yield from _of_cause(kb, checked, cause, index, with_kind=False)
    others = [cause for cause in found if not cause.by_default]
    if others:
        counts = _counts(each for cause in others for each in cause.findings)
        yield from (GAP, Line(f"Only under other readings: {counts}"))
    for index, cause in enumerate(others, 1):
        yield from (GAP, *_of_cause(kb, checked, cause, index, with_kind=True))
    yield from (GAP, Line(DISCLAIMER))


def _of_cause(kb: Model, checked: CheckedPolicy, cause: Cause, index: int, *, with_kind: bool) -> Iterator[Line]:
    """A cause with its findings; the finding alone, where it is the only one and needs no heading."""
    alone = len(cause.findings) == 1 and not cause.readings
    depth = 1 if alone else 2
    if not alone:
        yield Line(f"{title(kb.catalog, cause)}: {_counts(cause.findings)}", 1, number=index)
    for finding in cause.findings:
        sentence, *details = in_lines(kb, finding)
        if cause.readings and cause.readings == tuple(sorted(finding.under.items())):  # the heading says where it holds
            details.pop()
        accepted = " (accepted)" if checked.is_accepted(finding) else ""
        kind = f"{kind_of(finding).title}: " if with_kind else ""
        yield Line(f"{kind}{sentence}{accepted}", depth, mark="" if alone else "-", number=index if alone else 0)
        yield from (Line(detail, depth + 1) for detail in details)
