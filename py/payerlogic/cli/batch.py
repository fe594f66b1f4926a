"""``payerlogic batch``: whole tables decided, and what a mapping could not map."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic import DISCLAIMER
from payerlogic.cli.shared import (
    BAD_INPUT,
    AsOfOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    PayersOption,
    ReadingsOption,
    Screen,
    load,
    report,
    settings_of,
    to_json,
    write_utf8,
)
from payerlogic.errors import Problem, QuestionError, nearest
from payerlogic.knowledge import KnowledgeBase

if TYPE_CHECKING:
    from payerlogic.batch import Batch, Engine, Mapping, Progress

MOST_SHOWN = 20
INTERRUPTED = 130


def _show_schema(wanted: bool) -> None:
    if wanted:
        from payerlogic.batch import schema

        write_utf8(f"{to_json(schema())}\n")
        raise typer.Exit


TableArgument = Annotated[
    str, typer.Argument(metavar="IN", help="A table: .csv, .parquet or .jsonl, or a folder of them.")
]
MappingOption = Annotated[
    str | None, typer.Option("--mapping", metavar="FILE", help="How its columns and codes become attributes: YAML.")
]
MemoryOption = Annotated[
    str | None, typer.Option("--memory", metavar="SIZE", help="How much memory the engine takes. [default: 1GB]")
]
ThreadsOption = Annotated[
    int | None, typer.Option("--threads", metavar="N", min=1, help="How many threads. [default: all cores]")
]


def batch(
    source: TableArgument,
    out: Annotated[
        str, typer.Option("--out", metavar="OUT", help="A file (.csv, .parquet, .jsonl), or a new folder for parts.")
    ],
    mapping: MappingOption = None,
    payer: PayersOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    errors: Annotated[
        str | None,
        typer.Option("--errors", metavar="FILE", help="Where refused rows go. [default: OUT with .errors.csv]"),
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", metavar="F", help="Of the parts in a folder: parquet, csv or jsonl.")
    ] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="E", help="duckdb or spark.")] = "duckdb",
    master: Annotated[
        str | None, typer.Option("--master", metavar="URL", help="Of Spark, such as spark://host:7077.")
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

    Each row gets what 'decide' gives it: outcome, class, possible classes and clauses of each payer, in columns
    such as nia_class. A row that cannot be decided goes to the errors file with its reasons, and the exit status
    is then 2. What is written is there whole or, if the command is interrupted, not at all.

    \b
    Example:
      payerlogic batch requests.csv --out decided.parquet --mapping mapping.yaml
      payerlogic batch year/ --out decided/ --engine spark --master spark://host:7077
    """
    from payerlogic.batch import batch as run

    base = load(kb)
    settings = settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)
    mapped = mapping_of(base, mapping)
    running = _engine(engine, master, memory, threads, out)
    with interruptible(), bar() as progress:
        done = run(
            base,
            source,
            out,
            mapping=mapped,
            payers=payer,
            settings=settings,
            errors=errors,
            format=_format(format_, out),
            engine=running,
            progress=progress,
        )
    if json:
        write_utf8(f"{to_json(done.to_json())}\n")
    else:
        _show(base, done)
    for each in done.counts.first_refused:
        report([Problem(each.reason, f"{source}: record {each.record}")])
    if done.counts.refused:
        report([Problem(f"{done.counts.refused:,} rows are refused; all their reasons", done.errors)])
        raise typer.Exit(BAD_INPUT)


def mapping_of(kb: KnowledgeBase, path: str | None) -> Mapping | None:
    """The mapping that ``--mapping`` names."""
    from payerlogic.batch import Mapping

    return Mapping.load(path, kb.vocabulary) if path is not None else None


def _engine(name: str, master: str | None, memory: str | None, threads: int | None, out: str) -> Engine:
    from pathlib import Path

    from payerlogic.batch import DuckDb, Spark, check_engine

    if check_engine(name) == "spark":
        return Spark(master, memory, threads, Path(out).absolute().parent)
    if master is not None:
        raise QuestionError(Problem("is for Spark alone", "--master", "add --engine spark"))
    return DuckDb(memory, threads)


def _format(name: str | None, out: str) -> str | None:
    from payerlogic.batch import FORMATS, format_of

    if name is None:
        return None
    if name.lower() not in FORMATS:
        raise QuestionError(Problem(f"unknown format {name!r}", "--format", nearest(name, FORMATS)))
    if format_of(out) not in (None, name.lower()):
        raise QuestionError(
            Problem("differs from the ending of the file", f"--format {name}", "leave one of the two out")
        )
    return name.lower()


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C and a polite request to end leave nothing half-written, and say so."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt(number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt as error:
        report([Problem("interrupted: nothing was written")])
        number = error.args[0] if error.args and isinstance(error.args[0], int) else signal.SIGINT
        raise typer.Exit(128 + number) from None
    finally:
        signal.signal(signal.SIGTERM, before)


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
        yield lambda share, rows: shown.update(task, completed=share, description=f"Deciding ({rows:,} rows)")


def _show(kb: KnowledgeBase, done: Batch) -> None:
    screen = Screen()
    counts = done.counts
    screen.line(
        f"{counts.rows:,} rows: {counts.decided:,} decided, {counts.open:,} open at some payer, "
        f"{counts.refused:,} refused",
        "bold",
    )
    rows = [
        [policy, kb.catalog.classes[name].label if name in kb.catalog.classes else "open", f"{count:,}"]
        for policy in done.policies
        for name, count in sorted(counts.classes.get(policy, {}).items(), key=lambda item: (-item[1], item[0]))
    ]
    if rows:
        screen.table("Rows by class", ["payer", "class", "rows"], rows)
    show_unread(screen, done.unread)
    screen.line(f"written: {done.out}; refused rows: {done.errors}")
    screen.line(
        f"as of {done.settings.as_of.isoformat()}; knowledge base {done.kb}; "
        f"presumptions {'on' if done.settings.presumptions else 'off'}; readings "
        + (", ".join(f"{id_}={option}" for id_, option in sorted(done.settings.readings.items())) or "default")
    )
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
