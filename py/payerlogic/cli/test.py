"""``payerlogic test``: the tests of a knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.cli.options import FINDINGS, JsonOption, KbOption, Screen, load, to_json, write_utf8
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, save
from payerlogic.errors import Problem, QuestionError
from payerlogic.text.phrases import plural

if TYPE_CHECKING:
    from payerlogic.authoring.running import RunReport


def test(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILES]", help="Files of tests. [default: all that are in the knowledge base]"),
    ] = None,
    json: JsonOption = False,
    junit: Annotated[
        str | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML too; - prints them.")
    ] = None,
    kb: KbOption = None,
) -> None:
    """Decide the cases of tests, and list those that get another answer than they should.

    Tests are YAML files in a folder 'tests' of the knowledge base, beside the policies. The exit status is 1 if a
    test fails.

    \b
    Example:
      payerlogic test
      payerlogic test my-kb/policies/iort/tests/acme.yaml --kb my-kb
    """
    if junit is not None:
        check_output(junit)
    if json and junit == STANDARD_OUTPUT:
        raise QuestionError(Problem("cannot be combined", f"--json and --junit {STANDARD_OUTPUT}"))
    from payerlogic.authoring.case_tests import read_tests, stored_tests
    from payerlogic.authoring.running import run_all

    base = load(kb)
    tests = read_tests(map(Path, files)) if files else stored_tests(base.program.folder)
    if not tests:
        hint = "write them in a folder 'tests' beside the policies"
        raise QuestionError(Problem("has no tests", ", ".join(files or [str(base.program.folder)]), hint))
    report = run_all(base, tests)
    if junit is not None:
        from payerlogic.documents.writers.junit import junit as as_junit

        save(junit, as_junit(report))
    if json:
        write_utf8(f"{to_json(report.to_dict())}\n")
    elif junit != STANDARD_OUTPUT:
        _show(report)
    if report.failed:
        raise typer.Exit(FINDINGS)


def _show(report: RunReport) -> None:
    screen = Screen()
    for each in report.failed:
        screen.line(f"{each.test.where}: {each.test.name}", "bold")
        for departure in each.departures:
            screen.line(f"{each.policy}: {departure.in_words}" if each.policy else departure.in_words, indent=2)
    failed = len(report.tests) - report.passed
    screen.line(f"{plural(len(report.tests), 'test')}: {report.passed} passed, {failed} failed.")
