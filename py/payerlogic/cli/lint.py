"""``payerlogic lint``: every problem of a knowledge base at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.cli.options import (
    FINDINGS,
    JsonOption,
    KbOption,
    OutOption,
    Screen,
    escaped,
    folder_of,
    own_folder_of,
)
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, save
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.source_files import program_files
from payerlogic.text.phrases import plural

if TYPE_CHECKING:
    from payerlogic.authoring.lint import LintProblem, LintReport
    from payerlogic.authoring.mend import Mending

PAUSE = 0.5
"""Seconds between two looks at the files."""


def lint(
    folder: Annotated[
        str | None, typer.Argument(metavar="[KB]", help="The knowledge base. [default: that of --kb]")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Change what can be meant in one way only, and list each line.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again whenever a file changes, until interrupted.")
    ] = False,
    json: JsonOption = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Print SARIF 2.1.0, for code scanning.")] = False,
    out: OutOption = None,
    kb: KbOption = None,
) -> None:
    """List every problem of a knowledge base, with file, line, what is wrong and the nearest right thing.

    Loading stops at the first kind of problem; this goes on. A knowledge base without problems gets advice, which
    stops nothing. --fix changes typographic characters, line ends and byte-order marks, and a misspelled name if one
    name only is near and nothing else goes wrong by it. The exit status is 1 if there is a problem.

    \b
    Example:
      payerlogic lint my-kb
      payerlogic lint my-kb --fix
      payerlogic lint my-kb --watch
    """
    if json and sarif:
        raise QuestionError(Problem("cannot be combined", "--json and --sarif"))
    if watch and (json or sarif or out):
        raise QuestionError(Problem("cannot be combined", "--watch with --json, --sarif or --out"))
    if out is not None:
        check_output(out)
    chosen = folder if folder is not None else kb
    if chosen == "":
        raise QuestionError(Problem("is empty", "KB", "name a folder, or leave it out"))
    place = own_folder_of(chosen, "--fix") if fix else folder_of(chosen)
    while True:
        seen = _state(place)
        failed = _once(place, fix, "sarif" if sarif else "json" if json else "text", out)
        if not watch:
            break
        seen = _state(place) if fix else seen
        Screen().line("Watching. Ctrl-C ends.", "dim")
        try:
            while _state(place) == seen:
                time.sleep(PAUSE)
        except KeyboardInterrupt:
            break
        Screen().gap()
    if failed:
        raise typer.Exit(FINDINGS)


def _state(folder: Path) -> list[tuple[str, int]]:
    """Which files there are, and when each was last changed."""
    found = []
    for path in (each for paths in program_files(folder) for each in paths):
        try:
            found.append((str(path), path.stat().st_mtime_ns))
        except OSError:
            continue  # gone in between: the next look shows it
    return found


def _once(folder: Path, fix: bool, format_: str, out: str | None) -> bool:
    """Lint once; whether there is a problem."""
    from payerlogic.authoring.lint import lint as lint_folder
    from payerlogic.authoring.mend import mended
    from payerlogic.text.json_text import json_text

    changed = mended(folder) if fix else []
    report = lint_folder(folder)
    if format_ == "text":
        lines = _lines(report, changed)
        if out not in (None, STANDARD_OUTPUT):
            save(str(out), "".join(f"{line}\n" for line in lines).encode())
        else:
            for line in lines:
                Screen().line(line)
        return bool(report.problems)
    if format_ == "sarif":
        from payerlogic.documents.writers.sarif import lint_log

        text = json_text(lint_log(report))
    else:
        text = json_text({**report.to_dict(), "fixed": [each.to_dict() for each in changed]})
    save(out or STANDARD_OUTPUT, f"{escaped(text.rstrip())}\n".encode("utf-8", "backslashreplace"))
    return bool(report.problems)


def _lines(report: LintReport, changed: Sequence[Mending]) -> list[str]:
    lines = []
    for each in changed:
        lines.append(f"{each.file}, line {each.line}: changed; {each.why}")
        if each.before != each.after:
            lines += [f"  - {each.before.strip()}", f"  + {each.after.strip()}"]
    lines += [str(each.problem) for each in report.problems]
    lines += [f"advice: {each.problem}" for each in report.advice]
    return [*lines, _summary(report.problems, report.advice)]


def _summary(problems: Sequence[LintProblem], advice: Sequence[LintProblem]) -> str:
    said = f"{plural(len(problems), 'problem')}." if problems else "No problems."
    if problems:
        return said
    return f"{said} {plural(len(advice), 'piece')} of advice." if advice else said
