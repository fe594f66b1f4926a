"""A draft, tried: what is wrong with its text, and what it changes, each found in a process that can be stopped.

>>> from payerlogic.api import KnowledgeBase
>>> from datetime import date
>>> kb = KnowledgeBase.load()
>>> found = try_draft(kb, "nia", "no rule", "mark", {}, date(2026, 1, 1), lambda step: None)
>>> found.diff is None, found.notes[0].line
(True, 1)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from payerlogic.api import KnowledgeBase
from payerlogic.api.drafts import draft_difference
from payerlogic.authoring.lint import LintProblem, LintReport, lint
from payerlogic.comparison.knowledge_diff import KnowledgeDiff
from payerlogic.errors import PayerlogicError, Problem
from payerlogic.program.source_files import Draft
from payerlogic.runtime.limited import run_limited
from payerlogic.text.phrases import number

MOST_CHARACTERS = 400_000
"""The longest shipped policy has a tenth of that."""
SECONDS = 60.0
REGIONS = 30
"""Of each change so many are listed."""


@dataclass(frozen=True)
class Note:
    """One problem or piece of advice: the line of the draft, or the other file where it is."""

    is_problem: bool
    line: int | None
    place: str
    what: str
    hint: str
    wrong: str = ""
    right: str = ""
    """The one word that is near a misspelled one, and that word."""


@dataclass(frozen=True)
class TriedDraft:
    """What became of a draft. ``mark`` names its text to the page; ``diff`` is None where it cannot be loaded."""

    policy: str
    mark: str
    kb: str
    notes: tuple[Note, ...]
    diff: KnowledgeDiff | None
    problems: tuple[Problem, ...] = ()
    """Why there is no answer, where that is not for a line of the draft."""


def try_draft(
    kb: KnowledgeBase,
    policy: str,
    text: str,
    mark: str,
    case: Mapping[str, object],
    as_of: date,
    step: Callable[[str], None],
) -> TriedDraft:
    """Check the text, and compare what it says. ``step`` is called with what is begun."""

    def found(notes: tuple[Note, ...] = (), diff: KnowledgeDiff | None = None, *problems: Problem) -> TriedDraft:
        return TriedDraft(policy, mark, kb.digest, notes, diff, problems)

    if len(text) > MOST_CHARACTERS:
        what = f"The draft has {number(len(text))} characters; at most {number(MOST_CHARACTERS)} can be checked"
        return found((), None, Problem(what, hint="the draft is still in the box"))
    file, folder = kb.file_of(policy), kb.program.folder
    try:
        step("Checking the text")
        report = run_limited(lint, folder, Draft(file.path, text), seconds=SECONDS)
    except PayerlogicError as error:
        return found((), None, *map(_of_the_draft, error.problems))
    notes = tuple(_notes(report, file.path, folder))
    if report.problems:
        return found(notes)
    try:
        step("Comparing every possible case, with proofs")
        cases = [case] if case else None
        diff = run_limited(draft_difference, folder, policy, text, as_of, cases, REGIONS, seconds=SECONDS)
    except PayerlogicError as error:
        return found(notes, None, *map(_of_the_draft, error.problems))
    return found(notes, diff)


def _of_the_draft(problem: Problem) -> Problem:
    """A problem without a place is that of the whole draft."""
    return problem if problem.where else problem.at("The draft")


def _notes(report: LintReport, path: Path, folder: Path) -> Iterator[Note]:
    for each in report.problems:
        yield _note(each, path, folder, is_problem=True)
    for each in report.advice:
        if each.file == str(path):
            yield _note(each, path, folder, is_problem=False)


def _note(found: LintProblem, path: Path, folder: Path, *, is_problem: bool) -> Note:
    here = found.file == str(path)
    try:
        place = "" if here else Path(found.file).relative_to(folder).as_posix()
    except ValueError:
        place = found.file
    near = found.suggestion
    wrong, right = (near.wrong, near.right) if near is not None else ("", "")
    return Note(is_problem, found.line if here else None, place, found.problem.what, found.problem.hint, wrong, right)
