"""``payerlogic mutate``: do the tests notice when a rule changes?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from payerlogic.cli.options import FINDINGS, JsonOption, KbOption, Screen, folder_of, to_json, write_utf8
from payerlogic.cli.output import progress
from payerlogic.errors import Problem, QuestionError, nearest, shown
from payerlogic.program.library import Library
from payerlogic.text.phrases import plural


def mutate(
    policy: Annotated[
        list[str] | None,
        typer.Argument(metavar="[POLICY]...", help="The policies whose rules are changed. [default: all]"),
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="Change the files that all policies of the service share too.")
    ] = False,
    answers: Annotated[
        bool, typer.Option("--answers", help="Any other answer to a test's case counts, expected or not.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", min=1, help="Try so many of them only.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Which sample.")] = 1,
    only: Annotated[
        str | None, typer.Option("--only", metavar="TEXT", help="Only changes whose description contains this.")
    ] = None,
    accepted: Annotated[
        str | None,
        typer.Option("--accepted", metavar="FILE", help="Survivors that were looked at: a YAML list of mutant, why."),
    ] = None,
    processes: Annotated[int, typer.Option("--processes", metavar="N", min=1, help="How many to try at once.")] = 2,
    json: JsonOption = False,
    kb: KbOption = None,
) -> None:
    """Change the rules of policies one at a time, and list the changes that no test notices.

    A change drops a rule, a fact or a condition, negates a condition, turns a comparison round, moves a threshold or
    the first day of an edition by one, leaves out one alternative, or exchanges two clauses, gates, classes or
    defaults. Of what no test notices, clingo proves that it means the same, or finds a case that shows a difference.
    The exit status is 1 if there is such a case, unless the change is accepted.

    \b
    Example:
      payerlogic mutate bcbsaz --sample 50
    """
    from payerlogic.authoring import mutation
    from payerlogic.authoring.case_tests import by_service, stored_tests
    from payerlogic.program.files import Program
    from payerlogic.program.mutants import mutants

    folder = folder_of(kb)
    library = Library.read(folder)
    known = _accepted(accepted)
    for name in policy or ():
        if name not in library.policies:
            raise QuestionError(Problem(f"unknown policy {shown(name)}", hint=nearest(name, library.policies)))
    tested = by_service(library, stored_tests(folder))
    fates: list[mutation.Fate] = []
    with progress() as step:
        for service in library.services or (library.default,):
            own = [each for each in policy or library.policies_of(service) if each in library.policies_of(service)]
            if not own:
                continue
            if not tested.get(service):
                raise QuestionError(Problem(f"has no tests of {', '.join(own)}", str(folder), "write some first"))
            program = Program.of(library, None, service or None)
            files = {file.name for file in program.files if file.policy in own or (shared and file.policy is None)}
            chosen = [each for each in mutants(program) if each.file in files and (only or "") in each.id]
            chosen = mutation.sample(chosen, sample, seed) if sample is not None else chosen
            for fate in mutation.run(folder, service, chosen, processes, whole_answers=answers):
                fates.append(fate)
                step("Trying changes", len(fates))
    alive = [each for each in fates if each.fate in ("survived", "crashed") and each.mutant not in known]
    if json:
        counts = Counter(each.fate for each in fates)
        write_utf8(f"{to_json({'counts': dict(counts), 'mutants': [each.to_dict() for each in fates]})}\n")
    else:
        _show(fates, alive)
    if alive:
        raise typer.Exit(FINDINGS)


def _accepted(path: str | None) -> Mapping[str, Any]:
    """The survivors of a reviewed list, by what was changed."""
    if path is None:
        return {}
    from payerlogic.text.yaml_document import read_yaml

    try:
        rows = read_yaml(Path(path).read_text(encoding="utf-8"), path).data or []
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(Problem(f"cannot be read ({error})", path)) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and {"mutant", "why"} <= row.keys() for row in rows):
        raise QuestionError(
            Problem("is no list of accepted changes", path, "write - mutant: ... and why: ... for each")
        )
    return {str(row["mutant"]): row for row in rows}


def _show(fates: list[Any], alive: list[Any]) -> None:
    screen = Screen()
    for each in alive:
        screen.line(each.mutant, "bold")
        screen.line(f"{each.fate}: {each.by}", indent=2)
    counts = Counter(each.fate for each in fates)
    said = ", ".join(f"{count} {fate}" for fate, count in counts.most_common())
    screen.line(f"{plural(len(fates), 'change')}: {said}." if fates else "Nothing to change.")
    if not alive:
        screen.line("Every change that means something else is noticed by some test, refused or accepted.")
