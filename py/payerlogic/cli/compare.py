"""``payerlogic compare``: two policies over every possible case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cases.files import read_cases
from payerlogic.cli.options import (
    BAD_INPUT,
    VERSION_HELP,
    AsOfOption,
    JsonOption,
    KbOption,
    LeftReadingsOption,
    NoPresumptionsOption,
    ReadingsOption,
    RightReadingsOption,
    Screen,
    ServiceOption,
    load,
    report,
    settings_of_side,
    to_json,
    write_utf8,
)
from payerlogic.cli.output import STANDARD_OUTPUT, ShowProgress, check_output, progress, save
from payerlogic.comparison.result import Comparison
from payerlogic.errors import Problem, QuestionError

if TYPE_CHECKING:
    from payerlogic.documents.comparison_report import Report
    from payerlogic.tables.case_counts import Mix


def compare(
    left: Annotated[str, typer.Argument(metavar="P", help=VERSION_HELP)],
    right: Annotated[str, typer.Argument(metavar="Q", help="Another policy, or the same one, likewise.")],
    reading: ReadingsOption = None,
    left_reading: LeftReadingsOption = None,
    right_reading: RightReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    mix: Annotated[
        str | None, typer.Option("--mix", metavar="CASES", help="Also count how these cases fall: any case file.")
    ] = None,
    json: JsonOption = False,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to send or print.")] = None,
    xlsx: Annotated[str | None, typer.Option("--xlsx", metavar="FILE", help="Write a workbook.")] = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write a row for each region.")] = None,
    markdown: Annotated[str | None, typer.Option("--markdown", metavar="FILE", help="Write Markdown.")] = None,
    service: ServiceOption = None,
    kb: KbOption = None,
) -> None:
    """Compare two policies, two versions or two readings of one, over every possible case.

    The cases are divided by the pair of classes that they get, and each pair into regions. That nothing
    is left out is proved. By default the cases are those that agree with the presumptions, and each
    policy is in its current version.

    A FILE of - is standard output. With a file to write, nothing else is printed, unless --json asks.

    \b
    Example:
      payerlogic compare nia bcbsaz --html report.html --mix cases.csv
      payerlogic compare bcbsaz@2022-09-19 bcbsaz@2023-09-21
      payerlogic compare nia nia --right-reading nia_fractions=eligibility
    """
    files = {"html": html, "xlsx": xlsx, "csv": csv, "markdown": markdown}
    wanted = {format_: path for format_, path in files.items() if path is not None}
    if [*wanted.values(), *(["-"] if json else [])].count(STANDARD_OUTPUT) > 1:
        raise QuestionError(Problem("only one output can go to standard output", STANDARD_OUTPUT))
    for path in wanted.values():
        check_output(path)
    with progress() as step:
        step("Loading")
        policies = [each.partition("@")[0] for each in (left, right)]
        base = load(kb, policies, [*(reading or ()), *(left_reading or ()), *(right_reading or ())], service)
        sides = [
            settings_of_side(base, reading or (), own or (), no_presumptions=no_presumptions, as_of=as_of)
            for own in (left_reading, right_reading)
        ]
        step("Comparing and proving")
        found = base.compare(left, right, left_settings=sides[0], right_settings=sides[1])
        from payerlogic.documents import BINARY, render
        from payerlogic.documents.comparison_report import Report
        from payerlogic.tables.case_counts import Mix

        counted = Mix(mix) if mix is not None else None
        # Printed after the bar is gone, which is on the same lines of the terminal.
        problems = list(_count(base, found, counted, step)) if counted is not None else []
        step("Writing")
        report_ = Report.of(base, found, counted) if wanted or not json else None
        for format_, path in wanted.items():
            assert report_ is not None
            save(path, render(report_, format_, base), binary=format_ in BINARY)
    if json:
        data = {**found.to_dict(base.vocabulary), "kb": base.digest}
        if found.left.policy != found.right.policy:
            data["contested"] = [each.to_dict(base.vocabulary) for each in base.contested(found)]
        write_utf8(f"{to_json(data | ({'mix': counted.to_dict()} if counted is not None else {}))}\n")
    elif report_ is not None and not wanted:
        _show(report_)
    report(problems)
    if problems:
        raise typer.Exit(BAD_INPUT)


def _count(kb: KnowledgeBase, comparison: Comparison, mix: Mix, step: ShowProgress) -> Iterator[Problem]:
    """Decide the cases of a file at both sides; the problems of those that could not be."""
    from payerlogic.tables.case_counts import count_records

    records = read_cases(mix.source, kb.vocabulary.stateable)
    yield from count_records(kb, comparison, records, mix, lambda number: step("Deciding cases", number))


def _show(report: Report) -> None:
    from payerlogic.text.phrases import number, percent
    from payerlogic.wording.comparison import RELATIONS

    screen = Screen()
    screen.line(report.title, "bold")
    for sentence in report.summary:
        screen.line(sentence, indent=2)
    screen.gap()
    mixed = report.mix is not None
    columns = ["regions", "relation", report.words.left, report.words.right, "cells", "share"]
    rows = [
        [
            each.numbers,
            f"{RELATIONS[each.pair.relation].mark} {RELATIONS[each.pair.relation].word}",
            *(each.left, each.right, number(each.pair.cells), percent(each.pair.share)),
            *([f"{number(each.cases or 0)} ({percent(each.cases_share)})"] if mixed else []),
        ]
        for each in report.pairs
    ]
    if report.mix is not None:
        rows += [
            [
                "-",
                "outside",
                *map(report.words.class_, pair),
                "-",
                "-",
                f"{number(n)} ({percent(report.mix.share(pair))})",
            ]
            for pair, n in report.elsewhere
        ]
    screen.table("Pairs of classes", [*columns, *(["own cases"] if mixed else [])], rows)
    for line in report.details():
        if not line.depth:
            screen.gap()
        screen.line(f"{line.lead}{line.cited}", "" if line.depth else "bold", indent=2 * line.depth)
