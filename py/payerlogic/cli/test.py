"""``payerlogic test``: the tests of a knowledge base."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cli.options import FINDINGS, JsonOption, KbOption, Screen, folder_of, load, to_json, write_utf8
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, progress, save
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.library import Library
from payerlogic.text.phrases import plural

if TYPE_CHECKING:
    from payerlogic.authoring.coverage import Coverage
    from payerlogic.authoring.running import RunReport

NAME_WIDTH = 100
"""Of the name of a proposed case."""
NOTHING_TO_TEST = "It changes no class of any possible case, so no test can cover it."


def test(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILES]", help="Files of tests. [default: all that are in the knowledge base]"),
    ] = None,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Say which clauses, alternatives and sides of thresholds no test covers."),
    ] = False,
    json: JsonOption = False,
    junit: Annotated[
        str | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML too; - prints them.")
    ] = None,
    kb: KbOption = None,
) -> None:
    """Decide the cases of tests, and list those that get another answer than they should.

    Tests are YAML files in a folder 'tests' of the knowledge base, beside the policies. The exit status is 1 if a
    test fails.

    --coverage strikes each part of a policy out: if the case of some test then gets another class, the test covers
    the part. For each part that is missing it proposes a case, with the class that the policy gives it now: compare
    that with the document before you keep it.

    \b
    Example:
      payerlogic test --coverage
      payerlogic test my-kb/policies/iort/tests/acme.yaml --kb my-kb
    """
    if junit is not None:
        check_output(junit)
    if json and junit == STANDARD_OUTPUT:
        raise QuestionError(Problem("cannot be combined", f"--json and --junit {STANDARD_OUTPUT}"))
    from payerlogic.authoring.case_tests import by_service, read_tests, stored_tests
    from payerlogic.authoring.running import RunReport, run_all

    library = Library.read(folder_of(kb))
    tests = read_tests(map(Path, files)) if files else stored_tests(library.folder)
    if not tests:
        hint = "write them in a folder 'tests' beside the policies"
        raise QuestionError(Problem("has no tests", ", ".join(files or [str(library.folder)]), hint))
    reports: list[RunReport] = []
    found: dict[str, Coverage] = {}
    for service, own in by_service(library, tests).items():
        base = load(kb) if service == library.default else KnowledgeBase.load(kb, service=service)
        reports.append(run_all(base, own))
        if coverage:
            found |= _coverage(base, reports[-1], everything=not files)
    report = RunReport.joined(reports)
    if junit is not None:
        from payerlogic.documents.writers.junit import junit as as_junit

        save(junit, as_junit(report))
    if json:
        more = {"coverage": {policy: each.to_dict() for policy, each in found.items()}} if coverage else {}
        write_utf8(f"{to_json(report.to_dict() | more)}\n")
    elif junit != STANDARD_OUTPUT:
        _show(report)
        for each in found.values():
            _show_coverage(each)
    if report.failed:
        raise typer.Exit(FINDINGS)


def _coverage(kb: KnowledgeBase, report: RunReport, *, everything: bool) -> dict[str, Coverage]:
    """Of every policy, or of those that are tested."""
    from payerlogic.authoring.coverage import coverage_of

    right = [test for test in report.tests if test.error is None]
    tested = {policy for test in right for policy in test.expect}
    with progress() as step:
        found = {}
        for policy in kb.policies if everything else [each for each in kb.policies if each in tested]:
            step(f"Striking out the parts of {policy}")
            found[policy] = coverage_of(kb, policy, right)
    return found


def _show_coverage(coverage: Coverage) -> None:
    screen = Screen()
    screen.line(f"{coverage.policy}: {coverage.covered} of {plural(coverage.total, 'part')} covered.", "bold")
    names: dict[str, int] = {}
    for each in coverage.missing:
        part = each.part
        screen.line(f"{part.file}, line {part.line}: {part.kind} of {part.clause}: {part.words}", indent=2)
        if each.proposal is None:
            screen.line(NOTHING_TO_TEST, indent=4)
            continue
        name = shorten(f"{part.clause}: {part.words}", NAME_WIDTH, placeholder=" …")
        names[name] = names.get(name, 0) + 1
        proposed = name if names[name] == 1 else f"{name} ({names[name]})"
        for line in each.proposal.as_test(coverage.policy, proposed):
            screen.line(line[2:] if line.startswith("  ") else line, indent=6 if line.startswith("  ") else 4)


def _show(report: RunReport) -> None:
    screen = Screen()
    for each in report.failed:
        screen.line(f"{each.test.where}: {each.test.name}", "bold")
        for departure in each.departures:
            screen.line(f"{each.policy}: {departure.in_words}" if each.policy else departure.in_words, indent=2)
    failed = len(report.tests) - report.passed
    screen.line(f"{plural(len(report.tests), 'test')}: {report.passed} passed, {failed} failed.")
