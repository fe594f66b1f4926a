"""``payerlogic stricter``: does a plan ever refuse what a base approves?"""

from __future__ import annotations

from typing import Annotated

import typer

from payerlogic.cli.options import (
    FINDINGS,
    VERSION_HELP,
    AsOfOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    ReadingsOption,
    Screen,
    ServiceOption,
    load,
    settings_of,
    to_json,
    write_utf8,
)
from payerlogic.cli.output import print_lines, progress, save, wanted_files
from payerlogic.cli.region_options import RegionsOption, TimeOption


def stricter(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help=VERSION_HELP)],
    base: Annotated[str, typer.Argument(metavar="BASE", help="The policy than which it must not be stricter.")],
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    regions: RegionsOption = None,
    time: TimeOption = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Search the smallest edits of PLAN after which it never is stricter.")
    ] = False,
    json: JsonOption = False,
    html: Annotated[str | None, typer.Option("--html", metavar="FILE", help="Write a page to send or print.")] = None,
    markdown: Annotated[str | None, typer.Option("--markdown", metavar="FILE", help="Write Markdown.")] = None,
    service: ServiceOption = None,
    kb: KbOption = None,
) -> None:
    """Does PLAN ever refuse what BASE approves?

    Either it never does, which is proved, or the regions are listed where it does, with the clauses of both, an
    example each, and the fewest readings that would end it. To review, to pend or to be silent is not to approve.

    --repair searches the smallest edits of PLAN that end it (a condition dropped, a threshold moved, a precedence
    stated, a reading settled, a clause struck out), makes each in a copy and asks again, within --time of its own.
    Nothing is written.

    Exit status 1 when it is stricter.

    \b
    Example:
      payerlogic stricter acs_ldct cms_ldct
      payerlogic stricter bcbsaz nia --html stricter.html
    """
    files = {"html": html, "markdown": markdown}
    wanted = wanted_files(files, json=json)
    with progress() as step:
        step("Loading")
        loaded = load(kb, [each.partition("@")[0] for each in (plan, base)], reading, service)
        settings = settings_of(loaded, reading, no_presumptions=no_presumptions, as_of=as_of)
        step("Comparing and proving")
        found = loaded.stricter(plan, base, settings, regions=regions, seconds=time)
        repairs = None
        if repair:
            step("Searching for repairs")
            repairs = loaded.stricter_repairs(plan, base, settings, seconds=time)
        from payerlogic.documents import render

        for format_, path in wanted.items():
            save(path, render(found if repairs is None else repairs, format_, loaded))
    if json:
        data = {**found.to_dict(loaded.vocabulary), "kb": loaded.digest}
        if repairs is not None:
            data["repairs"] = repairs.repairs.to_dict() if repairs.repairs is not None else None
        write_utf8(f"{to_json(data)}\n")
    elif not wanted:
        from payerlogic.wording.stricter import StricterWords

        print_lines(StricterWords.of(loaded, found))
        if repairs is not None:
            from payerlogic.wording.repairs import strictness_lines

            screen = Screen()
            for line in strictness_lines(loaded, repairs):
                screen.line(f"{line.lead}{line.cited}", "" if line.depth else "bold", indent=2 * line.depth)
    if found.stricter:
        raise typer.Exit(FINDINGS)
