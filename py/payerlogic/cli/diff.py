"""``payerlogic diff``: what an edit of a knowledge base changes."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from payerlogic.api import KnowledgeBase
from payerlogic.cases.empty_rows import EmptyRows
from payerlogic.cases.files import read_cases, without_empty_rows
from payerlogic.cli.options import (
    BAD_INPUT,
    FINDINGS,
    AsOfOption,
    JsonOption,
    day_of_option,
    report,
    to_json,
    write_utf8,
)
from payerlogic.cli.output import print_lines, progress, save, wanted_files
from payerlogic.cli.region_options import RegionsOption, TimeOption
from payerlogic.errors import Problem, QuestionError
from payerlogic.program.library import Library

if TYPE_CHECKING:
    from payerlogic.comparison.knowledge_diff import KnowledgeDiff


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="The folder before the edit, or a git revision of NEW (HEAD~1, main).")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The folder of the knowledge base after the edit.")],
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", metavar="P", help="Compare this policy alone; repeat for several. [default: all]"),
    ] = None,
    cases: Annotated[
        str | None, typer.Option("--cases", metavar="TABLE", help="Decide these cases by both: any case file.")
    ] = None,
    as_of: AsOfOption = None,
    regions: RegionsOption = None,
    time: TimeOption = None,
    json: JsonOption = False,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to send or print.")] = None,
    markdown: Annotated[
        str | None, typer.Option("--markdown", metavar="FILE", help="Write Markdown, as for a pull request.")
    ] = None,
) -> None:
    """What does an edit of a knowledge base change?

    The text: which policies, statements, clauses, readings and rules were added, removed or changed. And the
    determinations: for each policy the regions of cases that are decided differently, with an example and the clauses
    before and after. Default readings and presumptions of each, on one day.

    Exit status 1 when a determination changes; a removed policy counts, a new one does not. Exit status 2 when a record
    of --cases cannot be read or decided by both: it is named, and the others are compared.

    \b
    Example:
      payerlogic diff kb-before kb --cases cases.csv
      payerlogic diff main kb --markdown changes.md
    """
    files = {"html": html, "markdown": markdown}
    wanted = wanted_files(files, json=json)
    day = day_of_option(as_of)
    with progress() as step, _folder_of(old, new) as before:
        step("Loading")
        sides = [_loaded(folder, policy) for folder in (before, Path(new))]
        records, places, unread = None, [], False
        if cases is not None:
            step("Reading cases")
            library = sides[1].program.library
            empty = EmptyRows()
            read = read_cases(cases, library.stated if library else ())
            found_records = list(without_empty_rows(read, empty))
            report(Problem(note, cases) for note in empty.notes())
            unread = any(each.problems for each in found_records)
            report(problem.at(each.place) for each in found_records for problem in each.problems)
            usable = [(each, each.stated) for each in found_records if each.stated and not each.problems]
            records = [{"id": each.id, **stated} for each, stated in usable]
            places = [each.place for each, _ in usable]
        step("Comparing and proving")
        found = sides[0].difference(sides[1], policy or (), as_of=day, cases=records, regions=regions, seconds=time)
        if wanted:
            from payerlogic.documents import render
        for format_, path in wanted.items():
            save(path, render(found, format_, sides[1]))
    if json:
        write_utf8(f"{to_json(found.to_dict())}\n")
    elif not wanted:
        _show(found)
    refused = found.cases.refused if found.cases is not None else ()
    report(problem.at(places[each.number - 1]) for each in refused for problem in each.problems)
    if unread or refused:
        raise typer.Exit(BAD_INPUT)
    if found.changed:
        raise typer.Exit(FINDINGS)


def _show(found: KnowledgeDiff) -> None:
    from payerlogic.wording.diff import DiffWords

    print_lines(DiffWords(found))


def _loaded(folder: Path, policies: list[str] | None) -> KnowledgeBase:
    """A knowledge base, begun with the service of the first policy that is asked for, where it has that."""
    library = Library.read(folder)
    name = next((each for each in policies or () if each in library.policies), None)
    service = library.policies[name].service if name is not None and library.services else None
    return KnowledgeBase.of_library(library, service=service)


@contextmanager
def _folder_of(old: str, new: str) -> Iterator[Path]:
    """The folder before the edit: itself, or a revision of the new one, unpacked for as long as it is needed."""
    if Path(old).exists():
        yield Path(old)
        return
    hint = f"name a folder, or a revision of the git repository that holds {new}"
    if old.startswith("-") or not Path(new).is_dir():
        raise QuestionError(Problem("no such folder", old if old.startswith("-") else new, hint))
    try:
        packed = subprocess.run(["git", "-C", new, "archive", "--format=tar", old], capture_output=True, check=False)
    except OSError:
        raise QuestionError(Problem("no such folder, and git is not installed", old, hint)) from None
    if packed.returncode:
        raise QuestionError(Problem("no such folder, and no such git revision", old, hint))
    with TemporaryDirectory() as place:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
            files.extractall(place, filter="data")
        yield Path(place)
