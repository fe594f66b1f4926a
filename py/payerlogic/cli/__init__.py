"""The command ``payerlogic``: one subcommand per module, whose docstring is its help.

    >>> from typer.testing import CliRunner
    >>> print(CliRunner().invoke(app, ["--version"]).stdout.strip())
    payerlogic 0.1.0

Exit status: 0 done, 1 findings or a negative answer where a command documents it, 2 bad input, 3 a bug: two
engines disagree, or the program failed.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from payerlogic.cli.options import BAD_INPUT, BUG, report, report_bug
from payerlogic.errors import InternalDisagreement, PayerlogicError, Problem
from payerlogic.version import __version__

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_Misuse: type[Exception] = typer.BadParameter.__mro__[2]
"""The base of all that the parser of the command line raises, whichever package has it."""


COMMANDS = {
    **dict.fromkeys(("decide", "explain", "rationale"), ""),
    **dict.fromkeys(("why", "whynot", "ask", "contrast", "robust"), "questions"),
    **dict.fromkeys(("check", "compare", "stricter", "diff", "batch", "impact", "sql"), ""),
    **dict.fromkeys(("services", "vocabulary", "policies", "readings"), ""),
    **dict.fromkeys(("new", "lint", "test", "mutate", "schema"), ""),
}
"""The subcommands in the order of the help, with the module in which each is; without one, that of its name."""


class _AsWritten:
    """How typer turns what was written for a parameter into its value, where the value is just that."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        if value is None:
            return () if param.multiple else None
        return list(value) if param.multiple else value


def _texts_as_written(parameters: list[Any]) -> list[Any]:
    """Otherwise typer loads pydantic to check that a text is a text, which takes longer than deciding a case.

    A release of typer that does not know this attribute is slower, and no different.
    """
    for parameter in parameters:
        described = getattr(parameter, "type_descriptor", None)
        is_flag = described is not None and described.annotation is bool and parameter.envvar is None
        if is_flag or (described is not None and described.annotation in (str, list[str])):
            parameter._runtime_param = _AsWritten()
    return parameters


class Command(TyperCommand):
    """A subcommand."""

    def get_params(self, ctx: Any) -> list[Any]:
        return _texts_as_written(super().get_params(ctx))


class Commands(TyperGroup):
    """The subcommands, each loaded when it is asked for (a command takes only the libraries that it needs), and
    one way to fail: a line per problem, or nothing if the reader has gone."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]  # the nearest name is looked for in these

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"payerlogic.cli.{COMMANDS[cmd_name] or cmd_name}")
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
        alone.command(name=cmd_name, cls=Command, context_settings=CONTEXT)(getattr(module, cmd_name))
        return typer.main.get_command(alone)

    def get_params(self, ctx: Any) -> list[Any]:
        return _texts_as_written(super().get_params(ctx))

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except PayerlogicError as error:
            report(error.problems)
            raise typer.Exit(BAD_INPUT) from None
        except InternalDisagreement as error:
            report_bug(f"two engines disagree: {error}")
            raise typer.Exit(BUG) from None
        except OSError as error:
            # What is still buffered must go somewhere, or the interpreter complains when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):  # whoever read the output has had enough (head, less)
                raise typer.Exit(0) from None
            report([Problem(f"input or output failed ({error.strerror})")])
            raise typer.Exit(BAD_INPUT) from None
        except (typer.Exit, typer.Abort, _Misuse):
            raise
        except Exception as error:
            report_bug(f"failed ({_where(error)})")
            raise typer.Exit(BUG) from error


def _where(error: Exception) -> str:
    """What happened and where, in one line that says nothing of any case."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(last.filename).name}, line {last.lineno}"


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=CONTEXT,
)


def _open_standard_streams() -> None:
    """A closed standard stream must not become the number of the next file that is opened."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # takes the lowest free number; writing to it fails, and is reported
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


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
    """Coverage policies you can query, compare and prove.

    \b
    Example:
      payerlogic decide cases.csv --payer nia

    It explains policies. It makes no coverage decision and gives no medical advice.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """The console script."""
    # Loading makes many objects that stay: to look through them again and again takes a tenth of the time.
    gc.set_threshold(200_000, 20, 20)
    _open_standard_streams()
    app(prog_name="payerlogic")
