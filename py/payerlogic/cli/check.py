"""``payerlogic check``: the consistency of one policy."""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cli.options import (
    FINDINGS,
    JsonOption,
    KbOption,
    OutOption,
    ReadingsOption,
    Screen,
    ServiceOption,
    chosen_readings,
    escaped,
    load,
    report,
)
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, progress, save
from payerlogic.consistency.baseline import Baseline, CheckedPolicy, written
from payerlogic.errors import Problem, QuestionError


def check(
    policy: Annotated[str, typer.Argument(metavar="P", help="The policy, as 'payerlogic policies' names it.")],
    reading: ReadingsOption = None,
    json: JsonOption = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0, for code scanning.")] = False,
    out: OutOption = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", metavar="FILE", help="Findings that are already accepted, in this file.")
    ] = None,
    write_baseline: Annotated[
        str | None,
        typer.Option("--write-baseline", metavar="FILE", help="Accept all current findings: write them here."),
    ] = None,
    service: ServiceOption = None,
    kb: KbOption = None,
) -> None:
    """Check a policy for conflicts, gaps, dead and redundant clauses, overlaps, and what is unused or vague.

    The check covers every complete case past the policy's gates, under every reading encoded here; --reading
    fixes some of them. Findings that hold by default come first. A solver confirms every finding. The exit
    status is 1 if there is a finding that the baseline does not accept.

    \b
    Example:
      payerlogic check nia
      payerlogic check nia --write-baseline nia-accepted.json
      payerlogic check nia --baseline nia-accepted.json --sarif --out nia.sarif
    """
    if json and sarif:
        raise QuestionError(Problem("cannot be combined", "--json and --sarif"))
    out = None if out == STANDARD_OUTPUT else out
    if write_baseline == STANDARD_OUTPUT and out is None:
        hint = "name a file for the baseline, or give --out FILE"
        raise QuestionError(Problem("the findings go there too", f"--write-baseline {STANDARD_OUTPUT}", hint))
    for path in (out, write_baseline):
        if path is not None:
            check_output(path)
    from payerlogic.documents import render

    with progress() as step:
        step("Loading")
        base = load(kb, [policy], reading, service)
        name = base.check_policy(policy)
        known = Baseline.read(baseline, name) if baseline is not None else None
        step("Checking and proving")
        findings = base.check(name, chosen_readings(base, reading or ()))
    new = known.new(findings) if known is not None else findings
    if write_baseline is not None:
        save(write_baseline, written(name, findings))
        new = []
    if known is not None and reading is None:
        report(Problem("is no longer found", str(baseline), message) for message in known.gone(findings))
    checked = CheckedPolicy(tuple(findings), known)
    if json or sarif:
        save(out or STANDARD_OUTPUT, escaped(render(checked, "sarif" if sarif else "json", base).decode()).encode())
    elif out is not None:
        save(out, render(checked, "text", base))
    else:
        _show(base, checked)
    if new:
        raise typer.Exit(FINDINGS)


def _show(kb: KnowledgeBase, checked: CheckedPolicy) -> None:
    from payerlogic.wording.findings import lines

    screen = Screen()
    for line in lines(kb, checked):
        if not line.text:
            screen.gap()
        else:
            screen.line(f"{line.lead}{line.cited}", "" if line.depth else "bold", indent=2 * line.depth)
