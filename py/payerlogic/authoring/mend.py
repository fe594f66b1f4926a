"""What ``lint --fix`` changes by itself: only what can be meant in one way.

    >>> Mending("acme.lp", 3, "label(a, “x”).", 'label(a, "x").', "plain characters in code").to_dict()["after"]
    'label(a, "x").'

Byte-order marks, line ends of Windows and typographic characters in code become what was meant. A misspelled name
becomes the only one that is near, if the knowledge base then has fewer problems and none that it did not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from payerlogic.authoring.lint import LintProblem, LintReport, lint
from payerlogic.program.lexing import code, with_plain_characters
from payerlogic.program.source_files import program_files
from payerlogic.runtime.atomic import replace_file

MOST_ROUNDS = 20


@dataclass(frozen=True)
class Mending:
    """One line of a file that was changed."""

    file: str
    line: int
    before: str
    after: str
    why: str

    def to_dict(self) -> dict[str, object]:
        return {"after": self.after, "before": self.before, "file": self.file, "line": self.line, "why": self.why}


def mended(folder: Path) -> list[Mending]:
    """Change what can be changed safely in the files of ``folder``, and say what was."""
    found = list(_characters(folder))
    for _ in range(MOST_ROUNDS):
        fresh = _spelled(folder, lint(folder))
        if fresh is None:
            break
        found.append(fresh)
    return found


def _characters(folder: Path) -> Iterator[Mending]:
    for path in (each for paths in program_files(folder) for each in paths):
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # lint says so
        plain = text.removeprefix("\ufeff")
        changed = with_plain_characters(plain.replace("\r\n", "\n"))
        if changed == text:
            continue
        replace_file(path, changed.encode("utf-8"))
        if plain != text:
            yield Mending(str(path), 1, "", "", "the byte-order mark is gone")
        if "\r\n" in text:
            yield Mending(str(path), 1, "", "", "lines end in LF")
        lines = zip(plain.replace("\r\n", "\n").split("\n"), changed.split("\n"), strict=True)
        for number, (before, after) in enumerate(lines, 1):
            if before != after:
                yield Mending(str(path), number, before, after, "plain characters in code")


def _spelled(folder: Path, report: LintReport) -> Mending | None:
    """One misspelled name that could be put right."""
    for each in report.problems:
        mending = _respelled(each)
        if mending is not None and _helps(folder, report, mending):
            path = Path(mending.file)
            replace_file(path, _with(path, mending).encode("utf-8"))
            return mending
    return None


def _respelled(problem: LintProblem) -> Mending | None:
    """The first line of a statement that has the wrong name, with the right one."""
    suggestion = problem.suggestion
    if suggestion is None or problem.line is None or not re.fullmatch(r"\w+", suggestion.right):
        return None
    text = Path(problem.file).read_text(encoding="utf-8")
    lines, plain = text.split("\n"), code(text).split("\n")
    wrong = re.compile(rf"(?<!\w){re.escape(suggestion.wrong)}(?!\w)")
    for number in range(problem.line - 1, len(lines)):
        if places := [match.start() for match in wrong.finditer(plain[number])]:
            before = after = lines[number]
            for at in reversed(places):
                after = after[:at] + suggestion.right + after[at + len(suggestion.wrong) :]
            why = f"{suggestion.wrong} is near nothing but {suggestion.right}"
            return Mending(problem.file, number + 1, before, after, why)
        if re.search(r"(?<!\.)\.(?!\.)", plain[number]):  # the statement ends here
            break
    return None


def _with(path: Path, mending: Mending) -> str:
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[mending.line - 1] = mending.after
    return "\n".join(lines)


def _helps(folder: Path, report: LintReport, mending: Mending) -> bool:
    """Whether a copy of the knowledge base with the change has fewer problems, and no new one."""
    with TemporaryDirectory(prefix="payerlogic-") as place:
        copy = Path(place)
        for path in (each for paths in program_files(folder) for each in paths):
            target = copy / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(path, target)
        target = copy / Path(mending.file).relative_to(folder)
        target.write_bytes(_with(target, mending).encode("utf-8"))
        after = {_seen(each, copy) for each in lint(copy).problems}
    return after < {_seen(each, folder) for each in report.problems}


def _seen(problem: LintProblem, folder: Path) -> tuple[str, int | None, str]:
    return str(Path(problem.file).relative_to(folder)), problem.line, problem.problem.what
