"""``payerlogic compare``: two policies or more over every possible case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cases.empty_rows import EmptyRows
from payerlogic.cases.files import read_cases, without_empty_rows
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
    library_of,
    load,
    report,
    settings_of,
    settings_of_side,
    to_json,
    write_utf8,
)
from payerlogic.cli.output import ShowProgress, progress, save, wanted_files
from payerlogic.cli.region_options import RegionsOption, TimeOption
from payerlogic.comparison.result import Comparison
from payerlogic.errors import Problem, QuestionError
from payerlogic.text.days import date_of

if TYPE_CHECKING:
    from payerlogic.comparison.several import SeveralPolicies
    from payerlogic.documents.comparison_report import Report
    from payerlogic.tables.case_counts import Mix


class _SettingsOptions(TypedDict):
    no_presumptions: bool
    as_of: str | None


def compare(
    policies: Annotated[
        list[str] | None,
        typer.Argument(metavar="[P Q...]", help=f"{VERSION_HELP} [default: all policies of the --service]"),
    ] = None,
    reading: ReadingsOption = None,
    left_reading: LeftReadingsOption = None,
    right_reading: RightReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    mix: Annotated[
        str | None, typer.Option("--mix", metavar="CASES", help="Also count how these cases fall: any case file.")
    ] = None,
    regions: RegionsOption = None,
    time: TimeOption = None,
    json: JsonOption = False,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to send or print.")] = None,
    xlsx: Annotated[str | None, typer.Option("--xlsx", metavar="FILE", help="Write a workbook.")] = None,
    csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write a row for each region.")] = None,
    markdown: Annotated[str | None, typer.Option("--markdown", metavar="FILE", help="Write Markdown.")] = None,
    service: ServiceOption = None,
    kb: KbOption = None,
) -> None:
    """Compare two or more policies, or two versions or readings of one, over every possible case.

    The cases of two policies are divided by the pair of classes that they get, those of three and more by the
    outcomes, and each part into regions. That nothing is left out is proved. By default the cases are those that
    agree with the presumptions, and each policy is in its current version. Where regions are too many to list, the
    largest are, and the share that they hold is said.

    A FILE of - is standard output. With a file to write, nothing else is printed, unless --json asks.

    \b
    Example:
      payerlogic compare nia bcbsaz --html report.html --mix cases.csv
      payerlogic compare bcbsaz@2022-09-19 bcbsaz@2023-09-21
      payerlogic compare nia nia --right-reading nia_fractions=eligibility
      payerlogic compare --service lung_screening
    """
    files = {"html": html, "xlsx": xlsx, "csv": csv, "markdown": markdown}
    wanted = wanted_files(files, json=json)
    with progress() as step:
        step("Loading")
        every_reading = [*(reading or ()), *(left_reading or ()), *(right_reading or ())]
        names, base = _loaded(policies or [], kb, service, every_reading)
        asked = _Wanted(
            names, base, {"no_presumptions": no_presumptions, "as_of": as_of}, (regions, time), wanted, json
        )
        if len(names) == 2:
            show = _two(asked, (reading or (), left_reading or (), right_reading or ()), mix, step)
        else:
            if left_reading or right_reading or mix is not None:
                option = "--mix" if mix is not None else "--left-reading, --right-reading"
                raise QuestionError(Problem("is for two policies", option, "leave it out, or name two"))
            show = _several(asked, reading or (), step)
    # Printed after the bar is gone, which is on the same lines of the terminal.
    if show():
        raise typer.Exit(BAD_INPUT)


def _loaded(
    policies: list[str], folder: str | None, service: str | None, readings: Sequence[str]
) -> tuple[list[str], KnowledgeBase]:
    """The policies to compare, all of a service where none is named, and the knowledge base that has them."""
    if policies:
        names = list(policies)
        base = load(folder, [each.partition("@")[0] for each in names], readings, service)
    elif service is None:
        raise QuestionError(Problem("no policy is named", hint="name two or more, or a --service to compare all of it"))
    else:
        base = load(folder, None, readings, service)
        names = list(base.policies)
    if len(names) < 2:
        one = f"{names[0]} alone" if names else f"{service} has no policy"
        raise QuestionError(Problem(f"{one}: a comparison needs two policies", hint=_second(names, base, folder)))
    return names, base


def _second(names: Sequence[str], base: KnowledgeBase, folder: str | None) -> str:
    """What to compare with the one that is named: another policy of its service, or another day of itself."""
    if not names:
        return ""
    library = library_of(folder)
    own = library.called(names[0].partition("@")[0], base.service)
    others = [each for each in load(folder, service=base.service).policies if each not in own]
    if others:
        return f"such as {names[0]} {others[0]}"
    days = (date_of(first) for first, _ in base.catalog.policies[own[0]].versions)
    return f"or its editions, such as {' '.join(f'{own[0]}@{day}' for day in sorted(filter(None, days))[-2:])}"


@dataclass(frozen=True)
class _Wanted:
    """What is compared, and what is wanted of it."""

    names: Sequence[str]
    base: KnowledgeBase
    settings: _SettingsOptions
    budget: tuple[int | None, float | None]
    wanted: Mapping[str, str]
    json: bool

    def save(self, answer: object) -> None:
        """The files that are wanted."""
        from payerlogic.documents import BINARY, render

        for format_, path in self.wanted.items():
            save(path, render(answer, format_, self.base), binary=format_ in BINARY)


Shown = Callable[[], bool]
"""Prints the answer; whether something was wrong with the input."""


def _two(
    asked: _Wanted, readings: tuple[Sequence[str], Sequence[str], Sequence[str]], mix: str | None, step: ShowProgress
) -> Shown:
    base, (both, *owns) = asked.base, readings
    sides = [settings_of_side(base, both, own, **asked.settings) for own in owns]
    step("Comparing and proving")
    (left, right), (regions, seconds) = asked.names, asked.budget
    found = base.compare(left, right, left_settings=sides[0], right_settings=sides[1], regions=regions, seconds=seconds)
    from payerlogic.documents.comparison_report import Report
    from payerlogic.tables.case_counts import Mix

    counted = Mix(mix) if mix is not None else None
    problems = list(_count(base, found, counted, step)) if counted is not None else []
    step("Writing")
    report_ = Report.of(base, found, counted) if asked.wanted or not asked.json else None
    asked.save(report_)

    def show() -> bool:
        if asked.json:
            data = {**found.to_dict(base.vocabulary), "kb": base.digest}
            data["differences"] = [each.to_dict(base.vocabulary) for each in base.clause_differences(found)]
            if found.left.policy != found.right.policy:
                data["contested"] = [each.to_dict(base.vocabulary) for each in base.contested(found)]
            write_utf8(f"{to_json(data | ({'mix': counted.to_dict()} if counted is not None else {}))}\n")
        elif report_ is not None and not asked.wanted:
            _show(report_)
        report(problems)
        return bool(problems)

    return show


def _several(asked: _Wanted, readings: Sequence[str], step: ShowProgress) -> Shown:
    base = asked.base
    step("Comparing and proving")
    settings, (regions, seconds) = settings_of(base, readings, **asked.settings), asked.budget
    found = base.compare_several(asked.names, settings, regions=regions, seconds=seconds)
    step("Writing")
    asked.save(found)

    def show() -> bool:
        if asked.json:
            write_utf8(f"{to_json({**found.to_dict(base.vocabulary), 'kb': base.digest})}\n")
        elif not asked.wanted:
            _show_several(base, found)
        return False

    return show


def _count(kb: KnowledgeBase, comparison: Comparison, mix: Mix, step: ShowProgress) -> Iterator[Problem]:
    """Decide the cases of a file at both sides; the problems of those that could not be."""
    from payerlogic.tables.case_counts import count_records

    empty = EmptyRows()
    records = without_empty_rows(read_cases(mix.source, kb.vocabulary.called), empty)
    yield from count_records(kb, comparison, records, mix, lambda number: step("Deciding cases", number))
    report(Problem(note, mix.source) for note in empty.notes())


def _show(report: Report) -> None:
    from payerlogic.text.phrases import number, percent
    from payerlogic.wording.clause_differences import HEADER
    from payerlogic.wording.comparison import RELATIONS
    from payerlogic.wording.revisions import HEADER as REVISIONS

    screen = Screen()
    screen.line(report.title, "bold")
    for sentence in report.summary:
        screen.line(sentence, indent=2)
    screen.gap()
    if report.differences:
        screen.table("Clause by clause", HEADER, [each.cells for each in report.differences])
        screen.gap()
    if report.revisions:
        screen.table("What the text revised", REVISIONS, [each.cells for each in report.revisions])
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


def _show_several(kb: KnowledgeBase, found: SeveralPolicies) -> None:
    from payerlogic.documents.several_report import outcome_rows
    from payerlogic.text.phrases import percent
    from payerlogic.wording.several import RELATIONS, SeveralWords

    screen, words = Screen(), SeveralWords.of(kb, found)
    screen.line(words.title(), "bold")
    for sentence in words.summary():
        screen.line(sentence, indent=2)
    screen.gap()
    screen.table("Combinations of outcomes", *outcome_rows(words))
    screen.gap()
    approvals = [[f"of {left}", right, how, example] for left, right, how, example in words.approvals()]
    screen.table("What one approves", ["what", "is approved by", "how much", "for example not"], approvals)
    screen.gap()
    pairs = [[f"{left} and {right}", *map(percent, shares)] for left, right, shares in words.pairs()]
    screen.table("Two by two, as shares of the cells", ["policies", *(r.word for r in RELATIONS.values())], pairs)
    screen.gap()
    for line in words.details():
        screen.line(f"{line.lead}{line.cited}", "" if line.depth else "bold", indent=2 * line.depth)
