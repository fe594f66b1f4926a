"""The command ``payerlogic``: one subcommand per module, whose docstring is its help.

    >>> from typer.testing import CliRunner
    >>> print(CliRunner().invoke(app, ["--version"]).stdout.strip())
    payerlogic 0.1.0

Exit status: 0 done, 1 findings or a negative answer where a command documents it, 2 bad input.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from payerlogic import __version__
from payerlogic.cli import (
    ask,
    batch,
    check,
    compare,
    contrast,
    decide,
    explain,
    impact,
    policies,
    rationale,
    readings,
    robust,
    sql,
    vocabulary,
    why,
    whynot,
)
from payerlogic.cli.shared import BAD_INPUT, report
from payerlogic.errors import PayerlogicError, Problem


class Commands(TyperGroup):
    """The subcommands, with one way to end badly: a line per problem, or nothing if nobody reads on."""

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except PayerlogicError as error:
            report(error.problems)
            raise typer.Exit(BAD_INPUT) from None
        except OSError as error:
            # What is still buffered must go somewhere, or the interpreter complains when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):  # whoever read the output has had enough (head, less)
                raise typer.Exit(0) from None
            report([Problem(f"input or output failed ({error.strerror})")])
            raise typer.Exit(BAD_INPUT) from None


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command()(decide.decide)
app.command()(explain.explain)
app.command()(rationale.rationale)
app.command()(why.why)
app.command()(whynot.whynot)
app.command()(ask.ask)
app.command()(contrast.contrast)
app.command()(robust.robust)
app.command()(check.check)
app.command()(compare.compare)
app.command()(batch.batch)
app.command()(impact.impact)
app.command()(sql.sql)
app.command()(vocabulary.vocabulary)
app.command()(policies.policies)
app.command()(readings.readings)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"payerlogic {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Payers' coverage policies as answer-set programs: decided, explained, compared.

    \b
    Example:
      payerlogic decide cases.csv --payer nia

    It explains policies. It makes no coverage decision and gives no medical advice.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """The console script."""
    app(prog_name="payerlogic")
