"""``payerlogic impact``: a change of policy, version or reading in a population."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cli.batch import (
    MappingOption,
    MemoryOption,
    RecordsOption,
    TableArgument,
    ThreadsOption,
    bar,
    interruptible,
    mapping_of,
    second_files,
    show_unread,
    write_file,
)
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
from payerlogic.cli.output import STANDARD_OUTPUT, check_output, save
from payerlogic.errors import Problem, QuestionError
from payerlogic.runtime.atomic import temporary_folder
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.text.phrases import are, plural

if TYPE_CHECKING:
    from payerlogic.tables.impact import Impact

MOST_SHOWN = 30


def impact(
    source: TableArgument,
    left: Annotated[str, typer.Argument(metavar="LEFT", help=VERSION_HELP)],
    right: Annotated[str, typer.Argument(metavar="RIGHT", help="Another policy, or the same one, likewise.")],
    mapping: MappingOption = None,
    records: RecordsOption = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="ATTR", help="Count by this attribute. [default: the rows of the matrix]"),
    ] = None,
    reading: ReadingsOption = None,
    left_reading: LeftReadingsOption = None,
    right_reading: RightReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write a page with counts only, no rows.")
    ] = None,
    csv: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Write each row whose class differs.")
    ] = None,
    service: ServiceOption = None,
    memory: MemoryOption = None,
    threads: ThreadsOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Count the rows of a table whose class changes between two policies, versions or readings.

    The changes are grouped by reason. For each unknown fact, it also counts the open rows that depend on it and those
    that it alone would settle. Rows that cannot be decided are counted as refused, and the exit status is then 2;
    'payerlogic batch' lists their reasons.

    \b
    Example:
      payerlogic impact requests.csv nia bcbsaz --mapping mapping.yaml --html impact.html
      payerlogic impact requests.parquet bcbsaz@2022-09-19 bcbsaz@2023-09-21 --csv changed.csv
      payerlogic impact requests.csv nia nia --right-reading nia_fractions=eligibility
    """
    from payerlogic.tables import DuckDb
    from payerlogic.tables.impact import impact as count

    if [csv, html, STANDARD_OUTPUT if json else None].count(STANDARD_OUTPUT) > 1:
        raise QuestionError(Problem("only one output can go to standard output", STANDARD_OUTPUT))
    for path in (html, csv):
        if path is not None:
            check_output(path)
    names = [each.partition("@")[0] for each in (left, right)]
    base = load(kb, names, [*(reading or ()), *(left_reading or ()), *(right_reading or ())], service)
    sides = [
        settings_of_side(base, reading or (), own or (), no_presumptions=no_presumptions, as_of=as_of)
        for own in (left_reading, right_reading)
    ]
    mapped = mapping_of(base, mapping)
    if csv is not None and csv != STANDARD_OUTPUT and Path(csv).resolve() == Path(source).resolve():
        raise QuestionError(Problem("is the input", csv, "name another file"))
    with interruptible(), ExitStack() as stack:
        piped = str(stack.enter_context(temporary_folder()) / "rows.csv") if csv == STANDARD_OUTPUT else None
        with bar() as progress:
            found = count(
                base,
                source,
                left,
                right,
                mapping=mapped,
                records=second_files(records),
                left_settings=sides[0],
                right_settings=sides[1],
                by=by,
                csv=piped or csv,
                engine=DuckDb(memory, threads),
                progress=progress,
            )
        if piped is not None:
            write_file(piped)
    if html is not None:
        from payerlogic.documents import render

        save(html, render(found, "html", base))
    if json:
        write_utf8(f"{to_json(found.to_dict())}\n")
    elif STANDARD_OUTPUT not in (html, csv):
        _show(base, found)
    if found.refused:
        what = f"{plural(found.refused, 'row')} {are(found.refused)} refused"
        report([Problem(what, source, "'payerlogic batch' lists the reasons")])
        raise typer.Exit(BAD_INPUT)


def _show(kb: KnowledgeBase, found: Impact) -> None:
    from payerlogic.documents.impact_report import bars, class_in_words, differing, label_of, summary, words_of
    from payerlogic.documents.pictures.chart import word
    from payerlogic.tables.impact.result import RELATIONS
    from payerlogic.tables.premises import sentences
    from payerlogic.text.phrases import number, percent

    screen, words = Screen(), words_of(kb, found)
    screen.line(f"{words.left} and {words.right} in {found.source}", "bold")
    for line in summary(kb, found):
        screen.line(line, indent=2)
    if found.compared:
        present = [name for name in RELATIONS if found.relations()[name]]
        rows = [
            [label, *(number(counts[name]) for name in present), number(sum(counts.values()))]
            for label, counts in bars(kb, found)
        ]
        screen.table(f"By {kb.vocabulary[found.by].label}", [found.by, *(word(n).word for n in present), "all"], rows)
        pairs = [
            [
                word(relation).word,
                class_in_words(words, left),
                class_in_words(words, right),
                f"{number(count)} ({percent(Fraction(count, found.compared))})",
            ]
            for left, right, relation, count in found.pairs()
        ]
        screen.table("Pairs of classes", ["relation", words.left, words.right, "rows"], pairs)
    groups = differing(found)
    if groups:
        rows = [
            [
                label_of(kb, found, group.by),
                word(group.relation).word,
                *(f"{side.written} [{', '.join(side.clauses)}]" for side in (group.left, group.right)),
                number(group.rows),
            ]
            for group in groups[:MOST_SHOWN]
        ]
        screen.table(
            "Rows with a different class, by reason", [found.by, "relation", words.left, words.right, "rows"], rows
        )
        if len(groups) > MOST_SHOWN:
            screen.line(f"and {len(groups) - MOST_SHOWN:,} more: --html and --json have all of them")
    for side, name in (("left", words.left), ("right", words.right)):
        if found.costs[side]:
            rows = [[c.attribute, c.label, number(c.leaves_open), number(c.would_settle)] for c in found.costs[side]]
            title = f"What unknown facts cost at {name}: {plural(found.open_at(side), 'open row')}"
            screen.table(title, ["attribute", "fact", "can decide", "would settle alone"], rows)
    show_unread(screen, found.unread)
    for note in found.notes:
        screen.line(note)
    for party, name in ((found.left, words.left), (found.right, words.right)):
        screen.line(f"{name}: {' '.join(sentences(kb, [party.policy], party.on_its_day))}")
    screen.line(DISCLAIMER, "dim")
