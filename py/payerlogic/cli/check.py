"""``payerlogic check``: the consistency of one policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    chosen_readings,
    load,
    report,
    to_json,
    write_utf8,
)
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, progress, save
from payerlogic.consistency.baseline import Baseline, written
from payerlogic.consistency.finding import KINDS, Finding
from payerlogic.errors import Problem, QuestionError
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.wording.outline import Line

GAP = Line("")


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
    with progress() as step:
        step("Loading")
        base = load(kb, [policy], reading)
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
    if json or sarif:
        _write(out, f"{to_json(_data(base, findings, known, as_sarif=sarif))}\n")
    elif out is not None:
        _write(out, "".join(f"{line}\n" for line in _lines(base, findings, known)))
    else:
        _show(base, findings, known)
    if new:
        raise typer.Exit(FINDINGS)


def _write(out: str | None, text: str) -> None:
    if out is None:
        write_utf8(text)
    else:
        save(out, text.encode("utf-8", "backslashreplace"))


def _data(
    kb: KnowledgeBase, findings: Sequence[Finding], known: Baseline | None, *, as_sarif: bool
) -> dict[str, object]:
    if as_sarif:
        from payerlogic.documents.writers.sarif import sarif

        return sarif(kb, findings, known)
    new = {id(each) for each in known.new(findings)} if known is not None else set()
    accepted = [{} if known is None else {"accepted": id(each) not in new} for each in findings]
    found = [each.to_dict(kb.vocabulary) | more for each, more in zip(findings, accepted, strict=True)]
    return {"findings": found, "kb": kb.digest}


def _groups(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    for kind in KINDS:
        group = [each for each in findings if each.kind == kind]
        if group:
            yield kind, group


def _parts(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """The findings by default first, then those that need other readings."""
    default = [each for each in findings if each.by_default]
    others = [each for each in findings if not each.by_default]
    for heading, part in (("By default", default), ("Only under other readings", others)):
        if part:
            yield heading, part


def _count(findings: Sequence[Finding], known: Baseline | None) -> str:
    from payerlogic.text.phrases import lowered, number, plural

    if not findings:
        return "No findings."
    counts = "; ".join(f"{number(len(part))} {lowered(heading)}" for heading, part in _parts(findings))
    accepted = f"; {len(findings) - len(known.new(findings))} accepted" if known is not None else ""
    return f"{plural(len(findings), 'finding')}: {counts}{accepted}."


def _lines(kb: KnowledgeBase, findings: Sequence[Finding], known: Baseline | None) -> Iterator[Line]:
    """The findings, those by default first, grouped by kind; a line without text is a gap."""
    from payerlogic.wording.findings import KINDS as WORDS
    from payerlogic.wording.findings import in_lines

    new = {id(each) for each in known.new(findings)} if known is not None else None
    yield Line(_count(findings, known))
    for heading, part in _parts(findings):
        counts = ", ".join(f"{kind} {len(group)}" for kind, group in _groups(part))
        yield from (GAP, Line(f"{heading}: {counts}"))
        for kind, group in _groups(part):
            yield from (GAP, Line(f"{WORDS[kind].title} ({len(group)}): {WORDS[kind].meaning}"))
            for number, finding in enumerate(group, 1):
                sentence, *details = in_lines(kb, finding)
                accepted = " (accepted)" if new is not None and id(finding) not in new else ""
                yield Line(f"{sentence}{accepted}", 1, f"{number}.")
                yield from (Line(detail, 2) for detail in details)
    yield from (GAP, Line(DISCLAIMER))


def _show(kb: KnowledgeBase, findings: Sequence[Finding], known: Baseline | None) -> None:
    screen = Screen()
    for line in _lines(kb, findings, known):
        if line == GAP:
            screen.gap()
        else:
            mark = f"{line.mark} " if line.mark else ""
            screen.line(f"{mark}{line.cited}", "" if line.depth else "bold", indent=2 * line.depth)
