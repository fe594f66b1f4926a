"""``payerlogic decide``: the determinations of many cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated

import typer

from payerlogic.answers.decision import DecidedCase, Decider, Determination, contradiction_in_words
from payerlogic.answers.memo import CellMemo
from payerlogic.api import KnowledgeBase
from payerlogic.cases.case import StatedCase
from payerlogic.cases.empty_rows import EmptyRows
from payerlogic.cases.files import Record, read_cases, without_empty_rows
from payerlogic.cases.routing import service_of
from payerlogic.cli.options import (
    BAD_INPUT,
    BUG,
    AsOfOption,
    CasesArgument,
    JsonOption,
    KbOption,
    NoPresumptionsOption,
    PayersOption,
    ReadingsOption,
    Screen,
    checked,
    day_of_option,
    library_of,
    of_service,
    report,
    settings_of,
    to_json,
    write_utf8,
)
from payerlogic.errors import CaseError, PayerlogicError, Problem
from payerlogic.program.library import Library
from payerlogic.semantics.outcomes import DISCLAIMER, OPEN
from payerlogic.semantics.phrases import read_as
from payerlogic.semantics.settings import Settings
from payerlogic.text.phrases import plural

COLORS = {"approved": "green", "denied": "red", "review": "yellow", "pended": "yellow", OPEN: "cyan"}


def decide(
    cases: CasesArgument,
    payer: PayersOption = None,
    reading: ReadingsOption = None,
    no_presumptions: NoPresumptionsOption = False,
    as_of: AsOfOption = None,
    readings: Annotated[
        bool, typer.Option("--readings/--no-readings", help="Name the readings that would change the class.")
    ] = True,
    verify: Annotated[
        bool, typer.Option("--verify", help="Decide every answer again with clingo; exit 3 if the two disagree.")
    ] = False,
    kb: KbOption = None,
    json: JsonOption = False,
) -> None:
    """Decide every case of a file, at every payer of its service or at those given.

    An attribute that a case does not state is unknown, never "no". Where unknown facts matter the
    determination is open, and the facts that decide it are named. So are the presumptions and the readings
    (interpretations of ambiguous sentences) without which an answer would not hold.

    A case may state its 'service'. Where it does not, the service is the one whose facts it states, or the default
    one; 'payerlogic services' lists them. A file may hold cases of several services.

    A record that cannot be decided is reported on standard error and the others are still decided;
    the exit status is then 2.

    \b
    Example:
      payerlogic decide cases.csv --payer nia --reading nia_fractions=eligibility --json
    """
    library = library_of(kb)

    def answers_of(service: str) -> _Answers:
        base = of_service(library, service, payer, reading)
        known = [each for each in reading or () if _is_of(library, base, each)]
        settings = settings_of(base, known, no_presumptions=no_presumptions, as_of=as_of)
        payers = list(dict.fromkeys(base.check_policy(each) for each in payer)) if payer else list(base.policies)
        return _Answers(base, payers, settings, with_readings=readings, verified=verify)

    services = _Services(library, payer, answers_of)
    day_of_option(as_of)
    for each in reading or ():  # what is wrong with one is said before a case is read
        services.prepare(library.readings.get(each.partition("=")[0], library.default))
    found = _JsonList() if json else _Cards(with_readings=readings)
    bad, empty = False, EmptyRows()
    try:
        for record in without_empty_rows(read_cases(cases, library.stated), empty):
            try:
                answers = services.of(record)
                case = checked(answers.kb, record)
                found.decided(record, case, answers.of(case), answers.kb)
            except PayerlogicError as error:
                bad = True
                report(problem.at(record.place) for problem in error.problems)
                found.failed(record, error.problems)
        found.end()
    except CaseError as error:
        bad = True
        found.end(broken=True)
        report(error.problems)
    report(Problem(note, cases) for note in empty.notes())
    if verify:
        report([Problem(services.tally)])
    if services.disagreements:
        raise typer.Exit(BUG)
    if bad:
        raise typer.Exit(BAD_INPUT)


def _is_of(library: Library, kb: KnowledgeBase, reading: str) -> bool:
    """Whether a reading is put to this service: those of other services are not, and what no service has is refused."""
    name = reading.partition("=")[0]
    return name in kb.catalog.readings or name not in library.readings


class _Services:
    """The services of the cases of a file, each loaded when the first case of it comes."""

    def __init__(self, library: Library, payers: Sequence[str] | None, make: Callable[[str], _Answers]) -> None:
        self._library = library
        self._among = frozenset().union(*map(library.services_of, payers)) if payers else None
        self._make = make
        self._made: dict[str, _Answers] = {}
        if not library.services or len(self._among or library.services) == 1:
            self._of(next(iter(self._among or library.services), ""))  # so that all is refused before a case is read

    def prepare(self, service: str) -> None:
        """Load a service whose cases can be asked, whatever the cases of the file are."""
        if service in (self._among or self._library.services or ("",)):
            self._of(service)

    def of(self, record: Record) -> _Answers:
        """Who answers a record. CaseError for facts of two services, or of one of which no policy is asked."""
        return self._of(service_of(self._library, record.stated or {}, among=self._among))

    def _of(self, service: str) -> _Answers:
        if service not in self._made:
            self._made[service] = self._make(service)
        return self._made[service]

    @property
    def disagreements(self) -> int:
        return sum(each.disagreements for each in self._made.values())

    @property
    def tally(self) -> str:
        """How far the answers were verified, in one line."""
        result = f"{self.disagreements} DISAGREE" if self.disagreements else "all agree"
        count = plural(sum(each.count for each in self._made.values()), "answer")
        return f"{count} decided again with clingo: {result}"


class _Unverified(PayerlogicError):
    """The two engines differ on a case: a bug in payerlogic, so no answer is given."""


@dataclass
class _Answers:
    """Answers, asked once for all cases that are the same to every rule."""

    kb: KnowledgeBase
    payers: list[str]
    settings: Settings
    with_readings: bool
    verified: bool
    count: int = 0
    disagreements: int = 0

    def of(self, case: StatedCase) -> DecidedCase:
        """The determinations of a checked case. _Unverified if clingo, when asked, disagrees."""
        numbers = tuple(map(case.facts.get, self._counted))
        besides = numbers, Decider.of(self.kb).date_remarks(case, self.settings)
        decided, problems = self._memo.of(case, lambda: self._decided(case), besides)
        self.count += len(decided.determinations)
        if problems:
            self.disagreements += len(problems)
            raise _Unverified(problems)
        return replace(decided, id=case.id)

    @cached_property
    def _memo(self) -> CellMemo[tuple[DecidedCase, list[Problem]]]:
        return CellMemo(self.kb)

    def _decided(self, case: StatedCase) -> tuple[DecidedCase, list[Problem]]:
        decided = self.kb.decide(case, self.payers, self.settings, with_readings=self.with_readings)
        return decided, list(self._differences(case, decided)) if self.verified else []

    @cached_property
    def _counted(self) -> list[str]:
        """The attributes of which an answer says how many are authorized: there, no two numbers are the same."""
        return sorted({name for payer in self.payers for _, name, _ in self.kb.catalog.policies[payer].authorizes})

    def _differences(self, case: StatedCase, decided: DecidedCase) -> Iterator[Problem]:
        for payer, determination in decided.determinations.items():
            solved = self.kb.solver.possible(payer, self.kb.situation(case, payer, self.settings))
            if solved != set(determination.possible):
                here, there = ", ".join(determination.possible), ", ".join(sorted(solved)) or "nothing"
                what = f"DISAGREEMENT: decided as {here}, but clingo finds {there}"
                yield Problem(what, payer, "no answer is given; please report this case")


def _indented(text: str) -> str:
    """A step further in; only line feeds end a line, whatever an id holds."""
    return "\n".join(f"  {line}" for line in text.split("\n"))


class _JsonList:
    """A JSON list that is written item by item."""

    def __init__(self) -> None:
        self._begun = False

    def decided(self, record: Record, case: StatedCase, answer: DecidedCase, kb: KnowledgeBase) -> None:
        derived = {name: each.words for name, each in case.derived.items()}
        self._item(answer.to_dict(str(record.number)) | ({"derived": derived} if derived else {}))

    def failed(self, record: Record, problems: Sequence[Problem]) -> None:
        self._item({"id": record.id, "error": [str(problem) for problem in problems]})

    def _item(self, value: dict[str, object]) -> None:
        write_utf8(f"{',' if self._begun else '['}\n{_indented(to_json(value))}")
        self._begun = True

    def end(self, *, broken: bool = False) -> None:
        """Close the list. Of a file that is broken from its beginning, nothing is printed at all."""
        if self._begun:
            write_utf8("\n]\n")
        elif not broken:
            write_utf8("[]\n")


class _Cards:
    """The determinations for people: a few lines for each case and payer."""

    def __init__(self, *, with_readings: bool) -> None:
        self.with_readings = with_readings
        self.screen = Screen()
        self._begun = self._failed = False

    def decided(self, record: Record, case: StatedCase, answer: DecidedCase, kb: KnowledgeBase) -> None:
        self.kb = kb
        if self._begun:
            self.screen.gap()
        self._begun = True
        called = case.id if case.id is not None else record.number
        self.screen.line(f"Case {called} ({kb.service_label})" if case.service else f"Case {called}", "bold")
        for line in read_as(case, self.kb.vocabulary):
            self.screen.line(line, indent=2)
        for payer, determination in answer.determinations.items():
            self.screen.line(self._first_line(payer, determination), COLORS.get(determination.outcome, ""), indent=2)
            for line in self._details(case, determination):
                self.screen.line(line, indent=6)

    def failed(self, record: Record, problems: Sequence[Problem]) -> None:
        """Nothing here: what is wrong with a record stands on standard error."""
        self._failed = True

    def end(self, *, broken: bool = False) -> None:
        if self._begun:
            self.screen.gap()
            self.screen.line(DISCLAIMER, "dim")
        elif not broken and not self._failed:
            self.screen.line("There are no cases.")

    def _first_line(self, payer: str, found: Determination) -> str:
        from payerlogic.wording.marks import OUTCOME_MARKS

        edition = f" ({found.version})" if found.version else ""
        outcome = self.kb.catalog.outcomes.get(found.outcome, "Open")
        classes = ", or ".join(self.kb.catalog.classes[name].label for name in found.possible)
        line = f"{OUTCOME_MARKS[found.outcome]} {payer}, {found.policy}{edition}: {outcome}{found.extent} ({classes})"
        return f"{line}. {own}" if (own := found.premises.payers_own_sentence) else line

    def _details(self, case: StatedCase, found: Determination) -> Iterator[str]:
        yield from contradiction_in_words(self.kb.catalog, found)
        for clause in found.clauses:
            yield f"{clause.title}: {clause.citation}" if clause.citation else clause.title
        if found.deciding:
            facts = (case.missing(name, self.kb.vocabulary) for name in self.kb.vocabulary.asked(found.deciding))
            yield f"missing information that decides {found.what_is_open}: {'; '.join(facts)}"
        if found.readings:
            yield f"readings taken: {', '.join(f'{reading}={option}' for reading, option in found.readings.items())}"
        yield from found.premises.usual_sentences
        for each in found.premises.readings:
            yield f"Depends on a reading: {each.text} ({each.in_ids})"
        if self.with_readings and not found.premises.readings:
            yield "No single reading encoded here, read differently, would change it."
        yield from (f"limit: {each.cited}" for each in found.limits)
        yield from (f"note: {each.cited}" for each in found.advisories)
