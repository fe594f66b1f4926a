"""Files that commands write: reports and baselines.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     save(f"{folder}/report.txt", b"It is so.")
...     Path(folder, "report.txt").read_text()
'It is so.'
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from payerlogic.cli.options import Screen, write_document
from payerlogic.errors import Problem, QuestionError, nearest, shown
from payerlogic.runtime.atomic import replace_file

if TYPE_CHECKING:
    from payerlogic.wording.outline import Line

STANDARD_OUTPUT = "-"


class InLines(Protocol):
    """An answer in words: a title, sentences that sum it up, and lines with what stands below."""

    def title(self) -> str: ...

    def summary(self) -> Iterable[str]: ...

    def details(self) -> Iterable[Line]: ...


def print_lines(words: InLines) -> None:
    """An answer in words on the screen."""
    screen = Screen()
    screen.line(words.title(), "bold")
    for sentence in words.summary():
        screen.line(sentence, indent=2)
    for line in words.details():
        if not line.depth:
            screen.gap()
        screen.line(f"{line.lead}{line.cited}", "" if line.depth else "bold", indent=2 * line.depth)


def chosen_format(kind: str, asked: str | None, out: str | None, *, as_json: bool) -> str:
    """The format that ``--json``, ``--format`` or the ending of ``--out`` asks for, of those that an answer has.

    QuestionError for one that it does not have, for a name that no file can have, and for bytes on a terminal.
    """
    from payerlogic.documents import ALIASES, BINARY, FORMATS

    formats = FORMATS[kind]
    ending = Path(out).suffix.lower().removeprefix(".") if out not in (None, STANDARD_OUTPUT) else ""
    if as_json and asked not in (None, "json"):
        raise QuestionError(Problem("cannot be combined", "--json and --format"))
    wanted = "json" if as_json else (asked or ending).lower()
    chosen = wanted if wanted in formats else ALIASES.get(wanted, wanted) if wanted else formats[0]
    if chosen not in formats:
        if asked is not None:
            raise QuestionError(Problem(f"unknown format {shown(wanted)}", "--format", nearest(wanted, formats)))
        if "text" not in formats:
            hint = f"give --format, or a name that ends in {', '.join('.' + each for each in formats)}"
            raise QuestionError(Problem(f"{shown(out)} does not say which format is wanted", "--out", hint))
        chosen = "text"
    if out is not None:
        check_output(out)
    elif chosen in BINARY and sys.stdout.isatty():
        hint = f"give --out FILE, such as --out file.{chosen}"
        raise QuestionError(Problem(f"{chosen} cannot be shown in a terminal", "--format", hint))
    return chosen


def save(out: str, data: bytes, *, binary: bool = False) -> None:
    """To a file, which is there whole or as it was before, or to standard output for ``-``.

    QuestionError where it cannot be written.
    """
    if out == STANDARD_OUTPUT:
        if binary and sys.stdout.isatty():
            raise QuestionError(Problem("this format cannot be shown in a terminal", out, "name a file"))
        write_document(data)
        return
    check_output(out)
    try:
        replace_file(Path(out), data)
    except (OSError, ValueError) as error:
        raise _cannot(out, error) from None


def wanted_files(files: Mapping[str, str | None], *, json: bool) -> dict[str, str]:
    """The files to write, by format; each can be written, and one output at most goes to standard output."""
    wanted = {format_: path for format_, path in files.items() if path is not None}
    if [*wanted.values(), *([STANDARD_OUTPUT] if json else [])].count(STANDARD_OUTPUT) > 1:
        raise QuestionError(Problem("only one output can go to standard output", STANDARD_OUTPUT))
    for path in wanted.values():
        check_output(path)
    return wanted


def check_output(out: str) -> None:
    """QuestionError for a name that no file can have, before anything is computed for it."""
    if not out:
        raise QuestionError(Problem("names no file", repr(out), "name one, or - for standard output"))
    try:
        if out != STANDARD_OUTPUT and (Path(out).is_dir() or out.endswith(("/", os.sep))):
            raise QuestionError(Problem("is a folder", out, "name a file in it"))
    except (OSError, ValueError) as error:
        raise _cannot(out, error) from None


def _cannot(out: str, error: OSError | ValueError) -> QuestionError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return QuestionError(Problem(f"cannot be written ({why})", out))


class ShowProgress(Protocol):
    """Shows how far a long command is."""

    def __call__(self, what: str, done: int | None = None, /) -> None: ...


@contextmanager
def progress() -> Iterator[ShowProgress]:
    """A bar on standard error, if that is a terminal; it goes away at the end."""
    if not sys.stderr.isatty():
        yield lambda what, done=None, /: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        bar.live.transient = True
        task = bar.add_task("", total=None)

        def step(what: str, done: int | None = None, /) -> None:
            bar.update(task, description=what if done is None else f"{what} ({done:,})")

        yield step
