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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from payerlogic.cli.options import write_document
from payerlogic.errors import Problem, QuestionError
from payerlogic.runtime.atomic import replace_file

STANDARD_OUTPUT = "-"


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
