"""``payerlogic check``: the consistency of one policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

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
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, progress, save, wanted_files
from payerlogic.cli.region_options import RegionsOption
from payerlogic.consistency.baseline import Baseline, CheckedPolicy, written
from payerlogic.errors import Problem, QuestionError

if TYPE_CHECKING:
    from payerlogic.wording.outline import Line


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
    repair: Annotated[
        bool, typer.Option("--repair", help="Search the smallest edits of the policy that end each finding.")
    ] = False,
    edits: Annotated[
        int | None,
        typer.Option("--edits", min=1, max=3, metavar="N", help="With --repair: up to N edits together. [default: 2]"),
    ] = None,
    repairs: Annotated[
        int | None,
        typer.Option("--repairs", min=1, metavar="N", help="With --repair: list N repairs a finding. [default: 5]"),
    ] = None,
    time: Annotated[
        float | None,
        typer.Option(
            "--time",
            min=0,
            metavar="SECONDS",
            help="With --repair: search no longer than this, and say what was not tried. A step that has begun is "
            "finished. [default: no limit]",
        ),
    ] = None,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="With --repair: write a page.")] = None,
    markdown: Annotated[
        str | None, typer.Option("--markdown", metavar="FILE", help="With --repair: write Markdown.")
    ] = None,
    regions: RegionsOption = None,
    service: ServiceOption = None,
    kb: KbOption = None,
) -> None:
    """Check a policy for conflicts, gaps, dead and redundant clauses, overlaps, and what is unused or vague.

    The check covers every complete case past the policy's gates, under every reading encoded here; --reading
    fixes some of them. Findings that hold by default come first, each under its cause. A solver confirms every
    finding. The exit status is 1 if there is a finding that the baseline does not accept.

    --repair says which smallest edits (a precedence stated, a condition dropped or added, a threshold moved, a
    reading settled, a part struck out) end each conflict, gap, dead or redundant part that holds by default, and
    what they change elsewhere; each is checked on the edited policy. Nothing is written to the knowledge base.

    \b
    Example:
      payerlogic check nia
      payerlogic check nia --write-baseline nia-accepted.json
      payerlogic check nia --baseline nia-accepted.json --sarif --out nia.sarif
      payerlogic check bcbsaz --repair --markdown repairs.md
      payerlogic check nia --repair --time 60 --sarif --out nia.sarif
    """
    if json and sarif:
        raise QuestionError(Problem("cannot be combined", "--json and --sarif"))
    out = None if out == STANDARD_OUTPUT else out
    if repair:
        if regions is not None:
            raise QuestionError(Problem("cannot be combined", "--repair and --regions"))
        if baseline is not None or write_baseline is not None:
            raise QuestionError(Problem("cannot be combined", "--repair with a baseline"))
        files = {"html": html, "markdown": markdown, "text": out}
        data = "json" if json else "sarif" if sarif else ""
        _repairs(policy, reading, files, data, edits, repairs, time, service, kb)
        return
    if any(each is not None for each in (edits, repairs, time, html, markdown)):
        raise QuestionError(Problem("need --repair", "--edits, --repairs, --time, --html and --markdown"))
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
        findings = base.check(name, chosen_readings(base, reading or ()), regions=regions, step=step)
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
        from payerlogic.wording.findings import lines

        _show(lines(base, checked))
    if new:
        raise typer.Exit(FINDINGS)


def _repairs(
    policy: str,
    reading: list[str] | None,
    files: dict[str, str | None],
    data: str,
    edits: int | None,
    repairs: int | None,
    seconds: float | None,
    service: str | None,
    kb: str | None,
) -> None:
    """The repairs of a policy instead of its findings; ``data``, as JSON or SARIF, has both."""
    if data:
        files[data], files["text"] = files["text"] or STANDARD_OUTPUT, None
    wanted = wanted_files(files, json=False)
    from payerlogic.documents import render
    from payerlogic.wording.repairs import lines

    with progress() as step:
        step("Loading")
        base = load(kb, [policy], reading, service)
        step("Checking and proving")
        taken = chosen_readings(base, reading or ())
        found = base.repairs(policy, taken, listed=repairs, most=edits, seconds=seconds, step=step)
        for format_, path in wanted.items():
            content = render(found, format_, base)
            save(path, escaped(content.decode()).encode() if format_ == data else content)
    if not wanted:
        _show(lines(base, found))
    if found.findings:
        raise typer.Exit(FINDINGS)


def _show(lines: Iterable[Line]) -> None:
    screen = Screen()
    for line in lines:
        if not line.text:
            screen.gap()
        else:
            screen.line(f"{line.lead}{line.cited}", "" if line.depth else "bold", indent=2 * line.depth)
