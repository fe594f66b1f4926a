"""What the subcommands share: options, the knowledge base and its settings, reading, printing.

    >>> clean("R-1\\x1b[2J")
    'R-1\ufffd[2J'

Everything that comes from a file or the command line goes through ``clean`` on its way to a terminal,
and never through rich's markup.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.cases.empty_rows import EmptyRows
from payerlogic.cases.files import Record, read_cases, without_empty_rows
from payerlogic.cases.routing import service_of
from payerlogic.errors import CaseError, Problem, QuestionError, nearest, shown
from payerlogic.program.library import Library
from payerlogic.program.source_files import shipped_folder
from payerlogic.semantics.settings import Settings
from payerlogic.text.days import HOW, read_day
from payerlogic.text.json_text import json_text
from payerlogic.version import __version__

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

FINDINGS, BAD_INPUT, BUG = 1, 2, 3
WIDTH_WHEN_PIPED, NARROW = 120, 70
NOT_SHOWN = "\N{REPLACEMENT CHARACTER}"
_NOT_PLAIN = re.compile(r"[^\n\x20-\x7e]+")

CasesArgument = Annotated[
    str,
    typer.Argument(
        metavar="CASES", help="A file of cases (.json, .jsonl, .yaml, .csv), or - for JSON on standard input."
    ),
]
CaseArgument = Annotated[
    str, typer.Argument(metavar="CASE", help="A file with the case, or with several of which --id picks one.")
]
VERSION_HELP = "A policy; POLICY@2023-06-01 is its version of that day."
IdOption = Annotated[
    str | None, typer.Option("--id", metavar="ID", help="Which case of the file: its id, or the number of its record.")
]
PayersOption = Annotated[
    list[str] | None, typer.Option("--payer", metavar="P", help="Only this payer (repeatable). [default: all]")
]
PayerOption = Annotated[str, typer.Option("--payer", metavar="P", help="The payer, as 'payerlogic policies' names it.")]
ReadingsOption = Annotated[
    list[str] | None,
    typer.Option("--reading", metavar="ID=OPTION", help="Override a default reading (repeatable)."),
]
LeftReadingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--left-reading", metavar="ID=OPTION", help="For the first policy only; overrides --reading (repeatable)."
    ),
]
RightReadingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--right-reading", metavar="ID=OPTION", help="For the second policy only; overrides --reading (repeatable)."
    ),
]
NoPresumptionsOption = Annotated[
    bool, typer.Option("--no-presumptions", help="Make no assumptions: what is not stated is unknown.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Decide as of this day, such as 2026-01-31. [default: today]"),
]
KbOption = Annotated[
    str | None,
    typer.Option(
        "--kb",
        metavar="FOLDER",
        envvar="PAYERLOGIC_KB",
        help="Use this knowledge base, not the one that comes with payerlogic.",
    ),
]
ServiceOption = Annotated[
    str | None,
    typer.Option("--service", metavar="S", help="This service. [default: that of the policies, or the default one]"),
]
OutOption = Annotated[
    str | None, typer.Option("--out", metavar="FILE", help="Write to this file; - is standard output.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


# --- Asking ----------------------------------------------------------------------------------------


def load(
    folder: str | None,
    only: Collection[str] | None = None,
    readings: Iterable[str] | None = None,
    service: str | None = None,
) -> KnowledgeBase:
    """The knowledge base that ``--kb`` asks for, of one service: ``service``, or that of the payers ``only``, or the
    default one; and ``only`` the payers that a command asks, if it asks any."""
    library = library_of(folder)
    if service is not None:
        service = library.check_service(service)
    if only:
        among = library.services_of_all(only)
        if service is not None and service not in among:
            what = f"{', '.join(only)}: no policy of {service}"
            raise QuestionError(Problem(what, "--service", f"there are policies of {', '.join(sorted(among))}"))
        service = service or library.default
        if service not in among:
            if len(among) > 1:
                hint = "name the policies, or the --service"
                what = f"{', '.join(only)}: has policies in {', '.join(sorted(among))}"
                raise QuestionError(Problem(what, "--payer", hint))
            (service,) = among
    return of_service(library, service or library.default, only, readings)


def of_service(
    library: Library, service: str, only: Collection[str] | None = None, readings: Iterable[str] | None = None
) -> KnowledgeBase:
    """One service of a library, and of it ``only`` some payers: what else there is, is not read.

    All of them where ``readings`` names one that none of these payers has: it may be another's.
    """
    names = [policy for name in only or () for policy in library.called(name, service)]
    if names:
        some = KnowledgeBase.of_library(library, names, service)
        if all(each.partition("=")[0] in some.catalog.readings for each in readings or ()):
            return some
    return KnowledgeBase.of_library(library, None, service)


def load_for(
    folder: str | None,
    source: str,
    id_: str | None,
    only: Collection[str],
    readings: Iterable[str] | None,
    settings: Callable[[KnowledgeBase], Settings],
) -> tuple[KnowledgeBase, StatedCase, Settings]:
    """The service of a case, and the case, which ``--id`` may choose from a file; ``only`` the payers are asked."""
    library = library_of(folder)
    among = library.services_of_all(only) if only else None
    record = _one_record(library, source, id_)
    try:
        service = service_of(library, record.stated or {}, among=among)
    except CaseError as error:
        raise CaseError(problem_at(problem, record) for problem in error.problems) from None
    kb = of_service(library, service, only, readings)
    asked = settings(kb)
    try:
        return kb, checked(kb, record), asked
    except CaseError as error:
        raise CaseError(problem_at(problem, record) for problem in error.problems) from None


def library_of(folder: str | None) -> Library:
    """The library that ``--kb`` asks for: its files, before anything of them is loaded."""
    return Library.read(folder_of(folder))


def folder_of(folder: str | None) -> Path:
    """Where the knowledge base that ``--kb`` asks for is."""
    if folder == "":
        raise QuestionError(Problem("is empty", "--kb ''", "name a folder, or leave --kb out"))
    return Path(folder) if folder is not None else shipped_folder()


def own_folder_of(folder: str | None, what: str) -> Path:
    """The same for a command that writes into it: never the one that comes with payerlogic, unless it is named.

    Whoever begins a policy without --kb most likely has no knowledge base of their own yet; what is written beside
    the shipped policies would be lost with the next version, and change everybody's answers until then.
    """
    if folder is None:
        hint = f"copy it and name the copy: cp -r {shipped_folder()} my-kb, then --kb my-kb (or PAYERLOGIC_KB=my-kb)"
        raise QuestionError(Problem(f"{what} would change the knowledge base that comes with payerlogic", hint=hint))
    return folder_of(folder)


def settings_of(
    kb: KnowledgeBase, readings: Sequence[str] | None, *, no_presumptions: bool, as_of: str | None
) -> Settings:
    """How to ask. QuestionError for an unknown reading or option, or a bad day."""
    return kb.settings(
        chosen_readings(kb, readings or ()), presumptions=not no_presumptions, as_of=day_of_option(as_of)
    )


def settings_of_side(
    kb: KnowledgeBase, readings: Sequence[str], own: Sequence[str], *, no_presumptions: bool, as_of: str | None
) -> Settings:
    """How one side of a comparison is asked: its own readings override those for both."""
    overridden = {each.partition("=")[0] for each in own}
    kept = [each for each in readings if each.partition("=")[0] not in overridden]
    return settings_of(kb, [*kept, *own], no_presumptions=no_presumptions, as_of=as_of)


def chosen_readings(kb: KnowledgeBase, written: Iterable[str]) -> dict[str, str]:
    """Readings written as ID=OPTION. QuestionError for one without an option, or with two."""
    chosen: dict[str, str] = {}
    for each in written:
        id_, equals, option = each.partition("=")
        if not equals:
            hint = "it takes ID=OPTION; 'payerlogic readings' lists them"
            if id_ not in kb.catalog.readings:
                hint = f"{nearest(id_, kb.catalog.readings)}; {hint}"
            raise QuestionError(Problem(f"{shown(each)} names no option", "--reading", hint))
        if chosen.setdefault(id_, option) != option:
            raise QuestionError(Problem(f"{shown(id_)} is given twice, with different options", "--reading"))
    return chosen


def day_of_option(written: str | None) -> date | None:
    """The day that ``--as-of`` names."""
    if written is None:
        return None
    try:
        return read_day(written)
    except ValueError as error:
        raise QuestionError(Problem(str(error), "--as-of", HOW)) from None


def checked(kb: KnowledgeBase, record: Record) -> StatedCase:
    """The case of a record. CaseError, with the place of the record, for anything wrong with it."""
    if record.stated is None or record.problems:
        raise CaseError(record.problems)
    return kb.read(record.stated)


def _one_record(library: Library, source: str, id_: str | None) -> Record:
    """The case of a file, or the one that has the id (or the record number) ``id_``."""
    found: list[Record] = []
    others: list[str] = []
    for record in without_empty_rows(read_cases(source, library.stated), EmptyRows()):
        if id_ is None or id_ == record.id:
            found.append(record)
        else:
            others.append(record.id)
        if id_ is None and len(found) == 2:
            hint = f"pick one with --id, such as --id {shown(found[0].id)}"
            raise CaseError(Problem("has more than one case", record.file, hint))
    if not found:
        hint = nearest(id_, others) if id_ is not None else ""
        what = f"has no case {shown(id_)}" if id_ is not None else "has no case"
        raise CaseError(Problem(what, "standard input" if source == "-" else source, hint))
    if len(found) > 1:
        what = f"records {found[0].number} and {found[1].number} both have the id {shown(id_)}"
        raise CaseError(Problem(what, found[0].file))
    return found[0]


def problem_at(problem: Problem, record: Record) -> Problem:
    """The problem with the place of its record in front."""
    return problem.at(record.place)


# --- Printing --------------------------------------------------------------------------------------


def clean(text: object) -> str:
    """``text`` on one line, and nothing in it that a terminal would obey."""
    line = str(text)
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() else " " if char.isspace() else NOT_SHOWN for char in line)


def write(text: str) -> None:
    """To standard output; what its encoding lacks becomes a question mark."""
    write_bytes(text.encode(sys.stdout.encoding or "utf-8", "replace"))


def write_utf8(text: str) -> None:
    """To standard output, for programs. Half of a surrogate pair, which no encoding has, is escaped
    as JSON escapes it."""
    write_bytes(text.encode("utf-8", "backslashreplace"))


def write_bytes(data: bytes) -> None:
    """To standard output, or to what stands in for it, which may take only text."""
    sys.stdout.flush()
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.buffer.write(data)
    else:
        sys.stdout.write(data.decode("utf-8", "replace"))


def write_document(data: bytes) -> None:
    """A finished document: as it is in a pipe, and on a terminal without what that would obey."""
    if sys.stdout.isatty():
        write("\n".join(map(clean, data.decode("utf-8", "replace").split("\n"))))
    else:
        write_bytes(data)


def to_json(value: object) -> str:
    """JSON as all commands print it."""
    return escaped(json_text(value).rstrip("\n"))


def escaped(text: str) -> str:
    """JSON with what a terminal would obey, and what some programs take for the end of a line, as escapes.

    >>> escaped('"A\\u2028B\\x9b2J"')
    '"A\\\\u2028B\\\\u009b2J"'
    """
    return _NOT_PLAIN.sub(lambda match: "".join(map(_as_json, match[0])), text)


def _as_json(char: str) -> str:
    return char if char.isprintable() else json.dumps(char)[1:-1]


def report_bug(what: str) -> None:
    """A bug of the program, and what to report."""
    command = f"payerlogic {__version__}, Python {sys.version.split()[0]}"
    report([Problem(f"a bug in payerlogic, not in your input: {what}", hint=f"please report this line ({command})")])


def report(problems: Iterable[Problem]) -> None:
    """One line for each problem, on standard error."""
    sys.stdout.flush()
    for problem in problems:
        line = f"{clean(problem)}\n".encode(sys.stderr.encoding or "utf-8", "replace")
        sys.stderr.buffer.write(line)
    sys.stderr.flush()


class Screen:
    """Standard output for people: wrapped and colored on a terminal, whole lines when piped."""

    @cached_property
    def console(self) -> Console:
        from rich.console import Console

        width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else WIDTH_WHEN_PIPED
        return Console(width=width, highlight=False, markup=False, emoji=False)

    @cached_property
    def _is_terminal(self) -> bool:
        """Without loading rich where it could only say no: that takes longer than deciding a case."""
        asked_for = {"FORCE_COLOR", "TTY_COMPATIBLE"} & os.environ.keys()
        return (sys.stdout.isatty() or bool(asked_for)) and self.console.is_terminal

    def line(self, text: object, style: str = "", indent: int = 0) -> None:
        """A line of any text, with what does not fit on a terminal under its beginning."""
        words = clean(text)
        if not self._is_terminal:
            write(f"{' ' * indent}{words}\n")
            return
        from rich.padding import Padding
        from rich.text import Text

        self.show(Padding(Text(words, style=style), (0, 0, 0, indent)))

    def gap(self) -> None:
        write("\n")

    def table(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table whose first column is never cut; on a narrow terminal, one row below the other."""
        self.line(title, "bold")
        if self.console.width < NARROW:
            for first, *others in rows:
                self.line(first, "bold", indent=2)
                for column, cell in zip(columns[1:], others, strict=True):
                    self.line(f"{column}: {cell}", indent=4)
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(pad_edge=False)
        for index, column in enumerate(columns):
            table.add_column(column, overflow="fold", no_wrap=index == 0)
        for row in rows:
            table.add_row(*(Text(clean(cell)) for cell in row))
        self.show(table)

    def show(self, renderable: RenderableType) -> None:
        with self.console.capture() as captured:
            self.console.print(renderable)
        write(captured.get())
