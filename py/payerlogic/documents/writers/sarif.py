"""Findings as SARIF 2.1.0, so that a repository's code scanning shows them at their lines.

>>> from payerlogic import KnowledgeBase
>>> kb = KnowledgeBase.load()
>>> log = sarif(kb, kb.check("bcbsaz"))
>>> log["version"], log["runs"][0]["tool"]["driver"]["rules"][0]["id"]
('2.1.0', 'conflict')

A finding points to the rule of its first clause, and to the other clauses as related places; one without
clauses, to the first statement that it is about. Levels are explained in reports.findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from payerlogic.authoring.lint import KINDS as KINDS_OF_LINT
from payerlogic.authoring.lint import LintReport
from payerlogic.consistency.baseline import Baseline, fingerprint
from payerlogic.consistency.finding import KINDS as ORDER
from payerlogic.consistency.finding import Finding
from payerlogic.errors import Problem
from payerlogic.program.files import Program
from payerlogic.program.rule_index import Heads
from payerlogic.program.source_files import ParsedStatement
from payerlogic.repair.edited_text import Replacement, replacements
from payerlogic.repair.result import Repairs
from payerlogic.semantics.model import Model
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import sentence
from payerlogic.version import __version__
from payerlogic.wording.findings import KINDS, LEVELS, level, where_it_holds
from payerlogic.wording.repairs import EditWords, repair_lines

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
PROPERTIES = (
    "clauses",
    "statements",
    "part",
    "under",
    "by_default",
    "settled",
    "cause",
    "witness",
    "regions",
    "axioms",
    "rules",
    "proved",
    "premises",
)
"""What a result carries beside its sentence, of what ``check --json`` prints."""


def sarif(
    kb: Model, findings: Iterable[Finding], baseline: Baseline | None = None, repairs: Iterable[Repairs] = ()
) -> dict[str, Any]:
    """The whole log. With a baseline, accepted findings are marked as suppressed; repairs are fixes of theirs."""
    places = Places(kb.program)
    fixes = {id(each.finding): each for each in repairs}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver()},
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(kb, places, each, baseline) | _fixes(kb, places, fixes.get(id(each))) for each in findings
                ],
                "properties": {"kb": kb.digest},
            }
        ],
    }


def _driver() -> dict[str, Any]:
    return {
        "name": "payerlogic",
        "semanticVersion": __version__,
        "shortDescription": {"text": "Consistency of coverage policies, checked over every possible case."},
        "fullDescription": {"text": f"{LEVELS} {DISCLAIMER}"},
        "rules": [
            {
                "id": name,
                "name": KINDS[name].title.replace(" ", ""),
                "shortDescription": {"text": f"{sentence(KINDS[name].meaning)}."},
                "fullDescription": {"text": LEVELS},
                "help": {"text": "Proved over every possible case past the policy's gates, under the readings named."},
                "defaultConfiguration": {"level": KINDS[name].level},
            }
            for name in ORDER
        ],
    }


def _result(kb: Model, places: Places, finding: Finding, baseline: Baseline | None) -> dict[str, Any]:
    holds = where_it_holds(kb.catalog, finding)
    cited = f" [{finding.citation}]" if finding.citation else ""
    first, *others = list(places.of(finding))
    properties = finding.to_dict(kb.vocabulary)
    result: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": ORDER.index(finding.kind),
        "level": level(kb.catalog, finding),
        "message": {"text": f"{finding.sentence}{cited} {sentence(holds)}."},
        "locations": [first],
        "partialFingerprints": {"payerlogic/v1": f"{finding.policy}:{fingerprint(finding)}"},
        "properties": {name: properties[name] for name in PROPERTIES if name in properties},
    }
    if others:
        result["relatedLocations"] = [{"id": number, **place} for number, place in enumerate(others, 1)]
    if baseline is not None:
        known = fingerprint(finding) in baseline.accepted
        result["baselineState"] = "unchanged" if known else "new"
        result["suppressions"] = [{"kind": "external", "justification": "accepted in the baseline"}] if known else []
    return result


def _fixes(kb: Model, places: Places, found: Repairs | None) -> dict[str, Any]:
    """The repairs of a finding: what each changes in words, and as replacements in the file of the policy."""
    if found is None or found.finding is None:
        return {}
    words = EditWords.of(kb, found.finding.policy)
    path = words.text.statements[0].file.path
    return {
        "fixes": [
            {
                "description": {"text": f"{sentence('; '.join(repair_lines(words, each)))}."},
                "artifactChanges": [
                    {
                        "artifactLocation": _physical(path, places.root, None)["artifactLocation"],
                        "replacements": [_replacement(one) for one in replacements(words.text, each.edits)],
                    }
                ],
            }
            for each in found.repairs
        ]
    }


def _replacement(found: Replacement) -> dict[str, Any]:
    (first, column), (last, end) = found.begin, found.end
    region = {"startLine": first, "startColumn": column, "endLine": last, "endColumn": end}
    return {"deletedRegion": region, "insertedContent": {"text": found.text}}


def lint_log(report: LintReport) -> dict[str, Any]:
    """The whole log of ``payerlogic lint``; advice is a note."""
    root = _root(report.folder)
    names = list(KINDS_OF_LINT)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "payerlogic lint",
                        "semanticVersion": __version__,
                        "rules": [
                            {"id": name, "shortDescription": {"text": f"{sentence(what)}."}}
                            for name, what in KINDS_OF_LINT.items()
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": each.kind,
                        "ruleIndex": names.index(each.kind),
                        "level": "note" if each.kind == "advice" else "error",
                        "message": {"text": str(Problem(each.problem.what, hint=each.problem.hint))},
                        "locations": [{"physicalLocation": _physical(Path(each.file), root, each.line)}],
                    }
                    for each in (*report.problems, *report.advice)
                ],
            }
        ],
    }


def _physical(path: Path, root: Path, first: int | None, last: int | None = None) -> dict[str, Any]:
    full = path.resolve()
    uri = full.relative_to(root).as_posix() if full.is_relative_to(root) else path.name
    found: dict[str, Any] = {"artifactLocation": {"uri": quote(uri), "uriBaseId": ROOT}}
    if first is not None:
        found["region"] = {"startLine": first} | ({} if last is None else {"endLine": last})
    return found


class Places:
    """Where the clauses and statements of policies stand in their files."""

    def __init__(self, program: Program) -> None:
        self.root = _root(program.folder)
        self.heads = Heads(program)

    def of(self, finding: Finding) -> Iterator[dict[str, Any]]:
        """The places of a finding, the first of them the one to show."""
        naming, policy = self.heads.naming, finding.policy
        found = [(each, naming("met", policy, each) or naming("clause", policy, each)) for each in finding.clauses]
        if not found:
            found = [(each, naming("statement", policy, each)) for each in finding.statements]
        places = [self._place(statements[0], name) for name, statements in found if statements]
        yield from places or [self._place(naming("policy", policy)[0], policy)]

    def _place(self, statement: ParsedStatement, name: str) -> dict[str, Any]:
        return {
            "physicalLocation": _physical(statement.file.path, self.root, statement.line, statement.last_line),
            "logicalLocations": [{"name": name, "fullyQualifiedName": f"{statement.file.policy}.{name}"}],
            "message": {"text": name},
        }


def _root(folder: Path) -> Path:
    """The repository that a knowledge base is in; without one, the folder around it."""
    here = folder.resolve()
    return next((each for each in here.parents if (each / ".git").exists()), here.parent)
