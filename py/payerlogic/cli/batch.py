"""``payerlogic batch``: whole tables decided, and what a mapping could not map."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cli.options import (
    BAD_INPUT,
    AsOfOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    PayersOption,
    ReadingsOption,
    Screen,
    ServiceOption,
    library_of,
    load,
    report,
    settings_of,
    to_json,
    write_document,
    write_utf8,
)
from payerlogic.cli.output import STANDARD_OUTPUT
from payerlogic.errors import Problem, QuestionError, nearest
from payerlogic.runtime.atomic import temporary_folder
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import are, plural

if TYPE_CHECKING:
    from payerlogic.tables import Batch, Engine, Mapping, Progress

MOST_SHOWN = 20


def _show_schema(wanted: bool) -> None:
    if wanted:
        from payerlogic.tables import schema

        write_utf8(f"{to_json(schema())}\n")
        raise typer.Exit


TableArgument = Annotated[
    str, typer.Argument(metavar="IN", help="A table: .csv, .xlsx (Excel), .parquet or .jsonl, or a folder of them.")
]
MappingOption = Annotated[
    str | None,
    typer.Option("--mapping", metavar="FILE", help="A YAML file that maps its columns and codes to attributes."),
]
RecordsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--records",
        metavar="NAME=FILE",
        help="A second table with a row for each record of facts that repeat: therapy=therapies.csv. Its column id "
        "says whose it is; a case without a row there has an unknown list. (repeatable)",
    ),
]
MemoryOption = Annotated[
    str | None, typer.Option("--memory", metavar="SIZE", help="The most memory that the engine may use. [default: 1GB]")
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", metavar="N", help="How many threads. [default: all cores]")
]


def batch(
    source: TableArgument,
    out: Annotated[
        str,
        typer.Option(
            "--out",
            metavar="OUT",
            help="A file (.csv, .parquet, .jsonl), or a new folder for parts; - is standard output.",
        ),
    ],
    mapping: MappingOption = None,
    records: RecordsOption = None,
    payer: PayersOption = None,
    service: ServiceOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    errors: Annotated[
        str | None,
        typer.Option(
            "--errors", metavar="FILE", help="Write refused rows to this file. [default: OUT with .errors.csv]"
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help="For a folder or -: parquet, csv or jsonl."),
    ] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="E", help="duckdb or spark.")] = "duckdb",
    master: Annotated[
        str | None, typer.Option("--master", metavar="URL", help="The Spark master, such as spark://host:7077.")
    ] = None,
    memory: MemoryOption = None,
    threads: ThreadsOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
    mapping_schema: Annotated[
        bool,
        typer.Option("--mapping-schema", callback=_show_schema, is_eager=True, help="Print the schema of a mapping."),
    ] = False,
) -> None:
    """Decide every row of a table of any size, at every payer or at those given.

    A table is CSV, an Excel workbook (.xlsx, with one sheet), Parquet or JSON Lines: one file, or a folder of files of
    one kind. Columns are named as attributes. With other columns or codes it needs a mapping, which may be no more than
    'ignore: [Notes, Comment]', the columns that are not used.

    Each row gets what 'decide' gives it: outcome, class, possible classes and clauses of each payer, in columns
    such as nia_class. Facts that repeat stand in numbered columns, such as therapy_2_drug, of which the last one that
    is filled ends the list, or in a second file (--records). A table is of one service: that of --payer, or the one
    whose facts its columns hold. A row that cannot be decided goes to the errors file with its reasons, and the exit
    status is then 2. Output is written atomically: an interrupted command leaves nothing.

    \b
    Example:
      payerlogic batch requests.csv --out decided.parquet --mapping mapping.yaml
      payerlogic batch requests.xlsx --out decided.csv --mapping mapping.yaml
      payerlogic batch requests.csv --out decided.csv --records therapy=therapies.csv
      payerlogic batch year/ --out decided/ --engine spark --master spark://host:7077
    """
    with interruptible(), ExitStack() as stack:
        to_screen = out == STANDARD_OUTPUT
        wanted = _format(format_, out)
        if to_screen and json:
            raise QuestionError(Problem("cannot be combined", "--json and --out -", "name a file"))
        if to_screen and wanted == "parquet" and sys.stdout.isatty():
            raise QuestionError(Problem("Parquet cannot be shown in a terminal", "--out -", "name a file"))
        if service is None and not payer:
            from payerlogic.tables import service_of_table

            service = service_of_table(library_of(kb), source, mapping) or None
        base = load(kb, payer, reading, service)
        settings = settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)
        mapped = mapping_of(base, mapping)
        place = str(stack.enter_context(temporary_folder()) / f"decided.{wanted or 'csv'}") if to_screen else out
        running = _engine(engine, master, memory, threads, place)
        done = _run(base, source, place, mapped, second_files(records), payer, settings, errors, wanted, running)
        if to_screen:
            write_file(place)
        elif json:
            write_utf8(f"{to_json(done.to_dict())}\n")
        else:
            _show(base, done)
        report(Problem(each.reason, f"{source}: record {each.record}") for each in done.counts.first_refused)
        if done.counts.refused:
            where = done.errors if errors is not None or not to_screen else "--errors FILE keeps them"
            refused = plural(done.counts.refused, "row")
            report([Problem(f"{refused} {are(done.counts.refused)} refused; all reasons", where)])
            raise typer.Exit(BAD_INPUT)


def _run(
    kb: KnowledgeBase,
    source: str,
    out: str,
    mapping: Mapping | None,
    records: dict[str, str],
    payers: list[str] | None,
    settings: Settings,
    errors: str | None,
    format_: str | None,
    engine: Engine,
) -> Batch:
    from payerlogic.tables import batch as run

    with bar() as progress:
        return run(
            kb,
            source,
            out,
            mapping=mapping,
            records=records,
            payers=payers,
            settings=settings,
            errors=errors,
            format=format_,
            engine=engine,
            progress=progress,
        )


def second_files(written: list[str] | None) -> dict[str, str]:
    """What ``--records`` names: facts that repeat, and their files."""
    found: dict[str, str] = {}
    for each in written or ():
        name, equals, file = each.partition("=")
        if not (name and equals and file):
            raise QuestionError(Problem(f"{each!r} names no file", "--records", "write it as NAME=FILE"))
        if name in found:
            raise QuestionError(Problem(f"{name} has two files", "--records", "put all rows into one"))
        found[name] = file
    return found


def write_file(path: str) -> None:
    """A finished file to standard output."""
    with open(path, "rb") as file:
        while data := file.readline(1 << 20):
            write_document(data)


def mapping_of(kb: KnowledgeBase, path: str | None) -> Mapping | None:
    """The mapping that ``--mapping`` names."""
    from payerlogic.tables import Mapping

    return Mapping.load(path, kb.vocabulary) if path is not None else None


def _engine(name: str, master: str | None, memory: str | None, threads: int | None, out: str) -> Engine:
    from pathlib import Path

    from payerlogic.tables import DuckDb, Spark, check_engine

    if check_engine(name) == "spark":
        return Spark(master, memory, threads, Path(out).absolute().parent)
    if master is not None:
        raise QuestionError(Problem("applies to Spark only", "--master", "add --engine spark"))
    return DuckDb(memory, threads)


def _format(name: str | None, out: str) -> str | None:
    from payerlogic.tables import FORMATS, format_of

    if name is None:
        return None
    if name.lower() not in FORMATS:
        raise QuestionError(Problem(f"unknown format {name!r}", "--format", nearest(name, FORMATS)))
    if out != STANDARD_OUTPUT and format_of(out) not in (None, name.lower()):
        raise QuestionError(
            Problem("differs from the ending of the file", f"--format {name}", "leave one of the two out")
        )
    return name.lower()


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM leave no partial output, and are reported.

    Whatever an interruption becomes on its way through the libraries, the first one counts; later ones wait for
    the cleaning up.
    """
    heard: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        if len(heard) == 1:
            raise KeyboardInterrupt

    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each, handler in before.items():
        if handler is not signal.SIG_IGN:  # as a job in the background inherits it
            signal.signal(each, end)
    try:
        yield
    except BaseException as error:
        if not heard:
            raise
        from payerlogic.tables.writers import KeptAll

        kept = isinstance(error, KeptAll)
        report([Problem(f"interrupted: {'all was written already' if kept else 'nothing was written'}")])
        raise typer.Exit(128 + heard[0]) from None
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def bar() -> Iterator[Progress]:
    """How far it is, on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda share, rows: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Deciding", total=1.0)
        yield lambda share, rows: shown.update(task, completed=share, description=f"Deciding ({plural(rows, 'row')})")


def _show(kb: KnowledgeBase, done: Batch) -> None:
    from payerlogic.tables.decided_rows import class_words
    from payerlogic.tables.premises import sentences

    screen = Screen()
    counts = done.counts
    screen.line(
        f"{plural(counts.rows, 'row')}: {counts.decided:,} decided, {counts.open:,} open at some payer, "
        f"{counts.refused:,} refused",
        "bold",
    )
    rows = [
        [policy, class_words(kb, outcome, class_), f"{count:,}"]
        for policy in done.policies
        for (outcome, class_), count in counts.determined(policy)
    ]
    if rows:
        screen.table("Rows by class", ["payer", "class", "rows"], rows)
    show_unread(screen, done.unread)
    screen.line(f"written: {done.out}; refused rows: {done.errors}")
    for note in done.notes:
        screen.line(note)
    screen.line(f"as of {done.settings.as_of.isoformat()}; knowledge base {done.kb}")
    for line in sentences(kb, done.policies, done.settings):
        screen.line(line)
    screen.line(DISCLAIMER, "dim")


def show_unread(screen: Screen, unread: list[dict[str, object]]) -> None:
    """The values that could not be mapped or read, by column, the most frequent first."""
    if not unread:
        return
    names = ("column", "attribute", "value", "rows", "treated")
    rows = [[str(each[name]) for name in names] for each in unread[:MOST_SHOWN]]
    screen.table("Values that could not be mapped or read", ["column", "attribute", "value", "rows", "taken as"], rows)
    if len(unread) > MOST_SHOWN:
        screen.line(f"and {len(unread) - MOST_SHOWN:,} more: --json lists them")
