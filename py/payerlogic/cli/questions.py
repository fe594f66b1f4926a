"""The commands that answer one question about one case: ``why``, ``whynot``, ``ask``, ``contrast``, ``robust``.

``case_question`` declares the options that all of them have; a command says what it asks, and prints one answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from payerlogic.answers.answer import CaseAnswer
from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.cli.options import (
    FINDINGS,
    AsOfOption,
    CaseArgument,
    IdOption,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    PayerOption,
    PayersOption,
    ReadingsOption,
    clean,
    load_for,
    settings_of,
    to_json,
    write,
    write_utf8,
)
from payerlogic.semantics.outcomes import DISCLAIMER
from payerlogic.semantics.settings import Settings
from payerlogic.wording.case_answers import Sentences
from payerlogic.wording.outline import Line
from payerlogic.wording.ranked_questions import over_all


@dataclass(frozen=True)
class AskedCase:
    """The knowledge base, the case and how to ask: what the shared options say."""

    kb: KnowledgeBase
    case: StatedCase
    settings: Settings
    as_json: bool

    def show(self, answer: CaseAnswer) -> None:
        """The answer in sentences, or as JSON."""
        self.show_all(self.words.of(answer), answer.to_dict())

    def show_all(self, lines: list[Line], data: object) -> None:
        if self.as_json:
            write_utf8(f"{to_json(data)}\n")
        else:
            write("".join(f"{clean(line)}\n" for line in [*lines, Line(DISCLAIMER)]))

    @property
    def words(self) -> Sentences:
        return Sentences(self.kb, self.case, self.settings)


def _shared(
    payers: list[str],
    /,
    case: CaseArgument,
    id: IdOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    kb: KbOption = None,
    json: JsonOption = False,
) -> AskedCase:
    def settings(base: KnowledgeBase) -> Settings:
        return settings_of(base, reading, no_presumptions=no_presumptions, as_of=as_of)

    return AskedCase(*load_for(kb, case, id, payers, reading, settings), json)


def case_question(command: Callable[..., None]) -> Callable[..., None]:
    """``command`` with the shared options around its own; it gets an AskedCase first."""
    shared = dict(list(inspect.signature(_shared).parameters.items())[1:])
    own = list(inspect.signature(command).parameters.values())[1:]

    @wraps(command)
    def with_options(**given: Any) -> None:
        of_all = {name: given.pop(name) for name in shared}
        command(_shared(_payers(given), **of_all), **given)

    case, *options = shared.values()
    hints = get_type_hints(_shared, include_extras=True) | get_type_hints(command, include_extras=True)
    order = [
        each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[each.name])
        for each in (case, *own, *options)
    ]
    with_options.__signature__ = inspect.Signature(order)  # type: ignore[attr-defined]
    with_options.__annotations__ = {each.name: each.annotation for each in order}
    return with_options


def _payers(given: Mapping[str, Any]) -> list[str]:
    """The payers that a command names; only these are loaded. Empty where it is about all of them."""
    named = [given[name] for name in ("payer", "left", "right") if given.get(name)]
    return [payer for each in named for payer in ([each] if isinstance(each, str) else each)]


@case_question
def why(asked: AskedCase, payer: PayerOption) -> None:
    """Show the minimal sets of stated facts that force the class, and what makes no difference.

    The assumptions behind each set are named with it. 'payerlogic explain' shows the derivation.

    \b
    Example:
      payerlogic why case.yaml --payer nia
    """
    asked.show(asked.kb.reasons(asked.case, payer, asked.settings))


@case_question
def whynot(
    asked: AskedCase,
    payer: PayerOption,
    want: Annotated[
        str, typer.Option("--want", metavar="OUTCOME", help="approved, denied, review, or a class by name.")
    ],
    fix: Annotated[
        list[str] | None, typer.Option("--fix", metavar="ATTR", help="Keep this fact as it is (repeatable).")
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option("--free", metavar="ATTR", help="Allow this fixed fact to change (repeatable)."),
    ] = None,
) -> None:
    """Show every minimal set of changes that would give the wanted outcome.

    Unknown facts come first, then changes to the provider's plan, findings, staging, the payer's findings
    and paperwork. The solver decides each changed case again. If no permitted change gives the outcome, the
    facts that block it and any reading that would give it are named, and the exit status is 1.

    \b
    Example:
      payerlogic whynot case.yaml --payer nia --want approved
    """
    answer = asked.kb.why_not(asked.case, payer, want.lower(), asked.settings, fix=fix or (), free=free or ())
    asked.show(answer)
    if not answer.reachable:
        raise typer.Exit(FINDINGS)


@case_question
def ask(asked: AskedCase, payer: PayersOption = None) -> None:
    """Show the unknown facts that still matter, the best question first.

    Questions are ranked by the share of the remaining possibilities that their answer settles, counted
    exactly. Without --payer, all payers are covered, and the questions are also ranked over all of them.

    \b
    Example:
      payerlogic ask case.yaml --payer nia
    """
    kb = asked.kb
    names = [kb.check_policy(name) for name in payer] if payer else list(kb.policies)
    answers = [kb.ask(asked.case, name, asked.settings) for name in names]
    together = kb.best_questions(answers)
    lines = [line for answer in answers for line in asked.words.of(answer)]
    if len(answers) > 1:
        lines += over_all(kb.vocabulary, together)
    ranked = [{"attribute": name, "settles": round(float(share), 4)} for name, share in together]
    asked.show_all(lines, {"payers": [answer.to_dict() for answer in answers], "together": ranked})


@case_question
def contrast(
    asked: AskedCase,
    left: Annotated[str, typer.Argument(metavar="P", help="One payer.")],
    right: Annotated[str, typer.Argument(metavar="Q", help="The other payer.")],
) -> None:
    """Show where two payers disagree on a case, clause by clause, and what would bring them together.

    \b
    Example:
      payerlogic contrast case.yaml nia bcbsaz
    """
    asked.show(asked.kb.contrast(asked.case, left, right, asked.settings))


@case_question
def robust(asked: AskedCase, payer: PayerOption) -> None:
    """Show whether the class holds under every reading encoded here, or which readings change it.

    Where no single switch does, the smallest combinations that do are shown.

    \b
    Example:
      payerlogic robust case.yaml --payer nia
    """
    asked.show(asked.kb.robustness(asked.case, payer, asked.settings))
