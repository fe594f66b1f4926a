"""The knowledge base as files: found, read and parsed, with the place of every rule.

    >>> program = Program.read(shipped_folder())
    >>> [file.name for file in program.files if file.is_policy]
    ['bcbsaz.lp', 'nia.lp']

Nothing is executed or included here: a file that asks for that is refused before clingo sees it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clingo import MessageCode, ast

from payerlogic.errors import KnowledgeBaseError, Problem

POLICIES = "policies"
FORBIDDEN = re.compile(r"#\s*(script|include|external|program|theory|heuristic|edge|project|minimi[sz]e|maximi[sz]e)\b")
_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|%\*.*?\*%|%[^\n]*', re.DOTALL)
_ERROR = re.compile(r"^(?P<file>.*?):(?P<line>\d+):(?P<column>[\d-]+).*?(?:error|info): (?P<what>.*)$", re.DOTALL)


def shipped_folder() -> Path:
    """The knowledge base that comes with the package: inside it, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "kb", here.parent.parent / "kb"):
        if (folder / "vocabulary.lp").is_file():
            return folder
    raise KnowledgeBaseError("the knowledge base (the folder kb/) did not come with this installation")


@dataclass(frozen=True)
class SourceFile:
    """One ``.lp`` file: its text, and whether it is a policy's or shared by all."""

    path: Path
    text: str
    is_policy: bool

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def policy(self) -> str | None:
        """The policy that the file defines: by convention, its name without the ending."""
        return self.path.stem if self.is_policy else None


@dataclass(frozen=True)
class Statement:
    """One parsed statement and where it stands."""

    node: ast.AST
    file: SourceFile
    line: int
    last_line: int

    @property
    def where(self) -> str:
        return f"{self.file.path}, line {self.line}"

    @property
    def text(self) -> str:
        """The statement as it is written, comments and layout included."""
        return "\n".join(self.file.lines[self.line - 1 : self.last_line])


@dataclass(frozen=True)
class Program:
    """All files of a knowledge base, parsed."""

    folder: Path
    files: tuple[SourceFile, ...]
    statements: tuple[Statement, ...]

    @classmethod
    def read(cls, folder: Path) -> Program:
        """Read ``folder/*.lp`` and ``folder/policies/*.lp``.

        Raises KnowledgeBaseError with file and line for what clingo cannot parse and for
        directives that run code, read other files or take the meaning out of the program.
        """
        if not folder.is_dir():
            raise KnowledgeBaseError(Problem("no such folder", str(folder)))
        paths = sorted(folder.glob("*.lp")) + sorted((folder / POLICIES).glob("*.lp"))
        if not any(path.parent == folder for path in paths):
            raise KnowledgeBaseError(Problem("no .lp files in this folder", str(folder)))
        files = tuple(_read(path, is_policy=path.parent != folder) for path in paths)
        problems = [problem for file in files for problem in _forbidden(file)]
        if problems:
            raise KnowledgeBaseError(problems)
        return cls(folder, files, tuple(statement for file in files for statement in _parse(file)))

    def only(self, policies: Iterable[str]) -> Program:
        """The same program with the files of some policies only; all that is shared stays."""
        kept = set(policies)
        files = tuple(file for file in self.files if file.policy is None or file.policy in kept)
        return Program(self.folder, files, tuple(each for each in self.statements if each.file in files))

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change whenever any file of the knowledge base does."""
        sum_ = hashlib.sha256()
        for file in self.files:
            sum_.update(f"{file.name}\0{file.text}\0".encode())
        return sum_.hexdigest()[:12]


def _read(path: Path, *, is_policy: bool) -> SourceFile:
    try:
        return SourceFile(path, path.read_text(encoding="utf-8"), is_policy)
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeBaseError(Problem(f"cannot be read as UTF-8 text ({error})", str(path))) from None


def _forbidden(file: SourceFile) -> Iterator[Problem]:
    blanked = _STRING_OR_COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), file.text)
    for match in FORBIDDEN.finditer(blanked):
        line = blanked.count("\n", 0, match.start()) + 1
        yield Problem(
            f"#{match[1]} is not allowed in the knowledge base",
            f"{file.path}, line {line}",
            "rules state everything; nothing is run, included or left to the outside",
        )


def _parse(file: SourceFile) -> list[Statement]:
    found: list[Statement] = []
    messages: list[str] = []

    def keep(node: ast.AST) -> None:
        if node.ast_type not in (ast.ASTType.Program, ast.ASTType.Comment):
            place = node.location
            found.append(Statement(node, file, place.begin.line, place.end.line))

    def log(_code: MessageCode, message: str) -> None:
        messages.append(message)

    try:
        ast.parse_files([str(file.path)], keep, logger=log)
    except RuntimeError as error:
        raise KnowledgeBaseError([clingo_problem(text) for text in messages or [f"{file.path}: {error}"]]) from None
    return found


def clingo_problem(message: str) -> Problem:
    """One of clingo's messages, with its place in front."""
    match = _ERROR.match(message.strip())
    if match is None:
        return Problem(" ".join(message.split()))
    what = " ".join(match["what"].split())
    return Problem(what, f"{match['file']}, line {match['line']}, column {match['column']}")
